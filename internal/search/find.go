package search

import (
	"maps"
	"slices"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"
)

// part is a segment with what has left it since.
type part struct {
	*segment
	gone, live *roaring.Bitmap
}

// view is the index at one moment.
type view struct {
	parts   []part
	version int64
}

func (v *view) lexicons() []*lexicon {
	list := make([]*lexicon, len(v.parts))
	for i, p := range v.parts {
		list[i] = p.words
	}
	return list
}

// search answers a query from memory; hits have keys, grades and dates only.
func (x *Index) search(v *view, q Query) (Result, []wanted) {
	terms, cut := parseQuery(q.Text, x.vocabulary())
	want := x.wanted(v, terms)
	r, all := x.answer(v, q, want)
	if r.Total == 0 && len(want) > 0 {
		if loose, changed := x.loosen(v, want); changed {
			if again, sets := x.answer(v, q, loose); again.Total > 0 {
				again.Loose = true
				r, all, want = again, sets, loose
			}
		}
	}
	r.Cut, r.Version = cut, v.version
	for i, w := range want {
		t := Term{Text: w.text, Also: slices.Concat(w.own[1:], w.same), Corrected: w.fix, Without: w.without}
		for _, s := range all {
			t.N += s.n[i]
		}
		r.Terms = append(r.Terms, t)
	}
	limit := q.Limit
	if limit <= 0 {
		limit = 20
	}
	limit, q.Offset = min(limit, 100), max(0, min(q.Offset, 10_000))
	if r.Total > q.Offset {
		list := top(all, q.Offset+limit, q.Newest)
		for _, d := range list[min(q.Offset, len(list)):] {
			r.Hits = append(r.Hits, Hit{ID: d.id, Date: d.date, Word: d.grade&wholeWords != 0, grade: d.grade})
		}
	}
	return r, want
}

// wanted expands every term, and corrects those that nothing has.
func (x *Index) wanted(v *view, terms []term) []wanted {
	lexicons := v.lexicons()
	var list []wanted
	for _, t := range terms {
		w := expand(t, lexicons, x.vocabulary())
		if !t.exact && !t.without && !x.anywhere(v, append(slices.Clone(w.own), w.same...)...) {
			if fix, ok := correct(t, lexicons, func(s string) bool { return x.anywhere(v, s) }); ok {
				fixed, _ := newTerm(fix, false, false)
				again := expand(fixed, lexicons, x.vocabulary())
				w.own, w.same, w.fix = again.own, again.same, fix
			}
		}
		list = append(list, w)
	}
	return list
}

// anywhere reports whether one of the texts stands in a document.
func (x *Index) anywhere(v *view, texts ...string) bool {
	for _, p := range v.parts {
		for _, s := range texts {
			if p.has(x.codes, s) {
				return true
			}
		}
	}
	return false
}

// foundFor is where a term is found in a part: itself, or with words of the same meaning too.
func (x *Index) foundFor(p part, w wanted, same bool) found {
	f := p.find(x.codes, w.own[0])
	for _, s := range w.own[1:] {
		f = f.or(p.find(x.codes, s))
	}
	if same {
		for _, s := range w.same {
			o := p.find(x.codes, s)
			f = f.or(found{o.word, o.word, o.both, o.both}) // another word counts only as a word
		}
	}
	return f
}

// answer finds and counts.
func (x *Index) answer(v *view, q Query, want []wanted) (Result, []*sets) {
	all := make([]*sets, len(v.parts))
	var wg sync.WaitGroup
	for i, p := range v.parts {
		if i == len(v.parts)-1 {
			all[i] = x.match(p, want)
			break
		}
		wg.Go(func() { all[i] = x.match(p, want) })
	}
	wg.Wait()
	var r Result
	narrow := make([]map[string]*roaring.Bitmap, len(all))
	for i, s := range all {
		narrow[i] = s.p.narrowed(q.Filters)
		inside := roaring.And(s.shown, every(narrow[i], "", s.p.all))
		word := int(inside.AndCardinality(s.word))
		r.Words += word
		r.Parts += int(inside.GetCardinality()) - word
	}
	r.AsPart = r.Parts > 0 && (q.Parts || r.Words == 0)
	counts := map[string]map[string]int{}
	for _, f := range q.Counts {
		counts[f] = map[string]int{}
	}
	for i, s := range all {
		if !r.AsPart {
			s.shown = roaring.And(s.shown, s.word)
		}
		for f, n := range counts {
			s.p.count(roaring.And(s.shown, every(narrow[i], f, s.p.all)), f, n)
		}
		s.shown = roaring.And(s.shown, every(narrow[i], "", s.p.all))
		r.Total += int(s.shown.GetCardinality())
	}
	r.Facets = listed(counts, q.Filters)
	return r, all
}

