package register

import (
	"cmp"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/org"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
)

const referenceAt = "/admin/reference"

// referenceRoutes are the pages of the reference data, the administrator's alone.
func (p *Pages) referenceRoutes(s *page.Site) {
	only := func(h page.Handler) page.Handler { return allow(h, account.RoleAdmin) }
	s.Get("/admin/reference", only(p.referenceHome))
	s.Get("/admin/reference/{kind}", only(p.referenceList))
	s.Get("/admin/reference/{kind}/rows.csv", only(p.referenceCSV))
	s.Get("/admin/reference/{kind}/rows.xlsx", only(p.referenceBook))
	s.Get("/admin/reference/{kind}/new", only(p.askRow))
	s.Post("/admin/reference/{kind}/new", only(p.addRow))
	s.Get("/admin/reference/{kind}/rows/{key}", only(p.row))
	s.Get("/admin/reference/{kind}/rows/{key}/edit", only(p.askRow))
	s.Post("/admin/reference/{kind}/rows/{key}/edit", only(p.editRow))
	s.Get("/admin/reference/{kind}/rows/{key}/end", only(p.askEnd))
	s.Post("/admin/reference/{kind}/rows/{key}/end", only(p.endRow))
	s.Get("/admin/reference/{kind}/rows/{key}/withdraw", only(p.askWithdraw))
	s.Post("/admin/reference/{kind}/rows/{key}/withdraw", only(p.withdrawRow))
	s.Get("/admin/reference/{kind}/import", only(p.askRows))
	s.Upload("/admin/reference/{kind}/import", uploadMost, only(p.tryRows))
	s.Get("/admin/reference/{kind}/imports/{id}", only(p.showRows))
	s.Get("/admin/reference/{kind}/imports/{id}/errors.csv", only(p.rowErrors))
	s.Post("/admin/reference/{kind}/imports/{id}/commit", only(p.commitRows))
	p.Jobs.HandleWork(rowsKind, p.rowsStep, nil)
}

// kindOf is the kind of the address; fault.Missing for none.
func kindOf(r *page.Request) (org.Kind, error) {
	k, ok := org.KindOf(r.PathValue("kind"))
	if !ok {
		return k, fault.New(fault.Missing, "db.missing")
	}
	return k, nil
}

func kindName(r *page.Request, k org.Kind) string { return r.T("reference.kind." + k.ID) }

func rowAt(k org.Kind, key string, rest ...string) string {
	return strings.Join(append([]string{referenceAt, k.ID, "rows", url.PathEscape(key)}, rest...), "/")
}

func referenceCrumbs(r *page.Request, k org.Kind, links ...page.Link) []page.Link {
	return append([]page.Link{{Label: r.T("reference.title"), URL: referenceAt}, {Label: kindName(r, k), URL: referenceAt + "/" + k.ID}}, links...)
}

// referenceHome lists the kinds with how many rows hold today and when one was last changed.
func (p *Pages) referenceHome(r *page.Request) (page.View, error) {
	today := jp.Date(r.Now)
	var rows []part.Row
	for _, k := range org.Kinds() {
		list, err := p.Orgs.Rows(r.Context(), k)
		if err != nil {
			return page.View{}, err
		}
		holds, coming := 0, 0
		var last org.Row
		for _, x := range list {
			switch {
			case x.Holds(today):
				holds++
			case x.From > today:
				coming++
			}
			if x.Recorded.After(last.Recorded) {
				last = x
			}
		}
		when := r.T("reference.never")
		if !last.Recorded.IsZero() {
			when = p.recorded(r, last)
		}
		rows = append(rows, part.Row{Cells: []part.Cell{{Text: kindName(r, k), URL: referenceAt + "/" + k.ID}, {Text: lang.Num(int64(holds))}, {Text: lang.Num(int64(coming))}, {Text: when}}})
	}
	heads := []part.Head{{Label: r.T("reference.kinds")}, {Label: r.T("reference.count"), Num: true}, {Label: r.T("reference.planned_count"), Num: true}, {Label: r.T("reference.last")}}
	return page.View{Title: r.T("reference.title"), Shell: page.Desk, Body: referenceHome(part.Rows(r.T("reference.title"), heads, rows))}, nil
}

