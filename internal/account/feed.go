package account

import (
	"context"
	"database/sql"
	"errors"

	"kakehashi/internal/db"
)

// FeedToken is the secret in the address of a person's calendar feed: made at the first call, the same afterwards. It reads deadlines and
// nothing else, so it is kept as it is.
func (s *Store) FeedToken(ctx context.Context, person string) (token string, err error) {
	const find = `SELECT token FROM feed_tokens WHERE person = $1`
	err = s.DB.Read().QueryRowContext(ctx, find, person).Scan(&token)
	if !errors.Is(err, sql.ErrNoRows) {
		return token, err
	}
	err = s.write(ctx, func(ctx context.Context, tx db.Q) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO feed_tokens (token, person, created_at) VALUES ($1, $2, $3) ON CONFLICT (person) DO NOTHING`,
			newToken(), person, s.now())
		if err != nil {
			return err
		}
		return tx.QueryRowContext(ctx, find, person).Scan(&token)
	})
	return token, err
}

// RenewFeed ends the old feed address and returns a new token.
func (s *Store) RenewFeed(ctx context.Context, who Who) (token string, err error) {
	token = newToken()
	err = s.write(ctx, func(ctx context.Context, tx db.Q) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO feed_tokens (token, person, created_at) VALUES ($1, $2, $3)
			ON CONFLICT (person) DO UPDATE SET token = $1, created_at = $3`, token, who.Person, s.now())
		if err != nil {
			return err
		}
		return s.note(ctx, tx, who, "feed.renewed", who.Person)
	})
	return token, err
}

// WhoByFeed tells whose feed a token opens: one Who for each hat the person can wear now, so that a feed shows what each of them sees.
// nil, no error: the token opens nothing.
func (s *Store) WhoByFeed(ctx context.Context, token string) ([]Who, error) {
	p, err := db.List(ctx, s.DB.Read(), scanPerson, `SELECT `+prefixed("p.", personColumns)+` FROM people p JOIN feed_tokens f ON f.person = p.id WHERE f.token = $1`, token)
	if err != nil || len(p) == 0 {
		return nil, err
	}
	hats, err := s.Hats(ctx, p[0].ID)
	if err != nil {
		return nil, err
	}
	list := make([]Who, len(hats))
	for i, m := range hats {
		list[i] = Who{Person: p[0].ID, Name: p[0].Name, Lang: p[0].Lang, Home: p[0].Home, Hat: m.Hat()}
	}
	return list, nil
}
