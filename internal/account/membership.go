package account

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"time"

	"kakehashi/internal/db"
	"kakehashi/internal/fault"
)

// State of a membership.
type State string

const (
	Proposed State = "proposed" // the person says so; nobody has vouched yet, the hat cannot be worn
	Active   State = "active"
	Refused  State = "refused"
	Ended    State = "ended"
)

// Membership is a hat as the administration of people sees it.
type Membership struct {
	ID         string
	Person     string
	Role       Role
	Body       string
	Section    string // 所属, as the person or the inviter wrote it
	Programmes string // programme codes the hat is limited to, separated by blanks; "" all
	State      State
	Source     string // the membership a delegation stands on, "" for one's own
	Behalf     string // the person who delegated
	From       time.Time
	Until      time.Time // zero: no end
	InvitedBy  string
	ProvenBy   string
	Reason     string
	sample     bool
}

// Hat is the membership as the acting person wears it.
func (m Membership) Hat() Hat {
	return Hat{ID: m.ID, Role: m.Role, Body: m.Body, OnBehalfOf: m.Behalf, Programmes: m.Programmes}
}

// Valid reports whether the hat can be worn at t, as far as the membership itself goes.
func (m Membership) Valid(t time.Time) bool {
	return m.State == Active && !t.Before(m.From) && (m.Until.IsZero() || t.Before(m.Until))
}

const membershipColumns = `m.id, m.person, m.role, m.body, m.section, m.programmes, m.state, m.source, m.behalf, m.from_at, m.until_at, m.invited_by, m.proven_by, m.reason, m.sample`

// validNow is the condition under which a hat can be worn; $1 is the moment. A delegation ends with the membership it stands on.
const validNow = `m.state = 'active' AND m.from_at <= $1 AND m.until_at > $1
	AND (m.source = '' OR EXISTS (SELECT 1 FROM memberships o WHERE o.id = m.source AND o.state = 'active' AND o.from_at <= $1 AND o.until_at > $1))`

func scanMembership(rows *sql.Rows) (m Membership, err error) {
	var from, until db.Time
	err = rows.Scan(&m.ID, &m.Person, &m.Role, &m.Body, &m.Section, &m.Programmes, &m.State, &m.Source, &m.Behalf, &from, &until,
		&m.InvitedBy, &m.ProvenBy, &m.Reason, &m.sample)
	m.From = from.Time
	if until.Before(forever.Time) {
		m.Until = until.Time
	}
	return m, err
}

// Hats lists what the person can wear now: own memberships first, then delegations.
func (s *Store) Hats(ctx context.Context, person string) ([]Membership, error) {
	list, err := keep(s, "hats "+person, func() ([]Membership, error) { return hatsOf(ctx, s.DB.Brief(), person, s.now()) })
	return slices.Clone(list), err
}

func hatsOf(ctx context.Context, q db.Q, person string, now db.Time) ([]Membership, error) {
	return db.List(ctx, q, scanMembership, `SELECT `+membershipColumns+` FROM memberships m
		WHERE m.person = $2 AND `+validNow+` ORDER BY m.source, m.created_at, m.id`, now, person)
}

// StillWorn refuses the work of somebody who has lost the hat they began it with: fault.Refused. Long works ask before every step.
func (s *Store) StillWorn(ctx context.Context, who Who) error {
	hats, err := s.Hats(ctx, who.Person)
	if err == nil && !slices.ContainsFunc(hats, func(m Membership) bool { return m.ID == who.Hat.ID }) {
		err = fault.New(fault.Refused, "account.hat_lost")
	}
	return err
}

// Waiting lists the memberships of a person that nobody has proven yet, and those that were refused in the last 90 days.
func (s *Store) Waiting(ctx context.Context, person string) ([]Membership, error) {
	return db.List(ctx, s.DB.Read(), scanMembership, `SELECT `+membershipColumns+` FROM memberships m
		WHERE m.person = $1 AND (m.state = 'proposed' OR m.state = 'refused' AND m.created_at > $2) ORDER BY m.created_at DESC`,
		person, db.At(s.Now().AddDate(0, 0, -90)))
}

