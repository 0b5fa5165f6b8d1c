// Package ledger keeps the budget (予算) of every programme and fiscal year: what is there, what decisions have committed and what
// was paid. Every movement is a double entry in yen, written in the transaction of the decision that causes it, so two officers
// cannot spend the same yen. Used by package cases; officers see its balances.
package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
)

// Accounts of a budget. Money enters from outside into available, a decision moves it to committed, a payment to paid.
const (
	Outside   = "outside"
	Available = "available"
	Committed = "committed"
	Paid      = "paid"
)

// Sample begins the name of a budget of the demonstration.
const Sample = "sample:"

// Balance is one budget in yen.
type Balance struct {
	Programme  string
	FiscalYear int
	Total      int64
	Committed  int64
	Paid       int64
}

// Available is what a decision may still commit.
func (b Balance) Available() int64 { return b.Total - b.Committed - b.Paid }

// Entry is one movement as an auditor reads it.
type Entry struct {
	Case          string
	At            time.Time
	Person        string
	Role          account.Role
	Debit, Credit string
	Amount        int64
	Reason        string
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
	res, err := tx.ExecContext(ctx, `INSERT INTO budgets (id, programme, fiscal_year, total, committed, paid)
		VALUES ($1, $2, $3, $4, 0, 0) ON CONFLICT (id) DO NOTHING`, id(programme, fy), programme, fy, total)
	if err != nil {
		return fmt.Errorf("open budget %s %d: %w", programme, fy, err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 || total == 0 {
		return err
	}
	return s.enter(ctx, tx, account.Who{Person: "system"}, id(programme, fy), "", Available, Outside, total, "call")
}

// Commit takes amount from what is available for a case's decision. fault.Refused when the budget does not hold it: of any number
// of simultaneous decisions exactly those that fit pass.
func (s *Store) Commit(ctx context.Context, tx db.Q, who account.Who, programme string, fy int, caseID string, amount int64) error {
	res, err := tx.ExecContext(ctx, `UPDATE budgets SET committed = committed + $1
		WHERE id = $2 AND committed + paid + $1 <= total`, amount, id(programme, fy))
	if err != nil {
		return fmt.Errorf("commit %s: %w", caseID, err)
	}
	if n, err := res.RowsAffected(); err != nil {
		return err
	} else if n == 0 {
		return fault.New(fault.Refused, "ledger.over_budget")
	}
	return s.enter(ctx, tx, who, id(programme, fy), caseID, Committed, Available, amount, "decision")
}

// Release gives a commitment, or the part of it that is not needed, back. A zero amount does nothing.
func (s *Store) Release(ctx context.Context, tx db.Q, who account.Who, programme string, fy int, caseID string, amount int64, reason string) error {
	if amount == 0 {
		return nil
	}
	if _, err := tx.ExecContext(ctx, `UPDATE budgets SET committed = committed - $1 WHERE id = $2`, amount, id(programme, fy)); err != nil {
		return fmt.Errorf("release %s: %w", caseID, err)
	}
	return s.enter(ctx, tx, who, id(programme, fy), caseID, Available, Committed, amount, reason)
}

// Pay records that a committed amount left the house. A zero amount does nothing.
func (s *Store) Pay(ctx context.Context, tx db.Q, who account.Who, programme string, fy int, caseID string, amount int64) error {
	if amount == 0 {
		return nil
	}
	if _, err := tx.ExecContext(ctx, `UPDATE budgets SET committed = committed - $1, paid = paid + $1 WHERE id = $2`,
		amount, id(programme, fy)); err != nil {
		return fmt.Errorf("pay %s: %w", caseID, err)
	}
	return s.enter(ctx, tx, who, id(programme, fy), caseID, Paid, Committed, amount, "payment")
}

// mostYen is more than any budget holds, and far from where sums would no longer be counted exactly.
const mostYen = 10_000_000_000_000

// Increase adds to a budget with a reason. The chief (R07) of the section that owns it only: J03.3. Of another section's budget the chief
// learns nothing (fault.Missing).
func (s *Store) Increase(ctx context.Context, who account.Who, programme string, fy int, amount int64, reason string) error {
	if !who.Is(account.RoleChief) {
		return fault.New(fault.Refused, "ledger.chief_only")
	}
	if section, err := s.Section(ctx, programme); err != nil {
		return err
	} else if section != who.BodyID() || !who.Hat.Covers(strings.TrimPrefix(programme, Sample)) {
		return fault.New(fault.Missing, "db.missing")
	}
	if amount <= 0 || amount > mostYen {
		return fault.At("amount", "ledger.amount")
	}
	if strings.TrimSpace(reason) == "" {
		return fault.At("reason", "ledger.reason")
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		if err := s.Open(ctx, tx, programme, fy, 0); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE budgets SET total = total + $1 WHERE id = $2`, amount, id(programme, fy)); err != nil {
			return fmt.Errorf("increase budget %s: %w", id(programme, fy), err)
		}
		return s.enter(ctx, tx, who, id(programme, fy), "", Available, Outside, amount, reason)
	})
}

func (s *Store) enter(ctx context.Context, tx db.Q, who account.Who, budget, caseID, debit, credit string, amount int64, reason string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO ledger_entries (budget, case_id, at, person, role, debit, credit, amount, reason)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		budget, caseID, db.At(s.Clock()), who.Person, string(who.Hat.Role), debit, credit, amount, reason)
	if err != nil {
		return fmt.Errorf("ledger entry %s %s: %w", budget, caseID, err)
	}
	return nil
}

// Balance is a budget as it stands; zero when there is none.
func (s *Store) Balance(ctx context.Context, programme string, fy int) (Balance, error) {
	b, err := db.One(ctx, s.DB.Read(), func(r *sql.Rows) (Balance, error) {
		var b Balance
		err := r.Scan(&b.Programme, &b.FiscalYear, &b.Total, &b.Committed, &b.Paid)
		return b, err
	}, `SELECT programme, fiscal_year, total, committed, paid FROM budgets WHERE id = $1`, id(programme, fy))
	if fault.Is(err, fault.Missing) {
		return Balance{Programme: programme, FiscalYear: fy}, nil
	}
	return b, err
}

// Entries lists the movements of one case, or of a whole budget when caseID is empty, oldest first.
func (s *Store) Entries(ctx context.Context, programme string, fy int, caseID string) ([]Entry, error) {
	return db.List(ctx, s.DB.Read(), func(r *sql.Rows) (Entry, error) {
		var e Entry
		var at db.Time
		err := r.Scan(&e.Case, &at, &e.Person, &e.Role, &e.Debit, &e.Credit, &e.Amount, &e.Reason)
		e.At = at.Time
		return e, err
	}, `SELECT case_id, at, person, role, debit, credit, amount, reason FROM ledger_entries
		WHERE budget = $1 AND ($2 = '' OR case_id = $2) ORDER BY id`, id(programme, fy), caseID)
}

// Verify recomputes every budget from its entries and returns one sentence per difference.
func (s *Store) Verify(ctx context.Context) ([]string, error) {
	return db.List(ctx, s.DB.Read(), func(r *sql.Rows) (string, error) {
		var id string
		var total, committed, paid, t, c, p int64
		err := r.Scan(&id, &total, &committed, &paid, &t, &c, &p)
		return fmt.Sprintf("budget %s: kept %d/%d/%d, entries say %d/%d/%d", id, total, committed, paid, t, c, p), err
	}, `SELECT id, total, committed, paid, t, c, p FROM (
		SELECT b.id, b.total, b.committed, b.paid,
			COALESCE(SUM(CASE WHEN e.credit = 'outside' THEN e.amount WHEN e.debit = 'outside' THEN -e.amount ELSE 0 END), 0) AS t,
			COALESCE(SUM(CASE WHEN e.debit = 'committed' THEN e.amount WHEN e.credit = 'committed' THEN -e.amount ELSE 0 END), 0) AS c,
			COALESCE(SUM(CASE WHEN e.debit = 'paid' THEN e.amount WHEN e.credit = 'paid' THEN -e.amount ELSE 0 END), 0) AS p
		FROM budgets b LEFT JOIN ledger_entries e ON e.budget = b.id GROUP BY b.id, b.total, b.committed, b.paid) x
		WHERE total <> t OR committed <> c OR paid <> p ORDER BY id`)
}
