package apply

import (
	"net/http"
	"slices"
	"strconv"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
	"kakehashi/internal/lang"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
	"kakehashi/internal/web/record"
)

// taskForm is one form of the case with the state of each of its pages.
type taskForm struct {
	Form    *programme.Form
	Pages   []task
	Done    bool
	Touched bool
	Sends   bool // the reader may hand it in
	Folded  bool // nobody waits for it: an objection, say
	Check   string
}

// untouched reports whether nothing was typed in the form yet.
func (t taskForm) untouched() bool { return !t.Touched }

// task is one page of a form in the task list.
type task struct {
	Title string
	URL   string
	Look  string
	State string
	Count int // things to mend
}

// overviewPage is a case as its body sees it.
type overviewPage struct {
	Case      *cases.Case
	Programme *programme.Programme
	Facts     []part.HeadFact
	Stations  []part.Station
	Current   int
	Forms     []taskForm
	Choices   []cases.Choice
	Sends     []cases.Choice // what an approver sends on from the check page of a form others filled
	Letters   []part.FileLink
	Journal   []part.Entry
	Return    *cases.Return
	Remarks   []remark
	Newer     *cases.Newer
	Taken     *cases.Event // the newer version this draft moved to last
	Token     string
	Parties   []part.Row
	Who       account.Who
	Agent     bool // the reader enters it for the body
	Matters   []record.Matter
	Guest     bool // the reader's body takes part; the case is another's
}

// remark is one request for correction with the way to its field.
type remark struct {
	Label string
	Kind  string
	Text  string
	URL   string
}

// overview shows a case: what to fill next, what is being waited for, what happened.
func (p *Pages) overview(r *page.Request) (page.View, error) {
	if at := r.URL.Query().Get("at"); at != "" {
		return p.asOf(r, at)
	}
	c, prog, events, err := p.Cases.Record(r.Context(), r.Who, r.PathValue("id"))
	if err != nil {
		return page.View{}, err
	}
	v := overviewPage{Case: c, Programme: prog, Return: c.Correction(), Facts: record.Facts(r, c, prog), Token: newToken()}
	v.Stations, v.Current = record.Stations(r.Lang, c, prog)
	if v.Newer, err = p.Cases.Newer(r.Context(), c); err != nil {
		return page.View{}, err
	}
	choices := p.Cases.Moves(r.Context(), r.Who, c, prog)
	works := handled(c, prog, choices)
	v.Who, v.Agent = r.Who, r.Who.Enters()
	v.Guest = !record.Acting(r.Who, c)
	if v.Guest { // a body that takes part reads the forms and fills none
		works, v.Newer = nil, nil
	}
	v.Parties = record.PartyRows(r, c, prog)
	v.Matters = record.Matters(r, c, prog)
	for _, id := range works {
		f, err := p.taskForm(r, c, prog, id)
		if err != nil {
			return page.View{}, err
		}
		if f.untouched() && leadsNowhere(c, prog, choices, id) {
			continue
		}
		f.Sends = sends(c, prog, choices, id)
		f.Folded = f.untouched() && !slices.Contains(forms(c, prog), id)
		v.Forms = append(v.Forms, f)
	}
	slices.SortStableFunc(v.Forms, func(a, b taskForm) int { return folded(a) - folded(b) })
	if v.Return != nil {
		for _, m := range v.Return.Remarks {
			if f, formID, sec, ok := prog.Field(m.Field); ok {
				v.Remarks = append(v.Remarks, remark{f.Label.In(r.Lang), record.RemarkKind(r.Lang, m.Kind), m.Text, caseURL(c, "form", formID, sec) + "#" + part.ID(f.Key)})
			}
		}
	}
	for _, choice := range choices {
		if choice.To == programme.Here && !slices.ContainsFunc(v.Forms, func(f taskForm) bool { return f.Done && f.Touched && !f.Sends }) {
			continue // nothing waits for somebody else to hand it in
		}
		if choice.Form == "" { // moves that send a form are made from its check page
			v.Choices = append(v.Choices, choice)
		} else if prog.Form(choice.Form) != nil && !slices.Contains(forms(c, prog), choice.Form) {
			v.Sends = append(v.Sends, choice)
		}
	}
	letters, err := p.Cases.LettersOf(r.Context(), r.Who, c.ID)
	if err != nil {
		return page.View{}, err
	}
	v.Letters = record.Letters(r, letters)
	for _, e := range events {
		if e.Type == "version" && c.Phase == 0 && !c.Ended && (v.Taken == nil || v.Taken.Seq < e.Seq) {
			v.Taken = e
		}
	}
	v.Journal = record.Entries(r.Context(), p.Orgs, r.Lang, c, prog, events, 6)
	return page.View{Title: record.Name(r.Lang, c, prog), Sub: prog.Title.In(r.Lang), Shell: page.Work, Body: overviewBody(v)}, nil
}

