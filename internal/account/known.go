package account

import (
	"context"
	"database/sql"
	"strings"
	"sync"
	"time"

	"kakehashi/internal/db"
)

const (
	// knownFor is how long a session is known without being looked up; its use is noted at a look-up, so this stays below useNoted.
	knownFor = time.Minute
	// knownMost bounds how many sessions are known at once.
	knownMost = 8000
)

// known are the sessions this process has looked up. Whatever can change who a session belongs to (sign-out, another hat, a membership, a
// name, a setting) writes the account journal in the same transaction, so a session stays known while the heads of the journal's chains
// stand where they stood before it was looked up. The heads are asked for once a second and after every change by this process, which
// bounds how late a change by another process is seen.
type known struct {
	mu       sync.RWMutex
	sessions map[string]knownSession // by token
	heads    string                  // as last read
}

// knownSession is who a session belongs to, from the look-up until a moment, while the journal's heads stand so.
type knownSession struct {
	identity
	heads     string
	at, until time.Time
}

func (k *known) find(token, heads string, now time.Time) (identity, bool) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	x, ok := k.sessions[token]
	return x.identity, ok && x.heads == heads && !now.Before(x.at) && now.Before(x.until)
}

func (k *known) keep(token string, x knownSession) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.sessions == nil || len(k.sessions) >= knownMost {
		k.sessions = map[string]knownSession{}
	}
	k.sessions[token] = x
}

// heads names the state of the account journal, of this second.
func (s *Store) heads(ctx context.Context) (string, error) {
	return keep(s, "heads", func() (string, error) {
		list, err := db.List(ctx, s.DB.Read(), func(r *sql.Rows) (string, error) {
			var chain, hash string
			err := r.Scan(&chain, &hash)
			return chain + " " + hash, err
		}, `SELECT chain, hash FROM account_chains ORDER BY chain`)
		heads := strings.Join(list, "\n")
		if s.known.moved(heads) {
			s.forgetSettings() // who may wear a hat rests on one of them
		}
		return heads, err
	})
}

// moved notes the heads and reports whether they stood otherwise before.
func (k *known) moved(heads string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	moved := k.heads != heads
	k.heads = heads
	return moved
}

// stays tells until when a session that was looked up at now need not be looked up again: until it or its hat ends, a minute at most. A
// person without a hat may be given one any second, and a delegated hat ends with another: neither stays.
func (x identity) stays(now, expires, seen, hatUntil time.Time, delegated bool) time.Time {
	until := now.Add(knownFor)
	if x.who.Hat.Role == "" || delegated {
		return now
	}
	for _, end := range []time.Time{expires, seen.Add(SessionIdle), hatUntil} {
		if end.Before(until) {
			until = end
		}
	}
	return until
}
