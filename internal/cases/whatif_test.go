package cases_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
)

// Whatever the rules, a plan never spends more than the budget, gives nobody more than they asked or a sum off the unit, nothing under the
// floor, and no prefecture more cases than the limit; the same ranking gives the same plan.
func TestAPlanNeverSpendsMoreThanTheBudget(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 11))
	for range 3000 {
		var list []cases.Ranked
		for i := range rng.IntN(40) {
			c := &cases.Case{ID: fmt.Sprint("c", i), Number: fmt.Sprint(i), Requested: rng.Int64N(6_000_000), Org: cases.OrgRef{Prefecture: fmt.Sprintf("%02d", rng.IntN(5))}}
			list = append(list, cases.Ranked{Case: c, Score: 400 + rng.Int64N(600), Floor: rng.IntN(5) > 0, Decided: rng.IntN(9) == 0})
		}
		w := cases.WhatIf{Budget: rng.Int64N(3) * rng.Int64N(30_000_000), Share: rng.Int64N(120), Rest: rng.IntN(2) == 0, Skip: rng.IntN(2) == 0, Area: rng.IntN(4)}
		left := rng.Int64N(40_000_000)
		budget := left
		if w.Budget > 0 {
			budget = w.Budget
		}
		plan := w.Spread(list, left, 60, 1000)
		var sum int64
		areas := map[string]int{}
		for _, a := range plan {
			sum += a.Amount
			if a.Amount > 0 {
				areas[a.Area]++
			}
			i := slices.IndexFunc(list, func(r cases.Ranked) bool { return r.Case.ID == a.Case })
			if r := list[i]; r.Decided || a.Amount > a.Asked || a.Amount%1000 != 0 || a.Amount < 0 || !r.Floor && a.Amount > 0 {
				t.Fatalf("%+v gives %+v", w, a)
			}
		}
		if sum > budget {
			t.Fatalf("%+v spends %d of %d", w, sum, budget)
		}
		for area, n := range areas {
			if w.Area > 0 && n > w.Area {
				t.Fatalf("%+v gives %s %d cases", w, area, n)
			}
		}
		if again := w.Spread(list, left, 60, 1000); !slices.Equal(plan, again) {
			t.Fatal("the same ranking gives another plan")
		}
	}
}

func TestPlansAndMinutesAreKeptAsTheyWereAndNameTheSheets(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.scored(nanao, grant, nil, 5, 4, 4, 4, 4)
		w.do(officer("keishin"), c.ID, "rank", cases.Needs{})
		wants(t, fault.Conflict, "a score after freezing", w.tryScore(judge(1), c.ID))
		wants(t, fault.Conflict, "a declaration after freezing", w.s.Declare(bg, judge(1), c.ID, "利害関係"))
		_, err := w.s.Decline(bg, judge(2), c.ID, "多忙")
		wants(t, fault.Conflict, "declining after freezing", err)
		list, err := w.s.Ranking(bg, officer("keishin"), grant, 2027, 4000000)
		w.must(err)
		way := cases.WhatIf{Share: 80}
		awards := way.Spread(list, 4000000, 60, 1000)
		if len(awards) != 1 || awards[0].Amount != 4000000 || awards[0].Why != "share" {
			t.Errorf("80 %% of 5,000,000: %+v", awards)
		}
		id, err := w.s.SaveRanking(bg, officer("keishin"), grant, 2027, "8割案", way, awards)
		w.must(err)
		n, err := w.s.KeepMinutes(bg, officer("keishin"), grant, 2027, cases.Minutes{HeldOn: "2026-10-01", Present: []string{"見本 一", ""}, Text: "8割案を採る。"}, id)
		if err != nil || n != 1 {
			t.Fatal(n, err)
		}
		got, err := w.s.MinutesOf(bg, chief("keishin"), grant, 2027)
		w.must(err)
		if m := got[0]; len(got) != 1 || m.Ranking != "8割案" || len(m.Awards) != 1 || len(m.Present) != 1 || len(m.Cases) != 1 || m.Cases[0].Scores != w.full(c.ID).ScoresHash || len(m.SHA256) != 64 {
			t.Errorf("the minutes: %+v", got)
		}
		for field, m := range map[string]cases.Minutes{"held": {Present: []string{"a"}, Text: "b"}, "present": {HeldOn: "2026-10-01", Text: "b"}, "text": {HeldOn: "2026-10-01", Present: []string{"a"}}} {
			_, err := w.s.KeepMinutes(bg, officer("keishin"), grant, 2027, m, "")
			if f := fault.Of(err); f == nil || f.Field != field {
				t.Errorf("%s: %v", field, err)
			}
		}
		_, err = w.s.SaveRanking(bg, chief("keishin"), grant, 2027, "x", way, awards)
		wants(t, fault.Missing, "a chief saves", err)
		_, err = w.s.MinutesOf(bg, judge(1), grant, 2027)
		wants(t, fault.Missing, "a member reads minutes", err)
		w.verified()
	})
}
