package form

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
)

// Lengths of texts whose definition names none.
const (
	defaultText = 200
	defaultLong = 4000
)

// textKind is text (one line) and long (several). Lengths count code points after NFC.
type textKind struct{}

func (textKind) parse(f Field, in Input, path string) (any, []Problem) {
	s := line(in.first(""))
	limit := int64(defaultText)
	if f.Kind == KindLong {
		s, limit = lines(in.first("")), defaultLong
	}
	if s == "" {
		if len(in) > 0 && in.first("") == "" {
			return unreadable(in, path)
		}
		return nil, nil
	}
	if f.Max != nil {
		limit = *f.Max
	}
	n := int64(utf8.RuneCountInString(s))
	switch {
	case n > limit:
		return s, []Problem{problem(path, CodeTooLong, "form.too_long", "max", lang.Num(limit), "n", lang.Num(n), "over", lang.Num(n-limit))}
	case f.Min != nil && n < *f.Min:
		return s, []Problem{problem(path, CodeTooShort, "form.too_short", "min", lang.Num(*f.Min), "n", lang.Num(n))}
	}
	return s, nil
}

func (textKind) input(_ Field, v any) Input { return single(v) }

func (textKind) show(_ Field, v any, _ lang.Tag) string { return str(v) }

// Length is the number of code points of a text as its limit counts them.
func Length(s string) int { return utf8.RuneCountInString(lines(s)) }

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n", "\t", " ")

// clean is s in NFC without control characters but newline, and without the marks that turn the writing direction of what
// follows (they can make a text look like another one).
func clean(s string) string {
	s = strings.ToValidUTF8(s, "\ufffd")
	s = lineEnds.Replace(s)
	s = strings.Map(func(r rune) rune {
		if r != '\n' && unseen(r) {
			return -1
		}
		return r
	}, s)
	return jp.NFC(s)
}

// unseen reports whether clean takes r away.
func unseen(r rune) bool {
	return unicode.IsControl(r) || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' || r == '\ufeff'
}

// line is clean text on one line, without blanks at the ends.
func line(s string) string {
	return strings.TrimSpace(strings.ReplaceAll(clean(s), "\n", " "))
}

// lines is clean text of several lines without blanks behind lines and without empty lines at the ends. Blanks before a line stay
// (a paragraph in Japanese begins with one).
func lines(s string) string {
	all := strings.Split(clean(s), "\n")
	for i, l := range all {
		all[i] = strings.TrimRightFunc(l, unicode.IsSpace)
	}
	return strings.Trim(strings.Join(all, "\n"), "\n")
}

// str is a canonical text value.
func str(v any) string {
	s, _ := v.(string)
	return s
}

func single(v any) Input { return Typed(str(v)) }
