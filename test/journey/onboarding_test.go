package journey_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
	"kakehashi/internal/jp"
	"kakehashi/test/browse"
	"kakehashi/test/journey"
)

// aboard is one body on its way in: headquarters invites somebody known there, and from then on the body's people and the branch do the
// rest, through the transfers of 1 April.
type aboard struct {
	*testing.T
	house  *journey.House
	chief  *browse.Browser // the approver, who was invited
	secret string          // of the approver's authenticator
	codes  []string        // recovery codes
	work   string          // the draft the leaver left
	files  []string        // addresses the leaver knows
}

const (
	phrase  = "ながい合言葉を使う 2026"
	mailbox = "kokusai@city.kakegawa.example.jp"
)

// A body comes aboard and its people change, on every engine, page by page.
func TestABodyComesAboardAndItsPeopleChange(t *testing.T) {
	for _, engine := range dbtest.Engines() {
		t.Run(engine, func(t *testing.T) {
			a := &aboard{T: t, house: journey.Start(t, engine, autumn)}
			a.invited()
			a.secondFactor()
			a.colleagues()
			a.lostFactor()
			a.delegated()
			a.handedOver()
		})
	}
}

// invited: headquarters finds the body, invites its section chief, who sets a password of their own.
func (a *aboard) invited() {
	hq := a.house.As("demo-officer").OpenOK("/desk").Follow("団体と利用者").Fill("団体名、ふりがな、コード", "かけがわ").Press("探す").Sees("静岡県掛川市", "まだいません")
	hq.Follow("静岡県掛川市").Sees("掛川市の利用者")
	hq.Fill("氏名", "掛川 課長").Fill("メールアドレス", "kacho@city.kakegawa.example.jp").Choose("役割", "自治体決裁者").Press("招待を送る").WantStatus(200).Sees("メールは送られていません")
	a.house.As("demo-branch").OpenOK("/desk/people").Sees("招待中 1件")
	a.chief = a.house.Visitor().OpenOK("/invite/"+a.house.Token("/invite/")).Sees("掛川市", "自治体決裁者")
	a.chief.Fill("password", "短い").Press("登録する").WantStatus(422)
	if a.chief.Value("name") != "掛川 課長" {
		a.Errorf("a password that is too short costs the name: %q", a.chief.Value("name"))
	}
	a.chief.Fill("login", "kakegawa.kacho").Fill("password", phrase).Press("登録する").WantStatus(200).WantPath("/work")
	hash, err := db.One(a.Context(), a.house.App.DB.Read(), db.String, `SELECT password FROM people WHERE login = 'kakegawa.kacho'`)
	if err != nil || !strings.HasPrefix(hash, "$argon2id$") {
		a.Errorf("the password is kept as %.12q: %v", hash, err)
	}
}

var codeOf = regexp.MustCompile(`[0-9a-z]{4}(?:-[0-9a-z]{4}){3}`)

// secondFactor: an authenticator, asked for from then on; a recovery code stands in once.
func (a *aboard) secondFactor() {
	b := a.chief.OpenOK("/account/totp")
	a.secret = strings.ReplaceAll(secretOf.FindString(b.Text()), " ", "")
	b.Fill("code", "000000").Press("登録する").WantStatus(422)
	b.Fill("code", account.TOTP(a.secret, a.house.Now())).Press("登録する").WantStatus(200)
	if a.codes = codeOf.FindAllString(b.Text(), -1); len(a.codes) != 10 {
		a.Fatalf("%d recovery codes", len(a.codes))
	}
	c := a.signIn("kakegawa.kacho", phrase)
	c.WantPath("/signin/second").Fill("code", "123456").Press("サインイン").WantStatus(422)
	c.Fill("code", a.codes[0]).Press("サインイン").WantStatus(200).WantPath("/work")
	c = a.signIn("kakegawa.kacho", phrase)
	c.Fill("code", a.codes[0]).Press("サインイン").WantStatus(422)
}

