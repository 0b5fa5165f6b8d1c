package db_test

import (
	"context"
	"strings"
	"testing"

	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
)

func TestABatchWritesEverythingOrNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		table(t, d)
		run := func(last string) (touched []int64, err error) {
			var b db.Batch
			b.Add(`INSERT INTO t (k, n) VALUES ($1, $2), ($3, $4)`, "a", 1, "b", 2)
			b.Add(`UPDATE t SET n = n + $1`, 10)
			b.Add(`INSERT INTO t (k, n) VALUES ($1, 3)`, last)
			err = d.InTx(ctx, func(ctx context.Context, tx db.Q) error {
				touched, err = b.Run(ctx, tx)
				return err
			})
			return touched, err
		}
		if _, err := run("a"); !db.Duplicate(err) || !strings.Contains(err.Error(), "statement 3 of 3") {
			t.Errorf("got %v", err)
		}
		if n := count(t, d); n != 0 {
			t.Errorf("%d rows of a failed batch", n)
		}
		touched, err := run("c")
		if err != nil || len(touched) != 3 || touched[0] != 2 || touched[1] != 2 || touched[2] != 1 {
			t.Errorf("touched %v: %v", touched, err)
		}
		if n, err := db.One(ctx, d.Read(), db.Int, `SELECT sum(n) FROM t`); err != nil || n != 26 {
			t.Errorf("sum %d: %v", n, err)
		}
	})
}

func TestValuesComeBackAsTheyWereOnBothWays(t *testing.T) {
	type doc struct {
		Name string
		Yen  int64
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		schema := strings.NewReplacer("@JSON@", map[bool]string{true: "JSONB", false: "TEXT"}[d.Postgres()], "@BYTES@", map[bool]string{true: "BYTEA", false: "BLOB"}[d.Postgres()])
		exec(t, d, schema.Replace(`CREATE TABLE v (k TEXT, at TEXT, doc @JSON@, raw @BYTES@, yes BOOLEAN, yen BIGINT)`))
		moment, want := db.Now(), doc{"髙﨑 𠮷乃", 999_999_999_999}
		args := []any{moment, db.JSON[doc]{V: want}, []byte{0, 1, 255}, true, int64(5_000_000)}
		var b db.Batch
		b.Add(`INSERT INTO v (k, at, doc, raw, yes, yen) VALUES ('batch', $1, $2, $3, $4, $5)`, args...)
		b.Add(`INSERT INTO v (k, at, doc) VALUES ('empty', $1, $2)`, db.Time{}, nil)
		err := d.InTx(ctx, func(ctx context.Context, tx db.Q) error {
			if _, err := b.Run(ctx, tx); err != nil {
				return err
			}
			_, err := tx.ExecContext(ctx, `INSERT INTO v (k, at, doc, raw, yes, yen) VALUES ('single', $1, $2, $3, $4, $5)`, args...)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range []string{"batch", "single"} {
			var at db.Time
			var got db.JSON[doc]
			var raw []byte
			var yes bool
			var yen int64
			if err := d.Read().QueryRowContext(ctx, `SELECT at, doc, raw, yes, yen FROM v WHERE k = $1`, k).Scan(&at, &got, &raw, &yes, &yen); err != nil {
				t.Fatal(err)
			}
			if !at.Equal(moment.Time) || got.V != want || string(raw) != "\x00\x01\xff" || !yes || yen != 5_000_000 {
				t.Errorf("%s: %v %v %v %v %v", k, at, got.V, raw, yes, yen)
			}
			name, err := db.One(ctx, d.Read(), db.String, `SELECT doc->>'Name' FROM v WHERE k = $1`, k)
			if err != nil || name != want.Name {
				t.Errorf("%s: name %q %v", k, name, err)
			}
		}
		var at db.Time
		var got db.JSON[doc]
		if err := d.Read().QueryRowContext(ctx, `SELECT at, doc FROM v WHERE k = 'empty'`).Scan(&at, &got); err != nil || !at.IsZero() || got.V != (doc{}) {
			t.Errorf("empty: %v %v %v", at, got, err)
		}
	})
}
