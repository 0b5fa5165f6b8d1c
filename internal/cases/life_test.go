package cases_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
	"kakehashi/internal/letter"
)

// mails are the addresses that mails about a case were queued to, with the first words of the subject.
func (w *world) mails(id string) []string {
	w.t.Helper()
	w.must(w.s.Jobs.Drain(bg))
	list, err := db.List(bg, w.d.Read(), db.String, `SELECT recipient || ' ' || subject FROM mails WHERE case_id = $1 ORDER BY queued, id`, id)
	w.must(err)
	return list
}

// mailed fails the test unless a mail about the case went to an address with a subject that says what.
func (w *world) mailed(id, address, what string) {
	w.t.Helper()
	list := w.mails(id)
	if !slices.ContainsFunc(list, func(m string) bool { return strings.Contains(m, address) && strings.Contains(m, what) }) {
		w.t.Errorf("no mail to %s saying %s among %q", address, what, list)
	}
}

// letter is the newest letter of a kind, as the auditor reads it.
func (w *world) letter(id, kind string) cases.Letter {
	w.t.Helper()
	list, err := w.s.LettersOf(bg, auditor, id)
	w.must(err)
	for _, l := range list {
		if l.Kind == kind {
			return l
		}
	}
	w.t.Fatalf("no letter %s", kind)
	return cases.Letter{}
}

// words is everything a letter says, one line each.
func words(d letter.Document) string {
	lines := append([]string{d.Number, d.Title, d.Date}, d.To...)
	lines = append(append(lines, d.From...), d.Body...)
	for _, i := range d.Items {
		lines = append(append(lines, i.Label+"："+i.Value, i.Calc), i.List...)
	}
	return strings.Join(append(lines, d.Desk, d.Receipt), "\n")
}

func says(t *testing.T, l cases.Letter, parts ...string) {
	t.Helper()
	text := words(l.Document)
	for _, p := range parts {
		if !strings.Contains(text, p) {
			t.Errorf("%s does not say %q:\n%s", l.Kind, p, text)
		}
	}
}

var reported = map[string]any{
	"r.period": map[string]any{"from": "2027-04-01", "to": "2027-11-30"}, "r.result": "見本市に出展し、商談を行った。",
	"r.kpi":          []any{map[string]any{"name": "商談件数", "unit": "件", "target": "30", "actual": "34"}},
	"r.participants": 320, "r.lesson": "出展の準備を早めるとよい。", "r.publish": "可", "r.evidence": true,
	"r.cost.lines": []any{
		map[string]any{"item": "委託料", "detail": "出展の委託", "where": "abroad", "qty": 1, "unit": 7000000, "amount": 7000000, "eligible": true, "ordered": "2027-05-01", "paid": "2027-12-20"},
		map[string]any{"item": "旅費", "detail": "職員の旅費", "where": "abroad", "qty": 2, "unit": 1250000, "amount": 2500000, "eligible": true, "ordered": "2027-05-01", "paid": "2027-10-20"},
		map[string]any{"item": "需用費", "detail": "土産", "where": "jp", "qty": 1, "unit": 80000, "amount": 80000, "eligible": false, "reason": "対象外"},
	},
}

var bank = map[string]any{"code": "0144", "branch": "102", "kind": "普通", "number": "7654321", "holder_kana": "ナナオシカイケイカンリシャ"}

