package search

import (
	"bytes"

	"github.com/RoaringBitmap/roaring/v2"
)

// A segment is an unchanging part of the index: at most mostDocs documents with their texts, word boundaries, postings, facets
// and words. Changed and removed documents are marked gone and leave when segments are merged.
type segment struct {
	ids    []string
	dates  []string
	title  []uint32 // where the body begins, in bytes of the document
	at     []uint32 // where a document begins in text; one more at the end
	text   []byte
	starts []uint64 // a bit per byte of text: a word begins here
	posts  *postings
	facets map[string]map[string]*roaring.Bitmap
	all    *roaring.Bitmap
	number map[string]uint32
	words  *lexicon
	bytes  [256]uint32 // how often each byte stands in text
	memo   memo
}

const mostDocs = 1 << 16

// prepared is a document as the index keeps it: folded, with its word boundaries.
type prepared struct {
	id, date string
	facets   map[string][]string
	text     []glyph
	starts   []bool // per glyph, one more at the end
	title    int    // glyphs before the body
}

// builder makes a segment of prepared documents. The texts are written first, then the postings in two rounds.
type builder struct {
	codes *codes
	s     *segment
}

func newBuilder(c *codes) *builder {
	return &builder{codes: c, s: &segment{at: []uint32{0}, facets: map[string]map[string]*roaring.Bitmap{}, all: roaring.New(), number: map[string]uint32{}, words: newLexicon()}}
}

func (b *builder) add(d prepared) {
	s := b.s
	n := uint32(len(s.ids))
	s.ids, s.dates = append(s.ids, d.id), append(s.dates, d.date)
	s.number[d.id] = n
	s.all.Add(n)
	for f, values := range d.facets {
		for _, v := range values {
			s.facet(f, v).Add(n)
		}
	}
	s.words.read(d)
	begin := len(s.text)
	title := 0
	b.codes.mu.Lock()
	for i, g := range d.text {
		if i == d.title {
			title = len(s.text) - begin
		}
		if d.starts[i] {
			s.mark(len(s.text))
		}
		c := endCode
		if g.r != fieldEnd {
			var ok bool
			if c, ok = b.codes.of(g.r); !ok {
				c = b.codes.add(g.r)
			}
		}
		s.text = write(s.text, c)
	}
	b.codes.mu.Unlock()
	if d.title >= len(d.text) {
		title = len(s.text) - begin
	}
	s.mark(len(s.text))
	s.text = append(s.text, byte(endCode))
	s.title = append(s.title, uint32(title))
	s.at = append(s.at, uint32(len(s.text)))
}

func (s *segment) facet(name, value string) *roaring.Bitmap {
	if s.facets[name] == nil {
		s.facets[name] = map[string]*roaring.Bitmap{}
	}
	b := s.facets[name][value]
	if b == nil {
		b = roaring.New()
		s.facets[name][value] = b
	}
	return b
}

func (s *segment) mark(at int) {
	for len(s.starts) <= at>>6 {
		s.starts = append(s.starts, 0)
	}
	s.starts[at>>6] |= 1 << (at & 63)
}

func (s *segment) begins(at int) bool { return s.starts[at>>6]&(1<<(at&63)) != 0 }

// done makes the postings.
func (b *builder) done() *segment {
	s := b.s
	c := newCounter()
	for d := range s.ids {
		s.pairs(d, func(k key) { c.count(k, uint16(d)) })
	}
	s.posts = c.place()
	for d := range s.ids {
		s.pairs(d, func(k key) { c.put(s.posts, k, uint16(d)) })
	}
	for _, l := range s.posts.long {
		l.RunOptimize()
	}
	for _, f := range s.facets {
		for _, l := range f {
			l.RunOptimize()
		}
	}
	s.clip()
	for _, b := range s.text {
		s.bytes[b]++
	}
	s.words.done()
	return s
}

// blank is the code of a space, which begins and ends no pair.
var blank = func() code { c, _ := newCodes().of(' '); return c }()

// pairs calls f with every key of a document, again for every occurrence.
func (s *segment) pairs(d int, f func(key)) {
	begin, end := int(s.at[d]), int(s.at[d+1])
	body := begin + int(s.title[d])
	last, lastAt := endCode, begin
	for i := begin; i < end; {
		here := i
		c := code(s.text[i])
		i++
		if c >= 0x80 {
			c = (c&0x7f)<<7 | code(s.text[i]&0x7f) + single
			i++
		}
		if last != endCode && last != blank {
			if c != endCode && c != blank {
				f(pair(anywhere, last, c))
				word := s.begins(lastAt) && s.begins(i)
				if word {
					f(pair(asWord, last, c))
				}
				if here < body {
					f(pair(inTitle, last, c))
					if word {
						f(pair(titleWord, last, c))
					}
				}
			}
			if s.begins(lastAt) && s.begins(here) { // a word of one character
				f(pair(asWord, last, 0))
			}
		}
		last, lastAt = c, here
	}
}

// needle is a text in codes, with the byte of it that is rarest in a segment.
type needle struct {
	text   []byte
	rarest int
}

func (s *segment) needle(text []byte) needle {
	n := needle{text: text}
	for i, b := range text {
		if s.bytes[b] < s.bytes[text[n.rarest]] {
			n.rarest = i
		}
	}
	return n
}

// hits looks for a needle in a document: how often it stands there, and whether somewhere as a word, in the title, or both.
func (s *segment) hits(d uint32, n needle) (times int, word, title, both bool) {
	text := s.text[s.at[d]:s.at[d+1]]
	begin, body := int(s.at[d]), int(s.title[d])
	rare := n.text[n.rarest]
	for i := n.rarest; times < 64; i++ {
		j := bytes.IndexByte(text[i:], rare)
		if j < 0 {
			return
		}
		i += j
		at := i - n.rarest
		if !bytes.HasPrefix(text[at:], n.text) || n.text[0] >= 0x80 && inside(text, at) {
			continue
		}
		times++
		w := s.begins(begin+at) && s.begins(begin+at+len(n.text))
		t := at < body
		word, title, both = word || w, title || t, both || w && t
	}
	return
}
