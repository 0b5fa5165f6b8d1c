package journey_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"kakehashi/internal/db/dbtest"
	"kakehashi/internal/jp"
	"kakehashi/test/browse"
	"kakehashi/test/journey"
)

// autumn is a moment at which the call of the shipped programmes is open.
var autumn = time.Date(2026, 10, 14, 10, 0, 0, 0, jp.JST)

// J01 from the idea to the money, without a script, on both engines.
func TestAGrantFromIdeaToMoney(t *testing.T) {
	for _, engine := range dbtest.Engines() {
		t.Run(engine, func(t *testing.T) { newGrant(t, engine).play() })
	}
}

// grant is one case on its way, with the windows of those who work on it.
type grant struct {
	*testing.T
	house  *journey.House
	id     string
	number string
}

const title = "𠮷原の茶のパリ販路開拓（髙﨑）"

func newGrant(t *testing.T, engine string) *grant {
	return &grant{T: t, house: journey.Start(t, engine, autumn)}
}

func (g *grant) work(more string) string { return "/work/cases/" + g.id + more }
func (g *grant) desk(more string) string { return "/desk/cases/" + g.id + more }

func (g *grant) play() {
	g.drafted()
	g.sheet()
	g.submitted()
	g.returned()
	g.forwarded()
	g.screened()
	g.decided()
	g.run()
	g.reported()
	g.paid()
	g.published()
}

// drafted: J01.1, J01.2 and everything up to the check page.
func (g *grant) drafted() {
	b := g.house.As("demo-staff")
	at := draft(b)
	g.id = strings.TrimPrefix(at, "/work/cases/")
	b.OpenOK(g.work("/form/application/economy")).Choose("主たる実施場所", "海外").Press("下書きを保存")
	b.OpenOK(g.work("/form/application/cost"))
	typeLines(b, "cost.lines", []line{{"委託料", "展示", "abroad", "1", "2,000,000", ""}})
	b.Press("保存して次へ").WantStatus(422).Sees("助成対象経費が200万円以下の事業は対象外です（現在 2,000,000円）。")
	if got := b.Problem("cost.lines.0.unit") + b.Text(); !strings.Contains(got, "直すところが1件あります") {
		g.Errorf("the summary does not count the problem: %s", got)
	}
	// The draft is saved all the same, and cannot be submitted.
	if got := b.OpenOK(g.work("/form/application/cost")).Value("cost.lines.0.unit"); got != "2,000,000" {
		g.Errorf("the draft kept %q", got)
	}
	b.OpenOK(g.work("/check/application")).Sees("助成対象経費が200万円以下")
	if b.HasButton("承認を依頼する") {
		b.Press("承認を依頼する").WantStatus(422)
	}
	b.OpenOK(g.work("/form/application/cost")).Press("kk-drop=cost.lines 0")
	typeLines(b, "cost.lines", costs)
	// At once: the page that was sent shows the sums, before anything is handed in.
	next(b)
	b.OpenOK(g.work("/form/application/cost")).Sees("助成上限額", "5,000,000円", "12,000,000", "8,000,000", "実施要綱 第4条")
	application(g.T, b.OpenOK(at+"/form/application/body"), title, costs, "５，０００，０００円", "7000000")
	b.Sees(title, "令和9年4月1日", "髙﨑 𠮷子")
}

