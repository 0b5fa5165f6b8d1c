package desk

import (
	"slices"
	"strconv"
	"strings"

	"kakehashi/internal/cases"
	"kakehashi/internal/form"
	"kakehashi/internal/lang"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
	"kakehashi/internal/web/record"
)

// correction is what a return asked for and what came back (補正の内容).
type correction struct {
	Title   string
	When    string
	Message string
	Done    bool
	Changes []part.Change
	Asked   []part.Row
	Only    string // that nothing else changed, or what did
	Broken  bool
}

// correction compares the newest return with what was handed in again: each named field before and after, its effect on sums and
// rules, and whether anything else changed.
func (p *Pages) correction(r *page.Request, f *face, now programme.Evaluation) (*correction, error) {
	c, prog := f.Case, f.Programme
	n := len(c.Returns)
	if n == 0 {
		return nil, nil
	}
	ret := c.Returns[n-1]
	var keys []string
	for _, m := range ret.Remarks {
		if !slices.Contains(keys, m.Field) {
			keys = append(keys, m.Field)
		}
	}
	out := &correction{Title: r.T("desk.fix.title", "n", len(keys)), Message: ret.Message, Done: !ret.Done.IsZero()}
	if !out.Done {
		out.When = r.T("desk.fix.asked", "from", lang.Moment(r.Lang, ret.At), "due", lang.Day(r.Lang, ret.Due))
		for _, m := range ret.Remarks {
			label := m.Field
			if field, _, _, ok := prog.Field(m.Field); ok {
				label = field.Label.In(r.Lang)
			}
			out.Asked = append(out.Asked, part.Row{Cells: []part.Cell{{Text: label}, {Text: record.RemarkKind(r.Lang, m.Kind)}, {Body: part.Said(m.Text)}}})
		}
		return out, nil
	}
	out.When = r.T("desk.fix.done", "from", lang.Moment(r.Lang, ret.At), "to", lang.Moment(r.Lang, ret.Done))
	before, err := form.Decode(prog.AllFields(), ret.Was)
	if err != nil {
		return nil, err
	}
	for _, key := range keys {
		field, formID, _, ok := prog.Field(key)
		if !ok || !cases.Sees(r.Who, field.Visibility) {
			continue
		}
		changes := fieldChanges(r, field, before[key], c.Answers()[key])
		why := reasons(r, ret, key)
		effect, err := p.effect(r, c, prog, field, formID, before[key], now)
		if err != nil {
			return nil, err
		}
		for i := range changes {
			changes[i].Why = why
			if i == 0 {
				changes[i].Effect = effect
			}
		}
		out.Changes = append(out.Changes, changes...)
	}
	out.only(r, f, ret, keys)
	return out, nil
}

// reasons is why a field was opened: 誤り：見積書と不一致.
func reasons(r *page.Request, ret cases.Return, key string) []part.Asked {
	var list []part.Asked
	for _, m := range ret.Remarks {
		if m.Field == key {
			list = append(list, part.Asked{Kind: record.RemarkKind(r.Lang, m.Kind), Words: m.Text})
		}
	}
	return list
}

// fieldChanges is one field before and after: tables row by row, everything else as a whole.
func fieldChanges(r *page.Request, f form.Field, a, b any) []part.Change {
	label := f.Label.In(r.Lang)
	if f.Kind != form.KindMoney && f.Kind != form.KindTable {
		if form.Equal(a, b) {
			return []part.Change{{Label: label, Path: f.Key, Before: "", After: r.T("desk.fix.same")}}
		}
		return []part.Change{{Label: label, Path: f.Key, Before: f.Show(a, r.Lang), After: f.Show(b, r.Lang)}}
	}
	was, is := form.Rows(a), form.Rows(b)
	var list []part.Change
	for _, x := range form.CompareRows(f, was, is) {
		switch x.Op {
		case form.Added:
			list = append(list, part.Change{Label: r.T("desk.fix.row_added", "label", label, "n", x.After+1), Path: path(f, x.After), After: rowWords(r, f, is[x.After])})
		case form.Removed:
			list = append(list, part.Change{Label: r.T("desk.fix.row_removed", "label", label, "n", x.Before+1), Path: path(f, x.Before), Before: rowWords(r, f, was[x.Before])})
		case form.Changed:
			list = append(list, rowChange(r, f, x, was[x.Before], is[x.After]))
		}
	}
	if len(list) == 0 {
		return []part.Change{{Label: label, Path: f.Key, After: r.T("desk.fix.same")}}
	}
	return list
}

func path(f form.Field, row int) string { return f.Key + "[" + strconv.Itoa(row+1) + "]" }

