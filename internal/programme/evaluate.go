package programme

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"kakehashi/internal/form"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/rule"
)

// Input is what an evaluation looks at. The same Input gives the same Evaluation for ever.
type Input struct {
	Now       time.Time // the clock, an input like any other
	Org       form.Org
	Answers   form.Answers
	History   []Past         // other cases of the body, without the one being evaluated
	Confirmed map[string]any // field key → value an officer has settled (e.place)
	Form      string         // form whose rules are run; application unless said
	Fixed     int64          // the fixed amount (確定額) of the case in yen, 0 before
	Closed    bool           // the programme is closed at this moment (Store.Open)
	// Checked says that Problems are all the problems the answers have; otherwise every answer is looked at again.
	Checked  bool
	Problems []form.Problem
}

// Evaluation says whether the application would be accepted, and for how much.
type Evaluation struct {
	Verdict  string           `json:"verdict"`
	Rules    []Outcome        `json:"rules"`
	Amounts  map[string]int64 `json:"amounts"`
	Steps    []Step           `json:"steps"`
	Missing  []string         `json:"missing"`
	Problems []form.Problem   `json:"problems"`
}

// Outcome is how one rule came out. Needs names what must be answered before it can be told; Residual is the condition that is left
// (Explain fills it).
type Outcome struct {
	ID       string    `json:"id"`
	Severity string    `json:"severity"`
	Outcome  string    `json:"outcome"`
	Title    lang.Text `json:"title,omitzero"`
	Message  lang.Text `json:"message"`
	Basis    string    `json:"basis,omitempty"`
	On       []string  `json:"on"`
	Needs    []string  `json:"needs,omitempty"`
	Residual string    `json:"residual,omitempty"`
	Early    bool      `json:"early,omitempty"`
}

// Step is one amount with how it came about: the expression and the same in words with the numbers put in.
type Step struct {
	Name    string    `json:"name"`
	Title   lang.Text `json:"title,omitzero"`
	Formula string    `json:"formula"`
	Text    lang.Text `json:"text"`
	Value   int64     `json:"value"`
	Basis   string    `json:"basis,omitempty"`
}

// Look is whether a field is asked and whether it must be answered.
type Look struct {
	Shown  Tri
	Needed Tri
}

// Evaluate runs the amounts and rules of one form. It never fails: what cannot be told is Unknown with what it needs.
func (p *Programme) Evaluate(in Input) Evaluation {
	e := p.prepare(in)
	e.money()
	return e.judge()
}

// evaluation is one run.
type evaluation struct {
	p       *Programme
	in      Input
	form    string
	v       *rule.Values
	out     Evaluation
	missing []string
}

// prepare sets every variable but the amounts.
func (p *Programme) prepare(in Input) *evaluation {
	p.ready()
	e := &evaluation{p: p, in: in, form: in.Form, v: p.base.Clone()}
	if e.form == "" {
		e.form = "application"
	}
	e.out = Evaluation{Amounts: map[string]int64{}, Steps: []Step{}, Missing: []string{}, Problems: []form.Problem{}}
	e.context()
	e.answers()
	e.findProblems()
	e.findMissing()
	if len(e.missing) == 0 {
		// Every required question is answered: what was left open counts as left empty.
		emptied := false
		for _, s := range p.order {
			if s.used && !e.v.Told(s.slot) && !hasRaw(in.Answers[s.field.Key]) {
				e.v.PutEmpty(s.slot)
				e.emptyTotals(s)
				emptied = true
			}
		}
		if emptied {
			e.findMissing()
		}
	}
	e.tally()
	return e
}

func (e *evaluation) context() {
	v, in := e.v, e.in
	v.Set("now", in.Now)
	if in.Org.Type != "" {
		v.Set("org.type", in.Org.Type)
	}
	v.Set("org.code", in.Org.Code)
	v.Set("org.name", in.Org.Name)
	v.Set("call.open", !in.Closed && e.p.OpenState(in.Now))
	if in.Fixed > 0 {
		v.Set("case.fixed", in.Fixed)
	}
	past := make([]map[string]any, len(in.History))
	for i, h := range in.History {
		if h.Number == "" {
			h.Number = fmt.Sprintf("%s/%d", h.Programme, h.FiscalYear)
		}
		past[i] = h.record(in.Org)
	}
	v.Set("hist", past)
	for key, x := range in.Confirmed {
		if s, ok := e.p.spots[key]; ok && scalar(s.field) {
			v.Set("confirmed."+key, x)
		}
	}
}

