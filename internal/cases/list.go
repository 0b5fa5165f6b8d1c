package cases

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
)

// Line is one case in a list: what a row shows, read without opening the case.
type Line struct {
	ID, Number, Programme string
	FiscalYear            int
	OrgName, Title        string
	State, Holder, Due    string
	Owner                 string
	Requested, Decided    int64
	Ended, Demo           bool
	Submitted             string
	Updated               time.Time
}

// Filter narrows a list. Empty fields do not narrow. After is the Cursor of the last line of the page before.
type Filter struct {
	Programme  string
	FiscalYear int
	States     []string
	Holders    []string
	Open       bool // not ended
	Ended      bool // ended only
	Text       string
	After      string
	Limit      int // 50 unless said
}

// Page is a part of a list in order of due day, and the cursor of the next part ("" at the end).
type Page struct {
	Lines []Line
	Next  string
}

// List reads a page of the cases this person may see, by due day. Its cost does not grow with the number of cases.
func (s *Store) List(ctx context.Context, who account.Who, f Filter) (Page, error) {
	where, args := s.visible(who, 1)
	and := func(cond string, v ...any) {
		for _, x := range v {
			args = append(args, x)
			cond = strings.Replace(cond, "?", fmt.Sprintf("$%d", len(args)), 1)
		}
		where += " AND " + cond
	}
	any_ := func(col string, values []string) {
		if len(values) == 0 {
			return
		}
		var marks []string
		for _, v := range values {
			args = append(args, v)
			marks = append(marks, fmt.Sprintf("$%d", len(args)))
		}
		where += " AND " + col + " IN (" + strings.Join(marks, ", ") + ")"
	}
	if f.Programme != "" {
		and("programme = ?", f.Programme)
	}
	if f.FiscalYear != 0 {
		and("fiscal_year = ?", f.FiscalYear)
	}
	any_("state", f.States)
	any_("holder", f.Holders)
	if f.Open {
		and("NOT ended")
	}
	if f.Ended {
		and("ended")
	}
	if t := strings.TrimSpace(f.Text); t != "" {
		like := "%" + strings.NewReplacer("%", "", "_", "").Replace(strings.ToLower(t)) + "%"
		and("(LOWER(number) LIKE ? OR LOWER(org_name) LIKE ? OR LOWER(title) LIKE ?)", like, like, like)
	}
	if due, id, ok := strings.Cut(f.After, "~"); ok {
		and("(due, id) > (?, ?)", due, id)
	}
	limit := f.Limit
	if limit <= 0 || limit > 500 {
		limit = 50
	}
	lines, err := db.List(ctx, s.DB.Read(), scanLine, fmt.Sprintf(`SELECT id, number, programme, fiscal_year, org_name, title, state, holder,
		due, owner, requested, decided, ended, demo, submitted, updated FROM cases WHERE %s ORDER BY due, id LIMIT %d`, where, limit+1), args...)
	if err != nil {
		return Page{}, err
	}
	p := Page{Lines: lines}
	if len(lines) > limit {
		p.Lines = lines[:limit]
		last := p.Lines[limit-1]
		p.Next = orNoDue(last.Due) + "~" + last.ID
	}
	return p, nil
}

func orNoDue(due string) string {
	if due == "" {
		return noDue
	}
	return due
}

func scanLine(r *sql.Rows) (Line, error) {
	var l Line
	var updated db.Time
	err := r.Scan(&l.ID, &l.Number, &l.Programme, &l.FiscalYear, &l.OrgName, &l.Title, &l.State, &l.Holder, &l.Due, &l.Owner,
		&l.Requested, &l.Decided, &l.Ended, &l.Demo, &l.Submitted, &updated)
	l.Updated = updated.Time
	if l.Due == noDue {
		l.Due = ""
	}
	return l, err
}

// countLimit bounds what a count may cost; a page shows "1000+" beyond.
const countLimit = 1000

// Counts says how many open cases stand in each state for this person, each counted to countLimit at most.
func (s *Store) Counts(ctx context.Context, who account.Who, states []string) (map[string]int, error) {
	where, args := s.visible(who, 2)
	counts := map[string]int{}
	for _, st := range states {
		n, err := db.One(ctx, s.DB.Read(), db.Int, fmt.Sprintf(`SELECT COUNT(*) FROM (SELECT 1 AS one FROM cases WHERE state = $1 AND %s LIMIT %d) x`,
			where, countLimit), append([]any{st}, args...)...)
		if err != nil {
			return nil, err
		}
		counts[st] = int(n)
	}
	return counts, nil
}

// WaitingAtBranch counts the cases of a section that stand before the branch: HQ sees the number only (rule 10).
func (s *Store) WaitingAtBranch(ctx context.Context, who account.Who) (int64, error) {
	if !who.Is(account.RoleOfficer, account.RoleChief) {
		return 0, nil
	}
	return db.One(ctx, s.DB.Read(), db.Int, fmt.Sprintf(`SELECT COUNT(*) FROM (SELECT 1 AS one FROM cases WHERE section = $1 AND phase = 1
		AND NOT ended LIMIT %d) x`, countLimit), who.BodyID())
}
