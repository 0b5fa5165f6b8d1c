package desk

import (
	"maps"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"kakehashi/internal/fault"
	"kakehashi/internal/form"
	"kakehashi/internal/lang"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
)

// rulePage is one rule with everything that can be changed of it.
type rulePage struct {
	Programme *programme.Programme
	At        string
	Key       string
	Controls  []part.Control
	Items     []page.Item
	Issues    programme.Issues
	Misses    []nextMiss
}

// ruleKey names a rule within its definition: the id, and the form where it is not the application's.
func ruleKey(x programme.Rule) string {
	if x.Form == "" {
		return x.ID
	}
	return x.ID + "@" + x.Form
}

// ruleOf finds the rule of the address in a definition.
func ruleOf(r *page.Request, d *programme.Definition) (*programme.Rule, error) {
	i := slices.IndexFunc(d.Rules, func(x programme.Rule) bool { return ruleKey(x) == r.PathValue("rule") })
	if i < 0 {
		return nil, fault.New(fault.Missing, "db.missing")
	}
	return &d.Rules[i], nil
}

// exprMost and wordsMost bound what is typed, in code points.
const exprMost, wordsMost = 800, 400

// numbered are the articles in the order they are numbered (第3条第2項 before 第10条), those without a number last.
func numbered(list []programme.Basis) []programme.Basis {
	digits := func(id string) (numbers []int) {
		for _, piece := range strings.FieldsFunc(id, func(r rune) bool { return r < '0' || r > '9' }) {
			n, _ := strconv.Atoi(piece)
			numbers = append(numbers, n)
		}
		if numbers == nil {
			numbers = []int{math.MaxInt}
		}
		return numbers
	}
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b programme.Basis) int { return slices.Compare(digits(a.ID), digits(b.ID)) })
	return list
}

// ruleFields are the questions about a rule, named as the definition names them.
func ruleFields(prog *programme.Programme) []form.Field {
	most := func(f form.Field, n int64) form.Field {
		f.Max = &n
		return f
	}
	ask := func(key string, kind form.Kind, required bool) form.Field {
		return form.Field{Key: key, Kind: kind, Required: required, Label: bothWords("desk.rulefield." + key), Help: bothWords("desk.rulefield." + key + ".help")}
	}
	severity, basis := ask("severity", form.KindOne, true), ask("basis", form.KindOne, false)
	for _, s := range []string{"E", "S", "W"} {
		severity.Options = append(severity.Options, form.Option{Value: s, Label: bothWords("desk.severity." + s)})
	}
	for _, b := range numbered(prog.Basis) {
		basis.Options = append(basis.Options, form.Option{Value: b.ID, Label: b.Title})
	}
	list := []form.Field{severity, basis, most(ask("when", form.KindLong, false), exprMost), most(ask("assert", form.KindLong, true), exprMost),
		most(ask("with", form.KindLong, false), exprMost)}
	for _, key := range []string{"title", "message", "unsure"} {
		for _, tag := range []lang.Tag{lang.JA, lang.EN} {
			f := form.Field{Key: key + "_" + string(tag), Kind: form.KindText, Required: key != "unsure", Label: bothWords("desk.rulefield." + key + "_" + string(tag))}
			list = append(list, most(f, wordsMost))
		}
	}
	return list
}

// bothWords are the words of a key in both languages.
func bothWords(key string) lang.Text {
	return lang.Text{JA: lang.T(lang.JA, key), EN: lang.T(lang.EN, key)}
}

// ruleValues is a rule as its form shows it.
func ruleValues(x *programme.Rule) map[string]string {
	var with []string
	for _, name := range slices.Sorted(maps.Keys(x.With)) {
		with = append(with, name+" = "+x.With[name])
	}
	return map[string]string{"severity": x.Severity, "basis": x.Basis, "when": x.When, "assert": x.Assert, "with": strings.Join(with, "\n"),
		"title_ja": x.Title.JA, "title_en": x.Title.EN, "message_ja": x.Message.JA, "message_en": x.Message.EN, "unsure_ja": x.Unsure.JA, "unsure_en": x.Unsure.EN}
}

// rule shows one rule for changing. Nothing is stored until the changed version is proposed.
func (p *Pages) rule(r *page.Request) (page.View, error) {
	prog, err := p.edited(r)
	if err != nil {
		return page.View{}, err
	}
	x, err := ruleOf(r, &prog.Definition)
	if err != nil {
		return page.View{}, err
	}
	in := map[string]form.Input{}
	for key, value := range ruleValues(x) {
		in[key] = form.Typed(value)
	}
	return p.showRule(r, prog, in, nil, wrongCall{}), nil
}

