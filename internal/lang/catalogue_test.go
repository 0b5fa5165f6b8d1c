package lang_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"

	"kakehashi/internal/lang"
)

func TestTheShippedFilesHaveNoFaults(t *testing.T) {
	for _, p := range lang.Shipped().Problems {
		t.Error(p)
	}
	if n := len(lang.Shipped().Keys(lang.JA)); n < 100 {
		t.Errorf("only %d keys were read", n)
	}
}

func TestEveryLanguageHasTheSameKeysAndPlaceholders(t *testing.T) {
	c := lang.Shipped()
	ja, en := c.Keys(lang.JA), c.Keys(lang.EN)
	for _, key := range ja {
		if _, ok := slices.BinarySearch(en, key); !ok {
			t.Errorf("en lacks %s", key)
			continue
		}
		if a, b := c.Placeholders(lang.JA, key), c.Placeholders(lang.EN, key); !slices.Equal(a, b) {
			t.Errorf("%s: placeholders %v in ja, %v in en", key, a, b)
		}
	}
	for _, key := range en {
		if _, ok := slices.BinarySearch(ja, key); !ok {
			t.Errorf("ja lacks %s", key)
		}
	}
}

// japaneseAllowed are words that stay Japanese inside an English sentence because the reader must recognise them on paper.
var japaneseAllowed = regexp.MustCompile(`日本語|やさしい日本語|必着|令和|〒`)

func TestEnglishSentencesHoldNoJapanese(t *testing.T) {
	c := lang.Shipped()
	for _, key := range c.Keys(lang.EN) {
		s := japaneseAllowed.ReplaceAllString(c.T(lang.EN, key), "")
		if i := strings.IndexFunc(s, isJapanese); i >= 0 {
			t.Errorf("%s: %q", key, c.T(lang.EN, key))
		}
	}
}

func isJapanese(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) || r >= 0x3000 && r <= 0x303F || r >= 0xFF01 && r <= 0xFF60
}

func TestSentencesAreFilled(t *testing.T) {
	c := lang.ReadCatalogue(fstest.MapFS{
		"t/ja/a.yaml": {Data: []byte("a.n: \"{n}件\"\na.who: \"{who}さん、{day}まで\"\na.only: 日本語だけ\n")},
		"t/en/a.yaml": {Data: []byte("a.n: \"{n|one case|{n} cases} left\"\na.who: \"{who}, by {day}\"\n")},
	}, "t")
	if len(c.Problems) > 0 {
		t.Fatal(c.Problems)
	}
	for _, row := range []struct {
		name string
		tag  lang.Tag
		key  string
		args []any
		want string
	}{
		{"a number in Japanese", lang.JA, "a.n", []any{"n", 3}, "3件"},
		{"one in English", lang.EN, "a.n", []any{"n", 1}, "one case left"},
		{"many in English", lang.EN, "a.n", []any{"n", 12}, "12 cases left"},
		{"none in English is many", lang.EN, "a.n", []any{"n", 0}, "0 cases left"},
		{"a grouped number is many", lang.EN, "a.n", []any{"n", lang.Num(1788)}, "1,788 cases left"},
		{"a text speaks the reader's language", lang.EN, "a.who", []any{"who", lang.Text{JA: "支部", EN: "Branch"}, "day", "1 Apr"}, "Branch, by 1 Apr"},
		{"a value that was not given stays visible", lang.JA, "a.who", []any{"who", "支部"}, "支部さん、{day}まで"},
		{"a language without the key speaks Japanese", lang.EN, "a.only", nil, "日本語だけ"},
		{"a key nobody wrote", lang.EN, "a.gone", nil, "⟦a.gone⟧"},
		{"braces in a value are words", lang.JA, "a.who", []any{"who", "{day}", "day", "x"}, "{day}さん、xまで"},
	} {
		if got := c.T(row.tag, row.key, row.args...); got != row.want {
			t.Errorf("%s: %q, want %q", row.name, got, row.want)
		}
	}
}

func TestBadCatalogueFilesAreNamed(t *testing.T) {
	for _, row := range []struct{ name, yaml, want string }{
		{"a key twice", "a.x: one\na.x: two\n", "already in"},
		{"an empty sentence", "a.x: \"\"\n", "empty"},
		{"a list instead of a sentence", "a.x: [one]\n", "one sentence"},
		{"an open brace", "a.x: \"{n\"\n", "not closed"},
		{"a brace too many", "a.x: \"n}\"\n", "too many"},
		{"a placeholder in capitals", "a.x: \"{N}\"\n", "no placeholder name"},
		{"a choice with one form", "a.x: \"{n|one}\"\n", "two forms"},
		{"no YAML", "\t: x", "yaml"},
	} {
		c := lang.ReadCatalogue(fstest.MapFS{"t/en/a.yaml": {Data: []byte(row.yaml)}}, "t")
		if got := strings.Join(c.Problems, "\n"); !strings.Contains(got, row.want) {
			t.Errorf("%s: problems %q, want one with %q", row.name, got, row.want)
		}
	}
}

func TestPlainSentencesCostNothingOfTheirOwnToRead(t *testing.T) {
	var b strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&b, "area.key%d: plain words\n", i)
	}
	folder := fstest.MapFS{"text/ja/area.yaml": {Data: []byte(b.String())}}
	if made := testing.AllocsPerRun(1, func() { lang.ReadCatalogue(folder, "text") }); made > 500 {
		t.Errorf("%v allocations for 1,000 sentences, at every start", made)
	}
}
