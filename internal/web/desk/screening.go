package desk

import (
	"maps"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
	"kakehashi/internal/web/record"
)

// screeningPage is the screening of one case as headquarters sees it.
type screeningPage struct {
	*face
	Heads      []part.Head
	Sheets     []part.Row
	Foot       []part.Row
	Comments   []comment
	Conflicts  []part.Row
	Away       []part.Row // members who abstained or handed the case back
	Seated     []option   // members whose sheet is not in
	Bad        map[string]string
	Candidates []candidate
	Assigning  bool
	Checked    string
	Proposal   *proposal
	Error      string
}

// comment is what one member wrote about one criterion.
type comment struct{ Who, Criterion, Text string }

// candidate is somebody who may be asked to score the case.
type candidate struct {
	Person, Name, Home string
	Tie                string // why they will not be able to open it, from their home body
}

// screening shows the sheets of a case: to a committee member their own, to headquarters all of them.
func (p *Pages) screening(r *page.Request) (page.View, error) {
	if r.Who.Is(account.RoleCommittee) {
		return p.showSheet(r, sheetPage{}, 0)
	}
	return p.showScreening(r, nil, 0)
}

func (p *Pages) showScreening(r *page.Request, bad *page.Item, status int) (page.View, error) {
	if !hq(r.Who) {
		return page.View{}, fault.New(fault.Missing, "db.missing")
	}
	f, err := p.face(r, "screening")
	if err != nil {
		return page.View{}, err
	}
	c, prog := f.Case, f.Programme
	v := screeningPage{face: f, Proposal: proposalOf(r, f), Bad: map[string]string{}}
	v.sheets(r)
	if hq(r.Who) && !r.Who.Is(account.RoleAdmin) {
		list, err := p.Cases.Conflicts(r.Context(), r.Who, c.ID, "", 0)
		if err != nil {
			return page.View{}, err
		}
		for _, x := range list {
			v.Conflicts = append(v.Conflicts, conflictRow(r, x, false))
		}
	}
	if n := len(c.Checklist); n > 0 {
		v.Checked = r.T("desk.check.done", "n", n)
	}
	v.Assigning = r.Who.Is(account.RoleOfficer) && scoring(c, prog) && prog.Screening.Members > 0 && !f.past()
	if v.Assigning {
		if v.Candidates, err = p.candidates(r, c); err != nil {
			return page.View{}, err
		}
	}
	if bad != nil {
		v.Bad[bad.ID] = bad.Text
	}
	view, err := p.view(r, f, "screening", func(*face) page.View { return page.View{Body: screeningBody(v)} })
	view.Status = status
	if bad != nil {
		view.Errors = []page.Item{*bad}
	}
	return view, err
}

// sheets is the table of marks: a row per criterion, a column per member, the means at the right, the weighted sums below.
func (v *screeningPage) sheets(r *page.Request) {
	c, s := v.Case, v.Programme.Screening
	v.Heads = []part.Head{{Label: r.T("desk.criterion")}}
	sum := part.Row{Cells: []part.Cell{{Text: r.T("desk.board.score")}}}
	sent := part.Row{Cells: []part.Cell{{Text: r.T("desk.member.sent")}}}
	var seated []cases.Member
	for _, m := range c.Members {
		if !m.Judges() {
			v.away(r, m)
			continue
		}
		if !m.Scored() {
			v.Seated = append(v.Seated, option{Value: m.Person, Label: m.Name})
		}
		seated = append(seated, m)
		v.Heads = append(v.Heads, part.Head{Label: m.Name, Num: true})
		if m.Scored() {
			sum.Cells = append(sum.Cells, part.Cell{Text: lang.Tenths(m.Score(s))})
			sent.Cells = append(sent.Cells, part.Cell{Text: shortDay(r, jp.Date(m.At))})
		} else {
			sum.Cells = append(sum.Cells, part.Cell{})
			sent.Cells = append(sent.Cells, part.Cell{Text: r.T("desk.score.open"), Look: "wait", Status: true})
		}
	}
	v.Heads = append(v.Heads, part.Head{Label: r.T("desk.board.mean"), Num: true})
	for _, x := range s.Criteria {
		v.Sheets = append(v.Sheets, v.markRow(r, seated, x))
	}
	mean := part.Cell{}
	if n := c.Mean(s); n > 0 {
		mean.Text = lang.Tenths(n)
	}
	v.Foot = []part.Row{{Cells: append(sum.Cells, mean)}, {Cells: append(sent.Cells, part.Cell{})}}
}

