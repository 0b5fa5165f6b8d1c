package cases_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
)

// A view keeps conditions, not cases: it is shared with the desk, and only its owner names it anew or deletes it.
func TestAViewIsItsOwnersAndOfTheDeskItIsSharedWith(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		one := account.Who{Person: "p1", Name: "甲", Hat: account.Hat{Role: account.RoleOfficer, Body: "hq:keishin"}}
		two, other := one, one
		two.Person, two.Name = "p2", "乙"
		other.Person, other.Hat.Body = "p3", "hq:koushin"
		w.must(w.s.KeepView(bg, one, "  期限の近い  もの ", "view=check", true))
		w.must(w.s.KeepView(bg, one, "自分だけ", "fy=2027", false))
		names := func(who account.Who) (list []string) {
			views, err := w.s.Views(bg, who)
			w.must(err)
			for _, v := range views {
				list = append(list, v.Name)
			}
			return list
		}
		if got := names(one); !slices.Equal(got, []string{"期限の近い もの", "自分だけ"}) {
			t.Errorf("the owner finds %q", got)
		}
		if got := names(two); !slices.Equal(got, []string{"期限の近い もの"}) {
			t.Errorf("a colleague finds %q", got)
		}
		if got := names(other); got != nil {
			t.Errorf("another section finds %q", got)
		}
		views, err := w.s.Views(bg, two)
		w.must(err)
		shared := views[0].ID
		for name, err := range map[string]error{"rename": w.s.RenameView(bg, two, shared, "x", true), "delete": w.s.DropView(bg, two, shared), "open": w.s.OpenWith(bg, other, shared)} {
			if !fault.Is(err, fault.Missing) {
				t.Errorf("%s by somebody else: %v", name, err)
			}
		}
		w.must(w.s.OpenWith(bg, two, shared))
		if v, ok, err := w.s.DefaultView(bg, two); err != nil || !ok || v.Query != "view=check" {
			t.Errorf("the list opens with %+v (%v %v)", v, ok, err)
		}
		w.must(w.s.KeepView(bg, one, "期限の近い もの", "view=back", true)) // the same name: new conditions
		w.must(w.s.RenameView(bg, one, shared, "補正待ち", false))
		if _, ok, err := w.s.DefaultView(bg, two); err != nil || ok {
			t.Errorf("a view that is no longer shared still opens (%v)", err)
		}
		w.must(w.s.DropView(bg, one, shared))
		if got := names(one); !slices.Equal(got, []string{"自分だけ"}) {
			t.Errorf("after deleting: %q", got)
		}
		for _, name := range []string{"", " 　", strings.Repeat("長", 61)} {
			if f := fault.Of(w.s.KeepView(bg, one, name, "", false)); f == nil || f.Field != "name" {
				t.Errorf("%q is taken as a name", name)
			}
		}
	})
}

// What a desk notes on a case is an event each, is read by that desk only, and a change made from an old state is refused.
func TestWhatADeskNotesIsJournalledAndItsOwn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.forwarded(nanao, grant, nil)
		officer, chief, branch, staff := officer(c.Section), chief(c.Section), branch("17"), staff(nanao)
		day, text, rev := "2026-11-02", "電話で確認", 0
		before, err := w.s.NoteDesk(bg, officer, c.ID, cases.Marks{Officer: &chief, Remind: &day, Note: &text, Rev: &rev})
		w.must(err)
		if before.Rev != 0 || before.Officer != "" {
			t.Errorf("before the first note: %+v", before)
		}
		if _, err := w.s.NoteDesk(bg, chief, c.ID, cases.Marks{Note: &day, Rev: &rev}); !fault.Is(err, fault.Conflict) {
			t.Errorf("a change from an old revision: %v", err)
		}
		if _, err := w.s.NoteDesk(bg, staff, c.ID, cases.Marks{Note: &text}); !fault.Is(err, fault.Refused) {
			t.Errorf("the body notes something: %v", err)
		}
		_, err = w.s.NoteDesk(bg, branch, c.ID, cases.Marks{Note: &text})
		w.must(err)
		desks, err := w.s.Desks(bg, chief, []string{c.ID})
		w.must(err)
		if d := desks[c.ID]; d.Officer != chief.Person || d.Remind != day || d.Note != text || d.Rev != 1 {
			t.Errorf("the desk reads %+v", d)
		}
		notes := func(who account.Who) (n int) {
			list, err := w.s.Journal(bg, who, c.ID)
			w.must(err)
			for _, e := range list {
				if e.Type == "desk" {
					n++
				}
			}
			return n
		}
		if a, b, c := notes(officer), notes(branch), notes(staff); a != 4 || b != 1 || c != 0 {
			t.Errorf("headquarters reads %d notes, the branch %d, the body %d", a, b, c)
		}
		for _, x := range []struct {
			name string
			f    cases.Filter
			n    int
		}{{"in charge", cases.Filter{Officer: chief.Person}, 1}, {"somebody else", cases.Filter{Officer: officer.Person}, 0}, {"nobody", cases.Filter{Officer: cases.Nobody}, 0}} {
			page, err := w.s.List(bg, officer, x.f)
			w.must(err)
			if len(page.Lines) != x.n {
				t.Errorf("%s: %d cases", x.name, len(page.Lines))
			}
		}
	})
}

