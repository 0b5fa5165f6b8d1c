package cases_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"kakehashi/internal/cases"
	"kakehashi/internal/db"
)

// TestEveryChangeBehindTheServicesBackIsFound changes the database by hand, one thing at a time, and looks that verification says
// which case and which event.
func TestEveryChangeBehindTheServicesBackIsFound(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.lives(nanao)["billed"]
		innocent := w.submitted(fuji, grant, nil)
		w.verified()
		events, err := w.s.Journal(bg, staff(nanao), c.ID)
		w.must(err)
		full := w.int(`SELECT MAX(seq) FROM case_events WHERE case_id = $1`, c.ID)
		middle := 0
		for _, e := range events {
			if e.Data.Move == "approve" {
				middle = e.Seq
			}
		}
		if middle == 0 {
			t.Fatal("no decision in the journal")
		}
		seqOf := func(kind string) int {
			n, err := db.One(bg, w.d.Read(), db.Int, `SELECT MIN(seq) FROM case_events WHERE case_id = $1 AND data LIKE $2`, c.ID, `%"kind":"`+kind+`"%`)
			w.must(err)
			return int(n)
		}
		// tampered changes something, looks what is found, and puts it back.
		tampered := func(what string, seq int, table, column string, value any, where string, args ...any) {
			t.Helper()
			was, err := db.One(bg, w.d.Read(), db.String, fmt.Sprintf(`SELECT CAST(%s AS TEXT) FROM %s WHERE %s`, column, table, where), args...)
			w.must(err)
			set := func(v any) {
				t.Helper()
				if n := w.exec(fmt.Sprintf(`UPDATE %s SET %s = $%d WHERE %s`, table, column, len(args)+1, where), append(args, v)...); n != 1 {
					t.Fatalf("%s: %d rows", what, n)
				}
			}
			set(value)
			w.found(what, c.ID, seq)
			switch value.(type) {
			case int, int64:
				var n int64
				fmt.Sscan(was, &n)
				set(n)
			case bool:
				set(was == "true" || was == "1")
			default:
				set(was)
			}
		}
		event := []any{c.ID, middle}
		for column, value := range map[string]any{"type": "noted", "at": "2026-10-01T00:00:01.000000Z", "person": "x", "name": "x", "role": "R06", "body": "hq:x", "behalf": "x",
			"origin": "198.51.100.1", "prev": strings.Repeat("0", 64), "hash": strings.Repeat("0", 64)} {
			tampered("event "+column, middle, "case_events", column, value, "case_id = $1 AND seq = $2", event...)
		}
		data, err := db.One(bg, w.d.Read(), db.String, `SELECT data FROM case_events WHERE case_id = $1 AND seq = $2`, event...)
		w.must(err)
		for what, changed := range map[string]string{"the sum": strings.Replace(data, "4000000", "4500000", 1), "a blank": strings.Replace(data, `{"`, `{ "`, 1),
			"broken words": data[:len(data)-1], "nothing": "", "another case's word": `{"move":"approve"}`} {
			if changed == data {
				t.Fatalf("%s changes nothing", what)
			}
			tampered("event data: "+what, middle, "case_events", "data", changed, "case_id = $1 AND seq = $2", event...)
		}
		tampered("an unreadable moment", middle, "case_events", "at", "gestern", "case_id = $1 AND seq = $2", event...)

		for column, value := range map[string]any{"number": "P01-2027-09999", "definition": strings.Repeat("0", 64), "state": "paid", "phase": 1, "holder": "staff", "title": "x",
			"due": "2030-01-01", "requested": 1, "decided": 5000000, "fixed": 1, "paid": 4000000, "score": 1, "owner": "x", "ended": true, "head": strings.Repeat("0", 64),
			"submitted": "", "updated": "2026-10-01T00:00:01.000000Z", "org_code": fuji, "org_name": "富士市", "branch": "22", "section": "koushin", "prefecture": "22",
			"org_type": "town", "fiscal_year": 2026, "programme": "exchange-grant", "demo": true, "created": "2026-10-01T00:00:01.000000Z", "version": 3} {
			tampered("row "+column, int(full), "cases", column, value, "id = $1", c.ID)
		}
		doc, err := db.One(bg, w.d.Read(), db.String, `SELECT doc FROM cases WHERE id = $1`, c.ID)
		w.must(err)
		for what, changed := range map[string]string{"the sum": strings.Replace(doc, `"decided":4000000`, `"decided":5000000`, 1), "an answer": strings.Replace(doc, "フランス・パリ", "市内", 1),
			"a member": strings.Replace(doc, `"judge-1"`, `"judge-9"`, 1), "broken words": doc[1:]} {
			if changed == doc {
				t.Fatalf("%s changes nothing", what)
			}
			tampered("projection: "+what, int(full), "cases", "doc", changed, "id = $1", c.ID)
		}

		l02 := w.letter(c.ID, "L02")
		for column, value := range map[string]any{"kind": "L03", "number": "自国経第99号", "day": "2026-10-02", "addressee": "hq"} {
			tampered("letter "+column, seqOf("L02"), "letters", column, value, "id = $1", l02.ID)
		}
		paper, err := db.One(bg, w.d.Read(), db.String, `SELECT data FROM letters WHERE id = $1`, l02.ID)
		w.must(err)
		tampered("letter words", seqOf("L02"), "letters", "data", strings.Replace(paper, "金4,000,000円", "金4,500,000円", 1), "id = $1", l02.ID)
		tampered("a member's interest", int(full), "case_members", "interest", true, "case_id = $1 AND person = $2", c.ID, "judge-1")
		for column, value := range map[string]any{"due": "2031-03-31", "kind": "assets", "item": "翻訳端末", "org_code": fuji} {
			tampered("a duty's "+column, int(full), "case_duties", column, value, "case_id = $1", c.ID)
		}
		for column, value := range map[string]any{"amount": 4000001, "debit": "paid", "credit": "outside", "kind": "pay", "event": middle - 1, "person": "x", "role": "R06",
			"budget": "exchange-grant/2027"} {
			tampered("ledger entry "+column, middle, "ledger_entries", column, value, "id = $1", w.int(`SELECT MIN(id) FROM ledger_entries WHERE case_id = $1 AND kind = 'commit'`, c.ID))
		}
		tampered("the budget", 0, "budgets", "committed", 4000001, "id = $1", grant+"/2027")
		w.verified()

		// What is deleted is missed.
		gone := []struct {
			what string
			seq  int
			sql  string
			args []any
		}{
			{"a ledger entry", middle, `DELETE FROM ledger_entries WHERE case_id = $1 AND kind = 'commit'`, []any{c.ID}},
			{"a member", int(full), `DELETE FROM case_members WHERE case_id = $1 AND person = $2`, []any{c.ID, "judge-1"}},
			{"a duty", int(full), `DELETE FROM case_duties WHERE case_id = $1`, []any{c.ID}},
			{"the receipt", seqOf("L01"), `DELETE FROM letters WHERE case_id = $1 AND kind = 'L01'`, []any{c.ID}},
			{"the last letter of its series", seqOf("L05"), `DELETE FROM letters WHERE case_id = $1 AND kind = 'L05'`, []any{c.ID}},
			{"the last event", int(full), `DELETE FROM case_events WHERE case_id = $1 AND seq = $2`, []any{c.ID, full}},
			{"an event", middle, `DELETE FROM case_events WHERE case_id = $1 AND seq = $2`, []any{c.ID, middle}},
			{"the whole journal", 1, `DELETE FROM case_events WHERE case_id = $1`, []any{c.ID}},
		}
		for _, g := range gone {
			if n := w.exec(g.sql, g.args...); n == 0 {
				t.Fatalf("%s: nothing to delete", g.what)
			}
			w.found(g.what, c.ID, g.seq)
		}
		_, _, found, err := w.s.Verify(bg, nil)
		w.must(err)
		for _, f := range found {
			if f.Case == innocent.ID {
				t.Errorf("another case is accused: %+v", f)
			}
		}
		for _, sql := range []string{`DELETE FROM letters WHERE case_id = $1`, `DELETE FROM case_events WHERE case_id = $1`, `DELETE FROM case_members WHERE case_id = $1`, `DELETE FROM cases WHERE id = $1`} {
			w.exec(sql, innocent.ID)
		}
		w.found("a whole case", "", 0)
	})
}

