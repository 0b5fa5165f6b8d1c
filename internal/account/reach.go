package account

import (
	"context"
	"database/sql"

	"kakehashi/internal/db"
)

// Reader is somebody a mail can be written to.
type Reader struct {
	Name, Email string
	Lang        string
}

// Readers lists everybody who wears a role in a body now, in the caller's transaction; body "" is any body. A body's own mailbox, if
// it named one, is a reader too.
func (s *Store) Readers(ctx context.Context, q db.Q, body string, role Role) ([]Reader, error) {
	return db.List(ctx, q, func(r *sql.Rows) (x Reader, err error) { return x, r.Scan(&x.Name, &x.Email, &x.Lang) },
		`SELECT p.name, p.email, p.lang FROM memberships m JOIN people p ON p.id = m.person
		WHERE ($2 = '' OR m.body = $2) AND m.role = $3 AND m.state = 'active' AND m.from_at <= $1 AND m.until_at > $1
		GROUP BY p.name, p.email, p.lang ORDER BY p.email LIMIT 50`, s.now(), body, string(role))
}

// WipeSamples removes the people of the demonstration with everything that is theirs, in the caller's transaction.
func (s *Store) WipeSamples(ctx context.Context, tx db.Q) error {
	const sample = `(SELECT id FROM people WHERE sample = TRUE)`
	for _, table := range []string{"sessions", "passkeys", "recovery_codes", "feed_tokens", "proofs", "account_steps", "stashes", "memberships"} {
		if _, err := tx.ExecContext(ctx, `DELETE FROM `+table+` WHERE person IN `+sample); err != nil {
			return err
		}
	}
	for _, statement := range []string{`DELETE FROM handovers WHERE from_person IN ` + sample + ` OR to_person IN ` + sample,
		`DELETE FROM account_journal WHERE chain = 'sample'`, `UPDATE account_chains SET seq = 0, hash = '' WHERE chain = 'sample'`, `DELETE FROM people WHERE sample = TRUE`} {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// Committee lists everybody who sits on the committee now, with the body they come from.
func (s *Store) Committee(ctx context.Context) ([]Who, error) {
	return db.List(ctx, s.DB.Read(), func(r *sql.Rows) (w Who, err error) {
		err = r.Scan(&w.Person, &w.Name, &w.Home, &w.Sample, &w.Hat.ID, &w.Hat.Body)
		w.Hat.Role = RoleCommittee
		return w, err
	}, `SELECT p.id, p.name, p.home, p.sample, m.id, m.body FROM memberships m JOIN people p ON p.id = m.person
		WHERE m.role = 'R09' AND m.state = 'active' AND m.from_at <= $1 AND m.until_at > $1 ORDER BY p.kana, p.id`, s.now())
}
