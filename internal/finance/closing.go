package finance

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/jobs"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
)

// States of a closing, and what becomes of an open item: carried over to the next year (繰越) or not needed (不用額).
const (
	Prepared = "prepared"
	Approved = "approved"
	Carry    = "carry"
	Lapse    = "lapse"
)

// Closing is the close of one budget at the end of its year (年度末の締め): prepared by one person, who says of every open item what
// becomes of it, approved by a chief, then run. Open counts the items that are still to be done, Left those that could not be done.
type Closing struct {
	ID         string
	Fund       string
	Year       int
	State      string
	Preparer   string
	PreparedBy string
	PreparedAt time.Time
	Approver   string
	ApprovedBy string
	Items      int
	Open       int
	Left       int
	Carried    int64 // yen the plan carries over
	Lapsed     int64 // yen of items the plan lets go
}

// Item is one case that holds money of the year.
type Item struct {
	Case, Number        string
	OrgCode, Org        string
	Reserved, Committed int64
	Choice, Reason      string
	State               string    // open | done | left
	Said                lang.Text // why it was left
}

// mayClose refuses people who neither own the budget nor keep the books.
func (s *Store) mayClose(ctx context.Context, who account.Who, fund string) error {
	if who.Is(account.RoleFinance, account.RoleAuditor) {
		return nil
	}
	if !who.Is(account.RoleOfficer, account.RoleChief) {
		return fault.New(fault.Missing, "db.missing")
	}
	return s.Ledger.Owned(ctx, who, fund)
}

// holding is what every case holds of the budget $2 that holds something of it.
const holding = `SELECT case_id, reserved, committed FROM (SELECT case_id,
	SUM(CASE WHEN debit = 'reserved' THEN amount WHEN credit = 'reserved' THEN -amount ELSE 0 END) AS reserved,
	SUM(CASE WHEN debit = 'committed' THEN amount WHEN credit = 'committed' THEN -amount ELSE 0 END) AS committed
	FROM ledger_entries WHERE budget = $2 AND case_id <> '' GROUP BY case_id) held WHERE reserved > 0 OR committed > 0`

// missed counts the cases that hold money of a closing's budget and are not among its items.
const missed = `SELECT COUNT(*) FROM (` + holding + `) x WHERE NOT EXISTS (SELECT 1 FROM closing_items i WHERE i.closing = $1 AND i.case_id = x.case_id)`

// Prepare makes the list of open items of a budget: every case that holds money of the year, committed money to be carried over,
// reservations to be let go. Nothing moves. A list that is prepared and not approved is made anew, and so is one whose run has stopped:
// what is done holds nothing any more and is not in the new one. Officers, chiefs and finance, from March of the year's end on.
func (s *Store) Prepare(ctx context.Context, who account.Who, fund string, fy int) (string, error) {
	if who.Is(account.RoleAuditor) {
		return "", fault.New(fault.Refused, "finance.close.who")
	}
	if err := s.mayClose(ctx, who, fund); err != nil {
		return "", err
	}
	b, err := s.Ledger.Balance(ctx, fund, fy)
	switch {
	case err != nil:
		return "", err
	case b.Closed != "":
		return "", fault.New(fault.Refused, "ledger.closed")
	case jp.Date(s.Clock()) < fmt.Sprintf("%d-03-01", fy+1):
		return "", fault.New(fault.Refused, "finance.close.early", "day", lang.DayText(fmt.Sprintf("%d-03-01", fy+1)))
	}
	id := db.NewID("e")
	return id, s.DB.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		running, err := db.List(ctx, tx, db.String, `SELECT id FROM closings WHERE fund = $1 AND fiscal_year = $2 AND state = 'approved'`, fund, fy)
		if err != nil {
			return err
		}
		for _, id := range running {
			if w, err := s.Jobs.Work(ctx, id); err != nil || !w.Ended() {
				return cmp.Or(err, error(fault.New(fault.Conflict, "finance.close.running")))
			}
		}
		var batch db.Batch
		batch.Add(`UPDATE closings SET state = 'dropped' WHERE fund = $1 AND fiscal_year = $2 AND state IN ('prepared', 'approved')`, fund, fy)
		batch.Add(`INSERT INTO closings (id, fund, fiscal_year, state, prepared_by, prepared_name, prepared_at) VALUES ($1, $2, $3, 'prepared', $4, $5, $6)`,
			id, fund, fy, who.Person, who.Name, db.At(s.Clock()))
		batch.Add(`INSERT INTO closing_items (closing, case_id, number, org_name, reserved, committed, choice, reason, state)
			SELECT $1, c.id, c.number, c.org_name, x.reserved, x.committed, CASE WHEN x.committed > 0 THEN 'carry' ELSE 'lapse' END, '', 'open'
			FROM (`+holding+`) x JOIN cases c ON c.id = x.case_id`, id, fmt.Sprintf("%s/%d", fund, fy))
		_, err = batch.Run(ctx, tx)
		return err
	})
}

const closingColumns = `id, fund, fiscal_year, state, prepared_by, prepared_name, prepared_at, approved_by, approved_name`

func scanClosing(r *sql.Rows) (c Closing, err error) {
	var at db.Time
	err = r.Scan(&c.ID, &c.Fund, &c.Year, &c.State, &c.Preparer, &c.PreparedBy, &at, &c.Approver, &c.ApprovedBy)
	c.PreparedAt = at.Time
	return c, err
}

