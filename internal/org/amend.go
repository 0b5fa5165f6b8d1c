package org

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
)

// An Amendment is a change of one row of the reference data. Only administrators make one; the edge sees to that.
type Amendment struct {
	Kind   string
	Key    string // "" adds a row
	Values Values
	From   string // the ISO day the contents hold from; "" is from the beginning
	Until  string // of an end: the last day
	Source string
	Reason string
	// Seen is the Seq of the newest row of the key when the person read it; somebody else's change since is fault.Conflict.
	Seen int64
}

// Amend gives a row new contents from a day on, or adds one. The row of before ends the day before and stays to be read; one that began on
// the same day goes, and stays to be read as well. A row that begins later keeps its days.
func (s *Store) Amend(ctx context.Context, by By, a Amendment) (key string, err error) {
	err = s.amend(ctx, by, a, func(ctx context.Context, tx db.Q, k Kind, rows []Row) error {
		if a.Source == "" {
			return fault.At("source", "org.source_needed")
		}
		before := Values{}
		if len(rows) > 0 {
			before = rows[len(rows)-1].Values
		}
		v, err := k.read(func(column string) (string, bool) { text, ok := a.Values[column]; return text, ok }, before)
		if err != nil {
			return err
		}
		if key = k.key(v); a.Key != "" && key != a.Key {
			return fault.At(k.Columns[0].Name, "reference.key_fixed")
		}
		if a.Key == "" {
			if rows, err = s.standing(ctx, tx, k, key); err != nil {
				return err
			}
			if r, ok := holding(rows, a.From); ok {
				f := fault.New(fault.Conflict, "reference.there", "name", words(r.Label))
				f.Field = k.Columns[0].Name
				return f
			}
		}
		return s.put(ctx, tx, by, k, key, rows, a, v)
	})
	return key, err
}

// words are a label in both languages.
func words(label func(lang.Tag) string) lang.Text {
	return lang.Text{JA: label(lang.JA), EN: label(lang.EN)}
}

// End lets a row hold until a day, the last. Rows of other kinds that name it must have ended by then, and no later change may be planned.
func (s *Store) End(ctx context.Context, by By, a Amendment) error {
	return s.amend(ctx, by, a, func(ctx context.Context, tx db.Q, k Kind, rows []Row) error {
		return s.end(ctx, tx, by, k, rows, a)
	})
}

// Withdraw takes back a change that has not begun: From is its first day. The row before it holds on in its place.
func (s *Store) Withdraw(ctx context.Context, by By, a Amendment) error {
	return s.amend(ctx, by, a, func(ctx context.Context, tx db.Q, k Kind, rows []Row) error {
		i := slices.IndexFunc(rows, func(r Row) bool { return r.From == a.From })
		if i < 0 || a.From <= s.today() {
			return fault.New(fault.Conflict, "reference.begun")
		}
		if err := s.leave(ctx, tx, rows[i]); err != nil {
			return err
		}
		if i > 0 && rows[i-1].To == jp.AddDays(a.From, -1) {
			again := rows[i-1]
			again.To = rows[i].To
			if err := s.replace(ctx, tx, by, rows[i-1], again, a.Reason); err != nil {
				return err
			}
		}
		return s.note(ctx, tx, by, k.ID+":"+a.Key, "withdraw", rows[i].Values, map[string]string{"from": a.From, "reason": a.Reason}, rows[i].Source)
	})
}

