package cases_test

import (
	"strings"
	"testing"

	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/ledger"
)

var advanceBank = map[string]any{"code": "0144", "branch": "102", "kind": "普通", "number": "1234567", "holder_kana": "ナナオシカイケイ"}

// ask asks for a payment in advance.
func (w *world) ask(id string, amount int64) (*cases.Case, error) {
	w.t.Helper()
	w.save(staff(nanao), id, map[string]any{"adv.amount": amount, "adv.reason": "出展料の前払いが必要なため。", "adv.plan": "6月に主催者へ出展料を支払う。", "adv.bank": advanceBank})
	return w.try(approver(nanao), id, "ask_advance", cases.Needs{})
}

// advanced pays an advance on a day.
func (w *world) advanced(id string, amount int64, on string) *cases.Case {
	w.t.Helper()
	_, err := w.ask(id, amount)
	w.must(err)
	w.do(officer("keishin"), id, "propose_advance", cases.Needs{Comment: "支払の時期を確認した。"})
	w.do(chief("keishin"), id, "approve_advance", cases.Needs{})
	w.moveTo(on + " 10:00")
	return w.do(finance, id, "pay_advance", cases.Needs{PayDate: on, Reference: "A-1"})
}

// fixedAt reports and fixes with so much admitted of the first line.
func (w *world) fixedAt(id string, admitted int64, changes map[string]any) *cases.Case {
	w.t.Helper()
	answers := map[string]any{}
	for k, v := range reported {
		answers[k] = v
	}
	for k, v := range changes {
		answers[k] = v
	}
	w.save(staff(nanao), id, answers)
	w.do(approver(nanao), id, "report", cases.Needs{})
	w.do(officer("keishin"), id, "check_report", cases.Needs{Comment: "確認した。", Admitted: []cases.Admit{{Row: 0, Amount: admitted, Reason: "証拠書類のある分"},
		{Row: 1, Amount: 0, Reason: "対象外"}, {Row: 2, Amount: 0, Reason: "対象外"}}})
	return w.do(chief("keishin"), id, "fix", cases.Needs{})
}

func TestAGrantIsPaidInAdvanceTwiceAndTheRestAfterTheSettlement(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.running(4000000)
		w.moveTo("2027-05-10 10:00")
		for what, amount := range map[string]int64{"more than the share": 3201000, "no thousands": 999500, "nothing": 0} {
			if _, err := w.ask(c.ID, amount); err == nil {
				t.Errorf("%s was taken", what)
			}
		}
		if c, err := w.ask(c.ID, 1600000); err != nil || c.State != "advance_asked" || c.Advance() == nil {
			t.Fatalf("asked: %v", err)
		}
		hq := officer("keishin")
		both := who(hq.Person, "R07", "hq:keishin")
		w.do(hq, c.ID, "propose_advance", cases.Needs{Comment: "必要と認める。"})
		_, err := w.try(both, c.ID, "approve_advance", cases.Needs{})
		wants(t, fault.Refused, "the drafter approves", err)
		c = w.do(chief("keishin"), c.ID, "approve_advance", cases.Needs{})
		if c.State != "advance_due" || c.ToPay() != 1600000 || c.Holder != "finance" {
			t.Errorf("approved: %s %d %s", c.State, c.ToPay(), c.Holder)
		}
		c = w.do(finance, c.ID, "pay_advance", cases.Needs{PayDate: "2027-05-10", Reference: "A-1"})
		says(t, w.letter(c.ID, "L08"), "金1,600,000円", "請求書で指定された口座")
		if b := w.balance(grant); b.Committed != 2400000 || b.Paid != 1600000 {
			t.Errorf("after the first advance: %+v", b)
		}
		p := w.programme(grant)
		if left := w.full(c.ID).AdvanceLeft(p); left != 1600000 {
			t.Errorf("left for the second: %d", left)
		}
		c = w.advanced(c.ID, 1600000, "2027-06-10")
		if c.Paid != 3200000 || len(c.Payments) != 2 || w.full(c.ID).AdvanceLeft(p) != 0 {
			t.Errorf("after the second: %+v", c.Payments)
		}
		_, err = w.try(approver(nanao), c.ID, "ask_advance", cases.Needs{})
		if err == nil {
			t.Error("a third advance")
		}
		w.moveTo("2028-03-10 10:00")
		c = w.fixedAt(c.ID, 7000000, nil)
		if c.State != "fixed" || c.Fixed != 3500000 || c.ToPay() != 300000 || c.ToReturn != 0 {
			t.Fatalf("fixed: %s %d to pay %d", c.State, c.Fixed, c.ToPay())
		}
		says(t, w.letter(c.ID, "L05"), "金3,500,000円", "金3,200,000円")
		town := w.get(staff(nanao), c.ID)
		if town.Answers()["bill.amount"] != int64(300000) || town.Answers()["bank"] == nil {
			t.Errorf("the bill begins with %v %v", town.Answers()["bill.amount"], town.Answers()["bank"])
		}
		w.save(staff(nanao), c.ID, map[string]any{"bill.date": "2028-03-12", "bill.amount": 3500000})
		_, err = w.try(approver(nanao), c.ID, "bill", cases.Needs{})
		refusedBy(t, "the whole amount again", "M-G-09", err)
		w.save(staff(nanao), c.ID, map[string]any{"bill.amount": 300000})
		w.do(approver(nanao), c.ID, "bill", cases.Needs{})
		w.moveTo("2028-03-20 10:00")
		c = w.do(finance, c.ID, "pay", cases.Needs{PayDate: "2028-03-20", Reference: "S-1"})
		says(t, w.letter(c.ID, "L08"), "金300,000円")
		if b := w.balance(grant); c.Paid != 3500000 || b.Settled != 3500000 || b.Committed != 0 || b.Paid != 0 || b.Available() != 56500000 || b.Released != 500000 {
			t.Errorf("at the end: %d %+v", c.Paid, b)
		}
		c = w.do(officer("keishin"), c.ID, "close", cases.Needs{})
		if c.State != "closed" {
			t.Errorf("%s", c.State)
		}
		w.verified()
	})
}

