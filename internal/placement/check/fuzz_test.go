package check_test

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"kakehashi/internal/placement"
	"kakehashi/internal/placement/check"
)

// Whatever bytes come: a refusal, or an answer of every mechanism that the checker agrees with.
func FuzzARoundIsRefusedOrAnswered(f *testing.F) {
	d := rand.New(rand.NewPCG(5, 12))
	for range 20 {
		f.Add(lists(d))
		f.Add(jet(d))
	}
	for _, text := range []string{``, `[]`, `{}`, `{"people":{},"posts":{}}`, `{"form":"round","participants":[],"posts":[]}`, `{"people":{"a":[[]]},"posts":{}}`,
		`{"people":{"a":["P"]},"posts":{"P":{"capacity":-1}}}`, `{"people":{"a":["P"]},"posts":{"P":{}},"frozen":{"a":"a"}}`,
		`{"people":{"a":["P"]},"posts":{"P":{"region":"r"}},"regions":{"r":{"parent":"r"}}}`, "{\"people\":{\"a\":[\"\\ud800\"]},\"posts\":{}}"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 4000 {
			return
		}
		r, err := placement.Read(bytes.NewReader(b))
		if err != nil || len(r.People) > 12 || len(r.Posts) > 12 {
			return
		}
		if _, err := check.Read(b); err != nil {
			return
		}
		for _, mechanism := range mechanisms {
			judged(t, b, mechanism)
		}
	})
}
