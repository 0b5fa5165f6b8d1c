package cases

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
	"kakehashi/internal/search"
)

// Line is one case in a list: what a row shows, read without opening the case.
type Line struct {
	ID, Number, Programme string
	FiscalYear            int
	Org, OrgName, Title   string // Org is the body's code in the register
	State, Holder, Due    string
	Owner                 string
	Requested, Decided    int64
	Ended, Demo           bool
	Submitted             string
	Updated               time.Time
	Seq                   int // of its last event
	phase                 int
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
	Officer    string // in charge at the acting person's desk; Nobody for cases without one
	From, Till string // ISO days the due day lies between
	Sort       string // one of Sorts, "-" before it for the other way; "" by due day
	After      string
	Limit      int // 50 unless said
}

// Nobody as Filter.Officer finds the cases nobody at the desk is in charge of.
const Nobody = "-"

// key is the filter as text, for what is kept of its answers.
func (f Filter) key() string {
	return fmt.Sprintf("%q %d %q %q %t %t %q %q %q %q %q %q %d", f.Programme, f.FiscalYear, f.States, f.Holders, f.Open, f.Ended, f.Text, f.Officer, f.From, f.Till, f.Sort,
		f.After, f.Limit)
}

// Page is a part of a list in order of due day, and the cursor of the next part ("" at the end).
type Page struct {
	Lines []Line
	Next  string
}

const lineColumns = `id, number, programme, fiscal_year, org_code, org_name, title, state, holder, due, owner, requested, decided, ended, demo,
	submitted, updated, version, phase`

// List reads a page of the cases this person may see, by due day. Its cost does not grow with the number of cases. A page of the usual
// length is kept for a moment (see tally); callers do not change its lines.
func (s *Store) List(ctx context.Context, who account.Who, f Filter) (Page, error) {
	if f.Limit > pageMost || f.Text != "" {
		return s.list(ctx, who, f)
	}
	return lately(ctx, s, pagesOf, who, "list "+f.key(), func() (Page, error) { return s.list(ctx, who, f) })
}

// pageMost is the longest page that is kept.
const pageMost = 60

func (s *Store) list(ctx context.Context, who account.Who, f Filter) (Page, error) {
	limit := f.Limit
	if limit <= 0 || limit > 500 {
		limit = 50
	}
	query, args := s.narrowed(who, f, "due, id", limit+1)
	if f.Sort != "" || len(f.States) < 2 {
		query, args = s.narrowed(who, f, lineColumns, limit+1)
	} else {
		query = `SELECT ` + lineColumns + ` FROM cases WHERE id IN (SELECT id FROM (` + query + `) x) ORDER BY due, id`
	}
	lines, err := db.List(ctx, s.DB.Brief(), s.lineFor(who), query, args...)
	if err != nil {
		return Page{}, err
	}
	p := Page{Lines: lines}
	if len(lines) > limit {
		p.Lines = lines[:limit:limit]
		last := p.Lines[limit-1]
		p.Next = f.cursor(last)
	}
	return p, nil
}

// narrowed is the query of a list in order of due day. Several states are as many lists, each read in order from its own part of an
// index and then merged, so that no page costs more than its own rows.
func (s *Store) narrowed(who account.Who, f Filter, columns string, limit int) (string, []any) {
	where, args := s.where(who, f)
	if f.Sort != "" {
		where, args = inStates(where, args, f.States)
		return fmt.Sprintf(`SELECT %s FROM cases WHERE %s ORDER BY %s LIMIT %d`, columns, where, f.order(), limit), args
	}
	if len(f.States) < 2 {
		if len(f.States) == 1 {
			args = append(args, f.States[0])
			where += fmt.Sprintf(" AND state = $%d", len(args))
		}
		return fmt.Sprintf(`SELECT %s FROM cases WHERE %s ORDER BY due, id LIMIT %d`, columns, where, limit), args
	}
	var parts []string
	for i, st := range f.States {
		args = append(args, st)
		parts = append(parts, fmt.Sprintf(`SELECT * FROM (SELECT %s FROM cases WHERE %s AND state = $%d ORDER BY due, id LIMIT %d) s%d`,
			columns, where, len(args), limit, i))
	}
	return fmt.Sprintf(`SELECT %s FROM (%s) u ORDER BY due, id LIMIT %d`, columns, strings.Join(parts, " UNION ALL "), limit), args
}

