package apply

import (
	"errors"
	"io"
	"net/http"
	"strings"

	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
	"kakehashi/internal/lang"
	"kakehashi/internal/letter"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/record"
)

// money finds the money table of the address.
func (p *Pages) money(r *page.Request) (*cases.Case, *programme.Programme, form.Field, error) {
	c, prog, err := p.get(r)
	if err != nil {
		return nil, nil, form.Field{}, err
	}
	f, _, _, ok := prog.Field(strings.TrimSuffix(r.PathValue("field"), ".xlsx"))
	if !ok || f.Kind != form.KindMoney {
		return nil, nil, form.Field{}, fault.New(fault.Missing, "db.missing")
	}
	return c, prog, f, nil
}

// sheet writes the money table as it stands as an Excel file (様式1-2), or shows the page that reads one back.
func (p *Pages) sheet(r *page.Request) (page.View, error) {
	c, prog, f, err := p.money(r)
	if err != nil {
		return page.View{}, err
	}
	if !strings.HasSuffix(r.PathValue("field"), ".xlsx") {
		return p.showSheet(r, c, prog, f, nil, nil)
	}
	rows, answered := c.Answers()[f.Key].([]form.Row)
	if !answered {
		rows = c.Planned(prog, f.Key)
	}
	info := form.SheetInfo{Form: f.Excel, Title: strings.TrimSpace(prog.Title.JA + "　" + c.Title()), Hash: c.Definition, Case: c.ID, Guide: true}
	name := strings.NewReplacer("/", "-", "　", " ").Replace(f.Excel+" "+c.Org.Name) + ".xlsx"
	return page.Download("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", name, func(w io.Writer) error {
		return form.WriteSheet(w, f, rows, info)
	}), nil
}

// readSheet reads a filled sheet and shows what would change, and cell by cell what is wrong. Taking it over is an ordinary save of
// the page that holds the table.
func (p *Pages) readSheet(r *page.Request) (page.View, error) {
	c, prog, f, err := p.money(r)
	if err != nil {
		return page.View{}, err
	}
	rows, problems, err := p.sheetRows(r, f, form.SheetInfo{Form: f.Excel, Hash: c.Definition, Case: c.ID})
	if x := fault.Of(err); x != nil && x.Field == "file" { // no file, or one that is none of ours: told on the page, which stays
		problems, err = []form.CellProblem{{Problem: form.Problem{Field: "file", Code: form.CodeBadFile,
			Message: lang.Text{JA: lang.T(lang.JA, x.Key, x.Args...), EN: lang.T(lang.EN, x.Key, x.Args...)}}}}, nil
	}
	if err != nil {
		return page.View{}, err
	}
	return p.showSheet(r, c, prog, f, rows, problems)
}

// sheetRows reads the uploaded workbook, or rows pasted as text.
func (p *Pages) sheetRows(r *page.Request, f form.Field, expect form.SheetInfo) ([]form.Row, []form.CellProblem, error) {
	if err := r.ParseMultipartForm(2 << 20); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return nil, nil, page.Unreadable(err)
	}
	if tsv := r.FormValue("tsv"); strings.TrimSpace(tsv) != "" {
		rows, problems := form.ReadTSV(tsv, f)
		var cells []form.CellProblem
		for _, x := range problems {
			cells = append(cells, form.CellProblem{Problem: named(f, x)})
		}
		return rows, cells, nil
	}
	file, header, err := r.FormFile("file")
	if err != nil {
		return nil, nil, fault.At("file", "apply.sheet.none")
	}
	defer file.Close()
	if !strings.HasSuffix(strings.ToLower(header.Filename), ".xlsx") {
		return nil, nil, fault.At("file", "apply.sheet.kind")
	}
	rows, problems := form.ReadSheet(file, f, expect)
	return rows, problems, nil
}

// named says before a problem of pasted rows which cell it is about: 3行目の金額.
func named(f form.Field, x form.Problem) form.Problem {
	at := func(tag lang.Tag) string {
		return lang.T(tag, "apply.sheet.at", "place", f.Place(x.Field, tag), "message", x.Message.In(tag))
	}
	x.Message = lang.Text{JA: at(lang.JA), EN: at(lang.EN)}
	return x
}

// order names the columns in the order in which pasted rows are read, and the one that may be left out.
func (v sheetView) order(tag lang.Tag) (columns, unit string) {
	var names []string
	for _, c := range v.Field.Cols() {
		names = append(names, c.Label.In(tag))
		if c.Key == "unit_name" {
			unit = c.Label.In(tag)
		}
	}
	return strings.Join(names, lang.T(tag, "form.and")), unit
}

// pasteHint tells how to paste rows.
func (v sheetView) pasteHint(tag lang.Tag) string {
	columns, unit := v.order(tag)
	return lang.T(tag, "apply.sheet.paste.hint", "columns", columns, "unit", unit)
}

func (p *Pages) showSheet(r *page.Request, c *cases.Case, prog *programme.Programme, f form.Field, rows []form.Row, problems []form.CellProblem) (page.View, error) {
	var items []page.Item
	bad, at, pasted := false, "file", r.FormValue("tsv")
	if strings.TrimSpace(pasted) != "" {
		at = "tsv"
	}
	for _, x := range problems {
		bad = bad || !x.Note
		items = append(items, page.Item{ID: at, Text: x.Message.In(r.Lang)})
	}
	now, _ := c.Answers()[f.Key].([]form.Row)
	title := r.T("apply.sheet.title", "form", programme.PaperIn(r.Lang, f.Excel))
	_, formID, sec, _ := prog.Field(f.Key)
	v := sheetView{Title: title, URL: caseURL(c, "sheet", f.Key), Save: caseURL(c, "form", formID, sec), Base: c.Seq, Field: f, Now: now, Rows: rows,
		Items: items, Bad: bad, Pasted: pasted, Read: rows != nil || len(problems) > 0}
	status := 0
	if bad {
		status = http.StatusUnprocessableEntity
	}
	name := record.Name(r.Lang, c, prog)
	return page.View{Title: title, Sub: name, Shell: page.Work, Status: status, Errors: items, Crumbs: []page.Link{{Label: name, URL: caseURL(c)}},
		Body: sheetBody(v)}, nil
}

// sheetView is the page of the Excel round trip.
type sheetView struct {
	Title string
	URL   string
	Save  string // where taking over is posted
	Base  int
	Field form.Field
	Now   []form.Row
	Rows  []form.Row
	Items []page.Item
	Bad   bool
	Read  bool
	// Pasted is what was pasted, kept in its box to be mended there.
	Pasted string
}

// paper is the filled form (様式1) for the body's own files, as PDF or Word.
func (p *Pages) paper(r *page.Request) (page.View, error) {
	c, prog, err := p.get(r)
	if err != nil {
		return page.View{}, err
	}
	id, kind, _ := strings.Cut(r.PathValue("form"), ".")
	f := prog.Form(id)
	if f == nil {
		return page.View{}, fault.New(fault.Missing, "db.missing")
	}
	filled := record.Filled(c, prog, f, nil)
	name := strings.TrimSpace(f.Paper+" "+f.Title.JA+" "+c.Org.Name) + "." + kind
	switch kind {
	case "pdf":
		return page.Download("application/pdf", name, func(w io.Writer) error { return letter.FilledPDF(w, filled) }), nil
	case "docx":
		return page.Download("application/vnd.openxmlformats-officedocument.wordprocessingml.document", name,
			func(w io.Writer) error { return letter.FilledDOCX(w, filled) }), nil
	}
	return page.View{}, fault.New(fault.Missing, "db.missing")
}
