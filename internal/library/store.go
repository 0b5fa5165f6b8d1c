package library

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
)

// Store is the library in the database. Changed is told inside the transaction whenever what the public sees of a publication may
// have changed, so that the index follows.
type Store struct {
	DB      *db.DB
	Clock   func() time.Time
	Changed func(ctx context.Context, tx db.Q, id string) error
}

const columns = `id, state, series, form, year, day, record, successor, source, sent_by, changed, sample, version`

func scan(rows *sql.Rows) (p Publication, err error) {
	var r db.JSON[Record]
	err = rows.Scan(&p.ID, &p.State, &p.Series, &p.Form, &p.Year, &p.Day, &r, &p.Successor, &p.Source, &p.SentBy, &p.Changed, &p.Sample, &p.Version)
	p.Record = r.V
	return p, err
}

// writes reports whether somebody may write for the library: editors, and officers and chiefs of headquarters.
func writes(who account.Who) bool {
	return who.Is(account.RoleEditor, account.RoleOfficer, account.RoleChief) || who.Person == "system"
}

// Get returns a publication: everybody what is published, writers all. fault.Missing otherwise.
func (s *Store) Get(ctx context.Context, who account.Who, id string) (Publication, error) {
	return s.get(ctx, s.DB.Read(), who, id)
}

func (s *Store) get(ctx context.Context, q db.Q, who account.Who, id string) (Publication, error) {
	where := ` WHERE id = $1`
	if !writes(who) {
		where += ` AND state IN ('published', 'superseded')`
	}
	if !utf8.ValidString(id) || strings.ContainsRune(id, 0) {
		id = ""
	}
	list, err := db.List(ctx, q, scan, `SELECT `+columns+` FROM publications`+where, id)
	if err != nil {
		return Publication{}, fmt.Errorf("library: %w", err)
	}
	if len(list) == 0 {
		return Publication{}, fault.New(fault.Missing, "library.missing")
	}
	return list[0], nil
}

// List returns publications in a state, the last changed first, for writers; after is the id to go on from.
func (s *Store) List(ctx context.Context, who account.Who, state State) ([]Publication, error) {
	if !writes(who) {
		return nil, fault.New(fault.Refused, "library.refused")
	}
	return db.List(ctx, s.DB.Read(), scan, `SELECT `+columns+` FROM publications WHERE state = $1 ORDER BY changed DESC, id LIMIT 500`, state)
}

// Siblings are the published items of the same series, newest first, without the item itself.
func (s *Store) Siblings(ctx context.Context, p Publication, limit int) ([]Publication, error) {
	return db.List(ctx, s.DB.Read(), scan, `SELECT `+columns+` FROM publications WHERE series = $1 AND id <> $2 AND state = 'published'
		ORDER BY year DESC, id LIMIT $3`, p.Series, p.ID, limit)
}

// Latest are the published items that appeared last, the newest first: by the day they were put up here, else by their year.
func (s *Store) Latest(ctx context.Context, limit int) ([]Publication, error) {
	return db.List(ctx, s.DB.Read(), scan, `SELECT `+columns+` FROM publications WHERE state = 'published' ORDER BY day DESC, year DESC, changed DESC, id LIMIT $1`, limit)
}

// Public calls f with everything that is published, for the index.
func (s *Store) Public(ctx context.Context, f func(Publication) error) error {
	for after := ""; ; {
		list, err := db.List(ctx, s.DB.Read(), scan, `SELECT `+columns+` FROM publications WHERE state IN ('published', 'superseded') AND id > $1 ORDER BY id LIMIT 500`, after)
		if err != nil {
			return fmt.Errorf("library: %w", err)
		}
		for _, p := range list {
			if err := f(p); err != nil {
				return err
			}
			after = p.ID
		}
		if len(list) < 500 {
			return nil
		}
	}
}

