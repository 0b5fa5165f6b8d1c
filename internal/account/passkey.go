package account

import (
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"kakehashi/internal/db"
	"kakehashi/internal/fault"
)

// Passkey is a key pair on a person's device or security key (WebAuthn, discoverable). It signs in without a password.
type Passkey struct {
	ID      string
	Name    string
	Created time.Time
	Used    time.Time
}

// ceremonyFor is how long a browser may take to answer a passkey challenge.
const ceremonyFor = 5 * time.Minute

// Passkeys lists a person's passkeys.
func (s *Store) Passkeys(ctx context.Context, person string) ([]Passkey, error) {
	return db.List(ctx, s.DB.Read(), func(rows *sql.Rows) (k Passkey, err error) {
		var created, used db.Time
		err = rows.Scan(&k.ID, &k.Name, &created, &used)
		k.Created, k.Used = created.Time, used.Time
		return k, err
	}, `SELECT id, name, created_at, used_at FROM passkeys WHERE person = $1 ORDER BY created_at`, person)
}

// holder is a person as the WebAuthn library wants to see one.
type holder struct {
	Person
	keys []webauthn.Credential
}

func (h holder) WebAuthnID() []byte                         { return []byte(h.ID) }
func (h holder) WebAuthnName() string                       { return h.Login }
func (h holder) WebAuthnDisplayName() string                { return h.Name }
func (h holder) WebAuthnCredentials() []webauthn.Credential { return h.keys }

func (s *Store) holder(ctx context.Context, person string) (holder, error) {
	p, err := s.Person(ctx, person)
	if err != nil {
		return holder{}, err
	}
	keys, err := db.List(ctx, s.DB.Read(), func(rows *sql.Rows) (c webauthn.Credential, err error) {
		var text string
		if err := rows.Scan(&text); err != nil {
			return c, err
		}
		return c, json.Unmarshal([]byte(text), &c)
	}, `SELECT credential FROM passkeys WHERE person = $1`, person)
	return holder{p, keys}, err
}

// relying makes the relying party of the origin ("https://host[:port]") that the browser sees.
func relying(origin, name string) (*webauthn.WebAuthn, error) {
	u, err := url.Parse(origin)
	if err != nil || u.Hostname() == "" {
		return nil, fmt.Errorf("passkey: origin %q", origin)
	}
	return webauthn.New(&webauthn.Config{RPID: u.Hostname(), RPDisplayName: name, RPOrigins: []string{u.Scheme + "://" + u.Host}})
}

// BeginPasskey starts making a passkey for the signed-in person: options is the JSON for navigator.credentials.create, token finds the ceremony
// again.
func (s *Store) BeginPasskey(ctx context.Context, who Who, origin string) (options []byte, token string, err error) {
	tenant, err := s.Tenant(ctx)
	if err != nil {
		return nil, "", err
	}
	rp, err := relying(origin, tenant.Name.In(who.Lang))
	if err != nil {
		return nil, "", err
	}
	h, err := s.holder(ctx, who.Person)
	if err != nil {
		return nil, "", err
	}
	known := make([]protocol.CredentialDescriptor, len(h.keys))
	for i, k := range h.keys {
		known[i] = k.Descriptor()
	}
	creation, session, err := rp.BeginRegistration(h, webauthn.WithExclusions(known), webauthn.WithAuthenticatorSelection(protocol.AuthenticatorSelection{
		ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired(), UserVerification: protocol.VerificationRequired}))
	if err != nil {
		return nil, "", fmt.Errorf("passkey: %w", err)
	}
	return s.ceremony(ctx, "passkey.add", who.Person, creation, session)
}

func (s *Store) ceremony(ctx context.Context, kind, person string, options, session any) ([]byte, string, error) {
	out, err := json.Marshal(options)
	if err != nil {
		return nil, "", err
	}
	data, err := json.Marshal(session)
	if err != nil {
		return nil, "", err
	}
	var token string
	err = s.write(ctx, func(ctx context.Context, tx db.Q) error {
		token, err = s.startStep(ctx, tx, kind, person, string(data), ceremonyFor)
		return err
	})
	return out, token, err
}

// AddPasskey finishes making a passkey with what the browser answered (JSON). fault.Invalid when it does not fit.
func (s *Store) AddPasskey(ctx context.Context, who Who, origin, token, name string, answer []byte) error {
	person, data, err := s.step(ctx, s.DB.Read(), "passkey.add", token)
	if err != nil {
		return err
	}
	if person != who.Person {
		return fault.New(fault.Missing, "account.step.over")
	}
	credential, err := s.created(ctx, person, origin, data, answer)
	if err != nil {
		return err
	}
	text, err := json.Marshal(credential)
	if err != nil {
		return err
	}
	if name = cleanLine(name); name == "" {
		name = "passkey"
	}
	return s.write(ctx, func(ctx context.Context, tx db.Q) error {
		if err := s.endStep(ctx, tx, token); err != nil {
			return err
		}
		n, err := db.Changed(ctx, tx, `INSERT INTO passkeys (id, person, name, credential, created_at, used_at) VALUES ($1, $2, $3, $4, $5, $5) ON CONFLICT (id) DO NOTHING`,
			keyID(credential.ID), person, name, string(text), s.now())
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.Invalid, "account.passkey.wrong")
		}
		return s.note(ctx, tx, who, "passkey.added", person, "name", name)
	})
}

