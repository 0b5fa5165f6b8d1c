package journey_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"kakehashi/internal/app"
	"kakehashi/internal/db/dbtest"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/test/browse"
	"kakehashi/test/journey"
)

// referenced is an administrator who changes, plans, withdraws, ends and imports reference data, with mistakes.
func referenced(h *journey.House) {
	const at = "/admin/reference"
	b := h.As("demo-admin")
	for _, path := range []string{"", "/office", "/route?at=2027-04-01&q=fr", "/holiday", "/holiday?office=PAR&year=2026", "/country?at=soon", "/branch", "/statistic", "/language", "/headquarters/rows/hq"} {
		b.OpenOK(at + path)
	}
	b.OpenOK(at + "/office/new").Press("追加する").WantStatus(http.StatusUnprocessableEntity)
	b.OpenOK(at+"/section/rows/somu").Follow("変更する").Fill("phone", "電話").Press("変更を記録する").WantStatus(http.StatusUnprocessableEntity)
	b.Fill("phone", "03-5213-9999").Fill("from", "2030/04/01").Fill("reason", "移転").Press("変更を記録する").WantStatus(http.StatusOK).Sees("移転", "03-5213-9999")
	b.Follow("からの変更を取り下げる").Press("変更を取り下げる").WantStatus(http.StatusUnprocessableEntity)
	b.Fill("reason", "中止").Press("変更を取り下げる").WantStatus(http.StatusOK).Sees("取下げ")
	b.Follow("終了する").Fill("reason", "廃止").Press("終了を記録する").WantStatus(http.StatusUnprocessableEntity).Sees("人材育成")
	b.OpenOK(at + "/route/import").Press("確認する").WantStatus(http.StatusUnprocessableEntity)
	b.Attach("file", browse.Upload{Name: "routes.csv", Content: []byte("country,region,office\nUS,,NYC\nIT,,PAR\nBR,,QQQ\n")}).Fill("source", "新しい担当表").Fill("reason", "担当の追加").
		Press("確認する").WantStatus(http.StatusOK)
	trial := b.Path()
	h.Settle()
	b.OpenOK(trial).Sees("BR", "QQQ", "追加").Press("この内容で実行する").WantStatus(http.StatusOK)
	h.Settle()
	b.Open(trial + "/errors.csv").Open("/en" + trial)
	b.Open(at + "/route/rows.csv").Open(at + "/route/rows.xlsx")
	b.OpenOK("/en" + at + "/route/rows/IT")
}

