package cases

import (
	"context"
	"strings"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
)

// Assign gives a case under screening to committee members. A member with a derived conflict is written down as such and cannot open it
// (rule 4). R06 of the section.
func (s *Store) Assign(ctx context.Context, who account.Who, id string, members []account.Who) error {
	_, err := s.change(ctx, who, id, func(d *draft) error {
		if !who.Is(account.RoleOfficer) || d.Programme.Screening.Members == 0 || !d.judging() {
			return fault.New(fault.Refused, "cases.not_yours")
		}
		for _, m := range members {
			if err := d.seat(m, false); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}

// seat assigns one member. strict refuses a member with a conflict; otherwise the conflict is recorded in their place.
func (d *draft) seat(m account.Who, strict bool) error {
	if old := d.Case.Member(m.Person); old != nil && old.Left == "" {
		return nil
	}
	rules := d.Programme.Screening.Conflicts
	kind, reason, err := d.derived(d.ctx, d.tx, m, d.Case, rules)
	if err != nil {
		return err
	}
	if strict && kind != "" {
		return fault.New(fault.Conflict, "cases.conflicted", "name", m.Name, "number", d.Case.Number, "why", Because(d.who.Lang, reason))
	}
	if err := d.append("assigned", Data{Member: &Member{Person: m.Person, Name: m.Name, Interest: reason}}); err != nil {
		return err
	}
	if kind != "" {
		if err := d.record(Conflict{Person: m.Person, Name: m.Name, Kind: kind, Reason: reason, By: System.Person, ByName: System.Name}); err != nil {
			return err
		}
	}
	_, err = d.tx.ExecContext(d.ctx, `INSERT INTO case_members (case_id, person, interest, area, since) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (case_id, person) DO NOTHING`, d.Case.ID, m.Person, kind != "", rules.Area, d.postsSince(rules))
	if err != nil || kind != "" {
		return err
	}
	return d.tellMember(m.Person)
}

// Decline hands a case back: the member cannot score it, for a reason that is no conflict. If the panel has somebody who can, by the rules
// of the assignment, they take the seat at once; replaced is their name, "" when the secretary has to find one.
func (s *Store) Decline(ctx context.Context, who account.Who, id, reason string) (replaced string, err error) {
	if reason = strings.TrimSpace(reason); reason == "" {
		return "", fault.At("reason", "cases.reason_needed")
	}
	var c *Case
	c, err = s.change(ctx, who, id, func(d *draft) error {
		if _, err := d.ownSheet(); err != nil {
			return err
		}
		if err := d.append("declined", Data{Member: &Member{Person: who.Person}, Reason: reason}); err != nil {
			return err
		}
		_, err := d.tx.ExecContext(d.ctx, `DELETE FROM case_members WHERE case_id = $1 AND person = $2`, d.Case.ID, who.Person)
		return err
	})
	if err != nil {
		return "", err
	}
	return s.replace(ctx, c)
}

// Abstain leaves the score to the others: the member has no opinion on the case. It counts as no score, and shows nobody's sheet.
func (s *Store) Abstain(ctx context.Context, who account.Who, id, reason string) error {
	if reason = strings.TrimSpace(reason); reason == "" {
		return fault.At("reason", "cases.reason_needed")
	}
	_, err := s.change(ctx, who, id, func(d *draft) error {
		if _, err := d.ownSheet(); err != nil {
			return err
		}
		return d.append("abstained", Data{Member: &Member{Person: who.Person}, Reason: reason})
	})
	return err
}

// Release takes the case from a member who has not scored it: the secretary changes the assignment. R06 of the section.
func (s *Store) Release(ctx context.Context, who account.Who, id, person, reason string) error {
	if reason = strings.TrimSpace(reason); reason == "" {
		return fault.At("reason", "cases.reason_needed")
	}
	_, err := s.change(ctx, who, id, func(d *draft) error {
		m := d.Case.Member(person)
		if !who.Is(account.RoleOfficer) || m == nil || m.Left != "" {
			return fault.New(fault.Refused, "cases.not_yours")
		}
		if f := d.shut(); f != nil {
			return f
		}
		if m.Scored() || m.Abstain != "" || m.Interest != "" {
			return fault.New(fault.Conflict, "cases.scored")
		}
		if err := d.append("declined", Data{Member: &Member{Person: person}, Reason: reason}); err != nil {
			return err
		}
		_, err := d.tx.ExecContext(d.ctx, `DELETE FROM case_members WHERE case_id = $1 AND person = $2`, d.Case.ID, person)
		return err
	})
	return err
}

// loads counts the open assignments of everybody who has some in a call.
func (s *Store) loads(ctx context.Context, q db.Q, code string, fy int, demo bool) (map[string]int, error) {
	list, err := db.List(ctx, q, db.String, `SELECT m.person FROM case_members m JOIN cases c ON c.id = m.case_id
		WHERE c.programme = $1 AND c.fiscal_year = $2 AND c.demo = $3 AND NOT c.ended AND NOT m.interest`, code, fy, demo)
	out := map[string]int{}
	for _, p := range list {
		out[p]++
	}
	return out, err
}
