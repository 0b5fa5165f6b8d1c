package desk

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/web/page"
)

// exported are the columns of an exported list; figures are numbers in the workbook.
var exported = []struct {
	key    string
	figure bool
}{{"number", false}, {"programme", false}, {"fy", true}, {"fy_era", false}, {"org", false}, {"title", false}, {"state", false}, {"holder", false},
	{"due", false}, {"due_era", false}, {"submitted", false}, {"submitted_era", false}, {"requested", true}, {"decided", true}, {"sample", false}}

// rows reads every case of a filter, not only the page on screen: export is what the filter shows.
func (p *Pages) rows(r *page.Request, q query) ([][]string, error) {
	if r.Who.Is(account.RoleCommittee, account.RoleAdmin) {
		return nil, fault.New(fault.Missing, "db.missing")
	}
	q.After = ""
	f, err := p.filter(r, q)
	if err != nil {
		return nil, err
	}
	var out [][]string
	words := p.words(r)
	for f.Limit = countLimit; ; {
		found, err := p.Cases.List(r.Context(), r.Who, f)
		if err != nil {
			return nil, err
		}
		for _, l := range found.Lines {
			out = append(out, words.exportRow(l))
		}
		if f.After = found.Next; f.After == "" {
			return out, nil
		}
	}
}

// exportRow is one case in the order of exported.
func (w *lineWords) exportRow(l cases.Line) []string {
	r, t, name := w.r, w.todo(l), l.Programme
	if prog := w.programme(l.Programme); prog != nil {
		name = prog.Title.In(r.Lang)
	}
	received := ""
	if len(l.Submitted) >= 10 {
		received = arrival(l.Submitted)
	}
	sample := ""
	if l.Demo {
		sample = r.T("part.sample")
	}
	yen := func(n int64) string {
		if n == 0 {
			return ""
		}
		return strconv.FormatInt(n, 10)
	}
	return []string{l.Number, name, strconv.Itoa(l.FiscalYear), lang.FiscalYear(lang.JA, l.FiscalYear), l.OrgName, l.Title, t.State,
		w.holder(l.Holder), l.Due, era(l.Due), received, era(received), yen(l.Requested), yen(l.Decided), sample}
}

// era is a day in the Japanese calendar, "" when there is none.
func era(day string) string {
	if day == "" {
		return ""
	}
	return jp.Wareki(day)
}

// exportHead is the names of the columns.
func exportHead(r *page.Request) []string {
	var head []string
	for _, c := range exported {
		head = append(head, r.T("desk.export."+c.key))
	}
	return head
}

// exportName is the file's name with view and day.
func exportName(r *page.Request, q query, kind string) string {
	view := r.T("desk.group.all")
	if q.View != "" {
		view = r.T("desk.group." + q.View)
	}
	return strings.NewReplacer("・", "", " ", "-", "/", "-").Replace(r.T("desk.export.name")+"_"+view) + "_" + jp.Date(r.Now) + "." + kind
}

// exportCSV writes the list as CSV for Excel: UTF-8 with a mark, and nothing a spreadsheet would run.
func (p *Pages) exportCSV(r *page.Request) (page.View, error) {
	q := queryOf(r)
	rows, err := p.rows(r, q)
	if err != nil {
		return page.View{}, err
	}
	return page.Download("text/csv; charset=utf-8", exportName(r, q, "csv"), func(w io.Writer) error {
		if _, err := io.WriteString(w, "\ufeff"); err != nil {
			return err
		}
		out := csv.NewWriter(w)
		out.UseCRLF = true
		out.Write(exportHead(r))
		for _, row := range rows {
			for i := range row {
				row[i] = inert(row[i])
			}
			out.Write(row)
		}
		out.Flush()
		return out.Error()
	}), nil
}

// inert puts an apostrophe before a text that a spreadsheet would take for a formula.
func inert(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r＝＋－＠", []rune(s)[0]) {
		return "'" + s
	}
	return s
}

// exportXLSX writes the same rows as a workbook; every word is text, figures are figures.
func (p *Pages) exportXLSX(r *page.Request) (page.View, error) {
	q := queryOf(r)
	rows, err := p.rows(r, q)
	if err != nil {
		return page.View{}, err
	}
	return page.Download("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", exportName(r, q, "xlsx"), func(w io.Writer) error {
		return workbook(w, r.T("desk.export.name"), exportHead(r), rows)
	}), nil
}

func workbook(w io.Writer, title string, head []string, rows [][]string) error {
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
	for i, cells := range append([][]string{head}, rows...) {
		line := make([]any, len(cells))
		for k, s := range cells {
			line[k] = s
			if n, err := strconv.ParseInt(s, 10, 64); err == nil && i > 0 && exported[k].figure {
				line[k] = n
			}
		}
		at, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			return err
		}
		if err := out.SetRow(at, line); err != nil {
			return err
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return book.Write(w)
}
