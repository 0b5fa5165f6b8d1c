package cases_test

import (
	"encoding/json"
	"strings"
	"testing"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
)

var remedy = map[string]any{"rm.on": "2027-06-10", "rm.done": "看板の表示を助成事業のものに改めた。", "rm.prevent": "発注前に担当課が表示案を確認する。"}

// ordered drafts an order as an officer and gives it as the approver.
func (w *world) ordered(id, propose, order string, n cases.Needs) *cases.Case {
	w.t.Helper()
	w.do(officer("keishin"), id, propose, n)
	return w.do(chief("keishin"), id, order, cases.Needs{})
}

// A project that is not carried out as decided is halted with reasons and a day; it goes on where it stood once what was put right is
// accepted, and may be halted again when it was not enough.
func TestAHaltedProjectGoesOnAfterItIsPutRight(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.running(4000000)
		day := jp.Date(w.now())
		hq := officer("keishin")
		good := cases.Needs{ReasonClass: "条件違反", Comment: "助成を受けた事業であることを表示していない。表示を改めること。", Due: jp.AddDays(day, 14)}
		for what, change := range map[string]func(n *cases.Needs){
			"no reason":     func(n *cases.Needs) { n.Comment = "" },
			"no class":      func(n *cases.Needs) { n.ReasonClass = "気分" },
			"a day gone":    func(n *cases.Needs) { n.Due = jp.AddDays(day, -1) },
			"no day at all": func(n *cases.Needs) { n.Due = "" },
		} {
			n := good
			change(&n)
			_, err := w.try(hq, c.ID, "propose_halt", n)
			wants(t, fault.Invalid, what, err)
		}
		_, err := w.try(chief("keishin"), c.ID, "suspend", good)
		wants(t, fault.Conflict, "the approver alone", err)
		c = w.do(hq, c.ID, "propose_halt", good)
		if c.State != "halt_proposed" || c.Holder != "chief" || len(c.Proceedings) > 0 {
			t.Fatalf("proposed: %s held by %s, %+v", c.State, c.Holder, c.Proceedings)
		}
		w.outside(c.ID, "停止命令", "表示を改めること。")
		_, err = w.try(hq, c.ID, "suspend", cases.Needs{})
		wants(t, fault.Refused, "an officer alone", err)
		_, err = w.try(who(hq.Person, account.RoleChief, "hq:keishin"), c.ID, "suspend", cases.Needs{})
		wants(t, fault.Refused, "who drafted the order gives it", err)
		_, err = w.try(chief("keishin"), c.ID, "lift", cases.Needs{})
		wants(t, fault.Refused, "lifted where a halt was proposed", err)
		c = w.do(chief("keishin"), c.ID, "send_back_order", cases.Needs{Comment: "求める措置を具体的に。"})
		if c.State != "running" || c.Resume != "" || c.Proposal != nil {
			t.Fatalf("sent back to %s, goes on at %q", c.State, c.Resume)
		}
		w.do(hq, c.ID, "propose_halt", good)
		w.moveTo(jp.AddDays(good.Due, 1) + " 10:00")
		_, err = w.try(chief("keishin"), c.ID, "suspend", cases.Needs{})
		wants(t, fault.Conflict, "ordered after the day it gives", err)
		w.do(chief("keishin"), c.ID, "send_back_order", cases.Needs{Comment: "期限を改めること。"})
		day = jp.Date(w.now())
		good.Due = jp.AddDays(day, 14)
		c = w.ordered(c.ID, "propose_halt", "suspend", good)
		if p := c.Proceeding(); c.State != "suspended" || c.Due != good.Due || c.Holder != "staff" || c.Resume != "running" || p == nil || p.Kind != cases.Suspension {
			t.Fatalf("%s due %s, goes on at %s, %+v", c.State, c.Due, c.Resume, c.Proceedings)
		}
		says(t, w.letter(c.ID, "L28"), "表示を改めること。", "交付の条件に違反した", jp.Wareki(good.Due))
		_, err = w.try(approver(nanao), c.ID, "report", cases.Needs{})
		wants(t, fault.Conflict, "a report while the project is halted", err)
		_, err = w.try(approver(nanao), c.ID, "remedy", cases.Needs{})
		if _, empty := err.(*cases.Incomplete); !empty {
			t.Errorf("an empty report on what was put right: %v", err)
		}
		w.save(staff(nanao), c.ID, remedy)
		c = w.do(approver(nanao), c.ID, "remedy", cases.Needs{})
		if c.State != "remedy_in" || c.Proceeding().Answered != day {
			t.Fatalf("%s %+v", c.State, c.Proceedings)
		}
		again := good
		again.Comment, again.Due = "国内の会場の表示も改めること。", jp.AddDays(day, 21)
		c = w.ordered(c.ID, "propose_halt", "suspend", again)
		if c.State != "suspended" || c.Resume != "running" || c.Due != again.Due {
			t.Fatalf("halted again: %s, goes on at %s, due %s", c.State, c.Resume, c.Due)
		}
		_, err = w.try(hq, c.ID, "propose_lift", cases.Needs{})
		wants(t, fault.Invalid, "lifted without a reason", err)
		w.do(hq, c.ID, "propose_lift", cases.Needs{Comment: "一部の会場の表示を確認した。"})
		c = w.do(chief("keishin"), c.ID, "send_back_order", cases.Needs{Comment: "残りの会場も確かめること。"})
		if c.State != "suspended" || c.Resume != "running" || c.Due != again.Due {
			t.Fatalf("a lift sent back: %s, goes on at %q, due %s", c.State, c.Resume, c.Due)
		}
		c = w.ordered(c.ID, "propose_lift", "lift", cases.Needs{Comment: "すべての会場の表示を確認した。"})
		if c.State != "running" || c.Resume != "" || c.Proceeding() != nil || c.Proceedings[0].Outcome != "superseded" || c.Proceedings[1].Outcome != "lifted" {
			t.Errorf("%s %+v", c.State, c.Proceedings)
		}
		says(t, w.letter(c.ID, "L28b"), "すべての会場の表示を確認した。")
		w.verified()
	})
}