// sheet: the cost table goes out as Excel, comes back wrong, is mended and taken over.
func (g *grant) sheet() {
	b := g.house.As("demo-staff").OpenOK(g.work("/form/application/cost")).Follow("記入したExcelを読み込む")
	page := b.Path()
	status, header, book := b.Get(g.work("/sheet/cost.lines.xlsx"))
	if status != 200 || !strings.Contains(header.Get("Content-Disposition"), "attachment") {
		g.Fatalf("the sheet answers %d %v", status, header)
	}
	wrong := edited(g.T, book, "経費内訳", map[string]any{"G11": "約200万"})
	b.Attach("記入したExcelファイル", browse.Upload{Name: "経費.xlsx", Content: wrong}).Press("読み込んで確かめる").WantStatus(422).Sees("経費内訳!G11")
	mended := edited(g.T, book, "経費内訳", map[string]any{"C11": "通訳・翻訳・輸送（𠮷）", "G11": 2000000})
	b.OpenOK(page).Attach("記入したExcelファイル", browse.Upload{Name: "経費.xlsx", Content: mended}).Press("読み込んで確かめる").WantStatus(200).
		Sees("通訳・翻訳・輸送（𠮷）", "12,000,000円")
	if got := g.house.As("demo-staff").OpenOK(g.work("/form/application/cost")).Value("cost.lines.2.detail"); got != costs[2].Detail {
		g.Errorf("reading the sheet changed the draft before it was taken over: %q", got)
	}
	b.Press("この内容に置き換える").WantStatus(200)
	b.OpenOK(g.work("/form/application/cost"))
	if got := b.Value("cost.lines.2.detail"); got != "通訳・翻訳・輸送（𠮷）" {
		g.Errorf("after taking the sheet over: %q", got)
	}
}

var numberOf = regexp.MustCompile(`P01-2027-(S\d{4}|\d{5})`)

// submitted: internal approval, a receipt with fingerprints, a locked form, a task at the branch.
func (g *grant) submitted() {
	staff := g.house.As("demo-staff").OpenOK(g.work("/check/application"))
	if staff.HasButton("提出する") {
		g.Error("the drafter may submit although two people are asked for")
	}
	staff.Press("承認を依頼する").WantStatus(200).Sees("団体内の承認を依頼しました")
	approver := g.house.As("demo-approver").OpenOK("/work").Sees(title).Follow(title).Follow("内容を確認して提出に進む")
	approver.Press("提出する").WantStatus(200).WantTitle("提出しました")
	g.number = numberOf.FindString(approver.Heading())
	if g.number == "" {
		g.Fatalf("no number in %q", approver.Heading())
	}
	sum := sha256.Sum256(pdf(g.T, "見積書 髙﨑𠮷"))
	if !strings.Contains(approver.Text(), "SHA-256 ") {
		approver.Sees(hex.EncodeToString(sum[:]))
	}
	approver.Sees("受付通知", "支部")
	g.house.Settle()
	staff.OpenOK(g.work("/form/application/project"))
	if staff.Has("p.title") || staff.HasButton("保存して次へ") {
		g.Error("the form is open after submission")
	}
	status, _, _ := staff.Post(g.work("/form/application/project"), map[string][]string{"p.title": {"別"}, "has.p.title": {"1"}})
	if status == 200 || status >= 500 {
		g.Errorf("a hand-made save after submission answers %d", status)
	}
	staff.OpenOK(g.work("")).Sees("支部確認", g.number, title)
}

