package journey_test

import (
	"testing"

	"kakehashi/test/journey"
	"kakehashi/test/uxcheck"
)

// The main journey J01 in a real browser, from signing in to headquarters having the application, by keyboard alone: every page is reached
// by links and buttons, every field by Tab, and the focus is seen and in order at every stop.
func TestTheMainJourneyByKeyboardAlone(t *testing.T) {
	h := journey.Start(t, "sqlite", autumn)
	people := uxcheck.NewHands(t, h.Base, true, true)
	apply(t, h, people)
	if people.Stops() < 500 {
		t.Errorf("only %d stops of the focus were watched", people.Stops())
	}
}

// The same journey in a real browser that runs no script.
func TestTheMainJourneyWithoutScript(t *testing.T) {
	h := journey.Start(t, "sqlite", autumn)
	apply(t, h, uxcheck.NewHands(t, h.Base, false, false))
}

// apply: somebody of the body fills the form, another one there hands it in, the branch forwards it, headquarters takes it into screening.
func apply(t *testing.T, h *journey.House, people *uxcheck.Hands) {
	signedIn := func(login string) *uxcheck.Window {
		w := people.Of(login).OpenOK("/signin").Fill("login", login).Fill("password", h.Key(login))
		return w.Press("サインイン").WantStatus(200)
	}
	staff := signedIn("demo-staff").Follow("新しく申請する").Press("経済活動助成事業").WantStatus(200).Sees("交付申請：あと7ページ")
	application(t, staff.Follow("団体と担当者"), title, costs, "５，０００，０００円", "7000000")
	staff.Sees(title, "令和9年4月1日", "髙﨑 𠮷子", "12,000,000", "見積書.pdf")
	staff.Press("承認を依頼する").WantStatus(200).Sees("団体内の承認を依頼しました")

	approver := signedIn("demo-approver").Follow(title).Follow("入力内容を確認する")
	approver.Press("提出する").WantStatus(200).WantTitle("提出しました")
	if numberOf.FindString(approver.Heading()) == "" {
		t.Fatalf("no number in %q", approver.Heading())
	}
	h.Settle()

	branch := signedIn("demo-branch").Follow(title).Sees("支部確認", "5,000,000円").Follow("申請内容").Sees("市が企画と出展者の選定を行い").Follow("概要")
	branch.Fill("opinion", "県の輸出振興の方針と合っており、適当と認めます。").Tick("shareable").Press("本部へ進達する").WantStatus(200).Sees("本部へ進達しました")
	h.Settle()

	officer := signedIn("demo-officer").Follow(title).Sees("県の輸出振興の方針と合っており", "5,000,000円").Follow("審査へ進める")
	for _, rule := range h.As("demo-officer").OpenOK(officer.Path()).Choices("checklist") {
		officer.Choose("checklist", rule)
	}
	officer.Press("審査へ進める").WantStatus(200).Sees("形式審査を終え、審査へ進めました")
	staff.Follow("届いた文書").Sees("受付通知", title)
}
