package proof

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
)

// Disposal is a list of cases whose time of keeping is over (廃棄目録): one person draws it up, another approves it, then the words of
// the cases on it are erased. State: drafted | approved | done | dropped.
type Disposal struct {
	ID, Section, State        string
	DraftedBy, DraftedName    string
	ApprovedBy, ApprovedName  string
	Drafted, Approved, Ended  time.Time
	Lines, KeptLines, Erasing int // all, kept after all, done
}

// Line is one case on the list. Kept says why it is kept after all, "" when it goes.
type Line struct {
	Case, Number, Programme, Title, Org, OrgName, Rule, Until, Kept string
	FiscalYear                                                      int
	Forwarded, Done                                                 bool // Forwarded: HQ may open it
}

// listMost is how many cases one list holds: so many that a person can look through.
const listMost = 200

// keeper checks that the person works at a desk of HQ and gives its section.
func keeper(who account.Who) (string, error) {
	if !who.Is(account.RoleOfficer, account.RoleChief) {
		return "", fault.New(fault.Missing, "db.missing")
	}
	return who.BodyID(), nil
}

// Due lists what a new list would hold now.
func (s *Store) Due(ctx context.Context, who account.Who) ([]cases.Aged, error) {
	section, err := keeper(who)
	if err != nil {
		return nil, err
	}
	return s.Cases.Aged(ctx, section, jp.Date(s.Clock()), listMost)
}

// Draft draws up a list of what is due. Faults: proof.nothing_due; Conflict proof.open_list while the section has one that is not
// decided.
func (s *Store) Draft(ctx context.Context, who account.Who) (string, error) {
	due, err := s.Due(ctx, who)
	if err != nil {
		return "", err
	}
	if len(due) == 0 {
		return "", fault.New(fault.Conflict, "proof.nothing_due")
	}
	id := db.NewID("w")
	return id, s.DB.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		open, err := db.One(ctx, tx, db.Int, `SELECT COUNT(*) FROM disposals WHERE section = $1 AND state = 'drafted'`, who.BodyID())
		if err != nil {
			return err
		}
		if open > 0 {
			return fault.New(fault.Conflict, "proof.open_list")
		}
		var b db.Batch
		b.Add(`INSERT INTO disposals (id, section, state, drafted_by, drafted_name, drafted) VALUES ($1, $2, 'drafted', $3, $4, $5)`,
			id, who.BodyID(), who.Person, who.Name, db.At(s.Clock()))
		for _, c := range due {
			b.Add(`INSERT INTO disposal_lines (disposal, case_id, number, rule, until) VALUES ($1, $2, $3, $4, $5)`, id, c.ID, c.Number, c.Rule, c.Until)
		}
		_, err = b.Run(ctx, tx)
		return err
	})
}

const disposalColumns = `d.id, d.section, d.state, d.drafted_by, d.drafted_name, d.drafted, d.approved_by, d.approved_name, d.approved, d.ended,
	(SELECT COUNT(*) FROM disposal_lines l WHERE l.disposal = d.id), (SELECT COUNT(*) FROM disposal_lines l WHERE l.disposal = d.id AND l.kept <> ''),
	(SELECT COUNT(*) FROM disposal_lines l WHERE l.disposal = d.id AND l.done)`

func scanDisposal(r *sql.Rows) (d Disposal, err error) {
	var drafted db.Time
	var approved, ended sql.Null[db.Time]
	err = r.Scan(&d.ID, &d.Section, &d.State, &d.DraftedBy, &d.DraftedName, &drafted, &d.ApprovedBy, &d.ApprovedName, &approved, &ended,
		&d.Lines, &d.KeptLines, &d.Erasing)
	d.Drafted, d.Approved, d.Ended = drafted.Time, approved.V.Time, ended.V.Time
	return d, err
}

// sees narrows lists to those of the person's section; the auditor sees all.
func sees(who account.Who, n int) (string, []any, error) {
	if who.Is(account.RoleAuditor) {
		return "1 = 1", nil, nil
	}
	section, err := keeper(who)
	return fmt.Sprintf("d.section = $%d", n), []any{section}, err
}

// Disposals lists the lists this person may see, newest first.
func (s *Store) Disposals(ctx context.Context, who account.Who) ([]Disposal, error) {
	where, args, err := sees(who, 1)
	if err != nil {
		return nil, err
	}
	return db.List(ctx, s.DB.Read(), scanDisposal, `SELECT `+disposalColumns+` FROM disposals d WHERE `+where+` ORDER BY d.id DESC LIMIT 100`, args...)
}

