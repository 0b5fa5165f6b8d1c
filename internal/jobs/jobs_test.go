package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
	"kakehashi/internal/jobs"
)

var (
	ctx   = context.Background()
	quiet = slog.New(slog.NewTextHandler(io.Discard, nil))
)

func add(t *testing.T, d *db.DB, q *jobs.Queue, kind string, payload any, options ...jobs.Option) {
	t.Helper()
	if err := d.InTx(ctx, func(ctx context.Context, tx db.Q) error { return q.Add(ctx, tx, kind, payload, options...) }); err != nil {
		t.Fatal(err)
	}
}

func TestAJobExistsExactlyWhenItsTransactionCommits(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q := jobs.New(d, quiet)
		var seen []string
		q.Handle("greet", func(ctx context.Context, payload []byte) error { seen = append(seen, string(payload)); return nil })
		add(t, d, q, "greet", map[string]string{"name": "𠮷田"})
		d.InTx(ctx, func(ctx context.Context, tx db.Q) error {
			if err := q.Add(ctx, tx, "greet", "never"); err != nil {
				t.Fatal(err)
			}
			return errors.New("no")
		})
		if err := q.Drain(ctx); err != nil {
			t.Fatal(err)
		}
		if len(seen) != 1 || seen[0] != `{"name":"𠮷田"}` {
			t.Errorf("ran %q", seen)
		}
		if err := q.Add(ctx, d.Read(), "greet", "outside"); err == nil {
			t.Error("a job was queued outside a transaction")
		}
	})
}

func TestAKeyIsQueuedOnceAlsoWhenManyAskAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q := jobs.New(d, quiet)
		ran := 0
		q.Handle("remind", func(context.Context, []byte) error { ran++; return nil })
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() { add(t, d, q, "remind", nil, jobs.Once("remind:c1:2027-03-01")) })
		}
		wg.Wait()
		q.Drain(ctx)
		add(t, d, q, "remind", nil, jobs.Once("remind:c1:2027-03-01"))
		q.Drain(ctx)
		if ran != 1 {
			t.Errorf("ran %d times, want once", ran)
		}
	})
}

func TestAJobWaitsUntilItsMoment(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q := jobs.New(d, quiet)
		ran := 0
		q.Handle("later", func(context.Context, []byte) error { ran++; return nil })
		add(t, d, q, "later", nil, jobs.After(time.Now().Add(700*time.Millisecond)))
		q.Drain(ctx)
		if ran != 0 {
			t.Fatal("ran too early")
		}
		time.Sleep(800 * time.Millisecond)
		q.Drain(ctx)
		if ran != 1 {
			t.Errorf("ran %d times", ran)
		}
	})
}

// due makes every waiting job due now.
func due(t *testing.T, d *db.DB) {
	t.Helper()
	if _, err := d.Pool().Exec(`UPDATE goqite SET timeout = created`); err != nil {
		t.Fatal(err)
	}
}

func TestAFailingJobIsPutOffAndLaidAsideAfterTenTriesAndCanBeRevived(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q := jobs.New(d, quiet)
		tries, broken := 0, true
		q.HandleTx("index", func(ctx context.Context, tx db.Q, _ []byte) error {
			tries++
			if broken && tries%2 == 0 {
				panic("torn")
			} else if broken {
				return fmt.Errorf("try %d failed", tries)
			}
			return nil
		})
		add(t, d, q, "index", "c1")
		for range 12 {
			q.Drain(ctx)
			q.Drain(ctx) // put off: nothing to do
			due(t, d)
		}
		if tries != 10 {
			t.Errorf("%d tries, want 10", tries)
		}
		laid, err := q.Laid(ctx)
		if err != nil || len(laid) != 1 || laid[0].Payload != `"c1"` || laid[0].Attempts != 10 || !strings.Contains(laid[0].Failure, "torn") {
			t.Fatalf("laid aside: %+v %v", laid, err)
		}
		if runs, err := q.Recent(ctx, jobs.Filter{Failed: true}); err != nil || len(runs) != 10 {
			t.Errorf("%d failed runs %v", len(runs), err)
		}
		broken = false
		if err := d.InTx(ctx, func(ctx context.Context, tx db.Q) error { return q.Revive(ctx, tx, laid[0].ID) }); err != nil {
			t.Fatal(err)
		}
		if err := q.Drain(ctx); err != nil {
			t.Fatal(err)
		}
		state, err := q.State(ctx)
		if err != nil || state != (jobs.State{}) {
			t.Errorf("state %+v %v", state, err)
		}
	})
}

func TestAHopelessJobIsLaidAsideAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q := jobs.New(d, quiet)
		q.Handle("send", func(context.Context, []byte) error { return jobs.Hopeless(errors.New("no such address")) })
		add(t, d, q, "send", nil)
		q.Drain(ctx)
		if laid, _ := q.Laid(ctx); len(laid) != 1 || laid[0].Failure != "no such address" {
			t.Errorf("laid aside: %+v", laid)
		}
	})
}

