package jobs

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/lang"
)

// WorkState is where a long work stands.
type WorkState string

const (
	WorkWaiting WorkState = "waiting"
	WorkRunning WorkState = "running"
	WorkDone    WorkState = "done"
	WorkStopped WorkState = "stopped" // at a safe point, because somebody asked; it can go on
	WorkFailed  WorkState = "failed"
)

// Work is a long work that people wait for and may leave (時間のかかる処理): an import of thousands of rows. It moves on in steps that are each
// one transaction with their progress, so that a process that dies loses at most the step in hand.
type Work struct {
	ID, Kind, Title              string
	Person, Hat                  string
	State                        WorkState
	Total, Done                  int64 // Total is 0 while it is not known
	Fine, Warned, Refused        int64
	Failure                      string
	Created, Started, Moved, End time.Time // Started and End are zero until then; Moved is the last step

	settings []byte
	load     func() ([]byte, error)
}

// Ended reports whether nothing moves any more.
func (w Work) Ended() bool {
	return w.State == WorkDone || w.State == WorkFailed || w.State == WorkStopped
}

// Settings reads what the work was begun with.
func (w Work) Settings(into any) error { return json.Unmarshal(w.settings, into) }

// Given reads the input; only of the work in a handler's hands.
func (w Work) Given() ([]byte, error) { return w.load() }

// Item is what became of one part of a work: a row of a file.
type Item struct {
	Place               int64
	Outcome, Code, Name string
	Part                string // column
	Words               lang.Text
}

// Step is one step forward: how far the work is after it, and what became of the parts worth telling.
type Step struct {
	Total, Done           int64
	Fine, Warned, Refused int64 // to add
	Items                 []Item
}

// WorkHandler does the next step of a work in the transaction tx, from w.Done on, and says what it did. last is true when nothing is left.
type WorkHandler func(ctx context.Context, tx db.Q, w Work) (s Step, last bool, err error)

const workKind = "work.run"

// HandleWork registers what does works of a kind, and done, called in the transaction of the last step (may be nil).
func (q *Queue) HandleWork(kind string, step WorkHandler, done func(ctx context.Context, tx db.Q, w Work) error) {
	if q.works == nil {
		q.works = map[string]workHandler{}
		q.Handle(workKind, q.runWork)
		q.HandleTx("work.prune", pruneWorks)
		q.Daily("work.prune", "03:50")
	}
	q.works[kind] = workHandler{step, done}
}

type workHandler struct {
	step WorkHandler
	done func(ctx context.Context, tx db.Q, w Work) error
}

