package cases_test

import (
	"testing"

	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/ledger"
)

func (w *world) balance(code string) ledger.Balance {
	w.t.Helper()
	b, err := w.s.Ledger.Balance(bg, code, 2027)
	w.must(err)
	return b
}

func TestExactlyTwoMillionIsSavedButCannotBeSubmitted(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		lines := []any{map[string]any{"item": "委託料", "detail": "出展", "where": "abroad", "qty": 1, "unit": 2000000, "amount": 2000000, "eligible": true}}
		c := w.filled(staff(nanao), grant, map[string]any{"cost.lines": lines, "fund.requested": 1000000, "fund.own": 1000000})
		if got := c.Answers()["fund.requested"]; got != int64(1000000) {
			t.Errorf("saved %v", got)
		}
		for _, move := range []string{"ask_approval", "submit"} {
			by := staff(nanao)
			if move == "submit" {
				by = approver(nanao)
			}
			_, err := w.try(by, c.ID, move, cases.Needs{})
			inc, ok := err.(*cases.Incomplete)
			if !ok {
				t.Fatalf("%s: %v", move, err)
			}
			if got := failing(inc.Evaluation); len(got) == 0 || got[0][:8] != "M-P01-01" {
				t.Errorf("%s fails by %v", move, got)
			}
		}
		lines[0].(map[string]any)["unit"], lines[0].(map[string]any)["amount"] = 2000001, 2000001
		w.save(staff(nanao), c.ID, map[string]any{"cost.lines": lines, "fund.own": 1000001})
		if c = w.submit(c.ID, nanao); c.Number != "P01-2027-00001" {
			t.Errorf("number %q", c.Number)
		}
	})
}

func TestABodyOfOneStepSubmitsAtOnceAndAPrefectureSkipsTheBranch(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.filled(staff(kanazawa), grant, nil)
		if c.TwoStep {
			t.Fatal("金沢市 switched two-step approval off")
		}
		if c = w.do(staff(kanazawa), c.ID, "submit", cases.Needs{}); c.State != "branch_check" {
			t.Errorf("state %s", c.State)
		}
		for _, code := range []string{ishikawa, hamamatsu} {
			c := w.filled(staff(code), grant, nil)
			if c.Via != "none" || !c.Org.IsBranch {
				t.Errorf("%s: via %s", code, c.Via)
			}
			if c = w.submit(c.ID, code); c.State != "hq_check" {
				t.Errorf("%s: state %s", code, c.State)
			}
			if c = w.full(c.ID); len(c.Clock) != 1 {
				t.Errorf("%s: the processing period began with the arrival at HQ: %+v", code, c.Clock)
			}
		}
		w.verified()
	})
}

func TestARejectionSaysTheReasonInItsLetter(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.scored(nanao, grant, nil, 2, 2, 2, 2, 2)
		w.do(officer("keishin"), c.ID, "rank", cases.Needs{})
		amount := int64(1000000)
		_, err := w.try(officer("keishin"), c.ID, "propose", cases.Needs{Amount: &amount, Comment: "起案"})
		wants(t, fault.Refused, "adoption below the floor", err)
		_, err = w.try(officer("keishin"), c.ID, "propose_reject", cases.Needs{ReasonClass: "気分", Comment: "合格線に達しない。"})
		wants(t, fault.Invalid, "a class nobody knows", err)
		w.do(officer("keishin"), c.ID, "propose_reject", cases.Needs{ReasonClass: "審査", Comment: "合格線に達しませんでした。"})
		if got := w.get(staff(nanao), c.ID); got.Proposal != nil || got.Members != nil {
			t.Error("the body sees the proposal or the sheets")
		}
		_, err = w.try(chief("keishin"), c.ID, "approve", cases.Needs{})
		wants(t, fault.Refused, "a rejection approved as adoption", err)
		c = w.do(chief("keishin"), c.ID, "approve_reject", cases.Needs{})
		if c.State != "rejected" || !c.Ended || c.Decided != 0 {
			t.Errorf("%s ended %v decided %d", c.State, c.Ended, c.Decided)
		}
		says(t, w.letter(c.ID, "L03"), "不採択通知書", "自国経第1号", "審査の結果", "合格線に達しませんでした。", "七尾市長")
		w.mailed(c.ID, "kanko@city.example.jp", "")
		if b := w.balance(grant); b.Committed != 0 {
			t.Errorf("budget %+v", b)
		}
		_, _, err = w.s.Get(bg, finance, c.ID)
		wants(t, fault.Missing, "finance and a rejected case", err)
		w.verified()
	})
}

