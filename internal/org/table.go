package org

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/japanese"

	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
)

// MostBytes is the largest file Import reads.
const MostBytes = 16 << 20

// Columns says which columns a list may have: headings as people write them with the field each is, and the fields there must be.
// A field's own name is a heading too.
type Columns struct {
	Headings map[string]string
	Fields   []string
	Need     []string
	Lack     string // catalogue key of what is said when one of Need is not there
	LackOf   []any  // its named values
}

// Name lets a field be called by headings as people write them.
func (c *Columns) Name(field string, headings ...string) {
	for _, h := range headings {
		c.Headings[squeezed(h)] = field
	}
}

// A List is a file that was read: rows of named cells.
type List struct{ t table }

// ReadList reads a list as Import does: CSV (UTF-8 or code page 932, commas or tabs) or the first sheet of an .xlsx. fault.Invalid says
// why it cannot.
func ReadList(r io.Reader, c Columns) (List, error) {
	t, err := c.read(r)
	return List{t}, err
}

// Form is how the file was read: xlsx, utf-8 or cp932.
func (l List) Form() string { return l.t.form }

// Len is how many rows there are.
func (l List) Len() int { return len(l.t.rows) }

// Has reports whether the file has a column.
func (l List) Has(field string) bool { return l.t.has(field) }

// Rows calls f with every row: its line in the file, and its cells by field.
func (l List) Rows(f func(line int, cell func(field string) string) error) error {
	for _, row := range l.t.rows {
		if err := f(row.line, func(field string) string { return l.t.cell(row, field) }); err != nil {
			return err
		}
	}
	return nil
}

// A table is a CSV file as rows of named cells.
type table struct {
	form    string         // how the file was read: xlsx, utf-8, cp932
	columns map[string]int // column by field name
	rows    []tableRow
}

type tableRow struct {
	line  int
	cells []string
}

func (t table) cell(r tableRow, field string) string {
	i, ok := t.columns[field]
	if !ok || i >= len(r.cells) {
		return ""
	}
	return alive(strings.TrimSpace(r.cells[i]))
}

func (t table) has(field string) bool { _, ok := t.columns[field]; return ok }

// headings are the names a column may have, besides the field's own: the ones of Export and of the public list of codes.
var headings = map[string]string{
	"団体コード": "code", "コード": "code", "種別": "type", "団体名": "name", "名称": "name", "市区町村名（漢字）": "name", "市区町村名漢字": "name",
	"都道府県名（漢字）": "prefecture_name", "都道府県名漢字": "prefecture_name", "団体名カナ": "kana", "ふりがな": "kana", "市区町村名（カナ）": "kana",
	"市区町村名カナ": "kana", "都道府県名（カナ）": "prefecture_kana", "都道府県名カナ": "prefecture_kana", "英語名": "english", "都道府県": "prefecture",
	"設立団体": "founder", "代表者の職名": "head_title", "郵便番号": "postcode", "所在地": "address", "電話": "phone", "メール": "mail",
	"ウェブサイト": "site", "有効開始日": "valid_from", "有効終了日": "valid_to", "後継団体": "successor", "出典": "source", "一覧の日付": "listed",
}

var fieldNames = []string{"code", "type", "name", "kana", "english", "prefecture", "founder", "head_title", "postcode", "address", "phone", "mail",
	"site", "valid_from", "valid_to", "successor", "source", "listed"}

// readTable reads a workbook, or a CSV file as an office saves it: UTF-8 with or without its mark, or the Japanese code page 932; commas or tabs;
// line ends of any machine. fault.Invalid says why it cannot.
func readTable(r io.Reader) (table, error) {
	return Columns{Headings: headings, Fields: fieldNames, Need: []string{"code", "name"}, Lack: "org.file_columns"}.read(r)
}

