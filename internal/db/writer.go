package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// groupMost is how many transactions share one commit, and so one sync of the disk.
	groupMost = 64
	// groupTime ends a group early: nobody waits for a long row of others.
	groupTime = 10 * time.Millisecond
)

// errClosed answers whoever writes after Close.
var errClosed = errors.New("the database is closed")

// writer is the one place where a process writes to SQLite. Transactions queue first in, first out. The writer begins a
// transaction on the file, lets up to groupMost callers run in it one after another, each but the first behind its own savepoint and
// on its own goroutine, commits once, and then answers them all. A first that fails ends its group.
type writer struct {
	pool  *sql.DB
	log   *checkpointer
	queue chan *turn
	quit  chan struct{}
	done  chan struct{}
	once  sync.Once
	place sync.Mutex // whoever is placed and queued in one go
}

// turn is one caller in the queue.
type turn struct {
	ctx   context.Context
	begin chan *sql.Tx // the caller's turn has come; nil when the group could not begin (see err)
	ended chan outcome // the caller is through
	state chan error   // the group's end
	first bool         // of its group: the transaction holds nothing but what this caller does
	ready atomic.Bool  // the caller waits for its turn; false while it still works ahead
	err   error
}

// outcome is how a caller's turn ended.
type outcome int

const (
	kept    outcome = iota // the savepoint was released
	undone                 // rolled back to the savepoint, or never begun; of the first of a group: to be rolled back with the transaction
	spoiled                // the file's transaction itself is broken
)

func startWriter(pool *sql.DB, log *checkpointer) *writer {
	w := &writer{pool: pool, log: log, queue: make(chan *turn, 4*groupMost), quit: make(chan struct{}), done: make(chan struct{})}
	go w.run()
	return w
}

func (w *writer) stop() {
	w.once.Do(func() { close(w.quit) })
	<-w.done
}

func (w *writer) run() {
	defer close(w.done)
	defer w.log.stop()
	var next *turn
	for {
		if next != nil {
			next = w.group(next)
			w.log.committed()
			w.log.anew()
			continue
		}
		select {
		case next = <-w.queue:
		case <-w.quit:
			return
		}
	}
}

// group runs one transaction on the file, beginning with the caller t, and returns the caller that has come up but was not ready yet, if any:
// those who have had their turn do not wait for it.
func (w *writer) group(t *turn) (late *turn) {
	raw, err := w.pool.BeginTx(context.Background(), nil)
	if err != nil {
		t.err = fmt.Errorf("begin: %w", err)
		close(t.begin)
		return nil
	}
	var waiting, failed []*turn
	start, broken := time.Now(), false
	for n := 0; t != nil; n++ {
		t.first = n == 0
		t.begin <- raw
		switch <-t.ended {
		case kept:
			waiting = append(waiting, t)
		case undone:
			failed = append(failed, t)
		case spoiled:
			broken = true
		}
		t = nil
		if broken || len(waiting) == 0 || n+1 == groupMost || time.Since(start) > groupTime {
			break
		}
		select {
		case t = <-w.queue:
			if !t.ready.Load() {
				t, late = nil, t
			}
		default:
		}
	}
	if broken {
		raw.Rollback()
		err = errors.New("the group's transaction was broken by another")
	} else if len(waiting) == 0 {
		err = raw.Rollback()
	} else if err = raw.Commit(); err != nil {
		raw.Rollback()
		err = fmt.Errorf("commit: %w", err)
	}
	for _, t := range waiting {
		t.state <- err
	}
	for _, t := range failed {
		t.state <- nil
	}
	return late
}

// do queues a transaction, runs it when its turn comes, and returns when it is on disk.
func (w *writer) do(ctx context.Context, what Turn) error {
	t := &turn{ctx: ctx, begin: make(chan *sql.Tx), ended: make(chan outcome), state: make(chan error, 1)}
	t.ready.Store(what.Ahead == nil)
	if err := w.line(t, what.Placed); err != nil {
		return err
	}
	var raw *sql.Tx
	came := func() (err error) { // also when Ahead panics: the writer waits for whoever is in the row
		select {
		case raw = <-t.begin:
		case <-w.done:
			return errClosed
		}
		return nil
	}
	if what.Ahead != nil {
		good := false
		func() {
			defer func() {
				if !good && came() == nil && raw != nil {
					t.ended <- undone
				}
			}()
			defer t.ready.Store(true)
			what.Ahead(context.WithValue(ctx, ahead{}, true))
			good = true
		}()
	}
	if err := came(); err != nil {
		return err
	}
	if raw == nil {
		return t.err
	}
	result, err := t.run(raw, what.Do)
	if result == undone {
		<-t.state // what made it fail may have been written by a neighbour, and is to be read by whoever is told so
	}
	if err != nil {
		return err
	}
	return <-t.state
}

// line puts a caller into the row.
func (w *writer) line(t *turn, placed func()) error {
	if placed != nil {
		w.place.Lock()
		defer w.place.Unlock()
	}
	select {
	case w.queue <- t:
	case <-t.ctx.Done():
		return t.ctx.Err()
	case <-w.done:
		return errClosed
	}
	if placed != nil {
		placed()
	}
	return nil
}

// run is the caller's turn, on the caller's goroutine. It gives the turn back however f ends: by return, panic or Goexit.
func (t *turn) run(raw *sql.Tx, f func(context.Context, Q) error) (result outcome, err error) {
	if err := t.ctx.Err(); err != nil {
		t.ended <- undone
		return undone, err
	}
	detached := context.WithoutCancel(t.ctx)
	tx := &Tx{raw: raw, begun: true}
	result = spoiled
	defer func() { t.ended <- result }()
	if !t.first {
		if _, err := raw.ExecContext(detached, "SAVEPOINT turn"); err != nil {
			return result, fmt.Errorf("savepoint: %w", err)
		}
	}
	good := false
	defer func() {
		tx.over.Store(true)
		if t.first {
			if result = undone; good {
				result = kept
			}
			return
		}
		if good {
			if _, rerr := raw.ExecContext(detached, "RELEASE turn"); rerr != nil {
				err = fmt.Errorf("release: %w", rerr)
				return
			}
			result = kept
			return
		}
		if _, rerr := raw.ExecContext(detached, "ROLLBACK TO turn"); rerr == nil {
			if _, rerr = raw.ExecContext(detached, "RELEASE turn"); rerr == nil {
				result = undone
			}
		}
	}()
	if err := f(context.WithValue(detached, inTx{}, tx), tx); err != nil {
		return result, err
	}
	good = true
	return result, nil
}
