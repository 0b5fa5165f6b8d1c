package account

import (
	"context"
	"sync"
	"time"

	"kakehashi/internal/db"
)

const (
	// useNoted is how old the note of a session's use may be before it is renewed.
	useNoted = 2 * time.Minute
	// useWaits is up to which age nobody waits for the renewal: it is written with those of others a little later.
	useWaits = time.Hour
	// useGathers is how long renewals are gathered. A process that dies loses them, which ends a session so much earlier.
	useGathers = 2 * time.Second
)

// inUse gathers which sessions were used, so that a request does not wait for the disk because its session was.
type inUse struct {
	mu     sync.Mutex
	tokens map[string]db.Time // digest → moment
}

// used notes that the session is in use, if the note there is has grown old.
func (s *Store) used(ctx context.Context, token string, before, now db.Time) error {
	switch age := now.Sub(before.Time); {
	case age <= useNoted:
		return nil
	case age > useWaits:
		return s.writeUses(ctx, map[string]db.Time{token: now})
	}
	u := &s.uses
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.tokens == nil {
		u.tokens = map[string]db.Time{}
		time.AfterFunc(useGathers, func() {
			u.mu.Lock()
			tokens := u.tokens
			u.tokens = nil
			u.mu.Unlock()
			s.writeUses(context.WithoutCancel(ctx), tokens) //nolint:errcheck // the next use notes it again
		})
	}
	u.tokens[token] = now
	return nil
}

func (s *Store) writeUses(ctx context.Context, tokens map[string]db.Time) error {
	var b db.Batch
	for token, at := range tokens {
		b.Add(`UPDATE sessions SET seen_at = $1 WHERE token = $2`, at, token)
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		_, err := b.Run(ctx, tx)
		return err
	})
}