// amend runs a change of one key in a transaction that no other change of the kind can run beside.
func (s *Store) amend(ctx context.Context, by By, a Amendment, f func(context.Context, db.Q, Kind, []Row) error) error {
	k, ok := KindOf(a.Kind)
	switch {
	case !ok:
		return fault.At("kind", "org.reference_kind", "kind", a.Kind)
	case a.From != "" && !jp.ValidDate(a.From):
		return fault.At("from", "org.day_unreadable", "value", a.From)
	case strings.TrimSpace(a.Reason) == "":
		return fault.At("reason", "reference.reason_needed")
	case len([]rune(a.Reason)) > 500 || len([]rune(a.Source)) > 500:
		return fault.At("reason", "reference.long")
	}
	return s.changing(ctx, k, func(ctx context.Context, tx db.Q) error {
		var rows []Row
		if a.Key != "" {
			var err error
			if rows, err = s.standing(ctx, tx, k, a.Key); err != nil {
				return err
			}
			if len(rows) == 0 {
				return fault.New(fault.Missing, "reference.missing")
			}
			newest, err := db.One(ctx, tx, db.Int, `SELECT COALESCE(MAX(seq), 0) FROM org_rows WHERE kind = $1 AND key = $2`, k.ID, a.Key)
			if err != nil {
				return err
			}
			if newest > 1 && newest != a.Seen || newest == 1 && a.Seen > 1 {
				return fault.New(fault.Conflict, "reference.conflict")
			}
		}
		return f(ctx, tx, k, rows)
	})
}

