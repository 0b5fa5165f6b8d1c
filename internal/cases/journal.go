package cases

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/programme"
)

const eventColumns = `case_id, seq, type, at, person, name, role, body, behalf, origin, data, prev, hash`

func scanEvent(r *sql.Rows) (*Event, error) {
	e, err := scanSealed(r)
	if err != nil {
		return nil, err
	}
	return e, e.unseal()
}

// unseal decodes what the event says.
func (e *Event) unseal() (err error) {
	if len(e.data) > 0 { // else erased
		e.Data, err = decodeData(e.data)
	}
	return err
}

// scanSealed reads an event without decoding what it says.
func scanSealed(r *sql.Rows) (*Event, error) {
	var e Event
	var at db.Time
	var data stored
	if err := r.Scan(&e.Case, &e.Seq, &e.Type, &at, &e.Person, &e.Name, &e.Role, &e.Body, &e.Behalf, &e.Origin, &data, &e.Prev, &e.Hash); err != nil {
		return nil, err
	}
	e.At, e.data = at.Time.UTC(), data
	return &e, nil
}

func (s *Store) events(ctx context.Context, q db.Q, id string) ([]*Event, error) {
	return db.List(ctx, q, scanEvent, `SELECT `+eventColumns+` FROM case_events WHERE case_id = $1 ORDER BY seq`, id)
}

func (s *Store) event(ctx context.Context, id string, seq int) (*Event, error) {
	return db.One(ctx, s.DB.Brief(), scanEvent, `SELECT `+eventColumns+` FROM case_events WHERE case_id = $1 AND seq = $2`, id, seq)
}

// Record is Get with Journal, as they stood at one moment.
func (s *Store) Record(ctx context.Context, who account.Who, id string) (*Case, *programme.Programme, []*Event, error) {
	c, p, err := s.load(ctx, s.DB.Brief(), who, id)
	if err != nil {
		return nil, nil, nil, err
	}
	list, err := s.journal(ctx, who, c, p)
	if err != nil {
		return nil, nil, nil, err
	}
	c.redact(who, p)
	return c, p, list, nil
}

// Course is Record for a page of the steps of a case: answers that were saved are not among the events, nor by what a submission was
// judged; n counts the events with them.
func (s *Store) Course(ctx context.Context, who account.Who, id string) (c *Case, p *programme.Programme, steps []*Event, n int, err error) {
	if c, p, steps, err = s.marked(ctx, who, id); err != nil {
		return nil, nil, nil, 0, err
	}
	if c.Erased != "" || len(c.Held) > 0 || len(c.Returns) > 0 || who.Is(account.RoleCommittee) {
		steps, err = s.journal(ctx, who, c, p) // what was saved decides what there is, or is shown
		n = len(steps)
	} else {
		steps, n, err = s.steps(ctx, who, c, p, steps)
	}
	if err != nil {
		return nil, nil, nil, 0, err
	}
	c.redact(who, p)
	return c, p, steps, n, nil
}

// steps is journal without what was saved, of a case that has all its words and no change under way.
func (s *Store) steps(ctx context.Context, who account.Who, c *Case, p *programme.Programme, list []*Event) (_ []*Event, n int, err error) {
	first := 1
	if fromArrival(who) {
		if list, err = arrivedPart(list); len(list) > 0 {
			first = list[0].Seq
		}
	}
	if err != nil {
		return nil, 0, err
	}
	all := len(list)
	for _, e := range list {
		if e.Data, err = decodeStep(e.data); err != nil {
			return nil, 0, fmt.Errorf("event %s/%d: %w", c.ID, e.Seq, err)
		}
	}
	if all > 0 {
		n = c.Seq - first + 1
	}
	list, err = s.told(ctx, who, c, p, list)
	return list, n - (all - len(list)), err
}

// fromArrival reports whether the hat reads the journal from the application's arrival on.
func fromArrival(who account.Who) bool {
	return who.Is(account.RoleBranch, account.RoleOfficer, account.RoleChief, account.RoleFinance)
}

