package cases

import (
	"cmp"
	"fmt"

	"kakehashi/internal/ledger"
)

// money works out what an effect of a move does to the budget. Every yen of a case moves by an event of its journal, and the ledger's
// entries repeat it.
func (d *draft) money(effect string, data *Data, act Act) error {
	c := d.Case
	held := c.Purses.With(data.Money...)
	var list []ledger.Movement
	var err error
	switch effect {
	case "reserve":
		list, err = d.reserve(held, act)
	case "commit":
		list = held.Commit(c.Fund(), c.FiscalYear, c.Proposal.Amount)
	case "release":
		list = append(held.Release(held.On(ledger.Committed)), held.Unreserve()...)
	case "settle":
		list, err = d.settle(held, data)
	case "pay":
		list, err = d.pay(held, data, act)
	case "refund":
		list, err = d.refund(held, data, act)
	case "waive":
		err = d.waive(data, act)
	case "tax":
		list, err = d.tax(held, data)
	case "revoke":
		list, err = d.revoke(held, data)
	case "dispose":
		list, err = d.dispose(held, data)
	case "reverse":
		list, err = d.reverse(held, data)
	default:
		err = d.advance(effect, data)
	}
	data.Money = append(data.Money, list...)
	return err
}

// moneyEffects are the effects money answers.
var moneyEffects = []string{"reserve", "commit", "release", "settle", "pay", "advance.ask", "advance.approve", "advance.refuse", "refund", "waive", "tax", "revoke", "reverse", "dispose"}

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
