package journey_test

import (
	"slices"
	"strings"
	"testing"

	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
	"kakehashi/test/journey"
)

// The demonstration goes with everything its people did meanwhile, from what-ifs to files for the bank; what is left verifies, and it can be
// loaded again. Tables with a column of cases are found in the database itself, so that a new one is not forgotten.
func TestTheDemonstrationIsTakenOutWhole(t *testing.T) {
	for _, engine := range dbtest.Engines() {
		t.Run(engine, func(t *testing.T) {
			h := journey.Start(t, engine, autumn)
			banked(h)
			listed(t, h)
			screened(h)
			joined(h)
			worked(h)
			h.Settle()
			left := func(query string) int {
				t.Helper()
				n, err := db.One(t.Context(), h.App.DB.Read(), db.Int, query)
				if err != nil {
					t.Fatalf("%s: %v", query, err)
				}
				return int(n)
			}
			if left(`SELECT count(*) FROM cases`) == 0 || left(`SELECT count(*) FROM disposal_lines`) == 0 || left(`SELECT count(*) FROM works`) == 0 {
				t.Fatal("there is nothing to take out")
			}
			if err := h.App.WipeDemo(t.Context()); err != nil {
				t.Fatal(err)
			}
			tables := `SELECT m.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name = 'case_id'`
			if engine == "postgres" {
				tables = `SELECT table_name FROM information_schema.columns WHERE column_name = 'case_id' AND table_schema = current_schema()`
			}
			names, err := db.List(t.Context(), h.App.DB.Read(), db.String, tables)
			if err != nil || len(names) < 15 {
				t.Fatalf("%d tables of cases: %v", len(names), err)
			}
			for _, name := range names {
				if n := left(`SELECT count(*) FROM ` + name + ` WHERE case_id <> ''`); n > 0 && name != "case_reads" {
					rows, _ := db.List(t.Context(), h.App.DB.Read(), db.String, `SELECT case_id FROM `+name)
					t.Errorf("%d rows of %s are left: %v", n, name, rows)
				}
			}
			for _, name := range []string{"cases", "people", "memberships", "letters", "files", "mails", "works", "work_items", "transfers", "minutes", "rankings", "panels", "closings"} {
				if n := left(`SELECT count(*) FROM ` + name); n > 0 {
					t.Errorf("%d rows of %s are left", n, name)
				}
			}
			var printed strings.Builder
			if err := h.App.LoadDemo(t.Context(), &printed); err != nil || !slices.Contains(strings.Fields(printed.String()), "demo-staff") {
				t.Errorf("loading it again: %v", err)
			}
		})
	}
}
