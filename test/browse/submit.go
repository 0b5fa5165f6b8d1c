package browse

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Press presses the button with these words (or this name or name=value) and puts the answer on the screen. A form without novalidate whose
// required field is empty would not leave a real browser: the test ends and says so.
func (b *Browser) Press(words string) *Browser {
	b.t.Helper()
	button := b.button(words)
	form := owner(b.page.doc, button)
	if form == nil {
		b.fail("the button %q belongs to no form", words)
	}
	method, to, enctype := b.aim(form, button)
	b.refuseEmpty(form, button)
	entries := b.entries(form, button)
	if method == http.MethodGet {
		query := url.Values{}
		for _, e := range entries {
			query.Add(e.name, e.value)
		}
		to.RawQuery = query.Encode()
		b.send(method, to, nil, "")
		return b
	}
	body, kind := encode(entries, enctype)
	b.send(method, to, body, kind)
	return b
}

// Form is what pressing a button would send, without sending it: for tests that send it twice, late, or changed.
func (b *Browser) Form(words string) (method, address string, values url.Values) {
	b.t.Helper()
	button := b.button(words)
	form := owner(b.page.doc, button)
	if form == nil {
		b.fail("the button %q belongs to no form", words)
	}
	method, to, _ := b.aim(form, button)
	values = url.Values{}
	for _, e := range b.entries(form, button) {
		values.Add(e.name, e.value)
	}
	return method, to.String(), values
}

// PressBare takes everything a person can type, choose or tick out of the form of the n-th button in main and presses it; false when
// there are not so many buttons, or this one only searches.
func (b *Browser) PressBare(n int) (there bool) {
	b.t.Helper()
	var list []*html.Node
	for _, button := range b.buttons("") {
		if outside(button) == 0 && owner(b.page.doc, button) != nil {
			list = append(list, button)
		}
	}
	if n >= len(list) {
		return false
	}
	form := owner(b.page.doc, list[n])
	method, to, enctype := b.aim(form, list[n])
	if method != http.MethodPost {
		return true
	}
	for _, control := range b.controls() {
		if owner(b.page.doc, control) == form {
			empty(control)
		}
	}
	body, kind := encode(b.entries(form, list[n]), enctype)
	b.send(method, to, body, kind)
	return true
}

// empty takes out what was typed, chosen or ticked.
func empty(control *html.Node) {
	switch {
	case control.DataAtom == atom.Textarea:
		for control.FirstChild != nil {
			control.RemoveChild(control.FirstChild)
		}
	case control.DataAtom == atom.Select:
	case kindOf(control) == "checkbox" || kindOf(control) == "radio":
		unset(control, "checked")
	case kindOf(control) != "hidden":
		set(control, "value", "")
	}
}

// HasButton says whether the page has a usable button with these words.
func (b *Browser) HasButton(words string) bool {
	b.t.Helper()
	return len(b.buttons(words)) > 0
}

// button is the button with these words; exact words win, inside main wins over the frame.
func (b *Browser) button(words string) *html.Node {
	b.t.Helper()
	found := b.buttons(words)
	if len(found) == 0 {
		var known []string
		for _, n := range b.buttons("") {
			known = append(known, named(b.page.doc, n))
		}
		b.fail("there is no button %q; buttons: %q", words, known)
	}
	return found[0]
}

// buttons are the usable submit buttons whose words contain the given ones, exact and in main first.
func (b *Browser) buttons(words string) []*html.Node {
	b.t.Helper()
	var ranks [4][]*html.Node
	for _, n := range all(b.shown().doc, func(n *html.Node) bool {
		kind := kindOf(n)
		return !disabled(n) && (n.DataAtom == atom.Button && kind == "submit" || n.DataAtom == atom.Input && (kind == "submit" || kind == "image"))
	}) {
		said := named(b.page.doc, n)
		name, _ := attr(n, "name")
		value, _ := attr(n, "value")
		switch {
		case said == words || name == words || name+"="+value == words:
			ranks[outside(n)] = append(ranks[outside(n)], n)
		case strings.Contains(said, words):
			ranks[2+outside(n)] = append(ranks[2+outside(n)], n)
		}
	}
	return append(append(append(ranks[0], ranks[1]...), ranks[2]...), ranks[3]...)
}

// aim is where and how a button sends its form.
func (b *Browser) aim(form, button *html.Node) (method string, to *url.URL, enctype string) {
	b.t.Helper()
	pick := func(own, forms string) string {
		if v, ok := attr(button, own); ok {
			return v
		}
		v, _ := attr(form, forms)
		return v
	}
	method = strings.ToUpper(pick("formmethod", "method"))
	if method == "" {
		method = http.MethodGet
	}
	return method, b.resolve(pick("formaction", "action")), pick("formenctype", "enctype")
}

// refuseEmpty is the one check of its own a browser makes that our forms must not lean on.
func (b *Browser) refuseEmpty(form, button *html.Node) {
	b.t.Helper()
	if has(form, "novalidate") || has(button, "formnovalidate") {
		return
	}
	for _, control := range b.controls() {
		if owner(b.page.doc, control) != form || !has(control, "required") {
			continue
		}
		kind := kindOf(control)
		empty := textValue(control) == ""
		switch {
		case control.DataAtom == atom.Select:
			chosen := chosenOptions(control)
			empty = len(chosen) == 0 || optionValue(chosen[0]) == ""
		case kind == "file":
			empty = len(b.page.files[control]) == 0
		case kind == "checkbox":
			empty = !has(control, "checked")
		case kind == "radio":
			empty = !slices.ContainsFunc(b.group(control), func(n *html.Node) bool { return has(n, "checked") })
		}
		if empty {
			b.fail("a browser would not send the form: %q is required and empty", named(b.page.doc, control))
		}
	}
}

