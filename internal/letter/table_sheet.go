package letter

import "kakehashi/internal/letter/pdf"

const cellGap = 8.0

// tableRows sets a table: title, head line, rows with hair rules, totals under a strong rule.
func tableRows(e *pdf.Element, t Table) []row {
	n := t.columns()
	if n == 0 {
		return nil
	}
	set := columns{right: t.numeric(), width: t.widths(n)}
	var rows []row
	if t.Title != "" {
		rows = append(rows, glued(paragraph(lines(oneLine(t.Title), formLabel, columnWidth, 0), columnLeft, e.Add("P")))...)
	}
	table := e.Add("Table")
	var head []row
	if len(t.Head) > 0 {
		rows = append(rows, set.head(table.Add("TR"), t.Head)...)
		head = set.head(nil, t.Head) // repeated without a tag: it is read once
		if tall(head) {
			head = nil
		}
	}
	for _, r := range t.Rows {
		body := set.row(table.Add("TR"), r, formCell)
		body = append(body, ruled(0.4, pdf.Grey(0.6), false))
		rows = append(rows, under(head, body)...)
	}
	for i, r := range t.Foot {
		var total []row
		if i == 0 {
			total = append(total, ruled(0.8, pdf.Black, true))
		}
		total = append(total, set.row(table.Add("TR"), r, formCell)...)
		rows = append(rows, under(head, total)...)
	}
	return append(rows, ruled(0.8, pdf.Black, false))
}

// tall: a head so high that repeating it would leave no room for rows.
func tall(head []row) bool {
	var h float64
	for _, r := range head {
		h += r.height
	}
	return h > 200
}

// under marks rows as belonging to a table with this head.
func under(head, rows []row) []row {
	for i := range rows {
		rows[i].head = head
	}
	return rows
}

// columns are a table's measures.
type columns struct {
	right []bool
	width []float64
}

func (c columns) head(tr *pdf.Element, cells []string) []row {
	side := make([]cell, 0, len(cells))
	x := columnLeft
	for i, text := range cells {
		var tag *pdf.Element
		if tr != nil {
			tag = tr.Add("TH").Heads("Column").Add("P")
		}
		side = append(side, cell{lines: lines(text, formHead, c.width[i]-cellGap, 0), x: x, width: c.width[i] - cellGap, right: c.right[i], tag: tag})
		x += c.width[i]
	}
	rows := []row{ruled(0.8, pdf.Black, true), gap(2)}
	rows = append(rows, glued(abreast(side))...)
	return append(rows, gap(2), ruled(0.5, pdf.Grey(0.35), true))
}

func (c columns) row(tr *pdf.Element, cells []string, st style) []row {
	side := make([]cell, 0, len(cells))
	x := columnLeft
	for i := 0; i < len(cells); i++ {
		width, n := c.width[i], across(cells, i)
		for j := 1; j < n; j++ {
			width += c.width[i+j]
		}
		side = append(side, cell{lines: lines(cells[i], st, width-cellGap, 0), x: x, width: width - cellGap, right: c.right[i], tag: tr.Add("TD").Spans(n).Add("P")})
		x += width
		i += n - 1
	}
	rows := append([]row{gap(2)}, abreast(side)...)
	return append(rows, gap(2))
}

// across counts the columns the cell at i stands over: a first cell such as 合計 takes the empty ones after it.
func across(cells []string, i int) int {
	n := 1
	for i == 0 && n < len(cells) && cells[n] == "" {
		n++
	}
	return n
}

// widths shares the column among the table's columns: numbers get what they need, texts share the rest by their length.
func (t Table) widths(n int) []float64 {
	need, want := make([]float64, n), make([]float64, n)
	measure := func(r []string, st style) {
		for i, text := range r {
			if across(r, i) > 1 {
				continue
			}
			for _, part := range lines(text, st, 1e6, 0) {
				want[i] = max(want[i], part.width+cellGap+1)
			}
		}
	}
	measure(t.Head, formHead)
	for _, r := range t.Rows {
		measure(r, formCell)
	}
	for _, r := range t.Foot {
		measure(r, formCell)
	}
	right := t.numeric()
	var total, fixed float64
	for _, letters := range []float64{4, 2} { // where many columns crowd the sheet, texts give way: a number is never parted
		total, fixed = 0, 0
		for i := range n {
			need[i] = min(want[i], letters*formCell.size+cellGap)
			if right[i] {
				need[i] = want[i] * 1.05
			}
			total += want[i]
			fixed += need[i]
		}
		if fixed <= columnWidth {
			break
		}
	}
	return share(need, want, fixed, total)
}

// share gives every column its need and spreads the rest by what each wants beyond it.
func share(need, want []float64, fixed, total float64) []float64 {
	width := make([]float64, len(need))
	rest := columnWidth - fixed
	for i := range width {
		switch {
		case rest <= 0:
			width[i] = max(need[i]*columnWidth/fixed, cellGap+2)
		case total <= fixed:
			width[i] = need[i] + rest/float64(len(need))
		default:
			width[i] = need[i] + rest*(want[i]-need[i])/(total-fixed)
		}
	}
	return width
}
