package cases

import (
	"time"

	"kakehashi/internal/ledger"
)

// listed is a list of structs, each read by its own reader; null is nil.
func listed[T any](x *scan, read func(*T, *scan)) []T {
	list := make([]T, 0, 4)
	if !x.array(func() {
		list = append(list, *new(T))
		read(&list[len(list)-1], x)
	}) {
		return nil
	}
	return list
}

// moments is an object of moments; null is nil.
func moments(x *scan) map[string]time.Time {
	m := map[string]time.Time{}
	if !x.object(func(key string) { m[key] = x.moment() }) {
		return nil
	}
	return m
}

func scanOpinion(x *scan) *Opinion {
	if x.null() {
		return nil
	}
	o := new(Opinion)
	x.object(func(key string) {
		switch key {
		case "text":
			o.Text = x.text()
		case "shareable":
			o.Shareable = x.yes()
		case "at":
			o.At = x.moment()
		case "branch":
			o.Branch = x.text()
		default:
			x.bad = true
		}
	})
	return o
}

func scanProposal(x *scan) *Proposal {
	if x.null() {
		return nil
	}
	p := new(Proposal)
	x.object(func(key string) {
		switch key {
		case "outcome":
			p.Outcome = x.text()
		case "amount":
			p.Amount = x.whole()
		case "conditions":
			p.Conditions = x.texts()
		case "reason_class":
			p.ReasonClass = x.text()
		case "reason":
			p.Reason = x.text()
		case "due":
			p.Due = x.text()
		case "by":
			p.By = x.text()
		case "at":
			p.At = x.moment()
		default:
			x.bad = true
		}
	})
	return p
}

func (a *Admit) scan(x *scan) {
	x.object(func(key string) {
		switch key {
		case "row":
			a.Row = x.number()
		case "amount":
			a.Amount = x.whole()
		case "reason":
			a.Reason = x.text()
		default:
			x.bad = true
		}
	})
}

func (p *Payment) scan(x *scan) {
	x.object(func(key string) {
		switch key {
		case "kind":
			p.Kind = x.text()
		case "n":
			p.N = x.number()
		case "amount":
			p.Amount = x.whole()
		case "on":
			p.On = x.text()
		case "reference":
			p.Reference = x.text()
		default:
			x.bad = true
		}
	})
}

func (a *Approval) scan(x *scan) {
	x.object(func(key string) {
		switch key {
		case "seat":
			a.Seat = x.text()
		case "person":
			a.Person = x.text()
		case "name":
			a.Name = x.text()
		case "how":
			a.How = x.text()
		case "for":
			a.For = x.text()
		case "final":
			a.Final = x.yes()
		case "move":
			a.Move = x.text()
		case "at":
			a.At = x.moment()
		default:
			x.bad = true
		}
	})
}

func scanPurse(p *ledger.Purse, x *scan) {
	x.object(func(key string) {
		switch key {
		case "fund":
			p.Fund = x.text()
		case "fiscal_year":
			p.Year = x.number()
		case "reserved":
			p.Reserved = x.whole()
		case "committed":
			p.Committed = x.whole()
		case "paid":
			p.Paid = x.whole()
		case "settled":
			p.Settled = x.whole()
		case "owed":
			p.Owed = x.whole()
		case "income":
			p.Income = x.whole()
		default:
			x.bad = true
		}
	})
}

func scanNeeds(x *scan) *Needs {
	if x.null() {
		return nil
	}
	n := new(Needs)
	x.object(func(key string) {
		switch key {
		case "comment":
			n.Comment = x.text()
		case "opinion":
			n.Opinion = x.text()
		case "shareable":
			n.Shareable = x.yes()
		case "remarks":
			x.other(&n.Remarks)
		case "due":
			n.Due = x.text()
		case "reason_class":
			n.ReasonClass = x.text()
		case "amount":
			n.Amount = pointed(x, (*scan).whole)
		case "conditions":
			n.Conditions = x.texts()
		case "checklist":
			n.Checklist = x.texts()
		case "admitted":
			n.Admitted = listed(x, (*Admit).scan)
		case "pay_date":
			n.PayDate = x.text()
		case "reference":
			n.Reference = x.text()
		case "received":
			n.Received = pointed(x, (*scan).whole)
		case "corrected":
			n.Corrected = x.yes()
		case "revoked":
			n.Revoked = pointed(x, (*scan).whole)
		default:
			x.bad = true
		}
	})
	return n
}

// pointed is a value that may be absent; null is nil.
func pointed[T any](x *scan, read func(*scan) T) *T {
	if x.null() {
		return nil
	}
	v := read(x)
	return &v
}
