package letter

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"kakehashi/internal/letter/fonts"
	"kakehashi/internal/letter/pdf"
)

// style is how a piece of text looks. Sizes and gaps are points; tracking is space after each letter, in em.
type style struct {
	family   func() fonts.Family
	size     float64
	leading  float64 // line height in em
	colour   pdf.Colour
	bold     bool
	tracking float64
	ragged   bool // not justified
}

// cluster is what a reader sees as one letter: a base with its marks and selectors, and how lines may break beside it.
type cluster struct {
	glyphs []pdf.Glyph // marks follow their base and have no advance
	width  float64     // thousandths of the size
	class  class
	r      rune // base letter
}

// class says how a letter behaves beside others (JIS X 4051, 行の組版).
type class byte

const (
	ideograph class = iota // may stand anywhere
	opening                // 始め括弧: never at a line's end
	closing                // 終わり括弧, 、 。: never at a line's start
	middle                 // ・ ： ；: never at a line's start
	trailing               // 行頭禁則和字: ー っ 々 ！ ？ ％ …: never at a line's start
	unbroken               // … ― ‥: not parted from their like
	word                   // letters of words written with spaces
	digit
	blank // a space: takes slack, vanishes at a line's end
)

const (
	openers   = "（「『【〔〈《［｛〖｟“‘([{«"
	closers   = "）」』】〕〉》］｝〗｠”’、。，．)]}»"
	middles   = "・：；:;,.!?"
	trailers  = "ーぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿ々〻ゝゞヽヾ！？‼⁇⁈⁉〜～゠–％‰℃°′″%"
	parts     = "…‥―—"
	units     = "円年月日号条項時分秒人件回歳名第"
	beforeNum = "第金約和成"
	geta      = '〓' // 下駄: the printers' mark for a letter they have no type of
)

// clusters turns one paragraph into letters of the family. Every letter of the text comes back from the file, also those no face
// has: they print as 〓.
func clusters(text string, st style) []cluster {
	family := st.family()
	var out []cluster
	var before rune
	for text != "" {
		r, n := utf8.DecodeRuneInString(text)
		for n < len(text) {
			m, k := utf8.DecodeRuneInString(text[n:])
			joined := strings.HasSuffix(text[:n], "\u200d") && !unicode.IsSpace(m)
			if !extends(m) && !joined {
				break
			}
			n += k
		}
		whole := strings.ToValidUTF8(text[:n], "\ufffd")
		text = text[n:]
		among := strings.ContainsRune("‘’“”–—…", r) && amongWords(before, text)
		before = r
		if c, ok := shaped(r, whole, family, among); ok {
			c.width += st.tracking * 1000
			c.glyphs[0].Advance = c.width
			out = append(out, c)
		}
	}
	return out
}

// amongWords: the letter between before and rest stands in or beside a word written with spaces (l’été).
func amongWords(before rune, rest string) bool {
	after, _ := utf8.DecodeRuneInString(rest)
	return unicode.IsLetter(before) && fonts.Western(before) || unicode.IsLetter(after) && fonts.Western(after) || before == ' ' && after == ' '
}

// extends: r belongs to the letter before it.
func extends(r rune) bool {
	return unicode.In(r, unicode.Mn, unicode.Me) || selector(r) || r == 0x200D || (r >= 0x1F3FB && r <= 0x1F3FF) || (r >= 0xE0020 && r <= 0xE007F)
}

func selector(r rune) bool {
	return (r >= 0xFE00 && r <= 0xFE0F) || (r >= 0xE0100 && r <= 0xE01EF)
}

// shaped finds the glyphs of one letter; it is false for controls, which print nothing.
func shaped(base rune, whole string, family fonts.Family, among bool) (cluster, bool) {
	switch {
	case base == '\t' || base == 0xA0 || base == 0x202F || (unicode.Is(unicode.Zs, base) && base != 0x3000 && base != ' '):
		base, whole = ' ', " "
	case unicode.In(base, unicode.Cc, unicode.Cf) || base == 0x2028 || base == 0x2029:
		return cluster{}, false
	}
	marks := []rune(whole)[1:]
	var asked rune
	if len(marks) > 0 && selector(marks[0]) {
		asked, marks = marks[0], marks[1:]
	} else if len(marks) > 0 {
		if one := []rune(norm.NFC.String(whole)); len(one) == 1 { // か + ゙ → が; never applied to letters standing alone
			base, marks, whole = one[0], nil, string(one)
		}
	}
	face, id, ok := family.Find(base, asked, among)
	if !ok {
		face, id, _ = family.Find(geta, 0, false)
		marks = nil
	}
	c := cluster{r: base, class: classOf(base), width: face.Advance(id)}
	switch {
	case !ok:
		c.class = ideograph
	case among && base == '’':
		c.class = word
	}
	c.glyphs = []pdf.Glyph{{Face: face, ID: id, Text: whole, Advance: c.width}}
	for _, m := range marks {
		if f, g, has := family.Find(m, 0, false); has && g != 0 {
			c.glyphs = append(c.glyphs, pdf.Glyph{Face: f, ID: g})
		}
	}
	return c, true
}

func classOf(r rune) class {
	switch {
	case r == ' ':
		return blank
	case strings.ContainsRune(openers, r):
		return opening
	case strings.ContainsRune(closers, r):
		return closing
	case strings.ContainsRune(middles, r):
		return middle
	case strings.ContainsRune(trailers, r):
		return trailing
	case strings.ContainsRune(parts, r):
		return unbroken
	case r >= '0' && r <= '9':
		return digit
	case r < 0x2E80 && (unicode.IsLetter(r) || unicode.IsPunct(r) || unicode.IsSymbol(r) && r < 0x2000):
		return word
	}
	return ideograph
}

// mayBreak: a line may end after a and the next begin with b.
func mayBreak(a, b cluster) bool {
	switch {
	case b.class == blank || b.class == closing || b.class == middle || b.class == trailing:
		return false
	case a.class == blank:
		return true
	case a.class == opening:
		return false
	case a.class == unbroken && b.r == a.r:
		return false
	case inWord(a) && inWord(b):
		return false
	case a.class == digit && strings.ContainsRune(units, b.r), b.class == digit && strings.ContainsRune(beforeNum, a.r):
		return false
	}
	return true
}

// inWord: Latin letters, digits and the points inside 4,000,000.
func inWord(c cluster) bool {
	return c.class == word || c.class == digit || (c.class == middle || c.class == closing || c.class == opening) && c.r < 0x80
}

// overlap is how much of the space between two full-width signs is taken away (約物の連続), in thousandths.
func overlap(a, b cluster) float64 {
	if a.width < 900 || b.width < 900 {
		return 0
	}
	switch {
	case a.class == closing && (b.class == closing || b.class == opening || b.class == middle), a.class == opening && b.class == opening:
		return 500
	}
	return 0
}
