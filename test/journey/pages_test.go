package journey_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/db"
	"kakehashi/internal/directory"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/web/public"
	"kakehashi/test/browse"
	"kakehashi/test/journey"
	"kakehashi/test/uxcheck"
)

// Every page, as everybody sees it at every station of the journey, in Japanese and English, in a real browser. The pages are those
// people come across (the set-up, links as each role before and after, the whole journey, every form sent empty, very long answers);
// a registered address none of them comes across fails. The browser opens the fullest page of every address; with KAKEHASHI_UX_PAGES=all
// every page that shows something of its own, with a pattern those whose name it fits (KAKEHASHI_UX_OUT/pages.json has the names), with
// KAKEHASHI_UX_WAYS=all in every way (make check-all); KAKEHASHI_UX_RESULTS is the file the results go to (make results).
func TestEveryPageIsUsableByEverybody(t *testing.T) {
	read, write := routes(t)
	album := journey.NewAlbum(t, read, write)
	setUp(t, album)
	g := newGrant(t, "sqlite")
	h := g.house
	h.Keep(album)
	tied(t, h)
	strangers(h)
	banked(h)
	listed(t, h)
	revised(h)
	referenced(h)
	screened(h)
	broughtIn(h)
	residents(h)
	joined(h)
	taken(h)
	talked(t, h)
	worked(h)
	crawl(t, h, 5)
	long(t, h)
	g.play()
	copied(t, h)
	crawl(t, h, 3)
	for _, who := range journey.People {
		journey.Bare(window(h, who), album.Addresses(who))
	}
	closing(h)
	x := find(t, h)
	for _, lang := range []string{"ja", "en"} {
		for _, route := range album.Missing(lang) {
			if !leadsOn(h, fill(route, map[string]string{"id": id(route, h, x), "form": "application"})) {
				t.Errorf("no page of %s was visited (%s)", route, lang)
			}
		}
	}
	pages, others := looked(t, album)
	t.Logf("%d pages for the browser, %d more for the HTML checker", len(pages), len(others))
	begin := time.Now()
	report := uxcheck.Check(t, h.Base, pages, others...)
	t.Logf("the browser took %v", time.Since(begin).Round(time.Second))
	if file := os.Getenv("KAKEHASHI_UX_RESULTS"); file != "" {
		told(t, file, album, report, pages, others)
	}
}

// looked are the pages for the browser and, with KAKEHASHI_UX_WAYS=all, every way to look at them; strained ones come last.
func looked(t *testing.T, album *journey.Album) (pages, others []uxcheck.Page) {
	pages, others = album.Chosen()
	switch wanted := os.Getenv("KAKEHASHI_UX_PAGES"); wanted {
	case "":
	case "all":
		pages, others = album.Pages()
	default:
		pages, others = slices.DeleteFunc(pages, func(p uxcheck.Page) bool { return !regexp.MustCompile(wanted).MatchString(p.Name) }), nil
	}
	if os.Getenv("KAKEHASHI_UX_WAYS") != "all" {
		return pages, others
	}
	for i := range pages {
		pages[i].Thorough, pages[i].Paint = pages[i].Lang != "en", true
	}
	strained, err := journey.Strained(pages)
	if err != nil {
		t.Fatal(err)
	}
	return append(pages, strained...), others
}

