package desk

import (
	"unicode/utf8"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/jp"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
)

// lookupPage is what the box in the header found: the cases this person may see, and no word of others.
type lookupPage struct {
	Text    string
	Phrases []string
	Heads   []part.Head
	Rows    []part.Row
	Wrong   string
	More    bool
	Sample  bool
}

// lookupMost is how many cases the page shows; lookupLongest how long a text is looked for, in characters.
const (
	lookupMost    = 50
	lookupLongest = 100
)

// lookup finds a case by number, body or title for everybody who is signed in, within what they may see; the whole number of a case, or a
// part that only one has, opens it.
func (p *Pages) lookup(r *page.Request) (page.View, error) {
	v := lookupPage{Text: jp.NFC(r.Value("case"))}
	body := r.Who.Is(account.RoleStaff, account.RoleApprover, account.RoleAssoc, account.RoleNGO)
	view := page.View{Title: r.T("list.lookup"), Shell: page.Desk}
	if body {
		view.Shell = page.Work
	}
	at := func(l cases.Line) string {
		if body {
			return "/work/cases/" + l.ID
		}
		return caseURL(l.ID)
	}
	switch {
	case v.Text == "":
		v.Phrases = []string{r.T("list.lookup")}
	case utf8.RuneCountInString(v.Text) > lookupLongest:
		v.Phrases, v.Wrong = []string{r.T("list.lookup")}, r.T("list.lookup.long", "n", lookupLongest)
	default:
		list, one, err := p.Cases.Find(r.Context(), r.Who, v.Text, lookupMost+1)
		if err != nil {
			return page.View{}, err
		}
		if one {
			return page.Redirect(at(list[0])), nil
		}
		v.fill(r, p.words(r), list, at)
	}
	view.Title = v.Phrases[0]
	if v.Wrong != "" {
		view.Errors, view.Status = []page.Item{{ID: "lookup", Text: v.Wrong}}, 422
	}
	view.Body = lookupBody(v, view.Errors)
	if !body {
		nav, err := p.nav(r, "")
		if err != nil {
			return page.View{}, err
		}
		view.Nav = nav
	}
	return view, nil
}

// fill puts what was found into the table.
func (v *lookupPage) fill(r *page.Request, words *lineWords, list []cases.Line, at func(cases.Line) string) {
	if v.More = len(list) > lookupMost; v.More {
		list = list[:lookupMost]
	}
	v.Phrases = []string{r.T("list.lookup.found", "text", v.Text, "n", number(r, len(list), v.More))}
	for _, key := range []string{"desk.list.case", "list.col.state", "list.col.holder", "list.col.due"} {
		v.Heads = append(v.Heads, part.Head{Label: r.T(key)})
	}
	for _, l := range list {
		t := words.todo(l)
		due := part.Cell{Text: words.day(l.Due).full}
		if l.Due != "" && !l.Ended {

			due.Left, due.Near = t.Left, t.Near
		}
		v.Rows = append(v.Rows, part.Row{Cells: []part.Cell{{Text: t.Title, URL: at(l), Sub: l.Number + "　" + t.Reason}, {Text: t.State, Look: t.Look, Status: true}, {Text: t.Holder}, due}})
		v.Sample = v.Sample || l.Demo
	}
}
