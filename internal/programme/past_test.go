package programme

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Where only other applications of the call's own year count, those of other years change nothing; where a rule looks back over years, they are
// asked for.
func TestApplicationsOfOtherYearsAreLeftOutOnlyWhereTheyChangeNothing(t *testing.T) {
	for dir, only := range map[string]bool{"economic-activity-grant": true, "multicultural-grant": true, "executive-seminar": false} {
		t.Run(dir, func(t *testing.T) {
			p := load(t, dir)
			year := p.Call.FiscalYear
			if p.OthersOf(year) != only {
				t.Fatalf("looks at this year's only: %v", !only)
			}
			if p.OthersOf(year - 1) {
				t.Error("a case of a year that is not its call's counts as of the call's")
			}
			for _, x := range p.Examples {
				answers, problems, _ := p.Read("application", x.Answers)
				in := Input{Now: p.exampleTime(x.At), Org: x.Org, Answers: answers, Problems: problems, Checked: true}
				other := func(year int) Past {
					return Past{Programme: p.Code, FiscalYear: year, State: "hq_check", Org: x.Org, Title: Past{Answers: answers}.title(), Number: "P-1", Requested: 1_000_000}
				}
				in.History = []Past{other(year)}
				want := p.Evaluate(in)
				in.History = []Past{other(year - 1), other(year), other(year + 1), other(year - 2)}
				if d := cmp.Diff(want, p.Evaluate(in)); only && d != "" {
					t.Errorf("%s: %s", x.Name, d)
				}
			}
		})
	}
}
