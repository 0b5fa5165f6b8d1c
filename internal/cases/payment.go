package cases

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/ledger"
	"kakehashi/internal/programme"
)

// Advance is one payment before the amount is fixed (概算払の1回分): asked for by the body with a reason, checked, approved by another
// person, paid. State: asked | approved | refused | paid.
type Advance struct {
	N      int    `json:"n"`
	Amount int64  `json:"amount"`
	Reason string `json:"reason"`
	On     string `json:"on"` // day it was asked for
	State  string `json:"state"`
}

// Payment is money that left the house. Kind: advance | settlement.
type Payment struct {
	Kind      string `json:"kind"`
	N         int    `json:"n"`
	Amount    int64  `json:"amount"`
	On        string `json:"on"`
	Reference string `json:"reference,omitempty"`
}

// Advance returns the advance in the making, or the one approved and not yet paid; nil when there is none.
func (c *Case) Advance() *Advance {
	if n := len(c.Advances); n > 0 && (c.Advances[n-1].State == "asked" || c.Advances[n-1].State == "approved") {
		return &c.Advances[n-1]
	}
	return nil
}

// Advanced is how many advances were paid or approved, and their sum in yen.
func (c *Case) Advanced() (n int, sum int64) {
	for _, a := range c.Advances {
		if a.State == "paid" || a.State == "approved" {
			n++
			sum += a.Amount
		}
	}
	return n, sum
}

// AdvanceLeft is how much the body may still ask for in advance: the share of the amount decided, without what was advanced, cut down to
// the unit; nothing when the instalments are used up, one is on its way, or the amount is fixed.
func (c *Case) AdvanceLeft(p *programme.Programme) int64 {
	a := p.Payments.Advance
	n, sum := c.Advanced()
	if a == nil || n >= a.Instalments || c.settled() {
		return 0
	}
	if open := c.Advance(); open != nil && open.State == "approved" {
		return 0
	}
	award := c.Award()
	left := award/100*a.SharePercent + award%100*a.SharePercent/100 - sum
	return max(0, left/a.Unit*a.Unit)
}

// settled reports whether the amount was fixed (額の確定), be it at nothing.
func (c *Case) settled() bool { return c.FixedOn != "" || c.Fixed > 0 }

// ToPay is what finance pays next, in yen: the advance that was approved, else what the fixed amount leaves.
func (c *Case) ToPay() int64 {
	if a := c.Advance(); a != nil && a.State == "approved" {
		return a.Amount
	}
	if !c.settled() {
		return 0
	}
	return max(0, c.Fixed-c.Paid)
}

// Account is where the next payment goes, as the body last gave it; false when it gave none. Finance and the body only.
func (c *Case) Account(p *programme.Programme) (form.Bank, bool) {
	key := ""
	if a := c.Advance(); a != nil && p.Payments.Advance != nil {
		key = p.Payments.Advance.Bank
	} else if f := p.Form("bill"); f != nil {
		for _, x := range p.Fields("bill") {
			if x.Kind == form.KindBank {
				key = x.Key
			}
		}
	}
	b, ok := c.Answers()[key].(form.Bank)
	return b, ok
}

// TaxBy is the day the consumption-tax credit is due to be reported, "" when the case owes no such report. It is known from the final
// report on, years ahead.
func (c *Case) TaxBy(p *programme.Programme) string {
	t := p.Payments.TaxCredit
	if t == nil || c.Award() == 0 || c.FormsIn["report"].IsZero() || c.settled() && c.Fixed == 0 {
		return ""
	}
	if ok, err := p.Guard(t.When, c.scalars(p)); err != nil || !ok { // Compile has checked the condition
		return ""
	}
	return t.Due(c.FiscalYear)
}

// scalars are the plain answers of the case as conditions see them, and who the body is.
func (c *Case) scalars(p *programme.Programme) programme.Facts {
	f := programme.Facts{"org.type": c.Org.Type, "org.code": c.Org.Code}
	for _, x := range p.AllFields() {
		switch v := c.Answers()[x.Key].(type) {
		case string, bool, int64:
			f["a."+x.Key] = v
		}
	}
	return f
}

// moneySums are the sums of payments that rules may name, on a day.
func (c *Case) moneySums(p *programme.Programme, today string) map[string]int64 {
	sums := map[string]int64{}
	for _, name := range []string{"case.toPay", "case.owed", "case.advances", "case.advanceLeft"} {
		v, _ := c.moneyFact(name, p, today)
		sums[name], _ = v.(int64)
	}
	return sums
}

