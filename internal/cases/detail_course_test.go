package cases_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/db"
	"kakehashi/internal/fault"
	"kakehashi/internal/form"
	"kakehashi/internal/jp"
	"kakehashi/internal/ledger"
	"kakehashi/internal/programme"
)

// A change of up to 20 % between categories needs no approval; beyond it approval is asked for before acting; a stop has its own letter
// and gives the money back. An approved change makes the award anew: answers, letter and due day follow; the decided sum and the letter
// of the decision stay what they were.
func TestDetail04AmendmentThresholdsAndAnApprovedChangeMakesTheAwardAnew(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.running(4000000)
		p := w.programme(grant)
		was := w.letter(c.ID, "L02")
		change := func(first, second int64) map[string]string {
			t.Helper()
			w.save(staff(nanao), c.ID, map[string]any{"ch.kind": []any{"経費配分"}, "ch.reason": "出展料が変わったため。", "ch.before": "当初の配分", "ch.after": "見直した配分",
				"ch.period": map[string]any{"from": "2027-04-01", "to": "2027-12-10"}, "ch.cost.lines": []any{
					map[string]any{"item": "委託料", "detail": "出展", "where": "abroad", "qty": 1, "unit": first, "amount": first, "eligible": true},
					map[string]any{"item": "役務費", "detail": "輸送", "where": "jp", "qty": 1, "unit": second, "amount": second, "eligible": true}}})
			e, err := w.s.Evaluate(bg, w.get(staff(nanao), c.ID), p, "change")
			w.must(err)
			out := map[string]string{}
			for _, r := range e.Rules {
				out[r.ID] = r.Outcome
			}
			return out
		}
		plan := map[string]int64{}
		rows, _ := c.Answers()["cost.lines"].([]form.Row)
		var total int64
		for _, r := range rows {
			if yes, _ := r["eligible"].(bool); yes {
				n, _ := form.Amount(r)
				plan[r["item"].(string)] += n
				total += n
			}
		}
		if got := change(total, 0)["M-G-01"]; got != programme.Pass {
			t.Errorf("the same total: %s", got)
		}
		if got := change(total*12/10, 0)["M-G-01"]; got != programme.Pass {
			t.Errorf("20 %% more of the total needs no approval: %s", got)
		}
		if got := change(total*12/10+1, 0)["M-G-01"]; got != programme.Fail {
			t.Errorf("a yen beyond 20 %%: %s", got)
		}
		if got := change(total*8/10-1, 0)["M-G-01"]; got != programme.Fail {
			t.Errorf("a yen below 80 %%: %s", got)
		}
		w.do(approver(nanao), c.ID, "ask_change", cases.Needs{})
		if before := w.full(c.ID).Answers()["p.period"]; before == (form.Period{From: "2027-04-01", To: "2027-12-10"}) {
			t.Error("the award changed before anybody approved")
		}
		w.do(officer("keishin"), c.ID, "propose_change", cases.Needs{Comment: "変更を認める。"})
		_, err := w.try(who(officer("keishin").Person, "R07", "hq:keishin"), c.ID, "approve_change", cases.Needs{})
		wants(t, fault.Refused, "the drafter approves", err)
		c = w.do(chief("keishin"), c.ID, "approve_change", cases.Needs{})
		if got := w.full(c.ID); got.Answers()["p.period"] != (form.Period{From: "2027-04-01", To: "2027-12-10"}) || got.Due != "2028-01-09" || got.Decided != 4000000 {
			t.Errorf("after the change: %v due %s decided %d", got.Answers()["p.period"], got.Due, got.Decided)
		}
		says(t, w.letter(c.ID, "L04"), "変更前", "変更後")
		if now := w.letter(c.ID, "L02"); now.ID != was.ID || words(now.Document) != words(was.Document) {
			t.Error("the letter of the decision was rewritten")
		}
		if b := w.balance(grant); b.Committed != 4000000 {
			t.Errorf("%+v", b)
		}
		w.save(staff(nanao), c.ID, map[string]any{"st.date": "2026-10-10", "st.reason": "相手先の都合により実施できなくなったため。", "st.costs": 0})
		w.do(approver(nanao), c.ID, "ask_stop", cases.Needs{})
		w.do(chief("keishin"), c.ID, "approve_stop", cases.Needs{})
		says(t, w.letter(c.ID, "L06"), "中止（廃止）承認通知書")
		if b := w.balance(grant); b.Committed != 0 {
			t.Errorf("stopped: %+v", b)
		}
		w.verified()
	})
	each(t, func(t *testing.T, w *world) { // an accident or a delay is reported at once, and headquarters says what to do
		c := w.running(4000000)
		was := c.Due
		_, err := w.try(approver(nanao), c.ID, "report_accident", cases.Needs{})
		if inc, ok := err.(*cases.Incomplete); !ok || inc.Form != "accident" {
			t.Errorf("an empty report: %v", err)
		}
		delay := map[string]any{"ac.kind": "遅延", "ac.on": "2027-06-01", "ac.what": "会場が使えなくなった。", "ac.effect": "商談会が2か月遅れる。", "ac.measures": "代わりの会場を押さえた。"}
		w.save(staff(nanao), c.ID, delay)
		if _, err = w.try(approver(nanao), c.ID, "report_accident", cases.Needs{}); err == nil {
			t.Error("a delay without the day on which it will end")
		}
		w.save(staff(nanao), c.ID, map[string]any{"ac.until": "2028-02-10"})
		c = w.do(approver(nanao), c.ID, "report_accident", cases.Needs{})
		if c.State != "accident_in" || c.Holder != "officer" {
			t.Fatalf("%s with %s", c.State, c.Holder)
		}
		_, err = w.try(officer("keishin"), c.ID, "answer_accident", cases.Needs{})
		wants(t, fault.Invalid, "nothing is said", err)
		c = w.do(officer("keishin"), c.ID, "answer_accident", cases.Needs{Comment: "期間の変更を申請してください。"})
		if c.State != "running" || c.Due != was {
			t.Errorf("%s due %s, was due %s", c.State, c.Due, was)
		}
		if !strings.Contains(w.reads(staff(nanao), c.ID), "期間の変更を申請してください。") {
			t.Error("the body does not read what it has to do")
		}
		if !slices.ContainsFunc(w.mails(c.ID), func(m string) bool { return strings.Contains(m, "事故・遅延の報告について指示") }) {
			t.Errorf("the body was not told: %q", w.mails(c.ID))
		}
		w.verified()
	})
}

