package cases

import (
	"fmt"

	"kakehashi/internal/account"
	"kakehashi/internal/form"
	"kakehashi/internal/lang"
	"kakehashi/internal/mail"
	"kakehashi/internal/programme"
)

// tell writes to people by template: to the applicant, to the body's approvers, or to whoever has the ball. Each reader gets one mail for
// each occasion.
func (d *draft) tell(mails map[string]string, occasion string) error {
	list, err := d.messages(mails, occasion)
	if err != nil {
		return err
	}
	return d.queue(d.ctx, list)
}

func (d *draft) messages(mails map[string]string, occasion string) ([]mail.Message, error) {
	var list []mail.Message
	for to, template := range mails {
		addresses, err := d.addresses(to)
		if err != nil {
			return nil, err
		}
		words := map[lang.Tag]map[string]string{}
		for _, a := range addresses {
			if words[a.Lang] == nil {
				words[a.Lang] = d.mailValues(a.Lang, to)
			}
			key := fmt.Sprintf("%s/%s/%s/%s", d.Case.ID, occasion, template, a.Address)
			list = append(list, mail.Message{To: a, Template: template, Lang: a.Lang, CaseID: d.Case.ID, Key: key, Values: words[a.Lang]})
		}
	}
	return list, nil
}

// addresses finds who "applicant", "approver", "officer", "chief" or "holder" is now.
func (d *draft) addresses(to string) ([]mail.Address, error) {
	c := d.Case
	lg := "lg:" + c.Org.Code
	switch to {
	case "approver":
		return d.Recipients(d.ctx, d.tx, lg, account.RoleApprover)
	case "applicant":
		return d.applicants(lg)
	case "officer":
		return d.Recipients(d.ctx, d.tx, "hq:"+c.Section, account.RoleOfficer)
	case "chief":
		return d.Recipients(d.ctx, d.tx, "hq:"+c.Section, account.RoleChief)
	}
	switch c.Holder {
	case "branch":
		return d.Recipients(d.ctx, d.tx, "branch:"+c.Org.Branch, account.RoleBranch)
	case "officer":
		return d.Recipients(d.ctx, d.tx, "hq:"+c.Section, account.RoleOfficer)
	case "chief":
		return d.Recipients(d.ctx, d.tx, "hq:"+c.Section, account.RoleChief)
	case "finance":
		return d.Recipients(d.ctx, d.tx, "", account.RoleFinance)
	}
	return nil, nil
}

// applicants are the contacts named in the application and the body's drafters.
func (d *draft) applicants(lg string) ([]mail.Address, error) {
	list, err := d.Recipients(d.ctx, d.tx, lg, account.RoleStaff)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, a := range list {
		seen[a.Address] = true
	}
	add := func(address, name string) {
		if address != "" && !seen[address] {
			seen[address] = true
			list = append(list, mail.Address{Address: address, Name: name, Lang: lang.JA})
		}
	}
	email, _ := d.Case.answerTo(programme.MeansEmail).(string)
	add(email, d.Case.Org.Name)
	if p, ok := d.Case.answerTo(programme.MeansPerson).(form.Person); ok {
		add(p.Email, p.Name)
	}
	return list, nil
}

func (d *draft) mailValues(l lang.Tag, to string) map[string]string {
	c, p := d.Case, d.Programme
	path := "/desk/cases/" + c.ID
	if to == "applicant" || to == "approver" {
		path = "/work/cases/" + c.ID
	}
	due := ""
	if c.Due != "" {
		due = lang.LongDay(l, c.Due)
	}
	v := map[string]string{"url": d.URL(path), "number": c.Number, "programme": p.Title.In(l), "title": c.Title(), "org": c.Org.Name,
		"state": p.State(c.State).Title.In(l), "due": due, "moment": lang.Moment(l, d.now)}
	return v
}
