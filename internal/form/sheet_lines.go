package form

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"kakehashi/internal/lang"
)

// lines streams the visible sheet: title, totals, headings and all lines.
func (s *sheetWriter) lines(rows []Row, info SheetInfo) error {
	out, err := s.book.NewStreamWriter(s.sheet)
	if err != nil {
		return err
	}
	if err := s.widths(out); err != nil {
		return err
	}
	panes := &excelize.Panes{Freeze: true, YSplit: headRow, TopLeftCell: cell(1, headRow+1), ActivePane: "bottomLeft"}
	if err := out.SetPanes(panes); err != nil {
		return err
	}
	if err := s.head(out, rows, info); err != nil {
		return err
	}
	for n := 1; headRow+n <= s.last; n++ {
		row := Row{}
		if n <= len(rows) {
			row = rows[n-1]
		}
		cells, err := s.line(n, row)
		if err != nil {
			return err
		}
		if err := out.SetRow(cell(1, headRow+n), cells); err != nil {
			return err
		}
	}
	return out.Flush()
}

// widths sets the columns from the last to the first: the stream puts each before those it has, and Excel wants them in order.
func (s *sheetWriter) widths(out *excelize.StreamWriter) error {
	for i, c := range slices.Backward(s.columns) {
		width := 14.0
		switch {
		case c.Key == "detail" || c.Kind == KindLong || c.Kind == KindText && c.Max != nil && *c.Max > 100:
			width = 34
		case c.Key == "where" || c.Key == "eligible" || c.Key == "qty" || c.Key == "unit_name":
			width = 9
		}
		if err := out.SetColWidth(at(i), at(i), width); err != nil {
			return err
		}
	}
	return out.SetColWidth(1, 1, 5)
}

// head writes title, totals and headings.
func (s *sheetWriter) head(out *excelize.StreamWriter, rows []Row, info SheetInfo) error {
	title, err := s.style("title")
	if err != nil {
		return err
	}
	label, err := s.style("label")
	if err != nil {
		return err
	}
	name := strings.TrimSpace(lang.T(lang.JA, "form.sheet.title", "form", info.Form, "title", s.sheet))
	if err := out.SetRow("A1", []any{excelize.Cell{StyleID: title, Value: neutral(name)}}); err != nil {
		return err
	}
	if err := out.SetRow("A2", []any{excelize.Cell{StyleID: label, Value: neutral(line(info.Title))}}); err != nil {
		return err
	}
	if s.field.Kind == KindMoney {
		if err := s.totals(out, rows); err != nil {
			return err
		}
	}
	head, err := s.style("head")
	if err != nil {
		return err
	}
	cells := []any{excelize.Cell{StyleID: head, Value: lang.T(lang.JA, "form.sheet.row")}}
	for _, c := range s.columns {
		cells = append(cells, excelize.Cell{StyleID: head, Value: heading(c)})
	}
	return out.SetRow(cell(1, headRow), cells)
}

// totals writes the five sums over the amounts, as formulas with their results.
func (s *sheetWriter) totals(out *excelize.StreamWriter, rows []Row) error {
	sums := Totals(rows)
	span := func(key string) string {
		letter, _, _ := strings.Cut(cell(s.column(key), headRow), strconv.Itoa(headRow))
		return fmt.Sprintf("$%s$%d:$%s$%d", letter, headRow+1, letter, s.last)
	}
	where, eligible := costColumn("where"), costColumn("eligible")
	shown := func(c Field, value string) string { return c.optionLabel(value, lang.JA) }
	sumIf := func(conditions ...string) string {
		formula := "SUMIFS(" + span("amount")
		for i := 0; i < len(conditions); i += 2 {
			formula += "," + span(conditions[i]) + `,"` + conditions[i+1] + `"`
		}
		return formula + ")"
	}
	yes, no := shown(eligible, "true"), shown(eligible, "false")
	lines := []struct {
		key     string
		formula string
		value   int64
	}{
		{"eligible_abroad", sumIf("where", shown(where, Abroad), "eligible", yes), sums.EligibleAbroad},
		{"eligible_jp", sumIf("where", shown(where, Japan), "eligible", yes), sums.EligibleJP},
		{"eligible", sumIf("eligible", yes), sums.Eligible},
		{"ineligible", sumIf("eligible", no), sums.Ineligible},
		{"total", "SUM(" + span("amount") + ")", sums.Total},
	}
	label, err := s.style("sumlabel")
	if err != nil {
		return err
	}
	sum, err := s.style("sum")
	if err != nil {
		return err
	}
	for i, l := range lines {
		cells := []any{excelize.Cell{StyleID: label, Value: lang.T(lang.JA, "form.sheet."+l.key)}, excelize.Cell{StyleID: sum, Formula: l.formula, Value: l.value}}
		if err := out.SetRow(cell(s.column("amount")-1, 3+i), cells); err != nil {
			return err
		}
	}
	return nil
}

