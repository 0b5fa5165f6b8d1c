package cases

import (
	"context"
	"strings"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
	"kakehashi/internal/lang"
	"kakehashi/internal/mail"
)

// askAgain is how long the same body is not written to a second time.
const askAgain = time.Minute

// Ask asks a body that the application names to consent: its people and its mailbox when the register knows it, else contact at address,
// who answers by a link. Asking again makes a refused or void consent open again and the earlier link worthless. Who: the lead's own
// people, until the decision. Faults: Missing (no such body is named), Invalid at contact or mail.
func (s *Store) Ask(ctx context.Context, who account.Who, id, key, contact, address string) error {
	_, err := s.change(ctx, who, id, func(d *draft) error {
		x, err := d.ownPartner(key)
		if err != nil {
			return err
		}
		if x.Agrees() || x.State == PartyAsked && d.now.Sub(x.Asked) < askAgain {
			return nil // sent twice
		}
		party := Party{Key: x.Key, Code: x.Code, Name: x.Name, State: PartyAsked, Asked: d.now}
		if x.Code == "" {
			if party.Contact = strings.TrimSpace(contact); party.Contact == "" || len([]rune(party.Contact)) > 120 {
				return fault.At("contact", "cases.joint.contact")
			}
			f := form.Field{Key: "mail", Kind: form.KindEmail}
			value, _, problems := f.Parse(form.Typed(address))
			if party.Mail, _ = value.(string); party.Mail == "" || len(problems) > 0 {
				return fault.At("mail", "cases.joint.mail")
			}
		}
		if err := d.append("party_asked", Data{Party: &party}); err != nil {
			return err
		}
		if err := d.seats(); err != nil {
			return err
		}
		return d.askByMail(party)
	})
	return err
}

// ownPartner is a named body, for the people of the lead while the case can still change.
func (d *draft) ownPartner(key string) (*Partner, error) {
	if !d.who.Is(staff...) || d.who.BodyID() != d.Case.Org.Code {
		return nil, fault.New(fault.Refused, "cases.not_yours")
	}
	if d.Case.Ended || d.Case.Phase >= 3 {
		return nil, fault.New(fault.Conflict, "cases.joint.decided")
	}
	x := d.Case.partner(d.Programme, key)
	if x == nil {
		return nil, fault.New(fault.Missing, "db.missing")
	}
	return x, nil
}

// askByMail writes to the body that is asked. The sentence comes from a template in each reader's language.
func (d *draft) askByMail(x Party) error {
	if x.Code == "" {
		return d.sendLink(x)
	}
	list, err := d.boxes(x.Code)
	if err != nil {
		return err
	}
	return d.write(list, "joint_asked", "/work/cases/"+d.Case.ID+"/partners", nil)
}

// boxes are the people of a body and its own mailbox (団体の共用アドレス), each once.
func (d *draft) boxes(code string) ([]mail.Address, error) {
	var list []mail.Address
	seen := map[string]bool{}
	add := func(a mail.Address) {
		if a.Address != "" && !seen[strings.ToLower(a.Address)] {
			seen[strings.ToLower(a.Address)] = true
			list = append(list, a)
		}
	}
	for _, role := range []account.Role{account.RoleStaff, account.RoleApprover, account.RoleAssoc, account.RoleNGO} {
		people, err := d.Recipients(d.ctx, d.tx, "lg:"+code, role)
		if err != nil {
			return nil, err
		}
		for _, a := range people {
			add(a)
		}
	}
	if b, err := d.Orgs.Get(d.ctx, code); err == nil {
		add(mail.Address{Address: b.Mail, Name: b.Name, Lang: lang.JA})
	}
	return list, nil
}

// write queues one mail to each reader in the open transaction. more are values beside those of every mail about a case.
func (d *draft) write(to []mail.Address, template, path string, more map[string]string) error {
	for _, a := range to {
		values := d.mailValues(a.Lang, "applicant")
		values["url"] = d.URL(path)
		for k, v := range more {
			values[k] = v
		}
		if err := d.Store.Mail.Queue(d.ctx, d.tx, mail.Message{To: a, Template: template, Lang: a.Lang, CaseID: d.Case.ID, Values: values}); err != nil {
			return err
		}
	}
	return nil
}

// Consent records that the acting person's body consents to the terms they saw (Partner.Seen). In a body of two steps the approver does.
// Again is no second consent. Faults: Missing (the body is not asked), Refused (not the approver), Conflict (the terms changed meanwhile).
func (s *Store) Consent(ctx context.Context, who account.Who, id, seen string) error {
	_, err := s.change(ctx, who, id, func(d *draft) error {
		x, err := d.mine()
		if err != nil || x.Agrees() && x.Seen() == seen {
			return err
		}
		two, err := s.TwoStep(ctx, x.Code)
		if err != nil {
			return err
		}
		if two && !who.Is(account.RoleApprover) {
			return fault.New(fault.Refused, "cases.joint.approver")
		}
		return d.agree(x, seen, ByUser, who.Name, nil)
	})
	return err
}

