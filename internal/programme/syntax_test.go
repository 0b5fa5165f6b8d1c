package programme

import (
	"strings"
	"testing"
	"testing/fstest"

	"kakehashi/internal/lang"
)

func TestWhatIsNoYAMLIsToldInBothLanguagesAtItsLine(t *testing.T) {
	for name, row := range map[string]struct {
		text, key string
		line      int
	}{
		"a tab":                  {"programme: x\ntitle:\n\tja: あ\n", "lint.yaml.tab", 3},
		"a tab after spaces":     {"programme: x\ntitle:\n  ja: あ\n \ten: a\n", "lint.yaml.tab", 4},
		"a colon in a value":     {"programme: x\ntitle: a: b\n", "lint.yaml.colon", 2},
		"a key deeper than its":  {"programme: x\n  title: a\n", "lint.yaml.colon", 2},
		"a name without a colon": {"programme: x\ntitle\nforms: []\n", "lint.yaml.no_colon", 2},
		"an item that hangs":     {"forms:\n    - id: a\n  - id: b\n", "lint.yaml.indent", 2},
		"an indent too far left": {"title:\n    ja: a\n  en: b\n", "lint.yaml.indent", 2},
		"a list that breaks off": {"forms:\n  - a\n  b: c\n", "lint.yaml.dash", 1},
		"a dash behind a name":   {"forms: - a\n", "lint.yaml.dash_here", 0},
		"an open bracket":        {"use: [rules\nforms: []\n", "lint.yaml.bracket", 1},
		"an open quote":          {"programme: \"x\nforms: 1\n", "lint.yaml.quote", 3},
		"a backslash":            {"programme: x\ntitle: \"a\\q\"\n", "lint.yaml.escape", 2},
		"an at sign":             {"programme: x\ntitle: @a\n", "lint.yaml.start", 2},
		"a name nobody gave":     {"programme: *x\n", "lint.yaml.anchor", 0},
		"Shift JIS":              {"programme: \x83v\x83\x8d\n", "lint.yaml.utf8", 0},
		"a control character":    {"programme: \x07\n", "lint.yaml.control", 0},
		"a key twice":            {"programme: x\nprogramme: y\n", "lint.key_twice", 2},
		"a key nobody knows":     {"programme: x\ntitel: y\n", "lint.unknown_key", 2},
		"a wrong kind":           {"programme: x\nphase: 1\nforms: 3\n", "lint.want_list", 3},
	} {
		t.Run(name, func(t *testing.T) {
			_, issues := Parse(fstest.MapFS{"x/programme.yaml": {Data: []byte(row.text)}}, "x")
			for _, i := range issues {
				words := lang.T(lang.JA, row.key)
				head, _, _ := strings.Cut(words, "{")
				tail := words[strings.LastIndex(words, "}")+1:]
				if i.Line == row.line && strings.HasPrefix(i.Text.JA, head) && strings.HasSuffix(i.Text.JA, tail) && i.Text.EN != "" && i.Text.EN != i.Text.JA {
					return
				}
			}
			t.Errorf("%+v", issues)
		})
	}
	if _, issues := Parse(fstest.MapFS{"x/programme.yaml": {Data: []byte("%FOO bar\n---\na: !x!y z\n")}}, "x"); len(issues) == 0 || !strings.HasPrefix(issues[0].Text.JA, "読み取れません（") {
		t.Errorf("an unusual fault: %+v", issues)
	}
}
