package cases

import (
	"fmt"
	"strings"

	"kakehashi/internal/form"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/programme"
)

// CostMove is how much the eligible cost of one category (費目) changes by an asked change, in whole yen. The last one, without a
// category, is the whole.
type CostMove struct {
	Item          string // as the definition's options hold it; "" for the whole
	Before, After int64
}

// Beyond reports whether the change is greater than this many percent of what was agreed (the brochure's 20 %).
func (m CostMove) Beyond(percent int64) bool {
	return max(m.After-m.Before, m.Before-m.After)*100 > m.Before*percent
}

// CostMoves compares the costs a change form asks for with the agreed ones, category by category in the order of the agreed table; nil
// when no costs are to change.
func (c *Case) CostMoves(p *programme.Programme) []CostMove {
	for _, f := range p.Fields("change") {
		asked, given := c.Answer(f.Key)
		target, ok := changeTarget(p, f.Key)
		if f.Kind != form.KindMoney || !given || !ok {
			continue
		}
		agreed, _ := c.Answer(target)
		return costMoves(form.Rows(agreed), form.Rows(asked))
	}
	return nil
}

func costMoves(agreed, asked []form.Row) []CostMove {
	var list []CostMove
	whole := CostMove{Before: form.Totals(agreed).Eligible, After: form.Totals(asked).Eligible}
	add := func(rows []form.Row, sum func(m *CostMove) *int64) {
		for _, row := range rows {
			item, _ := row["item"].(string)
			amount, ok := form.Amount(row)
			if eligible, _ := row["eligible"].(bool); !eligible || !ok {
				continue
			}
			i := 0
			for i < len(list) && list[i].Item != item {
				i++
			}
			if i == len(list) {
				list = append(list, CostMove{Item: item})
			}
			*sum(&list[i]) += amount
		}
	}
	add(agreed, func(m *CostMove) *int64 { return &m.Before })
	add(asked, func(m *CostMove) *int64 { return &m.After })
	return append(list, whole)
}

// changeFacts are what a letter about an approved change may tell beside the reason: which kinds of change, what was and what will be,
// the eligible costs and the period before and after.
func (d *draft) changeFacts(f map[string]string, lists map[string][]string) {
	c, p := d.Case, d.Programme
	said := map[string]string{}
	for _, x := range p.Fields("change") {
		if v, given := c.Answer(x.Key); given {
			said[strings.TrimPrefix(x.Key, "ch.")] = x.Show(v, lang.JA)
		}
	}
	if f["change_kinds"] = said["kind"]; said["after"] != "" {
		lists["changes"] = append(lists["changes"], fmt.Sprintf("変更前 %s　変更後 %s", said["before"], said["after"]))
	}
	for _, x := range c.Changes(p, lang.JA) {
		if field, _, _, _ := p.Field(x.Key); field.Kind != form.KindMoney {
			lists["changes"] = append(lists["changes"], fmt.Sprintf("%s　変更前 %s　変更後 %s", x.Label.JA, x.Before, x.After))
		}
		if was, ok := c.Period(); ok && x.Key == p.Meant(programme.MeansPeriod) {
			f["period_before"] = jp.Wareki(was.From) + "から" + jp.Wareki(was.To) + "まで"
		}
	}
	for _, m := range c.CostMoves(p) {
		switch {
		case m.Item == "":
			f["cost_before"], f["cost_after"] = fmt.Sprint(m.Before), fmt.Sprint(m.After)
		case m.Before != m.After:
			lists["cost_moves"] = append(lists["cost_moves"], fmt.Sprintf("%s　変更前 %s　変更後 %s", m.Item, lang.Yen(lang.JA, m.Before), lang.Yen(lang.JA, m.After)))
		}
	}
}
