package letter

import (
	"fmt"
	"strings"

	"kakehashi/internal/letter/pdf"
)

// letterSheet is a letter on its way to paper.
type letterSheet struct {
	d             Document
	file          *pdf.File
	root          *pdf.Element
	mark          *pdf.Element // 様式 and the marks, read first
	body, plain   style        // of running text: justified and not
	desk, receipt []line
	stamp         *stamp
	footTop       float64
	pages         [][]row
}

func newSheet(d Document, leading float64) *letterSheet {
	s := &letterSheet{d: d, file: pdf.New(d.info()), body: bodyStyle}
	s.body.leading = leading
	s.plain = s.body
	s.plain.ragged = true
	s.root = s.file.Root()
	return s
}

// Columns of the facts under 記: number, label, value.
const (
	labelLeft  = columnLeft + 2*11
	valueLeft  = columnLeft + 11*11
	labelWidth = valueLeft - labelLeft - 11
	valueWidth = columnLeft + columnWidth - valueLeft
)

// What the letterhead takes on the first page and on later ones.
const (
	headHeight = 46.0
	laterHead  = 30.0
)

// compose sets all rows and counts the pages they take.
func (s *letterSheet) compose() int {
	s.mark = s.root.Add("P")
	rows := s.address()
	rows = append(rows, s.text()...)
	rows = append(rows, s.facts()...)
	s.foot()
	room := s.footTop - 12 - pageTop
	s.pages = paginate(rows, room-headHeight, room-laterHead)
	return len(s.pages)
}

func (s *letterSheet) draw() {
	for i, rows := range s.pages {
		p := s.file.AddPage()
		y := pageTop + headHeight
		if i == 0 {
			s.head(p)
		} else {
			s.laterHead(p)
			y = pageTop + laterHead
		}
		drawRows(p, rows, y)
		s.drawFoot(p, i)
		pageNumber(p, i+1, len(s.pages))
	}
}

// head is the letterhead: the span, the name of the paper and its marks.
func (s *letterSheet) head(p *pdf.Page) {
	span(p, columnLeft, pageTop)
	x := columnLeft + columnWidth
	if s.d.Copy {
		x = framed(p, s.mark, "再交付（写し）", x, pageTop+1) - 8
	}
	if s.d.Sample {
		x = framed(p, s.mark, "見本", x, pageTop+1) - 8
	}
	if s.d.Corrected != "" {
		x = framed(p, s.mark, "訂正", x, pageTop+1) - 8
	}
	if s.d.Paper != "" {
		st := bodyStyle
		st.size, st.leading = 10, 1.5
		l := lines(oneLine(s.d.Paper), st, columnWidth/2, 0)[0]
		l.draw(p, s.mark, x-l.width, pageTop+1)
	}
	rule(p, columnLeft, columnLeft+columnWidth, pageTop+23.5, 0.75, pdf.Black)
}

// laterHead says on the pages after the first which letter they belong to.
func (s *letterSheet) laterHead(p *pdf.Page) {
	name := strings.TrimSpace(oneLine(s.d.Title) + "　" + oneLine(s.d.Number))
	if s.d.Sample {
		name += "　見本"
	}
	if s.d.Corrected != "" {
		name += "　訂正"
	}
	if s.d.Copy {
		name += "　再交付（写し）"
	}
	l := lines(name, footStyle, columnWidth, 0)[0]
	l.draw(p, nil, columnLeft+columnWidth-l.width, pageTop-4)
	rule(p, columnLeft, columnLeft+columnWidth, pageTop+14, 0.4, pdf.Grey(0.5))
}

// address is number, date, addressee and sender.
func (s *letterSheet) address() []row {
	var rows []row
	st := s.plain
	for _, t := range []string{s.d.Number, s.d.day(), s.d.corrected()} {
		if t != "" {
			rows = append(rows, right(lines(t, st, columnWidth, 0), s.root.Add("P"))...)
		}
	}
	if to := s.d.addressee(); len(to) > 0 {
		rows = append(rows, gap(16))
		e := s.root.Add("P")
		for _, t := range to {
			rows = append(rows, paragraph(lines(t, st, columnWidth*0.7, 0), columnLeft, e)...)
		}
	}
	return append(rows, s.sender(st)...)
}

