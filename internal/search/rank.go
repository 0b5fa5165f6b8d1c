package search

import (
	"cmp"
	"container/heap"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
)

// grade is how well a document answers, the larger the better: whole words before parts of words, the word itself before words of the
// same meaning, and the more terms stand in the title the better.
type grade uint8

const wholeWords, ownWords grade = 1 << 6, 1 << 5

// sets are the documents of one part of the index that answer a query.
type sets struct {
	p     part
	shown *roaring.Bitmap   // what the answer is about
	word  *roaring.Bitmap   // with all terms as whole words
	own   *roaring.Bitmap   // with all terms themselves, not only in other words
	title []*roaring.Bitmap // title[n]: at least n terms stand in the title
	whole []*roaring.Bitmap // whole[n]: at least n terms stand there as whole words
	n     []int             // documents with each term
	look  []needle          // texts whose number is weighed
}

// bucket is the documents of one grade.
func (s *sets) bucket(g grade) *roaring.Bitmap {
	b := pick(s.shown, s.word, g&wholeWords != 0)
	b = pick(b, s.own, g&ownWords != 0)
	n, title := int(g&0x1f), s.title
	if g&wholeWords != 0 {
		title = s.whole
	}
	b = pick(b, title[n], true)
	if n+1 < len(title) {
		b = pick(b, title[n+1], false)
	}
	return b
}

func pick(a, b *roaring.Bitmap, in bool) *roaring.Bitmap {
	if in {
		return roaring.And(a, b)
	}
	return roaring.AndNot(a, b)
}

// ranked is a document on its way into the list.
type ranked struct {
	id, date string
	grade    grade
	score    int32
}

func before(a, b ranked) int {
	return cmp.Or(cmp.Compare(b.grade, a.grade), cmp.Compare(b.score, a.score), strings.Compare(b.date, a.date), strings.Compare(a.id, b.id))
}

// best keeps the first n of what it is given; the worst of them lies on top of the heap.
type best struct {
	n    int
	list []ranked
}

func (b *best) Len() int           { return len(b.list) }
func (b *best) Less(i, j int) bool { return before(b.list[i], b.list[j]) > 0 }
func (b *best) Swap(i, j int)      { b.list[i], b.list[j] = b.list[j], b.list[i] }
func (b *best) Push(x any)         { b.list = append(b.list, x.(ranked)) }
func (b *best) Pop() any {
	x := b.list[len(b.list)-1]
	b.list = b.list[:len(b.list)-1]
	return x
}

func (b *best) take(r ranked) {
	if len(b.list) < b.n {
		heap.Push(b, r)
		return
	}
	if before(r, b.list[0]) < 0 {
		b.list[0] = r
		heap.Fix(b, 0)
	}
}

// weighed is the largest bucket in which the number of places is weighed; a larger one goes by date alone.
const weighed = 1000

// top lists the best n documents of all parts, best first. The order does not depend on how documents are spread over parts.
func top(all []*sets, n int, newest bool) []ranked {
	terms := len(all[0].title) - 1
	var list []ranked
	take := func(g grade, bucket func(*sets) *roaring.Bitmap) {
		b := &best{n: n - len(list)}
		size := 0
		maps := make([]*roaring.Bitmap, len(all))
		for i, s := range all {
			maps[i] = bucket(s)
			size += int(maps[i].GetCardinality())
		}
		for i, s := range all {
			for it := maps[i].Iterator(); it.HasNext(); {
				d := it.Next()
				r := ranked{id: s.p.ids[d], date: s.p.dates[d], grade: g}
				if size <= weighed && !newest {
					r.score = s.score(d)
				}
				b.take(r)
			}
		}
		sorted := make([]ranked, len(b.list))
		for i := len(sorted) - 1; i >= 0; i-- {
			sorted[i] = heap.Pop(b).(ranked)
		}
		list = append(list, sorted...)
	}
	if newest || terms == 0 {
		take(wholeWords, func(s *sets) *roaring.Bitmap { return s.shown })
		return list
	}
	for _, high := range []grade{wholeWords | ownWords, wholeWords, ownWords, 0} {
		for t := terms; t >= 0 && len(list) < n; t-- {
			take(high|grade(t), func(s *sets) *roaring.Bitmap { return s.bucket(high | grade(t)) })
		}
	}
	return list
}

// score weighs how often the terms stand in a document against its length.
func (s *sets) score(d uint32) int32 {
	places := 0
	for _, needle := range s.look {
		n, _, _, _ := s.p.hits(d, needle)
		places += n
	}
	length := int(s.p.at[d+1] - s.p.at[d])
	return int32(places * 1000 / (places + 2 + length/2000))
}
