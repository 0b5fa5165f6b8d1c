package search

import (
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
)

func newPart(s *segment, gone *roaring.Bitmap) part {
	return part{segment: s, gone: gone, live: roaring.AndNot(s.all, gone)}
}

// merged joins parts so that each is at least twice as large as the next: few parts, and every document is copied seldom. Parts whose
// documents have mostly gone are made anew.
func merged(parts []part) []part {
	var out []part
	for _, p := range parts {
		if p.live.IsEmpty() {
			continue
		}
		if p.gone.GetCardinality() > p.live.GetCardinality() {
			p = newPart(joined(p), roaring.New())
		}
		out = append(out, p)
		for n := len(out); n > 1; n = len(out) {
			a, b := out[n-2].live.GetCardinality(), out[n-1].live.GetCardinality()
			if a >= 2*b && n <= 12 || a+b > mostDocs {
				break
			}
			out = append(out[:n-2], newPart(joined(out[n-2], out[n-1]), roaring.New()))
		}
	}
	return out
}

// joined makes one segment of the live documents of several parts.
func joined(parts ...part) *segment {
	b := newBuilder(nil)
	s := b.s
	for _, p := range parts {
		at := map[uint32]uint32{}
		for it := p.live.Iterator(); it.HasNext(); {
			d := it.Next()
			n := uint32(len(s.ids))
			at[d] = n
			s.ids, s.dates, s.title = append(s.ids, p.ids[d]), append(s.dates, p.dates[d]), append(s.title, p.title[d])
			s.number[p.ids[d]] = n
			s.all.Add(n)
			for i := p.at[d]; i < p.at[d+1]; i++ {
				if p.begins(int(i)) {
					s.mark(len(s.text))
				}
				s.text = append(s.text, p.text[i])
			}
			s.at = append(s.at, uint32(len(s.text)))
		}
		for f, values := range p.facets {
			for v, docs := range values {
				for it := docs.Iterator(); it.HasNext(); {
					if n, ok := at[it.Next()]; ok {
						s.facet(f, v).Add(n)
					}
				}
			}
		}
		s.words.absorb(p.words)
	}
	return b.done()
}

// size is about how many bytes of memory a segment takes.
func (s *segment) size() int64 {
	n := int64(cap(s.text)) + int64(cap(s.starts))*8 + int64(len(s.at)+len(s.title))*4 + int64(len(s.posts.keys))*8 + int64(cap(s.posts.docs))*2
	for _, l := range s.posts.long {
		n += int64(l.GetSizeInBytes()) + 150
	}
	for _, id := range s.ids {
		n += int64(len(id)) + 32 + 48
	}
	for _, list := range s.words.sizes {
		for _, w := range list {
			n += int64(len(w)) + 20
		}
	}
	return n
}

// clip gives back what growing left over.
func (s *segment) clip() {
	s.text, s.starts = slices.Clip(slices.Clone(s.text)), slices.Clip(slices.Clone(s.starts))
	s.at, s.title = slices.Clip(s.at), slices.Clip(s.title)
}
