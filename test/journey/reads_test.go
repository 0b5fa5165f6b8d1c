package journey_test

import (
	"net/url"
	"strings"
	"testing"

	"kakehashi/internal/app"
	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
	"kakehashi/test/journey"
)

// Every registered address that shows a case, its letter or its file says what is read there; a new one without it fails.
func TestEveryAddressOfACaseIsInTheLogOfReading(t *testing.T) {
	read, _ := routes(t)
	for _, pattern := range read {
		if ofCase(pattern) && app.Reading(pattern) == "" {
			t.Errorf("nothing is written down of who reads %s", pattern)
		}
	}
}

// Who opened what is on the page of the auditor and of the section chief, by case, person and day; the body is told which desk read its
// case and not who; drafts leave no trace; the day's signed head names the log and a change of it is found out.
func TestWhoReadWhatIsKnownToThoseWhoseDutyItIs(t *testing.T) {
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
			id := one(`SELECT id FROM cases WHERE state = 'screening' AND org_code = '222101' ORDER BY id LIMIT 1`)
			number := one(`SELECT number FROM cases WHERE id = $1`, id)
			draft := one(`SELECT id FROM cases WHERE state = 'draft' AND org_code = '222101' ORDER BY id LIMIT 1`)
			file := one(`SELECT id FROM files WHERE ref = $1 ORDER BY id LIMIT 1`, "case:"+id)
			officer := h.As("demo-officer").OpenOK("/desk/cases/" + id).OpenOK("/desk/cases/" + id + "/application")
			officer.Open("/files/" + file).WantStatus(200)
			officer.Open("/desk/cases.csv").WantStatus(200)
			officer.Open("/desk/cases/" + draft).WantStatus(404)
			h.As("demo-member1").Open("/desk/cases/" + id + "/screening")
			h.As("demo-staff").OpenOK("/work/cases/" + draft).OpenOK("/work/cases/" + id)
			officer.Open("/desk/reads").WantStatus(404)
			h.As("demo-staff").Open("/desk/reads").WantStatus(403)

			name := one(`SELECT name FROM people WHERE login = 'demo-officer'`)
			for _, login := range []string{"demo-auditor", "demo-chief"} {
				b := h.As(login).OpenOK("/desk/reads?case="+strings.ToLower(number)).Sees(number, name, "案件の概要", "申請の内容", "添付ファイル", "本部担当者")
				b.OpenOK("/desk/reads?what=file&person=" + url.QueryEscape(name)).Sees("添付ファイル").SeesNot("案件の概要" + number)
				b.OpenOK("/desk/reads?from=2026/1/1&to=2026/1/2").Sees("この条件に当たる閲覧はありません")
				b.Open("/desk/reads?from=きのう&case=" + number).WantStatus(422).Sees("日付は")
				if b.Value("from") != "きのう" || b.Value("case") != number {
					t.Error("what was typed is lost")
				}
				b.Open("/desk/reads?from=2026/10/13&to=2026/10/1").WantStatus(422).Sees("始まりの日以後")
			}
			auditor := h.As("demo-auditor").OpenOK("/desk/reads").Sees("一覧の保存", "/desk/cases.csv")
			auditor.OpenOK("/en/desk/reads?case="+number).Sees("Log of reading", "Attached file", "Programme officer")
			if text := string(auditor.Open("/desk/reads.csv?case=" + number).WantStatus(200).Body()); !strings.Contains(text, name) || !strings.Contains(text, number) {
				t.Errorf("the table lacks the reader:\n%s", text)
			}

			staff := h.As("demo-staff").OpenOK("/work/cases/" + id + "/history").Follow("この案件を見た部署").WantStatus(200)
			staff.Sees("経済交流課", "本部担当者", "申請の内容", one(`SELECT name FROM people WHERE login = 'demo-staff'`)).SeesNot(name, "審査委員　")
			staff.OpenOK("/en/work/cases/"+id+"/reads").Sees("Who has seen this case", "Application")
			h.As("demo-town").Open("/work/cases/" + id + "/reads").WantStatus(404)
			if n := one(`SELECT CAST(COUNT(*) AS TEXT) FROM case_reads WHERE case_id = $1 AND what <> 'refused'`, draft); n != "0" {
				t.Errorf("the draft of one's own body left %s lines", n)
			}

			// What was refused is taken down too: an address somebody guessed, a letter, a decision of another desk; not what does not exist.
			letter := one(`SELECT id FROM letters WHERE case_id = $1 ORDER BY id LIMIT 1`, id)
			town := h.As("demo-town")
			town.Open("/letters/" + letter + ".pdf").WantStatus(404)
			town.Open("/files/" + file).WantStatus(404)
			town.Open("/letters/l_none").WantStatus(404)
			town.Post("/work/cases/"+id+"/do/withdraw", url.Values{"comment": {"x"}})
			officer.Post("/desk/cases/"+id+"/do/approve", url.Values{})
			b := h.As("demo-auditor").OpenOK("/desk/reads?what=refused&case="+strings.ToLower(number)).Sees("見られなかった・できなかった操作", "GET /letters/"+letter, "GET /files/"+file, "POST /work/cases/"+id+"/do/withdraw", "POST /desk/cases/"+id+"/do/approve")
			b.OpenOK("/desk/reads?what=refused").Sees("GET /desk/cases/" + draft).SeesNot("l_none")
			h.As("demo-staff").OpenOK("/work/cases/" + id + "/reads").SeesNot("見られなかった")

			real(t, h)
			h.Wait(1)
			if err := h.App.Proof.Close(t.Context()); err != nil {
				t.Fatal(err)
			}
			if _, wrong, err := h.App.Proof.Verify(t.Context()); err != nil || len(wrong) > 0 {
				t.Errorf("the signed heads: %v %v", wrong, err)
			}
			if newest, err := h.App.Proof.Newest(t.Context()); err != nil || newest.Reads == 0 || !newest.Signed() {
				t.Errorf("the signed head does not name the log: %+v %v", newest, err)
			}
			change(t, h, `DELETE FROM case_reads`)
			if _, wrong, err := h.App.Proof.Verify(t.Context()); err != nil || !strings.Contains(strings.Join(wrong, "\n"), "the log of reading ends elsewhere") {
				t.Errorf("a log that is gone is not found out: %v %v", wrong, err)
			}
		})
	}
}
