package part

import (
	"context"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"kakehashi/internal/lang"
)

// Gap is what stands between two phrases: nothing in Japanese, a blank elsewhere.
func Gap(ctx context.Context) string {
	if lang.From(ctx) == lang.JA {
		return ""
	}
	return " "
}

// foreignTo is the language of words that are not in the language of the page: Japanese elsewhere, and at least three words of English on a
// Japanese page; "" for all others.
func foreignTo(tag lang.Tag, words string) string {
	japanese := strings.ContainsFunc(words, isJapanese)
	switch {
	case japanese && tag != lang.JA:
		return "ja"
	case !japanese && tag == lang.JA && len(strings.Fields(words)) > 2 && strings.ContainsFunc(words, unicode.IsLower):
		return "en"
	}
	return ""
}

func isJapanese(r rune) bool {
	return r >= 0x4E00 && r <= 0x9FEF || r >= 0x3041 && r <= 0x3096 || r > 0x2E00 && unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Han)
}

// besideJapanese is true of the signs that stand inside Japanese words: ー, 「」, fullwidth signs and digits.
func besideJapanese(r rune) bool { return r >= 0x3001 && r <= 0x30FF || r >= 0xFF00 && r <= 0xFFEF }

// holdsSentence is true of words of which at least two are English ones: a sentence with Japanese names in it.
func holdsSentence(words string) bool {
	n := 0
	for w := range strings.FieldsSeq(words) {
		if !strings.ContainsFunc(w, isJapanese) && strings.ContainsFunc(w, unicode.IsLower) {
			n++
		}
	}
	return n >= 2
}

func itoa(n int) string { return strconv.Itoa(n) }

func splitLines(s string) []string {
	return strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
}

func noneCurrent(tabs []Tab) bool {
	for _, t := range tabs {
		if t.Current {
			return false
		}
	}
	return true
}

// apart splits two texts into the beginning and end they share and what differs between. It cuts only where a sentence or
// line ends, so that a reader sees whole phrases.
func apart(before, after string) (head, gone, come, tail string) {
	if before == "" || after == "" {
		return "", before, after, ""
	}
	n := 0
	for n < len(before) && n < len(after) && before[n] == after[n] {
		n++
	}
	n = cutBack(before[:n])
	b, a := before[n:], after[n:]
	m := 0
	for m < len(b) && m < len(a) && b[len(b)-1-m] == a[len(a)-1-m] {
		m++
	}
	m = cutForward(b, m)
	return before[:n], b[:len(b)-m], a[:len(a)-m], b[len(b)-m:]
}

const stops = "。、．，\n 　"

// cutBack is the length of s up to its last stop.
func cutBack(s string) int {
	i := strings.LastIndexAny(s, stops)
	if i < 0 {
		return 0
	}
	_, size := utf8.DecodeRuneInString(s[i:])
	return i + size
}

// cutForward shortens the m shared bytes at the end of s so that they begin after a stop.
func cutForward(s string, m int) int {
	tail := s[len(s)-m:]
	i := strings.IndexAny(tail, stops)
	if i < 0 {
		return 0
	}
	_, size := utf8.DecodeRuneInString(tail[i:])
	return m - i - size
}
