package jp

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// DateFault says why typed text is not a day; the caller puts it into words.
type DateFault struct {
	Code    DateCode
	Year    string // the year as typed, made tidy: 令和8年, 2026年
	Month   int
	Day     int
	LastDay int    // NoSuchDay: the last day of that month
	Means   string // OutsideEra, WrongWeekday: what was probably meant
}

// DateCode is a kind of DateFault.
type DateCode string

const (
	DateUnreadable   DateCode = "unreadable"    // no date can be seen
	DateIncomplete   DateCode = "incomplete"    // 令和8年4月: the day is missing
	DateNoSuchMonth  DateCode = "no_such_month" // 令和8年13月1日
	DateNoSuchDay    DateCode = "no_such_day"   // 令和8年2月30日
	DateOutsideEra   DateCode = "outside_era"   // 昭和65年4月1日; Means 平成2年4月1日
	DateWrongWeekday DateCode = "wrong_weekday" // 令和8年10月31日（金）; Means 土
)

// ParseDate is ReadDate without the reason.
func ParseDate(s string) (day string, ok bool) {
	day, fault := ReadDate(s)
	return day, fault == nil
}

const (
	yearMark = `(?P<year>元|[0-9]{1,4})`
	monthDay = `(?P<month>[0-9]{1,2})(?:[./\-]|月)(?P<day>[0-9]{1,2})日?`
	weekMark = `(?:[(（]?(?P<week>[日月火水木金土])(?:曜日?)?[)）]?)?`
)

var (
	eraDate      = regexp.MustCompile(`^(?P<era>明治?|大正?|昭和?|平成?|令和?|[MTSHR])` + yearMark + `(?:[./\-]|年)` + monthDay + weekMark + `$`)
	plainDate    = regexp.MustCompile(`^(?:西暦)?(?P<year>[0-9]{4})(?:[./\-]|年)` + monthDay + weekMark + `$`)
	solidDate    = regexp.MustCompile(`^(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})$`)
	englishDate  = regexp.MustCompile(`^(?P<day>[0-9]{1,2})\.?(?P<word>[A-Z]{3,9})\.?,?(?P<year>[0-9]{4})(?:\([A-Z]{3}\))?$`)
	americanDate = regexp.MustCompile(`^(?P<word>[A-Z]{3,9})\.?(?P<day>[0-9]{1,2}),(?P<year>[0-9]{4})(?:\([A-Z]{3}\))?$`)
	noDay        = regexp.MustCompile(`^(?:(?:明治?|大正?|昭和?|平成?|令和?|[MTSHR])(?:元|[0-9]{1,2})|[0-9]{4})(?:[./\-]|年)(?:度|[0-9]{1,2}月?)?$`)
	kanjiNumber  = regexp.MustCompile(`[〇一二三四五六七八九十]+`)
)

var eraSigns = strings.NewReplacer("㍾", "明治", "㍽", "大正", "㍼", "昭和", "㍻", "平成", "㋿", "令和")

// ReadDate reads a day as people in Japan type it: 令和8年4月1日, 令和元年5月1日, R8.4.1, Ｈ３１．４．３０, 2026/4/1, 2026年4月1日,
// 20260401, 令和八年四月一日, a weekday behind it (checked), and 1 April 2026. Width does not matter. A day that does not exist
// and a year outside its era are refused with the reason; an empty text is unreadable.
func ReadDate(s string) (day string, fault *DateFault) {
	if len(s) > 200 || !utf8.ValidString(s) {
		return "", &DateFault{Code: DateUnreadable}
	}
	t := strings.ToUpper(FoldID(eraSigns.Replace(s)))
	t = strings.ReplaceAll(t, " ", "")
	if t != "" && strings.ContainsAny(t, "年月日") {
		t = kanjiDigits(t)
	}
	for _, form := range []*regexp.Regexp{eraDate, plainDate, solidDate, englishDate, americanDate} {
		if m := form.FindStringSubmatch(t); m != nil {
			part := func(name string) string {
				if i := form.SubexpIndex(name); i >= 0 {
					return m[i]
				}
				return ""
			}
			return assemble(part)
		}
	}
	if noDay.MatchString(t) {
		return "", &DateFault{Code: DateIncomplete}
	}
	return "", &DateFault{Code: DateUnreadable}
}

func assemble(part func(string) string) (string, *DateFault) {
	era, found := eraNamed(part("era"))
	year, month, dayOfMonth := 1, 0, 0
	if y := part("year"); y != "元" {
		year, _ = digits(y)
	}
	month, _ = digits(part("month"))
	if w := part("word"); w != "" {
		if month = monthNamed(w); month == 0 {
			return "", &DateFault{Code: DateUnreadable}
		}
	}
	dayOfMonth, _ = digits(part("day"))
	label := fmt.Sprintf("%d年", year)
	if found {
		if year < 1 || year > 200 {
			return "", &DateFault{Code: DateUnreadable}
		}
		label = era.Name + gannen(year) + "年"
		year += era.first() - 1
	}
	fault := &DateFault{Year: label, Month: month, Day: dayOfMonth}
	switch {
	case year < 1000:
		fault.Code = DateUnreadable
		return "", fault
	case month < 1 || month > 12:
		fault.Code = DateNoSuchMonth
		return "", fault
	case dayOfMonth < 1 || dayOfMonth > lastDay(year, month):
		fault.Code, fault.LastDay = DateNoSuchDay, lastDay(year, month)
		return "", fault
	}
	day := fmt.Sprintf("%04d-%02d-%02d", year, month, dayOfMonth)
	if found && (day < era.From || era.Last != "" && day > era.Last) {
		fault.Code, fault.Means = DateOutsideEra, Wareki(day)
		return "", fault
	}
	if w := part("week"); w != "" && w != Weekday(day) {
		fault.Code, fault.Means = DateWrongWeekday, Weekday(day)
		return "", fault
	}
	return day, nil
}

// eraNamed finds an era by its name, the first character of it or its letter.
func eraNamed(s string) (Era, bool) {
	for _, e := range eras {
		if s != "" && (s == e.Letter || strings.HasPrefix(e.Name, s)) {
			return e, true
		}
	}
	return Era{}, false
}

var months = [12]string{"JANUARY", "FEBRUARY", "MARCH", "APRIL", "MAY", "JUNE", "JULY", "AUGUST", "SEPTEMBER", "OCTOBER", "NOVEMBER", "DECEMBER"}

func monthNamed(word string) int {
	for i, m := range months {
		if word == m || len(word) >= 3 && len(word) <= 4 && strings.HasPrefix(m, word) {
			return i + 1
		}
	}
	return 0
}

// kanjiDigits writes numbers in kanji (八, 十, 三十一, 二〇二六) with digits. A 日 or 月 is never part of a number, so weekdays stay.
func kanjiDigits(s string) string {
	return kanjiNumber.ReplaceAllStringFunc(s, func(number string) string {
		runes := []rune(number)
		if len(runes) > 4 {
			return number
		}
		n, unit, positional := 0, 0, true
		for _, r := range runes {
			if r == '十' {
				positional = false
				n += max(unit, 1) * 10
				unit = 0
				continue
			}
			unit = strings.Index("〇一二三四五六七八九", string(r)) / len("〇")
			if positional && n > 0 || positional && len(runes) > 1 && !strings.ContainsRune(number, '十') {
				n = n*10 + unit
				unit = 0
			}
		}
		return fmt.Sprint(n + unit)
	})
}
