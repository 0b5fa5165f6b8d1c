package account

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/lang"
)

// Proof is a question somebody must answer who knows the body: is this person really of it ("membership"), or is this really the
// person who lost the second factor ("factor").
type Proof struct {
	ID         string
	Kind       string
	Person     string
	Membership string
	Body       string
	Note       string
	At         time.Time
	// For the list:
	Name, Kana, Email, Login string
	Shared                   bool
	Role                     Role
	Section                  string
	Inviter                  string // name of the person who proposed it, "" when the person asked
}

func (s *Store) openProof(ctx context.Context, tx db.Q, p Proof) error {
	branch, err := s.branchOf(ctx, p.Body)
	if err != nil {
		return err
	}
	now := s.now()
	p.ID = db.NewID("q")
	_, err = tx.ExecContext(ctx, `INSERT INTO proofs (id, kind, person, membership, body, branch, note, state, created_at, decided_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 'open', $8, $8)`, p.ID, p.Kind, p.Person, p.Membership, p.Body, branch, p.Note, now)
	if err != nil {
		return err
	}
	return s.mailProvers(ctx, tx, p, branch)
}

// mailProvers tells the people of the branch, or where there is none the approvers of the body, that somebody waits.
func (s *Store) mailProvers(ctx context.Context, tx db.Q, p Proof, branch string) error {
	provers, err := db.List(ctx, tx, scanPerson, `SELECT DISTINCT `+prefixed("p.", personColumns)+` FROM people p JOIN memberships m ON m.person = p.id
		WHERE (m.body = $2 AND m.role = 'R05' OR m.body = $3 AND m.role = 'R04') AND p.id <> $4 AND `+validNow, s.now(), branch, p.Body, p.Person)
	if err != nil {
		return err
	}
	asker, err := personByID(ctx, tx, p.Person)
	if err != nil {
		return err
	}
	name, err := s.bodyName(ctx, p.Body)
	if err != nil {
		return err
	}
	for _, to := range provers {
		err := s.post(ctx, tx, Letter{To: to.Email, Lang: to.Lang, Template: "account-proof", Key: p.ID + "/" + to.ID, Values: map[string]string{
			"name": to.Name, "asker": asker.Name, "body": name.In(to.Lang), "what": lang.T(to.Lang, "account.proof."+p.Kind),
			"url": s.link(ctx, to.Lang, "/desk/proofs")}})
		if err != nil {
			return err
		}
	}
	return nil
}

func prefixed(prefix, columns string) string {
	list := strings.Split(columns, ", ")
	for i := range list {
		list[i] = prefix + list[i]
	}
	return strings.Join(list, ", ")
}

const proofColumns = `q.id, q.kind, q.person, q.membership, q.body, q.note, q.created_at, p.name, p.kana, p.email, p.login, p.shared,
	COALESCE(m.role, ''), COALESCE(m.section, ''), COALESCE(i.name, '')`

const proofTables = ` FROM proofs q JOIN people p ON p.id = q.person LEFT JOIN memberships m ON m.id = q.membership LEFT JOIN people i ON i.id = m.invited_by `

func scanProof(rows *sql.Rows) (p Proof, err error) {
	var at db.Time
	err = rows.Scan(&p.ID, &p.Kind, &p.Person, &p.Membership, &p.Body, &p.Note, &at, &p.Name, &p.Kana, &p.Email, &p.Login, &p.Shared,
		&p.Role, &p.Section, &p.Inviter)
	p.At = at.Time
	return p, err
}

// Proofs lists the open questions this hat may answer, oldest first: a branch those of its area, an approver and a colleague those
// of the own body, HQ and administrators all.
func (s *Store) Proofs(ctx context.Context, who Who) ([]Proof, error) {
	all := who.Is(RoleOfficer, RoleChief, RoleAdmin)
	list, err := db.List(ctx, s.DB.Read(), scanProof, `SELECT `+proofColumns+proofTables+`
		WHERE q.state = 'open' AND q.person <> $1 AND ($2 = 1 OR q.branch = $3 OR q.body = $3) ORDER BY q.created_at, q.id LIMIT 500`,
		who.Person, map[bool]int{true: 1}[all], who.Hat.Body)
	if err != nil {
		return nil, err
	}
	may := list[:0]
	for _, p := range list {
		ok, err := s.mayProve(ctx, who, p)
		if err != nil {
			return nil, err
		}
		if ok {
			may = append(may, p)
		}
	}
	return may, nil
}

