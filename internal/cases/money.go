package cases

import (
	"cmp"
	"encoding/json"
	"fmt"

	"kakehashi/internal/form"
	"kakehashi/internal/ledger"
)

// money works out what an effect of a move does to the budget. Every yen of a case moves by an event of its journal, and the ledger's
// entries repeat it.
func (d *draft) money(effect string, data *Data, act Act) error {
	c := d.Case
	held := c.Purses.With(data.Money...)
	var list []ledger.Movement
	switch effect {
	case "reserve":
		var err error
		if list, err = d.reserve(held, act); err != nil {
			return err
		}
	case "commit":
		list = held.Commit(c.Fund(), c.FiscalYear, c.Proposal.Amount)
	case "release":
		list = append(held.Release(held.On(ledger.Committed)), held.Unreserve()...)
	case "settle":
		fixed, err := d.settle(data)
		if err != nil {
			return err
		}
		list = held.Settle(fixed)
	case "pay":
		amount := c.Fixed
		data.Paid, data.PaidOn = &amount, act.Needs.PayDate
		list = held.Pay(amount)
		list = append(list, held.With(list...).Settle(c.Fixed)...)
	}
	data.Money = append(data.Money, list...)
	return nil
}

// reserve holds what is proposed as long as the budget has it: what was held before goes back first. A proposal beyond the budget holds
// nothing; it can be decided only once the budget is increased (J03.3).
func (d *draft) reserve(held ledger.Purses, act Act) ([]ledger.Movement, error) {
	list := held.Unreserve()
	if act.Needs.Amount == nil {
		return list, nil
	}
	b, err := d.Ledger.In(d.ctx, d.tx, d.Case.Fund(), d.Case.FiscalYear)
	if err != nil {
		return nil, err
	}
	if n := *act.Needs.Amount; b.Closed == "" && n <= b.Available()+held.On(ledger.Reserved) {
		list = append(list, ledger.Movement{Fund: d.Case.Fund(), Year: d.Case.FiscalYear, Kind: ledger.KindReserve, From: ledger.Available,
			To: ledger.Reserved, Amount: n})
	}
	return list, nil
}

// book posts what the move did to the budgets. A case that ends holds no reservation any more, whatever led to its end.
func (d *draft) book(data *Data) error {
	if data.Ended {
		data.Money = append(data.Money, d.Case.Purses.With(data.Money...).Unreserve()...)
	}
	if len(data.Money) == 0 {
		return nil
	}
	reason := ""
	if data.Needs != nil {
		reason = cmp.Or(data.Needs.Comment, data.Needs.Reference)
	}
	if err := d.Ledger.Post(d.ctx, d.tx, &d.after, d.who, d.now, d.Case.ID, d.Case.Seq+1, cmp.Or(reason, data.Move), data.Money); err != nil {
		return fmt.Errorf("case %s: %w", d.Case.ID, err)
	}
	return nil
}

// settle fixes the amount from what was admitted: min(decided, rate × admitted, cap).
func (d *draft) settle(data *Data) (int64, error) {
	c := d.Case
	rows, _ := c.Answers()["r.cost.lines"].([]form.Row)
	out := d.Programme.SettleReport(c.settlement(rows, c.Admitted))
	data.Fixed, data.ToReturn = &out.Fixed, &out.Return
	return out.Fixed, d.bill(data, out.Fixed)
}

// bill answers beforehand what the bill must repeat: the fixed amount.
func (d *draft) bill(data *Data, fixed int64) error {
	for _, f := range d.Programme.AllFields() {
		if f.Prefill != "case.fixed" {
			continue
		}
		b, err := json.Marshal(fixed)
		if err != nil {
			return err
		}
		if data.Set == nil {
			data.Set = map[string]json.RawMessage{}
		}
		data.Set[f.Key] = b
	}
	return nil
}
