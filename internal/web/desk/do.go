package desk

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

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

// asking is the page of one move: what it asks for, what was typed, what is wrong with it, and what helps to answer.
type asking struct {
	Case      *cases.Case
	Programme *programme.Programme
	Move      programme.Move
	Refusal   string // why it cannot be made now
	Token     string
	Values    url.Values
	Errors    map[string]string
	Items     []page.Item
	News      []part.Entry // what others did since the page was opened
	Facts     []part.HeadFact
	Fields    []fieldGroup
	Lines     []admitLine
	Fixed     []part.Sum
	FixedWhy  string
	Flags     []part.Judgement
	Checks    []check
	Sums      []part.Sum
	SumReason string
	Money     []part.Fact
	Proposal  *proposal
	Shifts    []cases.Shift
}

// fieldGroup is the questions of one page of a form, to choose from.
type fieldGroup struct {
	Title  string
	Fields []option
}

// admitLine is one reported cost with what HQ admits of it.
type admitLine struct {
	Item, Detail, Where string
	Planned, Claimed    string
	Eligible            bool
	Evidence            string // what the body calls the line's evidence
	EvidenceURL         string // of the attached file of that name
}

// check is one item of the formal check with what the rules already say.
type check struct {
	Value, Label string
	Look, Word   string
	Note         string
}

// value is what was typed, or what the control starts with.
func (a asking) value(name string) string { return a.Values.Get(name) }

func (a asking) has(name, value string) bool { return slices.Contains(a.Values[name], value) }

// ask shows the page of a move.
func (p *Pages) ask(r *page.Request) (page.View, error) {
	c, prog, err := p.Cases.Get(r.Context(), r.Who, r.PathValue("id"))
	if err != nil {
		return page.View{}, err
	}
	values := url.Values{}
	if m := prog.Move(r.PathValue("move")); m != nil {
		p.begin(r, c, prog, m, values)
	}
	return p.showAsk(r, c, prog, values, nil, 0)
}

// begin fills in what the move starts with: the due day of a return, today's payment, the amount asked for, every claim admitted.
func (p *Pages) begin(r *page.Request, c *cases.Case, prog *programme.Programme, m *programme.Move, v url.Values) {
	today := jp.Date(r.Now)
	for _, n := range m.Needs {
		switch n.ID {
		case "due":
			v.Set("due", slash(jp.AddBusinessDays(today, prog.Deadlines.ReturnDays)))
			if cases.Hears(m) {
				v.Set("due", slash(jp.AddDays(today, prog.Deadlines.HearingDays)))
			}
		case "payDate":
			v.Set("payDate", slash(today))
		case "amount":
			v.Set("amount", lang.Num(suggested(c)))
		case "revoked":
			n := c.Award()
			if open := c.Proceeding(); open != nil && open.Kind == cases.Revocation {
				n = open.Amount
				v.Set("reasonClass", open.Class)
			}
			v.Set("revoked", lang.Num(n))
		case "received":
			principal, interest := c.Owed(prog, today)
			v.Set("received", lang.Num(principal+interest))
		case "admitted":
			for i, row := range c.Reported() {
				if n, ok := form.Amount(row); ok {
					v.Set("admitted."+strconv.Itoa(i), lang.Num(n))
				}
			}
		}
	}
	v["remark"] = r.URL.Query()["field"]
}

// suggested is the amount a proposal starts with: what was asked for, within what the rules allow.
func suggested(c *cases.Case) int64 {
	n := c.Requested
	if c.Evaluation != nil {
		if most, ok := c.Evaluation.Amounts["maxGrant"]; ok {
			n = min(n, most)
		}
	}
	return n
}

// slash is a day as people type it: 2026/10/19.
func slash(day string) string { return strings.ReplaceAll(day, "-", "/") }

// do makes a move. What is wrong stands at its field, nothing typed is lost; when somebody else was faster the page says what changed.
func (p *Pages) do(r *page.Request) (page.View, error) {
	id, move := r.PathValue("id"), r.PathValue("move")
	needs := record.Needs(r)
	values := r.PostForm
	if values.Get("preview") != "" {
		return p.again(r, values, nil, http.StatusOK)
	}
	if bad := append(numberFaults(values), remarkFaults(values)...); len(bad) > 0 {
		more, err := p.Cases.Wrong(r.Context(), r.Who, id, move, needs)
		if err != nil {
			return page.View{}, err
		}
		for _, f := range more {
			if f.Field != "remarks" && !slices.ContainsFunc(bad, func(x *fault.Fault) bool { return x.Field == f.Field }) {
				bad = append(bad, f)
			}
		}
		return p.again(r, values, bad[0], http.StatusUnprocessableEntity, bad[1:]...)
	}
	version, _ := strconv.Atoi(values.Get("version"))
	c, err := p.Cases.Do(r.Context(), r.Who, id, cases.Act{Move: move, Version: version, Token: values.Get("token"), Arrived: r.Now, Needs: needs})
	switch f := fault.Of(err); {
	case f != nil && (f.Kind == fault.Invalid || f.Kind == fault.Refused):
		v, err := p.again(r, values, f, http.StatusUnprocessableEntity, f.More...)
		v.Denied = f.Kind == fault.Refused
		return v, err
	case f != nil && f.Kind == fault.Conflict:
		return p.again(r, values, f, http.StatusConflict)
	case err != nil:
		return page.View{}, err
	}
	prog, err := p.Programmes.ByHash(r.Context(), c.Definition)
	if err != nil {
		return page.View{}, err
	}
	return page.Redirect(caseURL(c.ID), page.Say("desk.done", "what", prog.Move(move).Done.In(r.Lang))), nil
}