// markRow is one criterion: the mark of each member, with those far from the median for headquarters, and the mean.
func (v *screeningPage) markRow(r *page.Request, seated []cases.Member, x programme.Criterion) part.Row {
	row := part.Row{Cells: []part.Cell{{Text: r.T("desk.criterion.weight", "title", x.Title.In(r.Lang), "weight", x.Weight)}}}
	for _, m := range seated {
		cell := part.Cell{}
		if m.Scored() {
			cell.Text = strconv.Itoa(m.Marks[x.ID])
			if hq(r.Who) && distant(v.Case, v.Programme.Screening, x.ID, m.Marks[x.ID]) {
				cell.Body = farMark(cell.Text, v.Programme.Screening.Far())
			}
		}
		row.Cells = append(row.Cells, cell)
		if t := m.Comments[x.ID]; t != "" {
			v.Comments = append(v.Comments, comment{m.Name, x.Title.In(r.Lang), t})
		}
	}
	mean := part.Cell{}
	if len(counting(v.Case, x.ID)) > 0 {
		mean.Text = decimal(meanOf(v.Case, x.ID))
	}
	row.Cells = append(row.Cells, mean)
	return row
}

func decimal(x float64) string { return strconv.FormatFloat(x, 'f', 1, 64) }

// counting are the marks of one criterion on the sheets that count.
func counting(c *cases.Case, criterion string) []int {
	var marks []int
	for _, m := range c.Members {
		if m.Judges() && m.Scored() {
			marks = append(marks, m.Marks[criterion])
		}
	}
	return marks
}

func meanOf(c *cases.Case, criterion string) float64 {
	marks := counting(c, criterion)
	if len(marks) == 0 {
		return 0
	}
	sum := 0
	for _, n := range marks {
		sum += n
	}
	return float64(sum) / float64(len(marks))
}

// distant reports whether a mark lies as far from the median of its criterion as the definition says is far (J04.4).
func distant(c *cases.Case, s programme.Screening, criterion string, mark int) bool {
	marks := counting(c, criterion)
	if len(marks) == 0 {
		return false
	}
	slices.Sort(marks)
	n := len(marks)
	return math.Abs(float64(mark)-float64(marks[(n-1)/2]+marks[n/2])/2) >= s.Far()
}

// candidates are the committee members not yet asked, with the body each comes from.
func (p *Pages) candidates(r *page.Request, c *cases.Case) ([]candidate, error) {
	if p.Members == nil {
		return nil, nil
	}
	list, err := p.Members(r.Context())
	if err != nil {
		return nil, err
	}
	var out []candidate
	for _, m := range list {
		if c.Member(m.Person) != nil {
			continue
		}
		x := candidate{Person: m.Person, Name: m.Name, Home: r.T("desk.member.no_home")}
		if b, err := p.Orgs.Get(r.Context(), m.Home); m.Home != "" && err == nil {
			x.Home = b.In(r.Lang)
		}
		switch cases.Tie(m.Home, c.Org) {
		case cases.TieSame:
			x.Tie = r.T("desk.member.same")
		case cases.TieArea:
			x.Tie = r.T("desk.member.area")
		}
		out = append(out, x)
	}
	return out, nil
}

// assign asks committee members to score the case; interest is derived at once.
func (p *Pages) assign(r *page.Request) (page.View, error) {
	if err := only(r, account.RoleOfficer); err != nil {
		return page.View{}, err
	}
	if err := r.ParseForm(); err != nil {
		return page.View{}, fault.New(fault.Invalid, "page.invalid.text")
	}
	var chosen []account.Who
	if p.Members != nil {
		list, err := p.Members(r.Context())
		if err != nil {
			return page.View{}, err
		}
		for _, m := range list {
			if slices.Contains(r.PostForm["member"], m.Person) {
				chosen = append(chosen, m)
			}
		}
	}
	if len(chosen) == 0 {
		return p.showScreening(r, &page.Item{ID: "members", Text: r.T("desk.assign.none")}, http.StatusUnprocessableEntity)
	}
	id := r.PathValue("id")
	if err := p.Cases.Assign(r.Context(), r.Who, id, chosen); err != nil {
		return page.View{}, err
	}
	c, _, err := p.Cases.Get(r.Context(), r.Who, id)
	if err != nil {
		return page.View{}, err
	}
	out := 0
	for _, m := range chosen {
		if x := c.Member(m.Person); x == nil || x.Interest != "" {
			out++
		}
	}
	if out > 0 {
		return page.Redirect(caseURL(id, "screening"), page.Say("desk.assign.some", "n", len(chosen)-out, "out", out)), nil
	}
	return page.Redirect(caseURL(id, "screening"), page.Say("desk.assign.done", "n", len(chosen))), nil
}

// sheetPage is the sheet of one member, with the application it judges.
type sheetPage struct {
	Case      *cases.Case
	Programme *programme.Programme
	Veiled    bool // the body is not named
	Facts     []part.HeadFact
	Forms     []handedForm
	Own       *cases.Member
	Others    screeningPage // shown once the own sheet is in
	Marks     map[string]int
	Comments  map[string]string
	Reason    string // of a declared interest, as typed
	Errors    map[string]string
	Items     []page.Item
	Open      bool
}

