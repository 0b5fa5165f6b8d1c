package desk

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kakehashi/internal/cases"
	"kakehashi/internal/jp"
	"kakehashi/internal/web/page"
)

// query is what a list shows, all of it in the address.
type query struct {
	View       string // a group, "" for all
	Programme  string
	Year       int
	Text       string
	Officer    string // "" everybody's, me, cases.Nobody, or a person
	From, Till string // due days as typed
	Sort       string
	Cols       []string
	After      string
}

// mine as an officer is whoever looks: a shared view means everybody's own cases.
const mineOnly = "me"

func queryOf(r *page.Request) query { return queryFrom(r.URL.Query()) }

func queryFrom(v url.Values) query {
	get := func(name string) string {
		return strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(v.Get(name), ""), "\x00", ""))
	}
	q := query{View: get("view"), Programme: get("programme"), Text: jp.NFC(get("q")), Officer: get("officer"), From: get("from"), Till: get("till"), Sort: get("sort"),
		After: get("after")}
	if !slices.Contains(groups, q.View) {
		q.View = ""
	}
	if !slices.Contains(cases.Sorts, strings.TrimPrefix(q.Sort, "-")) || q.Sort == "due" {
		q.Sort = ""
	}
	q.Year, _ = strconv.Atoi(jp.FoldID(get("fy")))
	for _, c := range columns {
		if slices.Contains(v["col"], c.key) {
			q.Cols = append(q.Cols, c.key)
		}
	}
	if day, ok := jp.ParseDate(q.From); ok {
		q.From = day
	}
	if day, ok := jp.ParseDate(q.Till); ok {
		q.Till = day
	}
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
	set("officer", q.Officer)
	set("from", q.From)
	set("till", q.Till)
	set("sort", q.Sort)
	for _, c := range q.Cols {
		v.Add("col", c)
	}
	if q.Year != 0 {
		set("fy", strconv.Itoa(q.Year))
	}
	return v
}

// encoded is the query as views keep it and forms carry it.
func (q query) encoded() string { return q.values().Encode() }

func (q query) url(path string) string {
	if s := q.encoded(); s != "" {
		return path + "?" + s
	}
	return path
}

// list is the address of the list itself: without any filter it says so, for the bare address opens with the person's own view.
func (q query) list() string {
	if q.encoded() == "" {
		return "/desk/cases?all=1"
	}
	return q.url("/desk/cases")
}

// wrongDays are the days of the query that cannot be read, by control.
func (q query) wrongDays(r *page.Request) map[string]string {
	bad := map[string]string{}
	for name, day := range map[string]string{"from": q.From, "till": q.Till} {
		if _, ok := jp.ParseDate(day); day != "" && !ok {
			bad[name] = r.T("list.day.wrong")
		}
	}
	if len(bad) == 0 && q.From != "" && q.Till != "" && q.From > q.Till {
		bad["till"] = r.T("list.day.order")
	}
	return bad
}

// filter turns the query into what the store is asked. A day that cannot be read narrows to nothing, so that no wrong list is shown.
func (p *Pages) filter(r *page.Request, q query) (cases.Filter, error) {
	f := cases.Filter{Programme: q.Programme, FiscalYear: q.Year, Text: q.Text, Sort: q.Sort, After: q.After, From: q.From, Till: q.Till}
	if cases.KeepsDesk(r.Who) {
		if f.Officer = q.Officer; q.Officer == mineOnly {
			f.Officer = r.Who.Person
		}
	}
	if len(q.wrongDays(r)) > 0 {
		f.States = []string{"-"}
		return f, nil
	}
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