// told writes what was found at the commit that stands checked out into the file the page of results shows.
func told(t *testing.T, file string, album *journey.Album, report uxcheck.Report, pages, others []uxcheck.Page) {
	git := func(args ...string) string {
		said, err := exec.Command("git", args...).Output()
		if err != nil {
			t.Fatalf("results are of a commit: git %v: %v", args, err)
		}
		return strings.TrimSpace(string(said))
	}
	content, err := json.MarshalIndent(album.Results(report, pages, others, git("rev-parse", "HEAD"), git("status", "--porcelain") != ""), "", " ")
	if err == nil {
		err = os.WriteFile(file, append(content, '\n'), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := public.ReadResults(content); err != nil {
		t.Error(err)
	}
}

func window(h *journey.House, who string) *browse.Browser {
	if who == "" {
		return h.Visitor()
	}
	return h.As(who)
}

// worked keeps a view, prepares work for many cases, begins it and calls it off, looks a case up, and looks at what a file would lose.
func worked(h *journey.House) {
	b := h.As("demo-officer")
	for _, lang := range []string{"", "/en"} {
		b.Open(lang + "/desk/cases?view=check&sort=-requested&col=state&col=officer&col=note").Open(lang + "/desk/cases?from=x")
		b.Open(lang + "/desk/lists/views").Open(lang + "/desk/lists/cp932").Open(lang + "/find?case=" + url.QueryEscape("富士")).Open(lang + "/find?case=none")
		if lang == "" {
			b.OpenOK("/desk/cases?view=check").Fill("name", "確認中").Press("保存する")
			b.Open(lang + "/desk/lists/views")
		}
		for _, act := range []string{"officer", "remind", "mail", "move:accept", "move:propose"} {
			_, _, body := b.Post("/desk/lists/bulk", url.Values{"act": {act}, "whole": {"1"}, "list": {""}})
			form := hiddens(body)
			form.Set("officer", "-")
			if _, header, _ := b.Post("/desk/lists/bulk", form); act == "officer" {
				b.Open(lang + header.Get("Location"))
				b.Post(header.Get("Location"), url.Values{"do": {"undo"}})
				b.Open(lang + header.Get("Location"))
			}
		}
		b.Open(lang + "/desk/lists/bulk")
	}
}

// tied registers a tie of two cities.
func tied(t *testing.T, h *journey.House) {
	officer := account.Who{Person: "p-officer", Hat: account.Hat{Role: account.RoleOfficer, Body: "hq:koushin"}}
	_, err := h.App.Ties.Save(t.Context(), officer, directory.Tie{Body: "172022", Name: lang.Text{JA: "見本シティー", EN: "Sample City"}, Original: "Sample City", Country: "US",
		Kind: "sister", Agreed: "1995-06-01", Heads: true, Open: true, Assembly: true, SignedBy: "mayor", Status: "active", Source: "試験"}, "試験の登録")
	if err != nil {
		t.Fatal(err)
	}
	h.Settle()
}

// banked makes a file for the bank, releases it and takes every list of money.
func banked(h *journey.House) {
	one := h.As("demo-finance").OpenOK("/desk/money/payer").Fill("code", "1234567890").Fill("name", "ミホンキョウカイ").Fill("bank", "0001").Fill("branch", "101").
		Fill("kind", "普通").Fill("number", "0012345").Press("登録する").WantStatus(http.StatusOK)
	one.OpenOK("/desk/money/payments").Fill("on", "2026/10/19").Press("振込データを作る").WantStatus(http.StatusOK)
	file := one.Path()
	two := h.As("demo-finance2").OpenOK(file).Press("送付を承認する").WantStatus(http.StatusOK)
	for _, path := range []string{file, file + "/file.txt", file + "/results.csv", "/desk/money/transfers.csv", "/desk/money/returns.csv"} {
		two.Open(path)
	}
}

// revised changes a rule of the call, with a mistake first, and judges past cases by the change.
func revised(h *journey.House) {
	b := h.As("demo-officer").OpenOK("/desk/programmes/economic-activity-grant").Follow("この版を直す")
	at := strings.TrimSuffix(b.Path(), "/revise")
	b.Press("読み込んで検算する").WantStatus(http.StatusUnprocessableEntity)
	b.OpenOK(at+"/rules/M-P01-02").Fill("assert", "a.no.such").Press("公開を依頼する").WantStatus(http.StatusUnprocessableEntity)
	b.Fill("assert", "size(a.e.involve) > 2").Press("公開を依頼する").WantStatus(http.StatusUnprocessableEntity)
	for _, value := range b.Choices("expect") {
		b.Choose("expect", value)
	}
	b.Press("公開を依頼する").WantStatus(http.StatusOK).Press("過去の案件で判定する").WantStatus(http.StatusOK)
	work := b.Path()
	h.Settle()
	b.OpenOK(work).Open(work + "/differs.csv")
}

// screened opens the panel of a call, its plans and minutes, and who decides; members give sheets back.
func screened(h *journey.House) {
	const call = "/desk/screening/economic-activity-grant"
	b := h.As("demo-officer").OpenOK(call + "/panel")
	b.Press("委員を保存する")
	b.OpenOK(call+"/panel").Fill("tell", "いつか").Press("委員を保存する").WantStatus(http.StatusUnprocessableEntity)
	b.Open(call + "/whatif?fy=2027&share=200")
	b.OpenOK(call + "/whatif?fy=2027").Press("名前を付けて保存する")
	b.OpenOK(call+"/whatif?fy=2027").Fill("name", "案1").Press("名前を付けて保存する").WantStatus(http.StatusOK)
	b.OpenOK(call + "/whatif?fy=2027").Press("議事録を保存する")
	b.OpenOK(call+"/whatif?fy=2027").Fill("held", "2026/10/13").Fill("place", "本部").Fill("present", "見本 一\n見本 二葉").Fill("text", "順位のとおり採択が適当とした。").Press("議事録を保存する").WantStatus(http.StatusOK)
	b.Open(call + "/minutes/1")
	for _, who := range []string{"demo-officer", "demo-chief"} {
		b = h.As(who).OpenOK("/desk/approvers")
		if b.HasButton("不在を記録する") {
			b.Press("不在を記録する")
		}
	}
}

// broughtIn brings lists in from files: a report with rows that can and cannot be used, and what a file lacks.
func broughtIn(h *journey.House) {
	b := h.As("demo-officer")
	const people = "/desk/bring/people/all"
	b.OpenOK(people).Press("確認する").WantStatus(http.StatusUnprocessableEntity)
	b.Attach("file", browse.Upload{Name: "招待.csv", Content: []byte("団体コード,氏名,メールアドレス,役割\n172022,見本 五子,itsuko@example.lg.jp,自治体担当者\n999999,見本 六郎,rokuro@example.lg.jp,自治体担当者\n")}).
		Press("確認する").WantStatus(http.StatusOK)
	report := b.Path()
	h.Settle()
	b.OpenOK(report).Open(report + "/errors.csv").Open("/en" + report)
	for _, list := range []string{"notes/all", "budgets/all", "people/all", "seats/economic-activity-grant-2027", "posts/economic-activity-grant-2027"} {
		b.OpenOK("/desk/bring/" + list).Open("/desk/bring/" + list + "/list.csv").Open("/desk/bring/" + list + "/list.xlsx")
	}
	h.As("demo-member1").OpenOK("/desk/bring/marks/economic-activity-grant-2027")
}

// residents are pages without a sign-in: the choice of a language, a timeline and a sheet in each, what a reader takes along.
func residents(h *journey.House) {
	b := h.Visitor().OpenOK("/resident")
	tongues := 0
	for _, link := range b.Links() {
		if at, ok := strings.CutSuffix(link.Address, "/timeline"); ok {
			tongues++
			b.OpenOK(at + "/timeline").OpenOK(at + "/timeline.html").OpenOK(at + "/sheet?t=quake.aftershock")
		}
	}
	if tongues < 18 {
		panic(fmt.Sprintf("residents are offered %d languages", tongues))
	}
	b.OpenOK("/resident/sheet?t=quake.aftershock").OpenOK("/resident/help.css")
}

// copied draws up a copy of a case for somebody outside, which waits for another person.
func copied(t *testing.T, h *journey.House) {
	id, err := db.One(t.Context(), h.App.DB.Read(), db.String, `SELECT id FROM cases WHERE decided > 0 AND section = 'keishin' ORDER BY id LIMIT 1`)
	if err != nil {
		t.Fatal(err)
	}
	b := h.As("demo-officer").OpenOK("/desk/cases/"+id+"/disclosure").Fill("matter", "令和９年度 開示請求 第１号").Press("写しの案を作る").WantStatus(http.StatusOK)
	for _, link := range b.Links() {
		if strings.HasSuffix(link.Address, ".pdf") {
			b.OpenOK(link.Address).Open("/en" + link.Address)
			return
		}
	}
	t.Error("a copy that waits is nowhere to be read")
}

// closing goes past the end of the fiscal year and draws up what is open.
func closing(h *journey.House) {
	h.At(time.Date(2028, 4, 3, 10, 0, 0, 0, jp.JST))
	const book = "/desk/money/budgets/economic-activity-grant/2027/close"
	h.As("demo-officer").OpenOK(book).Press("一覧を作り直す").WantStatus(http.StatusOK)
	h.As("demo-officer").Open(book + ".csv")
}

// listed puts a case on a list of disposal: the years until one is due are not waited for.
func listed(t *testing.T, h *journey.House) {
	change(t, h, `INSERT INTO disposals (id, section, state, drafted_by, drafted_name, drafted) VALUES ('w_1', 'keishin', 'drafted', 'p-officer', '見本 桂', $1)`, db.At(h.Now()))
	change(t, h, `INSERT INTO disposal_lines (disposal, case_id, number, rule, until) SELECT 'w_1', id, number, 'adopted', '2026-03-31' FROM cases WHERE section = 'keishin' AND phase >= 2`)
	for _, login := range []string{"demo-officer", "demo-chief", "demo-auditor"} {
		h.As(login).OpenOK("/desk/disposals/w_1")
	}
}

func crawl(t *testing.T, h *journey.House, alike int) {
	for _, who := range journey.People {
		journey.Crawl(t, window(h, who), who, alike)
	}
	h.Visitor().Open("/no-such-page").WantStatus(http.StatusNotFound)
	h.As("demo-staff").Open("/work/cases/none").WantStatus(http.StatusNotFound)
}

// id is the draft's, or that of a notice.
func id(route string, h *journey.House, x things) string {
	for _, who := range journey.People {
		if who == "" || !strings.HasPrefix(route, "/notices/") {
			continue
		}
		for _, link := range h.As(who).OpenOK("/notices").Links() {
			if n, ok := strings.CutPrefix(link.Address, "/notices/"); ok {
				return n
			}
		}
	}
	return x.draft
}

// leadsOn is true of an address that only sends people on.
func leadsOn(h *journey.House, path string) bool {
	for _, who := range journey.People {
		if status, _, _ := window(h, who).Get(path); status == http.StatusSeeOther && who != "" {
			return true
		}
	}
	return false
}

// setUp walks through the first settings of an empty installation.
func setUp(t *testing.T, album *journey.Album) {
	h := journey.Empty(t, "sqlite", autumn)
	h.Keep(album)
	token, err := h.App.Accounts.SetupToken(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b := h.Visitor().OpenOK("/setup?token=" + token)
	b.Press("次へ")
	b.Fill("name", "管理 太郎").Fill("email", "kanri@example.jp").Fill("login", "kanri").Fill("password", "ながい合言葉を使う 2026").Press("次へ").WantStatus(200)
	for b.Path() != "/setup/finish" {
		at := b.Path()
		b.PressBare(0)
		b.OpenOK(at)
		if at == "/setup/names" {
			b.Fill("name_ja", "見本財団").Fill("head", "理事長　見本　太郎")
		}
		b.Press("次へ").WantStatus(200)
		if b.Path() == at {
			t.Fatalf("the set-up stays at %s:\n%s", at, b.Text())
		}
	}
}

// strangers come in: by invitation, by asking, with a lost password, with a second factor.
func strangers(h *journey.House) {
	b := h.As("demo-approver").OpenOK("/work/people")
	b.Fill("name", "新人 太郎").Fill("email", "shinjin@city.example.jp").Press("招待").WantStatus(200)
	h.Visitor().OpenOK("/invite/" + h.Token("/invite/")).PressBare(0)
	h.Visitor().OpenOK("/join?q=" + "いちき").OpenOK("/join?body=lg:222101").PressBare(0)
	h.Visitor().OpenOK("/join?q=zzzz")
	b = h.Visitor().OpenOK("/join?body=lg:222101").Fill("name", "山田 一郎").Fill("email", "yamada@city.example.jp").Fill("section", "国際課")
	b.Press("申し込む").WantStatus(200)
	b.OpenOK("/invite/"+h.Token("/invite/")).Fill("name", "山田 一郎").Fill("login", "yamada").Fill("password", "ながい合言葉を使う 2026").Press("登録する").WantStatus(200)
	b = h.As("demo-branch").OpenOK("/desk/proofs")
	b.PressBare(1)
	h.Visitor().OpenOK("/recover").Fill("login", "demo-town").PressBare(1)
	h.Visitor().OpenOK("/recover").Fill("login", "demo-town").Press("送る").WantStatus(200)
	h.Visitor().OpenOK("/recover/" + h.Token("/recover/")).PressBare(0)
	secondFactor(h)
	asked(h)
	h.Settle()
	b = h.As("demo-staff").OpenOK("/feeds")
	b.Open(feedOf.FindString(b.Text()))
	b = h.As("demo-admin").OpenOK("/admin/imports")
	b.Attach("ファイル", browse.Upload{Name: "名簿.csv", Content: []byte(bodies)}).Fill("出典", "試験").Press("確認する").WantStatus(200)
	at := b.Path()
	h.Settle()
	b.OpenOK(at).Open(at + "/errors.csv")
	h.As("demo-officer").OpenOK("/work/people?body=panel").Follow("登録・変更する見本 三郎").PressBare(0)
	// A day later the session has ended while somebody typed.
	b = h.As("demo-staff").OpenOK(draft(h.As("demo-staff"))+"/form/application/project").Fill("事業名", "書きかけ")
	h.Wait(1)
	h.Enter(b.Press("下書きを保存"), "demo-staff")
	h.At(autumn)
}

// asked are two requests about one's own data: one is taken back, one waits.
func asked(h *journey.House) {
	const at = "/account/data"
	b := h.As("demo-staff").OpenOK(at + "/request?kind=correct")
	b.Press("請求する").WantStatus(http.StatusUnprocessableEntity)
	b.OpenOK(at+"/request?kind=correct").Tick("案件や審査の記録").Fill("wanted", "氏名の誤記").Press("請求する").WantStatus(http.StatusOK).Press("取り下げる").WantStatus(http.StatusOK)
	b.OpenOK(at + "/request?kind=erase").Tick("課名と電話番号").Press("請求する").WantStatus(http.StatusOK)
	b = h.As("demo-admin").OpenOK("/admin/requests").Follow("見本 花子")
	b.Press("認めない").WantStatus(http.StatusUnprocessableEntity)
}

// secondFactor is turned on by somebody and asked for at the next sign-in.
func secondFactor(h *journey.House) {
	h.Newcomer("demo-second", "見本 二段", account.Hat{Role: account.RoleAuditor, Body: "system"})
	b := h.As("demo-second").OpenOK("/account/totp")
	secret := secretOf.FindString(b.Text())
	b.PressBare(0)
	b.OpenOK("/account/totp").Fill("code", account.TOTP(strings.ReplaceAll(secret, " ", ""), h.Now())).Press("登録する").WantStatus(200)
	h.Visitor().OpenOK("/signin").PressBare(0)
	b = h.Enter(h.Visitor().OpenOK("/signin"), "demo-second")
	b.OpenOK("/signin/second").PressBare(0)
}

// feedOf is the address of a calendar feed.
var feedOf = regexp.MustCompile(`/feeds/\S+\.ics`)

// secretOf is the secret of an authenticator, as it is shown to be typed.
var secretOf = regexp.MustCompile(`(?:[A-Z2-7]{4} ?){8}`)

// long is a draft with everything as long as it may be, by a body and a person with long names.
func long(t *testing.T, h *journey.House) {
	h.Newcomer("demo-long", "𠮷野ヶ里町立国際交流推進室長補佐 髙﨑 長一郎左衛門", account.Hat{Role: account.RoleStaff, Body: "lg:462195"})
	b := h.As("demo-long")
	journey.Crawl(t, b, "demo-long", 3) // nothing is there yet
	at := draft(b)
	var lines []line
	for i := range 50 {
		lines = append(lines, line{"委託料", strconv.Itoa(i+1) + strings.Repeat("𠮷野の工芸品の展示の設計と施工、", 4), "abroad", "999", "9,999,999", ""})
	}
	b.OpenOK(at+"/form/application/project").Fill("事業名", strings.Repeat("𠮷髙﨑の国際販路開拓", 20)).Fill("p.title_en", strings.Repeat("Unbelievably", 14)).
		Fill("p.summary", strings.Repeat("改行のない長い文がどこまでも続く", 20)).Press("下書きを保存")
	b.OpenOK(at + "/form/application/cost")
	typeLines(b, "cost.lines", lines)
	b.Press("下書きを保存")
	journey.Crawl(t, b, "demo-long", 10)
}
