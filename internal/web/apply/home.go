package apply

import (
	"crypto/rand"
	"slices"
	"strings"

	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
	"kakehashi/internal/web/record"
)

// newToken makes the one-time token of a form that must count once.
func newToken() string { return rand.Text() }

// mine are the holders whose turn it is when the ball is with the body.
var mine = []string{"staff", "approver"}

// homePage is what needs the body, by deadline.
type homePage struct {
	Phrases []string
	Groups  []part.TodoGroup
	Waiting []part.Row
	Letters []part.FileLink
	Ruler   part.Ruler
	Sample  bool
	Talks   []part.Row  // threads with something to read or to answer
	Duties  []part.Row  // what the body has to do after its grants
	Branch  []part.Fact // whom to ask: the branch of the body
	Joined  []part.Row  // cases of other bodies in which this one takes part
}

// home shows what needs the body, by deadline; what others have to do; what arrived.
func (p *Pages) home(r *page.Request) (page.View, error) {
	todo, err := p.Cases.List(r.Context(), r.Who, cases.Filter{Open: true, Holders: mine, Limit: 100})
	if err != nil {
		return page.View{}, err
	}
	waiting, err := p.Cases.List(r.Context(), r.Who, cases.Filter{Open: true, Limit: 20,
		Holders: []string{"branch", "officer", "chief", "committee", "finance"}})
	if err != nil {
		return page.View{}, err
	}
	letters, err := p.Cases.LettersOf(r.Context(), r.Who, "")
	if err != nil {
		return page.View{}, err
	}
	v := homePage{Letters: arrived(r, letters[:min(len(letters), 6)])}
	v.Groups = p.todos(r, todo.Lines)
	for _, l := range waiting.Lines {
		v.Waiting = append(v.Waiting, p.waitingRow(r, l))
	}
	joined, err := p.Cases.Joined(r.Context(), r.Who)
	if err != nil {
		return page.View{}, err
	}
	for _, l := range joined {
		t := p.todo(r, l)
		v.Joined = append(v.Joined, part.Row{Cells: []part.Cell{{Text: t.Title, URL: t.URL + "/partners", Sub: l.OrgName}, {Text: t.State, Look: t.Look, Status: true}, {Text: record.Day(r, l.Due)}}})
	}
	talks, err := p.Cases.Talks(r.Context(), r.Who, 20)
	if err != nil {
		return page.View{}, err
	}
	v.Talks = record.TalkRows(r, talks, "/work/cases/")
	duties, err := p.Cases.DutiesOf(r.Context(), r.Who)
	if err != nil {
		return page.View{}, err
	}
	for _, d := range duties {
		v.Duties = append(v.Duties, part.Row{Cells: []part.Cell{{Text: d.Title, URL: "/work/cases/" + d.Case, Sub: d.Number},
			{Text: r.T("duty." + d.Kind), Sub: d.Item}, {Text: record.Day(r, d.Due)}}})
	}
	if v.Branch, err = p.branch(r); err != nil {
		return page.View{}, err
	}
	v.Phrases = homeWords(r, todo)
	v.Ruler = p.ruler(r, append(slices.Clone(todo.Lines), waiting.Lines...))
	v.Sample = slices.ContainsFunc(todo.Lines, func(l cases.Line) bool { return l.Demo })
	return page.View{Title: strings.Join(v.Phrases, ""), Sub: record.Body(r.Context(), p.Orgs, r.Lang, r.Who.Hat.Body, nil), Shell: page.Work,
		Body: homeBody(v)}, nil
}

// branch is whom the body asks: its branch with division, address, telephone and mail as the reference data have them. Nil for a body without one.
func (p *Pages) branch(r *page.Request) ([]part.Fact, error) {
	body, err := p.Orgs.Get(r.Context(), r.Who.BodyID())
	if fault.Is(err, fault.Missing) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	b, ok, err := p.Orgs.BranchOf(r.Context(), body)
	if err != nil || !ok {
		return nil, err
	}
	facts := []part.Fact{{Label: r.T("apply.home.branch"), Text: b.Name.In(r.Lang)}}
	for _, x := range [][2]string{{"apply.branch.section", b.Section}, {"apply.branch.address", b.Address}, {"apply.branch.phone", b.Phone}, {"apply.branch.mail", b.Mail}} {
		if x[1] != "" {
			facts = append(facts, part.Fact{Label: r.T(x[0]), Text: x[1]})
		}
	}
	if len(facts) == 1 {
		facts[0].Reason = r.T("apply.branch.unknown")
	}
	return facts, nil
}

// arrived links letters of several cases, each with the case it belongs to.
func arrived(r *page.Request, letters []cases.Letter) []part.FileLink {
	links := record.Letters(r, letters)
	for i, l := range letters {
		links[i].Of = caseName(r, l)
	}
	return links
}

