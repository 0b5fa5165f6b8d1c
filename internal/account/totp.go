package account

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/url"
	"strings"
	"time"

	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
)

// One-time codes of an authenticator application: RFC 6238 with SHA-1, six digits, 30 seconds, and a clock that may be one step off.
// A step once used is never accepted again.
const totpStep = 30

var secretText = base32.StdEncoding.WithPadding(base32.NoPadding)

// totpAt is the code of a secret at one step.
func totpAt(secret []byte, step int64) string {
	mac := hmac.New(sha1.New, secret)
	var counter [8]byte
	binary.BigEndian.PutUint64(counter[:], uint64(step))
	mac.Write(counter[:])
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 15
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[at:at+4])&0x7fffffff%1000000)
}

// totpMatch finds the step, later than last, whose code was typed.
func totpMatch(secretBase32, code string, now time.Time, last int64) (step int64, ok bool) {
	secret, err := secretText.DecodeString(secretBase32)
	if err != nil || len(secret) == 0 {
		return 0, false
	}
	here := now.Unix() / totpStep
	for step := here - 1; step <= here+1; step++ {
		if subtle.ConstantTimeCompare([]byte(totpAt(secret, step)), []byte(code)) == 1 && step > last {
			return step, true
		}
	}
	return 0, false
}

// typedCode is a code as people type it: full width, with blanks or hyphens.
func typedCode(code string) string {
	return strings.NewReplacer(" ", "", "-", "", "\u3000", "").Replace(jp.FoldID(strings.TrimSpace(code)))
}

// Enrolment is a new authenticator secret that the person has yet to confirm with a code.
type Enrolment struct {
	Secret string // Base32, to be typed
	URI    string // otpauth://…, to be shown as a QR code
}

// BeginTOTP returns the secret to be put into an authenticator application. It counts only after ConfirmTOTP; asked again before that it
// returns the same secret, so that a reloaded page does not spoil a scanned code.
func (s *Store) BeginTOTP(ctx context.Context, who Who) (Enrolment, error) {
	var secret string
	err := s.write(ctx, func(ctx context.Context, tx db.Q) error {
		if err := tx.QueryRowContext(ctx, `SELECT totp_new FROM people WHERE id = $1`, who.Person).Scan(&secret); err != nil {
			return err
		}
		var err error
		if secret, err = s.unseal(who.Person, secret); err != nil || secret != "" {
			return err
		}
		b := make([]byte, 20)
		rand.Read(b)
		secret = secretText.EncodeToString(b)
		kept, err := s.seal(who.Person, secret)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE people SET totp_new = $1 WHERE id = $2`, kept, who.Person)
		return err
	})
	if err != nil {
		return Enrolment{}, fmt.Errorf("enrol %s: %w", who.Person, err)
	}
	p, err := s.Person(ctx, who.Person)
	if err != nil {
		return Enrolment{}, err
	}
	tenant, err := s.Tenant(ctx)
	if err != nil {
		return Enrolment{}, err
	}
	issuer := tenant.Name.In(p.Lang)
	uri := "otpauth://totp/" + url.PathEscape(issuer+":"+p.Login) + "?secret=" + secret + "&issuer=" + url.QueryEscape(issuer)
	return Enrolment{Secret: secret, URI: uri}, nil
}

// ConfirmTOTP turns the authenticator on. fault.Invalid at "code" when the code is not the secret's. A person without recovery codes is
// given ten; they are returned once.
func (s *Store) ConfirmTOTP(ctx context.Context, who Who, code string) (codes []string, err error) {
	if err := s.take(ctx, factorLimit(who.Person)); err != nil {
		return nil, err
	}
	err = s.write(ctx, func(ctx context.Context, tx db.Q) error {
		var secret string
		if err := tx.QueryRowContext(ctx, `SELECT totp_new FROM people WHERE id = $1`, who.Person).Scan(&secret); err != nil {
			return err
		}
		secret, err := s.unseal(who.Person, secret)
		if err != nil {
			return err
		}
		step, ok := totpMatch(secret, typedCode(code), s.Now(), 0)
		if !ok {
			return fault.At("code", "account.totp.wrong")
		}
		_, err = tx.ExecContext(ctx, `UPDATE people SET totp = totp_new, totp_new = '', totp_step = $1 WHERE id = $2`, step, who.Person)
		if err != nil {
			return err
		}
		if err := forgive(ctx, tx, factorLimit(who.Person)); err != nil {
			return err
		}
		if codes, err = ensureCodes(ctx, tx, who.Person); err != nil {
			return err
		}
		return s.note(ctx, tx, who, "totp.on", who.Person)
	})
	return codes, err
}

// EndTOTP turns the authenticator off.
func (s *Store) EndTOTP(ctx context.Context, who Who) error {
	return s.write(ctx, func(ctx context.Context, tx db.Q) error {
		if _, err := tx.ExecContext(ctx, `UPDATE people SET totp = '', totp_new = '' WHERE id = $1`, who.Person); err != nil {
			return err
		}
		return s.note(ctx, tx, who, "totp.off", who.Person)
	})
}

// useTOTP accepts a code once: two requests with the same code at the same moment give one success.
func (s *Store) useTOTP(ctx context.Context, tx db.Q, person, code string) (bool, error) {
	var secret string
	var last int64
	if err := tx.QueryRowContext(ctx, `SELECT totp, totp_step FROM people WHERE id = $1`, person).Scan(&secret, &last); err != nil {
		return false, err
	}
	secret, err := s.unseal(person, secret)
	if err != nil {
		return false, err
	}
	step, ok := totpMatch(secret, code, s.Now(), last)
	if !ok {
		return false, nil
	}
	n, err := db.Changed(ctx, tx, `UPDATE people SET totp_step = $1 WHERE id = $2 AND totp_step < $1`, step, person)
	return n == 1, err
}

// TOTP is the code an authenticator application shows for a Base32 secret at a moment; "" for no secret. Tests and the demonstration sign in
// with it.
func TOTP(secretBase32 string, at time.Time) string {
	secret, err := secretText.DecodeString(secretBase32)
	if err != nil || len(secret) == 0 {
		return ""
	}
	return totpAt(secret, at.Unix()/totpStep)
}
