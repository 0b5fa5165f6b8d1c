package apply

import (
	"kakehashi/internal/fault"
	"kakehashi/internal/web/page"
)

// asAgent shows a page of a case to an officer who enters for the body what it sent on paper (代行入力): the body's page, with a word on top
// in whose name they work. Others are told that this page is not for their hat.
func (p *Pages) asAgent(r *page.Request, h page.Handler) (page.View, error) {
	id := r.PathValue("id")
	if id == "" {
		return page.View{}, fault.New(fault.Refused, "apply.other_hat")
	}
	who, body, in, err := p.Cases.Agent(r.Context(), r.Who, id)
	if fault.Is(err, fault.Missing) {
		if _, _, err := p.Cases.Get(r.Context(), r.Who, id); err != nil {
			return page.View{}, err // not theirs under any address
		}
		return page.View{}, fault.New(fault.Refused, "apply.other_hat")
	}
	if err != nil {
		return page.View{}, err
	}
	as := *r
	as.Who = who
	v, err := h(&as)
	if err != nil || v.Body == nil {
		return v, err
	}
	v.Body = entering(body, in, id, v.Body)
	list := page.NavGroup{Title: r.T("apply.entering"), Items: []page.NavItem{{Label: r.T("desk.intake.title"), URL: "/desk/intake"}}}
	if len(v.Nav.Groups) == 0 {
		list.Items = append(list.Items, page.NavItem{Label: r.T("apply.to_case"), URL: "/work/cases/" + id})
	}
	v.Nav.Groups = append(v.Nav.Groups[:len(v.Nav.Groups):len(v.Nav.Groups)], list)
	return v, nil
}
