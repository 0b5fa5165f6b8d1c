package account

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"kakehashi/internal/db"
	"kakehashi/internal/fault"
)

// ErasedName stands where the name of somebody was whose account was erased.
const ErasedName = "（消去済み）"

// fulfil does what a granted request asks, as far as the rules let it, and notes what was done and what stays. Records (entries of journals,
// decisions, letters) are never changed: they are kept for their term (domain.md 6.6 and 6.7).
func (s *Store) fulfil(ctx context.Context, tx db.Q, q *DataRequest) error {
	for _, item := range q.Items {
		why, err := s.erase(ctx, tx, q, item)
		if err != nil {
			return fmt.Errorf("request %s: %w", q.ID, err)
		}
		if why == "" {
			q.Done = append(q.Done, item)
		} else {
			q.Kept = append(q.Kept, item+":"+why)
		}
	}
	if slices.Contains(q.Done, "account") { // what was written in the request says who it was
		_, err := tx.ExecContext(ctx, `UPDATE data_requests SET wanted = '' WHERE person = $1`, q.Person)
		return err
	}
	return nil
}

// erase does one item of a request; why is the reason for which it stays as it is.
func (s *Store) erase(ctx context.Context, tx db.Q, q *DataRequest, item string) (why string, err error) {
	if item == "record" {
		return "record", nil
	}
	if q.Kind == "correct" {
		return "", s.correct(ctx, tx, q, item)
	}
	roles, err := db.List(ctx, tx, db.String, `SELECT s.role FROM memberships s WHERE s.person = $2 AND (s.state = 'proposed' OR s.state = 'active' AND s.until_at > $1)`, s.now(), q.Person)
	if err != nil {
		return "", err
	}
	switch item {
	case "contact":
		return "", eraseContact(ctx, tx, q.Person)
	case "kana":
		_, err := tx.ExecContext(ctx, `UPDATE people SET kana = '' WHERE id = $1`, q.Person)
		return "", err
	case "home":
		for _, role := range roles { // interest in cases follows from it
			if !slices.Contains([]Role{RoleStaff, RoleApprover, RoleAssoc, RoleNGO}, Role(role)) {
				return "interest", nil
			}
		}
		_, err := tx.ExecContext(ctx, `UPDATE people SET home = '' WHERE id = $1`, q.Person)
		return "", err
	case "account":
		if len(roles) > 0 {
			return "hats", nil
		}
		return "", s.eraseAccount(ctx, tx, q.Person)
	}
	return "", fault.At("items", "account.request.items")
}

// correct changes the sign-in name; the other corrections are made by hand on the pages for them.
func (s *Store) correct(ctx context.Context, tx db.Q, q *DataRequest, item string) error {
	if item != "login" || len(q.Items) > 1 {
		return nil
	}
	login, err := cleanLogin(q.Wanted)
	if err != nil {
		return err
	}
	n, err := db.Changed(ctx, tx, `UPDATE people SET login = $1 WHERE id = $2 AND NOT EXISTS (SELECT 1 FROM people o WHERE o.login = $1 AND o.id <> $2)`, login, q.Person)
	if err == nil && n == 0 {
		return fault.New(fault.Conflict, "account.login.taken")
	}
	return err
}

// eraseAccount leaves of an account its number only, which the journals name; nobody can sign in to it again.
func (s *Store) eraseAccount(ctx context.Context, tx db.Q, person string) error {
	if err := s.dropFactors(ctx, tx, person); err != nil {
		return err
	}
	if err := eraseContact(ctx, tx, person); err != nil {
		return err
	}
	login := "erased-" + strings.ToLower(strings.ReplaceAll(person, "_", "-"))
	if _, err := tx.ExecContext(ctx, `UPDATE people SET login = $1, name = $2, kana = '', email = '', home = '', password = '', shared = FALSE, last_hat = '' WHERE id = $3`,
		login, ErasedName, person); err != nil {
		return err
	}
	for _, query := range []string{
		`UPDATE invitations SET name = '', email = '', note = '' WHERE accepted_by = $1`,
		`UPDATE proofs SET note = '' WHERE person = $1`,
		`DELETE FROM account_steps WHERE person = $1`,
		`DELETE FROM feed_tokens WHERE person = $1`,
	} {
		if _, err := tx.ExecContext(ctx, query, person); err != nil {
			return err
		}
	}
	if s.Forget == nil {
		return nil
	}
	return s.Forget(ctx, tx, person)
}
