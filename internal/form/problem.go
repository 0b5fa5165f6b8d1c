package form

import (
	"cmp"
	"strconv"
	"strings"

	"kakehashi/internal/lang"
)

// Codes of problems that a field can have.
const (
	CodeRequired    = "required" // unanswered; not a value that cannot be read
	CodeTooLong     = "too_long"
	CodeTooShort    = "too_short"
	CodeNotANumber  = "not_a_number"
	CodeTooSmall    = "too_small"
	CodeTooLarge    = "too_large"
	CodeBadStep     = "bad_step"
	CodeYen         = "M-C-05"
	CodeNotAnOption = "not_an_option"
	CodeTooFew      = "too_few"
	CodeTooMany     = "too_many"
	CodeBadDate     = "bad_date"
	CodeBadTime     = "bad_time"
	CodePeriodOrder = "period_order"
	CodeBadEmail    = "bad_email"
	CodeBadTel      = "bad_tel"
	CodeBadURL      = "bad_url"
	CodeBadCode     = "bad_code"
	CodeBadKana     = "bad_kana"
	CodeBadBank     = "bad_bank"
	CodeBadFile     = "bad_file"
	CodeUnreadable  = "unreadable"
	CodeAmount      = "amount_differs" // amount typed is not quantity × unit price
)

// problem makes a Problem whose words are catalogue entry key.
func problem(path, code, key string, args ...any) Problem {
	return Problem{Field: path, Code: code, Message: lang.Text{JA: lang.T(lang.JA, key, args...), EN: lang.T(lang.EN, key, args...)}}
}

// quoted is typed text as a message repeats it: one line, at most 30 characters.
func quoted(s string) string {
	r := []rune(strings.Join(strings.Fields(clean(s)), " "))
	if len(r) > 30 {
		return string(r[:30]) + "…"
	}
	return string(r)
}

// part joins a path and the name of a part of the value: c.person + tel = c.person.tel.
func part(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// Place names in words what a problem's path points at: "cost.lines[2].amount" is 3行目の金額, "c.person.email" is
// 担当者のメールアドレス, "p.title" is 事業名. An unknown path comes back as it is.
func Place(fields []Field, path string, tag lang.Tag) string {
	best, found := Field{}, false
	for _, f := range fields {
		if rest, ok := strings.CutPrefix(path, f.Key); ok && (rest == "" || rest[0] == '.' || rest[0] == '[') && (!found || len(f.Key) > len(best.Key)) {
			best, found = f, true
		}
	}
	if !found {
		return path
	}
	return best.Place(path, tag)
}

// Place is the function Place for one field.
func (f Field) Place(path string, tag lang.Tag) string {
	label := cmp.Or(f.Label.In(tag), f.Key)
	rest := strings.TrimPrefix(path, f.Key)
	if rest == "" {
		return label
	}
	if name, ok := strings.CutPrefix(rest, "."); ok {
		name, _, _ = strings.Cut(name, ".")
		return lang.T(tag, "form.place_part", "field", label, "part", lang.T(tag, "form.part."+name))
	}
	number, column, _ := strings.Cut(strings.TrimPrefix(rest, "["), "]")
	row, err := strconv.Atoi(number)
	if err != nil {
		return label
	}
	column = strings.TrimPrefix(column, ".")
	if column == "" {
		return lang.T(tag, "form.place_row", "row", row+1)
	}
	return lang.T(tag, "form.place_cell", "row", row+1, "column", Place(f.Cols(), column, tag))
}
