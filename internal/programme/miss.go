package programme

import (
	"maps"
	"slices"
)

// Miss is one expected value of an example (検算) that came out otherwise, as happens when an amount or a day is changed. Key says which:
// verdict, rules.ID, amounts.NAME, fixed, return, flags. Want and Got are of the same type: text, whole yen, or a list of texts.
type Miss struct {
	Example string
	Key     string
	Want    any
	Got     any
}

// Path names a miss among all of a definition.
func (m Miss) Path() string { return m.Example + "." + m.Key }

func (c *compiler) miss(example, key string, want, got any) {
	c.misses = append(c.misses, Miss{Example: example, Key: key, Want: want, Got: got})
}

// Misses runs the examples of a definition and tells which expected values came out otherwise. Others are the mistakes that no new
// expectation mends. A definition that does not compile has no misses; Propose names its mistakes.
func Misses(d Definition) (list []Miss, others Issues) {
	p, issues := Compile(d)
	if len(issues) > 0 {
		return nil, issues
	}
	c := p.examples()
	for _, i := range c.issues {
		if !slices.ContainsFunc(c.misses, func(m Miss) bool { return i.Path == "examples."+m.Example+".want."+m.Key }) {
			others = append(others, i)
		}
	}
	return c.misses, others
}

// Expect makes what came out the expected value of the examples, for the misses a person has looked at and found right.
func (d *Definition) Expect(seen []Miss) {
	d.Examples = slices.Clone(d.Examples)
	for i := range d.Examples {
		w := &d.Examples[i].Want
		w.Rules, w.Amounts = maps.Clone(w.Rules), maps.Clone(w.Amounts)
		for _, m := range seen {
			if m.Example == d.Examples[i].Name {
				w.expect(m)
			}
		}
	}
}

func (w *ExampleWant) expect(m Miss) {
	switch got := m.Got.(type) {
	case string:
		if m.Key == "verdict" {
			w.Verdict = got
		} else {
			w.Rules[m.Key[len("rules."):]] = got
		}
	case int64:
		switch m.Key {
		case "fixed":
			w.Fixed = &got
		case "return":
			w.Return = &got
		default:
			w.Amounts[m.Key[len("amounts."):]] = got
		}
	case []string:
		w.Flags = got
	}
}
