package jobs

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"kakehashi/internal/db"
)

// japan is Japan Standard Time, which has no summer time.
var japan = time.FixedZone("JST", 9*60*60)

// schedule is a job that comes again: every so often, or daily at a time of the day in Japan.
type schedule struct {
	kind  string
	every time.Duration
	daily string // "08:00" JST, "" for none
}

// pruneKind tidies this package's own tables.
const pruneKind = "jobs.prune"

// Every runs the kind (registered with Handle or HandleTx, payload null) again and again, the first time at once. However many
// processes run the queue, one of them does each turn, and no turn begins while the last one is still in the queue.
func (q *Queue) Every(kind string, every time.Duration) {
	q.schedules = append(q.schedules, schedule{kind: kind, every: every})
}

// Daily runs the kind once a day at the time "HH:MM" in Japan.
func (q *Queue) Daily(kind, at string) {
	if _, err := time.Parse("15:04", at); err != nil {
		panic("jobs: " + kind + ": not a time of the day: " + at)
	}
	q.schedules = append(q.schedules, schedule{kind: kind, every: 24 * time.Hour, daily: at})
}

// first is when a new schedule runs for the first time.
func (s schedule) first(now time.Time) time.Time {
	if s.daily == "" {
		return now
	}
	return s.after(now)
}

// after is the next turn after now.
func (s schedule) after(now time.Time) time.Time {
	if s.daily == "" {
		return now.Add(s.every)
	}
	at, _ := time.Parse("15:04", s.daily)
	local := now.In(japan)
	next := time.Date(local.Year(), local.Month(), local.Day(), at.Hour(), at.Minute(), 0, 0, japan)
	if !next.After(now) {
		next = next.AddDate(0, 0, 1)
	}
	return next
}

// plan writes the schedules of this build into the table. A turn already set stays, unless the interval was changed.
func (q *Queue) plan(ctx context.Context) error {
	if _, known := q.handlers[pruneKind]; !known {
		q.HandleTx(pruneKind, prune)
		q.Daily(pruneKind, "03:40")
	}
	return q.d.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		for _, s := range q.schedules {
			if _, known := q.handlers[s.kind]; !known {
				return fmt.Errorf("schedule of %s: nobody handles this kind", s.kind)
			}
			if _, err := tx.ExecContext(ctx, `INSERT INTO job_schedules (kind, every, daily, next) VALUES ($1, $2, $3, $4)
				ON CONFLICT (kind) DO UPDATE SET every = excluded.every, daily = excluded.daily,
				next = CASE WHEN job_schedules.every = excluded.every AND job_schedules.daily = excluded.daily THEN job_schedules.next ELSE excluded.next END`,
				s.kind, int64(s.every/time.Second), s.daily, db.At(s.first(time.Now()))); err != nil {
				return err
			}
		}
		return nil
	})
}

// Tick queues every schedule whose turn has come by now. Run calls it each second.
func (q *Queue) Tick(ctx context.Context, now time.Time) error {
	kinds, err := db.List(ctx, q.d.Read(), db.String, `SELECT kind FROM job_schedules WHERE next <= $1`, db.At(now))
	if err != nil || len(kinds) == 0 {
		return err
	}
	due := map[string]bool{}
	for _, k := range kinds {
		due[k] = true
	}
	for _, s := range q.schedules {
		if !due[s.kind] {
			continue
		}
		if err := q.turn(ctx, s, now); err != nil {
			return fmt.Errorf("schedule of %s: %w", s.kind, err)
		}
	}
	return nil
}

// turn queues one run; the update of `next` decides between processes.
func (q *Queue) turn(ctx context.Context, s schedule, now time.Time) error {
	return q.d.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		n, err := db.Changed(ctx, tx, `UPDATE job_schedules SET next = $1 WHERE kind = $2 AND next <= $3`, db.At(s.after(now)), s.kind, db.At(now))
		if err != nil || n == 0 {
			return err
		}
		still, err := db.One(ctx, tx, db.Int, `SELECT count(*) FROM goqite WHERE id = (SELECT message FROM job_schedules WHERE kind = $1)`, s.kind)
		if err != nil || still > 0 {
			return err
		}
		id, err := q.send(ctx, tx, s.kind, nil, time.Time{})
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE job_schedules SET message = $1 WHERE kind = $2`, id, s.kind)
		return err
	})
}

// prune forgets runs after 60 days and the keys of Once after two years.
func prune(ctx context.Context, tx db.Q, _ []byte) error {
	now := time.Now()
	if _, err := tx.ExecContext(ctx, `DELETE FROM job_runs WHERE started < $1`, db.At(now.AddDate(0, 0, -60))); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `DELETE FROM job_keys WHERE created < $1`, db.At(now.AddDate(-2, 0, 0)))
	return err
}

// Schedule is a row of the administrator's table of repeated work.
type Schedule struct {
	Kind    string
	Every   time.Duration
	Daily   string    // "08:00" in Japan, "" for none
	Next    time.Time // when the next turn is due
	Started time.Time // last run, zero when it never ran
	Ended   time.Time
	Failure string // of the last run, "" when it went well
	Overdue bool   // the turn is more than five minutes late, so nobody runs the queue
}

// Schedules lists the repeated work of this build.
func (q *Queue) Schedules(ctx context.Context) ([]Schedule, error) {
	now := time.Now()
	all, err := db.List(ctx, q.d.Read(), func(rows *sql.Rows) (Schedule, error) {
		var s Schedule
		var seconds int64
		var next, started, ended db.Time
		err := rows.Scan(&s.Kind, &seconds, &s.Daily, &next, &started, &ended, &s.Failure)
		s.Every = time.Duration(seconds) * time.Second
		s.Next, s.Started, s.Ended = next.Time, started.Time, ended.Time
		s.Overdue = now.Sub(s.Next) > 5*time.Minute
		return s, err
	}, `SELECT kind, every, daily, next, started, ended, failure FROM job_schedules ORDER BY kind`)
	return slices.DeleteFunc(all, func(s Schedule) bool {
		return !slices.ContainsFunc(q.schedules, func(known schedule) bool { return known.kind == s.Kind })
	}), err
}