// recorded is when a row was recorded and by whom.
func (p *Pages) recorded(r *page.Request, x org.Row) string {
	return r.T("reference.by", "at", lang.Moment(r.Lang, x.Recorded), "who", p.whoIs(r, x.Person))
}

func (p *Pages) whoIs(r *page.Request, id string) string {
	if id == org.System.Person {
		return r.T("reference.by_command")
	}
	if person, err := p.Accounts.Person(r.Context(), id); err == nil {
		return person.Name
	}
	return id
}

// referencePage is the list of one kind as of a day.
type referencePage struct {
	Kind         org.Kind
	Title        string
	At           string // ISO day
	AtError      string
	Text, Office string
	Year         string
	Calendars    [][2]string
	Rows         []part.Row
	Coming       []part.Row
	Ended        []part.Row
	Shown        string
	More         string
	Export       string
}

// rowsMost is how many rows of a kind a page shows.
const rowsMost = 300

func (p *Pages) referenceList(r *page.Request) (page.View, error) {
	k, err := kindOf(r)
	if err != nil {
		return page.View{}, err
	}
	v, list, err := p.filtered(r, k)
	if err != nil {
		return page.View{}, err
	}
	n := 0
	for _, x := range list {
		cells := p.rowCells(r, k, x)
		switch {
		case x.Holds(v.At):
			if n++; n <= rowsMost {
				v.Rows = append(v.Rows, part.Row{Cells: append(cells, part.Cell{Text: lasts(r, x)}, part.Cell{Text: x.Source})})
			}
		case x.From > v.At:
			v.Coming = append(v.Coming, part.Row{Cells: append(cells, part.Cell{Text: lasts(r, x)}, part.Cell{Text: cmp.Or(x.Reason, x.Source)})})
		case len(v.Ended) < rowsMost:
			v.Ended = append(v.Ended, part.Row{Cells: append(cells, part.Cell{Text: lasts(r, x)}, part.Cell{Text: cmp.Or(x.Reason, x.Source)})})
		}
	}
	v.Shown = r.T("reference.shown", "day", lang.LongDay(r.Lang, v.At), "n", n)
	if n > rowsMost {
		v.More = r.T("reference.more", "n", rowsMost)
	}
	return page.View{Title: v.Title, Shell: page.Desk, Crumbs: referenceCrumbs(r, k)[:1], Body: referenceBody(v)}, nil
}

// filtered reads the filter of the address and the rows it lets through.
func (p *Pages) filtered(r *page.Request, k org.Kind) (referencePage, []org.Row, error) {
	q := r.URL.Query()
	v := referencePage{Kind: k, Title: kindName(r, k), At: jp.Date(r.Now), Text: strings.TrimSpace(q.Get("q")), Office: q.Get("office"), Year: jp.FoldID(q.Get("year"))}
	if at := strings.TrimSpace(q.Get("at")); at != "" {
		day, ok := jp.ParseDate(at)
		if ok {
			v.At = day
		} else {
			v.AtError = r.T("org.day_unreadable", "value", at)
		}
	}
	if k.ID == "holiday" {
		offices, err := p.Orgs.Offices(r.Context())
		if err != nil {
			return v, nil, err
		}
		v.Calendars = [][2]string{{org.Japan, r.T("reference.japan")}}
		for _, o := range offices {
			v.Calendars = append(v.Calendars, [2]string{o.Code, o.City.In(r.Lang)})
		}
		v.Office, v.Year = cmp.Or(v.Office, org.Japan), cmp.Or(v.Year, v.At[:4])
	}
	v.Export = "?" + url.Values{"at": {v.At}, "q": {v.Text}, "office": {v.Office}, "year": {v.Year}}.Encode()
	list, err := p.Orgs.Rows(r.Context(), k)
	text := org.Fold(v.Text)
	return v, slices.DeleteFunc(list, func(x org.Row) bool {
		if k.ID == "holiday" && (x.Values["office"] != v.Office || !strings.HasPrefix(x.Values["day"], v.Year)) {
			return true
		}
		if text == "" {
			return false
		}
		for _, value := range x.Values {
			if strings.Contains(org.Fold(value), text) {
				return false
			}
		}
		return !strings.Contains(org.Fold(x.Key), text)
	}), err
}

