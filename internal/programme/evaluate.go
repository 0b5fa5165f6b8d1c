package programme

import (
	"fmt"
	"time"

	"kakehashi/internal/form"
	"kakehashi/internal/lang"
	"kakehashi/internal/rule"
)

// Input is what an evaluation looks at. The same Input gives the same Evaluation for ever.
type Input struct {
	Now       time.Time // the clock, an input like any other
	Org       form.Org
	Answers   form.Answers
	History   []Past           // other cases of the body, without the one being evaluated
	Confirmed map[string]any   // field key → value an officer has settled (e.place)
	Form      string           // form whose rules are run; application unless said
	Fixed     int64            // the fixed amount (確定額) of the case in yen, 0 before
	Sums      map[string]int64 // further sums of the case that rules may name: case.toPay …
	Unagreed  int64            // bodies that take part and whose consent is missing
	Closed    bool             // the programme is closed at this moment (Store.Open)
	Call      *Call            // the call whose days count instead of the version's own, nil for its own
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
	Message  lang.Text `json:"message,omitzero"`
	Basis    string    `json:"basis,omitempty"`
	On       []string  `json:"on,omitzero"`
	Needs    []string  `json:"needs,omitempty"`
	Residual string    `json:"residual,omitempty"`
	Early    bool      `json:"early,omitempty"`
}

// Step is one amount with how it came about: the expression and the same in words with the numbers put in.
type Step struct {
	Name    string    `json:"name"`
	Title   lang.Text `json:"title,omitzero"`
	Formula string    `json:"formula,omitempty"`
	Text    lang.Text `json:"text"`
	Value   int64     `json:"value"`
	Basis   string    `json:"basis,omitempty"`
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
	e.moment()
	if in.Org.Type != "" {
		v.Set("org.type", in.Org.Type)
	}
	v.Set("org.code", in.Org.Code)
	v.Set("org.name", in.Org.Name)
	if in.Fixed > 0 {
		v.Set("case.fixed", in.Fixed)
	}
	for name, n := range in.Sums {
		v.Set(name, n)
	}
	for key, x := range in.Confirmed {
		if s, ok := e.p.spots[key]; ok && scalar(s.field) {
			v.Set("confirmed."+key, x)
		}
	}
}

// moment sets what may differ when the evaluation is used again: see passing.
func (e *evaluation) moment() {
	v, in := e.v, e.in
	v.Set("now", in.Now)
	if in.Call == nil {
		v.Set("call.open", !in.Closed && e.p.OpenState(in.Now))
	} else {
		in.Call.put(v)
		v.Set("call.open", !in.Closed && in.Call.open(in.Now))
	}
	past := make([]map[string]any, len(in.History))
	for i, h := range in.History {
		if h.Number == "" {
			h.Number = fmt.Sprintf("%s/%d", h.Programme, h.FiscalYear)
		}
		past[i] = h.record(in.Org)
	}
	v.Set("hist", past)
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
	e.out.Steps = e.p.run(e.p.sums, e.v, e.out.Amounts, false)
}

// run computes amounts into v and into amounts, and tells the steps; noCap says that the cap among v is none.
func (p *Programme) run(list []*compiledAmount, v *rule.Values, amounts map[string]int64, noCap bool) []Step {
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
		say := a.say
		if noCap && a.noCap != nil {
			say = a.noCap
		}
		text, _ := say.fill(p, v)
		steps = append(steps, Step{Name: a.Name, Title: a.Title, Formula: a.Expr, Text: text, Value: n, Basis: a.Basis})
	}
	return steps
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
