package entry

import (
	"context"
	"testing"

	"kakehashi/internal/account"
)

// Without a mail server the pages say where the link lies and who hands it over, before and after; all that is wrong is told at once.
func TestWithoutAMailServerThePagesSayHowALinkReachesThePerson(t *testing.T) {
	h := newHouse(t)
	h.e.MailLeaves = func(context.Context) (bool, error) { return false, nil }
	b := h.browser()
	b.get("/join?body="+kanazawa).want(200, "リンクはメールで届きません", "システム管理者から本人に渡して")
	b.post("/join", "body", kanazawa, "name", "", "email", "x", "role", "R99", "section", "").want(422, "氏名を入力", "メールアドレス", "所属を入力", "直すところが4件あります")
	b.post("/en/join", "body", kanazawa, "name", "山田 一郎", "email", "yamada@city.example.jp", "role", "R03", "section", "国際課").want(200, "No mail was sent", "Ask the system administrator")
	b.post("/recover", "login", "nobody").want(200, "メールはまだ送られていません", "登録がある場合のリンクは")
	b.post("/invite/"+h.token("account-join"), "name", "", "login", "x y", "password", "short", "phone", "電話").want(422, "氏名を入力", "直すところが4件あります")
	staff := h.signedIn("tanaka", account.Hat{Role: account.RoleApprover, Body: kanazawa})
	staff.get("/work/people").want(200, "リンクはメールで届きません")
	staff.post("/work/people/invite", "name", "", "email", "x", "role", "R03").want(422, "直すところが2件あります")
}
