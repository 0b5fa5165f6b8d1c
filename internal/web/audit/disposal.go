package audit

import (
	"net/http"
	"slices"
	"strings"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/proof"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
	"kakehashi/internal/web/record"
)

// disposalsPage is what is due for disposal, and the lists there were.
type disposalsPage struct {
	Title string
	Due   []part.Row
	Lists []part.Row
	Open  string // address of the list that is not decided yet
	Draft bool   // a list can be drawn up
}

// disposals shows what is due and every list of the section.
func (p *Pages) disposals(r *page.Request) (page.View, error) {
	lists, err := p.Proof.Disposals(r.Context(), r.Who)
	if err != nil {
		return page.View{}, err
	}
	v := disposalsPage{Title: r.T("audit.disposals.none_due")}
	for _, d := range lists {
		if d.State == "drafted" && !r.Who.Is(account.RoleAuditor) {
			v.Open = "/desk/disposals/" + d.ID
		}
		v.Lists = append(v.Lists, part.Row{Cells: []part.Cell{{Text: lang.LongDay(r.Lang, jp.Date(d.Drafted)), URL: "/desk/disposals/" + d.ID, Tight: true},
			{Text: r.T("audit.disposal." + d.State), Look: disposalLook[d.State], Status: true},
			{Text: lang.Num(int64(d.Lines)), Sub: keptWords(r, d)}, {Text: d.DraftedName}, {Text: d.ApprovedName}}})
	}
	if !r.Who.Is(account.RoleAuditor) {
		due, err := p.Proof.Due(r.Context(), r.Who)
		if err != nil {
			return page.View{}, err
		}
		for _, c := range due {
			v.Due = append(v.Due, part.Row{Cells: []part.Cell{p.named(r, c.ID, c.Number, c.Title, c.Programme, c.FiscalYear, c.Forwarded), {Text: record.Org(r, p.Orgs, c.Org, c.OrgName)},
				{Text: r.T("audit.rule." + c.Rule)}, {Text: lang.LongDay(r.Lang, c.Until), Tight: true}}})
		}
		v.Draft = v.Open == "" && len(due) > 0
		if len(due) > 0 {
			v.Title = r.T("audit.disposals.due", "n", len(due))
		}
	}
	return page.View{Title: v.Title, Shell: page.Desk, Body: disposalsBody(v)}, nil
}

var disposalLook = map[string]string{"drafted": "wait", "approved": "half", "done": "done", "dropped": "none"}

func keptWords(r *page.Request, d proof.Disposal) string {
	if d.KeptLines == 0 {
		return ""
	}
	return r.T("audit.disposal.kept", "n", d.KeptLines)
}

// named is the cell that names a case; a link where the desk may open it.
func (p *Pages) named(r *page.Request, id, number, title, programme string, year int, open bool) part.Cell {
	name := programme
	if prog, err := p.Programmes.Current(r.Context(), programme); err == nil {
		name = prog.Title.In(r.Lang)
	}
	if title == "" {
		title = name
	}
	url := ""
	if open {
		url = "/desk/cases/" + id
	}
	return part.Cell{Text: title, URL: url, Sub: strings.TrimSpace(number + "　" + lang.FiscalYear(r.Lang, year))}
}

// draft draws up a list of what is due.
func (p *Pages) draft(r *page.Request) (page.View, error) {
	id, err := p.Proof.Draft(r.Context(), r.Who)
	if err != nil {
		return page.View{}, err
	}
	return page.Redirect("/desk/disposals/"+id, page.Say("audit.disposal.drafted_now")), nil
}

// disposalPage is one list. Chief is one who may decide it.
type disposalPage struct {
	proof.Disposal
	Lines    []disposalLine
	Facts    []part.HeadFact
	Edit     bool
	Decide   bool
	Why      string // why this person cannot decide
	Problems []page.Item
}

type disposalLine struct {
	proof.Line
	Cell   part.Cell
	Rule   string
	Until  string
	Reason string // why it is kept, in words
}

// disposal shows one list.
func (p *Pages) disposal(r *page.Request) (page.View, error) { return p.showDisposal(r, nil, nil, 0) }

