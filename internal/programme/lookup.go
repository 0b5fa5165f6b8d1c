package programme

import (
	"kakehashi/internal/form"
	"kakehashi/internal/lang"
	"kakehashi/internal/letter"
	"strings"
)

// State finds a state of the workflow, or nil.
func (d *Definition) State(id string) *State {
	for i := range d.Workflow.States {
		if d.Workflow.States[i].ID == id {
			return &d.Workflow.States[i]
		}
	}
	return nil
}

// Move finds a move of the workflow, or nil.
func (d *Definition) Move(id string) *Move {
	for i := range d.Workflow.Moves {
		if d.Workflow.Moves[i].ID == id {
			return &d.Workflow.Moves[i]
		}
	}
	return nil
}

// Rule finds a rule, or nil.
func (d *Definition) Rule(id string) *Rule {
	for i := range d.Rules {
		if d.Rules[i].ID == id {
			return &d.Rules[i]
		}
	}
	return nil
}

// Letter finds a letter template, or nil.
func (d *Definition) Letter(id string) *letter.Template {
	for i := range d.Letters {
		if d.Letters[i].ID == id {
			return &d.Letters[i]
		}
	}
	return nil
}

// Article finds an article of the outline, or nil.
func (d *Definition) Article(id string) *Basis {
	for i := range d.Basis {
		if d.Basis[i].ID == id {
			return &d.Basis[i]
		}
	}
	return nil
}

// AllFields lists the fields of every form in order. The slice is shared: callers do not change it.
func (p *Programme) AllFields() []form.Field { return p.fields }

// Checklist is the formal check of an application: one item per rule that blocks or asks, in the words of what must be true, and one
// per file question.
func (p *Programme) Checklist() []form.Option {
	var list []form.Option
	for _, r := range p.Rules {
		if (r.Form == "" || r.Form == "application") && r.Severity != "W" && r.Title.JA != "" {
			list = append(list, form.Option{Value: r.ID, Label: r.Title})
		}
	}
	for _, f := range p.Fields("application") {
		if f.Kind == form.KindFile {
			list = append(list, form.Option{Value: f.Key, Label: f.Label})
		}
	}
	return list
}

// Outline is the outline for the public page (制度のあらまし), its placeholders filled from the call and the params.
func (p *Programme) Outline() []Fact {
	p.ready()
	return p.facts
}

// LetterTitle is what a kind of letter is called; empty for one the definition does not have.
func (d *Definition) LetterTitle(id string) lang.Text {
	if t := d.Letter(id); t != nil {
		return t.Title
	}
	return lang.Text{}
}

// PaperIn is the number of the form in the reader's language.
func (f *Form) PaperIn(tag lang.Tag) string { return PaperIn(tag, f.Paper) }

// PaperIn is the number of a paper in the reader's language: 様式1-2, Form 1-2.
func PaperIn(tag lang.Tag, number string) string {
	if tag == lang.JA {
		return number
	}
	return strings.Replace(number, "様式", "Form ", 1)
}

// ReasonClass is the label of a class of reasons (理由の区分), as any move of the programme offers it; the value itself for one that none
// offers any more.
func (p *Programme) ReasonClass(value string) lang.Text {
	for _, m := range p.Workflow.Moves {
		for _, n := range m.Needs {
			for _, o := range n.Options {
				if n.ID == "reasonClass" && o.Value == value {
					return o.Label
				}
			}
		}
	}
	return lang.Text{JA: value, EN: value}
}
