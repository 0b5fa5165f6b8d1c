package part

import (
	"fmt"
	"strconv"
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
