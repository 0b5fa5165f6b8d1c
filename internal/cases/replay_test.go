package cases_test

import (
	"fmt"
	"maps"
	"reflect"
	"testing"

	"kakehashi/internal/cases"
	"kakehashi/internal/jp"
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

// The next year's version is compared by its rules: what was handed in in time and for its own year is not late for being judged by it.
// Where the version is of the same call, its own days count.
func TestAReplayKeepsTheDaysOfTheCasesOwnCall(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.submitted(nanao, grant, nil)
		own := w.programme(grant)
		compiled := func(change func(*programme.Definition)) *programme.Programme {
			d := own.Definition
			d.Params = maps.Clone(d.Params)
			change(&d)
			with, issues := programme.Compile(d)
			if len(issues) > 0 {
				t.Fatal(issues)
			}
			return with
		}
		replayed := func(with *programme.Programme) (out cases.Difference) {
			w.must(w.s.Replay(bg, grant, with, func(d cases.Difference) { out = d }))
			return out
		}
		year := func(d *programme.Definition) {
			c := &d.Call
			c.FiscalYear++
			d.Version = fmt.Sprintf("%d.1.0", c.FiscalYear)
			for _, day := range []*string{&c.Opens, &c.Closes, &c.From, &c.To, &c.ReportBy, &c.Result} {
				if *day != "" {
					*day = jp.AddDays(*day, 366)
				}
			}
		}
		if d := replayed(compiled(year)); d.Differs() {
			t.Errorf("next year's call alone changes %+v", d)
		}
		d := replayed(compiled(func(d *programme.Definition) {
			year(d)
			d.Params["unit"], d.Params["minEligibleExclusive"] = 100_000, 50_000_000
		}))
		if _, told := d.Rules["M-P01-01"]; !told {
			t.Errorf("next year's rules change nothing: %+v", d)
		}
		d = replayed(compiled(func(d *programme.Definition) {
			d.Call.Opens, d.Call.Closes = jp.AddDays(d.Call.Opens, 364), jp.AddDays(d.Call.Closes, 364)
		}))
		if d.Rules["M-C-02"] != [2]string{programme.Pass, programme.Fail} {
			t.Errorf("another opening of the same call changes %+v", d)
		}
	})
}

// numbered is the whole case of a number.
func (w *world) numbered(number string) *cases.Case {
	w.t.Helper()
	var id string
	w.must(w.d.Pool().QueryRowContext(bg, `SELECT id FROM cases WHERE number = $1`, number).Scan(&id))
	return w.full(id)
}
