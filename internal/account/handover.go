package account

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
)

func splitCodes(s string) []string { return strings.Fields(s) }

// Handover passes all of one person's hats in a body, the delegations on them and the open work to a colleague (引継ぎ), at once or on a
// later day: the transfers of 1 April are entered in March.
type Handover struct {
	ID       string
	From, To string // person ids
	FromName string
	ToName   string
	Body     string
	Day      string // JST day on which it takes effect, ISO
	State    string // planned, done, dropped, failed
	AskedBy  string
	Moved    int
	Roles    string // the roles that move, as they were when it was entered
	Note     string
	Created  time.Time
}

// Handover moves everything now. The person leaving, an approver of the body, its branch, HQ or an administrator may, as far as they
// could give every role that moves. fault.Missing out of reach; fault.Invalid when the receiver is not known at the body. It returns
// how many pieces of work moved.
func (s *Store) Handover(ctx context.Context, who Who, from, to, body string) (int, error) {
	h, err := s.PlanHandover(ctx, who, Handover{From: from, To: to, Body: body, Day: jp.Date(s.Now())})
	return h.Moved, err
}

// PlanHandover enters a hand-over for a day; one for today or earlier happens at once.
func (s *Store) PlanHandover(ctx context.Context, who Who, h Handover) (Handover, error) {
	roles, err := s.mayHandOver(ctx, who, h)
	if err != nil {
		return h, err
	}
	today := jp.Date(s.Now())
	if !jp.ValidDate(h.Day) || h.Day > jp.AddDays(today, 400) {
		return h, fault.At("day", "account.handover.day")
	}
	h.ID, h.State, h.AskedBy, h.Note, h.Roles = db.NewID("h"), "planned", who.Person, cut(strings.TrimSpace(h.Note), 2000), roles
	err = s.write(ctx, func(ctx context.Context, tx db.Q) error {
		if err := s.colleague(ctx, tx, h.To, h.Body); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO handovers (id, from_person, to_person, body, day, state, asked_by, asked_hat, roles, note, created_at)
			VALUES ($1, $2, $3, $4, $5, 'planned', $6, $7, $8, $9, $10)`, h.ID, h.From, h.To, h.Body, h.Day, who.Person, who.Hat.ID, h.Roles, h.Note, s.now())
		if err != nil {
			return err
		}
		if err := s.note(ctx, tx, who, "handover.planned", h.From, "to", h.To, "body", h.Body, "day", h.Day); err != nil || h.Day > today {
			return err
		}
		h.State = "done"
		h.Moved, err = s.handOver(ctx, tx, who, h)
		return err
	})
	return h, err
}

// mayHandOver returns the roles that move.
func (s *Store) mayHandOver(ctx context.Context, who Who, h Handover) (roles string, err error) {
	if h.From == h.To {
		return "", fault.At("to", "account.handover.same")
	}
	how, err := s.reach(ctx, who, h.Body)
	if err != nil {
		return "", err
	}
	if how == outOfReach {
		return "", fault.New(fault.Missing, "db.missing")
	}
	if who.Hat.OnBehalfOf != "" {
		return "", fault.New(fault.Refused, "account.refused.delegate")
	}
	moving, err := s.ownHats(ctx, s.DB.Read(), h.From, h.Body)
	if err != nil {
		return "", err
	}
	if len(moving) == 0 {
		return "", fault.At("from", "account.handover.from")
	}
	may := grants(who.Hat.Role, how, kindOf(h.Body))
	for _, m := range moving {
		if !slices.Contains(may, m.Role) && !(m.Person == who.Person && m.Role == who.Hat.Role && delegable[m.Role]) {
			return "", fault.New(fault.Refused, "account.refused.role")
		}
		roles += " " + string(m.Role)
	}
	return roles, nil
}

func (s *Store) ownHats(ctx context.Context, q db.Q, person, body string) ([]Membership, error) {
	return db.List(ctx, q, scanMembership, `SELECT `+membershipColumns+` FROM memberships m
		WHERE m.person = $2 AND m.body = $3 AND m.source = '' AND `+validNow+` ORDER BY m.role`, s.now(), person, body)
}

// handOver does the move in the caller's transaction.
func (s *Store) handOver(ctx context.Context, tx db.Q, who Who, h Handover) (int, error) {
	leaving, err := s.ownHats(ctx, tx, h.From, h.Body)
	if err != nil {
		return 0, err
	}
	has, err := s.ownHats(ctx, tx, h.To, h.Body)
	if err != nil {
		return 0, err
	}
	for _, m := range leaving {
		if !slices.Contains(splitCodes(h.Roles), string(m.Role)) {
			continue // given after the hand-over was entered: nobody decided that it moves
		}
		if err := s.passOn(ctx, tx, who, m, h.To, has); err != nil {
			return 0, err
		}
	}
	// What others delegated to the person who leaves goes on to the successor, except what would act for the successor.
	_, err = tx.ExecContext(ctx, `UPDATE memberships SET person = $1 WHERE person = $2 AND body = $3 AND source <> '' AND state = 'active' AND behalf <> $1`, h.To, h.From, h.Body)
	if err != nil {
		return 0, err
	}
	_, err = tx.ExecContext(ctx, `UPDATE memberships SET state = 'ended', until_at = $1 WHERE person = $2 AND body = $3 AND source <> '' AND state = 'active'`, s.now(), h.From, h.Body)
	if err != nil {
		return 0, err
	}
	moved := 0
	if s.MoveWork != nil {
		if moved, err = s.MoveWork(ctx, tx, who, h.From, h.To, h.Body); err != nil {
			return 0, fmt.Errorf("hand over work of %s: %w", h.From, err)
		}
	}
	_, err = tx.ExecContext(ctx, `UPDATE handovers SET state = 'done', moved = $1 WHERE id = $2`, moved, h.ID)
	if err != nil {
		return 0, err
	}
	if err := s.mailHandover(ctx, tx, h, moved); err != nil {
		return 0, err
	}
	return moved, s.note(ctx, tx, who, "handover", h.From, "to", h.To, "body", h.Body, "moved", fmt.Sprint(moved))
}

// passOn ends one hat and gives its role to the successor, who may have it already; delegations on it then stand on the successor's.
func (s *Store) passOn(ctx context.Context, tx db.Q, who Who, m Membership, to string, has []Membership) error {
	at := slices.IndexFunc(has, func(x Membership) bool {
		return x.Role == m.Role && (x.Programmes == "" || x.Programmes == m.Programmes)
	})
	heir := Membership{Person: to, Role: m.Role, Body: m.Body, Section: m.Section, Programmes: m.Programmes, State: Active, Until: m.Until,
		InvitedBy: m.Person, ProvenBy: who.Person, sample: m.sample}
	var err error
	if at >= 0 {
		heir = has[at]
	} else if heir, err = s.insertMembership(ctx, tx, heir); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE memberships SET source = $1, behalf = $2 WHERE source = $3 AND state = 'active' AND person <> $2`, heir.ID, to, m.ID)
	if err != nil {
		return err
	}
	return s.endMembership(ctx, tx, who, m, "handover")
}

func (s *Store) mailHandover(ctx context.Context, tx db.Q, h Handover, moved int) error {
	from, err := personByID(ctx, tx, h.From)
	if err != nil {
		return err
	}
	to, err := personByID(ctx, tx, h.To)
	if err != nil {
		return err
	}
	name, err := s.bodyName(ctx, h.Body)
	if err != nil {
		return err
	}
	return s.post(ctx, tx, Letter{To: to.Email, Lang: to.Lang, Template: "account-handover", Key: h.ID, Values: map[string]string{"name": to.Name, "from": from.Name,
		"body": name.In(to.Lang), "n": lang.Num(int64(moved)), "url": s.link(ctx, to.Lang, "/work")}})
}

const handoverColumns = `h.id, h.from_person, h.to_person, f.name, t.name, h.body, h.day, h.state, h.asked_by, h.moved, h.roles, h.note, h.created_at`

func scanHandover(rows *sql.Rows) (h Handover, err error) {
	var created db.Time
	err = rows.Scan(&h.ID, &h.From, &h.To, &h.FromName, &h.ToName, &h.Body, &h.Day, &h.State, &h.AskedBy, &h.Moved, &h.Roles, &h.Note, &created)
	h.Created = created.Time
	return h, err
}

// Handovers lists the planned hand-overs of a body and the last done ones.
func (s *Store) Handovers(ctx context.Context, who Who, body string) ([]Handover, error) {
	if how, err := s.reach(ctx, who, body); err != nil {
		return nil, err
	} else if how == outOfReach {
		return nil, fault.New(fault.Missing, "db.missing")
	}
	return db.List(ctx, s.DB.Read(), scanHandover, `SELECT `+handoverColumns+` FROM handovers h JOIN people f ON f.id = h.from_person
		JOIN people t ON t.id = h.to_person WHERE h.body = $1 AND h.state <> 'dropped' ORDER BY h.day DESC, h.created_at DESC LIMIT 50`, body)
}

// DropHandover takes a planned hand-over back.
func (s *Store) DropHandover(ctx context.Context, who Who, id string) error {
	h, err := s.handover(ctx, s.DB.Read(), id)
	if err != nil {
		return err
	}
	if _, err := s.mayHandOver(ctx, who, h); err != nil {
		return err
	}
	return s.write(ctx, func(ctx context.Context, tx db.Q) error {
		n, err := db.Changed(ctx, tx, `UPDATE handovers SET state = 'dropped' WHERE id = $1 AND state = 'planned'`, id)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.Conflict, "account.handover.done")
		}
		return s.note(ctx, tx, who, "handover.dropped", h.From, "to", h.To, "body", h.Body)
	})
}

