package public

import (
	"regexp"
	"slices"
	"strings"

	"kakehashi/internal/form"
	"kakehashi/internal/lang"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
)

// checkView is the self-check: questions of the definition whose answers settle rules.
type checkView struct {
	Asks          []judged
	Yes, No, Open int
	Unsettled     []string
	Heading       string
}

// judged is one question with what its answer means.
type judged struct {
	programme.Ask
	Chosen     string
	Look, Word string
	Reason     string
	Links      []page.Link
}

// check runs the programme's early rules on what the visitor chose. The answers are in the address and nowhere else.
func check(c call, r *page.Request) checkView {
	v := checkView{}
	in := programme.Input{Now: r.Now, Answers: form.Answers{}}
	chosen := map[string]string{}
	for _, a := range c.Definition.SelfCheck {
		for _, o := range a.Options {
			if o.ID == r.Value("q-"+a.ID) {
				chosen[a.ID] = o.ID
				set(&in, c.Programme, o.Set)
			}
		}
	}
	outcomes := map[string]programme.Outcome{}
	for _, o := range c.Evaluate(in).Rules {
		outcomes[o.ID] = o
	}
	for _, a := range c.Definition.SelfCheck {
		j := judged{Ask: a, Chosen: chosen[a.ID]}
		j.settle(c, outcomes, r)
		switch j.Look {
		case "yes":
			v.Yes++
		case "no":
			v.No++
		default:
			v.Open++
			v.Unsettled = append(v.Unsettled, a.Text.In(r.Lang))
		}
		v.Asks = append(v.Asks, j)
	}
	switch {
	case v.No > 0:
		v.Heading = r.T("public.check.no")
	case v.Open > 0 && v.Yes > 0:
		v.Heading = r.T("public.check.sofar")
	case v.Open > 0:
		v.Heading = r.T("public.check.start")
	default:
		v.Heading = r.T("public.check.yes")
	}
	return v
}

// set puts what an option stands for into the input: the kind of organisation, or answers.
func set(in *programme.Input, p *programme.Programme, values map[string]any) {
	for key, value := range values {
		if key == "org.type" {
			in.Org.Type, _ = value.(string)
			continue
		}
		if f, _, _, ok := p.Field(key); ok {
			if v, answered, _ := f.FromJSON(value); answered {
				in.Answers[key] = v
			}
		}
	}
}

// settle tells the outcome of a question: the worst of its rules, once it was answered.
func (j *judged) settle(c call, outcomes map[string]programme.Outcome, r *page.Request) {
	j.Look, j.Word = "unk", r.T("public.fit.unknown")
	worst := programme.Outcome{}
	for _, id := range j.Rules {
		o, ok := outcomes[id]
		if !ok {
			continue
		}
		if a := c.Article(o.Basis); a != nil && len(j.Links) == 0 {
			j.Links = []page.Link{{Label: a.Title.In(r.Lang), URL: "/programmes/" + c.Code + "/rules#" + a.ID}}
		}
		if j.Chosen == "" {
			continue
		}
		switch {
		case o.Outcome == programme.Fail && (o.Severity == "E" || worst.Outcome != programme.Fail):
			worst = o
		case o.Outcome == programme.Unknown && worst.Outcome == "":
			worst = o
		case o.Outcome == programme.Pass && worst.Outcome == "":
			worst = o
		}
	}
	switch {
	case j.Chosen == "":
		j.Reason = r.T("public.check.answer")
	case worst.Outcome == programme.Fail && worst.Severity == "E":
		j.Look, j.Word, j.Reason = "no", r.T("public.fit.no"), worst.Message.In(r.Lang)
	case worst.Outcome == programme.Fail:
		j.Look, j.Word, j.Reason = "unk", r.T("public.check.look"), worst.Message.In(r.Lang)
	case worst.Outcome == programme.Pass:
		j.Look, j.Word, j.Reason = "yes", r.T("public.check.fits"), worst.Title.In(r.Lang)
	default:
		j.Reason = worst.Title.In(r.Lang)
	}
}

// sumView is the calculator: two sums by place, the questions the amounts depend on, and the steps.
type sumView struct {
	On         bool
	Fields     []sumField
	Asks       []part.Control
	Sums       []part.Sum
	Reason     string
	Links      []page.Link
	Errors     []page.Item
	Look, Word string
	Ruler      part.MoneyRuler
	HasRuler   bool
	Calculated bool
}

// sumField is one sum to type.
type sumField struct {
	Name, Label, Value string
	Bad                bool
	Where              string
}

