package search

import (
	"strings"
)

// A vocabulary holds words of the same meaning (類語), across languages.
type vocabulary struct {
	groups map[string][]string // folded word or its skeleton to the group it stands in
	most   int                 // words in the longest entry
}

// readVocabulary reads words/same.txt and the groups an installation adds.
func readVocabulary(more [][]string) *vocabulary {
	v := &vocabulary{groups: map[string][]string{}, most: 1}
	b, _ := words.ReadFile("words/same.txt")
	for line := range strings.Lines(string(b)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			v.add(strings.Split(line, "|"))
		}
	}
	for _, g := range more {
		v.add(g)
	}
	return v
}

// add joins a group with those that have one of its words already.
func (v *vocabulary) add(group []string) {
	var all []string
	has := map[string]bool{}
	take := func(w string) {
		if w != "" && !has[w] {
			has[w] = true
			all = append(all, w)
		}
	}
	for _, w := range group {
		w = strings.TrimSpace(Fold(w))
		take(w)
		for _, o := range v.groups[skeleton(w)] {
			take(o)
		}
		v.most = max(v.most, 1+strings.Count(w, " "))
	}
	for _, w := range all {
		v.groups[w], v.groups[skeleton(w)] = all, all
	}
}

// of is the group of a folded word, itself included; nil when it has none.
func (v *vocabulary) of(word string) []string {
	if g := v.groups[word]; g != nil {
		return g
	}
	return v.groups[skeleton(word)]
}
