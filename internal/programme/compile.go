package programme

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"kakehashi/internal/form"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/rule"
)

// Programme is a compiled definition. It is safe for concurrent use and does not change.
type Programme struct {
	Definition
	env    *rule.Env
	base   *rule.Values // call, params, settings
	spots  map[string]*spot
	order  []*spot
	fields []form.Field // of all forms, in order
	byForm map[string][]form.Field
	tables []*spot // money tables, whose totals are variables
	rules  []*compiledRule
	sums   []*compiledAmount
	settle []*compiledAmount
	labels map[string]lang.Text // option value → label
	facts  []Fact               // outline with its placeholders filled
	looks  bool                 // into the answers of other cases

	guards  sync.Map // expression → *rule.Program
	lasting lasting

	rest func() // compiles the expressions when first asked for; nil when they are
}

// ready sees that the expressions are compiled.
func (p *Programme) ready() {
	if p.rest != nil {
		p.rest()
	}
}

type compiledRule struct {
	Rule
	assert  *rule.Program
	message *sentence
	unsure  *sentence
}

type compiledAmount struct {
	Amount
	program *rule.Program
	say     *sentence
	noCap   *sentence // nil unless the definition says something else without a cap
}

// condition is a compiled showIf or requiredIf.
type condition struct {
	env     *rule.Env // of its own for columns, which see their row
	program *rule.Program
}

type compiler struct {
	p      *Programme
	env    *rule.Env
	owner  map[string]*spot // variable → the field it belongs to
	issues Issues
	misses []Miss // of the examples
}

// Compile checks a definition and makes it ready to run. With issues there is no programme. It checks everything that can be told from
// the definition alone; Lint adds the names that live elsewhere (mail templates, effects) and RunExamples its examples.
func Compile(d Definition) (*Programme, Issues) {
	p, issues := compile(d)
	if len(issues) > 0 {
		return nil, issues
	}
	hash, err := Hash(d)
	if err != nil {
		return nil, Issues{{Message: err.Error()}}
	}
	p.Hash = hash
	return p, nil
}

func compile(d Definition) (*Programme, Issues) {
	c := newCompiler(d)
	c.shape()
	c.collect()
	c.expressions()
	return c.p, c.issues
}

func newCompiler(d Definition) *compiler {
	return &compiler{p: &Programme{Definition: d, spots: map[string]*spot{}, byForm: map[string][]form.Field{}, labels: map[string]lang.Text{}, looks: d.looksIntoOthers()}}
}

// expressions compiles everything that is computed.
func (c *compiler) expressions() {
	c.environment()
	if c.env == nil {
		return
	}
	c.conditions()
	c.p.sums = c.amounts("amounts", c.p.Amounts)
	c.p.settle = c.amounts("settle", c.p.Settle)
	c.rules()
	c.means()
	c.payments()
	c.objections()
	c.aftercare()
	c.workflow()
	c.texts()
	c.panels()
	c.approvals()
	c.joint()
}

func (c *compiler) fail(at string, said lang.Text, suggest string) {
	where := c.p.at(at)
	c.issues = append(c.issues, issue(where.file, where.line, at, said, suggest))
}

// collect finds all fields and options, refusing keys used twice.
func (c *compiler) collect() {
	forms := map[string]bool{}
	for _, f := range c.p.Forms {
		if forms[f.ID] {
			c.fail("forms."+f.ID, say("lint.form_twice"), "")
		}
		forms[f.ID] = true
		for _, section := range f.Sections {
			at := "forms." + f.ID + ".sections." + section.ID
			for _, field := range section.Fields {
				c.field(at+".fields."+field.Key, field)
				c.p.byForm[f.ID] = append(c.p.byForm[f.ID], field)
				if twin, ok := c.p.spots[field.Key]; ok {
					c.fail(at+".fields."+field.Key, say("lint.key_twice_form", "a", field.Key, "b", twin.form), "")
					continue
				}
				s := &spot{field: field, form: f.ID, section: section.ID, variable: "a." + field.Key}
				c.p.spots[field.Key] = s
				c.p.order = append(c.p.order, s)
				c.p.fields = append(c.p.fields, field)
				if field.Kind == form.KindMoney {
					c.p.tables = append(c.p.tables, s)
				}
			}
		}
	}
}

