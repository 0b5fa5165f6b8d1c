package programme

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"kakehashi/internal/form"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/letter"
	"kakehashi/internal/rule"
)

// Pillars are the seven fields of work of the public site.
var Pillars = []string{"economy", "multicultural", "jet", "exchange", "information", "people", "offices"}

// Prefills are what an answer may be filled in from when its form is begun: org.* from the register as the body is named that day, person*
// from the account of whoever drafts and from what they answered in their newest case of the body; case.* when the amount is fixed, from
// the case itself: what is left to pay, and the account an advance went to.
var Prefills = []string{"org.name", "org.code", "org.type", "org.head", "org.branch", "org.address", "person", "person.name", "person.email",
	"person.section", "person.tel", "case.toPay", "case.bank"}

var (
	codeShape    = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	numberShape  = regexp.MustCompile(`^P\d{2}[a-z]?$`)
	versionShape = regexp.MustCompile(`^\d{4}\.\d+\.\d+$`)
)

// shape checks what every definition must have.
func (c *compiler) shape() {
	d := &c.p.Definition
	if !codeShape.MatchString(d.Code) {
		c.fail("programme", say("lint.code_shape", "a", fmt.Sprintf("%q", d.Code)), "")
	}
	if !numberShape.MatchString(d.Number) {
		c.fail("number", say("lint.number_shape", "a", fmt.Sprintf("%q", d.Number)), "")
	}
	if !versionShape.MatchString(d.Version) {
		c.fail("version", say("lint.version_shape", "a", fmt.Sprintf("%q", d.Version), "b", "{fiscal year}.{breaking}.{compatible}"), "")
	} else if !strings.HasPrefix(d.Version, fmt.Sprint(d.Call.FiscalYear)+".") {
		c.fail("version", say("lint.version_year", "a", fmt.Sprint(d.Version), "b", fmt.Sprint(d.Call.FiscalYear)), "")
	}
	if d.Schema != 1 {
		c.fail("schemaVersion", say("lint.schema_version"), "")
	}
	c.oneOf("pillar", d.Pillar, Pillars)
	if d.Section == "" {
		c.fail("section", say("lint.no_section"), "")
	}
	c.call()
	c.screening()
	if c.p.Form("application") == nil {
		c.fail("forms", say("lint.no_application"), "")
	}
	seen := map[string]bool{}
	for _, b := range d.Basis {
		if seen[b.ID] {
			c.fail("basis."+b.ID, say("lint.id_twice"), "")
		}
		seen[b.ID] = true
	}
}

func (c *compiler) oneOf(at, value string, among []string) {
	if !slices.Contains(among, value) {
		c.fail(at, say("lint.none_of", "a", fmt.Sprintf("%q", value), "b", strings.Join(among, ", ")), rule.Nearest(value, among))
	}
}

func (c *compiler) call() {
	call := c.p.Call
	for _, pair := range [][2]string{{"opens", "closes"}, {"from", "to"}} {
		days := map[string]string{"opens": call.Opens, "closes": call.Closes, "from": call.From, "to": call.To}
		a, b := days[pair[0]], days[pair[1]]
		if !jp.ValidDate(a) || !jp.ValidDate(b) {
			continue // told by settings
		}
		if b < a {
			c.fail("call."+pair[1], say("lint.before", "a", fmt.Sprint(pair[1]), "b", fmt.Sprint(b), "c", fmt.Sprint(pair[0]), "d", fmt.Sprint(a)), "")
		}
	}
	if jp.ValidDate(call.From) && jp.FY(call.From) != call.FiscalYear {
		c.fail("call.fiscalYear", say("lint.other_year", "a", fmt.Sprint(call.From), "b", fmt.Sprint(jp.FY(call.From))), fmt.Sprint(jp.FY(call.From)))
	}
	c.oneOf("call.branchStep", call.BranchStep, []string{"required", "info", "none"})
	if call.State != "" {
		c.oneOf("call.state", call.State, []string{"open", "closed"})
	}
	if len(call.ApplicantTypes) == 0 {
		c.fail("call.applicantTypes", say("lint.no_applicant"), "")
	}
	for _, t := range call.ApplicantTypes {
		c.oneOf("call.applicantTypes", t, OrgTypes)
	}
	if call.TypesHint.Type != "" {
		c.oneOf("call.typesHint.type", call.TypesHint.Type, OrgTypes)
	}
}

