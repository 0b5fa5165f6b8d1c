package journey_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"kakehashi/internal/cases"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/zengin"
	"kakehashi/test/browse"
	"kakehashi/test/journey"
	"kakehashi/test/uxcheck"
)

// The main journey J01 in a real browser, from the form to the money and the end of the case, by keyboard alone and in Japanese: every page is
// reached by links and buttons, every field by Tab, the focus is seen and in order at every stop, and every page is looked at.
func TestTheMainJourneyByKeyboardAlone(t *testing.T) {
	t.Parallel()
	w := newWalk(t, lang.JA, uxcheck.Ways{Keyboard: true, Scripts: true, Look: true})
	w.play()
	if w.people.Stops() < 1000 {
		t.Errorf("only %d stops of the focus were watched", w.people.Stops())
	}
}

// The same journey in English, in a real browser that runs no script.
func TestTheMainJourneyWithoutScript(t *testing.T) {
	t.Parallel()
	newWalk(t, lang.EN, uxcheck.Ways{Look: true}).play()
}

// walk is J01 by people at real browsers who begin at the sign-in form and go on by what the pages offer.
type walk struct {
	tour
	id     string
	number string
	name   string // of the project
}

func newWalk(t *testing.T, tag lang.Tag, ways uxcheck.Ways) *walk {
	h := journey.Start(t, "sqlite", autumn)
	return &walk{tour: tour{t, h, uxcheck.NewHands(t, h.Base, ways), tag, map[string]bool{}}, name: title}
}

func (w *walk) play() {
	w.applied()
	w.submitted()
	w.forwarded()
	w.screened()
	w.decided()
	w.house.At(time.Date(2027, 4, 2, 10, 0, 0, 0, jp.JST))
	w.changed()
	w.house.At(time.Date(2028, 1, 11, 10, 0, 0, 0, jp.JST))
	w.reported()
	w.fixed()
	w.billed()
	w.transferred()
	w.house.At(time.Date(2028, 1, 19, 15, 0, 0, 0, jp.JST))
	w.closed()
}

// or is one of two words of a programme's definition, which the catalogue does not hold.
func (w *walk) or(ja, en string) string {
	if w.tag == lang.EN {
		return en
	}
	return ja
}

// move is what a move of the case is called on its button.
func (w *walk) move(id string) string { return w.title(w.id, id) }

// enter signs somebody in by the form; they stand on their first page.
func (w *walk) enter(login string) *uxcheck.Window {
	w.Helper()
	return w.people.Of(login).OpenOK(w.at("/signin")).Fill("login", login).Fill("password", w.house.Key(login)).Press(w.says("page.signin")).WantStatus(200)
}

// at is somebody of the body or of headquarters who signs in and goes to the case by their list.
func (w *walk) opens(login string) *uxcheck.Window {
	w.Helper()
	return w.enter(login).Follow(w.name).WantStatus(200)
}

// letterName is what a letter of the programme is called.
func (w *walk) letterName(kind string) string {
	w.Helper()
	_, p, err := w.house.App.Cases.Get(w.Context(), cases.System, w.id)
	if err != nil {
		w.Fatal(err)
	}
	for _, l := range p.Letters {
		if l.ID == kind {
			return l.Title.In(w.tag)
		}
	}
	w.Fatalf("there is no letter %s", kind)
	return ""
}

// letter takes the PDF of the newest letter of a kind from the list of letters, and reads it.
func (w *walk) letter(b *uxcheck.Window, kind string, words ...string) {
	w.Helper()
	name := w.letterName(kind)
	b.Follow(w.says("apply.nav.letters")).Follow(name).WantStatus(200).Sees(words...)
	said := pdfText(w.T, b.Save("PDF"))
	for _, one := range append(words, w.number) {
		if !strings.Contains(said, strings.ReplaceAll(one, " ", "")) {
			w.Errorf("the PDF of %s does not say %q:\n%s", name, one, said)
		}
	}
	b.Follow(w.says("app.letter.back")).WantStatus(200)
}

// applied: somebody of the city fills the form by hand and the costs by Excel, and asks a colleague.
func (w *walk) applied() {
	b := w.enter("demo-staff").Follow(w.says("apply.nav.new")).Press(w.or("経済活動助成事業", "Economic activity grant")).WantStatus(200)
	application(w.T, b.Follow(w.or("団体と担当者", "Body and contacts")), title, costs, "５，０００，０００円", "7000000", w.or("富士市", "Fuji"), "222101")
	_, after, _ := strings.Cut(b.Path(), "/cases/")
	w.id, _, _ = strings.Cut(after, "/")
	b.Sees(title, "12,000,000", "見積書.pdf")
	b.Follow(w.says("apply.to_case")).Follow(w.or("経費", "Costs"))
	w.sheet(b, "経費内訳", map[string]any{"C11": "通訳・翻訳・輸送（𠮷）"})
	b.Sees("5,000,000", "8,000,000")
	b.Follow(w.says("apply.to_case")).Follow(w.says("apply.check.go"))
	b.Press(w.move("ask_approval")).WantStatus(200)
}

