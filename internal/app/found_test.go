package app

import (
	"context"
	"log/slog"
	"testing"

	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
	"kakehashi/internal/org"
)

// A change is found the second time too, a minute after another at the latest: the office of a country that was given one.
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
	// Some minutes later: the keys of this minute's filling are not this one's.
	if err := a.DB.InTx(t.Context(), func(ctx context.Context, tx db.Q) error {
		_, err := tx.ExecContext(ctx, `UPDATE job_keys SET once_key = once_key || ' ago'`)
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
