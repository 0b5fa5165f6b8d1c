package account

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"time"

	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/lang"
)

// InvitationLasts is how long an invitation link works: 14 days.
const InvitationLasts = 14 * 24 * time.Hour

// Invitation asks a known address to take a role in a body. The link in the mail works once. Shared says that several people read the
// address; each gets an invitation of their own (Name tells whose) and picks a sign-in name.
type Invitation struct {
	ID         string
	Kind       string // "invite", or "join" when the person asked
	Body       string
	Role       Role
	Section    string
	Programmes string
	Name       string
	Email      string
	Shared     bool
	Lang       lang.Tag
	Note       string
	Vouched    bool // the inviter may give this role: no proof is needed after acceptance
	InvitedBy  string
	State      string // open, accepted, withdrawn, expired
	Expires    time.Time
}

const invitationColumns = `id, kind, body, role, section, programmes, name, email, shared, lang, note, vouched, invited_by, state, expires_at`

func scanInvitation(rows *sql.Rows) (i Invitation, err error) {
	var expires db.Time
	err = rows.Scan(&i.ID, &i.Kind, &i.Body, &i.Role, &i.Section, &i.Programmes, &i.Name, &i.Email, &i.Shared, &i.Lang, &i.Note, &i.Vouched,
		&i.InvitedBy, &i.State, &expires)
	i.Expires = expires.Time
	return i, err
}

// Invite mails an invitation. Known people of the body invite colleagues, a branch invites bodies of its area, HQ anybody who applies, forwards
// or screens; see grants. A drafter may propose an approver of the own body: the hat then waits for proof. fault.Missing for bodies out of
// reach, fault.Refused for roles one may not give, fault.Invalid at the field.
func (s *Store) Invite(ctx context.Context, who Who, i Invitation) (Invitation, error) {
	i, _, err := s.invite(ctx, who, i, true)
	return i, err
}

// InviteListed is Invite for a row of a list that was looked at in a trial run: how many a person invites in an hour is not counted.
func (s *Store) InviteListed(ctx context.Context, who Who, i Invitation) (Invitation, error) {
	i, _, err := s.invite(ctx, who, i, false)
	return i, err
}

func (s *Store) invite(ctx context.Context, who Who, i Invitation, counted bool) (Invitation, string, error) {
	var wrong wrongs
	if err := wrong.add(s.mayInvite(ctx, who, &i)); err != nil {
		return i, "", err
	}
	if err := wrong.add(cleanInvitation(&i)); err != nil {
		return i, "", err
	}
	if len(wrong) > 0 {
		return i, "", wrong.err()
	}
	me, err := s.Person(ctx, who.Person)
	if err != nil && who.Person != System.Person {
		return i, "", err
	}
	if !i.Shared && i.Email == me.Email {
		return i, "", fault.At("email", "account.invite.self")
	}
	if counted && who.Person != System.Person {
		if err := s.take(ctx, limit{"invites:" + who.Person, 200, time.Minute, time.Hour, 24 * time.Hour}); err != nil {
			return i, "", err
		}
	}
	i.Kind, i.InvitedBy = "invite", who.Person
	return s.sendInvitation(ctx, who, i, me.Name)
}

func (s *Store) mayInvite(ctx context.Context, who Who, i *Invitation) error {
	if _, err := s.bodyName(ctx, i.Body); err != nil {
		return err
	}
	how, err := s.reach(ctx, who, i.Body)
	if err != nil {
		return err
	}
	if how == outOfReach {
		return fault.New(fault.Missing, "db.missing")
	}
	if who.Hat.OnBehalfOf != "" {
		return fault.New(fault.Refused, "account.refused.delegate")
	}
	if !fits(i.Role, i.Body) {
		return fault.At("role", "account.role.body")
	}
	i.Vouched = slices.Contains(grants(who.Hat.Role, how, kindOf(i.Body)), i.Role)
	proposes := how == own && who.Is(RoleStaff) && i.Role == RoleApprover
	if !i.Vouched && !proposes {
		return fault.New(fault.Refused, "account.refused.role")
	}
	return nil
}

func cleanInvitation(i *Invitation) error {
	var wrong wrongs
	name, err := cleanName(i.Name)
	if err := wrong.add(err); err != nil {
		return err
	}
	email, err := cleanEmail(i.Email)
	if err := wrong.add(err); err != nil {
		return err
	}
	i.Name, i.Email = name, email
	i.Section, i.Note = cleanLine(i.Section), cut(strings.TrimSpace(i.Note), 2000)
	i.Programmes = strings.Join(strings.Fields(cut(i.Programmes, 1000)), " ")
	if i.Lang != lang.EN {
		i.Lang = lang.JA
	}
	return wrong.err()
}

