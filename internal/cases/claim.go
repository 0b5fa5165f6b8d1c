package cases

import (
	"slices"

	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/ledger"
	"kakehashi/internal/programme"
)

// Claim is money demanded back from the body (返還請求): why, how much, until when, and what came in. Days are ISO days in JST.
type Claim struct {
	N         int       `json:"n"`
	Cause     string    `json:"cause"` // settlement | revoked | tax
	Amount    int64     `json:"amount"`
	On        string    `json:"on"` // day of the demand
	Due       string    `json:"due"`
	Received  []Receipt `json:"received,omitempty"`
	Origins   []Origin  `json:"origins,omitempty"`   // when the body got the money; added interest runs from there
	Waived    int64     `json:"waived,omitempty"`    // interest not collected
	Why       string    `json:"why,omitempty"`       // it was waived
	Closed    bool      `json:"closed,omitempty"`    // nothing is owed on it any more
	Withdrawn bool      `json:"withdrawn,omitempty"` // the decision it rested on was taken back
}

// Receipt is money that came back. It pays the sum demanded first, then interest.
type Receipt struct {
	On        string `json:"on"`
	Amount    int64  `json:"amount"`
	Principal int64  `json:"principal"`
	Interest  int64  `json:"interest,omitempty"`
	Reference string `json:"reference,omitempty"`
}

// Origin is a part of the sum demanded with the day the body received it: of several payments the last counts as returned first.
type Origin struct {
	On     string `json:"on"`
	Amount int64  `json:"amount"`
}

// demand makes the claim of a move: due as the definition says.
func (d *draft) demand(cause string, amount int64) *Claim {
	days := 20
	if r := d.Programme.Payments.Return; r != nil {
		days = r.Days
	}
	c := &Claim{N: len(d.Case.Claims) + 1, Cause: cause, Amount: amount, On: d.today(), Due: jp.AddDays(d.today(), days)}
	left, before := amount, int64(0)
	for _, x := range d.Case.Claims {
		if !x.Withdrawn {
			before += x.Amount // those payments were demanded back already
		}
	}
	for _, p := range slices.Backward(d.Case.Payments) {
		gone := min(before, p.Amount)
		before -= gone
		n := min(left, p.Amount-gone)
		if n > 0 {
			c.Origins = append(c.Origins, Origin{On: p.On, Amount: n})
		}
		left -= n
	}
	return c
}

// Claim is the oldest claim of the case that is not closed, or nil: what comes in is booked on it first.
func (c *Case) Claim() *Claim {
	for i := range c.Claims {
		if !c.Claims[i].Closed {
			return &c.Claims[i]
		}
	}
	return nil
}

// Principal is what of the sum demanded has not come back.
func (c *Claim) Principal() int64 {
	n := c.Amount
	for _, r := range c.Received {
		n -= r.Principal
	}
	return n
}

// paidInterest is the interest that came in.
func (c *Claim) paidInterest() (n int64) {
	for _, r := range c.Received {
		n += r.Interest
	}
	return n
}

// Interest is what runs on a claim until and with a day: late interest from the day after it was due, added interest from the day the
// body received the money, both on what had not come back (適正化法 19条 as our model).
func (c *Claim) Interest(p *programme.Programme, today string) (late, added int64) {
	r := p.Payments.Return
	if r == nil {
		return 0, 0
	}
	if r.Late.For(c.Cause) {
		late = r.Late.On(c.stretches([]Origin{{On: c.Due, Amount: c.Amount}}, today))
	}
	if r.Added.For(c.Cause) {
		parts := slices.Clone(c.Origins)
		for i := range parts {
			parts[i].On = jp.AddDays(parts[i].On, -1) // the day of receipt counts
		}
		added = r.Added.On(c.stretches(parts, today))
	}
	return late, added
}

// stretches are the times in which parts of the sum were owed, each from the day after its own. What came in pays the parts in order.
func (c *Claim) stretches(parts []Origin, today string) (list []programme.Stretch) {
	left := slices.Clone(parts)
	for _, r := range c.Received {
		pay := r.Principal
		for i, p := range left {
			if p.Amount == 0 || pay == 0 {
				continue
			}
			n := min(pay, p.Amount)
			list = append(list, programme.Stretch{Yen: n, After: p.On, Until: r.On})
			left[i].Amount -= n
			pay -= n
		}
	}
	for _, p := range left {
		list = append(list, programme.Stretch{Yen: p.Amount, After: p.On, Until: today})
	}
	return list
}

// owed is what is still owed on a claim on a day: of the sum demanded, and interest without what was paid or waived.
func (c *Claim) owed(p *programme.Programme, today string) (principal, interest int64) {
	late, added := c.Interest(p, today)
	return c.Principal(), max(0, late+added-c.paidInterest()-c.Waived)
}

// Owed is what the body still has to return on a day: of the sums demanded, and the interest on them.
func (c *Case) Owed(p *programme.Programme, today string) (principal, interest int64) {
	for i := range c.Claims {
		if c.Claims[i].Closed {
			continue
		}
		a, b := c.Claims[i].owed(p, today)
		principal, interest = principal+a, interest+b
	}
	return principal, interest
}

// refund books what came back: first of the sum demanded, then of the interest.
func (d *draft) refund(held ledger.Purses, data *Data, act Act) ([]ledger.Movement, error) {
	open := d.Case.Claim()
	if open == nil {
		return nil, fault.New(fault.Conflict, "cases.nothing_owed")
	}
	n, on := act.Needs.Received, act.Needs.PayDate
	if n == nil || *n <= 0 {
		return nil, fault.At("received", "cases.received")
	}
	if last := len(open.Received); on < open.On || last > 0 && on < open.Received[last-1].On {
		return nil, fault.At("payDate", "cases.received_before")
	}
	next := *open
	next.Received = slices.Clone(open.Received)
	r := Receipt{On: on, Amount: *n, Principal: min(*n, open.Principal()), Reference: act.Needs.Reference}
	r.Interest = *n - r.Principal
	next.Received = append(next.Received, Receipt{On: on, Amount: r.Principal, Principal: r.Principal})
	if _, interest := next.owed(d.Programme, on); r.Interest > interest {
		return nil, fault.At("received", "cases.received_most", "max", lang.Num(r.Principal+interest))
	}
	next.Received[len(next.Received)-1] = r
	_, interest := next.owed(d.Programme, on)
	next.Closed = next.Principal() == 0 && interest == 0
	data.Claim = &next
	closed := map[int]bool{}
	for _, p := range held {
		b, err := d.Ledger.In(d.ctx, d.tx, p.Fund, p.Year)
		if err != nil {
			return nil, err
		}
		closed[p.Year] = b.Closed != ""
	}
	list := held.Refund(r.Principal, func(_ string, year int) bool { return closed[year] })
	return append(list, held.Interest(r.Interest)...), nil
}

// waive lets the interest go that is owed today, with the reason the journal keeps.
func (d *draft) waive(data *Data, act Act) error {
	open := d.Case.Claim()
	if open == nil || open.Principal() > 0 {
		return fault.New(fault.Refused, "cases.waive_principal")
	}
	_, interest := open.owed(d.Programme, d.today())
	next := *open
	next.Waived, next.Why, next.Closed = next.Waived+interest, act.Needs.Comment, true
	data.Claim = &next
	return nil
}
