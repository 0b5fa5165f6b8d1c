package ledger_test

import (
	"testing"

	"kakehashi/internal/account"
	"kakehashi/internal/fault"
	"kakehashi/internal/ledger"
)

var other = account.Who{Person: "chief-2", Hat: account.Hat{Role: account.RoleChief, Body: "hq:keishin"}}

func add(amount int64, reason string) ledger.Change {
	return ledger.Change{Kind: ledger.KindAdd, Fund: "grant", Year: 2027, Amount: amount, Reason: reason}
}

// changed asks for a change by the officer and books it by the chief.
func (b book) changed(c ledger.Change) error {
	b.t.Helper()
	id, err := b.s.Ask(bg, officer, c)
	b.must(err)
	_, err = b.s.Decide(bg, chief, id, true, "")
	return err
}

func TestABudgetGrowsByTwoPeopleWithAReason(t *testing.T) {
	each(t, 1000, func(t *testing.T, b book) {
		finance := account.Who{Person: "f", Hat: account.Hat{Role: account.RoleFinance, Body: "hq:somu"}}
		for name, by := range map[string]account.Who{"finance": finance, "nobody": {}} {
			if _, err := b.s.Ask(bg, by, add(100, "補正予算")); !fault.Is(err, fault.Refused) {
				t.Errorf("%s asks: %v", name, err)
			}
		}
		elsewhere, limited := chief, chief
		elsewhere.Hat.Body, limited.Hat.Programmes = "hq:koushin", "another-grant"
		for name, by := range map[string]account.Who{"the chief of another section": elsewhere, "a chief of other programmes": limited} {
			if _, err := b.s.Ask(bg, by, add(100, "補正予算")); !fault.Is(err, fault.Missing) {
				t.Errorf("%s: %v", name, err)
			}
		}
		for name, c := range map[string]ledger.Change{"no reason": add(100, "　"), "nothing": add(0, "補正"), "less": add(-100, "補正"), "beyond counting": add(1<<62, "補正"),
			"no kind":      {Kind: "gift", Fund: "grant", Year: 2027, Amount: 1, Reason: "補正"},
			"from nowhere": {Kind: ledger.KindTransfer, Fund: "grant", Year: 2027, Amount: 1, Reason: "流用"},
			"from itself":  {Kind: ledger.KindTransfer, Fund: "grant", Year: 2027, From: "grant/2027", Amount: 1, Reason: "流用"}} {
			if _, err := b.s.Ask(bg, officer, c); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		id, err := b.s.Ask(bg, chief, add(500, "補正予算による。"))
		b.must(err)
		b.holds(1000, 0, 0) // asking moves nothing
		if _, err := b.s.Decide(bg, officer, id, true, ""); !fault.Is(err, fault.Refused) {
			t.Errorf("an officer decides: %v", err)
		}
		if _, err := b.s.Decide(bg, chief, id, true, ""); !fault.Is(err, fault.Refused) {
			t.Errorf("the asker decides: %v", err)
		}
		if _, err := b.s.Decide(bg, other, id, false, ""); !fault.Is(err, fault.Invalid) {
			t.Errorf("refused without a reason: %v", err)
		}
		_, err = b.s.Decide(bg, other, id, true, "")
		b.must(err)
		b.holds(1500, 0, 0)
		if _, err := b.s.Decide(bg, other, id, true, ""); !fault.Is(err, fault.Conflict) {
			t.Errorf("decided twice: %v", err)
		}
		b.holds(1500, 0, 0)
		refused, err := b.s.Ask(bg, officer, add(10, "足りない"))
		b.must(err)
		_, err = b.s.Decide(bg, chief, refused, false, "財源がない。")
		b.must(err)
		b.holds(1500, 0, 0)
		list, err := b.s.Changes(bg, "grant", 2027)
		if err != nil || len(list) != 2 || list[0].State == list[1].State {
			t.Errorf("changes: %+v %v", list, err)
		}
		b.must(b.changed(ledger.Change{Kind: ledger.KindAdd, Fund: "fresh", Year: 2028, Amount: 700, Reason: "新設"}))
		if got, err := b.s.Balance(bg, "fresh", 2028); err != nil || got.Total != 700 {
			t.Errorf("a budget that was not there: %+v %v", got, err)
		}
	})
}

func TestATransferLeavesOneBudgetAndReachesTheOther(t *testing.T) {
	each(t, 1000, func(t *testing.T, b book) {
		b.must(b.changed(ledger.Change{Kind: ledger.KindAdd, Fund: "rich", Year: 2027, Amount: 600, Reason: "新設"}))
		move := ledger.Change{Kind: ledger.KindTransfer, Fund: "grant", Year: 2027, From: "rich/2027", Amount: 400, Reason: "不足を補う。"}
		b.must(b.changed(move))
		b.holds(1400, 0, 0)
		if got, err := b.s.Balance(bg, "rich", 2027); err != nil || got.Total != 200 {
			t.Errorf("the budget it came from: %+v %v", got, err)
		}
		if err := b.changed(move); !fault.Is(err, fault.Refused) {
			t.Errorf("more than there is: %v", err)
		}
		b.must(b.commit("a", 1400))
		if err := b.changed(ledger.Change{Kind: ledger.KindCut, Fund: "grant", Year: 2027, Amount: 1, Reason: "減額"}); !fault.Is(err, fault.Refused) {
			t.Errorf("a cut below what is committed: %v", err)
		}
		b.holds(1400, 1400, 0)
	})
}

func TestAClosedBudgetTakesNoDecision(t *testing.T) {
	each(t, 1000, func(t *testing.T, b book) {
		b.must(b.commit("a", 600))
		b.must(b.tx(func(ctx ctx, tx q) error { return b.s.Close(ctx, tx, chief, "grant", 2027, "2028-05-31", "年度末") }))
		b.holds(600, 600, 0)
		if err := b.commit("b", 1); !fault.Is(err, fault.Refused) {
			t.Errorf("a decision on a closed budget: %v", err)
		}
		if err := b.changed(add(100, "補正")); !fault.Is(err, fault.Refused) {
			t.Errorf("an increase of a closed budget: %v", err)
		}
		b.must(b.pay("a", 600)) // what was bound is still paid
		sums, err := b.s.Sums(bg, "grant", 2027)
		if err != nil || sums[ledger.KindLapse] != -400 || sums[ledger.KindCall] != 1000 {
			t.Errorf("sums %v %v", sums, err)
		}
		b.holds(600, 0, 600)
	})
}
