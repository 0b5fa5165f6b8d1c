package db_test

import (
	"context"
	"errors"
	"testing"

	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
)

// batch makes statements that put rows into t, and one that tells how many there are then.
func batch(n *int64, keys ...string) *db.Batch {
	var b db.Batch
	for _, k := range keys {
		b.Add(`INSERT INTO t (k, n) VALUES ($1, 1)`, k)
	}
	b.Query(func(r db.Row) error { return r.Scan(n) }, `SELECT COUNT(*) FROM t WHERE n = $1`, 1)
	return &b
}

func TestTheLastBatchOfATransactionCommitsIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		table(t, d)
		for _, c := range []struct {
			name        string
			first, last []string
			rows        int64
			fails       bool
		}{
			{"alone", nil, []string{"a", "b"}, 2, false},
			{"after another", []string{"c"}, []string{"d"}, 4, false},
			{"failing", []string{"e"}, []string{"f", "a"}, 4, true},
			{"after the failure", nil, []string{"g"}, 5, false},
		} {
			var n int64
			err := d.InTx(ctx, func(ctx context.Context, tx db.Q) error {
				if len(c.first) > 0 {
					if _, err := batch(&n, c.first...).Run(ctx, tx); err != nil {
						return err
					}
				}
				if _, err := batch(&n, c.last...).Last(ctx, tx); err != nil {
					return err
				}
				if n != c.rows {
					t.Errorf("%s: the batch saw %d rows", c.name, n)
				}
				if d.Postgres() {
					if _, err := tx.ExecContext(ctx, `DELETE FROM t`); err == nil {
						t.Errorf("%s: a statement ran after the last", c.name)
					}
				}
				return nil
			})
			if (err != nil) != c.fails || c.fails && !db.Duplicate(err) {
				t.Errorf("%s: %v", c.name, err)
			}
			if got := count(t, d); got != c.rows {
				t.Errorf("%s: %d rows", c.name, got)
			}
		}
	})
}

func TestALastBatchInAJoinedTransactionEndsWithTheOuterOne(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		table(t, d)
		sorry := errors.New("sorry")
		err := d.InTx(ctx, func(ctx context.Context, _ db.Q) error {
			var n int64
			if err := d.InTx(ctx, func(ctx context.Context, tx db.Q) error {
				_, err := batch(&n, "a").Last(ctx, tx)
				return err
			}); err != nil {
				return err
			}
			return sorry
		})
		if !errors.Is(err, sorry) || count(t, d) != 0 {
			t.Errorf("%v, %d rows", err, count(t, d))
		}
	})
}

func TestBatchesAndStatementsShareATransaction(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		table(t, d)
		var n int64
		one := func(ctx context.Context, tx db.Q, k string) error {
			_, err := tx.ExecContext(ctx, `INSERT INTO t (k, n) VALUES ($1, 1)`, k)
			return err
		}
		for name, f := range map[string]func(ctx context.Context, tx db.Q) error{
			"batch, statement": func(ctx context.Context, tx db.Q) error {
				if _, err := batch(&n, "a").Run(ctx, tx); err != nil {
					return err
				}
				return one(ctx, tx, "b")
			},
			"statement, batch": func(ctx context.Context, tx db.Q) error {
				if err := one(ctx, tx, "c"); err != nil {
					return err
				}
				_, err := batch(&n, "d").Last(ctx, tx)
				return err
			},
			"batch, library": func(ctx context.Context, tx db.Q) error {
				if _, err := batch(&n, "e").Run(ctx, tx); err != nil {
					return err
				}
				raw, ok := db.Raw(tx)
				if !ok {
					return errors.New("no *sql.Tx")
				}
				return one(ctx, raw, "f")
			},
			"nothing": func(context.Context, db.Q) error { return nil },
		} {
			before := count(t, d)
			if err := d.InTx(ctx, f); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if got := count(t, d); got-before != 2 && name != "nothing" {
				t.Errorf("%s: %d rows", name, got-before)
			}
			failed := errors.New("failed after all")
			before = count(t, d)
			err := d.InTx(ctx, func(ctx context.Context, tx db.Q) error {
				if _, err := tx.ExecContext(ctx, `DELETE FROM t`); err != nil {
					return err
				}
				return failed
			})
			if !errors.Is(err, failed) || count(t, d) != before {
				t.Errorf("%s: %v, %d rows of %d", name, err, count(t, d), before)
			}
		}
	})
}

func TestASwallowedErrorCommitsNothingOnPostgreSQL(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if !d.Postgres() {
			t.Skip("SQLite undoes one statement alone")
		}
		table(t, d)
		var n int64
		for name, f := range map[string]func(ctx context.Context, tx db.Q) error{
			"batch": func(ctx context.Context, tx db.Q) error {
				batch(&n, "a", "a").Run(ctx, tx)
				return nil
			},
			"last": func(ctx context.Context, tx db.Q) error {
				batch(&n, "a", "a").Run(ctx, tx)
				(&db.Batch{}).Last(ctx, tx)
				return nil
			},
		} {
			if err := d.InTx(ctx, f); err == nil || count(t, d) != 0 {
				t.Errorf("%s: %v, %d rows", name, err, count(t, d))
			}
		}
	})
}

func TestQueriesOfABatchReadTheirRows(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		table(t, d)
		exec(t, d, `INSERT INTO t (k, n) VALUES ('a', 1), ('b', 2), ('c', 3)`)
		var keys string
		var sum int64
		var b db.Batch
		b.Query(func(r db.Row) error {
			var k string
			err := r.Scan(&k)
			keys += k
			return err
		}, `SELECT k FROM t WHERE n > $1 ORDER BY k`, 1)
		b.Query(func(r db.Row) error { return r.Scan(&sum) }, `SELECT SUM(n) FROM t`)
		touched, err := b.Run(ctx, d.Read())
		if err != nil || keys != "bc" || sum != 6 || len(touched) != 2 || touched[0] != 2 || touched[1] != 1 {
			t.Errorf("%q %d %v %v", keys, sum, touched, err)
		}
		var bad db.Batch
		bad.Query(func(db.Row) error { return errors.New("no") }, `SELECT k FROM t`)
		bad.Query(func(r db.Row) error { return r.Scan(&sum) }, `SELECT SUM(n) FROM t`)
		if _, err := bad.Run(ctx, d.Read()); err == nil {
			t.Error("the reader's error is lost")
		}
		if n := count(t, d); n != 3 {
			t.Errorf("%d rows afterwards", n)
		}
	})
}
