package account

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"time"

	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
)

// Credentials are what the sign-in page asks for. Login is a sign-in name, or an address; where several people share the address,
// Name tells which of them it is.
type Credentials struct {
	Login    string
	Name     string
	Password string
}

// SignedIn is the outcome of a step of signing in: either a session, or a pending second factor.
type SignedIn struct {
	Person  Person
	Token   string // the session token, "" while the second factor is awaited
	Pending string // the token of the awaited second factor
	TOTP    bool   // ways to give it
	Passkey bool
	Codes   bool
}

// pendingFor is how long a right password waits for its second factor.
const pendingFor = 10 * time.Minute

// Authenticate checks a password. fault.Busy after too many tries, with the minutes to wait; fault.Invalid with the same words
// whether the name is unknown or the password wrong.
func (s *Store) Authenticate(ctx context.Context, c Credentials, from From) (SignedIn, error) {
	login := cut(foldLogin(c.Login), 254)
	limits := signInLimits(login, limitAddress(from.Address))
	if err := s.take(ctx, limits...); err != nil {
		return SignedIn{}, err
	}
	p, hash, err := s.candidate(ctx, login, c.Name)
	if err != nil {
		return SignedIn{}, err
	}
	ok, err := s.hashing.matches(ctx, hash, cut(c.Password, 4*PasswordMax))
	if err != nil {
		return SignedIn{}, err
	}
	if !ok {
		return SignedIn{}, s.failed(ctx, p, login, from, "password")
	}
	return s.passed(ctx, p, from, limits)
}

// candidate finds the one person the credentials can mean; the zero Person when there is none or more than one.
func (s *Store) candidate(ctx context.Context, login, name string) (Person, string, error) {
	type found struct {
		Person
		hash string
	}
	list, err := db.List(ctx, s.DB.Read(), func(rows *sql.Rows) (f found, err error) {
		return f, rows.Scan(append(f.fields(), &f.hash)...)
	}, `SELECT `+personColumns+`, password FROM people WHERE login = $1 OR email = $1 LIMIT 50`, login)
	if err != nil {
		return Person{}, "", err
	}
	if want := bareName(name); want != "" && len(list) > 1 {
		list = slices.DeleteFunc(list, func(f found) bool { return bareName(f.Name) != want })
	}
	if len(list) != 1 {
		return Person{}, "", nil
	}
	return list[0].Person, list[0].hash, nil
}

func bareName(name string) string { return strings.Join(strings.Fields(jp.NFC(name)), "") }

// failed writes the failure down and answers with words that tell nothing.
func (s *Store) failed(ctx context.Context, p Person, login string, from From, how string) error {
	err := s.write(ctx, func(ctx context.Context, tx db.Q) error {
		return s.note(ctx, tx, Who{From: from.Address}, "signin.failed", p.ID, "login", login, "how", how)
	})
	if err != nil {
		return err
	}
	return fault.At("login", "account.signin.wrong")
}

// passed opens a session, or a wait for the second factor.
func (s *Store) passed(ctx context.Context, p Person, from From, limits []limit) (SignedIn, error) {
	in := SignedIn{Person: p}
	keys, err := s.Passkeys(ctx, p.ID)
	if err != nil {
		return in, err
	}
	codes, err := s.CodesLeft(ctx, p.ID)
	if err != nil {
		return in, err
	}
	in.TOTP, in.Passkey = p.HasTOTP, len(keys) > 0
	in.Codes = codes > 0
	err = s.write(ctx, func(ctx context.Context, tx db.Q) error {
		if err := forgive(ctx, tx, limits...); err != nil {
			return err
		}
		if !in.TOTP && !in.Passkey {
			in.Token, err = s.startSession(ctx, tx, p, false, from)
			return err
		}
		in.Pending, err = s.startStep(ctx, tx, "second", p.ID, "", pendingFor)
		return err
	})
	return in, err
}

// Pending tells whose second factor a token waits for; fault.Missing when it has run out.
func (s *Store) Pending(ctx context.Context, token string) (SignedIn, error) {
	person, _, err := s.step(ctx, s.DB.Read(), "second", token)
	if err != nil {
		return SignedIn{}, err
	}
	p, err := s.Person(ctx, person)
	if err != nil {
		return SignedIn{}, err
	}
	keys, err := s.Passkeys(ctx, p.ID)
	if err != nil {
		return SignedIn{}, err
	}
	codes, err := s.CodesLeft(ctx, p.ID)
	return SignedIn{Person: p, Pending: token, TOTP: p.HasTOTP, Passkey: len(keys) > 0, Codes: codes > 0}, err
}

// Second finishes a sign-in with a code of the authenticator or a recovery code. fault.Missing: the wait has run out, start again;
// fault.Busy: too many tries; fault.Invalid at "code": wrong, or used before.
func (s *Store) Second(ctx context.Context, pending, code string, from From) (SignedIn, error) {
	in, err := s.Pending(ctx, pending)
	if err != nil {
		return in, err
	}
	p := in.Person
	if err := s.take(ctx, factorLimit(p.ID)); err != nil {
		return in, err
	}
	accepted := false
	err = s.write(ctx, func(ctx context.Context, tx db.Q) error {
		code, how := typedCode(code), "totp"
		ok, err := s.useTOTP(ctx, tx, p.ID, code)
		if err == nil && !ok {
			how = "code"
			ok, err = useCode(ctx, tx, p.ID, code)
		}
		if err != nil {
			return err
		}
		if accepted = ok; !ok {
			return s.note(ctx, tx, Who{From: from.Address}, "signin.failed", p.ID, "how", "second")
		}
		if err := s.endStep(ctx, tx, pending); err != nil {
			return err
		}
		if how == "code" {
			if err := s.note(ctx, tx, Who{Person: p.ID, Name: p.Name, From: from.Address}, "code.used", p.ID); err != nil {
				return err
			}
		}
		if err := forgive(ctx, tx, factorLimit(p.ID)); err != nil {
			return err
		}
		in.Token, err = s.startSession(ctx, tx, p, true, from)
		return err
	})
	if err == nil && !accepted {
		return in, fault.At("code", "account.code.wrong")
	}
	return in, err
}

// startStep keeps something between two requests; the token returned finds it again.
func (s *Store) startStep(ctx context.Context, tx db.Q, kind, person, data string, lasts time.Duration) (string, error) {
	token := newToken()
	_, err := tx.ExecContext(ctx, `INSERT INTO account_steps (token, kind, person, data, expires_at) VALUES ($1, $2, $3, $4, $5)`,
		digest(token), kind, person, data, db.At(s.Now().Add(lasts)))
	return token, err
}

// step reads a kept step; fault.Missing when it has run out, was used or is of another kind.
func (s *Store) step(ctx context.Context, q db.Q, kind, token string) (person, data string, err error) {
	err = q.QueryRowContext(ctx, `SELECT person, data FROM account_steps WHERE token = $1 AND kind = $2 AND expires_at > $3`,
		digest(token), kind, s.now()).Scan(&person, &data)
	if errors.Is(err, sql.ErrNoRows) {
		err = fault.New(fault.Missing, "account.step.over")
	}
	return person, data, err
}

// endStep uses a step up: of two requests with the same token one succeeds, the other is fault.Missing.
func (s *Store) endStep(ctx context.Context, tx db.Q, token string) error {
	n, err := db.Changed(ctx, tx, `DELETE FROM account_steps WHERE token = $1`, digest(token))
	if err == nil && n == 0 {
		err = fault.New(fault.Missing, "account.step.over")
	}
	return err
}