func (p *Pages) showRule(r *page.Request, prog *programme.Programme, in map[string]form.Input, problems []form.Problem, bad wrongCall) page.View {
	fields := ruleFields(prog)
	v := rulePage{Programme: prog, At: versionURL(prog), Key: r.PathValue("rule"), Issues: bad.issues, Misses: missRows(r, prog, bad.misses)}
	if bad.errors["checked"] != "" {
		v.Items = append(v.Items, page.Item{Text: bad.errors["checked"]})
	}
	v.Items = append(v.Items, part.Items(problems, r.Lang, fields...)...)
	if n := len(bad.issues); n > 0 {
		v.Items = append(v.Items, page.Item{ID: "issues", Text: r.T("desk.revise.mistakes", "n", n)})
	}
	if n := len(bad.misses); n > 0 {
		v.Items = append(v.Items, page.Item{ID: "misses", Text: r.T("desk.next.misses", "n", n)})
	}
	for _, f := range fields {
		v.Controls = append(v.Controls, part.Control{Field: f, Input: in[f.Key], Problems: problems, Needed: f.Required})
	}
	status := 0
	if len(v.Items) > 0 {
		status = http.StatusUnprocessableEntity
	}
	title := r.T("desk.rule.title", "rule", v.Key)
	return page.View{Title: title, Sub: prog.Title.In(r.Lang), Shell: page.Desk, Status: status, Errors: v.Items, Body: ruleBody(title, v)}
}

// saveRule makes a new version with the changed rule and proposes it for publication by another person (J03.2).
func (p *Pages) saveRule(r *page.Request) (page.View, error) {
	prog, err := p.edited(r)
	if err != nil {
		return page.View{}, err
	}
	if err := r.ParseForm(); err != nil {
		return page.View{}, page.Unreadable(err)
	}
	d, err := prog.Clone()
	if err != nil {
		return page.View{}, err
	}
	x, err := ruleOf(r, &d)
	if err != nil {
		return page.View{}, err
	}
	fields := ruleFields(prog)
	in := part.Inputs(fields, r.PostForm)
	problems := changeRule(x, fields, in)
	if len(problems) == 0 && len(programme.Compare(&prog.Definition, &d)) == 0 {
		problems = []form.Problem{{Field: "assert", Message: lang.Text{JA: lang.T(lang.JA, "desk.revise.same", "version", prog.Version), EN: lang.T(lang.EN, "desk.revise.same", "version", prog.Version)}}}
	}
	if len(problems) > 0 {
		return p.showRule(r, prog, in, problems, wrongCall{}), nil
	}
	versions, err := p.Programmes.Versions(r.Context(), prog.Code)
	if err != nil {
		return page.View{}, err
	}
	before, err := p.published(r, prog, versions)
	if err != nil {
		return page.View{}, err
	}
	d.Renumber(&before.Definition, versions)
	hash, bad, err := p.proposeVersion(r, d)
	if err != nil {
		return page.View{}, err
	}
	if hash == "" {
		problems, bad.issues = placed(x, bad.issues)
		return p.showRule(r, prog, in, problems, bad), nil
	}
	return p.proposed(r, prog, hash)
}

// published is what a changed version is numbered after: the one in force of the same call, the version itself when there is none.
func (p *Pages) published(r *page.Request, prog *programme.Programme, versions []programme.Version) (*programme.Programme, error) {
	for _, v := range versions {
		if v.FiscalYear == prog.Call.FiscalYear && v.State == programme.Published {
			return p.Programmes.ByHash(r.Context(), v.Hash)
		}
	}
	return prog, nil
}

// changeRule puts what was typed into a rule; what cannot be read is named at its question.
func changeRule(x *programme.Rule, fields []form.Field, in map[string]form.Input) (problems []form.Problem) {
	value := map[string]string{}
	for _, f := range fields {
		v, answered, wrong := f.Parse(in[f.Key])
		problems = append(problems, wrong...)
		if !answered && f.Required {
			problems = append(problems, f.Missing())
		}
		value[f.Key], _ = v.(string)
	}
	x.Severity, x.Basis, x.When, x.Assert = value["severity"], value["basis"], value["when"], value["assert"]
	x.Title = lang.Text{JA: value["title_ja"], EN: value["title_en"]}
	x.Message = lang.Text{JA: value["message_ja"], EN: value["message_en"]}
	x.Unsure = lang.Text{JA: value["unsure_ja"], EN: value["unsure_en"]}
	x.With = nil
	for line := range strings.Lines(value["with"]) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		name, expr, ok := strings.Cut(line, "=")
		if !ok {
			problems = append(problems, form.Problem{Field: "with", Message: lang.Text{JA: lang.T(lang.JA, "desk.rulefield.with.bad", "line", line), EN: lang.T(lang.EN, "desk.rulefield.with.bad", "line", line)}})
			continue
		}
		if x.With == nil {
			x.With = map[string]string{}
		}
		x.With[strings.TrimSpace(name)] = strings.TrimSpace(expr)
	}
	return problems
}

// placed turns issues of the rule that was changed into problems at its questions; the others stay.
func placed(x *programme.Rule, issues programme.Issues) (problems []form.Problem, rest programme.Issues) {
	for _, i := range issues {
		key, ok := strings.CutPrefix(i.Path, "rules."+x.ID+".")
		key, _, _ = strings.Cut(key, ".")
		if ok && (key == "message" || key == "title" || key == "unsure") {
			key += "_ja"
		}
		if !ok || !slices.Contains([]string{"when", "assert", "with", "severity", "basis", "message_ja", "title_ja", "unsure_ja"}, key) {
			rest = append(rest, i)
			continue
		}
		problems = append(problems, form.Problem{Field: key, Message: lang.Text{JA: i.Says(lang.JA), EN: i.Says(lang.EN)}})
	}
	return problems, rest
}
