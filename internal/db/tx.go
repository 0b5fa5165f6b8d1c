package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// errOver is what a transaction says to SQL after its callback has returned.
var errOver = errors.New("this transaction is over")

// Tx is the Q that InTx hands to its callback. It ends with the callback and belongs to the callback's goroutine. On PostgreSQL it begins
// with its first statement.
type Tx struct {
	raw    *sql.Tx   // nil on PostgreSQL while nobody asked for it: a batch begins and ends a transaction without it
	conn   *sql.Conn // PostgreSQL only
	begun  bool
	ended  bool // a batch has committed it
	undone bool // a batch was to commit it and failed
	over   atomic.Bool
	depth  int
}

// q is what runs SQL in the transaction, which it begins.
func (t *Tx) q() (Q, error) {
	switch {
	case t.over.Load():
		return nil, errOver
	case t.raw != nil:
		return t.raw, nil
	case t.begun:
		return t.conn, nil
	}
	return t.sqlTx()
}

// sqlTx begins the transaction as database/sql does. Where a batch has begun it, the server says so and goes on with it.
func (t *Tx) sqlTx() (*sql.Tx, error) {
	if t.raw != nil {
		return t.raw, nil
	}
	raw, err := t.conn.BeginTx(context.Background(), nil)
	if err != nil {
		return nil, fmt.Errorf("begin: %w", err)
	}
	t.raw, t.begun = raw, true
	return raw, nil
}

// ExecContext runs a statement.
func (t *Tx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	q, err := t.q()
	if err != nil {
		return nil, err
	}
	return q.ExecContext(ctx, query, args...)
}

// QueryContext runs a query.
func (t *Tx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	q, err := t.q()
	if err != nil {
		return nil, err
	}
	return q.QueryContext(ctx, query, args...)
}

// QueryRowContext runs a query of one row.
func (t *Tx) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	q, err := t.q()
	if err == nil {
		return q.QueryRowContext(ctx, query, args...)
	}
	failed, cancel := context.WithCancelCause(ctx) // a row can only be told its error by a context that has ended
	cancel(err)
	if t.raw != nil {
		return t.raw.QueryRowContext(failed, query, args...)
	}
	return t.conn.QueryRowContext(failed, query, args...)
}

// Raw is the *sql.Tx inside q, for libraries that ask for one; false when q is not a transaction of InTx.
func Raw(q Q) (*sql.Tx, bool) {
	t, ok := q.(*Tx)
	if !ok || t.over.Load() {
		return nil, false
	}
	raw, err := t.sqlTx()
	return raw, err == nil
}

type inTx struct{}

type ahead struct{}

// errAhead is what a transaction says inside Turn.Ahead: its turn would be behind the one that waits for it.
var errAhead = errors.New("nothing can be written before one's turn")

// InTx runs f in one transaction, durable when it returns nil, gone without a trace when f errs or panics. The context f gets is
// never cancelled: a transaction that has begun ends. On SQLite the callbacks of all goroutines run one after another, in the
// order they asked; on PostgreSQL at READ COMMITTED, and f runs again after a serialization failure or a deadlock, so f changes
// nothing outside tx. InTx with f's own context joins the transaction as a savepoint; inside f never call InTx with another
// context (on SQLite that waits for itself).
func (d *DB) InTx(ctx context.Context, f func(ctx context.Context, tx Q) error) error {
	return d.InTurn(ctx, Turn{Do: f})
}

// Turn is a transaction that knows its place among those of this process before it begins.
type Turn struct {
	// Placed, if any, is called when the place in the row is taken: no transaction of this process that is placed later begins earlier. It
	// is short and asks the database nothing.
	Placed func()
	// Ahead, if any, is called then, while those before it have their turns. It writes nothing: InTx fails with its context.
	Ahead func(ctx context.Context)
	// Do is what InTx is given.
	Do func(ctx context.Context, tx Q) error
}