// sends reports whether one of these moves hands the form in now; one that only asks a colleague does not.
func sends(c *cases.Case, prog *programme.Programme, choices []cases.Choice, form string) bool {
	return slices.ContainsFunc(choices, func(x cases.Choice) bool {
		to := prog.State(x.To)
		inside := c.Phase == 0 && to != nil && to.Phase == 0
		return x.Blocked == nil && !inside && (x.Form == form || x.Form == "@opened" && c.Correction() != nil)
	})
}

func folded(f taskForm) int {
	if f.Folded {
		return 1
	}
	return 0
}

// leadsNowhere reports whether no move would take the form now, by anybody: its time is over, or has not come.
func leadsNowhere(c *cases.Case, prog *programme.Programme, choices []cases.Choice, form string) bool {
	for _, m := range prog.Workflow.Moves {
		if m.Form == form && slices.Contains(m.From, c.State) && m.Fills {
			return !slices.ContainsFunc(choices, func(x cases.Choice) bool { return x.ID == m.ID && x.Blocked == nil || x.ID == m.ID && c.TwoStep })
		}
	}
	return false
}

// handled are the forms this hat works on now: those it may fill, and those it may send although others filled them, as an approver does.
func handled(c *cases.Case, prog *programme.Programme, choices []cases.Choice) []string {
	ids := slices.Clone(forms(c, prog))
	for _, x := range choices {
		if prog.Form(x.Form) != nil && !slices.Contains(ids, x.Form) {
			ids = append(ids, x.Form)
		}
	}
	return ids
}

// taskForm lists the pages of one form with what is left to do on each.
func (p *Pages) taskForm(r *page.Request, c *cases.Case, prog *programme.Programme, id string) (taskForm, error) {
	f := prog.Form(id)
	if f == nil {
		return taskForm{}, fault.New(fault.Missing, "db.missing")
	}
	ev, err := p.Cases.Evaluate(r.Context(), c, prog, id)
	if err != nil {
		return taskForm{}, err
	}
	t := taskForm{Form: f, Done: true, Check: caseURL(c, "check", f.ID)}
	for i := range f.Sections {
		pg := taskOf(r, c, prog, f, &f.Sections[i], ev)
		t.Done = t.Done && pg.Count == 0
		for _, field := range f.Sections[i].Fields {
			_, answered := c.Answers()[field.Key]
			t.Touched = t.Touched || answered
		}
		t.Pages = append(t.Pages, pg)
	}
	return t, nil
}

// taskOf tells the state of one page: nothing typed, something missing, in order.
func taskOf(r *page.Request, c *cases.Case, prog *programme.Programme, f *programme.Form, sec *form.Section, ev programme.Evaluation) task {
	t := task{Title: sec.Title.In(r.Lang), URL: caseURL(c, "form", f.ID, sec.ID)}
	t.Count = len(sectionProblems(sec, ev))
	if c.Correction() != nil && prog.State(c.State).Opens {
		return t.corrected(r, c, sec)
	}
	touched := slices.ContainsFunc(sec.Fields, func(f form.Field) bool {
		_, ok := c.Answers()[f.Key]
		return ok && f.Prefill == ""
	})
	switch {
	case !touched && t.Count > 0:
		t.Look, t.State = "wait", r.T("apply.task.untouched")
	case t.Count > 0:
		t.Look, t.State = "back", r.T("apply.task.left", "n", t.Count)
	case !slices.ContainsFunc(sec.Fields, func(f form.Field) bool { _, known := c.Answers()[f.Key]; return known }):
		t.Look, t.State = "end", r.T("apply.task.optional")
	default:
		t.Look, t.State = "yes", r.T("apply.task.done")
	}
	return t
}

