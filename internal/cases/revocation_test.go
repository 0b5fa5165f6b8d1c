package cases_test

import (
	"testing"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
)

func yen(n int64) *int64 { return &n }

// notified is a case whose body was told that so much of its grant is to be revoked; the statement is due in fourteen days.
func (w *world) notified(id string, amount int64) *cases.Case {
	w.t.Helper()
	w.do(officer("keishin"), id, "propose_notice", cases.Needs{Revoked: yen(amount), ReasonClass: "目的外使用", Comment: "出展料を別の事業の経費に充てた。",
		Due: jp.AddDays(jp.Date(w.now()), 14)})
	return w.do(chief("keishin"), id, "notify_revocation", cases.Needs{})
}

// revoked is a case of which so much was revoked after the body was heard.
func (w *world) revoked(id string, amount int64) *cases.Case {
	w.t.Helper()
	w.notified(id, amount)
	w.save(staff(nanao), id, statement)
	w.do(approver(nanao), id, "state", cases.Needs{})
	w.do(officer("keishin"), id, "propose_revocation", cases.Needs{Revoked: yen(amount), ReasonClass: "目的外使用", Comment: "弁明によっても事実に争いがない。"})
	return w.do(chief("keishin"), id, "approve_revocation", cases.Needs{})
}

var statement = map[string]any{"sm.stand": "一部認める", "sm.text": "一部は誤って計上したものです。"}

func TestARevocationGivesReasonsHearsTheBodyAndIsDecidedByAnotherPerson(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.running(4000000)
		hq, day := officer("keishin"), jp.Date(w.now())
		good := cases.Needs{Revoked: yen(4000000), ReasonClass: "目的外使用", Comment: "出展料を別の事業の経費に充てた。", Due: jp.AddDays(day, 14)}
		for what, change := range map[string]func(n *cases.Needs){
			"no reason":           func(n *cases.Needs) { n.Comment = " " },
			"no class":            func(n *cases.Needs) { n.ReasonClass = "気分" },
			"too few days":        func(n *cases.Needs) { n.Due = jp.AddDays(day, 13) },
			"more than the grant": func(n *cases.Needs) { n.Revoked = yen(4000001) },
			"nothing":             func(n *cases.Needs) { n.Revoked = yen(0) },
			"no sum":              func(n *cases.Needs) { n.Revoked = nil },
		} {
			n := good
			change(&n)
			_, err := w.try(hq, c.ID, "propose_notice", n)
			wants(t, fault.Invalid, what, err)
		}
		_, err := w.try(approver(nanao), c.ID, "propose_notice", good)
		wants(t, fault.Refused, "the body itself", err)
		w.do(hq, c.ID, "propose_notice", good)
		_, err = w.try(who(hq.Person, account.RoleChief, "hq:keishin"), c.ID, "notify_revocation", cases.Needs{})
		wants(t, fault.Refused, "who drafted the notice gives it", err)
		if n := len(w.full(c.ID).Proceedings); n > 0 {
			t.Errorf("%d proceedings of a notice that is only proposed", n)
		}
		w.moveTo(jp.AddDays(day, 1) + " 10:00")
		_, err = w.try(chief("keishin"), c.ID, "notify_revocation", cases.Needs{})
		wants(t, fault.Conflict, "approved so late that the body has too few days", err)
		c = w.do(chief("keishin"), c.ID, "send_back_notice", cases.Needs{Comment: "期限を改めること。"})
		if c.State != "running" || c.Resume != "" || c.Proposal != nil {
			t.Fatalf("sent back to %s, goes on at %q, %+v", c.State, c.Resume, c.Proposal)
		}
		w.mailed(c.ID, "hq.keishin.r06@example.jp", "対応をお願いする案件があります")
		day = jp.Date(w.now())
		c = w.notified(c.ID, 4000000)
		if c.State != "hearing" || c.Due != jp.AddDays(day, 14) || c.Holder != "staff" || c.Resume != "running" {
			t.Fatalf("%s due %s held by %s, goes on at %s", c.State, c.Due, c.Holder, c.Resume)
		}
		says(t, w.letter(c.ID, "L26"), "出展料を別の事業の経費に充てた。", "助成金を他の用途に使った", "金4,000,000円", jp.Wareki(jp.AddDays(day, 14)))
		_, err = w.try(hq, c.ID, "propose_revocation", cases.Needs{Revoked: yen(4000000), ReasonClass: "目的外使用", Comment: "急ぐ。"})
		wants(t, fault.Conflict, "before the body was heard", err)
		_, err = w.try(approver(nanao), c.ID, "state", cases.Needs{})
		if _, empty := err.(*cases.Incomplete); !empty {
			t.Errorf("an empty statement: %v", err)
		}
		w.save(staff(nanao), c.ID, statement)
		c = w.do(approver(nanao), c.ID, "state", cases.Needs{})
		if p := c.Proceeding(); c.State != "heard" || p == nil || p.Answered != day {
			t.Fatalf("%s %+v", c.State, p)
		}
		w.do(hq, c.ID, "propose_revocation", cases.Needs{Revoked: yen(4000000), ReasonClass: "目的外使用", Comment: "弁明によっても事実に争いがない。"})
		_, err = w.try(who(hq.Person, account.RoleChief, "hq:keishin"), c.ID, "approve_revocation", cases.Needs{})
		wants(t, fault.Refused, "the drafter approves", err)
		c = w.do(chief("keishin"), c.ID, "approve_revocation", cases.Needs{})
		if c.State != "revoked" || !c.Ended || c.Resume != "" || c.Revoked != 4000000 || c.Award() != 0 || c.Claim() != nil {
			t.Errorf("%s ended %v, revoked %d, claim %v", c.State, c.Ended, c.Revoked, c.Claim())
		}
		says(t, w.letter(c.ID, "L07"), "金4,000,000円", "弁明によっても事実に争いがない。", "不服を申し出ることができます", jp.Wareki(jp.AddDays(day, 30)))
		if b := w.balance(grant); b.Committed != 0 || b.Released != 4000000 {
			t.Errorf("%+v", b)
		}
		w.verified()
	})
}

