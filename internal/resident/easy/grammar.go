package easy

import (
	"regexp"
	"strings"
)

var (
	glossRun      = regexp.MustCompile(`[<＜〈][^>＞〉]*[>＞〉]`)
	kanjiRun      = regexp.MustCompile(`[\p{Han}々]+`)
	readingBehind = regexp.MustCompile(`^[\p{Hiragana}]*[（(《][\p{Hiragana}ー ]+[）)》]`)
	agent         = regexp.MustCompile(`(に よって|によって|により|から |に )$`)
	honoured      = regexp.MustCompile(`(様|さま|先生|市長|町長|村長|知事|区長|社長|皆様|みなさま|皆さま|お客|お客さま|大臣|陛下)[ 　]?(が|は|も)`)
	honorificDo   = regexp.MustCompile(`(お|ご)[\p{Han}\p{Hiragana}]{1,6}(に[ 　]?な(る|り|っ)|ください|下さい|いただ|頂|いたし|致し|する|します|できます)|おり(ます|ません|ました)`)
)

// helping are verbs that only carry the one before them: 持って いる, 待って ください.
var helping = map[string]bool{"いる": true, "ある": true, "くださる": true, "ください": true, "下さい": true, "下さる": true, "みる": true, "おく": true,
	"しまう": true, "いく": true, "行く": true, "くる": true, "来る": true, "もらう": true, "あげる": true, "くれる": true, "いただく": true, "おる": true, "なる": true, "できる": true}

// polite are verbs of 尊敬 and 謙譲 that a learner does not know.
var polite = map[string]bool{"いただく": true, "頂く": true, "いただける": true, "頂ける": true, "おる": true, "いたす": true, "致す": true, "申し上げる": true, "申す": true, "存じる": true, "存ずる": true,
	"いらっしゃる": true, "召し上がる": true, "伺う": true, "うかがう": true, "参る": true, "まいる": true, "ござる": true, "おっしゃる": true, "なさる": true, "賜る": true, "承る": true, "拝見": true, "御座る": true}

// grammar looks at verbs and nouns: one idea, passive, causative, keigo, noun runs, nominal style.
func (e *examiner) grammar() {
	e.oneIdea()
	for i, w := range e.words {
		if w.pos == "動詞" && w.sub == "接尾" || w.pos == "助動詞" {
			e.voice(i, w)
		}
		base := w.base
		if (w.pos == "動詞" || w.pos == "名詞" || w.pos == "助動詞") && polite[base] && !(base == "なさる" && strings.HasPrefix(w.surface, "なさい")) {
			e.find("KEIGO", "error", w.from, w.to, "word", w.surface)
		}
	}
	for _, m := range honorificDo.FindAllStringIndex(e.text, -1) {
		if e.starts(m[0]) && !e.noted("KEIGO", m[0], m[1]) {
			e.find("KEIGO", "error", m[0], m[1], "word", e.text[m[0]:m[1]])
		}
	}
	e.nounRuns()
	e.nominal()
}

// starts tells whether a word of its own begins at a byte: the お of お待ちください, not the one of かお.
func (e *examiner) starts(at int) bool {
	for _, w := range e.words {
		if w.from == at {
			return true
		}
	}
	return false
}

func (e *examiner) noted(rule string, from, to int) bool {
	a, b := len([]rune(e.text[:from])), len([]rune(e.text[:to]))
	for _, f := range e.findings {
		if f.Rule == rule && f.At[0] < b && a < f.At[1] {
			return true
		}
	}
	return false
}

