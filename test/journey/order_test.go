package journey_test

import (
	"testing"

	"kakehashi/internal/cases"
	"kakehashi/internal/db/dbtest"
	"kakehashi/test/journey"
)

// A project is halted: an officer drafts the order, the approver gives it, the body puts it right and reports so, and another pair of hands
// lifts the halt. Until the order is given the body reads nothing of it.
func TestAProjectIsHaltedPutRightAndGoesOn(t *testing.T) {
	for _, engine := range dbtest.Engines() {
		t.Run(engine, func(t *testing.T) {
			h := journey.Start(t, engine, autumn)
			id := office{t, h}.at("running").ID
			work, desk := "/work/cases/"+id, "/desk/cases/"+id
			const why = "会場の表示に助成の記載がない。表示を改めること。"

			officer := h.As("demo-officer").OpenOK(desk).Follow("停止命令を起案する").WantStatus(200)
			officer.Press("停止命令を起案する").WantStatus(422).Sees("停止を命じる理由の区分")
			officer.Fill("comment", why).Fill("reasonClass", "条件違反").Fill("due", "2026/10/1").Press("停止命令を起案する").WantStatus(422).Sees("期限は今日以降")
			if officer.Value("comment") != why {
				t.Error("what was typed is lost")
			}
			officer.Fill("due", "R8.10.30").Press("停止命令を起案する").WantStatus(200).Sees("事業の停止命令", why, "令和8年10月30日")
			if officer.HasButton("事業の停止を命じる") {
				t.Error("the drafter gives the order")
			}
			h.As("demo-officer").Open(desk + "/do/suspend").SeesNot("事業の停止を命じました")
			for _, at := range []string{"/work", work, work + "/history", "/en" + work} {
				h.As("demo-staff").OpenOK(at).SeesNot(why, "停止命令を起案")
			}
			h.As("demo-branch").OpenOK(desk).SeesNot(why)
			h.As("demo-chief").OpenOK(desk+"/do/send_back_order").Fill("comment", "求める措置を具体的に。").Press("起案者に戻す").WantStatus(200)
			h.As("demo-officer").OpenOK(desk+"/do/propose_halt").Fill("comment", why).Fill("reasonClass", "条件違反").Fill("due", "2026/10/30").Press("停止命令を起案する").WantStatus(200)
			h.As("demo-chief").OpenOK("/desk").Sees("焙煎茶")
			h.As("demo-chief").OpenOK("/en"+desk).Sees("Order to halt the project", why)
			h.As("demo-chief").OpenOK(desk).Press("事業の停止を命じる").WantStatus(200).Sees("停止命令中", "L28")
			h.Settle()

			staff := h.As("demo-staff").OpenOK(work).Sees("停止命令中", "事業の停止命令", why, "交付の条件に違反した", "是正の期限", "L28")
			if staff.HasButton("実績を報告する") || staff.HasButton("変更の承認を申請する") {
				t.Error("the project goes on while it is halted")
			}
			h.As("demo-staff").OpenOK("/en"+work).Sees("Halted by order", "Order to halt the project")
			h.As("demo-approver").OpenOK(work + "/check/remedy").Press("是正を報告する").WantStatus(422)
			staff.OpenOK(work+"/form/remedy/remedy").Fill("rm.on", "2026/10/14").Fill("rm.done", "すべての会場の表示を改めた。").Fill("rm.prevent", "発注前に表示案を確認する。").
				Press("保存して次へ").WantStatus(200)
			h.As("demo-officer").OpenOK(desk + "/application").SeesNot("すべての会場の表示を改めた。")
			h.As("demo-approver").OpenOK(work + "/check/remedy").Press("是正を報告する").WantStatus(200)
			h.Settle()

			h.As("demo-officer").OpenOK(desk + "/application").Sees("すべての会場の表示を改めた。")
			officer = h.As("demo-officer").OpenOK(desk).Sees("是正の確認中").OpenOK(desk + "/do/propose_lift")
			officer.Press("停止の解除を起案する").WantStatus(422)
			officer.Fill("comment", "写真ですべての会場を確認した。").Press("停止の解除を起案する").WantStatus(200)
			h.As("demo-staff").OpenOK(work).SeesNot("写真ですべての会場を確認した。")
			if h.As("demo-chief").OpenOK(desk).HasButton("事業の停止を命じる") {
				t.Error("a halt is offered where its lifting was proposed")
			}
			h.As("demo-chief").OpenOK(desk).Press("停止を解除する").WantStatus(200).Sees("L28b")
			h.As("demo-staff").OpenOK(work).Sees("停止を解除した", "写真ですべての会場を確認した。", "L28b")
			h.As("demo-staff").OpenOK(work+"/history").Sees("事業の停止を命じました", "是正を報告しました", "事業の停止を解除しました").SeesNot("起案")
			c, _, err := h.App.Cases.Get(t.Context(), cases.System, id)
			if err != nil || c.State != "running" || c.Resume != "" || c.Proceeding() != nil {
				t.Errorf("%s, goes on at %q (%v)", c.State, c.Resume, err)
			}

			// The example of the demonstration stands under an order.
			h.As("demo-staff").OpenOK("/work").Sees("（見本）地場家具のドバイ展示会", "停止命令中")
			if _, _, found, err := h.App.Cases.Verify(t.Context(), nil); err != nil || len(found) > 0 {
				t.Errorf("%v %v", found, err)
			}
		})
	}
}

