package register

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"kakehashi/internal/jobs"
	"kakehashi/internal/lang"
	"kakehashi/internal/web/bring"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
)

// reportPage is an import that goes on, or what came of it.
type reportPage struct {
	Title   string
	Work    jobs.Work
	Order   order
	View    part.WorkView
	At      string
	Counts  map[string]int64
	Tables  []reportTable
	Commit  bool   // a trial run that would change something and was not carried out yet
	Done    string // the import for good that came of this trial run
	Read    string
	Refused bool
}

// reportTable are the rows of one outcome.
type reportTable struct {
	Outcome, Title string
	Rows           []part.Row
	More           int64
}

// rowsShown is how many rows of one outcome a report lists.
const rowsShown = 100

func (p *Pages) showImport(r *page.Request) (page.View, error) {
	w, o, err := p.get(r)
	if err != nil {
		return page.View{}, err
	}
	v := reportPage{Work: w, Order: o, At: "/admin/imports/" + w.ID}
	if v.View, err = p.watched(r, w); err != nil {
		return page.View{}, err
	}
	if r.Htmx() {
		return page.Fragment(part.Work(v.View), 0), nil
	}
	if w.Ended() {
		if err := p.report(r, &v); err != nil {
			return page.View{}, err
		}
	}
	v.Title = reportTitle(r, w, o)
	refresh := 0
	if !w.Ended() {
		refresh = 5
	}
	return page.View{Title: v.Title, Sub: w.Title, Shell: page.Desk, Refresh: refresh, Body: reportBody(v),
		Crumbs: []page.Link{{Label: r.T("register.title"), URL: "/admin/register"}, {Label: r.T("register.import.title"), URL: "/admin/imports"}}}, nil
}

func reportTitle(r *page.Request, w jobs.Work, o order) string {
	kind := "real"
	if o.Dry {
		kind = "trial"
	}
	return r.T("register.import."+kind+"."+string(w.State), "file", w.Title)
}

// watched is the work as the page shows it going on.
func (p *Pages) watched(r *page.Request, w jobs.Work) (part.WorkView, error) {
	looks := map[jobs.WorkState]string{jobs.WorkWaiting: "wait", jobs.WorkRunning: "", jobs.WorkDone: "ok", jobs.WorkStopped: "end", jobs.WorkFailed: "no"}
	v := part.WorkView{Look: looks[w.State], State: r.T("work." + string(w.State)), Going: !w.Ended(), Total: w.Total, Done: w.Done, Started: w.Started, Moved: w.Moved,
		Now: time.Now(), Fine: w.Fine, Warned: w.Warned, Refused: w.Refused, Unit: r.T("register.import.unit"), Failure: w.Failure,
		Words: [3]string{r.T("register.import.fine"), r.T("register.import.warned"), r.T("register.import.refused")}}
	if !v.Going {
		return v, nil
	}
	last, err := p.Jobs.LastItems(r.Context(), w.ID, 20)
	for _, x := range last {
		v.Last = append(v.Last, strings.TrimSpace(r.T("register.import.row", "line", x.Place, "name", x.Name, "act", r.T("register.outcome."+x.Outcome))+" "+x.Words.In(r.Lang)))
	}
	return v, err
}

// report reads what became of the rows.
func (p *Pages) report(r *page.Request, v *reportPage) (err error) {
	if v.Counts, err = p.Jobs.Outcomes(r.Context(), v.Work.ID); err != nil {
		return err
	}
	v.Refused = v.Counts["refused"] > 0
	for _, outcome := range []string{"refused", "rename", "add", "change"} {
		if v.Counts[outcome] == 0 {
			continue
		}
		items, err := p.Jobs.Items(r.Context(), v.Work.ID, outcome, -1, rowsShown)
		if err != nil {
			return err
		}
		t := reportTable{Outcome: outcome, Title: r.T("register.import.rows", "act", r.T("register.outcome."+outcome), "n", v.Counts[outcome]), More: v.Counts[outcome] - int64(len(items))}
		for _, x := range items {
			cells := []part.Cell{{Text: strconv.FormatInt(x.Place, 10), Tight: true}, {Text: x.Code, Tight: true}, {Text: x.Name}}
			switch {
			case outcome == "refused":
				cells = append(cells, part.Cell{Text: columnName(r.Lang, x.Part)}, part.Cell{Text: x.Words.In(r.Lang)})
			case outcome == "rename":
				cells = append(cells, part.Cell{Text: p.present(r, x.Code)})
			}
			if outcome != "refused" && outcome != "add" {
				cells[2].URL = at(x.Code)
			}
			t.Rows = append(t.Rows, part.Row{Cells: cells})
		}
		v.Tables = append(v.Tables, t)
	}
	v.Read = r.T("register.import.read." + v.Order.Form)
	if v.Order.Dry && v.Work.State == jobs.WorkDone {
		if v.Done, err = bring.Committed(r.Context(), p.Jobs, importKind, v.Work.ID); err != nil {
			return err
		}
		v.Commit = v.Done == "" && v.Counts["add"]+v.Counts["rename"]+v.Counts["change"] > 0
	}
	return nil
}

// present is the name a body has today.
func (p *Pages) present(r *page.Request, code string) string {
	b, err := p.Orgs.Get(r.Context(), code)
	if err != nil {
		return ""
	}
	return b.Name
}

// heads are the columns of one outcome's table.
func (t reportTable) heads(r func(string, ...any) string) []part.Head {
	heads := []part.Head{{Label: r("register.import.line")}, {Label: r("register.field.code")}, {Label: r("register.field.name")}}
	switch t.Outcome {
	case "refused":
		heads = append(heads, part.Head{Label: r("register.import.column")}, part.Head{Label: r("register.import.why")})
	case "rename":
		heads = append(heads, part.Head{Label: r("register.import.present")})
	}
	return heads
}

// earlierRows lists earlier imports.
func earlierRows(tag lang.Tag, list []jobs.Work) []part.Row {
	var rows []part.Row
	for _, w := range slices.Clip(list) {
		var o order
		_ = w.Settings(&o)
		kind := "register.import.kind.real"
		if o.Dry {
			kind = "register.import.kind.trial"
		}
		rows = append(rows, part.Row{Cells: []part.Cell{{Text: lang.Moment(tag, w.Created), Tight: true}, {Text: w.Title, URL: "/admin/imports/" + w.ID},
			{Text: lang.T(tag, kind)}, {Text: lang.T(tag, "work."+string(w.State))}, {Text: lang.T(tag, "register.import.counts", "fine", w.Fine, "warned", w.Warned, "refused", w.Refused)}}})
	}
	return rows
}