func TestAnAdvanceBeyondTheFixedAmountComesBackWithInterestByDays(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.running(4000000)
		w.moveTo("2027-05-10 10:00")
		c = w.advanced(c.ID, 3200000, "2027-06-10")
		w.moveTo("2028-03-10 10:00")
		c = w.fixedAt(c.ID, 4400000, nil)
		if c.State != "return_due" || c.Fixed != 2200000 || c.ToReturn != 1000000 || c.Due != "2028-03-30" {
			t.Fatalf("fixed: %s %d back %d due %s", c.State, c.Fixed, c.ToReturn, c.Due)
		}
		says(t, w.letter(c.ID, "L07b"), "金1,000,000円", "令和10年3月30日", "金3,200,000円", "金2,200,000円")
		if b := w.balance(grant); b.Settled != 2200000 || b.Owed != 1000000 || b.Available() != 56800000 {
			t.Errorf("%+v", b)
		}
		p := w.programme(grant)
		for day, want := range map[string]int64{"2028-03-30": 0, "2028-03-31": 300, "2028-04-09": 3000} {
			if _, interest := w.full(c.ID).Owed(p, day); interest != want {
				t.Errorf("interest on %s: %d, want %d", day, interest, want)
			}
		}
		yen := func(n int64) *int64 { return &n }
		w.moveTo("2028-04-09 10:00")
		for what, n := range map[string]cases.Needs{"nothing": {PayDate: "2028-04-09", Received: yen(0)}, "more than is owed": {PayDate: "2028-04-09", Received: yen(1003001)},
			"before the demand": {PayDate: "2028-03-09", Received: yen(1)}, "tomorrow": {PayDate: "2028-04-10", Received: yen(1)}, "no sum": {PayDate: "2028-04-09"}} {
			_, err := w.try(finance, c.ID, "receive_return", n)
			wants(t, fault.Invalid, what, err)
		}
		_, err := w.try(chief("keishin"), c.ID, "waive_interest", cases.Needs{Comment: "免除"})
		wants(t, fault.Refused, "waived before the sum is back", err)
		c = w.do(finance, c.ID, "receive_return", cases.Needs{PayDate: "2028-04-09", Received: yen(600000), Reference: "R-1"})
		if principal, interest := w.full(c.ID).Owed(p, "2028-04-19"); c.State != "return_due" || principal != 400000 || interest != 3000+1200 {
			t.Errorf("after the first part: %s %d %d", c.State, principal, interest)
		}
		w.moveTo("2028-04-19 10:00")
		c = w.do(finance, c.ID, "receive_return", cases.Needs{PayDate: "2028-04-19", Received: yen(402000), Reference: "R-2"})
		if principal, interest := w.full(c.ID).Owed(p, "2028-12-31"); c.State != "return_due" || principal != 0 || interest != 2200 {
			t.Errorf("after the sum: %s %d %d", c.State, principal, interest)
		}
		w.verified()
		c = w.do(finance, c.ID, "receive_return", cases.Needs{PayDate: "2028-04-19", Received: yen(2200)})
		if c.State != "paid" {
			t.Errorf("after the interest: %s", c.State)
		}
		if b := w.balance(grant); b.Owed != 0 || b.Settled != 2200000 || b.Income != 4200 || b.Available() != 57800000 {
			t.Errorf("%+v", b)
		}
		w.do(officer("keishin"), c.ID, "close", cases.Needs{})
		w.verified()
		var kinds []string
		list, err := w.s.Ledger.EntriesOf(bg, c.ID)
		w.must(err)
		for _, e := range list {
			kinds = append(kinds, e.Kind)
		}
		if got := strings.Join(kinds, " "); got != "reserve commit pay settle demand release refund refund interest interest" {
			t.Errorf("entries: %s", got)
		}
	})
}

