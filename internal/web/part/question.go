package part

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/a-h/templ"

	"kakehashi/internal/form"
	"kakehashi/internal/lang"
	"kakehashi/internal/web/page"
)

// FindOrg is the name of the button that looks an organisation up by code or name; its value is the question's key.
const FindOrg = "kk-find"

// groupAttrs are those of a fieldset: it is what an error link leads to when the whole group is meant.
func groupAttrs(c Control) templ.Attributes {
	a := templ.Attributes{"id": c.id(""), "tabindex": "-1"}
	var by []string
	if c.hasHelp() || c.example() != "" {
		by = append(by, c.id("")+"-hint")
	}
	if c.Remark != "" {
		by = append(by, c.id("")+"-remark")
	}
	if len(c.at("")) > 0 {
		by = append(by, c.id("")+"-error")
	}
	if len(by) > 0 {
		a["aria-describedby"] = strings.Join(by, " ")
	}
	return a
}

func pickID(c Control, i int) string { return fmt.Sprintf("%s-o%d", c.id(""), i) }

// wrong marks a control of a group as wrong when the group is.
func wrong(c Control, sub string) templ.Attributes {
	if len(c.at(sub)) > 0 {
		return templ.Attributes{"aria-invalid": "true"}
	}
	return nil
}

// choices are the options of the definition, or those the page brought (countries).
func choices(c Control) []form.Option {
	if len(c.Field.Options) > 0 {
		return c.Field.Options
	}
	return c.Choices
}

// columnChoices are the options of a cell.
func columnChoices(c Control, col form.Field) []form.Option {
	switch {
	case len(col.Options) > 0:
		return col.Options
	case col.Kind == form.KindBool:
		return []form.Option{{Value: "true", Label: words("part.yes")}, {Value: "false", Label: words("part.no")}}
	}
	return c.Choices
}

// offered reports whether the select of a cell starts on its first choice: a required column of few choices, as in a sheet of
// paper where the usual case is printed. form knows that a row with nothing but such choices is empty.
func offered(c Control, n int, col form.Field) bool {
	return col.Required && len(col.Options) > 0
}

func words(key string) lang.Text {
	return lang.Text{JA: lang.T(lang.JA, key), EN: lang.T(lang.EN, key)}
}

// slotted reports whether several choices are made one after the other: there are too many for boxes, or their order counts.
func slotted(c Control) bool { return len(choices(c)) > 30 || c.Field.Ordered }

// slotName is what the n-th place of a choice is called.
func slotName(ctx context.Context, c Control, i int) string {
	if c.Field.Ordered {
		return page.T(ctx, "part.many.rank", "n", i+1)
	}
	return page.T(ctx, "part.many.slot", "n", i+1)
}

// manySlots is how many selects a long list of choices shows: those chosen, and two more; an order shows every place at once.
func manySlots(c Control) int {
	if c.Field.Ordered {
		return max(cmp.Or(c.Field.MaxRows, len(choices(c))), len(c.Input[""]), 1)
	}
	n := len(c.Input[""]) + 2
	if c.Field.MaxRows > 0 {
		n = min(n, c.Field.MaxRows)
	}
	return max(n, len(c.Input[""]), 1)
}

func slot(c Control, i int) string {
	if v := c.Input[""]; i < len(v) {
		return v[i]
	}
	return ""
}

func subType(mode string) string {
	if mode == "email" || mode == "tel" {
		return mode
	}
	return "text"
}

// number reports whether a column holds figures.
func number(col form.Field) bool {
	switch col.Kind {
	case form.KindInt, form.KindYen, form.KindDecimal:
		return true
	}
	return false
}

// columnLabel is the head of a column, with its unit: 単価（円）.
func columnLabel(ctx context.Context, col form.Field) string {
	label := col.Label.In(lang.From(ctx))
	if col.Kind == form.KindYen && !strings.Contains(label, "円") && !strings.Contains(label, "yen") {
		return page.T(ctx, "part.column.yen", "label", label)
	}
	return label
}

// cellAttrs are those of a control in a cell: named by row and column for a screen reader.
func cellAttrs(ctx context.Context, c Control, n int, col form.Field) templ.Attributes {
	place := sub(n, col.Key)
	a := templ.Attributes{"id": c.id(place), "name": c.name(place),
		"aria-label": page.T(ctx, "part.cell", "n", n+1, "column", columnLabel(ctx, col))}
	if len(c.at(place)) > 0 {
		a["aria-invalid"] = "true"
		a["aria-describedby"] = c.id(place) + "-error"
	}
	return a
}

func fileSize(n int64) string {
	switch {
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
	case n >= 1<<10:
		return fmt.Sprintf("%d KB", (n+1023)>>10)
	}
	return fmt.Sprintf("%d B", n)
}

// short is the beginning of a fingerprint, enough to compare by eye.
func short(sha string) string {
	if len(sha) > 12 {
		return sha[:12] + "…"
	}
	return sha
}

// kinds are the kinds of file a question takes, as the reader's language lists them.
func kinds(tag lang.Tag, l *form.FileLimits) string {
	between := ", "
	if tag == lang.JA {
		between = "・"
	}
	return strings.ToUpper(strings.Join(l.Kinds, between))
}

func accept(l *form.FileLimits) string {
	if l == nil {
		return ""
	}
	return "." + strings.Join(l.Kinds, ",.")
}
