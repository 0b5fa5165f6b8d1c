package form

import (
	"cmp"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
)

// SheetInfo says to which form a workbook belongs. It is kept on a hidden sheet of the workbook and compared when it comes back.
type SheetInfo struct {
	Form  string // name of the form: 様式1-2
	Title string // programme or project, printed beside the name
	Hash  string // hash of the programme definition
	Case  string // id of the case; "" for an empty form
	Field string // key of the table; set by WriteSheet
	Guide bool   // add a second sheet that says how to fill in
}

// sheetSchema is the version of the layout; a workbook of another version is not read.
const (
	sheetSchema = 1
	metaSheet   = "_kakehashi"
	headRow     = 8 // headings; lines begin below
)

// sheetWriter lays out one table as a workbook.
type sheetWriter struct {
	book    *excelize.File
	field   Field
	columns []Field
	sheet   string
	last    int // last row for lines
	styles  map[string]int
}

// WriteSheet writes a table as the .xlsx of its form (様式): Japanese headings, choices as lists, amounts and totals as formulas with
// their results, labels locked without a password, A4 landscape. There is room for all rows the field allows; rows may be empty.
// Texts that a spreadsheet would take for a formula (= + - @) get an apostrophe before them, which ReadSheet takes off again.
func WriteSheet(w io.Writer, f Field, rows []Row, info SheetInfo) (err error) {
	book := excelize.NewFile()
	defer func() { err = cmp.Or(err, book.Close()) }()
	s := &sheetWriter{book: book, field: f, columns: f.Cols(), sheet: sheetName(f), styles: map[string]int{}}
	s.last = headRow + max(cmp.Or(f.MaxRows, 100), len(rows))
	info.Field = f.Key
	for _, step := range []func() error{
		func() error { return book.SetSheetName("Sheet1", s.sheet) },
		func() error { return s.meta(info) },
		s.page,
		s.choices,
		func() error { return s.lines(rows, info) },
		func() error { return s.guide(info) },
	} {
		if err := step(); err != nil {
			return fmt.Errorf("sheet of %s: %w", f.Key, err)
		}
	}
	if err := book.SetDocProps(&excelize.DocProperties{Title: strings.TrimSpace(info.Form + " " + s.sheet), Language: "ja-JP"}); err != nil {
		return err
	}
	return book.Write(w)
}

