package search

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"kakehashi/internal/db"
)

const (
	excerptLength = 110     // characters of an excerpt
	excerptLooked = 1 << 18 // bytes of a body that are looked through for it
)

// show adds titles, addresses and excerpts to the hits.
func (x *Index) show(ctx context.Context, r *Result, want []wanted) error {
	args := make([]any, len(r.Hits))
	at := map[string]int{}
	for i, h := range r.Hits {
		args[i], at[h.ID] = h.ID, i
	}
	docs, err := db.List(ctx, x.db.Read(), func(rows *sql.Rows) (d Doc, err error) {
		return d, rows.Scan(&d.ID, &d.Kind, &d.URL, &d.Lang, &d.Title, &d.Also, &d.Body)
	}, `SELECT id, kind, url, lang, title, also, body FROM search_docs WHERE id IN (`+db.Places(len(args))+`)`, args...)
	if err != nil {
		return fmt.Errorf("search: %w", err)
	}
	needles := needlesOf(want)
	for _, d := range docs {
		h := &r.Hits[at[d.ID]]
		h.Kind, h.URL, h.Lang = d.Kind, d.URL, d.Lang
		h.Title = pieces(d.Title, needles, 0)
		if len(d.Body) > excerptLooked {
			d.Body = strings.ToValidUTF8(d.Body[:excerptLooked], "")
		}
		h.Excerpt = pieces(d.Body, needles, excerptLength)
		if !marked(h.Title) && !marked(h.Excerpt) && d.Also != "" {
			if also := pieces(d.Also, needles, excerptLength); marked(also) {
				h.Excerpt = also
			}
		}
	}
	return nil
}

func marked(list []Piece) bool { return slices.ContainsFunc(list, func(p Piece) bool { return p.Hit }) }

// needlesOf are the texts to be marked, the word as typed first.
func needlesOf(want []wanted) (list [][]rune) {
	for _, w := range want {
		if w.without {
			continue
		}
		for _, s := range slices.Concat(w.own, w.same) {
			list = append(list, []rune(s))
		}
	}
	return list
}

// stretch is a place in folded text.
type stretch struct{ from, to, needle int }

// pieces cuts text into marked and unmarked stretches; with a limit, to as many characters around the place with the most needles.
func pieces(text string, needles [][]rune, limit int) []Piece {
	g := fold(nil, text)
	found := stretches(g, needles)
	from, to := 0, len(g)
	if limit > 0 && len(g) > limit {
		from = densest(found, limit, len(g))
		to = min(len(g), from+limit)
	}
	var out []Piece
	add := func(a, b int, hit bool) {
		if s := original(text, g, a, b); s != "" {
			out = append(out, Piece{s, hit})
		}
	}
	if from > 0 {
		out = append(out, Piece{"…", false})
	}
	for _, s := range found {
		if s.to <= from || s.from >= to {
			continue
		}
		add(from, s.from, false)
		add(max(from, s.from), min(to, s.to), true)
		from = min(to, s.to)
	}
	add(from, to, false)
	if to < len(g) {
		out = append(out, Piece{"…", false})
	}
	if limit > 0 {
		return paragraphs(out)
	}
	return out
}

// paragraphs puts pieces on one line. A piece ends with its paragraph: the next may be in another language.
func paragraphs(list []Piece) (out []Piece) {
	for _, p := range list {
		for i, text := range strings.Split(p.Text, "\n\n") {
			text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' || r == '\t' }), " ")
			if i > 0 {
				out = append(out, Piece{" ", false})
			}
			if text != "" {
				out = append(out, Piece{text, p.Hit})
			}
		}
	}
	return out
}

// original is what glyphs a to b were in the text.
func original(text string, g []glyph, a, b int) string {
	if a >= b {
		return ""
	}
	end := len(text)
	if b < len(g) {
		end = int(g[b].at)
	}
	if a == 0 {
		return text[:end]
	}
	return text[g[a].at:max(int(g[a].at), end)]
}

// stretches finds the needles, none over another, in order.
func stretches(g []glyph, needles [][]rune) (list []stretch) {
	for i := 0; i < len(g); i++ {
		best, which := 0, 0
		for k, needle := range needles {
			if len(needle) > best && i+len(needle) <= len(g) && g[i].r == needle[0] && stands(g[i:], needle) {
				best, which = len(needle), k
			}
		}
		if best > 0 {
			list = append(list, stretch{i, i + best, which})
			i += best - 1
		}
	}
	return list
}

func stands(g []glyph, needle []rune) bool {
	for i, r := range needle {
		if g[i].r != r {
			return false
		}
	}
	return true
}

// densest is where an excerpt begins that shows the most different needles.
func densest(found []stretch, limit, length int) int {
	if len(found) == 0 {
		return 0
	}
	most, begin := 0, 0
	for i, s := range found {
		seen := map[int]bool{}
		for _, o := range found[i:min(len(found), i+50)] {
			if o.to > s.from+limit-20 {
				break
			}
			seen[o.needle] = true
		}
		if len(seen) > most {
			most, begin = len(seen), s.from
		}
		if i > 500 {
			break
		}
	}
	return max(0, min(begin-20, length-limit))
}