// line is the cells of line n (from 1).
func (s *sheetWriter) line(n int, row Row) ([]any, error) {
	number, err := s.style("number")
	if err != nil {
		return nil, err
	}
	cells := []any{excelize.Cell{StyleID: number, Value: n}}
	for _, c := range s.columns {
		style, err := s.style("in:" + string(cellFormat(c)))
		if err != nil {
			return nil, err
		}
		written := excelize.Cell{StyleID: style, Value: cellValue(c, row[c.Key])}
		if s.field.Kind == KindMoney && c.Key == "amount" {
			product, known := costProduct(row)
			if amount, ok := wholeNumber(row["amount"]); row["amount"] == nil || ok && known && amount == product {
				qty, unit := cell(s.column("qty"), headRow+n), cell(s.column("unit"), headRow+n)
				written.Formula = fmt.Sprintf(`IF(AND(ISNUMBER(%s),ISNUMBER(%s)),%s*%s,"")`, qty, unit, qty, unit)
				if written.Value == nil {
					written.Value = ""
				}
			}
		}
		cells = append(cells, written)
	}
	return cells, nil
}

// cellValue is a value as a cell holds it: numbers and days as such, everything else as neutral text.
func cellValue(c Field, value any) any {
	switch v := value.(type) {
	case nil:
		return nil
	case int64:
		return v
	case float64:
		return v
	case string:
		if c.Kind == KindDate {
			if t, err := time.Parse(time.DateOnly, v); err == nil && t.Year() >= 1901 {
				return serial(t)
			}
		}
	case []string:
		if len(c.Options) == 0 {
			return neutral(strings.Join(v, "\n"))
		}
		labels := make([]string, len(v))
		for i, o := range v {
			labels[i] = c.optionShown(o, lang.JA)
		}
		return neutral(strings.Join(labels, "\n"))
	case Raw:
		return neutral(strings.Join(v.Typed[""], "\n"))
	case bool:
		return c.Show(v, lang.JA)
	}
	if c.Kind == KindOne {
		return neutral(c.optionShown(str(value), lang.JA))
	}
	if in := c.Input(value); len(in) == 1 && len(in[""]) == 1 {
		return neutral(in.first(""))
	}
	return neutral(c.Show(value, lang.JA))
}

// serial is a day as a spreadsheet counts: days since 30 December 1899.
func serial(t time.Time) int64 {
	return int64(t.Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)).Hours()) / 24
}

// neutral puts an apostrophe before a text that a spreadsheet could take for a formula, of either width.
func neutral(s string) string {
	if formula(strings.TrimLeft(s, "'")) {
		return "'" + s
	}
	return s
}

// restored undoes neutral.
func restored(s string) string {
	if rest, ok := strings.CutPrefix(s, "'"); ok && formula(strings.TrimLeft(s, "'")) {
		return rest
	}
	return s
}

func formula(s string) bool {
	for _, sign := range []string{"=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n"} {
		if strings.HasPrefix(s, sign) {
			return true
		}
	}
	return false
}

// format is how the cells of a column are written.
type format string

func cellFormat(c Field) format {
	switch c.Kind {
	case KindYen, KindInt:
		return "int"
	case KindDecimal:
		return "decimal"
	case KindDate:
		return "date"
	case KindOne, KindBool:
		return "pick"
	}
	return "text"
}

// style makes each style of the workbook once.
func (s *sheetWriter) style(name string) (int, error) {
	if id, ok := s.styles[name]; ok {
		return id, nil
	}
	grid := []excelize.Border{{Type: "left", Style: 1, Color: "999999"}, {Type: "right", Style: 1, Color: "999999"}, {Type: "top", Style: 1, Color: "999999"}, {Type: "bottom", Style: 1, Color: "999999"}}
	shade := excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E8EEF4"}}
	st := &excelize.Style{Font: &excelize.Font{Family: "BIZ UDPゴシック", Size: 10}, Alignment: &excelize.Alignment{Vertical: "center"}}
	switch name {
	case "title":
		st.Font.Size, st.Font.Bold = 14, true
	case "label":
	case "guide":
		st.Alignment.WrapText = true
	case "sumlabel":
		st.Alignment.Horizontal = "right"
	case "sum":
		st.NumFmt, st.Border, st.Fill = 3, grid, shade
	case "head":
		st.Border, st.Fill, st.Font.Bold = grid, shade, true
		st.Alignment.Horizontal, st.Alignment.WrapText = "center", true
	case "number":
		st.Border, st.Fill, st.Alignment.Horizontal = grid, shade, "center"
	default:
		st.Border, st.Protection = grid, &excelize.Protection{Locked: false}
		switch format(strings.TrimPrefix(name, "in:")) {
		case "int":
			st.NumFmt = 3
		case "date":
			st.CustomNumFmt = ptr("yyyy/m/d")
		case "text":
			st.NumFmt, st.Alignment.WrapText = 49, true
		case "pick":
			st.Alignment.Horizontal = "center"
		}
	}
	id, err := s.book.NewStyle(st)
	s.styles[name] = id
	return id, err
}