// corrected tells of a page of a returned form whether it is open for correction, and how many of its open questions were changed.
func (t task) corrected(r *page.Request, c *cases.Case, sec *form.Section) task {
	open, changed := 0, 0
	for _, f := range sec.Fields {
		if !slices.Contains(c.Opened(), f.Key) {
			continue
		}
		open++
		if string(c.Raw[f.Key]) != string(c.Correction().Was[f.Key]) {
			changed++
		}
	}
	switch {
	case open == 0:
		t.Look, t.State = "end", r.T("apply.task.closed")
	case t.Count > 0:
		t.Look, t.State = "back", r.T("apply.task.left", "n", t.Count)
	case changed < open:
		t.Look, t.State = "back", r.T("apply.task.opened", "n", open, "changed", changed)
		t.Count = open - changed
	default:
		t.Look, t.State = "yes", r.T("apply.task.corrected", "n", open)
	}
	return t
}

// steps is the side navigation of a form: its pages as numbered steps, then check and submit; below them the deadline.
func (p *Pages) steps(r *page.Request, c *cases.Case, prog *programme.Programme, f *programme.Form, ev programme.Evaluation, at int) page.Nav {
	g := page.NavGroup{Title: f.Title.In(r.Lang), Steps: true}
	for i := range f.Sections {
		t := taskOf(r, c, prog, f, &f.Sections[i], ev)
		g.Items = append(g.Items, page.NavItem{Label: strconv.Itoa(i+1) + "　" + t.Title, URL: t.URL, State: t.State, Current: i == at})
	}
	g.Items = append(g.Items, page.NavItem{Label: strconv.Itoa(len(f.Sections)+1) + "　" + r.T("apply.check"), URL: caseURL(c, "check", f.ID), Current: at == len(f.Sections)})
	if c.Due != "" {
		words, _ := record.Left(r, c.Due)
		g.Note = deadlineNote(words, lang.Day(r.Lang, c.Due))
	}
	return page.Nav{Label: r.T("apply.steps"), Groups: []page.NavGroup{g, {Items: []page.NavItem{{Label: r.T("apply.to_case"), URL: caseURL(c)}}}}}
}

// history shows the whole journal.
func (p *Pages) history(r *page.Request) (page.View, error) {
	if at := r.URL.Query().Get("at"); at != "" {
		return p.asOf(r, at)
	}
	return p.showHistory(r, "", "")
}

// showHistory shows the journal; wrong is what is to be said of a moment typed into its form.
func (p *Pages) showHistory(r *page.Request, typed, wrong string) (page.View, error) {
	c, prog, events, err := p.Cases.Record(r.Context(), r.Who, r.PathValue("id"))
	if err != nil {
		return page.View{}, err
	}
	name, reads := record.Name(r.Lang, c, prog), ""
	if r.Who.Is(account.RoleStaff, account.RoleApprover, account.RoleAssoc, account.RoleNGO) && !r.Who.Enters() { // an office that enters for a body does not see who read its case
		reads = caseURL(c, "reads")
	}
	v := page.View{Title: r.T("apply.history"), Sub: name, Shell: page.Work, Crumbs: []page.Link{{Label: name, URL: caseURL(c)}},
		Body: historyBody(p.dated(r, c, prog, events), reads, caseURL(c), typed, wrong)}
	if wrong != "" {
		v.Status, v.Errors = http.StatusUnprocessableEntity, []page.Item{{ID: "at", Text: wrong}}
	}
	return v, nil
}

// dated are the entries of a whole journal, each with the way to the case as it stood then.
func (p *Pages) dated(r *page.Request, c *cases.Case, prog *programme.Programme, events []*cases.Event) []part.Entry {
	entries := record.Entries(r.Context(), p.Orgs, r.Lang, c, prog, events, 0)
	for i := range entries {
		entries[i].URL, entries[i].Link = caseURL(c)+"?at="+record.Stamp(events[len(events)-1-i].At), r.T("record.as_of.link")
	}
	return entries
}

// adopt moves a draft to a newer version of its programme.
func (p *Pages) adopt(r *page.Request) (page.View, error) {
	if err := p.Cases.AdoptVersion(r.Context(), r.Who, r.PathValue("id"), r.Value("hash")); err != nil {
		return page.View{}, err
	}
	return page.Redirect("/work/cases/"+r.PathValue("id"), page.Say("apply.adopted")), nil
}
