package desk

import (
	"slices"
	"strings"

	"kakehashi/internal/cases"
	"kakehashi/internal/lang"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
)

// meetingPage is one call on one page, to be shown in the room in which the committee meets (審査会): every case in its order with its
// mean, its spread, who has scored, and what was decided.
type meetingPage struct {
	Programme *programme.Programme
	Sample    bool
	Cases     []meetingCase
	Board     string
	Missing   int // sheets that are not in yet
}

// meetingCase is one case on the page.
type meetingCase struct {
	ID, URL, Title string
	Facts          []part.HeadFact
	Heads          []part.Head
	Rows           []part.Row
	Notes          []part.Row // comments of the sheets
}

// meetingMost is how many cases the page shows.
const meetingMost = 100

// meeting shows the call of the address. R06 and R07 of its section and auditors: what the committee looks at together is on their screen.
func (p *Pages) meeting(r *page.Request) (page.View, error) {
	prog, fy, list, _, err := p.ranking(r)
	if err != nil {
		return page.View{}, err
	}
	v := meetingPage{Programme: prog, Board: boardURL(prog.Code, fy)}
	for i := range list[:min(len(list), meetingMost)] { // what the members wrote is read of the cases that are shown
		if list[i].Case, _, err = p.Cases.Get(r.Context(), r.Who, list[i].Case.ID); err != nil {
			return page.View{}, err
		}
	}
	open, decided := split(list)
	for i, x := range open {
		v.add(r, x.Case, r.T("desk.meeting.rank", "n", i+1), tie(r, prog.Screening, open, i))
	}
	unscored, err := p.unscored(r, prog, fy, list)
	if err != nil {
		return page.View{}, err
	}
	for _, c := range unscored {
		v.add(r, c, r.T("desk.meeting.unranked"), "")
	}
	for _, x := range decided {
		v.add(r, x.Case, r.T("desk.meeting.decided"), "")
	}
	title := r.T("desk.meeting.title", "n", len(v.Cases))
	return page.View{Title: title, Sub: prog.Title.In(r.Lang), Shell: page.Desk, Body: meetingBody(title, v)}, nil
}

// unscored are the cases that are being screened and of which no sheet is in: the ranking does not know them yet.
func (p *Pages) unscored(r *page.Request, prog *programme.Programme, fy int, list []cases.Ranked) ([]*cases.Case, error) {
	var states []string
	for i := range prog.Workflow.States {
		if st := &prog.Workflow.States[i]; groupOf(st) == groupScreen {
			states = append(states, st.ID)
		}
	}
	found, err := p.Cases.List(r.Context(), r.Who, cases.Filter{Programme: prog.Code, FiscalYear: fy, States: states, Open: true, Limit: meetingMost})
	if err != nil {
		return nil, err
	}
	var out []*cases.Case
	for _, l := range found.Lines {
		if l.Demo != r.Who.Sample || slices.ContainsFunc(list, func(x cases.Ranked) bool { return x.Case.ID == l.ID }) {
			continue
		}
		c, _, err := p.Cases.Get(r.Context(), r.Who, l.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

// add puts a case on the page.
func (v *meetingPage) add(r *page.Request, c *cases.Case, place, tied string) {
	if len(v.Cases) == meetingMost {
		return
	}
	s := v.Programme.Screening
	v.Sample = v.Sample || c.Demo
	x := meetingCase{ID: "case-" + c.ID, URL: caseURL(c.ID, "screening"), Title: place + "　" + c.Title()}
	members, scored := c.Judging()
	v.Missing += members - scored
	var sheets []int64
	for _, m := range c.Members {
		x.Rows = append(x.Rows, sheetRow(r, s, m))
		if m.Judges() && m.Scored() {
			sheets = append(sheets, sheetPoints(s, m))
			x.comments(r, s, m)
		}
	}
	x.Facts = []part.HeadFact{{Label: r.T("record.fact.number"), Value: c.Number}}
	if len(sheets) > 0 {
		mean := part.HeadFact{Label: r.T("desk.board.score"), Value: r.T("desk.points", "n", lang.Tenths(c.Mean(s))), Small: tied}
		x.Facts = append(x.Facts, mean, part.HeadFact{Label: r.T("desk.meeting.spread"), Value: r.T("desk.meeting.from_to", "from", lang.Tenths(slices.Min(sheets)), "to", lang.Tenths(slices.Max(sheets)))})
	}
	x.Facts = append(x.Facts, part.HeadFact{Label: r.T("desk.meeting.sheets"), Value: r.T("desk.meeting.of", "n", scored, "of", members)},
		part.HeadFact{Label: r.T("desk.meeting.decision"), Value: decisionOf(r, v.Programme, c)})
	x.Heads = []part.Head{{Label: r.T("desk.meeting.member")}}
	for _, k := range s.Criteria {
		x.Heads = append(x.Heads, part.Head{Label: k.Title.In(r.Lang), Num: true})
	}
	x.Heads = append(x.Heads, part.Head{Label: r.T("desk.board.score"), Num: true})
	v.Cases = append(v.Cases, x)
}

// sheetRow is one member's sheet, or why there is none.
func sheetRow(r *page.Request, s programme.Screening, m cases.Member) part.Row {
	row := part.Row{Cells: []part.Cell{{Text: m.Name}}}
	for _, k := range s.Criteria {
		mark := part.Cell{Text: "―"}
		if m.Judges() && m.Scored() {
			mark.Text = lang.Num(int64(m.Marks[k.ID]))
		}
		row.Cells = append(row.Cells, mark)
	}
	switch {
	case m.Interest != "":
		row.Cells[0].Sub = r.T("desk.meeting.interest")
		row.Cells = append(row.Cells, part.Cell{Text: "―"})
	case m.Abstain != "", m.Left != "":
		row.Cells[0].Sub = awayWord(r, m)
		row.Cells = append(row.Cells, part.Cell{Text: "―"})
	case !m.Scored():
		row.Cells[0].Sub = r.T("desk.meeting.waiting")
		row.Cells = append(row.Cells, part.Cell{Text: "―"})
	default:
		row.Cells = append(row.Cells, part.Cell{Text: lang.Tenths(sheetPoints(s, m))})
	}
	return row
}

// sheetPoints is what one sheet gives, in tenths of a point from 20.0 to 100.0.
func sheetPoints(s programme.Screening, m cases.Member) int64 {
	var sum, weight int64
	for _, k := range s.Criteria {
		sum += k.Weight * int64(m.Marks[k.ID])
		weight += k.Weight
	}
	if weight == 0 {
		return 0
	}
	return (sum*200 + weight/2) / weight
}

// comments adds what a member wrote.
func (x *meetingCase) comments(r *page.Request, s programme.Screening, m cases.Member) {
	for _, k := range s.Criteria {
		if t := strings.TrimSpace(m.Comments[k.ID]); t != "" {
			x.Notes = append(x.Notes, part.Row{Cells: []part.Cell{{Text: k.Title.In(r.Lang)}, {Text: m.Name}, {Text: t}}})
		}
	}
}

// decisionOf says how far the decision of a case is: decided, proposed with its amount, or the state it is in.
func decisionOf(r *page.Request, prog *programme.Programme, c *cases.Case) string {
	state := ""
	if st := prog.State(c.State); st != nil {
		state = st.Title.In(r.Lang)
	}
	switch {
	case c.Decided > 0:
		return state + "　" + lang.Yen(r.Lang, c.Decided)
	case c.Proposal != nil && c.Proposal.Amount > 0:
		return state + "　" + lang.Yen(r.Lang, c.Proposal.Amount)
	}
	return state
}
