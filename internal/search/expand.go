package search

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// wanted is what a term is looked for as: the spellings of the word itself, and words of the same meaning.
type wanted struct {
	term
	own  []string // folded; the first as typed
	same []string
	fix  string // what own was corrected to
}

// mostSpellings bounds what one term can become.
const mostSpellings = 12

// expand finds the other spellings of a term that occur in these lexicons, and its synonyms.
func expand(t term, words []*lexicon, v *vocabulary) wanted {
	w := wanted{term: t, own: []string{runesOf(t.glyphs)}}
	if t.exact {
		return w
	}
	w.own = spellings(t.glyphs, words)
	for _, s := range v.of(w.own[0]) {
		if !slices.Contains(w.own, s) && !slices.Contains(w.same, s) && len(w.same) < mostSpellings {
			w.same = append(w.same, s)
		}
	}
	return w
}

// spellings are the ways to write a text, run by run; the first is as it stands.
func spellings(text []glyph, words []*lexicon) []string {
	out := []string{""}
	for i := 0; i < len(text); {
		j := i + 1
		for j < len(text) && text[j].class == text[i].class {
			j++
		}
		run := runesOf(text[i:j])
		forms := []string{run}
		if c := text[i].class; c == katakana || c == letter || c == hiragana && i == 0 && j == len(text) {
			forms = append(forms, formsOf(run, words)...)
		}
		var next []string
		for f, form := range forms {
			for _, before := range out {
				if f == 0 || len(next) < mostSpellings {
					next = append(next, before+form)
				}
			}
		}
		out, i = next, j
	}
	return unique(append(out, okurigana(text, words)...))
}

// formsOf are the other spellings of one foreign or English word.
func formsOf(word string, words []*lexicon) (list []string) {
	s := skeleton(word)
	if s != word {
		list = append(list, s)
	}
	if bare := strings.TrimRight(word, "ー"); bare != word && utf8.RuneCountInString(bare) >= 3 {
		list = append(list, bare)
	}
	for _, l := range words {
		list = append(list, l.forms[s]...)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func unique(list []string) (out []string) {
	for _, s := range list {
		if !slices.Contains(out, s) && len(out) < 2*mostSpellings {
			out = append(out, s)
		}
	}
	return out
}

// okurigana are the spellings of a text with other kana between its characters (申込, 申し込み), as they occur; the kana at its end may
// go too. ヶ, ケ and が between characters are one.
func okurigana(text []glyph, words []*lexicon) (list []string) {
	bare, gapped := []string{""}, false
	kanjis := 0
	for i := 0; i < len(text); {
		g := text[i]
		if g.class == kanji {
			kanjis++
		}
		next, kana := gapAfter(text, i)
		if next == 0 {
			for k := range bare {
				bare[k] += string(g.r)
			}
			i++
			continue
		}
		options := []string{kana, ""}
		if c := text[min(i+1, len(text)-1)].class; kana == "が" || kana == "け" && c == katakana {
			options = []string{"け", "が"}
		} else {
			for _, l := range words {
				for k := range l.gaps[[2]rune{g.r, text[next].r}] {
					options = append(options, k)
				}
			}
		}
		options = unique(options)
		slices.Sort(options)
		gapped = gapped || len(options) > 1
		var more []string
		for _, before := range bare {
			for _, o := range options {
				if len(more) < 2*mostSpellings {
					more = append(more, before+string(g.r)+o)
				}
			}
		}
		bare, i = more, next
	}
	tail := 0
	for tail < 2 && tail < len(text) && text[len(text)-1-tail].class == hiragana && strings.ContainsRune(okuri, text[len(text)-1-tail].r) {
		tail++
	}
	loose := kanjis >= 2 && len(text) > 0 && text[0].class == kanji && tail > 0 && len(text) > tail && text[len(text)-1-tail].class == kanji
	if !gapped && !loose {
		return nil
	}
	for _, s := range bare {
		list = append(list, s)
		if loose {
			r := []rune(s)
			list = append(list, string(r[:len(r)-tail]))
		}
	}
	return list
}

// gapAfter finds, after a kanji at i, the next kanji directly or behind one or two kana of okurigana (or one ヶ or が). next is 0 when
// there is none.
func gapAfter(text []glyph, i int) (next int, kana string) {
	if text[i].class != kanji || i+1 >= len(text) {
		return 0, ""
	}
	if text[i+1].class == kanji {
		return i + 1, ""
	}
	if r := text[i+1].r; (r == 'け' && text[i+1].class == katakana || r == 'が') && i+2 < len(text) && text[i+2].class == kanji {
		return i + 2, string(r)
	}
	for n := 1; n <= 2 && i+n+1 < len(text); n++ {
		if text[i+n].class != hiragana || !strings.ContainsRune(okuri, text[i+n].r) {
			return 0, ""
		}
		if text[i+n+1].class == kanji {
			return i + n + 1, runesOf(text[i+1 : i+n+1])
		}
	}
	return 0, ""
}

// correct finds the words that somebody may have meant with a term that is nowhere: each of its runs, or the whole, with one mistake.
func correct(t term, words []*lexicon, has func(string) bool) (string, bool) {
	if n := len(t.glyphs); n < 3 || n > longestWord || t.exact {
		return "", false
	}
	whole := runesOf(t.glyphs)
	if w, ok := nearest(whole, t.glyphs[0].class, words, has); ok {
		return w, true
	}
	changed := false
	var b strings.Builder
	for i := 0; i < len(t.glyphs); {
		j := i + 1
		for j < len(t.glyphs) && t.glyphs[j].class == t.glyphs[i].class {
			j++
		}
		run := runesOf(t.glyphs[i:j])
		if j-i >= 3 && j-i < len(t.glyphs) && !has(run) {
			if w, ok := nearest(run, t.glyphs[i].class, words, has); ok {
				run, changed = w, true
			}
		}
		b.WriteString(run)
		i = j
	}
	return b.String(), changed && has(b.String())
}

// nearest is the most frequent word one mistake away. Short words have too many neighbours to guess.
func nearest(word string, c class, words []*lexicon, has func(string) bool) (string, bool) {
	n := utf8.RuneCountInString(word)
	if c == letter && n < 5 || (c == katakana || c == hiragana) && n < 4 || n < 3 {
		return "", false
	}
	counts := map[string]uint32{}
	for _, l := range words {
		l.near(word, counts)
	}
	best := ""
	for w, k := range counts {
		if best == "" || k > counts[best] || k == counts[best] && w < best {
			best = w
		}
	}
	return best, best != "" && has(best)
}
