package account

import (
	"context"
	"time"

	"kakehashi/internal/db"
	"kakehashi/internal/fault"
)

// resetFor is how long the link of a password reset works.
const resetFor = time.Hour

// RequestReset mails a link to choose a new password to everybody whose sign-in name or address this is (a shared mailbox gets one link
// per person). Nothing tells the asker whether there was anybody; only fault.Busy comes back.
func (s *Store) RequestReset(ctx context.Context, login string, from From) error {
	login = cut(foldLogin(login), 254)
	if err := s.take(ctx, mailLimits(login, limitAddress(from.Address))...); err != nil {
		return err
	}
	people, err := db.List(ctx, s.DB.Read(), scanPerson, `SELECT `+personColumns+` FROM people WHERE login = $1 OR email = $1 LIMIT 20`, login)
	if err != nil {
		return err
	}
	return s.write(ctx, func(ctx context.Context, tx db.Q) error {
		for _, p := range people {
			if err := s.mailReset(ctx, tx, p, from); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Store) mailReset(ctx context.Context, tx db.Q, p Person, from From) error {
	token, err := s.startStep(ctx, tx, "reset", p.ID, "", resetFor)
	if err != nil {
		return err
	}
	err = s.post(ctx, tx, Letter{To: p.Email, Lang: p.Lang, Template: "account-reset",
		Values: map[string]string{"name": p.Name, "login": p.Login, "url": s.link(ctx, p.Lang, "/recover/"+token), "minutes": "60"}})
	if err != nil {
		return err
	}
	return s.note(ctx, tx, Who{From: from.Address}, "reset.asked", p.ID)
}

// ResetFor tells whose password a link may change; fault.Missing when it has run out or was used.
func (s *Store) ResetFor(ctx context.Context, token string) (Person, error) {
	person, _, err := s.step(ctx, s.DB.Read(), "reset", token)
	if err != nil {
		return Person{}, err
	}
	return s.Person(ctx, person)
}

// Reset sets a new password by the link that was mailed. All sessions end; the second factor, if there is one, is still asked for at
// the next sign-in.
func (s *Store) Reset(ctx context.Context, token, password string, from From) error {
	p, err := s.ResetFor(ctx, token)
	if err != nil {
		return err
	}
	if err := checkPassword(password, p.Login); err != nil {
		return err
	}
	err = s.write(ctx, func(ctx context.Context, tx db.Q) error {
		if err := s.endStep(ctx, tx, token); err != nil {
			return err
		}
		return forgive(ctx, tx, limit{key: "login:" + p.Login}, limit{key: "login:" + p.Email})
	})
	if err != nil {
		return err
	}
	return s.replacePassword(ctx, Who{Person: p.ID, Name: p.Name, From: from.Address}, "", password, "reset")
}

// RequestReproof asks a second person of the same body, or the branch, to vouch for somebody who lost the second factor. The right
// password has been given (pending). The request is seen by them under the proofs, and everything is written down.
func (s *Store) RequestReproof(ctx context.Context, pending, note string, from From) error {
	person, _, err := s.step(ctx, s.DB.Read(), "second", pending)
	if err != nil {
		return err
	}
	hats, err := hatsOf(ctx, s.DB.Read(), person, s.now())
	if err != nil {
		return err
	}
	if len(hats) == 0 {
		return fault.New(fault.Refused, "account.reproof.none")
	}
	who := Who{Person: person, From: from.Address}
	return s.write(ctx, func(ctx context.Context, tx db.Q) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM proofs WHERE kind = 'factor' AND person = $1 AND state = 'open'`, person); err != nil {
			return err
		}
		seen := map[string]bool{}
		for _, m := range hats {
			if m.Source != "" || seen[m.Body] {
				continue
			}
			seen[m.Body] = true
			if err := s.openProof(ctx, tx, Proof{Kind: "factor", Person: person, Membership: m.ID, Body: m.Body, Note: cut(note, 2000)}); err != nil {
				return err
			}
		}
		return s.note(ctx, tx, who, "reproof.asked", person)
	})
}

// Rescue is the command line's way back in, for an administrator who lost everything: it takes every second factor off and returns the token of
// a reset link (/recover/TOKEN). Only System may.
func (s *Store) Rescue(ctx context.Context, who Who, login string) (token string, err error) {
	if who.Person != System.Person {
		return "", fault.New(fault.Refused, "account.refused")
	}
	err = s.write(ctx, func(ctx context.Context, tx db.Q) error {
		p, err := db.One(ctx, tx, scanPerson, `SELECT `+personColumns+` FROM people WHERE login = $1`, foldLogin(login))
		if err != nil {
			return err
		}
		if err := s.dropFactors(ctx, tx, p.ID); err != nil {
			return err
		}
		if token, err = s.startStep(ctx, tx, "reset", p.ID, "", resetFor); err != nil {
			return err
		}
		return s.note(ctx, tx, who, "rescue", p.ID)
	})
	return token, err
}
