package desk

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"kakehashi/internal/account"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/page"
)

// decision is a step of a version that the store takes.
type decision func(ctx context.Context, who account.Who, hash string) error

// nextPage is next year's call, copied from this year's, with what may be edited and what must be looked at.
type nextPage struct {
	Programme *programme.Programme
	Version   string
	Year      string
	Days      []nextField
	Figures   []nextField
	Checks    []nextCheck
	Values    url.Values
	Errors    map[string]string
	Items     []page.Item
	Misses    []nextMiss
	Issues    []string
}

// nextMiss is one expected value of an example that comes out otherwise with the new days and figures.
type nextMiss struct {
	Value, Example, What, Want, Got string
	Ticked                          bool
}

// nextField is one day or figure of the copied call; Before is this year's.
type nextField struct {
	Name, Label, Before, Value, Note string
	Optional                         bool
}

// nextCheck is one line of the checklist of differences.
type nextCheck struct {
	Path, Label, Before, After string
	Ticked                     bool
}

// callDays are the days of a call that are edited, by the name of their control.
func callDays(c *programme.Call) []struct {
	name     string
	day      *string
	optional bool
} {
	return []struct {
		name     string
		day      *string
		optional bool
	}{{"opens", &c.Opens, false}, {"closes", &c.Closes, false}, {"result", &c.Result, true}, {"from", &c.From, false}, {"to", &c.To, false}, {"reportBy", &c.ReportBy, false}}
}

// nextCall shows the copy of the call with dates a year later (J03.1). Nothing is stored yet.
func (p *Pages) nextCall(r *page.Request) (page.View, error) {
	return p.showNext(r, nil, wrongCall{}, 0)
}

// wrongCall is what keeps a copied call from being proposed.
type wrongCall struct {
	errors map[string]string
	misses []programme.Miss
	issues programme.Issues
}

func (p *Pages) showNext(r *page.Request, values url.Values, bad wrongCall, status int) (page.View, error) {
	errors := bad.errors
	prog, d, diff, err := p.copied(r)
	if err != nil {
		return page.View{}, err
	}
	v := nextPage{Programme: prog, Version: d.Version, Year: lang.FiscalYear(r.Lang, d.Call.FiscalYear), Values: values, Errors: errors}
	v.fields(r, prog, &d, diff)
	for _, x := range diff {
		if x.Check {
			c := nextCheck{Path: x.Path, Label: x.Label.In(r.Lang), Before: shownDay(r, x.Before), After: shownDay(r, x.After),
				Ticked: values != nil && slices.Contains(values["checked"], x.Path)}
			if words := x.Text.In(r.Lang); words != "" {
				c.Before, c.After = words, r.T("desk.next.kept")
			}
			v.Checks = append(v.Checks, c)
		}
	}
	for _, f := range slices.Concat(v.Days, v.Figures, []nextField{{Name: "round"}, {Name: "checked"}}) {
		if words := errors[f.Name]; words != "" {
			v.Items = append(v.Items, page.Item{ID: "next-" + strings.ReplaceAll(f.Name, ".", "-"), Text: words})
		}
	}
	v.Issues = issueWords(r.Lang, bad.issues)
	if n := len(bad.issues); n > 0 {
		v.Items = append(v.Items, page.Item{ID: "issues", Text: r.T("desk.next.issues", "n", n)})
	}
	v.Misses = missRows(r, prog, bad.misses)
	if n := len(bad.misses); n > 0 {
		v.Items = append(v.Items, page.Item{ID: "misses", Text: r.T("desk.next.misses", "n", n)})
	}
	title := r.T("desk.next.title", "programme", prog.Title.In(r.Lang), "year", v.Year)
	return page.View{Title: title, Sub: r.T("desk.nav.programmes"), Shell: page.Desk, Status: status, Errors: v.Items, Body: nextBody(title, v)}, nil
}

// shownDay writes what is a day as one, everything else as it is.
func shownDay(r *page.Request, s string) string {
	if jp.ValidDate(s) {
		return lang.LongDay(r.Lang, s)
	}
	return s
}

// copied is the copy of the call of the address. Officers of the section only.
func (p *Pages) copied(r *page.Request) (*programme.Programme, programme.Definition, []programme.Difference, error) {
	prog, err := p.Programmes.Current(r.Context(), r.PathValue("code"))
	if err != nil {
		return nil, programme.Definition{}, nil, err
	}
	if !mine(r, prog) || !r.Who.Is(account.RoleOfficer) {
		return nil, programme.Definition{}, nil, fault.New(fault.Missing, "db.missing")
	}
	d, diff, err := p.Programmes.CopyCall(r.Context(), r.Who, prog.Code)
	return prog, d, diff, err
}

// fields are the controls, with what was typed or with the copy's values.
func (v *nextPage) fields(r *page.Request, prog *programme.Programme, d *programme.Definition, diff []programme.Difference) {
	label := func(path string) string {
		if i := slices.IndexFunc(diff, func(x programme.Difference) bool { return x.Path == path }); i >= 0 {
			return diff[i].Label.In(r.Lang)
		}
		return path
	}
	value := func(name, fallback string) string {
		if v.Values.Has(name) {
			return v.Values.Get(name)
		}
		return fallback
	}
	before := prog.Definition.Call
	old := callDays(&before)
	for i, x := range callDays(&d.Call) {
		f := nextField{Name: x.name, Label: label("call." + x.name), Before: lang.LongDay(r.Lang, *old[i].day), Value: value(x.name, slash(*x.day)), Optional: x.optional}
		if f.Label == "call."+x.name {
			f.Label = r.T("programme.path." + x.name)
		}
		if day, ok := jp.ParseDate(f.Value); ok {
			f.Note = lang.LongDay(r.Lang, day)
			if !jp.BusinessDay(day) {
				f.Note += "　" + r.T("desk.next.holiday")
			}
		}
		v.Days = append(v.Days, f)
	}
	if prog.Pays() {
		v.Figures = []nextField{{Name: "budget", Label: label("call.budget"), Before: lang.Num(prog.Call.Budget), Value: value("budget", lang.Num(d.Call.Budget))}}
	}
	for _, x := range diff {
		if name, ok := strings.CutPrefix(x.Path, "params."); ok {
			v.Figures = append(v.Figures, nextField{Name: x.Path, Label: x.Label.In(r.Lang), Before: lang.Num(prog.Params[name]), Value: value(x.Path, lang.Num(d.Params[name]))})
		}
	}
}

