package jobs

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"kakehashi/internal/db"
	"kakehashi/internal/fault"
)

// Job is a run of a job, as the administrator sees it.
type Job struct {
	Message string // the job's id; several runs of one job share it
	Kind    string
	Attempt int
	Started time.Time
	Ended   time.Time
	Failure string // "" when it went well
}

// Filter narrows Recent: a kind ("" for all), failures only, at most Limit runs (100 when 0).
type Filter struct {
	Kind   string
	Failed bool
	Limit  int
}

// Recent lists the latest runs, newest first.
func (q *Queue) Recent(ctx context.Context, f Filter) ([]Job, error) {
	if f.Limit <= 0 {
		f.Limit = 100
	}
	query := `SELECT message, kind, attempt, started, ended, failure FROM job_runs WHERE 1 = 1`
	args := []any{f.Limit}
	if f.Kind != "" {
		query += ` AND kind = $2`
		args = append(args, f.Kind)
	}
	if f.Failed {
		query += ` AND failure <> ''`
	}
	return db.List(ctx, q.d.Read(), func(rows *sql.Rows) (Job, error) {
		var j Job
		var started, ended db.Time
		err := rows.Scan(&j.Message, &j.Kind, &j.Attempt, &started, &ended, &j.Failure)
		j.Started, j.Ended = started.Time, ended.Time
		return j, err
	}, query+` ORDER BY started DESC LIMIT $1`, args...)
}

// Dead is a job laid aside after its last failure.
type Dead struct {
	ID       string
	Kind     string
	Payload  string
	Attempts int
	Failure  string
	Died     time.Time
}

// Laid lists the jobs laid aside, newest first, at most 200.
func (q *Queue) Laid(ctx context.Context) ([]Dead, error) {
	return db.List(ctx, q.d.Read(), func(rows *sql.Rows) (Dead, error) {
		var d Dead
		var died db.Time
		err := rows.Scan(&d.ID, &d.Kind, &d.Payload, &d.Attempts, &d.Failure, &died)
		d.Died = died.Time
		return d, err
	}, `SELECT id, kind, payload, attempts, failure, died FROM job_dead ORDER BY died DESC LIMIT 200`)
}

// Revive queues a job that was laid aside once more, with ten new tries. fault.Missing when there is none of this id.
func (q *Queue) Revive(ctx context.Context, tx db.Q, id string) error {
	type row struct{ kind, payload string }
	r, err := db.One(ctx, tx, func(rows *sql.Rows) (r row, err error) { return r, rows.Scan(&r.kind, &r.payload) },
		`SELECT kind, payload FROM job_dead WHERE id = $1`, id)
	if err != nil {
		return err
	}
	n, err := db.Changed(ctx, tx, `DELETE FROM job_dead WHERE id = $1`, id)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Missing, "db.missing")
	}
	return q.Add(ctx, tx, r.kind, json.RawMessage(r.payload))
}

// State is the queue in numbers, for the health page and the metrics.
type State struct {
	Waiting int64         // jobs in the queue, also those put off
	Due     int64         // jobs that could run now
	Late    time.Duration // how long the oldest due job has waited
	Laid    int64         // jobs laid aside
}

// State counts the queue.
func (q *Queue) State(ctx context.Context) (State, error) {
	var s State
	now := time.Now()
	err := q.d.Read().QueryRowContext(ctx, `SELECT (SELECT count(*) FROM goqite WHERE queue = $1),
		(SELECT count(*) FROM goqite WHERE queue = $1 AND timeout <= $2), (SELECT count(*) FROM job_dead)`,
		queueName, q.dueText(now)).Scan(&s.Waiting, &s.Due, &s.Laid)
	if err != nil || s.Due == 0 {
		return s, err
	}
	var oldest db.Time
	if err := q.d.Read().QueryRowContext(ctx, `SELECT min(timeout) FROM goqite WHERE queue = $1`, queueName).Scan(&oldest); err != nil {
		return s, err
	}
	s.Late = max(0, now.Sub(oldest.Time))
	return s, nil
}