// Journal lists the events of a case this person may read, oldest first. The body reads its own steps and the official ones; names of
// HQ's people, sheets and internal notes stay inside (the page shows the desk instead of the name). The committee reads none.
func (s *Store) Journal(ctx context.Context, who account.Who, id string) ([]*Event, error) {
	c, p, err := s.load(ctx, s.DB.Brief(), who, id)
	if err != nil {
		return nil, err
	}
	return s.journal(ctx, who, c, p)
}

// journal is Journal of a case that has just been loaded for this person and not been redacted yet.
func (s *Store) journal(ctx context.Context, who account.Who, c *Case, p *programme.Programme) ([]*Event, error) {
	if who.Is(account.RoleCommittee) {
		return nil, nil
	}
	list, err := db.List(ctx, s.DB.Brief(), scanSealed, `SELECT `+eventColumns+` FROM case_events WHERE case_id = $1 AND seq <= $2 ORDER BY seq`,
		c.ID, c.Seq)
	if whole := len(list); err == nil {
		list = worded(list)
		if len(list) == whole && fromArrival(who) {
			list, err = arrivedPart(list)
		}
	}
	if err != nil {
		return nil, err
	}
	for _, e := range list {
		if err := e.unseal(); err != nil {
			return nil, fmt.Errorf("event %s/%d: %w", c.ID, e.Seq, err)
		}
	}
	if !who.Is(staff...) {
		list = unfinished(list, c, p)
	}
	return s.told(ctx, who, c, p, list)
}

// told takes out of events what this person may not read.
func (s *Store) told(ctx context.Context, who account.Who, c *Case, p *programme.Programme, list []*Event) ([]*Event, error) {
	if hide := c.hidden(who, p); len(hide) > 0 {
		for _, e := range list {
			e.hide(hide)
		}
	}
	if !c.readsTalk(who) && !who.Enters() {
		list = slices.DeleteFunc(list, (*Event).between)
	}
	if inside(who) {
		return list, s.nameFor(ctx, list)
	}
	list = slices.DeleteFunc(list, func(e *Event) bool { return e.Internal() && !(e.Type == "desk" && e.Body == who.Hat.Body) })
	for _, e := range list {
		e.outward(who)
	}
	return list, s.nameFor(ctx, list)
}

// nameFor fills in on whose behalf somebody acted, where the actor's own name may be read.
func (s *Store) nameFor(ctx context.Context, list []*Event) (err error) {
	for _, e := range list {
		if e.Behalf == "" || e.Entered() || e.Name == "" || s.PersonName == nil {
			continue
		}
		if e.For, err = s.PersonName(ctx, e.Behalf); err != nil {
			return fmt.Errorf("event %s/%d: %w", e.Case, e.Seq, err)
		}
	}
	return nil
}

// arrivedPart is the sealed journal from the application's arrival on: how a draft came about is the body's own. Of what came before it
// nothing is decoded.
func arrivedPart(list []*Event) ([]*Event, error) {
	for i, e := range list {
		if !bytes.Contains(e.data, arrivedKey) {
			continue
		}
		arrived, err := tellsArrival(e.data)
		if err != nil {
			return nil, err
		}
		if arrived {
			return list[i:], nil
		}
	}
	return nil, nil
}

// tellsArrival reports whether what an event says has the moment of the arrival.
func tellsArrival(data []byte) (bool, error) {
	arrived := false
	if scanned(data, func(x *scan) {
		x.object(func(key string) {
			if key == "arrived" {
				arrived = x.peek() != 'n'
			}
			x.skip()
		})
	}) == nil {
		return arrived, nil
	}
	var said struct {
		Arrived *time.Time `json:"arrived"`
	}
	err := json.Unmarshal(data, &said)
	return said.Arrived != nil, err
}

// arrivedKey is looked for before anything is decoded.
var arrivedKey = []byte(`"arrived"`)

// hide takes the values of some fields out of an event.
func (e *Event) hide(keys map[string]bool) {
	gone := func(key string, _ json.RawMessage) bool { return keys[key] }
	maps.DeleteFunc(e.Data.Set, gone)
	if e.Data.Created != nil {
		maps.DeleteFunc(e.Data.Created.Raw, gone)
	}
}