// where is everything a filter asks for but the states.
func (s *Store) where(who account.Who, f Filter) (string, []any) {
	where, args := s.visible(who, 1)
	and := func(cond string, v ...any) {
		for _, x := range v {
			args = append(args, x)
			cond = strings.Replace(cond, "?", fmt.Sprintf("$%d", len(args)), 1)
		}
		where += " AND " + cond
	}
	if f.Programme != "" {
		and("programme = ?", f.Programme)
	}
	if f.FiscalYear != 0 {
		and("fiscal_year = ?", f.FiscalYear)
	}
	if n := len(f.Holders); n > 0 {
		holders := make([]any, n)
		for i, h := range f.Holders {
			holders[i] = h
		}
		and("holder IN (?"+strings.Repeat(", ?", n-1)+")", holders...)
	}
	if f.Open {
		and("NOT ended")
	}
	if f.Ended {
		and("ended")
	}
	if number := wholeNumber(f.Text); number != "" {
		and("number = ? AND number <> ''", number)
	} else if t := strings.TrimSpace(f.Text); t != "" {
		var number, words []string
		var args []any
		for _, x := range search.Spellings(t) {
			number = append(number, "LOWER(number) LIKE ?")
			words = append(words, "LOWER(org_name) LIKE ? OR LOWER(title) LIKE ?")
			args = append(args, "%"+strings.NewReplacer("%", "", "_", "").Replace(x)+"%")
		}
		open := ""
		if who.Is(account.RoleCommittee) { // nobody finds out by searching whose application it is
			open = "phase >= 3 AND "
		}
		both := slices.Clone(args)
		for _, x := range args {
			both = append(both, x, x)
		}
		and("("+strings.Join(number, " OR ")+" OR "+open+"("+strings.Join(words, " OR ")+"))", both...)
	}
	switch f.Officer {
	case "":
	case Nobody:
		and("NOT EXISTS (SELECT 1 FROM case_desks k WHERE k.case_id = cases.id AND k.body = ? AND k.officer <> '')", who.Hat.Body)
	default:
		and("cases.id IN (SELECT k.case_id FROM case_desks k WHERE k.body = ? AND k.officer = ?)", who.Hat.Body, f.Officer)
	}
	if f.From != "" {
		and("due >= ?", f.From)
	}
	if f.Till != "" {
		and("due <= ?", f.Till)
	}
	if value, id, ok := f.after(); ok {
		column, down := f.sorted()
		and("("+column+", id) "+map[bool]string{false: ">", true: "<"}[down]+" (?, ?)", value, id)
	}
	return where, args
}

// numbered is what a whole case number looks like, with that of the demonstration.
var numbered = regexp.MustCompile(`^[A-Z][A-Z0-9]*-[0-9]{4}-(S[0-9]{4,}|[0-9]{5,})$`)

// wholeNumber is the case number that a text is as a whole, however it was typed, "" where it is something else. Whoever looks for a
// number wants that one case: it is found by the index of numbers, without looking through any list.
func wholeNumber(text string) string {
	if n := strings.ToUpper(jp.FoldID(text)); numbered.MatchString(n) {
		return n
	}
	return ""
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
	err := r.Scan(&l.ID, &l.Number, &l.Programme, &l.FiscalYear, &l.Org, &l.OrgName, &l.Title, &l.State, &l.Holder, &l.Due, &l.Owner,
		&l.Requested, &l.Decided, &l.Ended, &l.Demo, &l.Submitted, &updated, &l.Seq, &l.phase)
	l.Updated = updated.Time
	if l.Due == noDue {
		l.Due = ""
	}
	return l, err
}

// countLimit bounds what a count may cost; a page shows "1000+" beyond.
const countLimit = 1000

