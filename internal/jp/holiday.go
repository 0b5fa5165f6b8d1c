package jp

import (
	"cmp"
	_ "embed"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

//go:embed holidays.txt
var holidayTable string

type holiday struct{ ja, en string }

var holidays = sync.OnceValue(func() map[string]holiday {
	names := map[string]holiday{}
	days := map[string]holiday{}
	for line := range strings.Lines(holidayTable) {
		line = strings.TrimRight(line, "\n")
		if strings.HasPrefix(line, "#") {
			continue
		}
		if mark, rest, ok := strings.Cut(line, "\t"); ok {
			ja, en, _ := strings.Cut(rest, "\t")
			names[mark] = holiday{ja, en}
			continue
		}
		entries := strings.Fields(line)
		for _, e := range entries[1:] {
			days[entries[0]+"-"+e[:2]+"-"+e[2:4]] = names[e[4:]]
		}
	}
	return days
})

// A Holiday is one national holiday with its names.
type Holiday struct{ Day, JA, EN string }

// ShippedHolidays lists the national holidays inside the program in the order of their days.
func ShippedHolidays() []Holiday {
	list := make([]Holiday, 0, len(holidays()))
	for day, h := range holidays() {
		list = append(list, Holiday{day, h.ja, h.en})
	}
	slices.SortFunc(list, func(a, b Holiday) int { return cmp.Compare(a.Day, b.Day) })
	return list
}

// amended are days the installation knows better than the program: a holiday with its names, or none (both empty).
var amended atomic.Pointer[map[string]holiday]

// AmendHolidays lays an installation's own knowledge over the shipped table, for this whole process: days that are holidays, and days
// (removed) that are not. It takes the place of what was laid before.
func AmendHolidays(days []Holiday, removed []string) {
	m := make(map[string]holiday, len(days)+len(removed))
	for _, day := range removed {
		m[day] = holiday{}
	}
	for _, h := range days {
		m[h.Day] = holiday{h.JA, h.EN}
	}
	amended.Store(&m)
}

func holidayOn(day string) (holiday, bool) {
	if m := amended.Load(); m != nil {
		if h, known := (*m)[day]; known {
			return h, h != holiday{}
		}
	}
	h, ok := holidays()[day]
	return h, ok
}

// IsHoliday names the national holiday (国民の祝日, substitute days included) of a day in Japanese. The table reaches from 1970
// to 2050, equinoxes to come being predictions, and is amended by what an installation records (AmendHolidays).
func IsHoliday(day string) (name string, ok bool) {
	h, ok := holidayOn(day)
	return h.ja, ok
}

// HolidayEnglish is IsHoliday with the English name.
func HolidayEnglish(day string) (name string, ok bool) {
	h, ok := holidayOn(day)
	return h.en, ok
}

// BusinessDay reports whether offices work: not Saturday, Sunday, a national holiday or 29 December to 3 January (domain.md
// §4.0.8).
func BusinessDay(day string) bool {
	t, ok := clock(day)
	if !ok {
		return false
	}
	if w := t.Weekday(); w == time.Saturday || w == time.Sunday {
		return false
	}
	if md := day[5:]; md >= "12-29" || md <= "01-03" {
		return false
	}
	_, off := holidayOn(day)
	return !off
}

// AddBusinessDays is the n-th business day after day; before it when n is negative. n = 0 gives day itself.
func AddBusinessDays(day string, n int) string {
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	for n > 0 && day != "" {
		day = AddDays(day, step)
		if BusinessDay(day) {
			n--
		}
	}
	return day
}

// NextBusinessDay is day itself when offices work on it, else the first business day after it.
func NextBusinessDay(day string) string {
	for day != "" && !BusinessDay(day) {
		day = AddDays(day, 1)
	}
	return day
}

// BusinessDaysBetween counts the business days after a up to and with b; negative when b is before a.
func BusinessDaysBetween(a, b string) int {
	if !ValidDate(a) || !ValidDate(b) {
		return 0
	}
	if b < a {
		return -BusinessDaysBetween(b, a)
	}
	n := 0
	for d := AddDays(a, 1); d != "" && d <= b; d = AddDays(d, 1) {
		if BusinessDay(d) {
			n++
		}
	}
	return n
}
