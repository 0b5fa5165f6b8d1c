package desk

import (
	"net/http"
	"slices"
	"strings"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
)

// approversPage is who approves for the section, who may act for them, and who is away (決裁者・代決者).
type approversPage struct {
	Routes  []part.Row
	Seats   []approverSeat
	Holders []part.Fact // who sits where, for those who do not change it
	Away    []part.Row
	People  []option
	Chief   bool
	Absence cases.Absence // as typed
	Errors  map[string]string
	Items   []page.Item
}

// approverSeat is one seat with everybody who could sit in it.
type approverSeat struct {
	ID, Title string
	People    []approver
}

type approver struct {
	Person, Name   string
	Holder, Deputy bool
	Away           bool
}

// approvers shows the seats of the person's own section. R06 and R07.
func (p *Pages) approvers(r *page.Request) (page.View, error) {
	return p.showApprovers(r, cases.Absence{}, nil, 0)
}

func (p *Pages) showApprovers(r *page.Request, typed cases.Absence, bad *page.Item, status int) (page.View, error) {
	if err := only(r, account.RoleOfficer, account.RoleChief); err != nil {
		return page.View{}, err
	}
	v := approversPage{Chief: r.Who.Is(account.RoleChief), Absence: typed, Errors: map[string]string{}}
	if bad != nil {
		v.Items, v.Errors[bad.ID] = []page.Item{*bad}, bad.Text
	}
	sitters, away, err := p.Cases.Approvers(r.Context(), r.Who, r.Who.BodyID())
	if err != nil {
		return page.View{}, err
	}
	readers, err := p.chiefs(r)
	if err != nil {
		return page.View{}, err
	}
	own, err := p.own(r)
	if err != nil {
		return page.View{}, err
	}
	v.People = readers
	for _, prog := range own {
		v.routes(r, prog)
		for _, s := range prog.Approval.Seats {
			if !slices.ContainsFunc(v.Seats, func(x approverSeat) bool { return x.ID == s.ID }) {
				v.Seats = append(v.Seats, seatOf(s, r.Lang, readers, sitters))
			}
		}
	}
	v.holders(r)
	for _, x := range away {
		v.Away = append(v.Away, part.Row{Cells: []part.Cell{{Text: x.Name}, {Text: lang.Day(r.Lang, x.From) + "～" + lang.Day(r.Lang, x.Until)}, {Text: x.Reason, Sub: x.ByName}}})
	}
	nav, err := p.nav(r, "")
	return page.View{Title: r.T("panel.approvers"), Shell: page.Desk, Nav: nav, Status: status, Errors: v.Items, Body: approversBody(v)}, err
}

// chiefs are the people who may approve for the section.
func (p *Pages) chiefs(r *page.Request) ([]option, error) {
	list, err := p.Accounts.Wearers(r.Context(), r.Who.Hat.Body, account.RoleChief)
	var out []option
	for _, x := range list {
		out = append(out, option{Value: x.Person, Label: x.Name})
	}
	return out, err
}

func seatOf(s programme.ApproverSeat, l lang.Tag, people []option, sitters []cases.Sitter) approverSeat {
	out := approverSeat{ID: s.ID, Title: s.Title.In(l)}
	for _, o := range people {
		one := approver{Person: o.Value, Name: o.Label}
		for _, x := range sitters {
			if x.Seat == s.ID && x.Person == o.Value {
				one.Holder, one.Deputy, one.Away = !x.Deputy, x.Deputy, x.Away
			}
		}
		out.People = append(out.People, one)
	}
	return out
}

// holders says in words who sits in every seat.
func (v *approversPage) holders(r *page.Request) {
	for _, s := range v.Seats {
		var names []string
		for _, x := range s.People {
			switch {
			case x.Holder:
				names = append(names, r.T("panel.seat.holder", "name", x.Name))
			case x.Deputy:
				names = append(names, r.T("panel.seat.deputy", "name", x.Name))
			}
		}
		f := part.Fact{Label: s.Title, Text: strings.Join(names, r.T("record.comma"))}
		if len(names) == 0 {
			f.Text = r.T("panel.seat.empty")
		}
		v.Holders = append(v.Holders, f)
	}
}

