package cases

import (
	"slices"
	"strings"

	"kakehashi/internal/form"
	"kakehashi/internal/programme"
)

// Planned are the costs that were agreed, as lines of a report that asks for the plan beside what was spent (計画額と実績額): what each was to
// cost stands in its column, and what it did cost is still to be entered. nil for a table that has no such column or no plan.
func (c *Case) Planned(p *programme.Programme, key string) []form.Row {
	f, id, _, ok := p.Field(key)
	if !ok || id == "application" || f.Kind != form.KindMoney || !slices.ContainsFunc(f.Columns, func(col form.Field) bool { return col.Key == "planned" }) {
		return nil
	}
	_, target, _ := strings.Cut(key, ".")
	plan, _ := c.Answers()[target].([]form.Row)
	var rows []form.Row
	for _, line := range plan {
		row := form.Row{}
		for _, column := range []string{"item", "detail", "where", "unit_name", "eligible", "reason"} {
			if v, ok := line[column]; ok {
				row[column] = v
			}
		}
		if n, ok := form.Amount(line); ok {
			row["planned"] = n
		}
		rows = append(rows, row)
	}
	return rows
}
