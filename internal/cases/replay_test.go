package cases_test

import (
	"fmt"
	"maps"
	"reflect"
	"testing"

	"kakehashi/internal/cases"
	"kakehashi/internal/programme"
)

// A replay says of every case what judging it alone says, in the order of their numbers, however many cases of a body there are and
// whether or not what its other cases say was read before; and nothing when both versions are one.
func TestAReplayJudgesEveryCaseAsItWouldBeJudgedAlone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for i, body := range []string{nanao, nanao, fuji, nanao, kanazawa, fuji} {
			changes := map[string]any{"p.title": fmt.Sprint("再計算", i)}
			if i == 1 {
				changes["p.title"] = "再計算0の続き"
			}
			w.submitted(body, grant, changes)
		}
		own := w.programme(grant)
		d := own.Definition
		d.Params = maps.Clone(d.Params)
		d.Params["unit"], d.Params["minEligibleExclusive"] = 100_000, 11_000_000
		with, issues := programme.Compile(d)
		if len(issues) > 0 {
			t.Fatal(issues)
		}
		var together, alone []cases.Difference
		w.must(w.s.Replay(bg, grant, with, func(d cases.Difference) { together = append(together, d) }))
		after := ""
		for {
			last, n, err := w.s.ReplayPart(bg, grant, with, after, 1, func(c *cases.Case, d cases.Difference) {
				if c.Number != d.Number {
					t.Errorf("%s is told as %s", c.Number, d.Number)
				}
				alone = append(alone, d)
			})
			w.must(err)
			if n == 0 {
				break
			}
			after = last
		}
		if len(together) != 6 || !reflect.DeepEqual(together, alone) {
			t.Fatalf("together %+v\nalone %+v", together, alone)
		}
		for i, d := range together {
			if i > 0 && d.Number <= together[i-1].Number {
				t.Errorf("%s comes after %s", d.Number, together[i-1].Number)
			}
			c := w.numbered(d.Number)
			then, err := w.s.Evaluate(bg, c, own, "application")
			w.must(err)
			now, err := w.s.Evaluate(bg, c, with, "application")
			w.must(err)
			if d.Verdict != [2]string{then.Verdict, now.Verdict} {
				t.Errorf("%s: replayed %v, judged %s and %s", d.Number, d.Verdict, then.Verdict, now.Verdict)
			}
			if d.Differs() != (then.Verdict != now.Verdict || !maps.Equal(then.Amounts, now.Amounts)) && len(d.Rules) == 0 {
				t.Errorf("%s differs: %v", d.Number, d)
			}
		}
		w.must(w.s.Replay(bg, grant, own, func(d cases.Difference) {
			if d.Differs() {
				t.Errorf("%s differs from itself: %+v", d.Number, d)
			}
		}))
	})
}

// numbered is the whole case of a number.
func (w *world) numbered(number string) *cases.Case {
	w.t.Helper()
	var id string
	w.must(w.d.Pool().QueryRowContext(bg, `SELECT id FROM cases WHERE number = $1`, number).Scan(&id))
	return w.full(id)
}
