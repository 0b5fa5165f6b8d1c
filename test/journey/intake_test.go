package journey_test

import (
	"testing"

	"kakehashi/internal/db/dbtest"
	"kakehashi/test/browse"
	"kakehashi/test/journey"
)

// What a body sent on paper is entered for it by an officer, with the body's own form, judged by the day it arrived; the body sees it as its
// own, the receipt says so, and the officer who entered it is barred from deciding (casework.md rows 22 and 33).
func TestAnApplicationOnPaperIsEnteredForTheBody(t *testing.T) {
	for _, engine := range dbtest.Engines() {
		t.Run(engine, func(t *testing.T) {
			h := journey.Start(t, engine, autumn)
			b := h.As("demo-officer").OpenOK("/desk").Follow("紙・メールの受付").Follow("届いた申請を受け付ける")
			b.Fill("q", "存在しない市").Press("探す").WantStatus(200).Sees("該当する団体がありません")
			b.Fill("q", "富士市").Press("探す").WantStatus(200).Follow("静岡県富士市")
			b.Press("受け付けて入力を始める").WantStatus(422)
			paper := browse.Upload{Name: "申請書の写し.pdf", Content: pdf(t, "申請書")}
			b.Choose("programme", "経済活動助成").Choose("channel", "郵送").Fill("reason", "障害により画面から提出できなかったため").Attach("papers", paper)
			b.Press("受け付けて入力を始める").WantStatus(422).Sees("届いた日を")
			if b.Value("reason") == "" || b.Value("channel") != "post" {
				t.Error("what was typed is lost")
			}
			b.Sees("申請書の写し.pdf").Fill("day", "令和8年10月13日").Press("受け付けて入力を始める").WantStatus(200).Sees("富士市に代わって入力しています", "郵送で")
			at := b.Path()
			h.As("demo-branch").Open(at).WantStatus(404)
			h.As("demo-town").Open(at).WantStatus(404)
			h.As("demo-staff").OpenOK(at).Sees("事務局の職員がこの案件を入力しています", "申請書の写し.pdf", "代行入力")
			application(t, b.OpenOK(at+"/form/application/body"), title, costs, "5,000,000", "7000000")
			b.OpenOK(at + "/check/application").Sees("富士市に代わって")
			b.Press("提出する").WantStatus(200).WantPath("/desk/intake").Sees("申請を提出しました", "P01-2027-S")
			b.Open(at).WantStatus(404)
			h.Settle()
			town := h.As("demo-staff").OpenOK(at).Sees("支部確認", "代行入力", "10月13日", "申請書の写し.pdf")
			town.OpenOK("/en" + at).Sees("Entered for the body")
			town.OpenOK(at + "/history").Sees("申請を提出しました（代行入力）").SeesNot("見本 桂")
			desk := "/desk" + at[len("/work"):]
			h.As("demo-officer").Open(desk).WantStatus(404)
			h.As("demo-branch").OpenOK(desk).Sees("代行入力", "障害により画面から提出できなかったため")
		})
	}
}

// taken takes something in on paper, half of it, and gives it up.
func taken(h *journey.House) {
	b := h.As("demo-branch")
	for _, lang := range []string{"", "/en"} {
		b.OpenOK(lang + "/desk/intake").OpenOK(lang + "/desk/intake/new?q=zzz").OpenOK(lang + "/desk/intake/new?q=" + "fuji").OpenOK(lang + "/desk/intake/new?org=222101").PressBare(1)
	}
	b.OpenOK("/desk/intake/new?org=222101").Choose("programme", "経済活動助成").Choose("channel", "電子メール").Fill("day", "2026/10/1").Fill("reason", "紙で届いたため").
		Attach("papers", browse.Upload{Name: "申請書.pdf", Content: []byte("%PDF-1.7\n1 0 obj <</Type/Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n")}).Press("受け付けて入力を始める")
	at := b.Path()
	for _, lang := range []string{"", "/en"} {
		b.OpenOK(lang + at).OpenOK(lang + at + "/form/application/project").OpenOK(lang + at + "/check/application").OpenOK(lang + "/desk/intake").PressBare(0)
		h.As("demo-staff").OpenOK(lang + at)
	}
}