// sender is a block as wide as its longest line, at the right edge.
func (s *letterSheet) sender(st style) []row {
	from := append([]string(nil), s.d.From...)
	if s.d.Seal && !s.d.english() {
		from = append(from, "（公印省略）")
	}
	var set []line
	var widest float64
	for _, t := range from {
		for _, l := range lines(t, st, columnWidth*0.6, 0) {
			set = append(set, l)
			widest = max(widest, l.width)
		}
	}
	if len(set) == 0 {
		return nil
	}
	e := s.root.Add("P")
	rows := []row{gap(16)}
	for _, l := range set {
		rows = append(rows, paragraph([]line{l}, columnLeft+columnWidth-widest, e)...)
	}
	return rows
}

// text is the title and the paragraphs.
func (s *letterSheet) text() []row {
	st := titleStyle
	if s.d.english() {
		st.tracking = 0
	}
	rows := []row{gap(30)}
	rows = append(rows, glued(centred(lines(oneLine(s.d.Title), st, columnWidth, 0), s.root.Add("H1")))...)
	rows = append(rows, gap(20))
	for _, t := range s.d.Body {
		indent := bodyStyle.size
		if s.d.english() {
			indent = 0
		}
		for _, part := range strings.Split(strings.TrimRight(t, "\n"), "\n") {
			rows = append(rows, paragraph(lines(part, s.body, columnWidth, indent), columnLeft, s.root.Add("P"))...)
		}
	}
	return rows
}

// facts is 記, the numbered facts and 以上.
func (s *letterSheet) facts() []row {
	var rows []row
	st := s.plain
	if len(s.d.Items) > 0 {
		rows = append(rows, gap(13))
		if !s.d.english() {
			rows = append(rows, glued(centred(lines("記", st, columnWidth, 0), s.root.Add("P")))...)
			rows = append(rows, gap(13))
		}
		list := s.root.Add("L")
		for i, item := range s.d.Items {
			rows = append(rows, s.item(list.Add("LI"), i+1, item)...)
			rows = append(rows, gap(4))
		}
		rows = rows[:len(rows)-1]
	}
	if s.d.english() {
		return rows
	}
	if n := len(rows); n > 0 {
		rows[n-1].glue = true
	}
	return append(rows, right(lines("以上", st, columnWidth, 0), s.root.Add("P"))...)
}

// foot is the desk to ask and the receipt number, the same on every page.
func (s *letterSheet) foot() {
	t := oneLine(s.d.Receipt)
	if t != "" && !s.d.english() {
		t = "受付番号 " + t
	}
	width := columnWidth
	if t != "" {
		s.receipt = lines(t, footStyle, columnWidth/2, 0)[:1]
		width -= s.receipt[0].width + 12
	}
	if s.stamp = newStamp(s.d); s.stamp != nil {
		width = min(width, columnWidth-s.stamp.width-12)
	}
	s.desk = lines(s.d.Desk, footStyle, width, 0)
	if len(s.desk) > 6 {
		s.desk = s.desk[:6]
	}
	s.footTop = pageFoot - max(float64(len(s.desk))*footStyle.size*footStyle.leading, s.stamp.height()) - 5
}

func (s *letterSheet) drawFoot(p *pdf.Page, page int) {
	var deskTag, receiptTag *pdf.Element // read once, at the end of the first page's foot
	if page == 0 {
		deskTag, receiptTag = s.root.Add("P"), s.root.Add("P")
	}
	rule(p, columnLeft, columnLeft+columnWidth, s.footTop, 0.6, pdf.Grey(0.45))
	y, edge := s.footTop+5, columnLeft+columnWidth
	if s.stamp != nil && s.stamp.code != nil {
		edge -= codeSide + 8
		s.stamp.drawCode(p, edge+8, y)
	}
	for _, l := range s.receipt {
		l.draw(p, receiptTag, edge-l.width, y)
	}
	if s.stamp != nil {
		var tag *pdf.Element
		if page == 0 {
			tag = s.root.Add("P")
		}
		s.stamp.draw(p, tag, edge, y+float64(len(s.receipt))*footStyle.size*footStyle.leading)
	}
	for _, l := range s.desk {
		l.draw(p, deskTag, columnLeft, y)
		y += l.height()
	}
}

