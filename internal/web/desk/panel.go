package desk

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kakehashi/internal/account"
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

// panelPage is the committee of one call: who sits on it, who gets which case, and who may not judge which (審査会の委員と割当て).
type panelPage struct {
	Programme *programme.Programme
	Year      int
	Sample    bool
	Phrases   []string
	Facts     []part.HeadFact
	Plan      []planRow
	More      int // cases the plan does not show
	People    []panelPerson
	Subjects  []option
	TellOn    string
	Conflicts []part.Row
	Posts     []part.Row
	Leans     []part.Row // how each member marks beside the others
	Again     []part.Row // cases to be talked over again
	MoreAgain int
	Officer   bool
	Seated    bool // somebody sits on the panel
	Open      bool // somebody can still be given a case of the plan
	Values    url.Values
	Errors    map[string]string
	Items     []page.Item
}

// planRow is one case of the plan with everybody who could have it.
type planRow struct {
	ID, Number, Title, Subject, URL string
	Lacks                           string
	Seats                           []planSeat
}

// planSeat is one member before one case: has it, would get it, may not, or could.
type planSeat struct {
	Person, Name string
	Has, Gets    bool
	Knows        bool
	Barred       string
}

// panelPerson is one member of the committee, on this panel or not.
type panelPerson struct {
	Person, Name, Home string
	Sits               bool
	Knows              []string
	Most               string
	Load               int
}

// planShown is how many cases of a plan stand on the page.
const planShown = 200

func panelURL(code string, fy int) string {
	return "/desk/screening/" + code + "/panel?fy=" + strconv.Itoa(fy)
}

// panel shows the committee of the call in the address. R06 changes it; R07 of the section and auditors read it.
func (p *Pages) panel(r *page.Request) (page.View, error) {
	return p.showPanel(r, url.Values{}, nil, 0)
}

func (p *Pages) showPanel(r *page.Request, values url.Values, bad *page.Item, status int) (page.View, error) {
	prog, fy, err := p.call(r)
	if err != nil {
		return page.View{}, err
	}
	v := panelPage{Programme: prog, Year: fy, Sample: r.Who.Sample, Officer: r.Who.Is(account.RoleOfficer), Values: values, Errors: map[string]string{}}
	if bad != nil {
		v.Items, v.Errors[bad.ID] = []page.Item{*bad}, bad.Text
	}
	panel, err := p.Cases.Panel(r.Context(), r.Who, prog.Code, fy)
	if err != nil {
		return page.View{}, err
	}
	var plan []cases.Planned
	if v.Officer {
		if panel, plan, err = p.Cases.Plan(r.Context(), r.Who, prog.Code, fy); err != nil {
			return page.View{}, err
		}
	}
	v.TellOn = panel.TellOn
	v.subjects(r)
	if err := p.panelPeople(r, &v, panel); err != nil {
		return page.View{}, err
	}
	v.plan(r, panel, plan)
	if err := p.panelConflicts(r, &v, panel); err != nil {
		return page.View{}, err
	}
	if err := p.calibration(r, &v); err != nil {
		return page.View{}, err
	}
	nav, err := p.nav(r, "")
	return page.View{Title: strings.Join(v.Phrases, ""), Sub: prog.Title.In(r.Lang), Shell: page.Desk, Nav: nav, Status: status, Errors: v.Items, Body: panelBody(v)}, err
}

// call is the call in the address, of the person's own section. A programme of another one does not exist here.
func (p *Pages) call(r *page.Request) (*programme.Programme, int, error) {
	if err := only(r, account.RoleOfficer, account.RoleChief, account.RoleAuditor); err != nil {
		return nil, 0, err
	}
	prog, err := p.Programmes.Current(r.Context(), r.PathValue("programme"))
	if err != nil {
		return nil, 0, err
	}
	if !r.Who.Is(account.RoleAuditor) && (prog.Section != r.Who.BodyID() || !r.Who.Hat.Covers(prog.Code)) || prog.Screening.Members == 0 {
		return nil, 0, fault.New(fault.Missing, "db.missing")
	}
	fy, err := strconv.Atoi(jp.FoldID(r.Value("fy")))
	if err != nil || fy < 1989 || fy > 2200 {
		fy = prog.Call.FiscalYear
	}
	return prog, fy, nil
}

// subjects are what a member can know: the answers the definition's field of expertise may have.
func (v *panelPage) subjects(r *page.Request) {
	f, _, _, ok := v.Programme.Field(v.Programme.Screening.Expertise)
	if !ok {
		return
	}
	for _, o := range f.Options {
		v.Subjects = append(v.Subjects, option{Value: o.Value, Label: o.Label.In(r.Lang)})
	}
}

func (v *panelPage) subject(value string) string {
	for _, o := range v.Subjects {
		if o.Value == value {
			return o.Label
		}
	}
	return value
}

