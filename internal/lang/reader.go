package lang

import "context"

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

// A Language is one language of the resident tools (domain.md §5.4, P:15): its BCP 47 tag, its name in itself and in
// English, and the direction of its script.
type Language struct {
	Tag     Tag
	Name    string
	English string
	RTL     bool
}

// Readers lists the languages residents read: Japanese (in two forms) and the foreign languages of the tools, in the order shown.
var Readers = []Language{
	{Tag: "ja", Name: "日本語", English: "Japanese"},
	{Tag: "ja-x-easy", Name: "やさしい日本語", English: "Easy Japanese"},
	{Tag: "en", Name: "English", English: "English"},
	{Tag: "zh-Hans", Name: "简体中文", English: "Chinese (Simplified)"},
	{Tag: "zh-Hant", Name: "繁體中文", English: "Chinese (Traditional)"},
	{Tag: "ko", Name: "한국어", English: "Korean"},
	{Tag: "fil", Name: "Filipino", English: "Filipino"},
	{Tag: "vi", Name: "Tiếng Việt", English: "Vietnamese"},
	{Tag: "th", Name: "ไทย", English: "Thai"},
	{Tag: "id", Name: "Bahasa Indonesia", English: "Indonesian"},
	{Tag: "my", Name: "မြန်မာ", English: "Burmese"},
	{Tag: "ne", Name: "नेपाली", English: "Nepali"},
	{Tag: "es", Name: "Español", English: "Spanish"},
	{Tag: "pt-BR", Name: "Português (Brasil)", English: "Portuguese (Brazil)"},
	{Tag: "fr", Name: "Français", English: "French"},
	{Tag: "ru", Name: "Русский", English: "Russian"},
}

// others are languages that names of countries exist in beside those of the resident tools.
var others = []Language{
	{Tag: "pt", Name: "Português", English: "Portuguese"},
	{Tag: "km", Name: "ខ្មែរ", English: "Khmer"},
	{Tag: "mn", Name: "Монгол", English: "Mongolian"},
	{Tag: "si", Name: "සිංහල", English: "Sinhala"},
	{Tag: "bn", Name: "বাংলা", English: "Bangla"},
	{Tag: "uk", Name: "Українська", English: "Ukrainian"},
	{Tag: "fa", Name: "فارسی", English: "Persian", RTL: true},
	{Tag: "ur", Name: "اردو", English: "Urdu", RTL: true},
	{Tag: "ar", Name: "العربية", English: "Arabic", RTL: true},
	{Tag: "hi", Name: "हिन्दी", English: "Hindi"},
	{Tag: "lo", Name: "ລາວ", English: "Lao"},
	{Tag: "tr", Name: "Türkçe", English: "Turkish"},
	{Tag: "de", Name: "Deutsch", English: "German"},
}

// Find returns the language of a tag.
func Find(tag Tag) (Language, bool) {
	for _, list := range [][]Language{Readers, others} {
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
