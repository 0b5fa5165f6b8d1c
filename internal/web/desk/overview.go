package desk

import (
	"slices"
	"strings"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
	"kakehashi/internal/web/record"
)

// overviewPage is one case on the desk.
type overviewPage struct {
	*face
	Stations  []part.Station
	Current   int
	Clock     string
	Fix       *correction
	Change    *changeAsked
	Judged    string // which version judged, and when
	Rules     []ruling
	More      []ruling // rules that hold and say nothing more
	Journal   []part.Entry
	Acts      []act
	Settles   []settling
	Sums      []part.Sum
	SumReason string
	SumLinks  []page.Link
	Interest  string
	Near      bool // the interest needs eyes
	Proposal  *proposal
	Token     string
	Today     string
	Notes     bool
	Sheets    string          // how far the committee is, while the case is with it
	TakeIn    bool            // a correction that came on paper can be entered
	Matters   []record.Matter // what is or was taken up against the case
	Parties   []part.Row      // bodies that take part, with their consents
	Error     *wrong          // what was wrong with the form of this page that was sent
	Fixes     bool            // may propose a correction, or take one back
}

// wrong is a refused form of the record page: where, in which words, and what was typed.
type wrong struct {
	ID, Text string
	Values   map[string]string
}

// proposal is a drafted decision in words.
type proposal struct {
	What, Amount, Due, By, Reason string
	Conditions                    []string
	Approvals                     []part.Fact
	Fixed                         []part.Sum // how the amount to be fixed comes about
	FixedWhy                      string
}

// act is one move: drawn here with its form, or as the way to its own page when it asks for much.
type act struct {
	cases.Choice
	Own bool
}

// large are the needs that get a page of their own.
var large = []string{"remarks", "admitted", "checklist", "amount", "reasonClass", "conditions"}

// overview shows the record: where it stands, what was corrected, what the rules say, what happened, what to do.
func (p *Pages) overview(r *page.Request) (page.View, error) { return p.showOverview(r, nil, 0) }

func (p *Pages) showOverview(r *page.Request, bad *wrong, status int) (page.View, error) {
	if v, ok := committeeElsewhere(r); ok {
		return v, nil
	}
	today := jp.Date(r.Now)
	who := readerOf(r, today)
	if bad == nil && r.URL.RawQuery == "" {
		if v, found, err := p.shown(r, who); err != nil || found {
			return v, err
		}
	}
	f, err := p.face(r, "")
	if err != nil {
		return p.misdated(r, err)
	}
	v := overviewPage{face: f, Today: slash(today), Error: bad}
	c, prog := f.Case, f.Programme
	v.Stations, v.Current = record.Stations(r.Lang, c, prog)
	v.Stations = dated(r, f, v.Stations, v.Current)
	v.Clock = clockWords(r, c, prog)
	v.Parties = record.PartyRows(r, c, prog)
	v.Matters = record.Matters(r, c, prog)
	ev, err := p.judge(r, c, prog)
	if err != nil {
		return page.View{}, err
	}
	if v.Fix, err = p.correction(r, f, ev); err != nil {
		return page.View{}, err
	}
	if v.Change, err = p.changeOf(r, c, prog); err != nil {
		return page.View{}, err
	}
	v.rules(r, ev)
	steps := slices.DeleteFunc(slices.Clone(f.Events), func(e *cases.Event) bool { return e.Type == "saved" })
	v.Journal = record.Entries(r.Context(), p.Orgs, r.Lang, c, prog, steps, 8)
	if c.Opinion != nil { // it stands on the page already
		quoted := r.T("record.journal.quoted", "text", c.Opinion.Text)
		for i, e := range v.Journal {
			v.Journal[i].Sub = strings.TrimSpace(strings.ReplaceAll(e.Sub, quoted, ""))
		}
	}
	v.Proposal = proposalOf(r, f)
	if !f.past() {
		p.acts(r, &v)
		v.Sheets = sheetsWords(r, c)
	}
	v.interest(r)
	d, err := p.draw(r, who, v)
	if err != nil {
		return page.View{}, err
	}
	view, err := p.view(r, f, "", func(*face) page.View { return page.View{Body: d.body(f.Place)} })
	view.Status = status
	if bad != nil {
		view.Errors = []page.Item{{ID: bad.ID, Text: bad.Text}}
	}
	return view, err
}

