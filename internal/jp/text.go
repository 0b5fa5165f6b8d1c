package jp

import (
	"strings"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"
)

// NFC composes combining marks (が typed as か + ゛) and changes nothing else that a name or a sentence is made of: 髙 﨑 𠮷 ㈱ ①
// stay. The compatibility form NFKC, which would rewrite those, is used nowhere in this program.
func NFC(s string) string { return norm.NFC.String(s) }

// FoldID makes identifiers comparable: telephone and postal numbers, codes, amounts, dates, e-mail. Full width becomes half,
// every stroke that people type for a hyphen (ー ‐ − – ―) becomes "-", every kind of blank a space, and blanks at the ends go.
// It must not be used for names and prose, where ー is a long vowel.
func FoldID(s string) string {
	s = width.Fold.String(s)
	s = strings.Map(func(r rune) rune {
		switch r {
		case 'ー', '‐', '‑', '‒', '–', '—', '―', '−', '⁃', '﹣', '﹘', '─', '━', '˗', '➖', '\u00ad':
			return '-'
		case '\u00a0', '\u1680', '\u202f', '\u205f', '\u3000', '\t', '\n', '\r':
			return ' '
		case '\u200b', '\u200c', '\u200d', '\u200e', '\u200f', '\u2060', '\ufeff':
			return -1
		}
		if r >= '\u2000' && r <= '\u200a' {
			return ' '
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}
