// Package takeaway writes tables that people carry away (持出し): CSV that Excel reads, and workbooks. Nothing in them is run by a spreadsheet.
package takeaway

import (
	"encoding/csv"
	"io"
	"strconv"

	"github.com/xuri/excelize/v2"

	"kakehashi/internal/jp"
	"kakehashi/internal/org"
)

// CSV writes rows as CSV for Excel: in UTF-8 with a mark, or in code page 932.
func CSV(w io.Writer, old bool, rows func(put func([]string) error) error) error {
	if !old {
		if _, err := io.WriteString(w, "\ufeff"); err != nil {
			return err
		}
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	err := rows(func(row []string) error {
		for i := range row {
			if row[i] = org.Inert(row[i]); old {
				b, _ := jp.CP932(row[i])
				row[i] = string(b)
			}
		}
		return out.Write(row)
	})
	if err != nil {
		return err
	}
	out.Flush()
	return out.Error()
}

// Workbook writes one sheet, row by row.
func Workbook(w io.Writer, title string, head []string, figures []bool, rows func(func([]string) error) error) error {
	book := excelize.NewFile()
	defer book.Close()
	if err := book.SetSheetName("Sheet1", title); err != nil {
		return err
	}
	out, err := book.NewStreamWriter(title)
	if err != nil {
		return err
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	if err := out.SetColWidth(1, len(head), 16); err != nil {
		return err
	}
	at := 0
	put := func(cells []string) error {
		line := make([]any, len(cells))
		for k, s := range cells {
			line[k] = s
			if n, err := strconv.ParseInt(s, 10, 64); err == nil && at > 0 && k < len(figures) && figures[k] {
				line[k] = n
			}
		}
		at++
		place, err := excelize.CoordinatesToCellName(1, at)
		if err != nil {
			return err
		}
		return out.SetRow(place, line)
	}
	if err := put(head); err != nil {
		return err
	}
	if err := rows(put); err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return book.Write(w)
}
