package form

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"kakehashi/internal/jp"
)

// settled reads a JSON value that already has the shape in which values are stored, as nearly all do that are read again: it says
// what parse would say, without taking the value apart first. false leaves the value to parse, above all whenever there is anything
// to say about it.
func (f Field) settled(v any) (any, bool) {
	switch v := v.(type) {
	case bool:
		word := strconv.FormatBool(v)
		return v, f.Kind == KindBool && (len(f.Options) == 0 || slices.ContainsFunc(f.Options, func(o Option) bool { return o.Value == word }))
	case json.Number:
		return f.settledNumber(string(v))
	case string:
		return v, f.settledText(v)
	case map[string]any:
		if f.Kind == KindPeriod {
			return settledPeriod(v)
		}
	case []any:
		switch f.Kind {
		case KindMoney:
			return f.settledRows(f.moneyColumns(true), v, finishCost)
		case KindTable:
			return f.settledRows(f.Cols(), v, func(Row, string) []Problem { return nil })
		}
	}
	return nil, false
}

func (f Field) settledNumber(s string) (any, bool) {
	if f.Kind != KindYen && f.Kind != KindInt {
		return nil, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 || n > jp.MaxYen || f.Min != nil && n < *f.Min || f.Max != nil && n > *f.Max {
		return nil, false
	}
	return n, true
}

func (f Field) settledText(s string) bool {
	switch f.Kind {
	case KindText, KindLong:
		limit := int64(defaultText)
		if f.Kind == KindLong {
			limit = defaultLong
		}
		if f.Max != nil {
			limit = *f.Max
		}
		n := int64(utf8.RuneCountInString(s))
		return n <= limit && (f.Min == nil || n >= *f.Min) && cleaned(s)
	case KindDate:
		return len(s) == len("2027-04-01") && jp.ValidDate(s)
	case KindOne:
		if f.Of == KindCountry {
			return false
		}
		for _, o := range f.Options {
			if o.Value == s {
				return cleaned(s)
			}
		}
	}
	return false
}

func settledPeriod(v map[string]any) (any, bool) {
	from, _ := v["from"].(string)
	to, _ := v["to"].(string)
	const length = len("2027-04-01")
	ok := len(v) == 2 && len(from) == length && len(to) == length && from <= to && jp.ValidDate(from) && jp.ValidDate(to)
	return Period{From: from, To: to}, ok
}

func (f Field) settledRows(columns []Field, list []any, finish func(Row, string) []Problem) (any, bool) {
	if len(list) == 0 || len(list) > mostRows-1 || f.MaxRows > 0 && len(list) > f.MaxRows || len(list) < f.MinRows {
		return nil, false
	}
	rows := make([]Row, 0, len(list))
	for _, part := range list {
		cells, ok := part.(map[string]any)
		if !ok {
			return nil, false
		}
		row := make(Row, len(cells))
		for _, c := range columns {
			cell, given := cells[c.Key]
			if !given && !c.Required {
				continue
			}
			value, ok := c.settled(cell)
			if !ok {
				return nil, false
			}
			row[c.Key] = value
		}
		if blankRow(columns, row) || len(finish(row, "")) > 0 {
			return nil, false
		}
		rows = append(rows, row)
	}
	return rows, true
}

// cleaned reports whether clean, line and lines leave s as it is: one line, no blank at its ends, and only characters that stay
// themselves in NFC wherever they stand.
func cleaned(s string) bool {
	if s == "" || s != strings.TrimSpace(s) {
		return false
	}
	for _, r := range s {
		switch {
		case r >= ' ' && r <= '~',
			r >= 0x3000 && r <= 0x3029,
			r >= 0x3041 && r <= 0x3096,
			r >= 0x30a1 && r <= 0x30fe,
			r >= 0x4e00 && r <= 0x9fff,
			r >= 0xff01 && r <= 0xff9f:
		default:
			return false
		}
	}
	return true
}