// sum works out the grant from the eligible cost abroad and in Japan, by the programme's own amounts. The cost table of the
// definition is filled with one line for each.
func sum(c call, r *page.Request) sumView {
	table, ok := costTable(c.Programme)
	if !ok || len(c.Amounts) == 0 {
		return sumView{}
	}
	v := sumView{On: true}
	in := programme.Input{Now: r.Now, Answers: form.Answers{}}
	var rows []any
	for _, w := range []string{form.Abroad, form.Japan} {
		f := sumField{Name: "cost-" + w, Label: r.T("public.sum." + w), Value: r.Value("cost-" + w), Where: w}
		if f.Value != "" {
			yen, answered, problems := form.Field{Key: f.Name, Kind: form.KindYen, Label: lang.Text{JA: f.Label, EN: f.Label}}.Parse(form.Typed(f.Value))
			n, isYen := yen.(int64)
			if len(problems) > 0 || !answered || !isYen {
				f.Bad = true
				v.Errors = append(v.Errors, page.Item{ID: f.Name, Text: r.T("part.at", "place", f.Label, "words", problems[0].Message.In(r.Lang))})
			} else {
				f.Value = lang.Num(n)
				v.Calculated = true
				if n > 0 {
					rows = append(rows, map[string]any{"item": table.Cols()[0].Options[0].Value, "detail": f.Label, "where": w, "qty": int64(1), "unit": n, "amount": n, "eligible": true})
				}
			}
		}
		v.Fields = append(v.Fields, f)
	}
	for _, f := range dependsOn(c.Programme) {
		ctl := part.Control{Field: f, Input: form.Typed(r.Value(f.Key)), Needed: true}
		value, ok, problems := f.Parse(ctl.Input)
		switch {
		case ok:
			in.Answers[f.Key] = value
		case v.Calculated:
			if len(problems) == 0 {
				problems = []form.Problem{f.Missing()}
			}
			ctl.Problems = problems
			v.Errors = append(v.Errors, page.Item{ID: part.ID(f.Key), Text: problems[0].Message.In(r.Lang)})
		}
		v.Asks = append(v.Asks, ctl)
	}
	if value, ok, _ := table.FromJSON(rows); ok {
		in.Answers[table.Key] = value
	}
	v.steps(c, in, table.Key, r)
	return v
}

// steps are the amounts in order; the last is the sum one asks for. The rules at the cost table say whether it fits.
func (v *sumView) steps(c call, in programme.Input, table string, r *page.Request) {
	if len(v.Errors) > 0 || !v.Calculated {
		return
	}
	e := c.Evaluate(in)
	var eligible int64
	for _, row := range form.Rows(in.Answers[table]) {
		n, _ := form.Amount(row)
		eligible += n
	}
	v.Sums = []part.Sum{{Label: r.T("public.sum.eligible"), Value: lang.Yen(r.Lang, eligible)}}
	for i, s := range e.Steps {
		last := i == len(e.Steps)-1
		v.Sums = append(v.Sums, part.Sum{Label: s.Title.In(r.Lang), Value: lang.Yen(r.Lang, s.Value), Total: last})
		if v.Reason != "" {
			v.Reason += "　"
		}
		v.Reason += s.Text.In(r.Lang)
		if a := c.Article(s.Basis); a != nil {
			l := page.Link{Label: a.Title.In(r.Lang), URL: "/programmes/" + c.Code + "/rules#" + a.ID}
			if !slices.Contains(v.Links, l) {
				v.Links = append(v.Links, l)
			}
		}
	}
	for _, o := range e.Rules {
		if o.Outcome == programme.Unknown || o.Severity == "W" || !slices.Contains(o.On, table) || o.Title.JA == "" {
			continue
		}
		switch {
		case o.Outcome == programme.Fail && o.Severity == "E":
			v.Look, v.Word = "no", o.Message.In(r.Lang)
			return
		case o.Outcome == programme.Fail && v.Look != "unk":
			v.Look, v.Word = "unk", o.Message.In(r.Lang)
		case o.Early && v.Look == "":
			v.Look, v.Word = "yes", o.Title.In(r.Lang)
		}
	}
}

// costTable is the programme's money table, if it has one.
func costTable(p *programme.Programme) (form.Field, bool) {
	for _, f := range p.Fields("application") {
		if f.Kind == form.KindMoney {
			return f, true
		}
	}
	return form.Field{}, false
}

var fieldInExpr = regexp.MustCompile(`\ba\.([a-z][a-zA-Z0-9_]*(?:\.[a-zA-Z0-9_]+)*)`)

// dependsOn are the plain questions the amounts read beside the cost table, such as the main place of the project.
func dependsOn(p *programme.Programme) []form.Field {
	var list []form.Field
	for _, a := range p.Amounts {
		exprs := []string{a.Expr}
		for _, e := range a.With {
			exprs = append(exprs, e)
		}
		for _, m := range fieldInExpr.FindAllStringSubmatch(strings.Join(exprs, " "), -1) {
			f, formID, _, ok := p.Field(m[1])
			known := slices.ContainsFunc(list, func(g form.Field) bool { return g.Key == f.Key })
			if ok && formID == "application" && !known && (f.Kind == form.KindOne || f.Kind == form.KindInt || f.Kind == form.KindBool) {
				list = append(list, f)
			}
		}
	}
	slices.SortFunc(list, func(a, b form.Field) int { return strings.Compare(a.Key, b.Key) })
	return list
}