// panelPeople lists the members of the panel, then everybody else who sits on the committee.
func (p *Pages) panelPeople(r *page.Request, v *panelPage, panel cases.Panel) error {
	for _, x := range panel.Seats {
		one := panelPerson{Person: x.Person, Name: x.Name, Home: p.homeOf(r, x.Home), Sits: true, Knows: x.Knows, Load: x.Load}
		if x.Most > 0 {
			one.Most = strconv.Itoa(x.Most)
		}
		v.People = append(v.People, one)
	}
	if p.Members == nil {
		return nil
	}
	list, err := p.Members(r.Context())
	for _, m := range list {
		if m.Sample == r.Who.Sample && !slices.ContainsFunc(v.People, func(x panelPerson) bool { return x.Person == m.Person }) {
			v.People = append(v.People, panelPerson{Person: m.Person, Name: m.Name, Home: p.homeOf(r, m.Home)})
		}
	}
	return err
}

func (p *Pages) homeOf(r *page.Request, code string) string {
	if b, err := p.Orgs.Get(r.Context(), code); code != "" && err == nil {
		return b.In(r.Lang)
	}
	return r.T("desk.member.no_home")
}

// plan turns a plan into rows, with the answer the page begins with.
func (v *panelPage) plan(r *page.Request, panel cases.Panel, plan []cases.Planned) {
	v.Seated = len(panel.Seats) > 0
	asks, has, lacks := 0, 0, 0
	for i, x := range plan {
		asks, has, lacks = asks+len(x.Gets), has+len(x.Has), lacks+x.Lacks
		if i >= planShown {
			v.More++
			continue
		}
		row := planRow{ID: x.Case.ID, Number: x.Case.Number, Title: x.Case.Title(), Subject: v.subject(x.Subject), URL: caseURL(x.Case.ID, "screening")}
		if x.Lacks > 0 {
			row.Lacks = r.T("panel.lacks", "n", x.Lacks)
		}
		for _, seat := range panel.Seats {
			one := planSeat{Person: seat.Person, Name: seat.Name, Has: slices.Contains(x.Has, seat.Person), Gets: slices.Contains(x.Gets, seat.Person),
				Knows: x.Subject != "" && slices.Contains(seat.Knows, x.Subject)}
			if kind := x.Barred[seat.Person]; kind != "" {
				one.Barred = r.T("panel.barred." + kind)
			}
			v.Open = v.Open || !one.Has && one.Barred == ""
			row.Seats = append(row.Seats, one)
		}
		v.Plan = append(v.Plan, row)
	}
	asked := v.Programme.Screening.Asked()
	fact := func(key, value string) { v.Facts = append(v.Facts, part.HeadFact{Label: r.T(key), Value: value}) }
	fact("panel.fact.members", r.T("panel.people", "n", len(panel.Seats)))
	fact("panel.fact.each", r.T("panel.people", "n", asked))
	if v.Officer {
		fact("panel.fact.cases", r.T("panel.cases", "n", len(plan)))
		fact("panel.fact.assigned", r.T("panel.sheets", "n", has))
	}
	tell := r.T("panel.tell.at_once")
	if panel.TellOn != "" {
		tell = lang.LongDay(r.Lang, panel.TellOn)
	}
	fact("panel.tell", tell)
	switch {
	case len(panel.Seats) == 0:
		v.Phrases = []string{r.T("panel.head.nobody")}
	case v.Officer && len(plan) == 0:
		v.Phrases = []string{r.T("panel.head.none")}
	case !v.Officer:
		v.Phrases = []string{r.T("panel.head.sits", "n", len(panel.Seats))}
	case lacks > 0:
		v.Phrases = []string{r.T("panel.head.lacks", "n", lacks)}
	case asks > 0:
		v.Phrases = []string{r.T("panel.head.asks", "n", asks)}
	default:
		v.Phrases = []string{r.T("panel.head.done")}
	}
}

// panelConflicts lists the register of the call's conflicts and the posts known of its members.
func (p *Pages) panelConflicts(r *page.Request, v *panelPage, panel cases.Panel) error {
	list, err := p.Cases.Conflicts(r.Context(), r.Who, "", v.Programme.Code, v.Year)
	if err != nil {
		return err
	}
	for _, x := range list {
		v.Conflicts = append(v.Conflicts, conflictRow(r, x, true))
	}
	for _, x := range panel.Seats {
		posts, err := p.Cases.Posts(r.Context(), r.Who, x.Person)
		if err != nil {
			return err
		}
		for _, post := range posts {
			v.Posts = append(v.Posts, part.Row{Cells: append([]part.Cell{{Text: x.Name}}, p.postCells(r, post)...)})
		}
	}
	return nil
}

func (p *Pages) postCells(r *page.Request, post cases.Post) []part.Cell {
	until := r.T("panel.post.still")
	if post.Until != "" {
		until = lang.LongDay(r.Lang, post.Until)
	}
	return []part.Cell{{Text: record.Org(r, p.Orgs, post.OrgCode, post.OrgName), Sub: post.Title}, {Text: until}, {Text: post.ByName, Sub: shortDay(r, jp.Date(post.At))}}
}

