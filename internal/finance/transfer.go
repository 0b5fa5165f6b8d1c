package finance

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
	"kakehashi/internal/jp"
	"kakehashi/internal/zengin"
)

// States of a transfer and of its lines.
const (
	Built    = "built"
	Released = "released"
	Done     = "done"
	Dropped  = "dropped"
	Open     = "open"
	Paid     = "paid"
	Refused  = "refused"
)

// Transfer is one file for the bank. Its content never changes after it was made; SHA256 binds it.
type Transfer struct {
	ID, N      string
	Sample     bool
	PayOn      string // ISO day
	State      string
	Lines      int
	Total      int64
	SHA256     string
	Builder    string
	BuiltBy    string
	BuiltAt    time.Time
	ReleasedBy string
}

// Line is one payment of a transfer.
type Line struct {
	N       int
	Case    string
	Move    string
	Number  string
	Org     string
	OrgCode string
	Amount  int64
	Bank    form.Bank
	State   string
	Reason  string
}

const transferColumns = `id, n, sample, pay_on, state, lines, total, sha256, built_by, built_name, built_at, released_name`

func scanTransfer(r *sql.Rows) (t Transfer, err error) {
	var at db.Time
	err = r.Scan(&t.ID, &t.N, &t.Sample, &t.PayOn, &t.State, &t.Lines, &t.Total, &t.SHA256, &t.Builder, &t.BuiltBy, &at, &t.ReleasedBy)
	t.BuiltAt = at.Time
	return t, err
}

// Transfers lists the files, newest first. Finance only.
func (s *Store) Transfers(ctx context.Context, who account.Who) ([]Transfer, error) {
	if err := only(who); err != nil {
		return nil, err
	}
	return db.List(ctx, s.DB.Read(), scanTransfer, `SELECT `+transferColumns+` FROM transfers WHERE sample = $1 ORDER BY built_at DESC, id DESC LIMIT 500`, who.Sample)
}

// Transfer is one file with its lines. Finance only.
func (s *Store) Transfer(ctx context.Context, who account.Who, id string) (Transfer, []Line, error) {
	if err := only(who); err != nil {
		return Transfer{}, nil, err
	}
	t, err := db.One(ctx, s.DB.Read(), scanTransfer, `SELECT `+transferColumns+` FROM transfers WHERE id = $1 AND sample = $2`, id, who.Sample)
	if err != nil {
		return t, nil, err
	}
	lines, err := db.List(ctx, s.DB.Read(), func(r *sql.Rows) (l Line, err error) {
		var bank string
		if err = r.Scan(&l.N, &l.Case, &l.Move, &l.Number, &l.OrgCode, &l.Org, &l.Amount, &bank, &l.State, &l.Reason); err != nil {
			return l, err
		}
		return l, json.Unmarshal([]byte(bank), &l.Bank)
	}, `SELECT n, case_id, move, number, (SELECT c.org_code FROM cases c WHERE c.id = case_id), org_name, amount, bank, state, reason FROM transfer_lines WHERE transfer = $1 ORDER BY n`, id)
	return t, lines, err
}

// Build makes a file of payments that are due, to be made on a business day from today on. Faults stand at the day or the payments; a
// case that somebody else just put into a file is fault.Conflict. Finance only.
func (s *Store) Build(ctx context.Context, who account.Who, on string, ids []string) (string, error) {
	payer, ok, err := s.Payer(ctx, who)
	switch {
	case err != nil:
		return "", err
	case !ok:
		return "", fault.At("cases", "finance.no_payer")
	case !jp.ValidDate(on) || on < jp.Date(s.Clock()):
		return "", fault.At("on", "finance.day_past")
	case !jp.BusinessDay(on):
		return "", fault.At("on", "finance.day_closed")
	case len(ids) == 0:
		return "", fault.At("cases", "finance.none_chosen")
	}
	file := zengin.File{Payer: payer, Day: on}
	var list []Due
	for _, id := range ids {
		d, err := s.due(ctx, who, id)
		switch {
		case err != nil:
			return "", err
		case d.Move == "" || d.Case.Demo != who.Sample:
			return "", fault.At("cases", "finance.not_due", "number", d.Case.Number)
		case d.Problem != "":
			return "", fault.At("cases", "finance.bad_line", "number", d.Case.Number)
		}
		list, file.Payees = append(list, d), append(file.Payees, d.payee())
	}
	content, err := file.Write()
	if err != nil {
		return "", err
	}
	id := db.NewID("t")
	err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		return s.keep(ctx, tx, who, id, on, file.Total(), content, list)
	})
	if err != nil && db.Duplicate(err) {
		return "", fault.New(fault.Conflict, "finance.in_other")
	}
	return id, err
}

