package account

import (
	"context"
	"database/sql"
	"slices"

	"kakehashi/internal/db"
	"kakehashi/internal/fault"
)

// mayTake: the list of a body's people is taken away by an administrator, or by those who manage the people of their own body (団体の管理者). Never
// by delegation.
func (s *Store) mayTake(ctx context.Context, who Who, body string) (bool, error) {
	if who.Hat.OnBehalfOf != "" || !who.SignedIn() {
		return false, nil
	}
	if who.Is(RoleAdmin) {
		return true, nil
	}
	how, err := s.reach(ctx, who, body)
	return how == own && slices.Contains([]Role{RoleApprover, RoleChief, RoleDirector, RoleBranch, RoleAssoc, RoleNGO}, who.Hat.Role), err
}

// MayTake reports whether the person may carry away the list of people of a body; "" is every body.
func (s *Store) MayTake(ctx context.Context, who Who, body string) (bool, error) {
	return s.mayTake(ctx, who, body)
}

// Take lists the people of a body to be carried away, or of every body (""), and journals that they were. fault.Missing for whom it is not.
func (s *Store) Take(ctx context.Context, who Who, body string) ([]Member, error) {
	if may, err := s.mayTake(ctx, who, body); err != nil {
		return nil, err
	} else if !may {
		return nil, fault.New(fault.Missing, "db.missing")
	}
	list, err := db.List(ctx, s.DB.Read(), scanMember, `SELECT `+memberColumns+memberTables+`
		WHERE ($2 = '' OR m.body = $2) AND (m.state = 'proposed' OR `+validNow+`) ORDER BY m.body, m.role DESC, p.kana, p.id, m.source`, s.now(), body)
	if err != nil {
		return nil, err
	}
	return list, s.write(ctx, func(ctx context.Context, tx db.Q) error {
		return s.note(ctx, tx, who, "people.taken", who.Person, "body", body)
	})
}

const memberColumns = membershipColumns + `, p.name, p.kana, p.login, p.email, COALESCE(NULLIF(p.division, ''), m.section), p.phone, p.shared, COALESCE(b.name, ''),
			p.totp <> '' OR EXISTS (SELECT 1 FROM passkeys k WHERE k.person = p.id), p.home`

const memberTables = ` FROM memberships m JOIN people p ON p.id = m.person LEFT JOIN people b ON b.id = m.behalf`

func scanMember(rows *sql.Rows) (x Member, err error) {
	var from, until db.Time
	m := &x.Membership
	err = rows.Scan(&m.ID, &m.Person, &m.Role, &m.Body, &m.Section, &m.Programmes, &m.State, &m.Source, &m.Behalf, &from, &until,
		&m.InvitedBy, &m.ProvenBy, &m.Reason, &m.sample, &x.Name, &x.Kana, &x.Login, &x.Email, &x.Division, &x.Phone, &x.Shared, &x.BehalfName, &x.Second, &x.Home)
	m.From = from.Time
	if until.Before(forever.Time) {
		m.Until = until.Time
	}
	return x, err
}
