package desk

import (
	"io"
	"slices"
	"strconv"
	"strings"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/record"
	"kakehashi/internal/web/takeaway"
)

// Export is what the list shows: the same cases, in the same order, with the same columns. Which cases is settled in one reading; they are
// then written part by part, so that a hundred thousand rows need no more memory than five hundred.

// exportMost is how many cases one file takes; exportPart how many are read in one go.
const (
	exportMost = 200_000
	exportPart = 500
)

// exported is a list on its way into a file.
type exported struct {
	p       *Pages
	r       *page.Request
	words   *lineWords
	columns []column
	desk    bool // ends with the revision of the desk's notes, so that it can be read back
	ids     []string
}

// export settles what a file will hold.
func (p *Pages) export(r *page.Request, q query) (*exported, error) {
	if r.Who.Is(account.RoleCommittee, account.RoleAdmin) {
		return nil, fault.New(fault.Missing, "db.missing")
	}
	q.After = ""
	f, err := p.filter(r, q)
	if err != nil {
		return nil, err
	}
	x := &exported{p: p, r: r, words: p.words(r), columns: columnsOf(r, q.Cols)}
	x.desk = slices.ContainsFunc(x.columns, func(c column) bool { return c.own })
	var more bool
	if x.ids, more, err = p.Cases.Pick(r.Context(), r.Who, f, exportMost); err != nil {
		return nil, err
	}
	if more {
		return nil, fault.New(fault.Refused, "list.export.many", "n", lang.Num(exportMost))
	}
	return x, nil
}

// head is the names of the columns, and which hold figures.
func (x *exported) head() (head []string, figures []bool) {
	add := func(figure bool, keys ...string) {
		for _, k := range keys {
			head, figures = append(head, x.r.T(k)), append(figures, figure)
		}
	}
	add(false, "desk.export.number", "desk.export.programme")
	add(true, "desk.export.fy")
	add(false, "desk.export.fy_era", "desk.export.org", "desk.export.title")
	for _, c := range x.columns {
		add(c.figure, c.heads...)
	}
	add(false, "desk.export.sample")
	if x.desk {
		add(true, "list.col.rev")
	}
	return head, figures
}

// rows calls f with every row in the order of the list. A case that is gone from this person's sight meanwhile is left out.
func (x *exported) rows(f func(row []string) error) error {
	ctx, who := x.r.Context(), x.r.Who
	for part := range slices.Chunk(x.ids, exportPart) {
		lines, err := x.p.Cases.Seen(ctx, who, part)
		if err != nil {
			return err
		}
		var desks map[string]cases.Desk
		if x.desk {
			if desks, err = x.p.Cases.Desks(ctx, who, part); err != nil {
				return err
			}
		}
		for _, id := range part {
			if l, ok := lines[id]; ok {
				if err := f(x.row(l, desks[id])); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (x *exported) row(l cases.Line, d cases.Desk) []string {
	t, name, sample := x.words.todo(l), l.Programme, ""
	if prog := x.words.programme(l.Programme); prog != nil {
		name = prog.Title.In(x.r.Lang)
	}
	if l.Demo {
		sample = x.r.T("part.sample")
	}
	row := []string{l.Number, name, strconv.Itoa(l.FiscalYear), lang.FiscalYear(lang.JA, l.FiscalYear), record.Org(x.r, x.p.Orgs, l.Org, l.OrgName), l.Title}
	for _, c := range x.columns {
		row = append(row, x.words.written(c, l, &t, d)...)
	}
	if row = append(row, sample); x.desk {
		row = append(row, strconv.Itoa(d.Rev))
	}
	return row
}

// exportName is the file's name with view and day.
func exportName(r *page.Request, q query, kind string) string {
	view := r.T("desk.group.all")
	if q.View != "" {
		view = r.T("desk.group." + q.View)
	}
	return strings.NewReplacer("・", "", " ", "-", "/", "-").Replace(r.T("desk.export.name")+"_"+view) + "_" + jp.Date(r.Now) + "." + kind
}

// exportCSV writes the list as CSV for Excel: UTF-8 with a mark or code page 932, and nothing a spreadsheet would run.
func (p *Pages) exportCSV(r *page.Request) (page.View, error) {
	q := queryOf(r)
	x, err := p.export(r, q)
	if err != nil {
		return page.View{}, err
	}
	kind, old := "text/csv; charset=utf-8", r.URL.Query().Get("encoding") == "cp932"
	if old {
		kind = "text/csv; charset=windows-31j"
	}
	return page.Spool(kind, exportName(r, q, "csv"), func(w io.Writer) error {
		return takeaway.CSV(w, old, func(put func([]string) error) error {
			head, _ := x.head()
			if err := put(head); err != nil {
				return err
			}
			return x.rows(put)
		})
	}), nil
}

// exportXLSX writes the same rows as a workbook; every word is text, figures are figures.
func (p *Pages) exportXLSX(r *page.Request) (page.View, error) {
	q := queryOf(r)
	x, err := p.export(r, q)
	if err != nil {
		return page.View{}, err
	}
	return page.Spool("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", exportName(r, q, "xlsx"), func(w io.Writer) error {
		head, figures := x.head()
		return takeaway.Workbook(w, r.T("desk.export.name"), head, figures, x.rows)
	}), nil
}
