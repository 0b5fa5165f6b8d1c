package cases_test

import (
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