// oneIdea wants one independent verb, or none joined to the next by て, が, ので, ため, し.
func (e *examiner) oneIdea() {
	verbs, joined, from := 0, false, 0
	for i, w := range e.words {
		if e.inGloss(w.from) {
			continue
		}
		if w.pos == "動詞" && w.sub == "自立" || w.pos == "名詞" && w.sub == "サ変接続" && e.next(i).base == "する" || w.pos == "形容詞" && w.sub == "自立" {
			if helping[w.base] && e.afterTe(i) || w.base == "する" && verbs > 0 && e.previous(i).sub == "サ変接続" {
				continue
			}
			if joined {
				e.find("ONE_IDEA", "warning", from, w.to)
				return
			}
			verbs++
		}
		if verbs > 0 && joins(w) && !helping[e.next(i).base] {
			joined, from = true, w.from
		}
	}
}

// joins tells whether a word makes one clause out of two.
func joins(w word) bool {
	switch w.surface {
	case "て", "で", "が", "ので", "し", "けど", "けれど", "けれども", "ながら", "のに":
		return w.pos == "助詞" && w.sub == "接続助詞"
	case "ため", "ために":
		return w.pos == "名詞"
	}
	return false
}

// next and previous pass over blanks.
func (e *examiner) next(i int) word {
	for i++; i < len(e.words); i++ {
		if strings.TrimSpace(e.words[i].surface) != "" && e.words[i].sub != "空白" {
			return e.words[i]
		}
	}
	return word{}
}

func (e *examiner) previous(i int) word {
	for i--; i >= 0; i-- {
		if strings.TrimSpace(e.words[i].surface) != "" && e.words[i].sub != "空白" {
			return e.words[i]
		}
	}
	return word{}
}

func (e *examiner) afterTe(i int) bool {
	p := e.previous(i)
	return p.pos == "助詞" && (p.surface == "て" || p.surface == "で")
}

// voice tells passive from potential and from respect: 食べられます is "can", 先生が 話されます is respect, 流されました is passive.
func (e *examiner) voice(i int, w word) {
	switch w.base {
	case "せる", "させる":
		e.find("CAUSATIVE", "warning", w.from, w.to)
	case "れる", "られる":
		before := e.text[:e.previous(i).from]
		byAgent := agentBefore(before)
		switch {
		case honoured.MatchString(before) && !byAgent:
			e.find("KEIGO", "error", w.from, w.to, "word", e.previous(i).surface+w.surface)
		case w.base == "られる" && !byAgent && !e.lasting(i):
		default:
			e.find("PASSIVE", "warning", w.from, w.to)
		}
	}
}

// agentBefore tells whether somebody is named who does it: 水に, 人に よって.
func agentBefore(s string) bool {
	return strings.Contains(s, "によって") || strings.Contains(s, "に よって") || strings.Contains(s, "により") || agent.MatchString(s) || strings.HasSuffix(s, "に")
}

// lasting tells whether ている follows: a state something was put into.
func (e *examiner) lasting(i int) bool {
	for j := i + 1; j < len(e.words) && j < i+4; j++ {
		if e.words[j].base == "いる" {
			return true
		}
	}
	return false
}

// nounRuns finds four nouns and more in a row.
func (e *examiner) nounRuns() {
	n, from := 0, 0
	for i, w := range append(e.words, word{pos: "終"}) {
		if w.pos == "名詞" && !w.number && w.sub != "代名詞" && w.sub != "非自立" && w.sub != "副詞可能" && w.sub != "数" {
			if n == 0 {
				from = w.from
			}
			n += w.parts
			continue
		}
		if n >= 4 && !e.inGloss(from) {
			e.find("NOUN_RUN", "warning", from, e.words[i-1].to, "n", n)
		}
		n = 0
	}
}

var nominalStyle = regexp.MustCompile(`[\p{Han}\p{Katakana}ー]+[ 　]?(を[ 　]?(実施|開始|行い|行う|行っ|おこない|おこなう|致し|いたし)|の[ 　]?(開始|実施|中止|再開|終了))`)

func (e *examiner) nominal() {
	for _, m := range nominalStyle.FindAllStringIndex(e.text, -1) {
		e.find("NOMINAL", "warning", m[0], m[1], "word", e.text[m[0]:m[1]])
	}
}