// routes says a programme's routes in words.
func (v *approversPage) routes(r *page.Request, prog *programme.Programme) {
	for _, route := range prog.Approval.Routes {
		var kinds, steps []string
		for _, k := range route.Kinds {
			kinds = append(kinds, r.T("desk.outcome."+k))
		}
		for _, s := range route.Steps {
			steps = append(steps, prog.SeatTitle(s).In(r.Lang))
		}
		way := part.Cell{Text: strings.Join(steps, " → ")}
		if route.Rule != "" {
			way.Sub = r.T("panel.by.rule", "seat", prog.SeatTitle(route.Rule).In(r.Lang))
		}
		v.Routes = append(v.Routes, part.Row{Cells: []part.Cell{{Text: prog.Title.In(r.Lang)}, {Text: strings.Join(kinds, r.T("record.comma"))}, {Text: whenWords(r, route)}, way}})
	}
}

// whenWords says when a route is taken; the definition gives the words of its condition.
func whenWords(r *page.Request, route programme.Route) string {
	if route.When == "" {
		return r.T("panel.route.else")
	}
	return route.Text.In(r.Lang)
}

// setApprovers saves the seats, or records an absence, as the button says.
func (p *Pages) setApprovers(r *page.Request) (page.View, error) {
	if err := only(r, account.RoleOfficer, account.RoleChief); err != nil {
		return page.View{}, err
	}
	if err := r.ParseForm(); err != nil {
		return page.View{}, fault.New(fault.Invalid, "page.invalid.text")
	}
	people, err := p.chiefs(r)
	if err != nil {
		return page.View{}, err
	}
	name := func(person string) string {
		for _, o := range people {
			if o.Value == person {
				return o.Label
			}
		}
		return ""
	}
	x := cases.Absence{Person: r.Value("person"), Name: name(r.Value("person")), From: typedDay(r.Value("from")), Until: typedDay(r.Value("until")), Reason: jp.NFC(r.Value("reason"))}
	said := "panel.absence.saved"
	if r.Value("do") == "absence" {
		if x.Name == "" {
			return page.View{}, fault.New(fault.Missing, "db.missing")
		}
		err = p.Cases.AddAbsence(r.Context(), r.Who, x)
	} else {
		var list []cases.Sitter
		for _, deputy := range []bool{false, true} {
			for _, s := range r.PostForm[map[bool]string{false: "holder", true: "deputy"}[deputy]] {
				if seat, person, ok := strings.Cut(s, " "); ok && name(person) != "" {
					list = append(list, cases.Sitter{Seat: seat, Person: person, Name: name(person), Deputy: deputy})
				}
			}
		}
		said, err = "panel.approvers.saved", p.Cases.SetApprovers(r.Context(), r.Who, list)
	}
	if f := fault.Of(err); f != nil && f.Kind == fault.Invalid {
		return p.showApprovers(r, x, &page.Item{ID: "a-" + f.Field, Text: page.FaultText(r.Lang, f)}, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return page.View{}, err
	}
	return page.Redirect("/desk/approvers", page.Say(said)), nil
}

// approvalRows says who approved a proposal and how.
func approvalRows(r *page.Request, prog *programme.Programme, c *cases.Case) []part.Fact {
	var list []part.Fact
	for _, a := range c.Approvals {
		f := part.Fact{Label: prog.SeatTitle(a.Seat).In(r.Lang), Text: a.Name + "　" + lang.Moment(r.Lang, a.At)}
		if a.Seat == "" {
			f.Label = r.T("panel.approved")
		}
		switch a.How {
		case cases.ByDeputy:
			f.Reason = r.T("panel.by.deputy", "name", a.For)
		case cases.ByRule:
			f.Reason = r.T("panel.by.rule", "seat", prog.SeatTitle(a.For).In(r.Lang))
		}
		list = append(list, f)
	}
	if c.Sealed() {
		list = append(list, part.Fact{Label: r.T("panel.sealed"), Text: r.T("panel.sealed.why")})
	}
	return list
}
