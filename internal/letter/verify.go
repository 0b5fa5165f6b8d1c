package letter

import (
	"strings"

	"rsc.io/qr"

	"kakehashi/internal/letter/pdf"
)

// codeSide is the side of the QR at the foot of a letter, in points (17 mm).
const codeSide = 48.0

// Grouped writes a code in groups of five, as people read it out.
func Grouped(code string) string {
	var b strings.Builder
	for i, r := range code {
		if i > 0 && i%5 == 0 {
			b.WriteByte('-')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// stamp is what stands at the foot of the first page for whoever doubts the paper: where to ask, the code, and both as a QR.
type stamp struct {
	lines []line
	code  *qr.Code
	width float64
}

func newStamp(d Document) *stamp {
	if d.Code == "" {
		return nil
	}
	s := &stamp{}
	words := []string{"文書の確認", Grouped(d.Code)}
	if d.english() {
		words[0] = "Check this letter"
	}
	if strings.HasPrefix(d.Verify, "http") {
		words[0] += "　" + strings.TrimPrefix(strings.TrimPrefix(d.Verify, "https://"), "http://")
		s.code, _ = qr.Encode(d.Verify+"/"+d.Code, qr.M) // an address too long for a QR is printed only
	}
	for _, t := range words {
		s.lines = append(s.lines, lines(oneLine(t), hashStyle, columnWidth/2, 0)...)
	}
	for _, l := range s.lines {
		s.width = max(s.width, l.width)
	}
	if s.code != nil {
		s.width += codeSide + 8
	}
	return s
}

// height is what the stamp needs at the foot.
func (s *stamp) height() float64 {
	if s == nil {
		return 0
	}
	var h float64
	for _, l := range s.lines {
		h += l.height()
	}
	if s.code != nil {
		h = max(h+footStyle.size*footStyle.leading, codeSide)
	}
	return h
}

// draw sets the words right-aligned to edge from y down, and the QR beside them.
func (s *stamp) draw(p *pdf.Page, tag *pdf.Element, edge, y float64) {
	for _, l := range s.lines {
		l.draw(p, tag, edge-l.width, y)
		y += l.height()
	}
}

// drawCode draws the QR with its upper left corner at x and y.
func (s *stamp) drawCode(p *pdf.Page, x, y float64) {
	if s.code == nil {
		return
	}
	unit := codeSide / float64(s.code.Size)
	p.Begin(nil)
	for row := range s.code.Size {
		for col := 0; col < s.code.Size; col++ {
			from := col
			for col < s.code.Size && s.code.Black(col, row) {
				col++
			}
			if col > from {
				middle := y + (float64(row)+0.5)*unit
				p.Line(x+float64(from)*unit, middle, x+float64(col)*unit, middle, unit, pdf.Black)
			}
		}
	}
	p.End()
}