// returned: the branch names two things; only these open, and only until the return limit.
func (g *grant) returned() {
	b := g.house.As("demo-branch").OpenOK("/desk").Sees(title).Follow(title)
	b.Sees("富士市", "支部確認").Follow("補正を依頼する")
	b.Press("補正を依頼する").WantStatus(422)
	b.Choose("remark", "経費内訳").Fill("remark.cost.lines.text", "2行目の単価が見積書と一致していません。")
	b.Choose("remark", "目的・必要性").Fill("remark.p.purpose.kind", "不足").Fill("remark.p.content.text", "チェックのない項目")
	b.Press("補正を依頼する").WantStatus(422).Sees("目的・必要性：どこをどう直すかを入力してください。", "内容：チェックを付けるか、書いた内容を消してください。")
	if b.Value("remark.cost.lines.text") != "2行目の単価が見積書と一致していません。" || b.Value("remark.p.purpose.kind") != "不足" || b.Value("remark.p.content.text") == "" {
		g.Error("an error costs what was written")
	}
	b.Fill("remark.p.content.text", "").Fill("remark.p.purpose.text", "市の関わりを書いてください <b>太字</b>")
	b.Press("補正を依頼する").WantStatus(200).Sees("補正を依頼しました")
	g.house.Settle()
	g.letter("demo-staff", "L09", "補正依頼", "市の関わりを書いてください <b>太字</b>")
	staff := g.house.As("demo-staff").OpenOK(g.work("")).Sees("補正する項目（2件）", "市の関わりを書いてください <b>太字</b>", "期限")
	staff.Follow("目的・必要性").Sees("確認のお願い", "市の関わりを書いてください")
	if !staff.Has("p.purpose") || staff.Has("p.title") || staff.Has("p.content") {
		g.Error("not only the named fields are open")
	}
	staff.Fill("p.purpose", "国内の需要が縮む中で、市が自ら販路を開く。").Press("保存して次へ")
	staff.OpenOK(g.work("/form/application/cost")).Fill("cost.lines.1.unit", "７，６００，０００").Press("保存して次へ")
	status, _, _ := staff.Post(g.work("/form/application/project"), map[string][]string{"p.title": {"別の事業"}, "has.p.title": {"1"}})
	if staff.OpenOK(g.work("")); status >= 500 || !strings.Contains(staff.Text(), title) || strings.Contains(staff.Text(), "別の事業") {
		g.Errorf("a field that was not named could be changed (status %d)", status)
	}
	approver := g.house.As("demo-approver").OpenOK(g.work("")).Follow("入力内容を確認する")
	approver.Press("補正して提出する").WantStatus(422)
	approver.Tick("corrected").Press("補正して提出する").WantStatus(200).Sees("支部確認")
}

// forwarded: the branch adds its opinion; headquarters sees it, the body because it may.
func (g *grant) forwarded() {
	if status, _, _ := g.house.As("demo-officer").Get(g.desk("")); status != 404 {
		g.Errorf("headquarters reads the case before the branch forwarded it: %d", status)
	}
	b := g.house.As("demo-branch").OpenOK(g.desk("")).Sees("市が自ら販路を開く。", "ほかの39項目は提出時のままです")
	b.Fill("opinion", "県の輸出振興の方針と合っており、適当と認めます。").Tick("shareable").Press("本部へ進達する").WantStatus(200).Sees("本部へ進達しました")
	g.house.Settle()
	g.letter("demo-branch", "L10", "支部進達書", "県の輸出振興の方針と合っており")
	g.house.As("demo-officer").OpenOK(g.desk("")).Sees("県の輸出振興の方針と合っており、適当と認めます。", "5,000,000円")
	g.house.As("demo-staff").OpenOK(g.work("")).Sees("本部確認")
}

// screened: formal check, members without an interest score, the order stands.
func (g *grant) screened() {
	b := g.house.As("demo-officer").OpenOK(g.desk("")).Follow("審査へ進める")
	b.Press("審査へ進める").WantStatus(422)
	for _, rule := range b.Choices("checklist") {
		b.Choose("checklist", rule)
	}
	b.Press("審査へ進める").WantStatus(200).Sees("形式審査を終え、審査へ進めました")
	b.OpenOK(g.desk("/screening"))
	for _, m := range b.Choices("member") {
		b.Choose("member", m)
	}
	b.Press("割り当てる").WantStatus(200).Sees("3人を割り当てました。利害関係のある1人は除きました。", "審査対象外")
	g.scores()
	if b.OpenOK(g.desk("")).HasButton("採択を起案する") {
		g.Error("adoption can be proposed before the screening is closed")
	}
	b.Press("審査を締める").WantStatus(200).Sees("審査を締め、順位を付けました")
	b.OpenOK("/desk/screening").Follow("経済活動助成事業").Sees(title, "順位", "5,000")
}

