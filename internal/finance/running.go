package finance

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/jobs"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
)

// closeKind is the long work that runs an approved closing. It has the closing's id.
const closeKind = "finance.close"

// One step of a running closing is one transaction: so many items, or what is done in so much time. It is short, because other people's
// money waits for it meanwhile.
const (
	stepItems = 200
	stepTime  = 80 * time.Millisecond
)

// Register tells the job queue which work this package does.
func (s *Store) Register() { s.Jobs.HandleWork(closeKind, s.advance, nil) }

// advance does the next items of an approved closing, each as a change of its case with all that belongs to it, and after the last closes the
// budget. A process that dies loses at most the step in hand, whole. An item that a person has to look at is left, and the closing then
// stays open: the budget is closed when nothing is left.
func (s *Store) advance(ctx context.Context, tx db.Q, w jobs.Work) (jobs.Step, bool, error) {
	out := jobs.Step{Total: w.Total, Done: w.Done}
	c, err := db.One(ctx, tx, scanClosing, `SELECT `+closingColumns+` FROM closings WHERE id = $1`, w.ID)
	if err != nil || c.State != Approved {
		return out, true, err
	}
	if out.Total == 0 {
		if out.Total, err = db.One(ctx, tx, db.Int, `SELECT COUNT(*) FROM closing_items WHERE closing = $1`, c.ID); err != nil {
			return out, false, err
		}
	}
	items, err := db.List(ctx, tx, func(r *sql.Rows) (i Item, err error) {
		return i, r.Scan(&i.Case, &i.Number, &i.Org, &i.Choice, &i.Reason)
	},
		`SELECT case_id, number, org_name, choice, reason FROM closing_items WHERE closing = $1 AND state = 'open' ORDER BY case_id LIMIT $2`, c.ID, stepItems)
	if err != nil {
		return out, false, err
	}
	by := s.approver(ctx, c)
	if len(items) == 0 {
		return out, true, s.shut(ctx, tx, c, by)
	}
	for began := time.Now(); len(items) > 0 && time.Since(began) < stepTime; items = items[1:] {
		if err := s.settle(ctx, c, by, items[0]); err == nil {
			out.Done++
			out.Fine++
		} else if err := s.leave(ctx, tx, &out, items[0], c.ID, err); err != nil {
			return out, false, err
		}
	}
	return out, false, nil
}

// approver is in whose name the items are done.
func (s *Store) approver(ctx context.Context, c Closing) account.Who {
	by := account.Who{Person: c.Approver, Name: c.ApprovedBy, Hat: account.Hat{Role: account.RoleChief, Body: "system"}}
	if section, err := s.Ledger.Section(ctx, c.Fund); err == nil {
		by.Hat.Body = "hq:" + section
	}
	return by
}

// settle does one item.
func (s *Store) settle(ctx context.Context, c Closing, by account.Who, i Item) error {
	return s.Cases.CloseYear(ctx, by, i.Case, cases.YearEnd{Year: c.Year, Carry: i.Choice == Carry, Reason: i.Reason}, func(ctx context.Context, tx db.Q) error {
		_, err := tx.ExecContext(ctx, `UPDATE closing_items SET state = 'done' WHERE closing = $1 AND case_id = $2`, c.ID, i.Case)
		return err
	})
}

// leave lays an item aside with the words of what a person can mend; any other failure is returned, and the step is tried again.
func (s *Store) leave(ctx context.Context, tx db.Q, out *jobs.Step, i Item, closing string, cause error) error {
	f := fault.Of(cause)
	if f == nil || f.Key == "" {
		return fmt.Errorf("closing %s, case %s: %w", closing, i.Case, cause)
	}
	out.Refused++
	_, err := tx.ExecContext(ctx, `UPDATE closing_items SET state = 'left', said_ja = $3, said_en = $4 WHERE closing = $1 AND case_id = $2`, closing, i.Case,
		lang.T(lang.JA, f.Key, f.Args...), lang.T(lang.EN, f.Key, f.Args...))
	return err
}

// shut closes the budget, unless items are left or a case was decided meanwhile.
func (s *Store) shut(ctx context.Context, tx db.Q, c Closing, by account.Who) error {
	for _, x := range []struct{ key, query string }{
		{"finance.close.left", `SELECT COUNT(*) FROM closing_items WHERE closing = $1 AND state = 'left' AND $2 <> ''`},
		{"finance.close.more", missed},
	} {
		n, err := db.One(ctx, tx, db.Int, x.query, c.ID, fmt.Sprintf("%s/%d", c.Fund, c.Year))
		if err != nil {
			return err
		}
		if n > 0 {
			return fault.New(fault.Refused, x.key, "n", n)
		}
	}
	n, err := db.Changed(ctx, tx, `UPDATE closings SET state = 'done' WHERE id = $1 AND state = 'approved'`, c.ID)
	if err != nil || n == 0 {
		return err
	}
	return s.Ledger.Close(ctx, tx, by, c.Fund, c.Year, jp.Date(s.Clock()), "close "+c.ID)
}

// Progress is how far a closing's run is; fault.Missing before its approval. The closing came from Closing, which says who may.
func (s *Store) Progress(ctx context.Context, c Closing) (jobs.Work, error) {
	return s.Jobs.Work(ctx, c.ID)
}

// Left lists the items of a closing that could not be done, each with the reason, most at most.
func (s *Store) Left(ctx context.Context, c Closing, most int) ([]Item, error) {
	return db.List(ctx, s.DB.Read(), scanItem, itemsOf+` AND state = 'left' ORDER BY number, case_id LIMIT $2`, c.ID, most)
}

// Halt stops a running closing between two items. What is done stays done.
func (s *Store) Halt(ctx context.Context, who account.Who, c Closing) error {
	return s.steer(ctx, who, c, s.Jobs.HaltWork)
}

// Resume lets a closing that was stopped, or that left items, go on with all that is not done.
func (s *Store) Resume(ctx context.Context, who account.Who, c Closing) error {
	return s.steer(ctx, who, c, func(ctx context.Context, tx db.Q, id string) error {
		if _, err := tx.ExecContext(ctx, `UPDATE closing_items SET state = 'open' WHERE closing = $1 AND state = 'left'`, id); err != nil {
			return err
		}
		return s.Jobs.ResumeWork(ctx, tx, id)
	})
}

// steer stops or resumes a closing: chiefs of the section that owns the budget.
func (s *Store) steer(ctx context.Context, who account.Who, c Closing, act func(context.Context, db.Q, string) error) error {
	if err := s.mayClose(ctx, who, c.Fund); err != nil {
		return err
	}
	if !who.Is(account.RoleChief) {
		return fault.New(fault.Refused, "ledger.chief_only")
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx db.Q) error { return act(ctx, tx, c.ID) })
}
