package easy

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// vocabulary looks at the words themselves: hard ones, loans, disaster words without a gloss.
func (e *examiner) vocabulary() {
	kept := e.kept()
	for i, w := range e.words {
		inside := func(span [2]int) bool { return w.from >= span[0] && w.to <= span[1] }
		if slices.ContainsFunc(kept, inside) || e.inGloss(w.from) || !content(w) {
			continue
		}
		if katakana.MatchString(w.surface) {
			if !e.r.known.loan[w.surface] {
				e.find("LOAN", "warning", w.from, w.to, "word", w.surface)
			}
			continue
		}
		if !e.easyWord(i, w) {
			e.find("HARD_WORD", "warning", w.from, w.to, "word", w.surface)
		}
	}
}

// kept finds words of the gloss list, longest first, and notes those nobody explains.
func (e *examiner) kept() [][2]int {
	var words []string
	for w := range e.r.known.gloss {
		words = append(words, w)
	}
	slices.SortFunc(words, func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return strings.Compare(a, b)
	})
	var spans [][2]int
	for _, w := range words {
		for at := 0; ; {
			i := strings.Index(e.text[at:], w)
			if i < 0 {
				break
			}
			from, to := at+i, at+i+len(w)
			at = to
			if slices.ContainsFunc(spans, func(s [2]int) bool { return from < s[1] && s[0] < to }) || e.inGloss(from) {
				continue
			}
			spans = append(spans, [2]int{from, to})
			if glossBehind.MatchString(e.text[to:]) {
				e.glossed[w] = true
			} else if !e.glossed[w] {
				e.find("KEEP_NO_GLOSS", "warning", from, to, "word", w, "gloss", e.r.known.gloss[w])
			}
		}
	}
	return spans
}

var (
	glossBehind = regexp.MustCompile(`^([（(《][\p{Hiragana}ー ]+[）)》])?[ 　]?([<＜〈]|（[^）]{5,}）|\([^)]{5,}\))`)
	katakana    = regexp.MustCompile(`^[\p{Katakana}ー・]{2,}$`)
)

// content tells words with a meaning of their own from grammar, names and numbers.
func content(w word) bool {
	if w.number {
		return false
	}
	switch w.pos {
	case "名詞":
		return w.sub != "固有名詞" && w.sub != "数" && w.sub != "非自立" && w.sub != "代名詞" && w.sub != "接尾" && (w.known || katakana.MatchString(w.surface))
	case "動詞", "形容詞":
		return w.sub == "自立"
	case "副詞":
		return true
	}
	return false
}

// easyWord looks a word up as it stands, in its base form, as a compound of ours whose pieces are all easy, and with お/ご.
func (e *examiner) easyWord(i int, w word) bool {
	easy := e.r.known.easy
	if easy[w.surface] || easy[w.base] || helping[w.base] || polite[w.base] {
		return true
	}
	if p := e.previous(i); p.pos == "接頭詞" && easy[p.surface+w.surface] {
		return true
	}
	if w.pos == "名詞" && (easy[w.surface+"する"] || e.together(w)) {
		return true
	}
	if utf8.RuneCountInString(w.base) == 1 && !hasKanji(w.base) {
		return true
	}
	return w.pos == "動詞" && e.potential(w)
}

// together tells whether an easy word that is longer covers this one: 食べ + 物 is 食べ物.
func (e *examiner) together(w word) bool {
	for from := range e.text[:w.from+1] {
		for _, x := range e.words {
			if from <= w.from && x.to >= w.to && x.to-from <= 30 && (from < w.from || x.to > w.to) && e.r.known.easy[e.text[from:x.to]] {
				return true
			}
		}
	}
	return false
}

// potential tells 使える from 使う: the analyser keeps it as a verb of its own.
func (e *examiner) potential(w word) bool {
	stem, ok := strings.CutSuffix(w.base, "る")
	if !ok || stem == "" {
		return false
	}
	last, size := utf8.DecodeLastRuneInString(stem)
	i := strings.IndexRune("えけげせてねべめれ", last)
	return i >= 0 && e.r.known.easy[stem[:len(stem)-size]+string([]rune("うくぐすつぬぶむる")[i/3])]
}
