package account

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"kakehashi/internal/db"
)

// Aboard says how far a body has come in: people who wear a hat of it now, people who wait for proof, invitations without an answer.
type Aboard struct{ People, Waiting, Invited int64 }

// Aboard counts for those of the bodies that this hat reaches (a branch those of its area, HQ applicants, branches and the panel, an
// administrator all); the others are left out of the answer.
func (s *Store) Aboard(ctx context.Context, who Who, bodies []string) (map[string]Aboard, error) {
	out := map[string]Aboard{}
	args := []any{s.now()}
	for _, b := range bodies {
		how, err := s.reach(ctx, who, b)
		if err != nil {
			return nil, err
		}
		if _, twice := out[b]; how != outOfReach && !twice {
			out[b] = Aboard{}
			args = append(args, b)
		}
	}
	if len(out) == 0 {
		return out, nil
	}
	places := make([]string, len(args)-1)
	for i := range places {
		places[i] = fmt.Sprintf("$%d", i+2)
	}
	in := `(` + strings.Join(places, ", ") + `)`
	type count struct {
		body, what string
		n          int64
	}
	list, err := db.List(ctx, s.DB.Read(), func(r *sql.Rows) (c count, err error) { return c, r.Scan(&c.body, &c.what, &c.n) },
		`SELECT m.body, 'people', COUNT(DISTINCT m.person) FROM memberships m WHERE m.body IN `+in+` AND `+validNow+` GROUP BY m.body
		UNION ALL SELECT m.body, 'waiting', COUNT(DISTINCT m.person) FROM memberships m WHERE m.body IN `+in+` AND m.state = 'proposed' GROUP BY m.body
		UNION ALL SELECT i.body, 'invited', COUNT(*) FROM invitations i WHERE i.body IN `+in+` AND i.state = 'open' AND i.expires_at > $1 GROUP BY i.body`, args...)
	for _, c := range list {
		a := out[c.body]
		switch c.what {
		case "people":
			a.People = c.n
		case "waiting":
			a.Waiting = c.n
		case "invited":
			a.Invited = c.n
		}
		out[c.body] = a
	}
	return out, err
}
