package cases

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
)

// Head is the last event of a journal as of a moment.
type Head struct {
	Case string
	Seq  int
	Hash string
}

// Heads lists the heads of all journals as they stood just before a moment, in no particular order. Cases that have not changed since
// are read from their rows; only the others from their journals. The demonstration is not among them: it can be taken out.
func (s *Store) Heads(ctx context.Context, before time.Time) ([]Head, error) {
	scan := func(r *sql.Rows) (h Head, err error) { return h, r.Scan(&h.Case, &h.Seq, &h.Hash) }
	at := db.At(before)
	// Cases that changed are asked for first: one that changes between the two questions is then in both answers, with one meaning.
	moved, err := db.List(ctx, s.DB.Read(), scan, `SELECT e.case_id, e.seq, e.hash FROM case_events e JOIN
		(SELECT x.case_id AS id, MAX(x.seq) AS last FROM case_events x JOIN cases c ON c.id = x.case_id
			WHERE c.updated >= $1 AND c.created < $1 AND NOT c.demo AND x.at < $1 GROUP BY x.case_id) m
		ON e.case_id = m.id AND e.seq = m.last`, at)
	if err != nil {
		return nil, err
	}
	still, err := db.List(ctx, s.DB.Read(), scan, `SELECT id, version, head FROM cases WHERE updated < $1 AND NOT demo`, at)
	if err != nil {
		return nil, err
	}
	seen := make(map[string]bool, len(moved))
	for _, h := range moved {
		seen[h.Case] = true
	}
	for _, h := range still {
		if !seen[h.Case] {
			moved = append(moved, h)
		}
	}
	return moved, nil
}

// Steps tells of every event of every journal outside the demonstration when it was written, in the order of time.
func (s *Store) Steps(ctx context.Context, each func(h Head, at time.Time)) error {
	_, err := db.List(ctx, s.DB.Read(), func(r *sql.Rows) (struct{}, error) {
		var h Head
		var at db.Time
		err := r.Scan(&h.Case, &h.Seq, &h.Hash, &at)
		each(h, at.Time)
		return struct{}{}, err
	}, `SELECT e.case_id, e.seq, e.hash, e.at FROM case_events e JOIN cases c ON c.id = e.case_id WHERE NOT c.demo ORDER BY e.at, e.case_id, e.seq`)
	return err
}

// Sealed is one event as it was sealed. Where the reader may not know its words, or they were erased, they are absent and only their
// digest stands: the chain can be checked all the same.
type Sealed struct {
	Case   string          `json:"case"`
	Seq    int             `json:"seq"`
	Type   string          `json:"type"`
	At     string          `json:"at"` // UTC, RFC 3339
	Person string          `json:"person"`
	Role   account.Role    `json:"role"`
	Body   string          `json:"body"`
	Behalf string          `json:"behalf"`
	Name   string          `json:"name,omitempty"`
	Origin string          `json:"origin,omitempty"`
	Data   json.RawMessage `json:"data,omitempty"`
	Words  string          `json:"words"` // digest of name, origin and data
	Prev   string          `json:"prev"`
	Hash   string          `json:"hash"`
}

// event is the sealed event as the chain knows it.
func (l Sealed) event() (*Event, error) {
	at, err := time.Parse(time.RFC3339Nano, l.At)
	return &Event{Case: l.Case, Seq: l.Seq, Type: l.Type, At: at, Person: l.Person, Name: l.Name, Role: l.Role, Body: l.Body,
		Behalf: l.Behalf, Origin: l.Origin, data: l.Data, Prev: l.Prev}, err
}

// Check follows the chain of a case from its first event: every hash is what its event and the one before it give, and words that
// stand are those that were sealed. It returns the number of the first event that is wrong, 0 when none is.
func Check(list []Sealed) (wrong int) {
	prev := ""
	for i, l := range list {
		e, err := l.event()
		if err != nil || l.Seq != i+1 || l.Prev != prev || l.Case != list[0].Case {
			return i + 1
		}
		if len(l.Data) > 0 && e.words() != l.Words {
			return i + 1
		}
		if e.bind(l.Words); e.Hash != l.Hash {
			return i + 1
		}
		prev = l.Hash
	}
	return 0
}

// Sealed gives the whole journal of a case to those who keep its record (HQ and the auditor): in full where they may read an event in
// full, else by its digest (the draft before the arrival, bank data).
func (s *Store) Sealed(ctx context.Context, who account.Who, id string) ([]Sealed, error) {
	if !inside(who) {
		return nil, fault.New(fault.Missing, "db.missing")
	}
	c, p, err := s.load(ctx, s.DB.Read(), who, id)
	if err != nil {
		return nil, err
	}
	list, err := db.List(ctx, s.DB.Read(), scanSealed, `SELECT `+eventColumns+` FROM case_events WHERE case_id = $1 ORDER BY seq`, c.ID)
	if err != nil {
		return nil, err
	}
	erased, err := s.erased(ctx, s.DB.Read(), c.ID)
	if err != nil {
		return nil, err
	}
	first := 0
	if who.Is(account.RoleOfficer, account.RoleChief) {
		seen, err := arrivedPart(list)
		if err != nil {
			return nil, err
		}
		first = len(list) - len(seen)
	}
	hide := c.hidden(who, p)
	out := make([]Sealed, len(list))
	for i, e := range list {
		l := Sealed{Case: e.Case, Seq: e.Seq, Type: e.Type, At: e.At.UTC().Format(time.RFC3339Nano), Person: e.Person, Role: e.Role,
			Body: e.Body, Behalf: e.Behalf, Words: e.words(), Prev: e.Prev, Hash: e.Hash}
		if words, gone := erased[e.Seq]; gone {
			l.Words = words
		} else if i >= first {
			open, err := e.open(hide)
			if err != nil {
				return nil, err
			}
			if open {
				l.Name, l.Origin, l.Data = e.Name, e.Origin, e.data
			}
		}
		out[i] = l
	}
	return out, nil
}

// open reports whether an event holds nothing of the fields that are hidden from the reader.
func (e *Event) open(hide map[string]bool) (bool, error) {
	if err := e.unseal(); err != nil {
		return false, err
	}
	sets := []map[string]json.RawMessage{e.Data.Set}
	if e.Data.Created != nil {
		sets = append(sets, e.Data.Created.Raw)
	}
	for _, set := range sets {
		for key := range set {
			if hide[key] {
				return false, nil
			}
		}
	}
	return true, nil
}

// erased are the digests of the words that were taken out of a case's journal, by event.
func (s *Store) erased(ctx context.Context, q db.Q, id string) (map[int]string, error) {
	out := map[int]string{}
	_, err := db.List(ctx, q, func(r *sql.Rows) (struct{}, error) {
		var seq int
		var words string
		err := r.Scan(&seq, &words)
		out[seq] = words
		return struct{}{}, err
	}, `SELECT seq, words FROM case_erased WHERE case_id = $1`, id)
	return out, err
}
