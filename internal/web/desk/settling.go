package desk

import (
	"slices"
	"strings"

	"kakehashi/internal/account"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
	"kakehashi/internal/jp"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/page"
)

// settling is a rule that an officer settles with a reason; Fields are values the applicant's words left open and the definition can
// take from the officer.
type settling struct {
	Rule    string
	Title   string
	Message string
	Fields  []form.Field
	Now     map[string]string
}

// confirmable reports whether the definition can take the value of a field from an officer (confirmed.KEY in a rule or sum).
func confirmable(prog *programme.Programme, f form.Field) bool {
	switch f.Kind {
	case form.KindOne, form.KindText, form.KindInt, form.KindYen, form.KindBool, form.KindDate, form.KindCountry, form.KindDecimal:
	default:
		return false
	}
	name := "confirmed." + f.Key
	for _, x := range prog.Rules {
		if strings.Contains(x.Assert, name) {
			return true
		}
	}
	for _, x := range slices.Concat(prog.Amounts, prog.Settle) {
		if strings.Contains(x.Expr, name) {
			return true
		}
	}
	return false
}

// settle records the outcome of an officer's check of a rule: the reason, and the value confirmed where the definition takes one.
func (p *Pages) settle(r *page.Request) (page.View, error) {
	if err := only(r, account.RoleOfficer); err != nil {
		return page.View{}, err
	}
	id, rule, reason := r.PathValue("id"), r.Value("rule"), jp.NFC(r.Value("reason"))
	c, prog, err := p.Cases.Get(r.Context(), r.Who, id)
	if err != nil {
		return page.View{}, err
	}
	bad := func(field string, f *fault.Fault) (page.View, error) {
		w := &wrong{ID: "s-" + rule + "-" + field, Text: page.FaultText(r.Lang, f), Values: map[string]string{}}
		for name, values := range r.PostForm {
			w.Values[rule+" "+name] = values[0]
		}
		return p.showOverview(r, w, 422)
	}
	if reason == "" {
		return bad("reason", fault.At("reason", "desk.settle.reason_needed"))
	}
	for _, o := range open(c) {
		if o.ID != rule {
			continue
		}
		for _, key := range o.On {
			f, _, _, ok := prog.Field(key)
			value := r.Value("value." + key)
			if !ok || value == "" || !confirmable(prog, f) || c.Confirmed[key].Value == value {
				continue
			}
			if err := p.Cases.Settle(r.Context(), r.Who, id, "", key, value, reason); err != nil {
				if x := fault.Of(err); x != nil && x.Kind == fault.Invalid {
					return bad(key, x)
				}
				return page.View{}, err
			}
		}
	}
	if err := p.Cases.Settle(r.Context(), r.Who, id, rule, "", "", reason); err != nil {
		if x := fault.Of(err); x != nil && x.Kind == fault.Invalid {
			return bad("reason", x)
		}
		return page.View{}, err
	}
	return page.Redirect(caseURL(id), page.Say("desk.settle.done")), nil
}
