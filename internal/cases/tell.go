package cases

import (
	"fmt"
	"slices"

	"kakehashi/internal/account"
	"kakehashi/internal/lang"
	"kakehashi/internal/mail"
	"kakehashi/internal/programme"
)

// tellMember tells a screening member that they were given cases to score: once a day for a call, and nothing of whose cases they are.
func (d *draft) tellMember(person string) error {
	to, err := d.person(person)
	if err != nil || to.Address == "" {
		return err
	}
	p := d.Programme
	return d.Store.Mail.Queue(d.ctx, d.tx, mail.Message{To: to, Template: "member_assigned", Lang: to.Lang,
		Key:    fmt.Sprintf("assigned/%s/%s/%d/%s", person, p.Code, d.Case.FiscalYear, day(d.now)),
		Values: map[string]string{"programme": p.Title.In(to.Lang), "url": d.URL("/desk")}})
}

// person is where somebody is written to by what their account says; an empty address where it says nothing.
func (d *draft) person(id string) (mail.Address, error) {
	if d.Contact == nil {
		return mail.Address{}, nil
	}
	p, err := d.Contact(d.ctx, id)
	return mail.Address{Address: p.Email, Name: p.Name, Lang: lang.JA}, err
}

// tellNext tells who sits in the next seat of an approval route that a decision waits for them: the holders, or their deputies while all of
// them are away; every approver of the section where nobody was entered, but those who approved already.
func (d *draft) tellNext() error {
	c := d.Case
	if c.Proposal == nil || c.Sealed() {
		return nil
	}
	route, err := d.Programme.Route(c.Proposal.Outcome, d.facts(c, d.Programme, d.who, d.now))
	if err != nil || route == nil || len(c.Approvals) >= len(route.Steps) {
		return err
	}
	to, err := d.nextSeat(route)
	if err != nil {
		return err
	}
	return d.write(to, "approval_next", "/desk/cases/"+c.ID, nil)
}

func (d *draft) nextSeat(route *programme.Route) (to []mail.Address, err error) {
	sitting, err := d.sitters(d.ctx, d.tx, d.Case.Section, route.Steps[len(d.Case.Approvals)])
	if err != nil {
		return nil, err
	}
	if len(sitting) == 0 {
		return d.Recipients(d.ctx, d.tx, "hq:"+d.Case.Section, account.RoleChief)
	}
	away := !slices.ContainsFunc(sitting, func(x Sitter) bool { return !x.Deputy && !x.Away })
	for _, x := range sitting {
		if x.Deputy != away {
			continue
		}
		a, err := d.person(x.Person)
		if err != nil {
			return nil, err
		}
		if a.Address != "" {
			to = append(to, a)
		}
	}
	return to, nil
}
