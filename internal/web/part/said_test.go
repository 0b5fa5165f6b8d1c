package part

import (
	"strings"
	"testing"

	"kakehashi/internal/lang"
)

// In an English sentence only the Japanese names are Japanese; what is Japanese as a whole stays one piece.
func TestNamesInASentenceAreInTheirOwnLanguage(t *testing.T) {
	for words, want := range map[string]string{
		"七尾市 was asked to consent":    `<span lang="ja">七尾市</span> was asked to consent`,
		"Asked 七尾市 and 富士市 to answer": `Asked <span lang="ja">七尾市</span> and <span lang="ja">富士市</span> to answer`,
		"サポートセンター, twice a year":      `<span lang="ja">サポートセンター</span>, twice a year`,
		"JETの会（東京）":                   `<span lang="ja">JETの会（東京）</span>`,
		"Nobody was asked":            "Nobody was asked",
	} {
		var b strings.Builder
		if err := Said(words).Render(lang.With(t.Context(), lang.EN), &b); err != nil || b.String() != want {
			t.Errorf("%s: %s %v", words, b.String(), err)
		}
	}
}
