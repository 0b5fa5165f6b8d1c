package ledger_test

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"

	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/ledger"
)

type (
	ctx = context.Context
	q   = db.Q
)

func (b book) open(fund string, year int, total int64) {
	b.t.Helper()
	b.must(b.tx(func(ctx ctx, tx q) error { return b.s.Open(ctx, tx, fund, year, total) }))
}

func sum(list []ledger.Movement, kind string) (n int64) {
	for _, m := range list {
		if m.Kind == kind {
			n += m.Amount
		}
	}
	return n
}

func TestSettlingSplitsWhatWasPaidFromWhatIsStillDue(t *testing.T) {
	for _, x := range []struct {
		name                          string
		decided, paid, fixed          int64
		settled, owed, released, left int64
	}{
		{"nothing in advance", 4000, 0, 3000, 0, 0, 1000, 3000},
		{"an advance below the amount", 4000, 1600, 3000, 1600, 0, 1000, 1400},
		{"an advance that is the amount", 4000, 3000, 3000, 3000, 0, 1000, 0},
		{"an advance beyond the amount", 4000, 3200, 2500, 2500, 700, 800, 0},
		{"nothing is admitted", 4000, 3200, 0, 0, 3200, 800, 0},
		{"all was needed", 4000, 3200, 4000, 3200, 0, 0, 800},
	} {
		var h ledger.Purses
		h = h.With(h.Commit("grant", 2027, x.decided)...)
		h = h.With(h.Pay(x.paid)...)
		list := h.Settle(x.fixed)
		h = h.With(list...)
		if h.On(ledger.Settled) != x.settled || h.On(ledger.Owed) != x.owed || sum(list, ledger.KindRelease) != x.released || h.On(ledger.Committed) != x.left || h.On(ledger.Paid) != 0 {
			t.Errorf("%s: %+v %+v", x.name, h, list)
		}
	}
}

func TestACommitmentTakesTheReservationFirst(t *testing.T) {
	reserved := ledger.Purses{{Fund: "grant", Year: 2027, Reserved: 500}}
	for amount, want := range map[int64][2]int64{500: {0, 0}, 300: {0, 200}, 700: {200, 0}} {
		list := reserved.Commit("grant", 2027, amount)
		h := reserved.With(list...)
		fresh := int64(0)
		for _, m := range list {
			if m.From == ledger.Available {
				fresh += m.Amount
			}
		}
		if h.On(ledger.Committed) != amount || h.On(ledger.Reserved) != 0 || fresh != want[0] || sum(list, ledger.KindUnreserve) != want[1] {
			t.Errorf("commit %d: %+v", amount, list)
		}
	}
}

func TestACarriedCommitmentIsPaidFromTheYearItWentTo(t *testing.T) {
	each(t, 1000, func(t *testing.T, b book) {
		var h ledger.Purses
		book := func(list []ledger.Movement) {
			t.Helper()
			b.must(b.post("a", list...))
			h = h.With(list...)
		}
		book(h.Commit("grant", 2027, 900))
		book(h.Pay(300))
		book(h.CarryOver(2027))
		b.holds(400, 0, 300)
		if next, err := b.s.Balance(bg, "grant", 2028); err != nil || next.Total != 600 || next.Committed != 600 {
			t.Errorf("the next year: %+v %v", next, err)
		}
		book(h.Settle(800))
		if h.On(ledger.Settled) != 300 || h.On(ledger.Committed) != 500 {
			t.Errorf("settled: %+v", h)
		}
		book(h.Pay(500))
		book(h.Settle(800))
		if next, err := b.s.Balance(bg, "grant", 2028); err != nil || next.Settled != 500 || next.Available() != 100 || next.Released != 100 {
			t.Errorf("the next year at the end: %+v %v", next, err)
		}
		b.must(b.tx(func(ctx ctx, tx q) error { return b.s.Close(ctx, tx, chief, "grant", 2027, "2028-05-31", "年度末") }))
		book(h.Demand(100))
		closed := func(_ string, year int) bool { return year == 2027 }
		book(h.Refund(100, closed))
		if differ, err := b.s.Verify(bg); err != nil || len(differ) != 0 {
			t.Errorf("%v %v", differ, err)
		}
	})
}

// played is one case of the property test.
type played struct {
	mu   sync.Mutex
	h    ledger.Purses
	seen int
}

// act is what may happen to a case next, at random.
func (p *played) act(r *rand.Rand) []ledger.Movement {
	n := r.Int64N(90) + 1
	switch r.IntN(9) {
	case 0:
		return append(p.h.Unreserve(), ledger.Movement{Fund: "grant", Year: 2027, Kind: ledger.KindReserve, From: ledger.Available, To: ledger.Reserved, Amount: n})
	case 1, 2:
		return p.h.Commit("grant", 2027, n)
	case 3:
		return p.h.Release(n)
	case 4:
		return p.h.Pay(n)
	case 5:
		return p.h.Settle(p.h.On(ledger.Settled) + n)
	case 6:
		return p.h.Demand(n)
	case 7:
		return p.h.Refund(n, func(string, int) bool { return false })
	}
	return p.h.CarryOver(2027)
}

// Whatever happens in whatever order and at once: no account of any budget is ever below nothing, every budget is the sum of its
// accounts, and the books add up to what the cases hold.
func TestTheLedgerBalancesInAnyOrderOfEvents(t *testing.T) {
	each(t, 2000, func(t *testing.T, b book) {
		b.open("grant", 2028, 0)
		cases := make([]*played, 6)
		for i := range cases {
			cases[i] = &played{}
		}
		var all sync.WaitGroup
		for worker := range 4 {
			all.Go(func() {
				r := rand.New(rand.NewPCG(7, uint64(worker)))
				for range 60 {
					i := r.IntN(len(cases))
					p := cases[i]
					p.mu.Lock()
					list := p.act(r)
					if len(list) > 0 {
						err := b.post(string(rune('a'+i)), list...)
						if err == nil {
							p.h = p.h.With(list...)
							p.seen++
						} else if !fault.Is(err, fault.Refused) {
							t.Error(err)
						}
					}
					p.mu.Unlock()
				}
			})
		}
		all.Wait()
		differ, err := b.s.Verify(bg)
		b.must(err)
		for _, d := range differ {
			t.Error(d)
		}
		budgets, err := b.s.Budgets(bg, "grant")
		b.must(err)
		is, held, seen := map[string]int64{}, map[string]int64{}, 0
		for _, x := range budgets {
			for account, n := range map[string]int64{ledger.Reserved: x.Reserved, ledger.Committed: x.Committed, ledger.Paid: x.Paid, ledger.Settled: x.Settled, ledger.Owed: x.Owed} {
				is[account] += n
				if n < 0 || x.Available() < 0 {
					t.Errorf("%d: %s %d available %d", x.FiscalYear, account, n, x.Available())
				}
			}
		}
		for _, p := range cases {
			seen += p.seen
			for account := range is {
				held[account] += p.h.On(account)
			}
		}
		for account, n := range is {
			if held[account] != n {
				t.Errorf("%s: the budgets say %d, the cases %d", account, n, held[account])
			}
		}
		if seen < 50 {
			t.Errorf("only %d events passed", seen)
		}
	})
}