// proposeCall checks what was edited, runs the examples and proposes the version for publication by another person.
func (p *Pages) proposeCall(r *page.Request) (page.View, error) {
	_, d, diff, err := p.copied(r)
	if err != nil {
		return page.View{}, err
	}
	if err := r.ParseForm(); err != nil {
		return page.View{}, fault.New(fault.Invalid, "page.invalid.text")
	}
	errors := edit(r, &d, diff)
	if len(errors) > 0 {
		return p.showNext(r, r.PostForm, wrongCall{errors: errors}, http.StatusUnprocessableEntity)
	}
	hash, bad, err := p.proposeVersion(r, d)
	if err != nil {
		return page.View{}, err
	}
	if hash == "" {
		return p.showNext(r, r.PostForm, bad, http.StatusUnprocessableEntity)
	}
	return page.Redirect("/desk/programmes/"+d.Code+"/versions/"+hash, page.Say("desk.next.done")), nil
}

// missRows are the expected values that come out otherwise, those ticked that were ticked before.
func missRows(r *page.Request, prog *programme.Programme, misses []programme.Miss) (list []nextMiss) {
	for _, m := range misses {
		list = append(list, nextMiss{Value: expected(m), Example: m.Example, What: missed(r, prog, m.Key), Want: outcome(r, prog, m.Key, m.Want),
			Got: outcome(r, prog, m.Key, m.Got), Ticked: slices.Contains(r.PostForm["expect"], expected(m))})
	}
	return list
}

// expected names a new expected value: a tick holds for this outcome only.
func expected(m programme.Miss) string { return fmt.Sprintf("%s=%v", m.Path(), m.Got) }

// missed says in words which expected value of an example it is.
func missed(r *page.Request, prog *programme.Programme, key string) string {
	if name, ok := strings.CutPrefix(key, "amounts."); ok {
		if i := slices.IndexFunc(prog.Amounts, func(a programme.Amount) bool { return a.Name == name }); i >= 0 {
			return prog.Amounts[i].Title.In(r.Lang)
		}
		return name
	}
	if id, ok := strings.CutPrefix(key, "rules."); ok {
		if rule := prog.Rule(id); rule != nil {
			return id + "　" + rule.Title.In(r.Lang)
		}
		return id
	}
	return r.T("desk.next.miss." + key)
}

// outcome writes an expected or computed value.
func outcome(r *page.Request, prog *programme.Programme, key string, x any) string {
	switch v := x.(type) {
	case int64:
		return lang.Yen(r.Lang, v)
	case []string:
		return strings.Join(v, r.T("record.comma"))
	case string:
		if key == "verdict" {
			return r.T("desk.verdict." + v)
		}
		return r.T("desk.rule." + v)
	}
	return ""
}

// edit puts what was typed into the copy; words of what is wrong by the name of the control.
func edit(r *page.Request, d *programme.Definition, diff []programme.Difference) map[string]string {
	errors := map[string]string{}
	copied := d.Call
	for _, x := range callDays(&d.Call) {
		typed := r.Value(x.name)
		if typed == "" && x.optional {
			*x.day = ""
			continue
		}
		day, ok := jp.ParseDate(typed)
		if !ok {
			errors[x.name] = r.T("desk.next.bad_day", "what", r.T("programme.path."+x.name))
			continue
		}
		*x.day = day
	}
	if len(errors) == 0 {
		order(r, &d.Call, errors)
		d.Retime(copied)
	}
	figure := func(name, label string, to *int64) {
		n, ok := jp.ParseYen(r.Value(name))
		if !ok {
			errors[name] = r.T("desk.next.bad_figure", "what", label)
			return
		}
		*to = n
	}
	if d.Pays() {
		figure("budget", r.T("programme.path.budget"), &d.Call.Budget)
	}
	round := int64(d.Call.Round)
	figure("round", r.T("desk.next.round"), &round)
	d.Call.Round = int(min(max(round, 1), 9))
	params := programme.Params{}
	for name, n := range d.Params {
		figure("params."+name, d.ParamTitle(name).In(r.Lang), &n)
		params[name] = n
	}
	d.Params = params
	for _, x := range diff {
		if x.Check && !slices.Contains(r.PostForm["checked"], x.Path) {
			errors["checked"] = r.T("desk.next.unchecked")
		}
	}
	return errors
}

// order sees that the days follow one another.
func order(r *page.Request, c *programme.Call, errors map[string]string) {
	after := func(name, a, b string) {
		if b != "" && b < a {
			errors[name] = r.T("desk.next.order", "what", r.T("programme.path."+name))
		}
	}
	after("closes", c.Opens, c.Closes)
	after("result", c.Closes, c.Result)
	after("to", c.From, c.To)
	after("reportBy", c.From, c.ReportBy)
}