// OpenState reports whether the definition itself says the call is open: not closed, and not after the programme ended.
func (d *Definition) OpenState(now time.Time) bool {
	return d.Call.State != "closed" && (d.Call.ClosedFrom == "" || jp.Date(now) < d.Call.ClosedFrom)
}

// answers sets the fields, the totals of money tables, and empties what is not asked.
func (e *evaluation) answers() {
	for _, s := range e.p.order {
		if !s.used && s.field.Kind != form.KindMoney {
			continue
		}
		x, given := e.in.Answers[s.field.Key]
		switch {
		case s.shown != nil && e.holds(s.shown) == No:
			e.v.PutEmpty(s.slot)
			e.emptyTotals(s)
		case !given:
		case x == nil:
			e.v.PutEmpty(s.slot)
			e.emptyTotals(s)
		default:
			e.set(s, x)
		}
	}
}

func (e *evaluation) set(s *spot, x any) {
	value, ok := plain(x)
	if !ok {
		return
	}
	e.v.Put(s.slot, value)
	if s.field.Kind == form.KindMoney {
		e.totals(s, form.Rows(x))
	}
}

// totals sets the sums of a cost table. A sum is unknown while a line it may hold cannot be counted.
func (e *evaluation) totals(s *spot, rows []form.Row) {
	sums := form.Totals(rows)
	if len(sums.LeftOut) > 0 {
		return
	}
	e.v.Put(s.sums[0], sums.Total)
	placed := true
	for _, row := range rows {
		eligible, told := row["eligible"].(bool)
		if !told {
			return
		}
		_, where := row["where"].(string)
		placed = placed && (where || !eligible)
	}
	e.v.Put(s.sums[1], sums.Eligible)
	if placed {
		e.v.Put(s.sums[2], sums.EligibleAbroad)
		e.v.Put(s.sums[3], sums.EligibleJP)
		e.v.Put(s.sums[4], sums.Place)
	}
}

func (e *evaluation) emptyTotals(s *spot) {
	if s.field.Kind != form.KindMoney {
		return
	}
	e.totals(s, nil)
}

func (e *evaluation) holds(c *condition) Tri {
	if c == nil || c.program == nil {
		return Untold
	}
	return told(c.program.Run(e.v))
}

func told(r rule.Result, err error) Tri {
	if err != nil || !r.Known() {
		return Untold
	}
	if yes, _ := r.Value.(bool); yes {
		return Yes
	}
	return No
}

// look says whether a field is asked and needed, with the values set so far.
func (e *evaluation) look(s *spot) Look {
	l := Look{Shown: Yes, Needed: No}
	if s.shown != nil {
		l.Shown = e.holds(s.shown)
	}
	switch {
	case s.field.Required:
		l.Needed = Yes
	case s.needed != nil:
		l.Needed = e.holds(s.needed)
	}
	switch {
	case l.Shown == No:
		l.Needed = No
	case l.Shown == Untold && l.Needed == Yes:
		l.Needed = Untold
	}
	return l
}

// findProblems looks at every answer of the form again unless the caller did.
func (e *evaluation) findProblems() {
	if e.in.Checked {
		e.sort(e.in.Problems)
		return
	}
	e.sort(e.in.Problems)
	for _, s := range e.p.order {
		if s.form != e.form {
			continue
		}
		if x, ok := e.in.Answers[s.field.Key]; ok && x != nil {
			e.sort(s.field.Check(x))
		}
	}
}

// sort puts problems under problems and required cells of a row under missing; each once.
func (e *evaluation) sort(problems []form.Problem) {
	for _, p := range problems {
		switch {
		case p.Code == form.CodeRequired:
			if !slices.Contains(e.out.Missing, p.Field) {
				e.out.Missing = append(e.out.Missing, p.Field)
			}
		case !slices.ContainsFunc(e.out.Problems, func(q form.Problem) bool { return q.Field == p.Field && q.Code == p.Code }):
			e.out.Problems = append(e.out.Problems, p)
		}
	}
}

// findMissing lists the required questions of the form that have no answer, in the order of the form.
func (e *evaluation) findMissing() {
	cells := e.out.Missing
	e.missing = nil
	for _, s := range e.p.order {
		if s.form != e.form || s.field.ReadOnly {
			continue
		}
		key := s.field.Key
		if !answered(e.in.Answers[key]) && e.look(s).Needed == Yes {
			e.missing = append(e.missing, key)
		}
		for _, c := range cells {
			if strings.HasPrefix(c, key+"[") {
				e.missing = append(e.missing, c)
			}
		}
		e.missingCells(s)
	}
}

