package search

import (
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/unicode/norm"

	"kakehashi/internal/jp"
)

var newer = sync.OnceValue(newerForms)

// Spellings are the ways words may stand in a text that is not folded (domain.md §6.2), in small letters and as typed first: of ﾊﾟﾘ also パリ and ぱり, of
// 靜岡 also 静岡. For lists that look into their own columns; the index needs none of it.
func Spellings(words string) []string {
	plain := strings.ToLower(norm.NFKC.String(words))
	common := strings.Map(func(r rune) rune {
		if n, ok := newer()[r]; ok {
			return n
		}
		return r
	}, plain)
	var list []string
	for _, s := range []string{strings.ToLower(words), plain, common, jp.Katakana(common), jp.Hiragana(common)} {
		if !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return list
}
