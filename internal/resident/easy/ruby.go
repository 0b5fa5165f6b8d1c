package easy

import (
	"strings"
	"unicode"
)

// Piece is a run of text; Ruby is its reading in hiragana when it holds kanji or a number with a counter.
type Piece struct {
	Text string `json:"text"`
	Ruby string `json:"ruby,omitempty"`
}

// isKanji tells what needs a reading.
func isKanji(r rune) bool { return unicode.Is(unicode.Han, r) || r == '々' || r == 'ヶ' }

func hasKanji(s string) bool { return strings.ContainsFunc(s, isKanji) }

// hiragana turns katakana of readings into hiragana; ー stays.
func hiragana(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'ァ' && r <= 'ヶ' {
			return r - 0x60
		}
		return r
	}, s)
}

// ruby lays a reading over the kanji of a word only: 飲み水 のみみず → 飲(の) み 水(みず). Where kana and reading do not meet,
// the whole word carries the whole reading.
func ruby(word, reading string) []Piece {
	if !hasKanji(word) || reading == "" {
		return []Piece{{Text: word}}
	}
	if pieces, ok := align([]rune(word), []rune(reading)); ok {
		return pieces
	}
	return []Piece{{Text: word, Ruby: reading}}
}

// align matches kana of the word against the reading; a run of kanji takes the shortest reading that lets the rest match.
func align(word, reading []rune) ([]Piece, bool) {
	if len(word) == 0 {
		return nil, len(reading) == 0
	}
	run := 0
	for run < len(word) && isKanji(word[run]) {
		run++
	}
	if run == 0 {
		for run < len(word) && !isKanji(word[run]) {
			run++
		}
		kana := []rune(hiragana(string(word[:run])))
		if len(reading) < len(kana) || string(reading[:len(kana)]) != string(kana) {
			return nil, false
		}
		rest, ok := align(word[run:], reading[len(kana):])
		return append([]Piece{{Text: string(word[:run])}}, rest...), ok
	}
	for n := run; n <= len(reading); n++ {
		if rest, ok := align(word[run:], reading[n:]); ok {
			return append([]Piece{{Text: string(word[:run]), Ruby: string(reading[:n])}}, rest...), true
		}
	}
	for n := 1; n < run && n <= len(reading); n++ { // 今日, 大人: fewer sounds than characters
		if rest, ok := align(word[run:], reading[n:]); ok {
			return append([]Piece{{Text: string(word[:run]), Ruby: string(reading[:n])}}, rest...), true
		}
	}
	return nil, false
}

// join makes neighbours without a reading one piece.
func join(pieces []Piece) []Piece {
	out := []Piece{}
	for _, p := range pieces {
		if p.Text == "" {
			continue
		}
		if n := len(out); n > 0 && p.Ruby == "" && out[n-1].Ruby == "" {
			out[n-1].Text += p.Text
			continue
		}
		out = append(out, p)
	}
	return out
}

// Ruby gives a text its readings (ふりがな). The text itself is not changed: the pieces put together are the text. Numbers are
// read with their counters before the analyser sees the rest, because a dictionary of words makes 28日 out of 8日.
func (r *Reader) Ruby(text string) []Piece {
	var pieces []Piece
	for _, w := range r.words(text) {
		pieces = append(pieces, w.pieces...)
	}
	return join(pieces)
}

// Reading is the whole text in hiragana, as the counting of morae needs it.
func Reading(pieces []Piece) string {
	var b strings.Builder
	for _, p := range pieces {
		if p.Ruby != "" {
			b.WriteString(p.Ruby)
		} else {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}
