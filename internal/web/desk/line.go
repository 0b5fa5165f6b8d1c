package desk

import (
	"strings"

	"kakehashi/internal/cases"
	"kakehashi/internal/lang"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
	"kakehashi/internal/web/record"
)

// lineWords says the lines of one list in words. Lines share programmes, states and days: each is put into words once.
type lineWords struct {
	p          *Pages
	r          *page.Request
	programmes map[string]*programme.Programme
	calls      map[call]string
	holders    map[string]string
	days       map[string]dayWords
}

// call is a programme in a year.
type call struct {
	programme string
	year      int
}

// dayWords are a due day and what is left until it.
type dayWords struct {
	full, day, weekday, left string
	near                     bool
}

func (p *Pages) words(r *page.Request) *lineWords {
	return &lineWords{p: p, r: r, programmes: map[string]*programme.Programme{}, calls: map[call]string{}, holders: map[string]string{},
		days: map[string]dayWords{}}
}

// programme is the newest version, nil when there is none.
func (w *lineWords) programme(code string) *programme.Programme {
	p, known := w.programmes[code]
	if !known {
		p, _ = w.p.Programmes.Current(w.r.Context(), code)
		w.programmes[code] = p
	}
	return p
}

func (w *lineWords) call(l cases.Line, p *programme.Programme) string {
	key := call{l.Programme, l.FiscalYear}
	words, known := w.calls[key]
	if !known {
		words = p.Title.In(w.r.Lang) + "　" + lang.FiscalYear(w.r.Lang, l.FiscalYear)
		w.calls[key] = words
	}
	return words
}

func (w *lineWords) holder(holder string) string {
	words, known := w.holders[holder]
	if !known {
		words = record.Holder(w.r.Lang, holder)
		w.holders[holder] = words
	}
	return words
}

func (w *lineWords) day(due string) dayWords {
	d, known := w.days[due]
	if !known && due != "" {
		d = dayWords{full: lang.Day(w.r.Lang, due), day: part.MonthDay(due), weekday: part.WeekdayOf(w.r.Lang, due)}
		d.left, d.near = record.Left(w.r, due)
		w.days[due] = d
	}
	return d
}

// todo is one line in words. Names of states come from the newest version; a state it lacks is shown by its id.
func (w *lineWords) todo(l cases.Line) part.Todo {
	t := part.Todo{URL: caseURL(l.ID), Number: l.Number, Title: strings.TrimSpace(record.Org(w.r, w.p.Orgs, l.Org, l.OrgName) + "　" + l.Title), State: l.State, Holder: w.holder(l.Holder)}
	if p := w.programme(l.Programme); p != nil {
		if st := p.State(l.State); st != nil {
			t.Look, t.State = st.Look, st.Title.In(w.r.Lang)
		}
		t.Reason = w.call(l, p)
	}
	d := w.day(l.Due)
	t.Day, t.Weekday, t.Left, t.Near = d.day, d.weekday, d.left, d.near
	return t
}
