package jp

import (
	"fmt"
	"strconv"
)

// Era is one 元号: its days run from From to Last, both inclusive; Last is "" for the era that goes on.
type Era struct {
	Name    string // 令和
	Letter  string // R
	English string // Reiwa
	From    string
	Last    string
}

// eras, oldest first. 明治 counts from the first day of its first year (慶応4年1月1日), as the edict of that year orders; days
// before 1873, when Japan took the Gregorian calendar, are reckoned back in it.
var eras = []Era{
	{"明治", "M", "Meiji", "1868-01-25", "1912-07-29"},
	{"大正", "T", "Taisho", "1912-07-30", "1926-12-24"},
	{"昭和", "S", "Showa", "1926-12-25", "1989-01-07"},
	{"平成", "H", "Heisei", "1989-01-08", "2019-04-30"},
	{"令和", "R", "Reiwa", "2019-05-01", ""},
}

// first is the Gregorian year of the era's first year (元年).
func (e Era) first() int {
	y, _ := digits(e.From[:4])
	return y
}

// EraOf is the era of a day and the year in it (1 for 元年); ok is false before 明治.
func EraOf(day string) (e Era, year int, ok bool) {
	if !ValidDate(day) {
		return Era{}, 0, false
	}
	for i := len(eras) - 1; i >= 0; i-- {
		if day >= eras[i].From {
			y, _ := digits(day[:4])
			return eras[i], y - eras[i].first() + 1, true
		}
	}
	return Era{}, 0, false
}

// Wareki is the day as a letter writes it: 令和8年10月31日, 令和元年5月1日. Before 明治 it is 1867年4月1日.
func Wareki(day string) string {
	if !ValidDate(day) {
		return ""
	}
	m, _ := digits(day[5:7])
	d, _ := digits(day[8:])
	e, year, ok := EraOf(day)
	if !ok {
		y, _ := digits(day[:4])
		return fmt.Sprintf("%d年%d月%d日", y, m, d)
	}
	return fmt.Sprintf("%s%s年%d月%d日", e.Name, gannen(year), m, d)
}

// WarekiFY is a fiscal year as Japanese offices write it: 令和9年度. The year that holds an era's change takes the era of its
// last day, so FY2019 is 令和元年度.
func WarekiFY(fy int) string {
	e, _, ok := EraOf(fmt.Sprintf("%04d-03-31", fy+1))
	if !ok {
		return strconv.Itoa(fy) + "年度"
	}
	n := fy - e.first() + 1
	if n < 1 { // 1 January to 31 March opened the era: the fiscal year began in the one before
		e, n, _ = EraOf(fmt.Sprintf("%04d-04-01", fy))
	}
	return e.Name + gannen(n) + "年度"
}

func gannen(year int) string {
	if year == 1 {
		return "元"
	}
	return strconv.Itoa(year)
}
