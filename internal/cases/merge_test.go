package cases_test

import (
	"testing"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/form"
)

// A page that was loaded, a save from elsewhere, and then the page's own save: what becomes of each field (domain.md 6.13).
func TestWhatAPageSavesMeetsWhatWasSavedMeanwhile(t *testing.T) {
	window := cases.ParseWindow
	anne, bert := staff(nanao), who("bert", account.RoleApprover, "lg:"+nanao)
	type save struct {
		by     account.Who
		window string
		title  string
	}
	tests := []struct {
		name      string
		meanwhile save
		then      save // from a page that showed 初めの題
		want      string
		clash     bool
	}{
		{"another person changed the title and this page did not touch it", save{bert, "b/1/1", "ベルトの題"}, save{anne, "a/1/1", "初めの題"}, "ベルトの題", false},
		{"both changed the title", save{bert, "b/1/1", "ベルトの題"}, save{anne, "a/1/1", "アンの題"}, "ベルトの題", true},
		{"another window of the same person changed it too", save{anne, "a/1/1", "一つ目"}, save{anne, "z/1/1", "二つ目"}, "一つ目", true},
		{"the same page saves again before it heard of its first save", save{anne, "a/1/1", "途中"}, save{anne, "a/1/2", "途中まで書いた題"}, "途中まで書いた題", false},
		{"the same page takes its change back", save{anne, "a/1/1", "途中"}, save{anne, "a/1/2", "初めの題"}, "初めの題", false},
		{"an older save of the page arrives late", save{anne, "a/1/2", "新しい"}, save{anne, "a/1/1", "古い"}, "新しい", false},
		{"the page was left and opened again before its save arrived, and typed on", save{anne, "a/1/1", "離れるとき"}, save{anne, "a/2/1", "戻ってから"}, "戻ってから", false},
		{"the page was left and opened again, and the title was not touched", save{anne, "a/1/1", "離れるとき"}, save{anne, "a/2/1", "初めの題"}, "離れるとき", false},
		{"the save of the page that was left arrives after the newer page's", save{anne, "a/2/1", "戻ってから"}, save{anne, "a/1/1", "離れるとき"}, "戻ってから", false},
		{"two persons whose windows have the same name", save{bert, "a/1/1", "ベルトの題"}, save{anne, "a/1/2", "アンの題"}, "ベルトの題", true},
		{"pages without a script", save{anne, "", "一つ目"}, save{anne, "", "二つ目"}, "一つ目", true},
	}
	each(t, func(t *testing.T, w *world) {
		for _, x := range tests {
			c := w.draft(anne, grant)
			first := w.save(anne, c.ID, map[string]any{"p.title": "初めの題", "p.place": "パリ"})
			put := func(s save) cases.Saved {
				out, err := w.s.Save(bg, s.by, c.ID, cases.Sent{Inputs: map[string]form.Input{"p.title": form.Typed(s.title), "p.place": form.Typed("パリ")},
					Base: first.Seq, Window: window(s.window)})
				w.must(err)
				return out
			}
			put(x.meanwhile)
			out := put(x.then)
			if got := out.Case.Title(); got != x.want || (len(out.Conflicts) > 0) != x.clash {
				t.Errorf("%s: %q, conflicts %v; want %q, %v", x.name, got, out.Conflicts, x.want, x.clash)
			}
			if kept := len(out.Merged) > 0; kept != (!x.clash && x.then.title != x.want) {
				t.Errorf("%s: merged %v", x.name, out.Merged)
			}
		}
		w.verified()
	})
}

func TestAWindowIsReadAsTheScriptWritesIt(t *testing.T) {
	for text, want := range map[string]cases.Window{"k3j/2/14": {ID: "k3j", Page: 2, Save: 14}, "": {}, "k3j/2": {}, "/1/1": {}, "k/x/1": {}, "k/1/2/3": {}} {
		if got := cases.ParseWindow(text); got != want {
			t.Errorf("%q: %+v", text, got)
		}
	}
	if got := (cases.Window{ID: "k", Page: 1, Save: 2}).String(); got != "k/1/2" {
		t.Error(got)
	}
}

// A table that was looked at and left empty is an answer: no other grant was asked for, so income and costs can be compared.
func TestATableThatWasSentEmptyIsKnownToBeEmpty(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.draft(staff(nanao), grant)
		answers := w.exampleAnswers(grant, nil)
		w.save(staff(nanao), c.ID, map[string]any{"cost.lines": answers["cost.lines"], "e.place": answers["e.place"]})
		outcome := func() string {
			got := w.full(c.ID)
			ev, err := w.s.Evaluate(bg, got, w.programme(grant), "application")
			w.must(err)
			for _, r := range ev.Rules {
				if r.ID == "M-C-06" {
					return r.Outcome
				}
			}
			return ""
		}
		sums := map[string]form.Input{"fund.requested": form.Typed("5000000"), "fund.own": form.Typed("7000000"), "fund.income": form.Typed("0")}
		if _, err := w.s.SaveFields(bg, staff(nanao), c.ID, sums, 0, nil); err != nil || outcome() != "unknown" {
			t.Errorf("without the table: %s, %v", outcome(), err)
		}
		sums["fund.other"] = form.Input{}
		if _, err := w.s.SaveFields(bg, staff(nanao), c.ID, sums, 0, nil); err != nil || outcome() != "pass" {
			t.Errorf("with the empty table: %s, %v", outcome(), err)
		}
	})
}