// A return names its fields, a kind of reason for each and a due day; the clock stops, nothing advances while it is pending, only the
// named fields are open, resubmitting keeps what they held before, and earlier approvals are void.
func TestDetail05ReturnForCorrectionStopsTheClockBlocksAndShowsTheDifference(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.forwarded(nanao, grant, nil)
		p := w.programme(grant)
		hq := officer("keishin")
		remark := cases.Remark{Field: "p.content", Kind: "不足", Text: "実施の時期を書いてください。"}
		for what, n := range map[string]cases.Needs{"no field": {Due: "2026-10-20"}, "no due day": {Remarks: []cases.Remark{remark}},
			"no words": {Due: "2026-10-20", Remarks: []cases.Remark{{Field: "p.content", Kind: "不足"}}}, "a kind nobody knows": {Due: "2026-10-20", Remarks: []cases.Remark{{Field: "p.content", Kind: "気分", Text: "x"}}}} {
			_, err := w.try(hq, c.ID, "hq_return", n)
			wants(t, fault.Invalid, what, err)
		}
		for _, kind := range []string{"誤り", "不足", "古い"} {
			one := remark
			one.Kind = kind
			before := string(w.full(c.ID).Raw["p.content"])
			c = w.do(hq, c.ID, "hq_return", cases.Needs{Due: "2026-10-20", Remarks: []cases.Remark{one}})
			if last := c.Clock[len(c.Clock)-1]; last.To.IsZero() {
				t.Errorf("%s: the clock runs on", kind)
			}
			for _, move := range []string{"accept", "propose_reject"} {
				_, err := w.try(hq, c.ID, move, w.checklist(c.ID))
				wants(t, fault.Conflict, kind+": "+move+" while it is pending", err)
			}
			town := w.get(staff(nanao), c.ID)
			if got := town.Editable(p, staff(nanao)); !slices.Equal(got, []string{"p.content"}) || town.Due != "2026-10-20" {
				t.Errorf("%s: open are %v until %s", kind, got, town.Due)
			}
			w.save(staff(nanao), c.ID, map[string]any{"p.content": "補った内容（" + kind + "）"})
			_, err := w.try(approver(nanao), c.ID, "resubmit", cases.Needs{})
			wants(t, fault.Invalid, "without saying that it was corrected", err)
			c = w.do(approver(nanao), c.ID, "resubmit", cases.Needs{Corrected: true})
			r := c.Returns[len(c.Returns)-1]
			if string(r.Was["p.content"]) != before || r.Done.IsZero() || r.Remarks[0].Kind != kind || !strings.Contains(string(c.Raw["p.content"]), kind) {
				t.Errorf("%s: the difference: was %s, done %v", kind, r.Was["p.content"], r.Done)
			}
			if last := c.Clock[len(c.Clock)-1]; !last.To.IsZero() {
				t.Errorf("%s: the clock stands still", kind)
			}
		}
		w.verified()
	})
	each(t, func(t *testing.T, w *world) { // needs change at headquarters: what was approved before is void
		c := w.toppled("差戻し")
		w.do(chief("keishin"), c.ID, "approve", cases.Needs{})
		if got := w.approvals(c.ID); len(got) != 1 {
			t.Fatalf("approved by %v", got)
		}
		w.do(boss(1), c.ID, "send_back_proposal", cases.Needs{Comment: "金額を見直すこと。"})
		if got := w.approvals(c.ID); len(got) != 0 {
			t.Errorf("an earlier approval still holds: %v", got)
		}
		w.verified()
	})
}

