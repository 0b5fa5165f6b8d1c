package db

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"kakehashi/internal/fault"
)

// Q runs SQL: a transaction, or the reader pool. Placeholders are $1, $2 … on both engines.
type Q interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Places is "$1, $2, … $n", for the values of an IN.
func Places(n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "$%d", i+1)
	}
	return b.String()
}

// List runs query and scans every row with scan. No row is no error.
func List[T any](ctx context.Context, q Q, scan func(*sql.Rows) (T, error), query string, args ...any) ([]T, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, rows.Err()
}

// One runs query and scans its first row with scan; fault.Missing when there is none.
func One[T any](ctx context.Context, q Q, scan func(*sql.Rows) (T, error), query string, args ...any) (T, error) {
	var zero T
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return zero, err
	}
	defer rows.Close()
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return zero, err
		}
		return zero, fault.New(fault.Missing, "db.missing")
	}
	v, err := scan(rows)
	if err != nil {
		return zero, err
	}
	return v, rows.Close()
}

// Changed runs a statement and returns how many rows it touched: the guard of every `WHERE version = $n`.
func Changed(ctx context.Context, q Q, query string, args ...any) (int64, error) {
	result, err := q.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// String scans rows of one text column; for List and One.
func String(rows *sql.Rows) (s string, err error) { return s, rows.Scan(&s) }

// Int scans rows of one integer column; for List and One.
func Int(rows *sql.Rows) (n int64, err error) { return n, rows.Scan(&n) }

// brief asks without watching whether whoever asked is still there.
type brief struct{ *sql.DB }

func (b brief) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return b.DB.QueryContext(context.WithoutCancel(ctx), query, args...)
}

func (b brief) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	return b.DB.QueryRowContext(context.WithoutCancel(ctx), query, args...)
}
