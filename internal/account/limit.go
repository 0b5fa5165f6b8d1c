package account

import (
	"context"
	"database/sql"
	"errors"
	"net/netip"
	"time"

	"kakehashi/internal/db"
	"kakehashi/internal/fault"
)

// limit slows repeated tries of one kind down. The first free tries cost nothing; after that each must wait twice as long as the one
// before, from first up to cap. Counts are forgotten after forget without a try. They live in the database, so several processes
// share them, and a try is counted before the secret is compared, so a burst cannot slip through.
type limit struct {
	key        string
	free       int64
	first, cap time.Duration
	forget     time.Duration
}

// signInLimits are the three brakes of a sign-in: this name from this address, this name from anywhere (looser, so that a stranger
// cannot easily lock somebody out), and this address (loosest: a whole city hall shares one). Our design.
func signInLimits(login, address string) []limit {
	return []limit{
		{"pair:" + login + "|" + address, 5, 30 * time.Second, 15 * time.Minute, 24 * time.Hour},
		{"login:" + login, 20, time.Minute, 15 * time.Minute, 24 * time.Hour},
		{"address:" + address, 60, 30 * time.Second, 15 * time.Minute, time.Hour},
	}
}

func factorLimit(person string) limit {
	return limit{"factor:" + person, 5, 30 * time.Second, 30 * time.Minute, 24 * time.Hour}
}

func mailLimits(email, address string) []limit {
	return []limit{
		{"mail:" + email, 3, 10 * time.Minute, 6 * time.Hour, 24 * time.Hour},
		{"mailfrom:" + address, 30, time.Minute, time.Hour, 24 * time.Hour},
	}
}

// take counts one try against every limit, or none of them: then fault.Busy tells how many minutes to wait. Limits are taken in the
// order given, which must be the same everywhere for the same keys.
func (s *Store) take(ctx context.Context, limits ...limit) error {
	return s.write(ctx, func(ctx context.Context, tx db.Q) error {
		for _, l := range limits {
			if err := s.takeOne(ctx, tx, l); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Store) takeOne(ctx context.Context, tx db.Q, l limit) error {
	now := s.now()
	var tries int64
	err := tx.QueryRowContext(ctx, `INSERT INTO account_limits (key, tries, next_at, seen_at) VALUES ($1, 1, $2, $2)
		ON CONFLICT (key) DO UPDATE SET seen_at = $2,
			tries = CASE WHEN account_limits.seen_at < $3 THEN 1 ELSE account_limits.tries + 1 END
		WHERE account_limits.next_at <= $2 RETURNING tries`, l.key, now, db.At(now.Add(-l.forget))).Scan(&tries)
	if errors.Is(err, sql.ErrNoRows) {
		return s.tooSoon(ctx, tx, l)
	}
	if err != nil {
		return err
	}
	if tries < l.free {
		return nil
	}
	wait := l.cap
	if over := tries - l.free; over < 20 {
		wait = min(l.cap, l.first<<over)
	}
	_, err = tx.ExecContext(ctx, `UPDATE account_limits SET next_at = $1 WHERE key = $2`, db.At(now.Add(wait)), l.key)
	return err
}

func (s *Store) tooSoon(ctx context.Context, tx db.Q, l limit) error {
	var next db.Time
	if err := tx.QueryRowContext(ctx, `SELECT next_at FROM account_limits WHERE key = $1`, l.key).Scan(&next); err != nil {
		return err
	}
	minutes := int(next.Sub(s.Now()).Minutes()) + 1
	return fault.New(fault.Busy, "account.limit.wait", "minutes", minutes)
}

// forgive forgets the tries against these limits after a success; the address keeps its count less this one.
func forgive(ctx context.Context, tx db.Q, limits ...limit) error {
	for i, l := range limits {
		query := `DELETE FROM account_limits WHERE key = $1`
		if i == 2 {
			query = `UPDATE account_limits SET tries = tries - 1 WHERE key = $1 AND tries > 0`
		}
		if _, err := tx.ExecContext(ctx, query, l.key); err != nil {
			return err
		}
	}
	return nil
}

// limitAddress is the part of a network address that limits count: an IPv4 address, or the /64 of an IPv6 one.
func limitAddress(address string) string {
	if ap, err := netip.ParseAddrPort(address); err == nil {
		address = ap.Addr().String()
	}
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	if ip = ip.Unmap(); ip.Is6() {
		if p, err := ip.WithZone("").Prefix(64); err == nil {
			return p.String()
		}
	}
	return ip.String()
}
