package sheet

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Problem is one fault of the library. Lang is "" when it concerns the template itself.
type Problem struct {
	Template string `json:"template"`
	Lang     string `json:"lang,omitempty"`
	Code     string `json:"code"`
	Detail   string `json:"detail"`
}

var (
	slotName  = regexp.MustCompile(`\{([^{}]*)\}`)
	slotTypes = []string{"place", "day", "time", "phone", "name"}
	risks     = []string{"life", "lifeline", "procedure"}
	forbidden = regexp.MustCompile(`[<>&]|\x{FEFF}|[\x00-\x09\x0b-\x1f]`)
	number    = regexp.MustCompile(`\p{Nd}+`)
)

// mostText is the longest a sentence may be in characters, so that eight languages fit a sheet.
const mostText = 230

// Check judges every template in every language: slots, lines, polarity, script, numbers, terms.
func (l *Library) Check() []Problem {
	problems := []Problem{}
	seen := map[string]bool{}
	for _, t := range l.Templates {
		say := func(lang, code, format string, args ...any) {
			problems = append(problems, Problem{t.ID, lang, code, fmt.Sprintf(format, args...)})
		}
		if seen[t.ID] {
			say("", "TWICE", "the id stands twice")
		}
		seen[t.ID] = true
		if !slices.Contains(risks, t.Risk) {
			say("", "RISK", "%q is no risk", t.Risk)
		}
		for name, kind := range t.Slots {
			if !slices.Contains(slotTypes, kind) {
				say("", "SLOT_TYPE", "%s is a %q", name, kind)
			}
		}
		for _, p := range t.Polarity {
			if p != "go" && p != "avoid" && p != "none" {
				say("", "POLARITY", "%q is no polarity", p)
			}
		}
		for tag := range t.Text {
			if _, ok := l.Language(tag); !ok {
				say(tag, "LANGUAGE", "no such language")
			}
		}
		for _, g := range l.Languages {
			l.checkText(t, g, say)
		}
	}
	return problems
}

func (l *Library) checkText(t Template, g Language, say func(lang, code, format string, args ...any)) {
	text, ok := t.Text[g.Tag]
	if !ok || strings.TrimSpace(text) == "" {
		say(g.Tag, "MISSING", "there is no text")
		return
	}
	if !norm.NFC.IsNormalString(text) {
		say(g.Tag, "NFC", "the text is not in normal form C")
	}
	easyGloss := text
	if g.Tag == "ja-x-easy" {
		easyGloss = strings.NewReplacer("<", "", ">", "").Replace(text)
	}
	if m := forbidden.FindString(easyGloss); m != "" {
		say(g.Tag, "CHARACTER", "%q may not stand in a text", m)
	}
	if n := len([]rune(text)); n > mostText {
		say(g.Tag, "LENGTH", "%d characters; %d fit", n, mostText)
	}
	found := map[string]bool{}
	for _, m := range slotName.FindAllStringSubmatch(text, -1) {
		found[m[1]] = true
		if t.Slots[m[1]] == "" {
			say(g.Tag, "SLOT_UNKNOWN", "{%s} is no slot of this template", m[1])
		}
	}
	for name := range t.Slots {
		if !found[name] {
			say(g.Tag, "SLOT_MISSING", "{%s} is missing", name)
		}
	}
	l.checkLines(t, g, text, say)
	l.checkWords(t, g, text, say)
}

func (l *Library) checkLines(t Template, g Language, text string, say func(lang, code, format string, args ...any)) {
	lines := strings.Split(text, "\n")
	if g.Tag == "ja-x-easy" && len(lines) >= len(t.Polarity) {
		lines = lines[:len(t.Polarity)] // easy Japanese may explain more in further lines
	}
	if len(t.Polarity) > 1 && len(lines) != len(t.Polarity) {
		say(g.Tag, "LINES", "%d lines, the polarity names %d", len(lines), len(t.Polarity))
		return
	}
	for i, p := range t.Polarity {
		part := text
		if len(t.Polarity) > 1 {
			part = lines[i]
		}
		if says := g.avoid.MatchString(part); says != (p == "avoid") {
			say(g.Tag, "POLARITY", "line %d is %q and %s: %s", i+1, p, map[bool]string{true: "says do not", false: "does not say do not"}[says], part)
		}
	}
}

func (l *Library) checkWords(t Template, g Language, text string, say func(lang, code, format string, args ...any)) {
	bare := strings.ReplaceAll(slotName.ReplaceAllString(text, ""), "Wi-Fi", "")
	right, all := 0, 0
	for _, r := range bare {
		if !unicode.IsLetter(r) && !unicode.IsMark(r) {
			continue
		}
		all++
		if slices.ContainsFunc(g.Script, func(s string) bool { return unicode.Is(unicode.Scripts[s], r) }) || unicode.Is(unicode.Inherited, r) || r == 'ー' {
			right++
		}
	}
	if all == 0 || right*100 < all*80 {
		say(g.Tag, "SCRIPT", "%d of %d letters are of the language's script", right, all)
	}
	if want, got := numbers(t.Text["ja"]), numbers(text); !slices.Equal(want, got) {
		say(g.Tag, "NUMBER", "numbers %v, the source has %v", got, want)
	}
	for word, in := range l.Terms {
		if in[g.Tag] != "" && strings.Contains(t.Text["ja"], word) && !strings.Contains(strings.ToLower(text), strings.ToLower(in[g.Tag])) {
			say(g.Tag, "TERM", "%s is %q here", word, in[g.Tag])
		}
	}
}

// numbers are the numbers of a text in order of size, whatever digits they are written with.
func numbers(text string) []string {
	found := number.FindAllString(slotName.ReplaceAllString(text, ""), -1)
	for i, s := range found {
		found[i] = strings.Map(latinDigit, s)
	}
	slices.Sort(found)
	return found
}

// zeros are the zeros of the digits our languages use.
var zeros = []rune{'0', '０', '०', '၀', '០', '๐'}

// latinDigit writes a digit as 0 to 9.
func latinDigit(r rune) rune {
	for _, zero := range zeros {
		if r >= zero && r <= zero+9 {
			return '0' + r - zero
		}
	}
	return r
}
