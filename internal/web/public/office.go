package public

import (
	"slices"
	"strings"
	"time"

	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/org"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
)

// Opening hours of an overseas office on its local clock, in minutes after midnight. No hours are printed anywhere; these
// are the working assumption of the reference screens.
const opensAt, closesAt = 9 * 60, 17 * 60

// clocks are the overseas offices, from east to west as the day goes, with their holidays.
func (reg *register) clocks(tag lang.Tag, today string) []part.Clock {
	clocks := make([]part.Clock, 0, len(reg.offices))
	for _, o := range reg.offices {
		clocks = append(clocks, part.Clock{Name: o.City.In(tag), URL: "/offices/" + o.Code, Zone: reg.zones[o.Code], Opens: opensAt, Closes: closesAt,
			Holiday: func(day string) bool {
				return slices.ContainsFunc(reg.holidays[o.Code], func(h org.Holiday) bool { return h.Day == day })
			}})
	}
	noon := jp.Start(today)
	slices.SortStableFunc(clocks, func(a, b part.Clock) int { return offset(b.Zone, noon) - offset(a.Zone, noon) })
	return clocks
}

func offset(zone *time.Location, t time.Time) int {
	_, seconds := t.In(zone).Zone()
	return seconds
}

// officesView is the list of offices.
type officesView struct {
	Clocks    []part.Clock
	Offices   []org.Office
	Covers    map[string][]string
	Countries int
	Request   *page.Request
}

func (p *Pages) offices(r *page.Request) (page.View, error) {
	reg, err := p.register(r)
	if err != nil {
		return page.View{}, err
	}
	v := officesView{Request: r, Offices: reg.offices, Clocks: reg.clocks(r.Lang, jp.Date(r.Now)), Covers: map[string][]string{}, Countries: len(reg.routes.Countries(""))}
	for _, o := range v.Offices {
		v.Covers[o.Code] = countryNames(reg.routes.Countries(o.Code), r.Lang)
	}
	title := r.T("public.offices.title", "n", len(v.Offices), "countries", v.Countries)
	return page.View{Title: title, Body: offices(v, title), Describe: r.T("public.offices.lead")}, nil
}

// table is the list as rows.
func (v officesView) table() part.Grid {
	r := v.Request
	var rows []part.Row
	for _, o := range v.Offices {
		rows = append(rows, part.Row{Cells: []part.Cell{
			{Text: o.Name.In(r.Lang), URL: "/offices/" + o.Code},
			{Text: joined(v.Covers[o.Code], r.Lang)},
			{Text: o.Phone},
		}})
	}
	return part.Rows(r.T("public.offices.caption"), []part.Head{{Label: r.T("public.office")}, {Label: r.T("public.office.covers")},
		{Label: r.T("public.phone")}}, rows)
}

func countryNames(codes []string, tag lang.Tag) []string {
	names := make([]string, 0, len(codes))
	for _, c := range codes {
		names = append(names, org.CountryName(tag, c))
	}
	return names
}

// officeView is one office.
type officeView struct {
	Office   org.Office
	Clock    part.Clock
	Covers   []string
	Holidays []org.Holiday
	Desk     org.Desk
	Desks    []org.Desk // the office keeps itself
	Request  *page.Request
}

func (p *Pages) office(r *page.Request) (page.View, error) {
	reg, err := p.register(r)
	if err != nil {
		return page.View{}, err
	}
	o, err := reg.office(r.PathValue("id"))
	if err != nil {
		return page.View{}, err
	}
	today := jp.Date(r.Now)
	v := officeView{Office: o, Request: r, Covers: countryNames(reg.routes.Countries(o.Code), r.Lang), Desk: reg.desk(func(d org.Desk) bool { return d.ID == "overseas" })}
	for _, d := range reg.desks {
		if d.Office == o.Code {
			v.Desks = append(v.Desks, d)
		}
	}
	for _, c := range reg.clocks(r.Lang, today) {
		if c.URL == "/offices/"+o.Code {
			v.Clock = c
		}
	}
	for _, h := range reg.holidays[o.Code] {
		if h.Day >= today {
			v.Holidays = append(v.Holidays, h)
		}
	}
	return page.View{Title: o.Name.In(r.Lang), Body: office(v), Crumbs: []page.Link{{Label: r.T("page.area.offices"), URL: "/offices"}}}, nil
}

// facts are what one asks about an office.
func (v officeView) facts() []part.Fact {
	r := v.Request
	local := r.Now.In(v.Office.Location())
	facts := []part.Fact{
		{Label: r.T("public.office.time"), Text: part.Both(r.Context(), r.Now, v.Office.Location()) + part.WeekdayOf(r.Lang, local.Format(time.DateOnly))},
		{Label: r.T("public.office.hours"), Text: r.T("public.office.hours.text"), Reason: r.T("public.office.hours.reason", "hours", v.inJapan())},
		{Label: r.T("public.office.covers"), Text: joined(v.Covers, r.Lang), Reason: r.T("public.office.covers.reason")},
		{Label: r.T("public.address"), Text: v.Office.Address.In(r.Lang)},
		{Label: r.T("public.phone"), Text: v.Office.Phone},
		{Label: r.T("public.office.desk"), Text: v.Desk.Topic.In(r.Lang) + "　" + v.Desk.Phone, Reason: r.T("public.office.desk.reason")},
	}
	for _, d := range v.Desks {
		facts = append(facts, part.Fact{Label: d.Topic.In(r.Lang), Text: strings.TrimSpace(d.Phone + "　" + d.Mail)})
	}
	return facts
}

// inJapan is today's opening hours on the Japanese clock.
func (v officeView) inJapan() string {
	zone := v.Office.Location()
	local := v.Request.Now.In(zone)
	at := func(minutes int) time.Time {
		return time.Date(local.Year(), local.Month(), local.Day(), 0, minutes, 0, 0, zone).In(jp.JST)
	}
	from, to := at(opensAt), at(closesAt)
	end := to.Format("15:04")
	if from.YearDay() != to.YearDay() {
		end = v.Request.T("public.nextday", "time", end)
	}
	return from.Format("15:04") + "–" + end
}

// holidayTable lists the closed days of the coming year.
func (v officeView) holidayTable() part.Grid {
	r := v.Request
	var rows []part.Row
	for _, h := range v.Holidays {
		rows = append(rows, part.Row{Cells: []part.Cell{{Text: lang.LongDay(r.Lang, h.Day)}, {Text: h.Name.In(r.Lang)}}})
	}
	return part.Rows(r.T("public.holidays"), []part.Head{{Label: r.T("public.day")}, {Label: r.T("public.holiday")}}, rows)
}
