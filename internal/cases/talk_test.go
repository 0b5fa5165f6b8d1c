package cases_test

import (
	"fmt"
	"strings"
	"testing"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
)

func TestTheBodyAndItsDesksTalkBesideTheFormalReturns(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		draft := w.filled(staff(nanao), grant, nil)
		wants(t, fault.Refused, "a draft", w.s.Say(bg, staff(nanao), draft.ID, "まだ出していません", nil, true))
		c := w.submit(draft.ID, nanao)
		before := fmt.Sprint(w.full(c.ID).Raw)
		wants(t, fault.Missing, "another body", w.s.Say(bg, staff(kanazawa), c.ID, "こんにちは", nil, true))
		wants(t, fault.Missing, "HQ before the branch forwarded", w.s.Say(bg, officer("keishin"), c.ID, "こんにちは", nil, true))
		wants(t, fault.Invalid, "nothing said", w.s.Say(bg, staff(nanao), c.ID, "  ", nil, true))
		wants(t, fault.Invalid, "too long", w.s.Say(bg, staff(nanao), c.ID, strings.Repeat("あ", 4001), nil, true))
		wants(t, fault.Invalid, "a file of another body", w.s.Say(bg, staff(nanao), c.ID, "資料", []form.File{w.upload(staff(kanazawa), "x.pdf")}, true))
		secret := "見積の取り方について教えてください"
		w.must(w.s.Say(bg, staff(nanao), c.ID, secret, []form.File{w.upload(staff(nanao), "質問.pdf")}, true))
		w.mailed(c.ID, "branch.17.r05@example.jp", "")
		for _, m := range w.mails(c.ID) {
			if strings.Contains(m, secret) {
				t.Errorf("a mail tells what was written: %s", m)
			}
		}
		talks := func(by account.Who) cases.Talking {
			t.Helper()
			list, err := w.s.Talks(bg, by, 10)
			w.must(err)
			if len(list) == 0 {
				return cases.Talking{}
			}
			return list[0]
		}
		if x := talks(branch("17")); !x.Waits || !x.Unread || x.Case != c.ID {
			t.Fatalf("the branch's home: %+v", x)
		}
		if x := talks(staff(nanao)); x.Case != "" {
			t.Errorf("the writer has nothing to do: %+v", x)
		}
		w.must(w.s.ReadTalk(bg, branch("17"), w.get(branch("17"), c.ID)))
		if x := talks(branch("17")); x.Unread || !x.Waits {
			t.Errorf("after it was opened: %+v", x)
		}
		w.must(w.s.Say(bg, branch("17"), c.ID, "3者から取ってください。", nil, false))
		if x := talks(branch("17")); x.Case != "" {
			t.Errorf("answered: %+v", x)
		}
		if x := talks(staff(nanao)); !x.Unread || x.Waits {
			t.Errorf("the body's home: %+v", x)
		}
		got := w.get(staff(nanao), c.ID)
		if len(got.Talk) != 2 || got.Talk[1].Name != "" || got.Talk[0].Name == "" {
			t.Errorf("names of other desks are told: %+v", got.Talk)
		}
		if after := fmt.Sprint(w.full(c.ID).Raw); after != before {
			t.Error("talking changed the application")
		}
		file := got.Talk[0].Files[0].ID
		w.must(w.file(branch("17"), "case:"+c.ID, "@talk", file))
		wants(t, fault.Missing, "another body's file", w.file(staff(kanazawa), "case:"+c.ID, "@talk", file))
		w.verified()
	})
}

func TestScreeningMembersAndPartnersReadNoTalk(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		run := w.running(4000000)
		w.must(w.s.Say(bg, officer("keishin"), run.ID, "振込について", nil, true))
		if got := w.get(finance, run.ID); len(got.Talk) > 0 {
			t.Error("finance reads the thread")
		}
		c := w.accepted(fuji, grant, nil)
		w.must(w.s.Assign(bg, officer("keishin"), c.ID, []account.Who{judge(1)}))
		w.must(w.s.Say(bg, officer("keishin"), c.ID, "七尾市の担当の方へ", []form.File{w.upload(officer("keishin"), "七尾市.pdf")}, true))
		got := w.get(judge(1), c.ID)
		if len(got.Talk)+len(got.Fixes)+len(got.Intakes)+len(got.Agents) > 0 {
			t.Errorf("a member reads %+v", got.Talk)
		}
		full := w.full(c.ID)
		wants(t, fault.Missing, "its file", w.file(judge(1), "case:"+c.ID, "@talk", full.Talk[0].Files[0].ID))
		wants(t, fault.Refused, "a member writes", w.s.Say(bg, judge(1), c.ID, "質問です", nil, true))
		events, err := w.s.Journal(bg, staff(fuji), c.ID)
		w.must(err)
		found := false
		for _, e := range events {
			found = found || e.Type == "message" && e.Data.Message.Name == "" && e.Name == ""
		}
		if !found {
			t.Error("the body reads the message in the journal, without the officer's name")
		}
	})
}

// fixable is a case at HQ with a correction of its title proposed.
func (w *world) fixable(code string) *cases.Case {
	w.t.Helper()
	c := w.forwarded(code, grant, nil)
	w.must(w.s.ProposeFix(bg, officer("keishin"), c.ID, map[string]form.Input{"p.title": form.Typed("直した名称")}, "誤記のため"))
	return w.get(officer("keishin"), c.ID)
}