// inside reports whether the hat reads HQ's own notes.
func inside(who account.Who) bool {
	return who.Is(account.RoleOfficer, account.RoleChief, account.RoleAuditor, account.RoleAdmin) || who.Person == System.Person
}

// Internal events are HQ's work: proposals, sheets, notes.
func (e *Event) Internal() bool {
	switch e.Type {
	case "settled", "assigned", "interest", "declined", "abstained", "scored", "approved", "noted", "opened", "erratum_asked", "erratum_refused", "disclosure_asked", "disclosure_refused", "disclosure", "desk":
		return true
	case "moved":
		return e.Data.Outcome != "" && !e.Data.Told || e.Data.Freeze != "" // a proposal is; that one was dropped, with the reason for the body, is not
	}
	return false
}

// unname takes the names out of what another desk wrote or proposed.
func (e *Event) unname() {
	if m := e.Data.Message; m != nil {
		plain := *m
		plain.Name, e.Data.Message = "", &plain
	}
	if x := e.Data.Fix; x != nil {
		plain := *x
		plain.Name, plain.Person, e.Data.Fix = "", "", &plain
	}
}

// outward takes out of an event what the body or branch may not read.
func (e *Event) outward(who account.Who) {
	own := e.Body == who.Hat.Body
	if !own {
		e.unname()
		e.Name, e.Origin, e.Data.Approval = "", "", nil // who decided at headquarters is theirs; the letter says who answers for it
	}
	n := e.Data.Needs
	if n == nil || own {
		return
	}
	shown := Needs{Remarks: n.Remarks, Due: n.Due, PayDate: n.PayDate}
	if n.Shareable {
		shown.Opinion = n.Opinion
	}
	if e.Data.Told {
		shown.Comment = n.Comment
	}
	e.Data.Needs = &shown
}

// AsOf rebuilds the case as it stood at a moment, from the journal alone, with the definition of that moment.
func (s *Store) AsOf(ctx context.Context, who account.Who, id string, at time.Time) (*Case, *programme.Programme, error) {
	at = at.UTC().Truncate(time.Microsecond)
	if _, _, err := s.load(ctx, s.DB.Brief(), who, id); err != nil {
		return nil, nil, err
	}
	list, err := s.events(ctx, s.DB.Brief(), id)
	if err != nil {
		return nil, nil, err
	}
	var c Case
	for _, e := range list {
		if e.At.After(at) {
			break
		}
		if len(e.data) > 0 {
			c.apply(e)
		}
	}
	if c.ID == "" && len(list) > 0 && len(list[0].data) == 0 {
		return nil, nil, fault.New(fault.Missing, "cases.erased")
	}
	if c.ID == "" || early(who, &c) {
		return nil, nil, fault.New(fault.Missing, "db.missing")
	}
	p, err := s.Programmes.ByHash(ctx, c.Definition)
	if err != nil {
		return nil, nil, err
	}
	if err := c.decode(p); err != nil {
		return nil, nil, err
	}
	c.redact(who, p)
	return &c, p, nil
}

// Break opens a case for a system administrator for eight hours, with a reason the auditor reads (rule 11).
func (s *Store) Break(ctx context.Context, who account.Who, number, reason string) (string, error) {
	if !who.Is(account.RoleAdmin) {
		return "", fault.New(fault.Missing, "db.missing")
	}
	if reason = strings.TrimSpace(reason); len([]rune(reason)) < 10 {
		return "", fault.At("reason", "cases.glass_reason")
	}
	id, err := db.One(ctx, s.DB.Brief(), db.String, `SELECT id FROM cases WHERE number = $1 OR id = $2`, strings.ToUpper(number), number)
	if err != nil {
		return "", err
	}
	glass := who
	glass.Hat.Role = account.RoleAuditor // sees it for the length of this transaction only
	_, err = s.change(ctx, glass, id, func(d *draft) error {
		d.who = who
		return d.append("opened", Data{Reason: reason})
	})
	return id, err
}
