package record

import (
	"strings"

	"kakehashi/internal/cases"
	"kakehashi/internal/lang"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
)

// PartyRows lists the bodies that take part, with how each stands to what is asked of it.
func PartyRows(r *page.Request, c *cases.Case, prog *programme.Programme) (rows []part.Row) {
	for _, x := range c.Partners(prog) {
		look, words := PartyState(r.Lang, &x)
		when := ""
		if !x.At.IsZero() {
			when = lang.Moment(r.Lang, x.At)
		} else if !x.Asked.IsZero() {
			when = lang.Moment(r.Lang, x.Asked)
		}
		outside := ""
		if x.Code == "" {
			outside = r.T("record.party.outside")
		}
		rows = append(rows, part.Row{Cells: []part.Cell{{Text: x.Name, Sub: outside},
			{Text: x.Now["role"], Sub: x.Now["share"]}, {Body: part.Status(look, words), Reason: PartyChanged(r.Lang, &x)},
			{Text: PartyBy(r.Lang, &x.Party), Sub: when}}})
	}
	return rows
}

// PartyHeads are the columns of PartyRows.
func PartyHeads(l lang.Tag) (heads []part.Head) {
	for _, key := range []string{"body", "part", "state", "by"} {
		heads = append(heads, part.Head{Label: lang.T(l, "record.party.col."+key)})
	}
	return heads
}

// PartyState says how a body stands to what is asked of it.
func PartyState(l lang.Tag, x *cases.Partner) (look, words string) {
	switch {
	case x.Agrees():
		return "yes", lang.T(l, "record.party.agreed")
	case x.Void():
		return "back", lang.T(l, "record.party.void")
	case x.State == cases.PartyAsked:
		return "wait", lang.T(l, "record.party.asked")
	case x.State == cases.PartyRefused:
		return "no", lang.T(l, "record.party.refused")
	case x.State == cases.PartyLeft:
		return "no", lang.T(l, "record.party.left")
	}
	return "end", lang.T(l, "record.party.not_asked")
}

// PartyChanged says what is no longer as it was consented to, or why a body does not take part.
func PartyChanged(l lang.Tag, x *cases.Partner) string {
	if !x.Void() {
		return x.Reason
	}
	var lines []string
	for _, key := range x.Changed {
		lines = append(lines, lang.T(l, "record.party.changed", "what", x.Labels[key].In(l), "from", blank(x.Terms[key]), "to", blank(x.Now[key])))
	}
	return strings.Join(lines, lang.T(l, "record.comma"))
}

func blank(s string) string {
	if s == "" {
		return "—"
	}
	return s
}

// Terms lists what a body is asked to consent to, each beside what it consented to before.
func Terms(l lang.Tag, x *cases.Partner) (list []part.Fact) {
	for _, key := range x.Order() {
		list = append(list, part.Fact{Label: x.Labels[key].In(l), Text: blank(x.Now[key])})
	}
	return list
}
