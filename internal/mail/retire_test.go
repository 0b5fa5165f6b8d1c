package mail_test

import (
	"context"
	"testing"
	"time"

	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
	"kakehashi/internal/mail"
)

// Ninety days after a mail nobody can tell any more who was written what; its key still keeps it from being sent again.
func TestWhatWasWrittenIsForgottenAfterNinetyDays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o, q := outbox(t, d, mail.Folder{Dir: t.TempDir()})
		to := mail.Address{Address: "a@example.jp", Name: "見本 花子"}
		for _, key := range []string{"old", "new"} {
			queue(t, d, o, mail.Message{To: to, Key: key, CaseID: "c_1", Subject: "件名 " + key, Text: "本文"})
		}
		if err := q.Drain(ctx); err != nil {
			t.Fatal(err)
		}
		change := func(query string, args ...any) {
			t.Helper()
			if _, err := d.Pool().ExecContext(ctx, query, args...); err != nil {
				t.Fatal(err)
			}
		}
		change(`UPDATE mails SET queued = $1 WHERE mail_key = 'old'`, db.At(time.Now().AddDate(0, 0, -91)))
		if err := d.InTx(ctx, func(ctx context.Context, tx db.Q) error { return q.Add(ctx, tx, "mail.retire", nil) }); err != nil {
			t.Fatal(err)
		}
		if err := q.Drain(ctx); err != nil {
			t.Fatal(err)
		}
		queue(t, d, o, mail.Message{To: to, Key: "old", CaseID: "c_1", Subject: "二度目", Text: "本文"})
		list, err := o.Page(ctx, mail.Sent, "")
		if err != nil || len(list) != 2 {
			t.Fatalf("%d mails %v", len(list), err)
		}
		for _, m := range list {
			if old := m.Subject == ""; old != (m.To == "") || old != (m.Text == "") || !old && m.Subject != "件名 new" {
				t.Errorf("left: %+v", m)
			}
		}
		if list[0].Subject == list[1].Subject {
			t.Error("both or none were forgotten")
		}
	})
}
