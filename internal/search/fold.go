package search

import (
	"embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

//go:embed words
var words embed.FS

// class is the kind of a character: where it changes, a word ends.
type class uint8

const (
	space class = iota
	mark        // punctuation and symbols
	kanji
	hiragana
	katakana
	letter
	digit
)

// glyph is one character after folding.
type glyph struct {
	r     rune // folded: what is compared
	seen  rune // the same before kana became one: what the dictionary of words reads
	class class
	at    int32 // where it begins in the original, in bytes
}

// folded is what one rune becomes: nothing, one rune, or several.
type folded struct {
	r, seen rune // 0: nothing
	class   class
	more    bool // more runes than one: see foldMore
}

type foldTable struct {
	one  [1 << 16]folded
	more map[rune][]folded
	rare map[rune]rune // old to new characters beyond the first plane
}

// table is the one fold table. It is made when something is first looked for or put in.
var table = sync.OnceValue(func() *foldTable {
	t := &foldTable{more: map[rune][]folded{}, rare: map[rune]rune{}}
	newer := newerForms()
	for r, n := range newer {
		if r >= 1<<16 {
			t.rare[r] = n
		}
	}
	for r := rune(1); r < 1<<16; r++ {
		if r >= 0xD800 && r < 0xE000 {
			continue
		}
		list := foldRune(r, newer)
		switch len(list) {
		case 0:
		case 1:
			t.one[r] = list[0]
		default:
			t.one[r] = list[0]
			t.one[r].more = true
			t.more[r] = list
		}
	}
	return t
})

// newerForms reads words/kanji.txt: pairs of an older or variant character and the common one.
func newerForms() map[rune]rune {
	m := map[rune]rune{}
	b, _ := words.ReadFile("words/kanji.txt")
	for line := range strings.Lines(string(b)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for _, pair := range strings.Fields(line) {
			r := []rune(pair)
			if len(r) == 2 {
				m[r[0]] = r[1]
			}
		}
	}
	return m
}

var latin = map[rune]string{'ß': "ss", 'æ': "ae", 'ø': "o", 'œ': "oe", 'ł': "l", 'đ': "d", 'ð': "d", 'þ': "th", 'ı': "i"}

// foldRune is the rule behind the table.
func foldRune(r rune, newer map[rune]rune) (list []folded) {
	switch {
	case unicode.Is(unicode.Variation_Selector, r), r == 0xAD, r == 0xFEFF, r >= 0x200B && r <= 0x200F, r >= 0x202A && r <= 0x202E, r >= 0x2060 && r <= 0x206F:
		return nil
	case r >= 0x300 && r < 0x370: // accents typed apart
		return nil
	case unicode.IsSpace(r) || unicode.IsControl(r):
		return []folded{{r: ' ', seen: ' ', class: space}}
	}
	for _, c := range norm.NFKC.String(string(r)) {
		c = unicode.ToLower(c)
		if n, ok := newer[c]; ok {
			c = n
		}
		if text, ok := latin[c]; ok {
			for _, l := range text {
				list = append(list, folded{r: l, seen: l, class: letter})
			}
			continue
		}
		if c >= 0xC0 && c < 0x250 || c >= 0x1E00 && c < 0x1F00 {
			c = []rune(norm.NFD.String(string(c)))[0]
		}
		if c >= 0x300 && c < 0x370 {
			continue
		}
		list = append(list, folded{r: oneKana(c), seen: c, class: classOf(c)})
	}
	return list
}

// oneKana writes katakana as hiragana, and every stroke and wave in one way.
func oneKana(c rune) rune {
	switch {
	case c == 'ヶ' || c == 'ゖ':
		return 'け'
	case c == 'ヵ' || c == 'ゕ':
		return 'か'
	case c >= 'ァ' && c <= 'ヶ' || c == 'ヽ' || c == 'ヾ':
		return c - 'ァ' + 'ぁ'
	case c >= 'ヷ' && c <= 'ヺ':
		return []rune("わゐゑを")[c-'ヷ']
	case c >= 0x2010 && c <= 0x2015 || c == '−' || c == '⁃' || c == '─' || c == '━':
		return '-'
	case c == '〜' || c == '∼' || c == '〰':
		return '~'
	case c == '’' || c == '‘' || c == '′':
		return '\''
	case c == '“' || c == '”' || c == '〝' || c == '〟':
		return '"'
	}
	return c
}

func classOf(c rune) class {
	switch {
	case unicode.IsSpace(c):
		return space
	case c == 'ー' || c >= 'ァ' && c <= 'ヺ' || c == 'ヽ' || c == 'ヾ':
		return katakana
	case c >= 'ぁ' && c <= 'ゖ' || c == 'ゝ' || c == 'ゞ' || c == 0x3099 || c == 0x309A:
		return hiragana
	case unicode.Is(unicode.Han, c) || c == '々' || c == '〆':
		return kanji
	case unicode.IsDigit(c):
		return digit
	case unicode.IsLetter(c) || unicode.IsMark(c):
		return letter
	}
	return mark
}

// of is what one rune becomes.
func (t *foldTable) of(r rune) (folded, []folded) {
	if r < 1<<16 {
		f := t.one[r]
		if f.more {
			return f, t.more[r]
		}
		return f, nil
	}
	if n, ok := t.rare[r]; ok {
		return folded{r: n, seen: n, class: kanji}, nil
	}
	if list := foldRune(r, nil); len(list) > 1 {
		return list[0], list
	} else if len(list) == 1 {
		return list[0], nil
	}
	return folded{}, nil
}

// fold appends the glyphs of s. Characters are folded one by one, so that whatever stands in a text still stands in the folded text; only
// blanks (several become one, a line break between Japanese characters or after a hyphen goes) and marks typed apart look around.
func fold(to []glyph, s string) []glyph {
	t := table()
	first := len(to)
	broken := false // the blanks before hold a line break
	for i, r := range s {
		if r == utf8.RuneError {
			r = ' '
		}
		if r == '\n' || r == '\r' {
			broken = true
		}
		f, more := t.of(r)
		if f.r == 0 {
			continue
		}
		if more == nil {
			to = join(to, first, glyph{f.r, f.seen, f.class, int32(i)}, &broken)
			continue
		}
		for _, f := range more {
			to = join(to, first, glyph{f.r, f.seen, f.class, int32(i)}, &broken)
		}
	}
	return to
}

// join appends one glyph to those from first on.
func join(to []glyph, first int, g glyph, broken *bool) []glyph {
	n := len(to)
	if g.class == space {
		if n > first && to[n-1].class == space {
			return to
		}
		return append(to, g)
	}
	if n > first && (g.r == 0x3099 || g.r == 0x309A) { // ﾊ + ﾟ
		if c := []rune(norm.NFC.String(string([]rune{to[n-1].r, g.r}))); len(c) == 1 {
			to[n-1].r = c[0]
			if seen := []rune(norm.NFC.String(string([]rune{to[n-1].seen, g.seen}))); len(seen) == 1 {
				to[n-1].seen = seen[0]
			}
			return to
		}
		return to
	}
	if *broken && n > first+1 && to[n-1].class == space {
		before := to[n-2]
		if japanese(before.class) && japanese(g.class) {
			to = to[:n-1]
		} else if before.r == '-' && g.class == letter && n > first+2 && to[n-3].class == letter {
			to = to[:n-2]
		}
	}
	*broken = false
	return append(to, g)
}

func japanese(c class) bool { return c == kanji || c == hiragana || c == katakana }

// Fold is the text as it is compared.
func Fold(s string) string {
	var b strings.Builder
	for _, g := range fold(nil, s) {
		b.WriteRune(g.r)
	}
	return b.String()
}