// sheetName is the name of the table's sheet, without the characters that sheet names cannot have.
func sheetName(f Field) string {
	if f.Kind == KindMoney {
		return lang.T(lang.JA, "form.sheet.costs")
	}
	name := []rune(strings.NewReplacer(":", "", `\`, "", "/", "", "?", "", "*", "", "[", "", "]", "", "'", "").Replace(cmp.Or(f.Label.JA, f.Key)))
	return string(name[:min(len(name), 31)])
}

// heading is the text over a column: 単価（円）.
func heading(c Field) string {
	label := cmp.Or(c.Label.JA, c.Key)
	if c.Kind == KindYen {
		return lang.T(lang.JA, "form.sheet.yen", "label", label)
	}
	return label
}

// meta writes the hidden sheet: what the workbook is, and the lists behind the choices (column D on).
func (s *sheetWriter) meta(info SheetInfo) error {
	if _, err := s.book.NewSheet(metaSheet); err != nil {
		return err
	}
	pairs := [][2]string{{"schema", strconv.Itoa(sheetSchema)}, {"field", info.Field}, {"definition", info.Hash}, {"case", info.Case}, {"form", info.Form}}
	for i, p := range pairs {
		if err := s.book.SetSheetRow(metaSheet, "A"+strconv.Itoa(i+1), &[]any{p[0], p[1]}); err != nil {
			return err
		}
	}
	for i, c := range s.columns {
		for j, o := range c.Options {
			if err := s.book.SetCellStr(metaSheet, cell(i+4, j+1), cmp.Or(o.Label.JA, o.Value)); err != nil {
				return err
			}
		}
	}
	return s.book.SetSheetVisible(metaSheet, false, true)
}

// cell is the name of a cell: cell(2, 9) is B9.
func cell(column, row int) string {
	name, err := excelize.CoordinatesToCellName(column, row)
	if err != nil {
		panic(err) // only numbers of this file come here
	}
	return name
}

// at is the sheet's column number of column i; the first shows row numbers.
func at(i int) int { return i + 2 }

// column finds the sheet's column number of a key; 0 when the table has none.
func (s *sheetWriter) column(key string) int {
	for i, c := range s.columns {
		if c.Key == key {
			return at(i)
		}
	}
	return 0
}

// page sets paper, protection and widths.
func (s *sheetWriter) page() error {
	paper, landscape, one, auto := 9, "landscape", 1, 0
	steps := []error{
		s.book.SetPageLayout(s.sheet, &excelize.PageLayoutOptions{Size: &paper, Orientation: &landscape, FitToWidth: &one, FitToHeight: &auto}),
		s.book.SetSheetProps(s.sheet, &excelize.SheetPropsOptions{FitToPage: ptr(true)}),
		s.book.SetHeaderFooter(s.sheet, &excelize.HeaderFooterOptions{OddFooter: "&C&P / &N"}),
		s.book.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: fmt.Sprintf("'%s'!$%d:$%d", s.sheet, headRow, headRow), Scope: s.sheet}),
		s.book.ProtectSheet(s.sheet, &excelize.SheetProtectionOptions{SelectLockedCells: true, SelectUnlockedCells: true, FormatCells: true, FormatColumns: true, FormatRows: true}),
	}
	for _, err := range steps {
		if err != nil {
			return err
		}
	}
	return nil
}

func ptr[T any](v T) *T { return &v }

// choices puts lists and number limits on the cells of the lines.
func (s *sheetWriter) choices() error {
	for i, c := range s.columns {
		letter, err := excelize.ColumnNumberToName(at(i))
		if err != nil {
			return err
		}
		dv := excelize.NewDataValidation(true)
		dv.SetSqref(fmt.Sprintf("%s%d:%s%d", letter, headRow+1, letter, s.last))
		switch {
		case len(c.Options) > 0 && c.Kind != KindMany:
			list, err := excelize.ColumnNumberToName(i + 4)
			if err != nil {
				return err
			}
			dv.SetSqrefDropList(fmt.Sprintf("'%s'!$%s$1:$%s$%d", metaSheet, list, list, len(c.Options)))
			dv.SetError(excelize.DataValidationErrorStyleStop, heading(c), lang.T(lang.JA, "form.sheet.pick"))
		case c.Kind == KindYen || c.Kind == KindInt && c.Min != nil && *c.Min >= 0:
			low, high := 0, jp.MaxYen
			if c.Min != nil {
				low = int(*c.Min)
			}
			if c.Max != nil {
				high = int(*c.Max)
			}
			if err := dv.SetRange(low, high, excelize.DataValidationTypeWhole, excelize.DataValidationOperatorBetween); err != nil {
				return err
			}
			dv.SetError(excelize.DataValidationErrorStyleStop, heading(c), lang.T(lang.JA, "form.sheet.whole"))
		default:
			continue
		}
		if err := s.book.AddDataValidation(s.sheet, dv); err != nil {
			return err
		}
	}
	return nil
}

// guide adds the sheet that says how to fill in.
func (s *sheetWriter) guide(info SheetInfo) error {
	if !info.Guide {
		return nil
	}
	name := lang.T(lang.JA, "form.sheet.guide")
	if _, err := s.book.NewSheet(name); err != nil {
		return err
	}
	if err := s.book.SetColWidth(name, "A", "A", 110); err != nil {
		return err
	}
	style, err := s.style("guide")
	if err != nil {
		return err
	}
	row := 0
	for _, tag := range lang.Interface {
		for n := 1; n <= 6; n++ {
			row++
			words := lang.T(tag, "form.sheet.guide_"+strconv.Itoa(n), "rows", s.last-headRow)
			if err := s.book.SetCellStr(name, cell(1, row), strconv.Itoa(n)+". "+words); err != nil {
				return err
			}
		}
		row++
	}
	return s.book.SetCellStyle(name, "A1", cell(1, row), style)
}