// scores: three members fill their sheets; they see neither the body nor each other before; the one from 静岡 sees nothing.
func (g *grant) scores() {
	barred := g.house.As("demo-member4").OpenOK("/desk").Sees("利害関係により審査対象外", g.number).SeesNot(title)
	for _, more := range []string{"", "/screening", "/application", "/letters", "/history"} {
		if barred.Open(g.desk(more)); barred.Status() != 404 {
			g.Errorf("a member with an interest opens %s: %d", more, barred.Status())
		}
	}
	if status, _, _ := barred.Post(g.desk("/score"), map[string][]string{"mark-need": {"5"}, "mark-model": {"5"}, "mark-effect": {"5"}, "mark-doable": {"5"}, "mark-cost": {"5"}}); status != 404 {
		g.Errorf("a member with an interest scores: %d", status)
	}
	for i, login := range []string{"demo-member1", "demo-member2", "demo-member3"} {
		m := g.house.As(login).OpenOK("/desk").Follow(g.number).Sees(title).SeesNot("富士市", "髙﨑　𠮷子", "髙﨑 𠮷子")
		m.Choose("mark-need", "4").Press("採点を提出する").WantStatus(422)
		if m.Value("mark-need") != "4" {
			g.Error("a half filled sheet lost its mark")
		}
		if i > 0 {
			m.SeesNot("見本 一の印象")
		}
		for k, criterion := range []string{"need", "model", "effect", "doable", "cost"} {
			m.Choose("mark-"+criterion, string(rune('3'+(i+k)%3)))
		}
		m.Fill("comment-need", []string{"見本 一の印象", "良い", "<i>良い</i>"}[i]).Press("採点を提出する").WantStatus(200).Sees("採点を提出しました")
		m.OpenOK(g.desk("/screening"))
		if m.HasButton("採点を提出する") {
			g.Error("a sheet can be sent twice")
		}
		if i > 0 {
			m.Sees("見本 一の印象")
		}
		// The sheet is all a member sees of the case: other faces lead back to it.
		if m.Open(g.desk("/history")).Path() != g.desk("/screening") {
			g.Errorf("a member reads the journal at %s", m.Path())
		}
	}
}

// decided: one proposes 4,000,000, another decides; never the same person.
func (g *grant) decided() {
	b := g.house.As("demo-officer").OpenOK(g.desk("")).Follow("採択を起案する").Sees("5,000,000円")
	b.Fill("amount", "四百万").Fill("comment", "").Press("採択を起案する").WantStatus(422)
	if !strings.Contains(b.Problem("amount"), "四百万") || b.Problem("comment") == "" || b.Value("amount") != "四百万" {
		g.Errorf("two faults at once: %q and %q", b.Problem("amount"), b.Problem("comment"))
	}
	b.Fill("amount", "５，００１，０００").Fill("comment", "採択が適当").Press("採択を起案する").WantStatus(422)
	if b.Problem("amount") == "" || b.Value("comment") != "採択が適当" {
		g.Errorf("too much is answered %q and the reason is %q", b.Problem("amount"), b.Value("comment"))
	}
	b.Fill("amount", "４，０００，０００円").Fill("conditions", "成果を公表すること。").Press("採択を起案する").WantStatus(200).Sees("採択を起案しました", "4,000,000円")
	b.OpenOK(g.desk(""))
	if b.HasButton("交付を決定する") {
		g.Error("who proposed may decide")
	}
	if status, _, _ := b.Post(g.desk("/do/approve"), map[string][]string{"token": {"x"}}); status != 404 && status != 403 && status != 422 {
		g.Errorf("who proposed decides by a hand-made request: %d", status)
	}
	g.house.As("demo-staff").OpenOK(g.work("")).SeesNot("採択を起案しました", "4,000,000")
	g.house.As("demo-chief").OpenOK("/desk").Follow(title).Sees("4,000,000円", "成果を公表すること。").Press("交付を決定する").WantStatus(200).Sees("交付を決定しました")
	g.house.Settle()
	g.letter("demo-staff", "L02", "交付決定通知書", "金4,000,000円", "8運第", "成果を公表すること。", "取り下げる", "令和9年4月1日")
}

