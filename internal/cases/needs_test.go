package cases_test

import (
	"slices"
	"strings"
	"testing"

	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
)

// What is written with a move has a length: one sign more is refused at its field, and the case stays where it is.
func TestATextWithAMoveHasALimit(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.submitted(nanao, grant, nil)
		_, err := w.try(branch("17"), c.ID, "forward", cases.Needs{Opinion: strings.Repeat("𠮷", cases.NeedMost+1)})
		if f := fault.Of(err); f == nil || f.Field != "opinion" || f.Kind != fault.Invalid {
			t.Errorf("a text that is too long: %v", err)
		}
		if now := w.full(c.ID); now.State != c.State || now.Seq != c.Seq {
			t.Errorf("the case moved to %s", now.State)
		}
		w.do(branch("17"), c.ID, "forward", cases.Needs{Opinion: strings.Repeat("𠮷", cases.NeedMost)})
	})
}

// All that is wrong with a move is told at once, each at its field, and nothing of it is done.
func TestAMoveNamesAllItsFaultsAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		fields := func(list []*fault.Fault) (names []string) {
			for _, f := range list {
				names = append(names, f.Field)
			}
			return names
		}
		c := w.forwarded(nanao, grant, nil)
		hq := officer("keishin")
		_, err := w.try(hq, c.ID, "hq_return", cases.Needs{})
		if got := fields(fault.All(err)); !slices.Equal(got, []string{"remarks", "due"}) && !slices.Equal(got, []string{"due", "remarks"}) {
			t.Errorf("a return without anything names %v", got)
		}
		list, err := w.s.Wrong(bg, hq, c.ID, "hq_return", cases.Needs{Due: "soon", Comment: strings.Repeat("長", cases.NeedMost+1)})
		if got := fields(list); err != nil || !slices.Contains(got, "remarks") || !slices.Contains(got, "due") {
			t.Errorf("looked at beforehand it names %v, %v", got, err)
		}
		if list, err := w.s.Wrong(bg, staff(nanao), c.ID, "hq_return", cases.Needs{}); len(list) > 0 || err != nil {
			t.Errorf("somebody whose move it is not hears %v, %v", fields(list), err)
		}
		if now := w.full(c.ID); now.Seq != c.Seq {
			t.Error("something was done")
		}
	})
}
