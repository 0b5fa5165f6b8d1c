package db_test

import (
	"context"
	"path/filepath"
	"testing"

	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
	"kakehashi/internal/fault"
)

// What an engine holds goes through the other and comes back as it was: text beyond the first plane, bytes, switches, numbers, nothing.
func TestADatabaseMovesBetweenTheEnginesAndBack(t *testing.T) {
	ctx := t.Context()
	first := dbtest.Open(t, "sqlite")
	fillForCopy(t, first)
	second, third := dbtest.Open(t, "postgres"), dbtest.Open(t, "sqlite")
	told := 0
	list, err := db.Copy(ctx, first, second, func(string) { told++ })
	if err != nil || told != len(list) || len(list) < 40 {
		t.Fatalf("%d tables: %v", len(list), err)
	}
	if _, err := db.Copy(ctx, second, third, nil); err != nil {
		t.Fatal(err)
	}
	for _, query := range []string{
		`SELECT id || name || CAST(size AS TEXT) || COALESCE(scanned, '-') FROM files`, `SELECT chain || CAST(seq AS TEXT) || hash FROM account_chains ORDER BY chain`,
		`SELECT CAST(secret AS TEXT) || subject FROM mails`, `SELECT CAST(id AS TEXT) || debit FROM ledger_entries ORDER BY id`, `SELECT kind || next FROM job_schedules`,
	} {
		a, err := db.List(ctx, first.Read(), db.String, query)
		if err != nil {
			t.Fatal(query, err)
		}
		b, err := db.List(ctx, third.Read(), db.String, query)
		if err != nil || len(a) != len(b) {
			t.Fatal(query, a, b, err)
		}
		for i := range a {
			if a[i] != b[i] {
				t.Errorf("%s: %q became %q", query, a[i], b[i])
			}
		}
	}
	// Numbers go on where they stood.
	if err := second.InTx(ctx, func(ctx context.Context, tx db.Q) error {
		_, err := tx.ExecContext(ctx, entry, "new")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if n, err := db.One(ctx, second.Read(), db.Int, `SELECT MAX(id) FROM ledger_entries`); err != nil || n != 8 {
		t.Errorf("after the copy entries go on with %d, want 8: %v", n, err)
	}
	// Nothing is ever written over.
	if _, err := db.Copy(ctx, first, third, nil); !fault.Is(err, fault.Refused) {
		t.Errorf("a copy into a database that holds something: %v", err)
	}
}

const entry = `INSERT INTO ledger_entries (budget, case_id, at, person, role, debit, credit, amount, reason)
	VALUES ('b1', '', '2026-10-01T00:00:00.000000Z', 'p', 'R07', 'a', 'b', 1, $1)`

func fillForCopy(t *testing.T, d *db.DB) {
	t.Helper()
	err := d.InTx(t.Context(), func(ctx context.Context, tx db.Q) error {
		for _, q := range []string{
			`INSERT INTO files (id, sha256, size, name, mime, ext, scan, owner_body, uploaded_by, created) VALUES ('f1', 'aa', 9007199254740993, '髙﨑𠮷.pdf', 'application/pdf', 'pdf', 'clean', 'lg:1', 'p', '2026-10-01T00:00:00.000000Z')`,
			`INSERT INTO mails (id, recipient, subject, body, secret, lang, state, queued) VALUES ('m1', 'a@example.jp', '=1+1', '', TRUE, 'ja', 'sent', '2026-10-01T00:00:00.000000Z')`,
			`INSERT INTO works (id, kind, title, person, hat, state, given, settings, created, moved) VALUES ('w1', 'k', 't', 'p', 'h', 'done', X'00FF10', '{"a": [1, "二"]}', '2026-10-01T00:00:00.000000Z', '2026-10-01T00:00:00.000000Z')`,
			`UPDATE account_chains SET seq = 5, hash = 'abc' WHERE chain = 'main'`,
			`INSERT INTO goqite (queue, body) VALUES ('jobs', X'7B7D')`,
			`INSERT INTO budgets (id, programme, fiscal_year, total, committed, paid) VALUES ('b1', 'p', 2027, 10, 1, 0)`,
			`INSERT INTO ledger_entries (id, budget, case_id, at, person, role, debit, credit, amount, reason) VALUES (7, 'b1', '', '2026-10-01T00:00:00.000000Z', 'p', 'R07', 'a', 'b', 1, '')`,
			`INSERT INTO job_schedules (kind, every, next) VALUES ('case.tick', 600, '2026-10-01T00:00:00.000000Z')`,
		} {
			if _, err := tx.ExecContext(ctx, q); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A snapshot is a whole database in one file, made while others write.
func TestASnapshotIsMadeWhileOthersWrite(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		write := func(i int) error {
			return d.InTx(t.Context(), func(ctx context.Context, tx db.Q) error {
				_, err := tx.ExecContext(ctx, `INSERT INTO job_keys (once_key, kind, created) VALUES ($1, 'k', '2026-10-01T00:00:00.000000Z')`, db.NewID("k"))
				return err
			})
		}
		for i := range 500 {
			if err := write(i); err != nil {
				t.Fatal(err)
			}
		}
		stop, done := make(chan bool), make(chan error)
		go func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					done <- nil
					return
				default:
					if err := write(i); err != nil {
						done <- err
						return
					}
				}
			}
		}()
		path := filepath.Join(t.TempDir(), "copy.db")
		err := d.Snapshot(t.Context(), path)
		close(stop)
		if werr := <-done; err != nil || werr != nil {
			t.Fatal(err, werr)
		}
		copied, err := db.Open(t.Context(), "sqlite:"+path)
		if err != nil {
			t.Fatal(err)
		}
		defer copied.Close()
		if n, err := db.One(t.Context(), copied.Read(), db.Int, `SELECT COUNT(*) FROM job_keys`); err != nil || n < 500 {
			t.Errorf("the snapshot holds %d of 500: %v", n, err)
		}
	})
}
