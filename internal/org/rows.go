package org

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"kakehashi/internal/db"
	"kakehashi/internal/lang"
)

// Kinds of reference rows beside the bodies. kindSeed marks which shipped data the database has been given.
const (
	kindOffice    = "office"
	kindRoute     = "route"
	kindSection   = "section"
	kindDesk      = "desk"
	kindHQ        = "headquarters"
	kindHoliday   = "holiday"
	kindCountry   = "country"
	kindBranch    = "branch"
	kindLanguage  = "language"
	kindStatistic = "statistic"
	kindSeed      = "seed"
)

func routeKey(r RouteRow) string {
	if r.Region == "" {
		return r.Country
	}
	return r.Country + "-" + r.Region
}

func holidayKey(h Holiday) string { return h.Office + "-" + h.Day }

// current lists the rows of one kind that hold today, in their order.
func current[T any](ctx context.Context, s *Store, kind string) ([]T, error) {
	list, err := shared[T](ctx, s, kind)
	return slices.Clone(list), err
}

// shared is current for callers that do not change the list.
func shared[T any](ctx context.Context, s *Store, kind string) ([]T, error) {
	day := s.today()
	return keep(s, "all "+day+" "+kind, func() ([]T, error) {
		return db.List(ctx, s.d.Read(), func(rows *sql.Rows) (T, error) {
			var j db.JSON[T]
			err := rows.Scan(&j)
			return j.V, err
		}, `SELECT body FROM org_rows WHERE kind = $1 AND gone = '' AND valid_from <= $2 AND (valid_to = '' OR valid_to >= $2) ORDER BY place, key`, kind, day)
	})
}

// lately is the row of a key that holds today, or else the last that did: what was done under a name keeps it.
func lately[T any](ctx context.Context, s *Store, kind, key string) (last T, there bool, err error) {
	type span struct {
		from string
		body T
	}
	spans, err := keep(s, "spans "+kind+" "+key, func() ([]span, error) {
		return db.List(ctx, s.d.Read(), func(rows *sql.Rows) (x span, err error) {
			var j db.JSON[T]
			err = rows.Scan(&x.from, &j)
			x.body = j.V
			return x, err
		}, `SELECT valid_from, body FROM org_rows WHERE kind = $1 AND key = $2 AND gone = '' ORDER BY valid_from DESC`, kind, key)
	})
	day := s.today()
	for _, x := range spans {
		if x.from <= day {
			return x.body, true, err
		}
	}
	return last, false, err
}

// Values are the columns of a reference row by their names.
type Values map[string]string

// A Row is one row of the reference data between two days, as administrators see it.
type Row struct {
	Kind, Key string
	// Seq counts the rows a key has ever had; 0 is a row as the program ships it.
	Seq      int64
	From, To string // ISO days, the last included; "" is open
	Values   Values
	Source   string
	Reason   string // why it was recorded; "" as shipped
	Person   string // who recorded it
	Recorded time.Time
	Gone     time.Time // when another row took its place; zero while it stands
	Place    int64
}

// Holds reports whether the row is valid on an ISO day.
func (r Row) Holds(day string) bool { return r.From <= day && (r.To == "" || day <= r.To) }

// Label is what people call the row: its name, or its key.
func (r Row) Label(tag lang.Tag) string {
	for _, column := range []string{"name_", "topic_", "label_"} {
		if name := cmp.Or(r.Values[column+string(tag)], r.Values[column+"ja"]); name != "" {
			return name
		}
	}
	if c := r.Values["country"]; c != "" {
		return CountryName(tag, c)
	}
	return r.Key
}

const rowColumns = `kind, key, seq, valid_from, valid_to, place, body, source, reason, person, recorded, gone`

func scanRow(rows *sql.Rows) (r Row, err error) {
	var body db.JSON[json.RawMessage]
	var recorded, gone string
	if err = rows.Scan(&r.Kind, &r.Key, &r.Seq, &r.From, &r.To, &r.Place, &body, &r.Source, &r.Reason, &r.Person, &recorded, &gone); err != nil {
		return r, err
	}
	r.Recorded, r.Gone = moment(recorded), moment(gone)
	k, _ := KindOf(r.Kind)
	r.Values, err = k.values(body.V)
	return r, err
}

func moment(text string) time.Time {
	t, _ := time.Parse(time.RFC3339Nano, text)
	return t
}

// rows reads rows of a kind, one key of it or all (""), that stand or all there ever were.
func (s *Store) rows(ctx context.Context, q db.Q, kind, key string, all bool) ([]Row, error) {
	return db.List(ctx, q, scanRow, `SELECT `+rowColumns+` FROM org_rows WHERE kind = $1 AND ($2 = '' OR key = $2) AND ($3 OR gone = '')
		ORDER BY place, key, valid_from, seq`, kind, key, all)
}

// Rows lists every row of a kind that stands, past and coming ones too, in their order. What nobody has changed yet is as shipped.
func (s *Store) Rows(ctx context.Context, k Kind) ([]Row, error) {
	list, err := keep(s, "rows "+k.ID, func() ([]Row, error) {
		list, err := s.rows(ctx, s.d.Read(), k.ID, "", false)
		if err != nil || k.base == nil {
			return list, err
		}
		known := map[string]bool{}
		for _, r := range list {
			known[r.Key] = true
		}
		gone, err := db.List(ctx, s.d.Read(), db.String, `SELECT DISTINCT key FROM org_rows WHERE kind = $1`, k.ID)
		if err != nil {
			return nil, err
		}
		for _, key := range gone {
			known[key] = true
		}
		base, err := k.base(ctx, s)
		for _, r := range base {
			if !known[r.Key] {
				list = append(list, r)
			}
		}
		slices.SortStableFunc(list, func(a, b Row) int {
			return cmp.Or(cmp.Compare(a.Place, b.Place), cmp.Compare(a.Key, b.Key), cmp.Compare(a.From, b.From))
		})
		return list, err
	})
	return slices.Clone(list), err
}

// Past lists every row a key has ever had, the newest first, those that went too.
func (s *Store) Past(ctx context.Context, k Kind, key string) ([]Row, error) {
	list, err := s.rows(ctx, s.d.Read(), k.ID, key, true)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		list, err = s.shippedRow(ctx, k, key)
	}
	slices.SortStableFunc(list, func(a, b Row) int { return cmp.Compare(b.Seq, a.Seq) })
	return list, err
}

// shippedRow is the row of a key that nobody has changed, as a list of one or none.
func (s *Store) shippedRow(ctx context.Context, k Kind, key string) ([]Row, error) {
	if k.base == nil {
		return nil, nil
	}
	base, err := k.base(ctx, s)
	return slices.DeleteFunc(slices.Clone(base), func(r Row) bool { return r.Key != key }), err
}

// holding finds the row of a key on a day among rows that stand.
func holding(rows []Row, day string) (Row, bool) {
	for _, r := range rows {
		if r.Holds(day) {
			return r, true
		}
	}
	return Row{}, false
}

// content is what two rows are compared by.
func (r Row) same(v Values, source string) bool {
	return maps.Equal(r.Values, v) && r.Source == source
}

// decode reads JSON with its numbers as they stand.
func decode(data []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	return d.Decode(into)
}