// BeginWork queues a work and returns its id: the one of w, or a new one. With After it waits, and DropWork calls it off until then.
func (q *Queue) BeginWork(ctx context.Context, tx db.Q, w Work, given []byte, settings any, options ...Option) (string, error) {
	if _, known := q.works[w.Kind]; !known {
		return "", fmt.Errorf("work of the unknown kind %s", w.Kind)
	}
	id, now := cmp.Or(w.ID, db.NewID("w")), db.Now()
	if given == nil {
		given = []byte{}
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO works (id, kind, title, person, hat, state, given, settings, created, moved) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)`,
		id, w.Kind, w.Title, w.Person, w.Hat, string(WorkWaiting), given, db.JSON[any]{V: settings}, now)
	if err != nil {
		return "", fmt.Errorf("work %s: %w", w.Kind, err)
	}
	return id, q.Add(ctx, tx, workKind, id, options...)
}

// DropWork calls off a work that has not begun: nothing of it is done, now or later. fault.Conflict when it has begun or ended.
func (q *Queue) DropWork(ctx context.Context, tx db.Q, id string) error {
	n, err := db.Changed(ctx, tx, `UPDATE works SET state = 'stopped', halt = TRUE, ended = $1, moved = $1 WHERE id = $2 AND state = 'waiting' AND started IS NULL`, db.Now(), id)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "fault.conflict")
	}
	return err
}

// InTx runs f in one transaction of the queue's database, for pages that begin or halt a work.
func (q *Queue) InTx(ctx context.Context, f func(ctx context.Context, tx db.Q) error) error {
	return q.d.InTx(ctx, f)
}

const workColumns = `id, kind, title, person, hat, state, total, done, fine, warned, refused, failure, settings, created, started, moved, ended`

func scanWork(rows *sql.Rows) (w Work, err error) {
	var created, started, moved, ended db.Time
	var settings db.JSON[json.RawMessage]
	err = rows.Scan(&w.ID, &w.Kind, &w.Title, &w.Person, &w.Hat, &w.State, &w.Total, &w.Done, &w.Fine, &w.Warned, &w.Refused, &w.Failure, &settings, &created, &started, &moved, &ended)
	w.settings, w.Created, w.Started, w.Moved, w.End = settings.V, created.Time, started.Time, moved.Time, ended.Time
	return w, err
}

// Work reads one work; fault.Missing when there is none.
func (q *Queue) Work(ctx context.Context, id string) (Work, error) {
	return db.One(ctx, q.d.Read(), scanWork, `SELECT `+workColumns+` FROM works WHERE id = $1`, id)
}

// WorkInput reads what a work was given.
func (q *Queue) WorkInput(ctx context.Context, id string) ([]byte, error) {
	return given(ctx, q.d.Read(), id)
}

func given(ctx context.Context, tx db.Q, id string) ([]byte, error) {
	return db.One(ctx, tx, func(rows *sql.Rows) (b []byte, err error) { return b, rows.Scan(&b) }, `SELECT given FROM works WHERE id = $1`, id)
}

// WorksOf is Works of one person.
func (q *Queue) WorksOf(ctx context.Context, kind, person string) ([]Work, error) {
	return db.List(ctx, q.d.Read(), scanWork, `SELECT `+workColumns+` FROM works WHERE kind = $1 AND person = $2 ORDER BY id DESC LIMIT 20`, kind, person)
}

// Works lists the newest works of a kind, twenty at most.
func (q *Queue) Works(ctx context.Context, kind string) ([]Work, error) {
	return db.List(ctx, q.d.Read(), scanWork, `SELECT `+workColumns+` FROM works WHERE kind = $1 ORDER BY id DESC LIMIT 20`, kind)
}

// Items lists what became of the parts of a work, of one outcome or of all (""), in their order after a place, at most limit.
func (q *Queue) Items(ctx context.Context, id, outcome string, after int64, limit int) ([]Item, error) {
	return db.List(ctx, q.d.Read(), scanItem, `SELECT place, outcome, code, name, part, ja, en FROM work_items
		WHERE work = $1 AND ($2 = '' OR outcome = $2) AND place > $3 ORDER BY place LIMIT $4`, id, outcome, after, limit)
}

// LastItems lists the newest of them, newest first.
func (q *Queue) LastItems(ctx context.Context, id string, limit int) ([]Item, error) {
	return db.List(ctx, q.d.Read(), scanItem, `SELECT place, outcome, code, name, part, ja, en FROM work_items WHERE work = $1 ORDER BY place DESC LIMIT $2`, id, limit)
}

// Outcomes counts them by outcome.
func (q *Queue) Outcomes(ctx context.Context, id string) (map[string]int64, error) {
	type row struct {
		outcome string
		n       int64
	}
	rows, err := db.List(ctx, q.d.Read(), func(rows *sql.Rows) (r row, err error) { return r, rows.Scan(&r.outcome, &r.n) },
		`SELECT outcome, count(*) FROM work_items WHERE work = $1 GROUP BY outcome`, id)
	counts := map[string]int64{}
	for _, r := range rows {
		counts[r.outcome] = r.n
	}
	return counts, err
}

func scanItem(rows *sql.Rows) (i Item, err error) {
	return i, rows.Scan(&i.Place, &i.Outcome, &i.Code, &i.Name, &i.Part, &i.Words.JA, &i.Words.EN)
}

// HaltWork asks a work to stop at its next safe point.
func (q *Queue) HaltWork(ctx context.Context, tx db.Q, id string) error {
	_, err := tx.ExecContext(ctx, `UPDATE works SET halt = TRUE WHERE id = $1 AND state IN ('waiting', 'running')`, id)
	return err
}

// ResumeWork lets a work that was stopped or failed go on from where it stands; fault.Conflict when it is neither.
func (q *Queue) ResumeWork(ctx context.Context, tx db.Q, id string) error {
	n, err := db.Changed(ctx, tx, `UPDATE works SET state = 'waiting', halt = FALSE, failure = '', ended = NULL, moved = $1 WHERE id = $2 AND state IN ('stopped', 'failed')`, db.Now(), id)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Conflict, "fault.conflict")
	}
	return q.Add(ctx, tx, workKind, id)
}

// runWork is the job: step after step until the work has ended or was asked to stop.
func (q *Queue) runWork(ctx context.Context, payload []byte) error {
	var id string
	if err := json.Unmarshal(payload, &id); err != nil {
		return Hopeless(err)
	}
	for began := time.Now(); time.Since(began) < workMost; {
		more, err := q.stepWork(ctx, id)
		if err != nil {
			return q.failWork(ctx, id, err)
		}
		if !more {
			return nil
		}
	}
	return q.d.InTx(ctx, func(ctx context.Context, tx db.Q) error { return q.Add(ctx, tx, workKind, id) })
}

// workMost is how long one job steps on with a work before it queues itself anew; it stays below jobMost.
const workMost = 5 * time.Minute

func (q *Queue) stepWork(ctx context.Context, id string) (more bool, err error) {
	err = q.d.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		more = false
		if q.d.Postgres() { // where a lease ran out, two processes may have the same work in hand; SQLite has one writer
			if _, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock(7227, hashtext($1))`, id); err != nil {
				return err
			}
		}
		w, err := db.One(ctx, tx, scanWork, `SELECT `+workColumns+` FROM works WHERE id = $1`, id)
		if fault.Is(err, fault.Missing) || err == nil && w.Ended() {
			return nil
		}
		if err != nil {
			return err
		}
		if stopped, err := db.Changed(ctx, tx, `UPDATE works SET state = 'stopped', ended = $1, moved = $1 WHERE id = $2 AND halt`, db.Now(), id); err != nil || stopped > 0 {
			return err
		}
		w.load = func() ([]byte, error) { return given(ctx, tx, id) }
		h := q.works[w.Kind]
		s, last, err := h.step(ctx, tx, w)
		if err != nil {
			return err
		}
		more = !last
		return q.noteStep(ctx, tx, w, s, last, h)
	})
	return more, err
}

