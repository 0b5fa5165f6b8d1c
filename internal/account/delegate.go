package account

import (
	"context"
	"strings"
	"time"

	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/lang"
)

// Delegation lets a colleague act in one's own hat (職務代行) until an end: the journal shows both. Programmes may limit it.
type Delegation struct {
	To         string // person id
	Until      time.Time
	Programmes string
	Reason     string
}

// delegable: screening, administration and audit are personal.
var delegable = map[Role]bool{RoleStaff: true, RoleApprover: true, RoleBranch: true, RoleOfficer: true, RoleChief: true, RoleFinance: true,
	RoleOverseas: true, RoleDirector: true, RoleAssoc: true, RoleNGO: true, RoleEditor: true}

// Delegate gives the hat worn now to a colleague of the same body until an end at most a year away. A delegated hat cannot be delegated again. It
// ends by itself at that moment, or with the hat it stands on.
func (s *Store) Delegate(ctx context.Context, who Who, d Delegation) (Membership, error) {
	now := s.Now()
	switch {
	case who.Hat.OnBehalfOf != "":
		return Membership{}, fault.New(fault.Refused, "account.refused.delegate")
	case !delegable[who.Hat.Role]:
		return Membership{}, fault.New(fault.Refused, "account.delegate.role")
	case d.To == who.Person:
		return Membership{}, fault.At("to", "account.delegate.self")
	case !d.Until.After(now):
		return Membership{}, fault.At("until", "account.delegate.past")
	case d.Until.After(now.AddDate(1, 0, 1)):
		return Membership{}, fault.At("until", "account.delegate.long")
	}
	var m Membership
	err := s.write(ctx, func(ctx context.Context, tx db.Q) error {
		source, err := membershipByID(ctx, tx, who.Hat.ID)
		if err != nil {
			return err
		}
		if !source.Valid(now) || source.Person != who.Person || source.Source != "" {
			return fault.New(fault.Refused, "account.refused")
		}
		if err := s.colleague(ctx, tx, d.To, source.Body); err != nil {
			return err
		}
		only, err := within(d.Programmes, source)
		if err != nil {
			return err
		}
		m, err = s.insertMembership(ctx, tx, Membership{Person: d.To, Role: source.Role, Body: source.Body, Section: source.Section, Programmes: only,
			State: Active, Source: source.ID, Behalf: who.Person, Until: d.Until, InvitedBy: who.Person, ProvenBy: who.Person, sample: source.sample})
		if err != nil {
			return err
		}
		if err := s.mailDelegate(ctx, tx, who, m); err != nil {
			return err
		}
		return s.note(ctx, tx, who, "delegated", d.To, "role", string(m.Role), "body", m.Body, "until", db.At(d.Until).String(), "reason", d.Reason)
	})
	return m, err
}

// within are the wanted programmes, or all the delegator has when none is named; fault.Invalid for one the delegator does not have.
func within(wanted string, source Membership) (string, error) {
	codes := splitCodes(wanted)
	for _, code := range codes {
		if !source.Hat().Covers(code) {
			return "", fault.At("programmes", "account.delegate.programmes", "what", code)
		}
	}
	if len(codes) == 0 {
		return source.Programmes, nil
	}
	return strings.Join(codes, " "), nil
}

// colleague: somebody with an own, worn hat in the body; else fault.Invalid at "to".
func (s *Store) colleague(ctx context.Context, tx db.Q, person, body string) error {
	var n int
	err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM memberships m WHERE m.person = $2 AND m.body = $3 AND m.source = '' AND `+validNow,
		s.now(), person, body).Scan(&n)
	if err == nil && n == 0 {
		return fault.At("to", "account.delegate.colleague")
	}
	return err
}

func (s *Store) mailDelegate(ctx context.Context, tx db.Q, who Who, m Membership) error {
	to, err := personByID(ctx, tx, m.Person)
	if err != nil {
		return err
	}
	name, err := s.bodyName(ctx, m.Body)
	if err != nil {
		return err
	}
	return s.post(ctx, tx, Letter{To: to.Email, Lang: to.Lang, Template: "account-delegated", Values: map[string]string{"name": to.Name, "by": who.Name,
		"body": name.In(to.Lang), "role": lang.T(to.Lang, "account.role."+string(m.Role)), "until": lang.Until(to.Lang, m.Until),
		"url": s.link(ctx, to.Lang, "/hat")}})
}