// Refusing, stopping and returning need their reasons and say them to the body; the decision is told with its conditions and may be
// declined until its day; letters are records with a number, the version they were written by, the exact PDF and its delivery.
func TestDetail06ReasonsAreStatedAndLettersAreRecords(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		low := w.scored(nanao, grant, map[string]any{"p.title": "不採択の事業"}, 2, 2, 2, 2, 2)
		w.do(officer("keishin"), low.ID, "rank", cases.Needs{})
		_, err := w.try(officer("keishin"), low.ID, "propose_reject", cases.Needs{ReasonClass: "審査"})
		wants(t, fault.Invalid, "a rejection without a reason", err)
		w.do(officer("keishin"), low.ID, "propose_reject", cases.Needs{ReasonClass: "審査", Comment: "合格線に達しませんでした。"})
		w.do(chief("keishin"), low.ID, "approve_reject", cases.Needs{})
		says(t, w.letter(low.ID, "L03"), "合格線に達しませんでした。")

		c := w.adopted(nanao, grant, nil, 4000000)
		l := w.letter(c.ID, "L02")
		says(t, l, "金4,000,000円", "交付の条件", "取り下げる")
		if l.Number == "" || c.WithdrawBy == "" {
			t.Errorf("number %q, declined until %q", l.Number, c.WithdrawBy)
		}
		var definition string
		w.must(w.d.Pool().QueryRowContext(bg, `SELECT definition FROM letters WHERE id = $1`, l.ID).Scan(&definition))
		if definition != c.Definition {
			t.Errorf("the letter was written by %s, the case keeps %s", definition, c.Definition)
		}
		w.must(w.s.Jobs.Drain(bg))
		first, _, err := w.s.PDF(bg, staff(nanao), l.ID, false)
		w.must(err)
		again, _, err := w.s.PDF(bg, staff(nanao), l.ID, false)
		w.must(err)
		w.must(w.s.Opened(bg, staff(nanao), l.ID))
		if string(first) != string(again) || !strings.HasPrefix(string(first), "%PDF-") {
			t.Error("the PDF is not the same every time")
		}
		if n := w.int(`SELECT count(*) FROM letters WHERE id = $1 AND opened <> ''`, l.ID); n != 1 {
			t.Error("that the body opened the letter was not written down")
		}
		_, err = w.try(approver(nanao), c.ID, "decline", cases.Needs{})
		wants(t, fault.Invalid, "declined without a reason", err)
		w.moveTo(jp.AddDays(c.WithdrawBy, 1) + " 00:00")
		_, err = w.try(approver(nanao), c.ID, "decline", cases.Needs{Comment: "条件に応じられないため。"})
		wants(t, fault.Refused, "declined a day late", err)
		w.do(staff(nanao), c.ID, "start", cases.Needs{})
		_, err = w.try(approver(nanao), c.ID, "ask_stop", cases.Needs{})
		if err == nil {
			t.Error("a stop was asked for without a word")
		}
		w.verified()
	})
	each(t, func(t *testing.T, w *world) { // a revocation: reasons beforehand, a hearing, reasons again with how to object
		c := w.running(4000000)
		_, err := w.try(officer("keishin"), c.ID, "propose_notice", cases.Needs{Revoked: yen(1), ReasonClass: "条件違反", Due: "2027-12-01"})
		wants(t, fault.Invalid, "an intended revocation without its reason", err)
		c = w.notified(c.ID, 4000000)
		says(t, w.letter(c.ID, "L26"), "出展料を別の事業の経費に充てた。", "弁明書の提出期限")
		w.save(staff(nanao), c.ID, statement)
		w.do(approver(nanao), c.ID, "state", cases.Needs{})
		_, err = w.try(officer("keishin"), c.ID, "propose_revocation", cases.Needs{Revoked: yen(4000000), ReasonClass: "条件違反"})
		wants(t, fault.Invalid, "a revocation without its reason", err)
		w.do(officer("keishin"), c.ID, "propose_revocation", cases.Needs{Revoked: yen(4000000), ReasonClass: "条件違反", Comment: "条件に反した。"})
		w.do(chief("keishin"), c.ID, "approve_revocation", cases.Needs{})
		says(t, w.letter(c.ID, "L07"), "条件に反した。", "不服を申し出ることができます")
		c = w.objected(c.ID)
		if c.Proceeding() == nil || c.Proceeding().Reason != objection["ob.reason"] {
			t.Errorf("%+v", c.Proceedings)
		}
		w.verified()
	})
}

