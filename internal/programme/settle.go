package programme

import (
	"kakehashi/internal/form"
	"kakehashi/internal/rule"
)

// SettleInput is what the fixing of the amount (額の確定) rests on. Report holds the lines of the reported costs; what HQ admitted of a
// line is its admitted cell, the claimed amount where that is absent. Answers are those of the application, which give the cap; where
// they do not tell it the decided amount, which never exceeds it, is the most that is paid, and the explanation says so.
type SettleInput struct {
	Decided   int64
	Advance   int64 // paid in advance (概算払)
	Report    []form.Row
	Answers   form.Answers
	Confirmed map[string]any
	Org       form.Org
	Planned   int64 // eligible cost of the application, 0 if not known
	DecidedOn string
}

// Settlement is the fixed amount in yen, never more than decided, and what is to be paid back. Flags are the ids of the rules of form
// "settle" that do not hold; Outcomes are all of them with their words. Unknown names what could not be told and was done without: "cap".
// Nothing is withdrawn automatically.
type Settlement struct {
	Fixed    int64            `json:"fixed"`
	Return   int64            `json:"return"`
	Flags    []string         `json:"flags"`
	Amounts  map[string]int64 `json:"amounts"`
	Steps    []Step           `json:"steps"`
	Outcomes []Outcome        `json:"rules"`
	Unknown  []string         `json:"unknown,omitempty"`
}

// SettleReport fixes the amount by the expressions of the definition (settle). Fixed and Return are never negative.
func (p *Programme) SettleReport(in SettleInput) Settlement {
	v, capped := p.settleValues(in)
	out := Settlement{Flags: []string{}, Amounts: map[string]int64{}, Outcomes: []Outcome{}}
	if !capped {
		out.Unknown = []string{"cap"}
	}
	out.Steps = p.run(p.settle, v, out.Amounts, !capped)
	out.Fixed = max(0, out.Amounts["fixed"])
	out.Return = max(0, out.Amounts["return"])
	for _, r := range p.rules {
		if r.form() != "settle" && !r.Settle {
			continue
		}
		o := p.outcome(r, v, in.Org.Type)
		o.Severity = "S"
		out.Outcomes = append(out.Outcomes, o)
		if o.Outcome == Fail {
			out.Flags = append(out.Flags, o.ID)
		}
	}
	return out
}

// settleValues are the values the expressions read, and whether the cap is known.
func (p *Programme) settleValues(in SettleInput) (values *rule.Values, capped bool) {
	e := p.prepare(Input{Org: in.Org, Answers: in.Answers, Confirmed: in.Confirmed, Checked: true})
	planned := in.Planned
	if rows := p.planned(in.Answers); planned == 0 && rows != nil {
		planned = form.Totals(rows).Eligible
	}
	e.money()
	v := e.v
	if capped = v.Known("cap"); !capped {
		v.Set("cap", in.Decided)
	}
	v.Set("decided", in.Decided)
	v.Set("advance", in.Advance)
	v.Set("report.planned", planned)
	admitted, claimed, raised, early := admittedLines(in.Report, in.DecidedOn)
	sums := form.Totals(admitted)
	v.Set("report.total", form.Totals(in.Report).Total)
	v.Set("report.claimed", claimed)
	v.Set("report.admitted", sums.Eligible)
	v.Set("report.admitted_abroad", sums.EligibleAbroad)
	v.Set("report.admitted_jp", sums.EligibleJP)
	v.Set("report.place", sums.Place)
	v.Set("report.raised", raised)
	v.Set("report.early", early)
	e.actual(admitted)
	return v, capped
}

// actual puts the admitted costs where the rules look for the planned ones.
func (e *evaluation) actual(admitted []form.Row) {
	for _, s := range e.p.tables {
		if s.form == "application" {
			for _, name := range append([]string{"place"}, totalNames...) {
				e.v.SetUnknown("a."+totalsPrefix(s.field.Key)+name, []string{s.field.Key})
			}
			e.totals(s, admitted)
		}
	}
}

// planned are the cost lines of the application.
func (p *Programme) planned(answers form.Answers) []form.Row {
	for _, s := range p.tables {
		if s.form == "application" {
			return form.Rows(answers[s.field.Key])
		}
	}
	return nil
}

// admittedLines are the lines with what counts of each: the admitted amount, never more than was claimed. raised counts lines where more
// was admitted than claimed, early lines ordered before the decision.
func admittedLines(report []form.Row, decidedOn string) (lines []form.Row, claimed, raised, early int64) {
	for _, row := range report {
		amount, ok := form.Amount(row)
		if !ok {
			continue
		}
		eligible, _ := row["eligible"].(bool)
		if !eligible {
			continue
		}
		claimed += amount
		if admitted, ok := row["admitted"].(int64); ok {
			if admitted > amount {
				raised++
			}
			amount = min(amount, admitted)
		}
		if ordered, _ := row["ordered"].(string); ordered != "" && decidedOn != "" && ordered < decidedOn {
			early++
		}
		lines = append(lines, form.Row{"amount": amount, "eligible": true, "where": row["where"]})
	}
	return lines, claimed, raised, early
}
