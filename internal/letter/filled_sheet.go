package letter

import (
	"kakehashi/internal/letter/fonts"
	"kakehashi/internal/letter/pdf"
)

// filledSheet is a filled form on its way to paper.
type filledSheet struct {
	f    Filled
	file *pdf.File
	root *pdf.Element
	mark *pdf.Element
}

var (
	formTitle   = style{family: fonts.Mincho, size: 16, leading: 1.6, bold: true, ragged: true}
	formSection = style{family: fonts.Gothic, size: 11, leading: 1.7, bold: true, ragged: true}
	formLabel   = style{family: fonts.Gothic, size: 9, leading: 1.75, ragged: true}
	formValue   = style{family: fonts.Mincho, size: 10.5, leading: 1.65}
	formCell    = style{family: fonts.Mincho, size: 9.5, leading: 1.55, ragged: true}
	formHead    = style{family: fonts.Gothic, size: 8.5, leading: 1.6, ragged: true}
)

const (
	formLabelWidth = 11 * 11.0
	formPad        = 4.0
)

func (s *filledSheet) compose() {
	s.mark = s.root.Add("P")
	var rows []row
	rows = append(rows, glued(paragraph(lines(oneLine(s.f.Title), formTitle, columnWidth, 0), columnLeft, s.root.Add("H1")))...)
	rows = append(rows, gap(8))
	rows = append(rows, pairs(s.root, s.f.Head)...)
	for _, section := range s.f.Sections {
		rows = append(rows, s.section(section)...)
	}
	foot := lines(oneLine(s.f.Foot), footStyle, columnWidth, 0)[:1]
	footTop := pageFoot - float64(len(foot))*footStyle.size*footStyle.leading - 5
	const head = 34
	room := footTop - 14 - pageTop - head
	pages := paginate(rows, room, room)
	for i, rows := range pages {
		p := s.file.AddPage()
		s.head(p, i)
		y := pageTop + head
		drawRows(p, rows, y)
		s.foot(p, i, foot, footTop)
		pageNumber(p, i+1, len(pages))
	}
}

// head names the paper on every page; it is read once.
func (s *filledSheet) head(p *pdf.Page, page int) {
	tag := s.mark
	if page > 0 {
		tag = nil
	}
	l := lines(oneLine(s.f.Paper), footStyle, columnWidth/2, 0)[0]
	l.draw(p, tag, columnLeft, pageTop-6)
	x := columnLeft + columnWidth
	for _, word := range s.f.marks() {
		x = framed(p, tag, word, x, pageTop-8) - 8
	}
	if page > 0 {
		name := lines(oneLine(s.f.Title), footStyle, columnWidth/2, 0)[0]
		name.draw(p, nil, x-name.width, pageTop-6)
	}
	rule(p, columnLeft, columnLeft+columnWidth, pageTop+14, 0.75, pdf.Black)
}

func (s *filledSheet) foot(p *pdf.Page, page int, foot []line, top float64) {
	var tag *pdf.Element
	if page == 0 {
		tag = s.root.Add("P")
	}
	rule(p, columnLeft, columnLeft+columnWidth, top, 0.6, pdf.Grey(0.45))
	for _, l := range foot {
		top += 5
		l.draw(p, tag, columnLeft, top)
	}
}

// section is a heading over a rule, its pairs and its tables.
func (s *filledSheet) section(section FilledSection) []row {
	e := s.root.Add("Sect")
	rows := []row{gap(18)}
	rows = append(rows, glued(paragraph(lines(oneLine(section.Title), formSection, columnWidth, 0), columnLeft, e.Add("H2")))...)
	rows = append(rows, ruled(1.2, pdf.Black, true))
	rows = append(rows, pairs(e, section.Pairs)...)
	for _, t := range section.Tables {
		rows = append(rows, gap(8))
		rows = append(rows, tableRows(e, t)...)
	}
	return rows
}

// pairs is a table of two columns without a head: what was asked, what was answered.
func pairs(e *pdf.Element, list []Pair) []row {
	if len(list) == 0 {
		return nil
	}
	table := e.Add("Table")
	var rows []row
	for _, pair := range list {
		tr := table.Add("TR")
		value := pair.Value
		if value == "" {
			value = "―"
		}
		label := cell{lines: lines(pair.Label, formLabel, formLabelWidth-8, 0), x: columnLeft, tag: tr.Add("TH").Heads("Row").Add("P")}
		said := cell{lines: lines(value, formValue, columnWidth-formLabelWidth, 0), x: columnLeft + formLabelWidth, tag: tr.Add("TD").Add("P")}
		rows = append(rows, gap(formPad-1))
		rows = append(rows, abreast([]cell{label, said})...)
		rows = append(rows, gap(formPad-1), ruled(0.4, pdf.Grey(0.6), false))
	}
	return rows
}

// cell is the lines of one column of a row.
type cell struct {
	lines []line
	x     float64
	width float64 // of a column that stands right
	right bool
	tag   *pdf.Element
}

// abreast makes rows of cells side by side, line by line, so that a long answer may go over to the next page.
func abreast(cells []cell) []row {
	n := 0
	for _, c := range cells {
		n = max(n, len(c.lines))
	}
	rows := make([]row, n)
	for i := range rows {
		var side []strip
		for _, c := range cells {
			if i >= len(c.lines) {
				continue
			}
			s := strip{line: c.lines[i], x: c.x, tag: c.tag}
			if c.right {
				s.x += c.width - s.width
			}
			side = append(side, s)
		}
		rows[i] = besides(side)
		rows[i].glue = keep(i, n) || i+1 == n // the rule under it stays with it
	}
	return rows
}

// ruled is a rule over the whole column.
func ruled(width float64, c pdf.Colour, glue bool) row {
	return row{height: width, glue: glue, draw: func(p *pdf.Page, y float64) {
		rule(p, columnLeft, columnLeft+columnWidth, y, width, c)
	}}
}