// environment declares every name the expressions may use.
func (c *compiler) environment() {
	vars := slices.Concat(callVars, applicantVars, formVars, settleVars, caseVars, settingVars)
	objs := slices.Clone(objects)
	for _, s := range c.p.order {
		vars = append(vars, rule.Var{Name: s.variable, Type: typeOf(s.field, rowName(s.field.Key)), Need: s.field.Key})
		if s.field.Kind == form.KindTable || s.field.Kind == form.KindMoney {
			objs = append(objs, rowObject(s.field))
		}
		if scalar(s.field) {
			vars = append(vars, rule.Var{Name: "confirmed." + s.field.Key, Type: rule.OrNull(typeOf(s.field, ""))})
		}
	}
	for _, s := range c.p.tables {
		prefix := "a." + totalsPrefix(s.field.Key)
		for _, name := range totalNames {
			vars = append(vars, rule.Var{Name: prefix + name, Type: rule.Int, Need: s.field.Key})
		}
		vars = append(vars, rule.Var{Name: prefix + "place", Type: rule.String, Need: s.field.Key})
	}
	for name := range c.p.Params {
		vars = append(vars, rule.Var{Name: "params." + name, Type: rule.Int})
	}
	seen := map[string]bool{}
	for _, a := range slices.Concat(c.p.Amounts, c.p.Settle) {
		if !seen[a.Name] {
			vars = append(vars, rule.Var{Name: a.Name, Type: rule.Int})
		}
		seen[a.Name] = true
	}
	env, err := rule.NewEnv(vars, objs...)
	if err != nil {
		c.fail("", say("lint.as_said", "a", err.Error()), "")
		return
	}
	env.Read = plain
	c.env, c.p.env = env, env
	c.slots()
	c.p.base = c.settings()
}

// slots notes where each field's variables stand.
func (c *compiler) slots() {
	c.owner = map[string]*spot{}
	for _, s := range c.p.order {
		s.slot = c.env.Slot(s.variable)
		c.owner[s.variable] = s
		if s.field.Kind == form.KindMoney {
			prefix := "a." + totalsPrefix(s.field.Key)
			for i, name := range append(slices.Clone(totalNames), "place") {
				s.sums[i] = c.env.Slot(prefix + name)
				c.owner[prefix+name] = s
			}
		}
	}
}

// read notes the fields whose values an evaluation must hold.
func (c *compiler) read(vars ...string) {
	for _, name := range vars {
		if s, ok := c.owner[name]; ok {
			s.used = true
		}
	}
}

// settings are the values that come from the definition itself.
func (c *compiler) settings() *rule.Values {
	d, v := &c.p.Definition, c.env.Values()
	for name, x := range map[string]any{
		"call.programme": d.Code, "call.fiscalYear": int64(d.Call.FiscalYear), "call.round": int64(max(d.Call.Round, 1)),
		"call.applicantTypes": d.Call.ApplicantTypes, "call.branchStep": d.Call.BranchStep, "call.budget": d.Call.Budget,
		"screening.members": int64(d.Screening.Members), "screening.floor": d.Screening.Floor,
		"deadlines.branch": int64(d.Deadlines.BranchDays), "deadlines.hq": int64(d.Deadlines.HQDays),
		"deadlines.return": int64(d.Deadlines.ReturnDays), "deadlines.report": int64(d.Deadlines.ReportDays),
		"deadlines.bill": int64(d.Deadlines.BillDays), "deadlines.pay": int64(d.Deadlines.PayDays),
		"deadlines.withdraw": int64(d.Deadlines.WithdrawDays), "deadlines.clock": int64(d.Deadlines.ClockDays),
	} {
		v.Set(name, x)
	}
	for name, day := range d.Call.days() {
		if day == "" {
			v.Set(name, nil)
			continue
		}
		if !jp.ValidDate(day) {
			c.fail(name, say("lint.not_day", "a", fmt.Sprintf("%q", day)), "")
			continue
		}
		v.Set(name, day)
	}
	for name, x := range d.Params {
		v.Set("params."+name, x)
	}
	for _, s := range c.p.order {
		if scalar(s.field) {
			v.Set("confirmed."+s.field.Key, nil)
		}
	}
	return v
}

// expr compiles one expression; nil after an issue.
func (c *compiler) expr(at, text string, want rule.Type) *rule.Program {
	return c.exprIn(c.env, at, text, want)
}