func TestAProposalGoesBackToItsDrafterAndAWaitingCaseIsProposedAgain(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.proposed(nanao, grant, nil, 4000000)
		c = w.do(chief("keishin"), c.ID, "send_back_proposal", cases.Needs{Comment: "額を見直すこと。"})
		if c.State != "ranked" || c.Proposal != nil {
			t.Errorf("sent back to %s with %+v", c.State, c.Proposal)
		}
		w.do(officer("keishin"), c.ID, "propose_waitlist", cases.Needs{Comment: "予算の範囲を超える。"})
		c = w.do(chief("keishin"), c.ID, "approve_waitlist", cases.Needs{})
		if c.State != "waitlisted" || c.Ended {
			t.Errorf("waiting: %s", c.State)
		}
		amount := int64(3000000)
		w.do(officer("keishin"), c.ID, "propose", cases.Needs{Amount: &amount, Comment: "予算が戻ったため。"})
		if c = w.do(chief("keishin"), c.ID, "approve", cases.Needs{}); c.Decided != 3000000 {
			t.Errorf("decided %d", c.Decided)
		}
		w.verified()
	})
}

func TestABodyWithdrawsBeforeTheDecisionAndOnlyItsApproverDoes(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.submitted(nanao, grant, nil)
		_, err := w.try(staff(nanao), c.ID, "withdraw", cases.Needs{Comment: "中止のため"})
		wants(t, fault.Refused, "the drafter withdraws", err)
		_, err = w.try(approver(nanao), c.ID, "withdraw", cases.Needs{Comment: "　"})
		wants(t, fault.Invalid, "without a reason", err)
		c = w.do(approver(nanao), c.ID, "withdraw", cases.Needs{Comment: "事業を取りやめるため。"})
		if c.State != "withdrawn" || !c.Ended {
			t.Errorf("%s %v", c.State, c.Ended)
		}
		_, _, err = w.s.Get(bg, officer("keishin"), c.ID)
		wants(t, fault.Missing, "HQ and a case the branch never forwarded", err)
		c = w.get(branch("17"), c.ID)
		if c.State != "withdrawn" {
			t.Error("the branch knows that it was withdrawn")
		}
		d := w.accepted(nanao, grant, nil)
		w.moveTo("2026-10-20 10:00")
		d = w.do(approver(nanao), d.ID, "withdraw", cases.Needs{Comment: "事業を取りやめるため。"})
		if n := len(d.Clock); n == 0 || d.Clock[n-1].To.IsZero() {
			t.Errorf("the processing clock runs on: %+v", d.Clock)
		}
		if got := w.get(officer("keishin"), d.ID); got.State != "withdrawn" {
			t.Error("HQ keeps sight of what it had")
		}
		p := w.proposed(nanao, grant, map[string]any{"p.title": "別の事業"}, 1000000)
		_, err = w.try(approver(nanao), p.ID, "withdraw", cases.Needs{Comment: "取りやめ"})
		wants(t, fault.Conflict, "while it awaits the decision", err)
		w.verified()
	})
}

