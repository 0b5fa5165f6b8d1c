// Package library keeps what the organisation knows in writing (ライブラリー): the series on local government abroad, reports, journal
// articles, case studies, tools. A Publication goes from draft over review to published, and stays readable when a newer one takes
// its place. Editors and officers of headquarters write it; everybody may read what is published.
package library

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/org"
)

// State is where a publication stands.
type State string

const (
	Draft      State = "draft"
	Review     State = "review"
	Published  State = "published"
	Superseded State = "superseded" // a newer one took its place; it can still be read
)

// A Publication is one item of the library.
type Publication struct {
	ID        string // stable; part of its address
	State     State
	Series    string
	Form      string
	Year      int    // fiscal year
	Day       string // ISO day it was first published here, "" before
	Successor string // the publication that took its place
	Source    string // where the record comes from
	SentBy    string // who sent it to review
	Changed   db.Time
	Sample    bool
	Version   int64
	Record
}

// Record is what the publication says of itself.
type Record struct {
	Title     lang.Text `json:"title"`
	Summary   lang.Text `json:"summary,omitzero"`
	Body      lang.Text `json:"body,omitzero"` // text for reading and finding
	Authors   string    `json:"authors,omitempty"`
	Countries []string  `json:"countries,omitempty"` // ISO 3166-1
	Fields    []string  `json:"fields,omitempty"`
	Office    string    `json:"office,omitempty"` // the overseas office it comes from
	Languages []string  `json:"languages"`
	Link      string    `json:"link,omitempty"` // where the file lies
	Licence   string    `json:"licence,omitempty"`
}

// Public reports whether everybody may read it.
func (p Publication) Public() bool { return p.State == Published || p.State == Superseded }

// CountryNames are the countries it treats, in the reader's language.
func (p Publication) CountryNames(tag lang.Tag) (names []string) {
	for _, c := range p.Countries {
		names = append(names, org.CountryName(tag, c))
	}
	return names
}

// FieldNames are the fields it treats, in the reader's language.
func (p Publication) FieldNames(tag lang.Tag) (names []string) {
	for _, f := range p.Fields {
		names = append(names, Name(Shipped().Fields, f).In(tag))
	}
	return names
}

// Path is its public address.
func (p Publication) Path() string { return "/library/" + p.ID }

var idShape = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{1,79}$`)

const longestTitle, longestText = 200, 400_000

// check says what stands in the way of storing it. The fields of the faults are those of the form and of an import.
func (p *Publication) check() error {
	t := Shipped()
	switch {
	case !idShape.MatchString(p.ID):
		return fault.At("id", "library.id_wrong", "id", p.ID)
	case strings.TrimSpace(p.Title.JA) == "":
		return fault.At("title_ja", "library.title_needed")
	case utf8.RuneCountInString(p.Title.JA) > longestTitle || utf8.RuneCountInString(p.Title.EN) > longestTitle:
		return fault.At("title_ja", "library.title_long", "n", longestTitle)
	case len(p.Body.JA)+len(p.Body.EN)+len(p.Summary.JA)+len(p.Summary.EN) > longestText*3:
		return fault.At("body_ja", "library.text_long")
	case p.Year < 1988 || p.Year > 2100:
		return fault.At("year", "library.year_wrong")
	case len(p.Languages) == 0:
		return fault.At("languages", "library.language_needed")
	case p.Link != "" && !strings.HasPrefix(p.Link, "https://") && !strings.HasPrefix(p.Link, "http://"):
		return fault.At("link", "library.link_wrong")
	}
	var ok bool
	if p.Series, ok = valueOf(t.Series, p.Series); !ok {
		return fault.At("series", "library.series_unknown")
	}
	if p.Form, ok = valueOf(t.Forms, p.Form); !ok {
		return fault.At("form", "library.form_unknown")
	}
	for i, f := range p.Fields {
		if p.Fields[i], ok = valueOf(t.Fields, f); !ok {
			return fault.At("fields", "library.field_unknown", "field", f)
		}
	}
	for i, c := range p.Countries {
		n, ok := org.CountryOf(c)
		if !ok {
			return fault.At("countries", "library.country_unknown", "country", c)
		}
		p.Countries[i] = n.Code
	}
	for _, l := range p.Languages {
		if !slices.Contains(languages, l) {
			return fault.At("languages", "library.language_unknown", "language", l)
		}
	}
	p.Title.JA, p.Title.EN = jp.NFC(strings.TrimSpace(p.Title.JA)), strings.TrimSpace(p.Title.EN)
	return nil
}

// languages are those a publication may be in.
var languages = []string{"ja", "en", "fr", "ko", "zh", "zh-Hant", "de", "es", "pt", "it", "id", "ms", "th", "vi", "tl", "ne", "my", "ru", "ar", "mn", "hi"}
