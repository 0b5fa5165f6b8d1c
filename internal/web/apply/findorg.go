package apply

import (
	"slices"
	"strings"

	"kakehashi/internal/cases"
	"kakehashi/internal/form"
	"kakehashi/internal/lang"
	"kakehashi/internal/programme"
)

// foundOrg answers the button that looks an organisation up: what the register knows of it stands in the control, or a problem says that
// it has none of this name or code. problems are those of what was sent.
func (p *Pages) foundOrg(prog *programme.Programme, c *cases.Case, inputs map[string]form.Input, key string, problems []form.Problem) []form.Problem {
	f, _, _, ok := prog.Field(key)
	if !ok || f.Kind != form.KindOrg {
		return orNone(problems)
	}
	o, _ := c.Answers()[key].(form.Org)
	told := slices.ContainsFunc(problems, func(x form.Problem) bool { return x.Field == key || strings.HasPrefix(x.Field, key+".") })
	switch {
	case o.Code != "" && o.Type != "":
		inputs[key] = f.Input(o)
	case told:
	case o.Name == "" && o.Code == "":
		problems = append(problems, form.Problem{Field: key, Code: form.CodeBadCode, Message: lang.Text{JA: lang.T(lang.JA, "apply.org.type"), EN: lang.T(lang.EN, "apply.org.type")}})
	default:
		problems = append(problems, form.Problem{Field: key, Code: form.CodeBadCode, Message: lang.Text{JA: lang.T(lang.JA, "apply.org.none", "name", o.Name), EN: lang.T(lang.EN, "apply.org.none", "name", o.Name)}})
	}
	return orNone(problems)
}
