package public

import (
	"context"
	"slices"
	"strings"

	"kakehashi/internal/fault"
	"kakehashi/internal/org"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
)

// desksView is the list of whom to ask.
type desksView struct {
	Desks    []org.Desk
	Sections []org.Section
	Head     org.Headquarters
	Request  *page.Request
}

func (p *Pages) desks(r *page.Request) (page.View, error) {
	v := desksView{Request: r}
	var err error
	if v.Desks, err = p.Orgs.Desks(r.Context()); err != nil {
		return page.View{}, err
	}
	if v.Sections, err = p.Orgs.Sections(r.Context()); err != nil {
		return page.View{}, err
	}
	if v.Head, err = p.Orgs.Headquarters(r.Context()); err != nil {
		return page.View{}, err
	}
	return page.View{Title: r.T("public.desks.title"), Body: desks(v), Describe: r.T("public.desks.lead")}, nil
}

// table lists the desks by topic.
func (v desksView) table() part.Grid {
	r, sections := v.Request, map[string]string{}
	for _, s := range v.Sections {
		sections[s.ID] = s.Full(r.Lang)
	}
	var rows []part.Row
	for _, d := range v.Desks {
		rows = append(rows, part.Row{Cells: []part.Cell{
			{Text: d.Topic.In(r.Lang)}, {Text: sections[d.Section]}, {Body: phone(d.Phone)}, {Body: mail(d.Mail)},
		}})
	}
	return part.Rows(r.T("public.desks.caption"), []part.Head{{Label: r.T("public.desk.topic")}, {Label: r.T("public.desk.section")},
		{Label: r.T("public.phone")}, {Label: r.T("public.mail")}}, rows)
}

// facts are where headquarters is.
func (v desksView) facts() []part.Fact {
	r := v.Request
	return []part.Fact{
		{Label: r.T("public.address"), Text: v.Head.Address.In(r.Lang)},
		{Label: r.T("public.phone"), Text: v.Head.Phone},
		{Label: r.T("public.access"), Text: v.Head.Access.In(r.Lang)},
		{Label: r.T("public.desk.hours"), Text: r.T("public.desk.hours.text")},
	}
}

// owner is the section in charge of a programme and the desk that answers for it, where it names one. A programme may name
// its section by the mailbox of one of the section's desks.
func (p *Pages) owner(ctx context.Context, prog *programme.Programme) (org.Section, org.Desk, error) {
	desks, err := p.Orgs.Desks(ctx)
	if err != nil {
		return org.Section{}, org.Desk{}, err
	}
	at := func(match func(org.Desk) bool) org.Desk {
		if i := slices.IndexFunc(desks, match); i >= 0 {
			return desks[i]
		}
		return org.Desk{}
	}
	desk := at(func(d org.Desk) bool { return d.ID == prog.Desk })
	section, err := p.Orgs.Section(ctx, prog.Section)
	if fault.Is(err, fault.Missing) {
		box := at(func(d org.Desk) bool { return strings.HasPrefix(d.Mail, prog.Section+"@") })
		if desk.ID == "" {
			desk = box
		}
		section, err = p.Orgs.Section(ctx, box.Section)
	}
	return section, desk, err
}
