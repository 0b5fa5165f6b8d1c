package crash

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"kakehashi/internal/db"
)

// Invariant is a query that must find nothing; each row it finds is a fault, shown as it is.
type Invariant struct{ Must, Query string }

// Whole are the invariants of a whole Kakehashi at any moment, after any kill. They are plain SQL on purpose: they share no
// code with what they judge.
var Whole = []Invariant{
	{"a journal counts its events from 1 without a gap",
		`SELECT case_id, MIN(seq), MAX(seq), COUNT(*) FROM case_events GROUP BY case_id HAVING MIN(seq) <> 1 OR MAX(seq) <> COUNT(*)`},
	{"a case stands where its last event left it",
		`SELECT c.id, c.version, e.seq FROM cases c LEFT JOIN case_events e ON e.case_id = c.id AND e.seq = (SELECT MAX(seq) FROM case_events x WHERE x.case_id = c.id)
		 WHERE e.seq IS NULL OR e.seq <> c.version OR e.hash <> c.head`},
	{"every event follows the one before it",
		`SELECT e.case_id, e.seq FROM case_events e JOIN case_events p ON p.case_id = e.case_id AND p.seq = e.seq - 1 WHERE e.prev <> p.hash`},
	{"a case has a number exactly when it was submitted",
		`SELECT id, number, submitted FROM cases WHERE (number = '') <> (submitted = '')`},
	{"a number is given once",
		`SELECT number, COUNT(*) FROM cases WHERE number <> '' GROUP BY number HAVING COUNT(*) > 1`},
	{"every counted number belongs to a letter",
		`SELECT c.series, c.n FROM case_counters c WHERE c.series LIKE 'letter %' AND c.n <> (SELECT COUNT(*) FROM letters l WHERE 'letter ' || l.series = c.series)`},
	{"every counted number belongs to a case",
		`SELECT c.series, c.n FROM case_counters c WHERE c.series NOT LIKE 'letter %' AND c.series NOT LIKE 'body %' AND c.n <> (SELECT COUNT(*) FROM cases k
		 WHERE k.number LIKE c.series || CASE WHEN c.series LIKE '%-S' THEN '____' ELSE '-_____' END)`},
	{"letters of a series are numbered without a gap",
		`SELECT series, COUNT(*), MAX(n) FROM letters GROUP BY series HAVING COUNT(*) <> MAX(n) OR MIN(n) <> 1`},
	{"a spent token names a case that is there, or a work for many",
		`SELECT t.token FROM case_tokens t LEFT JOIN cases c ON c.id = t.case_id WHERE c.id IS NULL AND NOT EXISTS (SELECT 1 FROM works w WHERE w.id = t.case_id)`},
	{"a budget is never overdrawn",
		`SELECT id, total, reserved, committed, paid, settled, owed FROM budgets WHERE reserved < 0 OR committed < 0 OR paid < 0 OR settled < 0 OR owed < 0
		 OR reserved + committed + paid + settled + owed > total`},
	{"a budget's sums are what its entries say",
		`SELECT b.id, b.committed, b.paid FROM budgets b WHERE b.committed <> (SELECT COALESCE(SUM(CASE WHEN e.debit = 'committed' THEN e.amount WHEN e.credit = 'committed' THEN -e.amount ELSE 0 END), 0) FROM ledger_entries e WHERE e.budget = b.id)
		 OR b.paid <> (SELECT COALESCE(SUM(CASE WHEN e.debit = 'paid' THEN e.amount WHEN e.credit = 'paid' THEN -e.amount ELSE 0 END), 0) FROM ledger_entries e WHERE e.budget = b.id)`},
	{"decided money is committed in the ledger",
		`SELECT c.id, c.decided FROM cases c WHERE c.decided > 0 AND NOT EXISTS (SELECT 1 FROM ledger_entries e WHERE e.case_id = c.id)`},
}

// Violations asks every invariant and returns what it found, one sentence a row, at most five a query.
func Violations(ctx context.Context, d *db.DB, list []Invariant) ([]string, error) {
	var found []string
	for _, i := range list {
		rows, err := db.List(ctx, d.Read(), words, i.Query)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", i.Must, err)
		}
		for n, row := range rows {
			if n == 5 {
				found = append(found, fmt.Sprintf("%s: … %d more", i.Must, len(rows)-n))
				break
			}
			found = append(found, i.Must+": "+row)
		}
	}
	return found, nil
}

// words reads a row of any shape as text.
func words(rows *sql.Rows) (string, error) {
	columns, err := rows.Columns()
	if err != nil {
		return "", err
	}
	values := make([]any, len(columns))
	targets := make([]any, len(columns))
	for i := range values {
		targets[i] = &values[i]
	}
	if err := rows.Scan(targets...); err != nil {
		return "", err
	}
	said := make([]string, len(columns))
	for i, v := range values {
		if b, ok := v.([]byte); ok {
			v = string(b)
		}
		said[i] = fmt.Sprintf("%s=%v", columns[i], v)
	}
	return strings.Join(said, " "), nil
}

// Lost are the keys of done that the query's first column does not give, and those it gives more than once.
func Lost(ctx context.Context, d *db.DB, done []string, query string) ([]string, error) {
	kept, err := db.List(ctx, d.Read(), db.String, query)
	if err != nil {
		return nil, err
	}
	times := map[string]int{}
	for _, key := range kept {
		times[key]++
	}
	var found []string
	for _, key := range done {
		if times[key] == 0 {
			found = append(found, "answered and lost: "+key)
		}
	}
	for key, n := range times {
		if n > 1 {
			found = append(found, fmt.Sprintf("there %d times: %s", n, key))
		}
	}
	return found, nil
}