// count counts the items of a closing.
func (c *Closing) count(ctx context.Context, q db.Q) error {
	_, err := db.One(ctx, q, func(r *sql.Rows) (struct{}, error) {
		return struct{}{}, r.Scan(&c.Items, &c.Open, &c.Left, &c.Carried, &c.Lapsed)
	}, `SELECT COUNT(*), COUNT(CASE WHEN state = 'open' THEN 1 END), COUNT(CASE WHEN state = 'left' THEN 1 END),
		COALESCE(SUM(CASE WHEN choice = 'carry' THEN committed ELSE 0 END), 0), COALESCE(SUM(reserved + CASE WHEN choice = 'lapse' THEN committed ELSE 0 END), 0)
		FROM closing_items WHERE closing = $1`, c.ID)
	return err
}

// Closing is the newest closing of a budget; fault.Missing when there is none.
func (s *Store) Closing(ctx context.Context, who account.Who, fund string, fy int) (Closing, error) {
	if err := s.mayClose(ctx, who, fund); err != nil {
		return Closing{}, err
	}
	c, err := db.One(ctx, s.DB.Read(), scanClosing, `SELECT `+closingColumns+` FROM closings WHERE fund = $1 AND fiscal_year = $2 AND state <> 'dropped'
		ORDER BY prepared_at DESC, id DESC LIMIT 1`, fund, fy)
	if err != nil {
		return c, err
	}
	return c, c.count(ctx, s.DB.Read())
}

// Items lists the open items of a closing by number, after the cursor of a page ("" for the first), most at most; next is the cursor of the
// page after, "" at the end. The closing came from Closing, which says who may.
func (s *Store) Items(ctx context.Context, c Closing, after string, most int) (list []Item, next string, err error) {
	number, id, _ := strings.Cut(after, "~")
	list, err = db.List(ctx, s.DB.Read(), scanItem, itemsOf+` AND (number, case_id) > ($2, $3) ORDER BY number, case_id LIMIT $4`, c.ID, number, id, most+1)
	if len(list) > most {
		list = list[:most:most]
		next = list[most-1].Number + "~" + list[most-1].Case
	}
	return list, next, err
}

const itemsOf = `SELECT case_id, number, COALESCE((SELECT c.org_code FROM cases c WHERE c.id = case_id), ''), org_name, reserved, committed, choice, reason, state, said_ja, said_en
	FROM closing_items WHERE closing = $1`

func scanItem(r *sql.Rows) (i Item, err error) {
	err = r.Scan(&i.Case, &i.Number, &i.OrgCode, &i.Org, &i.Reserved, &i.Committed, &i.Choice, &i.Reason, &i.State, &i.Said.JA, &i.Said.EN)
	return i, err
}

// Choose says what becomes of one open item of a prepared closing, with a reason; caseID "" says it of all items that have none yet.
func (s *Store) Choose(ctx context.Context, who account.Who, c Closing, caseID, choice, reason string) error {
	if who.Is(account.RoleAuditor) {
		return fault.New(fault.Refused, "finance.close.who")
	}
	if err := s.mayClose(ctx, who, c.Fund); err != nil {
		return err
	}
	if reason = strings.TrimSpace(reason); reason == "" {
		return fault.At("reason", "ledger.reason")
	}
	if choice != Carry && choice != Lapse {
		return fault.At("choice", "finance.close.choice")
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		query := `UPDATE closing_items SET choice = CASE WHEN committed > 0 THEN $2 ELSE 'lapse' END, reason = $3 WHERE closing = $1 AND state = 'open'
			AND EXISTS (SELECT 1 FROM closings e WHERE e.id = $1 AND e.state = 'prepared') AND `
		args := []any{c.ID, choice, reason}
		if caseID == "" {
			query += `reason = ''`
		} else {
			query += `case_id = $4`
			args = append(args, caseID)
		}
		_, err := tx.ExecContext(ctx, query, args...)
		return err
	})
}

// Approve lets a prepared closing run: a chief (R07) of the section that owns the budget, never the person who prepared it, and only when
// every item has a reason and no case has got money of the year since the list was made.
func (s *Store) Approve(ctx context.Context, who account.Who, c Closing) error {
	switch err := s.mayClose(ctx, who, c.Fund); {
	case err != nil:
		return err
	case !who.Is(account.RoleChief):
		return fault.New(fault.Refused, "ledger.chief_only")
	case c.Preparer == who.Person:
		return fault.New(fault.Refused, "ledger.same_person")
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		n, err := db.One(ctx, tx, db.Int, `SELECT COUNT(*) FROM closing_items WHERE closing = $1 AND reason = ''`, c.ID)
		if err != nil {
			return err
		}
		if n > 0 {
			return fault.New(fault.Refused, "finance.close.reasons", "n", n)
		}
		if n, err = db.One(ctx, tx, db.Int, missed, c.ID, fmt.Sprintf("%s/%d", c.Fund, c.Year)); err != nil {
			return err
		}
		if n > 0 {
			return fault.New(fault.Refused, "finance.close.more", "n", n)
		}
		n, err = db.Changed(ctx, tx, `UPDATE closings SET state = 'approved', approved_by = $2, approved_name = $3, approved_at = $4 WHERE id = $1 AND state = 'prepared'`,
			c.ID, who.Person, who.Name, db.At(s.Clock()).String())
		if err == nil && n == 0 {
			err = fault.New(fault.Conflict, "finance.moved_on")
		}
		if err != nil {
			return err
		}
		_, err = s.Jobs.BeginWork(ctx, tx, jobs.Work{ID: c.ID, Kind: closeKind, Title: fmt.Sprintf("%s/%d", c.Fund, c.Year), Person: who.Person, Hat: who.Hat.ID}, nil, nil)
		return err
	})
}