// InTurn is InTx for whoever works out what is to be written while waiting for it. There is a row on SQLite alone: on PostgreSQL, and in a
// transaction that is joined, neither Placed nor Ahead is called.
func (d *DB) InTurn(ctx context.Context, t Turn) error {
	f := t.Do
	if ctx.Value(ahead{}) != nil {
		return errAhead
	}
	if outer, ok := ctx.Value(inTx{}).(*Tx); ok && !outer.over.Load() {
		return outer.nested(ctx, f)
	}
	e := &ending{}
	ctx = context.WithValue(ctx, endingKey{}, e)
	defer e.run()
	defer d.written.Add(1)
	if d.writer != nil {
		return d.writer.do(ctx, t)
	}
	for try := 1; ; try++ {
		err := d.pgTx(ctx, f)
		if err == nil || try == 8 || !retryable(err) {
			return err
		}
		time.Sleep(time.Duration(rand.IntN(1<<try)) * time.Millisecond)
	}
}

// Settled returns when whatever a failed transaction of InTx has seen is on disk: for an answer that rests on what another has just
// committed. On SQLite InTx itself waits for that.
func (d *DB) Settled() error {
	if d.flush == nil {
		return nil
	}
	return d.flush.wait()
}

type endingKey struct{}

// ending is what waits for a transaction to end.
type ending struct{ calls []func() }

func (e *ending) run() {
	for _, call := range e.calls {
		call()
	}
}

// Ended calls f when the transaction that ctx belongs to has ended, well or not; at once when ctx belongs to none. Who keeps what was
// read forgets it there: before the end nobody else sees the change.
func Ended(ctx context.Context, f func()) {
	if tx, ok := ctx.Value(inTx{}).(*Tx); ok && !tx.over.Load() {
		if e, ok := ctx.Value(endingKey{}).(*ending); ok {
			e.calls = append(e.calls, f)
			return
		}
	}
	f()
}

// nested runs f inside t as a savepoint.
func (t *Tx) nested(ctx context.Context, f func(context.Context, Q) error) error {
	t.depth++
	defer func() { t.depth-- }()
	name := fmt.Sprintf("nested%d", t.depth)
	if _, err := t.ExecContext(ctx, "SAVEPOINT "+name); err != nil {
		return err
	}
	if err := f(ctx, t); err != nil {
		_, rerr := t.ExecContext(ctx, "ROLLBACK TO SAVEPOINT "+name)
		return errors.Join(err, rerr)
	}
	_, err := t.ExecContext(ctx, "RELEASE SAVEPOINT "+name)
	return err
}

func (d *DB) pgTx(ctx context.Context, f func(context.Context, Q) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	detached := context.WithoutCancel(ctx)
	conn, err := d.write.Conn(ctx)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer conn.Close()
	tx := &Tx{conn: conn}
	defer func() {
		tx.over.Store(true)
		tx.rollback(detached) // after a commit this does nothing
	}()
	if err := f(context.WithValue(detached, inTx{}, tx), tx); err != nil {
		return err
	}
	tx.over.Store(true)
	if !tx.begun {
		return nil
	}
	if err := tx.commit(detached); err != nil {
		return err
	}
	conn.Close() // others may use it while we wait for the disk
	return d.flush.wait()
}

// commit ends a transaction on PostgreSQL, unless a batch has.
func (t *Tx) commit(ctx context.Context) error {
	switch {
	case t.ended:
		return nil
	case t.undone:
		return errUndone
	case t.raw != nil:
		if err := t.raw.Commit(); err != nil {
			return fmt.Errorf("commit: %w", err)
		}
		t.ended = true
		return nil
	}
	err := t.conn.Raw(func(driver any) error {
		tag, err := driver.(*stdlib.Conn).Conn().Exec(ctx, "commit")
		if err == nil && tag.String() != "COMMIT" {
			err = errUndone
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	t.ended = true
	return nil
}

// rollback undoes a transaction on PostgreSQL that was begun and not committed. A connection on which that fails is closed.
func (t *Tx) rollback(ctx context.Context) {
	switch {
	case t.ended || !t.begun:
	case t.raw != nil:
		t.raw.Rollback()
	default:
		t.conn.Raw(func(c any) error { //nolint:errcheck // the pool throws the connection away
			conn := c.(*stdlib.Conn).Conn()
			if conn.PgConn().TxStatus() == 'I' {
				return nil
			}
			if _, err := conn.Exec(ctx, "rollback"); err != nil {
				return driver.ErrBadConn
			}
			return nil
		})
	}
}

// retryable reports a serialization failure (40001) or a deadlock (40P01).
func retryable(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01")
}

// Duplicate reports whether err is a broken unique constraint, on either engine.
func Duplicate(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == "23505"
	}
	return duplicateSQLite(err)
}
