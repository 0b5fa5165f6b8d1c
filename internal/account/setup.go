package account

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"kakehashi/internal/db"
	"kakehashi/internal/fault"
)

// NeedsSetup reports whether the service has no administrator yet.
func (s *Store) NeedsSetup(ctx context.Context) (bool, error) { return needsSetup(ctx, s.DB.Read()) }

func needsSetup(ctx context.Context, q db.Q) (bool, error) {
	var n int
	err := q.QueryRowContext(ctx, `SELECT COUNT(*) FROM memberships m JOIN people p ON p.id = m.person WHERE m.role = 'R23' AND m.state <> 'refused' AND p.sample = FALSE`).Scan(&n)
	return n == 0, err
}

// setupLasts is how long a printed set-up link works: a restart before the set-up does not void it, forgetting it does.
const setupLasts = 7 * 24 * time.Hour

// SetupToken makes the one-time token of the set-up link that the command prints. Links printed at earlier starts go on working until one of
// them is used or their seven days are over; only digests are kept, so the same link cannot be printed again. "" when the service has an
// administrator.
func (s *Store) SetupToken(ctx context.Context) (token string, err error) {
	err = s.write(ctx, func(ctx context.Context, tx db.Q) error {
		token = ""
		needs, err := needsSetup(ctx, tx)
		if err != nil || !needs {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM setup_tokens WHERE used = FALSE AND created_at < $1`, db.At(s.now().Add(-setupLasts))); err != nil {
			return err
		}
		token = newToken()
		_, err = tx.ExecContext(ctx, `INSERT INTO setup_tokens (token, created_at) VALUES ($1, $2)`, digest(token), s.now())
		return err
	})
	return token, err
}

// CheckSetup: fault.Missing unless the token opens the set-up.
func (s *Store) CheckSetup(ctx context.Context, token string) error {
	var used bool
	err := s.DB.Read().QueryRowContext(ctx, `SELECT used FROM setup_tokens WHERE token = $1 AND created_at >= $2`, digest(token), db.At(s.now().Add(-setupLasts))).Scan(&used)
	if errors.Is(err, sql.ErrNoRows) || err == nil && used {
		return fault.New(fault.Missing, "db.missing")
	}
	return err
}

// Setup makes the first administrator and signs them in; the token is used up. The remaining steps (names, mail) are done by that administrator
// until FinishSetup.
func (s *Store) Setup(ctx context.Context, token string, n NewPerson, from From) (SignedIn, error) {
	var in SignedIn
	if err := s.CheckSetup(ctx, token); err != nil {
		return in, err
	}
	login, err := cleanLogin(n.Login)
	if err != nil {
		return in, err
	}
	if err := checkPassword(n.Password, login); err != nil {
		return in, err
	}
	hash, err := s.hashing.hash(ctx, n.Password)
	if err != nil {
		return in, err
	}
	err = s.write(ctx, func(ctx context.Context, tx db.Q) error {
		used, err := db.Changed(ctx, tx, `UPDATE setup_tokens SET used = TRUE WHERE token = $1 AND used = FALSE`, digest(token))
		if err != nil {
			return err
		}
		if used == 0 {
			return fault.New(fault.Missing, "db.missing")
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM setup_tokens WHERE used = FALSE`); err != nil { // the other printed links
			return err
		}
		if in.Person, err = s.insertPerson(ctx, tx, n, hash); err != nil {
			return err
		}
		m := Membership{Person: in.Person.ID, Role: RoleAdmin, Body: "system", State: Active, InvitedBy: System.Person, ProvenBy: System.Person}
		if _, err := s.insertMembership(ctx, tx, m); err != nil {
			return err
		}
		if in.Token, err = s.startSession(ctx, tx, in.Person, false, from); err != nil {
			return err
		}
		return s.note(ctx, tx, Who{Person: in.Person.ID, From: from.Address}, "setup", in.Person.ID)
	})
	return in, err
}

// SetupOpen reports whether the administrator has not finished the set-up yet.
func (s *Store) SetupOpen(ctx context.Context) (bool, error) {
	var done bool
	_, err := s.Setting(ctx, "setup", &done)
	return !done, err
}

// FinishSetup closes the set-up: its pages are gone from then on. fault.Invalid at the field while the letters have no name or head to be
// signed with.
func (s *Store) FinishSetup(ctx context.Context, who Who) error {
	named, err := s.TenantNamed(ctx)
	if err != nil {
		return err
	}
	if !named {
		return fault.At("name_ja", "account.tenant.name")
	}
	t, err := s.Tenant(ctx)
	if err != nil {
		return err
	}
	if _, err := cleanTenant(t); err != nil {
		return err
	}
	return s.SaveSetting(ctx, who, "setup", true)
}