func membershipByID(ctx context.Context, q db.Q, id string) (Membership, error) {
	return db.One(ctx, q, scanMembership, `SELECT `+membershipColumns+` FROM memberships m WHERE m.id = $1`, id)
}

func (s *Store) insertMembership(ctx context.Context, tx db.Q, m Membership) (Membership, error) {
	m.ID = db.NewID("m")
	now := s.now()
	if m.From.IsZero() {
		m.From = now.Time
	}
	until := forever
	if !m.Until.IsZero() {
		until = db.At(m.Until)
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO memberships (id, person, role, body, section, programmes, state, source, behalf, from_at, until_at,
			invited_by, proven_by, sample, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		m.ID, m.Person, string(m.Role), m.Body, m.Section, m.Programmes, string(m.State), m.Source, m.Behalf, db.At(m.From), until,
		m.InvitedBy, m.ProvenBy, m.sample, now)
	return m, err
}

// Member is a person of a body, as the list of its people shows them.
type Member struct {
	Membership
	Name, Kana, Login, Email string
	Division, Phone          string // as the person wrote them; the hat's Section where they did not
	Shared                   bool
	BehalfName               string
	Second                   bool   // has a second factor
	Home                     string // code of the local government the person comes from
}

// People lists the people of a body: worn, delegated and proposed hats. Its own members, its branch, HQ and administrators may;
// for everybody else the body is fault.Missing.
func (s *Store) People(ctx context.Context, who Who, body string) ([]Member, error) {
	if reach, err := s.reach(ctx, who, body); err != nil {
		return nil, err
	} else if reach == outOfReach {
		return nil, fault.New(fault.Missing, "db.missing")
	}
	return db.List(ctx, s.DB.Read(), scanMember, `SELECT `+memberColumns+memberTables+`
		WHERE m.body = $2 AND (m.state = 'proposed' OR `+validNow+`) ORDER BY m.role DESC, p.kana, p.id, m.source`, s.now(), body)
}

// EndMembership ends a hat at once: the person's next request no longer wears it, delegations that stand on it end too. The person, an
// approver of the body, its branch or HQ may. fault.Missing out of reach; fault.Refused for the last administrator.
func (s *Store) EndMembership(ctx context.Context, who Who, id, reason string) error {
	m, err := membershipByID(ctx, s.DB.Read(), id)
	if err != nil {
		return err
	}
	if err := s.mayEnd(ctx, who, m); err != nil {
		return err
	}
	return s.write(ctx, func(ctx context.Context, tx db.Q) error {
		if m.Role == RoleAdmin {
			if err := s.notLastAdmin(ctx, tx, m.Person); err != nil {
				return err
			}
		}
		return s.endMembership(ctx, tx, who, m, reason)
	})
}

func (s *Store) endMembership(ctx context.Context, tx db.Q, who Who, m Membership, reason string) error {
	n, err := db.Changed(ctx, tx, `UPDATE memberships SET state = 'ended', until_at = $1, reason = $2
		WHERE (id = $3 OR source = $3) AND state IN ('active', 'proposed')`, s.now(), cut(reason, 1000), m.ID)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Missing, "db.missing")
	}
	if _, err := tx.ExecContext(ctx, `UPDATE proofs SET state = 'dropped' WHERE membership = $1 AND state = 'open'`, m.ID); err != nil {
		return err
	}
	if err := s.note(ctx, tx, who, "membership.ended", m.Person, "role", string(m.Role), "body", m.Body, "reason", reason); err != nil {
		return err
	}
	return s.forgetLeavers(ctx, tx, m.Person)
}

func (s *Store) mayEnd(ctx context.Context, who Who, m Membership) error {
	if m.Person == who.Person || m.Behalf == who.Person && who.Person != "" {
		return nil
	}
	reach, err := s.reach(ctx, who, m.Body)
	switch {
	case err != nil:
		return err
	case reach == outOfReach:
		return fault.New(fault.Missing, "db.missing")
	case who.Hat.OnBehalfOf != "":
		return fault.New(fault.Refused, "account.refused.delegate")
	case !slices.Contains(grants(who.Hat.Role, reach, kindOf(m.Body)), m.Role):
		return fault.New(fault.Refused, "account.refused")
	}
	return nil
}

