package db

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
	"time"
)

// flusher makes commits on PostgreSQL durable in groups. A transaction of InTx commits without waiting for the disk, which frees its
// locks at once (every submission takes the next number from the same row), and then waits here. One flush serves everybody who
// was waiting when it began: the server writes its log in order, so what follows in the log makes what lies before it durable.
// Nobody is answered, and no job that a commit queued is begun, before that.
type flusher struct {
	pool *sql.DB // its connections commit as the server is set up to, so replicas are waited for where they should be

	mu      sync.Mutex
	waiting []chan error
	running bool
}

// flushMost bounds the wait for a server that does not answer.
const flushMost = 30 * time.Second

// wait returns when everything committed before it is on disk.
func (f *flusher) wait() error {
	done := make(chan error, 1)
	f.mu.Lock()
	f.waiting = append(f.waiting, done)
	if !f.running {
		f.running = true
		go f.run()
	}
	f.mu.Unlock()
	return <-done
}

// run flushes until nobody waits.
func (f *flusher) run() {
	for {
		f.mu.Lock()
		list := f.waiting
		f.waiting = nil
		if f.running = len(list) > 0; !f.running {
			f.mu.Unlock()
			return
		}
		f.mu.Unlock()
		err := f.flush()
		for _, done := range list {
			done <- err
		}
	}
}

// flush commits the smallest transaction that makes the server write its log out.
func (f *flusher) flush() error {
	ctx, cancel := context.WithTimeout(context.Background(), flushMost)
	defer cancel()
	if _, err := f.pool.ExecContext(ctx, `SELECT pg_logical_emit_message(true, 'kakehashi', '')`); err != nil {
		return fmt.Errorf("flush the commit: %w", err)
	}
	return nil
}
