package desk

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/web/bring"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
	"kakehashi/internal/web/record"
)

// listPage is a list of cases.
type listPage struct {
	Phrases    []string
	Query      query
	Bad        map[string]string // days of the filter that cannot be read
	Items      []page.Item
	Heads      []part.Head
	Rows       []part.Row
	Next       string
	Shown      string
	Found      int // counted to countLimit
	More       bool
	Programmes []option
	Years      []option
	Officers   []option
	Sorts      []option
	Columns    []option
	Views      []part.Tab
	Saved      []savedView
	Acts       []option // what may be done with chosen cases
	Desk       bool     // notes who is in charge
	Open       bool     // some of the further conditions are set
	CSV, XLSX  string
	CP932      string
	Edit       string // where the desk's own columns are brought back from a file, "" for hats without a desk
	Sample     bool
}

// option is one choice of a filter.
type option struct {
	Value, Label string
	Chosen       bool
}

// countLimit is how far a list is counted before it is shown.
const countLimit = 500

// list shows the cases of a kind of work by deadline. Its bare address opens with the view the person chose for that.
func (p *Pages) list(r *page.Request) (page.View, error) {
	if r.Who.Is(account.RoleCommittee) {
		return page.Redirect("/desk"), nil
	}
	if r.URL.RawQuery == "" {
		if v, ok, err := p.Cases.DefaultView(r.Context(), r.Who); err != nil || ok {
			return page.Redirect("/desk/cases?" + v.Query), err
		}
	}
	return p.showList(r, queryOf(r), nil, 0)
}

// showList is the list, with what is wrong about something that was asked of it.
func (p *Pages) showList(r *page.Request, q query, wrong []page.Item, status int) (page.View, error) {
	f, err := p.filter(r, q)
	if err != nil {
		return page.View{}, err
	}
	found, err := p.Cases.List(r.Context(), r.Who, f)
	if err != nil {
		return page.View{}, err
	}
	v := listPage{Query: q, CSV: q.url("/desk/cases.csv"), XLSX: q.url("/desk/cases.xlsx"), CP932: q.url("/desk/lists/cp932"),
		Bad: q.wrongDays(r), Items: wrong, Desk: cases.KeepsDesk(r.Who)}
	if v.Desk {
		v.Edit = bring.At("notes", bring.Everything)
	}
	for _, name := range []string{"from", "till"} {
		if v.Bad[name] != "" {
			v.Items, status = append(v.Items, page.Item{ID: "l-" + name, Text: v.Bad[name]}), http.StatusUnprocessableEntity
		}
	}
	if v.Acts, err = p.bulkActs(r); err != nil {
		return page.View{}, err
	}
	if err := p.tabulate(r, &v, found.Lines); err != nil {
		return page.View{}, err
	}
	if found.Next != "" {
		v.Next = page.Here(r.Context(), "after", found.Next)
	}
	if v.Found, v.More, err = p.count(r, f, found); err != nil {
		return page.View{}, err
	}
	v.Phrases = listWords(r, q, v.Found, v.More, found.Lines)
	v.Shown = r.T("desk.list.shown", "n", lang.Num(len(v.Rows)), "all", number(r, v.Found, v.More))
	if err := p.choices(r, &v); err != nil {
		return page.View{}, err
	}
	if v.Saved, err = p.savedViews(r, q); err != nil {
		return page.View{}, err
	}
	nav, err := p.nav(r, q.View)
	return page.View{Title: v.Phrases[0], Shell: page.Desk, Status: status, Nav: nav, Errors: v.Items, Body: listBody(v)}, err
}

// tabulate fills the table with the columns of the query.
func (p *Pages) tabulate(r *page.Request, v *listPage, lines []cases.Line) error {
	shown := columnsOf(r, v.Query.Cols)
	desks, err := p.desks(r, lines, shown)
	if err != nil {
		return err
	}
	if len(v.Acts) > 0 {
		v.Heads = append(v.Heads, part.Head{Label: r.T("list.choose"), Hide: true})
	}
	v.Heads = append(v.Heads, part.Head{Label: r.T("desk.list.case")})
	for _, c := range shown {
		v.Heads = append(v.Heads, part.Head{Label: r.T("list.col." + c.key), Num: c.num})
	}
	words := p.words(r)
	for _, l := range lines {
		t := words.todo(l)
		var row part.Row
		if len(v.Acts) > 0 {
			row.Cells = append(row.Cells, part.Cell{Body: chooseCase(l.ID, l.Number+"　"+t.Title)})
		}
		row.Cells = append(row.Cells, part.Cell{Text: t.Title, URL: t.URL, Sub: l.Number + "　" + t.Reason})
		for _, c := range shown {
			row.Cells = append(row.Cells, words.cell(c, l, &t, desks[l.ID]))
		}
		v.Rows, v.Sample = append(v.Rows, row), v.Sample || l.Demo
	}
	return nil
}