func (c *compiler) exprIn(env *rule.Env, at, text string, want rule.Type) *rule.Program {
	p, issues := env.Compile(text, want)
	if p != nil {
		c.read(p.Vars()...)
	}
	for _, i := range issues {
		c.fail(at, say("lint.expression", "a", i.Text, "b", text, "c", fmt.Sprint(i.Column)), i.Suggest)
	}
	return p
}

func (c *compiler) conditions() {
	for _, s := range c.p.order {
		at := "forms." + s.form + ".sections." + s.section + ".fields." + s.field.Key
		s.shown = c.condition(c.env, at+".showIf", s.field.ShowIf)
		s.needed = c.condition(c.env, at+".requiredIf", s.field.RequiredIf)
		for _, column := range s.field.Columns {
			if column.RequiredIf == "" {
				continue
			}
			env, err := c.env.With(rule.Var{Name: "row", Type: rule.ObjectOf(rowName(s.field.Key))})
			if err != nil {
				c.fail(at, say("lint.as_said", "a", err.Error()), "")
				continue
			}
			if s.columns == nil {
				s.columns = map[string]*condition{}
			}
			s.columns[column.Key] = c.condition(env, at+".columns."+column.Key+".requiredIf", column.RequiredIf)
		}
	}
}

func (c *compiler) condition(env *rule.Env, at, text string) *condition {
	if text == "" {
		return nil
	}
	return &condition{env: env, program: c.exprIn(env, at, text, rule.Bool)}
}

func (c *compiler) amounts(at string, list []Amount) []*compiledAmount {
	var out []*compiledAmount
	seen := map[string]bool{}
	for _, a := range list {
		here := at + "." + a.Name
		if seen[a.Name] {
			c.fail(here, say("lint.amount_twice"), "")
		}
		seen[a.Name] = true
		for _, other := range list {
			if !seen[other.Name] && usesName(a.Expr, other.Name) {
				c.fail(here+".expr", say("lint.amount_later", "a", other.Name), "")
			}
		}
		out = append(out, &compiledAmount{Amount: a, program: c.expr(here+".expr", a.Expr, rule.Int), say: c.sentence(here+".say", a.Say, a.With),
			noCap: c.sentence(here+".sayNoCap", a.SayNoCap, a.With)})
		if a.Say.JA == "" || a.Say.EN == "" {
			c.fail(here+".say", say("lint.amount_say"), "")
		}
		c.basis(here, a.Basis)
	}
	return out
}

// usesName reports whether the expression mentions a word.
func usesName(expr, name string) bool {
	isWord := func(r rune) bool {
		return r == '_' || r == '.' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
	}
	return slices.Contains(strings.FieldsFunc(expr, func(r rune) bool { return !isWord(r) }), name)
}

func (c *compiler) basis(at, id string) {
	if id == "" {
		return
	}
	var names []string
	for _, b := range c.p.Basis {
		if b.ID == id {
			return
		}
		names = append(names, b.ID)
	}
	c.fail(at, say("lint.no_article", "a", id), rule.Nearest(id, names))
}

func (c *compiler) rules() {
	seen := map[string]bool{}
	for _, r := range c.p.Rules {
		at := "rules." + r.ID
		if seen[r.ID+"/"+r.Form] {
			c.fail(at, say("lint.rule_twice"), "")
		}
		seen[r.ID+"/"+r.Form] = true
		out := &compiledRule{Rule: r, message: c.sentence(at+".message", r.Message, r.With),
			unsure: c.sentence(at+".unsure", r.Unsure, r.With)}
		text := r.Assert
		if r.When != "" {
			c.expr(at+".when", r.When, rule.Bool)
			text = "!(" + r.When + ") || (" + r.Assert + ")"
		}
		out.assert = c.expr(at+".assert", text, rule.Bool)
		c.ruleShape(at, r)
		c.p.rules = append(c.p.rules, out)
	}
}

// compileStored makes a version ready that was published once; what a newer linter dislikes about it no longer matters. Its expressions are
// compiled when the first of them is needed: a service with many versions starts fast and stays small. A rule that can no longer be
// compiled cannot be told, so nothing passes by it.
func compileStored(d Definition) *Programme {
	c := newCompiler(d)
	c.collect()
	c.p.rest = sync.OnceFunc(c.expressions)
	return c.p
}
