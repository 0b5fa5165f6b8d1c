package record

import (
	"slices"

	"kakehashi/internal/cases"
	"kakehashi/internal/form"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/letter"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/part"
)

// Filled is a form of the case as a document, in Japanese. What mask has words for is said in them instead of the answer, whether there is
// one or not; nil masks nothing.
func Filled(c *cases.Case, prog *programme.Programme, f *programme.Form, mask func(key string) string) letter.Filled {
	out := letter.Filled{Title: prog.Title.JA + "　" + f.Title.JA, Paper: f.Paper, Head: []letter.Pair{
		{Label: lang.T(lang.JA, "record.fact.number"), Value: c.Number}, {Label: lang.T(lang.JA, "apply.paper.org"), Value: c.Org.Name},
		{Label: lang.T(lang.JA, "apply.paper.year"), Value: lang.FiscalYear(lang.JA, c.FiscalYear)}}}
	out.Foot, out.Sample, out.Draft = c.Number, c.Demo, c.Number == ""
	if !c.Submitted.IsZero() {
		out.Date = jp.Date(c.Submitted)
	}
	for _, sec := range f.Sections {
		s := letter.FilledSection{Title: sec.Title.JA}
		for _, field := range sec.Fields {
			if mask != nil && mask(field.Key) != "" {
				s.Pairs = append(s.Pairs, letter.Pair{Label: field.Label.JA, Value: mask(field.Key)})
				continue
			}
			value, ok := c.Answers()[field.Key]
			if !ok || prog.Shown(field, c.Answers()) == programme.No {
				continue
			}
			if rows, isTable := value.([]form.Row); isTable && len(rows) == 0 {
				s.Pairs = append(s.Pairs, letter.Pair{Label: field.Label.JA, Value: lang.T(lang.JA, "record.filled.none")})
				continue
			} else if isTable {
				s.Tables = append(s.Tables, filledTable(field, rows))
				continue
			}
			s.Pairs = append(s.Pairs, letter.Pair{Label: field.Label.JA, Value: field.Show(value, lang.JA)})
		}
		out.Sections = append(out.Sections, s)
	}
	return out
}

func cellText(col form.Field, v any) string {
	if n, ok := v.(int64); ok {
		return lang.Num(n)
	}
	if v == nil {
		return ""
	}
	return col.Show(v, lang.JA)
}

// filledTable is a table of a form. Columns that no row answers are left out; sums stand under the amounts.
func filledTable(f form.Field, rows []form.Row) letter.Table {
	t := letter.Table{Title: f.Label.JA}
	cols := slices.DeleteFunc(slices.Clone(f.Cols()), func(col form.Field) bool {
		return len(rows) > 0 && !slices.ContainsFunc(rows, func(r form.Row) bool { return cellText(col, r[col.Key]) != "" })
	})
	sum := len(cols) - 1
	for i, col := range cols {
		t.Head = append(t.Head, col.Label.JA)
		if col.Key == "amount" {
			sum = i
		}
	}
	for _, r := range rows {
		var cells []string
		for _, col := range cols {
			cells = append(cells, cellText(col, r[col.Key]))
		}
		t.Rows = append(t.Rows, cells)
	}
	if f.Kind == form.KindMoney && len(cols) > 0 {
		sums := form.Totals(rows)
		for _, x := range []part.Sum{{Label: "part.ledger.eligible", Value: lang.Num(sums.Eligible)}, {Label: "part.ledger.total", Value: lang.Num(sums.Total)}} {
			foot := make([]string, len(t.Head))
			foot[0], foot[sum] = lang.T(lang.JA, x.Label), x.Value
			t.Foot = append(t.Foot, foot)
		}
	}
	return t
}
