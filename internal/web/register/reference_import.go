package register

import (
	"bytes"
	"cmp"
	"context"
	"net/http"
	"strconv"

	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
	"kakehashi/internal/jobs"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/org"
	"kakehashi/internal/web/bring"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
)

// An import of reference data is one step in one transaction: first a trial run that changes nothing, then the same file for good.
const rowsKind = "reference.import"

// rowOrder is what an import of reference data was asked to do.
type rowOrder struct {
	Kind, From, Source, Reason string
	Dry, Complete              bool
	Version                    int64  // of the kind at the trial run
	Of                         string // the trial run whose file this is
	Form                       string // how the file was read
}

func (p *Pages) rowsStep(ctx context.Context, _ db.Q, w jobs.Work) (s jobs.Step, last bool, err error) {
	var o rowOrder
	if err := w.Settings(&o); err != nil {
		return s, false, err
	}
	content, err := w.Given()
	if err != nil {
		return s, false, err
	}
	k, _ := org.KindOf(o.Kind)
	f, err := org.ReadRows(bytes.NewReader(content), k)
	if err != nil {
		return s, false, err
	}
	report, err := p.Orgs.ImportRows(ctx, org.By{Person: w.Person, Hat: w.Hat}, f, org.RowOptions{Dry: o.Dry, From: o.From, Source: o.Source, Reason: o.Reason, Complete: o.Complete, Version: o.Version})
	if err != nil {
		return s, false, err
	}
	n := int64(len(report.Rows))
	s = jobs.Step{Total: n, Done: n, Fine: int64(report.Added + report.Changed + report.Same), Warned: int64(report.Ended), Refused: int64(report.Refused)}
	for i, row := range report.Rows {
		if row.Act != "same" {
			// Rows that a complete list leaves out have no line: they stand behind the last one.
			s.Items = append(s.Items, jobs.Item{Place: int64(cmp.Or(row.Line, 1_000_000+i)), Outcome: row.Act, Code: row.Code, Name: row.Name, Part: row.Column, Words: row.Problem})
		}
	}
	return s, true, nil
}

// rowsPage is the way in for a list of one kind.
type rowsPage struct {
	Kind     org.Kind
	Title    string
	Controls []part.Control
	Items    []page.Item
	File     string
	At       string
}

func rowsFields(k org.Kind) []form.Field {
	fields := dayFields("from")
	fields[1].Required = false
	if !k.Single {
		fields = append(fields, form.Field{Key: "complete", Kind: form.KindMany, Label: words("reference.import.complete"),
			Options: []form.Option{{Value: "yes", Label: words("reference.yes")}}})
	}
	return fields
}

func (p *Pages) askRows(r *page.Request) (page.View, error) {
	k, err := kindOf(r)
	if err != nil {
		return page.View{}, err
	}
	return p.rowsView(r, k, filled(rowsFields(k), map[string]string{"from": slashed(jp.Date(r.Now))}), ""), nil
}

func (p *Pages) rowsView(r *page.Request, k org.Kind, s sheet, wrongFile string) page.View {
	full := s.view(r, formPage{Title: r.T("reference.import.title", "kind", kindName(r, k))})
	v := rowsPage{Kind: k, Title: full.Title, Controls: s.controls(), Items: full.Errors, File: wrongFile, At: referenceAt + "/" + k.ID}
	if wrongFile != "" {
		v.Items = append([]page.Item{{ID: "file", Text: wrongFile}}, v.Items...)
		full.Status = http.StatusUnprocessableEntity
	}
	full.Errors, full.Body, full.Crumbs = v.Items, rowsBody(v), referenceCrumbs(r, k)
	return full
}

func (p *Pages) tryRows(r *page.Request) (page.View, error) {
	k, err := kindOf(r)
	if err != nil {
		return page.View{}, err
	}
	name, content, wrong, err := bring.Sent(r)
	if err != nil {
		return page.View{}, err
	}
	s, err := sent(r, rowsFields(k))
	if err != nil {
		return page.View{}, err
	}
	o := rowOrder{Kind: k.ID, Dry: true, From: s.values["from"], Source: s.values["source"], Reason: s.values["reason"], Complete: len(s.in["complete"][""]) > 0}
	if wrong == "" {
		f, err := org.ReadRows(bytes.NewReader(content), k)
		switch {
		case fault.Of(err) != nil:
			wrong = page.ErrorText(r.Lang, err)
		case err != nil:
			return page.View{}, err
		case f.Rows() == 0:
			wrong = r.T("org.file_empty")
		default:
			o.Form = f.Form()
		}
	}
	if wrong != "" || len(s.problems) > 0 {
		return p.rowsView(r, k, s, wrong), nil
	}
	if o.Version, err = p.Orgs.KindVersion(r.Context(), k); err != nil {
		return page.View{}, err
	}
	id, err := bring.Begin(r, p.Jobs, work(r, rowsKind, name), content, o)
	return page.Redirect(importAt(k, id)), err
}

func importAt(k org.Kind, id string) string { return referenceAt + "/" + k.ID + "/imports/" + id }

// rowsOf reads an import of the address; fault.Missing for one of another kind.
func (p *Pages) rowsOf(r *page.Request) (k org.Kind, w jobs.Work, o rowOrder, err error) {
	if k, err = kindOf(r); err != nil {
		return k, w, o, err
	}
	if w, err = p.ofKind(r, rowsKind, &o); err == nil && o.Kind != k.ID {
		err = fault.New(fault.Missing, "db.missing")
	}
	return k, w, o, err
}

