package journey_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"kakehashi/internal/account"
	"kakehashi/internal/db/dbtest"
	"kakehashi/internal/programme"
	"kakehashi/test/journey"
)

// publish puts a changed version of the economic grant's open call in force, proposed by one person and published by another.
func publish(t *testing.T, h *journey.House, version string, change func(*programme.Definition)) {
	t.Helper()
	p, err := h.App.Programmes.Current(t.Context(), "economic-activity-grant")
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(p.Definition)
	if err != nil {
		t.Fatal(err)
	}
	var d programme.Definition
	if err := json.Unmarshal(b, &d); err != nil {
		t.Fatal(err)
	}
	d.Version, d.Hash, d.Examples = version, "", nil // examples speak of the version they belong to
	change(&d)
	hq := func(role account.Role) account.Who {
		return account.Who{Person: string(role), Name: string(role), Hat: account.Hat{Role: role, Body: "hq:" + d.Section}}
	}
	hash, issues, err := h.App.Programmes.Propose(t.Context(), hq(account.RoleOfficer), d)
	if err != nil {
		t.Fatal(issues, err)
	}
	if err := h.App.Programmes.Publish(t.Context(), hq(account.RoleChief), hash); err != nil {
		t.Fatal(err)
	}
}

// J03.2: a compatible change reaches drafts by choice or by itself, and the body is told what changed; a stricter one is offered, and
// who stays submits on the version the draft began with, until its close.
func TestADraftFollowsTheVersionsOfItsCall(t *testing.T) {
	for _, engine := range dbtest.Engines() {
		t.Run(engine, func(t *testing.T) {
			h := journey.Start(t, engine, autumn)
			chosen, alone, stays := stock(t, h, "（見本）選ぶ"), stock(t, h, "（見本）自動"), ""
			publish(t, h, "2027.2.1", func(d *programme.Definition) { d.Call.Closes = "2026-11-20" })

			b := h.As("demo-staff").OpenOK(chosen).Sees("この制度の様式に新しい版があります", "11月20日", "自動で移り")
			b.OpenOK("/en"+chosen).Sees("There is a newer version of these forms", "20 Nov").OpenOK(chosen)
			b.Press("新しい版に移す").WantStatus(200).Sees("新しい版の様式へ移りました", "11月20日").SeesNot("新しい版があります")
			if err := h.App.Cases.Tick(t.Context()); err != nil {
				t.Fatal(err)
			}
			h.Settle()
			b.OpenOK(alone).Sees("新しい版の様式へ移りました", "11月20日", "変わった点に関わる項目を確かめて").SeesNot("新しい版があります")
			b.OpenOK("/en"+alone).Sees("moved to a newer version", "20 Nov")
			b.OpenOK("/notices").Sees("下書きを新しい版に移しました")
			b.OpenOK(alone + "/form/application/cost").Sees("5,000,000円")

			stays = stock(t, h, "（見本）残る")
			publish(t, h, "2027.3.0", func(d *programme.Definition) {
				d.Params["minEligibleExclusive"] = 30_000_000
				d.Call.Closes = "2026-11-30"
			})
			if err := h.App.Cases.Tick(t.Context()); err != nil {
				t.Fatal(err)
			}
			b.OpenOK(stays).Sees("新しい版があります", "今の版のまま提出することもできます", "30,000,000")
			b.OpenOK("/en"+stays).Sees("you may also submit on the present version", "30,000,000")
			b.OpenOK(alone).Press("新しい版に移す").WantStatus(200).OpenOK(alone + "/check/application").Sees("以下の事業は対象外です")
			b.OpenOK(stays + "/check/application").Press("承認を依頼する").WantStatus(200)
			h.As("demo-approver").OpenOK(stays + "/check/application").Press("提出する").WantStatus(200).WantTitle("提出しました")
			h.As("demo-officer").OpenOK("/desk/cases?q=" + numberOf.FindString(h.As("demo-staff").OpenOK(stays).Text()))

			// The close of the version that a draft is on holds, also when a newer one is open longer.
			late := chosen
			h.At(autumn.AddDate(0, 0, 38)) // 21 November: the second version has closed, the third has not
			if status, _, page := h.As("demo-approver").Post(late+"/do/submit", map[string][]string{"token": {"late"}}); status == 303 || !strings.Contains(string(page), "受付期間") && status != 404 {
				t.Errorf("a draft is submitted after the close of its version: %d %s", status, page)
			}
		})
	}
}

// stock is a complete draft of the demonstration's body.
func stock(t *testing.T, h *journey.House, title string) string {
	t.Helper()
	ids, err := h.App.MoreDemo(t.Context(), "draft", 1)
	if err != nil {
		t.Fatal(err)
	}
	at := fmt.Sprintf("/work/cases/%s", ids[0])
	h.As("demo-staff").OpenOK(at+"/form/application/project").Fill("事業名", title).Press("下書きを保存").WantStatus(200)
	return at
}
