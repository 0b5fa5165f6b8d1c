package cases_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
)

// answer is one answer as this person reads it, as JSON.
func (w *world) answer(by account.Who, id, key string) string {
	w.t.Helper()
	c := w.get(by, id)
	b, err := json.Marshal(c.Answers()[key])
	w.must(err)
	if raw := c.Raw[key]; (raw == nil) != (c.Answers()[key] == nil) {
		w.t.Errorf("%s stored as %s, answered as %s", key, raw, b)
	}
	return string(b)
}

func (w *world) journalOf(by account.Who, id string) string {
	w.t.Helper()
	events, err := w.s.Journal(bg, by, id)
	w.must(err)
	b, err := json.Marshal(events)
	w.must(err)
	return string(b)
}

func TestAHalfMadeCorrectionIsReadByItsBodyOnly(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.forwarded(nanao, grant, map[string]any{"p.title": "元の題名"})
		w.do(officer("keishin"), c.ID, "hq_return", cases.Needs{Due: "2026-10-20", Remarks: []cases.Remark{
			{Field: "p.title", Kind: "誤り", Text: "具体的に"}, {Field: "att.plan", Kind: "不足", Text: "計画書を添えてください。"}, {Field: "p.title_en", Kind: "不足", Text: "英語名"}}})
		was := w.answer(officer("keishin"), c.ID, "p.title_en")
		paper := w.upload(staff(nanao), "計画書.pdf")
		if _, err := w.s.SaveFields(bg, staff(nanao), c.ID, map[string]form.Input{"att.plan": fileInput(paper)}, 0, nil); err != nil {
			t.Fatal(err)
		}
		w.save(staff(nanao), c.ID, map[string]any{"p.title": "書きかけの題名", "p.title_en": "Half made"})
		others := map[string]account.Who{"the branch": branch("17"), "an officer": officer("keishin"), "the chief": chief("keishin"), "the auditor": auditor}
		for name, by := range others {
			if got := w.answer(by, c.ID, "p.title"); got != `"元の題名"` {
				t.Errorf("%s reads the title %s", name, got)
			}
			if got := w.answer(by, c.ID, "p.title_en"); got != was {
				t.Errorf("%s reads the English title %s", name, got)
			}
			if got := w.answer(by, c.ID, "att.plan"); strings.Contains(got, paper.ID) {
				t.Errorf("%s reads the new paper", name)
			}
			wants(t, fault.Missing, name+" opens the new paper", w.file(by, "case:"+c.ID, "att.plan", paper.ID))
			page, err := w.s.List(bg, by, cases.Filter{Text: "書きかけ"})
			w.must(err)
			if len(page.Lines) > 0 {
				t.Errorf("%s finds it by its new title", name)
			}
			if j := w.journalOf(by, c.ID); strings.Contains(j, "書きかけ") || strings.Contains(j, paper.ID) {
				t.Errorf("%s reads the correction in the journal", name)
			}
			past, _, err := w.s.AsOf(bg, by, c.ID, w.now())
			w.must(err)
			if past.Title() != "元の題名" {
				t.Errorf("%s looks back on %s", name, past.Title())
			}
		}
		if got := w.answer(staff(nanao), c.ID, "p.title"); got != `"書きかけの題名"` {
			t.Errorf("the body reads %s", got)
		}
		w.must(w.file(approver(nanao), "case:"+c.ID, "att.plan", paper.ID))
		w.do(approver(nanao), c.ID, "resubmit", cases.Needs{Corrected: true})
		for name, by := range others {
			if got := w.answer(by, c.ID, "p.title"); got != `"書きかけの題名"` {
				t.Errorf("handed in, %s reads %s", name, got)
			}
			w.must(w.file(by, "case:"+c.ID, "att.plan", paper.ID))
			if j := w.journalOf(by, c.ID); !strings.Contains(j, "書きかけ") {
				t.Errorf("handed in, %s misses the correction in the journal", name)
			}
		}
		w.verified()
	})
}