// An administrator records a change of the reference data, and everybody sees it at once: the public pages, forms, deadlines, and a second
// process on the same database. Two who change the same row do not overwrite each other; nobody else reaches the pages.
func TestAnAdministratorLooksAfterTheReferenceData(t *testing.T) {
	for _, engine := range dbtest.Engines() {
		t.Run(engine, func(t *testing.T) {
			h := journey.Start(t, engine, autumn)
			t.Cleanup(func() { jp.AmendHolidays(nil, nil); lang.AmendLanguages(nil) })
			today := jp.Date(h.Now())
			second, err := app.New(t.Context(), app.Config{Data: t.TempDir(), Database: h.App.Config.Database, Clock: h.Now, Log: h.App.Config.Log})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { second.Close() })
			visitor := h.Visitor()
			visitor.OpenOK("/offices/PAR").Sees("+33-1-40-20-09-74")
			b := h.As("demo-admin")
			other := b.Tab().OpenOK("/admin/reference/office/rows/PAR/edit")
			edit := b.OpenOK("/admin/reference/office/rows/PAR").Follow("変更する")
			edit.Fill("phone", "+33-1-22-22-22-22").Fill("reason", "電話番号の変更").Press("変更を記録する").WantStatus(http.StatusOK).Sees("+33-1-22-22-22-22", "電話番号の変更", "+33-1-40-20-09-74")
			visitor.OpenOK("/offices/PAR").Sees("+33-1-22-22-22-22").SeesNot("+33-1-40-20-09-74")
			other.Fill("phone", "+33-1-33-33-33-33").Fill("reason", "別の変更").Press("変更を記録する").WantStatus(http.StatusConflict).
				Sees("他の人が先に変更しました", "+33-1-22-22-22-22")
			if got := other.Value("phone"); got != "+33-1-33-33-33-33" {
				t.Errorf("what was typed is lost: %q", got)
			}
			b.OpenOK("/admin/reference/holiday/new").Choose("office", "JP").Fill("day", slash(jp.AddDays(today, 2))).Fill("name_ja", "臨時の祝日").Fill("name_en", "Special holiday").
				Fill("source", "特別法").Fill("reason", "法の施行").Press("追加する").WantStatus(http.StatusOK)
			visitor.OpenOK("/offices")
			if jp.BusinessDay(jp.AddDays(today, 2)) {
				t.Errorf("%s is still a business day", jp.AddDays(today, 2))
			}
			b.OpenOK("/admin/reference/country/rows/FR/edit").Fill("name_ja", "仏蘭西共和国").Fill("reason", "表記").Press("変更を記録する").WantStatus(http.StatusOK)
			visitor.OpenOK("/programmes").Sees("仏蘭西共和国")
			if got, err := second.Orgs.Office(t.Context(), "PAR"); err != nil || !arrives(t, second, func() bool {
				got, err = second.Orgs.Office(t.Context(), "PAR")
				return err == nil && got.Phone == "+33-1-22-22-22-22"
			}) {
				t.Errorf("the second process has %+v, %v", got, err)
			}
			for _, who := range []string{"demo-officer", "demo-chief", "demo-staff", "demo-branch", "demo-finance", "demo-auditor", "demo-member1"} {
				for _, path := range []string{"", "/office", "/office/rows/PAR", "/office/rows/PAR/edit", "/office/new", "/office/import", "/office/rows.csv"} {
					if status, _, _ := h.As(who).Get("/admin/reference" + path); status != http.StatusNotFound {
						t.Errorf("%s reaches %s: %d", who, path, status)
					}
				}
				if status, _, _ := h.As(who).Post("/admin/reference/office/rows/PAR/edit", nil); status < 400 || status >= 500 {
					t.Errorf("%s posts a change: %d", who, status)
				}
			}
			for _, path := range []string{"/admin/reference/planet", "/admin/reference/office/rows/ROM", "/admin/reference/office/rows/PAR/withdraw", "/admin/reference/office/imports/none", "/admin/reference/headquarters/new"} {
				b.Open(path).WantStatus(http.StatusNotFound)
			}
			h.As("demo-staff").OpenOK("/work").Follow("新しく申請する").Press("経済活動助成事業").WantStatus(http.StatusOK)
			for _, row := range []struct {
				tongue, end string
				words       []string
			}{{"", "終了を記録する", []string{"問合せ窓口", "アカウント（", "プログラム（経済活動助成事業、", "終了していない案件（提出前の案件、"}}, {"/en", "Record the end", []string{"Contact desks", "accounts (", "programmes (", "open cases (a case before submission, "}}} {
				b.OpenOK(row.tongue+"/admin/reference/section/rows/keishin/end").Fill("reason", "改組").Press(row.end).WantStatus(http.StatusUnprocessableEntity).Sees(row.words...)
			}
			b.OpenOK("/admin/reference/office/rows/PAR/end").Fill("reason", "改組").Press("終了を記録する").WantStatus(http.StatusUnprocessableEntity).Sees("担当国・地域")
			b.OpenOK("/admin/reference/language/rows/my/edit").Fill("name_ja", "ビルマ語").Fill("source", "通知").Fill("reason", "表記").Press("変更を記録する").WantStatus(http.StatusOK).Sees("ビルマ語", "ミャンマー語")
			history := h.As("demo-officer").OpenOK("/desk/cases?q=S0001")
			i := slices.IndexFunc(history.Links(), func(l browse.Link) bool { return strings.HasPrefix(l.Address, "/desk/cases/") })
			history.OpenOK(history.Links()[i].Address).Follow("履歴").Sees("交流支援部 経済交流課　見本")
			b.OpenOK("/admin/reference/section/rows/keishin/edit").Fill("name_ja", "経済国際課").Fill("source", "組織規程").Fill("reason", "改組").Press("変更を記録する").WantStatus(http.StatusOK)
			visitor.OpenOK("/desks").Sees("経済国際課").SeesNot("経済交流課")
			history.OpenOK(history.Path()).Sees("交流支援部 経済交流課　見本").SeesNot("交流支援部 経済国際課")
			referenced(h)
			visitor.OpenOK("/offices/PAR").Sees("仏蘭西共和国", "イタリア")
		})
	}
}

func slash(day string) string { return strings.ReplaceAll(day, "-", "/") }

// arrives waits until another process has taken a change over, which it looks for with every request.
func arrives(t *testing.T, a *app.App, there func() bool) bool {
	for range 100 {
		if _ = a.Orgs.Fresh(t.Context()); there() {
			return true
		}
		time.Sleep(50 * time.Millisecond)
	}
	return false
}