func TestAGrantLivesFromTheFirstWordToTheLastYen(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		town, boss, desk, hq, head := staff(nanao), approver(nanao), branch("17"), officer("keishin"), chief("keishin")

		// 1. The sums show at once, and the rules they rest on.
		c := w.filled(town, grant, nil)
		_, p, err := w.s.Get(bg, town, c.ID)
		w.must(err)
		e, err := w.s.Evaluate(bg, c, p, "application")
		w.must(err)
		if e.Amounts["maxGrant"] != 5000000 || e.Amounts["cost.eligible"] != 12000000 || e.Verdict != "eligible" {
			t.Fatalf("evaluation: %v %s %v", e.Amounts, e.Verdict, failing(e))
		}
		if len(e.Steps) == 0 || e.Steps[len(e.Steps)-1].Basis == "" || !strings.Contains(e.Steps[len(e.Steps)-1].Text.JA, "5,000,000円") {
			t.Errorf("steps: %+v", e.Steps)
		}
		if c.Number != "" || c.Phase != 0 || c.Due != "2026-10-31" {
			t.Errorf("draft: number %q phase %d due %s", c.Number, c.Phase, c.Due)
		}

		// 3. Asked by one, submitted by another.
		w.do(town, c.ID, "ask_approval", cases.Needs{})
		w.mailed(c.ID, "lg."+nanao+".r04@example.jp", "")
		if _, err := w.trySave(town, c.ID, map[string]any{"p.title": "書き換え"}, 0); err == nil {
			t.Error("a form that waits for approval can be changed")
		}
		same := who(town.Person, account.RoleApprover, "lg:"+nanao)
		_, err = w.try(same, c.ID, "submit", cases.Needs{})
		wants(t, fault.Refused, "the asker submits", err)
		w.moveTo("2026-10-14 16:12:30")
		c = w.do(boss, c.ID, "submit", cases.Needs{})
		arrival := c.Submitted
		if c.Number != "P01-2027-00001" || c.State != "branch_check" || c.Requested != 5000000 || c.Due != "2026-10-21" {
			t.Fatalf("submitted: %s %s %d due %s", c.Number, c.State, c.Requested, c.Due)
		}
		if c.Submitter != boss.Person || c.Evaluation == nil || c.Evaluation.Verdict != "eligible" {
			t.Errorf("submitter %s evaluation %+v", c.Submitter, c.Evaluation)
		}
		l01 := w.letter(c.ID, "L01")
		says(t, l01, "受付通知", "P01-2027-00001", "令和8年10月14日 16時12分", "七尾市長", "金5,000,000円", "見積書.pdf", "SHA-256 ", "伝統工芸のパリ展開", "見本協会")
		if l01.Number != "" {
			t.Errorf("L01 takes no 文書番号: %s", l01.Number)
		}
		w.mailed(c.ID, "branch.17.r05@example.jp", "対応をお願いする案件")
		w.mailed(c.ID, "kanko@city.example.jp", "")
		_, err = w.trySave(town, c.ID, map[string]any{"p.title": "書き換え"}, 0)
		wants(t, fault.Invalid, "the form is locked", err)

		// 4. The branch returns it with two remarks.
		w.moveTo("2026-10-19 10:00")
		c = w.do(desk, c.ID, "branch_return", cases.Needs{Due: "2026-10-26", Comment: "お手数ですが補正をお願いします。", Remarks: []cases.Remark{
			{Field: "p.content", Kind: "不足", Text: "実施の時期を書いてください。"}, {Field: "e.target", Kind: "誤り", Text: "対象を確かめてください。"}}})
		if c.State != "returned" || c.Due != "2026-10-26" {
			t.Errorf("returned: %s due %s", c.State, c.Due)
		}
		says(t, w.letter(c.ID, "L09"), "補正依頼", "令和8年10月26日", "「内容」（不足）：実施の時期を書いてください。", "「ターゲット市場・顧客」（誤り）", "石川県支部")
		w.mailed(c.ID, "lg."+nanao+".r03@example.jp", "")
		c = w.get(town, c.ID)
		if got := c.Editable(p, town); !slices.Equal(got, []string{"p.content", "e.target"}) {
			t.Errorf("open for correction: %v", got)
		}
		if r := c.Correction(); r == nil || string(r.Was["e.target"]) != `"フランスの生活雑貨の卸売事業者"` || r.Message == "" {
			t.Errorf("the return keeps what the fields held: %+v", c.Correction())
		}
		_, err = w.trySave(town, c.ID, map[string]any{"p.title": "別の事業"}, 0)
		wants(t, fault.Invalid, "a field that was not named", err)
		w.save(town, c.ID, map[string]any{"p.content": "5月に募集、9月に出展、11月に商談会を開く。", "e.target": "フランスの卸売事業者"})
		_, err = w.try(boss, c.ID, "resubmit", cases.Needs{})
		wants(t, fault.Invalid, "a correction without the confirmation", err)
		w.moveTo("2026-10-26 23:59:59")
		c = w.do(boss, c.ID, "resubmit", cases.Needs{Corrected: true})
		if c.State != "branch_check" || !c.Submitted.Equal(arrival) || c.Number != "P01-2027-00001" || c.Correction() != nil {
			t.Errorf("resubmitted: %s arrival %v number %s", c.State, c.Submitted, c.Number)
		}

		// 5. Forwarded with an opinion; checked; scored; ranked; proposed; decided by another.
		w.moveTo("2026-11-02 10:00")
		c = w.do(desk, c.ID, "forward", cases.Needs{Opinion: "地域の産業に資する。"})
		l10 := w.letter(c.ID, "L10")
		says(t, l10, "地域の産業に資する。", "石川県支部", "理事長", "令和8年10月14日", "見積書.pdf")
		if l10.Addressee != "hq" {
			t.Errorf("L10 goes to %s", l10.Addressee)
		}
		w.mailed(c.ID, "hq.keishin.r06@example.jp", "対応をお願いする案件")
		c = w.get(hq, c.ID)
		if c.State != "hq_check" || c.Opinion == nil || c.Opinion.Text != "地域の産業に資する。" || c.Due != "2026-11-17" {
			t.Errorf("at HQ: %s due %s %+v", c.State, c.Due, c.Opinion)
		}
		n := w.checklist(c.ID)
		n.Checklist = n.Checklist[1:]
		_, err = w.try(hq, c.ID, "accept", n)
		wants(t, fault.Invalid, "a checklist with a gap", err)
		c = w.do(hq, c.ID, "accept", w.checklist(c.ID))
		neighbour := judge(3)
		neighbour.Home = kanazawa // same prefecture
		w.must(w.s.Assign(bg, hq, c.ID, []account.Who{judge(1), judge(2), neighbour}))
		if m := w.full(c.ID).Member(neighbour.Person); m == nil || m.Interest == "" {
			t.Errorf("the member from the same prefecture has no interest: %+v", m)
		}
		wants(t, fault.Missing, "a member with an interest scores", w.s.Score(bg, neighbour, c.ID, map[string]int{}, nil))
		w.score(judge(1), c.ID, 5, 4, 4, 4, 3)
		w.score(judge(2), c.ID, 4, 4, 5, 4, 4)
		_, err = w.try(hq, c.ID, "rank", cases.Needs{})
		wants(t, fault.Refused, "ranking with two members", err)
		w.must(w.s.Assign(bg, hq, c.ID, []account.Who{judge(4)}))
		w.score(judge(4), c.ID, 4, 4, 4, 4, 4)
		c = w.do(hq, c.ID, "rank", cases.Needs{})
		if c.ScoresHash == "" || c.Mean(p.Screening) != 823 {
			t.Errorf("frozen %q mean %d", c.ScoresHash, c.Mean(p.Screening))
		}
		amount := int64(4000000)
		for _, bad := range []int64{0, -1000, 5001000, 3999500} {
			_, err = w.try(hq, c.ID, "propose", cases.Needs{Amount: &bad, Comment: "起案"})
			wants(t, fault.Invalid, "a bad amount", err)
		}
		both := who(hq.Person, account.RoleChief, "hq:keishin")
		c = w.do(hq, c.ID, "propose", cases.Needs{Amount: &amount, Comment: "上位のため。", Conditions: []string{"成果を他の自治体に公開すること。"}})
		w.mailed(c.ID, "hq.keishin.r07@example.jp", "対応をお願いする案件")
		_, err = w.try(both, c.ID, "approve", cases.Needs{})
		wants(t, fault.Refused, "the drafter approves", err)
		w.moveTo("2027-03-12 11:00")
		c = w.do(head, c.ID, "approve", cases.Needs{})
		says(t, w.letter(c.ID, "L02"), "自国経第1号", "金4,000,000円", "七尾市長", "成果を他の自治体に公開すること。", "令和9年3月26日までに申請を取り下げる", "令和9年4月1日から令和10年2月20日まで",
			"審査により 4,000,000円", "20パーセント", "30日以内又は令和10年3月20日", "5年間")
		if b, err := w.s.Ledger.Balance(bg, grant, 2027); err != nil || b.Committed != 4000000 || b.Available() != 56000000 {
			t.Errorf("budget: %+v %v", b, err)
		}
		if c.Decided != 4000000 || c.DecidedOn != "2027-03-12" || c.WithdrawBy != "2027-03-26" {
			t.Errorf("decided %d on %s, withdraw by %s", c.Decided, c.DecidedOn, c.WithdrawBy)
		}
		w.mailed(c.ID, "kanko@city.example.jp", "")

		// The project starts with the clock; a change is approved.
		w.moveTo("2027-04-01 00:20")
		w.must(w.s.Tick(bg))
		if c = w.get(town, c.ID); c.State != "running" {
			t.Fatalf("after 1 April: %s", c.State)
		}
		w.moveTo("2027-08-02 10:00")
		w.save(town, c.ID, map[string]any{"ch.kind": []any{"期間", "経費配分"}, "ch.reason": "見本市の会期が延びたため。", "ch.before": "2月20日まで", "ch.after": "2月28日まで",
			"ch.period": map[string]any{"from": "2027-04-01", "to": "2028-02-28"},
			"ch.cost.lines": []any{map[string]any{"item": "委託料", "detail": "出展", "where": "abroad", "qty": 1, "unit": 8000000, "amount": 8000000, "eligible": true},
				map[string]any{"item": "役務費", "detail": "輸送", "where": "jp", "qty": 1, "unit": 2000000, "amount": 2000000, "eligible": true}}})
		c = w.do(boss, c.ID, "ask_change", cases.Needs{})
		c = w.do(hq, c.ID, "propose_change", cases.Needs{Comment: "変更を認める。"})
		_, err = w.try(both, c.ID, "approve_change", cases.Needs{})
		wants(t, fault.Refused, "the drafter approves the change", err)
		c = w.do(head, c.ID, "approve_change", cases.Needs{})
		says(t, w.letter(c.ID, "L04"), "自国経第1号", "令和9年8月2日付け", "令和10年2月28日まで", "変更前", "変更後", "実施期間")
		c = w.get(town, c.ID)
		if got := c.Answers()["p.period"]; got != (form.Period{From: "2027-04-01", To: "2028-02-28"}) || c.Answers()["ch.reason"] != nil || c.State != "running" {
			t.Errorf("after the change: %v %v %s", got, c.Answers()["ch.reason"], c.State)
		}
		if c.Due != "2028-03-20" {
			t.Errorf("report due %s", c.Due)
		}

		// 6. Report, check, fixed amount, bill, payment.
		w.moveTo("2028-02-29 00:20")
		w.must(w.s.Tick(bg))
		if c = w.get(town, c.ID); c.State != "report_due" {
			t.Fatalf("after the end: %s", c.State)
		}
		w.moveTo("2028-03-10 10:00")
		_, err = w.try(boss, c.ID, "report", cases.Needs{})
		if _, ok := err.(*cases.Incomplete); !ok {
			t.Errorf("an empty report: %v", err)
		}
		w.save(town, c.ID, reported)
		for rule, period := range map[string]map[string]any{
			"M-G-13": {"from": "2027-04-01", "to": "2028-03-11"}, // ends tomorrow
			"M-G-14": {"from": "2027-03-31", "to": "2028-01-31"}, // began before what the grant covers
		} {
			w.save(town, c.ID, map[string]any{"r.period": period})
			_, err = w.try(boss, c.ID, "report", cases.Needs{})
			open, ok := err.(*cases.Incomplete)
			if !ok || len(failing(open.Evaluation)) != 1 || !strings.HasPrefix(failing(open.Evaluation)[0], rule+"=fail") {
				t.Errorf("a report of %v: %v", period, err)
			}
		}
		w.save(town, c.ID, map[string]any{"r.period": map[string]any{"from": "2027-04-01", "to": "2028-03-10"}}) // today, the last day possible
		c = w.do(boss, c.ID, "report", cases.Needs{})
		for name, bad := range map[string][]cases.Admit{
			"a row missing":           {{Row: 0, Amount: 7000000}, {Row: 1, Amount: 2500000}},
			"more than claimed":       {{Row: 0, Amount: 7000001}, {Row: 1, Amount: 2500000}, {Row: 2, Amount: 80000}},
			"less without a reason":   {{Row: 0, Amount: 7000000}, {Row: 1, Amount: 2000000}, {Row: 2, Amount: 80000}},
			"the same row twice":      {{Row: 0, Amount: 7000000}, {Row: 0, Amount: 2500000}, {Row: 2, Amount: 80000}},
			"a negative amount":       {{Row: 0, Amount: -1, Reason: "誤り"}, {Row: 1, Amount: 2500000}, {Row: 2, Amount: 80000}},
			"a row that is not there": {{Row: 0, Amount: 7000000}, {Row: 1, Amount: 2500000}, {Row: 3, Amount: 80000}},
		} {
			_, err = w.try(hq, c.ID, "check_report", cases.Needs{Comment: "確認", Admitted: bad})
			wants(t, fault.Invalid, name, err)
		}
		admitted := []cases.Admit{{Row: 0, Amount: 7000000}, {Row: 1, Amount: 2000000, Reason: "宿泊の上限を超える分を除く。"}, {Row: 2, Amount: 0, Reason: "対象外"}}
		if got := w.get(hq, c.ID).Settlement(p, admitted); got.Fixed != 4000000 || len(got.Flags) != 0 {
			t.Errorf("settlement: %+v", got)
		}
		c = w.do(hq, c.ID, "check_report", cases.Needs{Comment: "証拠書類を確認した。", Admitted: admitted})
		_, err = w.try(both, c.ID, "fix", cases.Needs{})
		wants(t, fault.Refused, "the checker fixes", err)
		w.moveTo("2028-03-24 10:00")
		c = w.do(head, c.ID, "fix", cases.Needs{})
		says(t, w.letter(c.ID, "L05"), "自国経第2号", "令和10年3月10日付け", "令和9年3月12日付け自国経第1号", "金4,000,000円", "9,000,000円", "令和10年4月3日までに請求書")
		if c.Fixed != 4000000 || c.ToReturn != 0 || c.Due != "2028-04-03" {
			t.Errorf("fixed %d return %d due %s", c.Fixed, c.ToReturn, c.Due)
		}
		w.moveTo("2028-03-28 10:00")
		w.save(town, c.ID, map[string]any{"bill.amount": 4000000, "bill.date": "2028-03-28", "bank": bank})
		c = w.do(boss, c.ID, "bill", cases.Needs{})
		if c.Due != "2028-04-27" || c.Holder != "finance" {
			t.Errorf("bill: due %s holder %s", c.Due, c.Holder)
		}
		w.moveTo("2028-04-14 10:00")
		_, err = w.try(finance, c.ID, "pay", cases.Needs{PayDate: "2028-04-15"})
		wants(t, fault.Invalid, "a payment tomorrow", err)
		_, err = w.try(finance, c.ID, "pay", cases.Needs{PayDate: "2028-03-27"})
		wants(t, fault.Invalid, "a payment before the bill", err)
		_, err = w.try(finance, c.ID, "pay", cases.Needs{PayDate: "2028-13-01"})
		wants(t, fault.Invalid, "no day at all", err)
		c = w.do(finance, c.ID, "pay", cases.Needs{PayDate: "2028-04-14", Reference: "F-1"})
		says(t, w.letter(c.ID, "L08"), "金4,000,000円", "令和10年4月14日", "請求書で指定された口座", "令和10年3月28日付け")
		for _, told := range []string{"7654321", "321", "ナナオシカイケイ"} { // bank data are for finance and the body; every reader of the case reads its letters
			if strings.Contains(words(w.letter(c.ID, "L08").Document), told) {
				t.Errorf("L08 tells %q of the account", told)
			}
		}
		if b, err := w.s.Ledger.Balance(bg, grant, 2027); err != nil || b.Committed != 0 || b.Settled != 4000000 || b.Spent() != 4000000 {
			t.Errorf("budget: %+v %v", b, err)
		}
		c = w.do(hq, c.ID, "close", cases.Needs{})
		if c.State != "closed" || !c.Ended || c.Due != "" {
			t.Errorf("closed: %s %v %q", c.State, c.Ended, c.Due)
		}

		// 7. Everybody sees the project, with the public fields only.
		list, next, err := w.s.Adopted(bg, "", 0, "", false)
		w.must(err)
		if len(list) != 1 || next != "" || list[0].Title != "伝統工芸のパリ展開" || list[0].Decided != 4000000 || list[0].Org != "七尾市" {
			t.Fatalf("adopted: %+v", list)
		}
		for _, f := range list[0].Fields {
			if !f.Field.Public {
				t.Errorf("%s is published", f.Field.Key)
			}
		}
		if text := fmt.Sprint(list); strings.Contains(text, "kanko@city") || strings.Contains(text, "7654321") {
			t.Error("the public list shows contacts or bank data")
		}

		// The papers: every letter was made, and kept as it went out.
		w.must(w.s.Jobs.Drain(bg))
		letters, err := w.s.LettersOf(bg, town, c.ID)
		w.must(err)
		var kinds []string
		for _, l := range letters {
			kinds = append(kinds, l.Kind)
			b, _, err := w.s.PDF(bg, town, l.ID, false)
			w.must(err)
			if !bytes.HasPrefix(b, []byte("%PDF-")) {
				t.Errorf("%s is no PDF", l.Kind)
			}
			if again, _, err := w.s.PDF(bg, town, l.ID, true); err != nil || bytes.Equal(again, b) {
				t.Errorf("the copy of %s is not marked: %v", l.Kind, err)
			}
		}
		slices.Sort(kinds)
		if !slices.Equal(kinds, []string{"L01", "L02", "L04", "L05", "L08", "L09"}) {
			t.Errorf("the body's letters: %v", kinds)
		}
		w.verified()
	})
}