// homeWords is the answer the page starts with.
func homeWords(r *page.Request, todo cases.Page) []string {
	n := len(todo.Lines)
	if n == 0 {
		return []string{r.T("apply.home.nothing")}
	}
	words := []string{r.T("apply.home.count", "n", n)}
	if due := todo.Lines[0].Due; due != "" {
		words = append(words, r.T("apply.home.next", "day", record.Day(r, due)))
	}
	return words
}

// todos groups what needs the body: this week, this month, later.
func (p *Pages) todos(r *page.Request, lines []cases.Line) []part.TodoGroup {
	groups := []part.TodoGroup{{Title: r.T("apply.home.week")}, {Title: r.T("apply.home.month")}, {Title: r.T("apply.home.later")}}
	for _, l := range lines {
		k := 2
		if l.Due != "" {
			switch d := jp.Days(jp.Date(r.Now), l.Due); {
			case d <= 7:
				k = 0
			case d <= 31:
				k = 1
			}
		}
		groups[k].Todos = append(groups[k].Todos, p.todo(r, l))
	}
	return groups
}

func (p *Pages) todo(r *page.Request, l cases.Line) part.Todo {
	prog, _ := p.Programmes.Current(r.Context(), l.Programme)
	t := part.Todo{URL: "/work/cases/" + l.ID, Number: l.Number, Title: l.Title, State: l.State, Holder: record.Holder(r.Lang, l.Holder)}
	if prog != nil {
		if t.Title == "" {
			t.Title = r.T("record.untitled", "programme", prog.Title.In(r.Lang))
		}
		if st := prog.State(l.State); st != nil {
			t.Look, t.State = st.Look, st.Title.In(r.Lang)
		}
		t.Reason = prog.Title.In(r.Lang) + "　" + lang.FiscalYear(r.Lang, l.FiscalYear)
	}
	if l.Due != "" {
		t.Day, t.Weekday = part.MonthDay(l.Due), part.WeekdayOf(r.Lang, l.Due)
		if record.Day(r, l.Due) != lang.Day(r.Lang, l.Due) {
			t.Day = l.Due[:4] + "/" + t.Day
		}
		t.Left, t.Near = record.Left(r, l.Due)
	}
	return t
}

func (p *Pages) waitingRow(r *page.Request, l cases.Line) part.Row {
	title := l.Title
	if title == "" {
		title = l.Number
	}
	return part.Row{Cells: []part.Cell{
		{Text: title, URL: "/work/cases/" + l.ID, Sub: l.Number},
		{Text: record.Holder(r.Lang, l.Holder)},
		{Text: record.Day(r, l.Due)}}}
}

// list shows every case of the body, open ones first by deadline.
func (p *Pages) list(r *page.Request) (page.View, error) {
	f := cases.Filter{After: r.URL.Query().Get("after"), Text: r.URL.Query().Get("q")}
	f.Ended = r.URL.Query().Get("view") == "ended"
	f.Open = !f.Ended
	found, err := p.Cases.List(r.Context(), r.Who, f)
	if err != nil {
		return page.View{}, err
	}
	var rows []part.Row
	for _, l := range found.Lines {
		rows = append(rows, p.caseRow(r, l))
	}
	title := r.T("apply.list.title")
	return page.View{Title: title, Shell: page.Work, Body: listBody(title, rows, f, found.Next)}, nil
}

func (p *Pages) caseRow(r *page.Request, l cases.Line) part.Row {
	t := p.todo(r, l)
	return part.Row{Cells: []part.Cell{
		{Text: t.Title, URL: t.URL, Sub: strings.TrimSpace(l.Number + "　" + t.Reason)},
		{Text: t.State, Look: t.Look, Status: true},
		{Text: t.Holder},
		{Text: record.Day(r, l.Due)},
		{Text: yenOrBlank(r.Lang, max(l.Decided, l.Requested))}}}
}

func yenOrBlank(l lang.Tag, n int64) string {
	if n == 0 {
		return ""
	}
	return lang.Yen(l, n)
}

// offer is one programme the body may start, or why not.
type offer struct {
	Code   string
	Title  string
	Look   string
	Word   string
	Reason string
	Due    string
	Open   bool
	Past   []cases.Line // earlier cases of the body in the programme, to copy from
}

// choose shows what the body can apply for now: three-valued for its own kind of organisation, before anything is filled.
func (p *Pages) choose(r *page.Request) (page.View, error) {
	body, err := p.Orgs.Get(r.Context(), r.Who.BodyID())
	if err != nil {
		return page.View{}, err
	}
	list, err := p.Programmes.All(r.Context())
	if err != nil {
		return page.View{}, err
	}
	var offers []offer
	for _, prog := range list {
		o, err := p.offer(r, prog, form.Org{Type: body.Type, Code: body.Code, Name: body.Name})
		if err != nil {
			return page.View{}, err
		}
		offers = append(offers, o)
	}
	n := 0
	for _, o := range offers {
		if o.Open {
			n++
		}
	}
	title := r.T("apply.new.title", "n", n)
	return page.View{Title: title, Shell: page.Work, Body: chooseBody(title, offers, newToken(), r.URL.Query().Get("programme"))}, nil
}

