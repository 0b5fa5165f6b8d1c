package mail

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
	"time"

	"kakehashi/internal/db"
)

// A Notice is a mail about a case as its reader finds it in the application (お知らせ), whether or not the mail got through.
type Notice struct {
	ID      string
	Subject string
	CaseID  string
	At      time.Time
	Read    bool // by this person
}

// UnreadMost is where Unread stops counting.
const UnreadMost = 100

// noticesShown is how many notices a page lists.
const noticesShown = 30

// readerKey is an address as notices are looked up by.
func readerKey(address string) string { return strings.ToLower(strings.TrimSpace(address)) }

// Notices lists what happened to the cases a person was written about at their address, newest first, after the id `before` of the
// last one seen ("" at first), and the id to go on from, "" at the end. Whether the person may still see the case is the caller's question.
func (o *Outbox) Notices(ctx context.Context, person, address, before string) (list []Notice, next string, err error) {
	if before == "" {
		before = "n" // every id begins with m_
	}
	list, err = db.List(ctx, o.d.Read(), scanNotice, `SELECT m.id, m.subject, m.case_id, m.queued, r.at FROM mails m
		LEFT JOIN notice_reads r ON r.mail = m.id AND r.person = $1
		WHERE m.address = $2 AND m.case_id <> '' AND m.id < $3 ORDER BY m.id DESC LIMIT $4`, person, readerKey(address), before, noticesShown+1)
	if len(list) > noticesShown {
		list = list[:noticesShown]
		next = list[noticesShown-1].ID
	}
	return list, next, err
}

func scanNotice(rows *sql.Rows) (n Notice, err error) {
	var at, read db.Time
	err = rows.Scan(&n.ID, &n.Subject, &n.CaseID, &at, &read)
	n.At, n.Read = at.Time, !read.IsZero()
	return n, err
}

// Unread counts the notices a person has not opened, to UnreadMost at most. What it counted is believed for a second while this process
// writes nothing.
func (o *Outbox) Unread(ctx context.Context, person, address string) (int, error) {
	return o.unread.Get(strconv.FormatUint(o.d.Written(), 36)+" "+person+" "+address, func() (int, error) {
		n, err := db.One(ctx, o.d.Brief(), db.Int, `SELECT count(*) FROM (SELECT 1 AS one FROM mails m WHERE m.address = $1 AND m.case_id <> ''
			AND NOT EXISTS (SELECT 1 FROM notice_reads r WHERE r.mail = m.id AND r.person = $2) LIMIT $3) x`, readerKey(address), person, UnreadMost)
		return int(n), err
	})
}

// Open marks one notice as read by the person and returns it; fault.Missing when it was not written to their address.
func (o *Outbox) Open(ctx context.Context, person, address, id string) (Notice, error) {
	n, err := db.One(ctx, o.d.Read(), scanNotice, `SELECT m.id, m.subject, m.case_id, m.queued, r.at FROM mails m
		LEFT JOIN notice_reads r ON r.mail = m.id AND r.person = $1 WHERE m.id = $2 AND m.address = $3 AND m.case_id <> ''`, person, id, readerKey(address))
	if err != nil || n.Read {
		return n, err
	}
	return n, o.d.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO notice_reads (mail, person, at) VALUES ($1, $2, $3) ON CONFLICT (mail, person) DO NOTHING`, id, person, db.Now())
		return err
	})
}

// OpenAll marks as read what the person was shown: every notice up to the newest one on the page.
func (o *Outbox) OpenAll(ctx context.Context, person, address, newest string) error {
	return o.d.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		ids, err := db.List(ctx, tx, db.String, `SELECT m.id FROM mails m WHERE m.address = $1 AND m.case_id <> '' AND m.id <= $2
			AND NOT EXISTS (SELECT 1 FROM notice_reads r WHERE r.mail = m.id AND r.person = $3) ORDER BY m.id DESC LIMIT 1000`, readerKey(address), newest, person)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if _, err := tx.ExecContext(ctx, `INSERT INTO notice_reads (mail, person, at) VALUES ($1, $2, $3) ON CONFLICT (mail, person) DO NOTHING`,
				id, person, db.Now()); err != nil {
				return err
			}
		}
		return nil
	})
}
