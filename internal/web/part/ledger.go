package part

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"kakehashi/internal/form"
	"kakehashi/internal/lang"
	"kakehashi/internal/web/page"
)

// book is a money table as it is drawn: which columns are controls, what each line comes to, the totals and what they leave
// out.
type book struct {
	columns  []form.Field
	ends     []form.Field // what a report adds to a line, in a row of its own under it
	reason   *form.Field  // the column that stands in a row of its own under an excluded line
	computed bool         // amounts follow from quantity and unit price
	lines    []line
	totals   []total
	before   int   // columns in front of the amount
	left     []int // rows the totals leave out, from 1
}

type line struct {
	amount          int64
	known, excluded bool
	typed           bool
}

type total struct {
	key  string
	yen  int64
	main bool
}

// words are the amount as the table shows it.
func (l line) words(ctx context.Context) string {
	switch {
	case l.known:
		return lang.Num(l.amount)
	case l.typed:
		return page.T(ctx, "part.ledger.unknown")
	}
	return ""
}

func (t total) id() string { return strings.TrimPrefix(t.key, "part.ledger.") }

// without says what the totals leave out.
func (b book) without(ctx context.Context) string {
	if len(b.left) == 0 {
		return ""
	}
	return page.T(ctx, "part.ledger.without", "rows", rowList(b.left, lang.From(ctx)))
}

// LedgerLive is what follows in cost tables from what stands in their controls, for a page that shows it while somebody types: texts by
// the id of the place, and which places are shown.
type LedgerLive struct {
	Cells map[string]string
	Shown map[string]bool
}

// Add works out one cost table from what was typed.
func (l *LedgerLive) Add(ctx context.Context, c Control) {
	b := bookOf(c)
	for n, line := range b.lines {
		l.Cells[c.id(sub(n, "amount"))+"-is"] = line.words(ctx)
		l.Shown[c.id(sub(n, "why"))] = line.excluded
	}
	for _, t := range b.totals {
		l.Cells[c.id("")+"-"+t.id()] = lang.Num(t.yen)
	}
	l.Cells[c.id("")+"-left"], l.Shown[c.id("")+"-left"] = b.without(ctx), len(b.left) > 0
}

// front are the columns of a line's first row, those of an application.
var front = []string{"item", "detail", "where", "qty", "unit_name", "unit", "eligible"}

// bookOf reads the table as it was typed; rows that cannot be read stay out of the totals.
func bookOf(c Control) book {
	b := book{computed: true}
	for _, col := range c.Field.Cols() {
		switch col.Key {
		case "reason":
			b.reason = &col
			continue
		case "amount":
			b.before = len(b.columns)
		default:
			if !slices.Contains(front, col.Key) {
				b.ends = append(b.ends, col)
				continue
			}
		}
		b.columns = append(b.columns, col)
	}
	b.lines = make([]line, c.rows())
	var good []form.Row
	for n := range b.lines {
		l := &b.lines[n]
		row := c.readRow(n)
		l.typed = row != nil
		l.excluded = c.value(sub(n, "eligible")) == "false"
		if row == nil {
			continue
		}
		if l.amount, l.known = form.Amount(row); l.known {
			good = append(good, row)
		} else {
			b.left = append(b.left, n+1)
		}
	}
	t := form.Totals(good)
	b.totals = []total{
		{"part.ledger.abroad", t.EligibleAbroad, false},
		{"part.ledger.japan", t.EligibleJP, false},
		{"part.ledger.eligible", t.Eligible, true},
		{"part.ledger.excluded", t.Ineligible, false},
		{"part.ledger.total", t.Total, false},
	}
	return b
}

// readRow reads row n alone; nil when nothing was entered in it.
func (c Control) readRow(n int) form.Row {
	one, prefix := form.Input{}, strconv.Itoa(n)+"."
	for name, values := range c.Input {
		if rest, found := strings.CutPrefix(name, prefix); found && rest != "" {
			one["0."+rest] = values
		}
	}
	value, _, _ := c.Field.Parse(one)
	rows := form.Rows(value)
	if len(rows) == 0 {
		return nil
	}
	return rows[0]
}

func columnClass(key string) string {
	switch key {
	case "item":
		return "k2"
	case "where":
		return "k3"
	case "qty":
		return "k4"
	case "unit_name":
		return "k5"
	case "unit":
		return "k6"
	case "amount":
		return "k7"
	case "eligible":
		return "k8"
	}
	return ""
}

// rowList writes row numbers: 2行目、6行目.
func rowList(rows []int, tag lang.Tag) string {
	list := make([]string, len(rows))
	for i, n := range rows {
		list[i] = lang.T(tag, "part.row.n", "n", n)
	}
	return strings.Join(list, lang.T(tag, "part.comma"))
}
