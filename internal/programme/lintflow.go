package programme

import (
	"fmt"
	"slices"
	"strings"

	"kakehashi/internal/rule"
)

// Holders are who can have the ball in a state.
var Holders = []string{"staff", "approver", "branch", "officer", "chief", "committee", "finance", "none"}

// Roles that a move may name, beside "system".
var Roles = []string{"R03", "R04", "R05", "R06", "R07", "R08", "R09", "R10", "R11", "R12", "R13", "R14", "R22", "R23", "R24", "system"}

// Looks of a status, as the style sheet knows them.
var statusLooks = []string{"", "wait", "exam", "back", "ok", "no", "end"}

// workflow checks the graph of states and moves: every state can be reached, has a holder and a way on, every move has somebody who may.
func (c *compiler) workflow() {
	w := c.p.Workflow
	if len(w.States) == 0 {
		c.fail("workflow", say("lint.no_workflow"), "")
		return
	}
	var states, steps []string
	for _, s := range w.Steps {
		steps = append(steps, s.ID)
		c.both("workflow.steps."+s.ID, s.Title)
	}
	for _, s := range w.States {
		if slices.Contains(states, s.ID) {
			c.fail("workflow.states."+s.ID, say("lint.state_twice"), "")
		}
		states = append(states, s.ID)
	}
	for _, s := range w.States {
		c.state(s, steps)
	}
	onward := map[string][]string{}
	seen, leaves := map[string]bool{}, map[string]bool{}
	for _, m := range w.Moves {
		if seen[m.ID] {
			c.fail("workflow.moves."+m.ID, say("lint.move_twice"), "")
		}
		seen[m.ID] = true
		c.move(m, states)
		for _, from := range m.From {
			onward[from] = append(onward[from], m.targets(from)...)
			leaves[from] = leaves[from] || !m.Reopens
		}
	}
	c.reach(states, onward, leaves)
}

func (c *compiler) state(s State, steps []string) {
	at := "workflow.states." + s.ID
	c.both(at+".title", s.Title)
	if s.Holder == "" {
		c.fail(at, say("lint.no_holder"), "")
	} else {
		c.oneOf(at+".holder", s.Holder, Holders)
	}
	c.oneOf(at+".look", s.Look, statusLooks)
	for _, id := range s.Edits {
		if c.p.Form(id) == nil {
			c.fail(at+".edits", say("lint.no_form", "a", id), rule.Nearest(id, c.formIDs()))
		}
	}
	if s.Due != "" {
		c.expr(at+".due", s.Due, rule.Date)
	}
	if s.Step != "" && s.Step != "@back" && len(steps) > 0 && !slices.Contains(steps, s.Step) {
		c.fail(at+".step", say("lint.no_station", "a", s.Step), rule.Nearest(s.Step, steps))
	}
}

func (c *compiler) move(m Move, states []string) {
	at := "workflow.moves." + m.ID
	c.both(at+".title", m.Title)
	c.both(at+".done", m.Done)
	for _, s := range slices.Concat(m.From, m.targets("")) {
		if !strings.HasPrefix(s, "@") && !slices.Contains(states, s) {
			c.fail(at, say("lint.no_state", "a", s), rule.Nearest(s, states))
		}
	}
	if len(m.From) == 0 {
		c.fail(at+".from", say("lint.move_from"), "")
	}
	if len(m.targets("")) == 0 {
		c.fail(at+".to", say("lint.move_to"), "")
	}
	if len(m.By) == 0 {
		c.fail(at+".by", say("lint.move_by"), "")
	}
	for _, role := range m.By {
		c.oneOf(at+".by", role, Roles)
	}
	if m.Offer != "" {
		c.expr(at+".offer", m.Offer, rule.Bool)
	}
	for i, g := range m.Conditions() {
		place := at + ".guard"
		if m.Guard == "" {
			place = fmt.Sprintf("%s.guards.%d", at, i)
		}
		c.expr(place, g.That, rule.Bool) // its words are held by a test: versions that were published without are valid for ever
	}
	if m.Auto != "" {
		c.expr(at+".auto", m.Auto, rule.Bool)
	}
	for i, b := range m.Branch {
		if b.When != "" {
			c.expr(fmt.Sprintf("%s.branch.%d.when", at, i), b.When, rule.Bool)
		} else if i < len(m.Branch)-1 {
			c.fail(at+".branch", say("lint.arm_last"), "")
		}
	}
	if m.Form != "" && m.Form != "@opened" && c.p.Form(m.Form) == nil {
		c.fail(at+".form", say("lint.no_form", "a", m.Form), rule.Nearest(m.Form, c.formIDs()))
	}
	for _, n := range m.Needs {
		if m.Bulk && !slices.Contains(bulkNeeds, n.ID) {
			c.fail(at+".needs."+n.ID, say("lint.bulk_need", "a", n.ID), "")
		}
		c.both(at+".needs."+n.ID, n.Label)
	}
	for _, effect := range m.Effects {
		if id, ok := strings.CutPrefix(effect, "letter:"); ok {
			c.letter(at+".effects", id)
		}
	}
}