// lasts are the days of a row in words.
func lasts(r *page.Request, x org.Row) string {
	switch {
	case x.From == "" && x.To == "":
		return r.T("reference.always")
	case x.To == "":
		return r.T("reference.from", "day", lang.LongDay(r.Lang, x.From))
	case x.From == "":
		return r.T("reference.until", "day", lang.LongDay(r.Lang, x.To))
	}
	return lang.LongDay(r.Lang, x.From) + "–" + lang.LongDay(r.Lang, x.To)
}

// rowCells are the code, the name and what else tells a row apart.
func (p *Pages) rowCells(r *page.Request, k org.Kind, x org.Row) []part.Cell {
	key := x.Key
	if k.ID == "holiday" {
		key = lang.LongDay(r.Lang, x.Values["day"])
	}
	var more []string
	for _, column := range map[string][]string{"office": {"city_" + string(r.Lang), "phone"}, "section": {"department_" + string(r.Lang), "phone"},
		"route": {"region", "office"}, "desk": {"section", "office", "phone", "mail"}, "country": {"code3", "name_en"}, "branch": {"section", "phone"},
		"statistic": {"value_" + string(r.Lang), "asof_" + string(r.Lang)}, "headquarters": {"phone"}, "language": {"own"}}[k.ID] {
		if x.Values[column] != "" {
			more = append(more, x.Values[column])
		}
	}
	if x.Values["hint"] != "" {
		more = append(more, r.T("reference.field.hint"))
	}
	return []part.Cell{{Text: key, Tight: true}, {Text: x.Label(r.Lang), URL: rowAt(k, x.Key), Sub: strings.Join(more, "　")}}
}

// referenceCSV writes the rows of the filter as of its day, or all that stand, past and coming ones too (?all=1).
func (p *Pages) referenceCSV(r *page.Request) (page.View, error) {
	k, list, err := p.exported(r)
	if err != nil {
		return page.View{}, err
	}
	return page.Download("text/csv; charset=utf-8", k.ID+".csv", func(w io.Writer) error { return k.ExportRows(w, list) }), nil
}

func (p *Pages) referenceBook(r *page.Request) (page.View, error) {
	k, list, err := p.exported(r)
	if err != nil {
		return page.View{}, err
	}
	return page.Download("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", k.ID+".xlsx", func(w io.Writer) error { return k.ExportBook(w, list, r.Lang) }), nil
}

func (p *Pages) exported(r *page.Request) (org.Kind, []org.Row, error) {
	k, err := kindOf(r)
	if err != nil {
		return k, nil, err
	}
	if r.URL.Query().Get("all") != "" {
		list, err := p.Orgs.Rows(r.Context(), k)
		return k, list, err
	}
	v, list, err := p.filtered(r, k)
	return k, slices.DeleteFunc(list, func(x org.Row) bool { return !x.Holds(v.At) }), err
}

// rowPage is one row with its past and its coming contents.
type rowPage struct {
	Kind      org.Kind
	Name, At  string
	Now       string
	Facts     []part.Fact
	Past      []part.Row
	Journal   []part.Entry
	Change    bool
	Withdrawn []page.Link
}

