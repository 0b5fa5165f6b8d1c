package app

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"testing"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
)

// A record that was drawn for an officer is shown again only to that officer and only while the case stands as it stood.
func TestARecordIsShownAgainOnlyWhileItStands(t *testing.T) {
	for _, engine := range dbtest.Engines() {
		t.Run(engine, func(t *testing.T) {
			ctx := t.Context()
			c := Config{Data: t.TempDir(), Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
			if engine == "postgres" {
				c.Database = dbtest.Open(t, engine).Address()
			}
			w, err := openBench(ctx, c, io.Discard)
			if err != nil {
				t.Fatal(err)
			}
			defer w.a.Close()
			if err := w.grow(ctx, 60); err != nil {
				t.Fatal(err)
			}
			one, err := db.List(ctx, w.a.DB.Read(), db.String, `SELECT id FROM cases WHERE section = 'keishin' AND phase >= 2 AND NOT ended ORDER BY id LIMIT 40`)
			if err != nil || len(one) == 0 {
				t.Fatal(one, err)
			}
			page := func(id, cookie string) (int, string) {
				r := httptest.NewRequest(http.MethodGet, "/desk/cases/"+id, nil)
				r.Header.Set("Cookie", cookie)
				answer := httptest.NewRecorder()
				w.a.Site.ServeHTTP(answer, r)
				return answer.Code, answer.Body.String()
			}
			officer, other := w.cookie(account.RoleOfficer, "hq:keishin"), w.cookie(account.RoleOfficer, "hq:tabunka")
			tokens := regexp.MustCompile(`name="token" value="[^"]+"`)
			code, first := page(one[0], officer)
			for len(one) > 1 && len(tokens.FindString(first)) == 0 {
				one = one[1:]
				code, first = page(one[0], officer)
			}
			again, second := page(one[0], officer)
			if code != 200 || again != 200 || tokens.ReplaceAllString(first, "") != tokens.ReplaceAllString(second, "") {
				t.Fatalf("%d and %d, or the record changed by being looked at", code, again)
			}
			if was, is := tokens.FindAllString(first, -1), tokens.FindAllString(second, -1); len(was) == 0 || was[0] == is[0] {
				t.Errorf("one-time tokens %v and %v", was, is)
			}
			if code, _ := page(one[0], other); code != http.StatusNotFound {
				t.Errorf("another section got %d", code)
			}
			process := &cases.Store{DB: w.a.DB, Programmes: w.a.Programmes, Orgs: w.a.Orgs, Ledger: w.a.Ledger, Files: w.a.Files, Jobs: w.a.Jobs, Clock: w.a.Cases.Clock, Log: c.Log}
			who := account.Who{Person: "p-2", Name: "見本 太郎", Hat: account.Hat{Role: account.RoleOfficer, Body: "hq:keishin"}}
			if err := process.Note(ctx, who, one[0], "別の窓口で書いたメモ"); err != nil {
				t.Fatal(err)
			}
			if _, third := page(one[0], officer); !regexp.MustCompile(`別の窓口で書いたメモ`).MatchString(third) {
				t.Error("what another process wrote is not shown")
			}
		})
	}
}