func (c Columns) read(r io.Reader) (table, error) {
	data, err := io.ReadAll(io.LimitReader(r, MostBytes+1))
	if err != nil {
		return table{}, err
	}
	if len(data) > MostBytes {
		return table{}, fault.At("file", "org.file_large", "megabytes", MostBytes>>20)
	}
	if bytes.HasPrefix(data, []byte("PK\x03\x04")) {
		return c.workbook(data)
	}
	text, form, ok := decodeText(data)
	if !ok {
		return table{}, fault.At("file", "org.file_unreadable")
	}
	in := csv.NewReader(strings.NewReader(text))
	in.FieldsPerRecord, in.LazyQuotes = -1, true
	if first, _, _ := strings.Cut(text, "\n"); strings.Count(first, "\t") > strings.Count(first, ",") {
		in.Comma = '\t'
	}
	head, err := in.Read()
	if err != nil {
		return table{}, fault.At("file", "org.file_empty")
	}
	t, err := c.headed(head)
	if err != nil {
		return table{}, err
	}
	t.form = form
	for {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			return t, nil
		}
		if err != nil {
			return table{}, fault.At("file", "org.file_unreadable")
		}
		line, _ := in.FieldPos(0)
		if strings.TrimSpace(strings.Join(cells, "")) != "" {
			t.rows = append(t.rows, tableRow{line: line, cells: cells})
		}
	}
}

// headed is an empty table with the columns of a heading line.
func (c Columns) headed(head []string) (table, error) {
	t := table{columns: map[string]int{}}
	for i, h := range head {
		if field := c.field(h); field != "" {
			if _, twice := t.columns[field]; !twice {
				t.columns[field] = i
			}
		}
	}
	for _, need := range c.Need {
		if !t.has(need) {
			return table{}, fault.At("file", c.Lack, c.LackOf...)
		}
	}
	return t, nil
}

// mostUnpacked bounds what a workbook may unpack to.
const mostUnpacked = 256 << 20

// workbook reads the first sheet of an .xlsx whose headings stand in one of its first ten rows. Lines keep the sheet's row numbers.
func (c Columns) workbook(data []byte) (table, error) {
	book, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipSizeLimit: mostUnpacked, RawCellValue: true})
	if err != nil {
		return table{}, fault.At("file", "org.file_unreadable")
	}
	defer book.Close()
	rows, err := book.Rows(book.GetSheetName(0))
	if err != nil {
		return table{}, fault.At("file", "org.file_unreadable")
	}
	defer rows.Close()
	var t table
	for line := 1; rows.Next(); line++ {
		cells, err := rows.Columns()
		if err != nil {
			return table{}, fault.At("file", "org.file_unreadable")
		}
		switch {
		case t.columns == nil:
			if found, err := c.headed(cells); err == nil {
				t = found
			} else if line >= 10 {
				return table{}, err
			}
		case strings.TrimSpace(strings.Join(cells, "")) != "":
			t.rows = append(t.rows, tableRow{line: line, cells: cells})
		}
	}
	if t.columns == nil {
		return table{}, fault.At("file", c.Lack, c.LackOf...)
	}
	t.form = "xlsx"
	return t, nil
}

func (c Columns) field(heading string) string {
	h := squeezed(heading)
	for _, f := range c.Fields {
		if strings.EqualFold(h, f) {
			return f
		}
	}
	return c.Headings[h]
}

// squeezed is a heading as it is compared: without blanks and line ends, brackets in one width.
func squeezed(heading string) string {
	return strings.NewReplacer("\n", "", "\r", "", " ", "", "　", "", "(", "（", ")", "）").Replace(jp.NFC(heading))
}

// decodeText tells UTF-8 from code page 932: what is not valid UTF-8 and is valid 932 is 932.
func decodeText(data []byte) (text, form string, ok bool) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if bytes.IndexByte(data, 0) >= 0 {
		return "", "", false
	}
	if utf8.Valid(data) {
		return string(data), "utf-8", true
	}
	decoded, err := japanese.ShiftJIS.NewDecoder().Bytes(data)
	if err != nil || bytes.ContainsRune(decoded, utf8.RuneError) {
		return "", "", false
	}
	return string(decoded), "cp932", true
}

// running are the characters that make a spreadsheet take a cell for a formula.
const running = "=+-@\t\r＝＋－＠"

// Inert keeps a spreadsheet from running a cell as a formula: an apostrophe stands before it, which a file that is read loses again.
func Inert(s string) string {
	if s != "" && strings.ContainsRune(running, []rune(s)[0]) {
		return "'" + s
	}
	return s
}

func alive(s string) string {
	if rest, marked := strings.CutPrefix(s, "'"); marked && rest != "" && strings.ContainsRune(running, []rune(rest)[0]) {
		return rest
	}
	return s
}
