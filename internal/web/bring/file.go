package bring

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/org"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/takeaway"
)

// columns say how a file of the sheet is read: a column is known by its own name and by its label in both languages.
func (sh *sheet) columns(tag lang.Tag) org.Columns {
	c := org.Columns{Headings: map[string]string{}, Lack: "bring.lack", LackOf: []any{"columns", sh.needed(tag)}}
	for _, x := range sh.Columns {
		c.Fields = append(c.Fields, x.Name)
		c.Name(x.Name, x.Label.JA, x.Label.EN)
		for _, key := range x.Also {
			c.Name(x.Name, lang.T(lang.JA, key), lang.T(lang.EN, key))
		}
		if x.Need {
			c.Need = append(c.Need, x.Name)
		}
	}
	return c
}

// read reads a file of the sheet; fault.Invalid says why it cannot be read.
func (sh *sheet) read(tag lang.Tag, content []byte) (org.List, error) {
	f, err := org.ReadList(bytes.NewReader(content), sh.columns(tag))
	switch n := f.Len(); {
	case err != nil:
		return f, err
	case n == 0:
		return f, fault.At("file", "org.file_empty")
	case n > sh.Most:
		return f, fault.At("file", "bring.many", "n", lang.Num(int64(n)), "most", lang.Num(int64(sh.Most)))
	}
	return f, nil
}

// Sent reads the file of a form; wrong says what is wrong with it.
func Sent(r *page.Request) (name string, content []byte, wrong string, err error) {
	if err := r.ParseMultipartForm(4 << 20); err != nil {
		return "", nil, "", page.Unreadable(err)
	}
	f, head, err := r.FormFile("file")
	if errors.Is(err, http.ErrMissingFile) {
		return "", nil, r.T("register.import.file.needed"), nil
	}
	if err != nil {
		return "", nil, "", fault.New(fault.Invalid, "page.unreadable")
	}
	defer f.Close()
	content, err = io.ReadAll(io.LimitReader(f, org.MostBytes+1))
	return strings.TrimSpace(head.Filename), content, "", err
}

func (p *Pages) csv(r *page.Request, l list, sh *sheet) (page.View, error) {
	return page.Spool("text/csv; charset=utf-8", fileName(r, l, "csv"), func(w io.Writer) error {
		return takeaway.CSV(w, false, func(put func([]string) error) error {
			return sh.lines(r.Context(), r.Lang, func(_ int, cells []string) error { return put(cells) })
		})
	}), nil
}

// lines are the heading and the rows there are.
func (sh *sheet) lines(ctx context.Context, tag lang.Tag, put func(n int, cells []string) error) error {
	var head []string
	for _, c := range sh.Columns {
		head = append(head, c.Label.In(tag))
	}
	if err := put(0, head); err != nil {
		return err
	}
	n := 0
	return sh.Rows(ctx, func(cells ...string) error {
		n++
		return put(n, cells)
	})
}

func fileName(r *page.Request, l list, kind string) string {
	name := r.T("bring."+l.ID+".file") + "_" + jp.Date(r.Now)
	if scope := r.PathValue("scope"); scope != Everything {
		name = r.T("bring."+l.ID+".file") + "_" + scope + "_" + jp.Date(r.Now)
	}
	return strings.ReplaceAll(name, " ", "-") + "." + kind
}

func (p *Pages) xlsx(r *page.Request, l list, sh *sheet) (page.View, error) {
	return page.Spool("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", fileName(r, l, "xlsx"), func(w io.Writer) error {
		return sh.book(r.Context(), w, r.T("bring."+l.ID+".file"), r.Lang)
	}), nil
}

// book writes the rows as a workbook: words are text, figures figures, and where a column has few values they are offered.
func (sh *sheet) book(ctx context.Context, w io.Writer, title string, tag lang.Tag) error {
	book := excelize.NewFile()
	defer book.Close()
	if err := book.SetSheetName("Sheet1", title); err != nil {
		return err
	}
	bold, err := book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	if err != nil {
		return err
	}
	last := 1
	if err := sh.lines(ctx, tag, func(n int, cells []string) error {
		last = n + 1
		return sh.line(book, title, last, cells)
	}); err != nil {
		return err
	}
	if err := book.SetRowStyle(title, 1, 1, bold); err != nil {
		return err
	}
	for i, c := range sh.Columns {
		if err := sh.dress(book, title, i+1, max(last, 2), c); err != nil {
			return err
		}
	}
	if err := book.SetPanes(title, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	return book.Write(w)
}

func (sh *sheet) line(book *excelize.File, title string, n int, cells []string) error {
	for i, text := range cells {
		at, err := excelize.CoordinatesToCellName(i+1, n)
		if err != nil {
			return err
		}
		if yen, wrong := strconv.ParseInt(text, 10, 64); n > 1 && wrong == nil && sh.Columns[i].Figure {
			err = book.SetCellInt(title, at, yen)
		} else {
			err = book.SetCellStr(title, at, text)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// offered is how long the choices of a workbook's column may be together, in characters: Excel takes no more.
const offered = 255

// dress sets the width of a column and the choices it offers.
func (sh *sheet) dress(book *excelize.File, title string, n, last int, c column) error {
	name, err := excelize.ColumnNumberToName(n)
	if err != nil {
		return err
	}
	width := 18.0
	if c.Figure {
		width = 12
	}
	if err := book.SetColWidth(title, name, name, width); err != nil {
		return err
	}
	if len(c.Choices) == 0 || len([]rune(strings.Join(c.Choices, ","))) > offered || strings.Contains(strings.Join(c.Choices, ""), ",") {
		return nil
	}
	v := excelize.NewDataValidation(true)
	v.Sqref = name + "2:" + name + strconv.Itoa(last)
	if err := v.SetDropList(c.Choices); err != nil {
		return err
	}
	return book.AddDataValidation(title, v)
}
