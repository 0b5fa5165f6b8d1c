package browse

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Fill types a value into a text control, a text area, or chooses in a select; field is the label's words or the name.
func (b *Browser) Fill(field, value string) *Browser {
	b.t.Helper()
	control := b.control(field)
	switch {
	case control.DataAtom == atom.Select:
		b.choose(control, field, value)
	case control.DataAtom == atom.Textarea:
		for control.FirstChild != nil {
			control.RemoveChild(control.FirstChild)
		}
		control.AppendChild(&html.Node{Type: html.TextNode, Data: value})
	case slices.Contains([]string{"checkbox", "radio", "file", "submit", "button", "image", "reset"}, kindOf(control)):
		b.fail("%q is a %s: use Tick, Choose or Attach", field, kindOf(control))
	default:
		set(control, "value", value)
	}
	return b
}

// Choose takes one option: of a select, or the radio or checkbox with this label inside the group (legend's words or a part of them, or name).
func (b *Browser) Choose(group, option string) *Browser {
	b.t.Helper()
	var found, part []*html.Node
	for _, control := range b.controls() {
		kind := kindOf(control)
		name, _ := attr(control, "name")
		value, _ := attr(control, "value")
		if kind != "radio" && kind != "checkbox" || value != option && named(b.page.doc, control) != option {
			continue
		}
		if words := legend(control); name == group || words == group {
			found = append(found, control)
		} else if strings.Contains(words, group) {
			part = append(part, control)
		}
	}
	if len(found) == 0 {
		found = part
	}
	if len(found) == 0 {
		b.choose(b.control(group), group, option)
		return b
	}
	b.tick(found[0])
	return b
}

// Choices are the values a group of radios or checkboxes offers, by name or legend.
func (b *Browser) Choices(group string) []string {
	b.t.Helper()
	var values []string
	for _, control := range b.controls() {
		kind := kindOf(control)
		name, _ := attr(control, "name")
		if (kind == "radio" || kind == "checkbox") && (name == group || legend(control) == group) {
			values = append(values, tickedValue(control))
		}
	}
	return values
}

// Tick sets a checkbox or radio by its label or name.
func (b *Browser) Tick(field string) *Browser {
	b.t.Helper()
	b.tick(b.control(field))
	return b
}

// Untick clears a checkbox.
func (b *Browser) Untick(field string) *Browser {
	b.t.Helper()
	unset(b.control(field), "checked")
	return b
}

// Attach chooses files in a file control; several when the control takes several.
func (b *Browser) Attach(field string, files ...Upload) *Browser {
	b.t.Helper()
	control := b.control(field)
	if kindOf(control) != "file" {
		b.fail("%q is no file control", field)
	}
	if len(files) > 1 && !has(control, "multiple") {
		b.fail("%q takes one file only", field)
	}
	b.page.files[control] = files
	return b
}

// Value is what a control holds now: text, the chosen option, the set radio of the group, or what a ticked checkbox sends ("" unticked).
func (b *Browser) Value(field string) string {
	b.t.Helper()
	control := b.control(field)
	if control.DataAtom == atom.Select {
		if chosen := chosenOptions(control); len(chosen) > 0 {
			return optionValue(chosen[0])
		}
		return ""
	}
	switch kindOf(control) {
	case "radio":
		for _, n := range b.group(control) {
			if has(n, "checked") {
				return tickedValue(n)
			}
		}
		return ""
	case "checkbox":
		if !has(control, "checked") {
			return ""
		}
		return tickedValue(control)
	}
	return textValue(control)
}

// Has says whether the page has an enabled control with this label or name.
func (b *Browser) Has(field string) bool {
	b.t.Helper()
	return len(b.fitting(field)) > 0
}

// Problem is the message that stands at a field (the words its aria-describedby names, when it is aria-invalid), "" if none.
func (b *Browser) Problem(field string) string {
	b.t.Helper()
	control := b.control(field)
	if invalid, _ := attr(control, "aria-invalid"); invalid != "true" {
		return ""
	}
	ids, _ := attr(control, "aria-describedby")
	return byIDs(b.page.doc, ids)
}

// control finds one control by label or name; none or several end the test.
func (b *Browser) control(field string) *html.Node {
	b.t.Helper()
	found := b.fitting(field)
	if len(found) == 0 {
		var known []string
		for _, control := range b.controls() {
			if name := named(b.page.doc, control); name != "" {
				known = append(known, name)
			}
		}
		b.fail("there is no field %q; fields: %q", field, known)
	}
	return found[0]
}

// fitting are the controls a label or name means: an exact name or label first, else labels that contain the words. The same
// label in two forms means the one inside main.
func (b *Browser) fitting(field string) []*html.Node {
	b.t.Helper()
	var exact, part []*html.Node
	for _, control := range b.controls() {
		name, _ := attr(control, "name")
		id, _ := attr(control, "id")
		label := named(b.page.doc, control)
		switch {
		case name == field || id == field || label == field:
			exact = append(exact, control)
		case strings.Contains(label, field):
			part = append(part, control)
		}
	}
	if len(exact) == 0 {
		exact = part
	}
	slices.SortStableFunc(exact, func(x, y *html.Node) int { return outside(x) - outside(y) })
	return exact
}