// The report is due thirty days after completion or on the fixed day, whichever comes first; it is examined, sent back to be put right,
// fixed with a letter, billed and paid; an advance beyond the fixed amount comes back by its day, and 10.95 % a year after it.
func TestDetail07ReportExaminationFixingPaymentAndReturn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for to, due := range map[string]string{"2027-06-30": "2027-07-30", "2028-02-18": "2028-03-19", "2028-02-28": "2028-03-20"} {
			c := w.adopted(nanao, grant, map[string]any{"p.title": "完了 " + to, "p.period": map[string]any{"from": "2027-04-01", "to": to}}, 1000000)
			if c = w.do(staff(nanao), c.ID, "start", cases.Needs{}); c.Due != due {
				t.Errorf("completed on %s: the report is due on %s, want %s", to, c.Due, due)
			}
		}
		c := w.running(4000000)
		w.moveTo("2027-05-10 10:00")
		w.advanced(c.ID, 3200000, "2027-06-10")
		w.moveTo("2028-03-10 10:00")
		w.save(staff(nanao), c.ID, reported)
		w.do(approver(nanao), c.ID, "report", cases.Needs{})
		w.do(officer("keishin"), c.ID, "return_report", cases.Needs{Due: "2028-03-20", Remarks: []cases.Remark{{Field: "r.lesson", Kind: "不足", Text: "課題を書いてください。"}}})
		_, err := w.try(chief("keishin"), c.ID, "fix", cases.Needs{})
		wants(t, fault.Conflict, "fixed while the report is put right", err)
		w.save(staff(nanao), c.ID, map[string]any{"r.lesson": "現地の繁忙期を避ける。"})
		w.do(approver(nanao), c.ID, "resubmit", cases.Needs{Corrected: true})
		w.do(officer("keishin"), c.ID, "check_report", cases.Needs{Comment: "領収書と照合した。", Admitted: []cases.Admit{{Row: 0, Amount: 4400000, Reason: "証拠書類のある分"}, {Row: 1, Amount: 0, Reason: "対象外"}, {Row: 2, Amount: 0, Reason: "対象外"}}})
		c = w.do(chief("keishin"), c.ID, "fix", cases.Needs{})
		if c.State != "return_due" || c.Fixed != 2200000 || c.ToReturn != 1000000 {
			t.Fatalf("%s fixed %d back %d", c.State, c.Fixed, c.ToReturn)
		}
		says(t, w.letter(c.ID, "L05"), "金2,200,000円")
		says(t, w.letter(c.ID, "L07b"), "金1,000,000円")
		p := w.programme(grant)
		for days, want := range map[int]int64{0: 0, 1: 300, 365: 109500} {
			if _, interest := w.full(c.ID).Owed(p, jp.AddDays(c.Due, days)); interest != want {
				t.Errorf("%d days late: %d yen, want %d", days, interest, want)
			}
		}
		w.verified()
	})
}

