// Package ipadic is the dictionary of Japanese words (IPADIC) as this program carries it. Loaded it takes some 50 MB, with readings 100,
// for work that comes seldom: it is shared by whoever uses it at the time, and memory is given back when nobody does. build.go makes
// the packed file from that of the module kagome-dict/ipa, without the columns nobody reads; its licence is in NOTICE.txt.
package ipadic

import (
	"archive/zip"
	_ "embed"
	"fmt"
	"strings"
	"sync"
	"weak"

	"github.com/ikawaha/kagome-dict/dict"
)

//go:generate go run build.go

//go:embed ipa.dict
var packed string

// shared is one form of the dictionary while somebody uses it.
type shared struct {
	mu   sync.Mutex
	held weak.Pointer[dict.Dict]
	full bool
}

var (
	cutting = &shared{}
	reading = &shared{full: true}
)

// Cutting is the dictionary for telling words from one another. It takes half a second to load; keep it while it is needed, and no longer.
func Cutting() (*dict.Dict, error) { return cutting.get() }

// Reading is the dictionary with base forms and readings; a second to load.
func Reading() (*dict.Dict, error) { return reading.get() }

func (s *shared) get() (*dict.Dict, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d := s.held.Value(); d != nil {
		return d, nil
	}
	r := strings.NewReader(packed)
	z, err := zip.NewReader(r, r.Size())
	if err != nil {
		return nil, fmt.Errorf("dictionary: %w", err)
	}
	d, err := dict.Load(z, s.full)
	if err != nil {
		return nil, fmt.Errorf("dictionary: %w", err)
	}
	s.held = weak.Make(d)
	return d, nil
}
