package db_test

import (
	"context"
	"testing"

	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
)

func TestAGenerationEndsWithAnybodysWriting(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		other, err := db.Open(ctx, d.Address())
		if err != nil {
			t.Fatal(err)
		}
		defer other.Close()
		write := func(by *db.DB, n int) {
			t.Helper()
			if err := by.InTx(ctx, func(ctx context.Context, tx db.Q) error {
				_, err := tx.ExecContext(ctx, `INSERT INTO case_counters (series, n) VALUES ($1, 1)`, string(rune('a'+n)))
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		name := func(by *db.DB) string {
			t.Helper()
			g, err := by.Generation(ctx)
			if err != nil {
				t.Fatal(err)
			}
			return g
		}
		for n, by := range []*db.DB{d, other, d, other} {
			before, seen := name(d), name(other)
			if !d.Postgres() && (before != name(d) || seen != name(other)) { // PostgreSQL tidies by itself, which may count
				t.Errorf("round %d: the generation ended while nobody wrote", n)
			}
			write(by, n)
			if name(d) == before || name(other) == seen {
				t.Errorf("round %d: what was written ended no generation: %s, %s", n, before, seen)
			}
		}
	})
}
