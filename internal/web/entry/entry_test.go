package entry

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/org"
	"kakehashi/internal/web/page"
)

const pass = "しっかりした合言葉です2027"

// house is a running service with only the door, the real register and a mailbox.
type house struct {
	t     *testing.T
	e     *Entry
	url   string
	mu    sync.Mutex
	mails []account.Letter
	clock time.Time
}

func (h *house) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.clock
}

func newHouse(t *testing.T) *house { return newHouseOn(t, "sqlite") }

func newHouseOn(t *testing.T, engine string) *house {
	h := &house{t: t, clock: time.Date(2027, 3, 1, 1, 0, 0, 0, time.UTC)}
	d := dbtest.Open(t, engine)
	register := org.New(d).Clock(h.now)
	if err := register.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	store := account.New(account.FromRegister(account.Config{DB: d, Now: h.now, URL: "http://kakehashi.test",
		Post: func(_ context.Context, _ db.Q, l account.Letter) error {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.mails = append(h.mails, l)
			return nil
		}}, register))
	h.e = &Entry{Accounts: store, Register: register, Programmes: func(context.Context) ([]Programme, error) {
		return []Programme{{Code: "trade", Number: "P01", Title: lang.Text{JA: "経済活動", EN: "Trade"}}, {Code: "visit", Number: "P02", Title: lang.Text{JA: "交流", EN: "Visits"}}}, nil
	}, TryMail: func(_ context.Context, m account.MailServer, to string) error {
		if m.Host == "down.example.jp" {
			return fmt.Errorf("no answer from %s", m.Host)
		}
		return nil
	}}
	site := page.New(page.Config{Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Now: h.now, Identify: h.e.Identify, SignIn: h.e.SignIn})
	h.e.Routes(site)
	server := httptest.NewServer(site)
	t.Cleanup(server.Close)
	h.url = server.URL
	return h
}

// browser is one person's browser: it keeps cookies and follows redirects within the site.
type browser struct {
	*house
	http.Client
}

func (h *house) browser() *browser {
	jar, _ := cookiejar.New(nil)
	b := &browser{house: h, Client: http.Client{Jar: jar}}
	b.CheckRedirect = func(r *http.Request, via []*http.Request) error {
		switch p := strings.TrimPrefix(r.URL.Path, "/en"); p {
		case "/work", "/desk", "/admin", "/", "":
			return http.ErrUseLastResponse // pages of other packages
		}
		return nil
	}
	return b
}

// seen is an answer as a person sees it.
type seen struct {
	status int
	path   string // where redirects ended
	text   string
	doc    *html.Node
	h      *house
}

func (b *browser) see(r *http.Response, err error) seen {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	s := seen{status: r.StatusCode, path: r.Request.URL.RequestURI(), text: string(body), h: b.house}
	if l := r.Header.Get("Location"); l != "" {
		s.path = l
	}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "text/html") {
		if s.doc, err = html.Parse(strings.NewReader(s.text)); err != nil {
			b.t.Fatal(err)
		}
		s.check(b.t)
	}
	return s
}

func (b *browser) get(path string) seen { b.t.Helper(); return b.see(b.Get(b.url + path)) }