// After the examination the outcome is ordered to be put right: the body reports again and the examination goes on; who does not obey may
// lose the grant.
func TestAnOrderAfterTheExaminationAsksForANewReport(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.running(4000000)
		w.moveTo("2028-03-10 10:00")
		w.save(staff(nanao), c.ID, reported)
		w.do(approver(nanao), c.ID, "report", cases.Needs{})
		_, err := w.try(finance, c.ID, "propose_order", cases.Needs{ReasonClass: "条件不適合", Comment: "成果品がない。", Due: "2028-03-24"})
		if err == nil {
			t.Error("finance proposed an order")
		}
		c = w.ordered(c.ID, "propose_order", "order", cases.Needs{ReasonClass: "条件不適合", Comment: "成果品の冊子が配布されていない。配布して報告すること。", Due: "2028-03-24"})
		if c.State != "ordered" || c.Due != "2028-03-24" || c.Resume != "report_in" {
			t.Fatalf("%s due %s, goes on at %s", c.State, c.Due, c.Resume)
		}
		says(t, w.letter(c.ID, "L29"), "冊子が配布されていない", "交付の条件に適合しない", "令和10年3月24日")
		w.save(staff(nanao), c.ID, map[string]any{"r.lesson": "配布先の名簿を先に作る。"})
		c = w.do(approver(nanao), c.ID, "report_again", cases.Needs{})
		if c.State != "report_in" || c.Resume != "" || c.Proceeding() != nil || c.Proceedings[0].Outcome != "reported" || c.Answers()["r.lesson"] != "配布先の名簿を先に作る。" {
			t.Fatalf("%s %q %+v", c.State, c.Resume, c.Proceedings)
		}
		w.ordered(c.ID, "propose_order", "order", cases.Needs{ReasonClass: "条件不適合", Comment: "名簿を改めること。", Due: "2028-03-31"})
		c = w.ordered(c.ID, "propose_recall", "recall_order", cases.Needs{Comment: "名簿は提出されていた。"})
		if c.State != "report_in" || c.Resume != "" || c.Proceedings[1].Outcome != "recalled" || c.Proceedings[1].Answer != "名簿は提出されていた。" {
			t.Fatalf("taken back: %s, goes on at %q, %+v", c.State, c.Resume, c.Proceedings)
		}
		w.ordered(c.ID, "propose_order", "order", cases.Needs{ReasonClass: "決定内容不適合", Comment: "成果品が決定の内容と異なる。", Due: "2028-03-31"})
		w.moveTo("2028-04-03 10:00")
		c = w.notified(c.ID, 1000000)
		if c.State != "hearing" || c.Resume != "report_in" {
			t.Errorf("a revocation after an order that was not obeyed: %s, goes on at %s", c.State, c.Resume)
		}
		w.verified()
	})
}

