package easy_test

import (
	_ "embed"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"kakehashi/content"
	"kakehashi/internal/resident/easy"
)

//go:embed testdata/ruby.txt
var gold string

var reader = sync.OnceValues(func() (*easy.Reader, error) { return easy.NewReader(content.FS, "") })

func japanese(t *testing.T) *easy.Reader {
	t.Helper()
	r, err := reader()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// marked writes pieces as the gold set does.
func marked(pieces []easy.Piece) string {
	var b strings.Builder
	for _, p := range pieces {
		b.WriteString(p.Text)
		if p.Ruby != "" {
			b.WriteString("(" + p.Ruby + ")")
		}
	}
	return b.String()
}

var brackets = regexp.MustCompile(`\([\p{Hiragana}ー]+\)`)

func TestReadingsAreThoseOfTheGoldSet(t *testing.T) {
	r := japanese(t)
	for line := range strings.Lines(gold) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		if got := marked(r.Ruby(brackets.ReplaceAllString(line, ""))); got != line {
			t.Errorf("\n got %s\nwant %s", got, line)
		}
	}
}

func TestTokyoSaysItsOwnWord(t *testing.T) {
	r, err := easy.NewReader(content.FS, "tokyo")
	if err != nil {
		t.Fatal(err)
	}
	if got := marked(r.Ruby("一時避難場所")); got != "一時(いっとき)避難(ひなん)場所(ばしょ)" {
		t.Error(got)
	}
	if _, err := easy.NewReader(content.FS, "atlantis"); err == nil {
		t.Error("a region without readings was taken")
	}
}

func TestRubyNeverChangesTheText(t *testing.T) {
	r := japanese(t)
	for _, text := range []string{"", "\n", "𠮷野家の髙﨑さん", "葛󠄀城市", "12,34人", "999999999999人", "震度", "<b>水</b>", "０時０分", "13月32日", "\x00a", "ｶﾞｽ", "水水水水", "\xff"} {
		var back strings.Builder
		for _, p := range r.Ruby(text) {
			back.WriteString(p.Text)
		}
		if back.String() != text {
			t.Errorf("%q came back as %q", text, back.String())
		}
	}
}

func rules(sentences []easy.Sentence) (found []string) {
	for _, s := range sentences {
		for _, f := range s.Findings {
			if strings.HasPrefix(f.Note.JA, "⟦") || f.Note.EN == "" || f.At[0] < 0 || f.At[1] > len([]rune(s.Text)) || f.At[0] >= f.At[1] {
				panic(f)
			}
			found = append(found, f.Rule)
		}
	}
	return found
}

