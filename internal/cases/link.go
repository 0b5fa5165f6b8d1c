package cases

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"strings"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/lang"
	"kakehashi/internal/mail"
	"kakehashi/internal/programme"
)

// linkTries is how often a link can be opened before it is worthless: enough to read it again, too few to be passed around.
const linkTries = 40

// sendLink mails somebody without an account the one link by which they answer; an earlier one ends.
func (d *draft) sendLink(x Party) error {
	token := rand.Text()
	until := d.now.AddDate(0, 0, d.Programme.Joint.LinkDays)
	var b db.Batch
	b.Add(`DELETE FROM consent_links WHERE case_id = $1 AND party = $2`, d.Case.ID, x.Key)
	b.Add(`INSERT INTO consent_links (token, case_id, party, until) VALUES ($1, $2, $3, $4)`, digestOf(token), d.Case.ID, x.Key, db.At(until))
	if _, err := b.Run(d.ctx, d.tx); err != nil {
		return err
	}
	values := d.mailValues(lang.JA, "applicant")
	values["url"], values["party"], values["until"] = d.URL("/consent/"+token), x.Name, lang.LongDay(lang.JA, day(until))
	return d.Store.Mail.Queue(d.ctx, d.tx, mail.Message{To: mail.Address{Address: x.Mail, Name: x.Contact, Lang: lang.JA}, Template: "joint_link",
		Lang: lang.JA, CaseID: d.Case.ID, Values: values, Secret: true})
}

func digestOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// Invited is what somebody without an account sees by their link: the project, who leads it, and their own part. Nothing else of the case.
type Invited struct {
	Programme *programme.Programme
	Lead      OrgRef
	Partner   Partner
	Until     time.Time
	token     string
	caseID    string
}

// Token is the word of the link itself.
func (in *Invited) Token() string { return in.token }

// ByLink opens a link. fault.Missing when it is unknown, over, used up, or the body is no longer asked.
func (s *Store) ByLink(ctx context.Context, token string) (*Invited, error) {
	if len(token) > 100 {
		return nil, fault.New(fault.Missing, "db.missing")
	}
	var in *Invited
	err := s.DB.InTx(ctx, func(ctx context.Context, tx db.Q) (err error) {
		n, err := db.Changed(ctx, tx, `UPDATE consent_links SET tries = tries + 1 WHERE token = $1 AND until > $2 AND tries < $3`,
			digestOf(token), db.At(s.now()), linkTries)
		if err == nil && n == 0 {
			err = fault.New(fault.Missing, "db.missing")
		}
		if err == nil {
			in, err = s.invited(ctx, tx, token)
		}
		return err
	})
	return in, err
}

func (s *Store) invited(ctx context.Context, q db.Q, token string) (*Invited, error) {
	type link struct {
		id, party string
		until     db.Time
	}
	l, err := db.One(ctx, q, func(r *sql.Rows) (x link, err error) { return x, r.Scan(&x.id, &x.party, &x.until) },
		`SELECT case_id, party, until FROM consent_links WHERE token = $1`, digestOf(token))
	if err != nil {
		return nil, err
	}
	c, p, err := s.load(ctx, q, System, l.id)
	if err != nil {
		return nil, err
	}
	x := c.partner(p, l.party)
	if x == nil || x.State == "" || c.Ended || c.Phase >= 3 {
		return nil, fault.New(fault.Missing, "db.missing")
	}
	return &Invited{Programme: p, Lead: c.Org, Partner: *x, Until: l.until.Time, token: token, caseID: l.id}, nil
}

// AnswerByLink records the answer of somebody without an account: name is who they say they are. seen are the terms they had before them.
func (s *Store) AnswerByLink(ctx context.Context, token, from, name, seen string, agree bool, reason string) (*Invited, error) {
	in, err := s.ByLink(ctx, token)
	if err != nil {
		return nil, err
	}
	if name = strings.TrimSpace(name); name == "" || len([]rune(name)) > 120 {
		return in, fault.At("name", "cases.joint.name")
	}
	who := account.Who{Name: name, From: from, Lang: lang.JA, Hat: account.Hat{Role: "guest", Body: "guest"}}
	_, err = s.change(ctx, System, in.caseID, func(d *draft) error {
		d.who = who
		x := d.Case.partner(d.Programme, in.Partner.Key)
		if x == nil {
			return fault.New(fault.Missing, "db.missing")
		}
		if agree {
			if x.Agrees() && x.Seen() == seen {
				return nil
			}
			return d.agree(x, seen, ByLink, name, nil)
		}
		if x.State == PartyRefused || x.State == PartyLeft {
			return nil
		}
		return d.refuse(x, reason, name, ByLink)
	})
	if err != nil {
		return in, err
	}
	return s.invited(ctx, s.DB.Read(), token)
}
