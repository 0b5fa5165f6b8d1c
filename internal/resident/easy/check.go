package easy

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"kakehashi/internal/lang"
)

// Level is how easy a text has to be: 1 just after a disaster, 2 daily life.
type Level int

// Finding is one thing that makes a sentence hard. Rule is stable; At are character offsets in the sentence, end excluded.
// Severity: error (rewrite it), warning (look again), info.
type Finding struct {
	Rule     string    `json:"rule"`
	Severity string    `json:"severity"`
	At       [2]int    `json:"at"`
	Note     lang.Text `json:"note"`
}

// Sentence is one sentence with what was measured and found. Morae are counted on the reading, without glosses in <…>.
type Sentence struct {
	Text     string    `json:"text"`
	Morae    int       `json:"morae"`
	Kanji    int       `json:"kanji"`
	Findings []Finding `json:"findings"`
}

// OldTerms finds former names of warnings in a text: byte offsets and the word of today (warning.Vocabulary.Old).
type OldTerms func(text string) []OldTerm

// OldTerm is one former name found.
type OldTerm struct {
	From, To int
	Now      string
}

// Check reads a text sentence by sentence. old may be nil. A word glossed once counts as explained in the rest of the text.
func (r *Reader) Check(text string, level Level, old OldTerms) []Sentence {
	out := []Sentence{}
	glossed := map[string]bool{}
	for _, s := range sentences(NFC(text)) {
		e := &examiner{r: r, level: level, text: s, words: r.words(s), glossed: glossed}
		e.run(old)
		out = append(out, Sentence{Text: s, Morae: e.morae, Kanji: e.kanji, Findings: e.findings})
	}
	return out
}

// sentences cuts at 。！？ and line ends; the mark stays with its sentence, also inside 「…」.
func sentences(text string) []string {
	var out []string
	var b strings.Builder
	depth := 0
	flush := func() {
		if s := strings.TrimSpace(b.String()); s != "" {
			out = append(out, s)
		}
		b.Reset()
	}
	for _, r := range text {
		switch r {
		case '「', '『', '<', '＜', '〈':
			depth++
		case '」', '』', '>', '＞', '〉':
			depth = max(depth-1, 0)
		}
		if r == '\n' {
			depth = 0
			flush()
			continue
		}
		b.WriteRune(r)
		if depth == 0 && strings.ContainsRune("。！？!?", r) {
			flush()
		}
	}
	flush()
	return out
}

// examiner looks at one sentence.
type examiner struct {
	r        *Reader
	level    Level
	text     string
	words    []word
	glossed  map[string]bool
	findings []Finding
	morae    int
	kanji    int
}

// find notes a finding by byte offsets.
func (e *examiner) find(rule, severity string, from, to int, args ...any) {
	note := lang.Text{JA: lang.T(lang.JA, "easy."+strings.ToLower(rule), args...), EN: lang.T(lang.EN, "easy."+strings.ToLower(rule), args...)}
	at := [2]int{utf8.RuneCountInString(e.text[:from]), utf8.RuneCountInString(e.text[:to])}
	e.findings = append(e.findings, Finding{Rule: rule, Severity: severity, At: at, Note: note})
}

func (e *examiner) run(old OldTerms) {
	e.findings = []Finding{}
	e.measure()
	e.grammar()
	e.vocabulary()
	e.phrases()
	if old == nil {
		return
	}
	for _, o := range old(e.text) {
		e.find("OLD_TERM", "error", o.From, o.To, "word", e.text[o.From:o.To], "now", o.Now)
	}
}

// inGloss are the byte ranges of explanations in <…>.
func (e *examiner) inGloss(at int) bool {
	for _, m := range glossRun.FindAllStringIndex(e.text, -1) {
		if at >= m[0] && at < m[1] {
			return true
		}
	}
	return false
}

// measure counts morae and kanji, and looks at spaces and readings.
func (e *examiner) measure() {
	breaks, spaces := 0, 0
	for i, w := range e.words {
		spaces += strings.Count(w.surface, " ") + strings.Count(w.surface, "　")
		if e.inGloss(w.from) {
			continue
		}
		for _, p := range w.pieces {
			reading := p.Text
			if p.Ruby != "" {
				reading = p.Ruby
			} else if digitsOnly(p.Text) {
				reading = readDigits(p.Text)
			}
			e.morae += morae(reading)
		}
		if i > 0 && independent(w) && !independent(e.words[i-1]) && e.words[i-1].pos != "記号" && e.words[i-1].pos != "接頭詞" {
			breaks++
		}
	}
	for _, r := range e.text {
		if isKanji(r) {
			e.kanji++
		}
	}
	warn, limit, kanji := 30, 40, 4
	if e.level == 2 {
		warn, limit, kanji = 50, 60, 13
	}
	switch {
	case e.morae > limit:
		e.find("LEN_MORA", "error", 0, len(e.text), "n", e.morae, "max", warn)
	case e.morae > warn:
		e.find("LEN_MORA", "warning", 0, len(e.text), "n", e.morae, "max", warn)
	}
	if e.kanji > kanji {
		e.find("KANJI_RATE", "warning", 0, len(e.text), "n", e.kanji, "max", kanji)
	}
	if breaks >= 2 && spaces == 0 {
		e.find("NO_SPACE", "warning", 0, len(e.text))
	}
	e.bareKanji()
}

// bareKanji notes the first kanji word that has no reading in brackets behind it.
func (e *examiner) bareKanji() {
	for _, m := range kanjiRun.FindAllStringIndex(e.text, -1) {
		if !readingBehind.MatchString(e.text[m[1]:]) {
			e.find("NO_RUBY", "info", m[0], m[1])
			return
		}
	}
}

func independent(w word) bool {
	switch w.pos {
	case "助詞", "助動詞", "記号":
		return false
	}
	return w.sub != "接尾" && w.sub != "非自立"
}

// morae counts beats: small ゃゅょ and small vowels belong to the sound before them; っ ん ー count.
func morae(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case strings.ContainsRune("ゃゅょぁぃぅぇぉゎャュョァィゥェォヮ", r):
		case r == 'ー', unicode.Is(unicode.Hiragana, r), unicode.Is(unicode.Katakana, r):
			n++
		case isKanji(r): // a word without a known reading: two beats a character on average
			n += 2
		}
	}
	return n
}

func digitsOnly(s string) bool {
	return s != "" && strings.Trim(s, "0123456789０１２３４５６７８９") == ""
}

// readDigits reads a bare number short enough to be said as one.
func readDigits(s string) string {
	folded, _ := fold(s)
	n := 0
	for _, r := range folded {
		n = n*10 + int(r-'0')
		if n > 99999999 {
			return strings.Repeat("に", 2*utf8.RuneCountInString(folded))
		}
	}
	return cardinal(n, nil)
}