// The box finds a case by any way of writing its number, by body and title; what somebody may not see is not there, by no spelling.
func TestACaseIsFoundByItsNumberHoweverItIsWritten(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.forwarded(nanao, grant, nil)
		officer := officer(c.Section)
		compact := strings.ReplaceAll(c.Number, "-", "")
		wide := strings.Map(func(r rune) rune {
			if r > ' ' && r < 0x7f {
				return r + 0xfee0
			}
			return r
		}, c.Number)
		for _, text := range []string{c.Number, strings.ToLower(c.Number), compact, wide, strings.ReplaceAll(c.Number, "-", "ー"), strings.ReplaceAll(c.Number, "-", "−"), c.Number[4:], " " + c.Number + " "} {
			if list, one, err := w.s.Find(bg, officer, text, 10); err != nil || !one || len(list) != 1 || list[0].ID != c.ID {
				t.Errorf("%q finds %d cases (%v %v)", text, len(list), one, err)
			}
		}
		if list, one, err := w.s.Find(bg, officer, c.Org.Name[:6], 10); err != nil || one || len(list) != 1 {
			t.Errorf("the body's name finds %d (%v %v)", len(list), one, err)
		}
		stranger := staff(hamamatsu)
		for _, text := range []string{c.Number, compact, wide, c.Org.Name, c.Title(), "%", "_", "'", "", "　", `\`} {
			if list, one, err := w.s.Find(bg, stranger, text, 10); err != nil || one || len(list) != 0 {
				t.Errorf("another body finds %d cases by %q (%v)", len(list), text, err)
			}
		}
	})
}

// Every order is total: pages one case long show each case once, forward and backward, and Pick settles the same order.
func TestEveryOrderShowsEachCaseOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		section := ""
		for i, code := range []string{nanao, fuji} {
			section = w.forwarded(code, grant, map[string]any{"p.title": fmt.Sprint("事業", i)}).Section
		}
		officer := officer(section)
		for _, name := range cases.Sorts {
			for _, way := range []string{"", "-"} {
				f := cases.Filter{Sort: way + name, Limit: 1}
				ids, more, err := w.s.Pick(bg, officer, f, 10)
				w.must(err)
				var walked []string
				for range 5 {
					page, err := w.s.List(bg, officer, f)
					w.must(err)
					for _, l := range page.Lines {
						walked = append(walked, l.ID)
					}
					if f.After = page.Next; f.After == "" {
						break
					}
				}
				if len(ids) != 2 || more || !slices.Equal(ids, walked) {
					t.Errorf("%s%s: picked %v, walked %v", way, name, ids, walked)
				}
			}
		}
		if ids, more, err := w.s.Pick(bg, officer, cases.Filter{}, 1); err != nil || len(ids) != 1 || !more {
			t.Errorf("one of two: %v %v %v", ids, more, err)
		}
	})
}

// An officer finds a case however they type it: half-width, in hiragana, in old characters.
func TestAListIsSearchedInEverySpelling(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.scored(nanao, grant, map[string]any{"p.title": "静岡茶のパリ販路"}, 3, 3, 3, 3, 4)
		for _, text := range []string{"パリ", "ﾊﾟﾘ", "ぱり", "靜岡茶", "静岡茶のパリ", "七尾"} {
			page, err := w.s.List(bg, officer("keishin"), cases.Filter{Text: text})
			if err != nil || len(page.Lines) != 1 || page.Lines[0].ID != c.ID {
				t.Errorf("%s finds %d cases %v", text, len(page.Lines), err)
			}
			if n, err := w.s.Count(bg, officer("keishin"), cases.Filter{Text: text}, 9); n != 1 || err != nil {
				t.Errorf("%s counts %d %v", text, n, err)
			}
		}
		if page, err := w.s.List(bg, officer("keishin"), cases.Filter{Text: "ろんどん"}); err != nil || len(page.Lines) != 0 {
			t.Errorf("what is not there: %d %v", len(page.Lines), err)
		}
	})
}
