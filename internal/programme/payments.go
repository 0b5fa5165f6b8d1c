package programme

import (
	"fmt"
	"slices"

	"kakehashi/internal/form"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/rule"
)

// Payments says how a grant is paid beside the payment after the fixing (精算払), and what follows a payment: advances (概算払), returns
// with their interest, and the report of the consumption-tax credit years later. What is not given is not offered.
type Payments struct {
	Advance   *Advance   `json:"advance,omitempty" yaml:"advance"`
	Return    *Repayment `json:"return,omitempty" yaml:"return"`
	TaxCredit *TaxCredit `json:"taxCredit,omitempty" yaml:"taxCredit"`
}

// Advance is payment before the amount is fixed (概算払): at most Instalments payments, together at most SharePercent of the amount
// decided, each a multiple of Unit yen. The body asks with Form, whose field Amount is the sum and Bank the account.
type Advance struct {
	Title        lang.Text `json:"title" yaml:"title"`
	Instalments  int       `json:"instalments" yaml:"instalments"`
	SharePercent int64     `json:"sharePercent" yaml:"sharePercent"`
	Unit         int64     `json:"unit" yaml:"unit"`
	Form         string    `json:"form" yaml:"form"`
	Amount       string    `json:"amount" yaml:"amount"`
	Reason       string    `json:"reason" yaml:"reason"`
	Bank         string    `json:"bank" yaml:"bank"`
	Basis        string    `json:"basis,omitempty" yaml:"basis"`
}

// Repayment is what holds for money demanded back (返還): due Days calendar days after the demand; Late runs from the day after it was
// due (延滞金), Added from the day the money was received, for the causes it names (加算金).
type Repayment struct {
	Days  int       `json:"days" yaml:"days"`
	Late  *Interest `json:"late,omitempty" yaml:"late"`
	Added *Interest `json:"added,omitempty" yaml:"added"`
	Basis string    `json:"basis,omitempty" yaml:"basis"`
}

// Interest is a rate with its rule of rounding. Causes are the causes of a return it runs for; all of them when none is named.
type Interest struct {
	Title    lang.Text `json:"title" yaml:"title"`
	Rate     int64     `json:"rate" yaml:"rate"`         // for ten thousand a year: 1095 is 10.95 %
	YearDays int64     `json:"yearDays" yaml:"yearDays"` // days a year counts, leap years too
	Unit     int64     `json:"unit" yaml:"unit"`         // yen the sum is cut down to
	Causes   []string  `json:"causes,omitempty" yaml:"causes"`
	Basis    string    `json:"basis" yaml:"basis"`
}

// For reports whether the interest runs for a return of this cause.
func (i *Interest) For(cause string) bool {
	return i != nil && (len(i.Causes) == 0 || slices.Contains(i.Causes, cause))
}

// TaxCredit is the report of the consumption tax the body got back on what the grant paid (仕入控除税額の報告): due on Month and Day, Years
// after the fiscal year of the grant, where When holds for the case. Form is what the body fills, its field Amount what it returns.
type TaxCredit struct {
	Title  lang.Text `json:"title" yaml:"title"`
	Years  int       `json:"years" yaml:"years"`
	Month  int       `json:"month" yaml:"month"`
	Day    int       `json:"day" yaml:"day"`
	When   string    `json:"when,omitempty" yaml:"when"`
	Form   string    `json:"form" yaml:"form"`
	Amount string    `json:"amount" yaml:"amount"`
	Basis  string    `json:"basis,omitempty" yaml:"basis"`
}

// Due is the day the report is due for a grant of a fiscal year.
func (t TaxCredit) Due(fiscalYear int) string {
	return fmt.Sprintf("%04d-%02d-%02d", fiscalYear+t.Years, t.Month, t.Day)
}

// Causes of a return.
const (
	CauseSettlement = "settlement" // an advance beyond the fixed amount
	CauseRevoked    = "revoked"    // the decision was revoked
	CauseTax        = "tax"        // consumption tax the body got back
	CauseDisposal   = "disposal"   // income of what the grant had bought
)

