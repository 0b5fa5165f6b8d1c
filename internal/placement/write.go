package placement

import (
	"bufio"
	"encoding/json"
	"io"
	"slices"
)

// WriteLists writes a round of the list form as JSON, in the order of its ids.
func (r *Round) WriteLists(out io.Writer) error {
	w := &writer{Writer: bufio.NewWriterSize(out, 1<<16)}
	w.text(`{"form":"lists","seed":`).value(r.Seed).text(`,"people":{`)
	for p := range r.People {
		if p > 0 {
			w.text(",")
		}
		w.text("\n").value(r.People[p].ID).text(":").ranked(len(r.People[p].Wishes), func(i int) (string, int32) {
			wish := r.People[p].Wishes[i]
			return r.Posts[wish.Post].ID, wish.Tier
		})
	}
	w.text("},\n\"posts\":{")
	for o := range r.Posts {
		r.writePost(w, o)
	}
	w.text("},\n\"couples\":[")
	for i, c := range r.Couples {
		if i > 0 {
			w.text(",")
		}
		w.text("\n{\"members\":").value([]string{r.People[c.A].ID, r.People[c.B].ID})
		if c.Given {
			pairs := make([][2]*string, len(c.Pairs))
			for k, pair := range c.Pairs {
				for j, o := range []int32{pair.A, pair.B} {
					if o >= 0 {
						pairs[k][j] = &r.Posts[o].ID
					}
				}
			}
			w.text(`,"ranks":`).value(pairs)
		}
		w.text("}")
	}
	w.text("],\n\"regions\":{")
	first := true
	for _, g := range r.Regions {
		if g.Cap < 0 {
			continue
		}
		if !first {
			w.text(",")
		}
		first = false
		w.text("\n").value(g.ID).text(`:{"cap":`).value(g.Cap).text("}")
	}
	w.text("}}\n")
	if w.err != nil {
		return w.err
	}
	return w.Flush()
}

func (r *Round) writePost(w *writer, o int) {
	p := &r.Posts[o]
	if o > 0 {
		w.text(",")
	}
	w.text("\n").value(p.ID).text(`:{"capacity":`).value(p.Seats)
	if p.Region >= 0 {
		w.text(`,"region":`).value(r.Regions[p.Region].ID)
	}
	if p.Ranked {
		ranks := slices.Clone(p.Ranks)
		slices.SortStableFunc(ranks, func(a, b Rank) int { return int(a.Class) - int(b.Class) })
		w.text(`,"ranks":`).ranked(len(ranks), func(i int) (string, int32) { return r.People[ranks[i].Person].ID, ranks[i].Class })
	}
	w.text("}")
}

// writer writes JSON piece by piece and keeps the first error.
type writer struct {
	*bufio.Writer
	err error
}

func (w *writer) text(s string) *writer {
	if w.err == nil {
		_, w.err = w.WriteString(s)
	}
	return w
}

func (w *writer) value(v any) *writer {
	b, err := json.Marshal(v)
	if err != nil && w.err == nil {
		w.err = err
	}
	return w.text(string(b))
}

// ranked writes ids in order, equals as an inner array.
func (w *writer) ranked(n int, of func(i int) (string, int32)) {
	w.text("[")
	for i := 0; i < n; {
		id, place := of(i)
		last := i + 1
		for last < n {
			if _, next := of(last); next != place {
				break
			}
			last++
		}
		if i > 0 {
			w.text(",")
		}
		if last == i+1 {
			w.value(id)
		} else {
			var equals []string
			for k := i; k < last; k++ {
				id, _ := of(k)
				equals = append(equals, id)
			}
			w.value(equals)
		}
		i = last
	}
	w.text("]")
}
