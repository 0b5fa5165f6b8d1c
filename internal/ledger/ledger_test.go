package ledger_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
	"kakehashi/internal/fault"
	"kakehashi/internal/ledger"
)

var (
	bg      = context.Background()
	chief   = account.Who{Person: "chief", Hat: account.Hat{Role: account.RoleChief, Body: "hq:keishin"}}
	officer = account.Who{Person: "officer", Hat: account.Hat{Role: account.RoleOfficer, Body: "hq:keishin"}}
)

// book is a budget of one programme and year.
type book struct {
	t testing.TB
	s *ledger.Store
}

func each(t *testing.T, total int64, f func(t *testing.T, b book)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := book{t, &ledger.Store{DB: d, Clock: func() time.Time { return time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC) },
			Section: func(context.Context, string) (string, error) { return "keishin", nil }}}
		b.must(b.tx(func(ctx context.Context, tx db.Q) error { return b.s.Open(ctx, tx, "grant", 2027, total) }))
		f(t, b)
	})
}

func (b book) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b book) tx(f func(ctx context.Context, tx db.Q) error) error { return b.s.DB.InTx(bg, f) }

// post books movements of a case, as its journal would.
func (b book) post(caseID string, list ...ledger.Movement) error {
	return b.tx(func(ctx context.Context, tx db.Q) error {
		var batch db.Batch
		if err := b.s.Post(ctx, tx, &batch, chief, b.s.Clock(), caseID, 1, "why", list); err != nil {
			return err
		}
		_, err := batch.Run(ctx, tx)
		return err
	})
}

func move(kind, from, to string, amount int64) ledger.Movement {
	return ledger.Movement{Fund: "grant", Year: 2027, Kind: kind, From: from, To: to, Amount: amount}
}

func (b book) commit(caseID string, amount int64) error {
	return b.post(caseID, move(ledger.KindCommit, ledger.Available, ledger.Committed, amount))
}

func (b book) release(caseID string, amount int64) error {
	return b.post(caseID, move(ledger.KindRelease, ledger.Committed, ledger.Available, amount))
}

func (b book) pay(caseID string, amount int64) error {
	return b.post(caseID, move(ledger.KindPay, ledger.Committed, ledger.Paid, amount))
}

// holds fails the test unless the balance is this and the entries agree.
func (b book) holds(total, committed, paid int64) {
	b.t.Helper()
	got, err := b.s.Balance(bg, "grant", 2027)
	b.must(err)
	if got.Total != total || got.Committed != committed || got.Paid != paid || got.Available() != total-committed-paid {
		b.t.Errorf("balance %+v, wanted %d/%d/%d", got, total, committed, paid)
	}
	differ, err := b.s.Verify(bg)
	b.must(err)
	for _, d := range differ {
		b.t.Error(d)
	}
}

func TestMoneyGoesFromAvailableToCommittedToPaid(t *testing.T) {
	each(t, 1000, func(t *testing.T, b book) {
		b.holds(1000, 0, 0)
		b.must(b.commit("a", 600))
		b.holds(1000, 600, 0)
		b.must(b.release("a", 100))
		b.holds(1000, 500, 0)
		b.must(b.pay("a", 500))
		b.holds(1000, 0, 500)
		list, err := b.s.EntriesOf(bg, "a")
		b.must(err)
		var accounts []string
		for _, e := range list {
			accounts = append(accounts, e.Credit+">"+e.Debit)
			if e.Person != chief.Person || e.Role != account.RoleChief || e.Case != "a" || e.At.IsZero() {
				t.Errorf("entry %+v", e)
			}
		}
		want := []string{"available>committed", "committed>available", "committed>paid"}
		for i := range want {
			if i >= len(accounts) || accounts[i] != want[i] {
				t.Fatalf("entries %v, wanted %v", accounts, want)
			}
		}
		if all, err := b.s.Entries(bg, "grant", 2027); err != nil || len(all) != 4 {
			t.Errorf("the budget has %d entries: %v", len(all), err)
		}
	})
}

func TestNoYenBeyondTheBudgetIsCommitted(t *testing.T) {
	each(t, 1000, func(t *testing.T, b book) {
		b.must(b.commit("a", 999))
		for _, amount := range []int64{2, 1000, 1 << 50} {
			if err := b.commit("b", amount); !fault.Is(err, fault.Refused) {
				t.Errorf("commit %d: %v", amount, err)
			}
		}
		b.must(b.commit("b", 1))
		if err := b.commit("c", 1); !fault.Is(err, fault.Refused) {
			t.Errorf("the empty budget: %v", err)
		}
		b.holds(1000, 1000, 0)
		b.must(b.pay("a", 999))
		if err := b.commit("c", 1); !fault.Is(err, fault.Refused) {
			t.Errorf("what is paid is gone: %v", err)
		}
		b.holds(1000, 1, 999)
		if err := b.post("x", ledger.Movement{Fund: "other", Year: 2027, Kind: ledger.KindCommit, From: ledger.Available, To: ledger.Committed, Amount: 1}); !fault.Is(err, fault.Refused) {
			t.Errorf("a programme without a budget: %v", err)
		}
	})
}