// changing counts a change of a kind and runs f in the same transaction. The count's row keeps other changes of the kind waiting.
func (s *Store) changing(ctx context.Context, k Kind, f func(context.Context, db.Q) error) error {
	defer db.Ended(ctx, s.stale)
	return s.d.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO org_versions (kind, n) VALUES ($1, 1) ON CONFLICT (kind) DO UPDATE SET n = org_versions.n + 1`, k.ID); err != nil {
			return err
		}
		if err := f(ctx, tx); err != nil {
			return err
		}
		if s.Amended != nil {
			return s.Amended(ctx, tx, k.ID)
		}
		return nil
	})
}

// standing reads the rows of a key that stand, in the order of their days. One that is only shipped is written down first.
func (s *Store) standing(ctx context.Context, tx db.Q, k Kind, key string) ([]Row, error) {
	rows, err := s.rows(ctx, tx, k.ID, key, false)
	if err != nil || len(rows) > 0 || k.base == nil {
		return rows, err
	}
	had, err := db.One(ctx, tx, db.Int, `SELECT COUNT(*) FROM org_rows WHERE kind = $1 AND key = $2`, k.ID, key)
	if err != nil || had > 0 {
		return nil, err
	}
	base, err := s.shippedRow(ctx, k, key)
	if err != nil || len(base) == 0 {
		return nil, err
	}
	r := base[0]
	r.Seq = 1
	return []Row{r}, s.insert(ctx, tx, k, r)
}

func (s *Store) insert(ctx context.Context, tx db.Q, k Kind, r Row) error {
	body, err := k.body(r.Values, r.Source)
	if err != nil {
		return err
	}
	recorded := ""
	if r.Seq > 1 || r.Person != "" {
		recorded = db.At(s.now()).String()
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO org_rows (`+rowColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '')`,
		r.Kind, r.Key, r.Seq, r.From, r.To, r.Place, db.JSON[any]{V: body}, r.Source, r.Reason, r.Person, recorded)
	return err
}

// leave takes a row out of those that stand; it can still be read.
func (s *Store) leave(ctx context.Context, tx db.Q, r Row) error {
	_, err := tx.ExecContext(ctx, `UPDATE org_rows SET gone = $1 WHERE kind = $2 AND key = $3 AND seq = $4 AND gone = ''`, db.At(s.now()).String(), r.Kind, r.Key, r.Seq)
	return err
}

// replace puts a row in the place of another.
func (s *Store) replace(ctx context.Context, tx db.Q, by By, old, r Row, reason string) error {
	if err := s.leave(ctx, tx, old); err != nil {
		return err
	}
	return s.append(ctx, tx, by, r, reason)
}

func (s *Store) append(ctx context.Context, tx db.Q, by By, r Row, reason string) error {
	k, _ := KindOf(r.Kind)
	newest, err := db.One(ctx, tx, db.Int, `SELECT COALESCE(MAX(seq), 0) FROM org_rows WHERE kind = $1 AND key = $2`, r.Kind, r.Key)
	if err != nil {
		return err
	}
	r.Seq, r.Person, r.Reason = newest+1, by.Person, reason
	return s.insert(ctx, tx, k, r)
}

// put writes the contents of a key from a day on.
func (s *Store) put(ctx context.Context, tx db.Q, by By, k Kind, key string, rows []Row, a Amendment, v Values) error {
	if err := s.named(ctx, tx, k, v, a.From); err != nil {
		return err
	}
	r := Row{Kind: k.ID, Key: key, From: a.From, Values: v, Source: a.Source}
	old, there := holding(rows, a.From)
	var before any
	switch {
	case there && old.same(v, a.Source):
		return fault.New(fault.Invalid, "reference.same")
	case there:
		r.To, r.Place, before = old.To, old.Place, old.Values
		if err := s.leave(ctx, tx, old); err != nil {
			return err
		}
		if old.From != a.From {
			was := old
			was.To = jp.AddDays(a.From, -1)
			if err := s.append(ctx, tx, by, was, old.Reason); err != nil {
				return err
			}
		}
	default:
		for _, later := range rows {
			if later.From > a.From && (r.To == "" || later.From <= r.To) {
				r.To = jp.AddDays(later.From, -1)
			}
		}
		if len(rows) > 0 {
			r.Place = rows[0].Place
		} else if n, err := db.One(ctx, tx, db.Int, `SELECT COALESCE(MAX(place), 0) + 1 FROM org_rows WHERE kind = $1`, k.ID); err != nil {
			return err
		} else {
			r.Place = max(n, 10_000) // after what is shipped
		}
	}
	if err := s.append(ctx, tx, by, r, a.Reason); err != nil {
		return err
	}
	after := map[string]any{"values": v, "from": a.From, "reason": a.Reason}
	return s.note(ctx, tx, by, k.ID+":"+key, "set", before, after, a.Source)
}

func (s *Store) end(ctx context.Context, tx db.Q, by By, k Kind, rows []Row, a Amendment) error {
	if !jp.ValidDate(a.Until) {
		return fault.At("until", "org.day_unreadable", "value", a.Until)
	}
	old, ok := holding(rows, a.Until)
	switch {
	case k.Single:
		return fault.At("until", "reference.never_ends")
	case !ok:
		return fault.At("until", "reference.not_then", "day", a.Until)
	case old.To == a.Until:
		return fault.At("until", "reference.same")
	}
	for _, r := range rows {
		if r.From > a.Until {
			return fault.At("until", "reference.planned", "day", r.From)
		}
	}
	if err := s.unused(ctx, k, old, a.Until); err != nil {
		return err
	}
	r := old
	r.To = a.Until
	if err := s.replace(ctx, tx, by, old, r, a.Reason); err != nil {
		return err
	}
	return s.note(ctx, tx, by, k.ID+":"+old.Key, "end", old.Values, map[string]string{"until": a.Until, "reason": a.Reason}, cmp.Or(a.Source, old.Source))
}

// named sees that every row the values name holds on the day, or today where the day is long ago.
func (s *Store) named(ctx context.Context, tx db.Q, k Kind, v Values, day string) error {
	for _, c := range k.Columns {
		if c.Ref == "" || v[c.Name] == "" || k.ID == kindHoliday && v[c.Name] == Japan {
			continue
		}
		ref, _ := KindOf(c.Ref)
		rows, err := s.Rows(ctx, ref)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(rows, func(r Row) bool { return r.Key == v[c.Name] && (r.Holds(day) || day == "" || r.Holds(s.today())) }) {
			return fault.At(c.Name, "reference.unknown", "kind", kindWord(ref.ID), "value", v[c.Name])
		}
	}
	if k.ID != kindBranch {
		return nil
	}
	where := ` WHERE o.type = 'designated_city' AND o.code = $2`
	if len(v["code"]) == 2 {
		where = ` WHERE o.type = 'prefecture' AND o.prefecture = $2`
	}
	bodies, err := s.bodies(ctx, tx, s.today(), where, v["code"])
	if err == nil && len(bodies) == 0 {
		return fault.At("code", "reference.branch_body", "code", v["code"])
	}
	return err
}

func kindWord(id string) lang.Text {
	return lang.Text{JA: lang.T(lang.JA, "reference.kind."+id), EN: lang.T(lang.EN, "reference.kind."+id)}
}
