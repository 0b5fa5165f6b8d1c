package jobs_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"testing"
	"time"

	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
	"kakehashi/internal/jobs"
)

const crashAddress = "KAKEHASHI_CRASH_DATABASE"

// crashing registers the kinds of the crash test: an order causes one effect, which causes one second effect by a job of its own.
func crashing(d *db.DB) *jobs.Queue {
	q := jobs.New(d, quiet)
	q.Lease = 500 * time.Millisecond
	effect := func(table string, then func(ctx context.Context, tx db.Q, id string) error) func(context.Context, db.Q, []byte) error {
		return func(ctx context.Context, tx db.Q, payload []byte) error {
			time.Sleep(time.Duration(rand.IntN(4)) * time.Millisecond)
			id := string(bytes.Trim(payload, `"`))
			if _, err := tx.ExecContext(ctx, `INSERT INTO `+table+` (id) VALUES ($1)`, id); err != nil {
				return err
			}
			time.Sleep(time.Duration(rand.IntN(4)) * time.Millisecond)
			return then(ctx, tx, id)
		}
	}
	q.HandleTx("effect", effect("effects", func(ctx context.Context, tx db.Q, id string) error { return q.Add(ctx, tx, "second", id) }))
	q.HandleTx("second", effect("seconds", func(context.Context, db.Q, string) error { return nil }))
	return q
}

// TestCrashChild is the process that is killed: it takes orders and works them off until the end.
func TestCrashChild(t *testing.T) {
	address := os.Getenv(crashAddress)
	if address == "" {
		t.Skip("run by TestKilledWorkersLoseNothingAndDoNothingTwice in a process of its own")
	}
	d, err := db.Open(ctx, address)
	if err != nil {
		t.Fatal(err)
	}
	dbtest.EndWithParent()
	q := crashing(d)
	for range 3 {
		go func() {
			for {
				id := db.NewID("o")
				if err := d.InTx(ctx, func(ctx context.Context, tx db.Q) error {
					if _, err := tx.ExecContext(ctx, `INSERT INTO orders (id) VALUES ($1)`, id); err != nil {
						return err
					}
					return q.Add(ctx, tx, "effect", id)
				}); err != nil {
					fmt.Println("order:", err)
				}
				time.Sleep(time.Duration(15+rand.IntN(30)) * time.Millisecond)
			}
		}()
	}
	q.Run(ctx)
}

func TestKilledWorkersLoseNothingAndDoNothingTwice(t *testing.T) {
	for _, engine := range dbtest.Engines() {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			address := dbtest.Address(t, engine)
			d, err := db.Open(ctx, address)
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close()
			for _, table := range []string{"orders", "effects", "seconds"} { // effects have no key: a doubled one would show
				if _, err := d.Pool().Exec(`CREATE TABLE ` + table + ` (id TEXT NOT NULL)`); err != nil {
					t.Fatal(err)
				}
			}
			var out bytes.Buffer
			for range 6 {
				var outs [2]bytes.Buffer
				var children []*exec.Cmd
				for i := range outs {
					children = append(children, dbtest.Child(t, "TestCrashChild", &outs[i], crashAddress+"="+address))
				}
				time.Sleep(600*time.Millisecond + time.Duration(rand.IntN(500))*time.Millisecond)
				for i, c := range children {
					if err := c.Process.Kill(); err != nil {
						t.Error(err)
					}
					c.Wait()
					out.Write(outs[i].Bytes())
				}
			}
			rest, stop := context.WithTimeout(ctx, 60*time.Second)
			defer stop()
			q := crashing(d)
			go q.Run(rest)
			for rest.Err() == nil {
				if s, err := q.State(ctx); err == nil && s.Waiting == 0 {
					break
				}
				time.Sleep(50 * time.Millisecond)
			}
			orders := ids(t, d, "orders")
			if len(orders) < 50 {
				t.Fatalf("only %d orders: the children did not work\n%s", len(orders), out.String())
			}
			for _, table := range []string{"effects", "seconds"} {
				got := ids(t, d, table)
				for id, n := range got {
					if n != 1 || orders[id] != 1 {
						t.Errorf("%s of %s happened %d times, ordered %d times", table, id, n, orders[id])
					}
				}
				if len(got) != len(orders) {
					t.Errorf("%d %s for %d orders\n%s", len(got), table, len(orders), out.String())
				}
			}
			retried, _ := db.One(ctx, d.Read(), db.Int, `SELECT count(*) FROM job_runs WHERE attempt > 1`)
			t.Logf("%d orders, %d jobs done at a later attempt", len(orders), retried)
		})
	}
}

func ids(t *testing.T, d *db.DB, table string) map[string]int {
	t.Helper()
	list, err := db.List(ctx, d.Read(), db.String, `SELECT id FROM `+table)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, id := range list {
		seen[id]++
	}
	return seen
}
