package form

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
)

// Limits of a workbook that is read.
const (
	mostSheetBytes    = 10 << 20 // of the file
	mostUnpackedBytes = 48 << 20 // of what it unpacks to
	mostSheetParts    = 500
	deepestHeading    = 40 // row
)

// CellProblem is a problem of a workbook. Its message begins with the cell in words: 経費内訳!H7：…; Sheet and Cell are "" when the
// whole file is meant. A Note is something to check, not a fault: the file comes from another case or an earlier definition.
type CellProblem struct {
	Sheet string `json:"sheet,omitempty"`
	Cell  string `json:"cell,omitempty"`
	Note  bool   `json:"note,omitempty"`
	Problem
}

// ReadSheet reads a workbook of WriteSheet back, also when columns were moved or the file went through another program. Columns are
// known by their headings, formulas by their results; the rules are those of Parse, and cells that cannot be read hold a Raw. A
// file that cannot be used at all gives no rows and one problem. expect, when given, is compared with what the workbook says of
// itself.
func ReadSheet(r io.Reader, f Field, expect ...SheetInfo) (rows []Row, problems []CellProblem) {
	book, key := openBook(r)
	if key != "" {
		return nil, []CellProblem{{Problem: problem(f.Key, CodeBadFile, key)}}
	}
	defer book.Close()
	s := &sheetReader{book: book, field: f, sheet: sheetName(f)}
	if bad := s.identity(expect); bad != nil {
		return nil, bad
	}
	if !s.find() {
		return nil, s.problems
	}
	return s.read(), s.problems
}

type sheetReader struct {
	book     *excelize.File
	field    Field
	sheet    string
	cells    [][]string     // raw values by row and column
	head     int            // row of headings, from 1
	columns  map[string]int // key to column, from 1
	problems []CellProblem
}

// openBook opens a workbook within the limits, or names the sentence that says why not.
func openBook(r io.Reader) (book *excelize.File, key string) {
	data, err := io.ReadAll(io.LimitReader(r, mostSheetBytes+1))
	switch {
	case err != nil:
		return nil, "form.sheet.unreadable"
	case len(data) > mostSheetBytes:
		return nil, "form.sheet.too_large"
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")):
		if bytes.Contains(data, []byte("E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00")) {
			return nil, "form.sheet.locked"
		}
		return nil, "form.sheet.old"
	}
	if key := inspect(data); key != "" {
		return nil, key
	}
	defer func() {
		if recover() != nil { // the file is foreign and the reader of its XML is not ours
			book, key = nil, "form.sheet.unreadable"
		}
	}()
	book, err = excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipSizeLimit: mostUnpackedBytes, UnzipXMLSizeLimit: mostUnpackedBytes, RawCellValue: true})
	if err != nil {
		return nil, "form.sheet.unreadable"
	}
	return book, ""
}

// inspect looks at the parts of the archive before anything is unpacked.
func inspect(data []byte) (key string) {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return "form.sheet.unreadable"
	}
	var total uint64
	for _, part := range archive.File {
		total += part.UncompressedSize64
		name := strings.ToLower(part.Name)
		if strings.HasSuffix(name, "vbaproject.bin") || strings.Contains(name, "macrosheets/") {
			return "form.sheet.macro"
		}
	}
	if total > mostUnpackedBytes || len(archive.File) > mostSheetParts {
		return "form.sheet.too_large"
	}
	return ""
}

// identity compares the hidden sheet with the field and with expect. A workbook without the hidden sheet (copied by hand into a new
// file) is taken.
func (s *sheetReader) identity(expect []SheetInfo) []CellProblem {
	said := map[string]string{}
	if s.has(metaSheet) {
		for row := 1; row <= 5; row++ {
			name, err1 := s.book.GetCellValue(metaSheet, cell(1, row))
			value, err2 := s.book.GetCellValue(metaSheet, cell(2, row))
			if err1 == nil && err2 == nil {
				said[name] = value
			}
		}
	}
	whole := func(key string, args ...any) []CellProblem {
		return []CellProblem{{Problem: problem(s.field.Key, CodeBadFile, key, args...)}}
	}
	if v, ok := said["schema"]; ok && v != strconv.Itoa(sheetSchema) {
		return whole("form.sheet.other_version", "other", quoted(v))
	}
	if v, ok := said["field"]; ok && v != s.field.Key {
		other := said["form"]
		if other == "" {
			other = v
		}
		return whole("form.sheet.other_form", "other", quoted(other))
	}
	if !s.has(s.sheet) {
		return whole("form.sheet.missing", "sheet", s.sheet)
	}
	for _, want := range expect {
		if v := said["case"]; v != "" && want.Case != "" && v != want.Case {
			s.note("form.sheet.other_case")
		}
		if v := said["definition"]; v != "" && want.Hash != "" && v != want.Hash {
			s.note("form.sheet.changed")
		}
	}
	return nil
}

