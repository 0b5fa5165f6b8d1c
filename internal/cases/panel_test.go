package cases_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
)

// A call with a panel: the plan is even, knows the subject, keeps conflicts out; the secretary changes it; who declines is replaced.
func TestAPanelIsAssignedByLoadAndExpertiseAndRefusesConflicts(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		members := []account.Who{judge(1), judge(2), judge(3), judge(4), judge(5), from(6, nanao)}
		w.s.Committee = func(context.Context) ([]account.Who, error) { return members, nil }
		hq := officer("keishin")
		var seats []cases.Seat
		for i, m := range members {
			seat := cases.Seat{Person: m.Person}
			if i == 4 {
				seat.Knows, seat.Most = []string{"海外販路開拓"}, 2
			}
			seats = append(seats, seat)
		}
		w.must(w.s.SetPanel(bg, hq, cases.Panel{Programme: grant, FiscalYear: 2027, Seats: seats}))
		var list []*cases.Case
		for i := range 4 {
			list = append(list, w.accepted(nanao, grant, map[string]any{"p.title": fmt.Sprint("案件", i)}))
		}
		_, plan, err := w.s.Plan(bg, hq, grant, 2027)
		w.must(err)
		load := map[string]int{}
		for _, x := range plan {
			if len(x.Gets) != 3 || x.Lacks != 0 || x.Barred["judge-6"] != cases.TieSame || slices.Contains(x.Gets, "judge-6") {
				t.Errorf("%s: %+v", x.Case.Number, x)
			}
			for _, p := range x.Gets {
				load[p]++
			}
		}
		if load["judge-5"] != 2 {
			t.Errorf("who knows the subject and takes two cases has %d", load["judge-5"])
		}
		for n := 1; n <= 4; n++ {
			if got := load[judge(n).Person]; got < 2 || got > 3 {
				t.Errorf("uneven: %v", load)
			}
		}
		if _, again, err := w.s.Plan(bg, hq, grant, 2027); err != nil || fmt.Sprint(again[0].Gets, again[3].Gets) != fmt.Sprint(plan[0].Gets, plan[3].Gets) {
			t.Errorf("another plan for the same: %v", err)
		}
		_, err = w.s.AssignAll(bg, hq, grant, 2027, cases.Pairs{list[0].ID: {"judge-1"}, list[1].ID: {"judge-6"}})
		wants(t, fault.Conflict, "a member with a conflict", err)
		if n := w.int(`SELECT COUNT(*) FROM case_members`); n != 0 {
			t.Errorf("half an assignment stands: %d", n)
		}
		_, err = w.s.AssignAll(bg, hq, grant, 2027, cases.Pairs{list[0].ID: {"judge-9"}})
		wants(t, fault.Conflict, "somebody who is not on the panel", err)
		if n, err := w.s.AssignAll(bg, hq, grant, 2027, cases.Pairs{list[0].ID: {"judge-1", "judge-2", "judge-3"}}); err != nil || n != 3 {
			t.Fatal(n, err)
		}
		name, err := w.s.Decline(bg, judge(2), list[0].ID, "長期の出張のため")
		if err != nil || name == "" || name == judge(2).Name {
			t.Errorf("replaced by %q: %v", name, err)
		}
		closed(t, w, "who declined", judge(2), list[0])
		if n, _ := w.full(list[0].ID).Judging(); n != 3 {
			t.Errorf("%d members judge after the replacement", n)
		}
		_, err = w.s.AssignAll(bg, hq, grant, 2027, cases.Pairs{list[0].ID: {"judge-2"}})
		wants(t, fault.Conflict, "who declined is asked again", err)
		w.must(w.s.Abstain(bg, judge(1), list[0].ID, "専門外のため"))
		wants(t, fault.Conflict, "a score after abstaining", w.tryScore(judge(1), list[0].ID))
		if n, _ := w.full(list[0].ID).Judging(); n != 2 {
			t.Errorf("an abstention counts as a score: %d", n)
		}
		for name, by := range map[string]account.Who{"another section": officer("koushin"), "a chief": chief("keishin"), "a member": judge(1), "the body": staff(nanao)} {
			_, _, err := w.s.Plan(bg, by, grant, 2027)
			wants(t, fault.Missing, name+" plans", err)
			wants(t, fault.Missing, name+" sets the panel", w.s.SetPanel(bg, by, cases.Panel{Programme: grant, FiscalYear: 2027}))
		}
		w.verified()
	})
}
