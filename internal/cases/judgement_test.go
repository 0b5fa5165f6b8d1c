package cases_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kakehashi/internal/cases"
	"kakehashi/internal/form"
)

// A case that was judged a moment ago is judged as by a process that never saw it, whatever changed in between: an answer, the day, the
// body's other applications, what somebody only tries.
func TestAJudgementThatIsKeptIsNeverBelievedForAnotherCase(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		me := staff(nanao)
		id := w.filled(me, grant, nil).ID
		same := func(when string) {
			t.Helper()
			fresh := w.open(w.d)
			for range 2 { // the second time it is kept
				c, p, err := w.s.Get(bg, me, id)
				w.must(err)
				got, err := w.s.Evaluate(bg, c, p, "application")
				w.must(err)
				c, p, err = fresh.Get(bg, me, id)
				w.must(err)
				want, err := fresh.Evaluate(bg, c, p, "application")
				w.must(err)
				if d := cmp.Diff(want, got); d != "" {
					t.Fatalf("%s: %s", when, d)
				}
				if len(c.Answers()) == 0 || !cmp.Equal(c.Answers(), w.get(me, id).Answers()) {
					t.Fatalf("%s: other answers", when)
				}
			}
		}
		same("filled")
		c, p, err := w.s.Get(bg, me, id)
		w.must(err)
		tried, err := w.s.Try(bg, c, p, "application", map[string]form.Input{"fund.requested": form.Typed("999000000")})
		w.must(err)
		if kept, err := w.s.Evaluate(bg, c, p, "application"); err != nil || cmp.Equal(kept, tried) {
			t.Fatal("what is tried is not judged by itself:", err)
		}
		same("something was tried")
		w.save(me, id, map[string]any{"fund.requested": 999_000_000})
		same("another answer")
		w.save(me, id, map[string]any{"fund.requested": w.exampleAnswers(grant, nil)["fund.requested"]})
		same("the first answer again")
		w.submitted(nanao, grant, nil)
		same("another application of the body")
		w.moveTo("2026-10-31 23:59:59")
		same("the last second")
		w.wait(2 * time.Second)
		same("a second too late")
		var incomplete *cases.Incomplete
		if _, err := w.try(approver(nanao), id, "submit", cases.Needs{}); !errors.As(err, &incomplete) {
			t.Errorf("handed in too late: %v", err)
		}
	})
}
