package programme

import (
	"slices"
	"strings"

	"kakehashi/internal/rule"
)

// judge runs the rules of the form and decides.
func (e *evaluation) judge() Evaluation {
	e.out.Rules = make([]Outcome, 0, len(e.p.rules))
	for _, r := range e.p.rules {
		if r.form() == e.form {
			e.out.Rules = append(e.out.Rules, e.p.outcome(r, e.v, e.in.Org.Type))
		}
	}
	e.out.Verdict = verdict(e.out.Rules)
	return e.out
}

func (r *compiledRule) form() string {
	if r.Form == "" {
		return "application"
	}
	return r.Form
}

// outcome runs one rule. A rule that meets an empty value it did not expect cannot be told.
func (p *Programme) outcome(r *compiledRule, v *rule.Values, orgType string) Outcome {
	out := Outcome{ID: r.ID, Severity: r.Severity, Title: r.Title, Basis: r.Basis, On: r.On, Early: r.Early, Outcome: Unknown}
	if out.On == nil {
		out.On = []string{}
	}
	if r.assert == nil {
		return out
	}
	got, err := r.assert.Run(v)
	say := r.unsure
	switch {
	case err != nil:
		out.Needs = needsOf(r.assert, v)
	case !got.Known():
		out.Needs = got.Unknown
	case got.Value == true:
		out.Outcome, say = Pass, nil
	default:
		out.Outcome, say = Fail, r.message
	}
	text, ok := say.fill(p, v)
	if !ok || say == nil {
		text = r.Title
	}
	if hint := p.Call.TypesHint; out.Outcome == Fail && r.ID == "M-C-01" && hint.Type != "" && hint.Type == orgType {
		text.JA += hint.Text.JA
		text.EN += " " + hint.Text.EN
	}
	out.Message = text
	return out
}

// needsOf are the fields an expression reads that are empty: what to answer when it could not be run.
func needsOf(prog *rule.Program, v *rule.Values) []string {
	var out []string
	for _, name := range prog.Vars() {
		if strings.HasPrefix(name, "a.") && v.Get(name) == nil {
			out = append(out, strings.TrimPrefix(name, "a."))
		}
	}
	return out
}

func verdict(rules []Outcome) string {
	has := func(severity, outcome string) bool {
		return slices.ContainsFunc(rules, func(o Outcome) bool { return o.Severity == severity && o.Outcome == outcome })
	}
	switch {
	case has("E", Fail):
		return Refused
	case has("E", Unknown):
		return Undetermined
	case has("S", Fail):
		return Flagged
	}
	return Eligible
}
