package journey_test

import (
	"regexp"
	"strings"
	"testing"

	"kakehashi/internal/account"
	"kakehashi/internal/db/dbtest"
	"kakehashi/test/journey"
)

// A programme without money, on both engines: a city asks to host a seminar, members screen, two people decide, the report ends the case.
func TestABodyIsChosenAsHost(t *testing.T) {
	for _, engine := range dbtest.Engines() {
		t.Run(engine, func(t *testing.T) {
			g := &grant{T: t, house: journey.Start(t, engine, autumn)}
			for login, role := range map[string]account.Role{"demo-exchange": account.RoleOfficer, "demo-exchangeboss": account.RoleChief} {
				g.house.Newcomer(login, "交流 "+string(role), account.Hat{Role: role, Body: "hq:koushin"})
			}
			g.hostApplies()
			g.hostScreened()
			g.hostDecided()
			g.hostReports()
		})
	}
}

const theme = "里山の保全と観光の両立（𠮷野）"

var hostNumber = regexp.MustCompile(`P14-2027-(S\d{4}|\d{5})`)

// hostApplies: the days at the host are held against the office wished first; nothing on the way speaks of money.
func (g *grant) hostApplies() {
	b := g.house.As("demo-staff").OpenOK("/programmes/executive-seminar").Sees("招へいの日数", "全7日", "申請から報告までの二年").SeesNot("助成上限額", "交付決定", "精算")
	b.OpenOK("/work").Follow("新しく申請する").Press("海外自治体幹部交流協力セミナー（受入自治体）").WantStatus(200)
	at, _, _ := strings.Cut(b.Path(), "?")
	g.id = strings.TrimPrefix(at, "/work/cases/")
	b.OpenOK(g.work("/form/application/body")).Fill("c.section", "国際課").Fill("c.person.name", "見本 花子").Fill("c.person.kana", "ミホン ハナコ").
		Fill("c.person.title", "主任").Fill("c.person.email", "host@city.example.jp").Fill("c.person.tel", "0545000001").Fill("c.tel", "0545000000").
		Fill("c.email", "host@city.example.jp")
	next(b)
	b.Choose("k.office", "北京事務所").Fill("テーマ", theme).Fill("k.period.from", "令和９年10月１日").Fill("k.period.to", "2027-11-30").Fill("k.local_days", "４")
	b.Press("保存して次へ").WantStatus(422).Sees("第1希望の事務所の招へいは全5日です。地方日程は3日以内で入力してください。")
	b.Fill("k.local_days", "３")
	next(b)
	b.Fill("k.program.0.day", "1").Fill("k.program.0.content", "市長表敬と意見交換").Fill("k.program.0.place", "市役所")
	next(b)
	b.Fill("k.lodging", "市内の旅館").Fill("k.interp", "中国語の通訳2人").Fill("k.staff", "国際課の職員3人").Fill("k.exchange", "職員の相互派遣を検討する。")
	next(b)
	for _, d := range []string{"d.true", "d.nooverlap", "d.publish", "d.noantisocial"} {
		b.Tick(d)
	}
	next(b)
	b.WantTitle("入力内容の確認").Sees(theme, "北京事務所").SeesNot("助成上限額", "申請額")
	b.Press("承認を依頼する").WantStatus(200)
	approver := g.house.As("demo-approver").OpenOK("/work").Sees(theme).Follow(theme).Follow("内容を確認して提出に進む").Press("提出する").WantStatus(200).WantTitle("提出しました")
	if g.number = hostNumber.FindString(approver.Heading()); g.number == "" {
		g.Fatalf("no number in %q", approver.Heading())
	}
	g.house.Settle()
	g.letter("demo-staff", "L01", "受付通知", theme)
}

// hostScreened: the section that owns the programme passes the case to three members.
func (g *grant) hostScreened() {
	if status, _, _ := g.house.As("demo-officer").Get(g.desk("")); status != 404 {
		g.Errorf("an officer of another section reads the case: %d", status)
	}
	b := g.house.As("demo-exchange").OpenOK(g.desk("")).Sees(theme).Follow("審査へ進める")
	for _, rule := range b.Choices("checklist") {
		b.Choose("checklist", rule)
	}
	b.Press("審査へ進める").WantStatus(200).OpenOK(g.desk("/screening"))
	for _, m := range b.Choices("member") {
		b.Choose("member", m)
	}
	b.Press("割り当てる").WantStatus(200)
	for _, login := range []string{"demo-member1", "demo-member2", "demo-member3"} {
		m := g.house.As(login).OpenOK("/desk").Follow(g.number).Sees(theme, "富士市")
		for _, criterion := range []string{"theme", "programme", "welcome", "after"} {
			m.Choose("mark-"+criterion, "4")
		}
		m.Press("採点を提出する").WantStatus(200)
	}
	b.OpenOK(g.desk("")).Press("審査を締める").WantStatus(200)
}

// hostDecided: the proposal asks for no amount, the letter names none.
func (g *grant) hostDecided() {
	b := g.house.As("demo-exchange").OpenOK("/desk/screening").Follow("海外自治体幹部交流協力セミナー（受入自治体）").Sees(theme)
	b.OpenOK(g.desk("")).Follow("受入れを起案する")
	if b.Has("amount") {
		g.Error("a programme without money asks for an amount")
	}
	b.Fill("conditions", "視察先の撮影の可否を確かめること。").Fill("comment", "適当と認める").Press("受入れを起案する").WantStatus(200)
	g.house.As("demo-exchangeboss").OpenOK("/desk").Follow(theme).Press("受入自治体に決定する").WantStatus(200)
	g.house.Settle()
	g.letter("demo-staff", "L19", "受入決定通知書", "視察先の撮影の可否を確かめること。", "令和9年10月1日")
	g.house.Visitor().OpenOK("/adopted").Sees(theme, "富士市")
}

// hostReports: the time passes, the report comes in and closes the case.
func (g *grant) hostReports() {
	g.house.Wait(420) // December 2027
	b := g.house.As("demo-staff").OpenOK(g.work(""))
	if b.HasButton("準備に入る") {
		b.Press("準備に入る").WantStatus(200)
	}
	b.OpenOK(g.work("/form/report/done"))
	b.Fill("r.period.from", "2027/10/5").Fill("r.period.to", "2027/10/7").Fill("r.guests", "８").Fill("r.attend", "120").Fill("r.result", "予定のとおり実施した。").
		Fill("r.follow", "職員を派遣する。")
	next(b)
	b.Choose("r.publish", "可")
	next(b)
	g.house.As("demo-approver").OpenOK(g.work("/check/report")).Press("受入報告を提出する").WantStatus(200).Sees("受入報告の確認中")
	g.house.As("demo-exchange").OpenOK(g.desk("")).Press("報告を受理して完了する").WantStatus(200).Sees("完了")
}
