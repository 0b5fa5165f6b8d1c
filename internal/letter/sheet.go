package letter

import (
	"fmt"

	"kakehashi/internal/letter/fonts"
	"kakehashi/internal/letter/pdf"
)

// Styles of papers. Text is black so that office printers set it sharp.
var (
	bodyStyle  = style{family: fonts.Mincho, size: 11, leading: 1.9}
	titleStyle = style{family: fonts.Mincho, size: 14, leading: 1.7, bold: true, tracking: 0.25, ragged: true}
	sumStyle   = style{family: fonts.Mincho, size: 12.5, leading: 1.7, bold: true, ragged: true}
	calcStyle  = style{family: fonts.Gothic, size: 9, leading: 1.75, colour: pdf.Grey(0.25), ragged: true}
	hashStyle  = style{family: fonts.Gothic, size: 7.4, leading: 1.75, colour: pdf.Grey(0.25), ragged: true}
	footStyle  = style{family: fonts.Gothic, size: 9, leading: 1.6, ragged: true}
	markStyle  = style{family: fonts.Gothic, size: 9, leading: 1.6, ragged: true}
)

// Measures of the page: the column is 42 letters of 11 points wide, so that solid lines need no stretching.
const (
	columnWidth = 42 * 11.0
	columnLeft  = (pdf.A4Width - columnWidth) / 2
	pageTop     = 62.0
	pageFoot    = pdf.A4Height - 46
)

// row is a strip of the column that is not parted. draw is nil for a gap, which vanishes at the top of a page.
type row struct {
	height float64
	glue   bool // stays on the page of the next row
	draw   func(p *pdf.Page, y float64)
	head   []row // of the table it belongs to, repeated at the top of a page
}

func gap(points float64) row { return row{height: points, glue: true} }

// paginate distributes rows over pages; room is the height of the first page and of those after it.
func paginate(rows []row, first, later float64) [][]row {
	var pages [][]row
	var page []row
	var used float64
	room := first
	turn := func() {
		back := backOff(page)
		carried := append([]row(nil), page[len(page)-back:]...)
		pages = append(pages, page[:len(page)-back])
		page, used, room = nil, 0, later
		for _, r := range carried {
			page, used = place(page, used, r)
		}
	}
	for _, r := range rows {
		if used+r.height > room && len(page) > 0 {
			turn()
		}
		page, used = place(page, used, r)
	}
	return append(pages, page)
}

func place(page []row, used float64, r row) ([]row, float64) {
	if len(page) == 0 {
		if r.draw == nil && r.head == nil {
			return page, used
		}
		for _, h := range r.head {
			page, used = append(page, h), used+h.height
		}
	}
	return append(page, r), used + r.height
}

// backOff counts the rows at the end of a page that must go over with the next one; a chain longer than the page's larger part
// is parted after all.
func backOff(page []row) int {
	n := 0
	for n < len(page)-1 && page[len(page)-1-n].glue {
		n++
	}
	if n > 12 || n >= len(page)-1 {
		return 0
	}
	return n
}

// paragraph makes rows of set lines; the first two and the last two lines stay together.
func paragraph(ls []line, x float64, e *pdf.Element) []row {
	rows := make([]row, len(ls))
	for i, l := range ls {
		rows[i] = row{height: l.height(), glue: keep(i, len(ls)),
			draw: func(p *pdf.Page, y float64) { l.draw(p, e, x, y) }}
	}
	return rows
}

// keep: line i of n stays with the next, so that no first or last line of a paragraph stands alone on a page.
func keep(i, n int) bool { return i+1 < n && (i == 0 || i+2 == n) }

// right makes rows of lines that end at the column's right edge.
func right(ls []line, e *pdf.Element) []row {
	var rows []row
	for _, l := range ls {
		rows = append(rows, paragraph([]line{l}, columnLeft+columnWidth-l.width, e)...)
	}
	return rows
}

func centred(ls []line, e *pdf.Element) []row {
	var rows []row
	for _, l := range ls {
		rows = append(rows, paragraph([]line{l}, columnLeft+(columnWidth-l.width)/2, e)...)
	}
	return rows
}

func glued(rows []row) []row {
	for i := range rows {
		rows[i].glue = true
	}
	return rows
}

// framed draws a small word in a frame (見本, 再交付（写し）), its right edge at x, and returns its left edge.
func framed(p *pdf.Page, e *pdf.Element, word string, x, y float64) float64 {
	l := lines(word, markStyle, columnWidth, 0)[0]
	const side = 5
	x -= l.width + 2*side
	p.Begin(nil)
	p.Frame(x, y, l.width+2*side, l.height()+1, 0.6, pdf.Grey(0.4))
	p.End()
	l.draw(p, e, x+side, y+0.5)
	return x
}

// span draws the arc of the letterhead: two places and the bridge between them.
func span(p *pdf.Page, x, y float64) {
	const s = 0.75 // drawn on a grid of 56 by 24
	p.Begin(nil)
	p.Arc(x+5*s, y+20*s, x+28*s, y-10*s, x+51*s, y+20*s, 2*s, pdf.Colour{R: 0, G: 0.38, B: 0.451})
	p.Dot(x+5*s, y+20*s, 3.5*s, pdf.Colour{R: 0.78, G: 0.278, B: 0})
	p.Dot(x+51*s, y+20*s, 3.5*s, pdf.Grey(0.1))
	p.End()
}

func drawRows(p *pdf.Page, rows []row, y float64) {
	for _, r := range rows {
		if r.draw != nil {
			r.draw(p, y)
		}
		y += r.height
	}
}

// rule draws a horizontal rule, which readers skip.
func rule(p *pdf.Page, x1, x2, y, width float64, c pdf.Colour) {
	p.Begin(nil)
	p.Line(x1, y, x2, y, width, c)
	p.End()
}

// pageNumber writes 1／2 at the foot when there is more than one page.
func pageNumber(p *pdf.Page, n, of int) {
	if of < 2 {
		return
	}
	l := lines(fmt.Sprintf("%d／%d", n, of), footStyle, columnWidth, 0)[0]
	l.draw(p, nil, columnLeft+(columnWidth-l.width)/2, pageFoot+10)
}
