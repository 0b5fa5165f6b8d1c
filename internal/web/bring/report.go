package bring

import (
	"strconv"
	"strings"
	"time"

	"kakehashi/internal/jobs"
	"kakehashi/internal/lang"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
)

// reportPage is a file that is being looked at or brought in, or what came of it.
type reportPage struct {
	Title   string
	At      string // of this work
	List    string // of the list
	View    part.WorkView
	State   jobs.WorkState
	Read    string
	Same    string
	Tables  []outcome
	Commit  bool   // a trial run that would change something and was not carried out yet
	Done    string // the work for good that came of this trial run
	Refused bool
}

// outcome are the rows of which the same became.
type outcome struct {
	ID, Title string
	Heads     []part.Head
	Rows      []part.Row
	More      int64
}

// rowsShown is how many rows of one outcome a report lists; the counts speak of all.
const rowsShown = 100

func (p *Pages) report(r *page.Request, l list, sh *sheet) (page.View, error) {
	w, o, err := p.own(r, l)
	if err != nil {
		return page.View{}, err
	}
	v := reportPage{At: At(l.ID, o.Scope) + "/files/" + w.ID, List: At(l.ID, o.Scope), State: w.State, View: workView(r, w)}
	if v.View.Going {
		if err := p.lately(r, w, &v.View); err != nil {
			return page.View{}, err
		}
	}
	if r.Htmx() {
		return page.Fragment(part.Work(v.View), 0), nil
	}
	if w.Ended() {
		if err := p.outcomes(r, w, o, sh, &v); err != nil {
			return page.View{}, err
		}
	}
	kind := "register.import.real."
	if o.Dry {
		kind = "register.import.trial."
	}
	v.Title = r.T(kind+string(w.State), "file", w.Title)
	view := page.View{Title: v.Title, Sub: strings.TrimSpace(r.T("bring."+l.ID+".title") + "　" + sh.Of), Shell: page.Desk, Under: sh.Back.URL, Body: reportBody(v),
		Crumbs: []page.Link{sh.Back, {Label: r.T("bring." + l.ID + ".title"), URL: v.List}}}
	if v.View.Going {
		view.Refresh = 5
	}
	return view, nil
}

// looks are how the states of a work are drawn.
var looks = map[jobs.WorkState]string{jobs.WorkWaiting: "wait", jobs.WorkDone: "ok", jobs.WorkStopped: "end", jobs.WorkFailed: "no"}

func workView(r *page.Request, w jobs.Work) part.WorkView {
	return part.WorkView{Look: looks[w.State], State: r.T("work." + string(w.State)), Going: !w.Ended(), Total: w.Total, Done: w.Done, Started: w.Started, Moved: w.Moved,
		Now: time.Now(), Fine: w.Fine, Refused: w.Refused, Unit: r.T("register.import.unit"), Failure: w.Failure,
		Words: [3]string{r.T("register.import.fine"), "", r.T("register.import.refused")}}
}

func (p *Pages) lately(r *page.Request, w jobs.Work, v *part.WorkView) error {
	last, err := p.Jobs.LastItems(r.Context(), w.ID, 20)
	for _, x := range last {
		v.Last = append(v.Last, strings.TrimSpace(r.T("register.import.row", "line", x.Place, "name", called(x), "act", r.T("register.outcome."+x.Outcome))+" "+x.Words.In(r.Lang)))
	}
	return err
}

// called is what a row is about in one line.
func called(x jobs.Item) string { return strings.TrimSpace(x.Code + "　" + x.Name) }

// outcomes reads what became of the rows.
func (p *Pages) outcomes(r *page.Request, w jobs.Work, o order, sh *sheet, v *reportPage) error {
	counts, err := p.Jobs.Outcomes(r.Context(), w.ID)
	if err != nil {
		return err
	}
	v.Refused = counts[actRefused] > 0
	for _, id := range []string{actRefused, actAdd, actChange} {
		if counts[id] == 0 {
			continue
		}
		items, err := p.Jobs.Items(r.Context(), w.ID, id, -1, rowsShown)
		if err != nil {
			return err
		}
		v.Tables = append(v.Tables, table(r, sh, id, items, counts[id]))
	}
	v.Read = r.T("register.import.read." + o.Form)
	v.Same = r.T("bring.same", "n", lang.Num(w.Fine-counts[actAdd]-counts[actChange]))
	if o.Dry && w.State == jobs.WorkDone {
		if v.Done, err = Committed(r.Context(), p.Jobs, w.Kind, w.ID); err != nil {
			return err
		}
		v.Commit = v.Done == "" && counts[actAdd]+counts[actChange] > 0
	}
	return nil
}

func table(r *page.Request, sh *sheet, id string, items []jobs.Item, n int64) outcome {
	t := outcome{ID: id, Title: r.T("register.import.rows", "act", r.T("register.outcome."+id), "n", lang.Num(n)), More: n - int64(len(items)),
		Heads: []part.Head{{Label: r.T("register.import.line")}, {Label: r.T("bring.row")}}}
	if id == actRefused {
		t.Heads = append(t.Heads, part.Head{Label: r.T("register.import.column")}, part.Head{Label: r.T("register.import.why")})
	} else {
		t.Heads = append(t.Heads, part.Head{Label: r.T("bring.what")})
	}
	for _, x := range items {
		name := called(x)
		if name == "" {
			name = r.T("bring.nameless")
		}
		row := part.Row{Cells: []part.Cell{{Text: strconv.FormatInt(x.Place, 10), Tight: true}, {Text: name}}}
		if id == actRefused {
			row.Cells = append(row.Cells, part.Cell{Text: sh.label(r.Lang, x.Part)})
		}
		row.Cells = append(row.Cells, part.Cell{Text: x.Words.In(r.Lang)})
		t.Rows = append(t.Rows, row)
	}
	return t
}
