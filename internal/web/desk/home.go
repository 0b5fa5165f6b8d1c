package desk

import (
	"slices"
	"strings"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/ledger"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
	"kakehashi/internal/web/record"
)

// homePage is what needs the desk, by deadline, and what stands around it.
type homePage struct {
	Phrases []string
	Sample  bool
	Lead    string
	Lacking bool // letters have no sender: HQ reads it before its tasks
	Facts   []part.HeadFact
	Groups  []part.TodoGroup
	Empty   string
	More    bool // there are more than the page shows
	Flags   []flagged
	Budgets []budget
	Talks   []part.Row // threads with something to read or to answer
	Glass   *glass
	Barred  []string
}

// flagged is a case with rules that an officer has still to settle (要確認).
type flagged struct {
	URL, Title, Number string
	Rules              []string
}

// budget is the money of one call as a bar.
type budget struct {
	Title   string
	URL     string
	Balance ledger.Balance
}

// glass is the form by which an administrator opens a case, as it was typed.
type glass struct {
	Number, Reason string
	Items          []page.Item
	Errors         map[string]string
}

// holders are the holders whose turn is this hat's.
func holders(who account.Who) []string {
	switch {
	case who.Is(account.RoleBranch):
		return []string{"branch"}
	case who.Is(account.RoleOfficer):
		return []string{"officer"}
	case who.Is(account.RoleChief):
		return []string{"chief"}
	case who.Is(account.RoleFinance):
		return []string{"finance"}
	case who.Is(account.RoleCommittee):
		return []string{"committee"}
	}
	return nil
}

// homeLimit is how many cases the home page looks at.
const homeLimit = 60

// home shows what needs this hat by deadline.
func (p *Pages) home(r *page.Request) (page.View, error) {
	switch {
	case r.Who.Is(account.RoleCommittee):
		return p.committeeHome(r)
	case r.Who.Is(account.RoleAdmin):
		return p.adminHome(r, &glass{}, 0)
	case r.Who.Is(account.RoleAuditor):
		return p.auditorHome(r)
	}
	var v homePage
	todo := cases.Page{}
	if turn := holders(r.Who); turn != nil {
		var err error
		if todo, err = p.Cases.List(r.Context(), r.Who, cases.Filter{Open: true, Holders: turn, Limit: homeLimit}); err != nil {
			return page.View{}, err
		}
	}
	v.Groups, v.More = p.todos(r, todo.Lines), todo.Next != ""
	v.Phrases = homeWords(r, todo)
	v.Sample = slices.ContainsFunc(todo.Lines, func(l cases.Line) bool { return l.Demo })
	v.Empty = r.T("desk.home.empty")
	if r.Who.Is(account.RoleOfficer, account.RoleChief, account.RoleFinance) {
		var err error
		if _, v.Lacking, err = p.Accounts.Letterhead(r.Context()); err != nil {
			return page.View{}, err
		}
		v.Lacking = v.Lacking && !r.Who.Sample // the demonstration signs with a name of its own
	}
	talks, err := p.Cases.Talks(r.Context(), r.Who, 20)
	if err != nil {
		return page.View{}, err
	}
	v.Talks = record.TalkRows(r, talks, "/desk/cases/")
	if err := p.around(r, &v, todo.Lines); err != nil {
		return page.View{}, err
	}
	return p.homeView(r, v)
}

func (p *Pages) homeView(r *page.Request, v homePage) (page.View, error) {
	return page.View{Title: strings.Join(v.Phrases, ""), Sub: record.Body(r.Context(), p.Orgs, r.Lang, r.Who.Hat.Body, nil), Shell: page.Desk,
		Body: homeBody(v)}, nil
}

// homeWords is the answer the page starts with.
func homeWords(r *page.Request, todo cases.Page) []string {
	n := len(todo.Lines)
	if n == 0 {
		return []string{r.T("desk.home.nothing")}
	}
	key := "desk.home.count"
	if todo.Next != "" {
		key = "desk.home.count_more"
	}
	words := []string{r.T(key, "n", n)}
	late := 0
	for _, l := range todo.Lines {
		if l.Due != "" && l.Due < jp.Date(r.Now) {
			late++
		}
	}
	switch due := todo.Lines[0].Due; {
	case late > 0:
		words = append(words, r.T("desk.home.late", "n", late))
	case due != "":
		words = append(words, r.T("desk.home.next", "day", lang.Day(r.Lang, due)))
	}
	return words
}

// around adds the figures of the hat, the flagged cases and the budgets.
func (p *Pages) around(r *page.Request, v *homePage, todo []cases.Line) error {
	counts, err := p.counts(r)
	if err != nil {
		return err
	}
	fact := func(key string, n int) {
		v.Facts = append(v.Facts, part.HeadFact{Label: r.T(key), Value: r.T("desk.n", "n", lang.Num(n))})
	}
	switch {
	case r.Who.Is(account.RoleBranch):
		fact("desk.fact.mine", len(todo))
		fact("desk.fact.returned", counts[groupBack])
		fact("desk.fact.forwarded", counts[groupCheck]-len(todo)+counts[groupScreen]+counts[groupDecide])
		fact("desk.fact.granted", counts[groupRun]+counts[groupReport]+counts[groupPay])
		v.Lead = r.T("desk.home.branch")
	case r.Who.Is(account.RoleOfficer, account.RoleChief):
		waiting, err := p.Cases.WaitingAtBranch(r.Context(), r.Who)
		if err != nil {
			return err
		}
		v.Facts = append(v.Facts, part.HeadFact{Label: r.T("desk.fact.at_branch"), Value: r.T("desk.n", "n", lang.Num(waiting)), Small: r.T("desk.fact.at_branch.why")})
		for _, g := range []string{groupCheck, groupBack, groupScreen, groupDecide, groupRun, groupReport, groupPay} {
			fact("desk.group."+g, counts[g])
		}
		if v.Flags, err = p.flags(r, todo); err != nil {
			return err
		}
	case r.Who.Is(account.RoleFinance):
		fact("desk.fact.bills", len(todo))
		fact("desk.group."+groupPay, counts[groupPay])
		v.Lead = r.T("desk.home.finance")
	default:
		v.Lead = r.T("desk.home.other")
		return nil
	}
	if r.Who.Is(account.RoleOfficer, account.RoleChief, account.RoleFinance) {
		v.Budgets, err = p.budgets(r)
	}
	return err
}

