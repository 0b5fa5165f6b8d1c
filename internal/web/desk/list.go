package desk

import (
	"net/url"
	"slices"
	"strconv"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
	"kakehashi/internal/web/record"
)

// query is what a list shows, all of it in the address.
type query struct {
	View      string // a group, "" for all
	Programme string
	Year      int
	Text      string
	After     string
}

func queryOf(r *page.Request) query {
	v := r.URL.Query()
	q := query{View: v.Get("view"), Programme: v.Get("programme"), Text: jp.NFC(v.Get("q")), After: v.Get("after")}
	if !slices.Contains(groups, q.View) {
		q.View = ""
	}
	q.Year, _ = strconv.Atoi(jp.FoldID(v.Get("fy")))
	return q
}

// values is the query as an address, without the place in the list.
func (q query) values() url.Values {
	v := url.Values{}
	set := func(name, value string) {
		if value != "" {
			v.Set(name, value)
		}
	}
	set("view", q.View)
	set("programme", q.Programme)
	set("q", q.Text)
	if q.Year != 0 {
		set("fy", strconv.Itoa(q.Year))
	}
	return v
}

func (q query) url(path string) string {
	if s := q.values().Encode(); s != "" {
		return path + "?" + s
	}
	return path
}

// filter turns the query into what the store is asked.
func (p *Pages) filter(r *page.Request, q query) (cases.Filter, error) {
	f := cases.Filter{Programme: q.Programme, FiscalYear: q.Year, Text: q.Text, After: q.After}
	if q.View == "" {
		return f, nil
	}
	states, err := p.states(r)
	if err != nil {
		return f, err
	}
	if f.States = states.groups[q.View]; len(f.States) == 0 {
		f.States = []string{"-"} // no programme has such a state: an empty list, not all of them
	}
	return f, nil
}

// listPage is a list of cases.
type listPage struct {
	Phrases    []string
	Query      query
	Rows       []part.Row
	Next       string
	Shown      string
	Programmes []option
	Years      []option
	Views      []part.Tab
	CSV, XLSX  string
	Sample     bool
}

// option is one choice of a filter.
type option struct {
	Value, Label string
	Chosen       bool
}

// countLimit is how far a list is counted before it is shown.
const countLimit = 500

// list shows the cases of a kind of work by deadline.
func (p *Pages) list(r *page.Request) (page.View, error) {
	if r.Who.Is(account.RoleCommittee) {
		return page.Redirect("/desk"), nil
	}
	q := queryOf(r)
	f, err := p.filter(r, q)
	if err != nil {
		return page.View{}, err
	}
	found, err := p.Cases.List(r.Context(), r.Who, f)
	if err != nil {
		return page.View{}, err
	}
	v := listPage{Query: q, CSV: q.url("/desk/cases.csv"), XLSX: q.url("/desk/cases.xlsx")}
	words := p.words(r)
	for _, l := range found.Lines {
		v.Rows = append(v.Rows, words.row(l))
		v.Sample = v.Sample || l.Demo
	}
	if found.Next != "" {
		v.Next = page.Here(r.Context(), "after", found.Next)
	}
	n, more, err := p.count(r, f, found)
	if err != nil {
		return page.View{}, err
	}
	v.Phrases = listWords(r, q, n, more, found.Lines)
	v.Shown = r.T("desk.list.shown", "n", lang.Num(len(v.Rows)), "all", number(r, n, more))
	if err := p.choices(r, &v); err != nil {
		return page.View{}, err
	}
	nav, err := p.nav(r, q.View)
	return page.View{Title: v.Phrases[0], Shell: page.Desk, Nav: nav, Body: listBody(v)}, err
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
		v.Programmes = append(v.Programmes, option{x.Code, x.Title.In(r.Lang), x.Code == v.Query.Programme})
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
	for _, g := range append([]string{""}, groups...) {
		q := v.Query
		q.View = g
		label := "desk.group.all"
		if g != "" {
			label = "desk.group." + g
		}
		v.Views = append(v.Views, part.Tab{Label: r.T(label), URL: q.url("/desk/cases"), Current: g == v.Query.View})
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
	out := place{List: q.url("/desk/cases")}
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