// moneyFact is what guards may say about payments and returns, on a day.
func (c *Case) moneyFact(name string, p *programme.Programme, today string) (any, bool) {
	switch name {
	case "case.toPay":
		return c.ToPay(), true
	case "case.owed":
		principal, interest := c.Owed(p, today)
		return principal + interest, true
	case "case.advances":
		n, _ := c.Advanced()
		return int64(n), true
	case "case.advanceLeft":
		return c.AdvanceLeft(p), true
	case "case.taxOpen":
		return c.Tax == nil && c.TaxBy(p) != "", true
	case "case.taxBy":
		return c.TaxBy(p), true
	case "case.returnBy":
		if open := c.Claim(); open != nil {
			return open.Due, true
		}
		return "", true
	}
	return nil, false
}

// advance takes an instalment one step on.
func (d *draft) advance(effect string, data *Data) error {
	a := d.Programme.Payments.Advance
	if a == nil {
		return fault.New(fault.Refused, "cases.no_advance")
	}
	switch effect {
	case "advance.ask":
		amount, _ := d.Case.Answers()[a.Amount].(int64)
		if left := d.Case.AdvanceLeft(d.Programme); amount <= 0 || amount > left || amount%a.Unit != 0 {
			return fault.At(a.Amount, "cases.advance_most", "max", lang.Num(left), "unit", lang.Num(a.Unit))
		}
		reason, _ := d.Case.Answers()[a.Reason].(string)
		n, _ := d.Case.Advanced()
		data.Advance = &Advance{N: n + 1, Amount: amount, Reason: reason, On: day(d.now), State: "asked"}
	default:
		open := d.Case.Advance()
		if open == nil || open.State != "asked" {
			return fault.New(fault.Conflict, "cases.no_advance")
		}
		next := *open
		if next.State = "approved"; effect == "advance.refuse" {
			next.State = "refused"
		}
		data.Advance = &next
	}
	return nil
}

// billed is the day in JST on which what is to be paid was asked for: the advance, or the bill.
func (d *draft) billed() string {
	if a := d.Case.Advance(); a != nil {
		return a.On
	}
	if at, ok := d.Case.FormsIn["bill"]; ok {
		return day(at)
	}
	return ""
}

// pay books the payment that is due: an approved advance, or what the fixed amount leaves.
func (d *draft) pay(held ledger.Purses, data *Data, act Act) ([]ledger.Movement, error) {
	c := d.Case
	amount := c.ToPay()
	if amount <= 0 {
		return nil, fault.New(fault.Refused, "cases.nothing_due")
	}
	if asked := d.billed(); act.Needs.PayDate != "" && act.Needs.PayDate < asked {
		return nil, fault.At("payDate", "cases.paid_before", "day", lang.LongDay(d.who.Lang, asked))
	}
	p := Payment{Kind: "settlement", N: len(c.Payments) + 1, Amount: amount, On: act.Needs.PayDate, Reference: act.Needs.Reference}
	list := held.Pay(amount)
	if held.On(ledger.Committed) < amount { // the year was closed without this payment
		return nil, fault.New(fault.Refused, "cases.no_commitment")
	}
	if a := c.Advance(); a != nil {
		p.Kind = "advance"
		paid := *a
		paid.State = "paid"
		data.Advance = &paid
	} else {
		list = append(list, held.With(list...).Settle(c.Fixed)...)
	}
	total := c.Paid + amount
	data.Payment, data.Paid, data.PaidOn = &p, &total, p.On
	return list, nil
}

// settle fixes the amount from what was admitted: min(decided, rate × admitted, cap). What was advanced beyond it is demanded back, and
// the bill, if anything is left to pay, is answered beforehand.
func (d *draft) settle(held ledger.Purses, data *Data) ([]ledger.Movement, error) {
	c := d.Case
	rows := c.Reported()
	out := d.Programme.SettleReport(c.settlement(rows, c.Admitted))
	list := held.Settle(out.Fixed)
	back := int64(0)
	for _, m := range list {
		if m.Kind == ledger.KindDemand {
			back += m.Amount
		}
	}
	data.Fixed, data.ToReturn, data.FixedOn = &out.Fixed, &back, day(d.now)
	if back > 0 {
		data.Claim = d.demand(programme.CauseSettlement, back)
	}
	return list, d.bill(data, max(0, out.Fixed-c.Paid))
}

// bill answers beforehand what the bill must repeat: the amount that is due, and the account that is known from an advance.
func (d *draft) bill(data *Data, due int64) error {
	for _, f := range d.Programme.AllFields() {
		var b json.RawMessage
		switch f.Prefill {
		case "case.toPay":
			var err error
			if b, err = json.Marshal(due); err != nil {
				return err
			}
		case "case.bank":
			if a := d.Programme.Payments.Advance; a != nil {
				b = d.Case.Raw[a.Bank]
			}
			if d.Case.Raw[f.Key] != nil {
				b = nil
			}
		}
		if b == nil {
			continue
		}
		if data.Set == nil {
			data.Set = map[string]json.RawMessage{}
		}
		data.Set[f.Key] = b
	}
	return nil
}

