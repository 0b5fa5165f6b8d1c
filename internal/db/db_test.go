package db_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
	"kakehashi/internal/fault"
)

var ctx = context.Background()

// table makes the table t(k, n) in d.
func table(t *testing.T, d *db.DB) {
	t.Helper()
	exec(t, d, `CREATE TABLE t (k TEXT PRIMARY KEY, n BIGINT NOT NULL)`)
}

func exec(t *testing.T, d *db.DB, query string, args ...any) {
	t.Helper()
	if err := d.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		_, err := tx.ExecContext(ctx, query, args...)
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func count(t *testing.T, d *db.DB) int64 {
	t.Helper()
	n, err := db.One(ctx, d.Read(), db.Int, `SELECT count(*) FROM t`)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestATransactionThatFailsLeavesNoTraceAndItsNeighboursStay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		table(t, d)
		var wg sync.WaitGroup
		var mu sync.Mutex
		bad := 0
		for i := range 300 {
			wg.Go(func() {
				defer func() {
					if p := recover(); p != nil {
						mu.Lock()
						bad++
						mu.Unlock()
					}
				}()
				err := d.InTx(ctx, func(ctx context.Context, tx db.Q) error {
					if _, err := tx.ExecContext(ctx, `INSERT INTO t (k, n) VALUES ($1, $2)`, fmt.Sprint("a", i), i); err != nil {
						return err
					}
					if _, err := tx.ExecContext(ctx, `INSERT INTO t (k, n) VALUES ($1, $2)`, fmt.Sprint("b", i), i); err != nil {
						return err
					}
					switch i % 3 {
					case 1:
						return errors.New("no")
					case 2:
						panic("no")
					}
					return nil
				})
				if err != nil {
					mu.Lock()
					bad++
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		if got := count(t, d); got != 200 || bad != 200 {
			t.Errorf("%d rows and %d failures, want 200 and 200", got, bad)
		}
	})
}

func TestAGoroutineThatExitsInsideATransactionHoldsUpNobody(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		table(t, d)
		t.Run("inner", func(t *testing.T) {
			d.InTx(ctx, func(ctx context.Context, tx db.Q) error {
				tx.ExecContext(ctx, `INSERT INTO t (k, n) VALUES ('x', 1)`)
				t.SkipNow()
				return nil
			})
		})
		exec(t, d, `INSERT INTO t (k, n) VALUES ('y', 1)`)
		if got := count(t, d); got != 1 {
			t.Errorf("%d rows, want 1", got)
		}
	})
}

func TestACallWithTheInnerContextJoinsTheTransaction(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		table(t, d)
		err := d.InTx(ctx, func(ctx context.Context, tx db.Q) error {
			put := func(k string, fail error) error {
				return d.InTx(ctx, func(ctx context.Context, tx db.Q) error {
					if _, err := tx.ExecContext(ctx, `INSERT INTO t (k, n) VALUES ($1, 1)`, k); err != nil {
						return err
					}
					return fail
				})
			}
			if put("kept", nil) != nil || put("undone", errors.New("no")) == nil {
				t.Error("the inner results are wrong")
			}
			return put("kept too", nil)
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := count(t, d); got != 2 {
			t.Errorf("%d rows, want 2", got)
		}
	})
}

func TestWhatWaitsForTheEndRunsAfterTheOuterTransaction(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ended := 0
		if db.Ended(t.Context(), func() { ended++ }); ended != 1 {
			t.Error("outside a transaction nothing waits")
		}
		for _, failure := range []error{nil, errors.New("no")} {
			ended = 0
			d.InTx(t.Context(), func(ctx context.Context, tx db.Q) error {
				if err := d.InTx(ctx, func(ctx context.Context, tx db.Q) error {
					db.Ended(ctx, func() { ended++ })
					return nil
				}); err != nil || ended != 0 {
					t.Error("it ran before the end", err)
				}
				return failure
			})
			if ended != 1 {
				t.Errorf("after %v it ran %d times", failure, ended)
			}
		}
	})
}

