package cases_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
)

func TestAnApplicationCountsByTheArrivalOfItsFirstByte(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		act := func(arrived string) error {
			c := w.filled(staff(kanazawa), grant, map[string]any{"p.title": arrived})
			w.moveTo("2026-11-01 00:00:05")
			defer w.moveTo("2026-10-31 22:00")
			at := jst(t, arrived)
			got, err := w.s.Do(bg, staff(kanazawa), c.ID, cases.Act{Move: "submit", Arrived: at})
			if err == nil && !got.Submitted.Equal(at) {
				t.Errorf("arrival %v", got.Submitted)
			}
			return err
		}
		w.moveTo("2026-10-31 22:00")
		w.must(act("2026-10-31 23:59:59.999"))
		w.must(act("2026-10-31 23:59:59.999999"))
		for _, late := range []string{"2026-11-01 00:00:00", "2026-11-01 00:00:00.000001", "2026-11-01 00:00:04"} {
			inc, ok := act(late).(*cases.Incomplete)
			if !ok {
				t.Fatalf("%s: accepted", late)
			}
			if got := failing(inc.Evaluation); !strings.HasPrefix(got[0], "M-C-02") {
				t.Errorf("%s: %v", late, got)
			}
		}
		if inc, ok := act("2026-06-30 23:59:59.999").(*cases.Incomplete); !ok || !strings.HasPrefix(failing(inc.Evaluation)[0], "M-C-02") {
			t.Error("before the call opened")
		}
		w.verified()
	})
}

func TestACorrectionAfterTheCloseCountsUntilItsDueDayAndNotAfter(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		back := func(title string) *cases.Case {
			c := w.submitted(nanao, grant, map[string]any{"p.title": title})
			c = w.do(branch("17"), c.ID, "branch_return", cases.Needs{Due: "2026-11-09", Remarks: []cases.Remark{{Field: "p.content", Kind: "不足", Text: "補足"}}})
			w.save(staff(nanao), c.ID, map[string]any{"p.content": "補った内容"})
			return c
		}
		w.moveTo("2026-10-31 20:00")
		inTime, late, slow := back("一"), back("二"), back("三")
		w.moveTo("2026-11-01 01:00")
		w.must(w.s.Tick(bg))
		w.moveTo("2026-11-09 23:59:59.9")
		c := w.do(approver(nanao), inTime.ID, "resubmit", cases.Needs{Corrected: true})
		if c.State != "branch_check" || !c.Submitted.Equal(inTime.Submitted) {
			t.Errorf("%s arrived %v", c.State, c.Submitted)
		}
		w.moveTo("2026-11-10 00:00:03")
		_, err := w.try(approver(nanao), late.ID, "resubmit", cases.Needs{Corrected: true})
		wants(t, fault.Refused, "after the limit", err)
		got, err := w.s.Do(bg, approver(nanao), slow.ID, cases.Act{Move: "resubmit", Arrived: jst(t, "2026-11-09 23:59:59.999"), Needs: cases.Needs{Corrected: true}})
		w.must(err)
		if got.State != "branch_check" {
			t.Errorf("%s", got.State)
		}
		if c := w.get(staff(nanao), late.ID); c.State != "returned" || len(c.Editable(w.programme(grant), staff(nanao))) == 0 {
			t.Errorf("the late one is %s", c.State)
		}
		w.verified()
	})
}

func TestAClosedProgrammeTakesNoDraftsAndNoSubmissionsAndRunningCasesGoOn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		draft, in := w.filled(staff(kanazawa), grant, nil), w.submitted(nanao, grant, nil)
		w.must(w.s.Programmes.SetState(bg, chief("keishin"), grant, "closed", "予算の都合により募集を終了する。"))
		_, err := w.s.New(bg, staff(nanao), grant, "", "")
		wants(t, fault.Refused, "a new draft", err)
		if f := fault.Of(err); f == nil || !strings.Contains(f.JA, "予算の都合") {
			t.Errorf("says %+v", f)
		}
		_, err = w.try(staff(kanazawa), draft.ID, "submit", cases.Needs{})
		if inc, ok := err.(*cases.Incomplete); !ok || !strings.HasPrefix(failing(inc.Evaluation)[0], "M-C-03") {
			t.Errorf("a submission: %v", err)
		}
		w.do(branch("17"), in.ID, "branch_return", cases.Needs{Due: "2026-10-20", Remarks: []cases.Remark{{Field: "p.content", Kind: "不足", Text: "補足"}}})
		w.do(approver(nanao), in.ID, "resubmit", cases.Needs{Corrected: true})
		w.must(w.s.Programmes.SetState(bg, chief("keishin"), grant, "open", "再開する。"))
		w.do(staff(kanazawa), draft.ID, "submit", cases.Needs{})
		w.verified()
	})
}

func (w *world) reminders(id string) (list []string) {
	for _, m := range w.mails(id) {
		if strings.Contains(m, "期限が近づいています") {
			list = append(list, m)
		}
	}
	return list
}