// applyMoney folds what a move did to advances, payments, returns and the tax report.
func (c *Case) applyMoney(d *Data) {
	if a := d.Advance; a != nil {
		c.Advances = slices.Clone(c.Advances)
		if i := slices.IndexFunc(c.Advances, func(x Advance) bool { return x.N == a.N && x.State != "refused" }); i >= 0 {
			c.Advances[i] = *a
		} else {
			c.Advances = append(c.Advances, *a)
		}
	}
	if d.Payment != nil {
		c.Payments = append(slices.Clone(c.Payments), *d.Payment)
	}
	if d.Claim != nil {
		c.Claims = slices.Clone(c.Claims)
		if i := slices.IndexFunc(c.Claims, func(x Claim) bool { return x.N == d.Claim.N }); i >= 0 {
			c.Claims[i] = *d.Claim
		} else {
			c.Claims = append(c.Claims, *d.Claim)
		}
	}
	if d.Tax != nil {
		c.Tax = d.Tax
	}
	if c.FixedOn = cmp.Or(d.FixedOn, c.FixedOn); c.FixedOn == noDay {
		c.FixedOn = ""
	}
	c.Purses = c.Purses.With(d.Money...)
}

// Tax is the report of the consumption-tax credit as it was accepted.
type Tax struct {
	On     string `json:"on"`
	Amount int64  `json:"amount"` // to be returned
}

// tax accepts the report of the consumption-tax credit and demands back what it names.
func (d *draft) tax(held ledger.Purses, data *Data) ([]ledger.Movement, error) {
	t := d.Programme.Payments.TaxCredit
	if t == nil {
		return nil, fault.New(fault.Refused, "cases.no_tax")
	}
	amount, _ := d.Case.Answers()[t.Amount].(int64)
	if most := held.On(ledger.Settled); amount > most {
		return nil, fault.New(fault.Refused, "cases.tax_most", "max", lang.Num(most))
	}
	data.Tax = &Tax{On: day(d.now), Amount: amount}
	if amount == 0 {
		return nil, nil
	}
	data.Claim = d.demand(programme.CauseTax, amount)
	total := d.Case.ToReturn + amount
	data.ToReturn = &total
	return held.Demand(amount), nil
}

// today is the day a page or rule looks at the case.
func (d *draft) today() string { return jp.Date(d.now) }

// paymentFacts tells letters about payments and returns: the last payment, what was advanced, what is demanded back.
func (d *draft) paymentFacts(f map[string]string, c *Case) {
	yen := func(name string, n int64) {
		if n > 0 {
			f[name] = fmt.Sprint(n)
		}
	}
	if n := len(c.Payments); n > 0 {
		yen("paid_yen", c.Payments[n-1].Amount)
	}
	advanced := int64(0)
	for _, p := range c.Payments {
		if p.Kind == "advance" {
			advanced += p.Amount
		}
	}
	yen("advance_yen", advanced)
	if open := c.Claim(); open != nil {
		yen("return_yen", open.Amount)
		f["return_due"] = open.Due
	}
	if c.ToPay() > 0 {
		f["bill_due"] = jp.AddDays(day(d.now), d.Programme.Deadlines.BillDays)
	}
}

// YearEnd says what becomes of the money a case holds of a year that is closed.
type YearEnd struct {
	Year   int
	Carry  bool // what is committed goes to the next year (繰越), else it is let go (不用額)
	Reason string
}

// CloseYear carries over or lets go what the case holds of a closed year; what is only reserved is let go in any case. A case that holds
// nothing of it any more is left alone. done runs in the same transaction. Package finance calls it for an approved closing; by is who
// approved it.
func (s *Store) CloseYear(ctx context.Context, by account.Who, id string, y YearEnd, done func(ctx context.Context, tx db.Q) error) error {
	_, err := s.change(ctx, System, id, func(d *draft) error {
		d.who = by
		list := d.Case.Purses.LetGo(y.Year, !y.Carry)
		if y.Carry {
			list = append(list, d.Case.Purses.CarryOver(y.Year)...)
		}
		if len(list) > 0 {
			data := Data{Money: list, Reason: y.Reason, Key: fmt.Sprint(y.Year), Value: map[bool]string{true: "carry", false: "lapse"}[y.Carry]}
			if err := d.Ledger.Post(d.ctx, d.tx, &d.after, by, d.now, id, d.Case.Seq+1, y.Reason, list); err != nil {
				return err
			}
			if err := d.append("year_end", data); err != nil {
				return err
			}
		}
		return done(d.ctx, d.tx)
	})
	return err
}

// Bounced notes on a case that the bank refused its payment, and why; the payment stays due. Finance only.
func (s *Store) Bounced(ctx context.Context, who account.Who, id, reason string) error {
	if !who.Is(account.RoleFinance) {
		return fault.New(fault.Refused, "cases.not_yours")
	}
	_, err := s.change(ctx, who, id, func(d *draft) error { return d.append("noted", Data{Reason: reason}) })
	return err
}