// judge is the evaluation as it stands now while the case is examined, the stored one afterwards.
func (p *Pages) judge(r *page.Request, c *cases.Case, prog *programme.Programme) (programme.Evaluation, error) {
	if c.Phase <= 2 && !c.Ended {
		return p.Cases.Evaluate(r.Context(), c, prog, "application")
	}
	if c.Evaluation == nil {
		return programme.Evaluation{}, nil
	}
	return programme.Evaluation{Verdict: c.Evaluation.Verdict, Rules: c.Evaluation.Rules, Amounts: c.Evaluation.Amounts, Steps: c.Evaluation.Steps}, nil
}

// dated puts the day under each station already passed: when a move first led into it.
func dated(r *page.Request, f *face, list []part.Station, current int) []part.Station {
	first := map[string]string{}
	for _, e := range f.Events {
		if e.Type != "moved" {
			continue
		}
		// a station is done on the day the case left it
		if st := f.Programme.State(e.Data.From); st != nil {
			first[st.Step] = shortDay(r, jp.Date(e.At))
		}
	}
	i := 0
	for _, s := range f.Programme.Workflow.Steps {
		if s.ID == "branch" && f.Case.Via != "required" {
			continue
		}
		if i < current && list[i].When == "" {
			list[i].When = first[s.ID]
		}
		i++
	}
	return list
}

// clockWords is the line of the standard processing period (標準処理期間): business days used, net of stops.
func clockWords(r *page.Request, c *cases.Case, prog *programme.Programme) string {
	if len(c.Clock) == 0 || prog.Deadlines.ClockDays == 0 {
		return ""
	}
	used := c.ClockDays(r.Now, jp.BusinessDaysBetween, jp.Date)
	var spans []string
	for _, s := range c.Clock {
		to := ""
		if !s.To.IsZero() {
			to = shortDay(r, jp.Date(s.To))
		}
		spans = append(spans, shortDay(r, jp.Date(s.From))+"–"+to)
	}
	key := "desk.clock"
	if used > prog.Deadlines.ClockDays {
		key = "desk.clock.over"
	}
	return r.T(key, "all", prog.Deadlines.ClockDays, "used", used, "spans", strings.Join(spans, r.T("record.comma")))
}

// shortDay is a day with its weekday in few letters: 10/9（金）.
func shortDay(r *page.Request, day string) string {
	if r.Lang == lang.JA {
		return part.MonthDay(day) + part.WeekdayOf(r.Lang, day)
	}
	return lang.Day(r.Lang, day)
}

// acts gathers what this person may do now: the moves, the rules to settle, notes.
func (p *Pages) acts(r *page.Request, v *overviewPage) {
	c, prog := v.Case, v.Programme
	v.TakeIn, v.Fixes = c.TakesIn(prog, r.Who), c.MayFix(r.Who)
	for _, x := range p.Cases.Moves(r.Context(), r.Who, c, prog) {
		own := slices.ContainsFunc(x.Needs, func(n programme.Need) bool { return slices.Contains(large, n.ID) })
		v.Acts = append(v.Acts, act{x, own})
	}
	slices.SortStableFunc(v.Acts, func(a, b act) int { return weight(a) - weight(b) })
	v.Notes = r.Who.Is(account.RoleOfficer, account.RoleChief)
	if !r.Who.Is(account.RoleOfficer) || c.Phase != 2 || c.Ended {
		return
	}
	for _, o := range open(c) {
		s := settling{Rule: o.ID, Title: o.Title.In(r.Lang), Message: o.Message.In(r.Lang), Now: map[string]string{}}
		for _, key := range o.On {
			f, _, _, ok := prog.Field(key)
			if !ok || !confirmable(prog, f) {
				continue
			}
			s.Fields = append(s.Fields, f)
			s.Now[key] = c.Confirmed[key].Value
			if s.Now[key] == "" {
				now, _ := c.Answer(key)
				s.Now[key], _ = now.(string)
			}
		}
		v.Settles = append(v.Settles, s)
	}
}

