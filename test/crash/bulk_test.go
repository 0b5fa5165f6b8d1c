package crash_test

import (
	"bytes"
	"log/slog"
	"net/url"
	"path"
	"regexp"
	"strings"
	"testing"

	"kakehashi/internal/app"
	"kakehashi/internal/cases"
	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
	"kakehashi/test/browse"
	"kakehashi/test/crash"
)

var field = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"`)

// An officer's act on hundreds of cases at once is killed in the middle again and again: it finishes, each case was written to exactly once,
// and the page says how many.
func TestAnActOnManyCasesKilledInTheMiddleFinishes(t *testing.T) {
	const n = 120
	for _, engine := range dbtest.Engines() {
		t.Run(engine, func(t *testing.T) {
			data, address := t.TempDir(), dbtest.Address(t, engine)
			a, err := app.New(t.Context(), app.Config{Data: data, Database: address, Log: slog.New(slog.DiscardHandler)})
			must(t, err)
			var printed bytes.Buffer
			must(t, a.LoadDemo(t.Context(), &printed))
			ids, err := a.MoreDemo(t.Context(), "forward", 1)
			must(t, err)
			c, _, err := a.Cases.Get(t.Context(), cases.System, ids[0])
			must(t, err)
			alike(t, a, c, n)
			must(t, a.Jobs.Drain(t.Context()))
			before, err := db.One(t.Context(), a.DB.Read(), db.Int, `SELECT COUNT(*) FROM cases WHERE state = 'hq_check'`)
			must(t, err)
			must(t, a.Close())
			house := &crash.House{Serve: []string{crash.Build(t), "serve", "--listen", "127.0.0.1:0", "--data", data, "--database", address}, Database: address}

			process := house.Start(t)
			password := regexp.MustCompile(`(?m)^ +demo-officer +(\S+)`).FindStringSubmatch(printed.String())[1]
			b := browse.New(t, process.Base).OpenOK("/signin").Fill("login", "demo-officer").Fill("password", password).Press("サインイン")
			status, _, body := b.Post("/desk/lists/bulk", url.Values{"act": {"mail"}, "whole": {"1"}, "list": {"view=check"}})
			if status != 200 {
				t.Fatalf("the preview: %d", status)
			}
			form := url.Values{"subject": {"説明会のお知らせ"}, "text": {"11月に説明会を開きます。"}}
			for _, m := range field.FindAllSubmatch(body, -1) {
				form.Add(string(m[1]), strings.NewReplacer("&amp;", "&", "&#34;", `"`).Replace(string(m[2])))
			}
			status, header, _ := b.Post("/desk/lists/bulk", form)
			if status != 303 {
				t.Fatalf("the work does not begin: %d", status)
			}
			process.Kill()

			at := header.Get("Location")
			id := path.Base(strings.Split(at, "?")[0])
			done(t, house, id)
			killed(t, house, id, before, `SELECT COUNT(*) FROM case_events WHERE type = 'mailed'`, `SELECT COUNT(*) FROM work_items WHERE outcome = 'done'`,
				`SELECT COUNT(DISTINCT case_id) FROM mails WHERE subject LIKE '説明会のお知らせ%'`)
			d, err := db.Open(t.Context(), address)
			must(t, err)
			defer d.Close()
			twice, err := db.List(t.Context(), d.Read(), db.String, `SELECT case_id FROM mails WHERE subject LIKE '説明会のお知らせ%' GROUP BY case_id, recipient HAVING COUNT(*) > 1
				UNION SELECT case_id FROM case_events WHERE type = 'mailed' GROUP BY case_id HAVING COUNT(*) > 1`)
			must(t, err)
			if len(twice) > 0 {
				t.Errorf("written to twice: %v", twice)
			}
		})
	}
}
