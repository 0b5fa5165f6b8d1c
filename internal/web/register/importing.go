package register

import (
	"bytes"
	"cmp"
	"context"
	"net/http"
	"strconv"
	"sync"
	"time"

	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
	"kakehashi/internal/jobs"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/mail"
	"kakehashi/internal/org"
	"kakehashi/internal/web/bring"
	"kakehashi/internal/web/page"
)

// An import is a long work: first a trial run whose report names every row, then, when somebody who read it says so, the same file for
// good. Both go on in steps of stepRows rows, each one transaction, so that other work is not held up and a process may end at any time.

const (
	importKind = "register.import"
	stepRows   = 200
	uploadMost = org.MostBytes + 1<<20
)

// order is what an import was asked to do.
type order struct {
	Dry    bool
	From   string // ISO day new names hold from
	Source string
	Of     string // the trial run whose file this is
	Form   string // how the file was read
}

func (p *Pages) importRoutes(s *page.Site) {
	write := func(h page.Handler) page.Handler { return allow(h, keepers...) }
	s.Get("/admin/imports", write(p.askImport))
	s.Upload("/admin/imports", uploadMost, write(p.beginImport))
	s.Get("/admin/imports/{id}", write(p.showImport))
	s.Get("/admin/imports/{id}/errors.csv", write(p.importErrors))
	s.Post("/admin/imports/{id}/commit", write(p.commitImport))
	s.Post("/admin/imports/{id}/stop", write(p.stopImport))
	s.Post("/admin/imports/{id}/resume", write(p.resumeImport))
	p.Jobs.HandleWork(importKind, (&importer{orgs: p.Orgs}).step, p.imported)
}

// importer does the steps; it keeps the last file it read, as the next step is most often of the same work.
type importer struct {
	orgs *org.Store
	mu   sync.Mutex
	id   string
	file *org.ImportFile
}

func (im *importer) read(w jobs.Work) (*org.ImportFile, error) {
	im.mu.Lock()
	defer im.mu.Unlock()
	if im.id == w.ID {
		return im.file, nil
	}
	content, err := w.Given()
	if err != nil {
		return nil, err
	}
	f, err := org.ReadImport(bytes.NewReader(content))
	if err == nil {
		im.id, im.file = w.ID, f
	}
	return f, err
}

func (im *importer) step(ctx context.Context, _ db.Q, w jobs.Work) (s jobs.Step, last bool, err error) {
	var o order
	if err := w.Settings(&o); err != nil {
		return s, false, err
	}
	f, err := im.read(w)
	if err != nil {
		return s, false, err
	}
	from, to := int(w.Done), min(int(w.Done)+stepRows, f.Rows())
	report, err := im.orgs.ImportPart(ctx, org.By{Person: w.Person, Hat: w.Hat}, f, from, to, org.ImportOptions{Dry: o.Dry, From: o.From, Source: o.Source})
	if err != nil {
		return s, false, err
	}
	s = jobs.Step{Total: int64(f.Rows()), Done: int64(to), Fine: int64(report.Added + report.Changed + report.Same), Warned: int64(report.Renamed), Refused: int64(report.Refused)}
	for _, row := range report.Rows {
		if row.Act != "same" {
			s.Items = append(s.Items, jobs.Item{Place: int64(row.Line), Outcome: row.Act, Code: row.Code, Name: row.Name, Part: row.Column, Words: row.Problem})
		}
	}
	if last = to == f.Rows(); last {
		im.mu.Lock()
		im.id, im.file = "", nil
		im.mu.Unlock()
	}
	return s, last, nil
}

// tellAfter is how long an import must have taken for its end to be told by mail.
const tellAfter = 30 * time.Second

// imported tells the person who began it that it has ended, when it took long enough for them to have left.
func (p *Pages) imported(ctx context.Context, tx db.Q, w jobs.Work) error {
	if p.Mail == nil || time.Since(w.Created) < tellAfter {
		return nil
	}
	person, err := p.Accounts.Person(ctx, w.Person)
	if fault.Is(err, fault.Missing) {
		return nil
	}
	if err != nil {
		return err
	}
	return p.Mail.Queue(ctx, tx, mail.Message{To: mail.Address{Address: person.Email, Name: person.Name, Lang: person.Lang}, Key: "work/" + w.ID + "/" + strconv.FormatInt(w.Done, 10),
		Subject: lang.T(person.Lang, "register.import.mail", "file", w.Title),
		Text: lang.T(person.Lang, "register.import.mail.text", "file", w.Title, "fine", w.Fine, "warned", w.Warned, "refused", w.Refused,
			"url", p.URL("/admin/imports/"+w.ID))})
}

func importFields() []form.Field {
	return []form.Field{helped(field("import_from", form.KindDate, true)), helped(field("import_source", form.KindText, true))}
}

// importPage is the way in for a file.
type importPage struct {
	Controls sheet
	Items    []page.Item
	File     string // what is wrong with the file
	Earlier  []jobs.Work
}