// Count says how many cases a filter finds, counted to most at most.
func (s *Store) Count(ctx context.Context, who account.Who, f Filter, most int) (int, error) {
	where, args := s.where(who, f)
	where, args = inStates(where, args, f.States)
	return lately(ctx, s, countsOf, who, fmt.Sprintf("count %s %d", f.key(), most), func() (int, error) {
		n, err := db.One(ctx, s.DB.Brief(), db.Int, fmt.Sprintf(`SELECT COUNT(*) FROM (SELECT 1 AS one FROM cases WHERE %s LIMIT %d) x`, where, most), args...)
		return int(n), err
	})
}

// Counts says how many open cases stand in each state for this person, each counted to countLimit at most.
func (s *Store) Counts(ctx context.Context, who account.Who, states []string) (map[string]int, error) {
	if len(states) == 0 {
		return map[string]int{}, nil
	}
	counts, err := lately(ctx, s, countsOf, who, "counts "+strings.Join(states, " "), func() (map[string]int, error) {
		where, args := s.visible(who, 1)
		var parts []string
		for i, st := range states {
			args = append(args, st)
			parts = append(parts, fmt.Sprintf(`SELECT $%d AS state, (SELECT COUNT(*) FROM (SELECT 1 AS one FROM cases WHERE state = $%d AND %s LIMIT %d) x%d) AS n`,
				len(args), len(args), where, countLimit, i))
		}
		counts := map[string]int{}
		_, err := db.List(ctx, s.DB.Brief(), func(r *sql.Rows) (struct{}, error) {
			var st string
			var n int
			err := r.Scan(&st, &n)
			counts[st] = n
			return struct{}{}, err
		}, strings.Join(parts, " UNION ALL "), args...)
		return counts, err
	})
	return maps.Clone(counts), err
}

// Order lists the ids of the first cases a filter finds, by due day: what stands before and after a case. more tells that there are others.
func (s *Store) Order(ctx context.Context, who account.Who, f Filter, most int) (ids []string, more bool, err error) {
	ids, err = lately(ctx, s, countsOf, who, fmt.Sprintf("order %s %d", f.key(), most), func() ([]string, error) {
		query, args := s.narrowed(who, f, "due, id", most+1)
		return db.List(ctx, s.DB.Brief(), func(r *sql.Rows) (string, error) {
			var due, id string
			return id, r.Scan(&due, &id)
		}, query, args...)
	})
	if len(ids) > most {
		return ids[:most:most], true, err
	}
	return ids, false, err
}

// Reach counts, of one programme, the drafts that have not been handed in and the cases under way: whom closing it would reach. Officers
// and chiefs learn the numbers only, each counted to countLimit at most.
func (s *Store) Reach(ctx context.Context, who account.Who, code string) (drafts, open int64, err error) {
	if !who.Is(account.RoleOfficer, account.RoleChief) {
		return 0, 0, fault.New(fault.Missing, "db.missing")
	}
	count := func(phase string) (int64, error) {
		return db.One(ctx, s.DB.Brief(), db.Int, fmt.Sprintf(`SELECT COUNT(*) FROM (SELECT 1 AS one FROM cases WHERE programme = $1 AND section = $2
			AND NOT ended AND demo = $3 AND `+phase+` LIMIT %d) x`, countLimit), code, who.BodyID(), who.Sample)
	}
	if drafts, err = count("phase = 0"); err == nil {
		open, err = count("phase > 0")
	}
	return drafts, open, err
}

// WaitingAtBranch counts the cases of a section that stand before the branch: HQ sees the number only (rule 10).
func (s *Store) WaitingAtBranch(ctx context.Context, who account.Who) (int64, error) {
	if !who.Is(account.RoleOfficer, account.RoleChief) {
		return 0, nil
	}
	return lately(ctx, s, countsOf, who, "at branch", func() (int64, error) {
		return db.One(ctx, s.DB.Brief(), db.Int, fmt.Sprintf(`SELECT COUNT(*) FROM (SELECT 1 AS one FROM cases WHERE section = $1 AND phase = 1
			AND NOT ended LIMIT %d) x`, countLimit), who.BodyID())
	})
}
