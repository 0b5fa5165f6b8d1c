package mail

import (
	"context"
	"time"

	"kakehashi/internal/db"
)

const retireKind = "mail.retire"

// wordsKept is how long is known who was written what [domain.md §6.6 (e)]. Each night's run stands among the runs of the jobs.
const wordsKept = 90 * 24 * time.Hour

// retire takes reader and words out of what was sent long ago. Key, case and state stay, so that nothing is sent a second time.
func retire(ctx context.Context, tx db.Q, _ []byte) error {
	before := db.At(time.Now().Add(-wordsKept))
	if _, err := tx.ExecContext(ctx, `DELETE FROM notice_reads WHERE mail IN (SELECT id FROM mails WHERE queued < $1 AND state <> 'queued')`, before); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `UPDATE mails SET recipient = '', address = '', subject = '', body = '', failure = '' WHERE queued < $1 AND state <> 'queued' AND recipient <> ''`, before)
	return err
}
