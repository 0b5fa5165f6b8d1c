package part

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/web/page"
)

// Kinds of a Bar.
const (
	Open   = "open" // applications are taken
	Coming = "next" // will be
	Past   = "past" // were
	Any    = "any"  // at any time
	During = "work" // the project or the event itself
	Mark   = "mark" // one expected day: result, report
)

// Bar is one window on a year's strip: From and To are JST days (ISO), both inclusive; a Mark has only From. Days outside the
// year are cut off. Label stands beside it; More comes before the label where there is room.
type Bar struct {
	Kind  string
	From  string
	To    string
	Label string
	More  string
	Low   bool // two-year ruler: in the lower half of the row
}

// RulerRow is one line of the deadline ruler. The words column says the same as the bars.
type RulerRow struct {
	Name  string
	URL   string
	Sub   string
	Bars  []Bar
	Look  string // glyph of State
	State string
	Left  string // 「あと17日」
	Near  bool
	When  string // 「10月31日（土）必着」
}

// RulerGroup is rows under a small heading ("" for none).
type RulerGroup struct {
	Title string
	Rows  []RulerRow
}

// Ruler is the fiscal year from April to March with the windows of many programmes or cases. Due is the nearest deadline
// (ISO day, "" for none): the arc at the head joins today and it.
type Ruler struct {
	Year     int
	Now      time.Time
	Due      string
	Caption  string
	NameHead string
	WhenHead string
	Groups   []RulerGroup
}

// YearRow is one fiscal year of a two-year ruler.
type YearRow struct {
	Year int
	Sub  string // what the year holds: 申請・審査
	Bars []Bar
}

// year is a fiscal year as a length of 365 or 366 days.
type year struct {
	first string
	days  int
}

func yearOf(fy int) year {
	first := fmt.Sprintf("%04d-04-01", fy)
	return year{first, jp.Days(first, fmt.Sprintf("%04d-04-01", fy+1))}
}

func (y year) leap() bool { return y.days == 366 }

// at is where the beginning of a day stands, in percent of the year, held between 0 and 100.
func (y year) at(day string) float64 {
	if !jp.ValidDate(day) {
		return 0
	}
	return min(100, max(0, float64(jp.Days(y.first, day))*100/float64(y.days)))
}

// after is where the end of a day stands.
func (y year) after(day string) float64 { return y.at(jp.AddDays(day, 1)) }

// now is where a moment stands; ok is false outside the year.
func (y year) now(t time.Time) (x float64, ok bool) {
	x = t.Sub(jp.Start(y.first)).Hours() / 24 * 100 / float64(y.days)
	return x, x >= 0 && x <= 100
}

func pct(x float64) string { return strconv.FormatFloat(x, 'f', 2, 64) + "%" }

// month is the label at the first of a month: the figure, and 月 where there is room.
type month struct {
	x     string
	label string
	unit  string
}

func (y year) months(tag lang.Tag) []month {
	months := make([]month, 0, 12)
	start, _ := time.Parse("2006-01-02", y.first)
	for i := range 12 {
		d := start.AddDate(0, i, 0)
		m := month{x: pct(y.at(d.Format("2006-01-02"))), label: strconv.Itoa(int(d.Month())), unit: "月"}
		if tag != lang.JA {
			m.label, m.unit = d.Format("Jan")[:1], d.Format("Jan")[1:]
		}
		months = append(months, m)
	}
	return months
}

// shape is a bar with its geometry.
type shape struct {
	Bar
	x, w   string
	end    float64
	share  float64 // of the year, in percent
	label  bool
	labelX string
	anchor string // "start" right of the bar, "end" left of it
	dx     string
	height int
}

// broad reports whether the words of a low bar fit inside it.
func (s shape) broad() bool { return s.Kind != Mark && s.share > 18 }

// shapes cuts bars to the year and drops what lies outside.
func (y year) shapes(bars []Bar) []shape {
	var out []shape
	for _, b := range bars {
		if b.Kind == Mark {
			if !y.holds(b.From) {
				continue
			}
			b.To = b.From
		}
		from, to := y.at(b.From), y.after(b.To)
		if b.Kind != Mark && (to <= 0 || from >= 100 || to <= from) {
			continue
		}
		s := shape{Bar: b, x: pct(from), w: pct(to - from), end: to, share: to - from, label: b.Label != "", height: height(b.Kind)}
		s.labelX, s.anchor, s.dx = pct(to), "start", "6"
		switch {
		case b.Kind == Mark:
			s.labelX, s.anchor, s.dx = pct(from), "end", "-11"
		case to > 90 && from > 20:
			s.labelX, s.anchor, s.dx = pct(from), "end", "-6"
		case to > 90:
			s.label = s.label && b.Kind == During
		}
		out = append(out, s)
	}
	return out
}

