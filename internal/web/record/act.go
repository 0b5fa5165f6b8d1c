package record

import (
	"github.com/a-h/templ"

	"kakehashi/internal/fault"
	"kakehashi/internal/web/page"
)

// needID is the id of the control of one need of one move; several moves may stand on a page.
func needID(move, need string) string { return "n-" + move + "-" + need }

// NeedID is where an error summary links to.
func NeedID(move, need string) string { return needID(move, need) }

func mode(need string) string {
	if need == "amount" {
		return "numeric"
	}
	return "text"
}

func invalid(move, need string, extra ActExtra) templ.Attributes {
	if extra.Errors[need] == "" {
		return nil
	}
	return templ.Attributes{"aria-invalid": "true", "aria-describedby": needID(move, need) + "-err"}
}

// Refusal turns a fault of a move into what its form shows again: what was typed, and the words at the need it concerns.
func Refusal(r *page.Request, f *fault.Fault) ActExtra {
	x := ActExtra{Values: map[string]string{}, Errors: map[string]string{}}
	for name, v := range r.PostForm {
		if len(v) > 0 {
			x.Values[name] = v[0]
		}
	}
	if f != nil && f.Field != "" {
		x.Errors[f.Field] = page.FaultText(r.Lang, f)
	}
	return x
}
