package account

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"time"

	"kakehashi/internal/db"
	"kakehashi/internal/fault"
)

// A session ends eight hours after the last request and twelve hours after sign-in, whichever comes first; what was typed then is kept
// (see Stash). Our design.
const (
	SessionIdle = 8 * time.Hour
	SessionMost = 12 * time.Hour
)

// From is where a request comes from: the network address and the browser's own name, for the journal and the list of sessions.
type From struct{ Address, Agent string }

// Session is one browser that is signed in.
type Session struct {
	ID      string
	Address string
	Agent   string
	Created time.Time
	Seen    time.Time
	Strong  bool // a second factor or a passkey was used
	Current bool
}

// startSession opens a session in the transaction of the sign-in. The token goes into the cookie and nowhere else.
func (s *Store) startSession(ctx context.Context, tx db.Q, p Person, strong bool, from From) (token string, err error) {
	now := s.now()
	hats, err := hatsOf(ctx, tx, p.ID, now)
	if err != nil {
		return "", err
	}
	hat := ""
	for i, m := range hats {
		if m.ID == p.lastHat || i == 0 && len(hats) == 1 {
			hat = m.ID
		}
	}
	token = newToken()
	_, err = tx.ExecContext(ctx, `INSERT INTO sessions (token, id, person, hat, strong, address, agent, created_at, seen_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9)`, digest(token), db.NewID("s"), p.ID, hat, strong, from.Address, cut(from.Agent, 300), now, db.At(now.Add(SessionMost)))
	if err != nil {
		return "", err
	}
	who := Who{Person: p.ID, Name: p.Name, From: from.Address}
	return token, s.note(ctx, tx, who, "signin", p.ID, "strong", yes(strong), "agent", cut(from.Agent, 300))
}

// NeedsSecond reports whether the tenant asks for a second factor before this role's hat can be worn.
func (s *Store) NeedsSecond(ctx context.Context, role Role) (bool, error) {
	t, err := s.Tenant(ctx)
	return slices.Contains(t.Second, role), err
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// cut keeps at most n bytes of what a browser sent, whole characters only and none that a database refuses.
func cut(s string, n int) string {
	if len(s) > n {
		s = s[:n]
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\x00", "")
}

// Identify tells who holds the session token: a visitor (the zero Who, no error) when it is unknown or has ended; a person without a hat
// when the hat has ended or must still be chosen. The hat is looked up each time, so an ended membership ends at once.
func (s *Store) Identify(ctx context.Context, token string) (Who, error) {
	who, _, err := s.identify(ctx, token)
	return who, err
}

// Signed is Identify with what the pages about one's own account need besides.
func (s *Store) Signed(ctx context.Context, token string) (Who, Person, error) {
	return s.identify(ctx, token)
}

// identity is who a session belongs to.
type identity struct {
	who    Who
	person Person
}

func (s *Store) identify(ctx context.Context, token string) (Who, Person, error) {
	if token == "" {
		return Who{}, Person{}, nil
	}
	heads, err := s.heads(ctx)
	if err != nil {
		return Who{}, Person{}, err
	}
	if x, ok := s.known.find(token, heads, s.Now()); ok {
		return x.who, x.person, nil
	}
	x, err := keep(s, "session "+token, func() (x identity, err error) {
		var until time.Time
		now := s.now()
		x.who, x.person, until, err = s.lookUp(ctx, token, now)
		if err == nil && until.After(now.Time) {
			s.known.keep(token, knownSession{identity: x, heads: heads, at: now.Time, until: until})
		}
		return x, err
	})
	return x.who, x.person, err
}

// lookUp finds the person and hat of a session, and notes once in a while that it is in use. until is the moment to which the answer
// stands unless the journal grows.
func (s *Store) lookUp(ctx context.Context, token string, now db.Time) (who Who, person Person, until time.Time, err error) {
	var p Person
	var w Who
	var seen, expires, hatUntil db.Time
	var source sql.NullString
	var hat [5]sql.NullString
	var strong bool
	dest := append(p.fields(), &seen, &expires, &strong, &source, &hatUntil, &hat[0], &hat[1], &hat[2], &hat[3], &hat[4])
	err = s.DB.Brief().QueryRowContext(ctx, `SELECT p.id, p.login, p.name, p.kana, p.email, p.division, p.phone, p.shared, p.lang, p.density, p.home, p.password <> '',
			p.totp <> '', p.sample, p.last_hat, s.seen_at, s.expires_at, s.strong, m.source, m.until_at, m.id, m.role, m.body, m.behalf, m.programmes
		FROM sessions s JOIN people p ON p.id = s.person
		LEFT JOIN memberships m ON m.id = s.hat AND m.person = p.id AND m.state = 'active' AND m.from_at <= $2 AND m.until_at > $2
			AND (m.source = '' OR EXISTS (SELECT 1 FROM memberships o WHERE o.id = m.source AND o.state = 'active' AND o.from_at <= $2 AND o.until_at > $2))
		WHERE s.token = $1 AND s.expires_at > $2 AND s.seen_at > $3`, digest(token), now, db.At(now.Add(-SessionIdle))).Scan(dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return Who{}, Person{}, until, nil
	}
	if err != nil {
		return Who{}, Person{}, until, err
	}
	w = Who{Person: p.ID, Name: p.Name, Lang: p.Lang, Home: p.Home, Density: p.Density, Sample: p.Sample, Hat: Hat{ID: hat[0].String, Role: Role(hat[1].String),
		Body: hat[2].String, OnBehalfOf: hat[3].String, Programmes: hat[4].String}}
	if !strong && w.Hat.Role != "" {
		if needs, err := s.NeedsSecond(ctx, w.Hat.Role); err != nil {
			return Who{}, p, until, err
		} else if needs {
			w.Hat = Hat{}
		}
	}
	until = identity{w, p}.stays(now.Time, expires.Time, seen.Time, hatUntil.Time, source.String != "")
	return w, p, until, s.used(ctx, digest(token), seen, now)
}

// SwitchHat puts on another of the person's own hats; fault.Missing when it is not theirs or not valid now.
func (s *Store) SwitchHat(ctx context.Context, who Who, token, hatID string) error {
	return s.write(ctx, func(ctx context.Context, tx db.Q) error {
		hats, err := hatsOf(ctx, tx, who.Person, s.now())
		if err != nil {
			return err
		}
		for _, m := range hats {
			if m.ID != hatID {
				continue
			}
			n, err := db.Changed(ctx, tx, `UPDATE sessions SET hat = $1 WHERE token = $2 AND person = $3`, hatID, digest(token), who.Person)
			if err != nil {
				return err
			}
			if n == 0 {
				break
			}
			if _, err := tx.ExecContext(ctx, `UPDATE people SET last_hat = $1 WHERE id = $2`, hatID, who.Person); err != nil {
				return err
			}
			return s.note(ctx, tx, who, "hat", who.Person, "role", string(m.Role), "body", m.Body, "behalf", m.Behalf)
		}
		return fault.New(fault.Missing, "db.missing")
	})
}

// Sessions lists the browsers in which the person is signed in, newest first.
func (s *Store) Sessions(ctx context.Context, who Who, token string) ([]Session, error) {
	now := s.now()
	return db.List(ctx, s.DB.Read(), func(rows *sql.Rows) (x Session, err error) {
		var created, seen db.Time
		var key string
		err = rows.Scan(&key, &x.ID, &x.Address, &x.Agent, &created, &seen, &x.Strong)
		x.Created, x.Seen, x.Current = created.Time, seen.Time, key == digest(token)
		return x, err
	}, `SELECT token, id, address, agent, created_at, seen_at, strong FROM sessions
		WHERE person = $1 AND expires_at > $2 AND seen_at > $3 ORDER BY created_at DESC`, who.Person, now, db.At(now.Add(-SessionIdle)))
}

// EndSession signs one of the person's browsers out, by the session's id.
func (s *Store) EndSession(ctx context.Context, who Who, id string) error {
	return s.write(ctx, func(ctx context.Context, tx db.Q) error {
		n, err := db.Changed(ctx, tx, `DELETE FROM sessions WHERE id = $1 AND person = $2`, id, who.Person)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.Missing, "db.missing")
		}
		return s.note(ctx, tx, who, "session.ended", who.Person)
	})
}