func TestAReportOnTheWayIsReadByItsBodyOnlyAlsoWhileAChangeIsAsked(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.running(4000000)
		w.save(staff(nanao), c.ID, map[string]any{"r.lesson": "書きかけの学び"})
		hidden := func(when string) {
			t.Helper()
			for name, by := range map[string]account.Who{"the branch": branch("17"), "an officer": officer("keishin"), "finance": finance} {
				if got := w.answer(by, c.ID, "r.lesson"); got != "null" {
					t.Errorf("%s %s reads %s", when, name, got)
				}
				if strings.Contains(w.journalOf(by, c.ID), "書きかけ") {
					t.Errorf("%s %s reads it in the journal", when, name)
				}
			}
		}
		hidden("before")
		w.save(staff(nanao), c.ID, map[string]any{"ch.kind": []any{"内容"}, "ch.reason": "先方の都合", "ch.before": "二回", "ch.after": "一回"})
		w.do(approver(nanao), c.ID, "ask_change", cases.Needs{})
		if got := w.answer(officer("keishin"), c.ID, "ch.reason"); got != `"先方の都合"` {
			t.Errorf("the officer reads the change as %s", got)
		}
		hidden("while a change is asked")
		w.verified()
	})
}

func TestInABodyOfTwoStepsWhoeverCorrectsDoesNotHandItInToo(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.submitted(nanao, grant, nil)
		w.do(branch("17"), c.ID, "branch_return", cases.Needs{Due: "2026-10-20", Remarks: []cases.Remark{{Field: "p.content", Kind: "不足", Text: "補足"}}})
		w.save(approver(nanao), c.ID, map[string]any{"p.content": "決裁者が自分で直した内容"})
		_, err := w.try(approver(nanao), c.ID, "resubmit", cases.Needs{Corrected: true})
		wants(t, fault.Refused, "the approver who corrected", err)
		_, err = w.try(staff(nanao), c.ID, "resubmit", cases.Needs{Corrected: true})
		wants(t, fault.Refused, "the drafter", err)
		other := who("approver-2", account.RoleApprover, "lg:"+nanao)
		if c := w.do(other, c.ID, "resubmit", cases.Needs{Corrected: true}); c.State != "branch_check" {
			t.Errorf("%s", c.State)
		}
		one := w.submitted(kanazawa, grant, nil)
		w.do(branch("17"), one.ID, "branch_return", cases.Needs{Due: "2026-10-20", Remarks: []cases.Remark{{Field: "p.content", Kind: "不足", Text: "補足"}}})
		w.save(staff(kanazawa), one.ID, map[string]any{"p.content": "一人で直した内容"})
		if c := w.do(staff(kanazawa), one.ID, "resubmit", cases.Needs{Corrected: true}); c.State != "branch_check" {
			t.Errorf("a body of one step: %s", c.State)
		}
		w.verified()
	})
}

// Later forms of a body of two steps: the drafter fills them in and is shown who hands them in; an approver who did not write does.
func TestLaterFormsAreDraftedByOneAndHandedInByAnother(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.running(4000000)
		change := map[string]any{"ch.kind": []any{"期間"}, "ch.reason": "延期", "ch.before": "2月", "ch.after": "3月",
			"ch.period": map[string]any{"from": "2027-05-01", "to": "2028-02-28"}}
		w.save(staff(nanao), c.ID, change)
		for _, move := range []string{"ask_change!", "ask_stop!", "report!"} {
			if got := w.offered(staff(nanao), c.ID); !slices.Contains(got, move) {
				t.Errorf("the drafter is not shown %s: %v", move, got)
			}
		}
		_, err := w.try(staff(nanao), c.ID, "ask_change", cases.Needs{})
		wants(t, fault.Refused, "the drafter hands in", err)
		_, err = w.try(who("staff-2", account.RoleStaff, "lg:"+nanao), c.ID, "ask_change", cases.Needs{})
		wants(t, fault.Refused, "another drafter hands in", err)
		w.do(approver(nanao), c.ID, "ask_change", cases.Needs{})
		w.do(officer("keishin"), c.ID, "refuse_change", cases.Needs{Comment: "期間は変えられません。"})
		w.save(approver(nanao), c.ID, change)
		_, err = w.try(approver(nanao), c.ID, "ask_change", cases.Needs{})
		wants(t, fault.Refused, "the approver who wrote", err)
		w.verified()
	})
}

