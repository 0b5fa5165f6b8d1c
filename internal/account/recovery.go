package account

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"strings"

	"kakehashi/internal/db"
)

// Recovery codes stand in for a lost second factor: ten, printed on paper, each good once. 80 random bits each, so a plain digest
// is enough to keep.
const recoveryCodes = 10

var recoveryText = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// NewCodes makes ten new recovery codes ("k3f9-x2m1-77ab-pq0z") and ends the old ones. They can be shown only now.
func (s *Store) NewCodes(ctx context.Context, who Who) (codes []string, err error) {
	err = s.write(ctx, func(ctx context.Context, tx db.Q) error {
		if codes, err = makeCodes(ctx, tx, who.Person); err != nil {
			return err
		}
		return s.note(ctx, tx, who, "codes.new", who.Person)
	})
	return codes, err
}

// CodesLeft counts the unused recovery codes.
func (s *Store) CodesLeft(ctx context.Context, person string) (int, error) {
	return codesLeft(ctx, s.DB.Read(), person)
}

func codesLeft(ctx context.Context, q db.Q, person string) (n int, err error) {
	err = q.QueryRowContext(ctx, `SELECT COUNT(*) FROM recovery_codes WHERE person = $1 AND used = FALSE`, person).Scan(&n)
	return n, err
}

func ensureCodes(ctx context.Context, tx db.Q, person string) ([]string, error) {
	if n, err := codesLeft(ctx, tx, person); err != nil || n > 0 {
		return nil, err
	}
	return makeCodes(ctx, tx, person)
}

func makeCodes(ctx context.Context, tx db.Q, person string) ([]string, error) {
	if _, err := tx.ExecContext(ctx, `DELETE FROM recovery_codes WHERE person = $1`, person); err != nil {
		return nil, err
	}
	codes := make([]string, recoveryCodes)
	for i := range codes {
		var b [10]byte
		rand.Read(b[:])
		t := recoveryText.EncodeToString(b[:])
		codes[i] = t[:4] + "-" + t[4:8] + "-" + t[8:12] + "-" + t[12:]
		_, err := tx.ExecContext(ctx, `INSERT INTO recovery_codes (person, code) VALUES ($1, $2)`, person, digest(t))
		if err != nil {
			return nil, err
		}
	}
	return codes, nil
}

// useCode accepts a recovery code once. Letters that look like digits are read as digits.
func useCode(ctx context.Context, tx db.Q, person, typed string) (bool, error) {
	plain := strings.NewReplacer("o", "0", "i", "1", "l", "1").Replace(strings.ToLower(typedCode(typed)))
	n, err := db.Changed(ctx, tx, `UPDATE recovery_codes SET used = TRUE WHERE person = $1 AND code = $2 AND used = FALSE`, person, digest(plain))
	return n == 1, err
}
