package account

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"kakehashi/internal/db"
	"kakehashi/internal/fault"
)

// Entry is one line of the account journal: who did what to whom, in which hat, from where. Lines are never changed; each carries the
// hash of the one before it.
type Entry struct {
	Seq     int64             `json:"seq"`
	At      string            `json:"at"`
	What    string            `json:"what"` // "signin", "signin.failed", "hat", "invited", "membership.ended" …
	Actor   string            `json:"actor"`
	Role    Role              `json:"role"`
	Body    string            `json:"body"`
	Behalf  string            `json:"behalf"`
	Address string            `json:"address"`
	Subject string            `json:"subject"` // the person it is about
	Detail  map[string]string `json:"detail"`
	Hash    string            `json:"-"`
}

// note writes one entry in the transaction of the change it records. details are pairs of name and value.
func (s *Store) note(ctx context.Context, tx db.Q, who Who, what, subject string, details ...string) error {
	e := Entry{At: s.now().String(), What: what, Actor: who.Person, Role: who.Hat.Role, Body: who.Hat.Body,
		Behalf: who.Hat.OnBehalfOf, Address: who.From, Subject: subject, Detail: map[string]string{}}
	for i := 0; i+1 < len(details); i += 2 {
		e.Detail[details[i]] = details[i+1]
	}
	return s.append(ctx, tx, e)
}

func (s *Store) append(ctx context.Context, tx db.Q, e Entry) error {
	chain, err := chainOf(ctx, tx, e)
	if err != nil {
		return err
	}
	var prev string
	row := tx.QueryRowContext(ctx, `UPDATE account_chains SET seq = seq + 1 WHERE chain = $1 RETURNING seq, hash`, chain)
	if err := row.Scan(&e.Seq, &prev); err != nil {
		return fmt.Errorf("account journal: %w", err)
	}
	detail, err := json.Marshal(e.Detail)
	if err != nil {
		return err
	}
	e.Hash = e.hash(prev)
	if _, err := tx.ExecContext(ctx, `UPDATE account_chains SET hash = $1 WHERE chain = $2`, e.Hash, chain); err != nil {
		return fmt.Errorf("account journal: %w", err)
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO account_journal (chain, seq, at, what, actor, role, body, behalf, address, subject, detail, hash)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		chain, e.Seq, e.At, e.What, e.Actor, string(e.Role), e.Body, e.Behalf, e.Address, e.Subject, string(detail), e.Hash)
	if err != nil {
		return fmt.Errorf("account journal: %w", err)
	}
	return nil
}

// chainOf keeps the demonstration's people out of the real chain, so that wiping them leaves it whole.
func chainOf(ctx context.Context, tx db.Q, e Entry) (string, error) {
	var samples int
	err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM people WHERE sample = TRUE AND (id = $1 OR id = $2)`, e.Actor, e.Subject).Scan(&samples)
	if err != nil {
		return "", fmt.Errorf("account journal: %w", err)
	}
	if samples > 0 {
		return "sample", nil
	}
	return "main", nil
}

// hash binds the entry to the one before it.
func (e Entry) hash(prev string) string {
	b, _ := json.Marshal(e) // strings and a map of strings: cannot fail, and keys come out in order
	sum := sha256.Sum256(append([]byte(prev+"\n"), b...))
	return hex.EncodeToString(sum[:])
}

const entryColumns = `seq, at, what, actor, role, body, behalf, address, subject, detail, hash`

func scanEntry(rows *sql.Rows) (e Entry, err error) {
	var detail string
	if err := rows.Scan(&e.Seq, &e.At, &e.What, &e.Actor, &e.Role, &e.Body, &e.Behalf, &e.Address, &e.Subject, &detail, &e.Hash); err != nil {
		return e, err
	}
	return e, json.Unmarshal([]byte(detail), &e.Detail)
}

// Journal lists the newest entries, at most limit (1 to 200), before sequence number before (0: from the newest). A person reads the
// entries about themselves; an administrator or auditor reads all (subject "").
func (s *Store) Journal(ctx context.Context, who Who, subject string, before int64, limit int) ([]Entry, error) {
	if subject != who.Person && !who.Is(RoleAdmin, RoleAuditor) {
		return nil, fault.New(fault.Missing, "db.missing")
	}
	if before == 0 {
		before = 1 << 62
	}
	chain := "main"
	if p, err := s.Person(ctx, who.Person); err == nil && p.Sample {
		chain = "sample"
	}
	return db.List(ctx, s.DB.Read(), scanEntry, `SELECT `+entryColumns+` FROM account_journal
		WHERE chain = $1 AND seq < $2 AND ($3 = '' OR subject = $3 OR actor = $3) ORDER BY seq DESC LIMIT $4`,
		chain, before, subject, min(max(limit, 1), 200))
}

// VerifyJournal walks both chains and returns how many entries hold; the error names the first entry that does not.
func (s *Store) VerifyJournal(ctx context.Context) (int64, error) {
	var total int64
	for _, chain := range []string{"main", "sample"} {
		n, err := s.verifyChain(ctx, chain)
		total += n
		if err != nil {
			return total, err
		}
	}
	return total, nil
}

func (s *Store) verifyChain(ctx context.Context, chain string) (int64, error) {
	var last int64
	prev := ""
	for {
		list, err := db.List(ctx, s.DB.Read(), scanEntry, `SELECT `+entryColumns+` FROM account_journal
			WHERE chain = $1 AND seq > $2 ORDER BY seq LIMIT 1000`, chain, last)
		if err != nil {
			return last, err
		}
		for _, e := range list {
			if e.Seq != last+1 || e.Hash != e.hash(prev) {
				return last, fmt.Errorf("account journal %s: entry %d does not follow entry %d", chain, e.Seq, last)
			}
			last, prev = e.Seq, e.Hash
		}
		if len(list) < 1000 {
			break
		}
	}
	var seq int64
	var head string
	err := s.DB.Read().QueryRowContext(ctx, `SELECT seq, hash FROM account_chains WHERE chain = $1`, chain).Scan(&seq, &head)
	if err != nil {
		return last, err
	}
	if seq != last || head != prev {
		return last, fmt.Errorf("account journal %s: ends at %d, head says %d", chain, last, seq)
	}
	return last, nil
}