func (a *aboard) signIn(login, password string) *browse.Browser {
	return a.house.Visitor().OpenOK("/signin").Fill("login", login).Fill("password", password).Press("サインイン").WantStatus(200)
}

// colleagues: two drafters share one mailbox; one is invited by the chief, one asks for access and is proven by the branch.
func (a *aboard) colleagues() {
	a.chief.OpenOK("/work/people").Fill("mailbox", mailbox).Press("保存する").WantStatus(200)
	a.chief.OpenOK("/work/people").Fill("氏名", "掛川 花").Fill("メールアドレス", mailbox).Tick("shared").Choose("役割", "自治体担当者").Press("招待を送る").WantStatus(200)
	a.house.Visitor().OpenOK("/invite/"+a.house.Token("/invite/")).Fill("login", "kakegawa.hana").Fill("password", phrase).Press("登録する").WantPath("/work")

	b := a.house.Visitor().OpenOK("/join").Fill("q", "かけがわ").Press("探す").Follow("静岡県掛川市")
	b.Fill("氏名", "掛川 次郎").Fill("所属（部課名）", "国際課").Fill("メールアドレス", mailbox).Tick("shared").Choose("役割", "自治体担当者").Press("申し込む").WantStatus(200)
	b.OpenOK("/invite/"+a.house.Token("/invite/")).Fill("login", "kakegawa.jiro").Fill("password", phrase).Press("登録する").WantPath("/hat")
	b.OpenOK("/hat").Sees("確認待ち")
	if b.Open("/work/cases").Path() != "/hat?next=%2Fwork%2Fcases" && b.Status() == 200 {
		a.Errorf("somebody nobody vouched for opens %s", b.Path())
	}
	p := a.house.As("demo-branch").OpenOK("/desk/people").Sees("確認待ち 1人").OpenOK("/desk/proofs").Sees("掛川 次郎", "国際課", mailbox)
	p.Press("所属を確認した").WantStatus(200)
	b.OpenOK("/hat").SeesNot("確認待ち").Sees("掛川市")
	a.signIn("kakegawa.jiro", phrase).WantPath("/work")

	// Of the two at one mailbox each gets their own link: the sign-in name tells whose password is set.
	a.house.Visitor().OpenOK("/recover").Fill("login", "kakegawa.jiro").Press("リンクを送る").WantStatus(200)
	r := a.house.Visitor().OpenOK("/recover/" + a.house.Token("/recover/")).Sees("kakegawa.jiro")
	r.Fill("password", "あたらしい合言葉です 2026").Press("パスワードを設定する").WantStatus(200)
	a.signIn("kakegawa.hana", phrase).WantPath("/work")
	a.signIn("kakegawa.jiro", "あたらしい合言葉です 2026").WantPath("/work")
}

// lostFactor: the telephone is gone and so are the codes; the branch vouches, and the next sign-in needs the password alone.
func (a *aboard) lostFactor() {
	b := a.signIn("kakegawa.kacho", phrase).WantPath("/signin/second")
	b.Fill("note", "電話機が壊れました。内線1234です。").Press("本人確認を依頼する").WantStatus(200).Sees("依頼しました")
	p := a.house.As("demo-branch").OpenOK("/desk/proofs").Sees("掛川 課長", "内線1234")
	p.Press("本人と確認した").WantStatus(200)
	if a.chief.Open("/work/people").WantStatus(200).Has("login") == false {
		a.Error("sessions from before the loss are still open")
	}
	a.chief = a.signIn("kakegawa.kacho", phrase).WantPath("/work")
	a.chief.OpenOK("/account/totp").Sees("QRコード")
}

