package lang

import (
	"fmt"
	"strconv"
	"time"

	"kakehashi/internal/jp"
)

// Tenths writes tenths of a point: 844 is "84.4".
func Tenths(n int64) string {
	return strconv.FormatInt(n/10, 10) + "." + strconv.FormatInt(n%10, 10)
}

// Num writes a whole number with a comma every three digits, the same in both languages: "1,788", "-5,000".
func Num[N ~int | ~int32 | ~int64](n N) string {
	s := strconv.FormatInt(int64(n), 10)
	sign := ""
	if s[0] == '-' {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

// Yen writes an amount of yen: "5,000,000円" or "¥5,000,000".
func Yen(tag Tag, n int64) string {
	if tag == JA {
		return Num(n) + "円"
	}
	if n < 0 {
		return "-¥" + Num(n)[1:]
	}
	return "¥" + Num(n)
}

// Day writes a day of the running year for reading: "10月31日（土）" or "31 Oct (Sat)". What is no ISO day comes back as it is.
func Day(tag Tag, iso string) string {
	t, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return iso
	}
	if tag == JA {
		return fmt.Sprintf("%d月%d日（%s）", t.Month(), t.Day(), jp.Weekday(iso))
	}
	return t.Format("2 Jan (Mon)")
}

// LongDay writes a day with its year: "令和8年10月31日（土）" or "31 October 2026 (Sat)".
func LongDay(tag Tag, iso string) string {
	t, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return iso
	}
	if tag == JA {
		return jp.Wareki(iso) + "（" + jp.Weekday(iso) + "）"
	}
	return t.Format("2 January 2006 (Mon)")
}

// DayText is LongDay for a sentence that is written later, in its reader's language.
func DayText(iso string) Text { return Text{JA: LongDay(JA, iso), EN: LongDay(EN, iso)} }

// DualDay writes a day in both ways of counting years, for pages people from abroad and offices share:
// "令和8年（2026年）10月31日（土）" or "31 October 2026 (Sat; Reiwa 8)".
func DualDay(tag Tag, iso string) string {
	t, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return iso
	}
	era := eraYear(iso)
	if era == "" {
		return LongDay(tag, iso)
	}
	if tag == JA {
		return fmt.Sprintf("%s（%d年）%d月%d日（%s）", era, t.Year(), t.Month(), t.Day(), jp.Weekday(iso))
	}
	return t.Format("2 January 2006 (Mon; ") + romanEra(era) + ")"
}

// Moment writes a time of day in Japan: "10月14日（水）16:12" or "14 Oct (Wed) 16:12".
func Moment(tag Tag, t time.Time) string { return MomentIn(tag, t, jp.JST) }

// Until writes the end of something that holds up to t: of what ends with a day in Japan that day, "10月20日（火）", else the moment.
func Until(tag Tag, t time.Time) string {
	if local := t.In(jp.JST); !t.IsZero() && local.Equal(jp.Start(jp.Date(t))) {
		return Day(tag, jp.AddDays(jp.Date(t), -1))
	}
	return Moment(tag, t)
}

// MomentIn is Moment in another zone (an overseas office's).
func MomentIn(tag Tag, t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	local := t.In(zone)
	return Day(tag, local.Format(time.DateOnly)) + local.Format(" 15:04")[spaceless(tag):]
}

// LongMoment writes a time of day in Japan with its year: "令和8年10月14日（水）16:12" or "14 October 2026 (Wed) 16:12".
func LongMoment(tag Tag, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	local := t.In(jp.JST)
	return LongDay(tag, local.Format(time.DateOnly)) + local.Format(" 15:04")[spaceless(tag):]
}

// spaceless is 1 where no space stands between day and time.
func spaceless(tag Tag) int {
	if tag == JA {
		return 1
	}
	return 0
}

// FiscalYear writes a Japanese fiscal year (April to March): "令和9年度（2027年度）" or "FY2027".
func FiscalYear(tag Tag, year int) string {
	if tag != JA {
		return fmt.Sprintf("FY%d", year)
	}
	if era := eraYear(fmt.Sprintf("%04d-04-01", year)); era != "" && year != 2019 {
		return fmt.Sprintf("%s度（%d年度）", era, year)
	}
	if year == 2019 { // began in 平成31年, but offices write the year by the new era
		return "令和元年度（2019年度）"
	}
	return fmt.Sprintf("%d年度", year)
}
