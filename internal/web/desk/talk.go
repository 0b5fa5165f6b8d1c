package desk

import (
	"net/http"
	"slices"
	"strconv"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
	"kakehashi/internal/lang"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
	"kakehashi/internal/web/record"
)

// talkMost bounds a message with its files, in bytes.
const talkMost = 60 << 20

// talkPages registers the thread of a case, and the corrections an office proposes.
func (p *Pages) talkPages(s *page.Site, get, post func(string, page.Handler)) {
	get("/desk/cases/{id}/talk", p.talk)
	s.Upload("/desk/cases/{id}/talk", talkMost, page.Member(p.deskOnly(p.say)))
	get("/desk/cases/{id}/fix", p.fix)
	post("/desk/cases/{id}/fix", p.proposeFix)
	post("/desk/cases/{id}/fix/withdraw", p.withdrawFix)
}

func (p *Pages) talkDesk() record.TalkDesk {
	return record.TalkDesk{Cases: p.Cases, Files: p.Files, Orgs: p.Orgs}
}

// talk shows the questions and answers of a case.
func (p *Pages) talk(r *page.Request) (page.View, error) { return p.showTalk(r, nil, nil) }

func (p *Pages) showTalk(r *page.Request, typed *record.TalkView, refused *fault.Fault) (page.View, error) {
	if v, ok := committeeElsewhere(r); ok {
		return v, nil
	}
	f, err := p.face(r, "talk")
	if err != nil {
		return page.View{}, err
	}
	if f.Case.Side(r.Who) == "" && !hq(r.Who) {
		return page.View{}, fault.New(fault.Missing, "db.missing")
	}
	url := caseURL(f.Case.ID, "talk")
	if f.past() {
		url = ""
	}
	v, err := p.talkDesk().View(r, f.Case, url)
	if err != nil {
		return page.View{}, err
	}
	var items []page.Item
	status := 0
	if refused != nil {
		v.Text, v.Wants, v.Files, v.Wrong = typed.Text, typed.Wants, typed.Files, typed.Wrong
		items, status = []page.Item{{ID: refused.Field, Text: page.FaultText(r.Lang, refused)}}, http.StatusUnprocessableEntity
	}
	return p.view(r, f, "talk", func(f *face) page.View { return page.View{Body: talkBody(f, v, items), Errors: items, Status: status} })
}

// say adds a message of the desk.
func (p *Pages) say(r *page.Request) (page.View, error) {
	id := r.PathValue("id")
	typed, refused, err := p.talkDesk().Take(r, id)
	switch {
	case err != nil:
		return page.View{}, err
	case refused != nil:
		return p.showTalk(r, &typed, refused)
	}
	return page.Redirect(caseURL(id, "talk"), page.Say("record.talk.sent")), nil
}

// fixPage is where an office types what it proposes instead of an answer of the body: first which questions, then what is right.
type fixPage struct {
	Case     *cases.Case
	Groups   []fixGroup
	Controls []part.Control
	Chosen   []string
	Reason   string
	Wrong    map[string]string
	Items    []page.Item
}

type fixGroup struct {
	Title  string
	Fields []form.Field
}

func (p *Pages) fix(r *page.Request) (page.View, error) {
	return p.showFix(r, r.URL.Query()["field"], nil, nil)
}

