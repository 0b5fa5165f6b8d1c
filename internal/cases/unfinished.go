package cases

import (
	"encoding/json"
	"maps"
	"slices"

	"kakehashi/internal/account"
	"kakehashi/internal/form"
	"kakehashi/internal/programme"
)

// Once an application has arrived, what the body changes later (a correction, a report, a bill) is its own until it hands it in: everybody
// else reads the answers as they were handed in last. The case holds those beside the new ones.

// none stands in Held for a question that had no answer.
var none = json.RawMessage("null")

// hold keeps, of every answer this event changes, what others go on reading; and who is changing them.
func (c *Case) hold(e *Event) {
	if !slices.Contains(c.Editors, e.Person) {
		c.Editors = append(slices.Clone(c.Editors), e.Person)
	}
	if c.Submitted.IsZero() {
		return // nobody else sees a draft
	}
	c.Held = maps.Clone(c.Held)
	if c.Held == nil {
		c.Held = map[string]json.RawMessage{}
	}
	keep := func(key string) {
		if _, held := c.Held[key]; held {
			return
		}
		if c.Held[key] = none; c.Raw[key] != nil {
			c.Held[key] = c.Raw[key]
		}
	}
	for key := range e.Data.Set {
		keep(key)
	}
	for _, key := range e.Data.Unset {
		keep(key)
	}
}

// letGo ends the holding of what a move handed in or settled.
func (c *Case) letGo(d *Data) {
	c.Editors = nil
	if len(c.Held) == 0 {
		return
	}
	c.Held = maps.Clone(c.Held)
	for _, key := range slices.Concat(d.Handed, d.Unset) {
		delete(c.Held, key)
	}
	for key := range d.Set {
		delete(c.Held, key)
	}
}

// heldOf lists the fields of a form that the body has changed since it was handed in last.
func (d *draft) heldOf(formID string) []string {
	var keys []string
	for key := range d.Case.Held {
		if _, id, _, ok := d.Programme.Field(key); ok && id == formID {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// takeBack puts the answers of the open return back as they were handed in.
func (d *draft) takeBack(data *Data) {
	data.Set = map[string]json.RawMessage{}
	for _, key := range d.Case.Opened() {
		switch was, held := d.Case.Held[key]; {
		case !held:
		case string(was) == string(none):
			data.Unset = append(data.Unset, key)
		default:
			data.Set[key] = was
		}
	}
}

// asHandedIn is the case as everybody but the body reads it.
func (c *Case) asHandedIn(who account.Who, p *programme.Programme) {
	held := c.Held
	c.Held = nil
	if len(held) == 0 || who.Is(staff...) || who.Person == System.Person {
		return
	}
	raw := maps.Clone(c.Raw)
	for key, was := range held {
		if raw[key] = was; string(was) == string(none) {
			delete(raw, key)
		}
	}
	c.Raw, c.answers, c.problems, c.version, c.apart = raw, nil, nil, p, true
}

// unfinished takes out of the journal what the body is still changing: others read it once it is handed in.
func unfinished(list []*Event, c *Case, p *programme.Programme) []*Event {
	if len(c.Held) == 0 {
		return list
	}
	since := map[string]int{} // form → when it was handed in last
	for _, e := range list {
		if e.Data.Form != "" {
			since[e.Data.Form] = e.Seq
		}
	}
	return slices.DeleteFunc(list, func(e *Event) bool {
		if e.Type != "saved" {
			return false
		}
		own := func(key string) bool {
			_, held := c.Held[key]
			_, id, _, ok := p.Field(key)
			return held && ok && e.Seq > since[id]
		}
		maps.DeleteFunc(e.Data.Set, func(key string, _ json.RawMessage) bool { return own(key) })
		e.Data.Unset = slices.DeleteFunc(e.Data.Unset, own)
		return len(e.Data.Set)+len(e.Data.Unset) == 0
	})
}

// unread reports whether a file belongs to an answer that the body has not handed in yet.
func (c *Case) unread(field, file string) bool {
	was, held := c.Held[field]
	return held && names(c.Raw[field], file) && !names(was, file)
}

func names(raw json.RawMessage, file string) bool {
	var list []form.File
	return json.Unmarshal(raw, &list) == nil && slices.ContainsFunc(list, func(f form.File) bool { return f.ID == file })
}
