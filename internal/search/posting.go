package search

import (
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
)

// key names a list of documents: two characters that follow one another, and how they stand there.
type key uint32

const (
	anywhere  key = iota << 30 // the two characters
	asWord                     // beginning and ending a word: a word of two characters, or two of one
	inTitle                    // in title or other titles
	titleWord                  // both
)

// pair makes a key; codes have 15 bits.
func pair(kind key, a, b code) key { return kind | key(a)<<15 | key(b) }

// postings are the lists of a segment. Documents are numbers of 16 bits; short lists lie one after another in one array, long ones
// are bitmaps.
type postings struct {
	keys []key
	from []uint32 // where the list of keys[i] begins in docs; from[i+1] ends it. The same: the list is in long
	docs []uint16
	long map[key]*roaring.Bitmap
}

// longList is the length from which a bitmap is smaller than an array.
const longList = 4096

// list is the documents of a key; nil when there are none. Callers do not change it.
func (p *postings) list(k key) *roaring.Bitmap {
	if b := p.long[k]; b != nil {
		return b
	}
	i, ok := slices.BinarySearch(p.keys, k)
	if !ok {
		return nil
	}
	return bitmapOf(p.docs[p.from[i]:p.from[i+1]])
}

// size is how many documents a key has.
func (p *postings) size(k key) int {
	if b := p.long[k]; b != nil {
		return int(b.GetCardinality())
	}
	i, ok := slices.BinarySearch(p.keys, k)
	if !ok {
		return 0
	}
	return int(p.from[i+1] - p.from[i])
}

func bitmapOf(docs []uint16) *roaring.Bitmap {
	wide := make([]uint32, len(docs))
	for i, d := range docs {
		wide[i] = uint32(d)
	}
	return roaring.BitmapOf(wide...)
}

// beginning is every document with a key of this kind whose first character is a.
func (p *postings) beginning(kind key, a code) *roaring.Bitmap {
	low, high := pair(kind, a, 0), pair(kind, a, 1<<15-1)
	i, _ := slices.BinarySearch(p.keys, low)
	var lists []*roaring.Bitmap
	sum := roaring.New()
	for ; i < len(p.keys) && p.keys[i] <= high; i++ {
		if b := p.long[p.keys[i]]; b != nil {
			lists = append(lists, b)
			continue
		}
		for _, d := range p.docs[p.from[i]:p.from[i+1]] {
			sum.Add(uint32(d))
		}
	}
	return roaring.FastOr(append(lists, sum)...)
}

// counter gathers postings in two rounds over the same documents in the same order: first how many documents each key has, then which.
type counter struct {
	slots []slot
	used  int
}

type slot struct {
	key  key
	n    uint32 // documents counted; in the second round: place of the next one
	last uint32 // the document counted last, plus one
}

func newCounter() *counter { return &counter{slots: make([]slot, 1<<14)} }

// at is the slot of a key, made when new. The key 0 does not occur: code 0 never begins a pair.
func (c *counter) at(k key) *slot {
	mask := uint32(len(c.slots) - 1)
	for i := uint32(k) * 2654435761 >> 7 & mask; ; i = (i + 1) & mask {
		s := &c.slots[i]
		if s.key == k {
			return s
		}
		if s.key == 0 {
			if c.used*4 > len(c.slots)*3 {
				c.grow()
				return c.at(k)
			}
			c.used++
			s.key = k
			return s
		}
	}
}

func (c *counter) grow() {
	old := c.slots
	c.slots = make([]slot, 2*len(old))
	mask := uint32(len(c.slots) - 1)
	for _, s := range old {
		if s.key == 0 {
			continue
		}
		i := uint32(s.key) * 2654435761 >> 7 & mask
		for c.slots[i].key != 0 {
			i = (i + 1) & mask
		}
		c.slots[i] = s
	}
}

// count is the first round.
func (c *counter) count(k key, doc uint16) {
	if s := c.at(k); s.last != uint32(doc)+1 {
		s.last = uint32(doc) + 1
		s.n++
	}
}

// place ends the first round: every key gets its part of one array.
func (c *counter) place() *postings {
	p := &postings{long: map[key]*roaring.Bitmap{}, keys: make([]key, 0, c.used)}
	for _, s := range c.slots {
		if s.key != 0 {
			p.keys = append(p.keys, s.key)
		}
	}
	slices.Sort(p.keys)
	p.from = make([]uint32, len(p.keys)+1)
	sum := uint32(0)
	for i, k := range p.keys {
		s := c.at(k)
		p.from[i] = sum
		n := s.n
		s.n, s.last = sum, 0
		if n > longList {
			s.n = 1 << 31
			p.long[k] = roaring.New()
			continue
		}
		sum += n
	}
	p.from[len(p.keys)] = sum
	p.docs = make([]uint16, sum)
	return p
}

// put is the second round.
func (c *counter) put(p *postings, k key, doc uint16) {
	s := c.at(k)
	if s.last == uint32(doc)+1 {
		return
	}
	s.last = uint32(doc) + 1
	if s.n == 1<<31 {
		p.long[k].Add(uint32(doc))
		return
	}
	p.docs[s.n] = doc
	s.n++
}
