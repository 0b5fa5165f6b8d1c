// Package jobs does what must happen after a decision: a letter, a mail, a task, the index. Work is queued inside the transaction
// of the change that causes it (送達待ち), so it exists exactly when the change does; it is then run by any process of the service,
// tried again with growing pauses when it fails, and laid aside for the administrator after ten failures.
//
// The queue underneath is goqite: one plain table through database/sql on both engines, so a job joins the store's own *sql.Tx. River was
// the other candidate; its SQLite driver calls itself early and took 5 s for 200 jobs, and its database/sql driver for PostgreSQL
// did not compile against the same release, so it could not join our transactions. goqite passed the crash test
// (TestKilledWorkersLoseNothingAndDoNothingTwice): after repeated kill -9 in mid-job on both engines nothing was lost, and nothing
// done with HandleTx was done twice. Two of its habits are met here: on PostgreSQL two receivers may be given the same message, so
// receiving goes behind an advisory lock; and it has no pauses, no reasons and no schedule, which are this package's tables.
package jobs

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"sync/atomic"
	"time"

	"maragu.dev/goqite"

	"kakehashi/internal/db"
)

const (
	queueName = "kakehashi"
	// attemptsMost is how often a job is tried before it is dead.
	attemptsMost = 10
	// firstPause and longestPause bound the wait after a failure; it grows four times with each: ten tries take about a day.
	firstPause   = 10 * time.Second
	longestPause = 6 * time.Hour
)

// Queue is the queue of one database, and this process's part in working it off. Register every kind before Run.
type Queue struct {
	// Lease is how long a job that a dead process had in hand stays invisible to the others. Set it before Run.
	Lease time.Duration
	// Workers is how many jobs this process runs at once. Set it before Run.
	Workers int
	// Busy, when set, says that people are waiting for this process: it then does one job at a time, with pauses. Set it before Run.
	Busy func() bool
	// Before, when set, is called before each job. Set it before Run.
	Before func(context.Context)

	d         *db.DB
	log       *slog.Logger
	inner     *goqite.Queue
	handlers  map[string]handler
	works     map[string]workHandler
	schedules []schedule
	wake      chan struct{}
	took      atomic.Int64 // how long the last job ran
}

// handler does one kind of job; exactly one of the two is set.
type handler struct {
	plain func(ctx context.Context, payload []byte) error
	inTx  func(ctx context.Context, tx db.Q, payload []byte) error
}

// New makes the queue of d. It does nothing until Run or Drain.
func New(d *db.DB, log *slog.Logger) *Queue {
	q := &Queue{Lease: 30 * time.Second, Workers: 2 * runtime.NumCPU(), d: d, log: log, handlers: map[string]handler{}, wake: make(chan struct{}, 1)}
	q.inner = q.goqite()
	return q
}

// goqite is the library's queue with our lease. The limit of receptions is ours (attemptsMost), so the library's is out of reach.
func (q *Queue) goqite() *goqite.Queue {
	flavor := goqite.SQLFlavorSQLite
	if q.d.Postgres() {
		flavor = goqite.SQLFlavorPostgreSQL
	}
	return goqite.New(goqite.NewOpts{DB: q.d.Pool(), Name: queueName, SQLFlavor: flavor, Timeout: q.Lease, MaxReceive: 1 << 30})
}

// Handle registers f for a kind of job whose effect lies outside the database (a mail, a scan). It is run at least once: after a
// crash f may run again for a job it had finished, so f asks first whether the effect is there.
func (q *Queue) Handle(kind string, f func(ctx context.Context, payload []byte) error) {
	q.register(kind, handler{plain: f})
}

// HandleTx registers f for a kind of job whose effect is in the database. What f does through tx and the end of the job are one
// transaction, so the effect happens exactly once. On PostgreSQL f may be run again before it commits.
func (q *Queue) HandleTx(kind string, f func(ctx context.Context, tx db.Q, payload []byte) error) {
	q.register(kind, handler{inTx: f})
}

func (q *Queue) register(kind string, h handler) {
	if _, twice := q.handlers[kind]; twice {
		panic("jobs: kind " + kind + " is registered twice")
	}
	q.handlers[kind] = h
}

// Option is a condition on a queued job.
type Option func(*conditions)

type conditions struct {
	after time.Time
	once  string
}

// After keeps the job until t.
func After(t time.Time) Option { return func(c *conditions) { c.after = t } }

// Once queues the job only if no job was ever queued under this key (keys are kept for two years).
func Once(key string) Option { return func(c *conditions) { c.once = key } }

// envelope is the body of a message.
type envelope struct {
	Kind    string          `json:"kind"`
	Payload json.RawMessage `json:"payload,omitempty"`
}

// Add queues a job in the transaction tx: it will run if and only if tx commits. payload travels as JSON. Jobs run in no
// particular order.
func (q *Queue) Add(ctx context.Context, tx db.Q, kind string, payload any, options ...Option) error {
	var c conditions
	for _, o := range options {
		o(&c)
	}
	if c.once != "" {
		n, err := db.Changed(ctx, tx, `INSERT INTO job_keys (once_key, kind, created) VALUES ($1, $2, $3) ON CONFLICT (once_key) DO NOTHING`,
			c.once, kind, db.Now())
		if err != nil || n == 0 {
			return err
		}
	}
	_, err := q.send(ctx, tx, kind, payload, c.after)
	return err
}

