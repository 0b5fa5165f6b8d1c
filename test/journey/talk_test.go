package journey_test

import (
	"testing"

	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
	"kakehashi/test/browse"
	"kakehashi/test/journey"
)

// atDesk is a case of 富士市 that HQ checks; it is where it is on the desk and at the body.
func atDesk(t *testing.T, h *journey.House) (desk, work string) {
	t.Helper()
	id, err := db.One(t.Context(), h.App.DB.Read(), db.String, `SELECT id FROM cases WHERE org_code = '222101' AND state = 'hq_check' ORDER BY id LIMIT 1`)
	if err != nil {
		t.Fatal(err)
	}
	return "/desk/cases/" + id, "/work/cases/" + id
}

// A question goes to and fro beside the returns, each side finds it on its home, and a correction an officer proposes counts with one click
// of the body's approver.
func TestQuestionsAndCorrectionsOnACase(t *testing.T) {
	for _, engine := range dbtest.Engines() {
		t.Run(engine, func(t *testing.T) {
			h := journey.Start(t, engine, autumn)
			desk, work := atDesk(t, h)
			body := h.As("demo-staff").OpenOK(work).Follow("開く（0件）").WantStatus(200)
			body.Press("送る").WantStatus(422).Sees("内容を入力してください")
			body.OpenOK(work+"/talk").Fill("text", "見積は何者から取ればよいですか。").Attach("files", browse.Upload{Name: "見積の案.pdf", Content: pdf(t, "見積")}).Press("送る").WantStatus(200).Sees("本部の返事待ち", "見積の案.pdf")
			h.Settle()
			officer := h.As("demo-officer").OpenOK("/desk").Sees("返事が必要です")
			officer.OpenOK(desk+"/talk").Sees("見積は何者から取ればよいですか。", "富士市")
			officer.Fill("text", "3者から取ってください。").Untick("wants").Press("送る").WantStatus(200).Sees("3者から取ってください。")
			h.As("demo-officer").OpenOK("/desk").SeesNot("返事が必要です")
			h.As("demo-staff").OpenOK("/work").Sees("未読")
			h.As("demo-staff").OpenOK(work + "/talk").Sees("3者から取ってください。").SeesNot("見本 桂")
			h.As("demo-staff").OpenOK("/work").SeesNot("未読")
			h.As("demo-staff").OpenOK("/en" + work + "/talk").Sees("Questions and answers")
			h.As("demo-branch").OpenOK(desk + "/talk").Sees("3者から取ってください。")
			h.As("demo-town").Open(work + "/talk").WantStatus(404)
			h.As("demo-finance").Open(desk + "/talk").WantStatus(404)

			officer.OpenOK(desk).Follow("訂正を提案する").WantStatus(200)
			officer.Choose("field", "事業名").Press("訂正後の内容を入力する").WantStatus(200)
			officer.Press("団体に提案する").WantStatus(422)
			officer.Fill("reason", "誤記のため").Press("団体に提案する").WantStatus(422).Sees("申請の内容と同じです")
			officer.Fill("p.title", "訂正した事業の名称").Press("団体に提案する").WantStatus(200).Sees("訂正を提案しました", "団体の同意待ち")
			h.As("demo-staff").OpenOK(work).Sees("訂正の提案があります", "誤記のため", "訂正した事業の名称").Press("この訂正に同意する").WantStatus(422).Sees("決裁者が同意します")
			h.As("demo-approver").OpenOK("/en" + work).Sees("A correction is proposed")
			h.As("demo-approver").OpenOK(work).Press("この訂正に同意する").WantStatus(200).Sees("訂正に同意しました")
			h.As("demo-officer").OpenOK(desk).Sees("同意により訂正済み", "訂正した事業の名称")
		})
	}
}

// talked writes on a case from both sides, and proposes a correction of several kinds of answers.
func talked(t *testing.T, h *journey.House) {
	desk, work := atDesk(t, h)
	for _, lang := range []string{"", "/en"} {
		h.As("demo-staff").OpenOK(lang + work + "/talk").PressBare(0)
		h.As("demo-officer").OpenOK(lang + desk + "/talk").PressBare(1)
	}
	h.As("demo-staff").OpenOK(work+"/talk").Fill("text", "見積は何者から取ればよいですか。\n資料を添えます。").Attach("files", browse.Upload{Name: "資料.pdf", Content: pdf(t, "資料")}).Press("送る")
	b := h.As("demo-officer")
	for _, lang := range []string{"", "/en"} {
		b.OpenOK(lang + desk + "/fix").OpenOK(lang + desk + "/fix?field=p.title&field=p.period&field=cost.lines&field=p.countries&field=fund.requested&field=p.partners")
		b.OpenOK(lang + desk + "/talk").OpenOK(lang + "/desk")
	}
	b.OpenOK(desk + "/fix?field=p.title").Press("団体に提案する").WantStatus(422)
	b.Fill("p.title", "訂正した事業の名称").Fill("reason", "誤記のため").Press("団体に提案する").WantStatus(200)
	b.OpenOK(desk+"/talk").Fill("text", "3者から取ってください。").Press("送る")
	for _, lang := range []string{"", "/en"} {
		h.As("demo-staff").OpenOK(lang + work).OpenOK(lang + "/work").OpenOK(lang + work + "/talk")
		b.OpenOK(lang + desk)
	}
	h.As("demo-approver").OpenOK(work).Press("同意しない").WantStatus(422)
	b.OpenOK(desk).Press("提案を取り下げる").WantStatus(200)
}
