package desk

import (
	"slices"
	"strings"

	"github.com/a-h/templ"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
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

// ruling is one rule in the table: outcome, what must be true, what it rests on.
type ruling struct {
	Look, Word, Title, Why string
	Link                   *page.Link
}

// proposal is a drafted decision in words.
type proposal struct {
	What, Amount, Due, By, Reason string
	Conditions               []string
	Approvals                []part.Fact
	Fixed                    []part.Sum // how the amount to be fixed comes about
	FixedWhy                 string
}

// act is one move: drawn here with its form, or as the way to its own page when it asks for much.
type act struct {
	cases.Choice
	Own bool
}

// settling is a rule that an officer settles with a reason; Fields are values the applicant's words left open and the definition can
// take from the officer.
type settling struct {
	Rule    string
	Title   string
	Message string
	Fields  []form.Field
	Now     map[string]string
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

// rules sorts the outcomes for reading: what needs eyes first, then what holds with its figures, the rest folded away.
func (v *overviewPage) rules(r *page.Request, ev programme.Evaluation) {
	c, prog := v.Case, v.Programme
	v.Judged = r.T("desk.rules.version", "version", prog.Version)
	if !c.Submitted.IsZero() {
		at := c.Submitted
		if t, ok := c.FormsIn["application"]; ok {
			at = t
		}
		v.Judged += "　" + r.T("desk.rules.at", "at", lang.Moment(r.Lang, at))
	}
	var first []ruling
	for _, o := range ev.Rules {
		if o.Title.In(r.Lang) == "" {
			continue
		}
		j := record.Judged(r.Lang, prog, []programme.Outcome{o})[0]
		x := ruling{Look: j.Look, Word: j.Word, Title: j.Title, Why: because(r, prog, c, o)}
		if len(j.Links) > 0 {
			x.Link = &j.Links[0]
		}
		s, settled := c.Overrides[o.ID]
		switch {
		case settled:
			x.Look, x.Word = "yes", r.T("desk.rules.settled")
			x.Why = strings.TrimSpace(x.Why + "　" + r.T("desk.rules.reason", "reason", s.Reason, "day", lang.Day(r.Lang, jp.Date(s.At))))
			first = append(first, x)
		case o.Outcome != programme.Pass:
			if j.Reason != "" {
				x.Why = strings.TrimSpace(j.Reason + "　" + x.Why)
			}
			first = append(first, x)
		case x.Why != "" && c.Phase < 3:
			v.Rules = append(v.Rules, x)
		default:
			v.More = append(v.More, x)
		}
	}
	v.Rules = append(first, v.Rules...)
	v.Sums, v.SumReason = record.Sums(r.Lang, ev.Steps)
	for _, s := range ev.Steps {
		if b := prog.Article(s.Basis); b != nil && !slices.ContainsFunc(v.SumLinks, func(l page.Link) bool { return strings.HasSuffix(l.URL, "#"+b.ID) }) {
			v.SumLinks = append(v.SumLinks, page.Link{Label: b.Title.In(r.Lang), URL: "/programmes/" + prog.Code + "/rules#" + b.ID})
		}
	}
}

// because says which answers a rule looked at, in short: figures, choices, days.
func because(r *page.Request, prog *programme.Programme, c *cases.Case, o programme.Outcome) string {
	var parts []string
	for _, key := range o.On {
		f, _, _, ok := prog.Field(key)
		v, answered := c.Answer(key)
		if !ok || !answered || !cases.Sees(r.Who, f.Visibility) {
			continue
		}
		switch f.Kind {
		case form.KindMoney:
			t := form.Totals(form.Rows(v))
			parts = append(parts, r.T("desk.why.cost", "yen", lang.Yen(r.Lang, t.Eligible), "share", percent(t.EligibleAbroad, t.Eligible)))
		case form.KindTable:
			parts = append(parts, tableWords(r, f, form.Rows(v)))
		case form.KindYen, form.KindInt, form.KindDecimal, form.KindOne, form.KindMany, form.KindPeriod, form.KindDate, form.KindCountry:
			parts = append(parts, f.Label.In(r.Lang)+" "+f.Show(v, r.Lang))
		}
	}
	return strings.Join(parts, r.T("record.comma"))
}

// tableWords is a table in short: its first row, and how many rows there are.
func tableWords(r *page.Request, f form.Field, rows []form.Row) string {
	if len(rows) == 0 {
		return r.T("desk.why.no_rows", "field", f.Label.In(r.Lang))
	}
	var cells []string
	for _, col := range f.Cols() {
		if s := col.Show(rows[0][col.Key], r.Lang); s != "" {
			cells = append(cells, s)
		}
	}
	words := f.Label.In(r.Lang) + " " + strings.Join(cells, " ")
	if len(rows) > 1 {
		words += " " + r.T("desk.why.rows", "n", len(rows)-1)
	}
	return words
}

// rulingTable draws rulings; there are dozens, so it is written by hand.
func rulingTable(caption string, list []ruling) templ.Component {
	return page.Write(func(p *page.Pen) {
		p.Raw(`<table class="tbl"><caption class="vh">`)
		p.Text(caption)
		p.Raw("</caption><thead><tr>")
		for i, head := range []string{"desk.rules.outcome", "desk.rules.rule", "desk.rules.why", "desk.rules.article"} {
			p.Raw(`<th scope="col"`)
			if i == 0 {
				p.Raw(` class="nw"`) // one short word over short words
			}
			p.Raw(">")
			p.T(head)
			p.Raw("</th>")
		}
		p.Raw("</tr></thead><tbody>")
		for i := range list {
			x := &list[i]
			p.Raw("<tr><td>")
			p.Status(x.Look, x.Word)
			p.Raw("</td><td>")
			p.Text(x.Title)
			p.Raw(`</td><td class="num" data-l="`)
			p.T("desk.rules.why")
			p.Raw(`">`)
			p.Text(x.Why)
			p.Raw(`</td><td class="nw" data-l="`)
			p.T("desk.rules.article")
			p.Raw(`">`)
			if x.Link != nil {
				p.Anchor(x.Link.Label, x.Link.URL)
			}
			p.Raw("</td></tr>")
		}
		p.Raw("</tbody></table>")
	})
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

// confirmable reports whether the definition can take the value of a field from an officer (confirmed.KEY in a rule or sum).
func confirmable(prog *programme.Programme, f form.Field) bool {
	switch f.Kind {
	case form.KindOne, form.KindText, form.KindInt, form.KindYen, form.KindBool, form.KindDate, form.KindCountry, form.KindDecimal:
	default:
		return false
	}
	name := "confirmed." + f.Key
	for _, x := range prog.Rules {
		if strings.Contains(x.Assert, name) {
			return true
		}
	}
	for _, x := range slices.Concat(prog.Amounts, prog.Settle) {
		if strings.Contains(x.Expr, name) {
			return true
		}
	}
	return false
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
		out.What += "（" + pr.ReasonClass + "）"
	}
	for _, e := range f.Events {
		if e.Person == pr.By && e.At.Equal(pr.At) && e.Name != "" {
			out.By += "　" + e.Name
			break
		}
	}
	return out
}

// settle records the outcome of an officer's check of a rule: the reason, and the value confirmed where the definition takes one.
func (p *Pages) settle(r *page.Request) (page.View, error) {
	if err := only(r, account.RoleOfficer); err != nil {
		return page.View{}, err
	}
	id, rule, reason := r.PathValue("id"), r.Value("rule"), jp.NFC(r.Value("reason"))
	c, prog, err := p.Cases.Get(r.Context(), r.Who, id)
	if err != nil {
		return page.View{}, err
	}
	bad := func(field string, f *fault.Fault) (page.View, error) {
		w := &wrong{ID: "s-" + rule + "-" + field, Text: page.FaultText(r.Lang, f), Values: map[string]string{}}
		for name, values := range r.PostForm {
			w.Values[rule+" "+name] = values[0]
		}
		return p.showOverview(r, w, 422)
	}
	if reason == "" {
		return bad("reason", fault.At("reason", "desk.settle.reason_needed"))
	}
	for _, o := range open(c) {
		if o.ID != rule {
			continue
		}
		for _, key := range o.On {
			f, _, _, ok := prog.Field(key)
			value := r.Value("value." + key)
			if !ok || value == "" || !confirmable(prog, f) || c.Confirmed[key].Value == value {
				continue
			}
			if err := p.Cases.Settle(r.Context(), r.Who, id, "", key, value, reason); err != nil {
				if x := fault.Of(err); x != nil && x.Kind == fault.Invalid {
					return bad(key, x)
				}
				return page.View{}, err
			}
		}
	}
	if err := p.Cases.Settle(r.Context(), r.Who, id, rule, "", "", reason); err != nil {
		if x := fault.Of(err); x != nil && x.Kind == fault.Invalid {
			return bad("reason", x)
		}
		return page.View{}, err
	}
	return page.Redirect(caseURL(id), page.Say("desk.settle.done")), nil
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
