package letter

import (
	"strings"
	"testing"
)

func set(text string, em float64) []string {
	var out []string
	for _, l := range lines(text, bodyStyle, em*bodyStyle.size, 0) {
		var b strings.Builder
		for _, g := range l.glyphs {
			b.WriteString(g.Text)
		}
		out = append(out, b.String())
	}
	return out
}

func TestLinesBreakByTheRulesOfJapaneseTypesetting(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		em   float64
		want string
	}{
		"a full stop does not begin a line":           {"あいうえお。か", 5, "あいうえ|お。か"},
		"a full stop may give up its empty half":      {"あいうえお。か", 5.6, "あいうえお。|か"},
		"a small kana does not begin a line":          {"あいうえっと", 4, "あいう|えっと"},
		"a long vowel mark does not begin a line":     {"データセンター", 6, "データセン|ター"},
		"an opening bracket does not end a line":      {"あいう（えお）", 4, "あいう|（えお）"},
		"a word of Latin letters is not parted":       {"パリのSalonに", 5, "パリの|Salonに"},
		"a word wider than the line is":               {"abcdefghijklmnopqrstuvwxyz", 4, "abcdefg|hijklmn|opqrstu|vwxyz"},
		"a sum keeps together with 金 and 円":           {"助成額金4,000,000円", 8, "助成額|金4,000,000円"},
		"a number keeps its unit":                     {"あい令和10年3月20日", 4.2, "あい令|和10年|3月20日"},
		"spaces at a break vanish":                    {"tea fair in Paris", 4, "tea fair|in Paris"},
		"an ellipsis is not parted":                   {"あいう……え", 4, "あいう|……え"},
		"line feeds begin a new line":                 {"あ\r\nい\n\nう", 9, "あ|い||う"},
		"controls print nothing":                      {"あ\x00\u200bい\u202e", 9, "あい"},
		"a separate voicing mark joins its letter":    {"か\u3099く", 9, "がく"},
		"letters of a name stay those that were sent": {"\uFA19\uFA1A葛\U000E0100", 9, "\uFA19\uFA1A葛\U000E0100"},
	} {
		if got := strings.Join(set(c.text, c.em), "|"); got != c.want {
			t.Errorf("%s: %q in %v em became %s, not %s", name, c.text, c.em, got, c.want)
		}
	}
}

func TestFullLinesEndAtTheEdge(t *testing.T) {
	text := strings.Repeat("令和9年度に、市内の茶業者とともに「Salon du Thé」に出展します。", 6)
	all := lines(text, bodyStyle, columnWidth, bodyStyle.size)
	for i, l := range all[:len(all)-1] {
		if end := l.indent + l.width; end < columnWidth-0.1 || end > columnWidth+0.1 {
			t.Errorf("line %d ends at %.2f, the edge is %.2f", i+1, end, columnWidth)
		}
	}
}

func TestALetterNoFaceHasPrintsAsGetaAndKeepsItsText(t *testing.T) {
	face, want, _ := bodyStyle.family().Find(geta, 0, false)
	for _, s := range []string{"😀", "\U00030EDD", "ក", "\uFFFD"} {
		c := clusters(s, bodyStyle)
		if len(c) != 1 || c[0].glyphs[0].Face != face || c[0].glyphs[0].ID != want || c[0].glyphs[0].Text != s {
			t.Errorf("%q became %+v", s, c)
		}
	}
}