// payments checks the ways of payment.
func (c *compiler) payments() {
	p := c.p.Payments
	if a := p.Advance; a != nil {
		at := "payments.advance"
		c.both(at+".title", a.Title)
		c.within(at+".instalments", int64(a.Instalments), 1, 12)
		c.within(at+".sharePercent", a.SharePercent, 1, 100)
		c.within(at+".unit", a.Unit, 1, 1_000_000)
		c.payForm(at, a.Form, map[string]string{"amount": a.Amount, "reason": a.Reason, "bank": a.Bank},
			map[string]form.Kind{"amount": form.KindYen, "reason": form.KindLong, "bank": form.KindBank})
		c.basis(at, a.Basis)
	}
	if r := p.Return; r != nil {
		c.within("payments.return.days", int64(r.Days), 1, 365)
		c.basis("payments.return", r.Basis)
		c.interest("payments.return.late", r.Late)
		c.interest("payments.return.added", r.Added)
	} else if p.Advance != nil || p.TaxCredit != nil {
		c.fail("payments", say("lint.return_due"), "")
	}
	if t := p.TaxCredit; t != nil {
		at := "payments.taxCredit"
		c.both(at+".title", t.Title)
		c.within(at+".years", int64(t.Years), 1, 10)
		c.within(at+".month", int64(t.Month), 1, 12)
		if day := t.Due(2001); !jp.ValidDate(day) {
			c.fail(at+".day", say("lint.no_yearly_day", "a", fmt.Sprint(t.Month), "b", fmt.Sprint(t.Day)), "")
		}
		if t.When != "" {
			c.expr(at+".when", t.When, rule.Bool)
		}
		c.payForm(at, t.Form, map[string]string{"amount": t.Amount}, map[string]form.Kind{"amount": form.KindYen})
		c.basis(at, t.Basis)
	}
}

func (c *compiler) interest(at string, i *Interest) {
	if i == nil {
		return
	}
	c.both(at+".title", i.Title)
	c.within(at+".rate", i.Rate, 1, 10_000)
	c.within(at+".yearDays", i.YearDays, 360, 366)
	c.within(at+".unit", i.Unit, 1, 1000)
	if i.Basis == "" {
		c.fail(at, say("lint.rate_basis"), "")
	}
	c.basis(at, i.Basis)
	for _, cause := range i.Causes {
		c.oneOf(at+".causes", cause, []string{CauseSettlement, CauseRevoked, CauseTax, CauseDisposal})
	}
}

func (c *compiler) within(at string, n, least, most int64) {
	if n < least || n > most {
		c.fail(at, say("lint.not_between", "a", fmt.Sprint(n), "b", fmt.Sprint(least), "c", fmt.Sprint(most)), "")
	}
}

// payForm checks that a form and the fields that payment reads are there, and of the right kind.
func (c *compiler) payForm(at, id string, fields map[string]string, kinds map[string]form.Kind) {
	if c.p.Form(id) == nil {
		c.fail(at+".form", say("lint.no_form", "a", id), rule.Nearest(id, c.formIDs()))
		return
	}
	for _, part := range []string{"amount", "reason", "bank"} {
		key, ok := fields[part]
		if !ok {
			continue
		}
		s := c.p.spots[key]
		switch {
		case s == nil:
			c.fail(at+"."+part, say("lint.no_field", "a", key), rule.Nearest(key, c.keys()))
		case s.form != id:
			c.fail(at+"."+part, say("lint.not_in_form", "a", key, "b", id), "")
		case s.field.Kind != kinds[part]:
			c.fail(at+"."+part, say("lint.field_kind", "a", fmt.Sprint(key), "b", fmt.Sprint(kinds[part])), "")
		case part == "bank" && s.field.Visibility != "finance":
			c.fail(at+".bank", say("lint.field_finance", "a", key), "")
		}
	}
}