// sheet takes the cost table of a page out as Excel, changes cells of it and reads it in again.
func (w *walk) sheet(b *uxcheck.Window, sheet string, cells map[string]any) {
	w.Helper()
	book := b.Save("Excel")
	b.Follow(w.says("apply.sheet.read")).WantStatus(200)
	b.Attach(w.says("apply.sheet.file"), browse.Upload{Name: "経費.xlsx", Content: edited(w.T, book, sheet, cells)}).Press(w.says("apply.sheet.check")).WantStatus(200)
	b.Press(w.says("apply.sheet.take")).WantStatus(200)
}

// submitted: another person of the city hands it in.
func (w *walk) submitted() {
	b := w.opens("demo-approver").Follow(w.says("apply.check.go_send")).Press(w.move("submit")).WantStatus(200)
	if w.number = numberOf.FindString(b.Heading()); w.number == "" {
		w.Fatalf("no number in %q", b.Heading())
	}
	w.house.Settle()
}

// forwarded: the branch reads the application and passes it on with its opinion.
func (w *walk) forwarded() {
	b := w.opens("demo-branch").Follow(w.says("desk.tab.application")).Sees("市が企画と出展者の選定を行い").Follow(w.says("desk.tab.overview"))
	b.Fill("opinion", "県の輸出振興の方針と合っており、適当と認めます。").Tick("shareable").Press(w.move("forward")).WantStatus(200)
	w.house.Settle()
}

// screened: headquarters checks the form and asks the committee; every member fills a sheet.
func (w *walk) screened() {
	b := w.opens("demo-officer").Sees("県の輸出振興の方針と合っており", "5,000,000").Follow(w.move("accept"))
	for _, rule := range w.house.As("demo-officer").OpenOK(b.Path()).Choices("checklist") {
		b.Choose("checklist", rule)
	}
	b.Press(w.move("accept")).WantStatus(200).Follow(w.says("desk.sheets.open")).WantStatus(200)
	for _, m := range w.house.As("demo-officer").OpenOK(b.Path()).Choices("member") {
		b.Choose("member", m)
	}
	b.Press(w.says("desk.assign.do")).WantStatus(200)
	for _, login := range []string{"demo-member1", "demo-member2", "demo-member3"} {
		m := w.enter(login).Follow(w.number).Sees(title)
		w.hidden(m, "富士市", "髙﨑 𠮷子", "髙﨑　𠮷子")
		for _, criterion := range criteria {
			m.Choose("mark-"+criterion, "4")
		}
		m.Fill("comment-need", "所見 "+login).Press(w.says("desk.score.do")).WantStatus(200).Sees(w.says("desk.score.locked"))
	}
	b.Follow(w.says("desk.tab.overview")).Press(w.move("rank")).WantStatus(200)
}

// decided: J01.5, the officer proposes 4,000,000, the chief decides, the letter is in the city's letters.
func (w *walk) decided() {
	b := w.people.Of("demo-officer").Follow(w.move("propose"))
	b.Fill("amount", "５，００１，０００").Fill("comment", "審査の結果、採択が適当です。").Press(w.move("propose")).WantStatus(422)
	b.Fill("amount", "４，０００，０００円").Fill("conditions", "成果を公表すること。").Press(w.move("propose")).WantStatus(200)
	w.opens("demo-chief").Sees("4,000,000", "成果を公表すること。").Press(w.move("approve")).WantStatus(200)
	w.house.Settle()
	w.letter(w.people.Of("demo-staff"), "L02", "金4,000,000円", "成果を公表すること。")
}

// changed: the costs fall by a quarter, which needs approval; two people at headquarters approve it.
func (w *walk) changed() {
	b := w.opens("demo-staff").Press(w.move("start")).WantStatus(200).Follow(w.or("変更の内容", "The change"))
	b.Choose("ch.kind", "経費配分").Fill("ch.reason", "展示の面積が小さくなったため。").Fill("ch.before", "展示の面積は40平方メートル。").Fill("ch.after", "展示の面積は25平方メートル。")
	next(b)
	b.Fill("ch.cost.lines.1.unit", "4,600,000")
	next(b)
	w.opens("demo-approver").Follow(w.or("変更承認申請", "Request to approve a change")).Press(w.move("ask_change")).WantStatus(200)
	seen := []string{"展示の面積が小さくなったため。", "展示の面積は25平方メートル。", "9,000,000", "-3,000,000（-25.0%）", "-3,000,000（-39.4%）", w.says("desk.change.over", "n", 20), w.says("desk.change.beyond")}
	w.opens("demo-officer").Sees(seen...).Fill("comment", "やむを得ない").Press(w.move("propose_change")).WantStatus(200)
	w.opens("demo-chief").Sees(seen...).Press(w.move("approve_change")).WantStatus(200)
	w.house.Settle()
	w.letter(b.Follow(w.says("apply.to_case")), "L04", "金4,000,000円", "金12,000,000円", "金9,000,000円", "7,600,000円", "4,600,000円", "展示の面積が小さくなったため。")
}

