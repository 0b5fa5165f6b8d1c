package letter

import (
	"strings"

	"kakehashi/internal/letter/pdf"
)

// line is one set line: glyphs with their final advances, and its natural width in points.
type line struct {
	glyphs []pdf.Glyph
	width  float64
	indent float64
	style  style
}

func (l line) height() float64 { return l.style.size * l.style.leading }

// draw sets the line with its upper edge at y.
func (l line) draw(p *pdf.Page, e *pdf.Element, x, y float64) {
	if len(l.glyphs) == 0 {
		return
	}
	p.Begin(e)
	p.Text(x+l.indent, y+l.baseline(), pdf.Ink{Size: l.style.size, Colour: l.style.colour, Bold: l.style.bold, Saying: l.saying()}, l.glyphs)
	p.End()
}

// baseline below the upper edge: ideographs sit in the middle of the line.
func (l line) baseline() float64 { return l.height()/2 + l.style.size*0.38 }

func (l line) saying() string {
	if l.style.tracking < 0.1 {
		return ""
	}
	var b strings.Builder
	for _, g := range l.glyphs {
		b.WriteString(g.Text)
	}
	return b.String()
}

// lines breaks text into lines of the given width in points; indent is of the first line of each paragraph. Line feeds part
// paragraphs. The last line of a paragraph stays as it is, others are justified.
func lines(text string, st style, width, indent float64) []line {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n", "\v", "\n", "\f", "\n").Replace(text)
	var out []line
	for _, paragraph := range strings.Split(text, "\n") {
		out = append(out, paragraphLines(clusters(paragraph, st), st, width, indent)...)
	}
	return out
}

func paragraphLines(all []cluster, st style, width, indent float64) []line {
	if len(all) == 0 {
		return []line{{style: st}}
	}
	var out []line
	for len(all) > 0 {
		room := (width - indent) * 1000 / st.size
		n := lineEnd(all, room)
		l := setLine(all[:n], room, st, n == len(all), indent == 0)
		l.indent = indent
		out = append(out, l)
		indent = 0
		for all = all[n:]; len(all) > 0 && all[0].class == blank; { // a space that falls on the break is not set
			all = all[1:]
		}
	}
	return out
}

// lineEnd counts the letters of the next line: as many as fit, then back to the last place a line may end (追い出し). A word
// wider than the line is parted where the line is full.
func lineEnd(all []cluster, room float64) int {
	var w float64
	last := 0
	for i, c := range all {
		if i > 0 {
			w -= overlap(all[i-1], c)
			if mayBreak(all[i-1], c) {
				last = i
			}
		}
		need := w + c.width
		if c.class == closing && c.width >= 900 {
			need -= 500 // its empty half may be left out at the line's end
		}
		if c.class == blank {
			need = w
		}
		if need > room+0.5 && i > 0 {
			if last == 0 {
				return i
			}
			return last
		}
		w += c.width
	}
	return len(all)
}

// setLine fixes the advances of a line and spreads what is left over its gaps.
func setLine(cs []cluster, room float64, st style, last, flush bool) line {
	for len(cs) > 1 && cs[len(cs)-1].class == blank {
		cs = cs[:len(cs)-1]
	}
	advance := make([]float64, len(cs))
	var w, lead float64
	for i, c := range cs {
		advance[i] = c.width
		if i+1 < len(cs) {
			advance[i] -= overlap(c, cs[i+1])
		}
		w += advance[i]
	}
	if flush && cs[0].class == opening && cs[0].width >= 900 {
		lead = 500 // an opening bracket stands at the edge (天付き)
		w -= lead
	}
	if end := cs[len(cs)-1]; end.class == closing && end.width >= 900 && w > room {
		w -= 500
	}
	if !last && !st.ragged {
		w += justify(cs, advance, room-w)
	}
	l := line{style: st, width: w * st.size / 1000}
	for i, c := range cs {
		for j, g := range c.glyphs {
			g.DX = -lead
			g.Advance = 0
			if j == 0 {
				g.Advance = advance[i]
			} else {
				g.DX += c.width - advance[i] // marks are drawn back over what stands before them
			}
			l.glyphs = append(l.glyphs, g)
		}
	}
	if st.tracking > 0 {
		l.width -= st.tracking * st.size
	}
	return l
}

// justify spreads slack over spaces and between ideographs, evenly; not inside words. Where a gap would be so wide that readers
// and programs see a space, the line stays ragged.
func justify(cs []cluster, advance []float64, slack float64) float64 {
	var gaps []int
	spaces := 0
	for i := 0; i+1 < len(cs); i++ {
		switch {
		case cs[i].class == blank:
			gaps = append(gaps, i)
			spaces++
		case !(inWord(cs[i]) && inWord(cs[i+1])) && cs[i].class != unbroken && cs[i+1].class != blank:
			gaps = append(gaps, i)
		}
	}
	const widest, widestSpace = 80, 400
	if len(gaps) == 0 || slack == 0 || slack > float64((len(gaps)-spaces)*widest+spaces*widestSpace) {
		return 0
	}
	each := slack / float64(len(gaps))
	if spaces == len(gaps) || each <= widest {
		for _, i := range gaps {
			advance[i] += each
		}
		return slack
	}
	rest := (slack - float64((len(gaps)-spaces)*widest)) / float64(spaces) // spaces take what letters must not
	for _, i := range gaps {
		if cs[i].class == blank {
			advance[i] += rest
		} else {
			advance[i] += widest
		}
	}
	return slack
}
