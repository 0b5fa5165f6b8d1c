package journey_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"kakehashi/internal/cases"
	"kakehashi/internal/db/dbtest"
	"kakehashi/test/journey"
)

// A copy of a case is handed out on a disclosure request (detail 15 of casework.md §6): one person says what is left out and why, another
// approves; what is left out is not in the paper, bank data never is, and the paper that was approved is kept as it was.
func TestACopyForDisclosureLeavesOutWhatWasDecided(t *testing.T) {
	for _, engine := range dbtest.Engines() {
		t.Run(engine, func(t *testing.T) {
			h := journey.Start(t, engine, autumn)
			id := office{t, h}.at("billed").ID
			at := "/desk/cases/" + id + "/disclosure"
			c, _, err := h.App.Cases.Get(t.Context(), cases.System, id)
			if err != nil {
				t.Fatal(err)
			}
			for login, want := range map[string]int{"demo-branch": http.StatusNotFound, "demo-finance": http.StatusNotFound, "demo-member1": http.StatusNotFound, "demo-staff": http.StatusForbidden, "demo-admin": http.StatusNotFound} {
				if status, _, _ := h.As(login).Get(at); status != want {
					t.Errorf("%s gets the page: %d, want %d", login, status, want)
				}
			}
			b := h.As("demo-officer").OpenOK("/desk/cases/" + id + "/history").Follow("開示用の写し").WantStatus(200)
			if b.Value("h.c.tel") != cases.GroundPerson || b.Value("h.p.title") != "" {
				t.Errorf("proposed at first: telephone %q, title %q", b.Value("h.c.tel"), b.Value("h.p.title"))
			}
			b.Fill("matter", "𠮷").Fill("h.p.purpose", cases.GroundInner).Press("写しの案を作る").WantStatus(http.StatusUnprocessableEntity).Sees("2文字以上100文字以内")
			if b.Value("matter") != "𠮷" || b.Value("h.p.purpose") != cases.GroundInner {
				t.Error("what was chosen is lost")
			}
			b.Fill("matter", "令和８年度 開示請求 第３号").Press("写しの案を作る").WantStatus(200).Sees("課長の承認を待っています", "口座")
			h.Settle()

			chief := h.As("demo-chief")
			draft := ""
			for _, l := range chief.OpenOK(at).Sees("令和８年度 開示請求 第３号", "審議・検討に関する情報").Links() {
				if strings.HasSuffix(l.Address, ".pdf") {
					draft = l.Address
				}
			}
			_, _, before := chief.Get(draft)
			if text := pdfText(t, before); !strings.Contains(text, "下書き") {
				t.Errorf("the draft does not say that it is one:\n%s", text)
			}
			if status, _, _ := h.As("demo-officer").Post(at, url.Values{"do": {"approve"}}); status != http.StatusForbidden && status != http.StatusConflict {
				t.Errorf("whoever proposed it approves: %d", status)
			}
			if status, _, _ := chief.Post(at, url.Values{"do": {"approve"}, "proposal": {"ds_other"}}); status != http.StatusConflict {
				t.Errorf("another proposal is approved: %d", status)
			}
			chief.OpenOK(at).Fill("answer", "x").Press("差し戻す").WantStatus(http.StatusUnprocessableEntity)
			chief.OpenOK(at).Press("承認して写しを保存する").WantStatus(200).Sees("承認（PDF）")

			auditor := h.As("demo-auditor")
			status, _, content := auditor.Get(draft)
			if status != http.StatusOK {
				t.Fatalf("the copy: %d", status)
			}
			text := pdfText(t, content)
			tel, _ := c.Answer("c.tel")
			purpose, _ := c.Answer("p.purpose")
			for what, words := range map[string]any{"the telephone": tel, "the purpose": purpose, "the account": "1234567"} {
				if s, _ := words.(string); s == "" || strings.Contains(text, strings.Join(strings.Fields(s), "")) {
					t.Errorf("%s (%v) is in the copy", what, words)
				}
			}
			for _, words := range []string{c.Number, strings.Join(strings.Fields(c.Title()), ""), "■■■■■■■■（個人に関する情報）", "開示しない部分", "交付決定通知書"} {
				if !strings.Contains(text, words) {
					t.Errorf("the copy lacks %q", words)
				}
			}
			if strings.Contains(text, "見本桂") || strings.Contains(text, "下書き") {
				t.Error("the copy names an officer, or says that it is a draft")
			}
			if _, _, again := auditor.Get(draft); string(again) != string(content) {
				t.Error("the copy is another one each time")
			}
			for _, login := range []string{"demo-branch", "demo-finance", "demo-member1"} {
				if status, _, _ := h.As(login).Get(draft); status != http.StatusNotFound {
					t.Errorf("%s reads the copy: %d", login, status)
				}
			}
			auditor.OpenOK("/desk/cases/"+id+"/history").Sees("開示用の写しを承認しました", "令和８年度 開示請求 第３号")
			if text := h.As("demo-staff").OpenOK("/work/cases/" + id + "/history").Text(); strings.Contains(text, "開示") {
				t.Error("the body reads that somebody asked for its case")
			}
		})
	}
}
