package search

import (
	"strings"
	"unicode/utf8"
)

// foreign are spellings of foreign sounds that people mix, in folded kana: each is written as the other.
var foreign = strings.NewReplacer(
	"ゔぁ", "ば", "ゔぃ", "び", "ゔぇ", "べ", "ゔぉ", "ぼ", "ゔゅ", "びゅ", "ゔ", "ぶ",
	"てぃ", "ち", "でぃ", "じ", "とぅ", "つ", "どぅ", "ず", "ぢ", "じ", "づ", "ず", "ゐ", "い", "ゑ", "え",
	"うぃ", "うい", "うぇ", "うえ", "うぉ", "うお", "ふぁ", "は", "ふぃ", "ひ", "ふぇ", "へ", "ふぉ", "ほ", "しぇ", "せ", "じぇ", "ぜ", "いぇ", "いえ",
	"いや", "いあ", "きや", "きあ", "ぎや", "ぎあ", "しや", "しあ", "じや", "じあ", "ちや", "ちあ", "にや", "にあ", "ひや", "ひあ", "びや", "びあ", "ぴや", "ぴあ",
	"みや", "みあ", "りや", "りあ")

// long are long vowels that people write in two ways (メイン, メーン).
var long = strings.NewReplacer(
	"えい", "えー", "けい", "けー", "せい", "せー", "てい", "てー", "ねい", "ねー", "へい", "へー", "めい", "めー", "れい", "れー", "げい", "げー", "ぜい", "ぜー",
	"でい", "でー", "べい", "べー", "ぺい", "ぺー",
	"おう", "おー", "こう", "こー", "そう", "そー", "とう", "とー", "のう", "のー", "ほう", "ほー", "もう", "もー", "よう", "よー", "ろう", "ろー", "ごう", "ごー",
	"どう", "どー", "ぼう", "ぼー", "ぽう", "ぽー")

// skeleton is what all spellings of a foreign or English word have in common: コンピュータ and コンピューター, ヴェトナム and ベトナム,
// cities and city, organisation and organization. A word without such spellings is its own skeleton. A long vowel inside a short word
// stays: ビル is not ビール.
func skeleton(word string) string {
	first, _ := utf8.DecodeRuneInString(word)
	switch {
	case first >= 'a' && first <= 'z':
		return englishSkeleton(word)
	case first < 'ぁ' || first > 'ゖ':
		return word
	}
	word = foreign.Replace(word)
	if bare := strings.ReplaceAll(long.Replace(word), "ー", ""); utf8.RuneCountInString(bare) >= 4 {
		return bare
	}
	if bare := strings.TrimRight(word, "ー"); utf8.RuneCountInString(bare) >= 3 {
		return bare
	}
	return word
}

func englishSkeleton(word string) string {
	if len(word) < 4 {
		return word
	}
	switch {
	case strings.HasSuffix(word, "ies") && len(word) > 4:
		word = word[:len(word)-3] + "y"
	case strings.HasSuffix(word, "sses"), strings.HasSuffix(word, "shes"), strings.HasSuffix(word, "ches"), strings.HasSuffix(word, "xes"):
		word = word[:len(word)-2]
	case strings.HasSuffix(word, "s") && !strings.HasSuffix(word, "ss") && !strings.HasSuffix(word, "us") && !strings.HasSuffix(word, "is"):
		word = word[:len(word)-1]
	}
	if len(word) < 5 {
		return word
	}
	word = strings.Replace(word, "isation", "ization", 1)
	for _, end := range [][2]string{{"ise", "ize"}, {"yse", "yze"}, {"tre", "ter"}, {"our", "or"}, {"ogue", "og"}, {"amme", "am"}, {"elled", "eled"}, {"elling", "eling"}} {
		if rest, ok := strings.CutSuffix(word, end[0]); ok {
			return rest + end[1]
		}
	}
	return word
}