// rowChange is one row of which some cells differ. An amount that follows from quantity and price is not told twice.
func rowChange(r *page.Request, f form.Field, x form.RowChange, a, b form.Row) part.Change {
	cells := x.Cells
	if f.Kind == form.KindMoney && len(cells) > 1 {
		cells = slices.DeleteFunc(slices.Clone(cells), func(k string) bool { return k == "amount" })
	}
	change := part.Change{Label: r.T("desk.fix.row", "label", f.Label.In(r.Lang), "n", x.After+1), Path: path(f, x.After)}
	var was, is []string
	for _, col := range f.Cols() {
		if !slices.Contains(cells, col.Key) {
			continue
		}
		name := ""
		if len(cells) == 1 {
			change.Label += " " + col.Label.In(r.Lang)
		} else {
			name = col.Label.In(r.Lang) + " "
		}
		was = append(was, name+col.Show(a[col.Key], r.Lang))
		is = append(is, name+col.Show(b[col.Key], r.Lang))
	}
	change.Before, change.After = strings.Join(was, "\n"), strings.Join(is, "\n")
	return change
}

// rowWords is a whole row in words.
func rowWords(r *page.Request, f form.Field, row form.Row) string {
	var cells []string
	for _, col := range f.Cols() {
		if s := col.Show(row[col.Key], r.Lang); s != "" {
			cells = append(cells, s)
		}
	}
	return strings.Join(cells, "　")
}

// effect says what the change of one field did: sums that moved, rules that came out otherwise.
func (p *Pages) effect(r *page.Request, c *cases.Case, prog *programme.Programme, f form.Field, formID string, before any, now programme.Evaluation) (string, error) {
	if f.Kind == form.KindFile || formID != "application" {
		return "", nil
	}
	old, err := p.Cases.Try(r.Context(), c, prog, formID, map[string]form.Input{f.Key: f.Input(before)})
	if err != nil {
		return "", err
	}
	var lines []string
	moved := func(title string, a, b int64) {
		lines = append(lines, r.T("desk.fix.sum", "what", title, "from", lang.Num(a), "to", lang.Yen(r.Lang, b)))
	}
	if f.Kind == form.KindMoney {
		a, b := form.Totals(form.Rows(before)).Eligible, form.Totals(form.Rows(c.Answers()[f.Key])).Eligible
		if a != b {
			moved(r.T("desk.fact.eligible"), a, b)
		}
	}
	for i, s := range now.Steps {
		was, ok := old.Amounts[s.Name]
		switch {
		case ok && was != s.Value:
			moved(s.Title.In(r.Lang), was, s.Value)
		case i == len(now.Steps)-1 && len(lines) > 0:
			lines = append(lines, r.T("desk.fix.sum_same", "what", s.Title.In(r.Lang), "yen", lang.Yen(r.Lang, s.Value)))
		}
	}
	for _, o := range now.Rules {
		if !slices.Contains(o.On, f.Key) || o.Title.In(r.Lang) == "" {
			continue
		}
		i := slices.IndexFunc(old.Rules, func(x programme.Outcome) bool { return x.ID == o.ID })
		if i >= 0 && old.Rules[i].Outcome != o.Outcome || o.Outcome != programme.Pass {
			j := record.Judged(r.Lang, prog, []programme.Outcome{o})[0]
			lines = append(lines, r.T("desk.fix.rule", "word", j.Word, "title", j.Title))
		}
	}
	return strings.Join(lines, "\n"), nil
}

// only looks through the journal for changes beside the opened fields, between the return and its answer.
func (out *correction) only(r *page.Request, f *face, ret cases.Return, opened []string) {
	var other []string
	for _, e := range f.Events {
		if e.Type != "saved" || e.At.Before(ret.At) || e.At.After(ret.Done) {
			continue
		}
		keys := slices.Clone(e.Data.Unset)
		for k := range e.Data.Set {
			keys = append(keys, k)
		}
		for _, k := range keys {
			if !slices.Contains(opened, k) && !slices.Contains(other, k) {
				other = append(other, k)
			}
		}
	}
	if len(other) > 0 {
		slices.Sort(other)
		out.Broken, out.Only = true, r.T("desk.fix.more", "fields", strings.Join(other, r.T("record.comma")))
		return
	}
	n := 0
	for _, field := range f.Programme.Fields("application") {
		if _, ok := f.Case.Answers()[field.Key]; ok && !slices.Contains(opened, field.Key) {
			n++
		}
	}
	out.Only = r.T("desk.fix.only", "n", n)
}
