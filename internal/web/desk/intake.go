package desk

import (
	"net/http"
	"net/url"
	"slices"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/org"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
	"kakehashi/internal/web/record"
)

// intakeMost bounds the papers of one intake, in bytes.
const intakeMost = 110 << 20

// intakesShown is how many lines the list of intakes has.
const intakesShown = 100

// intakeList is what an office took in on paper or by e-mail.
type intakeList struct {
	Open []cases.Taken
	Rows []part.Row
	Bad  string // the case whose reason is missing
	Item []page.Item
}

// intakePage is where something is taken in: for which body and programme, how and when it came, and the papers.
type intakePage struct {
	Text     string
	Found    []org.Body
	Org      *org.Body
	Case     *cases.Case // a correction of a case that is there
	Offers   []*programme.Programme
	Typed    map[string]string
	Papers   []form.File // stored already
	Wrong    map[string]string
	Items    []page.Item
	Token    string
	Searched bool
}

// intakePages registers the pages of what comes in on paper or by e-mail (代行入力).
func (p *Pages) intakePages(s *page.Site, get, post func(string, page.Handler)) {
	get("/desk/intake", p.intakes)
	get("/desk/intake/new", p.newIntake)
	s.Upload("/desk/intake/new", intakeMost, page.Member(p.deskOnly(p.takeIn)))
	post("/desk/intake/drop", p.dropIntake)
	get("/desk/cases/{id}/intake", p.newIntake)
	s.Upload("/desk/cases/{id}/intake", intakeMost, page.Member(p.deskOnly(p.takeIn)))
}

func (p *Pages) intakes(r *page.Request) (page.View, error) { return p.showIntakes(r, "", nil) }

func (p *Pages) showIntakes(r *page.Request, at string, refused *fault.Fault) (page.View, error) {
	list, err := p.Cases.Intakes(r.Context(), r.Who, intakesShown)
	if err != nil {
		return page.View{}, err
	}
	v, status := intakeList{Bad: at}, 0
	if refused != nil {
		v.Item, status = []page.Item{{ID: "reason-" + at, Text: page.FaultText(r.Lang, refused)}}, http.StatusUnprocessableEntity
	}
	for _, x := range list {
		if x.Open {
			v.Open = append(v.Open, x)
			continue
		}
		url := ""
		if x.Reads {
			url = caseURL(x.Case)
		}
		v.Rows = append(v.Rows, part.Row{Cells: []part.Cell{{Text: p.intakeName(r, x), URL: url, Sub: x.Org}, {Text: x.Number}, {Text: r.T("cases.intake.by." + x.Channel), Sub: lang.Day(r.Lang, x.Day)},
			{Text: x.Name, Sub: lang.Moment(r.Lang, x.At)}}})
	}
	title := r.T("desk.intake.title")
	return page.View{Title: title, Shell: page.Desk, Status: status, Errors: v.Item, Body: intakesBody(title, v)}, nil
}

// intakeName is the project's name, or the programme's while there is none.
func (p *Pages) intakeName(r *page.Request, x cases.Taken) string {
	if x.Title != "" {
		return x.Title
	}
	if prog, err := p.Programmes.Current(r.Context(), x.Programme); err == nil {
		return r.T("record.untitled", "programme", prog.Title.In(r.Lang))
	}
	return x.Number
}

// dropIntake ends an intake that is not gone on with.
func (p *Pages) dropIntake(r *page.Request) (page.View, error) {
	id := r.Value("case")
	err := p.Cases.DropIntake(r.Context(), r.Who, id, r.Value("reason"))
	if f := fault.Of(err); f != nil && f.Kind == fault.Invalid {
		return p.showIntakes(r, id, f)
	}
	if err != nil {
		return page.View{}, err
	}
	return page.Redirect("/desk/intake", page.Say("desk.intake.dropped")), nil
}

func (p *Pages) newIntake(r *page.Request) (page.View, error) {
	return p.showIntake(r, intakePage{Typed: map[string]string{"programme": r.URL.Query().Get("programme")}, Wrong: map[string]string{}, Token: newToken()}, nil)
}

