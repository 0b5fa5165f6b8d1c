package search

import (
	"strings"
	"unicode"
)

const (
	longestQuery = 200 // characters of a query that count
	mostTerms    = 8
)

// term is one word of a query.
type term struct {
	text    string // as typed
	glyphs  []glyph
	exact   bool // in quotes: no other spellings or words
	without bool
}

// parseQuery splits a text into terms at blanks and commas. "…" and 「…」 keep a phrase together and exact; a quote that never ends is
// no quote; a minus before a word asks for its absence. Nothing a person can type is an error.
func parseQuery(text string, v *vocabulary) (terms []term, cut bool) {
	text = strings.ToValidUTF8(text[:min(len(text), 8*longestQuery)], "")
	if r := []rune(text); len(r) > longestQuery {
		text, cut = string(r[:longestQuery]), true
	}
	var plain []term
	flush := func() {
		terms = append(terms, joinKnown(plain, v)...)
		plain = nil
	}
	for text != "" {
		r := []rune(text)[0]
		size := len(string(r))
		if unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune(",、，;；|", r) {
			text = text[size:]
			continue
		}
		without := (r == '-' || r == '－') && len(text) > size
		if without {
			if next := []rune(text[size:])[0]; unicode.IsSpace(next) || next == '-' {
				text = text[size:]
				continue
			}
			text = text[size:]
		}
		if phrase, rest, ok := quoted(text); ok {
			text = rest
			if t, ok := newTerm(phrase, without, true); ok {
				flush()
				terms = append(terms, t)
			}
			continue
		}
		end := strings.IndexFunc(text, func(r rune) bool {
			return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune(",、，;；|", r)
		})
		if end < 0 {
			end = len(text)
		}
		if end == 0 {
			continue
		}
		if t, ok := newTerm(strings.Trim(text[:end], "\"「」“”『』"), without, false); ok {
			plain = append(plain, t)
		}
		text = text[end:]
	}
	flush()
	if len(terms) > mostTerms {
		return terms[:mostTerms], true
	}
	return terms, cut
}

// quoted splits a phrase in quotes off.
func quoted(text string) (phrase, rest string, ok bool) {
	for _, q := range [][2]string{{`"`, `"`}, {"「", "」"}, {"『", "』"}, {"“", "”"}, {"＂", "＂"}} {
		if after, found := strings.CutPrefix(text, q[0]); found {
			phrase, rest, ok = strings.Cut(after, q[1])
			return phrase, rest, ok && strings.TrimSpace(phrase) != ""
		}
	}
	return "", "", false
}

func newTerm(text string, without, exact bool) (term, bool) {
	text = strings.TrimSpace(text)
	g := fold(nil, text)
	for len(g) > 0 && g[0].class == space {
		g = g[1:]
	}
	for len(g) > 0 && g[len(g)-1].class == space {
		g = g[:len(g)-1]
	}
	only := true // nothing but marks: no term, unless somebody quotes them
	for _, x := range g {
		only = only && x.class == mark
	}
	return term{text: text, glyphs: g, exact: exact, without: without}, len(g) > 0 && (exact || !only)
}

// joinKnown makes one term of words that the vocabulary knows together, as United Kingdom.
func joinKnown(list []term, v *vocabulary) (out []term) {
	for i := 0; i < len(list); {
		n := 1
		for size := min(v.most, len(list)-i); size > 1; size-- {
			var words, typed []string
			for _, t := range list[i : i+size] {
				words, typed = append(words, runesOf(t.glyphs)), append(typed, t.text)
			}
			if text := strings.Join(words, " "); v.of(text) != nil {
				t, _ := newTerm(strings.Join(typed, " "), list[i].without, false)
				out = append(out, t)
				n = size
				break
			}
		}
		if n == 1 {
			out = append(out, list[i])
		}
		i += n
	}
	return out
}
