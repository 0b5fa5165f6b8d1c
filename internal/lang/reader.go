package lang

import (
	"context"
	"slices"
	"sync/atomic"
)

// Interface lists the languages every page of the service exists in, the default first.
var Interface = []Tag{JA, EN}

type contextKey struct{}

// With returns a context in which the reader's language is tag.
func With(ctx context.Context, tag Tag) context.Context {
	return context.WithValue(ctx, contextKey{}, tag)
}

// From returns the reader's language of ctx, Japanese where none was set.
func From(ctx context.Context) Tag {
	if tag, ok := ctx.Value(contextKey{}).(Tag); ok {
		return tag
	}
	return JA
}

// Parse returns the interface language a person or a setting names ("en", "EN", "en-GB"); ok is false for others.
func Parse(s string) (Tag, bool) {
	for _, tag := range Interface {
		if len(s) >= 2 && (s[0]|0x20) == tag[0] && (s[1]|0x20) == tag[1] && (len(s) == 2 || s[2] == '-' || s[2] == '_') {
			return tag, true
		}
	}
	return JA, false
}

// A Language is a language the service knows: its BCP 47 tag, its name in itself, in Japanese and in English, and the direction of its
// script. Reader tells one of the resident tools (domain.md §5.4, P:15).
type Language struct {
	Tag      Tag
	Name     string
	Japanese string
	English  string
	RTL      bool
	Reader   bool
}

// Readers lists the languages residents read: Japanese (in two forms) and the foreign languages of the tools, in the order shown.
var Readers = []Language{
	{Tag: "ja", Name: "日本語", Japanese: "日本語", English: "Japanese"},
	{Tag: "ja-x-easy", Name: "やさしい日本語", Japanese: "やさしい日本語", English: "Easy Japanese"},
	{Tag: "en", Name: "English", Japanese: "英語", English: "English"},
	{Tag: "zh-Hans", Name: "简体中文", Japanese: "中国語（簡体字）", English: "Chinese (Simplified)"},
	{Tag: "zh-Hant", Name: "繁體中文", Japanese: "中国語（繁体字）", English: "Chinese (Traditional)"},
	{Tag: "ko", Name: "한국어", Japanese: "韓国・朝鮮語", English: "Korean"},
	{Tag: "fil", Name: "Filipino", Japanese: "フィリピノ語", English: "Filipino"},
	{Tag: "vi", Name: "Tiếng Việt", Japanese: "ベトナム語", English: "Vietnamese"},
	{Tag: "th", Name: "ไทย", Japanese: "タイ語", English: "Thai"},
	{Tag: "id", Name: "Bahasa Indonesia", Japanese: "インドネシア語", English: "Indonesian"},
	{Tag: "my", Name: "မြန်မာ", Japanese: "ミャンマー語", English: "Burmese"},
	{Tag: "ne", Name: "नेपाली", Japanese: "ネパール語", English: "Nepali"},
	{Tag: "es", Name: "Español", Japanese: "スペイン語", English: "Spanish"},
	{Tag: "pt-BR", Name: "Português (Brasil)", Japanese: "ポルトガル語（ブラジル）", English: "Portuguese (Brazil)"},
	{Tag: "fr", Name: "Français", Japanese: "フランス語", English: "French"},
	{Tag: "ru", Name: "Русский", Japanese: "ロシア語", English: "Russian"},
}

// others are languages that names of countries exist in beside those of the resident tools.
var others = []Language{
	{Tag: "pt", Name: "Português", Japanese: "ポルトガル語", English: "Portuguese"},
	{Tag: "km", Name: "ខ្មែរ", Japanese: "クメール語", English: "Khmer"},
	{Tag: "mn", Name: "Монгол", Japanese: "モンゴル語", English: "Mongolian"},
	{Tag: "si", Name: "සිංහල", Japanese: "シンハラ語", English: "Sinhala"},
	{Tag: "bn", Name: "বাংলা", Japanese: "ベンガル語", English: "Bangla"},
	{Tag: "uk", Name: "Українська", Japanese: "ウクライナ語", English: "Ukrainian"},
	{Tag: "fa", Name: "فارسی", Japanese: "ペルシャ語", English: "Persian", RTL: true},
	{Tag: "ur", Name: "اردو", Japanese: "ウルドゥー語", English: "Urdu", RTL: true},
	{Tag: "ar", Name: "العربية", Japanese: "アラビア語", English: "Arabic", RTL: true},
	{Tag: "hi", Name: "हिन्दी", Japanese: "ヒンディー語", English: "Hindi"},
	{Tag: "lo", Name: "ລາວ", Japanese: "ラオ語", English: "Lao"},
	{Tag: "tr", Name: "Türkçe", Japanese: "トルコ語", English: "Turkish"},
	{Tag: "de", Name: "Deutsch", Japanese: "ドイツ語", English: "German"},
}

// ShippedLanguages lists the languages as the program brings them: those of the resident tools, then the others.
func ShippedLanguages() []Language {
	list := slices.Concat(Readers, others)
	for i := range Readers {
		list[i].Reader = true
	}
	return list
}

// recorded are the languages an installation has recorded, and which of them the program does not bring.
type recorded struct {
	list  []Language
	added []Tag
}

var amended atomic.Pointer[recorded]

// AmendLanguages lays what an installation has recorded of languages over the shipped ones, for this whole process. It takes the place of
// what was laid before.
func AmendLanguages(list []Language) {
	r := recorded{list: list}
	for _, l := range list {
		if !slices.ContainsFunc(ShippedLanguages(), func(x Language) bool { return x.Tag == l.Tag }) {
			r.added = append(r.added, l.Tag)
		}
	}
	amended.Store(&r)
}

// Added lists the tags of recorded languages that are not among the shipped ones.
func Added() []Tag {
	if r := amended.Load(); r != nil {
		return r.added
	}
	return nil
}

// Find returns the language of a tag.
func Find(tag Tag) (Language, bool) {
	lists := [][]Language{Readers, others}
	if r := amended.Load(); r != nil {
		lists = [][]Language{r.list, Readers, others}
	}
	for _, list := range lists {
		for _, l := range list {
			if l.Tag == tag {
				return l, true
			}
		}
	}
	return Language{}, false
}

// Name returns a language's name in that language itself; the tag where it is not known.
func Name(tag Tag) string {
	if l, ok := Find(tag); ok {
		return l.Name
	}
	return string(tag)
}