func TestAStopAfterAnAdvanceIsSettled(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.running(4000000)
		w.moveTo("2027-05-10 10:00")
		c = w.advanced(c.ID, 1000000, "2027-06-10")
		w.save(staff(nanao), c.ID, map[string]any{"st.date": "2027-07-01", "st.reason": "相手先の都合による。", "st.costs": 400000})
		w.do(approver(nanao), c.ID, "ask_stop", cases.Needs{})
		_, err := w.try(chief("keishin"), c.ID, "approve_stop", cases.Needs{})
		wants(t, fault.Refused, "a stop that forgets the advance", err)
		c = w.do(chief("keishin"), c.ID, "approve_stop_settle", cases.Needs{})
		if c.State != "report_due" {
			t.Fatalf("%s", c.State)
		}
		c = w.fixedAt(c.ID, 800000, nil)
		if c.State != "return_due" || c.ToReturn != 600000 {
			t.Errorf("%s %d", c.State, c.ToReturn)
		}
		w.verified()
	})
}

func TestTheTaxCreditIsATaskYearsAheadAndLeadsToAReturn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.running(4000000)
		w.moveTo("2028-03-10 10:00")
		c = w.fixedAt(c.ID, 7000000, map[string]any{"r.tax": "未確定"})
		p := w.programme(grant)
		if by := w.full(c.ID).TaxBy(p); by != "2029-06-30" {
			t.Errorf("due %q", by)
		}
		w.save(staff(nanao), c.ID, map[string]any{"bill.date": "2028-03-12", "bank": bank})
		w.do(approver(nanao), c.ID, "bill", cases.Needs{})
		w.moveTo("2028-03-20 10:00")
		w.do(finance, c.ID, "pay", cases.Needs{PayDate: "2028-03-20"})
		c = w.do(officer("keishin"), c.ID, "close", cases.Needs{})
		if c.State != "tax_due" || c.Due != "2029-06-30" || c.Holder != "staff" || c.Ended {
			t.Fatalf("%s due %s", c.State, c.Due)
		}
		// The person in charge moves on in April; the task stays with the body and reaches the one who comes after.
		w.moveTo("2029-04-01 09:00")
		next := who("staff-next", "R03", "lg:"+nanao)
		found, err := w.s.List(bg, next, cases.Filter{Open: true, Holders: []string{"staff"}, Limit: 10})
		w.must(err)
		if len(found.Lines) != 1 || found.Lines[0].ID != c.ID || found.Lines[0].Due != "2029-06-30" {
			t.Errorf("the next person sees %+v", found.Lines)
		}
		w.moveTo("2029-06-16 09:00")
		w.must(w.s.Remind(bg))
		w.mailed(c.ID, "lg."+nanao+".r03@example.jp", "")
		w.moveTo("2029-06-20 09:00")
		w.save(next, c.ID, map[string]any{"tx.date": "2029-05-31", "tx.amount": 3600000, "tx.basis": "課税売上割合により計算した。"})
		w.do(approver(nanao), c.ID, "report_tax", cases.Needs{})
		w.do(officer("keishin"), c.ID, "check_tax", cases.Needs{Comment: "確認した。"})
		_, err = w.try(chief("keishin"), c.ID, "accept_tax", cases.Needs{})
		wants(t, fault.Refused, "more than the grant", err)
		w.do(chief("keishin"), c.ID, "send_back_tax", cases.Needs{Comment: "額が助成金を超える。"})
		w.do(officer("keishin"), c.ID, "return_tax", cases.Needs{Comment: "額を確かめてください。"})
		w.save(next, c.ID, map[string]any{"tx.amount": 90000})
		w.do(approver(nanao), c.ID, "report_tax", cases.Needs{})
		w.do(officer("keishin"), c.ID, "check_tax", cases.Needs{Comment: "確認した。"})
		c = w.do(chief("keishin"), c.ID, "accept_tax", cases.Needs{})
		if c.State != "return_due" || c.Due != "2029-07-10" || c.ToReturn != 90000 {
			t.Fatalf("%s due %s back %d", c.State, c.Due, c.ToReturn)
		}
		says(t, w.letter(c.ID, "L07c"), "金90,000円", "令和11年7月10日")
		n := int64(90000)
		w.moveTo("2029-07-01 09:00")
		w.do(finance, c.ID, "receive_return", cases.Needs{PayDate: "2029-07-01", Received: &n})
		c = w.do(officer("keishin"), c.ID, "close", cases.Needs{})
		if c.State != "closed" || !c.Ended {
			t.Errorf("%s", c.State)
		}
		if w.full(c.ID).Purses.On(ledger.Settled) != 3500000-90000 {
			t.Errorf("%+v", c.Purses)
		}
		w.verified()
	})
}
