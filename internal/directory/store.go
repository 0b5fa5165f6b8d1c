package directory

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
	"kakehashi/internal/org"
)

// Store is the registry in the database. Changed is told inside the transaction whenever a tie changed, so that the index follows.
type Store struct {
	DB      *db.DB
	Orgs    *org.Store
	Clock   func() time.Time
	Changed func(ctx context.Context, tx db.Q, id string) error
}

const columns = `id, body, partner_ja, partner_en, partner, country, region, kind, agreed, heads, open, assembly, assembly_day, signed_by, status, ended,
	succeeded_from, source, sample, version`

func scan(rows *sql.Rows) (t Tie, err error) {
	return t, rows.Scan(&t.ID, &t.Body, &t.Name.JA, &t.Name.EN, &t.Original, &t.Country, &t.Region, &t.Kind, &t.Agreed, &t.Heads, &t.Open, &t.Assembly, &t.Approved,
		&t.SignedBy, &t.Status, &t.Ended, &t.Successor, &t.Source, &t.Sample, &t.Version)
}

// writes reports whether somebody may write in the registry: officers and chiefs of headquarters.
func writes(who account.Who) bool {
	return who.Is(account.RoleOfficer, account.RoleChief) || who.Person == "system"
}

// Get returns a tie; fault.Missing when there is none. The registry is public.
func (s *Store) Get(ctx context.Context, id string) (Tie, error) { return get(ctx, s.DB.Read(), id) }

func get(ctx context.Context, q db.Q, id string) (Tie, error) {
	if !utf8.ValidString(id) || strings.ContainsRune(id, 0) {
		id = ""
	}
	list, err := db.List(ctx, q, scan, `SELECT `+columns+` FROM ties WHERE id = $1`, id)
	if err != nil {
		return Tie{}, fmt.Errorf("tie %s: %w", id, err)
	}
	if len(list) == 0 {
		return Tie{}, fault.New(fault.Missing, "directory.missing")
	}
	return list[0], nil
}

// All lists every tie in the order of the Japanese bodies and of the agreements; some two thousand.
func (s *Store) All(ctx context.Context) ([]Tie, error) {
	return db.List(ctx, s.DB.Read(), scan, `SELECT `+columns+` FROM ties ORDER BY body, agreed, id`)
}

// OfBody lists the ties of one Japanese body, the oldest first.
func (s *Store) OfBody(ctx context.Context, code string) ([]Tie, error) {
	return db.List(ctx, s.DB.Read(), scan, `SELECT `+columns+` FROM ties WHERE body = $1 ORDER BY agreed, id`, code)
}

// Save stores a new tie (Version 0) or the change of the version it began from, with the reason. A tie that lacks a condition is
// stored and stays outside the statistics. fault.Invalid names the field; an active pair that is there already is refused.
func (s *Store) Save(ctx context.Context, who account.Who, t Tie, reason string) (Tie, error) {
	if !writes(who) {
		return t, fault.New(fault.Refused, "directory.refused")
	}
	err := s.DB.InTx(ctx, func(ctx context.Context, tx db.Q) (err error) {
		t, err = s.save(ctx, tx, who, t, reason)
		return err
	})
	return t, err
}

func (s *Store) save(ctx context.Context, tx db.Q, who account.Who, t Tie, reason string) (Tie, error) {
	if err := t.check(jp.Date(s.Clock())); err != nil {
		return t, err
	}
	if _, err := s.Orgs.Get(ctx, t.Body); err != nil {
		if fault.Is(err, fault.Missing) {
			return t, fault.At("body", "directory.body_unknown", "body", t.Body)
		}
		return t, err
	}
	twins, err := db.List(ctx, tx, db.String, `SELECT id FROM ties WHERE body = $1 AND country = $2 AND partner_key = $3 AND status <> 'ended' AND id <> $4`,
		t.Body, t.Country, t.key(), t.ID)
	if err != nil {
		return t, fmt.Errorf("ties: %w", err)
	}
	if len(twins) > 0 && t.Status != "ended" {
		return t, fault.At("partner_ja", "directory.twice")
	}
	before := Tie{}
	if t.Version > 0 {
		if before, err = get(ctx, tx, t.ID); err != nil {
			return t, err
		}
		if strings.TrimSpace(reason) == "" {
			return t, fault.At("reason", "directory.reason_needed")
		}
		t.Sample = before.Sample
	} else {
		t.ID, t.Sample = db.NewID("tie"), who.Sample
	}
	return t, s.store(ctx, tx, who, before, &t, reason)
}

func (s *Store) store(ctx context.Context, tx db.Q, who account.Who, before Tie, t *Tie, reason string) error {
	args := []any{t.ID, t.Body, t.Name.JA, t.Name.EN, t.Original, t.key(), t.Country, t.Region, t.Kind, t.Agreed, t.Heads, t.Open, t.Assembly, t.Approved, t.SignedBy,
		t.Status, t.Ended, t.Successor, t.Source, t.Sample}
	query := `INSERT INTO ties (id, body, partner_ja, partner_en, partner, partner_key, country, region, kind, agreed, heads, open, assembly, assembly_day, signed_by,
		status, ended, succeeded_from, source, sample) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20) ON CONFLICT DO NOTHING`
	if t.Version > 0 {
		query = `UPDATE ties SET body = $2, partner_ja = $3, partner_en = $4, partner = $5, partner_key = $6, country = $7, region = $8, kind = $9, agreed = $10,
			heads = $11, open = $12, assembly = $13, assembly_day = $14, signed_by = $15, status = $16, ended = $17, succeeded_from = $18, source = $19, sample = $20,
			version = version + 1 WHERE id = $1 AND version = $21`
		args = append(args, t.Version)
	}
	n, err := db.Changed(ctx, tx, query, args...)
	if err != nil {
		return fmt.Errorf("tie %s: %w", t.ID, err)
	}
	if n == 0 {
		return fault.New(fault.Conflict, "fault.conflict")
	}
	t.Version++
	b, _ := json.Marshal(before)
	a, err := json.Marshal(t)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO tie_journal (tie, seq, at, person, hat, reason, before, after) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		t.ID, t.Version, db.At(s.Clock()), who.Person, string(who.Hat.Role)+" "+who.Hat.Body, reason, string(b), string(a)); err != nil {
		return fmt.Errorf("tie %s: %w", t.ID, err)
	}
	if s.Changed == nil {
		return nil
	}
	return s.Changed(ctx, tx, t.ID)
}
