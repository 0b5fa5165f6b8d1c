package programme

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"kakehashi/internal/form"
	"kakehashi/internal/jp"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// RunExamples runs the examples of the definition; each difference from what it wants is an issue. They are the proof that must hold at
// publishing (公開時の検算).
func (p *Programme) RunExamples() Issues { return p.examples().issues }

func (p *Programme) examples() *compiler {
	c := &compiler{p: p}
	answers, seen := map[string]map[string]any{}, map[string]Example{}
	for _, x := range p.Examples {
		at := "examples." + x.Name
		merged := map[string]any{}
		if x.Base != "" {
			base, ok := answers[x.Base]
			if !ok {
				c.fail(at+".base", say("lint.no_example", "a", x.Base), "")
				continue
			}
			maps.Copy(merged, base)
			x.At = cmp.Or(x.At, seen[x.Base].At)
			x.Org = cmp.Or(x.Org, seen[x.Base].Org)
		}
		seen[x.Name] = x
		maps.Copy(merged, x.Answers)
		answers[x.Name] = merged
		c.example(at, x, merged)
	}
	return c
}

func (c *compiler) example(at string, x Example, sent map[string]any) {
	p := c.p
	answers, problems, unknown := p.Read("application", sent)
	for _, key := range unknown {
		c.fail(at+".answers."+key, say("lint.no_field", "a", key), "")
	}
	in := Input{Now: p.exampleTime(x.At), Org: x.Org, Answers: answers, Confirmed: x.Confirmed, Unagreed: x.Unagreed, Checked: true, Problems: problems}
	if in.Org.Type == "" {
		in.Org = form.Org{Type: p.Call.ApplicantTypes[0], Code: "172022"}
	}
	for _, h := range x.History {
		past, err := ReadPast(h)
		if err != nil {
			c.fail(at+".history", say("lint.as_said", "a", err.Error()), "")
			return
		}
		in.History = append(in.History, past)
	}
	if x.Settle != nil {
		c.settleExample(at, x, in)
		return
	}
	got := p.Evaluate(in)
	want := x.Want
	if want.Verdict != "" && want.Verdict != got.Verdict {
		c.fail(at+".want.verdict", say("lint.wanted_why", "a", fmt.Sprint(want.Verdict), "b", fmt.Sprint(got.Verdict), "c", fmt.Sprint(why(got))), "")
		c.miss(x.Name, "verdict", want.Verdict, got.Verdict)
	}
	for _, id := range sortedKeys(want.Rules) {
		outcome := want.Rules[id]
		i := slices.IndexFunc(got.Rules, func(o Outcome) bool { return o.ID == id })
		switch {
		case i < 0:
			c.fail(at+".want.rules", say("lint.no_rule", "a", id), "")
		case got.Rules[i].Outcome != outcome:
			c.fail(at+".want.rules."+id, say("lint.wanted_needs", "a", fmt.Sprint(outcome), "b", fmt.Sprint(got.Rules[i].Outcome), "c", fmt.Sprint(got.Rules[i].Needs)), "")
			c.miss(x.Name, "rules."+id, outcome, got.Rules[i].Outcome)
		}
	}
	c.numbers(at, x.Name, want.Amounts, got.Amounts)
}

func (c *compiler) numbers(at, example string, want, got map[string]int64) {
	for _, name := range sortedKeys(want) {
		n := want[name]
		g, ok := got[name]
		switch {
		case !ok:
			c.fail(at+".want.amounts", say("lint.amount_untold", "a", name), "")
		case g != n:
			c.fail(at+".want.amounts."+name, say("lint.wanted", "a", fmt.Sprint(n), "b", fmt.Sprint(g)), "")
			c.miss(example, "amounts."+name, n, g)
		}
	}
}

// why lists the rules that did not pass, for the message of a failed example.
func why(e Evaluation) string {
	s := ""
	for _, r := range e.Rules {
		if r.Outcome != Pass {
			s += fmt.Sprintf(" %s=%s%v", r.ID, r.Outcome, r.Needs)
		}
	}
	return s
}

func (c *compiler) settleExample(at string, x Example, in Input) {
	s, bad := c.p.ReadSettle(x.Settle)
	if bad != nil {
		c.fail(at+".settle", say("lint.as_said", "a", bad.Error()), "")
		return
	}
	if len(x.Answers) > 0 || x.Base != "" {
		s.Answers, s.Org, s.Confirmed = in.Answers, in.Org, in.Confirmed
	}
	got := c.p.SettleReport(s)
	if x.Want.Fixed != nil && *x.Want.Fixed != got.Fixed {
		c.fail(at+".want.fixed", say("lint.wanted", "a", fmt.Sprint(*x.Want.Fixed), "b", fmt.Sprint(got.Fixed)), "")
		c.miss(x.Name, "fixed", *x.Want.Fixed, got.Fixed)
	}
	if x.Want.Return != nil && *x.Want.Return != got.Return {
		c.fail(at+".want.return", say("lint.wanted", "a", fmt.Sprint(*x.Want.Return), "b", fmt.Sprint(got.Return)), "")
		c.miss(x.Name, "return", *x.Want.Return, got.Return)
	}
	if x.Want.Flags != nil && !slices.Equal(x.Want.Flags, got.Flags) {
		c.fail(at+".want.flags", say("lint.wanted", "a", fmt.Sprint(x.Want.Flags), "b", fmt.Sprint(got.Flags)), "")
		c.miss(x.Name, "flags", x.Want.Flags, got.Flags)
	}
	c.numbers(at, x.Name, x.Want.Amounts, got.Amounts)
}

// exampleTime is the moment of an example; noon of the tenth day of the call unless said.
func (p *Programme) exampleTime(at string) time.Time {
	if t, err := time.Parse(time.RFC3339, at); err == nil {
		return t
	}
	if jp.ValidDate(at) {
		return jp.Start(at)
	}
	return jp.Start(jp.AddDays(p.Call.Opens, 9)).Add(12 * time.Hour)
}
