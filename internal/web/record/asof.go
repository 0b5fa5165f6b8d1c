package record

import (
	"strings"
	"time"

	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
)

// Past reads the moment of ?at= for a history. Faults at the field: what cannot be read, and a day that is still to come.
func Past(typed string, now time.Time) (time.Time, error) {
	at, ok := Instant(typed)
	switch {
	case !ok:
		return at, fault.At("at", "record.as_of.unreadable")
	case jp.Date(at) > jp.Date(now):
		return at, fault.At("at", "record.as_of.future")
	}
	return at, nil
}

// Stamp writes a moment for ?at=, to the microsecond, in Japanese time.
func Stamp(t time.Time) string { return t.In(jp.JST).Format("2006-01-02T15:04:05.000000") }

// Instant reads the moment of ?at= as links write it or as people type it: 2026/10/9 10:05, 令和8年10月9日 10:05, or a day alone. A minute
// means its end, so that what happened at 10:05 is seen at 10:05.
func Instant(s string) (time.Time, bool) {
	if t, err := time.ParseInLocation("2006-01-02T15:04:05.999999", s, jp.JST); err == nil {
		return t, true
	}
	date, clock, timed := strings.Cut(strings.Replace(strings.TrimSpace(jp.FoldID(s)), "T", " ", 1), " ")
	day, ok := jp.ParseDate(date)
	if !ok {
		return time.Time{}, false
	}
	if !timed {
		return jp.Start(jp.AddDays(day, 1)).Add(-time.Microsecond), true
	}
	t, err := time.ParseInLocation("2006-01-02 15:04", day+" "+strings.TrimSpace(clock), jp.JST)
	return t.Add(time.Minute - time.Microsecond), err == nil
}
