package cases

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/programme"
)

// staff are the roles that act for a body of the register.
var staff = []account.Role{account.RoleStaff, account.RoleApprover, account.RoleAssoc, account.RoleNGO}

// visible is the WHERE of every get and list (domain.md §3.2): its own cases for a body; from submission on the bodies of its area
// for a branch; from the branch's forwarding on the cases of its programmes for HQ, but those of the body that sent the person; the
// assigned ones without a conflict, recorded or by home body and former posts as they are now, for a committee member; the decided ones for finance; everything for an auditor; nothing for anybody else. A hat that is limited to some
// programmes sees those only. n numbers the first placeholder.
func (s *Store) visible(who account.Who, n int) (string, []any) {
	return s.limited(who, n, false)
}

// visibleOne is visible for a case that is asked for by its id: a body also sees the cases in which it takes part.
func (s *Store) visibleOne(who account.Who, n int) (string, []any) { return s.limited(who, n, true) }

func (s *Store) limited(who account.Who, n int, one bool) (string, []any) {
	where, args := s.reach(who, n, one)
	if codes := strings.Fields(who.Hat.Programmes); len(codes) > 0 {
		marks := make([]string, len(codes))
		for i, code := range codes {
			marks[i] = fmt.Sprintf("$%d", n+len(args))
			args = append(args, code)
		}
		where += " AND programme IN (" + strings.Join(marks, ", ") + ")"
	}
	return where, args
}

func (s *Store) reach(who account.Who, n int, one bool) (string, []any) {
	id := who.BodyID()
	kind, _, _ := strings.Cut(who.Hat.Body, ":")
	switch {
	case who.Person == "":
		return "1 = 0", nil
	case who.Person == System.Person, who.Is(account.RoleAuditor):
		return "1 = 1", nil
	case who.Is(staff...) && kind == "lg" && one:
		return fmt.Sprintf("(org_code = $%[1]d OR EXISTS (SELECT 1 FROM case_parties x WHERE x.case_id = cases.id AND x.org_code = $%[1]d))", n), []any{id}
	case who.Is(staff...) && kind == "lg":
		return fmt.Sprintf("org_code = $%d", n), []any{id}
	case who.Is(account.RoleBranch) && kind == "branch":
		return fmt.Sprintf("branch = $%d AND phase >= 1", n), []any{id}
	case who.Is(account.RoleOfficer, account.RoleChief) && kind == "hq":
		where, args := fmt.Sprintf("section = $%d AND phase >= 2", n), []any{id}
		if who.Home != "" { // a secondee does not deal with the body that sent them (派遣元)
			where += fmt.Sprintf(" AND cases.id NOT IN (SELECT h.id FROM cases h WHERE h.org_code = $%d)", n+1)
			args = append(args, who.Home)
		}
		return where, args
	case who.Is(account.RoleFinance) && kind == "hq":
		return "phase >= 3", nil
	case who.Is(account.RoleCommittee):
		return fmt.Sprintf(`phase >= 2 AND cases.id IN (SELECT m.case_id FROM case_members m JOIN cases k ON k.id = m.case_id
			WHERE m.person = $%d AND NOT m.interest AND %s)`, n, untied("k", n+1)), []any{who.Person, who.Home}
	case who.Is(account.RoleAdmin):
		return fmt.Sprintf(`cases.id IN (SELECT e.case_id FROM case_events e WHERE e.type = 'opened' AND e.person = $%d AND e.at > $%d)`, n, n+1), []any{who.Person, db.At(s.now().Add(-glassOpen))}
	}
	return "1 = 0", nil
}

// glassOpen is how long a logged reason lets an administrator read a case (rule 11).
const glassOpen = 8 * time.Hour

// early reports whether the case, as it stands, is not yet for this hat: a draft for all but the body, a case before the branch for HQ.
func early(who account.Who, c *Case) bool {
	switch {
	case who.Is(account.RoleBranch):
		return c.Phase < 1
	case who.Is(account.RoleOfficer, account.RoleChief, account.RoleCommittee):
		return c.Phase < 2
	case who.Is(account.RoleFinance):
		return c.Phase < 3
	}
	return false
}

// System is the platform itself: jobs and clocks act as it.
var System = account.Who{Person: "system", Name: "かけはし", Hat: account.Hat{Role: "system", Body: "system"}}

