package search

import (
	"slices"
	"testing"
)

func TestWordsAreLookedForInTheirOtherSpellings(t *testing.T) {
	for words, want := range map[string][]string{
		"ﾊﾟﾘ":      {"ﾊﾟﾘ", "パリ", "ぱり"},
		"ぱり":       {"ぱり", "パリ"},
		"靜岡茶":      {"靜岡茶", "静岡茶"},
		"Ｐ０１":      {"ｐ０１", "p01"},
		"静岡茶のパリ販路": {"静岡茶のパリ販路", "静岡茶ノパリ販路", "静岡茶のぱり販路"},
	} {
		if got := Spellings(words); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", words, got, want)
		}
	}
}
