package desk

import (
	"slices"
	"strings"

	"github.com/a-h/templ"

	"kakehashi/internal/cases"
	"kakehashi/internal/form"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/record"
)

// ruling is one rule in the table: outcome, what must be true, what it rests on.
type ruling struct {
	Look, Word, Title, Why string
	Link                   *page.Link
}

// rules sorts the outcomes for reading: what needs eyes first, then what holds with its figures, the rest folded away.
func (v *overviewPage) rules(r *page.Request, ev programme.Evaluation) {
	c, prog := v.Case, v.Programme
	v.Judged = r.T("desk.rules.version", "version", prog.Version)
	if !c.Submitted.IsZero() {
		at := c.Submitted
		if t, ok := c.FormsIn["application"]; ok {
			at = t
		}
		v.Judged += "　" + r.T("desk.rules.at", "at", lang.Moment(r.Lang, at))
	}
	var first []ruling
	for _, o := range ev.Rules {
		if o.Title.In(r.Lang) == "" {
			continue
		}
		j := record.Judged(r.Lang, prog, []programme.Outcome{o})[0]
		x := ruling{Look: j.Look, Word: j.Word, Title: j.Title, Why: because(r, prog, c, o)}
		if len(j.Links) > 0 {
			x.Link = &j.Links[0]
		}
		s, settled := c.Overrides[o.ID]
		switch {
		case settled:
			x.Look, x.Word = "yes", r.T("desk.rules.settled")
			x.Why = strings.TrimSpace(x.Why + "　" + r.T("desk.rules.reason", "reason", s.Reason, "day", lang.Day(r.Lang, jp.Date(s.At))))
			first = append(first, x)
		case o.Outcome != programme.Pass:
			if j.Reason != "" {
				x.Why = strings.TrimSpace(j.Reason + "　" + x.Why)
			}
			first = append(first, x)
		case x.Why != "" && c.Phase < 3:
			v.Rules = append(v.Rules, x)
		default:
			v.More = append(v.More, x)
		}
	}
	v.Rules = append(first, v.Rules...)
	v.Sums, v.SumReason = record.Sums(r.Lang, ev.Steps)
	for _, s := range ev.Steps {
		if b := prog.Article(s.Basis); b != nil && !slices.ContainsFunc(v.SumLinks, func(l page.Link) bool { return strings.HasSuffix(l.URL, "#"+b.ID) }) {
			v.SumLinks = append(v.SumLinks, page.Link{Label: b.Title.In(r.Lang), URL: "/programmes/" + prog.Code + "/rules#" + b.ID})
		}
	}
}

// because says which answers a rule looked at, in short: figures, choices, days.
func because(r *page.Request, prog *programme.Programme, c *cases.Case, o programme.Outcome) string {
	var parts []string
	for _, key := range o.On {
		f, _, _, ok := prog.Field(key)
		v, answered := c.Answer(key)
		if !ok || !answered || !cases.Sees(r.Who, f.Visibility) {
			continue
		}
		switch f.Kind {
		case form.KindMoney:
			t := form.Totals(form.Rows(v))
			parts = append(parts, r.T("desk.why.cost", "yen", lang.Yen(r.Lang, t.Eligible), "share", percent(t.EligibleAbroad, t.Eligible)))
		case form.KindTable:
			parts = append(parts, tableWords(r, f, form.Rows(v)))
		case form.KindYen, form.KindInt, form.KindDecimal, form.KindOne, form.KindMany, form.KindPeriod, form.KindDate, form.KindCountry:
			parts = append(parts, f.Label.In(r.Lang)+" "+f.Show(v, r.Lang))
		}
	}
	return strings.Join(parts, r.T("record.comma"))
}

// tableWords is a table in short: its first row, and how many rows there are.
func tableWords(r *page.Request, f form.Field, rows []form.Row) string {
	if len(rows) == 0 {
		return r.T("desk.why.no_rows", "field", f.Label.In(r.Lang))
	}
	var cells []string
	for _, col := range f.Cols() {
		if s := col.Show(rows[0][col.Key], r.Lang); s != "" {
			cells = append(cells, s)
		}
	}
	words := f.Label.In(r.Lang) + " " + strings.Join(cells, " ")
	if len(rows) > 1 {
		words += " " + r.T("desk.why.rows", "n", len(rows)-1)
	}
	return words
}

// rulingTable draws rulings; there are dozens, so it is written by hand.
func rulingTable(caption string, list []ruling) templ.Component {
	return page.Write(func(p *page.Pen) {
		p.Raw(`<table class="tbl"><caption class="vh">`)
		p.Text(caption)
		p.Raw("</caption><thead><tr>")
		for i, head := range []string{"desk.rules.outcome", "desk.rules.rule", "desk.rules.why", "desk.rules.article"} {
			p.Raw(`<th scope="col"`)
			if i == 0 {
				p.Raw(` class="nw"`) // one short word over short words
			}
			p.Raw(">")
			p.T(head)
			p.Raw("</th>")
		}
		p.Raw("</tr></thead><tbody>")
		for i := range list {
			x := &list[i]
			p.Raw("<tr><td>")
			p.Status(x.Look, x.Word)
			p.Raw("</td><td>")
			p.Text(x.Title)
			p.Raw(`</td><td class="num" data-l="`)
			p.T("desk.rules.why")
			p.Raw(`">`)
			p.Text(x.Why)
			p.Raw(`</td><td class="nw" data-l="`)
			p.T("desk.rules.article")
			p.Raw(`">`)
			if x.Link != nil {
				p.Anchor(x.Link.Label, x.Link.URL)
			}
			p.Raw("</td></tr>")
		}
		p.Raw("</tbody></table>")
	})
}
