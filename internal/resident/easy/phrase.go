package easy

import (
	"regexp"
	"strings"
)

// phrase is a rule that looks at the letters only.
type phrase struct {
	rule, severity string
	find           *regexp.Regexp
}

var phrases = []phrase{
	{"DOUBLE_NEG", "error", regexp.MustCompile(`(ない|なく|ず)[ 　]?(こと|わけ|もの|とは|は|に)?[ 　]?(は|も|で|が)?[ 　]?(は)?[ 　]?(ない|ありません|いけません|いけない|なりません|ならない|いられません|いられない|おけません)|なければ[ 　]?(なりません|ならない|いけません|いけない)|ないと[ 　]?(いけません|いけない|だめ)|ないとは[ 　]?(言えません|言えない|かぎりません|限りません|かぎらない|限らない)`)},
	{"VAGUE", "warning", regexp.MustCompile(`おそれ|恐れ|可能性|場合があり|場合が あり|なるべく|できるだけ|至急|適宜|適切|早急|随時|[\p{Han}\p{Katakana}]等|しばらく|かもしれ|と思われ|と思います|と 思います|見込み|一部で`)},
	{"TIME_FMT", "error", regexp.MustCompile(`[0-9０-９][ 　]?(時|分|日|月|円)?[〜～~][ 　]?[0-9０-９]|[0-9０-９]{1,2}[:：][0-9０-９]{2}|(令和|平成|昭和)[ 　]?([0-9０-９]+|元)[ 　]?年?|\b[RHS][0-9]{1,2}[./年]|[0-9０-９]{1,4}[/／][0-9０-９]{1,2}`)},
}

var doubled = regexp.MustCompile(`[\p{Hiragana}\p{Katakana}ー]{4}`)

// phrases looks for roundabout words, times as learners do not read them, and sound words.
func (e *examiner) phrases() {
	for _, p := range phrases {
		for _, m := range p.find.FindAllStringIndex(e.text, -1) {
			if p.rule == "VAGUE" && strings.Contains(e.text, "高齢者等避難") && strings.HasSuffix(e.text[m[0]:m[1]], "等") {
				continue
			}
			if e.inGloss(m[0]) {
				continue
			}
			e.find(p.rule, p.severity, m[0], m[1], "word", e.text[m[0]:m[1]])
		}
	}
	for _, w := range e.words {
		s := []rune(w.surface)
		if len(s) == 4 && s[0] == s[2] && s[1] == s[3] && doubled.MatchString(w.surface) && !e.r.known.doubled[w.surface] {
			e.find("ONOMATO", "warning", w.from, w.to, "word", w.surface)
		}
	}
}