// letter opens a letter of the case as one person, as a page and as PDF, and reads the words in both.
func (g *grant) letter(login, kind string, words ...string) {
	g.Helper()
	b := g.house.As(login)
	here := g.work("")
	if login != "demo-staff" {
		here = g.desk("/letters")
	}
	address := ""
	for _, l := range b.OpenOK(here).Links() {
		if strings.Contains(l.Address, "/letters/") && !strings.HasSuffix(l.Address, "/letters") && strings.Contains(l.Words, words[0]) {
			address = strings.TrimSuffix(l.Address, ".pdf")
		}
	}
	if address == "" {
		g.Fatalf("%s finds no letter %s among %v", login, words[0], b.Links())
	}
	b.OpenOK(address).Sees("様式" + kind).Sees(words...)
	status, header, paper := b.Get(address + ".pdf")
	if status != 200 || header.Get("Content-Type") != "application/pdf" {
		g.Fatalf("%s as PDF: %d %v", kind, status, header)
	}
	said := pdfText(g.T, paper)
	for _, w := range append(words, g.number) {
		if !strings.Contains(said, strings.ReplaceAll(w, " ", "")) {
			g.Errorf("the PDF of %s does not say %q:\n%s", kind, w, said)
		}
	}
}

// run: the project starts; a change is asked for and approved by two people.
func (g *grant) run() {
	g.house.Wait(170) // 2 April 2027
	staff := g.house.As("demo-staff").OpenOK(g.work(""))
	if staff.HasButton("事業に着手する") {
		staff.Press("事業に着手する").WantStatus(200)
	}
	staff.OpenOK(g.work("")).Sees("事業実施中")
	b := staff.OpenOK(g.work("/form/change/change")).Choose("ch.kind", "内容").Fill("ch.reason", "見本市の会期が変わったため。").
		Fill("ch.before", "9月に見本市へ出展する。").Fill("ch.after", "10月に見本市へ出展する。")
	b.Press("保存して次へ").WantStatus(200)
	approver := g.house.As("demo-approver").OpenOK(g.work("/check/change")).Press("変更の承認を申請する").WantStatus(200).Sees("変更の確認中")
	g.house.As("demo-officer").OpenOK(g.desk("")).Fill("comment", "やむを得ない").Press("変更承認を起案する").WantStatus(200)
	g.house.As("demo-chief").OpenOK(g.desk("")).Press("変更を承認する").WantStatus(200).Sees("変更を承認しました")
	g.house.Settle()
	g.letter("demo-staff", "L04", "変更承認通知書", "金4,000,000円")
	approver.OpenOK(g.work("")).Sees("事業実施中")
}

// reported: J01.6, 9,000,000 yen abroad are reported and admitted; the grant is fixed at 4,000,000.
func (g *grant) reported() {
	g.house.Wait(280)
	b := g.house.As("demo-staff").OpenOK(g.work("/form/report/done"))
	b.Fill("r.period.from", "2027/4/1").Fill("r.period.to", "令和９年１２月２０日").Fill("r.result", "計画のとおり実施した。").Fill("r.kpi.0.name", "商談件数").
		Fill("r.kpi.0.unit", "件").Fill("r.kpi.0.actual", "３４").Fill("r.participants", "310").Fill("r.lesson", "通訳を早く手配する。")
	next(b)
	g.planned(b)
	typeLines(b, "r.cost.lines", []line{{"委託料", "展示の設計と施工", "abroad", "1", "9,000,000", ""}})
	next(b)
	b.Attach("証拠書類", browse.Upload{Name: "領収書.pdf", Content: pdf(g.T, "領収書")}).Choose("r.publish", "可")
	next(b)
	if b.HasButton("保存して次へ") {
		next(b)
	}
	g.house.As("demo-approver").OpenOK(g.work("/check/report")).Press("実績報告を提出する").WantStatus(200).Sees("実績報告の確認中")
	officer := g.house.As("demo-officer").OpenOK(g.desk("/do/check_report")).Sees("9,000,000", "4,000,000円")
	officer.Fill("admitted.0", "8,000,000").Press("認める額を決めて額の確定を起案する").WantStatus(422)
	officer.Fill("admitted.0", "９，０００，０００").Fill("comment", "証拠書類と照合した。").Press("認める額を決めて額の確定を起案する").WantStatus(200)
	if officer.OpenOK(g.desk("")).HasButton("額を確定する") {
		g.Error("who checked the report may fix the amount")
	}
	g.house.As("demo-chief").OpenOK(g.desk("")).Press("額を確定する").WantStatus(200).Sees("助成金の額を確定しました")
	g.house.Settle()
	g.letter("demo-staff", "L05", "助成金額確定通知書", "金4,000,000円")
}

