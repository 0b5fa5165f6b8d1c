package app

import (
	"kakehashi/internal/cases"
	"kakehashi/internal/jp"
)

// demoAfterwards are the stories of what befalls a grant after its decision: a project halted by order until something is put right, a
// revocation of which the body is heard, and property whose disposal waits for approval. from is when the projects of the call began.
func demoAfterwards(from, today string) []demoStory {
	part := int64(600_000)
	return []demoStory{
		{title: "（見本）地場家具のドバイ展示会", until: "start", begun: true, then: []demoAct{
			{"demo-officer", "propose_halt", cases.Needs{ReasonClass: "条件違反", Due: jp.AddDays(today, 12),
				Comment: "会場の表示と配布物に、本助成を受けた事業であることの記載がない。表示を改め、改めたことの分かる写真を提出すること。"}},
			{"demo-chief", "suspend", cases.Needs{}}}},
		{title: "（見本）地酒の香港試飲会", until: "start", begun: true, then: []demoAct{
			{"demo-officer", "propose_notice", cases.Needs{Revoked: &part, ReasonClass: "目的外使用", Due: jp.AddDays(today, 14),
				Comment: "中間の聞き取りにおいて、会場使用料の一部が本事業とは別の催しに充てられていたことを確認した。"}},
			{"demo-chief", "notify_revocation", cases.Needs{}}}},
		{title: "（見本）製茶体験教室による台湾誘客", until: "bill", begun: true, ended: 65,
			said: map[string]any{"dp.number": 1, "dp.how": "譲渡", "dp.income": 180_000,
				"dp.reason": "体験教室の会場を移したため、移設できない揉捻機を市内の製茶組合へ有償で譲り渡します。",
				"r.assets":  []any{map[string]any{"item": "体験用の製茶揉捻機", "price": 880_000, "got": from, "place": "市産業交流館", "until": jp.AddDays(from, 5*365)}}},
			then: []demoAct{{"demo-finance", "pay", cases.Needs{}}, {"demo-officer", "close", cases.Needs{}}, {"demo-approver", "ask_disposal", cases.Needs{}}}}}
}