// SignOut ends the session of this token.
func (s *Store) SignOut(ctx context.Context, who Who, token string) error {
	return s.write(ctx, func(ctx context.Context, tx db.Q) error {
		n, err := db.Changed(ctx, tx, `DELETE FROM sessions WHERE token = $1`, digest(token))
		if err != nil || n == 0 {
			return err
		}
		return s.note(ctx, tx, who, "signout", who.Person)
	})
}

// LastPerson tells whose session a token was, ended or not; "" when it is unknown.
func (s *Store) LastPerson(ctx context.Context, token string) (person string, err error) {
	err = s.DB.Read().QueryRowContext(ctx, `SELECT person FROM sessions WHERE token = $1`, digest(token)).Scan(&person)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return person, err
}

// endedKept is how long an invitation that was accepted, withdrawn or ran out stays in the body's list.
const endedKept = 365 * 24 * time.Hour

// Sweep deletes what has run out: sessions, half-finished steps (resets, second factors, passkeys), stashes, old limits, recovery codes and
// set-up links that were used, invitations a year after they ran out, division and telephone of people who left. A job calls it every ten minutes. The journal keeps that they were.
func (s *Store) Sweep(ctx context.Context) error {
	now := s.now()
	return s.write(ctx, func(ctx context.Context, tx db.Q) error {
		for _, table := range []string{"account_steps", "stashes"} {
			if _, err := tx.ExecContext(ctx, `DELETE FROM `+table+` WHERE expires_at <= $1`, now); err != nil {
				return err
			}
		}
		// Ended sessions stay a month: a form that was posted too late is shown again only to the person whose session it was.
		if _, err := tx.ExecContext(ctx, `DELETE FROM sessions WHERE expires_at <= $1`, db.At(now.AddDate(0, -1, 0))); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE invitations SET state = 'expired' WHERE state = 'open' AND expires_at <= $1`, now); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM invitations WHERE state <> 'open' AND expires_at <= $1`, db.At(now.Add(-endedKept))); err != nil {
			return err
		}
		for _, used := range []string{"recovery_codes", "setup_tokens"} {
			if _, err := tx.ExecContext(ctx, `DELETE FROM `+used+` WHERE used = TRUE`); err != nil {
				return err
			}
		}
		if err := s.forgetLeavers(ctx, tx, ""); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `DELETE FROM account_limits WHERE seen_at <= $1 AND next_at <= $2`, db.At(now.Add(-48*time.Hour)), now)
		return err
	})
}