func TestEveryRuleHasTextsItNamesAndTextsItLeavesAlone(t *testing.T) {
	r := japanese(t)
	old := func(text string) (found []easy.OldTerm) {
		if i := strings.Index(text, "避難勧告"); i >= 0 {
			found = append(found, easy.OldTerm{From: i, To: i + len("避難勧告"), Now: "避難指示"})
		}
		return found
	}
	for _, c := range []struct{ rule, hard, easy string }{
		{"LEN_MORA", "川の近くに住んでいる人は危ないのですぐに高いところにある学校や公園などへ歩いて逃げてください。", "川の 近くは 危ないです。"},
		{"ONE_IDEA", "雨が 強く なって、川の 水が あふれました。", "水を 持って きて ください。"},
		{"ONE_IDEA", "電気が 止まったので、水が 出ません。", "ここで 待って いて ください。"},
		{"DOUBLE_NEG", "書類を 出さなければ なりません。", "書類を 出して ください。"},
		{"DOUBLE_NEG", "使えないことはありません。", "使えません。"},
		{"PASSIVE", "家が 水に 流されました。", "ご飯が 食べられます。"},
		{"PASSIVE", "橋が こわされて います。", "明日 来られますか。"},
		{"CAUSATIVE", "子どもを 休ませて ください。", "みんなに 知らせて ください。"},
		{"KEIGO", "市役所で いただけます。", "ここで 待って ください。"},
		{"KEIGO", "少々お待ちください。", "水を もらって ください。"},
		{"KEIGO", "市長が 話されます。", "市長が 話します。"},
		{"KEIGO", "係の者が おります。", "係の 人が います。"},
		{"NOUN_RUN", "避難場所開設状況一覧", "学校の 場所"},
		{"NOMINAL", "給水を 実施します。", "水を くばります。"},
		{"NOMINAL", "受付の 開始は 9時です。", "9時に 始まります。"},
		{"HARD_WORD", "速やかに 退去して ください。", "すぐに 出て ください。"},
		{"KEEP_NO_GLOSS", "避難所に 行って ください。", "避難所<みんなが 逃げる ところ>に 行って ください。"},
		{"LOAN", "ライフラインが 止まりました。", "トイレと バスと ガスと テレビ"},
		{"VAGUE", "津波の おそれが あります。", "津波<とても 高い 波>が 来ます。"},
		{"VAGUE", "水等を 配ります。", "水と パンを 配ります。"},
		{"VAGUE", "至急 連絡して ください。", "今すぐ 電話して ください。"},
		{"KANJI_RATE", "市役所前広場臨時給水所", "水を くばります。"},
		{"NO_RUBY", "水を くばります。", "水(みず)を くばります。"},
		{"TIME_FMT", "9:00から 始まります。", "午前9時から 始まります。"},
		{"TIME_FMT", "9時〜17時", "9時から 17時まで"},
		{"TIME_FMT", "令和8年に 始まります。", "2026年に 始まります。"},
		{"TIME_FMT", "11/22に 来て ください。", "11月22日に 来て ください。"},
		{"OLD_TERM", "避難勧告が 出ました。", "避難指示が 出ました。"},
		{"ONOMATO", "家が ぐらぐら ゆれます。", "いろいろな 人が います。"},
		{"NO_SPACE", "川の近くに行かないでください。", "川の 近くに 行かないで ください。"},
	} {
		if !slices.Contains(rules(r.Check(c.hard, 1, old)), c.rule) {
			t.Errorf("%s does not name %s: %v", c.rule, c.hard, rules(r.Check(c.hard, 1, old)))
		}
		if slices.Contains(rules(r.Check(c.easy, 1, old)), c.rule) {
			t.Errorf("%s names %s", c.rule, c.easy)
		}
	}
}

func TestRespectIsNotPassiveAndPleaseIsNotKeigo(t *testing.T) {
	r := japanese(t)
	if found := rules(r.Check("市長が 話されます。", 1, nil)); slices.Contains(found, "PASSIVE") {
		t.Errorf("respect was called passive: %v", found)
	}
	if found := rules(r.Check("水を 飲んで ください。", 1, nil)); slices.Contains(found, "KEIGO") {
		t.Errorf("please was called keigo: %v", found)
	}
}

func TestMoraeAreCountedOnTheReadingWithoutGlosses(t *testing.T) {
	r := japanese(t)
	for text, want := range map[string]int{
		"水": 2, "きゃ": 1, "学校": 4, "8日": 3, "避難所<みんなが 逃げる ところ>": 4, "コンビニ": 4, "10": 2, "おおつなみ": 5,
	} {
		if got := r.Check(text, 1, nil)[0].Morae; got != want {
			t.Errorf("%s has %d morae, want %d", text, got, want)
		}
	}
}

func TestEasyTextsOfOursPass(t *testing.T) {
	r := japanese(t)
	for _, text := range []string{
		"今すぐ 逃げて ください。", "川の 近くに 行かないで ください。", "ここで 水を もらう ことが できます。", "お金は いりません。",
		"だれでも 使う ことが できます。", "トイレは 外に あります。", "犬や 猫は ここに 入る ことが できません。",
	} {
		for _, s := range r.Check(text, 1, nil) {
			for _, f := range s.Findings {
				if f.Severity != "info" && f.Rule != "KANJI_RATE" {
					t.Errorf("%s: %s at %v", s.Text, f.Rule, f.At)
				}
			}
		}
	}
}

func FuzzCheck(f *testing.F) {
	f.Add("避難所<みんなが 逃げる ところ>に 9:00 行かなければ なりません。")
	f.Add("8日28日１１時3か月(水)<")
	f.Fuzz(func(t *testing.T, text string) {
		r := japanese(t)
		rules(r.Check(text, 1, nil))
	})
}
