// Package ledger keeps the budget (予算) of every programme and fiscal year as a double-entry book: what is there, what proposals hold,
// what decisions have committed, what was paid, settled, demanded back and returned. Every movement is in yen, is never changed, names
// its reason, its case and the event of the case's journal, and is written in the transaction of that event, so two officers cannot
// spend the same yen. Used by package cases; officers, finance and auditors read its books.
package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
)

// Sample begins the name of a budget of the demonstration.
const Sample = "sample:"

// Balance is one budget in yen. Income (interest received) and Released (given back by cases so far) are no part of Total.
type Balance struct {
	Programme  string
	FiscalYear int
	Total      int64
	Reserved   int64
	Committed  int64
	Paid       int64 // paid and not yet settled: advances
	Settled    int64
	Owed       int64 // demanded back and not yet returned
	Income     int64
	Released   int64
	Closed     string // ISO day of the year-end close, "" before
}

// Spent is what has left the house and has not come back.
func (b Balance) Spent() int64 { return b.Paid + b.Settled + b.Owed }

// Available is what a decision may still commit.
func (b Balance) Available() int64 { return b.Total - b.Reserved - b.Committed - b.Spent() }

// Undecided is what decisions may still commit when those proposed already are counted in.
func (b Balance) Undecided() int64 { return b.Available() + b.Reserved }

const balanceColumns = `programme, fiscal_year, total, reserved, committed, paid, settled, owed, income, released, closed_on`

func scanBalance(r *sql.Rows) (b Balance, err error) {
	err = r.Scan(&b.Programme, &b.FiscalYear, &b.Total, &b.Reserved, &b.Committed, &b.Paid, &b.Settled, &b.Owed, &b.Income, &b.Released, &b.Closed)
	return b, err
}

// Store keeps budgets. Section tells which section of headquarters owns a budget.
type Store struct {
	DB      *db.DB
	Clock   func() time.Time
	Section func(ctx context.Context, programme string) (string, error)
}

func id(programme string, fy int) string { return fmt.Sprintf("%s/%d", programme, fy) }

// Open makes the budget of a call if it is not there yet, with the total its definition names. A budget that exists is left alone.
func (s *Store) Open(ctx context.Context, tx db.Q, programme string, fy int, total int64) error {
	n, err := db.Changed(ctx, tx, openBudget, id(programme, fy), programme, fy)
	if err != nil {
		return fmt.Errorf("open budget %s %d: %w", programme, fy, err)
	}
	if n == 0 || total == 0 {
		return nil
	}
	return s.enter(ctx, tx, account.Who{Person: "system"}, "call", Movement{programme, fy, KindCall, Outside, Available, total})
}

const openBudget = `INSERT INTO budgets (id, programme, fiscal_year, total, committed, paid) VALUES ($1, $2, $3, 0, 0, 0) ON CONFLICT (id) DO NOTHING`

// Post books what one event of a case moved: the budgets at once, the entries in b, which the caller runs in the same transaction.
// fault.Refused when a budget does not hold it or is closed: of any number of simultaneous decisions exactly those that fit pass.
func (s *Store) Post(ctx context.Context, tx db.Q, b *db.Batch, who account.Who, at time.Time, caseID string, event int, reason string, list []Movement) error {
	if err := s.Move(ctx, tx, list); err != nil {
		return err
	}
	for _, m := range list {
		b.Add(insertEntry, m.Budget(), caseID, db.At(at), who.Person, string(who.Hat.Role), m.To, m.From, m.Amount, reason, m.Kind, event, "")
	}
	return nil
}

const insertEntry = `INSERT INTO ledger_entries (budget, case_id, at, person, role, debit, credit, amount, reason, kind, event, seal)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`

// change is what movements do to one budget.
type change struct {
	fund     string
	year     int
	total    int64
	delta    map[string]int64
	released int64
	touches  bool // the part that may be spent
}

// changes sums movements by budget, in their order.
func changes(list []Movement) (out []*change) {
	for _, m := range list {
		var c *change
		for _, x := range out {
			if x.fund == m.Fund && x.year == m.Year {
				c = x
			}
		}
		if c == nil {
			c = &change{fund: m.Fund, year: m.Year, delta: map[string]int64{}}
			out = append(out, c)
		}
		c.add(m)
	}
	return out
}

func (c *change) add(m Movement) {
	inside := func(account string) bool { return account != Outside && account != Income }
	if inside(m.From) != inside(m.To) {
		if inside(m.To) {
			c.total += m.Amount
		} else {
			c.total -= m.Amount
		}
	}
	c.delta[m.From] -= m.Amount
	c.delta[m.To] += m.Amount
	if m.Kind == KindReverse && m.From == Available && m.To == Committed {
		c.released -= m.Amount // what the case gave back it holds again
	}
	if m.Kind == KindRelease || m.Kind == KindRefund {
		c.released += m.Amount
	}
	c.touches = c.touches || m.From == Available || m.To == Available
}

