package public

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/form"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/org"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
)

// programmeView is the page of one programme.
type programmeView struct {
	call
	Look, Word, Left string
	Near             bool
	Years            []part.YearRow
	Due              string
	Facts            []part.Fact
	Check            checkView
	Sum              sumView
	Days             part.Grid
	Papers           []part.FileLink
	Recent           []part.FileLink
	Section          org.Section
	Desk             org.Desk
	Request          *page.Request
}

// mayApply is true of visitors, who sign in on the way, and of those whose hat is one of a body.
func (v programmeView) mayApply() bool {
	who := v.Request.Who
	return !who.SignedIn() || who.Is(account.RoleStaff, account.RoleApprover, account.RoleAssoc, account.RoleNGO)
}

func (p *Pages) programme(r *page.Request) (page.View, error) {
	prog, err := p.Programmes.Current(r.Context(), r.PathValue("code"))
	if err != nil {
		return page.View{}, err
	}
	c := p.call(r.Context(), prog, r.Now)
	v := programmeView{call: c, Request: r, Years: years(c, r.Lang), Facts: outline(c, r)}
	v.Look, v.Word = c.state(r.Lang)
	v.Left, v.Near = c.left(r.Lang)
	if c.phase == open {
		v.Due = c.Call.Closes
	}
	reg, err := p.register(r)
	if err != nil {
		return page.View{}, err
	}
	v.Section, v.Desk = reg.owner(c.Programme)
	v.Check, v.Sum, v.Days = check(c, r), sum(c, r), schedule(c, v.Section, reg, r)
	v.Papers = papers(c, r)
	if p.Adopted != nil {
		list, _, err := p.Adopted(r.Context(), c.Code, 0, "")
		if err != nil {
			return page.View{}, err
		}
		for _, a := range list[:min(len(list), 3)] {
			v.Recent = append(v.Recent, part.FileLink{Label: r.T("public.adopted.line", "title", a.Title, "body", p.called(r, a)), URL: "/adopted?programme=" + c.Code, Note: lang.FiscalYear(r.Lang, a.FiscalYear)})
		}
	}
	return page.View{Title: c.Title.In(r.Lang), Body: programmePage(v), Describe: c.Lead.In(r.Lang), Feeds: feeds(r), Errors: v.Sum.Errors,
		Crumbs: []page.Link{{Label: r.T("page.area.programmes"), URL: "/programmes"}, {Label: r.T("public.pillar." + c.Pillar)}}}, nil
}

// paid is the key of the words for a programme that gives money, or for one that does not.
func paid(c call, yes, no string) string {
	if c.Pays() {
		return yes
	}
	return no
}

// years are the year of the application and the year of the work.
func years(c call, tag lang.Tag) []part.YearRow {
	k := c.Call
	first, second := jp.FY(k.Opens), jp.FY(k.From)
	between := func(from, to string) string { return part.Short(tag, from) + "–" + part.Short(tag, to) }
	window := part.Bar{Kind: part.Open, From: k.Opens, To: k.Closes, Label: part.Short(tag, k.Closes),
		More: lang.T(tag, "public.year.taking", "from", part.Short(tag, k.Opens))}
	if c.phase == coming {
		window.Kind = part.Coming
	}
	if c.phase > open {
		window.Kind = part.Past
	}
	one := part.YearRow{Year: first, Sub: lang.T(tag, "public.year.apply"), Bars: []part.Bar{window}}
	if k.Result != "" {
		one.Bars = append(one.Bars, part.Bar{Kind: part.Coming, From: jp.AddDays(k.Closes, 1), To: jp.AddDays(k.Result, -1), Label: lang.T(tag, "public.year.exam"), Low: true},
			part.Bar{Kind: part.Mark, From: k.Result, Label: lang.T(tag, "public.year.result", "day", part.Short(tag, k.Result))})
	}
	two := part.YearRow{Year: second, Sub: lang.T(tag, paid(c, "public.year.work", "public.year.work.unpaid")), Bars: []part.Bar{
		{Kind: part.During, From: k.From, To: k.To, Label: lang.T(tag, "public.year.doing"), More: "　" + between(k.From, k.To)},
		{Kind: part.Mark, From: k.ReportBy, Label: lang.T(tag, "public.year.report", "day", part.Short(tag, k.ReportBy)), Low: true},
	}}
	if first == second {
		one.Bars = append(one.Bars, two.Bars...)
		return []part.YearRow{one}
	}
	return []part.YearRow{one, two}
}

