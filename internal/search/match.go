package search

import (
	"slices"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"
)

// found is where a text stands in a segment: anywhere, as whole words, in a title, as whole words in a title. Nobody changes one.
type found struct{ any, word, title, both *roaring.Bitmap }

var nowhere = found{roaring.New(), roaring.New(), roaring.New(), roaring.New()}

func (f found) or(o found) found {
	return found{roaring.Or(f.any, o.any), roaring.Or(f.word, o.word), roaring.Or(f.title, o.title), roaring.Or(f.both, o.both)}
}

// memo keeps what was found before, while the segment lives; the oldest half goes when it is full.
type memo struct {
	mu    sync.Mutex
	known map[string]found
	order []string
}

const mostKept = 256

func (m *memo) get(k string) (found, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f, ok := m.known[k]
	return f, ok
}

func (m *memo) put(k string, f found) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.known == nil {
		m.known = map[string]found{}
	}
	if len(m.order) >= mostKept {
		for _, old := range m.order[:mostKept/2] {
			delete(m.known, old)
		}
		m.order = slices.Clone(m.order[mostKept/2:])
	}
	if _, ok := m.known[k]; !ok {
		m.order = append(m.order, k)
	}
	m.known[k] = f
}

// find looks for one folded text.
func (s *segment) find(c *codes, text string) found {
	list, ok := c.list([]rune(text))
	if !ok {
		return nowhere
	}
	f, ok := s.memo.get(text)
	switch {
	case ok:
		return f
	case len(list) == 1:
		f = s.one(list[0])
	case len(list) == 2 && list[0] != blank && list[1] != blank:
		f = s.two(list[0], list[1])
	default:
		f = s.phrase(list)
	}
	s.memo.put(text, f)
	return f
}

// has reports whether a folded text stands in a document that is not gone; it looks no further than the first.
func (p part) has(c *codes, text string) bool {
	list, ok := c.list([]rune(text))
	if !ok {
		return false
	}
	if len(list) < 3 {
		return p.find(c, text).any.Intersects(p.live)
	}
	if f, ok := p.memo.get(text); ok {
		return f.any.Intersects(p.live)
	}
	needle := p.needle(written(list))
	for i := p.candidates(list).Iterator(); i.HasNext(); {
		d := i.Next()
		if n, _, _, _ := p.hits(d, needle); n > 0 && p.live.Contains(d) {
			return true
		}
	}
	return false
}

// one finds a single character: where it begins a pair, or is a word by itself.
func (s *segment) one(c code) found {
	f := found{s.posts.beginning(anywhere, c), orNone(s.posts.list(pair(asWord, c, 0))), s.posts.beginning(inTitle, c), nowhere.both}
	f.any = roaring.Or(f.any, f.word)
	f.both = roaring.And(f.word, f.title)
	return f
}

// two finds two characters; the postings know all about them.
func (s *segment) two(a, b code) found {
	return found{orNone(s.posts.list(pair(anywhere, a, b))), orNone(s.posts.list(pair(asWord, a, b))),
		orNone(s.posts.list(pair(inTitle, a, b))), orNone(s.posts.list(pair(titleWord, a, b)))}
}

func orNone(b *roaring.Bitmap) *roaring.Bitmap {
	if b == nil {
		return nowhere.any
	}
	return b
}

// phrase finds three characters and more: documents that have all the pairs, then a look into each.
func (s *segment) phrase(list []code) found {
	f := found{roaring.New(), roaring.New(), roaring.New(), roaring.New()}
	needle := s.needle(written(list))
	candidates := s.candidates(list)
	for i := candidates.Iterator(); i.HasNext(); {
		d := i.Next()
		n, word, title, both := s.hits(d, needle)
		if n == 0 {
			continue
		}
		f.any.Add(d)
		if word {
			f.word.Add(d)
		}
		if title {
			f.title.Add(d)
		}
		if both {
			f.both.Add(d)
		}
	}
	return f
}

// candidates are the documents that have every pair of the text, the rarest pair first.
func (s *segment) candidates(list []code) *roaring.Bitmap {
	var keys []key
	for i := 1; i < len(list); i++ {
		if list[i-1] != blank && list[i] != blank {
			keys = append(keys, pair(anywhere, list[i-1], list[i]))
		}
	}
	if len(keys) == 0 {
		return s.all
	}
	slices.Sort(keys)
	keys = slices.Compact(keys)
	slices.SortStableFunc(keys, func(a, b key) int { return s.posts.size(a) - s.posts.size(b) })
	var all *roaring.Bitmap
	for _, k := range keys {
		l := s.posts.list(k)
		if l == nil {
			return nowhere.any
		}
		if all == nil {
			all = l
			continue
		}
		if all = roaring.And(all, l); all.IsEmpty() {
			break
		}
	}
	return all
}
