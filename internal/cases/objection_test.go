package cases_test

import (
	"testing"

	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
)

var objection = map[string]any{"ob.reason": "評価の根拠に誤りがあります。", "ob.wish": "再度の審査を求めます。"}

// objected is a case whose body objects to what it was told last.
func (w *world) objected(id string) *cases.Case {
	w.t.Helper()
	w.save(staff(nanao), id, objection)
	return w.do(approver(nanao), id, "object", cases.Needs{})
}

// answered is a case whose objection was answered by somebody who did not decide.
func (w *world) answered(id, outcome string) (*cases.Case, error) {
	w.t.Helper()
	w.do(officer("keishin"), id, "propose_"+outcome, cases.Needs{Comment: "採点の記録を確かめた。"})
	_, err := w.try(chief("keishin"), id, "approve_"+outcome, cases.Needs{})
	wants(w.t, fault.Refused, "whoever decided answers the objection", err)
	return w.try(boss(1), id, "approve_"+outcome, cases.Needs{})
}

// rejected is a case that was not adopted.
func (w *world) rejected() *cases.Case {
	w.t.Helper()
	c := w.scored(nanao, grant, nil, 2, 2, 2, 2, 2)
	w.do(officer("keishin"), c.ID, "rank", cases.Needs{})
	w.do(officer("keishin"), c.ID, "propose_reject", cases.Needs{ReasonClass: "審査", Comment: "合格線に達しませんでした。"})
	return w.do(chief("keishin"), c.ID, "approve_reject", cases.Needs{})
}

func TestAnObjectionIsAnsweredWithALetterBySomebodyWhoDidNotDecide(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.rejected()
		says(t, w.letter(c.ID, "L03"), "不服を申し出ることができます", jp.Wareki(jp.AddDays(jp.Date(w.now()), 30)))
		_, err := w.try(approver(nanao), c.ID, "object", cases.Needs{})
		if _, empty := err.(*cases.Incomplete); !empty {
			t.Errorf("without a word: %v", err)
		}
		c = w.objected(c.ID)
		if c.State != "objected" || c.Ended || c.Phase > 2 || c.Resume != "rejected" {
			t.Fatalf("%s ended %v phase %d", c.State, c.Ended, c.Phase)
		}
		if p := w.get(approver(nanao), c.ID).Proceeding(); p == nil || p.Reason != objection["ob.reason"] || p.Barred != nil {
			t.Errorf("the body reads %+v", p)
		}
		if p := w.full(c.ID).Proceeding(); len(p.Barred) != 1 || p.Barred[0] != chief("keishin").Person {
			t.Errorf("barred are %v", p.Barred)
		}
		c, err = w.answered(c.ID, "keep")
		w.must(err)
		if p := c.Proceedings[0]; c.State != "rejected" || !c.Ended || p.Outcome != "kept" || p.Answer != "採点の記録を確かめた。" {
			t.Errorf("%s %+v", c.State, p)
		}
		says(t, w.letter(c.ID, "L27"), "決定を変更しません", "採点の記録を確かめた。")
		_, err = w.try(approver(nanao), c.ID, "object", cases.Needs{})
		wants(t, fault.Refused, "a second time against the same decision", err)
		w.verified()
	})
}

func TestAnObjectionComesWithinItsTerm(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.rejected()
		last := jp.AddDays(jp.Date(w.now()), 30)
		w.save(staff(nanao), c.ID, objection)
		w.moveTo(jp.AddDays(last, 1) + " 00:00")
		_, err := w.try(approver(nanao), c.ID, "object", cases.Needs{})
		wants(t, fault.Refused, "a day late", err)
		w.moveTo(last + " 23:59")
		w.do(approver(nanao), c.ID, "object", cases.Needs{})
		w.verified()
	})
}

