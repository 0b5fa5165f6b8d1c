package db

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
	"time"
)

const (
	// logCopied is how many pages (of 4 KB) the write-ahead log of a SQLite file gathers before they are copied into the file. What is
	// written again meanwhile is copied once.
	logCopied = 2000
	// logTurned is from how many pages on the log is begun anew once all of it is copied. Pages of the log that are written over cost less
	// than new ones.
	logTurned = 4000
	// logAsked is after how many commits the length of the log is asked for.
	logAsked = 16
	// logMost is the number at which the writer copies by itself: nobody does it for it while tools write past the queue.
	logMost = 48_000
	// turnTime bounds how long, in milliseconds, the writer waits for those who still read the log before it begins the log anew.
	turnTime = 10
)

// checkpointer copies the write-ahead log into the SQLite file beside the writer, which otherwise would do it between two commits, with
// everybody waiting. Only the end of a long log is copied while the writer stands still, for the log can begin anew only then.
type checkpointer struct {
	pool *sql.DB
	more chan struct{} // something was committed
	turn chan struct{} // the writer is asked to begin the log anew
	mu   sync.Mutex    // a checkpoint runs
	n    int           // commits since the length was asked for
	quit chan struct{}
	done chan struct{}
}

func startCheckpointer(pool *sql.DB) *checkpointer {
	c := &checkpointer{pool: pool, more: make(chan struct{}, 1), turn: make(chan struct{}, 1), quit: make(chan struct{}), done: make(chan struct{})}
	go c.run()
	return c
}

func (c *checkpointer) stop() {
	close(c.quit)
	<-c.done
}

// committed tells that the log has grown. The writer calls it.
func (c *checkpointer) committed() {
	if c.n++; c.n < logAsked {
		return
	}
	c.n = 0
	select {
	case c.more <- struct{}{}:
	default:
	}
}

func (c *checkpointer) run() {
	defer close(c.done)
	for {
		select {
		case <-c.quit:
			return
		case <-c.more:
			c.mu.Lock()
			c.copy()
			c.mu.Unlock()
		}
	}
}

// copy copies the log if there is enough of it, and asks the writer to begin it anew if it has become long.
func (c *checkpointer) copy() {
	if log, copied, err := c.do("NOOP"); err != nil || log-copied < logCopied {
		return
	}
	if log, copied, err := c.do("PASSIVE"); err == nil && log >= logTurned && log-copied < logCopied {
		c.ask()
	}
}

func (c *checkpointer) ask() {
	select {
	case c.turn <- struct{}{}:
	default:
	}
}

// anew begins the log anew if that was asked for. The writer calls it between two transactions; where somebody reads the log for long, it
// grows on until it is asked for again.
func (c *checkpointer) anew() {
	select {
	case <-c.turn:
		if !c.mu.TryLock() {
			c.ask() // the rest is being copied: after the next transaction then
			return
		}
		defer c.mu.Unlock()
		c.do("RESTART") //nolint:errcheck // nothing is lost by a log that goes on
	default:
	}
}

// do runs a checkpoint and returns how many pages the log holds and how many of them are in the file.
func (c *checkpointer) do(mode string) (log, copied int, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	var busy int
	if err = c.pool.QueryRowContext(ctx, "PRAGMA wal_checkpoint("+mode+")").Scan(&busy, &log, &copied); err != nil {
		return 0, 0, fmt.Errorf("copy the write-ahead log: %w", err)
	}
	return log, copied, nil
}
