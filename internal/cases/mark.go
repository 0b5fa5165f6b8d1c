package cases

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/form"
	"kakehashi/internal/programme"
)

// standing is what tells two readings of a case apart: the hash of its last event (an erasure is an event too) and, while it is judged
// anew each time it is shown, how many other applications its body has and how often they changed. Versions only grow, so that the
// sum never comes back.
const standing = `cases.head || CASE WHEN phase <= 2 AND NOT ended THEN (SELECT ' ' || COUNT(*) || ' ' || COALESCE(SUM(o.version), 0)
	FROM cases o WHERE o.org_code = cases.org_code AND o.number <> '') ELSE '' END`

// Mark tells whether a case still stands as it was read by Course: the same mark means that nothing changed that its pages are made of,
// whichever process writes. It costs much less than reading the case. Faults: Missing, also where this person may not see it.
func (s *Store) Mark(ctx context.Context, who account.Who, id string) (string, error) {
	where, args := s.visible(who, 2)
	return db.One(ctx, s.DB.Brief(), db.String, `SELECT `+standing+` FROM cases WHERE id = $1 AND `+where, append([]any{id}, args...)...)
}

// Mark is that of a case read by Course; "" of others.
func (c *Case) Mark() string { return c.mark }

// Fields and rows of what one column holds of another table. No text that is put between them has either: JSON writes them otherwise, and
// they are taken out of names and titles.
const (
	betweenFields = "\x1f"
	betweenRows   = "\x1e"
)

// othersOfYear are the body's other applications of the year in one column; $2 and $3 stand between.
const othersOfYear = `COALESCE((SELECT string_agg(h.due || $2 || h.id || $2 || h.programme || $2 || CAST(h.fiscal_year AS TEXT) || $2 || h.state || $2 ||
		replace(replace(h.title, $2, ' '), $3, ' ') || $2 || h.number || $2 || CAST(h.requested AS TEXT), $3)
		FROM (SELECT o.id, o.due, o.programme, o.fiscal_year, o.state, o.title, o.number, o.requested FROM cases o
			WHERE o.org_code = cases.org_code AND o.fiscal_year = cases.fiscal_year AND o.id <> cases.id AND o.number <> '' ORDER BY o.due, o.id LIMIT 200) h), '')`

// wholeCourse reads in one statement, and so in one round trip and as they stood at one moment: the case, its mark, the events of its
// journal without what was saved, and while it is judged anew, the body's other applications of the year. $1 is the case, $2 and $3 stand between.
const wholeCourse = `SELECT doc, ` + standing + `, COALESCE((SELECT string_agg(CAST(e.seq AS TEXT) || $2 || e.type || $2 || e.at || $2 || e.person || $2 ||
		replace(replace(e.name, $2, ' '), $3, ' ') || $2 || e.role || $2 || e.body || $2 || e.behalf || $2 || e.data, $3)
		FROM case_events e WHERE e.case_id = cases.id AND e.type <> 'saved'), ''),
	CASE WHEN phase <= 2 AND NOT ended THEN ` + othersOfYear + ` ELSE '-' END
	FROM cases WHERE id = $1 AND `

// marked is load with the case's mark, its sealed steps, and what Evaluate would ask for.
func (s *Store) marked(ctx context.Context, who account.Who, id string) (c *Case, p *programme.Programme, steps []*Event, err error) {
	where, args := s.visible(who, 4)
	var mark, others string
	var events stored
	doc, err := db.One(ctx, s.DB.Brief(), func(r *sql.Rows) (doc stored, err error) { return doc, r.Scan(&doc, &mark, &events, &others) },
		wholeCourse+where, append([]any{id, betweenFields, betweenRows}, args...)...)
	if err != nil {
		return nil, nil, nil, err
	}
	if c, p, err = s.read(ctx, doc); err != nil {
		return nil, nil, nil, err
	}
	c.mark = mark
	if steps, err = stepsIn(c.ID, events); err == nil {
		c.others, err = othersFor(c, p, others)
	}
	return c, p, steps, err
}

// othersFor are the body's other applications in a column, or nil where it has none or the rules look at more.
func othersFor(c *Case, p *programme.Programme, column string) (*[]programme.Past, error) {
	if column == "-" || p.LooksIntoOthers() || !p.OthersOf(c.FiscalYear) {
		return nil, nil
	}
	return othersIn(c, column)
}

// stepsIn are the events of one column.
func stepsIn(id string, b []byte) ([]*Event, error) {
	if len(b) == 0 {
		return nil, nil
	}
	all := textOf(b)
	events := make([]Event, strings.Count(all, betweenRows)+1)
	list := make([]*Event, len(events))
	from := 0
	for i := range events {
		row, _, _ := strings.Cut(all[from:], betweenRows)
		e := &events[i]
		list[i] = e
		var f [8]string
		rest := row
		for k := range f {
			f[k], rest, _ = strings.Cut(rest, betweenFields)
		}
		var at db.Time
		seq, err := strconv.Atoi(f[0])
		if err == nil {
			err = at.Scan(f[2])
		}
		if err != nil {
			return nil, fmt.Errorf("event %d of case %s: %w", i, id, err)
		}
		e.Case, e.Seq, e.Type, e.At, e.Person, e.Name, e.Role, e.Body, e.Behalf = id, seq, f[1], at.Time, f[3], f[4], account.Role(f[5]), f[6], f[7]
		end := from + len(row)
		e.data = b[end-len(rest) : end : end]
		from = end + len(betweenRows)
	}
	slices.SortFunc(list, func(a, b *Event) int { return a.Seq - b.Seq }) // an aggregate that is told its order costs more than its rows
	return list, nil
}

// othersIn are the body's other applications in one column.
func othersIn(c *Case, all string) (*[]programme.Past, error) {
	var list []programme.Past
	if all == "" {
		return &list, nil
	}
	rows := strings.Split(all, betweenRows)
	slices.Sort(rows) // by due day and id, which come first in them
	for _, row := range rows {
		f := strings.Split(row, betweenFields)
		if len(f) != 8 {
			return nil, fmt.Errorf("case %s: another application has %d fields", c.ID, len(f))
		}
		f = f[2:]
		year, err := strconv.Atoi(f[1])
		if err != nil {
			return nil, fmt.Errorf("case %s: another application: %w", c.ID, err)
		}
		requested, err := strconv.ParseInt(f[5], 10, 64)
		if err != nil {
			return nil, fmt.Errorf("case %s: another application: %w", c.ID, err)
		}
		list = append(list, programme.Past{Org: form.Org{Type: c.Org.Type, Code: c.Org.Code, Name: c.Org.Name}, Programme: f[0], FiscalYear: year,
			State: f[2], Title: f[3], Number: f[4], Requested: requested})
	}
	return &list, nil
}
