package cases

import (
	"slices"

	"kakehashi/internal/programme"
)

// dutyLine is one duty as two are compared.
func dutyLine(org, due, kind, item string) string { return org + " " + due + " " + kind + " " + item }

// verifyDuties compares what is noted for the body to do after its grant with what follows from the case. It is written with every move:
// what the case says otherwise since, it said at the last one.
func verifyDuties(c *Case, p *programme.Programme, k *kept, at int) []Fault {
	is := slices.Sorted(slices.Values(k.duties))
	if slices.Equal(is, dutyLines(c, p)) {
		return nil
	}
	last := at
	for last > 0 && k.events[last-1].Type != "moved" {
		last--
	}
	if last < at {
		if then, faults := foldKept(c.ID, k.events[:last], k.erased); len(faults) == 0 && slices.Equal(is, dutyLines(then, p)) {
			return nil
		}
	}
	return []Fault{{c.ID, at, "what the body has to do after its grant differs from the journal"}}
}

// dutyLines are the duties of a case in their order.
func dutyLines(c *Case, p *programme.Programme) (list []string) {
	if c.dutiless() {
		return nil
	}
	if c.version == nil {
		c.version = p // answers are read when they are asked for
	}
	for _, x := range c.Duties(p) {
		list = append(list, dutyLine(c.Org.Code, x.Due, x.Kind, x.Item))
	}
	slices.Sort(list)
	return list
}
