package programme

import "kakehashi/internal/form"

// Look is whether a field is asked and whether it must be answered.
type Look struct {
	Shown  Tri
	Needed Tri
}

// look says whether a field is asked and needed, with the values set so far.
func (e *evaluation) look(s *spot) Look {
	l := Look{Shown: Yes, Needed: No}
	if s.shown != nil {
		l.Shown = e.holds(s.shown)
	}
	switch {
	case s.field.Required:
		l.Needed = Yes
	case s.needed != nil:
		l.Needed = e.holds(s.needed)
	}
	switch {
	case l.Shown == No:
		l.Needed = No
	case l.Shown == Untold && l.Needed == Yes:
		l.Needed = Untold
	}
	return l
}

// Looks tells for every field of a form whether it is asked and whether it must be answered, by key.
func (p *Programme) Looks(in Input) map[string]Look {
	e := p.prepare(in)
	out := map[string]Look{}
	for _, s := range p.order {
		if s.form == e.form {
			out[s.field.Key] = e.look(s)
		}
	}
	return out
}

// Shown reports whether a field is asked, given the answers alone.
func (p *Programme) Shown(f form.Field, answers form.Answers) Tri { return p.lookAt(f, answers).Shown }

// Needed reports whether a field must be answered, given the answers alone.
func (p *Programme) Needed(f form.Field, answers form.Answers) Tri {
	return p.lookAt(f, answers).Needed
}

func (p *Programme) lookAt(f form.Field, answers form.Answers) Look {
	s, ok := p.spots[f.Key]
	if !ok {
		return Look{Shown: Yes}
	}
	if s.field.ShowIf == "" && s.field.RequiredIf == "" {
		l := Look{Shown: Yes, Needed: No}
		if f.Required {
			l.Needed = Yes
		}
		return l
	}
	p.ready()
	orgType, _ := answers["org.type"].(string)
	e := &evaluation{p: p, in: Input{Answers: answers, Org: form.Org{Type: orgType}}, form: s.form, v: p.base.Clone()}
	if orgType != "" {
		e.v.Set("org.type", orgType)
	}
	e.answers()
	return e.look(s)
}
