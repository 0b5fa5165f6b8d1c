package cases

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"kakehashi/internal/form"
	"kakehashi/internal/lang"
	"kakehashi/internal/programme"
)

// decode reads the stored answers with the case's own version's fields, once: the values, and the problems each of them has.
func (c *Case) decode(p *programme.Programme) error {
	answers, problems := make(form.Answers, len(c.Raw)), map[string][]form.Problem{}
	known := 0
	for _, f := range p.AllFields() {
		stored, ok := c.Raw[f.Key]
		if !ok {
			continue
		}
		known++
		v, err := plain(stored)
		if err != nil {
			return fmt.Errorf("case %s: answer %s: %w", c.ID, f.Key, err)
		}
		value, answered, found := f.FromJSON(v)
		if answered {
			answers[f.Key] = value
		}
		if len(found) > 0 {
			problems[f.Key] = found
		}
	}
	if known < len(c.Raw) {
		if err := c.decodeOthers(p, answers); err != nil {
			return err
		}
	}
	if c.answers, c.problems, c.version = answers, problems, p; c.veiled {
		c.problems = nil
	}
	return nil
}

// decodeOthers reads answers to questions that this version does not have (any more).
func (c *Case) decodeOthers(p *programme.Programme, answers form.Answers) error {
	others := map[string]json.RawMessage{}
	for key, v := range c.Raw {
		if _, _, _, ok := p.Field(key); !ok {
			others[key] = v
		}
	}
	read, err := form.Decode(nil, others)
	if err != nil {
		return fmt.Errorf("case %s: %w", c.ID, err)
	}
	for key, v := range read {
		answers[key] = v
	}
	return nil
}

// plain reads one stored value with numbers as written. Texts and numbers, which most answers are, need no decoder.
func plain(b []byte) (any, error) {
	switch {
	case len(b) > 1 && b[0] == '"' && b[len(b)-1] == '"' && bytes.IndexByte(b, '\\') < 0 && bytes.IndexByte(b[1:len(b)-1], '"') < 0:
		return string(b[1 : len(b)-1]), nil
	case string(b) == "true", string(b) == "false":
		return b[0] == 't', nil
	case len(b) > 0 && len(b) < 19 && (len(b) == 1 || b[0] != '0') && !slices.ContainsFunc(b, func(d byte) bool { return d < '0' || d > '9' }):
		return json.Number(b), nil
	}
	var v any
	if scanned(b, func(x *scan) { v = x.value() }) == nil {
		return v, nil
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	v = nil
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("more than one value")
	}
	return v, nil
}

// problemsOf are the problems of the answers of one form, in its order; false when they are not known.
func (c *Case) problemsOf(p *programme.Programme, formID string) ([]form.Problem, bool) {
	if c.Answers(); c.problems == nil {
		return nil, false
	}
	var list []form.Problem
	if len(c.problems) > 0 {
		for _, f := range p.Fields(formID) {
			list = append(list, c.problems[f.Key]...)
		}
	}
	return list, true
}

// judgedOf is what is kept of an evaluation: of rules that hold only that they do, of sums how they came out; the rest is in the definition.
func judgedOf(e programme.Evaluation) *Judged {
	rules, steps := slices.Clone(e.Rules), slices.Clone(e.Steps)
	for i, r := range rules {
		if r.Outcome == programme.Pass {
			rules[i] = programme.Outcome{ID: r.ID, Severity: r.Severity, Outcome: r.Outcome}
		}
	}
	for i := range steps {
		steps[i].Title, steps[i].Formula, steps[i].Basis = lang.Text{}, "", ""
	}
	return &Judged{Verdict: e.Verdict, Rules: rules, Amounts: e.Amounts, Steps: steps}
}

// told puts the words of the definition back.
func (j *Judged) told(p *programme.Programme) *Judged {
	if j == nil {
		return nil
	}
	full := *j
	full.Rules, full.Steps = slices.Clone(j.Rules), slices.Clone(j.Steps)
	for i := range full.Rules {
		o := &full.Rules[i]
		if r := p.Rule(o.ID); r != nil && o.Outcome == programme.Pass {
			o.Title, o.Message, o.Basis, o.On, o.Early = r.Title, r.Title, r.Basis, r.On, r.Early
		}
		if o.On == nil {
			o.On = []string{}
		}
	}
	for i := range full.Steps {
		s := &full.Steps[i]
		if k := slices.IndexFunc(p.Amounts, func(a programme.Amount) bool { return a.Name == s.Name }); k >= 0 {
			s.Title, s.Formula, s.Basis = p.Amounts[k].Title, p.Amounts[k].Expr, p.Amounts[k].Basis
		}
	}
	return &full
}
