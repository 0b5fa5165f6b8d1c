package journey_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
	"kakehashi/internal/jp"
	"kakehashi/test/browse"
	"kakehashi/test/journey"
)

// Cases are kept for their term, put on a list by one person, kept after all with a reason, and erased by another person's approval; a
// hold stops it; afterwards nothing said can be read anywhere, and the chain and the signed heads verify as before.
func TestWhatWasKeptLongEnoughIsDisposedOfByTwo(t *testing.T) {
	for _, engine := range dbtest.Engines() {
		t.Run(engine, func(t *testing.T) {
			h := journey.Start(t, engine, autumn)
			one := func(query string, args ...any) string {
				t.Helper()
				s, err := db.One(t.Context(), h.App.DB.Read(), db.String, query, args...)
				if err != nil {
					t.Fatalf("%s: %v", query, err)
				}
				return s
			}
			paid := one(`SELECT id FROM cases WHERE state = 'billed' AND org_code = '222101' LIMIT 1`)
			early := one(`SELECT id FROM cases WHERE state = 'branch_check' AND org_code = '222101' LIMIT 1`)
			gone := one(`SELECT id FROM cases WHERE state = 'hq_check' AND org_code = '222101' LIMIT 1`)
			title, adopted := one(`SELECT title FROM cases WHERE id = $1`, gone), one(`SELECT title FROM cases WHERE id = $1`, paid)
			h.As("demo-finance").OpenOK("/desk/cases/"+paid+"/do/pay").Fill("payDate", "R8.10.14").Press("支払を記録する").WantStatus(200)
			h.As("demo-officer").OpenOK("/desk/cases/" + paid).Press("案件を完了する").WantStatus(200)
			hidden := one(`SELECT title FROM cases WHERE id = $1`, early) // HQ never read it: it was not forwarded
			for _, id := range []string{gone, early} {
				h.As("demo-approver").OpenOK("/work/cases/"+id).Fill("comment", "先方の都合により実施できなくなりました。").Press("申請を取り下げる").WantStatus(200)
			}
			h.Settle()
			real(t, h)
			h.Wait(1)
			if err := h.App.Proof.Close(t.Context()); err != nil {
				t.Fatal(err)
			}

			again := func(login string) *browse.Browser { return h.Enter(h.Visitor().OpenOK("/signin"), login) }
			h.At(time.Date(2030, 3, 31, 10, 0, 0, 0, jp.JST))
			again("demo-officer").OpenOK("/desk/disposals").SeesNot(title) // the last day is still a day of keeping
			h.At(time.Date(2032, 4, 1, 10, 0, 0, 0, jp.JST))
			officer, chief := again("demo-officer"), again("demo-chief")
			officer.OpenOK("/desk/disposals").Sees(title, adopted, "採択", "不採択・取下げ").SeesNot(hidden)

			officer.OpenOK("/desk/cases/"+gone+"/hold").Fill("reason", "不足").Press("廃棄を停止する").WantStatus(422).Sees("5文字以上")
			officer.Fill("reason", "情報公開請求への対応のため").Press("廃棄を停止する").WantStatus(200)
			officer.OpenOK("/desk/disposals").SeesNot(title)
			officer.OpenOK("/desk/cases/"+gone+"/hold").Sees("情報公開請求への対応のため").Fill("reason", "請求への対応が終わったため").Press("停止を解く").WantStatus(200)

			officer.OpenOK("/desk/disposals").Press("廃棄目録を作る").WantStatus(200).Sees(title, adopted).SeesNot(hidden)
			list := officer.Path()
			if officer.HasButton("承認して廃棄する") {
				t.Error("who drew up the list is offered to approve it")
			}
			if status, _, _ := officer.Post(list, url.Values{"do": {"approve"}}); status != 403 {
				t.Errorf("an officer approves: %d", status)
			}
			officer.OpenOK(list).Fill("keep."+paid, "短い").Press("残す理由を保存する").WantStatus(422).Sees("5文字以上")
			if officer.Value("keep."+paid) != "短い" {
				t.Error("what was typed is lost")
			}
			officer.Fill("keep."+paid, "周年誌に使うため").Press("残す理由を保存する").WantStatus(200)
			if status := again("demo-branch").Open(list).Status(); status != 404 {
				t.Errorf("a branch opens the list: %d", status)
			}
			chief.OpenOK(list).Press("承認して廃棄する").WantStatus(200)
			h.Settle()
			chief.OpenOK(list).Sees("完了", "廃棄済み", "周年誌に使うため")
			if status, _, _ := chief.Post(list, url.Values{"do": {"approve"}}); status != 409 {
				t.Errorf("a decided list is approved again: %d", status)
			}

			for _, login := range []string{"demo-staff", "demo-officer", "demo-auditor"} {
				b := again(login)
				path := "/desk/cases/" + gone
				if login == "demo-staff" {
					path = "/work/cases/" + gone
				}
				if text := b.OpenOK(path).Text(); strings.Contains(text, title) || !strings.Contains(text, "内容を廃棄しました") {
					t.Errorf("%s: the erased case: %s", login, text)
				}
			}
			letter := one(`SELECT MIN(id) FROM letters WHERE case_id = $1`, gone)
			if status := officer.Open("/letters/" + letter + ".pdf").Status(); status != 404 {
				t.Errorf("the letter of an erased case: %d", status)
			}
			if status, _, _ := officer.Post("/desk/cases/"+gone+"/note", url.Values{"text": {"あとから"}}); status != 409 {
				t.Errorf("a note on an erased case: %d", status)
			}
			for table, where := range map[string]string{"case_events": "case_id = $1 AND (data LIKE $2 OR name LIKE $2)", "letters": "case_id = $1 AND data LIKE $2",
				"mails": "case_id = $1 AND (subject LIKE $2 OR body LIKE $2)", "cases": "id = $1 AND doc LIKE $2"} {
				if n := one(`SELECT CAST(COUNT(*) AS TEXT) FROM `+table+` WHERE `+where, gone, "%"+strings.TrimPrefix(title, "（見本）")+"%"); n != "0" {
					t.Errorf("%s still tells of it: %s", table, n)
				}
			}
			if n := one(`SELECT CAST(COUNT(*) AS TEXT) FROM files WHERE ref = $1`, "case:"+gone); n != "0" {
				t.Errorf("%s files are attached to it", n)
			}

			_, _, faults, err := h.App.Cases.Verify(t.Context(), nil)
			for _, f := range faults {
				if f.Case == gone && !strings.HasSuffix(f.Text, " in demo") {
					t.Errorf("the erased case does not verify: %+v", f)
				}
			}
			if err != nil {
				t.Error(err)
			}
			if _, wrong, err := h.App.Proof.Verify(t.Context()); err != nil || len(wrong) > 0 {
				t.Errorf("the signed heads: %v %v", wrong, err)
			}
			_, _, archive := officer.Get("/cases/" + gone + "/archive.zip")
			if code, faults := checks(t, unpacked(t, archive)); code != 0 {
				t.Errorf("the archive of an erased case: %v", faults)
			}
			// Whoever takes words out without an approved list is found.
			change(t, h, `UPDATE case_events SET data = '', name = '', origin = '' WHERE case_id = $1 AND seq = 2`, paid)
			change(t, h, `INSERT INTO case_erased (case_id, seq, words) VALUES ($1, 2, $2)`, paid, strings.Repeat("0", 64))
			_, _, faults, _ = h.App.Cases.Verify(t.Context(), nil)
			found := false
			for _, f := range faults {
				found = found || f.Case == paid && f.Seq == 2
			}
			if !found {
				t.Errorf("a word taken out by hand was not found: %v", faults)
			}
		})
	}
}
