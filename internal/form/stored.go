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
func (f *Field) settled(v any) (any, bool) {
	switch v := v.(type) {
	case bool:
		word := strconv.FormatBool(v)
		return v, f.Kind == KindBool && (len(f.Options) == 0 || slices.ContainsFunc(f.Options, func(o Option) bool { return o.Value == word }))
	case json.Number:
		return f.settledNumber(string(v))
	case string:
		return v, f.settledText(v)
	case map[string]any:
		switch f.Kind {
		case KindPeriod:
			return settledPeriod(v)
		case KindPerson:
			return settledPerson(v)
		case KindTextInt:
			return f.settledTextInt(v)
		}
	case []any:
		switch f.Kind {
		case KindMany:
			return f.settledChoices(v)
		case KindFile:
			return f.settledFiles(v)
		case KindMoney:
			return f.settledRows(f.moneyColumns(true), v, finishCost)
		case KindTable:
			return f.settledRows(f.Cols(), v, func(Row, string) []Problem { return nil })
		}
	}
	return nil, false
}

func (f *Field) settledNumber(s string) (any, bool) {
	if f.Kind != KindYen && f.Kind != KindInt {
		return nil, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 || n > jp.MaxYen || f.Min != nil && n < *f.Min || f.Max != nil && n > *f.Max {
		return nil, false
	}
	return n, true
}

func (f *Field) settledText(s string) bool {
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
	case KindOne, KindRegion, KindCountry:
		return f.settledChoice(s)
	case KindEmail:
		return settledEmail(s)
	case KindTel:
		return settledTel(s)
	}
	return false
}

// settledChoice reports whether s is an option's value, or a country's code.
func (f *Field) settledChoice(s string) bool {
	if f.Kind == KindCountry || f.Of == KindCountry {
		code, ok := countryCode(s)
		return ok && code == s
	}
	for i := range f.Options {
		if f.Options[i].Value == s {
			return cleaned(s)
		}
	}
	return false
}

func (f *Field) settledChoices(list []any) (any, bool) {
	if len(list) == 0 || len(list) < f.MinRows || f.MaxRows > 0 && len(list) > f.MaxRows {
		return nil, false
	}
	chosen := make([]string, 0, len(list))
	for _, part := range list {
		s, ok := part.(string)
		if !ok || !f.settledChoice(s) || slices.Contains(chosen, s) {
			return nil, false
		}
		chosen = append(chosen, s)
	}
	return chosen, true
}

func (f *Field) settledTextInt(v map[string]any) (any, bool) {
	text, _ := v["text"].(string)
	number, _ := v["n"].(json.Number)
	n, err := strconv.ParseInt(string(number), 10, 64)
	ok := len(v) == 2 && err == nil && n >= 0 && n <= jp.MaxYen && (f.Min == nil || n >= *f.Min) && (f.Max == nil || n <= *f.Max)
	return TextInt{Text: text, N: n}, ok && cleaned(text) && utf8.RuneCountInString(text) <= defaultLong
}

func (f *Field) settledFiles(list []any) (any, bool) {
	files := make([]File, 0, len(list))
	for _, part := range list {
		v, _ := part.(map[string]any)
		id, _ := v["id"].(string)
		name, _ := v["name"].(string)
		sum, _ := v["sha256"].(string)
		number, _ := v["size"].(json.Number)
		size, err := strconv.ParseInt(string(number), 10, 64)
		if len(v) != 4 || err != nil || size <= 0 || size > jp.MaxYen || !cleaned(id) || !cleaned(name) || strings.ContainsAny(name, `/\`) || name == "." || !sha256Hex(sum) {
			return nil, false
		}
		files = append(files, File{ID: id, Name: name, SHA256: sum, Size: size})
	}
	return files, len(files) > 0 && len(files) <= mostRows && len(fileProblems(*f, files, "")) == 0
}

func settledPerson(v map[string]any) (any, bool) {
	var p Person
	known := 0
	for _, x := range [...]struct {
		key  string
		into *string
		ok   func(string) bool
	}{{"name", &p.Name, shortPart}, {"kana", &p.Kana, func(s string) bool { return shortPart(s) && jp.KanaOnly(s) }}, {"title", &p.Title, shortPart},
		{"email", &p.Email, settledEmail}, {"tel", &p.Tel, settledTel}} {
		part, given := v[x.key]
		if !given {
			continue
		}
		s, ok := part.(string)
		if !ok || !x.ok(s) {
			return nil, false
		}
		*x.into = s
		known++
	}
	return p, p.Name != "" && known == len(v)
}

// shortPart reports whether a part of a compound value reads as itself and is not too long.
func shortPart(s string) bool { return len(s) <= 100 && cleaned(s) }

// settledEmail reports whether s is an address in small letters of the plainest form.
func settledEmail(s string) bool {
	local, domain, ok := strings.Cut(s, "@")
	if !ok || len(local) == 0 || len(local) > 64 || len(s) > 200 || strings.Trim(local, "abcdefghijklmnopqrstuvwxyz0123456789._-") != "" {
		return false
	}
	last, labels := "", 0
	for label := range strings.SplitSeq(domain, ".") {
		if len(label) == 0 || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' ||
			strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			return false
		}
		last = label
		labels++
	}
	return labels > 1 && len(last) > 1 && last[0] >= 'a'
}

// settledTel reports whether s is a Japanese number with single hyphens between its groups and no extension.
func settledTel(s string) bool {
	digits := 0
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			digits++
		case c != '-' || i == 0 || i == len(s)-1 || s[i-1] == '-':
			return false
		}
	}
	return (digits == 10 || digits == 11) && s[0] == '0' && s[1] != '0'
}

func settledPeriod(v map[string]any) (any, bool) {
	from, _ := v["from"].(string)
	to, _ := v["to"].(string)
	const length = len("2027-04-01")
	ok := len(v) == 2 && len(from) == length && len(to) == length && from <= to && jp.ValidDate(from) && jp.ValidDate(to)
	return Period{From: from, To: to}, ok
}

func (f *Field) settledRows(columns []Field, list []any, finish func(Row, string) []Problem) (any, bool) {
	if len(list) == 0 || len(list) > mostRows-1 || f.MaxRows > 0 && len(list) > f.MaxRows || len(list) < f.MinRows {
		return nil, false
	}
	rows := make([]Row, 0, len(list))
	for _, part := range list {
		cells, ok := part.(map[string]any)
		if !ok {
			return nil, false
		}
		row, filled := make(Row, len(cells)), false
		for i := range columns {
			c := &columns[i]
			cell, given := cells[c.Key]
			if !given && !c.Required {
				continue
			}
			value, ok := c.settled(cell)
			if !ok {
				return nil, false
			}
			row[c.Key] = value
			filled = filled || !c.choice()
		}
		if !filled && blankRow(columns, row) || len(finish(row, "")) > 0 {
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
