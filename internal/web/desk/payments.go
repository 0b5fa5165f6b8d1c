package desk

import (
	"strings"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/form"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/ledger"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
	"kakehashi/internal/web/record"
)

// paymentsPage is the money of one case from the application to the payment.
type paymentsPage struct {
	Books bool // the reader sees what was booked
	*face
	Ladder   []part.Fact
	Admitted []part.Row
	Fixed    []part.Sum
	Why      string
	FixTitle string
	Flags    []part.Judgement
	Bill     []part.Answer
	Entries  []part.Row
	Steps    []part.Row // advances, payments, returns
	Tax      string     // when the tax credit is to be reported
}

// payments shows asked, decided, admitted, fixed, billed and paid, and the movements of the budget the case caused.
func (p *Pages) payments(r *page.Request) (page.View, error) {
	if v, ok := committeeElsewhere(r); ok {
		return v, nil
	}
	f, err := p.face(r, "payments")
	if err != nil {
		return page.View{}, err
	}
	v := paymentsPage{face: f}
	v.ladder(r)
	v.admitted(r)
	v.steps(r)
	if by := f.Case.TaxBy(f.Programme); by != "" {
		v.Tax = r.T("money.tax.due", "day", lang.LongDay(r.Lang, by))
		if t := f.Case.Tax; t != nil {
			v.Tax = r.T("money.tax.done", "day", lang.LongDay(r.Lang, t.On), "yen", lang.Yen(r.Lang, t.Amount))
		}
	}
	if bill := f.Programme.Form("bill"); bill != nil && !f.Case.FormsIn[bill.ID].IsZero() {
		for _, sec := range bill.Sections {
			v.Bill = append(v.Bill, record.Answers(r, f.Case, f.Programme, sec, nil, nil)...)
		}
	}
	if v.Books = hq(r.Who) || r.Who.Is(account.RoleFinance); v.Books {
		if err := p.entries(r, &v); err != nil {
			return page.View{}, err
		}
	}
	return p.view(r, f, "payments", func(*face) page.View { return page.View{Body: paymentsBody(v)} })
}

// ladder is each sum with its day, as far as it is known.
func (v *paymentsPage) ladder(r *page.Request) {
	c := v.Case
	add := func(key string, n int64, reason string) {
		text := r.T("common.not_yet")
		if key == "record.fact.paid" {
			text = r.T("desk.payments.unpaid")
		}
		if n > 0 {
			text = lang.Yen(r.Lang, n)
		}
		v.Ladder = append(v.Ladder, part.Fact{Label: r.T(key), Text: text, Reason: reason})
	}
	day := func(iso string) string {
		if iso == "" {
			return ""
		}
		return lang.LongDay(r.Lang, iso)
	}
	add("record.fact.requested", c.Requested, "")
	add("record.fact.decided", c.Decided, day(c.DecidedOn))
	add("record.fact.fixed", c.Fixed, "")
	if c.ToReturn > 0 {
		add("desk.fact.to_return", c.ToReturn, "")
	}
	add("record.fact.paid", c.Paid, day(c.PaidOn))
}

// steps lists the advances, payments and returns of the case with their days.
func (v *paymentsPage) steps(r *page.Request) {
	row := func(what, day string, n int64, state, note string) {
		v.Steps = append(v.Steps, part.Row{Cells: []part.Cell{{Text: what}, {Text: lang.LongDay(r.Lang, day)}, {Text: lang.Num(n)}, {Text: state, Sub: note}}})
	}
	for _, a := range v.Case.Advances {
		row(r.T("money.advance.n", "n", a.N), a.On, a.Amount, r.T("money.advance."+a.State), a.Reason)
	}
	for _, x := range v.Case.Payments {
		row(r.T("money.payment."+x.Kind), x.On, x.Amount, r.T("money.kind.pay"), x.Reference)
	}
	for _, c := range v.Case.Claims {
		late, added := c.Interest(v.Programme, jp.Date(v.At))
		state := r.T("money.claim.due", "day", lang.LongDay(r.Lang, c.Due))
		if c.Closed {
			state = r.T("money.claim.closed")
		}
		row(r.T("money.claim."+c.Cause), c.On, c.Amount, state, r.T("money.claim.rates", "late", lang.Num(late), "added", lang.Num(added), "waived", lang.Num(c.Waived)))
		for _, x := range c.Received {
			row(r.T("money.kind.refund"), x.On, x.Amount, r.T("money.claim.split", "principal", lang.Num(x.Principal), "interest", lang.Num(x.Interest)), x.Reference)
		}
	}
}

// admitted lists what was admitted of each reported line, and how the fixed amount follows.
func (v *paymentsPage) admitted(r *page.Request) {
	rows := v.Case.Reported()
	if len(rows) == 0 || v.Case.Admitted == nil {
		return
	}
	for i, row := range rows {
		claimed, _ := form.Amount(row)
		a := cases.Admit{Amount: claimed}
		if i < len(v.Case.Admitted) {
			a = v.Case.Admitted[i]
		}
		v.Admitted = append(v.Admitted, part.Row{Cells: []part.Cell{{Text: text(row["detail"]), Sub: text(row["item"])},
			{Text: lang.Num(claimed)}, {Text: lang.Num(a.Amount)}, {Text: a.Reason}}})
	}
	s := v.Case.Settlement(v.Programme, v.Case.Admitted)
	v.Fixed, v.Why = record.Settled(r.Lang, s)
	if v.FixTitle = r.T("desk.fixing"); v.Case.Fixed > 0 {
		v.FixTitle = r.T("record.fact.fixed")
	}
}

// entries are the movements of the budget that this case caused.
func (p *Pages) entries(r *page.Request, v *paymentsPage) error {
	list, err := p.Ledger.EntriesOf(r.Context(), v.Case.ID)
	if err != nil {
		return err
	}
	for _, e := range list {
		if v.past() && e.At.After(v.At) {
			continue
		}
		v.Entries = append(v.Entries, part.Row{Cells: []part.Cell{{Text: lang.Moment(r.Lang, e.At)},
			{Text: accountWords(r, e.Credit)}, {Text: accountWords(r, e.Debit)}, {Text: lang.Num(e.Amount)}, {Text: v.entryReason(r, e)}}})
	}
	return nil
}

// entryReason is why money moved: the kind of movement, and what a person wrote or the name of the move.
func (v *paymentsPage) entryReason(r *page.Request, e ledger.Entry) string {
	why := e.Reason
	if m := v.Programme.Move(e.Reason); m != nil {
		why = m.Title.In(r.Lang)
	}
	return strings.TrimSpace(kindWords(r, e.Kind) + "　" + why)
}

// kindWords is a kind of movement in words.
func kindWords(r *page.Request, kind string) string { return r.T("money.kind." + kind) }

// accountWords is an account of the ledger in words.
func accountWords(r *page.Request, account string) string { return r.T("money.account." + account) }
