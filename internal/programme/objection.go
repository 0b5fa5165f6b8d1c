package programme

import (
	"slices"

	"kakehashi/internal/form"
	"kakehashi/internal/jp"
)

// Objection says against which decisions a body may object (不服の申出), how long, and with which form. What is not given is not offered:
// no letter then tells of it.
type Objection struct {
	Days    int      `json:"days" yaml:"days"`       // calendar days after the letter
	Letters []string `json:"letters" yaml:"letters"` // that tell a decision one may object to
	Form    string   `json:"form" yaml:"form"`
	Reason  string   `json:"reason" yaml:"reason"` // its field that holds the reasons
	Basis   string   `json:"basis,omitempty" yaml:"basis"`
}

// Until is the last day on which a body may object to a decision told by a letter of this kind on a day; "" where it may not.
func (o *Objection) Until(kind, day string) string {
	if o == nil || !slices.Contains(o.Letters, kind) {
		return ""
	}
	return jp.AddDays(day, o.Days)
}

// objections checks the way of objecting.
func (c *compiler) objections() {
	o := c.p.Objection
	if o == nil {
		return
	}
	c.within("objection.days", int64(o.Days), 1, 365)
	for _, id := range o.Letters {
		c.letter("objection.letters", id)
	}
	c.payForm("objection", o.Form, map[string]string{"reason": o.Reason}, map[string]form.Kind{"reason": form.KindLong})
	c.basis("objection", o.Basis)
}

// Edits are the forms the body may fill in a state: those the state names, and those of moves that start there and bring their form.
func (p *Programme) Edits(st *State) []string {
	ids := st.Edits
	for _, m := range p.Workflow.Moves {
		if m.Fills && slices.Contains(m.From, st.ID) && !slices.Contains(ids, m.Form) {
			ids = append(slices.Clone(ids), m.Form)
		}
	}
	return ids
}