// delegated: the chief is away until a day; a drafter submits in their place until its end, and the journal names both.
func (a *aboard) delegated() {
	hana := a.signIn("kakegawa.hana", phrase)
	a.work = draft(hana)
	application(a.T, hana.OpenOK(a.work+"/form/application/body"), "掛川茶の販路開拓", costs, "5000000", "7000000", "掛川市", "222135")
	hana.Press("承認を依頼する").WantStatus(200)
	a.chief.OpenOK("/work/people").Fill("to", "掛川 次郎").Fill("until", "令和8年10月20日").Fill("reason", "出張").Press("代理を設定する").WantStatus(200)
	jiro := a.signIn("kakegawa.jiro", "あたらしい合言葉です 2026")
	jiro.OpenOK("/hat").Sees("掛川 課長", "10月20日")
	jiro.Press("自治体決裁者").WantStatus(200)
	jiro.OpenOK(a.work + "/check/application").Press("提出する").WantStatus(200).WantTitle("提出しました")
	a.house.Settle()
	hana.OpenOK(a.work).Sees("掛川 次郎", "掛川 課長")
	a.house.Wait(7) // 21 October
	jiro = a.signIn("kakegawa.jiro", "あたらしい合言葉です 2026").OpenOK("/hat")
	if jiro.HasButton("自治体決裁者") || strings.Contains(jiro.Text(), "代理") {
		a.Errorf("the delegation outlives its day:\n%s", jiro.Text())
	}
}

// handedOver: in March the hand-over of 1 April is entered; on the day everything open is the successor's, and the leaver opens nothing.
func (a *aboard) handedOver() {
	hana := a.signIn("kakegawa.hana", phrase)
	second := draft(hana)
	feed := feedOf.FindString(hana.OpenOK("/feeds").Text())
	a.house.At(time.Date(2027, 3, 15, 10, 0, 0, 0, jp.JST))
	a.chief = a.signIn("kakegawa.kacho", phrase).OpenOK("/work/handover").Sees("2件")
	a.chief.Fill("from", "掛川 花（自治体担当者） 担当中 2件").Fill("to", "掛川 次郎（自治体担当者） 担当中 0件").Fill("day", "令和9年4月1日").Fill("note", "鍵は机の中").Press("引き継ぐ").WantStatus(200).Sees("令和9年4月1日")
	hana = a.signIn("kakegawa.hana", phrase).OpenOK(a.work).WantStatus(200)
	a.files = []string{a.work, second, a.work + "/history", second + "/form/application/project", a.work + "/paper/application.pdf", "/work/cases", "/work/people", "/work/letters", feed}
	for _, l := range hana.Links() {
		if strings.Contains(l.Address, "/letters/") || strings.Contains(l.Address, "/files/") {
			a.files = append(a.files, l.Address)
		}
	}
	for _, address := range a.files[:len(a.files)-1] {
		if address == a.work+"/history" || address == feed {
			continue
		}
		if status, _, _ := hana.Get(address); status != 200 {
			a.Errorf("before the day the leaver opens %s: %d", address, status)
		}
	}
	a.house.At(time.Date(2027, 4, 1, 0, 30, 0, 0, jp.JST))
	if err := a.house.App.Accounts.RunHandovers(a.Context()); err != nil {
		a.Fatal(err)
	}
	hana = a.signIn("kakegawa.hana", phrase)
	for _, address := range a.files {
		if status, _, body := hana.Get(address); status == 200 && !strings.HasSuffix(address, ".ics") {
			a.Errorf("the leaver still opens %s", address)
		} else if strings.Contains(string(body), "掛川茶") {
			a.Errorf("%s still tells the leaver of the case", address)
		}
	}
	jiro := a.signIn("kakegawa.jiro", "あたらしい合言葉です 2026").OpenOK("/work").Sees("掛川茶の販路開拓")
	jiro.OpenOK(a.work).Sees("掛川 次郎").OpenOK(second).WantStatus(200)
	a.chief = a.signIn("kakegawa.kacho", phrase).OpenOK("/work/handover").Sees("掛川 花", "掛川 次郎", "2件", "完了")
}
