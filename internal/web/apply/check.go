package apply

import (
	"errors"
	"net/http"
	"slices"

	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
	"kakehashi/internal/web/record"
)

// checkPage shows every answer of a form before it is sent.
type checkPage struct {
	Case      *cases.Case
	Programme *programme.Programme
	Form      *programme.Form
	Sections  []checkSection
	Judged    []part.Judgement
	Sums      []part.Sum
	Reason    string
	Choices   []cases.Choice
	Ready     bool
	Token     string
	Items     []page.Item
	Paper     string
}

type checkSection struct {
	ID      string
	Title   string
	Answers []part.Answer
}

// check shows the whole form once more (入力内容の確認), what is still wrong, and the acts that send it.
func (p *Pages) check(r *page.Request) (page.View, error) {
	c, prog, err := p.get(r)
	if err != nil {
		return page.View{}, err
	}
	return p.showCheck(r, c, prog, r.PathValue("form"), nil)
}

func (p *Pages) showCheck(r *page.Request, c *cases.Case, prog *programme.Programme, formID string, refused *fault.Fault) (page.View, error) {
	f := prog.Form(formID)
	if f == nil {
		return page.View{}, fault.New(fault.Missing, "db.missing")
	}
	ev, err := p.Cases.Evaluate(r.Context(), c, prog, f.ID)
	if err != nil {
		return page.View{}, err
	}
	v := checkPage{Case: c, Programme: prog, Form: f, Token: newToken(), Ready: cases.Complete(ev), Paper: caseURL(c, "paper", f.ID)}
	scans, err := p.scans(r.Context(), c, sectionsOf(f)...)
	if err != nil {
		return page.View{}, err
	}
	editable := c.Editable(prog, r.Who)
	for i := range f.Sections {
		sec := &f.Sections[i]
		problems := append(sectionProblems(sec, ev), infected(c, sec, scans)...)
		v.Ready = v.Ready && len(problems) == 0
		url := func(key string) string {
			if !slices.Contains(editable, key) {
				return ""
			}
			return caseURL(c, "form", f.ID, sec.ID) + "#" + part.ID(key)
		}
		v.Sections = append(v.Sections, checkSection{sec.ID, sec.Title.In(r.Lang), record.Answers(r, c, prog, *sec, problems, url)})
		if len(problems) > 0 {
			v.Items = append(v.Items, page.Item{ID: "s-" + sec.ID, Text: r.T("apply.check.section", "section", sec.Title.In(r.Lang), "n", len(problems))})
		}
	}
	v.Items = append(v.Items, wholeProblems(r, prog, f, ev)...)
	if refused != nil {
		v.Items = append([]page.Item{{Text: page.FaultText(r.Lang, refused)}}, v.Items...)
	}
	v.Judged = record.Judged(r.Lang, prog, ev.Rules, questionURL(c, prog))
	v.Sums, v.Reason = record.Sums(r.Lang, ev.Steps)
	for _, choice := range p.Cases.Moves(r.Context(), r.Who, c, prog) {
		if choice.Form == f.ID || choice.Form == "@opened" && c.Correction() != nil {
			v.Choices = append(v.Choices, choice)
		}
	}
	v.askOthers(p.Cases.Moves(r.Context(), r.Who, c, prog))
	status := 0
	if refused != nil {
		status = http.StatusUnprocessableEntity
	}
	return page.View{Title: r.T("apply.check.title"), Sub: record.Name(r.Lang, c, prog), Shell: page.Work, Status: status, Errors: v.Items,
		Nav: p.steps(r, c, prog, f, ev, len(f.Sections)), Body: checkBody(v)}, nil
}

// askOthers offers who filled a finished form in and may not send it to ask somebody who may.
func (v *checkPage) askOthers(choices []cases.Choice) {
	if !v.Ready || slices.ContainsFunc(v.Choices, func(x cases.Choice) bool { return x.Blocked == nil }) {
		return
	}
	for _, x := range choices {
		if x.To == programme.Here && x.Blocked == nil {
			v.Choices = append([]cases.Choice{x}, v.Choices...)
		}
	}
}

