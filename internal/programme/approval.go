package programme

import (
	"fmt"
	"slices"

	"kakehashi/internal/lang"
	"kakehashi/internal/rule"
)

// Approval says who decides what (決裁規程): seats, and routes through them by kind and amount.
type Approval struct {
	Seats  []ApproverSeat `json:"seats" yaml:"seats"`
	Routes []Route        `json:"routes" yaml:"routes"`
}

// ApproverSeat is an office that approves: 課長, 部長.
type ApproverSeat struct {
	ID    string    `json:"id" yaml:"id"`
	Title lang.Text `json:"title" yaml:"title"`
}

// Route is the way of a proposal: the seats that approve it, in their order; the last decides. Rule names the seat whose decision the
// last step takes by rule (専決). The first route whose Kinds hold the outcome (adopt, reject, waitlist, change, fix …) and whose When
// holds is taken.
type Route struct {
	Kinds []string  `json:"kinds" yaml:"kinds"`
	When  string    `json:"when,omitempty" yaml:"when"`
	Text  lang.Text `json:"text,omitzero" yaml:"text"` // When in words
	Steps []string  `json:"steps" yaml:"steps"`
	Rule  string    `json:"rule,omitempty" yaml:"rule"`
	Basis string    `json:"basis,omitempty" yaml:"basis"`
}

// Route is the way of a proposal of this kind; nil where the definition has none, and one approval decides.
func (p *Programme) Route(kind string, facts Situation) (*Route, error) {
	for i := range p.Approval.Routes {
		r := &p.Approval.Routes[i]
		if !slices.Contains(r.Kinds, kind) {
			continue
		}
		ok, err := p.Guard(r.When, facts)
		if err != nil {
			return nil, err
		}
		if ok {
			return r, nil
		}
	}
	return nil, nil
}

// SeatTitle names a seat; its id where the definition does not.
func (p *Programme) SeatTitle(id string) lang.Text {
	for _, s := range p.Approval.Seats {
		if s.ID == id {
			return s.Title
		}
	}
	return lang.Text{JA: id, EN: id}
}

// approvals checks that every route leads through seats that are there.
func (c *compiler) approvals() {
	var ids []string
	for _, s := range c.p.Approval.Seats {
		ids = append(ids, s.ID)
		c.both("approval.seats."+s.ID+".title", s.Title)
	}
	for i, r := range c.p.Approval.Routes {
		at := fmt.Sprintf("approval.routes.%d", i)
		if len(r.Steps) == 0 || len(r.Kinds) == 0 {
			c.fail(at, say("lint.route_bare"), "")
		}
		for _, s := range append(slices.Clone(r.Steps), r.Rule) {
			if s != "" && !slices.Contains(ids, s) {
				c.fail(at+".steps", say("lint.no_seat", "a", s), rule.Nearest(s, ids))
			}
		}
		if r.When != "" {
			c.expr(at+".when", r.When, rule.Bool)
			c.both(at+".text", r.Text)
		}
		c.basis(at, r.Basis)
	}
}