// offered lists the moves a person is shown; those that cannot be made now end in "!".
func (w *world) offered(by account.Who, id string) (list []string) {
	w.t.Helper()
	c, p, err := w.s.Get(bg, by, id)
	w.must(err)
	for _, m := range w.s.Moves(bg, by, c, p) {
		if m.Blocked != nil {
			m.ID += "!"
		}
		list = append(list, m.ID)
	}
	return list
}

func TestAReturnPastItsLimitIsExtendedTakenBackOrLapses(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		returned := func(title string) *cases.Case {
			c := w.submitted(nanao, grant, map[string]any{"p.title": title})
			c = w.do(branch("17"), c.ID, "branch_return", cases.Needs{Due: "2026-10-09", Remarks: []cases.Remark{{Field: "p.content", Kind: "不足", Text: "補足"}}})
			w.save(staff(nanao), c.ID, map[string]any{"p.content": "書きかけの内容"})
			return c
		}
		longer, back, over := returned("延ばす"), returned("戻す"), returned("終える")
		if got := w.offered(branch("17"), over.ID); !slices.Equal(got, []string{"extend_return", "take_back!", "lapse!"}) {
			t.Errorf("before the limit: %v", got)
		}
		_, err := w.try(branch("17"), over.ID, "lapse", cases.Needs{Comment: "補正なし"})
		wants(t, fault.Refused, "before the limit", err)
		w.moveTo("2026-10-10 00:00:01")
		if got := w.offered(branch("17"), over.ID); !slices.Equal(got, []string{"extend_return", "take_back", "lapse"}) {
			t.Errorf("after the limit: %v", got)
		}
		_, err = w.try(officer("keishin"), over.ID, "lapse", cases.Needs{Comment: "補正なし"})
		wants(t, fault.Missing, "headquarters before the branch has forwarded", err)
		for _, due := range []string{"", "2026-10-09", "来週"} {
			_, err = w.try(branch("17"), longer.ID, "extend_return", cases.Needs{Due: due, Comment: "災害対応のため"})
			wants(t, fault.Invalid, "until "+due, err)
		}
		c := w.do(branch("17"), longer.ID, "extend_return", cases.Needs{Due: "2026-10-16", Comment: "災害対応のため"})
		if c.State != "returned" || c.Due != "2026-10-16" || len(c.Returns) != 1 || c.Returns[0].Due != "2026-10-16" || c.Back != "branch_check" {
			t.Errorf("extended: %s due %s %+v", c.State, c.Due, c.Returns)
		}
		w.mailed(longer.ID, "lg."+nanao+".r03@example.jp", "補正の期限を延ばしました")
		if c := w.do(approver(nanao), longer.ID, "resubmit", cases.Needs{Corrected: true}); c.State != "branch_check" {
			t.Errorf("within the new limit: %s", c.State)
		}
		c = w.do(branch("17"), back.ID, "take_back", cases.Needs{Comment: "提出済みの内容で判断できるため"})
		if c.State != "branch_check" || c.Correction() != nil || strings.Contains(w.answer(branch("17"), back.ID, "p.content"), "書きかけ") {
			t.Errorf("taken back: %s, %s", c.State, w.answer(branch("17"), back.ID, "p.content"))
		}
		if got := w.answer(staff(nanao), back.ID, "p.content"); strings.Contains(got, "書きかけ") {
			t.Errorf("the body still has %s", got)
		}
		c = w.do(branch("17"), over.ID, "lapse", cases.Needs{Comment: "期限までに補正がなかった。"})
		if c.State != "lapsed" || !c.Ended || c.Phase != 1 {
			t.Errorf("lapsed: %s phase %d", c.State, c.Phase)
		}
		w.mailed(over.ID, "lg."+nanao+".r03@example.jp", "補正の受付を終わりました")
		for id, reason := range map[string]string{longer.ID: "災害対応のため", back.ID: "提出済みの内容で判断できるため", over.ID: "期限までに補正がなかった。"} {
			if !strings.Contains(w.journalOf(staff(nanao), id), reason) {
				t.Errorf("the body is not told %s", reason)
			}
		}
		if _, err := w.try(approver(nanao), over.ID, "resubmit", cases.Needs{Corrected: true}); err == nil {
			t.Error("a lapsed application was handed in again")
		}
		w.verified()
	})
}