// notLastAdmin locks every administrator's membership, so that two who leave at the same moment cannot both go.
func (s *Store) notLastAdmin(ctx context.Context, tx db.Q, leaving string) error {
	if _, err := tx.ExecContext(ctx, `UPDATE memberships SET reason = reason WHERE role = 'R23' AND state = 'active'`); err != nil {
		return err
	}
	var others int
	err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM memberships m WHERE m.role = 'R23' AND m.person <> $2 AND `+validNow, s.now(), leaving).Scan(&others)
	if err == nil && others == 0 {
		return fault.New(fault.Refused, "account.lastadmin")
	}
	return err
}

// kindOf is the part of a body id before the colon: lg, branch, hq, office; or panel, system.
func kindOf(body string) string {
	kind, _, _ := strings.Cut(body, ":")
	return kind
}

// rolesOf says which roles exist in which kind of body.
var rolesOf = map[string][]Role{
	"lg":     {RoleStaff, RoleApprover, RoleAssoc, RoleNGO},
	"branch": {RoleBranch},
	"hq":     {RoleOfficer, RoleChief, RoleFinance, RoleEditor},
	"office": {RoleOverseas, RoleDirector},
	"panel":  {RoleCommittee, RoleAdviser},
	"system": {RoleAdmin, RoleAuditor},
}

// RolesIn lists the roles that exist in a body.
func RolesIn(body string) []Role { return rolesOf[kindOf(body)] }

func fits(role Role, body string) bool { return slices.Contains(RolesIn(body), role) }

// Grantable lists the roles the person may give in a body; nil when the body is out of reach or nothing may be given.
func (s *Store) Grantable(ctx context.Context, who Who, body string) ([]Role, error) {
	reach, err := s.reach(ctx, who, body)
	if err != nil || reach == outOfReach || who.Hat.OnBehalfOf != "" {
		return nil, err
	}
	return grants(who.Hat.Role, reach, kindOf(body)), nil
}

// reach is how a hat stands to a body.
type reach string

const (
	outOfReach reach = ""
	own        reach = "own"   // the hat's own body
	area       reach = "area"  // a body in the area of the hat's branch
	above      reach = "above" // HQ over applicants, branches and the panel
	admin      reach = "admin"
)

func (s *Store) reach(ctx context.Context, who Who, body string) (reach, error) {
	switch {
	case who.Hat.Body == "" || body == "":
		return outOfReach, nil
	case who.Is(RoleAdmin):
		return admin, nil
	case who.Hat.Body == body:
		return own, nil
	case who.Is(RoleBranch):
		branch, err := s.branchOf(ctx, body)
		if fault.Is(err, fault.Missing) {
			return outOfReach, nil
		}
		if err == nil && branch == who.Hat.Body {
			return area, nil
		}
		return outOfReach, err
	case who.Is(RoleOfficer, RoleChief) && slices.Contains([]string{"lg", "branch", "panel"}, kindOf(body)):
		return above, nil
	}
	return outOfReach, nil
}

// grants are the roles a role may give, by how the body is reached. Nobody gives more than their own rank: a person who drafts cannot make
// somebody who submits. Our design after domain.md §3.1 and 3.2.
func grants(role Role, how reach, kind string) []Role {
	applicants := rolesOf["lg"]
	switch {
	case how == admin:
		return rolesOf[kind]
	case how == area || how == above && kind == "lg":
		return applicants
	case how == above && kind == "branch":
		return rolesOf["branch"]
	case how == above && kind == "panel":
		return rolesOf["panel"]
	case how == own && role == RoleApprover:
		return []Role{RoleStaff, RoleApprover}
	case how == own && role == RoleChief:
		return []Role{RoleOfficer, RoleChief, RoleEditor}
	case how == own && role == RoleDirector:
		return []Role{RoleOverseas, RoleDirector}
	case how == own && slices.Contains([]Role{RoleStaff, RoleBranch, RoleAssoc, RoleNGO}, role):
		return []Role{role}
	}
	return nil
}
