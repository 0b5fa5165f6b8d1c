package cases_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
)

func TestTiesAreBrokenByWeightThenOwnMoneyThenArrival(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		// need 25, model 20, effect 25, doable 15, cost 15
		own := func(n int64) map[string]any {
			return map[string]any{"p.title": fmt.Sprint("自己資金", n), "fund.requested": 12000000 - n, "fund.own": n}
		}
		entered := func(changes map[string]any, marks ...int) *cases.Case {
			w.wait(time.Minute)
			return w.scored(nanao, grant, changes, marks...)
		}
		late := func(title string) map[string]any { return map[string]any{"p.title": title} }
		best := entered(late("一番"), 5, 5, 5, 5, 5)
		effect := entered(late("効果"), 3, 4, 4, 4, 4) // 75 + 80 + 100 + 60 + 60 = 375
		need := entered(late("必要"), 4, 4, 3, 4, 4)   // the same sum, better at the weightiest criterion
		first := entered(own(9000000), 4, 4, 4, 4, 4)
		again := own(9000000)
		again["p.title"] = "あとから来た事業"
		second := entered(again, 4, 4, 4, 4, 4)
		rich := entered(own(10000000), 4, 4, 4, 4, 4)
		low := entered(late("足りない"), 2, 3, 3, 3, 3)
		ranked, err := w.s.Ranking(bg, officer("keishin"), grant, 2027, 12000000)
		w.must(err)
		var ids, why []string
		for _, r := range ranked {
			ids, why = append(ids, r.Case.ID), append(why, r.Tie)
		}
		if want := []string{best.ID, rich.ID, first.ID, second.ID, need.ID, effect.ID, low.ID}; !slices.Equal(ids, want) {
			t.Errorf("order %v, wanted %v", ids, want)
		}
		if want := []string{"", "", "own", "arrival", "", "criterion", ""}; !slices.Equal(why, want) {
			t.Errorf("ties %q, wanted %q", why, want)
		}
		// 5,000,000 + 2,000,000 + 3,000,000 = 10,000,000 fit; the next 3,000,000 do not.
		for i, fits := range []bool{true, true, true, false, false, false, false} {
			if ranked[i].Fits != fits {
				t.Errorf("place %d fits: %v, sum %d", i+1, ranked[i].Fits, ranked[i].Sum)
			}
		}
		if ranked[6].Floor || ranked[6].Sum != ranked[5].Sum || !ranked[5].Floor {
			t.Errorf("the floor: %+v", ranked[6])
		}
		if list, err := w.s.Ranking(bg, officer("koushin"), grant, 2027, 0); err != nil || len(list) != 0 {
			t.Errorf("another section: %v %v", list, err)
		}
		for name, by := range map[string]account.Who{"the body": staff(nanao), "the branch": branch("17"), "a member": judge(1), "finance": finance, "the administrator": admin} {
			_, err := w.s.Ranking(bg, by, grant, 2027, 0)
			wants(t, fault.Missing, name, err)
		}
	})
}

func TestAMarkFarFromTheMedianIsShownToTheSecretary(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		far := func(marks ...int) bool {
			c := w.accepted(nanao, grant, map[string]any{"p.title": fmt.Sprint(marks)})
			w.must(w.s.Assign(bg, officer("keishin"), c.ID, staffed(1, len(marks))))
			for i, m := range marks {
				w.score(judge(i+1), c.ID, m)
			}
			list, err := w.s.Ranking(bg, officer("keishin"), grant, 2027, 0)
			w.must(err)
			i := slices.IndexFunc(list, func(r cases.Ranked) bool { return r.Case.ID == c.ID })
			return list[i].Far
		}
		for want, sets := range map[bool][][]int{true: {{4, 4, 2}, {5, 3, 3}, {1, 3, 3, 5}, {5, 1, 3}}, false: {{4, 4, 3}, {4, 3, 5}, {2, 3, 4, 4}, {3, 3, 3}}} {
			for _, marks := range sets {
				if got := far(marks...); got != want {
					t.Errorf("%v: far %v", marks, got)
				}
			}
		}
	})
}

func TestTheFloorIsMetExactlyAndNotByRounding(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		// Three sheets of 60.0, 60.0 and 59.8 have the mean 59.93; four of 60 have 60.
		rank := func(title string, sheets ...[]int) *cases.Case {
			c := w.accepted(nanao, grant, map[string]any{"p.title": title})
			w.must(w.s.Assign(bg, officer("keishin"), c.ID, staffed(1, len(sheets))))
			for i, marks := range sheets {
				w.score(judge(i+1), c.ID, marks...)
			}
			return w.do(officer("keishin"), c.ID, "rank", cases.Needs{})
		}
		amount := int64(1000000)
		sixty := []int{3, 3, 3, 3, 3}
		c := rank("ちょうど", sixty, sixty, sixty)
		w.do(officer("keishin"), c.ID, "propose", cases.Needs{Amount: &amount, Comment: "採択"})
		// One sheet of 59 among twenty-one of 60: the mean is 59.95, printed 60.0.
		sheets := [][]int{{3, 2, 3, 4, 3}}
		for range 20 {
			sheets = append(sheets, sixty)
		}
		c = rank("わずかに足りない", sheets...)
		_, err := w.try(officer("keishin"), c.ID, "propose", cases.Needs{Amount: &amount, Comment: "採択"})
		wants(t, fault.Refused, "59.95", err)
	})
}