// Duties that fall due years later are tasks with a day: the consumption-tax report stays with the body when its people change, and they
// are reminded.
func TestDetail08AfterLifeDutiesAreDatedTasksThatSurviveStaffChanges(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.running(4000000)
		w.moveTo("2028-03-10 10:00")
		c = w.fixedAt(c.ID, 7000000, map[string]any{"r.tax": "未確定"})
		w.save(staff(nanao), c.ID, map[string]any{"bill.date": "2028-03-12", "bank": bank})
		w.do(approver(nanao), c.ID, "bill", cases.Needs{})
		w.moveTo("2028-03-20 10:00")
		w.do(finance, c.ID, "pay", cases.Needs{PayDate: "2028-03-20"})
		c = w.do(officer("keishin"), c.ID, "close", cases.Needs{})
		if c.State != "tax_due" || c.Due != "2029-06-30" {
			t.Fatalf("%s due %s", c.State, c.Due)
		}
		w.moveTo("2029-04-01 09:00")
		next := who("staff-next", "R03", "lg:"+nanao)
		w.must(w.inTx(func(ctx ctx, tx tx) error {
			_, err := w.s.HandOver(ctx, tx, approver(nanao), w.full(c.ID).Owner, next.Person, "lg:"+nanao)
			return err
		}))
		if got := w.full(c.ID).Owner; got != next.Person {
			t.Errorf("in charge is %s", got)
		}
		found, err := w.s.List(bg, next, cases.Filter{Open: true, Holders: []string{"staff"}, Limit: 10})
		w.must(err)
		if len(found.Lines) != 1 || found.Lines[0].Due != "2029-06-30" {
			t.Errorf("the successor's tasks: %+v", found.Lines)
		}
		before := len(w.reminders(c.ID))
		w.moveTo("2029-06-16 09:00")
		w.must(w.s.Remind(bg))
		once, written := len(w.reminders(c.ID)), w.d.Written()
		w.must(w.s.Remind(bg))
		if once <= before || len(w.reminders(c.ID)) != once {
			t.Errorf("%d reminders, after another round %d", once-before, len(w.reminders(c.ID))-before)
		}
		if n := w.d.Written() - written; n > 0 {
			t.Errorf("%d transactions for a reminder that was sent", n)
		}
		w.save(next, c.ID, map[string]any{"tx.date": "2029-05-31", "tx.amount": 0, "tx.basis": "控除した額はない。"})
		w.do(approver(nanao), c.ID, "report_tax", cases.Needs{})
		w.verified()
	})
	each(t, func(t *testing.T, w *world) { // property and records: listed for the body, whoever asks for it, and its people are reminded
		c := w.holding()
		next := who("staff-next", "R03", "lg:"+nanao)
		list, err := w.s.DutiesOf(bg, next)
		w.must(err)
		var got []string
		for _, d := range list {
			got = append(got, d.Kind+" "+d.Item+" "+d.Due)
		}
		if want := []string{"assets 翻訳端末 2031-03-31", "assets 展示用什器一式 2033-03-31", "records  2033-03-31"}; !slices.Equal(got, want) {
			t.Errorf("%q", got)
		}
		for what, by := range map[string]account.Who{"another body": staff(kanazawa), "an officer": officer("keishin"), "a visitor": visitor} {
			if list, err := w.s.DutiesOf(bg, by); err != nil || len(list) > 0 {
				t.Errorf("%s reads %v %v", what, list, err)
			}
		}
		before := len(w.mails(c.ID))
		w.moveTo("2031-03-17 09:00")
		w.must(w.s.Remind(bg))
		once := len(w.mails(c.ID))
		w.must(w.s.Remind(bg))
		if once <= before || len(w.mails(c.ID)) != once {
			t.Errorf("%d mails before, %d after, %d after another round", before, once, len(w.mails(c.ID)))
		}
		w.verified()
	})
}

