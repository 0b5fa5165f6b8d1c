package part

import (
	"context"
	"fmt"
	"time"

	"kakehashi/internal/jp"
	"kakehashi/internal/web/page"
)

// Clock is one office on the clocks table: local zone, and opening hours as minutes after local midnight. Shut says why it is
// closed today (a holiday's name), Works reports the days of the week it works (nil: Monday to Friday).
type Clock struct {
	Name    string
	URL     string
	Zone    *time.Location
	Opens   int
	Closes  int
	Holiday func(localDay string) bool
}

// face is a clock at one moment.
type face struct {
	local  string
	offset string
	bars   [][2]float64 // opening hours on the Japanese day, in percent
	open   bool
	look   string
	words  string
}

// at reads the clock: local time, difference to Japan, state in words.
func (c Clock) at(ctx context.Context, now time.Time) face {
	local := now.In(c.Zone)
	_, here := local.Zone()
	_, tokyo := now.In(jp.JST).Zone()
	diff := here - tokyo
	f := face{local: local.Format("15:04"), offset: difference(diff), bars: c.bars(diff)}
	minute := local.Hour()*60 + local.Minute()
	works := c.works(local)
	switch {
	case works && minute >= c.Opens && minute < c.Closes:
		f.open, f.words = true, page.T(ctx, "part.clock.open")
	case works && minute < c.Opens && c.Opens-minute <= 60:
		f.look, f.words = "wait", page.T(ctx, "part.clock.soon", "n", c.Opens-minute)
	case works && minute < c.Opens:
		f.look, f.words = "end", page.T(ctx, "part.clock.opens", "time", japanTime(c.Opens, diff))
	case !works && c.Holiday != nil && c.Holiday(local.Format("2006-01-02")):
		f.look, f.words = "end", page.T(ctx, "part.clock.holiday")
	default:
		f.look, f.words = "end", page.T(ctx, "part.clock.closed")
	}
	return f
}

func (c Clock) works(local time.Time) bool {
	if d := local.Weekday(); d == time.Saturday || d == time.Sunday {
		return false
	}
	return c.Holiday == nil || !c.Holiday(local.Format("2006-01-02"))
}

// bars are the opening hours placed on 0–24 of the Japanese day; hours over midnight are two pieces.
func (c Clock) bars(diff int) [][2]float64 {
	from := (float64(c.Opens) - float64(diff)/60) / 1440
	to := (float64(c.Closes) - float64(diff)/60) / 1440
	var bars [][2]float64
	for _, day := range []float64{-1, 0, 1} {
		a, b := max(0, from+day), min(1, to+day)
		if b > a {
			bars = append(bars, [2]float64{a * 100, (b - a) * 100})
		}
	}
	return bars
}

// difference is local time minus Japan: +2, ±0, −13, −4:30.
func difference(seconds int) string {
	if seconds == 0 {
		return "±0"
	}
	sign := "+"
	if seconds < 0 {
		sign, seconds = "−", -seconds
	}
	if m := seconds / 60 % 60; m != 0 {
		return fmt.Sprintf("%s%d:%02d", sign, seconds/3600, m)
	}
	return fmt.Sprintf("%s%d", sign, seconds/3600)
}

func japanTime(minutes, diff int) string {
	m := ((minutes-diff/60)%1440 + 1440) % 1440
	return fmt.Sprintf("%02d:%02d", m/60, m%60)
}

func nowInJapan(now time.Time) string {
	t := now.In(jp.JST)
	return pct(float64(t.Hour()*60+t.Minute()) / 14.4)
}

// Both is a moment at two places as one unit: 「15:40 現地／16:40 東京」.
func Both(ctx context.Context, t time.Time, zone *time.Location) string {
	return page.T(ctx, "part.clock.both", "local", t.In(zone).Format("15:04"), "tokyo", t.In(jp.JST).Format("15:04"))
}
