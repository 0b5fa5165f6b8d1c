package desk

import (
	"slices"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/form"
	"kakehashi/internal/lang"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/bring"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
)

// assigned is one case of a committee member. The body's name stays hidden until the decision.
type assigned struct {
	URL, Number, Title string
	Programme          string
	Look, State        string
	Done               bool
}

// committeePage is the list of a member: what to score, what is done, what is barred by interest.
type committeePage struct {
	Phrases []string
	List    []assigned
	Barred  []string
	Calls   []page.Link // where the sheets of a call are brought in from a file
	Posts   []part.Row
	Typed   map[string]string
	Errors  map[string]string
	Items   []page.Item
}

// committeeHome lists the assigned cases; barred ones show their number and nothing else (J04.1).
func (p *Pages) committeeHome(r *page.Request) (page.View, error) {
	return p.committeeView(r, nil, 0)
}

func (p *Pages) committeeView(r *page.Request, bad *page.Item, status int) (page.View, error) {
	found, err := p.Cases.List(r.Context(), r.Who, cases.Filter{Limit: 100})
	if err != nil {
		return page.View{}, err
	}
	v := committeePage{Errors: map[string]string{}, Typed: map[string]string{}}
	if bad != nil {
		v.Errors[bad.ID], v.Items = bad.Text, []page.Item{*bad}
		for _, name := range []string{"org", "title", "until"} {
			v.Typed[name] = r.Value(name)
		}
	}
	todo := 0
	for _, l := range found.Lines {
		c, prog, err := p.Cases.Get(r.Context(), r.Who, l.ID)
		if err != nil {
			return page.View{}, err
		}
		a := assigned{URL: caseURL(c.ID, "screening"), Number: c.Number, Title: c.Title(),
			Programme: prog.Title.In(r.Lang) + "　" + lang.FiscalYear(r.Lang, c.FiscalYear)}
		switch m := c.Member(r.Who.Person); {
		case m != nil && m.Scored():
			a.Done, a.Look, a.State = true, "ok", r.T("desk.score.sent")
		case m != nil && m.Abstain != "":
			a.Done, a.Look, a.State = true, "end", r.T("panel.abstained")
		case scoring(c, prog):
			a.Look, a.State = "wait", r.T("desk.score.open")
			todo++
			link := page.Link{Label: r.T("desk.committee.file", "call", a.Programme), URL: bring.At("marks", bring.Call(c.Programme, c.FiscalYear))}
			if !slices.Contains(v.Calls, link) {
				v.Calls = append(v.Calls, link)
			}
		default:
			a.Done, a.Look, a.State = true, "end", r.T("desk.score.closed")
		}
		v.List = append(v.List, a)
	}
	if v.Barred, err = p.Cases.Barred(r.Context(), r.Who); err != nil {
		return page.View{}, err
	}
	posts, err := p.Cases.Posts(r.Context(), r.Who, r.Who.Person)
	if err != nil {
		return page.View{}, err
	}
	for _, x := range posts {
		v.Posts = append(v.Posts, part.Row{Cells: p.postCells(r, x)})
	}
	v.Phrases = []string{r.T("desk.committee.none")}
	if todo > 0 {
		v.Phrases = []string{r.T("desk.committee.todo", "n", todo)}
	}
	view := page.View{Title: v.Phrases[0], Sub: r.T("desk.nav.screening"), Shell: page.Desk, Status: status, Body: committeeBody(v)}
	if bad != nil {
		view.Errors = []page.Item{*bad}
	}
	return view, nil
}

// scoring reports whether sheets are filled for the case now.
func scoring(c *cases.Case, p *programme.Programme) bool {
	st := p.State(c.State)
	return st != nil && st.Holder == "committee"
}

// veiled reports whether the name of the body is hidden from this person: where the screening is blind the committee does not see it
// before the decision.
func veiled(who account.Who, c *cases.Case, p *programme.Programme) bool {
	return who.Is(account.RoleCommittee) && c.Phase < 3 && p.Screening.Blind
}

// unveiled drops the answers that name the body or its people.
func unveiled(list []part.Answer) []part.Answer {
	var out []part.Answer
	for _, a := range list {
		switch a.Field.Kind {
		case form.KindPerson, form.KindEmail, form.KindTel, form.KindBank, form.KindCode:
			continue
		}
		if a.Field.Prefill == "" {
			out = append(out, a)
		}
	}
	return out
}