func (s *Store) handover(ctx context.Context, q db.Q, id string) (Handover, error) {
	return db.One(ctx, q, scanHandover, `SELECT `+handoverColumns+` FROM handovers h JOIN people f ON f.id = h.from_person
		JOIN people t ON t.id = h.to_person WHERE h.id = $1`, id)
}

// RunHandovers does the hand-overs whose day has come; a job calls it every ten minutes. Each is its own transaction; one that can no longer be
// done is marked failed and the others go on.
func (s *Store) RunHandovers(ctx context.Context) error {
	due, err := db.List(ctx, s.DB.Read(), db.String, `SELECT id FROM handovers WHERE state = 'planned' AND day <= $1 ORDER BY day, created_at`, jp.Date(s.Now()))
	if err != nil {
		return err
	}
	for _, id := range due {
		err = errors.Join(err, s.runHandover(ctx, id))
	}
	return err
}

func (s *Store) runHandover(ctx context.Context, id string) error {
	return s.write(ctx, func(ctx context.Context, tx db.Q) error {
		n, err := db.Changed(ctx, tx, `UPDATE handovers SET state = 'done' WHERE id = $1 AND state = 'planned'`, id)
		if err != nil || n == 0 {
			return err
		}
		h, err := s.handover(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := s.colleague(ctx, tx, h.To, h.Body); err != nil {
			if fault.Of(err) == nil {
				return err
			}
			_, err = tx.ExecContext(ctx, `UPDATE handovers SET state = 'failed' WHERE id = $1`, id)
			return err
		}
		_, err = s.handOver(ctx, tx, Who{Person: h.AskedBy, Hat: Hat{Body: h.Body}}, h)
		return err
	})
}