func (c *compiler) screening() {
	if len(c.p.Screening.Criteria) == 0 {
		return
	}
	total := int64(0)
	seen := map[string]bool{}
	for _, k := range c.p.Screening.Criteria {
		if seen[k.ID] {
			c.fail("screening.criteria."+k.ID, say("lint.id_twice"), "")
		}
		seen[k.ID] = true
		total += k.Weight
	}
	if total != 100 {
		c.fail("screening.criteria", say("lint.weights", "a", fmt.Sprint(total)), "")
	}
}

// field checks one question and its options.
func (c *compiler) field(at string, f form.Field) {
	if f.Key == "" {
		c.fail(at, say("lint.no_key"), "")
		return
	}
	if !form.Known(f.Kind) {
		var names []string
		for _, k := range form.Kinds() {
			names = append(names, string(k))
		}
		c.fail(at+".kind", say("lint.no_kind", "a", fmt.Sprintf("%q", f.Kind)), rule.Nearest(string(f.Kind), names))
	}
	if (f.Kind == form.KindOne || f.Kind == form.KindMany) && len(f.Options) == 0 && f.Of == "" {
		c.fail(at+".options", say("lint.no_options"), "")
	}
	if f.Kind == form.KindTable && len(f.Columns) == 0 {
		c.fail(at+".columns", say("lint.no_columns"), "")
	}
	if f.Required && f.RequiredIf != "" {
		c.fail(at+".requiredIf", say("lint.required_anyway"), "")
	}
	if f.Kind == form.KindMany && f.MaxRows > len(f.Options) && len(f.Options) > 0 {
		c.fail(at+".maxRows", say("lint.few_options", "a", fmt.Sprint(f.MaxRows), "b", fmt.Sprint(len(f.Options))), "")
	}
	if f.Ordered && f.Kind != form.KindMany {
		c.fail(at+".ordered", say("lint.ordered"), "")
	}
	if f.Prefill != "" && !slices.Contains(Prefills, f.Prefill) {
		c.fail(at+".prefill", say("lint.prefill", "a", fmt.Sprintf("%q", f.Prefill)), rule.Nearest(f.Prefill, Prefills))
	}
	seen := map[string]bool{}
	for _, o := range f.Options {
		if seen[o.Value] {
			c.fail(at+".options", say("lint.option_twice", "a", o.Value), "")
		}
		seen[o.Value] = true
		label := o.Label
		if label.JA == "" {
			label.JA = o.Value
		}
		c.p.labels[o.Value] = label
	}
	for _, column := range f.Columns {
		if f.Kind == form.KindTable || len(column.Options) > 0 {
			c.column(at+".columns."+column.Key, column)
		}
	}
}

func (c *compiler) column(at string, column form.Field) {
	if column.ShowIf != "" {
		c.fail(at+".showIf", say("lint.column_shown"), "")
	}
	c.field(at, column)
}

func (c *compiler) ruleShape(at string, r Rule) {
	c.oneOf(at+".severity", r.Severity, []string{"E", "S", "W"})
	if r.Basis == "" {
		c.fail(at, say("lint.rule_basis"), "")
	}
	c.basis(at+".basis", r.Basis)
	if r.Form != "" && r.Form != "settle" && c.p.Form(r.Form) == nil {
		c.fail(at+".form", say("lint.no_form", "a", r.Form), rule.Nearest(r.Form, c.formIDs()))
	}
	for _, key := range r.On {
		if _, ok := c.p.spots[key]; !ok {
			c.fail(at+".on", say("lint.no_field", "a", key), rule.Nearest(key, c.keys()))
		}
	}
	c.both(at+".title", r.Title)
	c.both(at+".message", r.Message)
}

func (c *compiler) formIDs() []string {
	var out []string
	for _, f := range c.p.Forms {
		out = append(out, f.ID)
	}
	return out
}

func (c *compiler) keys() []string {
	var out []string
	for _, s := range c.p.order {
		out = append(out, s.field.Key)
	}
	return out
}

// both wants a text in Japanese and English.
func (c *compiler) both(at string, t lang.Text) {
	switch {
	case t.JA == "" && t.EN == "":
		c.fail(at, say("lint.no_text"), "")
	case t.JA == "":
		c.fail(at, say("lint.no_japanese"), "")
	case t.EN == "":
		c.fail(at, say("lint.no_english"), "")
	}
}

