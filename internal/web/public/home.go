package public

import (
	"strings"

	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/library"
	"kakehashi/internal/org"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
)

// homeView is the start page.
type homeView struct {
	Open, Left int
	Next       string // day of the nearest deadline
	Coming     string // day the next call opens, where none is open
	Year       int
	Ruler      part.Ruler
	Finder     finderForm
	Clocks     []part.Clock
	Tokyo      string
	Figures    []org.Statistic
	Latest     []library.Publication
	Pair       pair
	Request    *page.Request
}

func (p *Pages) home(r *page.Request) (page.View, error) {
	calls, err := p.calls(r.Context(), r.Now)
	if err != nil {
		return page.View{}, err
	}
	v := homeView{Year: jp.FY(r.Now), Request: r, Next: nextClose(calls), Coming: nextOpen(calls)}
	for _, c := range calls {
		if c.phase == open {
			v.Open++
		}
	}
	if v.Next != "" {
		v.Left = jp.Days(jp.Date(r.Now), v.Next)
	}
	v.Ruler = ruler(r.Lang, v.Year, r.Now, calls)
	reg, err := p.register(r)
	if err != nil {
		return page.View{}, err
	}
	v.Finder, v.Clocks, v.Figures = p.finderForm(r, reg, asked{}), reg.clocks(r.Lang, jp.Date(r.Now)), reg.shown()
	if v.Latest, err = p.latest(r.Context()); err != nil {
		return page.View{}, err
	}
	if v.Pair, err = p.tie(r); err != nil {
		return page.View{}, err
	}
	t := r.Now.In(jp.JST)
	v.Tokyo = r.T("public.home.tokyo", "time", t.Format("15:04"), "weekday", part.WeekdayOf(r.Lang, jp.Date(t)))
	return page.View{Title: v.sentence(), Body: home(v), Describe: r.T("public.home.lead"), Feeds: feeds(r)}, nil
}

// sentence is the h1 in one piece, for the window's title.
func (v homeView) sentence() string {
	if v.Open == 0 {
		return v.Request.T("public.home.none")
	}
	return v.Request.T("public.home.open", "n", v.Open)
}

// shown are the figures of the start page, in this order; the register has more (about page).
var shown = []string{"jet.current.2025", "support.cases_per_year", "sister.count"}

func (reg *register) shown() []org.Statistic {
	var some []org.Statistic
	for _, key := range shown {
		for _, s := range reg.figures {
			if s.Key == key {
				some = append(some, s)
			}
		}
	}
	return some
}

// figure splits a printed value at its first number: 約460件 → 約460, 件; more than 1,700 → more than, 1,700.
func figure(s org.Statistic, tag lang.Tag) (before, number, rest string) {
	v := s.Value.In(tag)
	from := strings.IndexFunc(v, digit)
	if from < 0 {
		return "", v, ""
	}
	to := from
	for to < len(v) && (digit(rune(v[to])) || v[to] == ',') {
		to++
	}
	if len([]rune(v[:from])) <= 2 {
		from = 0
	}
	return v[:from], v[from:to], v[to:]
}

func digit(r rune) bool { return r >= '0' && r <= '9' }

func feeds(r *page.Request) []page.Feed {
	return []page.Feed{
		{Type: "application/atom+xml", Title: r.T("public.feed.title"), URL: r.Href("/calls.atom")},
		{Type: "text/calendar", Title: r.T("public.calendar.title"), URL: r.Href("/calendar.ics")},
	}
}
