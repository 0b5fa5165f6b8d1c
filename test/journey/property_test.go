package journey_test

import (
	"testing"

	"kakehashi/internal/cases"
	"kakehashi/internal/db/dbtest"
	"kakehashi/test/journey"
)

// Property a grant had bought is sold: the body asked, an officer proposes, the approver approves, and what the sale brings in comes back
// whole before the case ends. The body sees its duties until then.
func TestPropertyIsSoldWithApprovalAndItsIncomeComesBack(t *testing.T) {
	for _, engine := range dbtest.Engines() {
		t.Run(engine, func(t *testing.T) {
			h := journey.Start(t, engine, autumn)
			id := office{t, h}.at("disposal_asked").ID
			work, desk := "/work/cases/"+id, "/desk/cases/"+id
			state := func() *cases.Case {
				t.Helper()
				c, _, err := h.App.Cases.Get(t.Context(), cases.System, id)
				if err != nil {
					t.Fatal(err)
				}
				return c
			}
			h.As("demo-staff").OpenOK("/work").Sees("体験用の製茶揉捻機", "財産処分の確認中")
			h.As("demo-officer").OpenOK(desk+"/application").Sees("財産処分承認申請書", "譲渡", "180,000")
			officer := h.As("demo-officer").OpenOK(desk + "/do/propose_disposal").Press("財産処分の承認を起案する").WantStatus(422)
			officer.Fill("comment", "会場の移転によるやむを得ない譲渡で、価格も相当である。").Press("財産処分の承認を起案する").WantStatus(200).Sees("財産処分の承認")
			if officer.HasButton("財産の処分を承認する") {
				t.Error("the drafter approves")
			}
			h.As("demo-staff").OpenOK(work).SeesNot("やむを得ない譲渡")
			h.As("demo-chief").OpenOK(desk).Press("財産の処分を承認する").WantStatus(200).Sees("L30")
			h.Settle()
			if c := state(); c.State != "return_due" || c.Claim() == nil || c.Claim().Amount != 180_000 || len(c.Disposals) != 1 {
				t.Fatalf("%s %+v %+v", c.State, c.Claim(), c.Disposals)
			}
			h.As("demo-staff").OpenOK(work).Sees("180,000円", "L30")
			h.As("demo-staff").OpenOK("/work").SeesNot("体験用の製茶揉捻機")

			h.As("demo-finance").OpenOK("/desk/money/returns").Sees("財産の処分による収入の返還請求", "180,000")
			h.As("demo-finance").OpenOK(desk + "/payments").Sees("財産の処分による収入の返還請求")
			finance := h.As("demo-finance").OpenOK(desk + "/do/receive_return")
			finance.Fill("received", "180,001").Fill("payDate", "2026/10/14").Press("返還の入金を記録する").WantStatus(422)
			finance.Fill("received", "80,000").Press("返還の入金を記録する").WantStatus(200)
			if c := state(); c.State != "return_due" {
				t.Errorf("%s with a part of it", c.State)
			}
			h.As("demo-finance").OpenOK(desk+"/do/receive_return").Fill("received", "100,000").Fill("payDate", "2026/10/14").Press("返還の入金を記録する").WantStatus(200)
			if c := state(); c.State != "paid" || c.Claim() != nil {
				t.Errorf("%s, still owed %+v", c.State, c.Claim())
			}
			h.As("demo-officer").OpenOK(desk).Press("案件を完了する").WantStatus(200)
			h.As("demo-staff").OpenOK("/en" + work).Sees("Approval of the disposal of property")
			if c := state(); c.State != "closed" {
				t.Errorf("%s", c.State)
			}
			if _, _, found, err := h.App.Cases.Verify(t.Context(), nil); err != nil || len(found) > 0 {
				t.Errorf("%v %v", found, err)
			}
		})
	}
}