func (s *sheetReader) has(sheet string) bool { return slices.Contains(s.book.GetSheetList(), sheet) }

func (s *sheetReader) note(key string) {
	s.problems = append(s.problems, CellProblem{Note: true, Problem: problem(s.field.Key, CodeBadFile, key)})
}

// cellProblem adds a problem at a cell; its message is prefixed with the cell.
func (s *sheetReader) cellProblem(name string, p Problem) {
	address := func(tag lang.Tag, message string) string {
		return lang.T(tag, "form.cell", "sheet", s.sheet, "cell", name, "message", message)
	}
	p.Message = lang.Text{JA: address(lang.JA, p.Message.JA), EN: address(lang.EN, p.Message.EN)}
	s.problems = append(s.problems, CellProblem{Sheet: s.sheet, Cell: name, Problem: p})
}

// find reads the cells and finds the headings; false when the table cannot be recognised.
func (s *sheetReader) find() bool {
	if !s.load() {
		s.problems = append(s.problems, CellProblem{Problem: problem(s.field.Key, CodeBadFile, "form.sheet.unreadable")})
		return false
	}
	columns := s.field.Cols()
	best := 0
	for i, row := range s.cells[:min(len(s.cells), deepestHeading)] {
		if found := headings(columns, row); len(found) > best {
			best, s.head, s.columns = len(found), i+1, found
		}
	}
	if best*2 < len(columns) {
		s.problems = append(s.problems, CellProblem{Sheet: s.sheet, Problem: problem(s.field.Key, CodeBadFile, "form.sheet.no_headings")})
		return false
	}
	complete := true
	for _, c := range columns {
		if s.columns[c.Key] == 0 {
			complete = false
			s.cellProblem(cell(1, s.head), problem(s.field.Key, CodeBadFile, "form.sheet.no_heading", "label", heading(c)))
		}
	}
	for _, c := range columns {
		for i, text := range s.cells[s.head-1] {
			if col := s.columns[c.Key]; col > 0 && i+1 > col && sameHeading(c, text) {
				complete = false
				s.cellProblem(cell(i+1, s.head), problem(s.field.Key, CodeBadFile, "form.sheet.heading_twice", "label", heading(c)))
			}
		}
	}
	return complete
}

// load reads all raw cells of the sheet, at most mostRows lines below the deepest heading.
func (s *sheetReader) load() (ok bool) {
	defer func() {
		if recover() != nil { // as in openBook
			ok = false
		}
	}()
	rows, err := s.book.Rows(s.sheet)
	if err != nil {
		return false
	}
	defer rows.Close()
	for rows.Next() && len(s.cells) < deepestHeading+2*mostRows {
		row, err := rows.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			return false
		}
		s.cells = append(s.cells, row[:min(len(row), 200)])
	}
	return rows.Error() == nil
}

// headings finds the columns named in a row; the first of two equal headings counts.
func headings(columns []Field, row []string) map[string]int {
	found := map[string]int{}
	for i, text := range row {
		for _, c := range columns {
			if found[c.Key] == 0 && sameHeading(c, text) {
				found[c.Key] = i + 1
			}
		}
	}
	return found
}

func sameHeading(c Field, text string) bool {
	bare := func(s string) string {
		s = strings.NewReplacer(" ", "", "(円)", "", "(yen)", "").Replace(strings.ToLower(jp.FoldID(restored(s))))
		return strings.TrimSuffix(s, "*")
	}
	t := bare(text)
	return t != "" && (t == bare(c.Label.JA) || t == bare(c.Label.EN) || t == strings.ToLower(c.Key))
}