func (p *Pages) offer(r *page.Request, prog *programme.Programme, org form.Org) (offer, error) {
	o := offer{Code: prog.Code, Title: prog.Title.In(r.Lang), Due: prog.Call.Closes}
	open, why := p.Programmes.Open(r.Context(), prog, r.Now)
	if !open {
		o.Look, o.Word, o.Reason = "end", r.T("apply.new.closed"), why.In(r.Lang)
		return o, nil
	}
	ev := prog.Evaluate(programme.Input{Now: r.Now, Org: org, Answers: form.Answers{}})
	o.Open, o.Look, o.Word = true, "yes", r.T("apply.new.can")
	words, _ := record.Left(r, prog.Call.Closes)
	o.Reason = r.T("apply.new.due", "day", lang.LongDay(r.Lang, prog.Call.Closes), "left", words)
	for _, x := range ev.Rules {
		if x.Outcome == programme.Fail && x.Severity == "E" {
			o.Open, o.Look, o.Word, o.Reason = false, "no", r.T("apply.new.cannot"), x.Message.In(r.Lang)
			break
		}
	}
	past, err := p.Cases.List(r.Context(), r.Who, cases.Filter{Programme: prog.Code, Limit: 5})
	o.Past = slices.DeleteFunc(past.Lines, func(l cases.Line) bool { return l.Number == "" })
	return o, err
}

// create starts a draft, once per token.
func (p *Pages) create(r *page.Request) (page.View, error) {
	c, err := p.Cases.New(r.Context(), r.Who, r.Value("programme"), r.Value("token"), r.Value("from"))
	if err != nil {
		return page.View{}, err
	}
	return page.Redirect(caseURL(c), page.Say("apply.created")), nil
}

// letters lists what was sent to the body.
func (p *Pages) letters(r *page.Request) (page.View, error) {
	list, err := p.Cases.LettersOf(r.Context(), r.Who, "")
	if err != nil {
		return page.View{}, err
	}
	var rows []part.Row
	for _, l := range list {
		rows = append(rows, part.Row{Cells: []part.Cell{
			{Text: l.Title(r.Lang), URL: "/letters/" + l.ID, Sub: l.Number, Reason: record.Edition(r, l)}, {Text: caseName(r, l), URL: "/work/cases/" + l.Case, Sub: l.CaseNumber}, {Text: lang.Day(r.Lang, l.Day)}}})
	}
	branch, err := p.branch(r)
	if err != nil {
		return page.View{}, err
	}
	title := r.T("apply.letters.title")
	return page.View{Title: title, Shell: page.Work, Body: lettersBody(title, rows, branch)}, nil
}

// caseName is what the case of a letter is called.
func caseName(r *page.Request, l cases.Letter) string {
	if l.CaseTitle != "" {
		return l.CaseTitle
	}
	return r.T("apply.letters.case")
}

// ruler lays the body's cases along the year.
func (p *Pages) ruler(r *page.Request, lines []cases.Line) part.Ruler {
	ruler := part.Ruler{Year: jp.FY(r.Now), Now: r.Now, Caption: r.T("apply.home.ruler"), NameHead: r.T("apply.col.case"), WhenHead: r.T("apply.home.ruler.last")}
	var g part.RulerGroup
	for _, l := range lines {
		prog, err := p.Programmes.Current(r.Context(), l.Programme)
		if err != nil || len(g.Rows) == 12 {
			continue
		}
		st := prog.State(l.State)
		if st == nil {
			continue
		}
		row := part.RulerRow{Name: l.Title, URL: "/work/cases/" + l.ID, Look: st.Look, State: st.Title.In(r.Lang), When: record.Day(r, l.Due)}
		if row.Name == "" {
			row.Name = prog.Title.In(r.Lang)
		}
		if today := jp.Date(r.Now); l.Due >= today {
			row.Bars = append(row.Bars, part.Bar{Kind: part.Open, From: today, To: l.Due, Label: part.Short(r.Lang, l.Due)})
		} else if l.Due != "" {
			row.Bars = append(row.Bars, part.Bar{Kind: part.Mark, From: l.Due, Label: part.Short(r.Lang, l.Due)})
		}
		if prog.Call.From != "" && st.Phase >= 3 {
			row.Bars = append(row.Bars, part.Bar{Kind: part.During, From: prog.Call.From, To: prog.Call.To})
		}
		row.Left, row.Near = record.Left(r, l.Due)
		g.Rows = append(g.Rows, row)
	}
	ruler.Groups = []part.RulerGroup{g}
	return ruler
}