// Sees reports whether the hat may read a field of this visibility: bank data only finance and the body itself, contacts not the
// committee, files for HQ only HQ (rules 6 and 7).
func Sees(who account.Who, visibility string) bool {
	body := who.Is(staff...)
	switch visibility {
	case "finance":
		return body || who.Is(account.RoleFinance)
	case "contact":
		return !who.Is(account.RoleCommittee)
	case "hq":
		return body || who.Is(account.RoleOfficer, account.RoleChief, account.RoleFinance, account.RoleAuditor)
	}
	return true
}

// redact takes out of the case what this hat may not read. It runs on every case that leaves the store.
func (c *Case) redact(who account.Who, p *programme.Programme) {
	c.came = c.cameFor(who)
	c.asHandedIn(who, p)
	hide := c.hidden(who, p)
	if c.blind(who, p) {
		hide = c.veil(p, hide)
	}
	if len(hide) > 0 {
		c.answers, c.problems, c.version, c.veiled = nil, nil, p, true
		for k := range hide {
			delete(c.Raw, k)
		}
		for i := range c.Returns {
			for k := range hide {
				delete(c.Returns[i].Was, k)
			}
		}
	}
	c.Evaluation = c.Evaluation.told(p)
	c.result = c.resultFor(who, p)
	c.redactWork(who)
}

// Sees is Sees for this case: a body that takes part in it is not the one whose account and inner papers they are.
func (c *Case) Sees(who account.Who, visibility string) bool {
	if who.Is(staff...) && who.BodyID() != c.Org.Code && (visibility == "finance" || visibility == "hq") {
		return false
	}
	if who.Enters() && visibility == "finance" {
		return false // bank data is the body's and the finance desk's (rule 6)
	}
	return Sees(who, visibility)
}

// hidden are the keys of the fields this hat may not read.
func (c *Case) hidden(who account.Who, p *programme.Programme) map[string]bool {
	hide, sees := map[string]bool{}, map[string]bool{} // a programme has a hundred fields and three visibilities
	fields := p.AllFields()
	for i := range fields {
		v := fields[i].Visibility
		if v == "" {
			continue // everybody's who sees the case
		}
		ok, asked := sees[v]
		if !asked {
			ok = c.Sees(who, v)
			sees[v] = ok
		}
		if !ok {
			hide[fields[i].Key] = true
		}
	}
	return hide
}

// redactWork hides HQ's own work: sheets from those who have not sent theirs, proposals and unshared opinions from the body.
func (c *Case) redactWork(who account.Who) {
	c.redactParties(who)
	c.redactProceedings(who)
	c.redactTalk(who)
	if who.Is(staff...) || who.Is(account.RoleCommittee) {
		c.Letters = slices.DeleteFunc(slices.Clone(c.Letters), func(l LetterRef) bool {
			return l.Addressee != "applicant" || who.Is(account.RoleCommittee)
		})
	}
	hq := who.Is(account.RoleOfficer, account.RoleChief, account.RoleAuditor, account.RoleAdmin) || who.Person == System.Person
	if who.Is(account.RoleCommittee) {
		me := c.Member(who.Person)
		if me == nil || !me.Scored() {
			c.Members = slices.DeleteFunc(slices.Clone(c.Members), func(m Member) bool { return m.Person != who.Person })
		}
		c.Opinion, c.Proposal, c.Approvals, c.Overrides, c.Purses = nil, nil, nil, nil, nil
		return
	}
	if hq {
		return
	}
	c.Members, c.Checklist, c.Overrides, c.Approvals, c.ScoresHash = nil, nil, nil, nil, ""
	c.Confirmed = maps.Clone(c.Confirmed)
	for key, v := range c.Confirmed { // what was settled counts for everybody; who settled it and why is HQ's
		c.Confirmed[key] = Settled{Value: v.Value, At: v.At}
	}
	if !who.Is(account.RoleFinance) {
		c.Proposal = nil
		if c.Phase < 3 {
			c.Purses = nil // what is reserved would tell what was proposed
		}
	}
	if c.Opinion != nil && !c.Opinion.Shareable && !who.Is(account.RoleBranch) {
		c.Opinion = nil
	}
}