// showFix draws the choice of questions, or their controls; typed is what was sent, nil the first time.
func (p *Pages) showFix(r *page.Request, chosen []string, typed map[string]form.Input, refused *fault.Fault) (page.View, error) {
	if err := only(r, account.RoleBranch, account.RoleOfficer); err != nil {
		return page.View{}, err
	}
	c, prog, err := p.Cases.Get(r.Context(), r.Who, r.PathValue("id"))
	if err != nil {
		return page.View{}, err
	}
	if !c.MayFix(r.Who) {
		return page.View{}, fault.New(fault.Refused, "cases.fix.not_now")
	}
	v := fixPage{Case: c, Reason: r.PostFormValue("reason"), Wrong: map[string]string{}}
	open := c.Fixable(prog, r.Who)
	var problems []form.Problem
	if refused != nil {
		v.Wrong[refused.Field] = page.FaultText(r.Lang, refused)
		problems = []form.Problem{{Field: refused.Field, Message: lang.Text{JA: page.FaultText(lang.JA, refused), EN: page.FaultText(lang.EN, refused)}}}
		id := "f-" + refused.Field
		if refused.Field != "reason" && refused.Field != "fields" {
			id = part.ID(refused.Field)
		}
		v.Items = []page.Item{{ID: id, Text: v.Wrong[refused.Field]}}
	}
	for _, f := range open {
		if !slices.Contains(chosen, f.Key) {
			continue
		}
		in := f.Input(c.Answers()[f.Key])
		if sent, ok := typed[f.Key]; ok {
			in = sent
		}
		control := part.Control{Field: f, Input: in, Problems: problems}
		if f.Kind == form.KindCountry || f.Kind == form.KindMany && len(f.Options) == 0 || slices.ContainsFunc(f.Columns, func(x form.Field) bool { return x.Kind == form.KindCountry }) {
			control.Choices = record.Countries(r.Lang)
		}
		v.Controls, v.Chosen = append(v.Controls, control), append(v.Chosen, f.Key)
	}
	if len(v.Controls) == 0 {
		for _, sec := range prog.Form("application").Sections {
			g := fixGroup{Title: sec.Title.In(r.Lang)}
			for _, f := range sec.Fields {
				if slices.ContainsFunc(open, func(x form.Field) bool { return x.Key == f.Key }) {
					g.Fields = append(g.Fields, f)
				}
			}
			if len(g.Fields) > 0 {
				v.Groups = append(v.Groups, g)
			}
		}
	}
	status := 0
	if refused != nil {
		status = http.StatusUnprocessableEntity
	}
	return page.View{Title: r.T("desk.mend.title"), Sub: c.Number, Shell: page.Desk, Status: status, Errors: v.Items,
		Crumbs: []page.Link{{Label: heading(r.Lang, c), URL: caseURL(c.ID)}}, Body: fixBody(v)}, nil
}

// proposeFix takes what was typed; a button of a table adds or drops a row and sends nothing.
func (p *Pages) proposeFix(r *page.Request) (page.View, error) {
	if err := only(r, account.RoleBranch, account.RoleOfficer); err != nil {
		return page.View{}, err
	}
	id := r.PathValue("id")
	c, prog, err := p.Cases.Get(r.Context(), r.Who, id)
	if err != nil {
		return page.View{}, err
	}
	var fields []form.Field
	chosen := r.PostForm["chosen"]
	for _, f := range c.Fixable(prog, r.Who) {
		if slices.Contains(chosen, f.Key) {
			fields = append(fields, f)
		}
	}
	inputs := part.Inputs(fields, r.PostForm)
	for _, f := range fields {
		if inputs[f.Key] == nil {
			inputs[f.Key] = form.Input{}
		}
	}
	if press, ok := part.Pressed(r.PostForm); ok {
		inputs[press.Key], _ = press.Apply(inputs[press.Key])
		return p.showFix(r, chosen, inputs, nil)
	}
	err = p.Cases.ProposeFix(r.Context(), r.Who, id, inputs, r.Value("reason"))
	if f := fault.Of(err); f != nil && f.Kind == fault.Invalid {
		return p.showFix(r, chosen, inputs, f)
	}
	if err != nil {
		return page.View{}, err
	}
	return page.Redirect(caseURL(id), page.Say("desk.mend.sent")), nil
}

func (p *Pages) withdrawFix(r *page.Request) (page.View, error) {
	n, _ := strconv.Atoi(r.Value("n"))
	if err := p.Cases.WithdrawFix(r.Context(), r.Who, r.PathValue("id"), n); err != nil {
		return page.View{}, err
	}
	return page.Redirect(caseURL(r.PathValue("id")), page.Say("desk.mend.withdrawn")), nil
}
