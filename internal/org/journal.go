package org

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"kakehashi/internal/db"
	"kakehashi/internal/fault"
)

// An Entry is one line of the register's journal: who changed what, before and after. Lines are never changed; the hash of each
// holds the one before it of the same subject.
type Entry struct {
	Subject string // "lg:172014", "office:PAR", "route:BE/fr"
	Seq     int64
	At      db.Time
	Person  string
	Hat     string
	Act     string // add, rename, change, merge, end, set
	Before  string // JSON
	After   string
	Source  string
	Hash    string
}

func (e Entry) digest(previous string) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{previous, e.Subject, fmt.Sprint(e.Seq), e.At.String(), e.Person, e.Hat, e.Act, e.Before, e.After, e.Source}, "\x1f")))
	return hex.EncodeToString(sum[:])
}

// note writes one line in the transaction of the change. Two people who change the same subject at once: one gets fault.Conflict.
func (s *Store) note(ctx context.Context, tx db.Q, by By, subject, act string, before, after any, source string) error {
	b, err := json.Marshal(before)
	if err != nil {
		return err
	}
	a, err := json.Marshal(after)
	if err != nil {
		return err
	}
	last, err := db.List(ctx, tx, scanEntry, selectEntry+` WHERE subject = $1 ORDER BY seq DESC LIMIT 1`, subject)
	if err != nil {
		return err
	}
	e := Entry{Subject: subject, Seq: 1, At: db.At(s.now()), Person: by.Person, Hat: by.Hat, Act: act, Before: string(b), After: string(a), Source: source}
	previous := ""
	if len(last) > 0 {
		e.Seq, previous = last[0].Seq+1, last[0].Hash
	}
	e.Hash = e.digest(previous)
	n, err := db.Changed(ctx, tx, `INSERT INTO org_journal (subject, seq, at, person, hat, act, before, after, source, hash)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING`, e.Subject, e.Seq, e.At, e.Person, e.Hat, e.Act, e.Before, e.After, e.Source, e.Hash)
	if err == nil && n == 0 {
		return fault.New(fault.Conflict, "fault.conflict")
	}
	return err
}

const selectEntry = `SELECT subject, seq, at, person, hat, act, before, after, source, hash FROM org_journal`

func scanEntry(rows *sql.Rows) (e Entry, err error) {
	return e, rows.Scan(&e.Subject, &e.Seq, &e.At, &e.Person, &e.Hat, &e.Act, &e.Before, &e.After, &e.Source, &e.Hash)
}

// Journal lists what happened to one subject, oldest first.
func (s *Store) Journal(ctx context.Context, subject string) ([]Entry, error) {
	return db.List(ctx, s.d.Read(), scanEntry, selectEntry+` WHERE subject = $1 ORDER BY seq`, subject)
}

// Verify reads the whole journal of the register and returns how many lines it has and the first that does not follow from the
// one before it ("lg:172014 line 2"), "" when all do.
func (s *Store) Verify(ctx context.Context) (lines int, broken string, err error) {
	rows, err := s.d.Read().QueryContext(ctx, selectEntry+` ORDER BY subject, seq`)
	if err != nil {
		return 0, "", err
	}
	defer rows.Close()
	var last Entry
	for rows.Next() {
		e, err := scanEntry(rows)
		if err != nil {
			return lines, "", err
		}
		if e.Subject != last.Subject {
			last = Entry{Subject: e.Subject}
		}
		lines++
		if e.Seq != last.Seq+1 || e.Hash != e.digest(last.Hash) {
			return lines, fmt.Sprintf("%s line %d", e.Subject, e.Seq), nil
		}
		last = e
	}
	return lines, "", rows.Err()
}