// entry is one successful control.
type entry struct {
	name, value string
	file        *Upload
}

// entries are a form's successful controls in page order, as the HTML standard builds them.
func (b *Browser) entries(form, button *html.Node) []entry {
	var list []entry
	for _, n := range all(b.page.doc, func(n *html.Node) bool {
		switch n.DataAtom {
		case atom.Input, atom.Select, atom.Textarea, atom.Button:
			return !disabled(n) && owner(b.page.doc, n) == form
		}
		return false
	}) {
		name, _ := attr(n, "name")
		if name == "" {
			continue
		}
		switch kind := kindOf(n); {
		case n.DataAtom == atom.Button || kind == "submit" || kind == "image":
			if n == button {
				value, _ := attr(n, "value")
				list = append(list, entry{name: name, value: value})
			}
		case kind == "button" || kind == "reset":
		case n.DataAtom == atom.Select:
			for _, o := range chosenOptions(n) {
				list = append(list, entry{name: name, value: optionValue(o)})
			}
		case kind == "checkbox" || kind == "radio":
			if has(n, "checked") {
				list = append(list, entry{name: name, value: tickedValue(n)})
			}
		case kind == "file":
			list = append(list, b.fileEntries(n, name)...)
		default:
			list = append(list, entry{name: name, value: textValue(n)})
		}
	}
	return list
}

// fileEntries are the chosen files; a file control without one sends an empty part, as browsers do.
func (b *Browser) fileEntries(n *html.Node, name string) []entry {
	files := b.page.files[n]
	if len(files) == 0 {
		return []entry{{name: name, file: &Upload{}}}
	}
	var list []entry
	for i := range files {
		list = append(list, entry{name: name, value: files[i].Name, file: &files[i]})
	}
	return list
}

// encode writes the body: multipart when the form says so, else URL-encoded (a file then sends its name only).
func encode(entries []entry, enctype string) ([]byte, string) {
	if strings.ToLower(enctype) != "multipart/form-data" {
		var pairs []string
		for _, e := range entries {
			pairs = append(pairs, url.QueryEscape(e.name)+"="+url.QueryEscape(newlines(e.value)))
		}
		return []byte(strings.Join(pairs, "&")), "application/x-www-form-urlencoded"
	}
	var body bytes.Buffer
	parts := multipart.NewWriter(&body)
	quote := strings.NewReplacer(`"`, "%22", "\r", "%0D", "\n", "%0A")
	for _, e := range entries {
		header := textproto.MIMEHeader{}
		disposition := `form-data; name="` + quote.Replace(e.name) + `"`
		content := []byte(newlines(e.value))
		if e.file != nil {
			disposition += `; filename="` + quote.Replace(e.file.Name) + `"`
			header.Set("Content-Type", "application/octet-stream")
			content = e.file.Content
		}
		header.Set("Content-Disposition", disposition)
		part, err := parts.CreatePart(header)
		if err == nil {
			_, err = part.Write(content)
		}
		if err != nil {
			panic("writing to memory failed: " + err.Error())
		}
	}
	if err := parts.Close(); err != nil {
		panic("writing to memory failed: " + err.Error())
	}
	return body.Bytes(), parts.FormDataContentType()
}

// newlines are sent as CR LF.
func newlines(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\n", "\r\n")
}

// owner is the form a control belongs to: by its form attribute, else the form around it.
func owner(doc, n *html.Node) *html.Node {
	if id, ok := attr(n, "form"); ok {
		return byID(doc, id)
	}
	return within(n, atom.Form)
}

// textValue is the text of an input or a text area. A text area drops one leading newline.
func textValue(n *html.Node) string {
	if n.DataAtom == atom.Textarea {
		var said strings.Builder
		for child := n.FirstChild; child != nil; child = child.NextSibling {
			said.WriteString(child.Data)
		}
		return said.String()
	}
	value, _ := attr(n, "value")
	return value
}

// tickedValue is what a set checkbox or radio sends.
func tickedValue(n *html.Node) string {
	if value, ok := attr(n, "value"); ok {
		return value
	}
	return "on"
}

// optionValue is an option's value, or its words.
func optionValue(n *html.Node) string {
	if value, ok := attr(n, "value"); ok {
		return value
	}
	return squeeze(text(n))
}

// chosenOptions are the options a select would send: the selected ones, or of a drop-down the first usable.
func chosenOptions(n *html.Node) []*html.Node {
	options := all(n, func(o *html.Node) bool { return o.DataAtom == atom.Option && !has(o, "disabled") })
	var chosen []*html.Node
	for _, o := range options {
		if has(o, "selected") {
			chosen = append(chosen, o)
		}
	}
	if has(n, "multiple") || len(options) == 0 {
		return chosen
	}
	if len(chosen) == 0 {
		return options[:1]
	}
	return chosen[len(chosen)-1:]
}
