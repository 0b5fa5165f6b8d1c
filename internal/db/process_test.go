package db_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
)

const childAddress = "KAKEHASHI_CHILD_DATABASE"

// TestWritingChild is the other process: it writes groups of three rows and says aloud which were answered.
func TestWritingChild(t *testing.T) {
	address := os.Getenv(childAddress)
	if address == "" {
		t.Skip("run by the tests of several processes in a process of its own")
	}
	d, err := db.Open(ctx, address)
	if err != nil {
		t.Fatal(err)
	}
	dbtest.EndWithParent()
	var mu sync.Mutex
	for range 16 {
		go func() {
			for {
				id := db.NewID("w")
				err := d.InTx(ctx, func(ctx context.Context, tx db.Q) error {
					for i := range 3 {
						if _, err := tx.ExecContext(ctx, `INSERT INTO written (id, n) VALUES ($1, $2)`, id, i); err != nil {
							return err
						}
					}
					return nil
				})
				mu.Lock()
				if err != nil {
					fmt.Println("failed", err)
				} else {
					fmt.Println("answered", id)
				}
				mu.Unlock()
			}
		}()
	}
	select {}
}

func TestWhatWasAnsweredSurvivesAKillAndNothingIsHalf(t *testing.T) {
	for _, engine := range dbtest.Engines() {
		t.Run(engine, func(t *testing.T) {
			address := strings.TrimSuffix(dbtest.Address(t, engine), "?synchronous=off")
			d, err := db.Open(ctx, address)
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close()
			exec(t, d, `CREATE TABLE written (id TEXT NOT NULL, n BIGINT NOT NULL)`)
			answered := map[string]bool{}
			for range 3 {
				var outs [2]bytes.Buffer
				first := dbtest.Child(t, "TestWritingChild", &outs[0], childAddress+"="+address)
				second := dbtest.Child(t, "TestWritingChild", &outs[1], childAddress+"="+address)
				time.Sleep(700 * time.Millisecond)
				first.Process.Kill()
				first.Wait()
				time.Sleep(200 * time.Millisecond) // the other goes on
				second.Process.Kill()
				second.Wait()
				for i := range outs {
					lines := strings.Split(outs[i].String(), "\n")
					for _, line := range lines[:len(lines)-1] {
						if id, ok := strings.CutPrefix(line, "answered "); ok {
							answered[id] = true
						} else if strings.HasPrefix(line, "failed") {
							t.Error(line)
						}
					}
				}
			}
			if len(answered) < 50 {
				t.Fatalf("only %d transactions were answered", len(answered))
			}
			list, err := db.List(ctx, d.Read(), db.String, `SELECT id FROM written`)
			if err != nil {
				t.Fatal(err)
			}
			rows := map[string]int{}
			for _, id := range list {
				rows[id]++
			}
			for id := range answered {
				if rows[id] != 3 {
					t.Errorf("%s was answered and has %d of 3 rows", id, rows[id])
				}
			}
			for id, n := range rows {
				if n != 3 {
					t.Errorf("%s is half: %d of 3 rows", id, n)
				}
			}
			t.Logf("%d answered, %d written", len(answered), len(rows))
		})
	}
}

func TestSeveralProcessesMayOpenANewDatabaseAtOnce(t *testing.T) {
	for range 3 {
		path := filepath.Join(t.TempDir(), "new ?#%.db")
		address := "sqlite:" + strings.ReplaceAll(path, "?", "") + "?synchronous=off"
		var wg sync.WaitGroup
		for range 6 {
			wg.Go(func() {
				d, err := db.Open(ctx, address)
				if err != nil {
					t.Error(err)
					return
				}
				d.Close()
			})
		}
		wg.Wait()
	}
}

func TestBadAddressesAreRefused(t *testing.T) {
	for _, address := range []string{"", "sqlite:", "mysql://x", "data.db", "sqlite:/no/such/folder/x.db", "postgres://127.0.0.1:1/none?connect_timeout=1"} {
		if d, err := db.Open(ctx, address); err == nil {
			d.Close()
			t.Errorf("%q was opened", address)
		}
	}
}

