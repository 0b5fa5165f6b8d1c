package db

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// Batch is statements that need not see one another's results. On PostgreSQL they travel together and cost one round trip; on
// SQLite they run one after another. Stores use it where one act writes many rows.
type Batch struct{ statements []statement }

type statement struct {
	query string
	args  []any
}

// Add appends a statement.
func (b *Batch) Add(query string, args ...any) {
	b.statements = append(b.statements, statement{query, args})
}

// Append appends the statements of another batch.
func (b *Batch) Append(other Batch) { b.statements = append(b.statements, other.statements...) }

// Run runs the statements in order in the transaction and returns how many rows each touched. It stops at the first that fails.
func (b *Batch) Run(ctx context.Context, tx Q) ([]int64, error) {
	if t, ok := tx.(*Tx); ok && t.conn != nil && len(b.statements) > 1 {
		return b.together(ctx, t)
	}
	touched := make([]int64, len(b.statements))
	for i, s := range b.statements {
		n, err := Changed(ctx, tx, s.query, s.args...)
		if err != nil {
			return nil, fmt.Errorf("statement %d of %d: %w", i+1, len(b.statements), err)
		}
		touched[i] = n
	}
	return touched, nil
}

// together sends all statements in one go.
func (b *Batch) together(ctx context.Context, t *Tx) ([]int64, error) {
	if t.over.Load() {
		return nil, errOver
	}
	var batch pgx.Batch
	for _, s := range b.statements {
		batch.Queue(s.query, s.args...)
	}
	touched := make([]int64, len(b.statements))
	err := t.conn.Raw(func(driver any) error {
		results := driver.(*stdlib.Conn).Conn().SendBatch(ctx, &batch)
		for i := range b.statements {
			tag, err := results.Exec()
			if err != nil {
				results.Close()
				return fmt.Errorf("statement %d of %d: %w", i+1, len(b.statements), err)
			}
			touched[i] = tag.RowsAffected()
		}
		return results.Close()
	})
	if err != nil {
		return nil, err
	}
	return touched, nil
}
