package ledger

import "slices"

// Accounts of a budget. Money enters from Outside into Available; a proposal holds it (Reserved), a decision binds it (Committed), a
// payment sends it out (Paid), the fixing of the amount makes it final (Settled), and what was paid beyond is demanded back (Owed).
// Interest that comes in stands on Income and is no part of the budget.
const (
	Outside   = "outside"
	Available = "available"
	Reserved  = "reserved"
	Committed = "committed"
	Paid      = "paid"
	Settled   = "settled"
	Owed      = "owed"
	Income    = "income"
)

// Accounts lists them in the order money takes.
func Accounts() []string {
	return []string{Outside, Available, Reserved, Committed, Paid, Settled, Owed, Income}
}

// Kinds of movements, as an auditor reads why money moved.
const (
	KindCall      = "call"      // the budget of a call
	KindAdd       = "add"       // 増額
	KindCut       = "cut"       // 減額
	KindTransfer  = "transfer"  // 流用
	KindReserve   = "reserve"   // a proposal holds the money
	KindUnreserve = "unreserve" // a proposal lets it go
	KindCommit    = "commit"    // 支出負担行為
	KindRelease   = "release"   // a commitment that is not needed
	KindPay       = "pay"
	KindSettle    = "settle"    // 精算
	KindDemand    = "demand"    // 返還請求
	KindRefund    = "refund"    // 返還の受入れ
	KindInterest  = "interest"  // 加算金・延滞金の受入れ
	KindCarryOut  = "carry_out" // 繰越
	KindCarryIn   = "carry_in"
	KindLapse     = "lapse"   // 不用額
	KindReverse   = "reverse" // a decision is taken back with what it moved
)

// Movement is one double entry: Amount yen leave From and reach To in the budget of Fund and Year.
type Movement struct {
	Fund   string `json:"fund"`
	Year   int    `json:"fiscal_year"`
	Kind   string `json:"kind"`
	From   string `json:"from"`
	To     string `json:"to"`
	Amount int64  `json:"amount"`
}

// Budget is the id of the budget the movement belongs to.
func (m Movement) Budget() string { return id(m.Fund, m.Year) }

// Purse is what one case holds of one budget: the fold of its movements, in yen.
type Purse struct {
	Fund      string `json:"fund"`
	Year      int    `json:"fiscal_year"`
	Reserved  int64  `json:"reserved,omitempty"`
	Committed int64  `json:"committed,omitempty"`
	Paid      int64  `json:"paid,omitempty"`
	Settled   int64  `json:"settled,omitempty"`
	Owed      int64  `json:"owed,omitempty"`
	Income    int64  `json:"income,omitempty"`
}

// on is the place of an account in the purse; nil for accounts that belong to the budget.
func (p *Purse) on(account string) *int64 {
	switch account {
	case Reserved:
		return &p.Reserved
	case Committed:
		return &p.Committed
	case Paid:
		return &p.Paid
	case Settled:
		return &p.Settled
	case Owed:
		return &p.Owed
	case Income:
		return &p.Income
	}
	return nil
}

// Purses are what a case holds, one purse for each budget, oldest year first. After a carry-over a case holds two.
type Purses []Purse

// With is the purses after these movements; the receiver does not change.
func (h Purses) With(list ...Movement) Purses {
	h = slices.Clone(h)
	for _, m := range list {
		i := slices.IndexFunc(h, func(p Purse) bool { return p.Fund == m.Fund && p.Year == m.Year })
		if i < 0 {
			h = append(h, Purse{Fund: m.Fund, Year: m.Year})
			slices.SortStableFunc(h, func(a, b Purse) int { return a.Year - b.Year })
			i = slices.IndexFunc(h, func(p Purse) bool { return p.Fund == m.Fund && p.Year == m.Year })
		}
		if from := h[i].on(m.From); from != nil {
			*from -= m.Amount
		}
		if to := h[i].on(m.To); to != nil {
			*to += m.Amount
		}
	}
	return h
}

// On is the balance of one account over all years.
func (h Purses) On(account string) (sum int64) {
	for i := range h {
		if n := h[i].on(account); n != nil {
			sum += *n
		}
	}
	return sum
}

// Negative reports whether an account of a purse is below nothing: what it should give is not there.
func (h Purses) Negative() bool {
	return slices.ContainsFunc(h, func(p Purse) bool {
		return min(p.Reserved, p.Committed, p.Paid, p.Settled, p.Owed, p.Income) < 0
	})
}