func (c *compiler) letter(at, id string) {
	var ids []string
	for _, l := range c.p.Letters {
		ids = append(ids, l.ID)
	}
	if !slices.Contains(ids, id) {
		c.fail(at, say("lint.no_letter", "a", id), rule.Nearest(id, ids))
	}
}

// targets are the states a move can lead to from one state.
func (m Move) targets(from string) []string {
	var out []string
	if m.To != "" {
		out = append(out, m.To)
	}
	for _, b := range m.Branch {
		out = append(out, b.To)
	}
	return out
}

// reach finds states nobody can get to, and states nobody can get out of that are no end. "@back" and "@before" lead to every state a
// case can be in, so a state with such a move has a way on.
func (c *compiler) reach(states []string, onward map[string][]string, leaves map[string]bool) {
	reached := map[string]bool{states[0]: true}
	for queue := []string{states[0]}; len(queue) > 0; queue = queue[1:] {
		for _, next := range onward[queue[0]] {
			if !strings.HasPrefix(next, "@") && !reached[next] {
				reached[next] = true
				queue = append(queue, next)
			}
		}
	}
	for _, s := range c.p.Workflow.States {
		at := "workflow.states." + s.ID
		if !reached[s.ID] {
			c.fail(at, say("lint.unreached", "a", s.ID), "")
		}
		if s.End && leaves[s.ID] {
			c.fail(at, say("lint.end_left"), "")
		}
		if !s.End && len(onward[s.ID]) == 0 {
			c.fail(at, say("lint.dead_end", "a", s.ID), "")
		}
	}
}

// bulkNeeds are what a move for many cases may ask for: the same for all, or worked out for each.
var bulkNeeds = []string{"comment", "opinion", "shareable", "conditions", "reasonClass", "checklist", "amount"}

// Names are the closed lists of other packages a definition refers to: effects and needs of package cases, mail templates,
// the vocabulary of goals. An empty list is not looked at.
type Names struct {
	Effects []string // with the colon where one takes an argument: letter:
	Needs   []string
	Mails   []string
	Goals   []string
}

// Lint finds names in a compiled programme that no package knows.
func (p *Programme) Lint(known Names) Issues {
	c := &compiler{p: p}
	in := func(at, key, name string, list []string) {
		if len(list) > 0 && !slices.Contains(list, name) {
			c.fail(at, say(key, "b", name), rule.Nearest(name, list))
		}
	}
	for _, m := range p.Workflow.Moves {
		at := "workflow.moves." + m.ID
		for _, e := range m.Effects {
			if name, _, takes := strings.Cut(e, ":"); takes {
				e = name + ":"
			}
			in(at+".effects", "lint.no_effect", e, known.Effects)
		}
		for _, n := range m.Needs {
			in(at+".needs."+n.ID, "lint.no_need", n.ID, known.Needs)
		}
		for who, template := range m.Mail {
			in(at+".mail."+who, "lint.no_mail", template, known.Mails)
		}
	}
	for _, g := range p.Goals {
		in("goals", "lint.no_goal", g, known.Goals)
	}
	return c.issues
}
