package search

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// A lexicon is the words of a segment: what a mistyped word may have meant, which spellings of one word occur, and which okurigana stand
// between two characters.
type lexicon struct {
	counts  map[string]uint32           // while the segment is made
	sizes   [longestWord + 1][]string   // by length in characters, sorted
	weights [longestWord + 1][]uint32   // in how many documents, beside sizes
	forms   map[string][]string         // skeleton to its spellings
	gaps    map[[2]rune]map[string]bool // 申込: し
}

const longestWord = 16

func newLexicon() *lexicon {
	return &lexicon{counts: map[string]uint32{}, forms: map[string][]string{}, gaps: map[[2]rune]map[string]bool{}}
}

// read takes the words of one document.
func (l *lexicon) read(d prepared) {
	seen := map[string]bool{}
	take := func(word []glyph) {
		if n := len(word); n >= 3 && n <= longestWord {
			seen[runesOf(word)] = true
		}
	}
	start, run := 0, 0
	for i := 1; i <= len(d.text); i++ {
		if d.starts[i] && i-start >= 1 {
			if c := d.text[start].class; c == kanji || c == katakana || c == letter {
				if i < len(d.text) && d.text[i].r == 'ー' && d.text[i].class == katakana {
					continue // a soft end
				}
				take(d.text[start:i])
			}
			start = i
		}
		if i == len(d.text) || d.text[i].class != d.text[run].class {
			if c := d.text[run].class; (c == kanji || c == katakana) && i-run <= 8 {
				take(d.text[run:i])
			}
			run = i
		}
	}
	for w := range seen {
		l.counts[w]++
	}
	l.readGaps(d.text)
}

// okuri are the kana that stand between the characters of a compound verb; particles are not among them.
const okuri = "いきぎしじちぢびみりえけげせぜてべめれっわまらさ"

// readGaps notes 申[し]込 and the like.
func (l *lexicon) readGaps(text []glyph) {
	for i := 0; i+2 < len(text); i++ {
		if text[i].class != kanji || text[i+1].class != hiragana {
			continue
		}
		for n := 1; n <= 2 && i+n+1 < len(text); n++ {
			if !strings.ContainsRune(okuri, text[i+n].r) {
				break
			}
			if text[i+n+1].class == kanji {
				l.gap([2]rune{text[i].r, text[i+n+1].r}, runesOf(text[i+1:i+n+1]))
				break
			}
		}
	}
}

func (l *lexicon) gap(pair [2]rune, kana string) {
	if l.gaps[pair] == nil {
		l.gaps[pair] = map[string]bool{}
	}
	l.gaps[pair][kana] = true
}

// done ends the reading.
func (l *lexicon) done() {
	type entry struct {
		word string
		n    uint32
	}
	all := make([]entry, 0, len(l.counts))
	for w, n := range l.counts {
		all = append(all, entry{strings.Clone(w), n})
	}
	slices.SortFunc(all, func(a, b entry) int { return cmp.Compare(a.word, b.word) })
	for _, e := range all {
		n := utf8.RuneCountInString(e.word)
		l.sizes[n], l.weights[n] = append(l.sizes[n], e.word), append(l.weights[n], e.n)
		if s := skeleton(e.word); s != e.word {
			l.forms[s] = append(l.forms[s], e.word)
		}
	}
	for n := range l.sizes {
		l.sizes[n], l.weights[n] = slices.Clip(l.sizes[n]), slices.Clip(l.weights[n])
	}
	l.counts = nil
}

// absorb takes the words of another lexicon that is done.
func (l *lexicon) absorb(o *lexicon) {
	for n, list := range o.sizes {
		for i, w := range list {
			l.counts[w] += o.weights[n][i]
		}
	}
	for pair, kana := range o.gaps {
		for k := range maps.Keys(kana) {
			l.gap(pair, k)
		}
	}
}

// near is the words one mistake away from w: a character too many, too few, wrong, or two exchanged; the most frequent first.
func (l *lexicon) near(w string, to map[string]uint32) {
	r := []rune(w)
	for n := max(3, len(r)-1); n <= min(longestWord, len(r)+1); n++ {
		for i, word := range l.sizes[n] {
			if oneMistake(r, word) {
				to[word] += l.weights[n][i]
			}
		}
	}
}

// oneMistake reports whether b is at distance one from a.
func oneMistake(a []rune, b string) bool {
	i := 0
	for j, r := range b { // the common beginning
		if i < len(a) && a[i] == r {
			i++
			continue
		}
		rest, left := []rune(b[j:]), a[i:]
		switch {
		case len(rest) == len(left):
			return slices.Equal(rest[1:], left[1:]) ||
				len(left) > 1 && rest[0] == left[1] && rest[1] == left[0] && slices.Equal(rest[2:], left[2:])
		case len(rest) == len(left)+1:
			return slices.Equal(rest[1:], left)
		case len(rest)+1 == len(left):
			return slices.Equal(rest, left[1:])
		}
		return false
	}
	return i+1 == len(a)
}

func runesOf(text []glyph) string {
	var b strings.Builder
	for _, g := range text {
		b.WriteRune(g.r)
	}
	return b.String()
}
