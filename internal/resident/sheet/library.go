// Package sheet makes display sheets (災害時多言語表示シート): sentences from templates with typed slots, one to eight languages beside
// one another, each with its state of review. A place or an hour changes without a new translation; a text nobody has reviewed
// says so wherever it appears. Templates, languages and gates are data in content; Check refuses a library that could send
// people the wrong way. This package makes no HTML: web/help draws what it returns.
package sheet

import (
	"bytes"
	"fmt"
	"io/fs"
	"regexp"
	"slices"

	"go.yaml.in/yaml/v3"
)

// Language is how one language writes days and times, and what marks its unreviewed text.
type Language struct {
	Tag      string   `yaml:"tag"`
	HTML     string   `yaml:"html"` // lang attribute where it differs from Tag
	Name     string   `yaml:"name"`
	Script   []string `yaml:"script"`
	Avoid    string   `yaml:"avoid"`
	Day      string   `yaml:"day"`
	Months   string   `yaml:"months"`
	Weekdays string   `yaml:"weekdays"`
	Time     string   `yaml:"time"`
	Mark     string   `yaml:"mark"`
	Line     float64  `yaml:"line"`

	avoid *regexp.Regexp
}

// Code is the lang attribute.
func (l Language) Code() string {
	if l.HTML != "" {
		return l.HTML
	}
	return l.Tag
}

// Gate is what a risk asks of a translation before it may be pushed or shown on signage.
type Gate struct {
	State     string `yaml:"state"`
	Reviewers int    `yaml:"reviewers"`
	Native    bool   `yaml:"native"`
}

// Template is one message in every language. Risk: life, lifeline, procedure. Slots: name → place, day, time, phone, name.
// Polarity says of each line whether it sends people somewhere (go), keeps them away (avoid) or informs (none).
type Template struct {
	ID       string            `yaml:"id"`
	Version  int               `yaml:"v"`
	Risk     string            `yaml:"risk"`
	Stage    string            `yaml:"stage"`
	Picto    string            `yaml:"picto"`
	Slots    map[string]string `yaml:"slots"`
	Polarity []string          `yaml:"polarity"`
	Text     map[string]string `yaml:"text"`
	Reviewed map[string]Review `yaml:"reviewed"`
}

// Review is the state of one language of one template.
type Review struct {
	State     string   `yaml:"state"`
	Author    string   `yaml:"author"`
	Reviewers []string `yaml:"reviewers"`
	Native    bool     `yaml:"native"` // one of the reviewers is a native reader
	Date      string   `yaml:"date"`
}

// State is the review state of a language; draft unless people have done more.
func (t Template) State(tag string) string {
	if r := t.Reviewed[tag]; r.State != "" {
		return r.State
	}
	return "draft"
}

// Library is every template and language.
type Library struct {
	Languages []Language                   `yaml:"languages"`
	Terms     map[string]map[string]string `yaml:"terms"`
	States    []string                     `yaml:"states"`
	Gates     map[string]Gate              `yaml:"gates"`
	Templates []Template                   `yaml:"-"`
}

// Read reads content/languages.yaml and content/templates. It does not judge them: see Check.
func Read(fsys fs.FS) (*Library, error) {
	l := &Library{}
	if err := decode(fsys, "languages.yaml", l); err != nil {
		return nil, err
	}
	for i, g := range l.Languages {
		re, err := regexp.Compile("(?i)" + g.Avoid)
		if err != nil {
			return nil, fmt.Errorf("sheet: %s: %w", g.Tag, err)
		}
		l.Languages[i].avoid = re
	}
	files, err := fs.Glob(fsys, "templates/*.yaml")
	if err != nil {
		return nil, fmt.Errorf("sheet: %w", err)
	}
	for _, file := range files {
		var list []Template
		if err := decode(fsys, file, &list); err != nil {
			return nil, err
		}
		l.Templates = append(l.Templates, list...)
	}
	return l, nil
}

func decode(fsys fs.FS, file string, v any) error {
	b, err := fs.ReadFile(fsys, file)
	if err != nil {
		return fmt.Errorf("sheet: %w", err)
	}
	d := yaml.NewDecoder(bytes.NewReader(b))
	d.KnownFields(true)
	if err := d.Decode(v); err != nil {
		return fmt.Errorf("sheet: %s: %w", file, err)
	}
	return nil
}

// Template finds a template by id.
func (l *Library) Template(id string) (Template, bool) {
	i := slices.IndexFunc(l.Templates, func(t Template) bool { return t.ID == id })
	if i < 0 {
		return Template{}, false
	}
	return l.Templates[i], true
}

// Language finds a language by tag.
func (l *Library) Language(tag string) (Language, bool) {
	i := slices.IndexFunc(l.Languages, func(g Language) bool { return g.Tag == tag })
	if i < 0 {
		return Language{}, false
	}
	return l.Languages[i], true
}

// Unverified tells whether a language of a template must carry the mark: everything below what its risk asks for.
func (l *Library) Unverified(t Template, tag string) bool {
	return !l.Open(t, tag) || t.State(tag) == "draft"
}

// Open tells whether a language of a template may be pushed and shown on signage. Printing is always possible, with the mark.
// The author never counts as a reviewer.
func (l *Library) Open(t Template, tag string) bool {
	gate, ok := l.Gates[t.Risk]
	r := t.Reviewed[tag]
	if !ok || slices.Index(l.States, t.State(tag)) < slices.Index(l.States, gate.State) {
		return false
	}
	others := map[string]bool{}
	for _, name := range r.Reviewers {
		if name != r.Author && name != "" {
			others[name] = true
		}
	}
	return len(others) >= gate.Reviewers && (!gate.Native || r.Native)
}