// rowsReport is an import of reference data that goes on, or what came of it.
type rowsReport struct {
	Kind    org.Kind
	Work    jobs.Work
	Title   string
	Asked   string
	Read    string
	At      string
	Tables  []reportTable
	Commit  bool
	Done    string // the import for good that came of this trial run
	Refused bool
	Partly  string
	Same    string
}

func (p *Pages) showRows(r *page.Request) (page.View, error) {
	k, w, o, err := p.rowsOf(r)
	if err != nil {
		return page.View{}, err
	}
	kind := "reference.import.report.real"
	if o.Dry {
		kind = "reference.import.report.trial"
	}
	v := rowsReport{Kind: k, Work: w, Title: r.T(kind, "file", w.Title), At: importAt(k, w.ID), Asked: r.T("reference.import.reason", "reason", o.Reason, "day", lang.LongDay(r.Lang, o.From), "source", cmp.Or(o.Source, "–"))}
	refresh := 0
	switch {
	case !w.Ended():
		refresh = 3
	case w.State == jobs.WorkDone:
		if err := p.rowTables(r, &v, o); err != nil {
			return page.View{}, err
		}
	}
	return page.View{Title: v.Title, Sub: kindName(r, k), Shell: page.Desk, Refresh: refresh, Crumbs: referenceCrumbs(r, k), Body: rowsReportBody(v)}, nil
}

// rowTables reads what became of the rows.
func (p *Pages) rowTables(r *page.Request, v *rowsReport, o rowOrder) error {
	counts, err := p.Jobs.Outcomes(r.Context(), v.Work.ID)
	if err != nil {
		return err
	}
	v.Refused = counts["refused"] > 0
	for _, outcome := range []string{"refused", "end", "change", "add"} {
		if counts[outcome] == 0 {
			continue
		}
		items, err := p.Jobs.Items(r.Context(), v.Work.ID, outcome, -1, rowsShown)
		if err != nil {
			return err
		}
		t := reportTable{Outcome: outcome, Title: r.T("register.import.rows", "act", r.T("register.outcome."+outcome), "n", counts[outcome]), More: counts[outcome] - int64(len(items))}
		for _, x := range items {
			line := ""
			if x.Place < 1_000_000 {
				line = strconv.FormatInt(x.Place, 10)
			}
			cells := []part.Cell{{Text: line, Tight: true}, {Text: x.Code, Tight: true}, {Text: cmp.Or(x.Name, x.Code, line)}}
			if outcome == "refused" {
				cells = append(cells, part.Cell{Text: columnOf(r.Lang, v.Kind, x.Part)}, part.Cell{Text: x.Words.In(r.Lang)})
			} else if outcome != "add" || !o.Dry {
				cells[1].URL = rowAt(v.Kind, x.Code)
			}
			t.Rows = append(t.Rows, part.Row{Cells: cells})
		}
		v.Tables = append(v.Tables, t)
	}
	v.Read, v.Same = r.T("register.import.read."+o.Form), r.T("reference.import.same", "n", v.Work.Fine-counts["add"]-counts["change"])
	if v.Refused {
		v.Partly = r.T("reference.import.partly")
		if o.Complete {
			v.Partly += r.T("reference.import.complete.not")
		}
	}
	if o.Dry {
		if v.Done, err = bring.Committed(r.Context(), p.Jobs, rowsKind, v.Work.ID); err != nil {
			return err
		}
		v.Commit = v.Done == "" && counts["add"]+counts["change"]+counts["end"] > 0
	}
	return nil
}

// columnOf is a column of a kind as its pages call it.
func columnOf(tag lang.Tag, k org.Kind, column string) string {
	if c, ok := k.Column(column); ok {
		return c.Label().In(tag)
	}
	if column == "valid_from" || column == "valid_to" || column == "source" {
		return lang.T(tag, "reference.field."+column)
	}
	return ""
}

// commitRows imports the file of a trial run for good, once.
func (p *Pages) commitRows(r *page.Request) (page.View, error) {
	k, w, o, err := p.rowsOf(r)
	if err != nil {
		return page.View{}, err
	}
	if !o.Dry || w.State != jobs.WorkDone {
		return page.View{}, fault.New(fault.Conflict, "fault.conflict")
	}
	if id, err := bring.Committed(r.Context(), p.Jobs, rowsKind, w.ID); err != nil || id != "" {
		return page.Redirect(importAt(k, cmp.Or(id, w.ID))), err
	}
	content, err := p.Jobs.WorkInput(r.Context(), w.ID)
	if err != nil {
		return page.View{}, err
	}
	o.Dry, o.Of = false, w.ID
	id, err := bring.Begin(r, p.Jobs, work(r, rowsKind, w.Title), content, o)
	return page.Redirect(importAt(k, id)), err
}

// rowErrors are the refused rows as a file.
func (p *Pages) rowErrors(r *page.Request) (page.View, error) {
	k, w, _, err := p.rowsOf(r)
	if err != nil {
		return page.View{}, err
	}
	return bring.Refused(r, p.Jobs, w, func(column string) string { return columnOf(r.Lang, k, column) }), nil
}
