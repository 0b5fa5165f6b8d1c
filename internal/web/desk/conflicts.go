package desk

import (
	"net/http"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
)

// away lists a member who gives no sheet for another reason than a conflict.
func (v *screeningPage) away(r *page.Request, m cases.Member) {
	if m.Interest != "" {
		return
	}
	why := m.Abstain
	if m.Left != "" {
		why = m.Left
	}
	v.Away = append(v.Away, part.Row{Cells: []part.Cell{{Text: m.Name}, {Text: awayWord(r, m)}, {Text: why}}})
}

// awayWord says how a member left the case.
func awayWord(r *page.Request, m cases.Member) string {
	if m.Left != "" {
		return r.T("panel.barred.left")
	}
	return r.T("panel.barred.abstained")
}

// declare records that a member has an interest; the case is gone for them at once.
func (p *Pages) declare(r *page.Request) (page.View, error) {
	return p.stepAside(r, "desk.interest.done", func(id, reason string) error { return p.Cases.Declare(r.Context(), r.Who, id, reason) })
}

// decline hands a case back, and says whether somebody else has it now.
func (p *Pages) decline(r *page.Request) (page.View, error) {
	return p.stepAside(r, "panel.declined", func(id, reason string) error {
		_, err := p.Cases.Decline(r.Context(), r.Who, id, reason)
		return err
	})
}

// abstain leaves a case to the other members.
func (p *Pages) abstain(r *page.Request) (page.View, error) {
	return p.stepAside(r, "panel.abstain.done", func(id, reason string) error { return p.Cases.Abstain(r.Context(), r.Who, id, reason) })
}

// stepAside is a step of a member out of a case, which needs a reason.
func (p *Pages) stepAside(r *page.Request, done string, do func(id, reason string) error) (page.View, error) {
	if err := only(r, account.RoleCommittee); err != nil {
		return page.View{}, err
	}
	id, reason := r.PathValue("id"), jp.NFC(r.Value("reason"))
	if reason == "" {
		words, field := r.T("desk.interest.reason_needed"), r.Value("field")
		if field == "" {
			field = "reason"
		} else {
			words = r.T("cases.reason_needed")
		}
		at := map[string]string{"reason": "interest-reason", "aside": "aside-reason"}[field]
		return p.showSheet(r, sheetPage{Errors: map[string]string{field: words}, Items: []page.Item{{ID: at, Text: words}}}, http.StatusUnprocessableEntity)
	}
	if err := do(id, reason); err != nil {
		return page.View{}, err
	}
	return page.Redirect("/desk", page.Say(done)), nil
}

// noteConflict records a conflict of a member that became known to the secretary.
func (p *Pages) noteConflict(r *page.Request) (page.View, error) {
	return p.unseat(r, "note", "panel.noted", func(id, person, reason string) error {
		return p.Cases.NoteConflict(r.Context(), r.Who, id, person, reason)
	})
}

// release takes the case from a member who has not scored it.
func (p *Pages) release(r *page.Request) (page.View, error) {
	return p.unseat(r, "note", "panel.released", func(id, person, reason string) error {
		return p.Cases.Release(r.Context(), r.Who, id, person, reason)
	})
}

func (p *Pages) unseat(r *page.Request, field, done string, do func(id, person, reason string) error) (page.View, error) {
	if err := only(r, account.RoleOfficer); err != nil {
		return page.View{}, err
	}
	id := r.PathValue("id")
	err := do(id, r.Value("person"), jp.NFC(r.Value("reason")))
	if f := fault.Of(err); f != nil && f.Kind == fault.Invalid {
		return p.showScreening(r, &page.Item{ID: field + "-reason", Text: page.FaultText(r.Lang, f)}, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return page.View{}, err
	}
	return page.Redirect(caseURL(id, "screening"), page.Say(done)), nil
}

// addOwnPost records a post that a member holds or held.
func (p *Pages) addOwnPost(r *page.Request) (page.View, error) {
	if err := only(r, account.RoleCommittee); err != nil {
		return page.View{}, err
	}
	err := p.Cases.AddPost(r.Context(), r.Who, r.Who.Person, jp.FoldID(r.Value("org")), jp.NFC(r.Value("title")), typedDay(r.Value("until")))
	if f := fault.Of(err); f != nil && f.Kind == fault.Invalid {
		return p.committeeView(r, &page.Item{ID: "n-" + f.Field, Text: page.FaultText(r.Lang, f)}, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return page.View{}, err
	}
	return page.Redirect("/desk", page.Say("panel.post.saved")), nil
}
