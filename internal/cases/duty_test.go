package cases_test

import (
	"testing"

	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/ledger"
)

var register = []any{
	map[string]any{"item": "展示用什器一式", "price": 800000, "got": "2027-05-20", "place": "市役所倉庫", "until": "2033-03-31"},
	map[string]any{"item": "翻訳端末", "price": 600000, "got": "2027-06-10", "place": "国際課", "until": "2031-03-31"},
}

// holding is a case that was paid and closed, whose body keeps property.
func (w *world) holding() *cases.Case {
	w.t.Helper()
	c := w.running(4000000)
	w.moveTo("2028-03-10 10:00")
	w.fixedAt(c.ID, 7000000, map[string]any{"r.assets": register})
	w.save(staff(nanao), c.ID, map[string]any{"bill.amount": 3500000, "bill.date": "2028-03-12", "bank": bank})
	w.do(approver(nanao), c.ID, "bill", cases.Needs{})
	w.moveTo("2028-03-20 10:00")
	w.do(finance, c.ID, "pay", cases.Needs{PayDate: "2028-03-20"})
	return w.do(officer("keishin"), c.ID, "close", cases.Needs{})
}

func TestPropertyIsKeptUntilItsDayAndDisposedOfWithApproval(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.holding()
		if c.State != "holding" || c.Due != "2033-03-31" || c.Holder != "staff" {
			t.Fatalf("%s due %s", c.State, c.Due)
		}
		w.moveTo("2029-06-01 10:00")
		ask := func(n int64, income int64) error {
			w.save(staff(nanao), c.ID, map[string]any{"dp.number": n, "dp.how": "譲渡", "dp.reason": "更新のため。", "dp.income": income})
			_, err := w.try(approver(nanao), c.ID, "ask_disposal", cases.Needs{})
			return err
		}
		refusedBy(t, "a line that is not there", "M-G-12", ask(3, 0))
		w.must(ask(2, 50000))
		w.do(officer("keishin"), c.ID, "propose_disposal", cases.Needs{Comment: "更新による譲渡は相当である。"})
		_, err := w.try(who(officer("keishin").Person, "R07", "hq:keishin"), c.ID, "approve_disposal", cases.Needs{})
		wants(t, fault.Refused, "the drafter approves", err)
		c = w.do(chief("keishin"), c.ID, "approve_disposal", cases.Needs{})
		if c.State != "return_due" || c.Claim() == nil || c.Claim().Amount != 50000 || c.Claim().Cause != "disposal" || len(c.Disposals) != 1 {
			t.Fatalf("%s %+v %+v", c.State, c.Claim(), c.Disposals)
		}
		says(t, w.letter(c.ID, "L30"), "翻訳端末", "令和13年3月31日", "譲渡", "金50,000円")
		if b := w.balance(grant); b.Owed != 50000 || b.Settled != 3450000 {
			t.Errorf("%+v", b)
		}
		w.do(finance, c.ID, "receive_return", cases.Needs{Received: yen(50000), PayDate: "2029-06-01"})
		if c = w.do(officer("keishin"), c.ID, "close", cases.Needs{}); c.State != "holding" || w.full(c.ID).Purses.On(ledger.Owed) != 0 {
			t.Errorf("%s", c.State)
		}
		if err := ask(2, 0); err == nil {
			w.do(officer("keishin"), c.ID, "propose_disposal", cases.Needs{Comment: "再度の申請。"})
			_, err = w.try(chief("keishin"), c.ID, "approve_disposal", cases.Needs{})
			wants(t, fault.Refused, "what is gone already", err)
			w.do(chief("keishin"), c.ID, "refuse_disposal", cases.Needs{Comment: "すでに処分されている。"})
		}
		w.moveTo("2033-03-31 23:59")
		w.must(w.s.Tick(bg))
		if got := w.full(c.ID).State; got != "holding" {
			t.Errorf("on the last day: %s", got)
		}
		w.moveTo("2033-04-01 00:20")
		w.must(w.s.Tick(bg))
		if got := w.full(c.ID).State; got != "closed" {
			t.Errorf("the day after: %s", got)
		}
		w.verified()
	})
}