func TestAssigningTwiceOrAnInterestDerivedFromHomeChangesNothingGiven(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.accepted(nanao, grant, nil)
		home := func(n int, code string) account.Who {
			j := judge(n)
			j.Home = code
			return j
		}
		w.must(w.s.Assign(bg, officer("keishin"), c.ID, []account.Who{home(1, nanao), home(2, kanazawa), home(3, ishikawa), home(4, fuji), home(5, ""), home(6, hamamatsu)}))
		w.must(w.s.Assign(bg, officer("keishin"), c.ID, []account.Who{judge(1), judge(4)}))
		got := w.full(c.ID)
		for n, barred := range map[int]bool{1: true, 2: true, 3: true, 4: false, 5: false, 6: false} {
			if m := got.Member(judge(n).Person); m == nil || (m.Interest != "") != barred {
				t.Errorf("judge %d: %+v", n, m)
			}
		}
		if members, _ := got.Judging(); members != 3 {
			t.Errorf("%d judge", members)
		}
		w.score(judge(4), c.ID)
		w.score(judge(5), c.ID)
		w.must(w.s.Declare(bg, judge(5), c.ID, "申請団体の顧問である。"))
		got = w.full(c.ID)
		if m := got.Member(judge(5).Person); m.Scored() || m.Marks != nil {
			t.Errorf("the sheet of a member with an interest counts: %+v", m)
		}
		_, err := w.try(officer("keishin"), c.ID, "rank", cases.Needs{})
		wants(t, fault.Refused, "two members only", err)
		wants(t, fault.Refused, "assigning before the screening", w.s.Assign(bg, officer("keishin"), w.forwarded(nanao, grant, map[string]any{"p.title": "前"}).ID, staffed(1, 1)))
		w.verified()
	})
}

// A tie by the home body holds without anybody recording it: before the assignment, and when the home is set after it.
func TestATieByHomeShutsTheCaseWhateverWasAssigned(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.accepted(nanao, grant, nil)
		from := func(code string) account.Who {
			j := judge(1)
			j.Home = code
			return j
		}
		closed(t, w, "a member of the same prefecture before the assignment", from(ishikawa), c)
		w.must(w.s.Assign(bg, officer("keishin"), c.ID, staffed(1, 4)))
		if _, _, err := w.s.Get(bg, judge(1), c.ID); err != nil {
			t.Fatalf("without a home: %v", err)
		}
		if _, _, err := w.s.Get(bg, from(fuji), c.ID); err != nil {
			t.Errorf("from another prefecture: %v", err)
		}
		for name, home := range map[string]string{"the applicant": nanao, "a neighbour": kanazawa, "the prefecture": ishikawa} {
			closed(t, w, "a member whose home became "+name, from(home), c)
			found, err := w.s.List(bg, from(home), cases.Filter{})
			barred, _ := w.s.Barred(bg, from(home))
			if err != nil || len(found.Lines) != 0 || len(barred) != 1 || barred[0] != c.Number {
				t.Errorf("%s: %v, barred %v, %v", name, found.Lines, barred, err)
			}
		}
		if barred, _ := w.s.Barred(bg, from(fuji)); len(barred) != 0 {
			t.Errorf("from another prefecture: barred %v", barred)
		}
	})
}

func TestTheRankingLeavesOutWhatEndedAndSamplesAndPutsDecidedOnesLast(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		titled := func(title string) map[string]any { return map[string]any{"p.title": title} }
		open := w.scored(nanao, grant, titled("これから決める"), 4, 4, 4, 4, 4)
		best := w.adopted(nanao, grant, titled("決定済み"), 4000000)
		gone := w.scored(nanao, grant, titled("取り下げた"), 5, 5, 5, 5, 5)
		w.do(approver(nanao), gone.ID, "withdraw", cases.Needs{Comment: "取りやめ"})
		sample := w.scored(fuji, grant, titled("見本"), 5, 5, 5, 5, 5)
		w.exec(`UPDATE cases SET demo = $1 WHERE id = $2`, true, sample.ID)
		ids := func(by account.Who, left int64) (list []string) {
			ranked, err := w.s.Ranking(bg, by, grant, 2027, left)
			w.must(err)
			for _, r := range ranked {
				list = append(list, r.Case.ID)
				if r.Decided != (r.Case.ID == best.ID) || r.Case.ID == best.ID && (r.Sum != 0 || !r.Fits) {
					t.Errorf("%s: decided %v, sum %d", r.Case.Title(), r.Decided, r.Sum)
				}
				if r.Case.ID == open.ID && (r.Sum != open.Requested || r.Fits != (left >= open.Requested)) {
					t.Errorf("%d left: sum %d fits %v", left, r.Sum, r.Fits)
				}
			}
			return list
		}
		for _, left := range []int64{open.Requested - 1, open.Requested} {
			if got := ids(officer("keishin"), left); !slices.Equal(got, []string{open.ID, best.ID}) {
				t.Errorf("ranked %v", got)
			}
		}
		player := officer("keishin")
		player.Sample = true
		if got := ids(player, 0); !slices.Equal(got, []string{sample.ID}) {
			t.Errorf("the demonstration ranks %v", got)
		}
	})
}