func TestACorrectionOfAnOfficerCountsOnceTheBodyAgrees(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.fixable(nanao)
		was := c.Title()
		x := c.Fix()
		if was == "直した名称" || x == nil || x.N != 1 {
			t.Fatalf("proposed: %q %+v", was, x)
		}
		if s := w.get(staff(nanao), c.ID).FixShifts(w.programme(grant), "ja", x); len(s) != 1 || s[0].Before != was || s[0].After != "直した名称" {
			t.Errorf("before and after: %+v", s)
		}
		wants(t, fault.Conflict, "a second one", w.s.ProposeFix(bg, officer("keishin"), c.ID, map[string]form.Input{"p.title": form.Typed("別の名称")}, "誤記"))
		wants(t, fault.Missing, "another body agrees", w.s.AnswerFix(bg, approver(kanazawa), c.ID, 1, true, ""))
		wants(t, fault.Refused, "an officer agrees", w.s.AnswerFix(bg, officer("keishin"), c.ID, 1, true, ""))
		wants(t, fault.Refused, "the drafter of a body of two steps", w.s.AnswerFix(bg, staff(nanao), c.ID, 1, true, ""))
		wants(t, fault.Conflict, "another number", w.s.AnswerFix(bg, approver(nanao), c.ID, 2, true, ""))
		w.must(w.s.AnswerFix(bg, approver(nanao), c.ID, 1, true, ""))
		got := w.full(c.ID)
		if got.Title() != "直した名称" || got.Fix() != nil || got.Fixes[0].State != cases.FixAgreed || got.Evaluation == nil {
			t.Errorf("%q %+v", got.Title(), got.Fixes)
		}
		wants(t, fault.Conflict, "twice", w.s.AnswerFix(bg, approver(nanao), c.ID, 1, true, ""))
		w.mailed(c.ID, "hq.keishin.r06@example.jp", "")
		w.verified()

		w.must(w.s.ProposeFix(bg, officer("keishin"), c.ID, map[string]form.Input{"fund.requested": form.Typed("４，０００，０００円")}, "上限のため"))
		w.must(w.s.AnswerFix(bg, approver(nanao), c.ID, 2, true, ""))
		if got := w.full(c.ID); got.Requested != 4000000 || got.Evaluation.Amounts["requested"] != 0 && got.Evaluation.Amounts["requested"] != 4000000 {
			t.Errorf("judged anew: requested %d %v", got.Requested, got.Evaluation.Amounts)
		}
		w.must(w.s.ProposeFix(bg, officer("keishin"), c.ID, map[string]form.Input{"p.title": form.Typed("三つ目")}, "誤記"))
		wants(t, fault.Invalid, "refused without a reason", w.s.AnswerFix(bg, staff(nanao), c.ID, 3, false, ""))
		w.must(w.s.AnswerFix(bg, staff(nanao), c.ID, 3, false, "元のままで正しいため"))
		if got := w.full(c.ID); got.Title() != "直した名称" || got.Fixes[2].State != cases.FixRefused {
			t.Errorf("refused: %q %+v", got.Title(), got.Fixes[2])
		}
	})
}

func TestAStaleCorrectionIsVoid(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.fixable(nanao)
		w.do(officer("keishin"), c.ID, "hq_return", cases.Needs{Due: "2026-10-09", Remarks: []cases.Remark{{Field: "p.title", Kind: "誤り", Text: "名称"}}})
		wants(t, fault.Conflict, "while a return is open", w.s.AnswerFix(bg, approver(nanao), c.ID, 1, true, ""))
		got := w.full(c.ID)
		if got.Fixes[0].State != cases.FixVoid || got.Title() == "直した名称" {
			t.Errorf("%+v", got.Fixes)
		}
		wants(t, fault.Conflict, "void for good", w.s.AnswerFix(bg, approver(nanao), c.ID, 1, true, ""))
		wants(t, fault.Refused, "proposed while a return is open", w.s.ProposeFix(bg, officer("keishin"), c.ID, map[string]form.Input{"p.title": form.Typed("別")}, "誤記"))

		d := w.forwarded(fuji, grant, nil)
		me := officer("keishin")
		for field, in := range map[string]map[string]form.Input{"fields": {"p.title": form.Typed(d.Title())}, "fund.requested": {"fund.requested": form.Typed("たくさん")}} {
			err := w.s.ProposeFix(bg, me, d.ID, in, "誤記")
			if f := fault.Of(err); f == nil || f.Kind != fault.Invalid || f.Field != field {
				t.Errorf("%s: %v", field, err)
			}
		}
		wants(t, fault.Invalid, "no reason", w.s.ProposeFix(bg, me, d.ID, map[string]form.Input{"p.title": form.Typed("別")}, ""))
		wants(t, fault.Refused, "the branch after it forwarded", w.s.ProposeFix(bg, branch("22"), d.ID, map[string]form.Input{"p.title": form.Typed("別")}, "誤記"))
		w.must(w.s.ProposeFix(bg, me, d.ID, map[string]form.Input{"p.title": form.Typed("別")}, "誤記"))
		wants(t, fault.Refused, "another office", w.s.WithdrawFix(bg, branch("22"), d.ID, 1))
		w.must(w.s.WithdrawFix(bg, me, d.ID, 1))
		wants(t, fault.Conflict, "after it was withdrawn", w.s.AnswerFix(bg, approver(fuji), d.ID, 1, true, ""))
	})
}