// found fails the test unless verification names the case and event; an empty case means something outside every case.
func (w *world) found(what, id string, seq int) {
	w.t.Helper()
	_, _, found, err := w.s.Verify(bg, nil)
	w.must(err)
	for _, f := range found {
		if (f.Case == id || seq == 0 && f.Case == "") && f.Seq == seq && f.Text != "" {
			return
		}
	}
	w.t.Errorf("%s: not found at event %d: %+v", what, seq, found)
}

func TestACaseLooksBackToWhatItWas(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		type look struct {
			at  time.Time
			doc string
		}
		var looks []look
		c := w.draft(staff(nanao), grant)
		note := func() {
			t.Helper()
			looks = append(looks, look{w.now(), w.doc(w.full(c.ID))})
			w.wait(time.Hour)
		}
		note()
		w.save(staff(nanao), c.ID, w.exampleAnswers(grant, nil))
		note()
		w.submit(c.ID, nanao)
		note()
		w.do(branch("17"), c.ID, "branch_return", cases.Needs{Due: "2026-10-20", Remarks: []cases.Remark{{Field: "p.content", Kind: "不足", Text: "補足"}}})
		note()
		w.save(staff(nanao), c.ID, map[string]any{"p.content": "補った内容"})
		note()
		w.do(approver(nanao), c.ID, "resubmit", cases.Needs{Corrected: true})
		note()
		w.do(branch("17"), c.ID, "forward", cases.Needs{Opinion: "適当"})
		w.do(officer("keishin"), c.ID, "accept", w.checklist(c.ID))
		w.must(w.s.Assign(bg, officer("keishin"), c.ID, staffed(1, 4)))
		for n := 1; n <= 3; n++ {
			w.score(judge(n), c.ID)
		}
		w.must(w.s.Declare(bg, judge(4), c.ID, "利害関係がある。"))
		note()
		w.do(officer("keishin"), c.ID, "rank", cases.Needs{})
		amount := int64(2000000)
		w.do(officer("keishin"), c.ID, "propose", cases.Needs{Amount: &amount, Comment: "採択"})
		w.do(chief("keishin"), c.ID, "approve", cases.Needs{})
		note()
		for i, l := range looks {
			past, p, err := w.s.AsOf(bg, auditor, c.ID, l.at)
			w.must(err)
			if got := w.doc(past); got != l.doc {
				t.Errorf("look %d: the past is not what it was:\n%s\n%s", i, got, l.doc)
			}
			if p.Hash != past.Definition {
				t.Errorf("look %d: version %s", i, p.Hash)
			}
		}
		_, _, err := w.s.AsOf(bg, auditor, c.ID, looks[0].at.Add(-time.Hour))
		if err == nil {
			t.Error("it was before it was")
		}
		w.verified()
	})
}

// doc is a case in words, answers and all.
func (w *world) doc(c *cases.Case) string {
	w.t.Helper()
	b, err := json.Marshal(c)
	w.must(err)
	a, err := json.Marshal(c.Answers())
	w.must(err)
	return string(b) + string(a)
}

func TestVerifyingWhilePeopleWorkAccusesNobody(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.filled(staff(nanao), grant, nil)
		stop := make(chan struct{})
		done := make(chan error)
		go func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					done <- nil
					return
				default:
				}
				if _, err := w.s.SaveFields(bg, staff(nanao), c.ID, typed(map[string]string{"p.title": fmt.Sprint("題", i)}), 0, nil); err != nil {
					done <- err
					return
				}
			}
		}()
		for range 15 {
			w.verified()
		}
		close(stop)
		w.must(<-done)
	})
}
