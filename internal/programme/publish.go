package programme

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
)

// officers may propose, publish and close programmes.
func officer(who account.Who) bool { return who.Is(account.RoleOfficer, account.RoleChief) }

// Propose stores a new version as checked: it compiles and its examples come out. Nothing is in force yet. For officers (R06, R07).
// Faults: Refused for others, Invalid with the first mistake in words; Conflict when the version number was already published with
// other contents.
func (s *Store) Propose(ctx context.Context, who account.Who, d Definition) (hash string, issues Issues, err error) {
	if !officer(who) {
		return "", nil, fault.New(fault.Refused, "programme.officers_only")
	}
	p, issues := Compile(d)
	if len(issues) == 0 {
		issues = p.RunExamples()
	}
	if len(issues) > 0 {
		return "", issues, fault.New(fault.Invalid, "programme.mistakes", "n", len(issues), "first", issues[0].String())
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		same, err := db.List(ctx, tx, scanVersion, "SELECT "+versionColumns+` FROM programme_versions WHERE code = $1 AND fiscal_year = $2`, p.Code, p.Call.FiscalYear)
		if err != nil {
			return err
		}
		for _, v := range same {
			if v.Version == p.Version && v.Hash != p.Hash && (v.State == Published || v.State == Superseded) {
				return fault.New(fault.Conflict, "programme.version_taken", "version", v.Version)
			}
		}
		return s.insert(ctx, tx, p, Checked, who.Person, who.Name)
	})
	if err != nil {
		return "", nil, err
	}
	s.compiled.Store(p.Hash, p)
	return p.Hash, nil, nil
}

// Publish puts a proposed version in force. The publisher is another person than the author (公開は二人で). Older versions of the same call
// are superseded; cases keep theirs. Faults: Missing, Refused, Conflict when it is not waiting to be published.
func (s *Store) Publish(ctx context.Context, who account.Who, hash string) error {
	if !officer(who) {
		return fault.New(fault.Refused, "programme.officers_only")
	}
	p, err := s.ByHash(ctx, hash)
	if err != nil {
		return err
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		v, err := db.One(ctx, tx, scanVersion, "SELECT "+versionColumns+" FROM programme_versions WHERE hash = $1", hash)
		if err != nil {
			return err
		}
		if v.Author == who.Person {
			return fault.New(fault.Refused, "programme.two_people")
		}
		n, err := db.Changed(ctx, tx, `UPDATE programme_versions SET state = $1, publisher = $2, publisher_name = $3, published = $4
			WHERE hash = $5 AND state = $6`, Published, who.Person, who.Name, db.At(s.clock()), hash, Checked)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.Conflict, "programme.not_waiting")
		}
		return s.supersede(ctx, tx, p)
	})
	s.forget()
	return err
}

// Withdraw gives up a version that is proposed and not published.
func (s *Store) Withdraw(ctx context.Context, who account.Who, hash string) error {
	if !officer(who) {
		return fault.New(fault.Refused, "programme.officers_only")
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		n, err := db.Changed(ctx, tx, "UPDATE programme_versions SET state = $1 WHERE hash = $2 AND state = $3", Withdrawn, hash, Checked)
		if err == nil && n == 0 {
			err = fault.New(fault.Conflict, "programme.not_waiting")
		}
		return err
	})
}

// StateChange is one opening or closing of a programme. From is the day it holds from.
type StateChange struct {
	Code    string
	Seq     int64
	State   string // open | closed
	From    string
	Reason  string
	Who     string
	WhoName string
	At      db.Time
}

const stateColumns = "code, seq, state, from_day, reason, who, who_name, at"

func scanState(rows *sql.Rows) (c StateChange, err error) {
	return c, rows.Scan(&c.Code, &c.Seq, &c.State, &c.From, &c.Reason, &c.Who, &c.WhoName, &c.At)
}

// SetState closes or reopens a programme from today, with a reason everybody can read. Cases under way go on; new drafts and submissions
// are refused while it is closed. For officers. Faults: Missing, Refused, Invalid without a reason.
func (s *Store) SetState(ctx context.Context, who account.Who, code, state, reason string) error {
	if !officer(who) {
		return fault.New(fault.Refused, "programme.officers_only")
	}
	if state != "open" && state != "closed" {
		return fault.At("state", "programme.bad_state")
	}
	reason = strings.TrimSpace(reason)
	if reason == "" {
		return fault.At("reason", "programme.reason_needed")
	}
	p, err := s.Current(ctx, code)
	if err != nil {
		return err
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		now := s.clock()
		_, err := tx.ExecContext(ctx, `INSERT INTO programme_states (code, seq, state, from_day, reason, who, who_name, at)
			SELECT $1, COALESCE(MAX(seq), 0) + 1, $2, $3, $4, $5, $6, $7 FROM programme_states WHERE code = $1`,
			p.Code, state, jp.Date(now), reason, who.Person, who.Name, db.At(now))
		return err
	})
	s.forget()
	if err != nil {
		return fmt.Errorf("programme %s: %w", code, err)
	}
	return nil
}

// StateLog lists when a programme was opened and closed, oldest first.
func (s *Store) StateLog(ctx context.Context, code string) ([]StateChange, error) {
	return db.List(ctx, s.db.Read(), scanState, "SELECT "+stateColumns+" FROM programme_states WHERE code = $1 ORDER BY seq", code)
}
