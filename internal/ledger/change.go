package ledger

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
)

// States of a change of a budget.
const (
	ChangeAsked   = "asked"
	ChangeDone    = "done"
	ChangeRefused = "refused"
)

// Change adds to a budget, cuts it, or moves money into it from another (増額・減額・流用). One person asks with a reason, another decides.
type Change struct {
	ID        string
	Kind      string // add | cut | transfer
	Fund      string
	Year      int
	From      string // budget a transfer comes from, "fund/year"
	Amount    int64
	Reason    string
	State     string
	Asker     string
	AskedBy   string // name
	AskedAt   time.Time
	DecidedBy string
	Answer    string
}

// mostYen is more than any budget holds, and far from where sums would no longer be counted exactly.
const mostYen = 10_000_000_000_000

const changeColumns = `c.id, c.kind, b.programme, b.fiscal_year, c.source, c.amount, c.reason, c.state, c.asked_by, c.asked_name, c.asked_at, c.decided_name, c.answer`

func scanChange(r *sql.Rows) (c Change, err error) {
	var at db.Time
	err = r.Scan(&c.ID, &c.Kind, &c.Fund, &c.Year, &c.From, &c.Amount, &c.Reason, &c.State, &c.Asker, &c.AskedBy, &at, &c.DecidedBy, &c.Answer)
	c.AskedAt = at.Time
	return c, err
}

// Owned refuses people of other sections: of their budgets they learn nothing (fault.Missing).
func (s *Store) Owned(ctx context.Context, who account.Who, fund string) error {
	section, err := s.Section(ctx, fund)
	if err != nil {
		return err
	}
	if section != who.BodyID() || !who.Hat.Covers(strings.TrimPrefix(fund, Sample)) {
		return fault.New(fault.Missing, "db.missing")
	}
	return nil
}

// Ask proposes a change of a budget. Officers and chiefs (R06, R07) of the section that owns it; a transfer stays inside the section.
func (s *Store) Ask(ctx context.Context, who account.Who, c Change) (string, error) {
	if !who.Is(account.RoleOfficer, account.RoleChief) {
		return "", fault.New(fault.Refused, "ledger.section_only")
	}
	if err := s.Owned(ctx, who, c.Fund); err != nil {
		return "", err
	}
	switch c.Kind {
	case KindAdd, KindCut:
		c.From = ""
	case KindTransfer:
		fund, _, ok := strings.Cut(c.From, "/")
		if !ok || c.From == id(c.Fund, c.Year) {
			return "", fault.At("from", "ledger.from")
		}
		if err := s.Owned(ctx, who, fund); err != nil {
			return "", fault.At("from", "ledger.from")
		}
	default:
		return "", fault.At("kind", "ledger.kind")
	}
	if c.Amount <= 0 || c.Amount > mostYen {
		return "", fault.At("amount", "ledger.amount")
	}
	if c.Reason = strings.TrimSpace(c.Reason); c.Reason == "" {
		return "", fault.At("reason", "ledger.reason")
	}
	c.ID = db.NewID("b")
	return c.ID, s.DB.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		if err := s.Open(ctx, tx, c.Fund, c.Year, 0); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO budget_changes (id, kind, budget, source, amount, reason, state, asked_by, asked_name, asked_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, c.ID, c.Kind, id(c.Fund, c.Year), c.From, c.Amount, c.Reason, ChangeAsked,
			who.Person, who.Name, db.At(s.Clock()))
		return err
	})
}

// Decide books an asked change or refuses it with a reason. The chief (R07) of the section that owns the budget, and never the person
// who asked (J03.3).
func (s *Store) Decide(ctx context.Context, who account.Who, changeID string, book bool, answer string) (Change, error) {
	if !who.Is(account.RoleChief) {
		return Change{}, fault.New(fault.Refused, "ledger.chief_only")
	}
	c, err := s.Change(ctx, changeID)
	if err != nil {
		return c, err
	}
	if err := s.Owned(ctx, who, c.Fund); err != nil {
		return c, err
	}
	if answer = strings.TrimSpace(answer); !book && answer == "" {
		return c, fault.At("answer", "ledger.reason")
	}
	state := map[bool]string{true: ChangeDone, false: ChangeRefused}[book]
	return c, s.DB.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		n, err := db.Changed(ctx, tx, `UPDATE budget_changes SET state = $2, decided_by = $3, decided_name = $4, decided_at = $5, answer = $6
			WHERE id = $1 AND state = 'asked' AND asked_by <> $3`, changeID, state, who.Person, who.Name, db.At(s.Clock()).String(), answer)
		switch {
		case err != nil:
			return err
		case n == 0 && c.Asker == who.Person:
			return fault.New(fault.Refused, "ledger.same_person")
		case n == 0:
			return fault.New(fault.Conflict, "ledger.decided")
		case !book:
			return nil
		}
		return s.book(ctx, tx, who, c)
	})
}

// book makes the entries of a change.
func (s *Store) book(ctx context.Context, tx db.Q, who account.Who, c Change) error {
	in := Movement{c.Fund, c.Year, c.Kind, Outside, Available, c.Amount}
	switch c.Kind {
	case KindCut:
		in.From, in.To = Available, Outside
	case KindTransfer:
		from, err := db.One(ctx, tx, scanBalance, `SELECT `+balanceColumns+` FROM budgets WHERE id = $1`, c.From)
		if err != nil {
			return fault.At("from", "ledger.from")
		}
		if err := s.enter(ctx, tx, who, c.Reason, Movement{from.Programme, from.FiscalYear, KindTransfer, Available, Outside, c.Amount}); err != nil {
			return err
		}
	}
	return s.enter(ctx, tx, who, c.Reason, in)
}

// Change is one change of a budget.
func (s *Store) Change(ctx context.Context, changeID string) (Change, error) {
	return db.One(ctx, s.DB.Read(), scanChange, `SELECT `+changeColumns+` FROM budget_changes c JOIN budgets b ON b.id = c.budget WHERE c.id = $1`, changeID)
}

// Changes lists the changes of a budget that were asked for, newest first.
func (s *Store) Changes(ctx context.Context, programme string, fy int) ([]Change, error) {
	return db.List(ctx, s.DB.Read(), scanChange, `SELECT `+changeColumns+` FROM budget_changes c JOIN budgets b ON b.id = c.budget
		WHERE c.budget = $1 ORDER BY c.asked_at DESC, c.id DESC`, id(programme, fy))
}