// missingCells finds the cells a row's own values make necessary (対象外理由).
func (e *evaluation) missingCells(s *spot) {
	if len(s.columns) == 0 {
		return
	}
	rows := form.Rows(e.in.Answers[s.field.Key])
	for _, column := range s.field.Cols() {
		need := s.columns[column.Key]
		if need == nil || need.program == nil {
			continue
		}
		v := need.env.Values()
		v.Adopt(e.v)
		for i, row := range rows {
			if answered(row[column.Key]) {
				continue
			}
			value, _ := plain(row)
			v.Set("row", value)
			at := fmt.Sprintf("%s[%d].%s", s.field.Key, i, column.Key)
			if told(need.program.Run(v)) == Yes && !slices.Contains(e.missing, at) {
				e.missing = append(e.missing, at)
			}
		}
	}
}

// answered reports whether a stored value is an answer: not absent, not empty.
func answered(x any) bool {
	switch x := x.(type) {
	case nil:
		return false
	case string:
		return strings.TrimSpace(x) != ""
	case []form.Row:
		return len(x) > 0
	case []string:
		return len(x) > 0
	case []form.File:
		return len(x) > 0
	}
	return true
}

// tally sets what the common rules ask about the filling itself.
func (e *evaluation) tally() {
	bad := map[string]int64{}
	for _, p := range e.out.Problems {
		bad[p.Code]++
	}
	v := e.v
	v.Set("form.problems", int64(len(e.out.Problems)))
	v.Set("form.count", int64(len(e.out.Problems)+len(e.missing)))
	v.Set("form.badYen", bad[form.CodeYen])
	v.Set("form.badFiles", bad[form.CodeBadFile])
	open(v, "form.missing", e.missing)
	open(v, "form.filesMissing", e.openFiles())
	e.out.Missing = append([]string{}, e.missing...)
}

// openFiles are what must be answered before the attachments can be judged: required ones that are missing, and the questions that decide
// whether one is required.
func (e *evaluation) openFiles() []string {
	var keys []string
	for _, s := range e.p.order {
		if s.form != e.form || s.field.Kind != form.KindFile || answered(e.in.Answers[s.field.Key]) {
			continue
		}
		switch e.look(s).Needed {
		case Yes:
			keys = append(keys, s.field.Key)
		case Untold:
			for _, c := range []*condition{s.shown, s.needed} {
				if c == nil {
					continue
				}
				if got, err := c.program.Run(e.v); err == nil {
					keys = append(keys, got.Unknown...)
				}
			}
		}
	}
	return keys
}

// open is 0 when nothing is missing, and unknown with the names otherwise.
func open(v *rule.Values, name string, keys []string) {
	if len(keys) == 0 {
		v.Set(name, int64(0))
		return
	}
	v.SetUnknown(name, keys)
}

// money computes the amounts in order; each may use the ones before.
func (e *evaluation) money() {
	for _, s := range e.p.tables {
		if s.form != e.form {
			continue
		}
		prefix := totalsPrefix(s.field.Key)
		for _, name := range totalNames {
			if n, ok := e.v.Get("a." + prefix + name).(int64); ok {
				e.out.Amounts[prefix+name] = n
			}
		}
	}
	e.out.Steps = e.p.run(e.p.sums, e.v, e.out.Amounts)
}

// run computes amounts into v and into amounts, and tells the steps.
func (p *Programme) run(list []*compiledAmount, v *rule.Values, amounts map[string]int64) []Step {
	steps := []Step{}
	for _, a := range list {
		if a.program == nil {
			continue
		}
		got, err := a.program.Run(v)
		if err != nil {
			v.SetUnknown(a.Name, []string{a.Name})
			continue
		}
		v.SetResult(a.Name, got)
		n, ok := got.Value.(int64)
		if !ok {
			continue
		}
		amounts[a.Name] = n
		text, _ := a.say.fill(p, v)
		steps = append(steps, Step{Name: a.Name, Title: a.Title, Formula: a.Expr, Text: text, Value: n, Basis: a.Basis})
	}
	return steps
}

