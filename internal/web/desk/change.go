package desk

import (
	"fmt"

	"kakehashi/internal/cases"
	"kakehashi/internal/form"
	"kakehashi/internal/lang"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
	"kakehashi/internal/web/record"
)

// changeAsked is a request to approve a change as whoever decides it has to see it: why, what becomes of what, and whether it is large
// enough to need the approval.
type changeAsked struct {
	Said     []part.Answer // kind, reason, and what the body wrote of before and after
	Reason   string
	Shifts   []cases.Shift
	Costs    []part.Row
	Verdicts []ruling // the rules of the change form, with their articles
}

// changeOf is the change asked for on the case; nil when there is none.
func (p *Pages) changeOf(r *page.Request, c *cases.Case, prog *programme.Programme) (*changeAsked, error) {
	x := changeAsked{}
	given := false
	for _, f := range prog.Fields("change") {
		v, answered := c.Answer(f.Key)
		if given = given || answered; !answered || len(c.ChangeTarget(prog, f.Key)) > 0 {
			continue
		}
		x.Said = append(x.Said, part.Answer{Field: f, Value: v, Answered: true})
		if f.Key == "ch.reason" {
			x.Reason = f.Show(v, r.Lang)
		}
	}
	if !given {
		return nil, nil
	}
	for _, s := range c.Changes(prog, r.Lang) {
		if f, _, _, _ := prog.Field(s.Key); f.Kind != form.KindMoney {
			x.Shifts = append(x.Shifts, s)
		}
	}
	percent := prog.Params["changePercent"]
	for _, m := range c.CostMoves(prog) {
		x.Costs = append(x.Costs, costRow(r, prog, m, percent))
	}
	if len(x.Costs) == 0 {
		return &x, nil
	}
	ev, err := p.Cases.Evaluate(r.Context(), c, prog, "change")
	for _, o := range ev.Rules {
		j := record.Judged(r.Lang, prog, []programme.Outcome{o})[0]
		v := ruling{Look: "ok", Word: r.T("desk.change.within"), Title: j.Title}
		if o.Outcome != programme.Pass {
			v.Look, v.Word, v.Title = "unk", r.T("desk.change.beyond"), j.Reason
		}
		if len(j.Links) > 0 {
			v.Link = &j.Links[0]
		}
		x.Verdicts = append(x.Verdicts, v)
	}
	return &x, err
}

// costRow is one category of cost before and after, and by how much it moves; what moves by more than percent is marked.
func costRow(r *page.Request, prog *programme.Programme, m cases.CostMove, percent int64) part.Row {
	name := part.Cell{Text: costKind(prog, m.Item, r.Lang)}
	if m.Item == "" {
		name.Text = r.T("desk.change.whole")
	}
	move := fmt.Sprintf("%s%s", map[bool]string{true: "+"}[m.After > m.Before], lang.Num(m.After-m.Before))
	if m.After != m.Before && m.Before > 0 {
		tenths := (m.After - m.Before) * 1000 / m.Before
		move += fmt.Sprintf("（%+d.%d%%）", tenths/10, max(tenths%10, -(tenths%10)))
	}
	cell := part.Cell{Text: move}
	if percent > 0 && m.Beyond(percent) {
		cell.Sub = r.T("desk.change.over", "n", percent)
	}
	return part.Row{Cells: []part.Cell{name, {Text: lang.Num(m.Before)}, {Text: lang.Num(m.After)}, cell}}
}