func (s *Store) created(ctx context.Context, person, origin, data string, answer []byte) (*webauthn.Credential, error) {
	var session webauthn.SessionData
	if err := json.Unmarshal([]byte(data), &session); err != nil {
		return nil, err
	}
	rp, err := relying(origin, "Kakehashi")
	if err != nil {
		return nil, err
	}
	h, err := s.holder(ctx, person)
	if err != nil {
		return nil, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return nil, fault.New(fault.Invalid, "account.passkey.wrong")
	}
	credential, err := rp.CreateCredential(h, session, parsed)
	if err != nil {
		return nil, fault.New(fault.Invalid, "account.passkey.wrong")
	}
	return credential, nil
}

func keyID(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

// EndPasskey removes one of the person's passkeys.
func (s *Store) EndPasskey(ctx context.Context, who Who, id string) error {
	return s.write(ctx, func(ctx context.Context, tx db.Q) error {
		n, err := db.Changed(ctx, tx, `DELETE FROM passkeys WHERE id = $1 AND person = $2`, id, who.Person)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.Missing, "db.missing")
		}
		return s.note(ctx, tx, who, "passkey.removed", who.Person)
	})
}

// BeginPasskeySignIn starts a sign-in in which the browser says who it is: options is the JSON for navigator.credentials.get.
func (s *Store) BeginPasskeySignIn(ctx context.Context, origin string, from From) (options []byte, token string, err error) {
	if err := s.take(ctx, limit{"ceremony:" + limitAddress(from.Address), 300, 10 * time.Second, 10 * time.Minute, time.Hour}); err != nil {
		return nil, "", err
	}
	rp, err := relying(origin, "Kakehashi")
	if err != nil {
		return nil, "", err
	}
	assertion, session, err := rp.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return nil, "", fmt.Errorf("passkey: %w", err)
	}
	return s.ceremony(ctx, "passkey.signin", "", assertion, session)
}

// SignInWithPasskey finishes it. pending, when given, is the wait for a second factor that the passkey answers; the passkey must then
// be the same person's.
func (s *Store) SignInWithPasskey(ctx context.Context, origin, token, pending string, answer []byte, from From) (SignedIn, error) {
	var in SignedIn
	_, data, err := s.step(ctx, s.DB.Read(), "passkey.signin", token)
	if err != nil {
		return in, err
	}
	h, credential, err := s.asserted(ctx, origin, data, answer)
	if err != nil {
		return in, s.passkeyFailed(ctx, h.Person, from, err)
	}
	if pending != "" {
		if person, _, err := s.step(ctx, s.DB.Read(), "second", pending); err != nil || person != h.ID {
			return in, s.passkeyFailed(ctx, h.Person, from, fault.New(fault.Invalid, "account.passkey.wrong"))
		}
	}
	text, err := json.Marshal(credential)
	if err != nil {
		return in, err
	}
	in.Person = h.Person
	err = s.write(ctx, func(ctx context.Context, tx db.Q) error {
		if err := s.endStep(ctx, tx, token); err != nil {
			return err
		}
		if pending != "" {
			if err := s.endStep(ctx, tx, pending); err != nil {
				return err
			}
		}
		n, err := db.Changed(ctx, tx, `UPDATE passkeys SET credential = $1, used_at = $2 WHERE id = $3 AND person = $4`, string(text), s.now(), keyID(credential.ID), h.ID)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.Invalid, "account.passkey.wrong")
		}
		in.Token, err = s.startSession(ctx, tx, h.Person, true, from)
		return err
	})
	return in, err
}

func (s *Store) asserted(ctx context.Context, origin, data string, answer []byte) (holder, *webauthn.Credential, error) {
	var h holder
	var session webauthn.SessionData
	if err := json.Unmarshal([]byte(data), &session); err != nil {
		return h, nil, err
	}
	rp, err := relying(origin, "Kakehashi")
	if err != nil {
		return h, nil, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return h, nil, fault.New(fault.Invalid, "account.passkey.wrong")
	}
	find := func(_, handle []byte) (webauthn.User, error) {
		h, err = s.holder(ctx, cut(string(handle), 100))
		return h, err
	}
	_, credential, err := rp.ValidatePasskeyLogin(find, session, parsed)
	if err != nil || credential.Authenticator.CloneWarning {
		return h, nil, errors.Join(fault.New(fault.Invalid, "account.passkey.wrong"), err)
	}
	return h, credential, nil
}

func (s *Store) passkeyFailed(ctx context.Context, p Person, from From, cause error) error {
	if fault.Of(cause) == nil {
		return cause
	}
	err := s.write(ctx, func(ctx context.Context, tx db.Q) error {
		return s.note(ctx, tx, Who{From: from.Address}, "signin.failed", p.ID, "how", "passkey")
	})
	if err != nil {
		return err
	}
	return fault.New(fault.Invalid, "account.passkey.wrong")
}
