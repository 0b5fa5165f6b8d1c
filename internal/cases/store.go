package cases

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/blob"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/jobs"
	"kakehashi/internal/ledger"
	"kakehashi/internal/mail"
	"kakehashi/internal/org"
	"kakehashi/internal/programme"
)

// Store keeps cases. Every method takes the acting person; what they may not see does not exist for them (fault.Missing).
type Store struct {
	DB         *db.DB
	Programmes *programme.Store
	Orgs       *org.Store
	Ledger     *ledger.Store
	Files      *blob.Store
	Jobs       *jobs.Queue
	Mail       *mail.Outbox
	Log        *slog.Logger
	Clock      func() time.Time
	// TwoStep tells whether a body submits in two steps (drafter and approver). Wired by app.
	TwoStep func(ctx context.Context, orgCode string) (bool, error)
	// Recipients lists the mail addresses of everybody who wears a role in a body. Wired by app.
	Recipients func(ctx context.Context, q db.Q, body string, role account.Role) ([]mail.Address, error)
	// Committee lists the people who sit on the committee, with the body they come from. Wired by app.
	Committee func(ctx context.Context) ([]account.Who, error)
	// Letterhead is who signs official letters: the tenant's settings. Wired by app.
	Letterhead func(ctx context.Context) (Letterhead, error)
	// PersonName is the name of somebody on whose behalf another acted. Wired by app.
	PersonName func(ctx context.Context, person string) (string, error)
	// Contact is what the account of a person says of them. Wired by app.
	Contact func(ctx context.Context, person string) (Contact, error)
	// URL makes the absolute address of a page for mails. Wired by app.
	URL func(path string) string

	senders    sync.Map // section/branch → *sender
	tally      tally
	judgements judgements
	foresight  foresight
}

// Letterhead is the sender of HQ's letters. Lacking says that the operating body has not given all of it: Body, Head and Pattern are then
// neutral words, good for the receipt of what an applicant does and for nothing that HQ itself sends.
type Letterhead struct {
	Body    string // 一般財団法人…
	Head    string // 理事長
	Pattern string // 自国{mark}第{n}号
	Seal    bool   // print （公印省略）
	Lacking bool
}

// Columns of a case that are set once, and those that every save writes.
const (
	fixedColumns = `id, programme, fiscal_year, section, org_code, org_type, org_name, branch, prefecture, demo, created`
	moveColumns  = `number, definition, state, phase, holder, title, due, requested, decided, fixed, paid, score, owner, ended,
		version, head, submitted, updated, doc`
)

func (c *Case) fixedCells() []any {
	return []any{c.ID, c.Programme, c.FiscalYear, c.Section, c.Org.Code, c.Org.Type, c.Org.Name, c.Org.Branch, c.Org.Prefecture,
		c.Demo, db.At(c.Created)}
}

func (c *Case) moveCells(p *programme.Programme) []any {
	return c.cells(c.titleIn(p.Meant(programme.MeansTitle)), c.document(), c.Mean(p.Screening))
}

// cells are the values of moveColumns.
func (c *Case) cells(title, doc string, score int64) []any {
	due, submitted := c.Due, ""
	if due == "" {
		due = noDue
	}
	if !c.Submitted.IsZero() {
		submitted = db.At(c.Submitted).String()
	}
	return []any{c.Number, c.Definition, c.State, c.Phase, c.Holder, title, due, c.Requested, c.Decided, c.Fixed, c.Paid,
		score, c.Owner, c.Ended, c.Seq, c.Head, submitted, db.At(c.Updated), doc}
}

// noDue sorts behind every day.
const noDue = "9999-12-31"

// updateCase saves a case that still stands at the version it was read at.
const updateCase = `UPDATE cases SET (` + moveColumns + `) = ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19)
	WHERE id = $20 AND version = $21`

// titleIn reads the title from the stored answers, as handed in; no decoding of the rest is needed.
func (c *Case) titleIn(key string) string {
	var t string
	raw, held := c.Held[key]
	if !held {
		raw = c.Raw[key]
	}
	if json.Unmarshal(raw, &t) != nil {
		return ""
	}
	return t
}

// read decodes a stored projection. Its answers are decoded with its own version's fields when somebody asks for them.
func (s *Store) read(ctx context.Context, doc []byte) (*Case, *programme.Programme, error) {
	c, err := decodeCase(doc)
	if err != nil {
		return nil, nil, fmt.Errorf("read case: %w", err)
	}
	p, err := s.Programmes.ByHash(ctx, c.Definition)
	if err != nil {
		return nil, nil, fmt.Errorf("case %s: definition %s: %w", c.ID, c.Definition, err)
	}
	c.version = p
	return c, p, nil
}

// load reads the whole case for a person who may see it; the caller redacts before showing.
func (s *Store) load(ctx context.Context, q db.Q, who account.Who, id string) (*Case, *programme.Programme, error) {
	where, args := s.visibleOne(who, 2)
	doc, err := db.One(ctx, q, scanDoc, `SELECT doc FROM cases WHERE id = $1 AND `+where, append([]any{id}, args...)...)
	if err != nil {
		return nil, nil, err
	}
	return s.read(ctx, doc)
}

func scanDoc(r *sql.Rows) (doc stored, err error) { return doc, r.Scan(&doc) }

// Get returns a case as this person may see it: bank data, contacts and internal notes are taken out for those they are not for.
func (s *Store) Get(ctx context.Context, who account.Who, id string) (*Case, *programme.Programme, error) {
	c, p, err := s.load(ctx, s.DB.Brief(), who, id)
	if err != nil {
		return nil, nil, err
	}
	c.redact(who, p)
	return c, p, nil
}