// texts checks that everything a person reads is there in both languages.
func (c *compiler) texts() {
	d := &c.p.Definition
	c.both("title", d.Title)
	c.both("lead", d.Lead)
	for _, b := range d.Basis {
		c.both("basis."+b.ID+".title", b.Title)
		c.both("basis."+b.ID+".text", b.Text)
	}
	for _, f := range d.Forms {
		c.both("forms."+f.ID+".title", f.Title)
		for _, s := range f.Sections {
			at := "forms." + f.ID + ".sections." + s.ID
			c.both(at+".title", s.Title)
			if n := questions(s); n > 7 && !slices.ContainsFunc(s.Fields, func(f form.Field) bool { return f.Kind == form.KindTable || f.Kind == form.KindMoney }) {
				c.fail(at, say("lint.many_questions", "a", fmt.Sprint(n)), "")
			}
			for _, field := range s.Fields {
				c.fieldTexts(at+".fields."+field.Key, field)
			}
		}
	}
	for _, k := range d.Screening.Criteria {
		c.both("screening.criteria."+k.ID+".title", k.Title)
	}
	for i, f := range d.Facts {
		c.both(fmt.Sprintf("facts.%d", i), f.Title)
		c.both(fmt.Sprintf("facts.%d.text", i), f.Text)
		c.basis(fmt.Sprintf("facts.%d", i), f.Basis)
		filled, ok := c.sentence(fmt.Sprintf("facts.%d.text", i), f.Text, nil).fill(c.p, c.p.base)
		if !ok {
			c.fail(fmt.Sprintf("facts.%d.text", i), say("lint.outline"), "")
		}
		f.Text = filled
		c.p.facts = append(c.p.facts, f)
	}
	c.asks()
	for _, p := range d.Papers {
		c.both("papers."+p.ID+".title", p.Title)
		if p.Form != "" && c.p.Form(p.Form) == nil {
			c.fail("papers."+p.ID+".form", say("lint.no_form", "a", p.Form), rule.Nearest(p.Form, c.formIDs()))
		}
	}
	seen := map[string]bool{}
	for _, l := range d.Letters {
		if seen[l.ID] {
			c.fail("letters."+l.ID, say("lint.letter_twice"), "")
		}
		seen[l.ID] = true
		c.both("letters."+l.ID+".title", l.Title)
		for _, m := range letter.Check(l) {
			c.fail("letters."+l.ID+"."+strings.ReplaceAll(strings.ReplaceAll(m.At, "[", "."), "]", ""), say("lint.letter_name", "a", m.Name), "")
		}
	}
}

// questions counts what a page asks; what the register fills is only shown.
func questions(s form.Section) int {
	n := 0
	for _, f := range s.Fields {
		if !f.ReadOnly {
			n++
		}
	}
	return n
}

func (c *compiler) fieldTexts(at string, f form.Field) {
	c.both(at+".label", f.Label)
	if f.Help != (lang.Text{}) {
		c.both(at+".help", f.Help)
	}
	for _, o := range f.Options {
		if o.Label.EN == "" {
			c.fail(at+".options", say("lint.option_english", "a", o.Value), "")
		}
	}
	for _, column := range f.Columns {
		if f.Kind == form.KindTable {
			c.fieldTexts(at+".columns."+column.Key, column)
		}
	}
}

// asks checks the self-check: the answers it sets and the rules it tells.
func (c *compiler) asks() {
	for _, a := range c.p.SelfCheck {
		at := "selfCheck." + a.ID
		c.both(at+".text", a.Text)
		for _, o := range a.Options {
			c.both(at+".options."+o.ID+".label", o.Label)
			for key := range o.Set {
				if _, ok := c.p.spots[key]; !ok && key != "org.type" {
					c.fail(at+".options."+o.ID+".set", say("lint.no_field", "a", key), rule.Nearest(key, c.keys()))
				}
			}
		}
		for _, id := range a.Rules {
			if !slices.ContainsFunc(c.p.Rules, func(r Rule) bool { return r.ID == id }) {
				c.fail(at+".rules", say("lint.no_rule", "a", id), rule.Nearest(id, c.ruleIDs()))
			}
		}
	}
}

func (c *compiler) ruleIDs() []string {
	var out []string
	for _, r := range c.p.Rules {
		out = append(out, r.ID)
	}
	return out
}
