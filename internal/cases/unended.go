package cases

import (
	"context"

	"kakehashi/internal/db"
)

// Unended lists the numbers of the cases of a section ("section") or a branch ("branch") that have not ended, "" for one that was never
// handed in. It serves the reference data, which must not lose what a running case names; nobody sees a case by it.
func (s *Store) Unended(ctx context.Context, by, key string) ([]string, error) {
	query := `SELECT COALESCE(number, '') FROM cases WHERE NOT ended AND section = $1 ORDER BY number, id`
	if by == "branch" {
		query = `SELECT COALESCE(number, '') FROM cases WHERE NOT ended AND branch = $1 ORDER BY number, id`
	}
	return db.List(ctx, s.DB.Read(), db.String, query, key)
}
