// Package lang holds the languages of the interface and the words in them: the catalogues (one file per area and language
// under text/), a Text that definitions carry in both languages, and how dates, money and numbers are written for a reader.
package lang

// Tag is an interface language: "ja" or "en" (BCP 47; resident pages use more).
type Tag string

const (
	JA Tag = "ja"
	EN Tag = "en"
)

// Text is one sentence or name in Japanese and English, as definitions carry it. Its JSON and YAML form is {"ja","en"}.
type Text struct {
	JA string `json:"ja" yaml:"ja"`
	EN string `json:"en" yaml:"en"`
}

// In returns the text in the reader's language; Japanese where a translation is missing.
func (t Text) In(l Tag) string {
	if l == JA || t.EN == "" {
		return t.JA
	}
	return t.EN
}