func TestADecisionThatIsTakenBackIsMadeAnewFromTheRightState(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c, err := w.answered(w.objected(w.rejected().ID).ID, "review")
		w.must(err)
		if c.State != "ranked" || c.Resume != "" || c.Ended {
			t.Fatalf("a rejection: %s %q", c.State, c.Resume)
		}
		says(t, w.letter(c.ID, "L27b"), "改めて手続を行います")
		w.do(officer("keishin"), c.ID, "propose_reject", cases.Needs{ReasonClass: "審査", Comment: "採点を確かめても同じでした。"})
		w.do(boss(1), c.ID, "approve_reject", cases.Needs{})
		w.verified()
	})
	each(t, func(t *testing.T, w *world) { // the grant: what it committed is held for the new proposal
		c := w.adopted(nanao, grant, nil, 3000000)
		c, err := w.answered(w.objected(c.ID).ID, "review")
		w.must(err)
		if b := w.balance(grant); c.State != "ranked" || c.Decided != 0 || b.Committed != 0 || b.Reserved != 3000000 {
			t.Fatalf("%s decided %d %+v", c.State, c.Decided, b)
		}
		w.do(officer("keishin"), c.ID, "propose", cases.Needs{Amount: yen(4000000), Comment: "見直した。"})
		c = w.do(boss(1), c.ID, "approve", cases.Needs{})
		if b := w.balance(grant); c.State != "adopted" || c.Decided != 4000000 || b.Committed != 4000000 || b.Reserved != 0 {
			t.Errorf("%s decided %d %+v", c.State, c.Decided, b)
		}
		w.verified()
	})
	each(t, func(t *testing.T, w *world) { // the fixed amount: what it demanded back is demanded no longer
		c := w.running(4000000)
		w.moveTo("2027-05-10 10:00")
		w.advanced(c.ID, 3200000, "2027-06-10")
		w.moveTo("2028-03-10 10:00")
		c = w.fixedAt(c.ID, 4400000, nil)
		if c.State != "return_due" || c.ToReturn != 1000000 {
			t.Fatalf("%s back %d", c.State, c.ToReturn)
		}
		c, err := w.answered(w.objected(c.ID).ID, "review")
		w.must(err)
		if b := w.balance(grant); c.State != "report_in" || c.FixedOn != "" || c.Fixed != 0 || c.ToReturn != 0 || c.Claim() != nil || b.Owed != 0 || b.Paid != 3200000 || b.Committed != 800000 {
			t.Fatalf("%s fixed %d on %q back %d %+v", c.State, c.Fixed, c.FixedOn, c.ToReturn, b)
		}
		w.do(officer("keishin"), c.ID, "check_report", cases.Needs{Comment: "改めて確認した。", Admitted: []cases.Admit{{Row: 0, Amount: 7000000, Reason: "証拠書類のある分"}, {Row: 1, Reason: "対象外"}, {Row: 2, Reason: "対象外"}}})
		c = w.do(boss(1), c.ID, "fix", cases.Needs{})
		if c.State != "fixed" || c.Fixed != 3500000 || c.ToPay() != 300000 || c.ToReturn != 0 {
			t.Errorf("%s fixed %d to pay %d back %d", c.State, c.Fixed, c.ToPay(), c.ToReturn)
		}
		w.verified()
	})
	each(t, func(t *testing.T, w *world) { // a revocation: the grant is again what it was
		c := w.running(4000000)
		w.moveTo("2027-05-10 10:00")
		w.advanced(c.ID, 1000000, "2027-06-10")
		c = w.revoked(c.ID, 4000000)
		if c.State != "return_due" || c.Award() != 0 {
			t.Fatalf("%s award %d", c.State, c.Award())
		}
		c, err := w.answered(w.objected(c.ID).ID, "review")
		w.must(err)
		if b := w.balance(grant); c.State != "running" || c.Award() != 4000000 || c.Claim() != nil || b.Committed != 3000000 || b.Paid != 1000000 || b.Owed != 0 {
			t.Errorf("%s award %d %+v", c.State, c.Award(), b)
		}
		w.verified()
	})
}

// Once money has come back for a decision it cannot be taken back as if nothing had happened.
func TestADecisionOnWhichMoneyCameBackIsNotTakenBack(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.running(4000000)
		w.moveTo("2027-05-10 10:00")
		w.advanced(c.ID, 3200000, "2027-06-10")
		w.moveTo("2028-03-10 10:00")
		c = w.fixedAt(c.ID, 4400000, nil)
		w.do(finance, c.ID, "receive_return", cases.Needs{Received: yen(1), PayDate: "2028-03-10"})
		_, err := w.answered(w.objected(c.ID).ID, "review")
		wants(t, fault.Refused, "taken back", err)
		if got := w.full(c.ID); got.State != "objection_proposed" || got.Fixed != 2200000 {
			t.Errorf("something of it was done: %s %d", got.State, got.Fixed)
		}
		w.do(boss(1), c.ID, "send_back_answer", cases.Needs{Comment: "決定を維持する回答にすること。"})
		c, err = w.answered(c.ID, "keep")
		w.must(err)
		if c.State != "return_due" || c.Claim() == nil {
			t.Errorf("%s %v", c.State, c.Claim())
		}
		w.verified()
	})
}
