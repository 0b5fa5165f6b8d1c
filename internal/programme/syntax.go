package programme

import (
	"fmt"
	"strings"

	"kakehashi/internal/lang"
)

// syntaxWords are what the reader of YAML says is wrong, by the words it says it in, and our own words for it.
var syntaxWords = []struct{ said, key string }{
	{"mapping values are not allowed", "lint.yaml.colon"},
	{"could not find expected ':'", "lint.yaml.no_colon"},
	{"did not find expected key", "lint.yaml.indent"},
	{"did not find expected '-' indicator", "lint.yaml.dash"},
	{"block sequence entries are not allowed", "lint.yaml.dash_here"},
	{"did not find expected ',' or", "lint.yaml.bracket"},
	{"did not find expected node content", "lint.yaml.bracket"},
	{"found unexpected end of stream", "lint.yaml.quote"},
	{"found unknown escape character", "lint.yaml.escape"},
	{"cannot start any token", "lint.yaml.start"},
	{"unknown anchor", "lint.yaml.anchor"},
	{"UTF-8", "lint.yaml.utf8"},
	{"control characters", "lint.yaml.control"},
}

// syntax says where a file is not YAML and why. What is not among the usual faults keeps the reader's own words in brackets.
func syntax(data []byte, err error) (line int, said lang.Text) {
	words := strings.TrimPrefix(err.Error(), "yaml: ")
	if n, _ := fmt.Sscanf(words, "line %d:", &line); n == 1 {
		_, words, _ = strings.Cut(words, ": ")
	}
	lines := strings.Split(string(data), "\n")
	if strings.Contains(words, "tab character") || strings.Contains(words, "cannot start any token") {
		for i, text := range lines {
			if at := strings.IndexByte(text[:len(text)-len(strings.TrimLeft(text, " \t"))], '\t'); at >= 0 && i+2 >= line {
				return i + 1, say("lint.yaml.tab", "column", at+1)
			}
		}
	}
	for _, w := range syntaxWords {
		if strings.Contains(words, w.said) {
			return line, say(w.key)
		}
	}
	return line, say("lint.as_said", "a", words)
}