func (v sheetPage) mark(criterion string) int { return v.Marks[criterion] }

// showSheet shows a member's sheet: the application without contacts, the criteria, and after sending the sheets of the others.
func (p *Pages) showSheet(r *page.Request, v sheetPage, status int) (page.View, error) {
	c, prog, err := p.Cases.Get(r.Context(), r.Who, r.PathValue("id"))
	if err != nil {
		return page.View{}, err
	}
	v.Case, v.Programme, v.Own = c, prog, c.Member(r.Who.Person)
	v.Forms = p.handed(r, c, prog)
	v.Open = scoring(c, prog) && c.ScoresHash == "" && v.Own != nil && !v.Own.Scored() && v.Own.Abstain == ""
	if v.Own != nil && v.Own.Scored() {
		v.Marks, v.Comments = v.Own.Marks, v.Own.Comments
		v.Others = screeningPage{face: &face{Case: c, Programme: prog}}
		v.Others.sheets(r)
	}
	state := part.HeadFact{Label: r.T("record.fact.state"), Value: r.T("desk.score.open"), Look: "wait", Glyph: true}
	switch {
	case v.Own != nil && v.Own.Scored():
		state = part.HeadFact{Label: state.Label, Value: r.T("desk.score.sent"), Look: "ok", Glyph: true, Small: lang.Moment(r.Lang, v.Own.At)}
	case v.Own != nil && v.Own.Abstain != "":
		state.Value, state.Look = r.T("panel.abstained"), "end"
	case !v.Open:
		state.Value, state.Look = r.T("desk.score.closed"), "end"
	}
	v.Facts = []part.HeadFact{{Label: r.T("record.fact.number"), Value: c.Number, Small: prog.Title.In(r.Lang)}, state}
	if prog.Pays() {
		v.Facts = append(v.Facts, part.HeadFact{Label: r.T("record.fact.requested"), Value: lang.Yen(r.Lang, c.Requested)})
	}
	if v.Veiled = veiled(r.Who, c, prog); !v.Veiled {
		v.Facts = append(v.Facts, part.HeadFact{Label: r.T("desk.export.org"), Value: record.Org(r, p.Orgs, c.Org.Code, c.Org.Name)})
	}
	nav, err := p.nav(r, groupScreen)
	title := r.T("desk.sheet.title", "title", c.Title())
	return page.View{Title: title, Sub: c.Number, Shell: page.Desk, Status: status, Nav: nav, Errors: v.Items, Body: sheetBody(title, v)}, err
}

// score hands in a member's sheet; it cannot be changed afterwards.
func (p *Pages) score(r *page.Request) (page.View, error) {
	if err := only(r, account.RoleCommittee); err != nil {
		return page.View{}, err
	}
	id := r.PathValue("id")
	_, prog, err := p.Cases.Get(r.Context(), r.Who, id)
	if err != nil {
		return page.View{}, err
	}
	v := sheetPage{Marks: map[string]int{}, Comments: map[string]string{}, Errors: map[string]string{}}
	for _, c := range prog.Screening.Criteria {
		n, _ := strconv.Atoi(r.Value("mark-" + c.ID))
		v.Marks[c.ID], v.Comments[c.ID] = n, jp.NFC(r.Value("comment-"+c.ID))
		if n < 1 || n > 5 {
			words := r.T("desk.score.mark", "criterion", c.Title.In(r.Lang))
			v.Errors[c.ID] = words
			v.Items = append(v.Items, page.Item{ID: "mark-" + c.ID + "-1", Text: words})
		}
	}
	if len(v.Items) > 0 {
		return p.showSheet(r, v, http.StatusUnprocessableEntity)
	}
	if err := p.Cases.Score(r.Context(), r.Who, id, v.Marks, v.Comments); err != nil && !p.scoredAlike(r, id, v, err) {
		return page.View{}, err
	}
	return page.Redirect(caseURL(id, "screening"), page.Say("desk.score.done")), nil
}

// scoredAlike reports whether the sheet was refused because it is in already, with the very marks and words: a button pressed twice.
func (p *Pages) scoredAlike(r *page.Request, id string, v sheetPage, err error) bool {
	if !fault.Is(err, fault.Conflict) {
		return false
	}
	c, _, err := p.Cases.Get(r.Context(), r.Who, id)
	if err != nil {
		return false
	}
	m := c.Member(r.Who.Person)
	if m == nil || !m.Scored() || !maps.Equal(m.Marks, v.Marks) {
		return false
	}
	for key, words := range v.Comments {
		if strings.TrimSpace(words) != m.Comments[key] {
			return false
		}
	}
	return true
}