// inHand is the key of the job's id in the context of its handler.
type inHand struct{}

// noteStep writes how far the work is, and after the last step that it is done. A step forward takes back the tries that ended with the
// process: only a work that does not move is laid aside.
func (q *Queue) noteStep(ctx context.Context, tx db.Q, w Work, s Step, last bool, h workHandler) error {
	var b db.Batch
	now := db.Now()
	b.Add(`UPDATE works SET state = 'running', started = COALESCE(started, $1), moved = $1, total = $2, done = $3, fine = fine + $4, warned = warned + $5,
		refused = refused + $6 WHERE id = $7`, now, s.Total, s.Done, s.Fine, s.Warned, s.Refused, w.ID)
	for _, i := range s.Items {
		b.Add(`INSERT INTO work_items (work, place, outcome, code, name, part, ja, en) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (work, place) DO NOTHING`,
			w.ID, i.Place, i.Outcome, i.Code, i.Name, i.Part, i.Words.JA, i.Words.EN)
	}
	if job, ok := ctx.Value(inHand{}).(string); ok {
		b.Add(`UPDATE goqite SET received = 1 WHERE id = $1 AND received > 1`, job)
	}
	if last {
		b.Add(`UPDATE works SET state = 'done', ended = $1 WHERE id = $2`, now, w.ID)
	}
	if _, err := b.Run(ctx, tx); err != nil || !last || h.done == nil {
		return err
	}
	w.Fine, w.Warned, w.Refused, w.Done, w.Total, w.State = w.Fine+s.Fine, w.Warned+s.Warned, w.Refused+s.Refused, s.Done, s.Total, WorkDone
	return h.done(ctx, tx, w)
}

// failWork ends a work with the words of what a person can mend; any other failure, and the end of this process, is the queue's: it tries again.
func (q *Queue) failWork(ctx context.Context, id string, cause error) error {
	f := fault.Of(cause)
	if f == nil || f.Key == "" || f.Kind != fault.Invalid && f.Kind != fault.Refused && f.Kind != fault.Missing {
		return cause
	}
	err := q.d.InTx(context.WithoutCancel(ctx), func(ctx context.Context, tx db.Q) error {
		_, err := tx.ExecContext(ctx, `UPDATE works SET state = 'failed', failure = $1, ended = $2, moved = $2 WHERE id = $3`,
			lang.T(lang.JA, f.Key, f.Args...), db.Now(), id)
		return err
	})
	if err != nil {
		return errors.Join(cause, err)
	}
	q.log.Warn("a work cannot be done", "work", id, "failure", cause)
	return nil
}

// worksKept is how long a finished work can be looked at.
const worksKept = 90 * 24 * time.Hour

func pruneWorks(ctx context.Context, tx db.Q, _ []byte) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM works WHERE created < $1`, db.At(time.Now().Add(-worksKept)))
	return err
}
