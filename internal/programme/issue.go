package programme

import (
	"fmt"
	"strings"
)

// Issue is one thing wrong with a definition: where it stands, what is wrong, and the nearest thing that would be right. Path names the
// place inside the definition ("rules.M-P01-01.assert") for definitions that came without files.
type Issue struct {
	File    string `json:"file,omitempty"`
	Line    int    `json:"line,omitempty"`
	Path    string `json:"path,omitempty"`
	Message string `json:"message"`
	Suggest string `json:"suggest,omitempty"`
}

func (i Issue) String() string {
	at := i.Path
	if i.File != "" {
		at = fmt.Sprintf("%s:%d", i.File, i.Line)
		if i.Path != "" {
			at += ": " + i.Path
		}
	}
	text := at + ": " + i.Message
	if i.Suggest != "" {
		text += " (did you mean " + i.Suggest + "?)"
	}
	return text
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