// reported: J01.6, 9,000,000 yen were spent; a receipt stands beside every cost.
func (w *walk) reported() {
	b := w.opens("demo-staff").Follow(w.or("実施したこと", "What was done"))
	b.Fill("r.period.from", "2027/4/1").Fill("r.period.to", "令和９年１２月２０日").Fill("r.result", "計画のとおり実施した。").Fill("r.kpi.0.name", "商談件数").
		Fill("r.kpi.0.unit", "件").Fill("r.kpi.0.actual", "３４").Fill("r.participants", "310").Fill("r.lesson", "通訳を早く手配する。")
	next(b)
	b.Press(w.says("apply.plan.take")).WantStatus(200)
	for i, unit := range []string{"400,000", "4,600,000", "4,000,000"} {
		at := "r.cost.lines." + string(rune('0'+i)) + "."
		b.Fill(at+"qty", "1").Fill(at+"unit", unit).Fill(at+"evidence", "領収書"+string(rune('1'+i)))
	}
	next(b)
	b.Attach("r.evidence", browse.Upload{Name: "領収書1.pdf", Content: pdf(w.T, "領収書 旅費")}, browse.Upload{Name: "領収書2.pdf", Content: pdf(w.T, "領収書 委託料")},
		browse.Upload{Name: "領収書3.pdf", Content: pdf(w.T, "領収書 役務費")}).Choose("r.publish", "可")
	next(b)
	b.Fill("r.leads", "34")
	next(b)
	w.opens("demo-approver").Follow(w.says("apply.check.go_send")).Sees("9,000,000").Press(w.move("report")).WantStatus(200)
}

// fixed: every cost is admitted by one person, the amount fixed by another.
func (w *walk) fixed() {
	b := w.opens("demo-officer").Follow(w.move("check_report")).Sees("9,000,000", "4,000,000", "領収書2")
	if said := pdfText(w.T, b.Save("領収書2")); !strings.Contains(said, "委託料") {
		w.Errorf("the evidence of the second cost says %q", said)
	}
	b.Fill("comment", "証拠書類と照合した。").Press(w.move("check_report")).WantStatus(200)
	w.opens("demo-chief").Press(w.move("fix")).WantStatus(200)
	w.house.Settle()
	w.letter(w.people.Of("demo-staff").Follow(w.says("apply.to_case")), "L05", "金4,000,000円")
}

// billed: the bill with the account, sent by the approver.
func (w *walk) billed() {
	b := w.people.Of("demo-staff").Follow(w.says("apply.nav.home")).Follow(w.name).Follow(w.or("請求と振込先", "Bill and account"))
	b.Fill("bill.date", "令和10年1月11日").Fill("bank.code", "0001").Fill("bank.branch", "００１").Fill("bank.kind", "普通").
		Fill("bank.number", "7654321").Fill("bank.holder_kana", "フジシカイケイカンリシヤ")
	next(b)
	w.people.Of("demo-approver").Follow(w.says("apply.nav.home")).Follow(w.name).Follow(w.says("apply.check.go_send")).Sees("7654321").Press(w.move("bill")).WantStatus(200)
}

// transferred: finance makes the file for the bank and a second person there releases it.
func (w *walk) transferred() {
	one := w.enter("demo-finance").Follow(w.says("money.due")).Follow(w.says("money.payer"))
	one.Fill("code", "1234567890").Fill("name", "ミホンキョウカイ").Fill("bank", "0001").Fill("branch", "101").Fill("number", "0012345").Press(w.says("money.payer.save")).WantStatus(200)
	one.Follow(w.says("money.due")).Fill("on", "2028/1/19").Press(w.says("money.transfer.build")).WantStatus(200)
	two := w.enter("demo-finance2").Follow(w.says("money.transfers")).Follow("S2027-")
	two.Press(w.says("money.transfer.release")).WantStatus(200)
	f, err := zengin.Read(two.Save(w.says("money.transfer.file")))
	if err != nil || !slices.ContainsFunc(f.Payees, func(p zengin.Payee) bool { return p.Reference == w.number }) {
		w.Errorf("the file for the bank: %+v %v", f, err)
	}
}

// closed: on the day of the transfer it is recorded, the case is closed, and the auditor and the public read what is theirs.
func (w *walk) closed() {
	two := w.enter("demo-finance2").Follow(w.says("money.transfers")).Follow("S2027-")
	two.Press(w.says("money.result.all")).WantStatus(200)
	w.house.Settle()
	w.enter("demo-officer").Follow(w.says("desk.nav.all")).Follow(w.name).Press(w.move("close")).WantStatus(200)
	w.letter(w.enter("demo-staff"), "L08", "4,000,000円")
	auditor := w.enter("demo-auditor").Follow(w.says("desk.nav.all")).Follow(w.name).Follow(w.says("desk.tab.history")).Sees("4,000,000")
	w.hidden(auditor, "7654321")
	public := w.people.Of("visitor").OpenOK(w.at("/adopted")).Sees(title, "4,000,000")
	w.hidden(public, "髙﨑 𠮷子", "7654321", "国内の需要が縮む中で")
}
