package cases

import (
	"strings"

	"kakehashi/internal/form"
	"kakehashi/internal/lang"
	"kakehashi/internal/programme"
)

// Shift is one answer that a change asks to replace.
type Shift struct {
	Key           string
	Label         lang.Text
	Before, After string
}

// Changes lists what the change form of the case asks to replace, in words.
func (c *Case) Changes(p *programme.Programme, l lang.Tag) []Shift {
	var list []Shift
	fields := p.Fields("change")
	for i := range fields {
		f := &fields[i]
		v, given := c.Answer(f.Key)
		if !given {
			continue
		}
		target, ok := changeTarget(p, f.Key)
		if !ok {
			continue
		}
		was, _ := c.Answer(target)
		old, _, _, _ := p.Field(target)
		s := Shift{Key: target, Label: old.Label}
		s.Before, s.After = form.FieldChange(old, l, was, v)
		list = append(list, s)
	}
	return list
}

// changeTarget is the field of the application that a field of the change form replaces: ch.cost.lines → cost.lines, ch.period → p.period.
func changeTarget(p *programme.Programme, key string) (string, bool) {
	name, ok := strings.CutPrefix(key, "ch.")
	if !ok {
		return "", false
	}
	for _, target := range []string{name, "p." + name} {
		if _, id, _, known := p.Field(target); known && id == "application" {
			return target, true
		}
	}
	return "", false
}

// ChangeTarget is the field of the application that a field of the change form would replace; "" for one that tells about the change.
func (c *Case) ChangeTarget(p *programme.Programme, key string) string {
	target, _ := changeTarget(p, key)
	return target
}

// Agreed is what a field of the change form starts from: the answer of the application it would replace, as it was decided or last
// changed; nil when there is none.
func (c *Case) Agreed(p *programme.Programme, key string) any {
	target, ok := changeTarget(p, key)
	if !ok {
		return nil
	}
	v, _ := c.Answer(target)
	return v
}
