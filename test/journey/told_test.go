package journey_test

import (
	"net/url"
	"strings"
	"testing"

	"kakehashi/internal/db/dbtest"
)

// What a page says stands where somebody can act on it, once, and is true of the case as it is now.
func TestAPageSaysWhatIsTrueNow(t *testing.T) {
	o := newOffice(t, dbtest.Engines()[0])

	t.Run("a case with the committee leads to its sheets", func(t *testing.T) {
		b := o.house.As("demo-officer").OpenOK("/desk/cases/" + o.at("screening").ID)
		b.Follow("割当てと採点へ").WantStatus(200).Sees("採点")
		b.OpenOK("/desk/cases/" + o.at("running").ID)
		if strings.Contains(b.Text(), "割当てと採点へ") {
			t.Error("a case that was decided leads to the assignment")
		}
	})

	t.Run("a bill shows what was fixed, not the plan's maximum", func(t *testing.T) {
		id := o.stock("fix", 1)[0]
		b := o.house.As("demo-staff").OpenOK("/work/cases/"+id+"/form/bill/bill").Sees("確定額", "支払う額")
		if text := b.Text(); strings.Contains(text, "助成上限額") || strings.Contains(text, "主たる実施場所は") {
			t.Errorf("the bill explains the plan:\n%s", text)
		}
	})

	t.Run("whom to ask stands where the body waits for an answer", func(t *testing.T) {
		b := o.house.As("demo-staff")
		for _, at := range []string{"/work", "/work/letters", "/work/cases/" + o.at("branch_check").ID + "/receipt"} {
			b.OpenOK(at).Sees("問合せ先", "静岡県支部")
		}
	})

	t.Run("the branch's opinion stands once on the page of a case", func(t *testing.T) {
		text := o.house.As("demo-officer").OpenOK("/desk/cases/" + o.at("screening").ID).Text()
		if n := strings.Count(text, "県の輸出振興の方針と合っており"); n != 1 {
			t.Errorf("it stands there %d times", n)
		}
	})

	t.Run("nothing is said to be rounded that was not", func(t *testing.T) {
		draft := "/work/cases/" + o.at("draft").ID + "/form/application/cost"
		b := o.house.As("demo-staff").OpenOK(draft)
		b.Fill("cost.lines.0.qty", "1").Fill("cost.lines.0.unit", "4,000,000").Press("下書きを保存")
		if text := b.OpenOK(draft).Text(); strings.Contains(text, "切捨て") || strings.Contains(text, "切り捨て") {
			t.Errorf("a whole amount is said to be cut:\n%s", text)
		}
		b.Fill("cost.lines.0.unit", "4,000,001").Press("下書きを保存")
		b.OpenOK(draft).Sees("端数切捨て")
	})

	t.Run("a draft that is saved with a text too long says so and keeps it", func(t *testing.T) {
		at := "/work/cases/" + o.at("draft").ID + "/form/application/project"
		long := strings.Repeat("茶", 61)
		b := o.house.As("demo-staff").OpenOK(at).Fill("p.title", long).Press("下書きを保存").WantStatus(422)
		if b.Problem("p.title") == "" || b.Value("p.title") != long {
			t.Errorf("the title is answered %q and is now %q", b.Problem("p.title"), b.Value("p.title"))
		}
		b.Fill("p.title", "茶の販路").Press("下書きを保存").WantStatus(200).Sees("下書きを保存しました")
	})

	t.Run("an empty account to pay from is answered at every field", func(t *testing.T) {
		b := o.house.As("demo-finance").OpenOK("/desk/money/payer")
		b.Fill("number", "123").Press("登録する").WantStatus(422)
		for _, name := range []string{"code", "name", "bank", "branch"} {
			if !strings.Contains(b.Problem(name), "を入力してください") {
				t.Errorf("%s is answered %q", name, b.Problem(name))
			}
		}
		if !strings.Contains(b.Problem("number"), "桁数") || b.Problem("bank_name") != "" {
			t.Errorf("number: %q, name of the bank: %q", b.Problem("number"), b.Problem("bank_name"))
		}
	})

	t.Run("the preview of many cases stands under all cases", func(t *testing.T) {
		b := o.house.As("demo-officer")
		_, _, page := b.Post("/desk/lists/bulk", url.Values{"act": {"mail"}, "whole": {"1"}, "list": {""}})
		if !strings.Contains(string(page), `href="/desk/cases" aria-current="page"`) || strings.Contains(string(page), `href="/desk" aria-current`) {
			t.Errorf("the navigation of the preview points elsewhere")
		}
	})

	t.Run("the body sees its case as of a moment", func(t *testing.T) {
		o.house.Wait(2)
		at := "/work/cases/" + o.at("draft").ID
		b := o.house.As("demo-staff").OpenOK(at+"/form/application/project").Fill("p.title", "あとから変えた題").Press("下書きを保存")
		for _, address := range []string{at + "/history?at=2026-10-14T23:00", at + "?at=" + url.QueryEscape("令和8年10月14日")} {
			b.OpenOK(address).Sees("時点の案件です", "茶の販路").SeesNot("あとから変えた題")
		}
		b.OpenOK(at+"/history").Fill("at", "2026/10/14").Press("その時点の案件を表示").WantStatus(200).Sees("茶の販路")
		if b.Open(at + "?at=x"); b.Status() != 422 {
			t.Errorf("no moment: %d", b.Status())
		}
		if b.Open(at + "?at=2020-01-01"); b.Status() != 404 {
			t.Errorf("before the case: %d", b.Status())
		}
		if town := o.house.As("demo-town").Open(at + "?at=2026-10-14"); town.Status() != 404 {
			t.Errorf("another body: %d", town.Status())
		}
	})
}