// read reads the lines below the headings.
func (s *sheetReader) read() []Row {
	s.merged()
	columns := s.field.Cols()
	finish := func(Row, string) []Problem { return nil }
	if s.field.Kind == KindMoney {
		finish = finishCost
	}
	rows := []Row{}
	for n := s.head + 1; n <= len(s.cells); n++ {
		path := s.field.Key + "[" + strconv.Itoa(len(rows)) + "]"
		in := Input{}
		broken := map[string]bool{}
		for _, c := range columns {
			typed, bad := s.typed(c, n, part(path, c.Key))
			if bad != nil {
				broken[c.Key] = true
				s.cellProblem(cell(s.columns[c.Key], n), *bad)
			}
			in.put(c.Key, typed)
		}
		row, problems := readRow(columns, in, path)
		if blankRow(columns, row) {
			continue
		}
		problems = append(problems, finish(row, path)...)
		for _, p := range problems {
			key := strings.TrimPrefix(strings.TrimPrefix(p.Field, path), ".")
			key, _, _ = strings.Cut(key, ".")
			key, _, _ = strings.Cut(key, "[")
			if !broken[key] {
				s.cellProblem(cell(max(s.columns[key], 1), n), p)
			}
		}
		rows = append(rows, row)
	}
	limit := s.field.MaxRows
	if limit == 0 {
		limit = mostRows
	}
	if len(rows) > limit {
		s.cellProblem(cell(1, s.head+limit+1), problem(s.field.Key, CodeTooMany, "form.sheet.too_many", "max", limit, "n", len(rows)))
	}
	return rows
}

// merged reports merged cells among headings and lines.
func (s *sheetReader) merged() {
	cells, err := s.book.GetMergeCells(s.sheet, true)
	if err != nil {
		return
	}
	for _, m := range cells {
		_, row, err := excelize.CellNameToCoordinates(m.GetEndAxis())
		if err != nil || row < s.head {
			continue
		}
		s.cellProblem(m.GetStartAxis(), problem(s.field.Key, CodeBadFile, "form.sheet.merged", "range", m.GetStartAxis()+":"+m.GetEndAxis()))
	}
}

// typed is what stands in a cell, as a person would type it.
func (s *sheetReader) typed(c Field, row int, path string) (Input, *Problem) {
	column := s.columns[c.Key]
	if line := s.cells[row-1]; column <= len(line) && line[column-1] != "" {
		return s.value(c, line[column-1], column, row, path)
	}
	if s.field.Kind == KindMoney && c.Key == "amount" {
		return Input{}, nil // worked out from quantity and unit price
	}
	if column <= 200 && row <= len(s.cells) {
		if text, err := s.book.GetCellFormula(s.sheet, cell(column, row)); err == nil && text != "" {
			p := problem(path, CodeUnreadable, "form.sheet.no_result")
			return Input{}, &p
		}
	}
	return Input{}, nil
}

var errorValues = []string{"#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#N/A", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"}

func (s *sheetReader) value(c Field, raw string, column, row int, path string) (Input, *Problem) {
	if slices.Contains(errorValues, raw) {
		if kind, err := s.book.GetCellType(s.sheet, cell(column, row)); err == nil && (kind == excelize.CellTypeError || kind == excelize.CellTypeFormula) {
			p := problem(path, CodeUnreadable, "form.sheet.error_value", "typed", raw)
			return Typed(raw), &p
		}
	}
	switch c.Kind {
	case KindDate:
		return Typed(s.day(raw)), nil
	case KindInt, KindYen, KindDecimal:
		return Typed(cellNumber(raw, c.Kind != KindDecimal)), nil
	case KindMany:
		return Input{"": strings.Split(restored(raw), "\n")}, nil
	}
	return Typed(restored(raw)), nil
}

// cellNumber is a number as a person would type it. A spreadsheet keeps binary fractions: 0.1+0.2 times ten is a whole number in its
// eyes and so in ours.
func cellNumber(raw string, wholeOnly bool) string {
	x, err := strconv.ParseFloat(raw, 64)
	if err != nil || math.IsInf(x, 0) || math.IsNaN(x) || strings.ContainsAny(raw, "xXpP_") {
		return restored(raw)
	}
	if near := math.Round(x); wholeOnly && math.Abs(x-near) < 1e-6 && math.Abs(near) < 1e15 {
		return strconv.FormatFloat(near, 'f', -1, 64)
	}
	return strconv.FormatFloat(x, 'f', -1, 64)
}

// day is a date cell: a serial number, or a text as people type it. A number that would be a day of 1900 is a number somebody typed
// and stays one.
func (s *sheetReader) day(raw string) string {
	x, err := strconv.ParseFloat(raw, 64)
	if err != nil || x < 367 || x > 2_958_465 || len(raw) == 8 && !strings.Contains(raw, ".") {
		return restored(raw)
	}
	start := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if props, err := s.book.GetWorkbookProps(); err == nil && props.Date1904 != nil && *props.Date1904 {
		start = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	day := start.AddDate(0, 0, int(x))
	return fmt.Sprintf("%04d-%02d-%02d", day.Year(), day.Month(), day.Day())
}