func (b *browser) post(path string, fields ...string) seen {
	b.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	r, _ := http.NewRequest(http.MethodPost, b.url+path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return b.see(b.Do(r))
}

// check holds every page to what a keyboard and a screen reader need: unique ids, a label for every control, links of the error summary
// that lead somewhere, words for every key.
func (s seen) check(t *testing.T) {
	t.Helper()
	if strings.Contains(s.text, "⟦") {
		t.Errorf("%s: a key without words: %s", s.path, s.text[strings.Index(s.text, "⟦"):][:60])
	}
	ids, labels := map[string]int{}, map[string]bool{}
	walk(s.doc, func(n *html.Node) {
		if id := attr(n, "id"); id != "" {
			ids[id]++
		}
		if n.Data == "label" {
			labels[attr(n, "for")] = true
			walk(n, func(c *html.Node) {
				if c != n {
					labels[attr(c, "id")] = true
				}
			})
		}
	})
	for id, n := range ids {
		if n > 1 {
			t.Errorf("%s: id %s stands %d times", s.path, id, n)
		}
	}
	walk(s.doc, func(n *html.Node) {
		if (n.Data == "input" && attr(n, "type") != "hidden" || n.Data == "select" || n.Data == "textarea") && !labels[attr(n, "id")] {
			t.Errorf("%s: control %s has no label", s.path, attr(n, "name"))
		}
		if href := attr(n, "href"); n.Data == "a" && strings.HasPrefix(href, "#") && ids[href[1:]] == 0 {
			t.Errorf("%s: link %s leads nowhere", s.path, href)
		}
		for _, id := range strings.Fields(attr(n, "aria-describedby")) {
			if ids[id] == 0 {
				t.Errorf("%s: description %s is missing", s.path, id)
			}
		}
		if attr(n, "style") != "" || attr(n, "onclick") != "" {
			t.Errorf("%s: inline style or script", s.path)
		}
	})
}

func walk(n *html.Node, f func(*html.Node)) {
	f(n)
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		walk(c, f)
	}
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// value is what a named control or hidden field of the page holds.
func (s seen) value(name string) (v string) {
	walk(s.doc, func(n *html.Node) {
		if attr(n, "name") == name && v == "" {
			v = attr(n, "value")
		}
	})
	return v
}

func (s seen) want(status int, words ...string) seen {
	s.h.t.Helper()
	if s.status != status {
		s.h.t.Fatalf("%s: status %d, want %d\n%s", s.path, s.status, status, s.text)
	}
	for _, w := range words {
		if !strings.Contains(s.text, w) && !strings.Contains(s.path, w) {
			s.h.t.Errorf("%s: does not say %q", s.path, w)
		}
	}
	return s
}

func (h *house) token(template string) string {
	h.t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	for i := len(h.mails) - 1; i >= 0; i-- {
		if h.mails[i].Template == template {
			return path.Base(h.mails[i].Values["url"])
		}
	}
	h.t.Fatalf("no mail %s", template)
	return ""
}

func (h *house) person(login string, hats ...account.Hat) account.Person {
	h.t.Helper()
	p, err := h.e.Accounts.Enter(h.t.Context(), account.System, account.NewPerson{Login: login, Name: "氏名 " + login, Email: login + "@example.jp", Password: pass, Hats: hats})
	if err != nil {
		h.t.Fatal(err)
	}
	return p
}

func (h *house) signedIn(login string, hats ...account.Hat) *browser {
	h.t.Helper()
	h.person(login, hats...)
	b := h.browser()
	b.post("/signin", "login", login, "password", pass).want(http.StatusSeeOther)
	return b
}

func (h *house) later(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.clock = h.clock.Add(d)
}

const kanazawa, komatsu, osaka = "lg:172014", "lg:172031", "lg:271004"

func staff(body string) account.Hat    { return account.Hat{Role: account.RoleStaff, Body: body} }
func approver(body string) account.Hat { return account.Hat{Role: account.RoleApprover, Body: body} }

func TestTheSetUpIsWalkedOnceAndThenGone(t *testing.T) {
	h := newHouse(t)
	token, err := h.e.Accounts.SetupToken(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b := h.browser()
	b.get("/setup").want(404)
	b.get("/setup?token=guess").want(404)
	s := b.get("/setup?token="+token).want(200, "手順 1／4")
	b.get("/en/setup?token="+token).want(200, "step 1 of 4")
	form := []string{"token", s.value("token"), "name", "管理 花子", "email", "kanri@example.jp", "login", "kanri", "password"}
	b.post("/setup", append(form, "short")...).want(422, "エラー", "管理 花子")
	b.post("/setup", append(form, pass)...).want(200, "手順 2／4")
	h.browser().post("/setup", append(form, pass)...).want(404)
	b.post("/setup/names", "name_ja", "", "pattern", "第号", "url", "x").want(422)
	b.post("/setup/finish").want(422, "運営団体の名称")
	b.post("/setup/names", "name_ja", "運営財団", "pattern", "運第{n}号", "url", h.url).want(422, "代表者の職名・氏名を入力", "運営財団")
	b.post("/setup/names", "name_ja", "運営財団", "head", "理事長　見本　太郎", "pattern", "運第{n}号", "url", h.url).want(200, "手順 3／4")
	mail := []string{"port", "587", "security", "starttls", "from", "a@example.jp", "to", "b@example.jp", "host"}
	b.post("/setup/mail", append(mail, "down.example.jp", "do", "test")...).want(422, "no answer from")
	b.post("/setup/mail", append(mail, "smtp.example.jp", "do", "test")...).want(200, "b@example.jp に試しのメールを送りました", "smtp.example.jp")
	b.post("/setup/mail", append(mail, "smtp.example.jp")...).want(200, "手順 4／4")
	h.browser().get("/setup/names").want(200, "/signin")
	b.post("/setup/finish").want(200, "システム管理の利用者")
	for _, path := range []string{"/setup/names", "/setup/mail", "/setup/finish", "/setup?token=" + token} {
		b.get(path).want(404)
	}
}

func TestSigningInLeadsWhereOneWanted(t *testing.T) {
	h := newHouse(t)
	h.person("tanaka", staff(kanazawa))
	b := h.browser()
	b.get("/account").want(200, "/signin?next=%2Faccount")
	wrong := b.post("/signin", "login", "tanaka", "password", "wrong", "next", "/account").want(422, "違います")
	unknown := b.post("/signin", "login", "nobody", "password", "wrong").want(422, "違います")
	if strings.Contains(wrong.text, "wrong") || unknown.value("login") != "nobody" {
		t.Error("the password came back, or the name did not")
	}
	b.post("/signin", "login", "tanaka", "password", pass, "next", "//evil.example").want(303, "/work")
	b.post("/signout").want(303)
	b.post("/en/signin", "login", "tanaka", "password", pass, "next", "/account").want(200, "My account", "/en/account")
	b.get("/signin").want(303, "/work")
}

func TestNothingTypedIsLostWhenTheSessionEnds(t *testing.T) {
	h := newHouse(t)
	b := h.signedIn("tanaka", staff(kanazawa))
	h.later(13 * time.Hour)
	name := "髙﨑 𠮷郎 & <b>"
	s := b.post("/account/profile", "name", name, "email", "tanaka@example.jp", "kana", "たかさき", "lang", "ja", "density", "compact")
	s.want(401, "預かっています")
	s = b.post("/signin", "login", "tanaka", "password", pass).want(200, "/resume", html.EscapeString(name))
	b.post("/account/profile", "name", s.value("name"), "email", s.value("email"), "kana", s.value("kana"), "lang", s.value("lang"), "density", s.value("density")).want(200, "保存しました", html.EscapeString(name))

	h.later(13 * time.Hour)
	b.post("/account/profile", "name", "秘密", "email", "tanaka@example.jp").want(401)
	h.person("other", staff(komatsu))
	b.post("/signin", "login", "other", "password", pass).want(303, "/work")
	if s := b.get("/resume"); strings.Contains(s.text, "秘密") {
		t.Error("another person on the same browser sees what was typed")
	}
}

func TestAuthenticatorAndRecoveryCodesWithoutJavaScript(t *testing.T) {
	h := newHouse(t)
	b := h.signedIn("tanaka", staff(kanazawa))
	s := b.get("/account/totp").want(200, "<svg", "QRコード")
	b.post("/account/totp", "code", "1").want(422, "違います")
	p, err := h.e.Accounts.Identify(t.Context(), cookieOf(b, sessionCookie))
	if err != nil {
		t.Fatal(err)
	}
	enrol, err := h.e.Accounts.BeginTOTP(t.Context(), p)
	if err != nil || !strings.Contains(s.text, inFours(enrol.Secret)) {
		t.Fatalf("the page shows another secret: %v", err)
	}
	s = b.post("/account/totp", "code", account.TOTP(enrol.Secret, h.now())).want(200, "回復コード")
	var codes []string
	walk(s.doc, func(n *html.Node) {
		if n.Data == "code" {
			codes = append(codes, n.FirstChild.Data)
		}
	})
	if len(codes) != 10 {
		t.Fatalf("%d recovery codes", len(codes))
	}
	b.get("/account").want(200, "登録済み", "10個")
	b.post("/account/totp/end", "confirm", "wrong").want(422, "現在のパスワードが違います")
	b = h.browser()
	b.post("/signin", "login", "tanaka", "password", pass, "next", "/account").want(200, "/signin/second", "確認コード")
	b.get("/account").want(200, "/signin")
	b.post("/signin/second", "code", "000000").want(422, "確認コードが違うか")
	b.post("/signin/second", "code", codes[0], "next", "/account").want(200, "9個")
	b.post("/account/totp/end", "confirm", pass).want(200, "解除しました")
	b.post("/account/codes").want(200, "今だけ表示されます")
	h.browser().get("/signin/second").want(200, "/signin")
}

func cookieOf(b *browser, name string) string {
	u, _ := url.Parse(b.url)
	for _, c := range b.Jar.Cookies(u) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

func TestAPersonWithTwoHatsChoosesAndSeesOnlyTheBodyOfTheHat(t *testing.T) {
	h := newHouse(t)
	h.person("tanaka", staff(kanazawa), staff(komatsu))
	b := h.browser()
	s := b.post("/signin", "login", "tanaka", "password", pass).want(200, "/hat", "金沢市", "小松市")
	b.get("/work/people").want(200, "/hat")
	b.post("/hat", "hat", "guess").want(404)
	b.post("/hat", "hat", s.value("hat"), "next", "/work/people").want(200, "金沢市の利用者")
	b.get("/work/people?body=" + komatsu).want(404)
	b.get("/work/people?body=hq:keishin").want(404)
	b.get("/work/handover?body=" + komatsu).want(404)
	b.post("/work/people/invite", "body", komatsu, "name", "x", "email", "x@example.jp", "role", "R03").want(404)
}

func TestAnInvitationIsSentAcceptedAndSeen(t *testing.T) {
	h := newHouse(t)
	b := h.signedIn("kacho", approver(kanazawa))
	b.post("/work/people/invite", "name", "新人", "email", "bad", "role", "R03").want(422, "正しい形", "新人")
	b.post("/work/people/invite", "name", "新人", "email", "kokusai@city.example.jp", "shared", "yes", "section", "国際課", "role", "R03", "lang", "ja").want(200, "招待を送りました", "返事を待っている招待")
	link := "/invite/" + h.token("account-invite")
	n := h.browser()
	n.get("/invite/guess").want(404)
	n.get(link).want(200, "金沢市", "自治体担当者", "共有のアドレス")
	n.get("/en"+link).want(200, "Municipal staff")
	n.post(link, "name", "新人 太郎", "login", "S", "password", pass).want(422, "3～40文字", "新人 太郎")
	n.post(link, "name", "新人 太郎", "login", "shinjin", "password", pass).want(303, "/work")
	n.get(link).want(404, "すでに使われたか")
	b.get("/work/people").want(200, "新人 太郎", "国際課", "共有アドレス")
	n.get("/work/people").want(200, "金沢市の利用者")
	n.post("/work/people/approval", "steps", "one").want(403)
	b.post("/work/people/approval", "steps", "one", "mailbox", "x").want(422, "正しい形")
	b.post("/work/people/approval", "steps", "one", "mailbox", "kokusai@city.example.jp").want(200, "保存しました", "kokusai@city.example.jp")

	b.post("/work/people/delegate", "to", "guess", "until", "令和9年2月30日").want(422, "実在する日付")
	s := b.get("/work/people")
	b.post("/work/people/delegate", "to", s.value("to"), "until", "令和9年4月30日").want(422) // value of a select is not an attribute: nobody chosen
	people, _ := h.e.Accounts.People(t.Context(), account.System, kanazawa)
	for _, m := range people {
		if m.Login == "shinjin" {
			b.post("/work/people/delegate", "to", m.Person, "until", "令和9年4月30日", "programmes", "P99 P01").want(422, "「P99」という番号の制度はありません", `value="P99 P01"`)
			b.post("/work/people/delegate", "to", m.Person, "until", "令和9年4月30日", "programmes", "ｐ０１、P02").want(200, "代理を設定しました", "氏名 kacho さんの代理", "P01 P02")
			b.get("/work/people/end?id="+m.ID).want(200, "新人 太郎 さんの役割を終了しますか")
			b.post("/work/people/end", "id", m.ID, "reason", "異動").want(200, "役割を終了しました")
			n.get("/work/people").want(200, "/hat")
			break
		}
	}
}

func TestSomebodyAsksForAccessAndTheBranchProvesIt(t *testing.T) {
	h := newHouse(t)
	b := h.browser()
	b.get("/join?q=かなざわ").want(200, "金沢市", "/join?body="+kanazawa)
	b.get("/join?q=zzzz").want(200, "見つかりませんでした")
	b.get("/join?body=lg:999999").want(200, "団体を探す")
	b.get("/en/join?body="+kanazawa).want(200, "Kanazawa")
	form := []string{"body", kanazawa, "name", "山田 一郎", "email", "yamada@city.example.jp", "role", "R03", "note", "内線1234", "section"}
	b.post("/join", append(form, "")...).want(422, "所属を入力", "山田 一郎")
	b.post("/join", append(form, "国際課")...).want(200, "メールを確認してください")
	b.post("/invite/"+h.token("account-join"), "name", "山田 一郎", "login", "yamada", "password", pass).want(200, "/hat", "確認待ち")
	other := h.signedIn("osaka", account.Hat{Role: account.RoleBranch, Body: "branch:271004"})
	other.get("/desk/proofs").want(200, "確認を待っている利用者はいません")
	branch := h.signedIn("ishikawa", account.Hat{Role: account.RoleBranch, Body: "branch:17"})
	s := branch.get("/desk/proofs").want(200, "山田 一郎", "内線1234", "国際課")
	branch.post("/desk/proofs", "id", s.value("id"), "do", "refuse", "reason0", "").want(422, "却下する理由")
	other.post("/desk/proofs", "id", s.value("id"), "do", "approve").want(404)
	branch.post("/desk/proofs", "id", s.value("id"), "do", "approve", "reason0", "電話で確認").want(200, "承認しました")
	b.get("/hat").want(200, "金沢市")
	branch.get("/work/people?body="+kanazawa).want(200, "山田 一郎")
	branch.get("/work/people?body=" + osaka).want(404)
}

func TestWorkIsHandedOverOnThePage(t *testing.T) {
	h := newHouse(t)
	from, to := h.person("leaver", staff(kanazawa)), h.person("heir", staff(kanazawa))
	b := h.signedIn("kacho", approver(kanazawa))
	b.get("/work/handover").want(200, "氏名 leaver", "氏名 heir")
	b.post("/work/handover", "from", from.ID, "to", from.ID, "day", jp.Date(h.now())).want(422, "別の方")
	b.post("/work/handover", "from", from.ID, "to", to.ID, "day", "令和9年4月1日", "note", "鍵は机").want(200, "令和9年4月1日（木）", "鍵は机", "予定")
	s := b.get("/work/handover")
	b.post("/work/handover/drop", "id", s.value("id")).want(200, "取り消しました")
	b.post("/work/handover", "from", from.ID, "to", to.ID, "day", jp.Date(h.now())).want(200, "引き継ぎました", "完了")
}

func TestTheHomeOfAnOfficerIsRecordedByTheChief(t *testing.T) {
	h := newHouse(t)
	h.person("shukko", account.Hat{Role: account.RoleOfficer, Body: "hq:keishin"})
	b := h.signedIn("kacho", account.Hat{Role: account.RoleChief, Body: "hq:keishin"})
	b.get("/work/people").want(200, "派遣元：登録なし")
	people, _ := h.e.Accounts.People(t.Context(), account.System, "hq:keishin")
	for _, m := range people {
		if m.Login == "shukko" {
			b.get("/work/people/home?id="+m.ID).want(200, "審査に加われません")
			b.post("/work/people/home", "id", m.ID, "home", "金沢").want(200, "派遣元：金沢市")
			b.post("/work/people/home", "id", m.ID, "home", "市").want(422, "コードで入力")
			b.post("/work/people/home", "id", m.ID, "home", "zzz").want(422, "見つかりません")
			b.post("/work/people/home", "id", m.ID, "home", "１７２０３１").want(200, "派遣元：小松市")
		} else {
			b.post("/work/people/home", "id", m.ID, "home", "172014").want(403)
		}
	}
}

func TestAForgottenPasswordComesBackByMail(t *testing.T) {
	h := newHouse(t)
	h.person("tanaka", staff(kanazawa))
	b := h.browser()
	b.post("/recover", "login", "").want(422)
	b.post("/recover", "login", "nobody").want(200, "メールを確認してください")
	b.post("/recover", "login", "tanaka").want(200, "メールを確認してください")
	link := "/recover/" + h.token("account-reset")
	b.get(link).want(200, "tanaka")
	b.post(link, "password", "short").want(422, "12文字以上")
	b.post(link, "password", "another good password").want(200, "設定しました", "/signin")
	b.get(link).want(404)
	b.post("/signin", "login", "tanaka", "password", "another good password").want(303, "/work")
}

func TestBadInputIsAnsweredAtTheFieldNeverWithAFailure(t *testing.T) {
	for _, engine := range dbtest.Engines() {
		t.Run(engine, func(t *testing.T) { badInput(newHouseOn(t, engine)) })
	}
}

func badInput(h *house) {
	t, b := h.t, h.signedIn("kacho", approver(kanazawa))
	for _, bad := range []string{"\x00", "\xff\xfe", strings.Repeat("長", 5000), "' OR 1=1 --", "<script>alert(1)</script>", "=1+1"} {
		for _, c := range [][]string{
			{"/signin", "login", bad, "password", bad, "person", bad}, {"/recover", "login", bad},
			{"/join", "body", bad, "name", bad, "email", bad, "role", bad, "section", bad, "note", bad},
			{"/join", "body", kanazawa, "name", bad, "email", "x@example.jp", "role", "R03", "section", bad, "note", bad},
			{"/account/profile", "name", bad, "email", bad, "kana", bad, "lang", bad, "density", bad},
			{"/account/password", "present", bad, "password", bad}, {"/account/totp", "code", bad},
			{"/work/people/invite", "name", bad, "email", bad, "role", bad, "section", bad, "body", bad}, {"/work/people/end", "id", bad, "reason", bad},
			{"/work/people/delegate", "to", bad, "until", bad, "programmes", bad}, {"/work/handover", "from", bad, "to", bad, "day", bad, "note", bad},
			{"/hat", "hat", bad}, {"/desk/proofs", "id", bad, "do", bad, "reason0", bad}, {"/account/passkeys/finish", "x", bad}, {"/signin/passkey/finish", "x", bad},
		} {
			s := b.post(c[0], c[1:]...)
			if s.status >= 500 && s.status != 503 {
				t.Errorf("%s with %.20q: status %d", c[0], bad, s.status)
			}
			if strings.Contains(s.text, "<script>alert") {
				t.Errorf("%s: HTML comes back as HTML", c[0])
			}
		}
		if s := b.get("/join?q=" + url.QueryEscape(bad)); s.status >= 500 {
			t.Errorf("/join?q: status %d", s.status)
		}
	}
}