// In a body of two steps the drafter asks the approvers to hand in what is finished: they are written to, the case stays where it is and
// gains no days.
func TestADrafterAsksTheApproversToHandIn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.running(4000000)
		w.moveTo("2028-03-10 10:00")
		w.save(staff(nanao), c.ID, reported)
		due := w.full(c.ID).Due
		c = w.do(staff(nanao), c.ID, "ask_handin_grant", cases.Needs{})
		if c.State != "running" || c.Due != due || c.Holder != "approver" || !c.FormsIn["report"].IsZero() {
			t.Errorf("%s, due %s, held by %s, report in %v", c.State, c.Due, c.Holder, c.FormsIn["report"])
		}
		w.mailed(c.ID, "lg."+nanao+".r04@example.jp", "書類の提出をお願いします")
		_, err := w.try(staff(nanao), c.ID, "report", cases.Needs{})
		wants(t, fault.Refused, "who filled it in hands it in", err)
		_, err = w.try(officer("keishin"), c.ID, "ask_handin_grant", cases.Needs{})
		wants(t, fault.Refused, "headquarters asks", err)
		w.do(approver(nanao), c.ID, "report", cases.Needs{})
		w.moveTo("2028-03-24 10:00")
		w.do(officer("keishin"), c.ID, "return_report", cases.Needs{Due: "2028-03-31", Remarks: []cases.Remark{{Field: "r.lesson", Kind: "不足", Text: "課題を書いてください。"}}})
		w.save(staff(nanao), c.ID, map[string]any{"r.lesson": "現地の繁忙期を避ける。"})
		w.moveTo("2028-03-27 10:00")
		c = w.do(staff(nanao), c.ID, "ask_handin", cases.Needs{})
		if c.State != "returned" || c.Due != "2028-03-31" || c.Correction() == nil || c.Holder != "approver" {
			t.Errorf("%s, due %s, held by %s", c.State, c.Due, c.Holder)
		}
		if c = w.do(approver(nanao), c.ID, "resubmit", cases.Needs{Corrected: true}); c.Holder != "officer" {
			t.Errorf("handed in, and held by %s", c.Holder)
		}
		w.verified()
	})
}

// outside looks at everything the body and its branch read of a case: none of the words is told.
func (w *world) outside(id string, words ...string) {
	w.t.Helper()
	for _, by := range []account.Who{staff(nanao), approver(nanao), branch("17")} {
		c, p, events, err := w.s.Record(bg, by, id)
		w.must(err)
		text := p.State(c.State).Title.JA + string(marshal(w.t, c))
		for _, e := range events {
			text += e.Data.Done + string(marshal(w.t, e))
		}
		for _, word := range words {
			if strings.Contains(text, word) {
				w.t.Errorf("%s reads %q while it is only proposed", by.Hat.Role, word)
			}
		}
	}
}

func marshal(t testing.TB, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
