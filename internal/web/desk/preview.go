package desk

import (
	"cmp"
	"net/url"
	"slices"

	"kakehashi/internal/fault"
	"kakehashi/internal/form"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
	"kakehashi/internal/web/record"
)

// previewPage is a form of a version as the applicant will see it, filled with the answers of one of its examples.
type previewPage struct {
	Programme *programme.Programme
	Form      *programme.Form
	Examples  []programme.Example
	Example   string
	Sections  []previewSection
}

// previewSection is one page of questions.
type previewSection struct {
	ID, Title string
	Controls  []part.Control
}

// at is the address of the page.
func (v previewPage) at() string { return versionURL(v.Programme) + "/preview" }

// with is its address with the answers of an example, "" for none.
func (v previewPage) with(example string) string {
	return v.at() + "?" + url.Values{"form": {v.Form.ID}, "example": {example}}.Encode()
}

// preview draws a form without a case; nothing in it can be sent.
func (p *Pages) preview(r *page.Request) (page.View, error) {
	if err := only(r, readers...); err != nil {
		return page.View{}, err
	}
	prog, err := p.Programmes.ByHash(r.Context(), r.PathValue("hash"))
	if err != nil {
		return page.View{}, err
	}
	v := previewPage{Programme: prog, Form: prog.Form(cmp.Or(r.URL.Query().Get("form"), "application")), Example: r.URL.Query().Get("example")}
	if prog.Code != r.PathValue("code") || v.Form == nil {
		return page.View{}, fault.New(fault.Missing, "db.missing")
	}
	answers := form.Answers{}
	for _, x := range prog.Examples {
		if x.Answers == nil {
			continue
		}
		v.Examples = append(v.Examples, x)
		if x.Name == v.Example {
			answers, _, _ = prog.Read(v.Form.ID, x.Answers)
		}
	}
	for _, sec := range v.Form.Sections {
		s := previewSection{ID: sec.ID, Title: sec.Title.In(r.Lang)}
		for _, f := range sec.Fields {
			if prog.Shown(f, answers) == programme.No {
				continue
			}
			c := part.Control{Field: f, Input: f.Input(answers[f.Key]), Needed: prog.Needed(f, answers) == programme.Yes, Locked: f.ReadOnly}
			if slices.ContainsFunc(append(f.Columns, f), func(x form.Field) bool {
				return x.Kind == form.KindCountry || x.Kind == form.KindMany && len(x.Options) == 0
			}) {
				c.Choices = record.Countries(r.Lang)
			}
			s.Controls = append(s.Controls, c)
		}
		v.Sections = append(v.Sections, s)
	}
	title := r.T("desk.preview.title", "form", v.Form.Title.In(r.Lang))
	nav, err := p.nav(r, "")
	return page.View{Title: title, Sub: prog.Title.In(r.Lang), Shell: page.Work, Nav: nav, Body: previewBody(title, v)}, err // as wide and open as the applicant's page
}
