package easy

import (
	"io/fs"
	"strings"
)

// lists are the words an easy text may use and those that need a gloss.
type lists struct {
	easy, loan, doubled map[string]bool
	gloss               map[string]string
}

func (l *lists) read(fsys fs.FS) error {
	var words struct {
		Easy    string `yaml:"easy"`
		Loan    string `yaml:"loan"`
		Doubled string `yaml:"doubled"`
	}
	var glosses struct {
		Glosses map[string]string `yaml:"glosses"`
	}
	if err := load(fsys, "words", &words); err != nil {
		return err
	}
	if err := load(fsys, "glosses", &glosses); err != nil {
		return err
	}
	l.easy, l.loan, l.doubled, l.gloss = set(words.Easy), set(words.Loan), set(words.Doubled), glosses.Glosses
	return nil
}

func set(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(s) {
		m[w] = true
	}
	return m
}

// Gloss is the plain explanation of a disaster word; "" when it has none.
func (r *Reader) Gloss(word string) string { return r.known.gloss[word] }
