package entry

import (
	"strings"

	"github.com/a-h/templ"
)

func (b box) kind() string {
	if b.Type == "" {
		return "text"
	}
	return b.Type
}

// attrs are what every control carries: its id, name, what describes it, and whether it is wrong.
func attrs(b box) templ.Attributes {
	a := about(b)
	a["name"] = b.Name
	if b.Auto != "" {
		a["autocomplete"] = b.Auto
	}
	return a
}

// about is the id of a control or a group of them, what describes it, and whether it is wrong.
func about(b box) templ.Attributes {
	a := templ.Attributes{"id": b.id()}
	var by []string
	if b.Hint != "" {
		by = append(by, b.id()+"-hint")
	}
	if len(b.Errors) > 0 {
		by = append(by, b.id()+"-error")
		a["aria-invalid"] = "true"
	}
	if len(by) > 0 {
		a["aria-describedby"] = strings.Join(by, " ")
	}
	return a
}