// weight orders moves: the step forward that can be made, the other ways, what is blocked, what cannot be undone.
func weight(a act) int {
	w := 1
	switch a.Kind {
	case "primary":
		w = 0
	case "grave":
		w = 2
	}
	if a.Blocked != nil {
		w += 3
	}
	return w
}

// interest says whether the acting officer comes from the applicant or its area.
func (v *overviewPage) interest(r *page.Request) {
	if !r.Who.Is(account.RoleOfficer, account.RoleChief) {
		return
	}
	switch tie := cases.Tie(r.Who.Home, v.Case.Org); {
	case r.Who.Home == "":
		v.Interest = r.T("desk.interest.none")
	case tie == cases.TieSame:
		v.Interest, v.Near = r.T("desk.interest.same"), true
	case tie == cases.TieArea:
		v.Interest, v.Near = r.T("desk.interest.area"), true
	default:
		v.Interest = r.T("desk.interest.other")
	}
}

// proposalOf is the drafted decision with the name of its drafter, which the journal knows.
func proposalOf(r *page.Request, f *face) *proposal {
	pr := f.Case.Proposal
	if pr == nil {
		return nil
	}
	out := &proposal{What: r.T("desk.outcome." + pr.Outcome), Reason: pr.Reason, Conditions: pr.Conditions, By: lang.Moment(r.Lang, pr.At)}
	out.Approvals = approvalRows(r, f.Programme, f.Case)
	if pr.Amount > 0 {
		out.Amount = lang.Yen(r.Lang, pr.Amount)
	}
	if pr.Due != "" {
		out.Due = lang.LongDay(r.Lang, pr.Due)
	}
	if pr.Outcome == "fix" && f.Case.Fixed == 0 {
		s := f.Case.Settlement(f.Programme, f.Case.Admitted)
		out.Amount = lang.Yen(r.Lang, s.Fixed)
		out.Fixed, out.FixedWhy = record.Settled(r.Lang, s)
	}
	if pr.ReasonClass != "" {
		out.What += "（" + f.Programme.ReasonClass(pr.ReasonClass).In(r.Lang) + "）"
	}
	for _, e := range f.Events {
		if e.Person == pr.By && e.At.Equal(pr.At) && e.Name != "" {
			out.By += "　" + e.Name
			break
		}
	}
	return out
}

// note writes an internal note into the journal.
func (p *Pages) note(r *page.Request) (page.View, error) {
	if err := only(r, account.RoleOfficer, account.RoleChief); err != nil {
		return page.View{}, err
	}
	id, text := r.PathValue("id"), jp.NFC(r.Value("text"))
	if text == "" {
		return p.showOverview(r, &wrong{ID: "note", Text: r.T("desk.note.empty")}, 422)
	}
	if err := p.Cases.Note(r.Context(), r.Who, id, text); err != nil {
		return page.View{}, err
	}
	return page.Redirect(caseURL(id), page.Say("desk.note.done")), nil
}

// sheetsWords says how many members of the committee have a case that is with it now, and how many sheets are in; "" for who does not screen.
func sheetsWords(r *page.Request, c *cases.Case) string {
	if c.Holder != "committee" || !hq(r.Who) {
		return ""
	}
	asked, sent := 0, 0
	for _, m := range c.Members {
		if m.Judges() {
			asked++
		}
		if m.Scored() {
			sent++
		}
	}
	if asked == 0 {
		return r.T("desk.sheets.none")
	}
	return r.T("desk.sheets.sent", "sent", sent, "n", asked)
}
