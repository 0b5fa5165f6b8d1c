package cases_test

import (
	"encoding/json"
	"strings"
	"testing"

	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/programme"
)

// publish puts a changed version of the grant in force and returns its hash.
func (w *world) publish(version string, change func(d *programme.Definition)) string {
	w.t.Helper()
	b, err := json.Marshal(w.programme(grant).Definition)
	w.must(err)
	var d programme.Definition
	w.must(json.Unmarshal(b, &d))
	d.Version = version
	d.Examples = nil // they speak of the version they belong to
	change(&d)
	hash, issues, err := w.s.Programmes.Propose(bg, officer("keishin"), d)
	if err != nil {
		w.t.Fatal(issues, err)
	}
	w.must(w.s.Programmes.Publish(bg, chief("keishin"), hash))
	return hash
}

func TestDraftsTakeOverWhatRefusesNothingAndSubmittedCasesNeverMove(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		draft, asked, in := w.filled(staff(nanao), grant, nil), w.filled(staff(nanao), grant, map[string]any{"p.title": "二"}), w.submitted(nanao, grant, map[string]any{"p.title": "三"})
		w.do(staff(nanao), asked.ID, "ask_approval", cases.Needs{})
		first := draft.Definition
		second := w.publish("2027.1.1", func(d *programme.Definition) { d.Call.Closes = "2026-11-15" })
		n, err := w.s.Newer(bg, draft)
		w.must(err)
		if n == nil || n.Hash != second || !n.Compatible || len(n.Changes) == 0 {
			t.Fatalf("newer: %+v", n)
		}
		if n, err := w.s.Newer(bg, w.full(in.ID)); n != nil || err != nil {
			t.Errorf("a submitted case is offered %+v %v", n, err)
		}
		w.must(w.s.Tick(bg))
		for _, id := range []string{draft.ID, asked.ID} {
			if c := w.full(id); c.Definition != second || c.Due != "2026-11-15" || c.Answers()["p.content"] == nil {
				t.Errorf("the draft: version %v due %s", c.Definition == second, c.Due)
			}
		}
		events, err := w.s.Journal(bg, staff(nanao), draft.ID)
		w.must(err)
		if e := events[len(events)-1]; e.Type != "version" || !strings.Contains(strings.Join(e.Data.Changes, " "), "2026") && !strings.Contains(strings.Join(e.Data.Changes, " "), "11月15日") {
			t.Errorf("the journal says what changed: %+v", e.Data)
		}
		if c := w.full(in.ID); c.Definition != first {
			t.Error("the submitted case moved")
		}
		before, p, err := w.s.AsOf(bg, staff(nanao), draft.ID, w.now())
		w.must(err)
		if before.Definition != second || p.Hash != second {
			t.Error("looking back at this moment")
		}
		w.moveTo("2026-11-10 10:00")
		w.must(w.s.Tick(bg))
		if c := w.do(approver(nanao), asked.ID, "submit", cases.Needs{}); c.Number == "" {
			t.Error("the longer call holds")
		}

		// What asks more is for the applicant to choose.
		third := w.publish("2027.2.0", func(d *programme.Definition) { d.Params["minEligibleExclusive"] = 3000000 })
		w.must(w.s.Tick(bg))
		if c := w.full(draft.ID); c.Definition != second {
			t.Error("a stricter version was taken over without being asked")
		}
		n, err = w.s.Newer(bg, w.full(draft.ID))
		w.must(err)
		if n == nil || n.Compatible || n.Hash != third {
			t.Fatalf("offered: %+v", n)
		}
		wants(t, fault.Missing, "another body adopts", w.s.AdoptVersion(bg, staff(fuji), draft.ID, third))
		wants(t, fault.Conflict, "a version that is not offered", w.s.AdoptVersion(bg, staff(nanao), draft.ID, first))
		wants(t, fault.Conflict, "the system itself", w.s.AdoptVersion(bg, cases.System, draft.ID, third))
		stay := w.filled(staff(kanazawa), grant, nil)
		w.must(w.s.AdoptVersion(bg, staff(nanao), draft.ID, third))
		if c := w.full(draft.ID); c.Definition != third {
			t.Error("chosen")
		}
		wants(t, fault.Conflict, "twice", w.s.AdoptVersion(bg, staff(nanao), draft.ID, third))
		if stay.Definition != third {
			t.Error("a new draft begins on the newest version")
		}
		if _, p, err := w.s.AsOf(bg, staff(nanao), draft.ID, jst(t, "2026-10-01 12:00")); err != nil || p.Hash != second {
			t.Errorf("looking back shows the version of then: %v", err)
		}
		w.verified()
	})
}

func TestADraftOnASupersededVersionCanStillBeSubmitted(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.filled(staff(kanazawa), grant, nil)
		w.publish("2027.2.0", func(d *programme.Definition) { d.Params["minEligibleExclusive"] = 20000000 })
		w.must(w.s.Tick(bg))
		if c = w.do(staff(kanazawa), c.ID, "submit", cases.Needs{}); c.State != "branch_check" {
			t.Errorf("%s", c.State)
		}
		w.verified()
	})
}
