package pdf

import (
	"bytes"
	"fmt"
	"math"

	"kakehashi/internal/letter/fonts"
)

// Page is one page. Lengths are points; x runs right and y runs down from the upper left corner.
type Page struct {
	file          *File
	width, height float64
	content       bytes.Buffer
	owners        []*Element // of each marked piece of content
	open          bool
}

// A4 in points.
const (
	A4Width  = 595.276
	A4Height = 841.89
)

// AddPage adds an upright A4 page.
func (f *File) AddPage() *Page {
	p := &Page{file: f, width: A4Width, height: A4Height}
	f.pages = append(f.pages, p)
	return p
}

// Landscape turns the page before anything is drawn.
func (p *Page) Landscape() { p.width, p.height = A4Height, A4Width }

// Colour is a grey or an sRGB colour, each part 0 to 1.
type Colour struct{ R, G, B float64 }

// Black is the colour of text.
var Black = Colour{}

// Grey makes a grey: 0 black, 1 white.
func Grey(v float64) Colour { return Colour{v, v, v} }

func (c Colour) op(grey, rgb string) string {
	if c.R == c.G && c.G == c.B {
		return num(c.R) + " " + grey
	}
	return num(c.R) + " " + num(c.G) + " " + num(c.B) + " " + rgb
}

// Begin opens a piece of content that belongs to e; nil is for what readers skip (rules, page numbers, repeated heads).
func (p *Page) Begin(e *Element) {
	p.End()
	p.open = true
	if e == nil {
		p.content.WriteString("/Artifact BMC\n")
		return
	}
	n := len(p.owners)
	p.owners = append(p.owners, e)
	e.pieces = append(e.pieces, piece{page: p, number: n})
	fmt.Fprintf(&p.content, "/%s <</MCID %d>> BDC\n", e.kind, n)
}

// End closes the open piece of content.
func (p *Page) End() {
	if p.open {
		p.content.WriteString("EMC\n")
		p.open = false
	}
}

// Glyph is one drawn letter: what it looks like, what it says (Text, "" when an earlier glyph says it) and how far the next one
// stands, in thousandths of the size. DX moves only this one.
type Glyph struct {
	Face    *fonts.Face
	ID      uint16
	Text    string
	Advance float64
	DX      float64
}

// Ink is how text is drawn. Bold thickens the outlines, as the faces of the pack have one weight. Saying is what the text says
// where its letters are spaced so wide that readers would see spaces.
type Ink struct {
	Size   float64
	Colour Colour
	Bold   bool
	Saying string
}

// Text draws glyphs from x on with the base line at y.
func (p *Page) Text(x, y float64, ink Ink, glyphs []Glyph) {
	if len(glyphs) == 0 {
		return
	}
	b := &p.content
	if ink.Saying != "" {
		fmt.Fprintf(b, "/Span <</ActualText %s>> BDC\n", text(ink.Saying))
	}
	fmt.Fprintf(b, "BT %s", ink.Colour.op("g", "rg"))
	if ink.Bold {
		fmt.Fprintf(b, " 2 Tr %s w %s", num(ink.Size*0.028), ink.Colour.op("G", "RG"))
	}
	b.WriteByte('\n')
	for len(glyphs) > 0 {
		n := 1
		for n < len(glyphs) && glyphs[n].Face == glyphs[0].Face && glyphs[n].DX == glyphs[0].DX {
			n++
		}
		x += p.run(x, y, ink.Size, glyphs[:n])
		glyphs = glyphs[n:]
	}
	if ink.Bold {
		b.WriteString("0 Tr ")
	}
	b.WriteString("ET\n")
	if ink.Saying != "" {
		b.WriteString("EMC\n")
	}
}

// run draws glyphs of one face and returns their width.
func (p *Page) run(x, y, size float64, glyphs []Glyph) float64 {
	f := p.file.font(glyphs[0].Face)
	fmt.Fprintf(&p.content, "/F%d %s Tf 1 0 0 1 %s %s Tm [", f.number, num(size), num(x+glyphs[0].DX*size/1000), num(p.height-y))
	open := false
	var width, pen float64 // where the next glyph shall stand, and where the viewer will put it
	for _, g := range glyphs {
		if shift := pen - width; shift > 0.5 || shift < -0.5 {
			if open {
				p.content.WriteByte('>')
			}
			open = false
			shift = math.Round(shift)
			fmt.Fprintf(&p.content, "%d", int(shift))
			pen -= shift
		}
		if !open {
			p.content.WriteByte('<')
			open = true
		}
		cid, natural := f.use(g)
		fmt.Fprintf(&p.content, "%04X", cid)
		pen += float64(natural)
		width += g.Advance
	}
	if open {
		p.content.WriteByte('>')
	}
	p.content.WriteString("] TJ\n")
	return width * size / 1000
}

// Line draws a straight rule.
func (p *Page) Line(x1, y1, x2, y2, width float64, c Colour) {
	fmt.Fprintf(&p.content, "%s %s w %s %s m %s %s l S\n", c.op("G", "RG"), num(width),
		num(x1), num(p.height-y1), num(x2), num(p.height-y2))
}

// Frame draws the outline of a box.
func (p *Page) Frame(x, y, w, h, width float64, c Colour) {
	fmt.Fprintf(&p.content, "%s %s w %s %s %s %s re S\n", c.op("G", "RG"), num(width), num(x), num(p.height-y-h), num(w), num(h))
}

// Arc draws a quadratic curve from the first point by the second to the third.
func (p *Page) Arc(x0, y0, x1, y1, x2, y2, width float64, c Colour) {
	fmt.Fprintf(&p.content, "%s %s w %s %s m %s %s %s %s %s %s c S\n", c.op("G", "RG"), num(width),
		num(x0), num(p.height-y0),
		num(x0+(x1-x0)*2/3), num(p.height-(y0+(y1-y0)*2/3)),
		num(x2+(x1-x2)*2/3), num(p.height-(y2+(y1-y2)*2/3)),
		num(x2), num(p.height-y2))
}

// Dot draws a filled round dot.
func (p *Page) Dot(x, y, radius float64, c Colour) {
	fmt.Fprintf(&p.content, "%s 1 J %s w %s %s m %s %s l S 0 J\n", c.op("G", "RG"), num(2*radius),
		num(x), num(p.height-y), num(x), num(p.height-y))
}

func (f *File) writePage(p *Page, index int, at, parent, resources ref) {
	p.End()
	content := f.reserve()
	f.stream(content, "", p.content.Bytes(), true)
	f.write(at, fmt.Sprintf("<</Type /Page /Parent %v /MediaBox [0 0 %s %s] /Resources %v /Contents %v /StructParents %d /Tabs /S>>",
		parent, num(p.width), num(p.height), resources, content, index))
}
