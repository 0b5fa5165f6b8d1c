package record

import (
	"strings"

	"kakehashi/internal/cases"
	"kakehashi/internal/lang"
)

// partyDetail says who answered for a body that takes part, how, and why it does not.
func partyDetail(l lang.Tag, x *cases.Party) string {
	words := []string{PartyBy(l, x)}
	if x.Reason != "" {
		words = append(words, "「"+x.Reason+"」")
	}
	return strings.TrimSpace(strings.Join(words, "　"))
}

// PartyBy says who answered for a body that takes part, and how; "" before it answered.
func PartyBy(l lang.Tag, x *cases.Party) string {
	switch x.How {
	case cases.ByUser, cases.ByLink, cases.ByPaper:
		return lang.T(l, "record.party."+x.How, "name", x.By)
	}
	return ""
}
