package programme

import (
	"kakehashi/internal/form"
)

// spot is one field with the form and section it stands in and its compiled conditions.
type spot struct {
	field    form.Field
	form     string
	section  string
	variable string
	slot     int    // of the variable
	used     bool   // some expression reads the variable or its totals
	sums     [5]int // slots of the totals of a money table: totalNames and place
	shown    *condition
	needed   *condition
	columns  map[string]*condition // column key → when the column must be filled
}

// Form is a compiled form.
func (p *Programme) Form(id string) *Form {
	for i := range p.Forms {
		if p.Forms[i].ID == id {
			return &p.Forms[i]
		}
	}
	return nil
}

// Field finds a field by key in any form.
func (p *Programme) Field(key string) (f form.Field, formID, sectionID string, ok bool) {
	s, ok := p.spots[key]
	if !ok {
		return form.Field{}, "", "", false
	}
	return s.field, s.form, s.section, true
}

// Fields lists a form's fields in order. The slice is shared: callers do not change it.
func (p *Programme) Fields(formID string) []form.Field { return p.byForm[formID] }

// AmountFields are the questions the amounts depend on beside the cost table, in the order of the form: what a calculator must ask.
func (p *Programme) AmountFields() []form.Field {
	p.ready()
	read := map[string]bool{}
	for _, a := range p.sums {
		if a.program == nil {
			continue
		}
		for _, name := range a.program.Vars() {
			read[name] = true
		}
	}
	var out []form.Field
	for _, s := range p.order {
		if s.form == "application" && s.field.Kind != form.KindMoney && read[s.variable] {
			out = append(out, s.field)
		}
	}
	return out
}
