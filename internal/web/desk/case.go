package desk

import (
	"net/http"
	"slices"
	"strings"
	"time"

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

// face is what every page of one case shows around its own part: name, figures, tabs, place in the list. At is the moment it is
// shown as of; zero is now.
type face struct {
	Case      *cases.Case
	Programme *programme.Programme
	At        time.Time
	Events    []*cases.Event // saved answers are among them where the history, a correction or a moment of the past is shown
	Count     int            // of all events
	Letters   []cases.Letter // as issued, on their own page only; the others name Case.Letters
	Facts     []part.HeadFact
	Tabs      []part.Tab
	Place     place
	Group     string
	Branch    string // its name
	Holds     bool   // may put the case on hold against disposal
	Reads     bool   // may see who read the case
}

// past reports whether the case is shown as it stood at an earlier moment; then nothing can be done with it.
func (f *face) past() bool { return !f.At.IsZero() }

// as carries the moment to another page of the case.
func (f *face) as(url string) string {
	if f.past() {
		return url + "?at=" + record.Stamp(f.At)
	}
	return url
}

// read fills in the case of the address with its journal, now or as of ?at=. Only the history shows what was saved.
func (f *face) read(r *page.Request, p *Pages, tab string) (err error) {
	id, typed := r.PathValue("id"), ""
	if r.URL.RawQuery != "" {
		typed = r.URL.Query().Get("at")
	}
	if typed == "" && tab != "history" {
		f.Case, f.Programme, f.Events, f.Count, err = p.Cases.Course(r.Context(), r.Who, id)
		return err
	}
	if typed == "" {
		f.Case, f.Programme, f.Events, err = p.Cases.Record(r.Context(), r.Who, id)
		f.Count = len(f.Events)
		return err
	}
	at, err := record.Past(typed, r.Now)
	if err != nil {
		return err
	}
	if f.Case, f.Programme, err = p.Cases.AsOf(r.Context(), r.Who, id, at); err != nil {
		return err
	}
	f.At = at
	f.Events, err = p.Cases.Journal(r.Context(), r.Who, id)
	f.Events = slices.DeleteFunc(f.Events, func(e *cases.Event) bool { return e.At.After(at) })
	f.Count = len(f.Events)
	return err
}

// face reads what stands around one case. tab is the page being shown, "" for the overview.
func (p *Pages) face(r *page.Request, tab string) (*face, error) {
	f := new(face)
	err := f.read(r, p, tab)
	if err != nil {
		return nil, err
	}
	c, prog := f.Case, f.Programme
	f.Group = groupOf(prog.State(c.State))
	f.Holds = c.Erased == "" && r.Who.Is(account.RoleOfficer, account.RoleChief, account.RoleAuditor)
	f.Reads = r.Who.Is(account.RoleAuditor, account.RoleChief)
	if tab == "letters" {
		if f.Letters, err = p.Cases.LettersOf(r.Context(), r.Who, c.ID); err != nil {
			return nil, err
		}
	}
	if f.past() {
		f.Letters = slices.DeleteFunc(f.Letters, func(l cases.Letter) bool { return l.Issued.After(f.At) })
	} else if f.Place, err = p.place(r, c, f.Group); err != nil {
		return nil, err
	}
	f.Place.Name = prog.Title.In(r.Lang) + "　" + lang.FiscalYear(r.Lang, c.FiscalYear)
	f.Branch = p.branch(r, f)
	f.Facts = p.facts(r, f)
	f.tabs(r, tab)
	return f, nil
}

// branch is the name of the case's branch in the reader's language, of the moment shown; "" where there is none.
func (p *Pages) branch(r *page.Request, f *face) string {
	c, orgs := f.Case, p.Orgs
	if f.past() {
		orgs = orgs.AsOf(f.At)
	}
	if c.Org.BranchName == "" || r.Lang == lang.JA {
		return c.Org.BranchName
	}
	return record.Body(r.Context(), orgs, r.Lang, "branch:"+c.Org.Branch, c)
}

// tabs are the faces of the record; what a hat does not see has no tab.
func (f *face) tabs(r *page.Request, tab string) {
	add := func(name string, n int) {
		url := caseURL(f.Case.ID)
		if name != "" {
			url = caseURL(f.Case.ID, name)
		}
		f.Tabs = append(f.Tabs, part.Tab{Label: r.T("desk.tab." + tabName(name)), URL: f.as(url), Count: n, Current: name == tab})
	}
	add("", 0)
	add("application", 0)
	if hq(r.Who) {
		add("screening", 0)
	}
	if f.Case.Side(r.Who) != "" || hq(r.Who) {
		add("talk", len(f.Case.Talk))
	}
	add("letters", len(f.Case.Letters))
	add("payments", 0)
	add("history", f.Count)
}

func tabName(name string) string {
	if name == "" {
		return "overview"
	}
	return name
}

// facts are the figures in the head: those of the record, business days left, the eligible cost, the branch.
func (p *Pages) facts(r *page.Request, f *face) []part.HeadFact {
	c, prog := f.Case, f.Programme
	list := record.Facts(r, c, prog)
	for i := range list {
		if list[i].Label != r.T("record.fact.holder") || c.Due == "" {
			continue
		}
		list[i].Small, list[i].Near = lang.Day(r.Lang, c.Due), ""
		if !f.past() {
			if words, near := days(r, c.Due); near {
				list[i].Near = words
			} else {
				list[i].Small = words + "　" + list[i].Small
			}
		}
	}
	if rows := costs(prog, c); rows != nil {
		t := form.Totals(rows)
		fact := part.HeadFact{Label: r.T("desk.fact.eligible"), Value: lang.Yen(r.Lang, t.Eligible)}
		if t.Eligible > 0 {
			fact.Small = r.T("desk.fact.abroad", "share", percent(t.EligibleAbroad, t.Eligible))
		}
		list = append(list, fact)
	}
	if f.Branch != "" {
		fact := part.HeadFact{Label: r.T("desk.fact.branch"), Value: f.Branch, Small: r.T("desk.via." + c.Via)}
		if c.Opinion != nil {
			fact.Small = r.T("desk.fact.forward", "day", lang.Day(r.Lang, jp.Date(c.Opinion.At)))
		}
		list = append(list, fact)
	}
	return list
}

// costs are the lines of the application's cost table; nil when it has none.
func costs(prog *programme.Programme, c *cases.Case) []form.Row {
	for _, f := range prog.Fields("application") {
		if f.Kind == form.KindMoney {
			v, _ := c.Answer(f.Key)
			rows, _ := v.([]form.Row)
			return rows
		}
	}
	return nil
}

// percent is a share with one decimal: 70.4%.
func percent(part, whole int64) string {
	if whole <= 0 {
		return ""
	}
	tenths := (part*2000 + whole) / (2 * whole)
	return lang.Num(tenths/10) + "." + string(rune('0'+tenths%10)) + "%"
}

// view is the finished page of one face.
func (p *Pages) view(r *page.Request, f *face, tab string, body func(*face) page.View) (page.View, error) {
	v := body(f)
	v.Title, v.Shell = heading(r.Lang, f.Case), page.Desk
	v.Sub = f.Case.Number
	if tab != "" {
		v.Sub = strings.TrimSpace(f.Case.Number + " " + r.T("desk.tab."+tab))
	}
	var err error
	v.Nav, err = p.nav(r, f.Group)
	return v, err
}

// committeeElsewhere sends a committee member to the sheet: the other faces of a case are not theirs.
func committeeElsewhere(r *page.Request) (page.View, bool) {
	if r.Who.Is(account.RoleCommittee) {
		return page.Redirect(caseURL(r.PathValue("id"), "screening")), true
	}
	return page.View{}, false
}

// application shows what the body handed in: the application, and every later form that came in.
func (p *Pages) application(r *page.Request) (page.View, error) {
	if v, ok := committeeElsewhere(r); ok {
		return v, nil
	}
	f, err := p.face(r, "application")
	if err != nil {
		return page.View{}, err
	}
	forms := p.handed(r, f.Case, f.Programme)
	return p.view(r, f, "application", func(f *face) page.View { return page.View{Body: applicationBody(f, forms)} })
}

// handedForm is one form as it came in.
type handedForm struct {
	ID, Title string
	In        time.Time
	Sections  []handedSection
}

type handedSection struct {
	ID, Title string
	Answers   []part.Answer
}

// handed lists the application and the later forms that came in, in the order in which they came.
func (p *Pages) handed(r *page.Request, c *cases.Case, prog *programme.Programme) []handedForm {
	var list []handedForm
	for i := range prog.Forms {
		f := &prog.Forms[i]
		in, came := c.FormsIn[f.ID]
		if !came && f.ID != "application" || r.Who.Is(account.RoleCommittee) && f.ID != "application" {
			continue
		}
		h := handedForm{ID: f.ID, Title: strings.TrimSpace(f.PaperIn(r.Lang) + "　" + f.Title.In(r.Lang)), In: in}
		for _, sec := range f.Sections {
			answers := record.Answers(r, c, prog, sec, nil, nil)
			if veiled(r.Who, c, prog) {
				answers = unveiled(answers)
			}
			if len(answers) > 0 {
				h.Sections = append(h.Sections, handedSection{f.ID + "-" + sec.ID, sec.Title.In(r.Lang), answers})
			}
		}
		list = append(list, h)
	}
	slices.SortStableFunc(list, func(a, b handedForm) int {
		if (a.ID == "application") != (b.ID == "application") {
			return map[bool]int{true: -1, false: 1}[a.ID == "application"]
		}
		return a.In.Compare(b.In)
	})
	return list
}

// letters shows the official letters of the case with what happened to them.
func (p *Pages) letters(r *page.Request) (page.View, error) {
	if v, ok := committeeElsewhere(r); ok {
		return v, nil
	}
	f, err := p.face(r, "letters")
	if err != nil {
		return page.View{}, err
	}
	errata := !f.past() && r.Who.Is(account.RoleOfficer, account.RoleChief, account.RoleAuditor)
	return p.view(r, f, "letters", func(f *face) page.View {
		return page.View{Body: lettersBody(f, letterRows(r, f.Letters, errata), errata)}
	})
}

// letterRows are the letters with what became of them; with errata, each leads to its correction.
func letterRows(r *page.Request, letters []cases.Letter, errata bool) []part.Row {
	var rows []part.Row
	for _, l := range letters {
		opened := part.Cell{Text: r.T("desk.letter.unopened"), Look: "wait", Status: true}
		if t, err := time.Parse(time.RFC3339Nano, l.Opened); err == nil {
			opened = part.Cell{Text: lang.Moment(r.Lang, t)}
		}
		if l.Addressee != "applicant" {
			opened = part.Cell{Text: "―"}
		}
		name := part.Cell{Text: l.Kind + " " + l.Title(r.Lang), URL: "/letters/" + l.ID, Sub: l.Number}
		if note := record.Edition(r, l); note != "" {
			name.Reason = note
		}
		row := []part.Cell{name, {Text: lang.Day(r.Lang, l.Day)}, {Text: r.T("desk.letter.to." + l.Addressee)}, opened}
		if errata {
			row = append(row, part.Cell{})
			if l.Addressee == "applicant" && l.ReplacedBy == "" {
				row[4] = part.Cell{Text: r.T("desk.erratum.of", "letter", l.Kind), URL: caseURL(l.Case, "letters", l.ID, "erratum")}
			}
		}
		rows = append(rows, part.Row{Cells: row})
	}
	return rows
}

// history shows the whole journal; each line leads to the case as it stood then.
func (p *Pages) history(r *page.Request) (page.View, error) {
	if v, ok := committeeElsewhere(r); ok {
		return v, nil
	}
	return p.showHistory(r, "", "")
}

// misdated shows the history, with what is to be said of the moment in the address, where that is what went wrong.
func (p *Pages) misdated(r *page.Request, err error) (page.View, error) {
	f := fault.Of(err)
	if f == nil || f.Field != "at" {
		return page.View{}, err
	}
	typed := r.URL.Query().Get("at")
	plain := *r
	plain.Request = r.Clone(r.Context())
	plain.URL.RawQuery = ""
	return p.showHistory(&plain, typed, page.FaultText(r.Lang, f))
}

func (p *Pages) showHistory(r *page.Request, typed, wrong string) (page.View, error) {
	f, err := p.face(r, "history")
	if err != nil {
		return p.misdated(r, err)
	}
	if typed == "" {
		typed = f.stamp()
	}
	entries := record.Entries(r.Context(), p.Orgs, r.Lang, f.Case, f.Programme, f.Events, 0)
	for i := range entries {
		e := f.Events[len(f.Events)-1-i]
		entries[i].URL, entries[i].Link = caseURL(f.Case.ID)+"?at="+record.Stamp(e.At), r.T("record.as_of.link")
	}
	v, err := p.view(r, f, "history", func(f *face) page.View { return page.View{Body: historyBody(f, entries, typed, wrong)} })
	if wrong != "" {
		v.Status, v.Errors = http.StatusUnprocessableEntity, []page.Item{{ID: "at", Text: wrong}}
	}
	return v, err
}

// arrival is the Japanese day of a stored moment.
func arrival(s string) string {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return ""
	}
	return jp.Date(t)
}
