package org

import (
	"context"
	"fmt"
	"strings"

	"kakehashi/internal/db"
	"kakehashi/internal/jp"
)

// Seed puts the shipped reference data into the database: rows that are not there yet, never over one that is. It may run at
// every start and in several processes at once; when this program's data has been put in before it does nothing.
func (s *Store) Seed(ctx context.Context) error {
	seen, err := db.List(ctx, s.d.Read(), db.String, `SELECT key FROM org_rows WHERE kind = $1 AND key = $2`, kindSeed, dataHash())
	if err != nil || len(seen) > 0 {
		return err
	}
	r := shipped()
	bodies, names := seedRows(r)
	err = s.d.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		if err := insertBodies(ctx, tx, bodies, names); err != nil {
			return err
		}
		if err := seedReference(ctx, tx, r); err != nil {
			return err
		}
		return insertRows(ctx, tx, `INSERT INTO org_rows (kind, key, seq, body, source)`, [][]any{{kindSeed, r.hash, 1,
			db.JSON[any]{V: map[string]string{"at": db.At(s.now()).String()}}, "this program"}})
	})
	if err != nil {
		return fmt.Errorf("seed the register: %w", err)
	}
	return nil
}

// seedRows are the shipped bodies, the earlier ones included, and the names of each.
func seedRows(r *reference) ([]Body, map[string][]Name) {
	names := map[string][]Name{}
	from := map[string]string{}
	var bodies []Body
	for _, e := range r.earlier {
		next := jp.AddDays(e.Until, 1)
		if e.Successor == "" {
			names[e.Code] = append(names[e.Code], Name{Name: e.Name, Kana: e.Kana, English: e.English, To: e.Until, Source: e.Source},
				Name{From: next})
			continue
		}
		from[e.Successor] = next
		bodies = append(bodies, Body{Code: e.Code, Type: e.Type, Prefecture: e.Code[:2], Branch: e.Code[:2], HeadTitle: headOf(e.Type),
			ValidTo: e.Until, Successor: e.Successor, Source: e.Source})
		names[e.Code] = []Name{{Name: e.Name, Kana: e.Kana, English: e.English, Source: e.Source}}
	}
	for _, b := range r.bodies {
		b.ValidFrom = from[b.Code]
		bodies = append(bodies, b)
		n := names[b.Code]
		if len(n) == 0 {
			n = []Name{{}}
		}
		last := &n[len(n)-1]
		last.Name, last.Kana, last.English, last.Source = b.Name, b.Kana, b.English, b.Source
		names[b.Code] = n
	}
	return bodies, names
}

func headOf(kind string) string {
	t, _ := TypeOf(kind)
	return t.Head
}

// insertBodies writes new bodies and their names in statements of a hundred rows.
func insertBodies(ctx context.Context, tx db.Q, bodies []Body, names map[string][]Name) error {
	rows := [][]any{}
	nameRows := [][]any{}
	for _, b := range bodies {
		rows = append(rows, []any{b.Code, b.Type, b.Prefecture, b.Branch, b.Founder, b.HeadTitle, b.Postcode, b.Address, b.Phone, b.Mail, b.Site,
			b.ValidFrom, b.ValidTo, b.Successor, b.Source, b.Listed, b.Sample, found(b.Code, names[b.Code]), areaOf(b.Prefecture)})
		for _, n := range names[b.Code] {
			nameRows = append(nameRows, []any{b.Code, n.From, n.To, n.Name, n.Kana, n.English, n.Source})
		}
	}
	if err := insertRows(ctx, tx, `INSERT INTO orgs (code, type, prefecture, branch, founder, head_title, postcode, address, phone, mail, site,
		valid_from, valid_to, successor, source, listed, sample, found, area)`, rows); err != nil {
		return err
	}
	return insertRows(ctx, tx, `INSERT INTO org_names (code, valid_from, valid_to, name, kana, english, source)`, nameRows)
}

// insertRows writes rows that are not there yet.
func insertRows(ctx context.Context, tx db.Q, insert string, rows [][]any) error {
	const most = 100
	for len(rows) > 0 {
		n := min(most, len(rows))
		var values strings.Builder
		args := []any{}
		for i, row := range rows[:n] {
			if i > 0 {
				values.WriteString(", ")
			}
			values.WriteString("(")
			for j, v := range row {
				if j > 0 {
					values.WriteString(", ")
				}
				args = append(args, v)
				fmt.Fprintf(&values, "$%d", len(args))
			}
			values.WriteString(")")
		}
		if _, err := tx.ExecContext(ctx, insert+` VALUES `+values.String()+` ON CONFLICT DO NOTHING`, args...); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

func seedReference(ctx context.Context, tx db.Q, r *reference) error {
	rows := [][]any{}
	add := func(kind, key, source string, body any) {
		rows = append(rows, []any{kind, key, 1, len(rows), db.JSON[any]{V: body}, source})
	}
	for _, o := range r.offices {
		add(kindOffice, o.Code, o.Source, o)
	}
	for _, x := range r.routes {
		add(kindRoute, routeKey(x), x.Source, x)
	}
	for _, x := range r.sections {
		add(kindSection, x.ID, x.Source, x)
	}
	for _, x := range r.desks {
		add(kindDesk, x.ID, x.Source, x)
	}
	add(kindHQ, "hq", r.hq.Source, r.hq)
	for _, x := range r.holidays {
		add(kindHoliday, holidayKey(x), x.Source, x)
	}
	for _, x := range r.statistics {
		add(kindStatistic, x.Key, x.Source, x)
	}
	return insertRows(ctx, tx, `INSERT INTO org_rows (kind, key, seq, place, body, source)`, rows)
}