func TestTransactionsShareCommits(t *testing.T) {
	// Alone, each would write two or three pages of 4 kB to the log: 640 of them some 5 MB. A group also ends after a moment, so on a
	// machine that is kept busy by others the best of three counts.
	least := int64(1 << 40)
	for range 3 {
		if least = min(least, grownBy(t, 640)); least <= 2<<20 {
			return
		}
	}
	t.Errorf("the log grew by %d bytes for 640 small transactions", least)
}

// grownBy is by how much the log of a new database grows when so many write a row at once.
func grownBy(t *testing.T, writers int) int64 {
	d := dbtest.Open(t, "sqlite")
	table(t, d)
	before := logSize(t, d)
	var wg sync.WaitGroup
	for i := range writers {
		wg.Go(func() {
			if err := d.InTx(ctx, func(ctx context.Context, tx db.Q) error {
				_, err := tx.ExecContext(ctx, `INSERT INTO t (k, n) VALUES ($1, $2)`, fmt.Sprint(i), i)
				return err
			}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if count(t, d) != int64(writers) {
		t.Error("rows are missing")
	}
	return logSize(t, d) - before
}

func logSize(t *testing.T, d *db.DB) int64 {
	t.Helper()
	path, _, _ := strings.Cut(strings.TrimPrefix(d.Address(), "sqlite:"), "?")
	info, err := os.Stat(path + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

func TestWhenTheGroupsCommitFailsNobodyIsAnsweredWell(t *testing.T) {
	d := dbtest.Open(t, "sqlite")
	table(t, d)
	// A deferred key is checked only by the commit: the one way to make a commit itself fail. Our migrations have none.
	exec(t, d, `CREATE TABLE child (k TEXT REFERENCES t (k) DEFERRABLE INITIALLY DEFERRED)`)
	begun, spoiled := make(chan bool), make(chan bool)
	results := make(chan error, 3)
	go func() {
		results <- d.InTx(ctx, func(ctx context.Context, tx db.Q) error {
			close(begun)
			<-spoiled
			_, err := tx.ExecContext(ctx, `INSERT INTO t (k, n) VALUES ('good', 1)`)
			return err
		})
	}()
	<-begun
	var queued sync.WaitGroup
	queued.Add(2)
	for _, query := range []string{`INSERT INTO child (k) VALUES ('no such parent')`, `INSERT INTO t (k, n) VALUES ('good too', 1)`} {
		go func() {
			queued.Done()
			results <- d.InTx(ctx, func(ctx context.Context, tx db.Q) error {
				_, err := tx.ExecContext(ctx, query)
				return err
			})
		}()
	}
	queued.Wait()
	time.Sleep(5 * time.Millisecond) // both stand in the queue: one group
	close(spoiled)
	bad := 0
	for range 3 {
		if err := <-results; err != nil {
			bad++
		}
	}
	if rows := count(t, d); bad == 0 || int64(3-bad) != rows {
		t.Errorf("%d callers were told of the failure, and %d rows of t stand", bad, rows)
	}
}

func TestNoMigrationDefersItsKeys(t *testing.T) {
	files, err := filepath.Glob("migrations/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(strings.ToUpper(string(text)), "DEFERR") {
			t.Errorf("%s: a deferred key fails at the commit, which others share", f)
		}
	}
}

func TestADeadlockIsRunAgainUntilBothPass(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		table(t, d)
		exec(t, d, `INSERT INTO t (k, n) VALUES ('a', 0), ('b', 0)`)
		var wg sync.WaitGroup
		for _, order := range [][2]string{{"a", "b"}, {"b", "a"}} {
			for range 2 {
				wg.Go(func() {
					if err := d.InTx(ctx, func(ctx context.Context, tx db.Q) error {
						for _, k := range order {
							if _, err := tx.ExecContext(ctx, `UPDATE t SET n = n + 1 WHERE k = $1`, k); err != nil {
								return err
							}
							time.Sleep(30 * time.Millisecond)
						}
						return nil
					}); err != nil {
						t.Error(err)
					}
				})
			}
		}
		wg.Wait()
		if n, err := db.One(ctx, d.Read(), db.Int, `SELECT sum(n) FROM t`); err != nil || n != 8 {
			t.Errorf("sum %d: %v", n, err)
		}
	})
}
