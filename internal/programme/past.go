package programme

import (
	"slices"
	"strings"

	"kakehashi/internal/form"
)

// Past is an earlier or parallel case that rules look at: the same project twice, sums per body and year. Programme is a code.
type Past struct {
	Programme  string       `json:"programme"`
	FiscalYear int          `json:"fiscal_year"`
	State      string       `json:"state"`
	Org        form.Org     `json:"org"`
	Number     string       `json:"number,omitempty"`
	Title      string       `json:"title,omitempty"`     // p.title of the answers unless given
	Requested  int64        `json:"requested,omitempty"` // fund.requested of the answers unless given
	Answers    form.Answers `json:"answers,omitempty"`
}

// Void are the states in which a case no longer counts (or does not count yet): it neither blocks a second application nor uses up a
// cap. A case that was paid and closed still counts.
var Void = []string{"draft", "org_check", "withdrawn", "cancelled", "revoked", "rejected", "lapsed", "expired", "refused", "declined",
	"no_candidate", "not_selected", "infeasible", "taken_down"}

// Live reports whether the case counts.
func (p Past) Live() bool { return !slices.Contains(Void, p.State) }

func (p Past) title() string {
	if p.Title != "" {
		return p.Title
	}
	s, _ := p.Answers["p.title"].(string)
	return s
}

func (p Past) requested() int64 {
	if p.Requested != 0 {
		return p.Requested
	}
	return whole(p.Answers["fund.requested"])
}

func whole(x any) int64 {
	switch n := x.(type) {
	case int64:
		return n
	case int:
		return int64(n)
	case float64:
		return int64(n)
	}
	return 0
}

// of reports whether the case belongs to the same body: by register code, by name where there is none.
func (p Past) of(org form.Org) bool {
	if p.Org.Code != "" || org.Code != "" {
		return p.Org.Code == org.Code
	}
	return p.Org.Name != "" && strings.TrimSpace(p.Org.Name) == strings.TrimSpace(org.Name)
}

func (p Past) record(org form.Org) map[string]any {
	answers := map[string]any(p.Answers)
	if answers == nil {
		answers = map[string]any{}
	}
	return map[string]any{
		"programme": p.Programme, "fiscalYear": int64(p.FiscalYear), "state": p.State, "live": p.Live(), "same": p.of(org),
		"number": p.Number, "title": p.title(), "requested": p.requested(), "answers": answers,
	}
}

// LooksIntoOthers reports whether rules or sums look into the answers of the body's other cases.
func (p *Programme) LooksIntoOthers() bool { return p.looks }

// OthersOf reports whether judging a form of a case of this fiscal year looks, among the body's other cases, at none of other years.
func (p *Programme) OthersOf(year int) bool {
	if year != p.Call.FiscalYear {
		return false
	}
	p.ready()
	p.lasting.once.Do(p.findLasting)
	return p.lasting.sameYear
}

// looksIntoOthers is what LooksIntoOthers tells.
func (d *Definition) looksIntoOthers() bool {
	const into = ".answers"
	return slices.ContainsFunc(d.Rules, func(r Rule) bool { return strings.Contains(r.Assert, into) || strings.Contains(r.When, into) }) ||
		slices.ContainsFunc(d.Amounts, func(a Amount) bool { return strings.Contains(a.Expr, into) })
}
