package form

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
)

// dateKind is a day, typed in either way of counting years; the value is "2027-04-01".
type dateKind struct{}

func (dateKind) parse(_ Field, in Input, path string) (any, []Problem) {
	day, p := readDay(in.first(""), path)
	if p != nil {
		return Raw{in}, []Problem{*p}
	}
	return day, nil
}

func (dateKind) input(_ Field, v any) Input { return Typed(dayTyped(str(v))) }

func (dateKind) show(_ Field, v any, tag lang.Tag) string { return lang.LongDay(tag, str(v)) }

// readDay reads a day or says in words why it is none.
func readDay(typed, path string) (string, *Problem) {
	day, fault := jp.ReadDate(typed)
	if fault == nil {
		return day, nil
	}
	when := lang.Text{JA: fmt.Sprintf("%s%d月%d日", fault.Year, fault.Month, fault.Day), EN: quoted(typed)}
	p := problem(path, CodeBadDate, "form.date_"+string(fault.Code), "typed", quoted(typed), "when", when,
		"month", fault.Month, "last", fault.LastDay, "means", meant(fault))
	return "", &p
}

// meant is what a person probably meant with a year outside its era, or the true day of the week.
func meant(fault *jp.DateFault) lang.Text {
	if day, ok := jp.ParseDate(fault.Means); ok {
		return dayText(day)
	}
	for i, mark := range []string{"日", "月", "火", "水", "木", "金", "土"} {
		if mark == fault.Means {
			return lang.Text{JA: mark + "曜日", EN: time.Weekday(i).String()}
		}
	}
	return lang.Text{}
}

// dayTyped is a day as a control shows it: 2027/4/1.
func dayTyped(day string) string {
	if !jp.ValidDate(day) {
		return day
	}
	m, _ := strconv.Atoi(day[5:7])
	d, _ := strconv.Atoi(day[8:])
	return fmt.Sprintf("%s/%d/%d", day[:4], m, d)
}

// periodKind is two days, from ≤ to; sub-keys "from" and "to"; the value is a Period.
type periodKind struct{}

func (periodKind) parse(f Field, in Input, path string) (any, []Problem) {
	var problems []Problem
	read := func(name string) string {
		if strings.TrimSpace(in.first(name)) == "" {
			problems = append(problems, problem(part(path, name), CodeRequired, "form.required_"+name))
			return ""
		}
		day, p := readDay(in.first(name), part(path, name))
		if p != nil {
			problems = append(problems, *p)
		}
		return day
	}
	period := Period{From: read("from"), To: read("to")}
	if len(problems) > 0 {
		return Raw{in}, problems
	}
	if period.To < period.From {
		return period, []Problem{problem(path, CodePeriodOrder, "form.period_order", "from", dayText(period.From), "to", dayText(period.To))}
	}
	return period, nil
}

// dayText is a day in both languages.
func dayText(day string) lang.Text {
	return lang.Text{JA: lang.LongDay(lang.JA, day), EN: lang.LongDay(lang.EN, day)}
}

func (periodKind) input(_ Field, v any) Input {
	p, _ := v.(Period)
	return Input{"from": {dayTyped(p.From)}, "to": {dayTyped(p.To)}}
}

func (periodKind) show(_ Field, v any, tag lang.Tag) string {
	p, _ := v.(Period)
	return lang.T(tag, "form.period", "from", lang.LongDay(tag, p.From), "to", lang.LongDay(tag, p.To))
}

// timeKind is a time of day; the value is "14:30".
type timeKind struct{}

var clockTime = regexp.MustCompile(`^(午前|午後|AM|PM)?([0-9]{1,2})(?:[:時]([0-9]{1,2})?分?|時半)(AM|PM)?$`)

func (timeKind) parse(_ Field, in Input, path string) (any, []Problem) {
	t := strings.ReplaceAll(strings.ToUpper(jp.FoldID(in.first(""))), " ", "")
	t = strings.Replace(t, "時半", "時30", 1)
	if m := clockTime.FindStringSubmatch(t); m != nil && (m[1] == "" || m[4] == "") {
		hour, _ := strconv.Atoi(m[2])
		minute, _ := strconv.Atoi(m[3])
		half := m[1] + m[4]
		if half != "" && hour <= 12 {
			hour %= 12
			if half == "午後" || half == "PM" {
				hour += 12
			}
		}
		if hour <= 23 && minute <= 59 && !strings.HasSuffix(t, ":") {
			return fmt.Sprintf("%02d:%02d", hour, minute), nil
		}
	}
	return Raw{in}, []Problem{problem(path, CodeBadTime, "form.bad_time", "typed", quoted(in.text()))}
}

func (timeKind) input(_ Field, v any) Input { return single(v) }

func (timeKind) show(_ Field, v any, _ lang.Tag) string { return str(v) }