// take moves amount from one account to another, newest year first or oldest; what the purses do not hold is left.
func (h Purses) take(amount int64, newest bool, kind, from, to string) (list []Movement) {
	order := slices.Clone(h)
	if newest {
		slices.Reverse(order)
	}
	for _, p := range order {
		n := min(amount, *p.on(from))
		if n <= 0 {
			continue
		}
		list = append(list, Movement{p.Fund, p.Year, kind, from, to, n})
		amount -= n
	}
	return list
}

// Commit turns a reservation into a commitment of amount (支出負担行為): what was reserved beyond it goes back, what it lacks comes from
// the available budget of fund and year.
func (h Purses) Commit(fund string, year int, amount int64) []Movement {
	list := h.take(amount, true, KindCommit, Reserved, Committed)
	got := int64(0)
	for _, m := range list {
		got += m.Amount
	}
	if got < amount {
		list = append(list, Movement{fund, year, KindCommit, Available, Committed, amount - got})
	}
	return append(list, h.With(list...).Unreserve()...)
}

// Unreserve lets every reservation go.
func (h Purses) Unreserve() []Movement {
	return h.take(h.On(Reserved), true, KindUnreserve, Reserved, Available)
}

// Release gives back amount of what is committed, newest year first.
func (h Purses) Release(amount int64) []Movement {
	return h.take(amount, true, KindRelease, Committed, Available)
}

// Pay sends amount out of what is committed, oldest year first.
func (h Purses) Pay(amount int64) []Movement {
	return h.take(amount, false, KindPay, Committed, Paid)
}

// Settle makes fixed final (精算): what was paid up to it is settled, what was paid beyond it is demanded back, what is committed beyond
// it is released. What is still to be paid stays committed.
func (h Purses) Settle(fixed int64) []Movement {
	done := h.On(Settled)
	list := h.take(max(0, fixed-done), false, KindSettle, Paid, Settled)
	left := h.With(list...)
	list = append(list, left.take(left.On(Paid), true, KindDemand, Paid, Owed)...)
	left = h.With(list...)
	return append(list, left.Release(max(0, left.On(Committed)-(fixed-left.On(Settled))))...)
}

// Demand asks back amount of what is settled already (取消し、消費税).
func (h Purses) Demand(amount int64) []Movement {
	return h.take(amount, true, KindDemand, Settled, Owed)
}

// Revoke takes back amount of an award (交付決定の取消し): what is still committed is released first, then what was paid is demanded back,
// what is settled last.
func (h Purses) Revoke(amount int64) []Movement {
	list := h.Release(min(amount, h.On(Committed)))
	amount -= min(amount, h.On(Committed))
	paid := min(amount, h.On(Paid))
	list = append(list, h.take(paid, true, KindDemand, Paid, Owed)...)
	return append(list, h.take(amount-paid, true, KindDemand, Settled, Owed)...)
}

// Refund books a return of amount. closed tells whether the year of a budget is closed: then the money is no budget of that year any
// more and leaves it (歳入), else it can be used again (戻入).
func (h Purses) Refund(amount int64, closed func(fund string, year int) bool) []Movement {
	list := h.take(amount, true, KindRefund, Owed, Available)
	for i, m := range list {
		if closed(m.Fund, m.Year) {
			list[i].To = Outside
		}
	}
	return list
}

// Interest books interest received with the newest of the purses.
func (h Purses) Interest(amount int64) []Movement {
	if amount <= 0 || len(h) == 0 {
		return nil
	}
	p := h[len(h)-1]
	return []Movement{{p.Fund, p.Year, KindInterest, Outside, Income, amount}}
}

// CarryOver moves what is committed in year into the next one (繰越).
func (h Purses) CarryOver(year int) (list []Movement) {
	for _, p := range h {
		if p.Year == year && p.Committed > 0 {
			list = append(list, Movement{p.Fund, year, KindCarryOut, Committed, Outside, p.Committed},
				Movement{p.Fund, year + 1, KindCarryIn, Outside, Available, p.Committed},
				Movement{p.Fund, year + 1, KindCarryIn, Available, Committed, p.Committed})
		}
	}
	return list
}

// LetGo gives back what is reserved, and with committed also what is committed, in year.
func (h Purses) LetGo(year int, committed bool) (list []Movement) {
	for _, p := range h {
		if p.Year != year {
			continue
		}
		if p.Reserved > 0 {
			list = append(list, Movement{p.Fund, year, KindUnreserve, Reserved, Available, p.Reserved})
		}
		if committed && p.Committed > 0 {
			list = append(list, Movement{p.Fund, year, KindRelease, Committed, Available, p.Committed})
		}
	}
	return list
}
