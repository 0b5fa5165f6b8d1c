package form

import (
	"slices"
	"strconv"
	"strings"
)

// ReadTSV reads rows pasted from a spreadsheet (cells split by tabs, lines by newlines, quoted cells may hold both) under the rules
// of Parse. A first line of headings says which column is which; without it the cells are in the order of the table, with or
// without a row number before them; of a cost table the name of the unit (単位) may be left out in every row.
func ReadTSV(pasted string, f Field) (rows []Row, problems []Problem) {
	columns := f.Cols()
	lines := splitTSV(pasted)
	order := make([]int, len(columns))
	for i := range columns {
		order[i] = i
	}
	if len(lines) > 0 {
		if found := headings(columns, lines[0]); len(found) > 0 && len(found)*2 >= min(len(columns), len(lines[0])) {
			for i, c := range columns {
				order[i] = found[c.Key] - 1
			}
			lines = lines[1:]
		} else {
			inOrder(order, columns, lines)
		}
	}
	in := Input{}
	for n, line := range lines {
		for i, c := range columns {
			if at := order[i]; at >= 0 && at < len(line) {
				values := []string{restored(line[at])}
				if c.Kind == KindMany {
					values = strings.Split(restored(line[at]), "\n")
				}
				in.put(strconv.Itoa(n)+"."+c.Key, Input{"": values})
			}
		}
	}
	if in.blank() {
		return nil, nil
	}
	value, _, problems := f.Parse(in)
	return Rows(value), problems
}

// inOrder finds where the columns stand in lines without headings.
func inOrder(order []int, columns []Field, lines [][]string) {
	unit := slices.IndexFunc(columns, func(c Field) bool { return c.Key == "unit_name" })
	eligible := slices.IndexFunc(columns, func(c Field) bool { return c.Key == "eligible" })
	width := len(columns)
	if unit >= 0 && eligible > unit && unitless(lines, columns[eligible], eligible) {
		width--
		for i := range order {
			switch {
			case i == unit:
				order[i] = -1
			case i > unit:
				order[i]--
			}
		}
	}
	if numbered(lines, width) {
		for i := range order {
			if order[i] >= 0 {
				order[i]++
			}
		}
	}
}

// unitless reports whether every line says one cell too early whether the cost is eligible: the name of the unit was left out.
func unitless(lines [][]string, eligible Field, at int) bool {
	says := func(line []string, i int) bool {
		if i >= len(line) {
			return false
		}
		_, answered, problems := eligible.Parse(Typed(line[i]))
		return answered && len(problems) == 0
	}
	first := 0
	if numbered(lines, len(lines[0])-1) {
		first = 1
	}
	for _, line := range lines {
		if strings.TrimSpace(strings.Join(line, "")) == "" {
			continue
		}
		if !says(line, first+at-1) || says(line, first+at) {
			return false
		}
	}
	return true
}

// numbered reports whether every line has one cell more than the table and begins with its number.
func numbered(lines [][]string, columns int) bool {
	for _, line := range lines {
		if _, err := strconv.Atoi(strings.TrimSpace(line[0])); err != nil || len(line) != columns+1 {
			return false
		}
	}
	return true
}

// splitTSV splits pasted text into cells. A cell in quotation marks may hold tabs, newlines and doubled quotation marks.
func splitTSV(s string) [][]string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
	var lines [][]string
	var line []string
	for s != "" {
		var text string
		text, s = tsvCell(s)
		line = append(line, text)
		if s == "" || s[0] == '\n' {
			lines, line = append(lines, line), nil
		}
		if s != "" {
			s = s[1:]
			if s == "" && line != nil {
				lines = append(lines, append(line, ""))
			}
		}
		if len(lines) > 2*mostRows {
			break
		}
	}
	return lines
}

// tsvCell takes the first cell off s; the rest begins with the tab or newline behind it.
func tsvCell(s string) (text, rest string) {
	if strings.HasPrefix(s, `"`) {
		var b strings.Builder
		for i := 1; i < len(s); i++ {
			switch {
			case s[i] != '"':
				b.WriteByte(s[i])
			case i+1 < len(s) && s[i+1] == '"':
				b.WriteByte('"')
				i++
			case i+1 == len(s) || s[i+1] == '\t' || s[i+1] == '\n':
				return b.String(), s[i+1:]
			default: // a quotation mark inside: the cell was not quoted after all
				return plainCell(s)
			}
		}
	}
	return plainCell(s)
}

func plainCell(s string) (text, rest string) {
	if end := strings.IndexAny(s, "\t\n"); end >= 0 {
		return s[:end], s[end:]
	}
	return s, ""
}
