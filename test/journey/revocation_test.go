package journey_test

import (
	"testing"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/db/dbtest"
	"kakehashi/test/journey"
)

// A grant goes wrong: an officer proposes a notice with reasons and a day, the approver gives it, the body answers on its page, somebody else revokes, the money comes
// back; the body objects, and who did not decide answers. Everybody does it on their own pages, in Japanese and English.
func TestAGrantIsRevokedAfterAHearingAndTheBodyObjects(t *testing.T) {
	for _, engine := range dbtest.Engines() {
		t.Run(engine, func(t *testing.T) {
			h := journey.Start(t, engine, autumn)
			o := office{t, h}
			id := o.at("running").ID
			work, desk := "/work/cases/"+id, "/desk/cases/"+id
			state := func() *cases.Case {
				t.Helper()
				c, _, err := h.App.Cases.Get(t.Context(), cases.System, id)
				if err != nil {
					t.Fatal(err)
				}
				return c
			}

			officer := h.As("demo-officer").OpenOK(desk).Follow("取消しの予定の通知を起案する").WantStatus(200).Sees("取り消す額", "交付決定額")
			officer.Fill("due", "2026/10/20").Fill("comment", "出展料を別の事業に充てた疑いがある。").Fill("reasonClass", "目的外使用").Press("取消しの予定の通知を起案する").WantStatus(422).Sees("14日以上")
			if officer.Value("comment") != "出展料を別の事業に充てた疑いがある。" {
				t.Error("what was typed is lost")
			}
			officer.Fill("due", "2026/11/20").Fill("revoked", "999,999,999").Press("取消しの予定の通知を起案する").WantStatus(422).Sees("円以下")
			officer.Fill("revoked", "1,000,000").Press("取消しの予定の通知を起案する").WantStatus(200).Sees("取消しの予定の通知（弁明の機会の付与）", "令和8年11月20日")
			if officer.HasButton("取消しの予定を通知し、弁明の機会を設ける") {
				t.Error("the drafter gives the notice")
			}
			for _, login := range []string{"demo-staff", "demo-approver", "demo-branch"} {
				page := map[bool]string{true: desk, false: work}[login == "demo-branch"]
				for _, at := range []string{page, page + "/history"} {
					h.As(login).OpenOK(at).SeesNot("出展料を別の事業に充てた疑いがある。", "取消しの予定の通知")
				}
			}
			h.As("demo-chief").OpenOK(desk).Sees("1,000,000円", "出展料を別の事業に充てた疑いがある。").Press("取消しの予定を通知し、弁明の機会を設ける").WantStatus(200).
				Sees("取消しについての弁明待ち", "出展料を別の事業に充てた疑いがある。")
			h.Settle()

			h.As("demo-staff").OpenOK("/work").Sees("取消しについての弁明待ち")
			staff := h.As("demo-staff").OpenOK(work).Sees("交付決定の取消し", "出展料を別の事業に充てた疑いがある。", "弁明書の提出期限", "助成金を他の用途に使った", "L26")
			h.As("demo-staff").OpenOK("/en"+work).Sees("Revocation of the grant", "Last day for the statement", "Used for other ends")
			h.As("demo-branch").OpenOK(desk).Sees("交付決定の取消し")
			staff.OpenOK(work+"/form/statement/statement").Choose("sm.stand", "一部認める").Fill("sm.text", "一部は誤って計上したものです。").Press("保存して次へ").WantStatus(200)
			h.As("demo-officer").OpenOK(desk + "/application").SeesNot("一部は誤って計上したものです。")
			h.As("demo-approver").OpenOK(work + "/check/statement").Press("弁明書を提出する").WantStatus(200)
			h.As("demo-officer").OpenOK(desk + "/application").Sees("一部は誤って計上したものです。")

			officer = h.As("demo-officer").OpenOK(desk).Sees("取消しの検討中").Follow("取消しを起案する").WantStatus(200)
			officer.Press("取消しを起案する").WantStatus(422)
			officer.Fill("comment", "弁明によっても事実に争いがない。").Press("取消しを起案する").WantStatus(200).Sees("交付決定の取消し", "1,000,000円")
			if officer.HasButton("交付の決定を取り消す") {
				t.Error("the drafter may revoke")
			}
			h.As("demo-chief").OpenOK(desk).Press("交付の決定を取り消す").WantStatus(200).Sees("取り消した", "L07")
			if c := state(); c.State != "running" || c.Revoked != 1000000 || c.Resume != "" {
				t.Errorf("%s revoked %d goes on at %q", c.State, c.Revoked, c.Resume)
			}
			h.Settle()

			staff = h.As("demo-staff").OpenOK(work).Sees("取り消した", "弁明によっても事実に争いがない。")
			staff.OpenOK(work+"/form/objection/objection").Fill("ob.reason", "事実の認定に誤りがあります。").Fill("ob.wish", "取消しを見直してください。").Press("保存して次へ").WantStatus(200)
			h.As("demo-approver").OpenOK(work + "/check/objection").Press("不服を申し出る").WantStatus(200)
			h.As("demo-officer").OpenOK(desk).Sees("不服の申出の審査中", "事実の認定に誤りがあります。").OpenOK(desk+"/do/propose_review").Fill("comment", "証拠書類を改めて確かめた。").Press("決定を見直す回答を起案する").WantStatus(200)
			if b := h.As("demo-chief").OpenOK(desk); b.HasButton("決定を取り消し、改めて手続を行う") {
				t.Error("who decided may answer the objection")
			}
			h.Newcomer("demo-chief2", "見本 別", account.Hat{Role: account.RoleChief, Body: "hq:keishin"})
			h.As("demo-chief2").OpenOK(desk).Press("決定を取り消し、改めて手続を行う").WantStatus(200).Sees("決定を見直すこととした", "L27b")
			if c := state(); c.State != "running" || c.Revoked != 0 {
				t.Errorf("%s revoked %d", c.State, c.Revoked)
			}
			h.As("demo-staff").OpenOK(work+"/history").Sees("不服の申出がありました", "取消しの予定を通知し")
			h.As("demo-staff").OpenOK("/en"+work).Sees("To be decided anew", "Objection")

			// Nobody says anything: the day of the statement passes, and the matter goes on.
			h.As("demo-officer").OpenOK(desk+"/do/propose_notice").Fill("due", "2026/11/20").Fill("comment", "別の経費にも疑いがある。").Fill("reasonClass", "条件違反").Press("取消しの予定の通知を起案する").WantStatus(200)
			h.As("demo-chief").OpenOK(desk).Press("取消しの予定を通知し、弁明の機会を設ける").WantStatus(200)
			h.At(time.Date(2026, 11, 20, 16, 0, 0, 0, time.UTC)) // 1 o'clock on the 21st in Japan
			if err := h.App.Cases.Tick(t.Context()); err != nil {
				t.Fatal(err)
			}
			h.As("demo-staff").OpenOK(work).Sees("取消しの検討中", "期限までに提出がなかった")
			h.As("demo-chief").OpenOK(desk+"/do/drop_revocation").Fill("comment", "事実を確認できなかった。").Press("取り消さないことにする").WantStatus(200).Sees("取り消さないこととした")
			h.As("demo-staff").OpenOK(work+"/history").Sees("交付の決定を取り消さないことにしました", "事実を確認できなかった。")
			if _, _, found, err := h.App.Cases.Verify(t.Context(), nil); err != nil || len(found) > 0 {
				t.Errorf("%v %v", found, err)
			}
		})
	}
}
