package part

import (
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/a-h/templ"

	"kakehashi/internal/web/page"
)

// Station is one stop on the way from application to payment: its name and when ("10/1（木）", 「11/16から」).
type Station struct {
	Label string
	When  string
}

// span is the geometry of the arc in a box 1000 wide: one quadratic curve from the first to the last station.
type span struct {
	stations []Station
	current  int
	step     float64
}

const (
	springing = 94.0  // height of the first and last station, counted downwards
	control   = -72.0 // height of the curve's control point
)

func (s span) last() float64 { return float64(len(s.stations)-1) * s.step }

// height of the arc at station i.
func (s span) height(i int) float64 {
	t := s.share(i)
	return (1-t)*(1-t)*springing + 2*t*(1-t)*control + t*t*springing
}

func (s span) share(i int) float64 {
	if len(s.stations) < 2 {
		return 0
	}
	return float64(i) / float64(len(s.stations)-1)
}

// walked and rest are the two parts of the arc, split at the current station by de Casteljau.
func (s span) walked() string {
	t, end := s.share(s.current), s.last()
	return fmt.Sprintf("M0,%s Q%s,%s %s,%s", num(springing), num(end/2*t), num(springing+(control-springing)*t),
		num(end*t), num(s.height(s.current)))
}

func (s span) rest() string {
	t, end := s.share(s.current), s.last()
	return fmt.Sprintf("M%s,%s Q%s,%s %s,%s", num(end*t), num(s.height(s.current)), num(end/2+end/2*t),
		num(control+(springing-control)*t), num(end), num(springing))
}

func (s span) x(i int) string { return num(float64(i) * s.step) }

func (s span) y(i int) string { return num(s.height(i)) }

func (s span) state(i int) string {
	switch {
	case i < s.current:
		return "done"
	case i == s.current:
		return "now"
	}
	return ""
}

func num(x float64) string { return strconv.FormatFloat(x, 'f', -1, 32) }

func spanOf(stations []Station, current int) span {
	return span{stations, min(max(current, 0), len(stations)), 1000 / float64(max(len(stations), 1))}
}

// arcs are the drawings of all spans met so far, by the number of stations and the current one.
var arcs sync.Map // [2]int → string

// arc is the drawing over the names: piers, the arc, a dot for every station.
func (s span) arc() string {
	key := [2]int{len(s.stations), s.current}
	if known, ok := arcs.Load(key); ok {
		return known.(string)
	}
	var b strings.Builder
	b.WriteString(`<svg class="span-arc" viewBox="0 0 1000 104" preserveAspectRatio="none" aria-hidden="true" focusable="false"><g transform="translate(` + num(s.step/2) + `,4)">`)
	for i := range s.stations {
		fmt.Fprintf(&b, `<line class="pier" x1="%s" x2="%s" y1="%s" y2="100"></line>`, s.x(i), s.x(i), s.y(i))
	}
	if s.current >= len(s.stations)-1 {
		b.WriteString(`<path class="arc" d="` + spanOf(s.stations, len(s.stations)-1).walked() + `"></path>`)
	} else {
		b.WriteString(`<path class="arc" d="` + s.walked() + `"></path><path class="arc-next" d="` + s.rest() + `"></path>`)
	}
	for i := range s.stations {
		look := map[string]string{"now": " dot-now", "": " dot-next"}[s.state(i)]
		fmt.Fprintf(&b, `<line class="dot%s" x1="%s" x2="%s" y1="%s" y2="%s"></line>`, look, s.x(i), s.x(i), s.y(i), s.y(i))
		if s.state(i) == "" {
			fmt.Fprintf(&b, `<line class="dot-hole" x1="%s" x2="%s" y1="%s" y2="%s"></line>`, s.x(i), s.x(i), s.y(i), s.y(i))
		}
	}
	b.WriteString("</g></svg>")
	drawn, _ := arcs.LoadOrStore(key, b.String())
	return drawn.(string)
}

// Span is the way of a case as an arc over its stations: walked part solid, the present one vermilion, the rest dotted; on a phone a
// vertical line. current counts from 0; len(stations) means that all is done.
func Span(label string, stations []Station, current int) templ.Component {
	return page.Write(func(p *page.Pen) {
		s := spanOf(stations, current)
		p.Raw(`<div class="span">`)
		if len(stations) > 1 {
			p.Raw(s.arc())
		}
		p.Raw(`<ol aria-label="`)
		p.Text(label)
		p.Raw(`">`)
		for i, st := range stations {
			p.Raw("<li")
			if state := s.state(i); state != "" {
				p.Raw(` data-s="` + state + `"`)
				if state == "now" {
					p.Raw(` aria-current="step"`)
				}
			}
			p.Raw("><b>")
			p.Text(st.Label)
			p.Raw("</b> <span>")
			p.Text(st.When)
			p.Raw("</span></li>")
		}
		p.Raw("</ol></div>")
	})
}
