package crash_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
	"kakehashi/test/crash"
)

// The test binary is its own child: a small service that gives out numbers, honest or not.
func TestMain(m *testing.M) {
	if kind := os.Getenv("KAKEHASHI_CRASH_CHILD"); kind != "" {
		serve(kind)
		return
	}
	os.Exit(m.Run())
}

const tables = `CREATE TABLE IF NOT EXISTS crash_counter (id BIGINT PRIMARY KEY, n BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS crash_numbers (n BIGINT NOT NULL, name TEXT NOT NULL)`

// serve gives a number to every POST: "honest" in one transaction before it answers, "early" answers first, "split" counts and
// writes in two transactions.
func serve(kind string) {
	ctx := context.Background()
	d, err := db.Open(ctx, os.Getenv("KAKEHASHI_DATABASE"))
	if err != nil {
		panic(err)
	}
	take := func(ctx context.Context, tx db.Q) (int64, error) {
		return db.One(ctx, tx, db.Int, `INSERT INTO crash_counter (id, n) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET n = crash_counter.n + 1 RETURNING n`)
	}
	write := func(ctx context.Context, tx db.Q, n int64, name string) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO crash_numbers (n, name) VALUES ($1, $2)`, n, name)
		return err
	}
	act := func(name string) error {
		if kind != "split" {
			return d.InTx(ctx, func(ctx context.Context, tx db.Q) error {
				n, err := take(ctx, tx)
				if err != nil {
					return err
				}
				return write(ctx, tx, n, name)
			})
		}
		var n int64
		if err := d.InTx(ctx, func(ctx context.Context, tx db.Q) (err error) { n, err = take(ctx, tx); return err }); err != nil {
			return err
		}
		return d.InTx(ctx, func(ctx context.Context, tx db.Q) error { return write(ctx, tx, n, name) })
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := r.URL.Query().Get("name")
		switch {
		case r.Method != http.MethodPost:
		case kind == "early":
			time.AfterFunc(20*time.Millisecond, func() { act(name) })
		default:
			if err := act(name); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
		}
		io.WriteString(w, "ok")
	}))
	fmt.Println(server.URL)
	select {}
}

// plan kills the child while four people take numbers.
func plan(t *testing.T, engine, kind string) crash.Plan {
	t.Helper()
	address := dbtest.Address(t, engine)
	d, err := db.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	err = d.InTx(t.Context(), func(ctx context.Context, tx db.Q) error {
		for _, table := range strings.Split(tables, ";") {
			if _, err := tx.ExecContext(ctx, table); err != nil {
				return err
			}
		}
		return nil
	})
	d.Close()
	if err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	house := &crash.House{Serve: []string{self}, Env: []string{"KAKEHASHI_CRASH_CHILD=" + kind, "KAKEHASHI_DATABASE=" + address}, Database: address}
	whole := []crash.Invariant{{Must: "every counted number was written", Query: `SELECT c.n FROM crash_counter c WHERE c.n <> (SELECT COUNT(*) FROM crash_numbers)`}}
	return crash.Plan{
		House: house, Rounds: 8, Workers: 4, Longest: 150 * time.Millisecond,
		Act: func(ctx context.Context, base string, round, worker, turn int) (string, error) {
			name := fmt.Sprintf("%d-%d-%d", round, worker, turn)
			request, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/?name="+name, nil)
			if err != nil {
				return "", err
			}
			answer, err := http.DefaultClient.Do(request)
			if err != nil {
				return "", err
			}
			defer answer.Body.Close()
			if answer.StatusCode != http.StatusOK {
				return "", fmt.Errorf("status %d", answer.StatusCode)
			}
			return name, nil
		},
		Check: func(ctx context.Context, d *db.DB, done []string) ([]string, error) {
			lost, err := crash.Lost(ctx, d, done, `SELECT name FROM crash_numbers`)
			if err != nil {
				return nil, err
			}
			broken, err := crash.Violations(ctx, d, whole)
			return append(lost, broken...), err
		},
	}
}

func TestAnHonestServiceLosesNothingWhenKilled(t *testing.T) {
	for _, engine := range dbtest.Engines() {
		t.Run(engine, func(t *testing.T) {
			result := crash.Run(t, plan(t, engine, "honest"))
			for _, p := range result.Problems {
				t.Error(p)
			}
			if result.Cut == 0 || len(result.Done) == 0 {
				t.Errorf("%d answered, %d interrupted: the kills proved nothing", len(result.Done), result.Cut)
			}
		})
	}
}

func TestAServiceThatCutsCornersIsFoundOut(t *testing.T) {
	for kind, sign := range map[string]string{"early": "answered and lost", "split": "every counted number"} {
		for _, engine := range dbtest.Engines() {
			t.Run(kind+" on "+engine, func(t *testing.T) {
				p := plan(t, engine, kind)
				p.Rounds = 40
				if result := crash.Run(t, p); !strings.Contains(strings.Join(result.Problems, "\n"), sign) {
					t.Errorf("not found out: %v", result.Problems)
				}
			})
		}
	}
}

func TestTheInvariantsCanBeAskedOfAnEmptyKakehashi(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		found, err := crash.Violations(t.Context(), d, crash.Whole)
		if err != nil || len(found) > 0 {
			t.Error(err, found)
		}
	})
}