func TestAReturnedReportPastItsLimitCannotLapseButGoesOn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.running(4000000)
		w.save(staff(nanao), c.ID, reported)
		w.do(approver(nanao), c.ID, "report", cases.Needs{})
		was := w.answer(officer("keishin"), c.ID, "r.lesson")
		w.do(officer("keishin"), c.ID, "return_report", cases.Needs{Due: "2026-10-20", Remarks: []cases.Remark{{Field: "r.lesson", Kind: "不足", Text: "具体的に"}}})
		w.save(staff(nanao), c.ID, map[string]any{"r.lesson": "書きかけ"})
		w.moveTo("2026-10-21 09:00")
		if got := w.offered(officer("keishin"), c.ID); !slices.Equal(got, []string{"extend_return", "take_back"}) {
			t.Errorf("offered %v", got)
		}
		if got := w.offered(branch("17"), c.ID); len(got) > 0 {
			t.Errorf("the branch is offered %v", got)
		}
		c = w.do(officer("keishin"), c.ID, "take_back", cases.Needs{Comment: "証拠書類で確認できるため"})
		if c.State != "report_in" || w.answer(officer("keishin"), c.ID, "r.lesson") != was {
			t.Errorf("%s, %s", c.State, w.answer(officer("keishin"), c.ID, "r.lesson"))
		}
		w.verified()
	})
}

// fixed is a case whose report was admitted in full and whose amount is fixed.
func (w *world) fixed(amount int64) *cases.Case {
	w.t.Helper()
	c := w.running(amount)
	w.save(staff(nanao), c.ID, reported)
	w.do(approver(nanao), c.ID, "report", cases.Needs{})
	w.do(officer("keishin"), c.ID, "check_report", cases.Needs{Comment: "所見", Admitted: []cases.Admit{{Row: 0, Amount: 7000000}, {Row: 1, Amount: 2500000}, {Row: 2, Amount: 80000}}})
	return w.do(chief("keishin"), c.ID, "fix", cases.Needs{})
}

func TestTheBillRepeatsTheFixedAmount(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.fixed(4000000)
		if got := w.answer(staff(nanao), c.ID, "bill.amount"); got != "4000000" {
			t.Errorf("the bill begins with %s", got)
		}
		w.save(staff(nanao), c.ID, map[string]any{"bill.amount": 3999999, "bill.date": "2026-10-01", "bank": bank})
		_, err := w.try(approver(nanao), c.ID, "bill", cases.Needs{})
		refusedBy(t, "one yen less", "M-G-09", err)
		if inc, ok := err.(*cases.Incomplete); ok {
			for _, r := range inc.Evaluation.Rules {
				if r.ID == "M-G-09" && !strings.Contains(r.Message.JA, "4,000,000円") {
					t.Errorf("says %s", r.Message.JA)
				}
			}
		}
		w.save(staff(nanao), c.ID, map[string]any{"bill.amount": 4000000})
		if c := w.do(approver(nanao), c.ID, "bill", cases.Needs{}); c.State != "billed" {
			t.Errorf("%s", c.State)
		}
		w.verified()
	})
}