// Save stores a draft: a new one when its Version is 0, else the change of the version it began from. Only drafts are changed; a
// published one goes back to draft first (Withdraw). fault.Invalid names the field, fault.Conflict says somebody was faster.
func (s *Store) Save(ctx context.Context, who account.Who, p Publication) (Publication, error) {
	if !writes(who) {
		return p, fault.New(fault.Refused, "library.refused")
	}
	if err := p.check(); err != nil {
		return p, err
	}
	err := s.DB.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		before := Publication{}
		if p.Version == 0 {
			p.State, p.Day, p.SentBy = Draft, "", ""
			p.Sample = who.Sample
		} else {
			var err error
			if before, err = s.get(ctx, tx, who, p.ID); err != nil {
				return err
			}
			if before.State != Draft {
				return fault.New(fault.Refused, "library.only_drafts")
			}
			p.State, p.Day, p.SentBy, p.Sample = before.State, before.Day, "", before.Sample
		}
		return s.store(ctx, tx, who, "save", "", before, &p)
	})
	return p, err
}

// store writes a publication and its line in the journal.
func (s *Store) store(ctx context.Context, tx db.Q, who account.Who, act, reason string, before Publication, p *Publication) error {
	p.Changed = db.At(s.Clock())
	args := []any{p.ID, p.State, p.Series, p.Form, p.Year, p.Day, db.JSON[Record]{V: p.Record}, p.Successor, p.Source, p.SentBy, p.Changed, p.Sample}
	query := `INSERT INTO publications (id, state, series, form, year, day, record, successor, source, sent_by, changed, sample)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING`
	if p.Version > 0 {
		query = `UPDATE publications SET state = $2, series = $3, form = $4, year = $5, day = $6, record = $7, successor = $8, source = $9, sent_by = $10,
			changed = $11, sample = $12, version = version + 1 WHERE id = $1 AND version = $13`
		args = append(args, p.Version)
	}
	n, err := db.Changed(ctx, tx, query, args...)
	switch {
	case err != nil:
		return fmt.Errorf("library %s: %w", p.ID, err)
	case n == 0 && p.Version == 0:
		return fault.At("id", "library.id_taken", "id", p.ID)
	case n == 0:
		return fault.New(fault.Conflict, "fault.conflict")
	}
	p.Version++
	b, _ := json.Marshal(before)
	a, err := json.Marshal(p)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO publication_journal (publication, seq, at, person, hat, act, reason, before, after)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, p.ID, p.Version, p.Changed, who.Person, string(who.Hat.Role)+" "+who.Hat.Body, act, reason, string(b), string(a)); err != nil {
		return fmt.Errorf("library %s: %w", p.ID, err)
	}
	if s.Changed == nil || !p.Public() && !before.Public() {
		return nil
	}
	return s.Changed(ctx, tx, p.ID)
}

// An Act moves a publication.
type Act string

const (
	Send     Act = "send"     // draft → review
	Return   Act = "return"   // review → draft, with a reason
	Publish  Act = "publish"  // review → published, by another than who sent it
	Replace  Act = "replace"  // published → superseded, by the publication named
	Withdraw Act = "withdraw" // published or superseded → draft, with a reason
)

// Move brings a publication from one state to the next. Reason is needed to return and to withdraw; to replace it is the id of the
// publication that takes the place.
func (s *Store) Move(ctx context.Context, who account.Who, id string, act Act, reason string) error {
	if !writes(who) {
		return fault.New(fault.Refused, "library.refused")
	}
	reason = strings.TrimSpace(reason)
	return s.DB.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		p, err := s.get(ctx, tx, who, id)
		if err != nil {
			return err
		}
		before := p
		switch {
		case act == Send && p.State == Draft:
			p.State, p.SentBy = Review, who.Person
		case act == Return && p.State == Review:
			p.State = Draft
		case act == Publish && p.State == Review:
			if p.SentBy == who.Person && who.Person != "system" {
				return fault.New(fault.Refused, "library.second_person")
			}
			p.State = Published
			if p.Day == "" {
				p.Day = jp.Date(s.Clock())
			}
		case act == Replace && p.State == Published:
			next, err := s.get(ctx, tx, account.Who{}, reason)
			if err != nil || next.State != Published || next.ID == p.ID {
				return fault.At("reason", "library.successor_wrong")
			}
			p.State, p.Successor = Superseded, next.ID
		case act == Withdraw && p.Public():
			p.State, p.Successor = Draft, ""
		default:
			return fault.New(fault.Refused, "library.not_now")
		}
		if reason == "" && (act == Return || act == Withdraw) {
			return fault.At("reason", "library.reason_needed")
		}
		return s.store(ctx, tx, who, string(act), reason, before, &p)
	})
}