// outside is 0 for a control inside main, 1 for one in the page's frame.
func outside(n *html.Node) int {
	if within(n, atom.Main) != nil {
		return 0
	}
	return 1
}

// controls are the page's fields a person can use: not hidden, not disabled, no buttons.
func (b *Browser) controls() []*html.Node {
	b.t.Helper()
	return all(b.shown().doc, func(n *html.Node) bool {
		switch n.DataAtom {
		case atom.Select, atom.Textarea:
			return !disabled(n)
		case atom.Input:
			return !disabled(n) && !slices.Contains([]string{"hidden", "submit", "button", "image", "reset"}, kindOf(n))
		}
		return false
	})
}

// choose selects one option of a select by its words or its value.
func (b *Browser) choose(control *html.Node, field, option string) {
	b.t.Helper()
	if control.DataAtom != atom.Select {
		b.fail("%q is no select and has no choice %q", field, option)
	}
	var words []string
	var hit *html.Node
	for _, o := range all(control, is(atom.Option)) {
		said := squeeze(text(o))
		words = append(words, said)
		if hit == nil && (said == option || optionValue(o) == option) {
			hit = o
		}
	}
	if hit == nil {
		b.fail("%q has no choice %q; choices: %q", field, option, words)
	}
	if !has(control, "multiple") {
		for _, o := range all(control, is(atom.Option)) {
			unset(o, "selected")
		}
	}
	set(hit, "selected", "")
}

// tick sets a checkbox or radio; the other radios of the name in the same form go out.
func (b *Browser) tick(control *html.Node) {
	b.t.Helper()
	switch kindOf(control) {
	case "radio":
		for _, other := range b.group(control) {
			unset(other, "checked")
		}
	case "checkbox":
	default:
		b.fail("%q cannot be ticked", named(b.page.doc, control))
	}
	set(control, "checked", "")
}

// group are the radios that go out when this one is set: the same name in the same form.
func (b *Browser) group(radio *html.Node) []*html.Node {
	b.t.Helper()
	name, _ := attr(radio, "name")
	return slices.DeleteFunc(b.controls(), func(n *html.Node) bool {
		other, _ := attr(n, "name")
		return other != name || kindOf(n) != "radio" || owner(b.page.doc, n) != owner(b.page.doc, radio)
	})
}

// named is the accessible name: aria-labelledby, aria-label, its label, else its own words, value or title.
func named(doc, n *html.Node) string {
	if ids, ok := attr(n, "aria-labelledby"); ok {
		return byIDs(doc, ids)
	}
	if label, ok := attr(n, "aria-label"); ok {
		return squeeze(label)
	}
	if id, ok := attr(n, "id"); ok {
		if label := first(doc, func(l *html.Node) bool {
			to, _ := attr(l, "for")
			return l.DataAtom == atom.Label && to == id
		}); label != nil {
			return squeeze(text(label))
		}
	}
	if label := within(n, atom.Label); label != nil {
		return squeeze(text(label))
	}
	if said := squeeze(text(n)); said != "" && n.DataAtom != atom.Select && n.DataAtom != atom.Textarea {
		return said
	}
	if n.DataAtom == atom.Input && slices.Contains([]string{"submit", "button", "reset"}, kindOf(n)) {
		value, _ := attr(n, "value")
		return squeeze(value)
	}
	if image := first(n, is(atom.Img)); image != nil {
		alt, _ := attr(image, "alt")
		return squeeze(alt)
	}
	title, _ := attr(n, "title")
	return squeeze(title)
}

// legend is the words of the group a control stands in.
func legend(n *html.Node) string {
	group := within(n, atom.Fieldset)
	if group == nil {
		return ""
	}
	if l := first(group, is(atom.Legend)); l != nil {
		return squeeze(text(l))
	}
	return ""
}

// byIDs is what the elements with these ids say, one after another.
func byIDs(doc *html.Node, ids string) string {
	var said []string
	for _, id := range strings.Fields(ids) {
		if n := byID(doc, id); n != nil {
			said = append(said, squeeze(text(n)))
		}
	}
	return strings.Join(said, " ")
}

// byID is the element with this id, or nil.
func byID(doc *html.Node, id string) *html.Node {
	return first(doc, func(n *html.Node) bool {
		own, ok := attr(n, "id")
		return ok && own == id
	})
}

// kindOf is an input's type, "text" unless said; of a button "submit" unless said.
func kindOf(n *html.Node) string {
	kind, ok := attr(n, "type")
	switch {
	case ok:
		return strings.ToLower(kind)
	case n.DataAtom == atom.Button:
		return "submit"
	case n.DataAtom == atom.Input:
		return "text"
	}
	return ""
}

// disabled says whether a control is out of use, itself or by its fieldset.
func disabled(n *html.Node) bool {
	if has(n, "disabled") {
		return true
	}
	for up := range n.Ancestors() {
		if up.DataAtom == atom.Fieldset && has(up, "disabled") {
			return true
		}
	}
	return false
}
