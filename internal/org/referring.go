package org

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"slices"

	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
)

// Kinds of reference rows beside the bodies.
const (
	kindOffice    = "office"
	kindRoute     = "route"
	kindSection   = "section"
	kindDesk      = "desk"
	kindHQ        = "headquarters"
	kindHoliday   = "holiday"
	kindStatistic = "statistic"
	kindSeed      = "seed"
)

// readable decodes a row's JSON strictly into the type of its kind, and tells the key it must stand under.
var readable = map[string]func([]byte) (body any, key string, err error){
	kindOffice:    strictly(func(o Office) string { return o.Code }),
	kindRoute:     strictly(routeKey),
	kindSection:   strictly(func(x Section) string { return x.ID }),
	kindDesk:      strictly(func(x Desk) string { return x.ID }),
	kindHQ:        strictly(func(Headquarters) string { return "hq" }),
	kindHoliday:   strictly(func(x Holiday) string { return x.Office + " " + x.Day }),
	kindStatistic: strictly(func(x Statistic) string { return x.Key }),
}

func routeKey(r RouteRow) string {
	key := r.Country
	if r.Region != "" {
		key += "/" + r.Region
	}
	return key
}

func strictly[T any](key func(T) string) func([]byte) (any, string, error) {
	return func(data []byte) (any, string, error) {
		var v T
		d := json.NewDecoder(bytes.NewReader(data))
		d.DisallowUnknownFields()
		if err := d.Decode(&v); err != nil {
			return nil, "", err
		}
		return v, key(v), nil
	}
}

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
		}, `SELECT body FROM org_reference WHERE kind = $1 AND valid_from <= $2 AND (valid_to = '' OR valid_to >= $2) ORDER BY place, key`, kind, day)
	})
}

func putReference(ctx context.Context, tx db.Q, kind, key string, place int, body any, source string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO org_reference (kind, key, place, body, source) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
		kind, key, place, db.JSON[any]{V: body}, source)
	return err
}

// A Reference is one row of the reference data as administrators see it.
type Reference struct {
	Kind, Key, From, To, Source string
	Body                        json.RawMessage
}

// References lists all rows of a kind, past and coming ones too.
func (s *Store) References(ctx context.Context, kind string) ([]Reference, error) {
	return db.List(ctx, s.d.Read(), func(rows *sql.Rows) (r Reference, err error) {
		var body db.JSON[json.RawMessage]
		err = rows.Scan(&r.Kind, &r.Key, &r.From, &r.To, &r.Source, &body)
		r.Body = body.V
		return r, err
	}, `SELECT kind, key, valid_from, valid_to, source, body FROM org_reference WHERE kind = $1 ORDER BY place, key, valid_from`, kind)
}

// SetReference gives a row new contents from an ISO day on ("" from the beginning: a correction); the row of before ends the day
// before. body is the JSON of an Office, RouteRow, Section, Desk, Headquarters, Holiday or Statistic. fault.Invalid names what
// cannot be read.
func (s *Store) SetReference(ctx context.Context, by By, r Reference) error {
	read, ok := readable[r.Kind]
	if !ok {
		return fault.At("kind", "org.reference_kind", "kind", r.Kind)
	}
	body, key, err := read(r.Body)
	if err != nil || key == "" || r.Key != "" && r.Key != key {
		return fault.At("body", "org.reference_body")
	}
	if r.From != "" && !jp.ValidDate(r.From) {
		return fault.At("from", "org.day_unreadable", "value", r.From)
	}
	if r.Source == "" {
		return fault.At("source", "org.source_needed")
	}
	return s.change(ctx, func(ctx context.Context, tx db.Q) error {
		before, err := db.List(ctx, tx, db.String, `SELECT body FROM org_reference WHERE kind = $1 AND key = $2 AND valid_from <= $3 ORDER BY valid_from DESC LIMIT 1`, r.Kind, key, r.From)
		if err != nil {
			return err
		}
		if err := s.note(ctx, tx, by, r.Kind+":"+key, "set", first(before), body, r.Source); err != nil {
			return err
		}
		if r.From != "" {
			if _, err := tx.ExecContext(ctx, `UPDATE org_reference SET valid_to = $1 WHERE kind = $2 AND key = $3 AND valid_from < $4 AND (valid_to = '' OR valid_to >= $4)`,
				jp.AddDays(r.From, -1), r.Kind, key, r.From); err != nil {
				return err
			}
		}
		place, err := db.One(ctx, tx, db.Int, `SELECT coalesce(max(place), 0) FROM org_reference WHERE kind = $1 AND (key = $2 OR NOT EXISTS
			(SELECT 1 FROM org_reference WHERE kind = $1 AND key = $2))`, r.Kind, key)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO org_reference (kind, key, valid_from, place, body, source) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (kind, key, valid_from) DO UPDATE SET body = excluded.body, source = excluded.source, valid_to = ''`,
			r.Kind, key, r.From, place, db.JSON[any]{V: body}, r.Source)
		return err
	})
}

// EndReference lets a row hold until an ISO day, the last; fault.Missing when nothing of that key holds.
func (s *Store) EndReference(ctx context.Context, by By, kind, key, until, source string) error {
	if !jp.ValidDate(until) {
		return fault.At("until", "org.day_unreadable", "value", until)
	}
	return s.change(ctx, func(ctx context.Context, tx db.Q) error {
		n, err := db.Changed(ctx, tx, `UPDATE org_reference SET valid_to = $1 WHERE kind = $2 AND key = $3 AND valid_from <= $1 AND valid_to = ''`, until, kind, key)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.Missing, "org.missing", "code", key)
		}
		return s.note(ctx, tx, by, kind+":"+key, "end", nil, map[string]string{"until": until}, source)
	})
}

func first(list []string) any {
	if len(list) == 0 {
		return nil
	}
	return json.RawMessage(list[0])
}
