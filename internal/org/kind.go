package org

import (
	"strings"

	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
)

// A Type is one kind of organisation (`org.type` of domain.md §4.0.1).
type Type struct {
	Code string    `yaml:"code"`
	Name lang.Text `yaml:"name"`
	LG   bool      `yaml:"lg"`
	Head string    `yaml:"head"` // title of its head on letters
}

// Types lists the kinds of organisation in the order forms show them.
func Types() []Type { return kinds() }

// TypeOf returns one kind.
func TypeOf(code string) (Type, bool) {
	for _, t := range kinds() {
		if t.Code == code {
			return t, true
		}
	}
	return Type{}, false
}

// TypeName returns the name of a kind; its code where it is not known.
func TypeName(tag lang.Tag, code string) string {
	if t, ok := TypeOf(code); ok {
		return t.Name.In(tag)
	}
	return code
}

// IsLG reports whether a kind is a local government.
func IsLG(code string) bool {
	t, ok := TypeOf(code)
	return ok && t.LG
}

// PrefectureName returns the name of a prefecture by its two digits: 石川県, "Ishikawa" (without the word Prefecture).
func PrefectureName(code string) (lang.Text, bool) {
	t, ok := shipped().prefectures[code]
	return t, ok
}

// englishName writes the English name of a local government from its kana, as the shipped list does: "Kanazawa City". The
// bodies of data/romaji.csv keep their own spelling.
func englishName(kind, code, name, kana string) string {
	word := map[string]string{"prefecture": " Prefecture", "designated_city": " City", "city": " City", "special_ward": " Ward", "town": " Town", "village": " Village"}[kind]
	if stem, ok := shipped().romaji[code+name]; ok {
		return stem + word
	}
	switch name {
	case "北海道":
		return "Hokkaido"
	case "東京都":
		return "Tokyo Metropolis"
	}
	stem := kana
	for _, end := range endings[kind] {
		if s, ok := strings.CutSuffix(kana, end); ok {
			stem = s
			break
		}
	}
	if stem == "" {
		return ""
	}
	return jp.Hepburn(stem) + word
}

// endings are the readings of 県府 市 区 町 村 at the end of a name.
var endings = map[string][]string{"prefecture": {"けん", "ふ"}, "designated_city": {"し"}, "city": {"し"}, "special_ward": {"く"},
	"town": {"ちょう", "まち"}, "village": {"むら", "そん"}}
