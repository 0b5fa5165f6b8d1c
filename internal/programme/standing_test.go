package programme

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// What is used again is what judging from the beginning gives, at whatever moment, with the programme closed or open and beside whatever
// other cases; and what was told before stays as it was told.
func TestAStandingIsWhatJudgingAnewGives(t *testing.T) {
	lasts := 0
	for _, dir := range []string{"economic-activity-grant", "exchange-grant", "model-project-grant", "multicultural-grant"} {
		t.Run(dir, func(t *testing.T) {
			p := load(t, dir)
			told := map[string]bool{}
			for _, x := range p.Examples {
				answers, problems, _ := p.Read("application", x.Answers)
				in := Input{Now: p.exampleTime(x.At), Org: x.Org, Answers: answers, Problems: problems, Checked: true}
				first, st := p.Stand(in)
				if st == nil {
					t.Skip("the amounts or conditions look at the moment or at other cases: nothing lasts")
				}
				lasts++
				was := p.Evaluate(in)
				if d := cmp.Diff(was, first); d != "" {
					t.Fatalf("%s: %s", x.Name, d)
				}
				title, _ := answers["p.title"].(string)
				other := Past{Programme: p.Code, FiscalYear: p.Call.FiscalYear, State: "hq_check", Org: x.Org, Title: title, Number: "P-1",
					Requested: 1_000_000}
				for _, days := range []int{-60, 29, 31, 400} {
					for _, closed := range []bool{false, true} {
						for _, history := range [][]Past{nil, {other, other}} {
							now := in
							now.Now, now.Closed, now.History = in.Now.AddDate(0, 0, days).Add(7*time.Hour), closed, history
							want, got := p.Evaluate(now), st.At(now)
							if d := cmp.Diff(want, got); d != "" {
								t.Fatalf("%s after %d days, closed %v, beside %d: %s", x.Name, days, closed, len(history), d)
							}
							for i, r := range got.Rules {
								if r.Outcome != was.Rules[i].Outcome {
									told[r.ID] = true
								}
							}
						}
					}
				}
				if d := cmp.Diff(was, first); d != "" {
					t.Fatalf("%s was changed afterwards: %s", x.Name, d)
				}
			}
			if len(told) < 2 {
				t.Errorf("moment, state and other cases changed only %v: the test proves little", told)
			}
		})
	}
	if lasts < 3 {
		t.Errorf("only %d examples last", lasts)
	}
}
