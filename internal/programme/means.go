package programme

import (
	"kakehashi/internal/form"
	"kakehashi/internal/rule"
)

// Meaning is something the service itself looks for in the answers of every programme.
type Meaning string

// What a definition may say under `means`: which field of its forms holds it.
const (
	MeansTitle     Meaning = "title"     // what the case is called
	MeansRequested Meaning = "requested" // yen asked for
	MeansPeriod    Meaning = "period"    // when the project takes place
	MeansEmail     Meaning = "email"     // where the body reads its mail
	MeansPerson    Meaning = "person"    // who is in charge at the body
	MeansOwn       Meaning = "own"       // yen of the body's own money
	MeansCosts     Meaning = "costs"     // costs of the application
	MeansActual    Meaning = "actual"    // costs of the report
)

// meanings are the fields of the common groups (domain.md §4.0.3) and the kinds that fit.
var meanings = map[Meaning]struct {
	field string
	kinds []form.Kind
}{
	MeansTitle:     {"p.title", []form.Kind{form.KindText}},
	MeansRequested: {"fund.requested", []form.Kind{form.KindYen}},
	MeansPeriod:    {"p.period", []form.Kind{form.KindPeriod}},
	MeansEmail:     {"c.email", []form.Kind{form.KindEmail}},
	MeansPerson:    {"c.person", []form.Kind{form.KindPerson}},
	MeansOwn:       {"fund.own", []form.Kind{form.KindYen}},
	MeansCosts:     {"cost.lines", []form.Kind{form.KindMoney}},
	MeansActual:    {"r.cost.lines", []form.Kind{form.KindMoney}},
}

// Meant is the key of the field that holds what is meant: the one the definition names, else that of the common groups. The programme
// need not have such a field: an award asks for no money.
func (d *Definition) Meant(m Meaning) string {
	if key, ok := d.Means[m]; ok {
		return key
	}
	return meanings[m].field
}

// Pays reports whether the programme gives money: its definition says how an amount is fixed. One that does not has no budget.
func (d *Definition) Pays() bool { return len(d.Settle) > 0 }

// means checks that what the definition names is there and of a kind that fits.
func (c *compiler) means() {
	for m, key := range c.p.Means {
		at := "means." + string(m)
		known, ok := meanings[m]
		if !ok {
			names := make([]string, 0, len(meanings))
			for name := range meanings {
				names = append(names, string(name))
			}
			c.fail(at, say("lint.means_unknown", "a", string(m)), rule.Nearest(string(m), names))
			continue
		}
		s, ok := c.p.spots[key]
		if !ok {
			c.fail(at, say("lint.no_field", "a", key), rule.Nearest(key, c.keys()))
			continue
		}
		fits := false
		for _, k := range known.kinds {
			fits = fits || s.field.Kind == k
		}
		if !fits {
			c.fail(at, say("lint.means_kind", "a", string(m), "b", string(s.field.Kind)), "")
		}
	}
}
