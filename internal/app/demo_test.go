package app

import (
	"io"
	"slices"
	"testing"
	"time"

	"kakehashi/internal/cases"
	"kakehashi/internal/jp"
)

// The demonstration keeps the rules it shows: nothing runs before its period or is reported before it ended, everybody is called where they
// work, and who scored sits on the panel. It holds on whatever day it is loaded.
func TestTheDemonstrationKeepsItsOwnRules(t *testing.T) {
	for _, day := range []string{"2026-10-14", "2027-04-01", "2027-05-10"} {
		at := jp.Start(day).Add(10 * time.Hour)
		c := quiet()
		c.Data, c.Clock = t.TempDir(), func() time.Time { return at }
		a, err := New(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		defer a.Close()
		if err := a.LoadDemo(t.Context(), io.Discard); err != nil {
			t.Fatalf("on %s: %v", day, err)
		}
		hats, err := a.demoHats(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		staff, _ := a.Accounts.Person(t.Context(), hats["demo-staff"].Person)
		found, err := a.Cases.List(t.Context(), cases.System, cases.Filter{Limit: 100})
		if err != nil || len(found.Lines) == 0 {
			t.Fatalf("on %s: %d cases, %v", day, len(found.Lines), err)
		}
		begun := 0
		for _, l := range found.Lines {
			x, p, err := a.Cases.Get(t.Context(), cases.System, l.ID)
			if err != nil {
				t.Fatal(err)
			}
			if tel, _ := x.Answer("c.tel"); tel != staff.Phone || staff.Phone == "" {
				t.Errorf("on %s: %s is called at %v, its drafter at %q", day, l.Number, tel, staff.Phone)
			}
			period, ok := x.Period()
			if x.Decided == 0 {
				continue
			}
			begun++
			if !ok || period.From < p.Call.From || period.From > day {
				t.Errorf("on %s: %s of %s runs from %s", day, l.State, l.Number, period.From)
			}
			_, _, events, err := a.Cases.Record(t.Context(), cases.System, l.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range events {
				if e.At.After(at) {
					t.Errorf("on %s: %s holds what happened at %s", day, l.Number, e.At)
				}
			}
			if done, said := x.Answers()["r.period"]; said {
				e, err := a.Cases.Evaluate(t.Context(), x, p, "report")
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range e.Rules {
					if r.Severity == "E" && r.Outcome == "fail" {
						t.Errorf("on %s: the report of %s tells of %v: %s", day, l.Number, done, r.Message.JA)
					}
				}
			}
			panel, err := a.Cases.Panel(t.Context(), hats["demo-officer"], x.Programme, x.FiscalYear)
			if err != nil || len(panel.Seats) == 0 {
				t.Errorf("on %s: the panel of %s: %v %v", day, l.Number, panel.Seats, err)
			}
		}
		for _, state := range []string{"suspended", "hearing", "disposal_asked"} {
			if !slices.ContainsFunc(found.Lines, func(l cases.Line) bool { return l.State == state }) {
				t.Errorf("on %s: no case is %s", day, state)
			}
		}
		if begun < 3 {
			t.Errorf("on %s: %d cases were decided", day, begun)
		}
	}
}
