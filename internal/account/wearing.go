package account

import (
	"context"
	"time"

	"kakehashi/internal/db"
)

// Wearing lists who wears, or will wear, a hat of a body after a moment, and whose invitation to one is still open, by name.
func (s *Store) Wearing(ctx context.Context, body string, after time.Time) (people, invited []string, err error) {
	people, err = db.List(ctx, s.DB.Read(), db.String, `SELECT p.name FROM people p WHERE EXISTS (SELECT 1 FROM memberships m
		WHERE m.person = p.id AND m.body = $1 AND m.state IN ('active', 'proposed') AND m.until_at > $2) ORDER BY p.kana, p.id`, body, db.At(after))
	if err != nil {
		return nil, nil, err
	}
	invited, err = db.List(ctx, s.DB.Read(), db.String, `SELECT email FROM invitations WHERE body = $1 AND state = 'open' AND expires_at > $2 ORDER BY created_at, id`, body, s.now())
	return people, invited, err
}