// The examination of a report ends in an order: the officer drafts it, the approver gives it, the body reports again.
func TestAReportIsOrderedToBePutRight(t *testing.T) {
	for _, engine := range dbtest.Engines() {
		t.Run(engine, func(t *testing.T) {
			h := journey.Start(t, engine, autumn)
			id := office{t, h}.at("report_in").ID
			work, desk := "/work/cases/"+id, "/desk/cases/"+id
			const why = "成果品の冊子が配布されていない。配布して報告すること。"
			h.As("demo-officer").OpenOK(desk).Follow("是正命令を起案する").Fill("reasonClass", "条件不適合").Fill("comment", why).Fill("due", "2026/11/13").
				Press("是正命令を起案する").WantStatus(200).Sees("是正命令", why)
			h.As("demo-staff").OpenOK(work).SeesNot(why)
			h.As("demo-chief").OpenOK(desk).Press("是正を命じる").WantStatus(200).Sees("是正命令中", "L29")
			staff := h.As("demo-staff").OpenOK(work).Sees("是正命令中", why, "是正して報告する期限", "L29")
			staff.OpenOK(work+"/form/report/done").Fill("r.lesson", "配布先の名簿を先に作る。").Press("保存して次へ").WantStatus(200)
			h.As("demo-approver").OpenOK(work + "/check/report").Press("是正して実績報告を出し直す").WantStatus(200)
			h.As("demo-officer").OpenOK(desk).Sees("是正して報告された")
			h.As("demo-officer").OpenOK(desk + "/application").Sees("配布先の名簿を先に作る。")

			// An order that rests on a mistake is taken back, by two people too.
			h.As("demo-officer").OpenOK(desk+"/do/propose_order").Fill("reasonClass", "条件不適合").Fill("comment", "名簿がない。").Fill("due", "2026/11/13").Press("是正命令を起案する").WantStatus(200)
			h.As("demo-chief").OpenOK(desk).Press("是正を命じる").WantStatus(200)
			h.As("demo-officer").OpenOK(desk+"/do/propose_recall").Fill("comment", "名簿は提出されていた。").Press("是正命令の取消しを起案する").WantStatus(200)
			h.As("demo-chief").OpenOK(desk).Press("是正命令を取り消す").WantStatus(200).Sees("命令を取り消した")
			h.As("demo-staff").OpenOK(work).Sees("命令を取り消した", "名簿は提出されていた。")
		})
	}
}