// keep writes the file and its lines.
func (s *Store) keep(ctx context.Context, tx db.Q, who account.Who, id, on string, total int64, content []byte, list []Due) error {
	prefix := fmt.Sprintf("%d-", jp.FY(s.Clock()))
	if who.Sample {
		prefix = "S" + prefix
	}
	n, err := db.One(ctx, tx, db.Int, `SELECT COUNT(*) FROM transfers WHERE n LIKE $1`, prefix+"%")
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO transfers (id, n, sample, pay_on, state, lines, total, content, sha256, built_by, built_name, built_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`, id, fmt.Sprintf("%s%04d", prefix, n+1), who.Sample, on, Built, len(list), total,
		content, digest(content), who.Person, who.Name, db.At(s.Clock())); err != nil {
		return err
	}
	for i, d := range list {
		bank, err := json.Marshal(d.Bank)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO transfer_lines (transfer, n, case_id, version, move, number, org_name, amount, bank, state, live)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`, id, i+1, d.Case.ID, d.Case.Seq, d.Move, d.Case.Number, d.Case.Org.Name, d.Amount, string(bank), Open, d.Case.ID); err != nil {
			return err
		}
	}
	return nil
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Release lets a file go to the bank: by another person of finance than the one who made it, and only while every payment in it is still
// due as it was. From then on it can be fetched.
func (s *Store) Release(ctx context.Context, who account.Who, id string) error {
	t, lines, err := s.Transfer(ctx, who, id)
	switch {
	case err != nil:
		return err
	case t.Builder == who.Person:
		return fault.New(fault.Refused, "finance.same_person")
	case t.PayOn < jp.Date(s.Clock()):
		return fault.New(fault.Refused, "finance.day_past")
	}
	if _, err := s.sound(ctx, t); err != nil {
		return err
	}
	for _, l := range lines {
		d, err := s.due(ctx, who, l.Case)
		if err != nil {
			return err
		}
		if d.Move != l.Move || d.Amount != l.Amount || d.Bank != l.Bank {
			return fault.New(fault.Refused, "finance.changed", "number", l.Number)
		}
	}
	return s.step(ctx, `UPDATE transfers SET state = 'released', released_by = $2, released_name = $3, released_at = $4 WHERE id = $1 AND state = 'built'`, id,
		who.Person, who.Name, db.At(s.Clock()).String())
}

// Drop takes back a file that was not released; its payments are due again. Any person of finance.
func (s *Store) Drop(ctx context.Context, who account.Who, id string) error {
	if _, _, err := s.Transfer(ctx, who, id); err != nil {
		return err
	}
	return s.step(ctx, `UPDATE transfers SET state = 'dropped' WHERE id = $1 AND state = 'built'`, id)
}

// step moves a file from one state to another; the lines of a dropped one are let go.
func (s *Store) step(ctx context.Context, update, id string, args ...any) error {
	return s.DB.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		n, err := db.Changed(ctx, tx, update, append([]any{id}, args...)...)
		if err == nil && n == 0 {
			err = fault.New(fault.Conflict, "finance.moved_on")
		}
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE transfer_lines SET state = 'dropped', live = NULL WHERE transfer = $1
			AND EXISTS (SELECT 1 FROM transfers t WHERE t.id = $1 AND t.state = 'dropped')`, id)
		return err
	})
}

// sound reads the content and checks that it is what was made.
func (s *Store) sound(ctx context.Context, t Transfer) ([]byte, error) {
	content, err := db.One(ctx, s.DB.Read(), func(r *sql.Rows) (b []byte, err error) {
		err = r.Scan(&b)
		return b, err
	}, `SELECT content FROM transfers WHERE id = $1`, t.ID)
	if err != nil {
		return nil, err
	}
	f, err := zengin.Read(content)
	if err != nil || digest(content) != t.SHA256 || f.Total() != t.Total || len(f.Payees) != t.Lines {
		s.Log.Error("a transfer file was changed", "transfer", t.N, "err", err)
		return nil, fault.New(fault.Refused, "finance.tampered")
	}
	return content, nil
}

// Content is the file as the bank gets it, once it is released. Finance only.
func (s *Store) Content(ctx context.Context, who account.Who, id string) (Transfer, []byte, error) {
	t, _, err := s.Transfer(ctx, who, id)
	if err != nil {
		return t, nil, err
	}
	if t.State != Released && t.State != Done {
		return t, nil, fault.New(fault.Refused, "finance.not_released")
	}
	b, err := s.sound(ctx, t)
	return t, b, err
}
