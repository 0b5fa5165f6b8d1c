package crash_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
	"kakehashi/test/crash"
)

// Two processes serve one PostgreSQL database: who signed in on one acts on the other, numbers run on without a gap, and what follows
// an act is done once, whichever of them does it.
func TestTwoProcessesOnOneDatabaseWorkTogether(t *testing.T) {
	if !slices.Contains(dbtest.Engines(), "postgres") {
		t.Skip("this machine tests SQLite alone")
	}
	const each = 12
	tw := found(t, "postgres", each)
	one, other := tw.house.Start(t), tw.house.Start(t)
	for login, password := range tw.passwords {
		tw.signIn(t, one.Base, login, password)
	}
	var done []string
	var mu sync.Mutex
	var people sync.WaitGroup
	for worker, base := range []string{other.Base, one.Base, other.Base, one.Base, other.Base, other.Base} {
		people.Go(func() {
			for turn := range each / 2 {
				key, err := tw.act(t.Context(), base, 0, worker, turn*len(acts)) // each worker keeps to one kind of act
				if err != nil {
					t.Errorf("worker %d: %v (%v)", worker, err, tw.refused.Load())
					return
				}
				mu.Lock()
				done = append(done, key)
				mu.Unlock()
			}
		})
	}
	people.Wait()
	d, err := db.Open(t.Context(), tw.address)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	tw.settled(t, d)
	problems, err := tw.check(t.Context(), d, done)
	if err != nil {
		t.Fatal(err)
	}
	twice, err := crash.Violations(t.Context(), d, []crash.Invariant{
		{"what follows an act is done once", `SELECT message, kind, COUNT(*) FROM job_runs WHERE failure = '' GROUP BY message, kind HAVING COUNT(*) > 1`},
		{"no background work fails", `SELECT kind, failure FROM job_runs WHERE failure <> ''`},
		{"a mail is written once", `SELECT mail_key, COUNT(*) FROM mails GROUP BY mail_key HAVING mail_key IS NOT NULL AND COUNT(*) > 1`},
		{"every letter is made once", `SELECT l.id FROM letters l WHERE (SELECT COUNT(*) FROM files f WHERE f.ref = 'letter:' || l.id) <> 1`},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range append(problems, twice...) {
		t.Error(p)
	}
	if len(done) != 6*each/2 {
		t.Errorf("%d acts were answered, want %d", len(done), 6*each/2)
	}
}

// settled waits until every letter is made and no mail waits.
func (tw *town) settled(t *testing.T, d *db.DB) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute)
	defer stop()
	for {
		n, err := db.One(ctx, d.Read(), db.Int, `SELECT (SELECT COUNT(*) FROM letters WHERE file = '') + (SELECT COUNT(*) FROM mails WHERE state = 'queued')`)
		if err != nil {
			t.Fatalf("letters and mails still wait: %v", err)
		}
		if n == 0 {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
}