func TestRemindersGoOutOnceEachHoweverOftenTheJobRuns(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.moveTo("2026-10-01 09:00")
		c := w.filled(staff(nanao), grant, nil)
		box := "lg." + nanao + ".r03@example.jp"
		var counted []int
		for _, day := range []string{"2026-10-16", "2026-10-17", "2026-10-18", "2026-10-23", "2026-10-24", "2026-10-28", "2026-10-29", "2026-10-30", "2026-10-31"} {
			for _, hour := range []string{"00:00", "09:30", "23:59:59"} {
				w.moveTo(day + " " + hour)
				for range 2 {
					w.must(w.s.Remind(bg))
				}
			}
			n := 0
			for _, m := range w.reminders(c.ID) {
				if strings.Contains(m, box) {
					n++
				}
			}
			counted = append(counted, n)
		}
		if want := []int{0, 1, 1, 1, 2, 2, 3, 3, 4}; !slices.Equal(counted, want) {
			t.Errorf("reminders %v, wanted %v", counted, want)
		}
		w.mailed(c.ID, "kanko@city.example.jp", "期限が近づいています（令和8年10月31日")
		// At the branch the branch is reminded, by its own due day.
		d := w.submitted(nanao, grant, map[string]any{"p.title": "別の事業"})
		before := len(w.reminders(d.ID))
		w.moveTo("2026-11-05 10:00") // due on 9 November: five business days after Saturday the 31st, with a holiday between
		if c := w.full(d.ID); c.Due != "2026-11-09" {
			t.Errorf("due %s", c.Due)
		}
		for _, day := range []string{"2026-11-07", "2026-11-09", "2026-11-10"} {
			w.moveTo(day + " 10:00")
			w.must(w.s.Remind(bg))
		}
		got := w.reminders(d.ID)[before:]
		if len(got) != 2 || !strings.Contains(strings.Join(got, " "), "branch.17.r05@example.jp") {
			t.Errorf("at the branch: %q", got)
		}
		w.must(w.s.Jobs.Drain(bg))
	})
}

func TestTheProcessingPeriodCountsBusinessDaysNetOfStops(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		days := func(c *cases.Case) int { return c.ClockDays(w.now(), jp.BusinessDaysBetween, jp.Date) }
		w.moveTo("2026-10-01 09:00")
		c := w.submitted(nanao, grant, nil)
		w.moveTo("2026-10-05 09:00") // Monday
		c = w.do(branch("17"), c.ID, "branch_return", cases.Needs{Due: "2026-10-30", Remarks: []cases.Remark{{Field: "p.content", Kind: "不足", Text: "補足"}}})
		w.moveTo("2026-10-07 09:00")
		c = w.do(approver(nanao), c.ID, "resubmit", cases.Needs{Corrected: true})
		w.moveTo("2026-10-09 09:00") // Friday
		if days(c) != 0 {
			t.Errorf("the branch's days count: %d", days(c))
		}
		c = w.do(branch("17"), c.ID, "forward", cases.Needs{Opinion: "適当"})
		w.moveTo("2026-10-14 09:00") // Wednesday; Monday the 12th is a holiday
		if days(c) != 2 {
			t.Errorf("since Friday: %d", days(c))
		}
		c = w.do(officer("keishin"), c.ID, "hq_return", cases.Needs{Due: "2026-10-30", Remarks: []cases.Remark{{Field: "p.content", Kind: "不足", Text: "補足"}}})
		w.moveTo("2026-10-23 09:00")
		if days(c) != 2 {
			t.Errorf("while it is with the body: %d", days(c))
		}
		c = w.do(approver(nanao), c.ID, "resubmit", cases.Needs{Corrected: true})
		if c.State != "hq_check" {
			t.Errorf("back to %s", c.State)
		}
		w.moveTo("2026-10-27 09:00") // Tuesday
		if days(c) != 4 {
			t.Errorf("after the stop: %d", days(c))
		}
		c = w.do(officer("keishin"), c.ID, "propose_reject", cases.Needs{ReasonClass: "要件", Comment: "要件を満たさない。"})
		c = w.do(chief("keishin"), c.ID, "approve_reject", cases.Needs{})
		w.moveTo("2026-12-01 09:00")
		if days(c) != 4 {
			t.Errorf("after the decision: %d", days(c))
		}
		w.verified()
	})
}

