package org_test

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/org"
)

func TestLanguagesAreReferenceDataLikeTheOthers(t *testing.T) {
	t.Cleanup(func() { lang.AmendLanguages(nil) })
	seeded(t, func(t *testing.T, d *db.DB, s *org.Store) {
		ctx := context.Background()
		s = s.Clock(func() time.Time { return time.Date(2026, 11, 20, 9, 0, 0, 0, jp.JST) })
		k := kind(t, "language")
		rows := must[[]org.Row](t)(s.Rows(ctx, k))
		readers := 0
		for _, r := range rows {
			if r.Values["reader"] == "true" {
				readers++
			}
			if r.Source == "" || r.Values["own"] == "" || r.Label(lang.JA) == r.Key || r.Label(lang.EN) == r.Key {
				t.Errorf("%+v", r)
			}
		}
		if len(rows) != 29 || readers != 16 || rowOf(t, s, "language", "ar", "2026-11-20").Values["rtl"] != "true" {
			t.Errorf("%d languages, %d of the resident tools", len(rows), readers)
		}
		must[string](t)(s.Amend(ctx, officer, org.Amendment{Kind: "language", Key: "my", Values: org.Values{"name_ja": "ビルマ語"}, From: "2027-04-01", Source: "notice", Reason: "r", Seen: 0}))
		if rowOf(t, s, "language", "my", "2026-11-20").Label(lang.JA) != "ミャンマー語" || rowOf(t, s, "language", "my", "2027-04-01").Label(lang.JA) != "ビルマ語" {
			t.Error("a language changes from its day on")
		}
		file := "tag,own,name_ja,name_en,rtl,reader,source\neo,Esperanto,エスペラント語,Esperanto,,,test\nDE,Deutsch,ドイツ語,German,,,test\nde,Deutsch,独語,German,,,test\n"
		read := func() *org.RowFile { return must[*org.RowFile](t)(org.ReadRows(strings.NewReader(file), k)) }
		o := org.RowOptions{Dry: true, From: "2026-11-20", Reason: "r", Version: -1}
		if r := must[org.ImportReport](t)(s.ImportRows(ctx, officer, read(), o)); r.Added != 1 || r.Changed != 1 || r.Refused != 1 || rowOf(t, s, "language", "eo", "2026-11-20").Key != "" {
			t.Errorf("a trial run: %+v", r)
		}
		o.Dry = false
		must[org.ImportReport](t)(s.ImportRows(ctx, officer, read(), o))
		if err := s.Fresh(ctx); err != nil {
			t.Fatal(err)
		}
		if l, ok := lang.Find("de"); !ok || l.Japanese != "独語" {
			t.Errorf("de is %+v", l)
		}
		countries := kind(t, "country")
		if !slices.ContainsFunc(countries.Columns, func(c org.Column) bool { return c.Name == "name_eo" && c.Label().EN == "Name (Esperanto)" }) {
			t.Error("countries cannot be named in a language that was added")
		}
		must[string](t)(s.Amend(ctx, officer, org.Amendment{Kind: "country", Key: "FR", Values: org.Values{"name_eo": "Francio"}, From: "2026-11-20", Source: "t", Reason: "r"}))
		for range 50 {
			if err := s.Fresh(ctx); err != nil {
				t.Fatal(err)
			}
			if org.CountryName("eo", "FR") == "Francio" {
				break
			}
			time.Sleep(50 * time.Millisecond)
		}
		if got := org.CountryName("eo", "FR"); got != "Francio" {
			t.Errorf("FR in eo is %s", got)
		}
		wantFault(t, "a language of the pages", s.End(ctx, officer, org.Amendment{Kind: "language", Key: "en", Until: "2026-12-31", Reason: "r"}), fault.Invalid, "until", "reference.interface")
		if err := s.End(ctx, officer, org.Amendment{Kind: "language", Key: "eo", Until: "2026-11-30", Reason: "r", Seen: 1}); err != nil {
			t.Error(err)
		}
		var out bytes.Buffer
		if err := k.ExportRows(&out, must[[]org.Row](t)(s.Rows(ctx, k))); err != nil || !strings.Contains(out.String(), "eo,Esperanto,エスペラント語,Esperanto,,,2026-11-20,2026-11-30,test") {
			t.Errorf("%v\n%s", err, out.String())
		}
	})
}
