package cases

import (
	"encoding/json"
	"fmt"
	"slices"

	"kakehashi/internal/ledger"
)

// verifyMoney compares the ledger's entries of a case, one by one, with what its journal says moved: no entry without an event, no
// movement without its entry. Of events behind `at` the entries may not have been there yet when they were read.
func verifyMoney(id string, k *kept, at int) (found []Fault) {
	left := slices.DeleteFunc(slices.Clone(k.money), func(e ledger.Entry) bool { _, gone := k.erased[e.Event]; return gone })
	for i := range k.events {
		e := &k.events[i]
		if _, gone := k.erased[e.Seq]; gone {
			continue
		}
		if i >= at && json.Unmarshal([]byte(e.data), &e.Data) != nil {
			continue
		}
		for _, m := range e.Data.Money {
			switch {
			case len(left) == 0 && e.Seq > at:
			case len(left) == 0:
				found = append(found, Fault{id, e.Seq, fmt.Sprintf("the ledger lacks %s of %d yen", m.Kind, m.Amount)})
			case left[0].Event != e.Seq || !says(left[0], m, e):
				return append(found, Fault{id, e.Seq, fmt.Sprintf("the ledger says %s of %d yen at event %d where the journal says %s of %d yen", left[0].Kind,
					left[0].Amount, left[0].Event, m.Kind, m.Amount)})
			default:
				left = left[1:]
			}
		}
	}
	for _, e := range left {
		found = append(found, Fault{id, e.Event, fmt.Sprintf("the ledger's %s of %d yen is in no journal", e.Kind, e.Amount)})
	}
	return found
}

// says reports whether an entry is the one of a movement.
func says(e ledger.Entry, m ledger.Movement, by *keptEvent) bool {
	return e.Budget == m.Budget() && e.Kind == m.Kind && e.Credit == m.From && e.Debit == m.To && e.Amount == m.Amount && e.Person == by.Person &&
		string(e.Role) == string(by.Role)
}