func TestABodyThatSaysNothingLetsTheDayOfItsStatementPass(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.notified(w.running(4000000).ID, 1000000)
		w.moveTo(c.Due + " 23:59")
		w.must(w.s.Tick(bg))
		if got := w.full(c.ID).State; got != "hearing" {
			t.Errorf("on the last day: %s", got)
		}
		w.save(staff(nanao), c.ID, statement)
		w.moveTo(jp.AddDays(c.Due, 1) + " 00:20")
		_, err := w.try(approver(nanao), c.ID, "state", cases.Needs{})
		wants(t, fault.Refused, "a day late", err)
		w.must(w.s.Tick(bg))
		c = w.full(c.ID)
		if c.State != "heard" || c.Proceeding().Answered != "" {
			t.Fatalf("%s %+v", c.State, c.Proceeding())
		}
		_, err = w.try(chief("keishin"), c.ID, "drop_revocation", cases.Needs{})
		wants(t, fault.Invalid, "without saying why", err)
		c = w.do(chief("keishin"), c.ID, "drop_revocation", cases.Needs{Comment: "事実を確認できなかった。"})
		if p := c.Proceedings[0]; c.State != "running" || c.Resume != "" || c.Proceeding() != nil || p.Outcome != "dropped" || p.Answer != "事実を確認できなかった。" {
			t.Errorf("%s %+v", c.State, p)
		}
		w.verified()
	})
}

// Part of a grant is revoked while it runs: what was paid beyond the rest is demanded back with added interest from the day it was received,
// and the case goes on where it stood; the report is settled against what is left.
func TestAPartialRevocationDemandsBackWithAddedInterestAndTheCaseGoesOn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.running(4000000)
		w.moveTo("2027-05-10 10:00")
		w.advanced(c.ID, 3200000, "2027-06-10")
		w.moveTo("2027-09-01 10:00")
		c = w.revoked(c.ID, 2000000)
		if c.State != "return_due" || c.Award() != 2000000 || c.ToReturn != 1200000 || c.Resume != "running" {
			t.Fatalf("%s, award %d, back %d, goes on at %q", c.State, c.Award(), c.ToReturn, c.Resume)
		}
		says(t, w.letter(c.ID, "L07"), "金2,000,000円", "金1,200,000円", "令和9年9月21日", "加算金")
		if b := w.balance(grant); b.Committed != 0 || b.Paid != 2000000 || b.Owed != 1200000 || b.Released != 800000 {
			t.Errorf("%+v", b)
		}
		p := w.programme(grant)
		// 10 June to 10 September, both counted: 93 days of 1,200,000 yen at 10.95 % a year.
		if _, interest := w.full(c.ID).Owed(p, "2027-09-10"); interest != 33480 {
			t.Errorf("added interest %d", interest)
		}
		w.moveTo("2027-09-10 10:00")
		c = w.do(finance, c.ID, "receive_return", cases.Needs{Received: yen(1200000), PayDate: "2027-09-10"})
		if c.State != "return_due" {
			t.Errorf("interest is still owed, yet %s", c.State)
		}
		c = w.do(finance, c.ID, "receive_return", cases.Needs{Received: yen(33480), PayDate: "2027-09-10"})
		if c.State != "running" || c.Resume != "" || c.Claim() != nil {
			t.Fatalf("%s %q %v", c.State, c.Resume, c.Claim())
		}
		w.moveTo("2028-03-10 10:00")
		c = w.fixedAt(c.ID, 7000000, nil)
		if c.State != "paid" || c.Fixed != 2000000 || c.ToPay() != 0 {
			t.Errorf("%s fixed %d", c.State, c.Fixed)
		}
		if b := w.balance(grant); b.Settled != 2000000 || b.Paid != 0 || b.Owed != 0 || b.Income != 33480 {
			t.Errorf("%+v", b)
		}
		w.verified()
	})
}