func TestACancelledCallerIsNotServedButABegunTransactionEnds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		table(t, d)
		cancelled, cancel := context.WithCancel(ctx)
		err := d.InTx(cancelled, func(ctx context.Context, tx db.Q) error {
			cancel()
			_, err := tx.ExecContext(ctx, `INSERT INTO t (k, n) VALUES ('x', 1)`)
			return err
		})
		if err != nil {
			t.Error(err)
		}
		err = d.InTx(cancelled, func(ctx context.Context, tx db.Q) error {
			t.Error("ran for a cancelled caller")
			return nil
		})
		if !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if got := count(t, d); got != 1 {
			t.Errorf("%d rows, want 1", got)
		}
	})
}

func TestNothingRunsAfterTheTransactionIsOver(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		table(t, d)
		var leaked db.Q
		d.InTx(ctx, func(ctx context.Context, tx db.Q) error { leaked = tx; return nil })
		if _, err := leaked.ExecContext(ctx, `INSERT INTO t (k, n) VALUES ('x', 1)`); err == nil {
			t.Error("the leaked transaction still writes")
		}
	})
}

func TestTheReaderPoolSeesWhatIsCommitted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		table(t, d)
		for i := range 50 {
			exec(t, d, `INSERT INTO t (k, n) VALUES ($1, $2)`, fmt.Sprint(i), i)
			if got := count(t, d); got != int64(i+1) {
				t.Fatalf("%d rows, want %d", got, i+1)
			}
		}
	})
}

func TestOneTextMayBeReadWhileItsRowsAreOpen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if d.Postgres() {
			t.Skip("one cursor per connection there: callers read a list before asking again")
		}
		table(t, d)
		for i := range 20 {
			exec(t, d, `INSERT INTO t (k, n) VALUES ($1, $2)`, fmt.Sprint(i), i)
		}
		err := d.InTx(ctx, func(ctx context.Context, tx db.Q) error {
			const query = `SELECT n FROM t WHERE n >= $1 ORDER BY n`
			outer, err := tx.QueryContext(ctx, query, 0)
			if err != nil {
				return err
			}
			defer outer.Close()
			for want := int64(0); outer.Next(); want++ {
				var n int64
				if err := outer.Scan(&n); err != nil {
					return err
				}
				inner, err := db.List(ctx, tx, db.Int, query, n)
				if err != nil {
					return err
				}
				if n != want || int64(len(inner)) != 20-n {
					t.Errorf("row %d is %d and has %d after it", want, n, len(inner))
				}
			}
			return outer.Err()
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestAMissingRowIsAFaultAndADoubledKeyIsKnown(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		table(t, d)
		if _, err := db.One(ctx, d.Read(), db.String, `SELECT k FROM t WHERE k = $1`, "x"); !fault.Is(err, fault.Missing) {
			t.Errorf("got %v", err)
		}
		exec(t, d, `INSERT INTO t (k, n) VALUES ('x', 1)`)
		err := d.InTx(ctx, func(ctx context.Context, tx db.Q) error {
			_, err := tx.ExecContext(ctx, `INSERT INTO t (k, n) VALUES ('x', 1)`)
			return err
		})
		if !db.Duplicate(err) {
			t.Errorf("got %v", err)
		}
	})
}

// TestParametersMayRepeatAndStandInAnyOrder: SQLite is given a text of its own for them.
func TestParametersMayRepeatAndStandInAnyOrder(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for range 2 { // the second time the statement is kept
			for query, want := range map[string]string{
				`SELECT CAST($2 AS TEXT) || CAST($1 AS TEXT) || CAST($2 AS TEXT)`:        "bab",
				`SELECT CAST($1 AS TEXT) || CAST($1 AS TEXT) || CAST($2 AS TEXT)`:        "aab",
				`SELECT CAST($1 AS TEXT) || '$2' || CAST($2 AS TEXT)`:                    "a$2b",
				`SELECT CAST($1 AS TEXT) || CAST($2 AS TEXT) -- $1 is said once more: ?`: "ab",
			} {
				if got, err := db.One(t.Context(), d.Read(), db.String, query, "a", "b"); err != nil || got != want {
					t.Errorf("%s: %q, %v; want %q", query, got, err, want)
				}
			}
			if got, err := db.One(t.Context(), d.Read(), db.String, `SELECT CAST($1 AS TEXT) || CAST($3 AS TEXT)`, "a", "b"); err == nil {
				t.Errorf("with an argument missing: %q", got)
			}
		}
	})
}
