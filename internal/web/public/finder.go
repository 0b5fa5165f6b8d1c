package public

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"kakehashi/internal/form"
	"kakehashi/internal/lang"
	"kakehashi/internal/org"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
)

// asked is what a visitor says about themselves; nothing of it is stored.
type asked struct {
	Type    string // kind of organisation
	Goal    string
	Country string
	Set     bool // something was chosen
}

// finderForm is the sentence with its three choices.
type finderForm struct {
	asked
	Types, Goals, Countries []form.Option
}

func (p *Pages) finderForm(r *page.Request, reg *register, a asked) finderForm {
	f := finderForm{asked: a, Goals: p.Goals}
	for _, t := range org.Types() {
		f.Types = append(f.Types, form.Option{Value: t.Code, Label: shortType(t)})
	}
	for _, code := range reg.routes.Countries("") {
		f.Countries = append(f.Countries, form.Option{Value: code, Label: lang.Text{JA: org.CountryName(lang.JA, code), EN: org.CountryName(lang.EN, code)}})
	}
	slices.SortFunc(f.Countries, func(a, b form.Option) int { return strings.Compare(a.Label.In(r.Lang), b.Label.In(r.Lang)) })
	f.Countries = append(f.Countries, form.Option{Value: elsewhere, Label: lang.Text{JA: lang.T(lang.JA, "public.say.elsewhere"), EN: lang.T(lang.EN, "public.say.elsewhere")}})
	return f
}

// unknown reports whether something was asked for that is none of the choices.
func (f *finderForm) unknown() bool {
	for value, options := range map[string][]form.Option{f.Type: f.Types, f.Goal: f.Goals, f.Country: f.Countries} {
		if value != "" && !slices.ContainsFunc(options, func(o form.Option) bool { return o.Value == value }) {
			return true
		}
	}
	return false
}

// elsewhere is the choice of a country no office covers.
const elsewhere = "other"

// shortType is a kind of organisation in the words of the sentence, where its own name is too long for it.
func shortType(t org.Type) lang.Text {
	if key := "public.type." + t.Code; lang.Has(key) {
		return lang.Text{JA: lang.T(lang.JA, key), EN: lang.T(lang.EN, key)}
	}
	return t.Name
}

// found is one programme with what can be told about it from what was said.
type found struct {
	call
	Look, Word string // yes, no or unk with its word
	Why        []string
	Needs      []string // what would settle it
}

// finderView is the list of programmes, those that fit first.
type finderView struct {
	Form    finderForm
	Yes     int
	Found   []found
	Office  string // office in charge of the country, "" without one
	Unknown bool   // the address named a choice there is not: nothing counts as chosen
	Request *page.Request
}

func (p *Pages) finder(r *page.Request) (page.View, error) {
	calls, err := p.calls(r.Context(), r.Now)
	if err != nil {
		return page.View{}, err
	}
	a := asked{Type: r.Value("type"), Goal: r.Value("goal"), Country: r.Value("country")}
	reg, err := p.register(r)
	if err != nil {
		return page.View{}, err
	}
	v := finderView{Form: p.finderForm(r, reg, a), Request: r}
	if v.Unknown = v.Form.unknown(); v.Unknown {
		a = asked{}
	}
	a.Set = a.Type != "" || a.Goal != "" || a.Country != ""
	v.Form.asked = a
	for _, c := range calls {
		f := p.judge(c, a, r)
		if f.Look != "no" {
			v.Yes++
		}
		v.Found = append(v.Found, f)
	}
	rank := map[string]int{"yes": 0, "unk": 1, "no": 2}
	slices.SortStableFunc(v.Found, func(a, b found) int { return rank[a.Look] - rank[b.Look] })
	if a.Country != "" && a.Country != elsewhere {
		if to := reg.routes.Route(a.Country, ""); !to.HQ {
			v.Office = to.Office
		}
	}
	title := r.T("public.find.heading")
	if a.Set {
		title = r.T("public.find.answer", "n", v.Yes)
	}
	return page.View{Title: title, Body: finder(v, title), Feeds: feeds(r)}, nil
}

// judge tells in three values whether a programme fits: its purpose, then its own early rules, run on the little that is known.
// A rule about the days of the call is shown by the call's state instead.
func (p *Pages) judge(c call, a asked, r *page.Request) found {
	f := found{call: c, Look: "yes", Word: r.T("public.fit.yes")}
	if a.Goal != "" && !slices.Contains(c.Goals, a.Goal) {
		f.Look, f.Word = "no", r.T("public.fit.other")
		f.Why = append(f.Why, r.T("public.fit.goal"))
		return f
	}
	if !a.Set {
		f.Look, f.Word = "unk", r.T("public.fit.unknown")
	}
	e := p.early(c, a, r)
	for _, o := range e.Rules {
		if !o.Early || o.Severity == "W" {
			continue
		}
		switch {
		case o.Outcome == programme.Fail && o.Severity == "E":
			f.Look, f.Word = "no", r.T("public.fit.no")
			f.Why = append(f.Why, o.Message.In(r.Lang))
		case o.Outcome == programme.Unknown && o.Title.JA != "":
			f.Needs = append(f.Needs, o.Title.In(r.Lang))
		}
	}
	if f.Look == "yes" && len(f.Needs) > 0 {
		f.Look, f.Word = "unk", r.T("public.fit.maybe")
	}
	return f
}

// early runs a programme's rules on what was said, or takes what they told somebody else who said the same in the same minute.
func (p *Pages) early(c call, a asked, r *page.Request) programme.Evaluation {
	if p.told == nil {
		return evaluate(c, a, r.Now)
	}
	e, _ := p.told.Get(fmt.Sprintf("%s %q %q %d", c.Hash, a.Type, a.Country, r.Now.Unix()/60), func() (programme.Evaluation, error) {
		return evaluate(c, a, r.Now), nil
	})
	return e
}

func evaluate(c call, a asked, now time.Time) programme.Evaluation {
	return c.Evaluate(programme.Input{Now: now, Org: form.Org{Type: a.Type}, Answers: countryAnswer(c.Programme, a.Country)})
}

// countryAnswer puts the country into the programme's own question about countries, where it has one.
func countryAnswer(p *programme.Programme, country string) form.Answers {
	answers := form.Answers{}
	if country == "" || country == elsewhere {
		return answers
	}
	for _, f := range p.Fields("application") {
		if f.Kind == form.KindCountry || f.Of == form.KindCountry {
			if v, ok, _ := f.FromJSON([]any{country}); ok && f.Kind == form.KindMany {
				answers[f.Key] = v
			}
		}
	}
	return answers
}

// table is the list as rows.
func (v finderView) table() part.Grid {
	r := v.Request
	g := part.Grid{Caption: r.T("public.find.caption"), Main: 1, Class: "finder", Heads: []part.Head{{Label: r.T("public.find.fit")},
		{Label: r.T("public.find.programme")}, {Label: r.T("public.find.call")}}}
	rows := make([]part.Row, 0, len(v.Found))
	for _, f := range v.Found {
		look, word := f.state(r.Lang)
		rows = append(rows, part.Row{Cells: []part.Cell{
			{Body: part.Status(f.Look, f.Word)},
			{Body: foundCell(f, r.Lang)},
			{Body: callCell(f.call, look, word, r.Lang)},
		}})
	}
	g.Groups = []part.Group{{Rows: rows}}
	return g
}
