package programme

import (
	"fmt"
	"strings"

	"kakehashi/internal/lang"
)

// Issue is one thing wrong with a definition: where it stands, what is wrong, and the nearest thing that would be right. Path names the
// place inside the definition ("rules.M-P01-01.assert") for definitions that came without files. Message is the English text, as it always was;
// Text is what is wrong in the reader's language.
type Issue struct {
	File    string    `json:"file,omitempty"`
	Line    int       `json:"line,omitempty"`
	Path    string    `json:"path,omitempty"`
	Message string    `json:"message"`
	Suggest string    `json:"suggest,omitempty"`
	Text    lang.Text `json:"text"`
}

// issue is an Issue with its words in both languages.
func issue(file string, line int, path string, said lang.Text, suggest string) Issue {
	return Issue{File: file, Line: line, Path: path, Message: said.EN, Text: said, Suggest: suggest}
}

// say is what is wrong, of the catalogue, in both languages. An argument that is a Text is written in each.
func say(key string, args ...any) lang.Text {
	in := func(tag lang.Tag) string {
		list := make([]any, len(args))
		for i, a := range args {
			if t, ok := a.(lang.Text); ok {
				a = t.In(tag)
			}
			list[i] = a
		}
		return lang.T(tag, key, list...)
	}
	return lang.Text{JA: in(lang.JA), EN: in(lang.EN)}
}

func (i Issue) String() string { return i.In(lang.EN) }

// Says is what is wrong, without its place.
func (i Issue) Says(tag lang.Tag) string {
	text := i.Message
	if i.Text.JA != "" {
		text = i.Text.In(tag)
	}
	if i.Suggest != "" {
		text += lang.T(tag, "lint.suggest", "a", i.Suggest)
	}
	return text
}

// In is the issue with its place, in a reader's language.
func (i Issue) In(tag lang.Tag) string {
	at := i.Path
	if i.File != "" {
		at = fmt.Sprintf("%s:%d", i.File, i.Line)
		if i.Path != "" {
			at += ": " + i.Path
		}
	}
	return at + ": " + i.Says(tag)
}

// Issues are all that was found; none means the definition may be published.
type Issues []Issue

// Err is nil when there are no issues.
func (is Issues) Err() error {
	if len(is) == 0 {
		return nil
	}
	lines := make([]string, len(is))
	for i, x := range is {
		lines[i] = x.String()
	}
	return fmt.Errorf("%s", strings.Join(lines, "\n"))
}
