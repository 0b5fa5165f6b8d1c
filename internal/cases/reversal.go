package cases

import (
	"slices"

	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/ledger"
)

// undone is the state a case stood in before its award was revoked.
func (c *Case) undone() string {
	for _, p := range slices.Backward(c.Proceedings) {
		if p.Kind == Revocation && p.Closed != "" {
			return p.From
		}
	}
	return ""
}

// steps are the events of the case's journal up to the one that issued a letter.
func (d *draft) steps(letter string) ([]*Event, error) {
	list, err := db.List(d.ctx, d.tx, scanEvent, `SELECT `+eventColumns+` FROM case_events WHERE case_id = $1 ORDER BY seq`, d.Case.ID)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(list, func(e *Event) bool {
		return slices.ContainsFunc(e.Data.Letters, func(l LetterRef) bool { return l.ID == letter })
	})
	return list[:i+1], nil
}

// deciders are who approved the decision that a letter tells.
func (d *draft) deciders(letter string) ([]string, error) {
	list, err := d.steps(letter)
	var persons []string
	for _, e := range list {
		if e.Data.Outcome != "" {
			persons = nil
		}
		if a := e.Data.Approval; a != nil && !slices.Contains(persons, a.Person) {
			persons = append(persons, a.Person)
		}
	}
	return persons, err
}

// reverse takes back what the decision that is objected to did to the money and to the sums of the case: it is to be decided anew. What has
// moved on since, because money was paid or came back, cannot be taken back so.
func (d *draft) reverse(held ledger.Purses, data *Data) ([]ledger.Movement, error) {
	c := d.Case
	open := c.Proceeding()
	if open == nil || open.Letter == "" {
		return nil, fault.New(fault.Conflict, "cases.nothing_proposed")
	}
	list, err := d.steps(open.Letter)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	told := list[len(list)-1]
	var back []ledger.Movement
	for _, m := range slices.Backward(told.Data.Money) {
		m.Kind, m.From, m.To = ledger.KindReverse, m.To, m.From
		back = append(back, m)
	}
	if held.With(back...).Negative() || slices.ContainsFunc(c.Claims, func(x Claim) bool { return claimOf(told, x) && len(x.Received) > 0 }) {
		return nil, fault.New(fault.Refused, "cases.cannot_reverse")
	}
	for _, x := range c.Claims {
		if claimOf(told, x) {
			x.Withdrawn, x.Closed = true, true
			left := c.ToReturn - x.Amount
			data.Claim, data.ToReturn = &x, &left
		}
	}
	none := int64(0)
	switch t := &told.Data; {
	case t.Revoked != nil:
		gone := *t.Revoked - revokedBy(list[:len(list)-1])
		left := c.Revoked - gone
		if data.Revoked = &left; c.settled() {
			fixed := c.Fixed + gone
			data.Fixed = &fixed
		}
	case t.FixedOn != "":
		data.Fixed, data.FixedOn = &none, noDay
	case t.Decided != nil:
		data.Decided = &none
	}
	return back, nil
}

// revokedBy is what was revoked of the award in all at the end of these events.
func revokedBy(list []*Event) (sum int64) {
	for _, e := range list {
		if e.Data.Revoked != nil {
			sum = *e.Data.Revoked
		}
	}
	return sum
}

// claimOf reports whether the claim was made by an event.
func claimOf(e *Event, x Claim) bool { return e.Data.Claim != nil && e.Data.Claim.N == x.N }

// noDay takes a day back that was written before.
const noDay = "none"
