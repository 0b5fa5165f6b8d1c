package db_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
)

func TestRowsArriveAsStatementsWouldWriteThem(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		at := db.At(time.Date(2026, 11, 23, 1, 2, 3, 456000000, time.UTC))
		put := func(rows ...[]any) error {
			return d.InTx(ctx, func(ctx context.Context, tx db.Q) error {
				r := db.RowsOf("bulk", "id, n, yes, at, facets")
				for _, row := range rows {
					r.Add(row...)
				}
				if r.Len() != len(rows) {
					t.Errorf("%d rows of %d", r.Len(), len(rows))
				}
				return r.Put(ctx, tx)
			})
		}
		if err := d.InTx(ctx, func(ctx context.Context, tx db.Q) error {
			_, err := tx.ExecContext(ctx, `CREATE TABLE bulk (id TEXT PRIMARY KEY, n BIGINT NOT NULL, yes BOOLEAN NOT NULL, at TEXT NOT NULL, facets TEXT NOT NULL)`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		facets := db.JSON[map[string]int]{V: map[string]int{"市": 1}}
		if err := put([]any{"a\tb\\", 1, true, at, facets}, []any{"野々市\n", int64(-2), false, at, facets}); err != nil {
			t.Fatal(err)
		}
		if err := d.InTx(ctx, func(ctx context.Context, tx db.Q) error {
			_, err := tx.ExecContext(ctx, `INSERT INTO bulk (id, n, yes, at, facets) VALUES ($1, $2, $3, $4, $5)`, "one", 1, true, at, facets)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		list, err := db.List(ctx, d.Read(), db.String, `SELECT id || '|' || n || '|' || (CASE WHEN yes THEN 'yes' ELSE 'no' END) FROM bulk ORDER BY n, id`)
		if err != nil || strings.Join(list, ";") != "野々市\n|-2|no;a\tb\\|1|yes;one|1|yes" {
			t.Errorf("%q %v", list, err)
		}
		if n, err := db.One(ctx, d.Read(), db.Int, `SELECT COUNT(DISTINCT at || facets) FROM bulk`); err != nil || n != 1 {
			t.Errorf("times and facets are written in %d ways, %v", n, err)
		}
		if err := put([]any{"c", 1, true, at, facets}, []any{"one", 1, true, at, facets}); err == nil {
			t.Error("a key was taken twice")
		}
		if err := put([]any{"d", 1}); err == nil || !strings.Contains(err.Error(), "2 values for 5 columns") {
			t.Errorf("a short row: %v", err)
		}
		if n, err := db.One(ctx, d.Read(), db.Int, `SELECT COUNT(*) FROM bulk`); err != nil || n != 3 {
			t.Errorf("%d rows after refusals, %v", n, err)
		}
	})
}
