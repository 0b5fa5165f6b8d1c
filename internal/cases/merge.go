package cases

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kakehashi/internal/db"
	"kakehashi/internal/form"
)

// Sent is what one page sent for some fields of a case.
type Sent struct {
	Inputs map[string]form.Input
	Base   int      // the Seq the page was made from; 0 takes what was sent whatever stands
	Mine   []string // fields of a clash where the person looked and chose their own
	Window Window   // which save of which page of which browser window this is; zero without a script
}

// Window tells one save of a page from another: the browser window, its how-manyeth page, and that page's how-manyeth save. What one
// window saved is never a clash with what the same window saves later, and a save that arrives late does not undo a later one.
type Window struct {
	ID         string
	Page, Save int
}

// ParseWindow reads "id/page/save" as kk.js writes it; anything else is the zero Window.
func ParseWindow(s string) Window {
	parts := strings.Split(s, "/")
	if len(parts) != 3 || parts[0] == "" || len(parts[0]) > 40 {
		return Window{}
	}
	page, err := strconv.Atoi(parts[1])
	save, err2 := strconv.Atoi(parts[2])
	if err != nil || err2 != nil {
		return Window{}
	}
	return Window{parts[0], page, save}
}

func (w Window) String() string {
	if w.ID == "" {
		return ""
	}
	return fmt.Sprintf("%s/%d/%d", w.ID, w.Page, w.Save)
}

// outcome is what becomes of one sent field that somebody saved after the page was made.
type outcome int

const (
	take  outcome = iota // what was sent is saved
	keep                 // what stands stays: the page did not touch the field, or its save is older
	clash                // both changed it: the person chooses
)

// merge compares a sent field with what stands, with what the page showed, and with who saved it last (domain.md 6.13).
func (d *draft) merge(sent Sent, key string, f form.Field, value any, answered bool, was *basis) (outcome, error) {
	if d.Case.Revs[key] <= sent.Base || sent.Base <= 0 || slices.Contains(sent.Mine, key) {
		return take, nil
	}
	last, err := db.One(d.ctx, d.tx, scanEvent, `SELECT `+eventColumns+` FROM case_events WHERE case_id = $1 AND seq = $2`, d.Case.ID, d.Case.Revs[key])
	if err != nil {
		return keep, err
	}
	by := ParseWindow(last.Data.Window)
	own := by.ID != "" && by.ID == sent.Window.ID && last.Person == d.who.Person
	switch {
	case own && (by.Page > sent.Window.Page || by.Page == sent.Window.Page && by.Save >= sent.Window.Save):
		return keep, nil
	case own && by.Page == sent.Window.Page:
		return take, nil
	}
	shown, has, err := was.value(d, sent.Base, key, f)
	switch {
	case err != nil:
		return keep, err
	case has == answered && (!has || form.Equal(shown, value)):
		return keep, nil
	case own:
		return take, nil
	}
	return clash, nil
}

// basis is the case as the page showed it, read from the journal when a field was saved meanwhile.
type basis struct{ at *Case }

// value is what a field held when the page was made.
func (b *basis) value(d *draft, base int, key string, f form.Field) (any, bool, error) {
	if b.at == nil {
		list, err := d.Store.events(d.ctx, d.tx, d.Case.ID)
		if err != nil {
			return nil, false, err
		}
		b.at = &Case{}
		for _, e := range list {
			if e.Seq <= base {
				b.at.apply(e)
			}
		}
	}
	stored, ok := b.at.Raw[key]
	if !ok {
		return nil, false, nil
	}
	v, err := plain(stored)
	if err != nil {
		return nil, false, fmt.Errorf("case %s: answer %s: %w", d.Case.ID, key, err)
	}
	value, answered, _ := f.FromJSON(v)
	return value, answered, nil
}

// typed reads what was sent for a field. A table that was sent without a row is known to be empty, which is an answer where none is
// asked for: 他の助成 is none, not open.
func typed(f form.Field, in form.Input) (value any, answered bool, problems []form.Problem) {
	value, answered, problems = f.Parse(in)
	if !answered && f.Kind == form.KindTable && !f.Required && f.RequiredIf == "" && f.MinRows == 0 {
		return []form.Row{}, true, problems
	}
	return value, answered, problems
}
