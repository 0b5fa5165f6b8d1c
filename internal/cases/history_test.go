package cases_test

import (
	"fmt"
	"strings"
	"testing"

	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
)

// refusedBy fails the test unless err says that the form fails by a rule.
func refusedBy(t *testing.T, what, rule string, err error) {
	t.Helper()
	inc, ok := err.(*cases.Incomplete)
	if !ok {
		t.Errorf("%s: wanted %s to fail, got %v", what, rule, err)
		return
	}
	for _, r := range inc.Evaluation.Rules {
		if r.ID == rule && r.Outcome == "fail" {
			return
		}
	}
	t.Errorf("%s: %v", what, failing(inc.Evaluation))
}

func TestTheSameProjectIsTakenOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		submit := func(code, programme, title string) (*cases.Case, error) {
			c := w.filled(staff(code), programme, map[string]any{"p.title": title})
			if c.TwoStep {
				if _, err := w.try(staff(code), c.ID, "ask_approval", cases.Needs{}); err != nil {
					return c, err
				}
				return w.try(approver(code), c.ID, "submit", cases.Needs{})
			}
			return w.try(staff(code), c.ID, "submit", cases.Needs{})
		}
		first, err := submit(nanao, grant, "工芸のパリ展開")
		w.must(err)
		for _, title := range []string{"工芸のパリ展開", "　工芸のパリ展開 ", "工芸のﾊﾟﾘ展開"} {
			_, err = submit(nanao, grant, title)
			refusedBy(t, title, "M-C-10", err)
			if inc, ok := err.(*cases.Incomplete); ok {
				for _, r := range inc.Evaluation.Rules {
					if r.ID == "M-C-10" && !strings.Contains(r.Message.JA, first.Number) {
						t.Errorf("says %s", r.Message.JA)
					}
				}
			}
		}
		if _, err = submit(fuji, grant, "工芸のパリ展開"); err != nil {
			t.Errorf("another body: %v", err)
		}
		twin, err := submit(nanao, "exchange-grant", "工芸のパリ展開")
		w.must(err)
		if twin.Evaluation.Verdict != "flagged" {
			t.Errorf("in another programme: %s", twin.Evaluation.Verdict)
		}
		w.do(branch("17"), twin.ID, "forward", cases.Needs{Opinion: "適当"})
		_, err = w.try(officer("koushin"), twin.ID, "accept", w.checklist(twin.ID))
		wants(t, fault.Refused, "while the rule is open", err)
		w.must(w.s.Settle(bg, officer("koushin"), twin.ID, "M-C-11", "", "", "もう一方は取り下げる予定と確認した。"))
		w.do(officer("koushin"), twin.ID, "accept", w.checklist(twin.ID))
		w.do(approver(nanao), first.ID, "withdraw", cases.Needs{Comment: "出し直すため。"})
		if _, err = submit(nanao, grant, "工芸のパリ展開"); err != nil {
			t.Errorf("after the withdrawal: %v", err)
		}
		w.verified()
	})
}

func TestOfTwoEqualProjectsHandedInAtOnceOneIsTaken(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for round := range 5 {
			var ids []string
			for range 4 {
				ids = append(ids, w.filled(staff(kanazawa), grant, map[string]any{"p.title": fmt.Sprint("同じ事業", round)}).ID)
			}
			errs := together(4, func(i int) error {
				_, err := w.s.Do(bg, staff(kanazawa), ids[i], cases.Act{Move: "submit"})
				return err
			})
			if n := count(errs, func(err error) bool { return err == nil }); n != 1 {
				t.Errorf("%d were taken: %v", n, errs)
			}
			for _, err := range errs {
				if err != nil {
					refusedBy(t, "the others", "M-C-10", err)
				}
			}
		}
		w.verified()
	})
}

func TestABodysRequestsOfAYearTogetherStayWithinItsCap(t *testing.T) {
	const multicultural = "multicultural-grant"
	each(t, func(t *testing.T, w *world) {
		w.moveTo("2026-09-01 09:00")
		ask := func(title string, yen int) (*cases.Case, error) {
			c := w.filled(staff(kanazawa), multicultural, map[string]any{"p.title": title, "fund.requested": yen, "fund.own": 3000000 - yen})
			return w.try(staff(kanazawa), c.ID, "submit", cases.Needs{})
		}
		first, err := ask("防災", 2000000)
		w.must(err)
		_, err = ask("医療", 1001000)
		refusedBy(t, "2,000,000 and 1,001,000", "M-P04-04", err)
		second, err := ask("教育", 1000000)
		w.must(err)
		_, err = ask("居住", 500000)
		refusedBy(t, "beyond", "M-P04-04", err)
		boss := approver(kanazawa)
		w.do(boss, first.ID, "withdraw", cases.Needs{Comment: "取りやめ"})
		if _, err = ask("居住", 2000000); err != nil {
			t.Errorf("after a withdrawal: %v", err)
		}
		if c := w.full(second.ID); c.Requested != 1000000 {
			t.Errorf("requested %d", c.Requested)
		}
		var ids []string
		for i := range 3 {
			c := w.filled(staff(fuji), multicultural, map[string]any{"p.title": fmt.Sprint("同時", i), "fund.requested": 1500000, "fund.own": 1500000})
			w.do(staff(fuji), c.ID, "ask_approval", cases.Needs{})
			ids = append(ids, c.ID)
		}
		errs := together(3, func(i int) error {
			_, err := w.s.Do(bg, approver(fuji), ids[i], cases.Act{Move: "submit"})
			return err
		})
		if n := count(errs, func(err error) bool { return err == nil }); n != 2 {
			t.Errorf("%d of three halves of the cap were taken: %v", n, errs)
		}
		w.verified()
	})
}