// mine is the part of the acting person's body in a case of another.
func (d *draft) mine() (*Partner, error) {
	if !d.who.Is(staff...) || d.who.BodyID() == d.Case.Org.Code {
		return nil, fault.New(fault.Refused, "cases.not_yours")
	}
	x := d.Case.partner(d.Programme, d.who.BodyID())
	if x == nil || x.State == "" {
		return nil, fault.New(fault.Missing, "db.missing")
	}
	if d.Case.Ended || d.Case.Phase >= 3 {
		return nil, fault.New(fault.Conflict, "cases.joint.decided")
	}
	return x, nil
}

// agree records a consent to the terms as they stand, which must be those that were seen.
func (d *draft) agree(x *Partner, seen, how, name string, paper *form.File) error {
	if seen != x.Seen() {
		return fault.New(fault.Conflict, "cases.joint.changed")
	}
	party := x.Party
	party.State, party.How, party.By, party.Paper, party.Reason = PartyAgreed, how, name, paper, ""
	party.Terms, party.At = x.Now, d.now
	return d.answered("party_agreed", party)
}

// answered records an answer, opens or shuts the case to the body, judges a case that was handed in anew, and tells the lead.
func (d *draft) answered(kind string, x Party) error {
	data := Data{Party: &x}
	if d.Case.Phase > 0 {
		after := d.Case.clone()
		after.apply(&Event{Type: kind, At: d.now, Data: data})
		e, err := d.evaluate(d.ctx, d.tx, after, d.Programme, "application", d.now)
		if err != nil {
			return err
		}
		data.Judged = judgedOf(e)
	}
	if err := d.append(kind, data); err != nil {
		return err
	}
	if err := d.seats(); err != nil {
		return err
	}
	list, err := d.applicants("lg:" + d.Case.Org.Code)
	if err != nil {
		return err
	}
	more := map[string]string{"party": x.Name, "reason": x.Reason}
	if err := d.write(list, kind, "/work/cases/"+d.Case.ID+"/partners", more); err != nil || d.Case.Phase == 0 {
		return err
	}
	if list, err = d.addresses("holder"); err != nil {
		return err
	}
	return d.write(list, kind, "/desk/cases/"+d.Case.ID, more)
}

// DeclinePart records that the acting person's body does not take part, or no longer does once it had consented; with a reason, until the
// decision. The case is then no longer theirs to read.
func (s *Store) DeclinePart(ctx context.Context, who account.Who, id, reason string) error {
	_, err := s.change(ctx, who, id, func(d *draft) error {
		x, err := d.mine()
		if err != nil {
			return err
		}
		return d.refuse(x, reason, who.Name, ByUser)
	})
	return err
}

func (d *draft) refuse(x *Partner, reason, name, how string) error {
	if reason = strings.TrimSpace(reason); reason == "" {
		return fault.At("reason", "cases.reason_needed")
	}
	if len([]rune(reason)) > 400 {
		return fault.At("reason", "cases.joint.long")
	}
	party, kind := x.Party, "party_refused"
	party.State = PartyRefused
	if x.State == PartyAgreed {
		party.State, kind = PartyLeft, "party_left"
	}
	party.Reason, party.By, party.How, party.At, party.Paper = reason, name, how, d.now, nil
	return d.answered(kind, party)
}

// ConsentOnPaper records the consent of a body by the paper it signed, which the lead hands in; seen are the terms the paper was made of.
func (s *Store) ConsentOnPaper(ctx context.Context, who account.Who, id, key, seen, signer string, paper *form.File) error {
	_, err := s.change(ctx, who, id, func(d *draft) error {
		x, err := d.ownPartner(key)
		if err != nil || x.Agrees() {
			return err
		}
		if x.State == PartyRefused || x.State == PartyLeft {
			return fault.New(fault.Refused, "cases.joint.refused")
		}
		if signer = strings.TrimSpace(signer); signer == "" || len([]rune(signer)) > 120 {
			return fault.At("signer", "cases.joint.signer")
		}
		if paper == nil {
			return fault.At("paper", "cases.joint.paper")
		}
		if err := d.files(map[string][]string{partyFile: {paper.ID}}, nil); err != nil {
			return err
		}
		return d.agree(x, seen, ByPaper, signer, paper)
	})
	return err
}

// partyFile is the question under which signed papers are attached to the case.
const partyFile = "@consent"

// Joined lists the cases of other bodies in which the acting person's body is asked to take part or does, those that wait for its answer
// first.
func (s *Store) Joined(ctx context.Context, who account.Who) ([]Line, error) {
	if !who.Is(staff...) {
		return nil, nil
	}
	return db.List(ctx, s.DB.Read(), s.lineFor(who), `SELECT `+lineColumns+` FROM cases WHERE id IN (SELECT x.case_id FROM case_parties x WHERE x.org_code = $1)
		ORDER BY (SELECT CASE WHEN x.answered THEN 1 ELSE 0 END FROM case_parties x WHERE x.case_id = cases.id AND x.org_code = $1), due, id LIMIT 100`, who.BodyID())
}
