package journey_test

import (
	"regexp"
	"testing"

	"kakehashi/internal/db/dbtest"
	"kakehashi/test/browse"
	"kakehashi/test/journey"
)

// J07.2 on screen: the lead names a member and an outsider, both are asked, each answers in its own way, a change voids what was given.
func TestMembersOfAJointApplicationConsentOnScreen(t *testing.T) {
	for _, engine := range dbtest.Engines() {
		t.Run(engine, func(t *testing.T) {
			h := journey.Start(t, engine, autumn)
			at := jointDraft(h)
			lead := h.As("demo-staff").OpenOK(at+"/partners").Sees("七尾市", "未依頼", "見本の会", "台帳にない団体")
			town := h.As("demo-town")
			town.Open(at + "/partners").WantStatus(404)
			town.Open(at).WantStatus(404)
			for status, party := range map[int]string{404: "131016", 200: "172022"} {
				if got, _, _ := lead.Post(at+"/partners/ask", map[string][]string{"party": {party}}); got != status && (status != 200 || got != 303) {
					t.Errorf("asking %s: %d", party, got)
				}
			}
			h.As("demo-auditor").Open(at + "/partners").WantStatus(403)
			town.OpenOK("/work").Sees("共同で参加する事業", "橋を架ける研修").Follow("橋を架ける研修").Sees("富士市からの依頼", "講師の派遣")
			town.OpenOK("/en"+at+"/partners").Sees("Asked by", "Awaiting the answer", "Change what is said of your body")
			town.OpenOK(at+"/partners").Fill("role", "").Press("自団体の記載を保存する").WantStatus(422)
			town.OpenOK(at+"/partners").Fill("role", "講師の派遣と会場").Press("自団体の記載を保存する").WantStatus(200).Sees("講師の派遣と会場")
			lead.OpenOK(at + "/partners").Sees("講師の派遣と会場")
			town.OpenOK(at + "/partners").Press("この内容に同意する").WantStatus(422).Sees("決裁者が同意します")
			town.Press("参加しないと回答する").WantStatus(422).Sees("理由を入力してください")

			lead.OpenOK(at + "/partners")
			lead.Fill("contact", "見本 花子").Fill("mail", "見本").Press("同意を依頼する").WantStatus(422).Sees("メールアドレスを確認してください")
			if lead.Value("contact") != "見本 花子" {
				t.Error("what was typed is gone")
			}
			lead.Fill("mail", "npo@example.jp").Press("同意を依頼する").WantStatus(200).Sees("回答待ち")
			link := "/consent/" + h.Token("/consent/")
			guest := h.Visitor()
			guest.OpenOK(link).Sees("富士市が申請する事業", "橋を架ける研修", "相談窓口").SeesNot("講師の派遣")
			guest.OpenOK("/en" + link).Sees("Consent to this")
			guest.OpenOK(link).Press("この内容に同意する").WantStatus(422).Sees("職名と氏名")
			guest.Fill("name", "代表 見本 花子").Press("この内容に同意する").WantStatus(200).Sees("同意しました")
			guest.Open(link + "X").WantStatus(404)
			guest.Open(at).SeesNot("橋を架ける研修")
			lead.OpenOK(at+"/partners").Sees("代表 見本 花子（メールのリンク）", "同意済み")

			town.OpenOK(at+"/partners").Fill("reason", "予算の都合のため").Press("参加しないと回答する").WantStatus(200).Sees("参加しないと回答しました")
			town.Open(at).WantStatus(404)
			lead.OpenOK(at+"/partners").Sees("参加しない", "予算の都合のため")
			lead.OpenOK("/en"+at+"/partners").Sees("Does not take part", "not in the register")
		})
	}
}

// jointDraft is a draft of 富士市 that names 七尾市 and a group outside the register; it is where the case is.
func jointDraft(h *journey.House) string {
	lead := h.As("demo-staff").OpenOK("/work/new?programme=multicultural-grant")
	at := begun(lead, "multicultural-grant")
	lead.OpenOK(at+"/form/application/project").Fill("p.title", "橋を架ける研修").Press("下書きを保存")
	lead.OpenOK(at+"/form/application/joint").Tick("t.joint").Fill("t.members.0.org", "七尾市").Fill("t.members.0.role", "講師の派遣").
		Fill("t.npo.0.name", "見本の会").Fill("t.npo.0.role", "相談窓口").Press("下書きを保存").WantStatus(200)
	return at
}

// begun starts a draft and says where it is.
func begun(b *browse.Browser, programme string) string {
	status, header, _ := b.Post("/work/new", map[string][]string{"programme": {programme}})
	_ = status
	return regexp.MustCompile(`/work/cases/[^/?]+`).FindString(header.Get("Location"))
}

// joined names two bodies in a draft, asks both and opens what each is sent.
func joined(h *journey.House) {
	at := jointDraft(h)
	lead := h.As("demo-staff")
	lead.Post(at+"/partners/ask", map[string][]string{"party": {"172022"}})
	lead.OpenOK(at+"/partners").Fill("contact", "見本 花子").Fill("mail", "npo@example.jp").Press("同意を依頼する").WantStatus(200)
	link := "/consent/" + h.Token("/consent/")
	h.Visitor().OpenOK(link).OpenOK("/en" + link)
	h.As("demo-town").OpenOK(at + "/partners").OpenOK("/en" + at + "/partners").OpenOK(at)
}

// The button beside an organisation looks it up in the register: its code and name stand there, or why they do not.
func TestABodyIsLookedUpInTheForm(t *testing.T) {
	h := journey.Start(t, dbtest.Engines()[0], autumn)
	b := h.As("demo-staff").OpenOK("/work/new?programme=model-project-grant")
	at := begun(b, "model-project-grant")
	b.OpenOK(at + "/form/application/joint")
	b.Fill("m.ngo_partner.name", "七尾市").Press("団体を探す").WantStatus(200)
	if b.Value("m.ngo_partner.code") != "172022" {
		t.Errorf("found %q", b.Value("m.ngo_partner.code"))
	}
	b.Fill("m.ngo_partner.code", "").Fill("m.ngo_partner.name", "どこにもない市").Press("団体を探す").WantStatus(422).Sees("団体台帳にありません")
}
