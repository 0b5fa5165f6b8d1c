package public

import (
	"time"

	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/org"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
)

// deskOpens and deskCloses are the desks' hours on business days, in minutes after midnight in Japan, as public.desk.hours.text says them.
const deskOpens, deskCloses = 9*60 + 30, 17*60 + 15

// deskView is one desk.
type deskView struct {
	Desk       org.Desk
	Section    org.Section
	Office     org.Office // of a desk an overseas office keeps
	Head       org.Headquarters
	Programmes []*programme.Programme
	Others     []org.Desk // of the same section
	Request    *page.Request
}

func (p *Pages) desk(r *page.Request) (page.View, error) {
	reg, err := p.register(r)
	if err != nil {
		return page.View{}, err
	}
	id := r.PathValue("id")
	v := deskView{Request: r, Head: reg.head, Desk: reg.desk(func(d org.Desk) bool { return d.ID == id })}
	if v.Desk.ID == "" {
		return page.View{}, fault.New(fault.Missing, "public.desk.missing")
	}
	for _, s := range reg.sections {
		if s.ID == v.Desk.Section {
			v.Section = s
		}
	}
	if v.Desk.Office != "" {
		v.Office, _ = reg.office(v.Desk.Office) // one that has ended is not named
	}
	for _, d := range reg.desks {
		if d.Section == v.Desk.Section && d.Section != "" && d.ID != id {
			v.Others = append(v.Others, d)
		}
	}
	list, err := p.Programmes.All(r.Context())
	if err != nil {
		return page.View{}, err
	}
	for _, x := range list {
		if x.Desk == id {
			v.Programmes = append(v.Programmes, x)
		}
	}
	title := v.Desk.Topic.In(r.Lang)
	return page.View{Title: title, Body: oneDesk(v, title), Crumbs: []page.Link{{Label: r.T("public.desks.title"), URL: "/desks"}},
		Describe: r.T("public.desk.describe", "topic", title)}, nil
}

// facts are whom to call or write to, and when.
func (v deskView) facts() []part.Fact {
	r := v.Request
	section := v.Head.Name.In(r.Lang)
	switch {
	case v.Section.ID != "":
		section = v.Section.Full(r.Lang)
	case v.Office.Code != "":
		section = v.Office.Name.In(r.Lang)
	}
	facts := []part.Fact{{Label: r.T("public.desk.section"), Text: section}, {Label: r.T("public.phone"), Body: phone(v.Desk.Phone)}}
	if v.Desk.Mail != "" {
		facts = append(facts, part.Fact{Label: r.T("public.mail"), Body: mail(v.Desk.Mail), Reason: r.T("public.desk.mail.reason")})
	}
	return append(facts, part.Fact{Label: r.T("public.desk.hours"), Text: r.T("public.desk.hours.text"), Reason: v.elsewhere()},
		part.Fact{Label: r.T("public.address"), Text: v.Head.Address.In(r.Lang)})
}

// elsewhere are the hours for readers who are not in Japan.
func (v deskView) elsewhere() string {
	start := jp.Start(jp.Date(v.Request.Now))
	at := func(minutes int) string { return start.Add(time.Duration(minutes) * time.Minute).UTC().Format("15:04") }
	return v.Request.T("public.desk.hours.utc", "from", at(deskOpens), "to", at(deskCloses))
}

// now says whether somebody answers at this moment: look and word for part.Status, and the clock in Japan.
func (v deskView) now() (look, word, clock string) {
	r := v.Request
	t := r.Now.In(jp.JST)
	today, minutes := jp.Date(t), t.Hour()*60+t.Minute()
	clockTime := t.Format("15:04")
	switch {
	case jp.BusinessDay(today) && minutes >= deskOpens && minutes < deskCloses:
		return "yes", r.T("public.desk.open"), r.T("public.desk.open.clock", "clock", clockTime)
	case jp.BusinessDay(today) && minutes < deskOpens:
		return "wait", r.T("public.desk.closed"), r.T("public.desk.soon.clock", "clock", clockTime)
	}
	return "end", r.T("public.desk.closed"), r.T("public.desk.closed.clock", "clock", clockTime, "day", lang.Day(r.Lang, jp.AddBusinessDays(today, 1)))
}