// mayProve: who could give the role may vouch for it; for a lost factor also any colleague with an own hat. Never for oneself, never
// by delegation.
func (s *Store) mayProve(ctx context.Context, who Who, p Proof) (bool, error) {
	if who.Person == p.Person || who.Hat.OnBehalfOf != "" || !who.SignedIn() {
		return false, nil
	}
	how, err := s.reach(ctx, who, p.Body)
	if err != nil || how == outOfReach {
		return false, err
	}
	if p.Kind == "factor" && how == own {
		return true, nil
	}
	return slices.Contains(grants(who.Hat.Role, how, kindOf(p.Body)), p.Role), nil
}

// Prove answers a question with a reason (required to refuse). Approved: the hat can be worn at once, or the lost second factor is taken
// off. The person is told by mail. fault.Missing out of reach, fault.Conflict when somebody else answered first.
func (s *Store) Prove(ctx context.Context, who Who, id string, approve bool, reason string) error {
	p, err := db.One(ctx, s.DB.Read(), scanProof, `SELECT `+proofColumns+proofTables+` WHERE q.id = $1`, id)
	if err != nil {
		return err
	}
	if ok, err := s.mayProve(ctx, who, p); err != nil {
		return err
	} else if !ok {
		return fault.New(fault.Missing, "db.missing")
	}
	if reason = cut(strings.TrimSpace(reason), 1000); reason == "" && !approve {
		return fault.At("reason", "account.proof.reason")
	}
	return s.write(ctx, func(ctx context.Context, tx db.Q) error {
		state := map[bool]string{true: "approved", false: "refused"}[approve]
		n, err := db.Changed(ctx, tx, `UPDATE proofs SET state = $1, decided_by = $2, reason = $3, decided_at = $4 WHERE id = $5 AND state = 'open'`,
			state, who.Person, reason, s.now(), id)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.Conflict, "account.proof.done")
		}
		if err := s.effect(ctx, tx, who, p, approve, reason); err != nil {
			return err
		}
		if err := s.mailProven(ctx, tx, p, approve, reason); err != nil {
			return err
		}
		return s.note(ctx, tx, who, "proof."+state, p.Person, "kind", p.Kind, "body", p.Body, "role", string(p.Role), "reason", reason)
	})
}

func (s *Store) effect(ctx context.Context, tx db.Q, who Who, p Proof, approve bool, reason string) error {
	switch {
	case p.Kind == "membership":
		state := map[bool]State{true: Active, false: Refused}[approve]
		_, err := tx.ExecContext(ctx, `UPDATE memberships SET state = $1, proven_by = $2, reason = $3 WHERE id = $4 AND state = 'proposed'`,
			string(state), who.Person, reason, p.Membership)
		return err
	case approve:
		return s.dropFactors(ctx, tx, p.Person)
	}
	return nil
}

// dropFactors takes off every second factor of a person, and the other questions about it.
func (s *Store) dropFactors(ctx context.Context, tx db.Q, person string) error {
	for _, query := range []string{
		`UPDATE people SET totp = '', totp_new = '' WHERE id = $1`,
		`DELETE FROM passkeys WHERE person = $1`,
		`DELETE FROM recovery_codes WHERE person = $1`,
		`DELETE FROM sessions WHERE person = $1`,
		`UPDATE proofs SET state = 'dropped' WHERE person = $1 AND kind = 'factor' AND state = 'open'`,
	} {
		if _, err := tx.ExecContext(ctx, query, person); err != nil {
			return fmt.Errorf("second factor of %s: %w", person, err)
		}
	}
	return nil
}

func (s *Store) mailProven(ctx context.Context, tx db.Q, p Proof, approve bool, reason string) error {
	to, err := personByID(ctx, tx, p.Person)
	if err != nil {
		return err
	}
	name, err := s.bodyName(ctx, p.Body)
	if err != nil {
		return err
	}
	template := map[bool]string{true: "account-proven", false: "account-refused"}[approve]
	return s.post(ctx, tx, Letter{To: to.Email, Lang: to.Lang, Template: template, Values: map[string]string{"name": to.Name, "body": name.In(to.Lang),
		"what": lang.T(to.Lang, "account.proof."+p.Kind), "reason": reason, "url": s.link(ctx, to.Lang, "/signin")}})
}
