package org

import (
	"context"
	"database/sql"
	"strings"
	"time"
	"unicode/utf8"

	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/recent"
)

// Store is the register in the database. Reading it needs no hat (the register is public); who may change it is decided at the
// edge (R23, R06), and By is written to its journal.
type Store struct {
	d     *db.DB
	now   func() time.Time
	kept  *recent.Cache[any]
	state *state

	// Amended, when set, is called in the transaction of every change of the reference data, with the kind that was changed.
	Amended func(ctx context.Context, tx db.Q, kind string) error
	// Named, when set, tells what beside the reference data still names a row that somebody wants to end.
	Named Namer
}

// believed is how long a row read from the register is believed; a change by another process is seen after at most this.
const believed = 2 * time.Second

// New opens the register of a database.
func New(d *db.DB) *Store {
	return &Store{d: d, now: time.Now, kept: recent.New[any](believed, 4000), state: &state{}}
}

// Clock returns the same register with another clock, for tests and for looking back.
func (s *Store) Clock(now func() time.Time) *Store {
	return &Store{d: s.d, now: now, kept: s.kept, state: s.state, Amended: s.Amended, Named: s.Named}
}

// AsOf is the register as of a moment: the names, sections and desks of that day.
func (s *Store) AsOf(at time.Time) *Store { return s.Clock(func() time.Time { return at }) }

// keep is read, or what it returned a moment ago.
func keep[T any](s *Store, key string, read func() (T, error)) (T, error) {
	v, err := s.kept.Get(key, func() (any, error) { return read() })
	t, _ := v.(T)
	return t, err
}

// change runs f in a transaction; what was read before is forgotten.
func (s *Store) change(ctx context.Context, f func(context.Context, db.Q) error) error {
	defer db.Ended(ctx, s.kept.Forget)
	return s.d.InTx(ctx, f)
}

// By is who changes the register: the person and the hat, as the journal shows them.
type By struct {
	Person string
	Hat    string
}

// System is the service itself: seeding, jobs.
var System = By{Person: "system", Hat: "system"}

func (s *Store) today() string { return jp.Date(s.now()) }

const columns = `o.code, o.type, o.prefecture, o.branch, o.founder, o.head_title, o.postcode, o.address, o.phone, o.mail, o.site,
	n.name, n.kana, n.english, o.valid_from, o.valid_to, o.successor, o.source, o.listed, o.sample, o.version`

func (b *Body) fields() []any {
	return []any{&b.Code, &b.Type, &b.Prefecture, &b.Branch, &b.Founder, &b.HeadTitle, &b.Postcode, &b.Address, &b.Phone, &b.Mail, &b.Site,
		&b.Name, &b.Kana, &b.English, &b.ValidFrom, &b.ValidTo, &b.Successor, &b.Source, &b.Listed, &b.Sample, &b.Version}
}

func scanBody(rows *sql.Rows) (b Body, err error) { return b, rows.Scan(b.fields()...) }

// bodies lists bodies with the names of a day, which is argument $1 of rest.
func (s *Store) bodies(ctx context.Context, q db.Q, day, rest string, args ...any) ([]Body, error) {
	return db.List(ctx, q, scanBody, `SELECT `+columns+` FROM orgs o
		JOIN org_names n ON n.code = o.code AND n.valid_from <= $1 AND (n.valid_to = '' OR n.valid_to >= $1)`+rest, append([]any{day}, args...)...)
}

// Get returns a body with its name of today, also when it has ended; fault.Missing when the register has no such code.
func (s *Store) Get(ctx context.Context, code string) (Body, error) {
	day := s.today()
	return keep(s, "body "+day+" "+code, func() (Body, error) { return s.get(ctx, s.d.Read(), code, day) })
}

func (s *Store) get(ctx context.Context, q db.Q, code, day string) (Body, error) {
	var list []Body
	if readableCode(code) {
		var err error
		if list, err = s.bodies(ctx, q, day, ` WHERE o.code = $2`, code); err != nil {
			return Body{}, err
		}
	}
	if len(list) == 0 {
		return Body{}, fault.New(fault.Missing, "org.missing", "code", code)
	}
	return list[0], nil
}

// readableCode is false for what no database takes as text: a code from an address line can be anything.
func readableCode(code string) bool {
	return utf8.ValidString(code) && !strings.ContainsRune(code, 0) && len(code) < 100
}

// At returns the body a code stood for on an ISO day, with its name of that day. A code that had been merged away by then
// resolves to its successor; a body that did not exist yet is fault.Missing.
func (s *Store) At(ctx context.Context, code, day string) (Body, error) {
	if !jp.ValidDate(day) {
		return Body{}, fault.At("day", "org.day_unreadable", "value", day)
	}
	for range 10 { // a chain of mergers, never a ring: Merge refuses one
		b, err := s.get(ctx, s.d.Read(), code, day)
		if err != nil {
			return Body{}, err
		}
		if b.Valid(day) {
			return b, nil
		}
		if b.Successor == "" || day < b.ValidFrom {
			return Body{}, fault.New(fault.Missing, "org.missing_then", "name", b.Name, "day", lang.DayText(day))
		}
		code = b.Successor
	}
	return Body{}, fault.New(fault.Missing, "org.missing", "code", code)
}

// Names lists every name a body has had, oldest first.
func (s *Store) Names(ctx context.Context, code string) ([]Name, error) {
	return db.List(ctx, s.d.Read(), scanName, `SELECT name, kana, english, valid_from, valid_to, source FROM org_names WHERE code = $1 ORDER BY valid_from`, code)
}

// A Name is what a body is called between two days; "" is open.
type Name struct {
	Name, Kana, English string
	From, To, Source    string
}

func scanName(rows *sql.Rows) (n Name, err error) {
	return n, rows.Scan(&n.Name, &n.Kana, &n.English, &n.From, &n.To, &n.Source)
}

// Count is the number of bodies of today by type.
func (s *Store) Count(ctx context.Context) (map[string]int, error) {
	type row struct {
		kind string
		n    int
	}
	rows, err := db.List(ctx, s.d.Read(), func(rows *sql.Rows) (r row, err error) { return r, rows.Scan(&r.kind, &r.n) },
		`SELECT type, count(*) FROM orgs WHERE valid_from <= $1 AND (valid_to = '' OR valid_to >= $1) GROUP BY type`, s.today())
	if err != nil {
		return nil, err
	}
	counts := map[string]int{}
	for _, r := range rows {
		counts[r.kind] = r.n
	}
	return counts, nil
}