func (p *Pages) askImport(r *page.Request) (page.View, error) {
	return p.importView(r, filled(importFields(), map[string]string{"import_from": jp.Date(r.Now)}), "")
}

func (p *Pages) importView(r *page.Request, s sheet, wrongFile string) (page.View, error) {
	earlier, err := p.Jobs.Works(r.Context(), importKind)
	if err != nil {
		return page.View{}, err
	}
	full := s.view(r, formPage{Title: r.T("register.import.title")})
	v := importPage{Controls: s, Items: full.Errors, File: wrongFile, Earlier: earlier}
	if wrongFile != "" {
		v.Items = append([]page.Item{{ID: "file", Text: wrongFile}}, v.Items...)
		full.Status = http.StatusUnprocessableEntity
	}
	full.Errors, full.Body = v.Items, importBody(v, s.controls())
	return full, nil
}

// beginImport takes the file and begins its trial run.
func (p *Pages) beginImport(r *page.Request) (page.View, error) {
	name, content, wrong, err := bring.Sent(r)
	if err != nil {
		return page.View{}, err
	}
	s, err := sent(r, importFields())
	if err != nil {
		return page.View{}, err
	}
	var read *org.ImportFile
	if wrong == "" {
		if read, err = org.ReadImport(bytes.NewReader(content)); err != nil {
			if fault.Of(err) == nil {
				return page.View{}, err
			}
			wrong = page.ErrorText(r.Lang, err)
		} else if read.Rows() == 0 {
			wrong = r.T("org.file_empty")
		}
	}
	if wrong != "" || len(s.problems) > 0 {
		return p.importView(r, s, wrong)
	}
	id, err := bring.Begin(r, p.Jobs, work(r, importKind, name), content, order{Dry: true, From: s.values["import_from"], Source: s.values["import_source"], Form: read.Form()})
	if err != nil {
		return page.View{}, err
	}
	return page.Redirect("/admin/imports/" + id), nil
}

// work is a long work of the acting person.
func work(r *page.Request, kind, title string) jobs.Work {
	return jobs.Work{Kind: kind, Title: title, Person: r.Who.Person, Hat: by(r).Hat}
}

// get reads an import of the address and what it was asked.
func (p *Pages) get(r *page.Request) (w jobs.Work, o order, err error) {
	w, err = p.ofKind(r, importKind, &o)
	return w, o, err
}

// ofKind reads the work of the address and what it was asked; fault.Missing when it is of another kind.
func (p *Pages) ofKind(r *page.Request, kind string, settings any) (jobs.Work, error) {
	w, err := p.Jobs.Work(r.Context(), r.PathValue("id"))
	switch {
	case err != nil:
		return w, err
	case w.Kind != kind:
		return w, fault.New(fault.Missing, "db.missing")
	}
	return w, w.Settings(settings)
}

// commitImport imports the file of a trial run for good, once.
func (p *Pages) commitImport(r *page.Request) (page.View, error) {
	w, o, err := p.get(r)
	if err != nil {
		return page.View{}, err
	}
	if !o.Dry || w.State != jobs.WorkDone {
		return page.View{}, fault.New(fault.Conflict, "fault.conflict")
	}
	if id, err := bring.Committed(r.Context(), p.Jobs, importKind, w.ID); err != nil || id != "" {
		return page.Redirect("/admin/imports/" + cmp.Or(id, w.ID)), err
	}
	content, err := p.Jobs.WorkInput(r.Context(), w.ID)
	if err != nil {
		return page.View{}, err
	}
	o.Dry, o.Of = false, w.ID
	id, err := bring.Begin(r, p.Jobs, work(r, importKind, w.Title), content, o)
	if err != nil {
		return page.View{}, err
	}
	return page.Redirect("/admin/imports/" + id), nil
}

func (p *Pages) stopImport(r *page.Request) (page.View, error) {
	w, _, err := p.get(r)
	if err == nil {
		err = p.Jobs.InTx(r.Context(), func(ctx context.Context, tx db.Q) error { return p.Jobs.HaltWork(ctx, tx, w.ID) })
	}
	return page.Redirect("/admin/imports/"+w.ID, page.Say("work.stop.asked")), err
}

func (p *Pages) resumeImport(r *page.Request) (page.View, error) {
	w, _, err := p.get(r)
	if err == nil {
		err = p.Jobs.InTx(r.Context(), func(ctx context.Context, tx db.Q) error { return p.Jobs.ResumeWork(ctx, tx, w.ID) })
	}
	return page.Redirect("/admin/imports/" + w.ID), err
}

// importErrors are the refused rows as CSV, with their original line numbers.
func (p *Pages) importErrors(r *page.Request) (page.View, error) {
	w, _, err := p.get(r)
	if err != nil {
		return page.View{}, err
	}
	return bring.Refused(r, p.Jobs, w, func(column string) string { return columnName(r.Lang, column) }), nil
}

// columnName is a column of the file as the form's questions call it.
func columnName(tag lang.Tag, column string) string {
	if column == "" || column == "file" {
		return ""
	}
	return lang.T(tag, "register.field."+column)
}
