package app

import (
	"context"
	"log/slog"
	"testing"

	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
	"kakehashi/internal/org"
)

// What is changed is found at once the second time too: the office of a country that was given one.
func TestAChangeOfTheReferenceDataIsFound(t *testing.T) {
	a, err := New(t.Context(), Config{Data: t.TempDir(), Database: dbtest.Address(t, "sqlite"), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	drain := func() {
		t.Helper()
		if err := a.Jobs.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	found := func(country string) bool {
		t.Helper()
		list, err := db.List(t.Context(), a.DB.Read(), db.String, `SELECT id FROM search_docs WHERE id = 'office:PAR' AND also LIKE $1`, "%"+country+"%")
		if err != nil {
			t.Fatal(err)
		}
		return len(list) > 0
	}
	drain()
	// An earlier minute's filling is over and its key is kept.
	if err := a.DB.InTx(t.Context(), func(ctx context.Context, tx db.Q) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO job_keys (once_key, kind, created) VALUES ('search.fill', 'search.fill', $1)`, db.Now())
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Orgs.Amend(t.Context(), org.System, org.Amendment{Kind: "route", Values: org.Values{"country": "IT", "office": "PAR"}, Source: "t", Reason: "r"}); err != nil {
		t.Fatal(err)
	}
	drain()
	if !found("イタリア") {
		t.Error("the office's new country is not found")
	}
}