func (p *Pages) showDisposal(r *page.Request, typed map[string]string, problems []page.Item, status int) (page.View, error) {
	d, lines, err := p.Proof.Disposal(r.Context(), r.Who, r.PathValue("list"))
	if err != nil {
		return page.View{}, err
	}
	v := disposalPage{Disposal: d, Edit: d.State == "drafted" && r.Who.Is(account.RoleOfficer, account.RoleChief), Problems: problems}
	switch {
	case !v.Edit:
	case !r.Who.Is(account.RoleChief):
		v.Why = r.T("proof.chief_only")
	case d.DraftedBy == r.Who.Person:
		v.Why = r.T("proof.second_person")
	default:
		v.Decide = true
	}
	for _, l := range lines {
		l.OrgName = record.Org(r, p.Orgs, l.Org, l.OrgName)
		x := disposalLine{Line: l, Cell: p.named(r, l.Case, l.Number, l.Title, l.Programme, l.FiscalYear, l.Forwarded), Rule: r.T("audit.rule." + l.Rule),
			Until: lang.LongDay(r.Lang, l.Until), Reason: l.Kept}
		if strings.HasPrefix(l.Kept, "cases.") { // kept by the service itself
			x.Reason = r.T(l.Kept)
		}
		if was, ok := typed[l.Case]; ok {
			x.Reason = was
		}
		v.Lines = append(v.Lines, x)
	}
	v.Facts = []part.HeadFact{{Label: r.T("audit.result"), Value: r.T("audit.disposal." + d.State), Look: disposalLook[d.State], Glyph: true},
		{Label: r.T("audit.disposal.count"), Value: lang.Num(int64(d.Lines)), Small: keptWords(r, d)},
		{Label: r.T("audit.disposal.by"), Value: d.DraftedName, Small: lang.LongMoment(r.Lang, d.Drafted)}}
	if d.ApprovedName != "" {
		v.Facts = append(v.Facts, part.HeadFact{Label: r.T("audit.disposal.approver"), Value: d.ApprovedName, Small: lang.LongMoment(r.Lang, d.Approved)})
	}
	title := r.T("audit.disposal.title", "day", lang.LongDay(r.Lang, jp.Date(d.Drafted)))
	return page.View{Title: title, Shell: page.Desk, Status: status, Errors: problems, Body: disposalBody(title, v)}, nil
}

// decide keeps the reasons of a list and, by the button that was pressed, approves it or gives it up.
func (p *Pages) decide(r *page.Request) (page.View, error) {
	id := r.PathValue("list")
	_, lines, err := p.Proof.Disposal(r.Context(), r.Who, id)
	if err != nil {
		return page.View{}, err
	}
	keep := map[string]string{}
	var problems []page.Item
	for _, l := range lines {
		reason := jp.NFC(r.Value("keep." + l.Case))
		keep[l.Case] = reason
		if n := len([]rune(reason)); n > 0 && n < 5 || n > 200 {
			problems = append(problems, page.Item{ID: "keep-" + l.Case, Text: r.T("audit.disposal.reason")})
		}
	}
	if len(problems) > 0 {
		return p.showDisposal(r, keep, problems, http.StatusUnprocessableEntity)
	}
	if r.Value("do") == "drop" {
		if err := p.Proof.Drop(r.Context(), r.Who, id); err != nil {
			return page.View{}, err
		}
		return page.Redirect("/desk/disposals", page.Say("audit.disposal.dropped_now")), nil
	}
	if err := p.Proof.Keep(r.Context(), r.Who, id, keep); err != nil {
		return page.View{}, err
	}
	if r.Value("do") != "approve" {
		return page.Redirect("/desk/disposals/"+id, page.Say("audit.disposal.saved")), nil
	}
	if err := p.Proof.Approve(r.Context(), r.Who, id); err != nil {
		return page.View{}, err
	}
	return page.Redirect("/desk/disposals/"+id, page.Say("audit.disposal.approved_now")), nil
}

// holdPage is the legal hold of one case.
type holdPage struct {
	ID, Title string
	Hold      *cases.Hold
	When      string
	Typed     string
	Problem   string
}

// hold shows whether a case is on hold, and the form that changes it.
func (p *Pages) hold(r *page.Request) (page.View, error) { return p.showHold(r, "", "", 0) }

func (p *Pages) showHold(r *page.Request, typed, problem string, status int) (page.View, error) {
	if !r.Who.Is(account.RoleOfficer, account.RoleChief, account.RoleAuditor) {
		return page.View{}, fault.New(fault.Missing, "db.missing")
	}
	c, prog, err := p.Cases.Get(r.Context(), r.Who, r.PathValue("id"))
	if err != nil {
		return page.View{}, err
	}
	h, err := p.Cases.HoldOf(r.Context(), c.ID)
	if err != nil {
		return page.View{}, err
	}
	v := holdPage{ID: c.ID, Title: r.T("audit.hold.none"), Hold: h, Typed: typed, Problem: problem}
	if h != nil {
		v.Title, v.When = r.T("audit.hold.stands"), lang.LongMoment(r.Lang, h.At)
	}
	var errs []page.Item
	if problem != "" {
		errs = []page.Item{{ID: "reason", Text: problem}}
	}
	sub := c.Number
	if sub == "" {
		sub = prog.Title.In(r.Lang)
	}
	return page.View{Title: v.Title, Sub: sub, Shell: page.Desk, Status: status, Errors: errs, Body: holdBody(v)}, nil
}

// setHold puts the case on hold or lifts the hold.
func (p *Pages) setHold(r *page.Request) (page.View, error) {
	id, reason := r.PathValue("id"), jp.NFC(r.Value("reason"))
	hold := r.Value("do") == "hold"
	err := p.Cases.SetHold(r.Context(), r.Who, id, hold, reason)
	if f := fault.Of(err); f != nil && f.Kind == fault.Invalid {
		return p.showHold(r, reason, page.FaultText(r.Lang, f), http.StatusUnprocessableEntity)
	}
	if err != nil {
		return page.View{}, err
	}
	said := "audit.hold.lifted"
	if hold {
		said = "audit.hold.set"
	}
	return page.Redirect("/desk/cases/"+id+"/history", page.Say(said)), nil
}

func bad(items []page.Item, id string) bool {
	return slices.ContainsFunc(items, func(i page.Item) bool { return i.ID == id })
}