// A call of one year is for work in the next: cases are numbered by the year of the work, its period lies in that year, letters are
// numbered by the year in which they go out, months are wareki on paper and ISO inside, and money left at the year's end is carried over.
func TestDetail09FiscalYearsOfCallWorkLettersAndMoney(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		in := w.filled(staff(kanazawa), grant, map[string]any{"p.period": map[string]any{"from": "2027-04-01", "to": "2028-04-01"}})
		_, err := w.try(staff(kanazawa), in.ID, "submit", cases.Needs{})
		if inc, ok := err.(*cases.Incomplete); !ok || len(failing(inc.Evaluation)) == 0 {
			t.Errorf("work beyond the fiscal year: %v", err)
		}
		c := w.adopted(nanao, grant, nil, 4000000)
		if c.FiscalYear != 2027 || c.Number != "P01-2027-00001" {
			t.Errorf("%s of %d", c.Number, c.FiscalYear)
		}
		l := w.letter(c.ID, "L02")
		says(t, l, "令和9年4月1日")
		var series, day string
		w.must(w.d.Pool().QueryRowContext(bg, `SELECT series, day FROM letters WHERE id = $1`, l.ID).Scan(&series, &day))
		if !strings.HasSuffix(series, "/2026") || day != jp.Date(w.now()) || c.DecidedOn != day {
			t.Errorf("series %s, day %s", series, day)
		}
		if got := jp.AddBusinessDays("2026-04-28", 3); got != "2026-05-07" { // 29 April, 3–6 May are holidays
			t.Errorf("three business days after 28 April: %s", got)
		}
		w.moveTo("2028-04-05 10:00")
		w.must(w.s.CloseYear(bg, chief("keishin"), c.ID, cases.YearEnd{Year: 2027, Carry: true, Reason: "現地の都合により翌年度に支払う。"}, func(ctx ctx, _ db.Q) error { return ctx.Err() }))
		if got := w.full(c.ID).Purses; len(got) != 2 && got.On(ledger.Committed) != 4000000 {
			t.Errorf("carried over: %+v", got)
		}
		next, err := w.s.Ledger.Balance(bg, grant, 2028)
		w.must(err)
		if now := w.balance(grant); now.Committed != 0 || next.Committed != 4000000 {
			t.Errorf("committed %d in the year and %d in the next", now.Committed, next.Committed)
		}
		w.verified()
	})
}

