package account

import (
	"context"
	"database/sql"
	"slices"

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
	of, args := "", []any{s.now(), string(role)}
	if body != "" { // said only when it counts: the body's index is not used for "this body or any"
		of, args = " AND m.body = $3", append(args, body)
	}
	list, err := db.List(ctx, q, func(r *sql.Rows) (x Reader, err error) { return x, r.Scan(&x.Name, &x.Email, &x.Lang) },
		`SELECT p.name, p.email, p.lang FROM memberships m JOIN people p ON p.id = m.person
		WHERE m.role = $2 AND `+validNow+of+`
		GROUP BY p.name, p.email, p.lang ORDER BY p.email LIMIT 50`, args...)
	if err != nil || body == "" {
		return list, err
	}
	b, err := s.BodySettings(ctx, body)
	if err != nil || b.Mailbox == "" || slices.ContainsFunc(list, func(r Reader) bool { return r.Email == b.Mailbox }) {
		return list, err
	}
	return append(list, Reader{Email: b.Mailbox, Lang: "ja"}), nil
}

// Wearers lists the people who wear a role in a body now, by name.
func (s *Store) Wearers(ctx context.Context, body string, role Role) ([]Who, error) {
	return keep(s, "wearers "+string(role)+" "+body, func() ([]Who, error) {
		return db.List(ctx, s.DB.Read(), func(r *sql.Rows) (w Who, err error) {
			w.Hat.Role, w.Hat.Body = role, body
			return w, r.Scan(&w.Person, &w.Name)
		}, `SELECT p.id, p.name FROM memberships m JOIN people p ON p.id = m.person WHERE m.role = $2 AND `+validNow+` AND m.body = $3
			GROUP BY p.id, p.name, p.kana ORDER BY p.kana, p.id LIMIT 100`, s.now(), string(role), body)
	})
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