func TestADeclinedGrantGivesItsBudgetBackUntilTheDateAndNotAfter(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		first := w.adopted(nanao, grant, nil, 4000000)
		second := w.adopted(nanao, grant, map[string]any{"p.title": "別の事業"}, 3000000)
		if first.WithdrawBy != "2026-10-15" || w.balance(grant).Committed != 7000000 {
			t.Fatalf("withdraw by %s, %+v", first.WithdrawBy, w.balance(grant))
		}
		w.moveTo("2026-10-15 23:59:59.9")
		c := w.do(approver(nanao), first.ID, "decline", cases.Needs{Comment: "条件に応じられないため。"})
		if c.State != "withdrawn" || w.balance(grant).Committed != 3000000 {
			t.Errorf("%s %+v", c.State, w.balance(grant))
		}
		w.moveTo("2026-10-16 00:00")
		_, err := w.try(approver(nanao), second.ID, "decline", cases.Needs{Comment: "条件に応じられないため。"})
		wants(t, fault.Refused, "a day late", err)
		list, _, err := w.s.Adopted(bg, grant, 2027, "", false)
		w.must(err)
		if len(list) != 1 || list[0].Number != second.Number {
			t.Errorf("published: %+v", list)
		}
		w.verified()
	})
}

func TestDraftsExpireAfterTheCloseAndNobodyElseSeesThem(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		draft := w.draft(staff(nanao), grant)
		asked := w.filled(staff(nanao), grant, nil)
		w.do(staff(nanao), asked.ID, "ask_approval", cases.Needs{})
		in := w.submitted(nanao, grant, map[string]any{"p.title": "提出した事業"})
		w.moveTo("2026-10-31 23:59:59.999")
		w.must(w.s.Tick(bg))
		if c := w.get(staff(nanao), draft.ID); c.State != "draft" {
			t.Errorf("before the close: %s", c.State)
		}
		w.moveTo("2026-11-01 00:00")
		w.must(w.s.Tick(bg))
		if c := w.get(staff(nanao), asked.ID); c.State != "org_check" {
			t.Errorf("a request that arrived in time may still be on its way: %s", c.State)
		}
		w.moveTo("2026-11-01 00:15")
		w.must(w.s.Tick(bg))
		for _, id := range []string{draft.ID, asked.ID} {
			if c := w.get(staff(nanao), id); c.State != "expired" || !c.Ended {
				t.Errorf("after the close: %s", c.State)
			}
			for _, by := range []string{"17"} {
				_, _, err := w.s.Get(bg, branch(by), id)
				wants(t, fault.Missing, "an expired draft at the branch", err)
			}
			_, _, err := w.s.Get(bg, officer("keishin"), id)
			wants(t, fault.Missing, "an expired draft at HQ", err)
		}
		if c := w.full(in.ID); c.State != "branch_check" {
			t.Errorf("the submitted one: %s", c.State)
		}
		w.verified()
	})
}

// running is a project under way.
func (w *world) running(amount int64) *cases.Case {
	w.t.Helper()
	c := w.adopted(nanao, grant, nil, amount)
	return w.do(staff(nanao), c.ID, "start", cases.Needs{})
}

func TestARefusedChangeLeavesTheCaseAsItWas(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.running(4000000)
		was := w.full(c.ID).Answers()["p.period"]
		w.save(staff(nanao), c.ID, map[string]any{"ch.kind": []any{"期間"}, "ch.reason": "延期", "ch.before": "2月", "ch.after": "3月",
			"ch.period": map[string]any{"from": "2027-05-01", "to": "2028-02-28"}})
		w.do(approver(nanao), c.ID, "ask_change", cases.Needs{})
		_, err := w.trySave(staff(nanao), c.ID, map[string]any{"ch.reason": "書き換え"}, 0)
		wants(t, fault.Invalid, "while the change is checked", err)
		c = w.do(officer("keishin"), c.ID, "refuse_change", cases.Needs{Comment: "期間は変えられません。"})
		if c.State != "running" || c.Answers()["p.period"] != was || c.Answers()["ch.reason"] != nil {
			t.Errorf("%s %v %v", c.State, c.Answers()["p.period"], c.Answers()["ch.reason"])
		}
		w.mailed(c.ID, "lg."+nanao+".r03@example.jp", "")
		events, err := w.s.Journal(bg, staff(nanao), c.ID)
		w.must(err)
		last := events[len(events)-1]
		if last.Data.Needs == nil || last.Data.Needs.Comment != "期間は変えられません。" || last.Name != "" {
			t.Errorf("the body reads the reason and not the person: %+v", last)
		}
		w.verified()
	})
}