func (p *Pages) showIntake(r *page.Request, v intakePage, refused *fault.Fault) (page.View, error) {
	if err := only(r, account.RoleBranch, account.RoleOfficer); err != nil {
		return page.View{}, err
	}
	if id := r.PathValue("id"); id != "" {
		c, prog, err := p.Cases.Get(r.Context(), r.Who, id)
		if err != nil {
			return page.View{}, err
		}
		if !c.TakesIn(prog, r.Who) && refused == nil {
			return page.View{}, fault.New(fault.Conflict, "cases.intake.nothing")
		}
		v.Case = c
	} else if err := p.intakeBody(r, &v); err != nil {
		return page.View{}, err
	}
	status := 0
	if refused != nil {
		words := page.FaultText(r.Lang, refused)
		v.Wrong[refused.Field], status = words, http.StatusUnprocessableEntity
		v.Items = []page.Item{{ID: "i-" + refused.Field, Text: words}}
	}
	title := r.T("desk.intake.new")
	if v.Case != nil {
		title = r.T("desk.intake.more")
	}
	view := page.View{Title: title, Shell: page.Desk, Status: status, Errors: v.Items, Crumbs: []page.Link{{Label: r.T("desk.intake.title"), URL: "/desk/intake"}}, Body: intakeBody(title, v)}
	if v.Case != nil {
		view.Sub, view.Crumbs = v.Case.Number, []page.Link{{Label: heading(r.Lang, v.Case), URL: caseURL(v.Case.ID)}}
	}
	return view, nil
}

// intakeBody finds the body of a new case, or those that may be meant.
func (p *Pages) intakeBody(r *page.Request, v *intakePage) error {
	code := r.Value("org")
	v.Text = r.Value("q")
	if code != "" {
		b, err := p.Orgs.Get(r.Context(), code)
		if err == nil {
			v.Org = &b
		} else if !fault.Is(err, fault.Missing) {
			return err
		}
	}
	if v.Org == nil && v.Text != "" {
		list, err := p.Orgs.Search(r.Context(), v.Text, 200)
		if err != nil {
			return err
		}
		list = slices.DeleteFunc(list, func(b org.Body) bool {
			return b.ValidTo != "" || r.Who.Is(account.RoleBranch) && b.Branch != r.Who.BodyID()
		})
		v.Found, v.Searched = list[:min(len(list), 50)], true
	}
	var err error
	v.Offers, err = p.own(r)
	v.Offers = slices.DeleteFunc(v.Offers, func(x *programme.Programme) bool { return !r.Who.Hat.Covers(x.Code) })
	return err
}

// takeIn stores the papers and begins the case, or the entering of a correction.
func (p *Pages) takeIn(r *page.Request) (page.View, error) {
	if err := only(r, account.RoleBranch, account.RoleOfficer); err != nil {
		return page.View{}, err
	}
	if err := r.ParseMultipartForm(1 << 20); err != nil {
		return page.View{}, page.Unreadable(err)
	}
	v := intakePage{Typed: map[string]string{}, Wrong: map[string]string{}, Token: r.Value("token")}
	for _, name := range []string{"programme", "channel", "day", "reason"} {
		v.Typed[name] = r.Value(name)
	}
	papers, refused, err := record.Papers(r, p.Files, "paper", "papers", "@intake")
	if err != nil {
		return page.View{}, err
	}
	v.Papers = papers
	if refused != nil {
		return p.showIntake(r, v, refused)
	}
	t := cases.Taking{Org: r.Value("org"), Programme: v.Typed["programme"], Channel: v.Typed["channel"], Day: v.Typed["day"], Reason: v.Typed["reason"], Papers: papers, Token: v.Token}
	if iso, ok := jp.ParseDate(t.Day); ok {
		t.Day = iso
	}
	id := r.PathValue("id")
	if id != "" {
		err = p.Cases.TakeIn(r.Context(), r.Who, id, t)
	} else {
		var c *cases.Case
		if c, err = p.Cases.Enter(r.Context(), r.Who, t); err == nil {
			id = c.ID
		}
	}
	if f := fault.Of(err); f != nil && (f.Kind == fault.Invalid || f.Kind == fault.Refused) {
		return p.showIntake(r, v, f)
	}
	if err != nil {
		return page.View{}, err
	}
	return page.Redirect("/work/cases/"+url.PathEscape(id), page.Say("desk.intake.begun")), nil
}