// desks reads what the desk noted on some cases, if one of the columns shows it.
func (p *Pages) desks(r *page.Request, lines []cases.Line, shown []column) (map[string]cases.Desk, error) {
	if !slices.ContainsFunc(shown, func(c column) bool { return c.own }) {
		return nil, nil
	}
	ids := make([]string, len(lines))
	for i, l := range lines {
		ids[i] = l.ID
	}
	return p.Cases.Desks(r.Context(), r.Who, ids)
}

// count counts a filter up to countLimit from its beginning.
func (p *Pages) count(r *page.Request, f cases.Filter, found cases.Page) (n int, more bool, err error) {
	if f.After == "" && found.Next == "" {
		return len(found.Lines), false, nil
	}
	f.After = ""
	n, err = p.Cases.Count(r.Context(), r.Who, f, countLimit+1)
	return min(n, countLimit), n > countLimit, err
}

// number is a count that may be more: 500件以上.
func number(r *page.Request, n int, more bool) string {
	if more {
		return r.T("desk.n_more", "n", lang.Num(n))
	}
	return r.T("desk.n", "n", lang.Num(n))
}

// listWords is the sentence over a list: how many, and the nearest deadline.
func listWords(r *page.Request, q query, n int, more bool, lines []cases.Line) []string {
	name := r.T("desk.group.all")
	if q.View != "" {
		name = r.T("desk.group." + q.View)
	}
	words := []string{r.T("desk.list.count", "what", name, "n", number(r, n, more))}
	if len(lines) > 0 && lines[0].Due != "" && q.After == "" && q.View != groupDone {
		words = append(words, r.T("desk.home.next", "day", lang.Day(r.Lang, lines[0].Due)))
	}
	return words
}

// choices fills the filters: programmes, years, kinds of work.
func (p *Pages) choices(r *page.Request, v *listPage) error {
	list, err := p.own(r)
	if err != nil {
		return err
	}
	years := []int{jp.FY(r.Now) - 1, jp.FY(r.Now), jp.FY(r.Now) + 1}
	for _, x := range list {
		v.Programmes = append(v.Programmes, option{x.Code, x.Short.In(r.Lang), x.Code == v.Query.Programme})
		if !slices.Contains(years, x.Call.FiscalYear) {
			years = append(years, x.Call.FiscalYear)
		}
	}
	if y := v.Query.Year; y > 1988 && y < 2200 && !slices.Contains(years, y) {
		years = append(years, y)
	}
	slices.Sort(years)
	for _, y := range years {
		v.Years = append(v.Years, option{strconv.Itoa(y), lang.FiscalYear(r.Lang, y), y == v.Query.Year})
	}
	for _, name := range append([]string{""}, sortChoices...) {
		v.Sorts = append(v.Sorts, option{name, r.T("list.sort." + strings.TrimPrefix(name, "-") + map[bool]string{true: ".down"}[strings.HasPrefix(name, "-")]), name == v.Query.Sort})
	}
	shown := columnsOf(r, v.Query.Cols)
	for _, c := range columns {
		if !c.own || v.Desk {
			v.Columns = append(v.Columns, option{c.key, r.T("list.col." + c.key), slices.ContainsFunc(shown, func(x column) bool { return x.key == c.key })})
		}
	}
	v.Open = v.Query.From+v.Query.Till+v.Query.Sort != "" || len(v.Query.Cols) > 0
	if err := p.officers(r, v); err != nil {
		return err
	}
	for _, g := range append([]string{""}, groups...) {
		q := v.Query
		q.View = g
		label := "desk.group.all"
		if g != "" {
			label = "desk.group." + g
		}
		v.Views = append(v.Views, part.Tab{Label: r.T(label), URL: q.list(), Current: g == v.Query.View})
	}
	return nil
}

