package public

import (
	"kakehashi/internal/org"
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
	reg, err := p.register(r)
	if err != nil {
		return page.View{}, err
	}
	v := desksView{Request: r, Desks: reg.desks, Sections: reg.sections, Head: reg.head}
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
			{Text: d.Topic.In(r.Lang), URL: "/desks/" + d.ID}, {Text: sections[d.Section]}, {Body: phone(d.Phone)}, {Body: mail(d.Mail)},
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