// flags finds, among the cases on the page, those with rules that still need an officer's eyes.
func (p *Pages) flags(r *page.Request, lines []cases.Line) ([]flagged, error) {
	var list []flagged
	for _, l := range lines {
		c, _, err := p.Cases.Get(r.Context(), r.Who, l.ID)
		if fault.Is(err, fault.Missing) {
			continue
		}
		if err != nil {
			return nil, err
		}
		var rules []string
		for _, o := range open(c) {
			rules = append(rules, o.Title.In(r.Lang))
		}
		if len(rules) > 0 {
			list = append(list, flagged{caseURL(c.ID), heading(r.Lang, c), c.Number, rules})
		}
	}
	return list, nil
}

// open are the rules of the last submission that failed softly and that nobody has settled.
func open(c *cases.Case) []programme.Outcome {
	var list []programme.Outcome
	if c.Evaluation == nil || c.Ended {
		return nil
	}
	for _, o := range c.Evaluation.Rules {
		if _, settled := c.Overrides[o.ID]; o.Severity == "S" && o.Outcome == programme.Fail && !settled {
			list = append(list, o)
		}
	}
	return list
}

// budgets are the balances of the calls this hat works on.
func (p *Pages) budgets(r *page.Request) ([]budget, error) {
	own, err := p.own(r)
	if err != nil {
		return nil, err
	}
	var list []budget
	for _, x := range own {
		b, err := p.Ledger.Balance(r.Context(), fund(r.Who, x.Code), x.Call.FiscalYear)
		if err != nil {
			return nil, err
		}
		if b.Total > 0 {
			one := budget{Title: x.Title.In(r.Lang) + "　" + lang.FiscalYear(r.Lang, x.Call.FiscalYear), Balance: b}
			if only(r, account.RoleOfficer, account.RoleChief, account.RoleAuditor) == nil {
				one.URL = boardURL(x.Code, x.Call.FiscalYear)
			}
			list = append(list, one)
		}
	}
	return list, nil
}

// todos groups what needs the desk: past due, this week, later.
func (p *Pages) todos(r *page.Request, lines []cases.Line) []part.TodoGroup {
	list := []part.TodoGroup{{Title: r.T("desk.home.late.group")}, {Title: r.T("desk.home.week")}, {Title: r.T("desk.home.later")}}
	today, words := jp.Date(r.Now), p.words(r)
	for _, l := range lines {
		k := 2
		if l.Due != "" {
			switch d := jp.Days(today, l.Due); {
			case d < 0:
				k = 0
			case d <= 7:
				k = 1
			}
		}
		list[k].Todos = append(list[k].Todos, words.todo(l))
	}
	return list
}

// heading is the name of a case on the desk.

// auditorHome leads to everything, to read.
func (p *Pages) auditorHome(r *page.Request) (page.View, error) {
	counts, err := p.counts(r)
	if err != nil {
		return page.View{}, err
	}
	n := 0
	v := homePage{Lead: r.T("desk.home.auditor")}
	for _, g := range groups[:len(groups)-1] {
		n += counts[g]
		v.Facts = append(v.Facts, part.HeadFact{Label: r.T("desk.group." + g), Value: r.T("desk.n", "n", lang.Num(counts[g]))})
	}
	v.Phrases = []string{r.T("desk.home.audit", "n", lang.Num(n))}
	if v.Budgets, err = p.budgets(r); err != nil {
		return page.View{}, err
	}
	return p.homeView(r, v)
}

// adminHome leads to the settings; a case is opened with its number and a reason the auditor reads (rule 11).
func (p *Pages) adminHome(r *page.Request, g *glass, status int) (page.View, error) {
	v := homePage{Phrases: []string{r.T("desk.home.admin")}, Lead: r.T("desk.home.admin.lead"), Glass: g}
	view, err := p.homeView(r, v)
	view.Status, view.Errors = status, g.Items
	return view, err
}

// breakGlass opens a case for an administrator.
func (p *Pages) breakGlass(r *page.Request) (page.View, error) {
	if err := only(r, account.RoleAdmin); err != nil {
		return page.View{}, err
	}
	g := &glass{Number: jp.FoldID(r.Value("number")), Reason: r.Value("reason"), Errors: map[string]string{}}
	id, err := p.Cases.Break(r.Context(), r.Who, g.Number, g.Reason)
	f := fault.Of(err)
	switch {
	case err == nil:
		return page.Redirect(caseURL(id), page.Say("desk.glass.opened")), nil
	case f != nil && f.Kind == fault.Missing:
		f = fault.At("number", "desk.glass.unknown")
	case f == nil || f.Kind != fault.Invalid:
		return page.View{}, err
	}
	g.Errors[f.Field] = page.FaultText(r.Lang, f)
	g.Items = []page.Item{{ID: "g-" + f.Field, Text: g.Errors[f.Field]}}
	return p.adminHome(r, g, 422)
}
