package org_test

import (
	"bytes"
	"context"
	"fmt"
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

func kind(t *testing.T, id string) org.Kind {
	t.Helper()
	k, ok := org.KindOf(id)
	if !ok {
		t.Fatalf("no kind %s", id)
	}
	return k
}

// rowOf is the row of a key that holds on a day.
func rowOf(t *testing.T, s *org.Store, id, key, day string) org.Row {
	t.Helper()
	for _, r := range must[[]org.Row](t)(s.Rows(context.Background(), kind(t, id))) {
		if r.Key == key && r.Holds(day) {
			return r
		}
	}
	return org.Row{}
}

func wantFault(t *testing.T, what string, err error, kind fault.Kind, field, key string) {
	t.Helper()
	f := fault.Of(err)
	if f == nil || f.Kind != kind || f.Field != field || f.Key != key {
		t.Errorf("%s: %v (%+v), want %s %s at %q", what, err, f, kind, key, field)
	}
}

func TestAnOfficeChangesFromADayOnAndKeepsItsPast(t *testing.T) {
	seeded(t, func(t *testing.T, d *db.DB, s *org.Store) {
		ctx := context.Background()
		old := must[org.Office](t)(s.Office(ctx, "PAR")).Phone
		change := org.Amendment{Kind: "office", Key: "PAR", Values: org.Values{"phone": "+33-1-00-00-00-00"}, From: "2027-04-01", Source: "notice 12", Reason: "moved", Seen: 1}
		must[string](t)(s.Amend(ctx, officer, change))
		if o := must[org.Office](t)(s.Office(ctx, "PAR")); o.Phone != old {
			t.Error("it holds before its day")
		}
		later := s.Clock(func() time.Time { return time.Date(2027, 4, 1, 0, 0, 0, 0, jp.JST) })
		if o := must[org.Office](t)(later.Office(ctx, "PAR")); o.Phone != change.Values["phone"] || o.Name.JA != "パリ事務所" || o.Source != "notice 12" {
			t.Errorf("on its day: %+v", o)
		}
		if list := must[[]org.Office](t)(later.Offices(ctx)); len(list) != 7 || list[2].Code != "PAR" {
			t.Errorf("the order changed: %v", list)
		}
		change.Values = org.Values{"phone": "+33-1-11-11-11-11"}
		_, err := s.Amend(ctx, officer, change)
		wantFault(t, "two people change the same row", err, fault.Conflict, "", "reference.conflict")
		change.Seen, change.From = rowOf(t, s, "office", "PAR", "2027-04-01").Seq, "2026-12-01"
		must[string](t)(s.Amend(ctx, officer, change))
		for day, want := range map[string]string{"2026-11-30": old, "2026-12-01": "+33-1-11-11-11-11", "2027-03-31": "+33-1-11-11-11-11", "2027-04-01": "+33-1-00-00-00-00"} {
			if got := rowOf(t, s, "office", "PAR", day).Values["phone"]; got != want {
				t.Errorf("%s: %s, want %s", day, got, want)
			}
		}
		past := must[[]org.Row](t)(s.Past(ctx, kind(t, "office"), "PAR"))
		if len(past) != 5 || past[0].Person != officer.Person || past[0].Reason != "moved" || past[0].Recorded.IsZero() || past[4].Gone.IsZero() || past[4].Values["phone"] != old {
			t.Errorf("%d rows ever: %+v", len(past), past)
		}
		if lines, broken, err := s.Verify(ctx); lines != 2 || broken != "" || err != nil {
			t.Errorf("journal: %d %q %v", lines, broken, err)
		}
	})
}

func TestAPlannedChangeIsWithdrawnAndAnEndNeedsNothingThatNamesTheRow(t *testing.T) {
	seeded(t, func(t *testing.T, d *db.DB, s *org.Store) {
		ctx := context.Background()
		today := jp.Date(time.Now())
		coming := jp.AddDays(today, 30)
		must[string](t)(s.Amend(ctx, officer, org.Amendment{Kind: "section", Key: "somu", Values: org.Values{"phone": "03-0000-0000"}, From: coming, Source: "t", Reason: "r"}))
		end := org.Amendment{Kind: "section", Key: "somu", Until: today, Reason: "closed", Seen: 3}
		wantFault(t, "a later change is planned", s.End(ctx, officer, end), fault.Invalid, "until", "reference.planned")
		if err := s.Withdraw(ctx, officer, org.Amendment{Kind: "section", Key: "somu", From: coming, Reason: "not after all", Seen: 3}); err != nil {
			t.Fatal(err)
		}
		if r := rowOf(t, s, "section", "somu", jp.AddDays(coming, 1)); r.To != "" || r.Values["phone"] != "03-5213-1721" {
			t.Errorf("after the withdrawal: %+v", r)
		}
		end.Seen = rowOf(t, s, "section", "somu", today).Seq
		wantFault(t, "a desk names it", s.End(ctx, officer, end), fault.Invalid, "until", "reference.used")
		if err := s.End(ctx, officer, org.Amendment{Kind: "desk", Key: "secondment", Until: today, Reason: "closed", Seen: 1}); err != nil {
			t.Fatal(err)
		}
		if err := s.End(ctx, officer, end); err != nil {
			t.Error(err)
		}
		if list := must[[]org.Section](t)(s.Sections(ctx)); len(list) != 7 {
			t.Errorf("its last day is today: %d sections", len(list))
		}
		tomorrow := s.Clock(func() time.Time { return time.Now().AddDate(0, 0, 1) })
		if list := must[[]org.Section](t)(tomorrow.Sections(ctx)); len(list) != 6 {
			t.Errorf("tomorrow there are %d sections", len(list))
		}
		if x, err := tomorrow.Section(ctx, "somu"); err != nil || x.Name.JA != "総務課" {
			t.Errorf("what was done by a section that ended loses its name: %+v, %v", x, err)
		}
		wantFault(t, "headquarters", s.End(ctx, officer, org.Amendment{Kind: "headquarters", Key: "hq", Until: today, Reason: "r", Seen: 1}), fault.Invalid, "until", "reference.never_ends")
		wantFault(t, "a branch whose prefecture stands", s.End(ctx, officer, org.Amendment{Kind: "branch", Key: "17", Until: today, Reason: "r"}), fault.Invalid, "until", "reference.branch_stands")
	})
}

func TestRowsThatCannotBeUsedAreRefusedAtTheirColumn(t *testing.T) {
	seeded(t, func(t *testing.T, d *db.DB, s *org.Store) {
		route := func(v org.Values) org.Amendment {
			return org.Amendment{Kind: "route", Values: v, From: "2026-11-01", Source: "t", Reason: "r"}
		}
		for name, row := range map[string]struct {
			a          org.Amendment
			field, key string
		}{
			"no such kind":     {org.Amendment{Kind: "planet", Reason: "r"}, "kind", "org.reference_kind"},
			"no reason":        {org.Amendment{Kind: "route"}, "reason", "reference.reason_needed"},
			"no source":        {org.Amendment{Kind: "route", Reason: "r"}, "source", "org.source_needed"},
			"no day":           {org.Amendment{Kind: "route", Reason: "r", From: "soon"}, "from", "org.day_unreadable"},
			"no country":       {route(org.Values{"office": "PAR"}), "country", "reference.needed"},
			"unknown country":  {route(org.Values{"country": "XX", "office": "PAR"}), "country", "reference.unknown"},
			"unknown office":   {route(org.Values{"country": "IT", "office": "ROM"}), "office", "reference.unknown"},
			"a region in caps": {route(org.Values{"country": "IT", "region": "North!", "office": "PAR"}), "region", "reference.shape.region"},
			"not yes or no":    {route(org.Values{"country": "IT", "office": "PAR", "hint": "perhaps"}), "hint", "reference.yes_no"},
			"a zone": {org.Amendment{Kind: "office", Key: "PAR", Values: org.Values{"zone": "Europe/Lutetia"}, From: "2026-11-01", Source: "t", Reason: "r", Seen: 1},
				"zone", "reference.shape.zone"},
			"a telephone": {org.Amendment{Kind: "office", Key: "PAR", Values: org.Values{"phone": "call us"}, From: "2026-11-01", Source: "t", Reason: "r", Seen: 1},
				"phone", "reference.says"},
			"another code": {org.Amendment{Kind: "office", Key: "PAR", Values: org.Values{"code": "LUT"}, From: "2026-11-01", Source: "t", Reason: "r", Seen: 1},
				"code", "reference.key_fixed"},
			"two owners": {org.Amendment{Kind: "desk", Key: "jet", Values: org.Values{"office": "PAR"}, From: "2026-11-01", Source: "t", Reason: "r", Seen: 1}, "office", "reference.desk_two"},
			"a branch of nobody": {org.Amendment{Kind: "branch", Values: org.Values{"code": "48", "name_ja": "支部", "name_en": "Branch"}, From: "2026-11-01", Source: "t", Reason: "r"},
				"code", "reference.branch_body"},
		} {
			_, err := s.Amend(context.Background(), officer, row.a)
			wantFault(t, name, err, fault.Invalid, row.field, row.key)
			if f := fault.Of(err); f != nil && !lang.Has(f.Key) {
				t.Errorf("%s: no words for %s", name, f.Key)
			}
		}
		_, err := s.Amend(context.Background(), officer, org.Amendment{Kind: "country", Values: org.Values{"code": "FR", "code3": "FRA", "numeric": "250", "name_ja": "仏", "name_en": "F"}, From: "2026-11-01", Source: "t", Reason: "r"})
		wantFault(t, "a code that is taken", err, fault.Conflict, "code", "reference.there")
	})
}

func TestHolidaysAndCountriesHoldForEveryComputation(t *testing.T) {
	seeded(t, func(t *testing.T, d *db.DB, s *org.Store) {
		ctx := context.Background()
		s = s.Clock(func() time.Time { return time.Date(2026, 11, 20, 9, 0, 0, 0, jp.JST) })
		other := org.New(d).Clock(func() time.Time { return time.Date(2026, 11, 20, 9, 0, 0, 0, jp.JST) }) // another process on the same database
		if err := other.Fresh(ctx); err != nil {
			t.Fatal(err)
		}
		add := func(day, name string) {
			t.Helper()
			must[string](t)(s.Amend(ctx, officer, org.Amendment{Kind: "holiday", Values: org.Values{"office": "JP", "day": day, "name_ja": name, "name_en": name}, From: "2026-11-20", Source: "law", Reason: "r"}))
		}
		add("2026-12-02", "臨時の祝日")
		if err := s.End(ctx, officer, org.Amendment{Kind: "holiday", Key: "JP-2026-11-23", Until: "2026-11-19", Reason: "moved"}); err != nil {
			t.Fatal(err)
		}
		add("2026-11-18", "後から知った祝日") // the day was over: what was worked out with it stays
		must[string](t)(s.Amend(ctx, officer, org.Amendment{Kind: "country", Key: "IT", Values: org.Values{"name_ja": "伊太利亜"}, From: "2026-11-20", Source: "t", Reason: "r"}))
		if err := s.End(ctx, officer, org.Amendment{Kind: "country", Key: "AQ", Until: "2026-11-19", Reason: "r"}); err != nil {
			t.Fatal(err)
		}
		for range 50 { // the other process looks once a second
			if err := other.Fresh(ctx); err != nil {
				t.Fatal(err)
			}
			if strings.Contains(other.Version(), "holiday 3") && strings.Contains(other.Version(), "country 2") {
				break
			}
			time.Sleep(50 * time.Millisecond)
		}
		for day, want := range map[string]bool{"2026-12-02": false, "2026-11-23": true, "2026-11-18": true, "2026-11-03": false, "2026-12-03": true} {
			if got := jp.BusinessDay(day); got != want {
				t.Errorf("%s is a business day: %v", day, got)
			}
		}
		if got := jp.AddBusinessDays("2026-12-01", 1); got != "2026-12-03" {
			t.Errorf("one business day after 1 December is %s", got)
		}
		if got := org.CountryName(lang.JA, "IT"); got != "伊太利亜" {
			t.Errorf("IT is called %s", got)
		}
		if _, known := org.CountryOf("AQ"); !known {
			t.Error("a country that ended has lost its name")
		}
		if slices.ContainsFunc(org.Countries(lang.JA), func(n org.Nation) bool { return n.Code == "AQ" }) {
			t.Error("a country that ended is still offered")
		}
		if err := d.InTx(ctx, func(ctx context.Context, tx db.Q) error {
			for _, table := range []string{"org_rows", "org_versions"} {
				if _, err := tx.ExecContext(ctx, "DELETE FROM "+table); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if err := org.New(d).Fresh(ctx); err != nil || jp.BusinessDay("2026-11-23") || org.CountryName(lang.JA, "IT") != "イタリア" {
			t.Errorf("a database without changes has the shipped tables: %v", err)
		}
	})
}

func TestEveryKindIsExportedAndImportedBackUnchanged(t *testing.T) {
	seeded(t, func(t *testing.T, d *db.DB, s *org.Store) {
		ctx := context.Background()
		for _, k := range org.Kinds() {
			rows := must[[]org.Row](t)(s.Rows(ctx, k))
			var csv, book bytes.Buffer
			if err := k.ExportRows(&csv, rows); err != nil {
				t.Fatal(err)
			}
			if err := k.ExportBook(&book, rows, lang.JA); err != nil {
				t.Fatal(err)
			}
			for form, data := range map[string][]byte{"utf-8": csv.Bytes(), "xlsx": book.Bytes()} {
				f, err := org.ReadRows(bytes.NewReader(data), k)
				if err != nil || f.Rows() != len(rows) || f.Form() != form {
					t.Errorf("%s as %s: %d of %d rows, %v", k.ID, form, f.Rows(), len(rows), err)
					continue
				}
				report, err := s.ImportRows(ctx, officer, f, org.RowOptions{Reason: "r", Complete: true, Version: -1})
				if err != nil || report.Same != len(rows) {
					for _, r := range report.Rows {
						if r.Act != "same" {
							t.Logf("%s line %d %s: %s %s", k.ID, r.Line, r.Code, r.Column, r.Problem.EN)
						}
					}
					t.Errorf("%s as %s: %d of %d rows are the same, %v", k.ID, form, report.Same, len(rows), err)
				}
			}
		}
	})
}

func TestAnImportTellsWhatItWouldDoAndDoesItOnce(t *testing.T) {
	seeded(t, func(t *testing.T, d *db.DB, s *org.Store) {
		ctx := context.Background()
		k := kind(t, "route")
		file := "country,region,office,hint,source\nUS,,NYC,,\nIT,,PAR,,new table\nBR,,QQQ,,new table\nKR,,SYD,,new table\n"
		read := func(text string) *org.RowFile { return must[*org.RowFile](t)(org.ReadRows(strings.NewReader(text), k)) }
		o := org.RowOptions{Dry: true, From: "2026-11-20", Reason: "new table", Version: 0}
		report := must[org.ImportReport](t)(s.ImportRows(ctx, officer, read(file), o))
		if got := fmt.Sprint(report.Added, report.Changed, report.Same, report.Refused); got != "1 1 1 1" {
			t.Errorf("a trial run says %s", got)
		}
		for _, r := range report.Rows {
			if r.Act == "refused" && (r.Line != 4 || r.Column != "office" || r.Problem.JA == "") {
				t.Errorf("%+v", r)
			}
		}
		if rowOf(t, s, "route", "IT", "2026-12-01").Key != "" {
			t.Error("a trial run changed something")
		}
		o.Dry = false
		must[org.ImportReport](t)(s.ImportRows(ctx, officer, read(file), o))
		if r := must[org.Routes](t)(s.Routes(ctx)); r.Route("IT", "").Office != "PAR" || r.Route("KR", "").Office != "SYD" {
			t.Errorf("%+v", r)
		}
		_, err := s.ImportRows(ctx, officer, read(file), o)
		wantFault(t, "the data moved after the trial run", err, fault.Conflict, "", "reference.moved")
		o.Version, o.Complete, o.From = 1, true, "2026-12-01"
		report = must[org.ImportReport](t)(s.ImportRows(ctx, officer, read("country,region,office,hint\nUS,,NYC,\nFR,,PAR,\n"), o))
		if report.Same != 2 || report.Ended < 30 {
			t.Errorf("a complete list: %d the same, %d ended", report.Same, report.Ended)
		}
		if rowOf(t, s, "route", "AU", "2026-11-30").Key == "" || rowOf(t, s, "route", "AU", "2026-12-01").Key != "" {
			t.Error("what a complete list leaves out ends the day before")
		}
		for name, text := range map[string]string{"empty": "", "no headings": "1,2\n", "a picture": "\x89PNG\r\n\x1a\n\x00\x00"} {
			if _, err := org.ReadRows(strings.NewReader(text), k); fault.Of(err) == nil || fault.Of(err).Field != "file" {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}