// outline is 制度のあらまし: the facts of the definition with the article each rests on, and the way of an application.
func outline(c call, r *page.Request) []part.Fact {
	article := func(id string) []page.Link {
		if a := c.Article(id); a != nil {
			return []page.Link{{Label: a.Title.In(r.Lang), URL: "/programmes/" + c.Code + "/rules#" + a.ID}}
		}
		return nil
	}
	var facts []part.Fact
	if len(c.Definition.Facts) == 0 {
		facts = called(c, r)
	}
	for _, f := range c.Outline() {
		facts = append(facts, part.Fact{Label: f.Title.In(r.Lang), Text: f.Text.In(r.Lang), Links: article(f.Basis)})
	}
	switch c.Call.BranchStep {
	case "required":
		facts = append(facts, part.Fact{Label: r.T("public.outline.route"), Text: r.T("public.outline.route.branch")})
	default:
		facts = append(facts, part.Fact{Label: r.T("public.outline.route"), Text: r.T("public.outline.route.direct")})
	}
	return facts
}

// called are the two facts every call has: who may apply, and for which days. They stand in for an outline without facts.
func called(c call, r *page.Request) []part.Fact {
	var who []string
	for _, t := range c.Call.ApplicantTypes {
		who = append(who, org.TypeName(r.Lang, t))
	}
	return []part.Fact{
		{Label: r.T("public.outline.who"), Text: joined(who, r.Lang), Reason: c.Call.TypesHint.Text.In(r.Lang)},
		{Label: r.T("public.outline.period"), Text: r.T("public.outline.period.text", "from", lang.LongDay(r.Lang, c.Call.From), "to", lang.LongDay(r.Lang, c.Call.To))},
	}
}

// schedule is every day that counts, with the deadline on the offices' clocks.
func schedule(c call, section org.Section, reg *register, r *page.Request) part.Grid {
	k, d := c.Call, c.Definition.Deadlines
	hq := section.Full(r.Lang)
	var abroad []string
	for _, o := range reg.offices {
		local := deadline(k).In(reg.zones[o.Code])
		clock := local.Format("15:04")
		if local.Format(time.DateOnly) > k.Closes {
			clock = r.T("public.nextday", "time", clock)
		}
		abroad = append(abroad, o.City.In(r.Lang)+" "+clock)
	}
	left, _ := c.left(r.Lang)
	rows := []part.Row{
		days(r, k.Opens, r.T("public.day.opens"), "", hq),
		days(r, k.Closes, r.T("public.day.closes", "left", left), r.T("public.day.closes.reason", "abroad", joined(abroad, r.Lang)), r.T("public.who.body")),
	}
	if k.BranchStep == "required" && d.BranchDays > 0 {
		rows = append(rows, days(r, jp.AddBusinessDays(k.Closes, d.BranchDays), r.T("public.day.branch", "n", d.BranchDays), "", r.T("public.who.branch")))
	}
	if k.Result != "" {
		rows = append(rows, days(r, k.Result, r.T(paid(c, "public.day.result", "public.day.result.unpaid")), "", hq))
	}
	rows = append(rows, days(r, k.From, r.T("public.day.from"), "", r.T("public.who.applicant")), days(r, k.To, r.T("public.day.to"), "", r.T("public.who.applicant")))
	if k.ReportBy != "" {
		reason := ""
		if d.ReportDays > 0 {
			reason = r.T("public.day.report.reason", "n", d.ReportDays)
		}
		rows = append(rows, days(r, k.ReportBy, r.T("public.day.report"), reason, r.T("public.who.applicant")))
	}
	withoutYear(rows, r.Lang)
	return part.Rows(r.T("public.days.caption"), []part.Head{{Label: r.T("public.day")}, {Label: r.T("public.days.what")}, {Label: r.T("public.days.who")}}, rows)
}

func days(r *page.Request, day, what, reason, who string) part.Row {
	words, sub := lang.LongDay(r.Lang, day), ""
	if name, ok := jp.IsHoliday(day); ok && r.Lang == lang.JA {
		sub = name
	}
	return part.Row{Cells: []part.Cell{{Text: words, Sub: sub, Tight: true}, {Text: what, Reason: reason}, {Text: who}}}
}

// withoutYear leaves the year away where it is that of the row before.
func withoutYear(rows []part.Row, tag lang.Tag) {
	if tag != lang.JA {
		return
	}
	before := ""
	for i := range rows {
		year, rest, ok := strings.Cut(rows[i].Cells[0].Text, "年")
		if ok && year == before {
			rows[i].Cells[0].Text = rest
		}
		before = year
	}
}