func TestAStoppedProjectGivesItsBudgetBackWithALetter(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.running(4000000)
		w.save(staff(nanao), c.ID, map[string]any{"st.date": "2026-10-10", "st.reason": "相手先の都合により実施できなくなったため。", "st.costs": 0})
		w.do(approver(nanao), c.ID, "ask_stop", cases.Needs{})
		c = w.do(chief("keishin"), c.ID, "approve_stop", cases.Needs{})
		if c.State != "cancelled" || !c.Ended || w.balance(grant).Committed != 0 {
			t.Errorf("%s %+v", c.State, w.balance(grant))
		}
		says(t, w.letter(c.ID, "L06"), "中止（廃止）承認通知書", "自国経第2号", "相手先の都合", "令和8年10月1日付けで承認の申請", "金4,000,000円")
		list, _, err := w.s.Adopted(bg, "", 0, "", false)
		w.must(err)
		if len(list) != 0 {
			t.Errorf("a stopped project is published: %+v", list)
		}
		w.verified()
	})
}

func TestAReportIsReturnedWithItsFieldsAndKeepsItsPlace(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.running(4000000)
		w.moveTo("2027-12-01 09:00")
		w.save(staff(nanao), c.ID, reported)
		w.do(approver(nanao), c.ID, "report", cases.Needs{})
		clock := len(w.full(c.ID).Clock)
		_, err := w.try(officer("keishin"), c.ID, "return_report", cases.Needs{Due: "2027-12-20", Remarks: []cases.Remark{{Field: "p.title", Kind: "誤り", Text: "直してください。"}}})
		wants(t, fault.Invalid, "a remark on another form than the one under check", err)
		for _, bad := range []string{"2027-11-30", "10月20日", "9999"} {
			_, err = w.try(officer("keishin"), c.ID, "return_report", cases.Needs{Due: bad, Remarks: []cases.Remark{{Field: "r.lesson", Kind: "不足", Text: "直してください。"}}})
			wants(t, fault.Invalid, "due "+bad, err)
		}
		w.do(officer("keishin"), c.ID, "return_report", cases.Needs{Due: "2027-12-20", Remarks: []cases.Remark{{Field: "r.lesson", Kind: "不足", Text: "具体的に書いてください。"}}})
		says(t, w.letter(c.ID, "L09"), "「課題・学び」（不足）：具体的に書いてください。", "経済交流課")
		_, err = w.trySave(staff(nanao), c.ID, map[string]any{"r.result": "別の内容"}, 0)
		wants(t, fault.Invalid, "a field that was not named", err)
		w.save(staff(nanao), c.ID, map[string]any{"r.lesson": "準備を二か月早める。"})
		c = w.do(approver(nanao), c.ID, "resubmit", cases.Needs{Corrected: true})
		if c.State != "report_in" || c.Phase != 3 {
			t.Errorf("%s phase %d", c.State, c.Phase)
		}
		if got := w.full(c.ID).Clock; len(got) != clock {
			t.Errorf("the processing clock of the application began again: %+v", got)
		}
		w.verified()
	})
}

func TestACorrectionMayChangeTheSumAskedFor(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.submitted(nanao, grant, nil)
		w.do(branch("17"), c.ID, "branch_return", cases.Needs{Due: "2026-10-20", Remarks: []cases.Remark{{Field: "fund.requested", Kind: "誤り", Text: "確認してください。"},
			{Field: "fund.own", Kind: "誤り", Text: "確認してください。"}}})
		w.save(staff(nanao), c.ID, map[string]any{"fund.requested": 3000000, "fund.own": 9000000})
		c = w.do(approver(nanao), c.ID, "resubmit", cases.Needs{Corrected: true})
		if c.Requested != 3000000 || w.int(`SELECT requested FROM cases WHERE id = $1`, c.ID) != 3000000 {
			t.Errorf("requested %d", c.Requested)
		}
		w.verified()
	})
}

