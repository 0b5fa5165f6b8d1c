package programme

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/rule"
)

var placeholder = regexp.MustCompile(`\{([^{}]*)\}`)

// sentence is a text of the definition with its {placeholders} resolved to variables and expressions.
type sentence struct {
	parts map[lang.Tag][]part
	refs  []ref
	plain lang.Text // set when there is nothing to fill
}

// part is literal text, or the ref with this index when ref ≥ 0.
type part struct {
	text string
	ref  int
}

// ref is what a placeholder stands for: an expression, a variable, or words that are fixed for the version.
type ref struct {
	name    string
	program *rule.Program
	words   lang.Text
}

// fill writes the values in; ok is false while one of them cannot be told.
func (s *sentence) fill(p *Programme, v *rule.Values) (t lang.Text, ok bool) {
	if s == nil {
		return lang.Text{}, true
	}
	if len(s.refs) == 0 {
		return s.plain, true
	}
	values := make([]lang.Text, len(s.refs))
	for i, r := range s.refs {
		switch {
		case r.words.JA != "":
			values[i] = r.words
		case r.program != nil:
			got, err := r.program.Run(v)
			if err != nil || !got.Known() {
				return lang.Text{}, false
			}
			values[i] = p.words(got.Value)
		case v.Known(r.name):
			values[i] = p.words(v.Get(r.name))
		default:
			return lang.Text{}, false
		}
	}
	write := func(tag lang.Tag) string {
		var b strings.Builder
		for _, part := range s.parts[tag] {
			if part.ref < 0 {
				b.WriteString(part.text)
			} else {
				b.WriteString(values[part.ref].In(tag))
			}
		}
		return b.String()
	}
	return lang.Text{JA: write(lang.JA), EN: write(lang.EN)}, true
}

// words writes a value for readers: numbers with commas, days in full, option values by their label, lists joined.
func (p *Programme) words(x any) lang.Text {
	same := func(s string) lang.Text { return lang.Text{JA: s, EN: s} }
	switch x := x.(type) {
	case int64:
		return same(lang.Num(x))
	case float64:
		return same(strconv.FormatFloat(x, 'f', -1, 64))
	case time.Time:
		day := jp.Date(x)
		return lang.Text{JA: lang.LongDay(lang.JA, day), EN: lang.LongDay(lang.EN, day)}
	case string:
		if label, ok := p.labels[x]; ok {
			return label
		}
		return same(x)
	case []any:
		var ja, en []string
		for _, item := range x {
			w := p.words(item)
			ja, en = append(ja, w.JA), append(en, w.EN)
		}
		return lang.Text{JA: strings.Join(ja, "、"), EN: strings.Join(en, ", ")}
	case nil:
		return same("－")
	}
	return same(fmt.Sprint(x))
}

// sentence compiles a text. with holds the programme's own names.
func (c *compiler) sentence(at string, t lang.Text, with map[string]string) *sentence {
	if t == (lang.Text{}) {
		return nil
	}
	s := &sentence{parts: map[lang.Tag][]part{}, plain: t}
	index := map[string]int{}
	for tag, text := range map[lang.Tag]string{lang.JA: t.JA, lang.EN: t.EN} {
		rest := 0
		var parts []part
		for _, m := range placeholder.FindAllStringSubmatchIndex(text, -1) {
			name := text[m[2]:m[3]]
			i, ok := index[name]
			if !ok {
				r, found := c.resolve(at, name, with)
				if !found {
					continue
				}
				i = len(s.refs)
				index[name] = i
				s.refs = append(s.refs, r)
			}
			if m[0] > rest {
				parts = append(parts, part{text[rest:m[0]], -1})
			}
			parts = append(parts, part{"", i})
			rest = m[1]
		}
		if rest < len(text) {
			parts = append(parts, part{text[rest:], -1})
		}
		s.parts[tag] = parts
	}
	return s
}

// resolve finds what a placeholder names: an entry of With, an amount or other variable, a field by its key, a param, a day of the call.
func (c *compiler) resolve(at, name string, with map[string]string) (ref, bool) {
	if text, ok := with[name]; ok {
		if prog := c.expr(join(at, "with."+name), text, rule.Any); prog != nil {
			return ref{name: name, program: prog}, true
		}
		return ref{}, false
	}
	if name == "types" {
		return ref{name: name, words: typeWords(c.p.Call.ApplicantTypes)}, true
	}
	for _, prefix := range []string{"", "a.", "params.", "call."} {
		if c.env.Has(prefix + name) {
			c.read(prefix + name)
			return ref{name: prefix + name}, true
		}
	}
	names := []string{"types"}
	for n := range with {
		names = append(names, n)
	}
	for _, v := range c.env.Names("") {
		names = append(names, v, strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(v, "a."), "params."), "call."))
	}
	c.fail(at, say("lint.placeholder", "a", "{"+name+"}"), rule.Nearest(name, names))
	return ref{}, false
}
