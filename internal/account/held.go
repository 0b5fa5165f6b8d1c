package account

import (
	"context"
	"database/sql"
	"time"

	"kakehashi/internal/db"
)

// heldMost is how many entries of the journal a person is shown about themselves, newest first.
const heldMost = 2000

// Held is what the account says of one person (保有個人情報), for that person alone.
type Held struct {
	Person      Person
	Since       time.Time    // when the account was made
	Memberships []Membership // every hat, those that ended and delegated ones too, newest first
	Given       []Membership // what the person delegated to others
	Passkeys    []Passkey
	Codes       int
	Sessions    []Session
	Handovers   []Handover // given or taken over
	Feed        time.Time  // when the address of the calendar feed was made; zero for none
	// About are the journal's entries about the person. Of what somebody else did, the address it came from is that person's and left out.
	About []Entry
	// Did counts what the person did to others, by the kind of entry; whom it concerned is theirs.
	Did      map[string]int
	Requests []DataRequest
}

// Held gathers what is held about the acting person. Nobody sees another's.
func (s *Store) Held(ctx context.Context, who Who, token string) (h Held, err error) {
	if h.Person, err = s.Person(ctx, who.Person); err != nil {
		return h, err
	}
	q, me := s.DB.Read(), who.Person
	var since, feed db.Time
	if err := q.QueryRowContext(ctx, `SELECT created_at FROM people WHERE id = $1`, me).Scan(&since); err != nil {
		return h, err
	}
	feeds, err := db.List(ctx, q, func(r *sql.Rows) (t db.Time, err error) { return t, r.Scan(&t) }, `SELECT created_at FROM feed_tokens WHERE person = $1`, me)
	if err != nil {
		return h, err
	}
	for _, feed = range feeds {
		h.Feed = feed.Time
	}
	h.Since = since.Time
	if h.Memberships, err = db.List(ctx, q, scanMembership, `SELECT `+membershipColumns+` FROM memberships m WHERE m.person = $1 ORDER BY m.from_at DESC, m.id DESC`, me); err != nil {
		return h, err
	}
	if h.Given, err = db.List(ctx, q, scanMembership, `SELECT `+membershipColumns+` FROM memberships m WHERE m.behalf = $1 ORDER BY m.from_at DESC, m.id DESC`, me); err != nil {
		return h, err
	}
	if h.Passkeys, err = s.Passkeys(ctx, me); err != nil {
		return h, err
	}
	if h.Codes, err = s.CodesLeft(ctx, me); err != nil {
		return h, err
	}
	if h.Sessions, err = s.Sessions(ctx, who, token); err != nil {
		return h, err
	}
	if h.Handovers, err = db.List(ctx, q, scanHandover, `SELECT `+handoverColumns+` FROM handovers h JOIN people f ON f.id = h.from_person
		JOIN people t ON t.id = h.to_person WHERE h.from_person = $1 OR h.to_person = $1 ORDER BY h.day DESC, h.created_at DESC`, me); err != nil {
		return h, err
	}
	if err := s.heldJournal(ctx, &h); err != nil {
		return h, err
	}
	h.Requests, err = s.OwnRequests(ctx, who)
	return h, err
}

// heldJournal reads what the journal of accounts says about a person and counts what they did to others.
func (s *Store) heldJournal(ctx context.Context, h *Held) (err error) {
	me := h.Person.ID
	if h.About, err = db.List(ctx, s.DB.Read(), scanEntry, `SELECT `+entryColumns+` FROM account_journal WHERE subject = $1 ORDER BY at DESC, seq DESC LIMIT $2`, me, heldMost); err != nil {
		return err
	}
	for i, e := range h.About {
		if e.Actor != me {
			h.About[i].Address = ""
		}
	}
	type did struct {
		what string
		n    int
	}
	list, err := db.List(ctx, s.DB.Read(), func(r *sql.Rows) (d did, err error) { return d, r.Scan(&d.what, &d.n) },
		`SELECT what, COUNT(*) FROM account_journal WHERE actor = $1 AND subject <> $1 GROUP BY what ORDER BY what`, me)
	h.Did = map[string]int{}
	for _, d := range list {
		h.Did[d.what] = d.n
	}
	return err
}

// stays is the condition that a person still wears, will wear or waits for a hat; $1 is the moment.
const stays = `EXISTS (SELECT 1 FROM memberships s WHERE s.person = p.id AND (s.state = 'proposed' OR s.state = 'active' AND s.until_at > $1))`

// forgetLeavers erases division and telephone of people whose last hat has ended (異動・退職): they said where somebody of that body is reached. person ""
// is everybody. Our design after domain.md 6.6.
func (s *Store) forgetLeavers(ctx context.Context, tx db.Q, person string) error {
	gone, err := db.List(ctx, tx, db.String, `SELECT p.id FROM people p WHERE ($2 = '' OR p.id = $2) AND NOT `+stays+`
		AND (p.division <> '' OR p.phone <> '' OR EXISTS (SELECT 1 FROM memberships d WHERE d.person = p.id AND d.section <> '')) ORDER BY p.id`, s.now(), person)
	if err != nil {
		return err
	}
	for _, id := range gone {
		if err := eraseContact(ctx, tx, id); err != nil {
			return err
		}
		if err := s.note(ctx, tx, System, "contact.erased", id); err != nil {
			return err
		}
	}
	return nil
}

// eraseContact takes division and telephone out of the account and out of every hat.
func eraseContact(ctx context.Context, tx db.Q, person string) error {
	if _, err := tx.ExecContext(ctx, `UPDATE people SET division = '', phone = '' WHERE id = $1`, person); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `UPDATE memberships SET section = '' WHERE person = $1`, person)
	return err
}
