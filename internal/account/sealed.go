package account

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"kakehashi/internal/db"
)

// Authenticator secrets are kept sealed with AES-256-GCM under Config.Key, bound to their person: a copied database opens no second factor.
// A sealed text starts with this mark, which no Base32 secret can.
const sealedMark = "sealed:1:"

// seal closes an authenticator secret of a person; "" stays "". Without a key (tests of other areas) it is kept as it is.
func (s *Store) seal(person, secret string) (string, error) {
	if secret == "" || len(s.Key) == 0 {
		return secret, nil
	}
	box, err := s.box()
	if err != nil {
		return "", err
	}
	nonce := make([]byte, box.NonceSize())
	rand.Read(nonce)
	return sealedMark + base64.RawStdEncoding.EncodeToString(box.Seal(nonce, nonce, []byte(secret), []byte(person))), nil
}

// unseal opens what seal closed; a secret from before sealing is returned as it is.
func (s *Store) unseal(person, text string) (string, error) {
	inside, sealed := strings.CutPrefix(text, sealedMark)
	if !sealed {
		return text, nil
	}
	box, err := s.box()
	if err != nil {
		return "", err
	}
	raw, err := base64.RawStdEncoding.DecodeString(inside)
	if err != nil || len(raw) < box.NonceSize() {
		return "", fmt.Errorf("authenticator of %s: the stored text is damaged", person)
	}
	plain, err := box.Open(nil, raw[:box.NonceSize()], raw[box.NonceSize():], []byte(person))
	if err != nil {
		return "", fmt.Errorf("authenticator of %s: not sealed with this installation's key: %w", person, err)
	}
	return string(plain), nil
}

func (s *Store) box() (cipher.AEAD, error) {
	if len(s.Key) != 32 {
		return nil, errors.New("the key for authenticators is not 32 bytes")
	}
	block, err := aes.NewCipher(s.Key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// SealSecrets seals the authenticator secrets that were stored before there was a key. Called at every start; it changes nothing the second
// time.
func (s *Store) SealSecrets(ctx context.Context) error {
	type row struct{ id, on, begun string }
	return s.write(ctx, func(ctx context.Context, tx db.Q) error {
		list, err := db.List(ctx, tx, func(rows *sql.Rows) (r row, err error) {
			return r, rows.Scan(&r.id, &r.on, &r.begun)
		}, `SELECT id, totp, totp_new FROM people WHERE totp <> '' AND totp NOT LIKE 'sealed:%' OR totp_new <> '' AND totp_new NOT LIKE 'sealed:%'`)
		if err != nil {
			return err
		}
		for _, r := range list {
			for _, text := range []*string{&r.on, &r.begun} {
				if !strings.HasPrefix(*text, sealedMark) {
					if *text, err = s.seal(r.id, *text); err != nil {
						return err
					}
				}
			}
			if _, err := tx.ExecContext(ctx, `UPDATE people SET totp = $1, totp_new = $2 WHERE id = $3`, r.on, r.begun, r.id); err != nil {
				return fmt.Errorf("seal the authenticator of %s: %w", r.id, err)
			}
		}
		return nil
	})
}