// planned: the report's costs start from those that were agreed, on the page and in Excel, with what each was to cost beside what it did.
func (g *grant) planned(b *browse.Browser) {
	g.Helper()
	page := b.Path()
	b.Press("計画の経費を写す").WantStatus(200).WantPath(page)
	for i, want := range []string{"400,000", "7,600,000", "4,000,000"} {
		at := fmt.Sprintf("r.cost.lines.%d.", i)
		if b.Value(at+"planned") != want || b.Value(at+"item") != costs[i].Item || b.Value(at+"unit") != "" {
			g.Errorf("line %d starts with %q, planned %q, claimed %q", i+1, b.Value(at+"item"), b.Value(at+"planned"), b.Value(at+"unit"))
		}
	}
	b.Press("保存して次へ").WantStatus(422).Sees("数量", "単価")
	for i := range 3 {
		b.Fill(fmt.Sprintf("r.cost.lines.%d.qty", i), "1").Fill(fmt.Sprintf("r.cost.lines.%d.unit", i), "100000")
	}
	b.Press("下書きを保存").WantStatus(200).OpenOK(page)
	if b.Value("r.cost.lines.1.planned") != "7,600,000" || b.HasButton("計画の経費を写す") {
		g.Errorf("what was entered beside the plan: planned %q", b.Value("r.cost.lines.1.planned"))
	}
	for range 3 {
		b.Press("kk-drop=r.cost.lines 0").WantStatus(200)
	}
}

// paid: the bill, the payment recorded by finance, the end. The account is seen by finance and the body only.
func (g *grant) paid() {
	b := g.house.As("demo-staff").OpenOK(g.work("/form/bill/bill"))
	b.Fill("bill.amount", "４，０００，０００").Fill("bill.date", "令和10年1月20日").Fill("bank.code", "0001").Fill("bank.branch", "００１").Fill("bank.kind", "普通").
		Fill("bank.number", "7654321").Fill("bank.holder_kana", "フジシカイケイカンリシヤ")
	next(b)
	g.house.As("demo-approver").OpenOK(g.work("/check/bill")).Sees("7654321").Press("請求書を提出する").WantStatus(200).Sees("支払待ち")
	for _, login := range []string{"demo-officer", "demo-chief", "demo-branch", "demo-auditor"} {
		for _, more := range []string{"", "/application", "/payments", "/history"} {
			if _, _, page := g.house.As(login).Get(g.desk(more)); strings.Contains(string(page), "7654321") {
				g.Errorf("%s sees the account on %s", login, more)
			}
		}
	}
	finance := g.house.As("demo-finance").OpenOK("/desk").Sees(title)
	finance.OpenOK(g.desk("/payments")).Sees("7654321")
	finance.OpenOK(g.desk("/do/pay")).Fill("payDate", "令和二十年").Press("支払を記録する").WantStatus(422)
	finance.Fill("payDate", "R10.1.7").Fill("reference", "F-0001").Press("支払を記録する").WantStatus(200).Sees("助成金を支払いました")
	g.house.Settle()
	g.letter("demo-staff", "L08", "支払通知", "4,000,000円")
	g.house.As("demo-officer").OpenOK(g.desk("")).Press("案件を完了する").WantStatus(200)
	g.house.As("demo-staff").OpenOK(g.work("")).Sees("完了")
}

// published: J01.7, only the public answers stand in the list of adopted projects.
func (g *grant) published() {
	b := g.house.Visitor().OpenOK("/adopted").Sees(title, "富士市", "4,000,000").SeesNot("国内の需要が縮む中で", "髙﨑 𠮷子", "7654321", "県の輸出振興")
	status, _, csv := b.Get("/adopted.csv")
	if status != 200 || !strings.Contains(string(csv), title) || strings.Contains(string(csv), "市が自ら販路を開く") {
		g.Errorf("the list as CSV: %d %s", status, csv)
	}
}
