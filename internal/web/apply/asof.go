package apply

import (
	"slices"
	"time"

	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
	"kakehashi/internal/web/record"
)

// pastPage is a case as its body saw it at a moment, to read only.
type pastPage struct {
	Case     *cases.Case
	At       time.Time
	Facts    []part.HeadFact
	Stations []part.Station
	Current  int
	Forms    []pastForm
	Journal  []part.Entry
}

// pastForm is one form as it was filled then.
type pastForm struct {
	ID, Title string
	Sections  []pastSection
}

type pastSection struct {
	Title   string
	Answers []part.Answer
}

// asOf shows the case of the address as of ?at=, rebuilt from the journal. A moment before the case was there is a page that is not there.
func (p *Pages) asOf(r *page.Request, typed string) (page.View, error) {
	at, err := record.Past(typed, r.Now)
	if f := fault.Of(err); f != nil {
		return p.showHistory(r, typed, page.FaultText(r.Lang, f))
	}
	id := r.PathValue("id")
	c, prog, err := p.Cases.AsOf(r.Context(), r.Who, id, at)
	if err != nil {
		return page.View{}, err
	}
	events, err := p.Cases.Journal(r.Context(), r.Who, id)
	if err != nil {
		return page.View{}, err
	}
	events = slices.DeleteFunc(events, func(e *cases.Event) bool { return e.At.After(at) })
	v := pastPage{Case: c, At: at, Facts: record.Facts(r, c, prog), Forms: pastForms(r, c, prog), Journal: record.Entries(r.Context(), p.Orgs, r.Lang, c, prog, events, 0)}
	v.Stations, v.Current = record.Stations(r.Lang, c, prog)
	return page.View{Title: record.Name(r.Lang, c, prog), Sub: prog.Title.In(r.Lang), Shell: page.Work, Body: pastBody(v)}, nil
}

// pastForms are the forms in which something was answered.
func pastForms(r *page.Request, c *cases.Case, prog *programme.Programme) (list []pastForm) {
	for i := range prog.Forms {
		f := &prog.Forms[i]
		out, touched := pastForm{ID: f.ID, Title: f.Title.In(r.Lang)}, false
		for _, sec := range f.Sections {
			for _, field := range sec.Fields {
				_, answered := c.Answers()[field.Key]
				touched = touched || answered && !field.ReadOnly
			}
			out.Sections = append(out.Sections, pastSection{sec.Title.In(r.Lang), record.Answers(r, c, prog, sec, nil, nil)})
		}
		if touched {
			list = append(list, out)
		}
	}
	return list
}
