package ledger

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
)

// Entry is one movement as an auditor reads it.
type Entry struct {
	Budget        string
	Case          string
	Event         int
	At            time.Time
	Person        string
	Role          account.Role
	Debit, Credit string
	Amount        int64
	Kind          string
	Reason        string
}

const entryColumns = `budget, case_id, event, at, person, role, debit, credit, amount, kind, reason`

func scanEntry(r *sql.Rows) (e Entry, err error) {
	var at db.Time
	err = r.Scan(&e.Budget, &e.Case, &e.Event, &at, &e.Person, &e.Role, &e.Debit, &e.Credit, &e.Amount, &e.Kind, &e.Reason)
	e.At = at.Time
	return e, err
}

// Entries lists the movements of a whole budget, oldest first.
func (s *Store) Entries(ctx context.Context, programme string, fy int) ([]Entry, error) {
	return db.List(ctx, s.DB.Read(), scanEntry, `SELECT `+entryColumns+` FROM ledger_entries WHERE budget = $1 ORDER BY id`, id(programme, fy))
}

// EntriesOf lists the movements of one case in all budgets, oldest first.
func (s *Store) EntriesOf(ctx context.Context, caseID string) ([]Entry, error) {
	return db.List(ctx, s.DB.Read(), scanEntry, `SELECT `+entryColumns+` FROM ledger_entries WHERE case_id = $1 ORDER BY id`, caseID)
}

// EntriesBetween lists the movements of the cases from one id to another by case, oldest first: verification reads them so.
func (s *Store) EntriesBetween(ctx context.Context, first, last string) ([]Entry, error) {
	return db.List(ctx, s.DB.Read(), scanEntry, `SELECT `+entryColumns+` FROM ledger_entries
		WHERE case_id >= $1 AND case_id <= $2 AND case_id <> '' ORDER BY case_id, id`, first, last)
}

// Line is an entry of the book (予算差引簿) with the balance after it.
type Line struct {
	Entry
	Number  string // of the case, "" without one
	Org     string
	OrgCode string
	After   Balance
}

// bookPart is how many lines of a book are read at once.
const bookPart = 2000

// Book goes through the book of a budget, oldest first, each line with the balances after it, until f says to stop. It holds no more than a
// part of the book in memory.
func (s *Store) Book(ctx context.Context, programme string, fy int, f func(Line) (more bool, err error)) error {
	b, last := Balance{Programme: programme, FiscalYear: fy}, int64(0)
	for {
		list, err := db.List(ctx, s.DB.Read(), func(r *sql.Rows) (l Line, err error) {
			var at db.Time
			err = r.Scan(&last, &l.Budget, &l.Case, &l.Event, &at, &l.Person, &l.Role, &l.Debit, &l.Credit, &l.Amount, &l.Kind, &l.Reason, &l.Number, &l.OrgCode, &l.Org)
			l.At = at.Time
			return l, err
		}, fmt.Sprintf(`SELECT e.id, e.budget, e.case_id, e.event, e.at, e.person, e.role, e.debit, e.credit, e.amount, e.kind, e.reason,
			COALESCE(c.number, ''), COALESCE(c.org_code, ''), COALESCE(c.org_name, '') FROM ledger_entries e LEFT JOIN cases c ON c.id = e.case_id
			WHERE e.budget = $1 AND e.id > $2 ORDER BY e.id LIMIT %d`, bookPart), id(programme, fy), last)
		if err != nil {
			return err
		}
		for _, l := range list {
			b.apply(l.Entry)
			l.After = b
			if more, err := f(l); err != nil || !more {
				return err
			}
		}
		if len(list) < bookPart {
			return nil
		}
	}
}

// Lines counts the movements of a budget.
func (s *Store) Lines(ctx context.Context, programme string, fy int) (int64, error) {
	return db.One(ctx, s.DB.Read(), db.Int, `SELECT COUNT(*) FROM ledger_entries WHERE budget = $1`, id(programme, fy))
}

// apply adds one entry to a balance.
func (b *Balance) apply(e Entry) {
	c := change{delta: map[string]int64{}}
	c.add(Movement{Kind: e.Kind, From: e.Credit, To: e.Debit, Amount: e.Amount})
	b.Total += c.total
	b.Released += c.released
	for account, n := range map[string]*int64{Reserved: &b.Reserved, Committed: &b.Committed, Paid: &b.Paid, Settled: &b.Settled, Owed: &b.Owed,
		Income: &b.Income} {
		*n += c.delta[account]
	}
}

// Sums are what a budget took in from outside by kind of movement, in yen; what left it is negative.
func (s *Store) Sums(ctx context.Context, programme string, fy int) (map[string]int64, error) {
	sums := map[string]int64{}
	_, err := db.List(ctx, s.DB.Read(), func(r *sql.Rows) (struct{}, error) {
		var kind string
		var n int64
		err := r.Scan(&kind, &n)
		sums[kind] = n
		return struct{}{}, err
	}, `SELECT kind, SUM(CASE WHEN credit = 'outside' THEN amount ELSE -amount END) FROM ledger_entries
		WHERE budget = $1 AND (credit = 'outside' OR debit = 'outside') AND debit <> 'income' GROUP BY kind`, id(programme, fy))
	return sums, err
}

// Budgets lists budgets by programme, newest year first; an empty programme lists all.
func (s *Store) Budgets(ctx context.Context, programme string) ([]Balance, error) {
	return db.List(ctx, s.DB.Read(), scanBalance, `SELECT `+balanceColumns+` FROM budgets WHERE $1 = '' OR programme = $1
		ORDER BY programme, fiscal_year DESC`, programme)
}

// sealed is an entry without a case, as its seal sees it.
type sealed struct {
	budget, at, person, role, debit, credit string
	amount                                  int64
	reason, kind                            string
}

// seal binds the entry to the one before it. Every part is length-prefixed, so no two entries share an encoding.
func (e sealed) seal(prev string) string {
	h := sha256.New()
	for _, part := range []string{prev, e.budget, e.at, e.person, e.role, e.debit, e.credit, fmt.Sprint(e.amount), e.reason, e.kind} {
		fmt.Fprintf(h, "%d:%s", len(part), part)
	}
	return hex.EncodeToString(h.Sum(nil))
}