// judge runs the rules of the form and decides.
func (e *evaluation) judge() Evaluation {
	e.out.Rules = make([]Outcome, 0, len(e.p.rules))
	for _, r := range e.p.rules {
		if r.form() == e.form {
			e.out.Rules = append(e.out.Rules, e.p.outcome(r, e.v, e.in.Org.Type))
		}
	}
	e.out.Verdict = verdict(e.out.Rules)
	return e.out
}

func (r *compiledRule) form() string {
	if r.Form == "" {
		return "application"
	}
	return r.Form
}

// outcome runs one rule. A rule that meets an empty value it did not expect cannot be told.
func (p *Programme) outcome(r *compiledRule, v *rule.Values, orgType string) Outcome {
	out := Outcome{ID: r.ID, Severity: r.Severity, Title: r.Title, Basis: r.Basis, On: r.On, Early: r.Early, Outcome: Unknown}
	if out.On == nil {
		out.On = []string{}
	}
	if r.assert == nil {
		return out
	}
	got, err := r.assert.Run(v)
	say := r.unsure
	switch {
	case err != nil:
		out.Needs = needsOf(r.assert, v)
	case !got.Known():
		out.Needs = got.Unknown
	case got.Value == true:
		out.Outcome, say = Pass, nil
	default:
		out.Outcome, say = Fail, r.message
	}
	text, ok := say.fill(p, v)
	if !ok || say == nil {
		text = r.Title
	}
	if hint := p.Call.TypesHint; out.Outcome == Fail && r.ID == "M-C-01" && hint.Type != "" && hint.Type == orgType {
		text.JA += hint.Text.JA
		text.EN += " " + hint.Text.EN
	}
	out.Message = text
	return out
}

// needsOf are the fields an expression reads that are empty: what to answer when it could not be run.
func needsOf(prog *rule.Program, v *rule.Values) []string {
	var out []string
	for _, name := range prog.Vars() {
		if strings.HasPrefix(name, "a.") && v.Get(name) == nil {
			out = append(out, strings.TrimPrefix(name, "a."))
		}
	}
	return out
}

func verdict(rules []Outcome) string {
	has := func(severity, outcome string) bool {
		return slices.ContainsFunc(rules, func(o Outcome) bool { return o.Severity == severity && o.Outcome == outcome })
	}
	switch {
	case has("E", Fail):
		return Refused
	case has("E", Unknown):
		return Undetermined
	case has("S", Fail):
		return Flagged
	}
	return Eligible
}

// Looks tells for every field of a form whether it is asked and whether it must be answered, by key.
func (p *Programme) Looks(in Input) map[string]Look {
	e := p.prepare(in)
	out := map[string]Look{}
	for _, s := range p.order {
		if s.form == e.form {
			out[s.field.Key] = e.look(s)
		}
	}
	return out
}

// Shown reports whether a field is asked, given the answers alone.
func (p *Programme) Shown(f form.Field, answers form.Answers) Tri { return p.lookAt(f, answers).Shown }

// Needed reports whether a field must be answered, given the answers alone.
func (p *Programme) Needed(f form.Field, answers form.Answers) Tri {
	return p.lookAt(f, answers).Needed
}

func (p *Programme) lookAt(f form.Field, answers form.Answers) Look {
	s, ok := p.spots[f.Key]
	if !ok {
		return Look{Shown: Yes}
	}
	if s.field.ShowIf == "" && s.field.RequiredIf == "" {
		l := Look{Shown: Yes, Needed: No}
		if f.Required {
			l.Needed = Yes
		}
		return l
	}
	p.ready()
	orgType, _ := answers["org.type"].(string)
	e := &evaluation{p: p, in: Input{Answers: answers, Org: form.Org{Type: orgType}}, form: s.form, v: p.base.Clone()}
	if orgType != "" {
		e.v.Set("org.type", orgType)
	}
	e.answers()
	return e.look(s)
}

// Explain is Evaluate with, for every rule that cannot be told, the condition that is left once the known answers are put in.
func (p *Programme) Explain(in Input) Evaluation {
	e := p.prepare(in)
	e.money()
	out := e.judge()
	byID := map[string]*compiledRule{}
	for _, r := range p.rules {
		if r.form() == e.form {
			byID[r.ID] = r
		}
	}
	for i, o := range out.Rules {
		if r := byID[o.ID]; o.Outcome == Unknown && r.assert != nil {
			out.Rules[i].Residual = r.assert.Residual(e.v)
		}
	}
	return out
}