// tall are the shapes of a two-year ruler. Its marks stand to the right of the bars, so the words of a bar stand to its left where there is
// room.
func (y year) tall(bars []Bar) []shape {
	out := y.shapes(bars)
	for i := range out {
		s := &out[i]
		from := s.end - s.share
		if s.Kind != Mark && s.Kind != During && !(s.Low && s.broad()) && from > 30 && (!s.Low || s.end > 70) {
			s.labelX, s.anchor, s.dx = pct(from), "end", "-6"
		}
	}
	return out
}

func (y year) holds(day string) bool {
	return jp.ValidDate(day) && jp.Days(y.first, day) >= 0 && jp.Days(y.first, day) < y.days
}

func height(kind string) int {
	switch kind {
	case Open:
		return 12
	case Past:
		return 4
	}
	return 10
}

func shift(h int) string { return fmt.Sprintf("translate(0,-%d)", h/2) }

// head is what stands above the strip: today, the days left, and the arc between.
type head struct {
	on          bool
	x           string
	today, left string
	joined      bool   // both words in one text
	anchor, dx  string // of the today text
	leftX       string
	leftAnchor  string
	leftDX      string
	arc         bool
	arcW        string
}

func (r Ruler) head(ctx context.Context) head {
	y := yearOf(r.Year)
	x, on := y.now(r.Now)
	if !on {
		return head{}
	}
	tag := lang.From(ctx)
	h := head{on: true, x: pct(x), anchor: "end", dx: "-6", today: page.T(ctx, "part.ruler.today", "day", monthDay(tag, jp.Date(r.Now)))}
	today := jp.Date(r.Now)
	if r.Due != "" && y.holds(r.Due) && r.Due >= today {
		due := y.after(r.Due)
		h.left = page.T(ctx, "part.ruler.left", "n", jp.Days(today, r.Due))
		h.leftX, h.leftAnchor, h.leftDX = pct(due), "start", "6"
		if due > 82 {
			h.leftAnchor, h.leftDX = "end", "0"
		}
		h.arc, h.arcW = due-x > 2, pct(due-x)
	}
	switch {
	case x < 34:
		h.anchor, h.dx, h.joined = "start", "6", true
	case x > 70:
		h.joined = true
	}
	return h
}

// beside is the days left when they stand in one text with today.
func (h head) beside() string {
	if h.joined {
		return h.left
	}
	return ""
}

// monthDay is a day without its weekday: 10月14日, 14 Oct.
func monthDay(tag lang.Tag, day string) string {
	t, err := time.Parse("2006-01-02", day)
	if err != nil {
		return day
	}
	if tag == lang.JA {
		return fmt.Sprintf("%d月%d日", t.Month(), t.Day())
	}
	return t.Format("2 Jan")
}

// Short is a day as it stands beside a bar: 10/31, 31 Oct.
func Short(tag lang.Tag, day string) string {
	t, err := time.Parse("2006-01-02", day)
	if err != nil {
		return day
	}
	if tag == lang.JA {
		return fmt.Sprintf("%d/%d", t.Month(), t.Day())
	}
	return t.Format("2 Jan")
}

// Window makes the bar of a call for applications: coming, open or past on the day of now, with its end beside it.
func Window(tag lang.Tag, now time.Time, opens, closes string) Bar {
	today, b := jp.Date(now), Bar{Kind: Open, From: opens, To: closes, Label: Short(tag, closes)}
	switch {
	case today < opens:
		b.Kind = Coming
	case today > closes:
		b.Kind, b.Label = Past, ""
	}
	return b
}

// MonthDay is a day as figures: 10/31, for columns whose weekday stands beside it (see WeekdayOf).
func MonthDay(day string) string { return Short(lang.JA, day) }

// WeekdayOf is the weekday of a day in brackets: （土）, (Sat).
func WeekdayOf(tag lang.Tag, day string) string {
	if tag == lang.JA {
		return "（" + jp.Weekday(day) + "）"
	}
	t, err := time.Parse("2006-01-02", day)
	if err != nil {
		return ""
	}
	return " (" + t.Format("Mon") + ")"
}
