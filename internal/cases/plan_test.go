package cases

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
)

// TestNoListReadsEveryCase asks SQLite how it would find what each hat sees: by an index in order of due day, or from the few cases of
// a person. A plain scan of the table takes seconds when there are a hundred thousand cases.
func TestNoListReadsEveryCase(t *testing.T) {
	d := dbtest.Open(t, "sqlite")
	s := &Store{DB: d, Clock: time.Now}
	for role, body := range map[account.Role]string{account.RoleStaff: "lg:172014", account.RoleBranch: "branch:17", account.RoleOfficer: "hq:keishin",
		account.RoleChief: "hq:keishin", account.RoleFinance: "hq:soumu", account.RoleAuditor: "hq:kansa", account.RoleCommittee: "hq:keishin", account.RoleAdmin: "hq:kikaku"} {
		who := account.Who{Person: "p-1", Home: "lg:172014", Hat: account.Hat{Role: role, Body: body}}
		for _, f := range []Filter{{}, {Open: true}, {Programme: "grant"}, {Programme: "grant", FiscalYear: 2026}, {States: []string{"hq_check"}}, {After: "2026-11-23~c1"}} {
			query, args := s.narrowed(who, f, lineColumns, 51)
			for _, step := range steps(t, d, query, args) {
				if strings.HasPrefix(step, "SCAN cases") && !strings.Contains(step, "INDEX") {
					t.Errorf("%s %+v: %s", role, f, step)
				}
			}
		}
	}
	officer := account.Who{Person: "p-1", Hat: account.Hat{Role: account.RoleOfficer, Body: "hq:keishin"}}
	for text, index := range map[string]bool{"P01-2027-00012": true, "　ｐ０１ー２０２７ー０００１２ ": true, "P01-2027-S0003": true, "P01-2027-0001": false, "第12号": false} {
		query, args := s.narrowed(officer, Filter{Text: text}, lineColumns, 51)
		if plan := strings.Join(steps(t, d, query, args), "; "); strings.Contains(plan, "cases_number (number=?)") != index {
			t.Errorf("%q: %s", text, plan)
		}
	}
	if plan := strings.Join(steps(t, d, replayPart, []any{"grant", "P01", 200}), "; "); !strings.Contains(plan, "cases_number (number>?)") || strings.Contains(plan, "TEMP") {
		t.Errorf("a part of a replay: %s", plan)
	}
	waiting := steps(t, d, `SELECT COUNT(*) FROM (SELECT 1 AS one FROM cases WHERE section = $1 AND phase = 1 AND NOT ended LIMIT 1000) x`, []any{"keishin"})
	if all := strings.Join(waiting, "; "); !strings.Contains(all, "cases_at_branch") {
		t.Errorf("waiting at the branches: %s", all)
	}
}

// steps is how SQLite would run a query.
func steps(t *testing.T, d *db.DB, query string, args []any) []string {
	t.Helper()
	list, err := db.List(context.Background(), d.Read(), func(r *sql.Rows) (step string, err error) {
		var id, parent, unused int
		return step, r.Scan(&id, &parent, &unused, &step)
	}, "EXPLAIN QUERY PLAN "+query, args...)
	if err != nil {
		t.Fatal(fmt.Errorf("%s: %w", query, err))
	}
	return list
}