// match is where all terms stand in a part.
func (x *Index) match(p part, want []wanted) *sets {
	live := p.live
	s := &sets{p: p, shown: live, word: live, own: live, title: []*roaring.Bitmap{live}, whole: []*roaring.Bitmap{live}}
	for _, w := range want {
		if w.without {
			out := x.foundFor(p, w, false).any
			s.n = append(s.n, int(out.AndCardinality(live)))
			s.shown = roaring.AndNot(s.shown, out)
			continue
		}
		own := x.foundFor(p, w, false)
		f := own
		if len(w.same) > 0 {
			f = x.foundFor(p, w, true)
		}
		s.n = append(s.n, int(f.any.AndCardinality(live)))
		s.shown, s.word, s.own = roaring.And(s.shown, f.any), roaring.And(s.word, f.word), roaring.And(s.own, own.any)
		s.title, s.whole = oneMore(s.title, f.title), oneMore(s.whole, f.both)
		for _, text := range slices.Concat(w.own, w.same) {
			if list, ok := x.codes.list([]rune(text)); ok {
				s.look = append(s.look, p.needle(written(list)))
			}
		}
	}
	s.word = roaring.And(s.word, s.shown)
	return s
}

// oneMore counts another term: list[n] are the documents with at least n of them.
func oneMore(list []*roaring.Bitmap, in *roaring.Bitmap) []*roaring.Bitmap {
	list = append(list, nowhere.any)
	for n := len(list) - 1; n > 0; n-- {
		list[n] = roaring.Or(list[n], roaring.And(list[n-1], in))
	}
	return list
}

// narrowed is, per facet that is narrowed, the documents with one of its values. "" asks for documents with none.
func (p part) narrowed(filters map[string][]string) map[string]*roaring.Bitmap {
	out := map[string]*roaring.Bitmap{}
	for f, values := range filters {
		if len(values) == 0 {
			continue
		}
		b := roaring.New()
		for _, v := range values {
			if v == "" {
				b.Or(p.without(f))
			} else if l := p.facets[f][v]; l != nil {
				b.Or(l)
			}
		}
		out[f] = b
	}
	return out
}

// without is the documents that have no value of a facet.
func (p part) without(facet string) *roaring.Bitmap {
	b := p.all.Clone()
	for _, l := range p.facets[facet] {
		b.AndNot(l)
	}
	return b
}

// every is the documents inside all narrowings but one.
func every(narrow map[string]*roaring.Bitmap, but string, all *roaring.Bitmap) *roaring.Bitmap {
	for f, b := range narrow {
		if f != but {
			all = roaring.And(all, b)
		}
	}
	return all
}

// count adds how many of the documents have each value of a facet; "" counts those without any.
func (p part) count(docs *roaring.Bitmap, facet string, n map[string]int) {
	rest := docs.Clone()
	for v, l := range p.facets[facet] {
		if k := int(docs.AndCardinality(l)); k > 0 {
			n[v] += k
			rest.AndNot(l)
		}
	}
	if k := int(rest.GetCardinality()); k > 0 {
		n[""] += k
	}
}

// listed is the counts of every facet, the largest first; a value narrowed to is listed also at 0.
func listed(counts map[string]map[string]int, filters map[string][]string) map[string][]Count {
	out := map[string][]Count{}
	for f, n := range counts {
		for _, v := range filters[f] {
			n[v] += 0
		}
		var list []Count
		for _, v := range slices.Sorted(maps.Keys(n)) {
			list = append(list, Count{Value: v, N: n[v], On: slices.Contains(filters[f], v)})
		}
		slices.SortStableFunc(list, func(a, b Count) int { return b.N - a.N })
		out[f] = list
	}
	return out
}

// loosen takes texts that are nowhere apart: at particles and kinds of characters, long words where the index has their beginnings. A
// word of which nothing is anywhere stays the reason why there is no answer.
func (x *Index) loosen(v *view, want []wanted) (out []wanted, changed bool) {
	lexicons := v.lexicons()
	for _, w := range want {
		if w.without || w.exact || x.anywhere(v, append(slices.Clone(w.own), w.same...)...) {
			out = append(out, w)
			continue
		}
		pieces := x.pieces(v, w.glyphs)
		if len(pieces) == 0 {
			return nil, false
		}
		changed = true
		for _, piece := range pieces {
			out = append(out, expand(piece, lexicons, x.vocabulary()))
		}
	}
	return out[:min(len(out), mostTerms)], changed && len(out) > 0
}

// pieces are the longest beginnings, two characters at least, that stand somewhere; hiragana of one or two characters are particles.
func (x *Index) pieces(v *view, text []glyph) (list []term) {
	for i := 0; i < len(text); {
		j := i + 1
		for j < len(text) && text[j].class == text[i].class {
			j++
		}
		if c := text[i].class; c == space || c == mark || c == hiragana && j-i <= 2 {
			i = j
			continue
		}
		n := j - i
		for n > 1 && !x.anywhere(v, runesOf(text[i:i+n])) {
			n--
		}
		if n > 1 {
			list = append(list, term{text: runesOf(text[i : i+n]), glyphs: text[i : i+n]})
		}
		i += n
	}
	return list
}