// A person is not an organisation: every event names who acted, in which role of which body, and on whose behalf; what one may do follows
// role, organisation, programme and state; two people where two are asked for.
func TestDetail10EveryEventNamesActorBodyAndOnWhoseBehalf(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.filled(staff(nanao), grant, nil)
		w.do(staff(nanao), c.ID, "ask_approval", cases.Needs{})
		deputy := who("deputy", account.RoleApprover, "lg:"+nanao)
		deputy.Hat.OnBehalfOf = approver(nanao).Person
		c = w.do(deputy, c.ID, "submit", cases.Needs{})
		w.do(branch("17"), c.ID, "forward", cases.Needs{Opinion: "適当"})
		events, err := w.s.Journal(bg, auditor, c.ID)
		w.must(err)
		acted := map[string]string{}
		for _, e := range events {
			if e.Person == "" || e.Name == "" || e.Role == "" || e.Body == "" || e.At.IsZero() || e.Hash == "" {
				t.Errorf("event %d names no actor: %+v", e.Seq, e)
			}
			if e.Data.Move != "" {
				acted[e.Data.Move] = e.Person + " " + string(e.Role) + " " + e.Body + " " + e.Behalf
			}
		}
		want := map[string]string{"ask_approval": "staff-" + nanao + " R03 lg:" + nanao + " ", "submit": "deputy R04 lg:" + nanao + " " + approver(nanao).Person, "forward": "branch-17 R05 branch:17 "}
		for move, by := range want {
			if acted[move] != by {
				t.Errorf("%s by %q, want %q", move, acted[move], by)
			}
		}
		if !maps.Equal(map[string]bool{"staff": w.full(c.ID).Owner == staff(nanao).Person}, map[string]bool{"staff": true}) {
			t.Errorf("in charge is %s", w.full(c.ID).Owner)
		}
		for what, by := range map[string]account.Who{"another body": staff(fuji), "another section": officer("koushin"), "another branch": branch("22"), "a visitor": visitor} {
			closed(t, w, what, by, w.full(c.ID))
		}
		elsewhere := officer("keishin")
		elsewhere.Hat.Programmes = "exchange-grant"
		closed(t, w, "an officer of another programme", elsewhere, w.full(c.ID))
		for what, by := range map[string]account.Who{"the body decides": approver(nanao), "the branch decides": branch("17"), "finance decides": finance} {
			if _, err := w.try(by, c.ID, "accept", w.checklist(c.ID)); err == nil {
				t.Error(what)
			}
		}
		w.verified()
	})
}