func (p *Pages) row(r *page.Request) (page.View, error) {
	k, past, err := p.rowPast(r)
	if err != nil {
		return page.View{}, err
	}
	today := jp.Date(r.Now)
	v := rowPage{Kind: k, Name: past[0].Label(r.Lang), At: rowAt(k, past[0].Key), Now: r.T("reference.now", "day", lang.LongDay(r.Lang, today)), Change: !k.Single}
	for i, x := range past {
		if x.Gone.IsZero() && x.Holds(today) {
			v.Name, v.Facts = x.Label(r.Lang), p.rowFacts(r, k, x)
		}
		if x.Gone.IsZero() && x.From > today {
			v.Withdrawn = append(v.Withdrawn, page.Link{Label: r.T("reference.withdraw.title", "day", lang.LongDay(r.Lang, x.From)), URL: v.At + "/withdraw?from=" + x.From})
		}
		v.Past = append(v.Past, p.pastRow(r, k, x, past[i+1:]))
	}
	if v.Journal, err = p.rowJournal(r, k, past[0].Key); err != nil {
		return page.View{}, err
	}
	return page.View{Title: v.Name, Sub: kindName(r, k), Shell: page.Desk, Crumbs: referenceCrumbs(r, k), Body: rowBody(v)}, nil
}

// rowPast reads the key of the address and every row it ever had, the newest first; fault.Missing when it had none.
func (p *Pages) rowPast(r *page.Request) (org.Kind, []org.Row, error) {
	k, err := kindOf(r)
	if err != nil {
		return k, nil, err
	}
	key := r.PathValue("key")
	past, err := p.Orgs.Past(r.Context(), k, key)
	if err == nil && (key == "" || len(past) == 0) {
		err = fault.New(fault.Missing, "db.missing")
	}
	return k, past, err
}

func (p *Pages) rowFacts(r *page.Request, k org.Kind, x org.Row) []part.Fact {
	var facts []part.Fact
	for _, c := range k.Columns {
		if text := x.Values[c.Name]; text != "" {
			if text == "true" {
				text = r.T("reference.yes")
			}
			facts = append(facts, part.Fact{Label: c.Label().In(r.Lang), Text: text})
		}
	}
	return append(facts, part.Fact{Label: r.T("reference.valid"), Text: lasts(r, x)}, part.Fact{Label: r.T("reference.field.source"), Text: x.Source})
}

// pastRow tells the days of a row, what was other before it, and who recorded it.
func (p *Pages) pastRow(r *page.Request, k org.Kind, x org.Row, before []org.Row) part.Row {
	what := r.T("reference.past.first")
	if len(before) > 0 {
		var changes []string
		for _, c := range k.Columns {
			if was, is := before[0].Values[c.Name], x.Values[c.Name]; was != is {
				changes = append(changes, c.Label().In(r.Lang)+" "+cmp.Or(was, "–")+" → "+cmp.Or(is, "–"))
			}
		}
		what = cmp.Or(strings.Join(changes, "; "), r.T("reference.valid"))
	}
	state := part.Cell{Text: r.T("reference.past.stands"), Look: "ok", Status: true}
	if !x.Gone.IsZero() {
		state = part.Cell{Text: r.T("reference.past.gone", "at", lang.Moment(r.Lang, x.Gone)), Look: "end", Status: true}
	}
	who := r.T("reference.past.shipped")
	if x.Person != "" {
		who = p.recorded(r, x)
	}
	return part.Row{Cells: []part.Cell{{Text: lasts(r, x)}, {Text: what}, {Text: cmp.Or(x.Reason, x.Source), Sub: who}, state}}
}

func (p *Pages) rowJournal(r *page.Request, k org.Kind, key string) ([]part.Entry, error) {
	list, err := p.Orgs.Journal(r.Context(), k.ID+":"+key)
	var out []part.Entry
	for _, e := range slices.Backward(list) {
		out = append(out, part.Entry{At: e.At.Time, Who: p.whoIs(r, e.Person), Text: r.T("reference.act." + e.Act), Sub: e.Source})
	}
	return out, err
}

// slashed is an ISO day as date questions show it.
func slashed(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.Format("2006/01/02")
}

// number is the sequence a form was made from.
func number(text string) int64 {
	n, _ := strconv.ParseInt(text, 10, 64)
	return n
}