// item sets one fact: number, label and, beside them, what is said.
func (s *letterSheet) item(e *pdf.Element, n int, item Item) []row {
	number := lines(fmt.Sprint(n), s.plain, 2*11, 0)
	numberTag, body := e.Add("Lbl"), e.Add("LBody")
	label := lines(oneLine(item.Label), s.plain, labelWidth, 0)
	labelTag := body.Add("P")
	left := []strip{{line: number[0], x: columnLeft, tag: numberTag}}
	said := s.said(body, item)
	var rows []row
	for i := 0; i < max(len(label), len(said)); i++ {
		side := left
		left = nil
		if i < len(label) {
			side = append(side, strip{line: label[i], x: labelLeft, tag: labelTag})
		}
		if i < len(said) {
			side = append(side, said[i])
		}
		rows = append(rows, besides(side))
	}
	for i := range rows {
		rows[i].glue = i+1 < max(len(label), 2) && i+1 < len(rows) || i < len(said) && said[i].keep
	}
	return rows
}

// strip is one line at its place in a row of columns.
type strip struct {
	line
	x    float64
	tag  *pdf.Element
	rule bool // a grey rule at its left: the reason of a sum
	keep bool // on the page of the next line
	// A list's number stands before its first line.
	before    *line
	beforeTag *pdf.Element
}

// said is what stands beside the label: the value, how a sum came about, and the list.
func (s *letterSheet) said(body *pdf.Element, item Item) []strip {
	var out []strip
	if item.Value != "" {
		st := s.body
		if isSum(item.Value) {
			st = sumStyle
		}
		out = strips(body.Add("P"), item.Value, st, valueLeft, columnLeft+columnWidth)
		out[len(out)-1].keep = item.Calc != ""
	}
	if item.Calc != "" {
		calc := strips(body.Add("P"), item.Calc, calcStyle, valueLeft+9, columnLeft+columnWidth)
		for i := range calc {
			calc[i].rule = true
		}
		out = append(out, calc...)
	}
	if len(item.List) > 0 {
		out = append(out, s.list(body.Add("L"), item.List)...)
	}
	return out
}

// list numbers its entries （1）, （2）….
func (s *letterSheet) list(e *pdf.Element, entries []string) []strip {
	indent := 2.5 * s.body.size
	if len(entries) > 9 {
		indent = 3.25 * s.body.size
	}
	var out []strip
	for i, t := range entries {
		li := e.Add("LI")
		number := lines(fmt.Sprintf("（%d）", i+1), s.plain, 5*s.body.size, 0)[0]
		numberTag, tag := li.Add("Lbl"), li.Add("LBody")
		from := len(out)
		for _, part := range strings.Split(strings.TrimRight(t, "\n"), "\n") {
			st := s.body
			if strings.HasPrefix(part, "SHA-256 ") {
				st = hashStyle
			}
			out = append(out, strips(tag, part, st, valueLeft+indent, columnLeft+columnWidth)...)
		}
		out[from].before, out[from].beforeTag = &number, numberTag
	}
	return out
}

// strips sets text between two edges; the first and last two lines stay together.
func strips(tag *pdf.Element, text string, st style, left, edge float64) []strip {
	set := lines(strings.TrimRight(text, "\n"), st, edge-left, 0)
	out := make([]strip, len(set))
	for i, l := range set {
		out[i] = strip{line: l, x: left, tag: tag, keep: keep(i, len(set))}
	}
	return out
}

// besides makes one row of strips whose base lines are on one level.
func besides(side []strip) row {
	var base, below float64
	for _, s := range side {
		base = max(base, s.baseline())
		below = max(below, s.height()-s.baseline())
	}
	height := base + below
	return row{height: height, draw: func(p *pdf.Page, y float64) {
		for _, s := range side {
			top := y + base - s.baseline()
			if s.rule {
				p.Begin(nil)
				p.Line(valueLeft+1, y, valueLeft+1, y+height, 1.5, pdf.Grey(0.8))
				p.End()
			}
			if s.before != nil {
				s.before.draw(p, s.beforeTag, valueLeft, top)
			}
			s.draw(p, s.tag, s.x, top)
		}
	}}
}

// isSum: 金4,000,000円.
func isSum(v string) bool {
	rest, ok := strings.CutPrefix(v, "金")
	if !ok {
		return false
	}
	rest, ok = strings.CutSuffix(rest, "円")
	return ok && rest != "" && strings.Trim(rest, "0123456789,") == ""
}
