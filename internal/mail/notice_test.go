package mail_test

import (
	"testing"
	"time"

	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
	"kakehashi/internal/fault"
	"kakehashi/internal/lang"
	"kakehashi/internal/mail"
)

func TestNoticesAreReadByThoseTheyWereWrittenTo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o, _ := outbox(t, d, mail.Folder{Dir: t.TempDir()})
		write := func(to, subject, caseID string) {
			queue(t, d, o, mail.Message{To: mail.Address{Address: to, Lang: lang.JA}, Subject: subject, Text: "本文", CaseID: caseID})
		}
		for range 35 {
			write("Hanako@City.example.jp", "受付", "c_1")
		}
		write("hanako@city.example.jp", "招待", "")
		write("taro@city.example.jp", "差戻し", "c_2")

		if n, err := o.Unread(ctx, "p1", "hanako@city.example.jp"); n != 35 || err != nil {
			t.Errorf("unread: %d %v; want 35: what is about no case is no notice", n, err)
		}
		first, next, err := o.Notices(ctx, "p1", "hanako@city.example.jp", "")
		if err != nil || len(first) != 30 || next == "" {
			t.Fatalf("the first page: %d notices, next %q, %v", len(first), next, err)
		}
		rest, end, err := o.Notices(ctx, "p1", "hanako@city.example.jp", next)
		if err != nil || len(rest) != 5 || end != "" {
			t.Errorf("the second page: %d notices, next %q, %v", len(rest), end, err)
		}
		if n, err := o.Open(ctx, "p1", "hanako@city.example.jp", first[0].ID); err != nil || n.CaseID != "c_1" {
			t.Errorf("opened: %+v %v", n, err)
		}
		if _, err := o.Open(ctx, "p2", "taro@city.example.jp", first[0].ID); !fault.Is(err, fault.Missing) {
			t.Errorf("another reader's notice: %v", err)
		}
		if n, _ := o.Unread(ctx, "p1", "hanako@city.example.jp"); n != 34 {
			t.Errorf("unread after one was opened: %d", n)
		}
		if n, _ := o.Unread(ctx, "p3", "hanako@city.example.jp"); n != 35 {
			t.Errorf("a colleague at the same mailbox has read %d too", 35-n)
		}
		if err := o.OpenAll(ctx, "p1", "hanako@city.example.jp", first[2].ID); err != nil {
			t.Fatal(err)
		}
		if n, _ := o.Unread(ctx, "p1", "hanako@city.example.jp"); n != 1 {
			t.Errorf("unread after all of the third and before were read: %d, want the second", n)
		}
		elsewhere, err := db.Open(ctx, d.Address()) // another process on the same database
		if err != nil {
			t.Fatal(err)
		}
		defer elsewhere.Close()
		there, _ := outbox(t, elsewhere, mail.Folder{Dir: t.TempDir()})
		queue(t, elsewhere, there, mail.Message{To: mail.Address{Address: "hanako@city.example.jp", Lang: lang.JA}, Subject: "通知", Text: "本文", CaseID: "c_1"})
		n := 0
		for end := time.Now().Add(10 * time.Second); n != 2 && time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
			n, _ = o.Unread(ctx, "p1", "hanako@city.example.jp")
		}
		if n != 2 {
			t.Errorf("unread after another process wrote: %d", n)
		}
		if list, _, _ := o.Notices(ctx, "p1", "hanako@city.example.jp", ""); list[0].Read || !list[1].Read || list[2].Read || !list[3].Read {
			t.Errorf("read: %v %v %v %v", list[0].Read, list[1].Read, list[2].Read, list[3].Read)
		}
	})
}
