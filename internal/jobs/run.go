package jobs

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"maragu.dev/goqite"

	"kakehashi/internal/db"
)

const (
	// look is how often an idle process looks for due jobs.
	look = 300 * time.Millisecond
	// yield is the least pause before each job while people are waiting; after a long job it is yieldTimes as long as that took, so that
	// the work in the background has a tenth of one processor.
	yield      = 25 * time.Millisecond
	yieldTimes = 9
	yieldMost  = 250 * time.Millisecond
	// grace is how long Run waits at its end for jobs in hand.
	grace = 15 * time.Second
	// jobMost is how long one job may take.
	jobMost = 15 * time.Minute
)

// errTaken rolls a HandleTx back whose job another process has finished meanwhile.
var errTaken = errors.New("another process has done this job")

// Run works off jobs and schedules until ctx ends, then gives the jobs in hand some seconds to finish. Several processes may run
// the same queue.
func (q *Queue) Run(ctx context.Context) error {
	q.inner = q.goqite()
	if err := q.plan(ctx); err != nil {
		return err
	}
	working, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	var busy sync.WaitGroup
	free := make(chan struct{}, q.Workers)
	for range q.Workers {
		free <- struct{}{}
	}
	nextTick := time.Now()
	for ctx.Err() == nil {
		if now := time.Now(); !now.Before(nextTick) {
			nextTick = now.Add(time.Second)
			if err := q.Tick(ctx, now); err != nil && ctx.Err() == nil {
				q.log.Error("schedule", "error", err)
			}
		}
		most := q.Workers
		if q.Busy != nil && q.Busy() {
			most = 1
			select {
			case <-time.After(min(max(yield, yieldTimes*time.Duration(q.took.Load())), yieldMost)):
			case <-ctx.Done():
			}
			if len(free) < q.Workers {
				continue
			}
		}
		if !q.dispatch(ctx, working, most, free, &busy) {
			q.rest(ctx)
		}
	}
	finished := make(chan struct{})
	go func() { busy.Wait(); close(finished) }()
	select {
	case <-finished:
	case <-time.After(grace):
		stop()
		<-finished
	}
	return nil
}

// dispatch waits for a free worker, receives as many jobs as workers are free, but most, and starts them; false when nothing was due.
func (q *Queue) dispatch(ctx, working context.Context, most int, free chan struct{}, busy *sync.WaitGroup) bool {
	select {
	case <-free:
	case <-ctx.Done():
		return false
	}
	slots := 1
	for more := true; more && slots < most; {
		select {
		case <-free:
			slots++
		default:
			more = false
		}
	}
	got, err := q.receive(ctx, slots)
	if err != nil && ctx.Err() == nil {
		q.log.Error("receive jobs", "error", err)
	}
	for _, d := range got {
		busy.Go(func() {
			defer func() { free <- struct{}{} }()
			began := time.Now()
			q.work(working, d)
			q.took.Store(int64(time.Since(began)))
		})
	}
	for range slots - len(got) {
		free <- struct{}{}
	}
	return len(got) > 0
}

// rest waits until something may be due.
func (q *Queue) rest(ctx context.Context) {
	select {
	case <-q.wake:
		// Add wakes us before its transaction is on disk.
		select {
		case <-time.After(15 * time.Millisecond):
		case <-ctx.Done():
		}
	case <-time.After(look):
	case <-ctx.Done():
	}
}

// Drain runs every job that is due now, and those that become due by it, one after another, and returns their failures. Schedules
// are not its matter: see Tick. For tests and for the command.
func (q *Queue) Drain(ctx context.Context) error {
	var failures []error
	for {
		got, err := q.receive(ctx, 1)
		if err != nil {
			return err
		}
		if len(got) == 0 {
			return errors.Join(failures...)
		}
		if err := q.work(ctx, got[0]); err != nil {
			failures = append(failures, fmt.Errorf("job %s: %w", got[0].Kind, err))
		}
	}
}