// Submitting is one transaction: one case for one token however often it is sent; every file present and readable; rules run again on the
// server; number, receipt and mail together or none of them.
func TestDetail12SubmittingIsAllOrNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.filled(staff(nanao), grant, nil)
		w.do(staff(nanao), c.ID, "ask_approval", cases.Needs{})
		mails, letters := len(w.mails(c.ID)), w.int(`SELECT count(*) FROM letters`)
		gone := w.full(c.ID)
		var file form.File
		for _, v := range gone.Answers() {
			if list, ok := v.([]form.File); ok && len(list) > 0 {
				file = list[0]
			}
		}
		if file.ID == "" {
			t.Fatal("the application has no attachment")
		}
		w.exec(`UPDATE files SET size = size + 1 WHERE id = $1`, file.ID)
		if _, err := w.try(approver(nanao), c.ID, "submit", cases.Needs{}); err == nil {
			t.Fatal("an application whose attachment is not there was taken")
		}
		if got := w.full(c.ID); got.Number != "" || got.State != "org_check" || w.int(`SELECT count(*) FROM letters`) != letters || len(w.mails(c.ID)) != mails {
			t.Errorf("something of a refused submission stayed: %s %s", got.Number, got.State)
		}
		w.exec(`UPDATE files SET size = size - 1 WHERE id = $1`, file.ID)
		version := w.full(c.ID).Seq
		errs := together(5, func(int) error {
			_, err := w.s.Do(bg, approver(nanao), c.ID, cases.Act{Move: "submit", Token: "detail-12", Version: version})
			return err
		})
		for _, err := range errs {
			w.must(err)
		}
		got := w.full(c.ID)
		if got.Number != "P01-2027-00001" || got.Evaluation == nil || w.int(`SELECT count(*) FROM letters WHERE case_id = $1`, c.ID) != 1 || len(w.mails(c.ID)) == mails {
			t.Errorf("submitted: %s, %d letters", got.Number, w.int(`SELECT count(*) FROM letters WHERE case_id = $1`, c.ID))
		}
		says(t, w.letter(c.ID, "L01"), "SHA-256 ", got.Number)
		low := w.filled(staff(kanazawa), grant, map[string]any{"cost.lines": []any{map[string]any{"item": "委託料", "detail": "x", "where": "abroad", "qty": 1, "unit": 2000000, "amount": 2000000, "eligible": true}}})
		_, err := w.try(staff(kanazawa), low.ID, "submit", cases.Needs{})
		if _, ok := err.(*cases.Incomplete); !ok {
			t.Errorf("the rules were not run on the server: %v", err)
		}
		w.verified()
	})
}

// A draft survives two editors, an old tab and a version that is superseded meanwhile: each field has its revision, a clash shows both
// texts, what cannot be read is kept as typed, and the draft is submitted on the version it began with.
func TestDetail13DraftsSurviveEditorsTabsAndNewVersions(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.filled(staff(kanazawa), grant, nil)
		base := w.full(c.ID).Seq
		anne, bert := staff(kanazawa), who("bert", account.RoleApprover, "lg:"+kanazawa)
		_, err := w.s.SaveFields(bg, anne, c.ID, typed(map[string]string{"p.title": "アンの題"}), base, nil)
		w.must(err)
		old, err := w.s.SaveFields(bg, bert, c.ID, typed(map[string]string{"p.title": "ベルトの題", "p.place": "リヨン"}), base, nil)
		w.must(err)
		if len(old.Conflicts) != 1 || old.Conflicts[0].Theirs != "アンの題" || old.Conflicts[0].Mine != "ベルトの題" || old.Case.Answers()["p.place"] != "リヨン" {
			t.Errorf("an old tab: %+v", old.Conflicts)
		}
		bad, err := w.s.SaveFields(bg, anne, c.ID, typed(map[string]string{"fund.own": "約700万"}), w.full(c.ID).Seq, nil)
		w.must(err)
		if !strings.Contains(w.stored(c.ID), "約700万") {
			t.Errorf("what cannot be read was lost: %+v", bad.Case.Answers()["fund.own"])
		}
		_, err = w.s.SaveFields(bg, anne, c.ID, typed(map[string]string{"fund.own": "7,000,000"}), w.full(c.ID).Seq, nil)
		w.must(err)
		version := w.full(c.ID).Definition
		w.publish("2027.2.0", func(d *programme.Definition) { d.Params["minEligibleExclusive"] = 20000000 })
		w.must(w.s.Tick(bg))
		if c = w.do(anne, c.ID, "submit", cases.Needs{}); c.State != "branch_check" || c.Definition != version {
			t.Errorf("%s on %s", c.State, c.Definition)
		}
		w.verified()
	})
}