// sortChoices are the orders a list is offered in.
var sortChoices = []string{"-due", "number", "-number", "org", "requested", "-requested", "decided", "-decided", "submitted", "-submitted"}

// colleagues are the people of the acting desk who may be put in charge, by name.
func (p *Pages) colleagues(r *page.Request) ([]account.Who, error) {
	if !cases.KeepsDesk(r.Who) {
		return nil, nil
	}
	roles := []account.Role{account.RoleOfficer, account.RoleChief}
	if r.Who.Is(account.RoleBranch) {
		roles = []account.Role{account.RoleBranch}
	}
	var list []account.Who
	for _, role := range roles {
		wearers, err := p.Accounts.Wearers(r.Context(), r.Who.Hat.Body, role)
		if err != nil {
			return nil, err
		}
		for _, w := range wearers {
			if !slices.ContainsFunc(list, func(x account.Who) bool { return x.Person == w.Person }) {
				list = append(list, w)
			}
		}
	}
	return list, nil
}

// officers fills the choice of who is in charge.
func (p *Pages) officers(r *page.Request, v *listPage) error {
	list, err := p.colleagues(r)
	if err != nil || !v.Desk {
		return err
	}
	add := func(value, label string) {
		v.Officers = append(v.Officers, option{value, label, value == v.Query.Officer})
	}
	add("", r.T("common.all"))
	add(mineOnly, r.T("list.officer.me"))
	add(cases.Nobody, r.T("list.officer.none"))
	for _, w := range list {
		if w.Person != r.Who.Person {
			add(w.Person, w.Name)
		}
	}
	return nil
}

// yenOrBlank is a sum without its unit, nothing for nothing.
func yenOrBlank(n int64) string {
	if n == 0 {
		return ""
	}
	return lang.Num(n)
}

// place says where a case stands in its own list (same programme, year and kind of work), and which come before and after it.
type place struct {
	List       string
	Name       string
	At, Of     int
	More       bool
	Prev, Next string
}

// neighbours is how far the list around a case is looked at.
const neighbours = 200

func (p *Pages) place(r *page.Request, c *cases.Case, group string) (place, error) {
	return p.placeIn(r, c.ID, query{View: group, Programme: c.Programme, Year: c.FiscalYear})
}

// placeIn is the place of a case in a list.
func (p *Pages) placeIn(r *page.Request, id string, q query) (place, error) {
	out := place{List: q.list()}
	if r.Who.Is(account.RoleAdmin, account.RoleCommittee) {
		return place{}, nil
	}
	f, err := p.filter(r, q)
	if err != nil {
		return out, err
	}
	ids, more, err := p.Cases.Order(r.Context(), r.Who, f, neighbours)
	if err != nil {
		return out, err
	}
	i := slices.Index(ids, id)
	if i < 0 {
		return out, nil
	}
	out.At, out.Of, out.More = i+1, len(ids), more
	if i > 0 {
		out.Prev = caseURL(ids[i-1])
	}
	if i+1 < len(ids) {
		out.Next = caseURL(ids[i+1])
	}
	return out, nil
}

// days turns the business days left until a day into words; near within three.
func days(r *page.Request, due string) (words string, near bool) {
	if today := jp.Date(r.Now); due > today {
		n := jp.BusinessDaysBetween(today, due)
		return r.T("desk.left_business", "n", n), n <= 7
	}
	return record.Left(r, due)
}

// main is the column that names the case.
func (v listPage) main() int {
	if len(v.Acts) > 0 {
		return 1
	}
	return 0
}

// wrong is what is wrong at a control of the page.
func (v listPage) wrong(id string) string {
	if i := slices.IndexFunc(v.Items, func(x page.Item) bool { return x.ID == id }); i >= 0 {
		return v.Items[i].Text
	}
	return ""
}

// all is how many cases the conditions find, in words.
func (v listPage) all(ctx context.Context) string {
	if v.More {
		return page.T(ctx, "desk.n_more", "n", lang.Num(v.Found))
	}
	return page.T(ctx, "desk.n", "n", lang.Num(v.Found))
}