// conflictRow is one entry of the register of conflicts.
func conflictRow(r *page.Request, x cases.Conflict, number bool) part.Row {
	by, why := x.ByName, x.Reason
	if x.By == cases.System.Person {
		by = r.T("panel.derived")
	}
	kind := r.T("panel.barred." + x.Kind)
	if why = cases.Because(r.Lang, why); why == kind { // the kind says it all
		why = ""
	}
	row := part.Row{Cells: []part.Cell{{Text: x.Name}, {Text: kind, Sub: why}, {Text: by, Sub: lang.Moment(r.Lang, x.At)}}}
	if number {
		row.Cells = append([]part.Cell{{Text: x.Number, URL: caseURL(x.Case, "screening")}}, row.Cells...)
	}
	return row
}

// setPanel saves the panel, records a post, or assigns, as the button says.
func (p *Pages) setPanel(r *page.Request) (page.View, error) {
	if err := only(r, account.RoleOfficer); err != nil {
		return page.View{}, err
	}
	prog, fy, err := p.call(r)
	if err != nil {
		return page.View{}, err
	}
	if err := r.ParseForm(); err != nil {
		return page.View{}, fault.New(fault.Invalid, "page.invalid.text")
	}
	said := "panel.saved"
	count := 0
	switch r.PostForm.Get("do") {
	case "assign":
		count, err = p.assignPlan(r, prog, fy)
		said = "panel.assigned"
	case "post":
		err = p.Cases.AddPost(r.Context(), r.Who, r.PostForm.Get("person"), jp.FoldID(r.PostForm.Get("org")), jp.NFC(r.PostForm.Get("title")), typedDay(r.PostForm.Get("until")))
		said = "panel.post.saved"
	default:
		err = p.savePanel(r, prog, fy)
	}
	if f := fault.Of(err); f != nil && f.Kind != fault.Missing {
		field := f.Field
		if field == "" {
			field = r.PostForm.Get("do")
		}
		return p.showPanel(r, r.PostForm, &page.Item{ID: "n-" + field, Text: page.FaultText(r.Lang, f)}, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return page.View{}, err
	}
	return page.Redirect(panelURL(prog.Code, fy), page.Say(said, "n", count)), nil
}

// typedDay is a day as somebody typed it, as an ISO day; what is none stays as it is and is refused where it counts.
func typedDay(s string) string {
	if iso, ok := jp.ParseDate(s); ok {
		return iso
	}
	return strings.TrimSpace(s)
}

func (p *Pages) savePanel(r *page.Request, prog *programme.Programme, fy int) error {
	v := r.PostForm
	panel := cases.Panel{Programme: prog.Code, FiscalYear: fy, TellOn: typedDay(v.Get("tell"))}
	var known []form.Option
	if f, _, _, ok := prog.Field(prog.Screening.Expertise); ok {
		known = f.Options
	}
	for _, person := range v["seat"] {
		seat := cases.Seat{Person: person}
		if most := strings.TrimSpace(v.Get("most-" + person)); most != "" {
			n, err := strconv.Atoi(jp.FoldID(most))
			if err != nil || n < 1 || n > 999 {
				return fault.At("most-"+person, "panel.most.bad")
			}
			seat.Most = n
		}
		for _, k := range known {
			if slices.Contains(v["knows-"+person], k.Value) {
				seat.Knows = append(seat.Knows, k.Value)
			}
		}
		panel.Seats = append(panel.Seats, seat)
	}
	return p.Cases.SetPanel(r.Context(), r.Who, panel)
}

// assignPlan gives the ticked cases to the ticked members, all of them or none.
func (p *Pages) assignPlan(r *page.Request, prog *programme.Programme, fy int) (int, error) {
	pairs := cases.Pairs{}
	for _, x := range r.PostForm["pair"] {
		if id, person, ok := strings.Cut(x, " "); ok {
			pairs[id] = append(pairs[id], person)
		}
	}
	if len(pairs) == 0 {
		return 0, fault.New(fault.Invalid, "panel.nothing")
	}
	return p.Cases.AssignAll(r.Context(), r.Who, prog.Code, fy, pairs)
}

// conflictHeads and postHeads are the columns of the two registers.
func conflictHeads(ctx context.Context) []part.Head {
	return []part.Head{{Label: page.T(ctx, "desk.meeting.member")}, {Label: page.T(ctx, "panel.col.why")}, {Label: page.T(ctx, "panel.col.by")}}
}

func postHeads(ctx context.Context) []part.Head {
	return []part.Head{{Label: page.T(ctx, "panel.post.col")}, {Label: page.T(ctx, "panel.post.until")}, {Label: page.T(ctx, "panel.col.by")}}
}
