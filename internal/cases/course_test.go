package cases_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
)

// What a page of steps reads by the short way is what the whole journal says to the same person.
func TestTheCourseOfACaseIsItsJournalWithoutWhatWasSaved(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		const code = "222101"
		short := 0
		compare := func(state string, by account.Who, id string) {
			want, _, list, err := w.s.Record(bg, by, id)
			got, _, steps, n, err2 := w.s.Course(bg, by, id)
			if (err == nil) != (err2 == nil) {
				t.Fatalf("%s as %s: %v and %v", state, by.Person, err, err2)
			}
			if err != nil {
				return
			}
			if n != len(list) {
				t.Errorf("%s as %s: %d events, not %d", state, by.Person, n, len(list))
			}
			saved := func(e *cases.Event) bool { return e.Type == "saved" }
			if slices.ContainsFunc(list, saved) && !slices.ContainsFunc(steps, saved) {
				short++
			}
			list, steps = slices.DeleteFunc(list, saved), slices.DeleteFunc(steps, saved)
			if diff := cmp.Diff(list, steps, cmpopts.IgnoreUnexported(cases.Event{}, cases.Case{}), cmpopts.EquateEmpty(),
				cmpopts.IgnoreFields(cases.Event{}, "Origin", "Prev", "Hash"), cmpopts.IgnoreFields(cases.Data{}, "Judged")); diff != "" {
				t.Errorf("%s as %s: %s", state, by.Person, diff)
			}
			if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(cases.Case{})); diff != "" {
				t.Errorf("%s as %s: %s", state, by.Person, diff)
			}
		}
		lives := w.lives(code)
		for state, c := range lives {
			for _, by := range []account.Who{cases.System, staff(code), approver(code), branch(c.Org.Branch), officer(c.Section), chief(c.Section), finance, auditor, judge(1)} {
				compare(state, by, c.ID)
			}
		}
		if short == 0 {
			t.Error("the short way was never taken")
		}
		w.must(w.inTx(func(ctx ctx, tx tx) error {
			return w.s.Erase(ctx, tx, officer("keishin"), lives["draft"].ID, "保存期間の満了")
		}))
		compare("erased", staff(code), lives["draft"].ID)
	})
}
