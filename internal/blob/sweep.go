package blob

import (
	"context"
	"errors"
	"fmt"
	"time"

	"kakehashi/internal/db"
)

const sweepKind = "files.sweep"

// Sweep removes, as of now, files that have been attached to nothing for 48 hours, uploads that rested for a week, and bytes no
// row speaks of; and it asks again for the scans that got lost. Run by a job every hour.
func (s *Store) Sweep(ctx context.Context, now time.Time) error {
	sums, err := db.List(ctx, s.d.Read(), db.String, `SELECT DISTINCT sha256 FROM files WHERE ref = '' AND loose < $1 LIMIT 1000`, db.At(now.Add(-looseFor)))
	if err != nil {
		return err
	}
	var failures []error
	for _, sum := range sums {
		if err := s.drop(ctx, sum, now); err != nil {
			failures = append(failures, fmt.Errorf("remove loose file %s: %w", sum, err))
		}
	}
	return errors.Join(append(failures, s.dropUploads(ctx, now), s.disk.tidy("tmp", now.Add(-staleUploads)), s.rescan(ctx, now))...)
}

// drop removes the loose rows of these bytes and, when none is left, the bytes.
func (s *Store) drop(ctx context.Context, sum string, now time.Time) error {
	if err := s.d.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM files WHERE sha256 = $1 AND ref = '' AND loose < $2`, sum, db.At(now.Add(-looseFor)))
		return err
	}); err != nil {
		return err
	}
	wanted := func() (bool, error) {
		n, err := db.One(ctx, s.d.Read(), db.Int, `SELECT count(*) FROM files WHERE sha256 = $1`, sum)
		return n > 0, err
	}
	if needed, err := wanted(); err != nil || needed {
		return err
	}
	return s.disk.discard(sum, wanted)
}

func (s *Store) dropUploads(ctx context.Context, now time.Time) error {
	ids, err := db.List(ctx, s.d.Read(), db.String, `SELECT id FROM uploads WHERE created < $1 LIMIT 1000`, db.At(now.Add(-staleUploads)))
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := s.forget(ctx, id); err != nil {
			return err
		}
	}
	return nil
}
