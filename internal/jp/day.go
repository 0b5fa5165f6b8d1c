package jp

import (
	"time"
)

// JST is Japan Standard Time, UTC+9 without summer time.
var JST = time.FixedZone("JST", 9*60*60)

const iso = "2006-01-02"

// Date is the calendar day of t in Japan.
func Date(t time.Time) string { return t.In(JST).Format(iso) }

// ValidDate reports whether day is an existing day written "2027-04-01".
func ValidDate(day string) bool {
	_, ok := clock(day)
	return ok
}

// Start is the first instant of the day in Japan; the zero time when day is not a day. A deadline 「必着」 of a day is
// everything before Start(AddDays(day, 1)).
func Start(day string) time.Time {
	t, ok := clock(day)
	if !ok {
		return time.Time{}
	}
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, JST)
}

// AddDays is the day n days later (earlier when n is negative).
func AddDays(day string, n int) string {
	t, ok := clock(day)
	if !ok {
		return ""
	}
	return written(t.AddDate(0, 0, n))
}

// Days is the number of days from a to b: b − a, negative when b is earlier.
func Days(a, b string) int {
	ta, oka := clock(a)
	tb, okb := clock(b)
	if !oka || !okb {
		return 0
	}
	return int(tb.Unix()/86400 - ta.Unix()/86400)
}

// FY is the fiscal year (年度) of a day or an instant: April to March, named after the year in which it begins. 0 when the
// text is not a day.
func FY[D string | time.Time](d D) int {
	var t time.Time
	switch v := any(d).(type) {
	case string:
		day, ok := clock(v)
		if !ok {
			return 0
		}
		t = day
	case time.Time:
		t = v.In(JST)
	}
	if t.Month() < time.April {
		return t.Year() - 1
	}
	return t.Year()
}

// Weekday is the day of the week in one character: 日月火水木金土.
func Weekday(day string) string {
	t, ok := clock(day)
	if !ok {
		return ""
	}
	return weekdays[t.Weekday()]
}

var weekdays = [7]string{"日", "月", "火", "水", "木", "金", "土"}

// clock is noon-free UTC midnight of the day, good for calendar arithmetic only.
func clock(day string) (time.Time, bool) {
	if len(day) != len(iso) || day[4] != '-' || day[7] != '-' {
		return time.Time{}, false
	}
	y, oky := digits(day[:4])
	m, okm := digits(day[5:7])
	d, okd := digits(day[8:])
	if !oky || !okm || !okd || y < 1 || m < 1 || m > 12 || d < 1 || d > lastDay(y, m) {
		return time.Time{}, false
	}
	return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC), true
}

// written is t as a day; "" outside the years that four digits can name.
func written(t time.Time) string {
	if y := t.Year(); y < 1 || y > 9999 {
		return ""
	}
	return t.Format(iso)
}

func digits(s string) (int, bool) {
	n := 0
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, len(s) > 0 && len(s) < 10
}

// lastDay is the number of days of the month.
func lastDay(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}
