package programme

import (
	"slices"

	"kakehashi/internal/jp"
)

// Retime moves the examples along with the days of the call, which were those of was: a moment with the opening or the close it lies
// nearer to, a day of an answer with the first or last day of the projects. An example of the last minute stays one.
func (d *Definition) Retime(was Call) {
	now := d.Call
	call := func(day string) string { return along(day, was.Opens, now.Opens, was.Closes, now.Closes) }
	project := func(day string) string { return along(day, was.From, now.From, was.To, now.To) }
	d.Examples = slices.Clone(d.Examples)
	for i := range d.Examples {
		x := &d.Examples[i]
		if len(x.At) >= 10 && jp.ValidDate(x.At[:10]) {
			x.At = call(x.At[:10]) + x.At[10:]
		}
		x.Answers, _ = eachDay(x.Answers, project).(map[string]any)
		x.Confirmed, _ = eachDay(x.Confirmed, project).(map[string]any)
	}
}

// along moves a day by as much as the nearer of two days was moved; a day between them stays between them.
func along(day, first, firstNow, last, lastNow string) string {
	if !jp.ValidDate(first) || !jp.ValidDate(last) || !jp.ValidDate(firstNow) || !jp.ValidDate(lastNow) {
		return day
	}
	moved := jp.AddDays(day, jp.Days(last, lastNow))
	if distance(day, first) < distance(day, last) {
		moved = jp.AddDays(day, jp.Days(first, firstNow))
	}
	if first <= day && day <= last {
		moved = min(max(moved, firstNow), lastNow)
	}
	return moved
}

func distance(a, b string) int { return max(jp.Days(a, b), jp.Days(b, a)) }
