package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// Batch is statements that need not see one another's results. On PostgreSQL they travel together and cost one round trip, which also
// begins the transaction when they are its first; on SQLite they run one after another. Stores use it where one act reads or writes
// much.
type Batch struct{ statements []statement }

type statement struct {
	query string
	args  []any
	row   func(Row) error // takes a row of a query; nil for what returns none
}

// Row is one row of a query in a batch.
type Row interface{ Scan(into ...any) error }

// Add appends a statement.
func (b *Batch) Add(query string, args ...any) {
	b.statements = append(b.statements, statement{query: query, args: args})
}

// Query appends a query; row is called for every row of its result when the batch runs.
func (b *Batch) Query(row func(Row) error, query string, args ...any) {
	b.statements = append(b.statements, statement{query, args, row})
}

// Append appends the statements of another batch.
func (b *Batch) Append(other Batch) { b.statements = append(b.statements, other.statements...) }

// Run runs the statements in order, in the transaction or on the reader pool, and returns how many rows each touched. It stops at the
// first that fails.
func (b *Batch) Run(ctx context.Context, q Q) ([]int64, error) {
	if t, ok := q.(*Tx); ok && t.conn != nil && len(b.statements) > 0 {
		return b.inTx(ctx, t, false)
	}
	if pool, ok := q.(*sql.DB); ok && len(b.statements) > 1 {
		if _, ok := pool.Driver().(*stdlib.Driver); ok {
			return b.reading(ctx, pool)
		}
	}
	touched := make([]int64, len(b.statements))
	for i, s := range b.statements {
		n, err := s.run(ctx, q)
		if err != nil {
			return nil, b.failed(i, err)
		}
		touched[i] = n
	}
	return touched, nil
}

// Last is Run for the last statements of a transaction of InTx. On PostgreSQL the commit travels with them, so that how many rows they
// touched is known only when it is too late: a statement that must not be committed has to fail by itself. After it the transaction is over.
// Where the transaction was joined from outside, Last is Run.
func (b *Batch) Last(ctx context.Context, q Q) ([]int64, error) {
	if t, ok := q.(*Tx); ok && t.conn != nil && t.depth == 0 && t.raw == nil {
		return b.inTx(ctx, t, true)
	}
	return b.Run(ctx, q)
}

func (b *Batch) failed(i int, err error) error {
	return fmt.Errorf("statement %d of %d: %w", i+1, len(b.statements), err)
}

func (s *statement) run(ctx context.Context, q Q) (n int64, err error) {
	if s.row == nil {
		return Changed(ctx, q, s.query, s.args...)
	}
	rows, err := q.QueryContext(ctx, s.query, s.args...)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for ; rows.Next(); n++ {
		if err := s.row(rows); err != nil {
			return n, err
		}
	}
	return n, rows.Err()
}

// inTx sends all statements in one go, behind the beginning of the transaction if it has not begun and before its end if they are its last.
func (b *Batch) inTx(ctx context.Context, t *Tx, last bool) (touched []int64, err error) {
	if t.over.Load() {
		return nil, errOver
	}
	err = t.conn.Raw(func(driver any) error {
		touched, err = b.send(ctx, driver.(*stdlib.Conn).Conn(), !t.begun, last)
		return err
	})
	t.begun = true
	if last {
		t.ended, t.undone = err == nil, err != nil
		t.over.Store(true)
	}
	return touched, err
}

// reading sends all queries in one go on a connection of the reader pool.
func (b *Batch) reading(ctx context.Context, pool *sql.DB) (touched []int64, err error) {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	defer conn.Close()
	err = conn.Raw(func(driver any) error {
		touched, err = b.send(ctx, driver.(*stdlib.Conn).Conn(), false, false)
		return err
	})
	return touched, err
}

// errUndone says that the server undid a transaction that was to be committed: a statement in it had failed.
var errUndone = errors.New("the transaction was undone")

func (b *Batch) send(ctx context.Context, conn *pgx.Conn, begin, commit bool) (touched []int64, err error) {
	var all pgx.Batch
	if begin {
		all.Queue("begin")
	}
	for _, s := range b.statements {
		all.Queue(s.query, s.args...)
	}
	if commit {
		all.Queue("commit")
	}
	results := conn.SendBatch(ctx, &all)
	defer func() {
		if e := results.Close(); err == nil {
			err = e
		}
	}()
	if begin {
		if _, err := results.Exec(); err != nil {
			return nil, fmt.Errorf("begin: %w", err)
		}
	}
	touched = make([]int64, len(b.statements))
	for i, s := range b.statements {
		if touched[i], err = s.result(results); err != nil {
			return nil, b.failed(i, err)
		}
	}
	if commit {
		switch tag, err := results.Exec(); {
		case err != nil:
			return nil, fmt.Errorf("commit: %w", err)
		case tag.String() != "COMMIT":
			return nil, errUndone
		}
	}
	return touched, nil
}

// result takes what came back for one statement.
func (s *statement) result(results pgx.BatchResults) (n int64, err error) {
	if s.row == nil {
		tag, err := results.Exec()
		return tag.RowsAffected(), err
	}
	rows, err := results.Query()
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for ; rows.Next(); n++ {
		if err := s.row(rows); err != nil {
			return n, err
		}
	}
	return n, rows.Err()
}