func TestAFailedTransactionalJobLeavesNoEffect(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if _, err := d.Pool().Exec(`CREATE TABLE effects (n BIGINT)`); err != nil {
			t.Fatal(err)
		}
		q := jobs.New(d, quiet)
		tries := 0
		q.HandleTx("effect", func(ctx context.Context, tx db.Q, _ []byte) error {
			if _, err := tx.ExecContext(ctx, `INSERT INTO effects (n) VALUES (1)`); err != nil {
				return err
			}
			if tries++; tries < 3 {
				return errors.New("not yet")
			}
			return nil
		})
		add(t, d, q, "effect", nil)
		for range 4 {
			q.Drain(ctx)
			due(t, d)
		}
		if n, err := db.One(ctx, d.Read(), db.Int, `SELECT count(*) FROM effects`); err != nil || n != 1 || tries != 3 {
			t.Errorf("%d effects after %d tries: %v", n, tries, err)
		}
	})
}

func TestAnUnknownKindWaitsForAProcessThatKnowsIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		old, young := jobs.New(d, quiet), jobs.New(d, quiet)
		ran := 0
		young.Handle("new", func(context.Context, []byte) error { ran++; return nil })
		add(t, d, young, "new", nil)
		for range 15 {
			if err := old.Drain(ctx); err != nil {
				t.Fatal(err)
			}
			due(t, d)
		}
		if err := young.Drain(ctx); err != nil || ran != 1 {
			t.Errorf("ran %d times: %v", ran, err)
		}
	})
}

func TestARepeatedJobIsDoneByOneOfManyProcesses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var ran atomic.Int64
		running, stop := context.WithCancel(ctx)
		var wg sync.WaitGroup
		var one *jobs.Queue
		for range 3 {
			q := jobs.New(d, quiet)
			q.Handle("sweep", func(context.Context, []byte) error { ran.Add(1); return nil })
			q.Every("sweep", time.Hour)
			one = q
			wg.Go(func() {
				if err := q.Run(running); err != nil {
					t.Error(err)
				}
			})
		}
		for deadline := time.Now().Add(10 * time.Second); ran.Load() == 0 && time.Now().Before(deadline); {
			time.Sleep(20 * time.Millisecond)
		}
		time.Sleep(1500 * time.Millisecond)
		if ran.Load() != 1 {
			t.Errorf("ran %d times in its first hour, want once", ran.Load())
		}
		for i := range 3 { // two hours later all three look at once
			wg.Go(func() {
				if err := one.Tick(ctx, time.Now().Add(2*time.Hour+time.Duration(i)*time.Second)); err != nil {
					t.Error(err)
				}
			})
		}
		for deadline := time.Now().Add(10 * time.Second); ran.Load() < 2 && time.Now().Before(deadline); {
			time.Sleep(20 * time.Millisecond)
		}
		time.Sleep(500 * time.Millisecond)
		stop()
		wg.Wait()
		if ran.Load() != 2 {
			t.Errorf("ran %d times, want twice", ran.Load())
		}
		list, err := one.Schedules(ctx)
		if err != nil || len(list) != 2 || list[1].Kind != "sweep" || list[1].Overdue || list[1].Ended.IsZero() {
			t.Errorf("schedules %+v %v", list, err)
		}
	})
}

func TestManyWorkersShareTheQueueAndEachJobIsDoneOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var mu sync.Mutex
		seen := map[string]int{}
		running, stop := context.WithCancel(ctx)
		var wg sync.WaitGroup
		adder := jobs.New(d, quiet)
		d.InTx(ctx, func(ctx context.Context, tx db.Q) error {
			for i := range 200 {
				if err := adder.Add(ctx, tx, "count", i); err != nil {
					t.Fatal(err)
				}
			}
			return nil
		})
		for range 3 {
			q := jobs.New(d, quiet)
			q.Handle("count", func(ctx context.Context, payload []byte) error {
				mu.Lock()
				defer mu.Unlock()
				seen[string(payload)]++
				return nil
			})
			wg.Go(func() { q.Run(running) })
		}
		for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); {
			if s, _ := adder.State(ctx); s.Waiting == 0 {
				break
			}
			time.Sleep(20 * time.Millisecond)
		}
		stop()
		wg.Wait()
		if len(seen) != 200 {
			t.Errorf("%d jobs done, want 200", len(seen))
		}
		for k, n := range seen {
			if n != 1 {
				t.Errorf("job %s ran %d times", k, n)
			}
		}
	})
}

func TestALongJobKeepsItsLease(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var ran atomic.Int64
		running, stop := context.WithCancel(ctx)
		var wg sync.WaitGroup
		for range 2 {
			q := jobs.New(d, quiet)
			q.Lease = 600 * time.Millisecond
			q.Handle("long", func(context.Context, []byte) error { ran.Add(1); time.Sleep(2 * time.Second); return nil })
			wg.Go(func() { q.Run(running) })
			if ran.Load() == 0 {
				add(t, d, q, "long", nil, jobs.Once("long"))
			}
		}
		time.Sleep(3 * time.Second)
		stop()
		wg.Wait()
		if ran.Load() != 1 {
			t.Errorf("ran %d times", ran.Load())
		}
	})
}
