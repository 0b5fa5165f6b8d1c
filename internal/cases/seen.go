package cases

import (
	"context"
	"fmt"
	"strings"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
)

// Seen reads, of the cases with these ids, those this hat may see, by id: for lists that come from elsewhere (notices).
func (s *Store) Seen(ctx context.Context, who account.Who, ids []string) (map[string]Line, error) {
	seen := map[string]Line{}
	if len(ids) == 0 {
		return seen, nil
	}
	where, args := s.visibleOne(who, 1)
	marks := make([]string, len(ids))
	for i, id := range ids {
		args = append(args, id)
		marks[i] = fmt.Sprintf("$%d", len(args))
	}
	lines, err := db.List(ctx, s.DB.Brief(), s.lineFor(who), fmt.Sprintf(`SELECT `+lineColumns+` FROM cases WHERE %s AND id IN (%s)`, where, strings.Join(marks, ", ")), args...)
	for _, l := range lines {
		seen[l.ID] = l
	}
	return seen, err
}