func TestWhatHQSettlesCountsForTheSumAndLetsARuleMarkedPass(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		half := []any{map[string]any{"item": "委託料", "detail": "出展", "where": "abroad", "qty": 1, "unit": 6000000, "amount": 6000000, "eligible": true},
			map[string]any{"item": "役務費", "detail": "輸送", "where": "jp", "qty": 1, "unit": 6000000, "amount": 6000000, "eligible": true}}
		c := w.forwarded(nanao, grant, map[string]any{"cost.lines": half, "fund.requested": 3000000, "fund.own": 9000000})
		_, err := w.try(officer("keishin"), c.ID, "accept", w.checklist(c.ID))
		wants(t, fault.Refused, "a rule marked 要確認 is open", err)
		wants(t, fault.Missing, "another section settles", w.s.Settle(bg, officer("koushin"), c.ID, "M-P01-05", "", "", "見本市は海外のため。"))
		wants(t, fault.Refused, "the chief settles", w.s.Settle(bg, chief("keishin"), c.ID, "M-P01-05", "", "", "見本市は海外のため。"))
		wants(t, fault.Invalid, "without a reason", w.s.Settle(bg, officer("keishin"), c.ID, "M-P01-05", "", "", " "))
		wants(t, fault.Invalid, "a rule nobody knows", w.s.Settle(bg, officer("keishin"), c.ID, "M-X", "", "", "理由"))
		wants(t, fault.Invalid, "a value that is no choice", w.s.Settle(bg, officer("keishin"), c.ID, "", "e.place", "月", "理由"))
		wants(t, fault.Invalid, "neither rule nor field", w.s.Settle(bg, officer("keishin"), c.ID, "", "", "", "理由"))
		w.must(w.s.Settle(bg, officer("keishin"), c.ID, "", "e.place", "海外", "主たる活動は海外の見本市である。"))
		c = w.get(officer("keishin"), c.ID)
		_, p, err := w.s.Get(bg, officer("keishin"), c.ID)
		w.must(err)
		e, err := w.s.Evaluate(bg, c, p, "application")
		w.must(err)
		if e.Amounts["maxGrant"] != 5000000 {
			t.Errorf("maxGrant %d", e.Amounts["maxGrant"])
		}
		c = w.do(officer("keishin"), c.ID, "accept", w.checklist(c.ID))
		if got := w.get(staff(nanao), c.ID).Confirmed["e.place"]; got.Value != "海外" || got.Reason != "" || got.By != "" {
			t.Errorf("the body sees the value only: %+v", got)
		}
		w.verified()
	})
}

func TestABudgetIncreaseByTheChiefLetsADecisionPass(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.budget(ledger.KindCut, 57000000)
		c := w.proposed(nanao, grant, nil, 4000000)
		_, err := w.try(chief("keishin"), c.ID, "approve", cases.Needs{})
		wants(t, fault.Refused, "beyond the budget", err)
		if got := w.full(c.ID); got.State != "proposed" || len(got.Letters) != 2 {
			t.Errorf("after the refusal: %s %+v", got.State, got.Letters)
		}
		w.budget(ledger.KindAdd, 1000000)
		w.do(chief("keishin"), c.ID, "approve", cases.Needs{})
		if b := w.balance(grant); b.Available() != 0 || b.Total != 4000000 {
			t.Errorf("%+v", b)
		}
		if l := w.letter(c.ID, "L02"); l.Number != "自国経第1号" {
			t.Errorf("the refused decision used up a number: %s", l.Number)
		}
		w.verified()
	})
}
