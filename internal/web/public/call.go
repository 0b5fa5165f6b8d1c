package public

import (
	"context"
	"slices"
	"strings"
	"time"

	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/part"
)

// phase is where a call for applications stands on a day.
type phase int

const (
	coming phase = iota
	open
	examining // closed, result still to come
	ended
	shut // the programme itself is closed
)

// call is a programme's yearly call as pages tell of it.
type call struct {
	*programme.Programme
	phase phase
	today string
	why   lang.Text // why the programme is shut
}

func (p *Pages) call(ctx context.Context, prog *programme.Programme, now time.Time) call {
	c, today := call{Programme: prog, today: jp.Date(now)}, jp.Date(now)
	taken, why := p.Programmes.Open(ctx, prog, now)
	switch {
	case !taken:
		c.phase, c.why = shut, why
	case today < prog.Call.Opens:
		c.phase = coming
	case today <= prog.Call.Closes:
		c.phase = open
	case today <= prog.Call.Result:
		c.phase = examining
	default:
		c.phase = ended
	}
	return c
}

// calls are all programmes, by pillar and number.
func (p *Pages) calls(ctx context.Context, now time.Time) ([]call, error) {
	all, err := p.Programmes.All(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]call, 0, len(all))
	for _, prog := range all {
		list = append(list, p.call(ctx, prog, now))
	}
	slices.SortFunc(list, func(a, b call) int { return strings.Compare(a.Number, b.Number) })
	return list, nil
}

// left are the days to the close; near when they are few enough to be vermilion.
func (c call) left(tag lang.Tag) (words string, near bool) {
	if c.phase != open {
		return "", false
	}
	n := jp.Days(c.today, c.Call.Closes)
	if n == 0 {
		return lang.T(tag, "public.left.today"), true
	}
	return lang.T(tag, "public.left", "n", n), n <= 21
}

// state is the glyph and word of the phase.
func (c call) state(tag lang.Tag) (look, word string) {
	switch c.phase {
	case coming:
		return "wait", lang.T(tag, "public.state.coming")
	case open:
		return "", lang.T(tag, "public.state.open")
	case examining:
		return "exam", lang.T(tag, "public.state.exam")
	case shut:
		return "end", lang.T(tag, "public.state.shut")
	}
	return "end", lang.T(tag, "public.state.ended")
}

// when says the day that counts in this phase.
func (c call) when(tag lang.Tag) string {
	switch c.phase {
	case coming:
		return lang.T(tag, "public.when.coming", "day", lang.Day(tag, c.Call.Opens))
	case open:
		return lang.T(tag, "public.when.open", "day", lang.Day(tag, c.Call.Closes))
	case examining:
		return lang.T(tag, "public.when.exam", "day", lang.Day(tag, c.Call.Result))
	case ended:
		return lang.T(tag, "public.when.ended", "day", lang.Day(tag, c.Call.Closes))
	}
	return c.why.In(tag)
}

// row is the call's line on the ruler.
func (c call) row(tag lang.Tag, now time.Time) part.RulerRow {
	r := part.RulerRow{Name: c.Title.In(tag), URL: "/programmes/" + c.Code, When: c.when(tag)}
	r.Look, r.State = c.state(tag)
	r.Left, r.Near = c.left(tag)
	window := part.Window(tag, now, c.Call.Opens, c.Call.Closes)
	if c.phase == shut {
		window.Kind, window.Label = part.Past, ""
	}
	r.Bars = []part.Bar{window}
	if c.Call.Result != "" {
		r.Bars = append(r.Bars, part.Bar{Kind: part.Mark, From: c.Call.Result})
	}
	return r
}

// ruler is the fiscal year of now with all calls, by pillar.
func ruler(tag lang.Tag, year int, now time.Time, calls []call) part.Ruler {
	r := part.Ruler{Year: year, Now: now, Due: nextClose(calls), Caption: lang.T(tag, "public.ruler.caption"),
		NameHead: lang.T(tag, "public.ruler.name"), WhenHead: lang.T(tag, "public.ruler.when")}
	for _, c := range calls {
		title := lang.T(tag, "public.pillar."+c.Pillar)
		i := slices.IndexFunc(r.Groups, func(g part.RulerGroup) bool { return g.Title == title })
		if i < 0 {
			r.Groups, i = append(r.Groups, part.RulerGroup{Title: title}), len(r.Groups)
		}
		r.Groups[i].Rows = append(r.Groups[i].Rows, c.row(tag, now))
	}
	return r
}

// nextClose is the nearest deadline of the open calls, "" without one.
func nextClose(calls []call) string {
	next := ""
	for _, c := range calls {
		if c.phase == open && (next == "" || c.Call.Closes < next) {
			next = c.Call.Closes
		}
	}
	return next
}

// nextOpen is the nearest day on which a coming call opens.
func nextOpen(calls []call) string {
	next := ""
	for _, c := range calls {
		if c.phase == coming && (next == "" || c.Call.Opens < next) {
			next = c.Call.Opens
		}
	}
	return next
}

// deadline is the last moment of a call: the end of its closing day in Japan.
func deadline(c programme.Call) time.Time {
	return jp.Start(jp.AddDays(c.Closes, 1)).Add(-time.Minute)
}