// papers are the outline, the forms in order of use, and the calendar.
func papers(c call, r *page.Request) []part.FileLink {
	list := []part.FileLink{{Label: r.T("public.paper.rules"), URL: "/programmes/" + c.Code + "/rules", Note: r.T("public.paper.articles", "n", len(c.Basis))}}
	told := map[string]bool{}
	for _, paper := range c.Definition.Papers {
		link := part.FileLink{Label: paper.Title.In(r.Lang), URL: "/programmes/" + c.Code + "/rules#form-" + paper.Form}
		if !told[paper.Form] {
			link.Note = r.T("public.paper.questions", "n", questions(c.Programme, paper.Form))
		}
		told[paper.Form] = true
		list = append(list, link)
	}
	return append(list, part.FileLink{Label: r.T("public.paper.calendar"), URL: "/calendar.ics?programme=" + c.Code, Note: "iCalendar", Save: true})
}

func questions(p *programme.Programme, id string) int { return len(p.Fields(id)) }

// rulesView is the outline in HTML.
type rulesView struct {
	call
	Request *page.Request
}

func (p *Pages) rules(r *page.Request) (page.View, error) {
	prog, err := p.Programmes.Current(r.Context(), r.PathValue("code"))
	if err != nil {
		return page.View{}, err
	}
	v := rulesView{p.call(r.Context(), prog, r.Now), r}
	title := r.T("public.rules.title", "programme", prog.Title.In(r.Lang))
	return page.View{Title: title, Body: rules(v, title), Crumbs: []page.Link{{Label: r.T("page.area.programmes"), URL: "/programmes"},
		{Label: prog.Title.In(r.Lang), URL: "/programmes/" + prog.Code}}}, nil
}

// resting are the rules that rest on an article, in words.
func (v rulesView) resting(id string) []programme.Rule {
	var list []programme.Rule
	for _, rule := range v.Definition.Rules {
		if rule.Basis == id && rule.Title.JA != "" && (rule.Form == "" || rule.Form == "application") {
			list = append(list, rule)
		}
	}
	return list
}

// articles are the programme's own first, as written, then those it shares with others, by their number.
func (v rulesView) articles() []programme.Basis {
	var own, common []programme.Basis
	for _, b := range v.Basis {
		if strings.HasPrefix(b.ID, "common-") {
			common = append(common, b)
		} else {
			own = append(own, b)
		}
	}
	slices.SortStableFunc(common, func(a, b programme.Basis) int { return firstNumber(a.Title.JA) - firstNumber(b.Title.JA) })
	return append(own, common...)
}

// forms are the application first, then the others as written.
func (v rulesView) forms() []programme.Form {
	list := slices.Clone(v.Forms)
	slices.SortStableFunc(list, func(a, b programme.Form) int { return rank(a) - rank(b) })
	return list
}

func rank(f programme.Form) int {
	if f.ID == "application" {
		return 0
	}
	return 1
}

// firstNumber is the first number in a title: 共通要領 第10条 → 10.
func firstNumber(s string) int {
	n, seen := 0, false
	for _, r := range s {
		if r >= '0' && r <= '9' {
			n, seen = n*10+int(r-'0'), true
		} else if seen {
			break
		}
	}
	return n
}

// ask is one question as the outline shows it: its words, kind and limits.
func ask(f form.Field, r *page.Request) part.Row {
	need := r.T("part.optional")
	if f.Required {
		need = r.T("part.required")
	}
	if f.RequiredIf != "" {
		need = r.T("public.rules.sometimes")
	}
	limit := ""
	if f.Max != nil && (f.Kind == form.KindText || f.Kind == form.KindLong) {
		limit = r.T("part.hint.length", "n", lang.Num(*f.Max))
	}
	if len(f.Options) > 0 && len(f.Options) < 10 {
		var words []string
		for _, o := range f.Options {
			words = append(words, optionWords(o, r.Lang))
		}
		limit = strings.Join(words, "／")
	}
	if f.MaxRows > 0 && (f.Kind == form.KindTable || f.Kind == form.KindMoney) {
		limit = r.T("public.rules.rows", "n", strconv.Itoa(f.MaxRows))
	}
	return part.Row{Cells: []part.Cell{{Text: f.Label.In(r.Lang), Reason: f.Help.In(r.Lang)}, {Text: need}, {Text: limit}}}
}

// asks is one section of a form as a table.
func (v rulesView) asks(s form.Section) part.Grid {
	r := v.Request
	var rows []part.Row
	for _, f := range s.Fields {
		rows = append(rows, ask(f, r))
	}
	return part.Rows(s.Title.In(r.Lang), []part.Head{{Label: r.T("public.rules.question")}, {Label: r.T("public.rules.need")}, {Label: r.T("public.rules.limit")}}, rows)
}
