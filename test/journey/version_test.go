package journey_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/db/dbtest"
	"kakehashi/internal/programme"
	"kakehashi/test/browse"
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

// J03.2 on screen: an officer changes a rule of the call that is published, another person publishes it; drafts are told, submitted
// cases keep their version. The same by a file, with its mistakes named by line; past cases are judged by it before anybody decides.
func TestAnOfficerChangesARuleOfAPublishedCall(t *testing.T) {
	for _, engine := range dbtest.Engines() {
		t.Run(engine, func(t *testing.T) {
			h := journey.Start(t, engine, autumn)
			draft := stock(t, h, "（見本）下書き")
			const code = "/desk/programmes/economic-activity-grant"
			b := h.As("demo-officer").OpenOK(code).Follow("この版を直す").Sees("M-P01-02", "資金の供与だけの事業でないこと")
			base := versionOf.FindString(b.Path())
			b.Follow("M-P01-02").Fill("assert", `!(size(a.e.involv) == 1)`).Press("公開を依頼する").WantStatus(422)
			if b.Problem("assert") == "" || b.Value("assert") != `!(size(a.e.involv) == 1)` {
				t.Errorf("the mistake stands at no field: %q %q", b.Problem("assert"), b.Value("assert"))
			}
			b.Fill("assert", "").Press("公開を依頼する").WantStatus(422)
			b.Fill("assert", `size(a.e.involve) > 2`).Fill("message_ja", "関わりが足りません。").Press("公開を依頼する").WantStatus(422).Sees("例の結果が", "満たさない")
			for _, value := range b.Choices("expect") {
				b.Choose("expect", value)
			}
			b.Press("公開を依頼する").WantStatus(200).Sees("公開待ち", "厳格化", "2027.")
			proposal := versionOf.FindString(b.Path())
			if proposal == base || b.HasButton("この版を公開する") {
				t.Errorf("the author may publish, or nothing is new: %s", proposal)
			}

			b.Press("過去の案件で判定する").WantStatus(200)
			h.Settle()
			b.OpenOK(b.Path()).Sees("結果が変わる案件", "M-P01-02", "満たさない", "P01-2027-")
			b.OpenOK("/en"+b.Path()).Sees("Cases that come out otherwise", "does not hold").Open(code + proposal)
			p, err := h.App.Programmes.Current(t.Context(), "economic-activity-grant")
			if err != nil {
				t.Fatal(err)
			}
			b.Follow("申請者の画面で見る").Sees("申請者に見える画面", "事業名").OpenOK(b.Path() + "?example=" + url.QueryEscape(p.Examples[0].Name))
			if b.Value("p.title") == "" {
				t.Error("the form does not show the answers of the example")
			}

			status, header, text := b.Get(code + proposal + "/definition.yaml")
			if status != 200 || !strings.Contains(header.Get("Content-Disposition"), ".yaml") {
				t.Fatal(status, header)
			}
			b.OpenOK(code + proposal + "/revise")
			b.Press("読み込んで検算する").WantStatus(422).Sees("定義ファイルを選んでください")
			hand := func(text string) {
				b.OpenOK(code+proposal+"/revise").Attach("file", browse.Upload{Name: "p.yaml", Content: []byte(text)}).Press("読み込んで検算する")
			}
			hand(strings.Replace(string(text), "\nlead:", "\nlaed:", 1))
			b.WantStatus(422).Sees("定義に誤りが", "programme.yaml:", "lead")
			hand(string(text))
			b.WantStatus(422).Sees("同じ内容です")
			hand(strings.Replace(string(text), "programme: economic-activity-grant", "programme: exchange-grant", 1))
			b.WantStatus(422).Sees("のものではありません")
			hand(strings.Replace(string(text), "budget: 60000000", "budget: 61000000", 1))
			b.WantStatus(200).Sees("公開待ち", "61,000,000円")
			last := versionOf.FindString(b.Path())
			b.OpenOK(code + proposal).Sees("取りやめ") // the one it was made from gave way

			if status, _, _ := h.As("demo-chief").Get(code + last + "/revise"); status != 404 {
				t.Errorf("a chief edits: %d", status)
			}
			if status, _, _ := h.As("demo-branch").Get(code + last + "/definition.yaml"); status != 404 {
				t.Errorf("a branch takes a definition away: %d", status)
			}
			h.As("demo-chief").OpenOK(code + last).Press("この版を公開する").WantStatus(200).Sees("版を公開しました")
			if err := h.App.Cases.Tick(t.Context()); err != nil {
				t.Fatal(err)
			}
			h.As("demo-staff").OpenOK(draft).Sees("この制度の様式に新しい版があります")
			h.As("demo-officer").OpenOK("/desk/cases/" + submitted(t, h)).Sees("2027.2.0")
		})
	}
}

// submitted is a case of the demonstration that was submitted on the first version.
func submitted(t *testing.T, h *journey.House) string {
	t.Helper()
	found, err := h.App.Cases.List(t.Context(), cases.System, cases.Filter{States: []string{"hq_check"}, Limit: 1})
	if err != nil || len(found.Lines) == 0 {
		t.Fatal(found, err)
	}
	return found.Lines[0].ID
}