// A grant is revoked even after it was fixed and paid (17条3項 as our model), from a closed case too.
func TestAGrantIsRevokedAfterItWasFixedPaidAndClosed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.running(4000000)
		w.moveTo("2028-03-10 10:00")
		c = w.fixedAt(c.ID, 7000000, nil)
		w.save(staff(nanao), c.ID, map[string]any{"bill.amount": 3500000, "bill.date": "2028-03-12", "bank": bank})
		w.do(approver(nanao), c.ID, "bill", cases.Needs{})
		w.moveTo("2028-03-20 10:00")
		w.do(finance, c.ID, "pay", cases.Needs{PayDate: "2028-03-20"})
		w.do(officer("keishin"), c.ID, "close", cases.Needs{})
		w.moveTo("2028-08-01 10:00")
		c = w.revoked(c.ID, 500000)
		if c.State != "return_due" || c.Ended || c.Fixed != 3000000 || c.ToReturn != 500000 {
			t.Fatalf("%s fixed %d back %d", c.State, c.Fixed, c.ToReturn)
		}
		_, err := w.try(chief("keishin"), c.ID, "waive_interest", cases.Needs{Comment: "天災のため。"})
		wants(t, fault.Refused, "the sum itself has not come back", err)
		w.do(finance, c.ID, "receive_return", cases.Needs{Received: yen(500000), PayDate: "2028-08-01"})
		c = w.do(chief("keishin"), c.ID, "waive_interest", cases.Needs{Comment: "返還が速やかであったため。"})
		if c.State != "closed" || !c.Ended || c.Resume != "" {
			t.Errorf("%s, goes on at %q", c.State, c.Resume)
		}
		w.verified()
	})
}

// The list of adopted projects tells what stands: a grant that was revoked as a whole is off it even while the body returns the money or
// objects, part of one is told, and who objects to a decision that gave it something stays on it.
func TestTheListOfAdoptedProjectsTellsWhatWasRevoked(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		listed := func(id string) *cases.Adopted {
			t.Helper()
			list, _, err := w.s.Adopted(bg, grant, 0, "", false)
			w.must(err)
			number := w.full(id).Number
			for i := range list {
				if list[i].Number == number {
					return &list[i]
				}
			}
			return nil
		}
		c := w.running(4000000)
		if a := listed(c.ID); a == nil || a.Decided != 4000000 || a.Revoked != 0 {
			t.Fatalf("adopted: %+v", a)
		}
		if c = w.objected(c.ID); c.State != "objected" || listed(c.ID) == nil {
			t.Errorf("%s: an objection takes the project off the list", c.State)
		}
		c, err := w.answered(c.ID, "keep")
		w.must(err)
		w.moveTo("2027-05-10 10:00")
		w.advanced(c.ID, 3200000, "2027-06-10")
		w.moveTo("2027-09-01 10:00")
		w.notified(c.ID, 1000000)
		if a := listed(c.ID); a == nil || a.Revoked != 0 {
			t.Errorf("of an intended revocation: %+v", a)
		}
		w.save(staff(nanao), c.ID, statement)
		w.do(approver(nanao), c.ID, "state", cases.Needs{})
		w.do(officer("keishin"), c.ID, "propose_revocation", cases.Needs{Revoked: yen(1000000), ReasonClass: "目的外使用", Comment: "弁明によっても事実に争いがない。"})
		c = w.do(chief("keishin"), c.ID, "approve_revocation", cases.Needs{})
		if a := listed(c.ID); a == nil || a.Decided != 4000000 || a.Revoked != 1000000 {
			t.Errorf("revoked in part, %s: %+v", c.State, a)
		}
	})
	each(t, func(t *testing.T, w *world) {
		c := w.running(4000000)
		w.moveTo("2027-05-10 10:00")
		w.advanced(c.ID, 3200000, "2027-06-10")
		w.moveTo("2027-09-01 10:00")
		c = w.revoked(c.ID, 4000000)
		gone := func() {
			t.Helper()
			list, _, err := w.s.Adopted(bg, grant, 0, "", false)
			w.must(err)
			if len(list) > 0 {
				t.Errorf("%s: %+v", w.full(c.ID).State, list)
			}
		}
		if gone(); c.State != "return_due" {
			t.Fatalf("%s", c.State)
		}
		w.objected(c.ID)
		gone()
		c, err := w.answered(c.ID, "review")
		w.must(err)
		if list, _, _ := w.s.Adopted(bg, grant, 0, "", false); len(list) != 1 || list[0].Revoked != 0 {
			t.Errorf("the revocation was taken back, %s: %+v", c.State, list)
		}
		w.verified()
	})
}