// change loads a case, lets fn append events to it, and saves events and projection in one transaction. Two changes at once: the
// second runs again on the newer case. after, if any, runs in the same transaction once the events are sealed.
func (s *Store) change(ctx context.Context, who account.Who, id string, fn func(*draft) error) (*Case, error) {
	return s.changeFrom(ctx, who, id, nil, fn)
}

// changeFrom is change by somebody who has just read the case: it is not read again when nobody changed it meanwhile.
func (s *Store) changeFrom(ctx context.Context, who account.Who, id string, known *ready, fn func(*draft) error) (*Case, error) {
	for try := 1; ; try++ {
		var out *Case
		err := s.DB.InTx(ctx, func(ctx context.Context, tx db.Q) (err error) {
			out, err = s.changeTo(ctx, tx, who, id, known, true, fn)
			return err
		})
		if !errors.Is(err, errRaced) || try == raceMost {
			return out, err
		}
		known = nil
		time.Sleep(time.Duration(rand.IntN(1+try)) * time.Millisecond)
	}
}

// errRaced means that somebody saved the case between our reading and our writing.
var errRaced = fault.New(fault.Conflict, "cases.changed_meanwhile")

// raceMost is how often a change starts again on the newer case before the person is asked to.
const raceMost = 50

// changeIn is change inside a transaction that is already open.
func (s *Store) changeIn(ctx context.Context, tx db.Q, who account.Who, id string, known *ready, fn func(*draft) error) (*Case, error) {
	return s.changeTo(ctx, tx, who, id, known, false, fn)
}

// changeTo is changeIn; last says that the transaction ends with it.
func (s *Store) changeTo(ctx context.Context, tx db.Q, who account.Who, id string, known *ready, last bool, fn func(*draft) error) (*Case, error) {
	c, p, err := s.reload(ctx, tx, who, id, known)
	if err != nil {
		return nil, err
	}
	if c.Erased != "" {
		return nil, fault.New(fault.Conflict, "cases.erased")
	}
	d := &draft{Store: s, Case: c, Programme: p, ctx: ctx, tx: tx, who: who, now: s.now(), version: c.Seq, last: last}
	if err := fn(d); err != nil {
		return nil, err
	}
	return c, d.save()
}

// reload is load for one who has just read the case and knows it: whether it still stands so is seen when it is saved.
func (s *Store) reload(ctx context.Context, q db.Q, who account.Who, id string, known *ready) (*Case, *programme.Programme, error) {
	if known == nil || known.taken { // on PostgreSQL a transaction may run twice
		return s.load(ctx, q, who, id)
	}
	known.taken = true
	return known.Case, known.programme, nil
}

func (s *Store) now() time.Time { return s.Clock().UTC().Truncate(time.Microsecond) }

// draft is a change in the making: the case, and the events appended so far.
type draft struct {
	*Store
	*Case
	Programme *programme.Programme
	ctx       context.Context
	tx        db.Q
	who       account.Who
	now       time.Time
	version   int
	events    []*Event
	create    bool
	last      bool // nothing follows in the transaction
	sender    *sender
	after     db.Batch // rows that go in behind the case and its events: letters, jobs
	numbers   map[string]int64
}

// append adds one event, sealed to the chain, and folds it in.
func (d *draft) append(kind string, data Data) error {
	e := &Event{Case: d.Case.ID, Seq: d.Case.Seq + 1, Type: kind, At: d.now, Person: d.who.Person, Name: d.who.Name,
		Role: d.who.Hat.Role, Body: d.who.Hat.Body, Behalf: d.who.Hat.OnBehalfOf, Origin: d.who.From, Data: data, Prev: d.Case.Head}
	if d.who.Enters() {
		e.Role, e.Body = d.who.Desk.Role, d.who.Desk.Body
	}
	e.seal()
	d.Case.apply(e)
	d.events = append(d.events, e)
	if d.Case.answers != nil {
		return nil
	}
	return d.Case.decode(d.Programme)
}

// save writes the projection, the events and what goes in behind them; errRaced when somebody else saved first.
func (d *draft) save() error {
	if len(d.events) == 0 {
		return nil
	}
	b := d.rows()
	return d.put(&b)
}

// rows are the statements that save the draft.
func (d *draft) rows() (b db.Batch) {
	cells := d.Case.moveCells(d.Programme)
	if d.create {
		b.Add(insertCase, append(d.Case.fixedCells(), cells...)...)
	} else {
		b.Add(updateCase, append(cells, d.Case.ID, d.version)...)
	}
	for _, e := range d.events {
		b.Add(insertEvent, e.cells()...)
	}
	d.stand(&b)
	d.duties(&b)
	b.Append(d.after)
	return b
}

// put runs them.
func (d *draft) put(b *db.Batch) error {
	db.Ended(d.ctx, func() { d.tally.changed(d.Case) })
	run := b.Run
	if d.last {
		run = b.Last
	}
	touched, err := run(d.ctx, d.tx)
	switch {
	case err != nil && !d.create && db.Duplicate(err):
		// Somebody saved this event's number first. On PostgreSQL a batch is sent whole, so this is seen before what the update touched; it
		// also keeps a stale change from being committed, for a case whose version moved on has that event.
		return errRaced
	case err != nil:
		return fmt.Errorf("save case %s: %w", d.Case.ID, err)
	case touched[0] == 0:
		return errRaced
	}
	return nil
}
