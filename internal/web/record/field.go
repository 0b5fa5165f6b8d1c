package record

import "github.com/a-h/templ"

// Asking is one control of a small form beside the forms of a programme: what was typed and what is wrong with it stand at it again.
type Asking struct {
	ID, Name, Label string
	Hint, Bad       string
	Value           string
	Rows            int    // more than one: a text of several lines
	Kind            string // type of the input; text unless said
}

// About ties the control to its hint and its message.
func (a Asking) About() templ.Attributes {
	attrs, by := templ.Attributes{}, ""
	if a.Hint != "" {
		by = a.ID + "-hint"
	}
	if a.Bad != "" {
		attrs["aria-invalid"] = "true"
		by += " " + a.ID + "-error"
	}
	if by != "" {
		attrs["aria-describedby"] = by
	}
	return attrs
}

func (a Asking) kind() string {
	if a.Kind == "" {
		return "text"
	}
	return a.Kind
}