// Disposal is one list with its lines.
func (s *Store) Disposal(ctx context.Context, who account.Who, id string) (Disposal, []Line, error) {
	where, args, err := sees(who, 2)
	if err != nil {
		return Disposal{}, nil, err
	}
	d, err := db.One(ctx, s.DB.Read(), scanDisposal, `SELECT `+disposalColumns+` FROM disposals d WHERE d.id = $1 AND `+where, append([]any{id}, args...)...)
	if err != nil {
		return d, nil, err
	}
	lines, err := db.List(ctx, s.DB.Read(), func(r *sql.Rows) (l Line, err error) {
		return l, r.Scan(&l.Case, &l.Number, &l.Programme, &l.FiscalYear, &l.Title, &l.Forwarded, &l.Org, &l.OrgName, &l.Rule, &l.Until, &l.Kept, &l.Done)
	}, `SELECT l.case_id, l.number, c.programme, c.fiscal_year, CASE WHEN c.phase >= 2 THEN c.title ELSE '' END, c.phase >= 2, c.org_code, c.org_name, l.rule, l.until, l.kept, l.done
		FROM disposal_lines l JOIN cases c ON c.id = l.case_id WHERE l.disposal = $1 ORDER BY l.until, l.number, l.case_id`, id)
	return d, lines, err
}

// open reads a list that is not decided yet, for a person of its section.
func (s *Store) open(ctx context.Context, tx db.Q, who account.Who, id string) (Disposal, error) {
	section, err := keeper(who)
	if err != nil {
		return Disposal{}, err
	}
	d, err := db.One(ctx, tx, scanDisposal, `SELECT `+disposalColumns+` FROM disposals d WHERE d.id = $1 AND d.section = $2`, id, section)
	if err == nil && d.State != "drafted" {
		err = fault.New(fault.Conflict, "proof.decided")
	}
	return d, err
}

// Keep takes cases off a list with a reason: they stay as they are. Cases that are named by nobody stay on it.
func (s *Store) Keep(ctx context.Context, who account.Who, id string, keep map[string]string) error {
	return s.DB.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		if _, err := s.open(ctx, tx, who, id); err != nil {
			return err
		}
		var b db.Batch
		for c, reason := range keep {
			b.Add(`UPDATE disposal_lines SET kept = $1 WHERE disposal = $2 AND case_id = $3`, reason, id, c)
		}
		_, err := b.Run(ctx, tx)
		return err
	})
}

// Drop gives a list up; what stood on it is due again.
func (s *Store) Drop(ctx context.Context, who account.Who, id string) error {
	return s.DB.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		if _, err := s.open(ctx, tx, who, id); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE disposals SET state = 'dropped', ended = $1 WHERE id = $2`, db.At(s.Clock()), id)
		return err
	})
}

// Approve decides a list: a chief who did not draw it up. The cases are erased by a job, each in a transaction of its own.
func (s *Store) Approve(ctx context.Context, who account.Who, id string) error {
	return s.DB.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		d, err := s.open(ctx, tx, who, id)
		switch {
		case err != nil:
			return err
		case !who.Is(account.RoleChief):
			return fault.New(fault.Refused, "proof.chief_only")
		case d.DraftedBy == who.Person:
			return fault.New(fault.Refused, "proof.second_person")
		}
		if _, err := tx.ExecContext(ctx, `UPDATE disposals SET state = 'approved', approved_by = $1, approved_name = $2, approved = $3 WHERE id = $4`,
			who.Person, who.Name, db.At(s.Clock()), id); err != nil {
			return err
		}
		return s.Jobs.Add(ctx, tx, disposeKind, id)
	})
}

const disposeKind = "proof.dispose"

// dispose erases what an approved list names, one case after another; begun again after a crash it goes on where it was. A case that
// was put on hold meanwhile is kept, and the list says so.
func (s *Store) dispose(ctx context.Context, id string) error {
	d, err := db.One(ctx, s.DB.Read(), scanDisposal, `SELECT `+disposalColumns+` FROM disposals d WHERE d.id = $1`, id)
	if err != nil || d.State != "approved" {
		return err
	}
	left, err := db.List(ctx, s.DB.Read(), db.String, `SELECT case_id FROM disposal_lines WHERE disposal = $1 AND kept = '' AND NOT done ORDER BY case_id`, id)
	if err != nil {
		return err
	}
	by := account.Who{Person: d.ApprovedBy, Name: d.ApprovedName, Hat: account.Hat{Role: account.RoleChief, Body: "hq:" + d.Section}}
	for _, c := range left {
		err := s.DB.InTx(ctx, func(ctx context.Context, tx db.Q) error {
			if err := s.Cases.Erase(ctx, tx, by, c, id); err != nil {
				return err
			}
			_, err := tx.ExecContext(ctx, `UPDATE disposal_lines SET done = TRUE WHERE disposal = $1 AND case_id = $2`, id, c)
			return err
		})
		if f := fault.Of(err); f != nil && f.Kind == fault.Conflict {
			err = s.DB.InTx(ctx, func(ctx context.Context, tx db.Q) error {
				_, err := tx.ExecContext(ctx, `UPDATE disposal_lines SET kept = $1 WHERE disposal = $2 AND case_id = $3`, f.Key, id, c)
				return err
			})
		}
		if err != nil {
			return fmt.Errorf("disposal %s: case %s: %w", id, c, err)
		}
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		_, err := tx.ExecContext(ctx, `UPDATE disposals SET state = 'done', ended = $1 WHERE id = $2`, db.At(s.Clock()), id)
		return err
	})
}
