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
				c.fail(at+".base", "there is no example "+x.Base+" before this one", "")
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
		c.fail(at+".answers."+key, "there is no field "+key, "")
	}
	in := Input{Now: p.exampleTime(x.At), Org: x.Org, Answers: answers, Confirmed: x.Confirmed, Unagreed: x.Unagreed, Checked: true, Problems: problems}
	if in.Org.Type == "" {
		in.Org = form.Org{Type: p.Call.ApplicantTypes[0], Code: "172022"}
	}
	for _, h := range x.History {
		past, err := ReadPast(h)
		if err != nil {
			c.fail(at+".history", err.Error(), "")
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
		c.fail(at+".want.verdict", fmt.Sprintf("wanted %s, came out %s%s", want.Verdict, got.Verdict, why(got)), "")
		c.miss(x.Name, "verdict", want.Verdict, got.Verdict)
	}
	for _, id := range sortedKeys(want.Rules) {
		outcome := want.Rules[id]
		i := slices.IndexFunc(got.Rules, func(o Outcome) bool { return o.ID == id })
		switch {
		case i < 0:
			c.fail(at+".want.rules", "there is no rule "+id, "")
		case got.Rules[i].Outcome != outcome:
			c.fail(at+".want.rules."+id, fmt.Sprintf("wanted %s, came out %s (needs %v)", outcome, got.Rules[i].Outcome, got.Rules[i].Needs), "")
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
			c.fail(at+".want.amounts", "the amount "+name+" could not be told", "")
		case g != n:
			c.fail(at+".want.amounts."+name, fmt.Sprintf("wanted %d, came out %d", n, g), "")
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
		c.fail(at+".settle", bad.Error(), "")
		return
	}
	if len(x.Answers) > 0 || x.Base != "" {
		s.Answers, s.Org, s.Confirmed = in.Answers, in.Org, in.Confirmed
	}
	got := c.p.SettleReport(s)
	if x.Want.Fixed != nil && *x.Want.Fixed != got.Fixed {
		c.fail(at+".want.fixed", fmt.Sprintf("wanted %d, came out %d", *x.Want.Fixed, got.Fixed), "")
		c.miss(x.Name, "fixed", *x.Want.Fixed, got.Fixed)
	}
	if x.Want.Return != nil && *x.Want.Return != got.Return {
		c.fail(at+".want.return", fmt.Sprintf("wanted %d, came out %d", *x.Want.Return, got.Return), "")
		c.miss(x.Name, "return", *x.Want.Return, got.Return)
	}
	if x.Want.Flags != nil && !slices.Equal(x.Want.Flags, got.Flags) {
		c.fail(at+".want.flags", fmt.Sprintf("wanted %v, came out %v", x.Want.Flags, got.Flags), "")
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
