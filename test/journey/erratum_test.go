package journey_test

import (
	"net/url"
	"strings"
	"testing"

	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
	"kakehashi/test/journey"
)

// A wrong letter keeps its number: one person proposes what is right, another approves, the letter goes out again marked as corrected, the
// first stays as it was and leads to it, for the body and for a stranger who checks the paper.
func TestAWrongLetterIsIssuedAgainUnderItsNumber(t *testing.T) {
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
			id := one(`SELECT case_id FROM letters l JOIN cases c ON c.id = l.case_id WHERE l.kind = 'L02' AND c.org_code = '222101' AND c.state = 'running' ORDER BY l.id LIMIT 1`)
			first := one(`SELECT id FROM letters WHERE kind = 'L02' AND case_id = $1`, id)
			number, words := one(`SELECT number FROM letters WHERE id = $1`, first), one(`SELECT data FROM letters WHERE id = $1`, first)
			_, _, before := h.As("demo-staff").Get("/letters/" + first + ".pdf")
			at := "/desk/cases/" + id + "/letters/" + first + "/erratum"

			officer := h.As("demo-officer").OpenOK("/desk/cases/" + id + "/letters").Follow("L02を訂正").WantStatus(200)
			if officer.Path() != at {
				t.Fatalf("the correction is at %s, want %s", officer.Path(), at)
			}
			officer.Press("訂正を申し出る").WantStatus(422).Sees("5文字以上")
			officer.OpenOK(at).Fill("reason", "事業名に誤りがあったため").Press("訂正を申し出る").WantStatus(422).Sees("直す箇所がありません")
			if officer.Value("reason") != "事業名に誤りがあったため" {
				t.Error("what was typed is lost")
			}
			officer.OpenOK(at).Fill("item.0", "").Fill("reason", "事業名に誤りがあったため").Press("訂正を申し出る").WantStatus(422).Sees("1文字以上")
			officer.OpenOK(at).Fill("item.0", "（見本）焙煎茶の販路開拓（正しい名）").Fill("reason", "事業名に誤りがあったため").Press("訂正を申し出る").WantStatus(200).Sees("訂正を申し出ました")
			h.Settle()
			if n := one(`SELECT CAST(COUNT(*) AS TEXT) FROM mails WHERE case_id = $1 AND subject LIKE '%訂正の承認%'`, id); n == "0" {
				t.Error("no chief was told")
			}
			officer.OpenOK(at).Sees("課長の承認を待っています", "正しい名")
			for _, do := range []string{"approve", "refuse"} {
				if status, _, _ := officer.Post(at, url.Values{"do": {do}, "answer": {"誤りではないため"}}); status != 403 {
					t.Errorf("an officer decides (%s): %d", do, status)
				}
			}
			if status, _, _ := officer.Post(at, url.Values{"do": {"propose"}, "item.0": {"別の名"}, "reason": {"もう一つの訂正"}}); status != 409 {
				t.Errorf("a second proposal: %d", status)
			}
			h.As("demo-staff").OpenOK("/work/cases/" + id + "/history").SeesNot("訂正を申し出")
			h.As("demo-staff").Open(at).WantStatus(403)
			h.As("demo-branch").Open(at).WantStatus(404)

			chief := h.As("demo-chief").OpenOK(at)
			chief.Press("差し戻す").WantStatus(422).Sees("5文字以上")
			chief.OpenOK(at).Fill("answer", "事業名は申請のとおりです").Press("差し戻す").WantStatus(200)
			officer.OpenOK(at).Sees("差戻し", "事業名は申請のとおりです").Fill("item.0", "（見本）焙煎茶の販路開拓（正しい名）").Fill("reason", "事業名に誤りがあったため").Press("訂正を申し出る").WantStatus(200)
			chief.OpenOK("/en" + at).Sees("Correction awaiting approval")
			chief.OpenOK(at).Press("承認して訂正版を発行する").WantStatus(200).Sees("訂正版を発行しました", "訂正版あり", "訂正版（")
			if status, _, _ := chief.Post(at, url.Values{"do": {"approve"}}); status != 409 {
				t.Errorf("approved twice: %d", status)
			}
			h.Settle()

			second := one(`SELECT id FROM letters WHERE replaces = $1`, first)
			if got := one(`SELECT number FROM letters WHERE id = $1`, second); got != number {
				t.Errorf("the corrected letter has the number %s, want %s", got, number)
			}
			if one(`SELECT data FROM letters WHERE id = $1`, first) != words {
				t.Error("the first letter was changed")
			}
			staff := h.As("demo-staff").OpenOK("/letters/" + first).Sees("この文書は訂正されています").Follow("訂正版を見る").WantStatus(200)
			staff.Sees("正しい名", number, "訂正の内容", "（誤）", "事業名に誤りがあったため", "訂正）")
			staff.OpenOK("/work/letters").Sees("訂正版あり")
			staff.OpenOK("/work/cases/" + id + "/history").Sees("文書を訂正し、同じ番号で発行しました")
			if _, _, now := staff.Get("/letters/" + first + ".pdf"); string(now) != string(before) {
				t.Error("the first PDF was changed")
			}
			if status, _, pdf := staff.Get("/letters/" + second + ".pdf"); status != 200 || !strings.HasPrefix(string(pdf), "%PDF") {
				t.Errorf("the corrected PDF: %d", status)
			}
			if n := one(`SELECT CAST(COUNT(*) AS TEXT) FROM mails WHERE case_id = $1 AND subject LIKE '%文書を訂正しました%'`, id); n == "0" {
				t.Error("the body was not told")
			}
			code := strings.TrimPrefix(first, "l_")
			h.Visitor().OpenOK("/verify/"+code).Sees("訂正される前の文書です").Follow("訂正版を確認する").WantStatus(200).Sees("発行されています", number, "訂正の日")
			h.Visitor().OpenOK("/en/verify/" + code).Sees("This letter was corrected")

			// The corrected letter can be corrected once more; the first still leads to the one that holds.
			then := "/desk/cases/" + id + "/letters/" + second + "/erratum"
			chief.OpenOK(then).Fill("body.0", "二度目の訂正です。").Fill("reason", "本文にも誤りがあったため").Press("訂正を申し出る").WantStatus(200)
			chief.OpenOK(then).Sees("本人は、この操作を行えません")
			if status, _, _ := chief.Post(then, url.Values{"do": {"approve"}}); status != 403 {
				t.Errorf("who proposed approves: %d", status)
			}
			_, _, faults, err := h.App.Cases.Verify(t.Context(), nil)
			for _, f := range faults {
				if f.Case == id || strings.Contains(f.Text, "letter numbers") {
					t.Errorf("the journal does not verify: %+v", f)
				}
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
}