// work runs one job and writes down how it went. The error is the job's, for Drain.
func (q *Queue) work(ctx context.Context, d delivery) error {
	ctx, cancel := context.WithTimeout(context.WithValue(ctx, inHand{}, d.id), jobMost)
	defer cancel()
	defer q.keep(ctx, d)()
	if q.Before != nil {
		q.Before(ctx)
	}
	started := db.Now()
	var err error
	if h := q.handlers[d.Kind]; h.inTx != nil {
		err = q.workInTx(ctx, d, h, started)
	} else if err = protect(func() error { return h.plain(ctx, d.Payload) }); err == nil {
		err = q.d.InTx(context.WithoutCancel(ctx), func(ctx context.Context, tx db.Q) error {
			var b db.Batch
			b.Add(`DELETE FROM goqite WHERE id = $1`, d.id)
			q.record(&b, d, started, "")
			_, err := b.Run(ctx, tx)
			return err
		})
	}
	if err == nil || errors.Is(err, errTaken) {
		return nil
	}
	if werr := q.fail(context.WithoutCancel(ctx), d, started, err); werr != nil {
		q.log.Error("write down a failed job", "kind", d.Kind, "job", d.id, "error", werr)
	}
	return err
}

// workInTx does the job and ends it in one transaction. The message goes first: whoever deletes it is the one who does the job.
func (q *Queue) workInTx(ctx context.Context, d delivery, h handler, started db.Time) error {
	return q.d.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		n, err := db.Changed(ctx, tx, `DELETE FROM goqite WHERE id = $1`, d.id)
		if err != nil {
			return err
		}
		if n == 0 {
			return errTaken
		}
		if err := protect(func() error { return h.inTx(ctx, tx, d.Payload) }); err != nil {
			return err
		}
		return q.recordIn(ctx, tx, d, started, "")
	})
}

// fail writes the failure down and puts the job off, or lays it aside when it was the last try.
func (q *Queue) fail(ctx context.Context, d delivery, started db.Time, failure error) error {
	text := failure.Error()
	q.log.Warn("a job failed", "kind", d.Kind, "job", d.id, "attempt", d.attempt, "error", text)
	return q.d.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		if err := q.recordIn(ctx, tx, d, started, text); err != nil {
			return err
		}
		if d.attempt >= attemptsMost || isHopeless(failure) {
			return q.bury(ctx, tx, d, text)
		}
		raw, _ := db.Raw(tx)
		return q.inner.ExtendTx(ctx, raw, goqite.ID(d.id), pause(d.attempt))
	})
}

// record notes a run, and on the schedule if the kind has one.
func (q *Queue) record(b *db.Batch, d delivery, started db.Time, failure string) {
	ended := db.Now()
	b.Add(`INSERT INTO job_runs (id, message, kind, attempt, started, ended, failure) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		db.NewID("run"), d.id, d.Kind, d.attempt, started, ended, failure)
	if slices.ContainsFunc(q.schedules, func(s schedule) bool { return s.kind == d.Kind }) {
		b.Add(`UPDATE job_schedules SET started = $1, ended = $2, failure = $3 WHERE kind = $4 AND message = $5`, started, ended, failure, d.Kind, d.id)
	}
}

func (q *Queue) recordIn(ctx context.Context, tx db.Q, d delivery, started db.Time, failure string) error {
	var b db.Batch
	q.record(&b, d, started, failure)
	_, err := b.Run(ctx, tx)
	return err
}

// keep renews the lease while a long job runs; the returned function ends that.
func (q *Queue) keep(ctx context.Context, d delivery) func() {
	quit := make(chan struct{})
	timer := time.AfterFunc(q.Lease/3, func() {
		for {
			err := q.d.InTx(ctx, func(ctx context.Context, tx db.Q) error {
				raw, _ := db.Raw(tx)
				return q.inner.ExtendTx(ctx, raw, goqite.ID(d.id), q.Lease)
			})
			if err != nil {
				q.log.Warn("renew the lease of a job", "kind", d.Kind, "job", d.id, "error", err)
			}
			select {
			case <-quit:
				return
			case <-time.After(q.Lease / 3):
			}
		}
	})
	return func() { timer.Stop(); close(quit) }
}

// protect turns a panic of f into an error.
func protect(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return f()
}