// AddTo adds the job to a batch of the transaction, for acts that write many rows. As with Add, it will run if and only if that
// transaction commits.
func (q *Queue) AddTo(b *db.Batch, kind string, payload any) error {
	body, err := seal(kind, payload)
	if err != nil {
		return err
	}
	// An id in order of time: the library's own are random, and each would touch another page of the index.
	b.Add(`INSERT INTO goqite (id, created, updated, queue, body, timeout) VALUES ($1, $2, $2, $3, $4, $2)`, db.NewID("m"), q.dueText(time.Now()), queueName, body)
	q.stir()
	return nil
}

// seal makes the body of a message.
func seal(kind string, payload any) ([]byte, error) {
	content, err := json.Marshal(payload)
	if err != nil {
		return nil, fmt.Errorf("job %s: %w", kind, err)
	}
	body, err := json.Marshal(envelope{Kind: kind, Payload: content})
	if err != nil {
		return nil, fmt.Errorf("job %s: %w", kind, err)
	}
	return body, nil
}

// stir wakes Run, if it rests.
func (q *Queue) stir() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

func (q *Queue) send(ctx context.Context, tx db.Q, kind string, payload any, after time.Time) (string, error) {
	raw, ok := db.Raw(tx)
	if !ok {
		return "", fmt.Errorf("job %s: not inside a transaction", kind)
	}
	body, err := seal(kind, payload)
	if err != nil {
		return "", err
	}
	message := goqite.Message{Body: body}
	if !after.IsZero() {
		message.Delay = max(0, time.Until(after))
	}
	id, err := q.inner.SendAndGetIDTx(ctx, raw, message)
	if err != nil {
		return "", fmt.Errorf("job %s: %w", kind, err)
	}
	q.stir()
	return string(id), nil
}

// hopeless marks an error that trying again will not mend.
type hopeless struct{ error }

func (h hopeless) Unwrap() error { return h.error }

// Hopeless wraps an error for which trying again is no use: the job is laid aside at once.
func Hopeless(err error) error {
	if err == nil {
		return nil
	}
	return hopeless{err}
}

func isHopeless(err error) bool {
	var h hopeless
	return errors.As(err, &h)
}

// pause is the wait before the next try after `attempt` failures.
func pause(attempt int) time.Duration {
	p := firstPause
	for range attempt - 1 {
		if p *= 4; p >= longestPause {
			return longestPause
		}
	}
	return p
}

// dueText is a moment as the library compares it: text on SQLite, a timestamp on PostgreSQL.
func (q *Queue) dueText(t time.Time) any {
	if q.d.Postgres() {
		return t.UTC()
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z07:00")
}

// delivery is a job this process has in hand.
type delivery struct {
	envelope
	id      string
	attempt int
}

// receive takes up to most due jobs into this process's hands for one lease. It writes nothing when none is due.
func (q *Queue) receive(ctx context.Context, most int) ([]delivery, error) {
	due, err := db.List(ctx, q.d.Read(), db.String, `SELECT id FROM goqite WHERE queue = $1 AND timeout <= $2 LIMIT 1`,
		queueName, q.dueText(time.Now()))
	if err != nil || len(due) == 0 {
		return nil, err
	}
	var got []delivery
	err = q.d.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		got = nil
		if q.d.Postgres() {
			if _, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock(7226, 1)`); err != nil {
				return err
			}
		}
		now := time.Now()
		// The library's own query takes one message and sorts all that are due for it; this one takes many, the longest due first.
		list, err := db.List(ctx, tx, scanMessage, `UPDATE goqite SET timeout = $1, received = received + 1 WHERE id IN
			(SELECT id FROM goqite WHERE queue = $2 AND timeout <= $3 ORDER BY timeout LIMIT $4) RETURNING id, received, body`,
			q.dueText(now.Add(q.Lease)), queueName, q.dueText(now), most)
		for i := 0; i < len(list) && err == nil; i++ {
			var mine bool
			if mine, err = q.take(ctx, tx, &list[i]); mine {
				got = append(got, list[i].delivery)
			}
		}
		return err
	})
	return got, err
}

// message is a delivery with its body as it came.
type message struct {
	delivery
	body []byte
}

func scanMessage(rows *sql.Rows) (m message, err error) {
	return m, rows.Scan(&m.id, &m.attempt, &m.body)
}

// take looks into a message just received; false when it was dealt with here and is not to be run.
func (q *Queue) take(ctx context.Context, tx db.Q, m *message) (bool, error) {
	if err := json.Unmarshal(m.body, &m.envelope); err != nil {
		m.Kind = "unreadable"
		return false, q.bury(ctx, tx, m.delivery, fmt.Sprintf("message cannot be read: %v", err))
	}
	if m.attempt > attemptsMost {
		return false, q.bury(ctx, tx, m.delivery, "the process ended each time while this job ran")
	}
	if _, known := q.handlers[m.Kind]; !known {
		// Another process, of a newer or older build, may know it. The try does not count.
		q.log.Warn("a job of an unknown kind waits", "kind", m.Kind, "job", m.id)
		_, err := tx.ExecContext(ctx, `UPDATE goqite SET received = received - 1 WHERE id = $1`, m.id)
		return false, err
	}
	return true, nil
}

// bury lays a job aside in job_dead.
func (q *Queue) bury(ctx context.Context, tx db.Q, d delivery, failure string) error {
	n, err := db.Changed(ctx, tx, `DELETE FROM goqite WHERE id = $1`, d.id)
	if err != nil || n == 0 {
		return err
	}
	q.log.Error("a job is laid aside", "kind", d.Kind, "job", d.id, "attempts", d.attempt, "failure", failure)
	_, err = tx.ExecContext(ctx, `INSERT INTO job_dead (id, kind, payload, attempts, failure, died) VALUES ($1, $2, $3, $4, $5, $6)`,
		d.id, d.Kind, string(d.Payload), d.attempt, failure, db.Now())
	return err
}