// Move changes the budgets, each in one statement that looks and writes at once. Whoever calls it writes the entries as well.
func (s *Store) Move(ctx context.Context, tx db.Q, list []Movement) error {
	for _, m := range list {
		if m.Amount <= 0 {
			return fmt.Errorf("ledger: a movement of %d yen", m.Amount)
		}
	}
	for _, c := range changes(list) {
		if c.total > 0 {
			if _, err := tx.ExecContext(ctx, openBudget, id(c.fund, c.year), c.fund, c.year); err != nil {
				return fmt.Errorf("open budget %s %d: %w", c.fund, c.year, err)
			}
		}
		touches := 0
		if c.touches && c.delta[Available] != 0 {
			touches = 1
		}
		n, err := db.Changed(ctx, tx, `UPDATE budgets SET total = total + $2, reserved = reserved + $3, committed = committed + $4, paid = paid + $5,
			settled = settled + $6, owed = owed + $7, income = income + $8, released = released + $9
			WHERE id = $1 AND reserved + $3 >= 0 AND committed + $4 >= 0 AND paid + $5 >= 0 AND settled + $6 >= 0 AND owed + $7 >= 0
			AND reserved + committed + paid + settled + owed + $10 <= total + $2 AND (closed_on = '' OR $11 = 0)`,
			id(c.fund, c.year), c.total, c.delta[Reserved], c.delta[Committed], c.delta[Paid], c.delta[Settled], c.delta[Owed], c.delta[Income],
			c.released, c.total-c.delta[Available], touches)
		if err != nil {
			return fmt.Errorf("budget %s: %w", id(c.fund, c.year), err)
		}
		if n == 0 {
			return s.refusal(ctx, tx, c)
		}
	}
	return nil
}

// refusal says why a budget did not take a change.
func (s *Store) refusal(ctx context.Context, tx db.Q, c *change) error {
	b, err := s.balance(ctx, tx, c.fund, c.year)
	switch {
	case err != nil:
		return err
	case b.Closed != "" && c.touches:
		return fault.New(fault.Refused, "ledger.closed")
	case c.delta[Available] < 0:
		return fault.New(fault.Refused, "ledger.over_budget")
	}
	return fmt.Errorf("budget %s holds %+v and cannot take %+v", id(c.fund, c.year), b, c.delta)
}

// enter books one movement without a case. Such entries have no journal of a case behind them, so each is sealed to the one before it.
func (s *Store) enter(ctx context.Context, tx db.Q, who account.Who, reason string, m Movement) error {
	if err := s.Move(ctx, tx, []Movement{m}); err != nil {
		return err
	}
	last, err := db.List(ctx, tx, db.String, `SELECT seal FROM ledger_entries WHERE budget = $1 AND case_id = '' ORDER BY id DESC LIMIT 1`, m.Budget())
	if err != nil {
		return err
	}
	prev := ""
	if len(last) > 0 {
		prev = last[0]
	}
	at := db.At(s.Clock().UTC().Truncate(time.Microsecond))
	e := sealed{budget: m.Budget(), at: at.String(), person: who.Person, role: string(who.Hat.Role), debit: m.To, credit: m.From, amount: m.Amount,
		reason: reason, kind: m.Kind}
	if _, err := tx.ExecContext(ctx, insertEntry, e.budget, "", at, e.person, e.role, e.debit, e.credit, e.amount, e.reason, e.kind, 0, e.seal(prev)); err != nil {
		return fmt.Errorf("ledger entry %s: %w", m.Budget(), err)
	}
	return nil
}

// Balance is a budget as it stands; zero when there is none.
func (s *Store) Balance(ctx context.Context, programme string, fy int) (Balance, error) {
	return s.balance(ctx, s.DB.Read(), programme, fy)
}

// In is Balance as the transaction sees it.
func (s *Store) In(ctx context.Context, tx db.Q, programme string, fy int) (Balance, error) {
	return s.balance(ctx, tx, programme, fy)
}

func (s *Store) balance(ctx context.Context, q db.Q, programme string, fy int) (Balance, error) {
	b, err := db.One(ctx, q, scanBalance, `SELECT `+balanceColumns+` FROM budgets WHERE id = $1`, id(programme, fy))
	if fault.Is(err, fault.Missing) {
		return Balance{Programme: programme, FiscalYear: fy}, nil
	}
	return b, err
}

// Close marks a budget as closed on a day; what is still available leaves it as not needed (不用額). Nothing can be reserved, committed or
// added afterwards.
func (s *Store) Close(ctx context.Context, tx db.Q, who account.Who, programme string, fy int, day, reason string) error {
	b, err := s.balance(ctx, tx, programme, fy)
	if err != nil {
		return err
	}
	if n := b.Available(); n > 0 {
		if err := s.enter(ctx, tx, who, reason, Movement{programme, fy, KindLapse, Available, Outside, n}); err != nil {
			return err
		}
	}
	_, err = tx.ExecContext(ctx, `UPDATE budgets SET closed_on = $2 WHERE id = $1 AND closed_on = ''`, id(programme, fy), day)
	return err
}