func TestNonsenseDoesNotMoveMoney(t *testing.T) {
	each(t, 1000, func(t *testing.T, b book) {
		b.must(b.commit("a", 300))
		for name, err := range map[string]error{"a negative commitment": b.commit("b", -5), "nothing committed": b.commit("b", 0), "more released than committed": b.release("a", 301),
			"a negative release": b.release("a", -1), "more paid than committed": b.pay("a", 301), "a negative payment": b.pay("a", -1)} {
			if err == nil {
				t.Errorf("%s was taken", name)
			}
		}
		b.holds(1000, 300, 0)
	})
}

func TestABudgetIsOpenedOnce(t *testing.T) {
	each(t, 1000, func(t *testing.T, b book) {
		b.must(b.tx(func(ctx context.Context, tx db.Q) error { return b.s.Open(ctx, tx, "grant", 2027, 5000) }))
		b.holds(1000, 0, 0)
		if got, err := b.s.Balance(bg, "none", 2027); err != nil || got.Total != 0 || got.Available() != 0 {
			t.Errorf("a budget nobody opened: %+v %v", got, err)
		}
	})
}

func TestADecisionThatFailsLeavesNoTrace(t *testing.T) {
	each(t, 1000, func(t *testing.T, b book) {
		err := b.tx(func(ctx context.Context, tx db.Q) error {
			var batch db.Batch
			if err := b.s.Post(ctx, tx, &batch, chief, b.s.Clock(), "a", 1, "", []ledger.Movement{move(ledger.KindCommit, ledger.Available, ledger.Committed, 400)}); err != nil {
				return err
			}
			if _, err := batch.Run(ctx, tx); err != nil {
				return err
			}
			return context.Canceled
		})
		if err == nil {
			t.Fatal("it went through")
		}
		b.holds(1000, 0, 0)
	})
}

func TestManyAtOnceSpendExactlyWhatThereIs(t *testing.T) {
	each(t, 1000000, func(t *testing.T, b book) {
		var passed, refused int
		var mu sync.Mutex
		var all sync.WaitGroup
		for range 100 {
			all.Go(func() {
				err := b.commit("x", 30000)
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					passed++
				case fault.Is(err, fault.Refused):
					refused++
				default:
					t.Error(err)
				}
			})
		}
		all.Wait()
		if passed != 33 || refused != 67 {
			t.Errorf("%d passed, %d refused", passed, refused)
		}
		b.holds(1000000, 990000, 0)
	})
}

func TestVerifyingFindsWhatWasChanged(t *testing.T) {
	each(t, 1000, func(t *testing.T, b book) {
		b.must(b.commit("a", 300))
		b.must(b.pay("a", 100))
		for what, sql := range map[string][2]string{
			"the total":     {`UPDATE budgets SET total = total + 1`, `UPDATE budgets SET total = total - 1`},
			"the committed": {`UPDATE budgets SET committed = committed + 1`, `UPDATE budgets SET committed = committed - 1`},
			"the reserved":  {`UPDATE budgets SET reserved = reserved + 1`, `UPDATE budgets SET reserved = reserved - 1`},
			"the call":      {`UPDATE ledger_entries SET reason = 'more' WHERE kind = 'call'`, `UPDATE ledger_entries SET reason = 'call' WHERE kind = 'call'`},
			"an account":    {`UPDATE ledger_entries SET debit = 'pocket' WHERE debit = 'paid'`, `UPDATE ledger_entries SET debit = 'paid' WHERE debit = 'pocket'`},
			"the paid":      {`UPDATE budgets SET paid = paid - 1`, `UPDATE budgets SET paid = paid + 1`},
			"an entry":      {`UPDATE ledger_entries SET amount = amount + 1 WHERE debit = 'paid'`, `UPDATE ledger_entries SET amount = amount - 1 WHERE debit = 'paid'`},
		} {
			run := func(text string) {
				b.must(b.tx(func(ctx context.Context, tx db.Q) error { _, err := tx.ExecContext(ctx, text); return err }))
			}
			run(sql[0])
			if differ, err := b.s.Verify(bg); err != nil || len(differ) == 0 {
				t.Errorf("%s: not found, %v", what, err)
			}
			run(sql[1])
		}
		b.holds(1000, 200, 100)
	})
}