func sectionsOf(f *programme.Form) []*form.Section {
	list := make([]*form.Section, len(f.Sections))
	for i := range f.Sections {
		list[i] = &f.Sections[i]
	}
	return list
}

// wholeProblems are failing rules that stand at no field of the form: period of the call, kind of organisation.
func wholeProblems(r *page.Request, prog *programme.Programme, f *programme.Form, ev programme.Evaluation) []page.Item {
	var items []page.Item
	for _, o := range ev.Rules {
		if o.Severity != "E" || o.Outcome != programme.Fail {
			continue
		}
		at := false
		for _, key := range o.On {
			_, id, _, ok := prog.Field(key)
			at = at || ok && id == f.ID
		}
		if !at {
			items = append(items, page.Item{Text: o.Message.In(r.Lang)})
		}
	}
	return items
}

// do makes a move of the body: submit, ask for approval, withdraw, start … What it asks for comes in the same form.
func (p *Pages) do(r *page.Request) (page.View, error) {
	id, move := r.PathValue("id"), r.PathValue("move")
	act := cases.Act{Move: move, Token: r.Value("token"), Arrived: r.Now, Needs: record.Needs(r)}
	definition, err := p.Cases.Make(r.Context(), r.Who, id, act)
	var incomplete *cases.Incomplete
	switch f := fault.Of(err); {
	case errors.As(err, &incomplete):
		old, prog, gerr := p.get(r)
		if gerr != nil {
			return page.View{}, gerr
		}
		return p.showCheck(r, old, prog, incomplete.Form, fault.New(fault.Invalid, "apply.check.incomplete"))
	case f != nil && (f.Kind == fault.Invalid || f.Kind == fault.Refused):
		v, err := p.refused(r, move, f)
		v.Denied = f.Kind == fault.Refused
		return v, err
	case err != nil:
		return page.View{}, err
	}
	prog, err := p.Programmes.ByHash(r.Context(), definition)
	if err != nil {
		return page.View{}, err
	}
	c := &cases.Case{ID: id}
	if r.Who.Enters() {
		return page.Redirect("/desk/intake", page.Say("apply.entering.done", "what", prog.Move(move).Done.In(r.Lang))), nil
	}
	if m := prog.Move(move); m != nil && slices.Contains(m.Effects, "receive") {
		return page.Redirect(caseURL(c, "receipt")), nil
	}
	return page.Redirect(caseURL(c), page.Say("apply.done", "what", prog.Move(move).Done.In(r.Lang))), nil
}

// refused shows the page the act came from again, with the reason on top.
func (p *Pages) refused(r *page.Request, move string, f *fault.Fault) (page.View, error) {
	c, prog, err := p.get(r)
	if err != nil {
		return page.View{}, err
	}
	if m := prog.Move(move); m != nil && m.Form != "" {
		id := m.Form
		if id == "@opened" {
			if ids := forms(c, prog); len(ids) > 0 {
				id = ids[0]
			}
		}
		if prog.Form(id) != nil {
			return p.showCheck(r, c, prog, id, f)
		}
	}
	v, err := p.overview(r)
	v.Status = http.StatusUnprocessableEntity
	v.Errors = []page.Item{{ID: "n-" + f.Field, Text: page.FaultText(r.Lang, f)}}
	return v, err
}

// receipt is the page after submission: number, moment, what happens next, and every file with its fingerprint.
func (p *Pages) receipt(r *page.Request) (page.View, error) {
	c, prog, err := p.get(r)
	if err != nil {
		return page.View{}, err
	}
	if c.Number == "" {
		return page.View{}, fault.New(fault.Missing, "db.missing")
	}
	letters, err := p.Cases.LettersOf(r.Context(), r.Who, c.ID)
	if err != nil {
		return page.View{}, err
	}
	var files []form.File
	for _, f := range prog.Fields("application") {
		if list, ok := c.Answers()[f.Key].([]form.File); ok {
			files = append(files, list...)
		}
	}
	branch, err := p.branch(r)
	if err != nil {
		return page.View{}, err
	}
	title := r.T("apply.receipt.title", "number", c.Number)
	return page.View{Title: title, Sub: prog.Title.In(r.Lang), Shell: page.Work, Body: receiptBody(title, c, prog, files, record.Letters(r, letters), branch)}, nil
}