func TestListsComeByDueDayInPagesWithoutGapsOrRepeats(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.proposals(30, 1000000)
		late := w.submitted(nanao, grant, map[string]any{"p.title": "先の期限"})
		var got []string
		dues := []string{}
		filter := cases.Filter{Limit: 7}
		for {
			page, err := w.s.List(bg, auditor, filter)
			w.must(err)
			for _, l := range page.Lines {
				got = append(got, l.ID)
				if dues = append(dues, l.Due); l.Due == "" {
					dues[len(dues)-1] = "9999"
				}
			}
			if filter.After = page.Next; page.Next == "" {
				break
			}
		}
		if len(got) != 31 || !slices.IsSorted(dues) || got[0] != late.ID {
			t.Errorf("%d lines, due %v", len(got), dues)
		}
		slices.Sort(got)
		if n := len(slices.Compact(got)); n != 31 {
			t.Errorf("%d different cases", n)
		}
		for text, want := range map[string]int{"P01-2027-00001": 1, "p01-2027": 31, "七尾": 31, "先の期限": 1, "事業1": 11, "%": 31, "_": 31, "'": 0, "なし": 0} {
			page, err := w.s.List(bg, auditor, cases.Filter{Text: text, Limit: 100})
			w.must(err)
			if len(page.Lines) != want {
				t.Errorf("search %q finds %d, wanted %d", text, len(page.Lines), want)
			}
		}
		for name, bad := range map[string]string{"half a cursor": "2026", "nonsense": "~", "quotes": "';--~'"} {
			if _, err := w.s.List(bg, auditor, cases.Filter{After: bad}); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestACountKeptForOneBodyIsNeverAnothersAndOnesOwnChangeIsSeenAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		first := w.draft(staff(nanao), grant)
		state := first.State
		counted := func(by account.Who) (int, int, int, int) {
			all, err := w.s.Counts(bg, by, []string{state})
			w.must(err)
			n, err := w.s.Count(bg, by, cases.Filter{States: []string{state}}, 100)
			w.must(err)
			ids, _, err := w.s.Order(bg, by, cases.Filter{States: []string{state}}, 100)
			w.must(err)
			list, err := w.s.List(bg, by, cases.Filter{States: []string{state}})
			w.must(err)
			return all[state], n, len(ids), len(list.Lines)
		}
		expect := func(by account.Who, want int) {
			t.Helper()
			if a, b, c, d := counted(by); a != want || b != want || c != want || d != want {
				t.Errorf("%s counts %d, %d, %d and %d, wanted %d", by.Hat.Body, a, b, c, d, want)
			}
		}
		expect(staff(nanao), 1)
		expect(staff(kanazawa), 0)
		expect(auditor, 1)
		w.draft(staff(nanao), grant)
		expect(staff(nanao), 2)
		expect(staff(kanazawa), 0)
		expect(auditor, 2)
		w.draft(staff(kanazawa), grant)
		expect(staff(kanazawa), 1)
		expect(staff(nanao), 2)
	})
}

func TestAPageOfAListThatIsKeptAnswersItsOwnQuestionOnly(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.draft(staff(nanao), grant)
		w.draft(staff(nanao), grant)
		lines := func(by account.Who, f cases.Filter) int {
			t.Helper()
			page, err := w.s.List(bg, by, f)
			w.must(err)
			return len(page.Lines)
		}
		all, err := w.s.List(bg, staff(nanao), cases.Filter{})
		w.must(err)
		first, err := w.s.List(bg, staff(nanao), cases.Filter{Limit: 1})
		w.must(err)
		state, year := all.Lines[0].State, all.Lines[0].FiscalYear
		for _, row := range []struct {
			name string
			by   account.Who
			f    cases.Filter
			want int
		}{
			{"everything", staff(nanao), cases.Filter{}, 2},
			{"another programme", staff(nanao), cases.Filter{Programme: "none"}, 0},
			{"another year", staff(nanao), cases.Filter{FiscalYear: year + 1}, 0},
			{"its state", staff(nanao), cases.Filter{States: []string{state}}, 2},
			{"another state", staff(nanao), cases.Filter{States: []string{"none"}}, 0},
			{"another holder", staff(nanao), cases.Filter{Holders: []string{"chief"}}, 0},
			{"ended", staff(nanao), cases.Filter{Ended: true}, 0},
			{"open", staff(nanao), cases.Filter{Open: true}, 2},
			{"one line", staff(nanao), cases.Filter{Limit: 1}, 1},
			{"behind it", staff(nanao), cases.Filter{Limit: 1, After: first.Next}, 1},
			{"a hat limited to other programmes", limited(staff(nanao), "none"), cases.Filter{}, 0},
			{"another role", branch("17"), cases.Filter{}, 0},
			{"another body", staff(kanazawa), cases.Filter{}, 0},
		} {
			for range 2 {
				if got := lines(row.by, row.f); got != row.want {
					t.Errorf("%s: %d lines, not %d", row.name, got, row.want)
				}
			}
		}
		elsewhere, err := db.Open(bg, w.d.Address()) // another process on the same database
		w.must(err)
		defer elsewhere.Close()
		_, err = w.open(elsewhere).New(bg, staff(nanao), grant, "", "")
		w.must(err)
		n := 0
		for end := time.Now().Add(10 * time.Second); n != 3 && time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
			n = lines(staff(nanao), cases.Filter{})
		}
		if n != 3 {
			t.Errorf("%d lines after another process added one", n)
		}
	})
}
