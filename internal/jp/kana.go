package jp

import (
	"strings"

	"golang.org/x/text/width"
)

// Hiragana turns katakana of either width into hiragana; everything else stays.
func Hiragana(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'ァ' && r <= 'ヶ' || r == 'ヽ' || r == 'ヾ' {
			return r - 'ァ' + 'ぁ'
		}
		return r
	}, wideKana(s))
}

// Katakana turns hiragana and half-width katakana into katakana; everything else stays.
func Katakana(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'ぁ' && r <= 'ゖ' || r == 'ゝ' || r == 'ゞ' {
			return r - 'ぁ' + 'ァ'
		}
		return r
	}, wideKana(s))
}

// KanaOnly reports whether s is nothing but kana (either script), ー, ・ and blanks, and has at least one kana.
func KanaOnly(s string) bool {
	some := false
	for _, r := range wideKana(s) {
		switch {
		case r >= 'ぁ' && r <= 'ゖ' || r >= 'ァ' && r <= 'ヺ':
			some = true
		case r == 'ー' || r == '・' || r == ' ' || r == '　' || r >= 'ヽ' && r <= 'ヿ' || r >= 'ゝ' && r <= 'ゟ':
		default:
			return false
		}
	}
	return some
}

// wideKana widens half-width katakana (ｶﾞ to ガ) and leaves every other character alone.
func wideKana(s string) string {
	var out strings.Builder
	for run := range kanaRuns(s) {
		if r := []rune(run)[0]; halfKana(r) {
			run = NFC(width.Widen.String(strings.NewReplacer("ﾞ", "\u3099", "ﾟ", "\u309a").Replace(run)))
			run = strings.NewReplacer("\u3099", "゛", "\u309a", "゜").Replace(run)
		}
		out.WriteString(run)
	}
	return out.String()
}

// kanaRuns splits s into stretches of half-width katakana and of everything else.
func kanaRuns(s string) func(func(string) bool) {
	return func(yield func(string) bool) {
		start, half := 0, false
		for i, r := range s {
			if i > start && halfKana(r) != half {
				if !yield(s[start:i]) {
					return
				}
				start = i
			}
			half = halfKana(r)
		}
		if start < len(s) {
			yield(s[start:])
		}
	}
}

func halfKana(r rune) bool { return r >= '･' && r <= 'ﾟ' }
