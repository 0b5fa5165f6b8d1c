package cases

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"kakehashi/internal/db"
	"kakehashi/internal/jp"
	"kakehashi/internal/programme"
)

// What the clock does to cases is mostly nothing: whether it may do something is told from columns, and only such a case is read.

// waiting is a case under way as the clock looks at it.
type waiting struct {
	id, due, programme, definition, state string
	phase                                 int
}

// waitingMost is how many cases the clock looks at in one go.
const waitingMost = 500

// underWay calls look for every case that has not ended, in order of due day, until it says to stop.
func (s *Store) underWay(ctx context.Context, look func(w waiting) (more bool, err error)) error {
	due, id := "", ""
	for {
		list, err := db.List(ctx, s.DB.Read(), func(r *sql.Rows) (w waiting, err error) {
			return w, r.Scan(&w.id, &w.due, &w.programme, &w.definition, &w.state, &w.phase)
		}, `SELECT id, due, programme, definition, state, phase FROM cases WHERE NOT ended AND (due, id) > ($1, $2) ORDER BY due, id LIMIT $3`,
			due, id, waitingMost)
		if err != nil {
			return err
		}
		for _, w := range list {
			if more, err := look(w); err != nil || !more {
				return err
			}
		}
		if len(list) < waitingMost {
			return nil
		}
		due, id = list[len(list)-1].due, list[len(list)-1].id
	}
}

// Remind queues the reminders that are due today: to whoever has the ball, so many days before the due day as the programme says.
// It is run every hour by a job; each reminder is sent once however often it runs.
func (s *Store) Remind(ctx context.Context) error {
	if err := s.remindDuties(ctx); err != nil {
		return err
	}
	today := day(s.now())
	return s.underWay(ctx, func(w waiting) (bool, error) {
		left := jp.Days(today, w.due)
		if w.due == noDue || left > 31 {
			return false, nil // in order of due day: nothing nearer follows
		}
		p, err := s.Programmes.ByHash(ctx, w.definition)
		if err != nil || !slices.Contains(p.Deadlines.Reminders, left) {
			return true, err
		}
		sent, err := db.One(ctx, s.DB.Brief(), db.Int, `SELECT COUNT(*) FROM case_reminders WHERE key = $1`, reminder(w.id, w.state, w.due, left))
		if err != nil || sent > 0 { // most were sent in an earlier hour of the day: their cases are not read for it
			return true, err
		}
		return true, s.remind(ctx, w.id, today)
	})
}

// reminder is the key of a reminder that is sent once: so many days before the due day of a case in a state.
func reminder(id, state, due string, left int) string {
	return fmt.Sprintf("%s/%s/%s/%d", id, state, due, left)
}

func (s *Store) remind(ctx context.Context, id, today string) error {
	c, p, err := s.Get(ctx, System, id)
	if err != nil {
		return err
	}
	left := jp.Days(today, c.Due)
	if c.Due == "" || !slices.Contains(p.Deadlines.Reminders, left) {
		return nil
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		occasion := fmt.Sprintf("%s/%s/%d", c.State, c.Due, left)
		n, err := db.Changed(ctx, tx, `INSERT INTO case_reminders (key) VALUES ($1) ON CONFLICT (key) DO NOTHING`, reminder(c.ID, c.State, c.Due, left))
		if err != nil || n == 0 {
			return err
		}
		d := &draft{Store: s, Case: c, Programme: p, ctx: ctx, tx: tx, who: System, now: s.now()}
		to := "holder"
		if c.Holder == "staff" || c.Holder == "approver" {
			to = "applicant"
		}
		return d.tell(map[string]string{to: "reminder"}, occasion)
	})
}

// tickGrace is how much later than the hour the clock's moves are made: what arrived in the last second of a call may still be on
// its way through the service, and must not meet an expired draft.
const tickGrace = 10 * time.Minute

// Tick makes the moves that the clock makes: drafts take over a newer version that refuses nothing they may do, and expire after the
// close; projects start and end. Run by a job.
func (s *Store) Tick(ctx context.Context) error {
	still := map[waiting]bool{}
	return s.underWay(ctx, func(w waiting) (bool, error) {
		kind := waiting{programme: w.programme, definition: w.definition, state: w.state, phase: w.phase}
		waits, known := still[kind]
		if !known {
			waits = s.still(ctx, kind)
			still[kind] = waits
		}
		if waits {
			return true, nil
		}
		if err := s.tick(ctx, w.id); err != nil {
			s.Log.Error("tick", "case", w.id, "err", err)
		}
		return true, nil
	})
}

// still reports whether the clock has nothing to do with any case that stands like this one, whatever is in it: there is no newer version
// for it, and every move of the clock from its state is one whose hour has not come. What cannot be told is looked at in the case.
func (s *Store) still(ctx context.Context, w waiting) bool {
	p, err := s.Programmes.ByHash(ctx, w.definition)
	if err != nil {
		return false
	}
	if w.phase == 0 {
		if newest, err := s.Programmes.Current(ctx, w.programme); err != nil || newest.Hash != w.definition {
			return false
		}
	}
	facts := programme.Facts{"now": s.now().Add(-tickGrace)}
	for _, m := range p.Workflow.Moves {
		if m.Auto == "" || !slices.Contains(m.From, w.state) {
			continue
		}
		if not, err := p.Guard("!("+m.Auto+")", facts); err != nil || !not {
			return false
		}
	}
	return true
}

// clockOf is the moment by which the clock judges a case: what an office is entering does not run out after the close, for it had arrived.
func (s *Store) clockOf(c *Case) time.Time {
	if in := c.Intake(); in != nil && c.Submitted.IsZero() {
		return in.Moment()
	}
	return s.now().Add(-tickGrace)
}

func (s *Store) tick(ctx context.Context, id string) error {
	c, p, err := s.Get(ctx, System, id)
	if err != nil {
		return err
	}
	if n, err := s.Newer(ctx, c); err != nil {
		return err
	} else if n != nil && n.Compatible {
		if err := s.AdoptVersion(ctx, System, id, n.Hash); err != nil {
			return err
		}
		if c, p, err = s.Get(ctx, System, id); err != nil {
			return err
		}
	}
	for _, m := range p.Workflow.Moves {
		if m.Auto == "" || !slices.Contains(m.From, c.State) {
			continue
		}
		if ok, err := p.Guard(m.Auto, s.facts(c, p, System, s.clockOf(c))); err != nil || !ok {
			if err != nil {
				return err
			}
			continue
		}
		_, err := s.Do(ctx, System, id, Act{Move: m.ID, Version: c.Seq})
		return err
	}
	return nil
}
