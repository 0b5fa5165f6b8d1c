package journey_test

import (
	"strings"
	"testing"

	"kakehashi/internal/lang"
	"kakehashi/test/browse"
	"kakehashi/test/journey"
	"kakehashi/test/uxcheck"
)

// What people do beside the main journey, in a real browser that runs no script. (TestTheMainJourneyWithoutScript signs in, applies with
// uploads, reviews and takes letters.)
func TestTheShortJourneysWithoutScript(t *testing.T) {
	t.Parallel()
	h := journey.Start(t, "sqlite", autumn)
	people := uxcheck.NewHands(t, h.Base, uxcheck.Ways{})
	enter := func(login string) *uxcheck.Window {
		return people.Of(login).OpenOK("/signin").Fill("login", login).Fill("password", h.Key(login)).Press(lang.T(lang.JA, "page.signin")).WantStatus(200)
	}
	// Search and facet.
	{
		w := people.Of("").OpenOK("/").Follow("検索").WantStatus(200).Fill("q", "自治").Press("探す").WantStatus(200)
		w.Follow("フランス").WantStatus(200).Sees("各国の地方自治 フランス")
		if all := w.Text(); strings.Contains(all, "各国の地方自治 カナダ") {
			t.Errorf("the facet leaves others in:\n%s", all)
		}
		if csv := string(w.Save("CSV")); !strings.Contains(csv, "フランス") {
			t.Errorf("the file holds %s", csv)
		}
	}
	// Language switch.
	{
		w := people.Of("").OpenOK("/programmes/economic-activity-grant").Follow("English").WantStatus(200).Sees("Economic activity grant")
		if w.Path() != "/en/programmes/economic-activity-grant" {
			t.Errorf("English leads to %s", w.Path())
		}
		w.Follow("日本語").WantStatus(200).Sees("経済活動助成事業")
	}
	// My Timeline: the plan as paper, and the file to keep.
	{
		w := people.Of("").OpenOK("/resident").Follow("日本語").WantStatus(200).Sees("マイ・タイムライン", "答えはこの端末の中だけに残ります", "手で書くための紙", "パスポート、在留カード")
		if file := string(w.Save("この1枚のファイルを保存する")); !strings.Contains(file, "手で書くための紙") {
			t.Errorf("the file to keep holds no plan: %.300s", file)
		}
	}
	// An import is tried.
	{
		w := enter("demo-admin").OpenOK("/admin/imports").Attach("ファイル", browse.Upload{Name: "名簿.csv", Content: []byte(bodies)}).Fill("出典", "試験").Press("確認する").WantStatus(200)
		at := w.Path()
		h.Settle()
		w.OpenOK(at).Sees("取込み可 2", "取込み不可 1", "七尾新市")
		if csv := string(w.Save("取込み不可の行（CSV）")); !strings.Contains(csv, "123456") {
			t.Errorf("the file of what was refused holds %s", csv)
		}
	}
	// A setting of the administrator.
	{
		w := people.Of("demo-admin").OpenOK("/admin").Follow("設定").WantStatus(200)
		w.Fill("文書番号の形", "第号").Press("団体と文書の設定を保存する").WantStatus(422)
		w.Fill("文書番号の形", "{fy}自国協第{n}号").Press("団体と文書の設定を保存する").WantStatus(200).Sees("保存しました。", "8自国協第124号")
	}
	// Export of what a list shows.
	{
		w := enter("demo-officer").OpenOK("/desk/cases?all=1").Fill("q", "静岡茶").Press("絞り込む").WantStatus(200).Sees("静岡茶のパリ販路開拓")
		if csv := string(w.Save(lang.T(lang.JA, "desk.list.csv"))); !strings.Contains(csv, "静岡茶") || strings.Contains(csv, "焙煎茶") {
			t.Errorf("the file is not what the list shows:\n%s", csv)
		}
	}
}

// The first settings of an empty installation, to the end: the link works no more.
func TestTheSetUpWithoutScript(t *testing.T) {
	t.Parallel()
	h := journey.Empty(t, "sqlite", autumn)
	token, err := h.App.Accounts.SetupToken(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	w := uxcheck.NewHands(t, h.Base, uxcheck.Ways{}).Of("").OpenOK("/setup?token=" + token)
	w.Fill("name", "管理 太郎").Fill("email", "kanri@example.jp").Fill("login", "kanri").Fill("password", "ながい合言葉を使う 2026").Press("次へ").WantStatus(200)
	for w.Path() != "/setup/finish" {
		at := w.Path()
		if at == "/setup/names" {
			w.Fill("name_ja", "見本財団").Fill("head", "理事長　見本　太郎")
		}
		if w.Press("次へ").WantStatus(200).Path() == at {
			t.Fatalf("the set-up stays at %s:\n%s", at, w.Text())
		}
	}
	w.Press("初期設定を終える").WantStatus(200)
	w.Open("/setup?token=" + token).WantStatus(404)
}
