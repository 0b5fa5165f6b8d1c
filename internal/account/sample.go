package account

import (
	"context"
	"fmt"

	"kakehashi/internal/db"
)

// samplePeople are the people of the demonstration.
const samplePeople = `(SELECT id FROM people WHERE sample = TRUE)`

// WipeSamples removes the people of the demonstration (見本データ) with everything that hangs on them, and their own chain of the journal. The
// caller's transaction wipes the rest of the demonstration.
func (s *Store) WipeSamples(ctx context.Context, tx db.Q) error {
	db.Ended(ctx, s.kept.Forget)
	for _, query := range []string{
		`DELETE FROM settings WHERE key LIKE 'body/%' AND changed_by IN ` + samplePeople,
		`DELETE FROM invitations WHERE invited_by IN ` + samplePeople + ` OR accepted_by IN ` + samplePeople,
		`DELETE FROM account_steps WHERE person IN ` + samplePeople,
		`DELETE FROM handovers WHERE from_person IN ` + samplePeople + ` OR to_person IN ` + samplePeople,
		`DELETE FROM feed_tokens WHERE person IN ` + samplePeople,
		`DELETE FROM data_requests WHERE person IN ` + samplePeople,
		`DELETE FROM proofs WHERE person IN ` + samplePeople,
		`DELETE FROM passkeys WHERE person IN ` + samplePeople,
		`DELETE FROM recovery_codes WHERE person IN ` + samplePeople,
		`DELETE FROM sessions WHERE person IN ` + samplePeople,
		`DELETE FROM memberships WHERE person IN ` + samplePeople + ` OR behalf IN ` + samplePeople,
		`DELETE FROM people WHERE sample = TRUE`,
		`DELETE FROM account_journal WHERE chain = 'sample'`,
		`UPDATE account_chains SET seq = 0, hash = '' WHERE chain = 'sample'`,
	} {
		if _, err := tx.ExecContext(ctx, query); err != nil {
			return fmt.Errorf("wipe sample people: %w", err)
		}
	}
	return nil
}

// HasSample reports whether people of the demonstration are present.
func (s *Store) HasSample(ctx context.Context) (bool, error) {
	var n int
	err := s.DB.Read().QueryRowContext(ctx, `SELECT COUNT(*) FROM (SELECT 1 FROM people WHERE sample = TRUE LIMIT 1) x`).Scan(&n)
	return n > 0, err
}
