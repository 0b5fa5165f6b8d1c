// Package bring takes lists in from a file (名簿・一覧の取込み): what the desk notes on its cases, the totals of budgets, the marks of a committee
// member, who of a panel judges which case, the posts that committee members held, and people to invite. Each list can be had as a file, be
// changed there and be brought back: first a trial run whose report names every row and changes nothing, then, when somebody who read the
// report says so, the same file for good. Rows that cannot be used are told with their line, column and reason, on the page and as a
// file, and are left out. The same file may come again: what is so already is left as it is.
package bring

import (
	"context"
	"net/http"
	"strings"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/jobs"
	"kakehashi/internal/lang"
	"kakehashi/internal/ledger"
	"kakehashi/internal/mail"
	"kakehashi/internal/org"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/page"
)

// Pages are the pages of lists that are brought in.
type Pages struct {
	Accounts   *account.Store
	Cases      *cases.Store
	Jobs       *jobs.Queue
	Ledger     *ledger.Store
	Mail       *mail.Outbox
	Orgs       *org.Store
	Programmes *programme.Store
	URL        func(path string) string // the whole address of a page, for mails

	kept kept
}

// A list is a kind of list. Open opens it for a person: fault.Missing for whom it does not exist. What it stands for is named in the
// address: a call ("P01-2027"), or "all".
type list struct {
	ID    string
	Roles []account.Role
	Open  func(ctx context.Context, who account.Who, scope string) (*sheet, error)
}

// A sheet is a list as one person may change it.
type sheet struct {
	Of      string // what the list belongs to, in the person's language: a call
	Back    page.Link
	Columns []column
	Most    int // rows of one file
	// Keys are the columns that say together what a row is about: the same may not come twice in a file.
	Keys []string
	// Rows are the rows there are, each in the order of the columns; what is written out can be brought back.
	Rows func(ctx context.Context, put func(cells ...string) error) error
	// Bring does one row, inside a transaction. A fault is the row's own; its Field is the column.
	Bring func(ctx context.Context, x cells) (fate, error)
}

// cells are a row of a file.
type cells struct {
	of  func(column string) string // "" too where the file has no such column
	has func(column string) bool
}

// A column of a list: Need says that a file must have it, Info that it is written but not read. Choices are offered in a workbook. Also are
// the catalogue keys of what other lists of ours call it: what they write out can be brought in here.
type column struct {
	Name    string
	Label   lang.Text
	Also    []string
	Need    bool
	Info    bool
	Figure  bool
	Choices []string
	Fold    func(text string) string // the cell as it is compared with those of other rows, where one thing is written in several ways
}

// fate is what became of a row, or what would.
type fate struct {
	Act        string // add, change, same or refused
	Code, Name string
	Words      lang.Text // what exactly, of rows that change something
}

// Acts.
const (
	actAdd     = "add"
	actChange  = "change"
	actSame    = "same"
	actRefused = "refused"
)

// Everything is the scope of a list that belongs to nothing smaller.
const Everything = "all"

func (p *Pages) lists() []list {
	return []list{p.notes(), p.budgets(), p.marks(), p.seats(), p.posts(), p.people()}
}

// At is the address of a list.
func At(id, scope string) string { return "/desk/bring/" + id + "/" + scope }

// Call is the scope of a call.
func Call(programme string, fy int) string { return callScope(programme, fy) }

// Register adds the pages to the site.
func (p *Pages) Register(s *page.Site) {
	own := func(h func(*page.Request, list, *sheet) (page.View, error)) page.Handler {
		return page.Member(func(r *page.Request) (page.View, error) {
			l, sh, err := p.opened(r)
			if err != nil {
				return page.View{}, err
			}
			return h(r, l, sh)
		})
	}
	s.Get("/desk/bring/{list}/{scope}", own(p.ask))
	s.Upload("/desk/bring/{list}/{scope}", org.MostBytes+1<<20, own(p.try))
	s.Get("/desk/bring/{list}/{scope}/list.csv", own(p.csv))
	s.Get("/desk/bring/{list}/{scope}/list.xlsx", own(p.xlsx))
	s.Get("/desk/bring/{list}/{scope}/files/{work}", own(p.report))
	s.Post("/desk/bring/{list}/{scope}/files/{work}", own(p.steer))
	s.Get("/desk/bring/{list}/{scope}/files/{work}/errors.csv", own(p.errors))
	for _, l := range p.lists() {
		p.Jobs.HandleWork(workOf(l.ID), p.step(l), p.done)
	}
}

// opened is the list of the address as the acting person may change it.
func (p *Pages) opened(r *page.Request) (list, *sheet, error) {
	for _, l := range p.lists() {
		if l.ID == r.PathValue("list") && r.Who.Is(l.Roles...) {
			who := r.Who
			who.Lang = r.Lang
			sh, err := l.Open(r.Context(), who, r.PathValue("scope"))
			return l, sh, err
		}
	}
	return list{}, nil, fault.New(fault.Missing, "db.missing")
}

// both is a sentence of the catalogue in both languages.
func both(key string, args ...any) lang.Text {
	return lang.Text{JA: lang.T(lang.JA, key, args...), EN: lang.T(lang.EN, key, args...)}
}

// askPage is the way in for a file of a list.
type askPage struct {
	List    list
	Sheet   *sheet
	At      string
	Title   string
	Lead    string
	Wrong   string // what is wrong with the file
	Earlier []jobs.Work
}

func (p *Pages) ask(r *page.Request, l list, sh *sheet) (page.View, error) {
	return p.askView(r, l, sh, "")
}

func (p *Pages) askView(r *page.Request, l list, sh *sheet, wrong string) (page.View, error) {
	v := askPage{List: l, Sheet: sh, At: At(l.ID, r.PathValue("scope")), Title: r.T("bring." + l.ID + ".title"), Lead: r.T("bring." + l.ID + ".lead"), Wrong: wrong}
	works, err := p.Jobs.WorksOf(r.Context(), workOf(l.ID), r.Who.Person)
	if err != nil {
		return page.View{}, err
	}
	for _, w := range works {
		if o, ok := orderOf(w); ok && o.Scope == r.PathValue("scope") && o.Who.Hat.Body == r.Who.Hat.Body {
			v.Earlier = append(v.Earlier, w)
		}
	}
	full := page.View{Title: v.Title, Sub: sh.Of, Shell: page.Desk, Under: sh.Back.URL, Crumbs: []page.Link{sh.Back}}
	if wrong != "" {
		full.Status, full.Errors = http.StatusUnprocessableEntity, []page.Item{{ID: "file", Text: wrong}}
	}
	full.Body = askBody(v, full.Errors)
	return full, nil
}

// needed are the labels of the columns a file must have.
func (sh *sheet) needed(tag lang.Tag) string {
	var list []string
	for _, c := range sh.Columns {
		if c.Need {
			list = append(list, c.Label.In(tag))
		}
	}
	return strings.Join(list, lang.T(tag, "bring.and"))
}

// label is a column as the page calls it, "" of what is none.
func (sh *sheet) label(tag lang.Tag, name string) string {
	for _, c := range sh.Columns {
		if c.Name == name {
			return c.Label.In(tag)
		}
	}
	return ""
}
