package journey_test

import (
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/japanese"

	"kakehashi/internal/db/dbtest"
	"kakehashi/test/browse"
	"kakehashi/test/journey"
)

const bodies = "団体コード,団体名,ふりがな,種別,電話,出典\n" +
	"222101,富士市,ふじし,市,0545-51-0123,届出\n" +
	"172022,七尾新市,ななおしんし,市,,届出\n" +
	"123456,どこか市,どこかし,市,,\n" +
	",国際協力の会,こくさいきょうりょくのかい,NPO法人・NGO（法人格あり）,,届出\n"

func TestAListOfBodiesIsTriedReadAndImported(t *testing.T) {
	for _, engine := range dbtest.Engines() {
		t.Run(engine, func(t *testing.T) {
			h := journey.Start(t, engine, time.Time{})
			list, err := japanese.ShiftJIS.NewEncoder().String(bodies)
			if err != nil {
				t.Fatal(err)
			}
			b := h.As("demo-admin").OpenOK("/admin").Follow("団体台帳").Follow("名簿を取り込む").WantStatus(200)
			b.Press("確認する").WantStatus(422).Sees("ファイルを選んでください。", "出典を入力してください。")
			b.Attach("ファイル", browse.Upload{Name: "名簿.csv", Content: []byte(list)}).Fill("新しい名称の始まる日", "R9.4.1").Fill("出典", "試験").Press("確認する").WantStatus(200)
			trial := b.Path()
			h.Settle()
			b.OpenOK(trial).Sees("「名簿.csv」を確認しました", "シフトJIS", "団体コード「123456」は正しくありません", "七尾新市", "国際協力の会")
			if body := h.As("demo-officer").OpenOK("/admin/register/172022"); strings.Contains(body.Text(), "七尾新市") {
				t.Error("the trial run changed the register")
			}
			b.Press("この内容で取り込む").WantStatus(200)
			done := b.Path()
			h.Settle()
			b.OpenOK(done).Sees("「名簿.csv」を取り込みました")
			h.As("demo-officer").OpenOK("/admin/register/172022").Sees("七尾新市", "七尾市", "名称変更", "届出")
			h.As("demo-officer").OpenOK("/admin/register?q=国際協力の会").Sees("国際協力の会")
			if errors := string(b.OpenOK(done + "/errors.csv").Body()); !strings.Contains(errors, "4,123456,どこか市,コード,") {
				t.Errorf("the refused rows: %s", errors)
			}
			for _, login := range []string{"demo-staff", "demo-branch", "demo-finance", "demo-member1"} {
				for _, path := range []string{"/admin/register", "/admin/register/222101", "/admin/imports", done, done + "/errors.csv"} {
					if got := h.As(login).Open(path).Status(); got != 404 {
						t.Errorf("%s opens %s: %d", login, path, got)
					}
				}
			}
		})
	}
}

func TestABodyIsRenamedFromADayOnAndMerged(t *testing.T) {
	h := journey.Start(t, "sqlite", time.Time{})
	b := h.As("demo-officer").OpenOK("/admin/register?q=ふじし").Follow("富士市")
	b.Follow("名称を変更する").Fill("団体名", "富士山市").Fill("ふりがな", "ふじさんし").Fill("変わる日", "いつか").Fill("出典", "届出").Press("名称を変更する").
		WantStatus(422).Sees("「いつか」は日付として読み取れません")
	b.Fill("変わる日", "令和40年4月1日").Press("名称を変更する").WantStatus(200).Sees("富士山市", "令和40年4月1日", "富士市")
	b.Follow("連絡先などを直す").Fill("電話", "０５４５－５１－０１２３").Fill("出典", "届出").Press("保存する").WantStatus(200).Sees("0545-51-0123")
	b.Follow("合併を記録する").Fill("引き継ぐ団体のコード", "222101").Fill("合併する日", "令和41年4月1日").Fill("出典", "告示").Press("合併を記録する").WantStatus(422)
	b.Fill("引き継ぐ団体のコード", "２２１００７").Press("合併を記録する").WantStatus(200).Sees("静岡市", "後継団体")
	b.OpenOK("/admin/register/new").Fill("団体名", "富士国際交流協会").Fill("設立した地方公共団体のコード", "222119").Fill("出典", "届出").Press("登録する").
		WantStatus(200).Sees("静岡県支部", "富士国際交流協会　理事長")
}
