package rule

import (
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Whatever the two texts are: they are the same when they are once folded whole.
func TestTextsAreTheSameByWhatTheyAreFoldedTo(t *testing.T) {
	fold := func(s string) string {
		return strings.Map(func(r rune) rune {
			if unicode.IsSpace(r) {
				return -1
			}
			return unicode.ToLower(r)
		}, norm.NFKC.String(s))
	}
	parts := []string{"", " ", "　", "1", "2", "１", "①", "a", "A", "Ａ", "か", "が", "か\u3099", "ｶﾞ", "ガ", "\u0301", "e\u0301", "é", "海", "外", "\uf900", "豈", "⽔", "水", "㈱", "(株)", "½", "\xff"}
	var texts []string
	for _, a := range parts {
		for _, b := range parts {
			texts = append(texts, a+b, "第"+a+b+"号")
		}
	}
	apartOnes := 0
	const step = 13 // not every pair, but each with every kind of others
	tried := 0
	for i, a := range texts {
		for j := i % step; j < len(texts); j += step {
			b := texts[j]
			tried++
			want := fold(a) == fold(b)
			if got := sameText(a, b); got != want {
				t.Fatalf("%q and %q: %v, folded %q and %q", a, b, got, fold(a), fold(b))
			}
			if apart(a, b) {
				apartOnes++
			}
		}
	}
	if apartOnes < tried/10 {
		t.Errorf("only %d of %d are told apart without folding", apartOnes, tried)
	}
	if n := testing.AllocsPerRun(10, func() {
		sameText("（測定）第12号 海外販路の開拓", "（測定）第13号 海外販路の開拓")
	}); n > 0 {
		t.Errorf("names with nothing in common take %v allocations", n)
	}
}