// sendInvitation stores the invitation and queues its mail in one transaction.
func (s *Store) sendInvitation(ctx context.Context, who Who, i Invitation, inviter string) (Invitation, string, error) {
	name, err := s.bodyName(ctx, i.Body)
	if err != nil {
		return i, "", err
	}
	token := newToken()
	i.ID, i.State, i.Expires = db.NewID("i"), "open", s.Now().Add(InvitationLasts)
	err = s.write(ctx, func(ctx context.Context, tx db.Q) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO invitations (token, created_at, `+invitationColumns+`)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`, digest(token), s.now(), i.ID, i.Kind, i.Body, string(i.Role),
			i.Section, i.Programmes, i.Name, i.Email, i.Shared, string(i.Lang), i.Note, i.Vouched, i.InvitedBy, i.State, db.At(i.Expires))
		if err != nil {
			return err
		}
		err = s.post(ctx, tx, Letter{To: i.Email, Lang: i.Lang, Template: "account-" + i.Kind, Values: map[string]string{
			"name": i.Name, "body": name.In(i.Lang), "role": lang.T(i.Lang, "account.role."+string(i.Role)), "inviter": inviter,
			"url": s.link(ctx, i.Lang, "/invite/"+token), "until": lang.Moment(i.Lang, i.Expires)}})
		if err != nil {
			return err
		}
		return s.note(ctx, tx, who, i.Kind+".sent", who.Person, "body", i.Body, "role", string(i.Role), "email", i.Email, "vouched", yes(i.Vouched))
	})
	return i, token, err
}

// Join asks for access to a body by oneself: an address gets a link to set up, and the hat waits until the branch has proven it. Only bodies of
// the register can be asked for. The answer is the same whoever asks.
func (s *Store) Join(ctx context.Context, i Invitation, from From) error {
	_, err := s.join(ctx, i, from)
	return err
}

func (s *Store) join(ctx context.Context, i Invitation, from From) (string, error) {
	if kindOf(i.Body) != "lg" {
		return "", fault.At("body", "account.join.body")
	}
	if _, err := s.bodyName(ctx, i.Body); fault.Is(err, fault.Missing) {
		return "", fault.At("body", "account.join.body")
	} else if err != nil {
		return "", err
	}
	var wrong wrongs
	if err := wrong.add(cleanInvitation(&i)); err != nil {
		return "", err
	}
	if i.Section == "" {
		wrong = append(wrong, fault.At("section", "account.join.section"))
	}
	if !fits(i.Role, i.Body) {
		wrong = append(wrong, fault.At("role", "account.role.body"))
	}
	if len(wrong) > 0 {
		return "", wrong.err()
	}
	if err := s.take(ctx, mailLimits(i.Email, limitAddress(from.Address))...); err != nil {
		return "", err
	}
	i.Kind, i.Vouched, i.InvitedBy = "join", false, ""
	_, token, err := s.sendInvitation(ctx, Who{From: from.Address}, i, "")
	return token, err
}

// Invitations lists the open invitations of a body; who may see its people may see them.
func (s *Store) Invitations(ctx context.Context, who Who, body string) ([]Invitation, error) {
	if how, err := s.reach(ctx, who, body); err != nil {
		return nil, err
	} else if how == outOfReach {
		return nil, fault.New(fault.Missing, "db.missing")
	}
	return db.List(ctx, s.DB.Read(), scanInvitation, `SELECT `+invitationColumns+` FROM invitations
		WHERE body = $1 AND state = 'open' AND expires_at > $2 ORDER BY created_at DESC LIMIT 200`, body, s.now())
}

// Withdraw makes the link of an open invitation worthless.
func (s *Store) Withdraw(ctx context.Context, who Who, id string) error {
	i, err := db.One(ctx, s.DB.Read(), scanInvitation, `SELECT `+invitationColumns+` FROM invitations WHERE id = $1`, id)
	if err != nil {
		return err
	}
	if how, err := s.reach(ctx, who, i.Body); err != nil {
		return err
	} else if how == outOfReach {
		return fault.New(fault.Missing, "db.missing")
	}
	return s.write(ctx, func(ctx context.Context, tx db.Q) error {
		n, err := db.Changed(ctx, tx, `UPDATE invitations SET state = 'withdrawn' WHERE id = $1 AND state = 'open'`, id)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.Missing, "db.missing")
		}
		return s.note(ctx, tx, who, "invite.withdrawn", who.Person, "body", i.Body, "email", i.Email)
	})
}

// Invited reads the invitation behind a link; fault.Missing when it was used, withdrawn or has expired.
func (s *Store) Invited(ctx context.Context, token string) (Invitation, error) {
	return s.invited(ctx, s.DB.Read(), token)
}

func (s *Store) invited(ctx context.Context, q db.Q, token string) (Invitation, error) {
	i, err := db.One(ctx, q, scanInvitation, `SELECT `+invitationColumns+` FROM invitations WHERE token = $1 AND state = 'open' AND expires_at > $2`,
		digest(token), s.now())
	if fault.Is(err, fault.Missing) {
		err = fault.New(fault.Missing, "account.invite.over")
	}
	return i, err
}

// Acceptance is what a new person enters behind an invitation link.
type Acceptance struct {
	Login, Name, Kana, Password string
	Division, Phone             string
	Lang                        lang.Tag
}

// Accept makes the invited person and signs them in. The hat is active when the inviter vouched, else proposed. The link is used up: of
// two who press at once one gets fault.Missing.
func (s *Store) Accept(ctx context.Context, token string, a Acceptance, from From) (SignedIn, Membership, error) {
	var in SignedIn
	var m Membership
	i, err := s.Invited(ctx, token)
	if err != nil {
		return in, m, err
	}
	login, err := cleanLogin(a.Login)
	var wrong wrongs
	_, name := cleanName(a.Name)
	_, phone := cleanPhone(a.Phone)
	for _, err := range []error{name, phone, err, checkPassword(a.Password, login)} {
		if err := wrong.add(err); err != nil {
			return in, m, err
		}
	}
	if len(wrong) > 0 {
		return in, m, wrong.err()
	}
	hash, err := s.hashing.hash(ctx, a.Password)
	if err != nil {
		return in, m, err
	}
	err = s.write(ctx, func(ctx context.Context, tx db.Q) error {
		sample := false // whom the demonstration's people invite belongs to it
		if inviter, err := personByID(ctx, tx, i.InvitedBy); err == nil {
			sample = inviter.Sample
		}
		in.Person, err = s.insertPerson(ctx, tx, NewPerson{Login: login, Name: a.Name, Kana: a.Kana, Division: a.Division, Phone: a.Phone, Email: i.Email, Shared: i.Shared, Lang: a.Lang, Sample: sample}, hash)
		if err != nil {
			return err
		}
		if m, err = s.useInvitation(ctx, tx, token, Who{Person: in.Person.ID, Name: in.Person.Name, From: from.Address}); err != nil {
			return err
		}
		in.Token, err = s.startSession(ctx, tx, in.Person, false, from)
		return err
	})
	return in, m, err
}

// AcceptAs adds the invited hat to a person who is signed in already. Nobody accepts an invitation they sent.
func (s *Store) AcceptAs(ctx context.Context, who Who, token string) (m Membership, err error) {
	err = s.write(ctx, func(ctx context.Context, tx db.Q) error {
		m, err = s.useInvitation(ctx, tx, token, who)
		return err
	})
	return m, err
}

func (s *Store) useInvitation(ctx context.Context, tx db.Q, token string, who Who) (Membership, error) {
	i, err := s.invited(ctx, tx, token)
	if err != nil {
		return Membership{}, err
	}
	if i.InvitedBy == who.Person {
		return Membership{}, fault.New(fault.Refused, "account.invite.self")
	}
	n, err := db.Changed(ctx, tx, `UPDATE invitations SET state = 'accepted', accepted_by = $1 WHERE id = $2 AND state = 'open'`, who.Person, i.ID)
	if err != nil {
		return Membership{}, err
	}
	if n == 0 {
		return Membership{}, fault.New(fault.Missing, "account.invite.over")
	}
	if err := s.stillMayInvite(ctx, tx, i); err != nil {
		return Membership{}, err
	}
	m := Membership{Person: who.Person, Role: i.Role, Body: i.Body, Section: i.Section, Programmes: i.Programmes, State: Proposed, InvitedBy: i.InvitedBy}
	if i.Vouched {
		m.State, m.ProvenBy = Active, i.InvitedBy
	}
	if p, err := personByID(ctx, tx, who.Person); err == nil {
		m.sample = p.Sample
	}
	if m, err = s.insertMembership(ctx, tx, m); err != nil {
		return m, err
	}
	if !i.Vouched {
		if err := s.openProof(ctx, tx, Proof{Kind: "membership", Person: who.Person, Membership: m.ID, Body: i.Body, Note: i.Note}); err != nil {
			return m, err
		}
	}
	return m, s.note(ctx, tx, who, i.Kind+".accepted", who.Person, "body", i.Body, "role", string(i.Role), "state", string(m.State))
}

// stillMayInvite: an invitation dies with the hat of the person who vouched.
func (s *Store) stillMayInvite(ctx context.Context, tx db.Q, i Invitation) error {
	if !i.Vouched || i.InvitedBy == System.Person {
		return nil
	}
	var n int
	err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM memberships m WHERE m.person = $2 AND `+validNow, s.now(), i.InvitedBy).Scan(&n)
	if err == nil && n == 0 {
		return fault.New(fault.Missing, "account.invite.over")
	}
	return err
}
