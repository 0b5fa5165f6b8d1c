package account

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"time"

	"kakehashi/internal/db"
	"kakehashi/internal/fault"
)

// Stash is a form that was posted when the session had ended. It is kept sealed; the key is only in the browser's cookie, so neither
// the database nor another browser can read it. After sign-in the person sends it again with one button.
type Stash struct {
	Method string              `json:"method"`
	Path   string              `json:"path"` // with query
	Form   map[string][]string `json:"form"`
	Person string              `json:"person"` // who the lost session belonged to, "" unknown
}

const (
	stashLasts = 24 * time.Hour
	// StashMost is the largest form that is kept, in bytes of its JSON.
	StashMost = 2 << 20
)

// KeepStash seals a form and returns the token for the cookie. fault.Invalid when it is too large.
func (s *Store) KeepStash(ctx context.Context, x Stash) (string, error) {
	plain, err := json.Marshal(x)
	if err != nil {
		return "", err
	}
	if len(plain) > StashMost {
		return "", fault.New(fault.Invalid, "account.stash.large")
	}
	token := newToken()
	seal, err := sealer(token)
	if err != nil {
		return "", err
	}
	nonce := make([]byte, seal.NonceSize())
	rand.Read(nonce)
	sealed := seal.Seal(nonce, nonce, plain, nil)
	return token, s.write(ctx, func(ctx context.Context, tx db.Q) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO stashes (id, sealed, expires_at) VALUES ($1, $2, $3)`, digest(token), sealed, db.At(s.Now().Add(stashLasts)))
		return err
	})
}

// ReadStash opens the form behind a token; fault.Missing when there is none any more.
func (s *Store) ReadStash(ctx context.Context, token string) (x Stash, err error) {
	var sealed []byte
	err = s.DB.Read().QueryRowContext(ctx, `SELECT sealed FROM stashes WHERE id = $1 AND expires_at > $2`, digest(token), s.now()).Scan(&sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return x, fault.New(fault.Missing, "account.stash.over")
	}
	if err != nil {
		return x, err
	}
	seal, err := sealer(token)
	if err != nil {
		return x, err
	}
	n := seal.NonceSize()
	if len(sealed) < n {
		return x, fault.New(fault.Missing, "account.stash.over")
	}
	plain, err := seal.Open(nil, sealed[:n], sealed[n:], nil)
	if err != nil {
		return x, fault.New(fault.Missing, "account.stash.over")
	}
	return x, json.Unmarshal(plain, &x)
}

// DropStash forgets a form, after it was sent again or given up.
func (s *Store) DropStash(ctx context.Context, token string) error {
	return s.write(ctx, func(ctx context.Context, tx db.Q) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM stashes WHERE id = $1`, digest(token))
		return err
	})
}

func sealer(token string) (cipher.AEAD, error) {
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(raw) != 32 {
		return nil, fault.New(fault.Missing, "account.stash.over")
	}
	key := sha256.Sum256(append([]byte("stash key "), raw...))
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}