// numberFaults finds amounts that were typed and cannot be read, where the move would only miss them.
func numberFaults(v url.Values) (list []*fault.Fault) {
	for _, name := range []string{"amount", "received", "revoked"} {
		if typed := strings.TrimSpace(v.Get(name)); typed != "" {
			if _, ok := jp.ParseYen(typed); !ok {
				list = append(list, fault.At(name, "form.not_yen", "typed", typed))
			}
		}
	}
	return list
}

// remarkFaults finds questions that were ticked without a word what to correct, and words at questions that were not ticked.
func remarkFaults(v url.Values) (list []*fault.Fault) {
	for _, key := range v["remark"] {
		if strings.TrimSpace(v.Get(remarkName(key, "text"))) == "" {
			list = append(list, fault.At(remarkName(key, "text"), "desk.remark.no_text"))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(v)) {
		key, text := strings.CutSuffix(strings.TrimPrefix(name, "remark."), ".text")
		if text && strings.HasPrefix(name, "remark.") && strings.TrimSpace(v.Get(name)) != "" && !slices.Contains(v["remark"], key) {
			list = append(list, fault.At(remarkName(key), "desk.remark.no_tick"))
		}
	}
	return list
}

// remarkName is the control of the remark on one question: that it is made, its kind, its text.
func remarkName(key string, part ...string) string {
	return strings.Join(append([]string{"remark", key}, part...), ".")
}

// needID is the id of the control of one need.
func needID(name string) string { return "n-" + strings.NewReplacer(".", "-", "_", "-").Replace(name) }

// again shows the page of the move with everything that was typed.
func (p *Pages) again(r *page.Request, values url.Values, f *fault.Fault, status int, more ...*fault.Fault) (page.View, error) {
	c, prog, err := p.Cases.Get(r.Context(), r.Who, r.PathValue("id"))
	if err != nil {
		return page.View{}, err
	}
	return p.showAsk(r, c, prog, values, f, status, more...)
}

func (p *Pages) showAsk(r *page.Request, c *cases.Case, prog *programme.Programme, values url.Values, f *fault.Fault, status int, more ...*fault.Fault) (page.View, error) {
	m := prog.Move(r.PathValue("move"))
	if m == nil {
		return page.View{}, fault.New(fault.Missing, "db.missing")
	}
	v := asking{Case: c, Programme: prog, Move: *m, Values: values, Errors: map[string]string{}, Token: newToken(), Facts: p.facts(r, &face{Case: c, Programme: prog, Branch: p.branch(r, &face{Case: c})})}
	choices := p.Cases.Moves(r.Context(), r.Who, c, prog)
	i := slices.IndexFunc(choices, func(x cases.Choice) bool { return x.ID == m.ID })
	switch {
	case i < 0 && f == nil:
		return page.View{}, fault.New(fault.Missing, "db.missing")
	case i < 0:
		v.Refusal = page.FaultText(r.Lang, f)
	case choices[i].Blocked != nil:
		v.Refusal = page.FaultText(r.Lang, choices[i].Blocked)
	}
	if f != nil {
		for _, f := range append([]*fault.Fault{f}, more...) {
			v.wrong(r, f)
		}
	}
	if status == http.StatusConflict {
		if err := p.news(r, &v, values); err != nil {
			return page.View{}, err
		}
	}
	if err := p.fill(r.Context(), r, &v); err != nil {
		return page.View{}, err
	}
	nav, err := p.nav(r, groupOf(prog.State(c.State)))
	return page.View{Title: m.Title.In(r.Lang), Sub: heading(r.Lang, c), Shell: page.Desk, Status: status, Nav: nav, Errors: v.Items, Body: askBody(v)}, err
}

// wrong puts a fault at its control and into the summary.
func (v *asking) wrong(r *page.Request, f *fault.Fault) {
	item := page.Item{Text: page.FaultText(r.Lang, f)}
	if f.Field != "" {
		v.Errors[f.Field] = item.Text
		item.ID = needID(f.Field)
	}
	if key, ok := strings.CutPrefix(f.Field, "remark."); ok {
		if question, _, _, found := v.Programme.Field(strings.TrimSuffix(key, ".text")); found {
			item.Text = r.T("desk.remark.at", "field", question.Label, "text", item.Text)
		}
	}
	v.Items = append(v.Items, item)
}

// news lists what others did since the page was opened.
func (p *Pages) news(r *page.Request, v *asking, values url.Values) error {
	seen, _ := strconv.Atoi(values.Get("version"))
	events, err := p.Cases.Journal(r.Context(), r.Who, v.Case.ID)
	if err != nil {
		return err
	}
	events = slices.DeleteFunc(events, func(e *cases.Event) bool { return e.Seq <= seen })
	v.News = record.Entries(r.Context(), p.Orgs, r.Lang, v.Case, v.Programme, events, 10)
	return nil
}

// fill adds, for each thing the move asks for, what helps to answer it.
func (p *Pages) fill(ctx context.Context, r *page.Request, v *asking) error {
	c, prog := v.Case, v.Programme
	for _, n := range v.Move.Needs {
		switch n.ID {
		case "remarks":
			v.remarks(r)
		case "admitted":
			v.lines(r)
		case "checklist":
			ev, err := p.Cases.Evaluate(ctx, c, prog, "application")
			if err != nil {
				return err
			}
			v.checks(r, ev)
		case "amount":
			ev, err := p.judge(r, c, prog)
			if err != nil {
				return err
			}
			v.Sums, v.SumReason = record.Sums(r.Lang, ev.Steps)
			if err := p.money(r, v); err != nil {
				return err
			}
		case "payDate":
			v.bill(r)
		case "revoked":
			v.award(r)
		}
	}
	v.Shifts = c.Changes(prog, r.Lang)
	return nil
}

// remarks offers the questions of the form that came in last, page by page.
func (v *asking) remarks(r *page.Request) {
	id := "application"
	last := v.Case.FormsIn[id]
	for k, t := range v.Case.FormsIn {
		if t.After(last) && v.Programme.Form(k) != nil {
			id, last = k, t
		}
	}
	for _, sec := range v.Programme.Form(id).Sections {
		g := fieldGroup{Title: sec.Title.In(r.Lang)}
		for _, f := range sec.Fields {
			if !f.ReadOnly && cases.Sees(r.Who, f.Visibility) && v.Programme.Shown(f, v.Case.Answers()) != programme.No {
				g.Fields = append(g.Fields, option{Value: f.Key, Label: f.Label.In(r.Lang)})
			}
		}
		if len(g.Fields) > 0 {
			v.Fields = append(v.Fields, g)
		}
	}
}

// lines are the reported costs, and what the amount would be with what is typed now.
func (v *asking) lines(r *page.Request) {
	rows := v.Case.Reported()
	admits := make([]cases.Admit, 0, len(rows))
	for i, row := range rows {
		line := admitLine{Detail: text(row["detail"]), Item: costKind(v.Programme, text(row["item"]), r.Lang), Eligible: row["eligible"] != false}
		if row["where"] == form.Abroad {
			line.Where = r.T("form.cost_where.abroad")
		} else {
			line.Where = r.T("form.cost_where.jp")
		}
		if n, ok := row["planned"].(int64); ok {
			line.Planned = lang.Num(n)
		}
		line.Evidence = text(row["evidence"])
		line.EvidenceURL = v.attached(line.Evidence)
		claimed, _ := form.Amount(row)
		line.Claimed = lang.Num(claimed)
		v.Lines = append(v.Lines, line)
		a := cases.Admit{Row: i, Amount: claimed}
		if n, ok := jp.ParseYen(v.value("admitted." + strconv.Itoa(i))); ok && n >= 0 && n <= claimed {
			a.Amount = n
		}
		admits = append(admits, a)
	}
	s := v.Case.Settlement(v.Programme, admits)
	v.Fixed, v.FixedWhy = record.Settled(r.Lang, s)
	v.Flags = record.Judged(r.Lang, v.Programme, slices.DeleteFunc(slices.Clone(s.Outcomes), func(o programme.Outcome) bool { return o.Outcome == programme.Pass }))
}

// attached is the address of the file of the report that bears a name, with or without its ending; "" when there is none.
func (v *asking) attached(name string) string {
	files, _ := v.Case.Answers()["r.evidence"].([]form.File)
	for _, f := range files {
		if name != "" && (f.Name == name || strings.TrimSuffix(f.Name, filepath.Ext(f.Name)) == name) {
			return "/files/" + f.ID
		}
	}
	return ""
}

// award shows what the body was granted and got: what can be revoked of it, and what would come back.
func (v *asking) award(r *page.Request) {
	c := v.Case
	for _, x := range []struct {
		label string
		yen   int64
	}{{"record.fact.decided", c.Decided}, {"record.fact.fixed", c.Fixed}, {"proceeding.revoked", c.Revoked}, {"record.fact.paid", c.Paid}} {
		if x.yen > 0 {
			v.Money = append(v.Money, part.Fact{Label: r.T(x.label), Text: lang.Yen(r.Lang, x.yen)})
		}
	}
}

// costKind is the kind of a cost (旅費) in the reader's language.
func costKind(prog *programme.Programme, kind string, tag lang.Tag) string {
	for _, f := range prog.AllFields() {
		if f.Kind != form.KindMoney {
			continue
		}
		for _, c := range f.Cols() {
			if c.Key == "item" {
				return c.Show(kind, tag)
			}
		}
	}
	return kind
}

func text(v any) string {
	s, _ := v.(string)
	return s
}

// checks lists the formal check with what the rules already say about each item.
func (v *asking) checks(r *page.Request, ev programme.Evaluation) {
	for _, o := range v.Programme.Checklist() {
		x := check{Value: o.Value, Label: o.Label.In(r.Lang)}
		if i := slices.IndexFunc(ev.Rules, func(y programme.Outcome) bool { return y.ID == o.Value }); i >= 0 {
			if list := record.Judged(r.Lang, v.Programme, ev.Rules[i:i+1]); len(list) > 0 {
				x.Look, x.Word, x.Note = list[0].Look, list[0].Word, list[0].Reason
			}
			if s, ok := v.Case.Overrides[o.Value]; ok {
				x.Look, x.Word, x.Note = "yes", r.T("desk.rules.settled"), s.Reason
			}
		} else if files, ok := v.Case.Answers()[o.Value].([]form.File); ok {
			x.Look, x.Word = "yes", r.T("desk.check.files", "n", len(files))
		} else {
			x.Look, x.Word = "end", r.T("desk.check.no_files")
		}
		v.Checks = append(v.Checks, x)
	}
}

// money shows what the proposal may cost: asked, most allowed, left in the budget, score.
func (p *Pages) money(r *page.Request, v *asking) error {
	c := v.Case
	b, err := p.Ledger.Balance(r.Context(), c.Fund(), c.FiscalYear)
	if err != nil {
		return err
	}
	v.Money = []part.Fact{{Label: r.T("record.fact.requested"), Text: lang.Yen(r.Lang, c.Requested)}}
	if c.Evaluation != nil {
		if most, ok := c.Evaluation.Amounts["maxGrant"]; ok {
			v.Money = append(v.Money, part.Fact{Label: r.T("desk.ask.most"), Text: lang.Yen(r.Lang, most)})
		}
	}
	if n := c.Mean(v.Programme.Screening); n > 0 {
		v.Money = append(v.Money, part.Fact{Label: r.T("desk.board.score"), Text: r.T("desk.points", "n", lang.Tenths(n)),
			Reason: r.T("desk.board.floor", "n", v.Programme.Screening.Floor)})
	}
	v.Money = append(v.Money, part.Fact{Label: r.T("desk.budget.left"), Text: lang.Yen(r.Lang, b.Available()), Reason: r.T("desk.budget.of", "total", lang.Yen(r.Lang, b.Total))})
	return nil
}

// bill shows what finance pays and where to, or what is owed.
func (v *asking) bill(r *page.Request) {
	c := v.Case
	if open := c.Claim(); open != nil {
		principal, interest := c.Owed(v.Programme, jp.Date(r.Now))
		v.Money = []part.Fact{{Label: r.T("money.claim.principal"), Text: lang.Yen(r.Lang, principal), Reason: r.T("money.claim.due", "day", lang.LongDay(r.Lang, open.Due))},
			{Label: r.T("money.claim.interest"), Text: lang.Yen(r.Lang, interest), Reason: r.T("money.claim.today")}}
		return
	}
	v.Money = []part.Fact{{Label: r.T("money.to_pay"), Text: lang.Yen(r.Lang, c.ToPay())}}
	if c.Fixed > 0 {
		v.Money = append(v.Money, part.Fact{Label: r.T("record.fact.fixed"), Text: lang.Yen(r.Lang, c.Fixed)})
	}
	if !r.Who.Is(account.RoleFinance) {
		return
	}
	form := "bill"
	if a := v.Programme.Payments.Advance; a != nil && c.Advance() != nil {
		form = a.Form
	}
	for _, f := range v.Programme.Fields(form) {
		if x, ok := c.Answers()[f.Key]; ok {
			v.Money = append(v.Money, part.Fact{Label: f.Label.In(r.Lang), Text: f.Show(x, r.Lang)})
		}
	}
}
