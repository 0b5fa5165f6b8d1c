package programme

import (
	"slices"
	"strings"
	"testing"

	"kakehashi/internal/form"
)

func outcome(t *testing.T, e Evaluation, id string) Outcome {
	t.Helper()
	i := slices.IndexFunc(e.Rules, func(o Outcome) bool { return o.ID == id })
	if i < 0 {
		t.Fatalf("there is no rule %s", id)
	}
	return e.Rules[i]
}

func with(in Input, set map[string]any) Input {
	out := in
	out.Answers = form.Answers{}
	for k, v := range in.Answers {
		out.Answers[k] = v
	}
	for k, v := range set {
		if v == "absent" {
			delete(out.Answers, k)
		} else {
			out.Answers[k] = v
		}
	}
	return out
}

func TestMessagesAreTheSentencesOfTheSpecificationWithTheirNumbers(t *testing.T) {
	p := load(t, "economic-activity-grant")
	in := full(t, p)
	for _, c := range []struct {
		name   string
		set    map[string]any
		change func(*Input)
		rule   string
		ja, en string
	}{
		{"cost of exactly two million", map[string]any{"cost.lines": costs(2_000_000, 0)}, nil, "M-P01-01",
			"助成対象経費が200万円以下の事業は対象外です（現在 2,000,000円）。", "Eligible cost must exceed 2,000,000 yen (now 2,000,000 yen)."},
		{"income below costs", map[string]any{"fund.own": int64(6_000_000)}, nil, "M-C-06", "収入合計と支出合計が一致しません（差額 1,000,000円）。", ""},
		{"above the maximum", map[string]any{"fund.requested": int64(5_001_000)}, nil, "M-C-07", "申請額が助成上限額（5,000,000円）を超えています。", ""},
		{"not in thousands", map[string]any{"fund.requested": int64(4_000_500)}, nil, "M-C-08", "申請額は1,000円単位で入力してください。", ""},
		{"outside the period", map[string]any{"p.period": form.Period{From: "2027-03-31", To: "2027-05-01"}}, nil, "M-C-04",
			"実施期間は令和9年4月1日（木）～令和10年2月29日（火）の範囲で入力してください。", ""},
		{"too late", nil, func(in *Input) { in.Now = in.Now.AddDate(0, 2, 0) }, "M-C-02", "受付期間外です（令和8年7月1日（水）～令和8年10月31日（土） 必着）。", ""},
		{"an association", nil, func(in *Input) { in.Org.Type = "intl_assoc" }, "M-C-01",
			"この募集に申請できる団体種別ではありません（対象：都道府県、市区町村）。地域国際化協会の方は「国際交流支援事業」をご検討ください。",
			"Your type of organisation cannot apply to this call (open to: prefectures and municipalities). Associations: see the exchange grant (P02)."},
		{"a union", nil, func(in *Input) { in.Org.Type = "union" }, "M-C-01", "この募集に申請できる団体種別ではありません（対象：都道府県、市区町村）。", ""},
		{"one day left", nil, func(in *Input) { in.Now = in.Now.AddDate(0, 0, 29) }, "M-C-13", "締切まで残り1日です。", "Days left until the close: 1."},
		{"the cap binds", nil, nil, "M-P01-07", "助成上限額（5,000,000円）が適用されます。", "The cap of 5,000,000 yen applies."},
		{"submitted before", nil, func(in *Input) {
			in.History = []Past{{Programme: p.Code, FiscalYear: 2027, State: "hq_check", Org: in.Org, Number: "P01-2027-00012", Title: "伝統工芸の パリ展開"}}
		}, "M-C-10", "同じ事業の申請が既にあります（P01-2027-00012）。", "Already submitted (P01-2027-00012)."},
		{"a value that cannot be read", map[string]any{"fund.requested": form.Raw{Typed: form.Typed("約500万")}}, func(in *Input) { in.Checked = false }, "M-C-05",
			"金額は0以上の整数（円）で入力してください。", "Enter a whole number of yen."},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := with(in, c.set)
			if c.change != nil {
				c.change(&x)
			}
			got := outcome(t, p.Evaluate(x), c.rule)
			if got.Outcome != Fail || got.Message.JA != c.ja || c.en != "" && got.Message.EN != c.en {
				t.Errorf("%s\n ja %s\n en %s", got.Outcome, got.Message.JA, got.Message.EN)
			}
		})
	}
}

func TestStepsSpeakInBothLanguagesWithNumbers(t *testing.T) {
	p := load(t, "economic-activity-grant")
	got := p.Evaluate(full(t, p))
	want := []string{"上限は 5,000,000円", "助成対象経費 12,000,000円 × 1/2 ＝ 6,000,000円", "上限 5,000,000円と 6,000,000円の小さい方 ＝ 5,000,000円"}
	if len(got.Steps) != len(want) {
		t.Fatalf("%d steps", len(got.Steps))
	}
	for i, s := range got.Steps {
		if !strings.Contains(s.Text.JA, want[i]) || s.Text.EN == "" || s.Formula == "" || s.Basis == "" {
			t.Errorf("%+v", s)
		}
	}
}

func TestADraftTellsWhatIsStillNeeded(t *testing.T) {
	p := load(t, "economic-activity-grant")
	in := full(t, p)
	in = with(in, map[string]any{"fund.other": "absent", "e.place": "absent", "p.summary": "absent"})
	got := p.Explain(in)
	if got.Verdict != Undetermined || !slices.Equal(got.Missing, []string{"p.summary", "e.place"}) {
		t.Errorf("%s, missing %v", got.Verdict, got.Missing)
	}
	for id, needs := range map[string][]string{"M-P01-03": {"fund.other"}, "M-C-06": {"fund.other"}, "M-P01-05": {"e.place"}, "M-C-07": {"e.place"}} {
		o := outcome(t, got, id)
		if o.Outcome != Unknown || !slices.Equal(o.Needs, needs) || o.Residual == "" {
			t.Errorf("%s: %s needs %v, left %q", id, o.Outcome, o.Needs, o.Residual)
		}
	}
	if o := outcome(t, got, "M-P01-01"); o.Outcome != Pass {
		t.Errorf("what is answered is told: %s", o.Outcome)
	}
}

// A half filled answer is not an answer: a contact without a name, a period without its end.
func TestWhatAnAnswerItselfLacksIsMissing(t *testing.T) {
	p := load(t, "economic-activity-grant")
	in := with(full(t, p), map[string]any{"c.person": form.Person{Kana: "ミホン"}, "p.period": form.Period{From: "2027-04-01"}})
	in.Checked = false
	got := p.Evaluate(in)
	if want := []string{"c.person.name", "p.period.to"}; got.Verdict == Eligible || !slices.Equal(got.Missing, want) {
		t.Errorf("%s, missing %v, want %v", got.Verdict, got.Missing, want)
	}
}

func TestOnceEveryRequiredQuestionIsAnsweredTheRestCountsAsLeftEmpty(t *testing.T) {
	p := load(t, "economic-activity-grant")
	got := p.Evaluate(with(full(t, p), map[string]any{"fund.other": "absent"}))
	if got.Verdict != Eligible {
		t.Errorf("%s%s", got.Verdict, why(got))
	}
}

func TestConditionsOfFields(t *testing.T) {
	p := load(t, "economic-activity-grant")
	f, _, _, _ := p.Field("e.kind_other")
	for _, c := range []struct {
		answers form.Answers
		want    Tri
	}{{form.Answers{}, Untold}, {form.Answers{"e.kind": "その他"}, Yes}, {form.Answers{"e.kind": "海外販路開拓"}, No}} {
		if p.Shown(f, c.answers) != c.want || p.Needed(f, c.answers) != c.want {
			t.Errorf("%v: shown %d, needed %d", c.answers, p.Shown(f, c.answers), p.Needed(f, c.answers))
		}
	}
	estimates, _, _, _ := p.Field("att.estimates")
	for amount, want := range map[int64]Tri{499_999: No, 500_000: Yes} {
		if got := p.Needed(estimates, form.Answers{"cost.lines": costs(amount, 1)}); got != want {
			t.Errorf("a line of %d: %d", amount, got)
		}
	}
}

func TestTheSettlementOfTheJourney(t *testing.T) {
	p := load(t, "economic-activity-grant")
	in := full(t, p)
	got := p.SettleReport(SettleInput{Decided: 4_000_000, Report: costs(9_000_000, 0), Answers: in.Answers, Org: in.Org})
	if got.Fixed != 4_000_000 || got.Return != 0 || !slices.Equal(got.Flags, []string{"M-S-02"}) {
		t.Errorf("fixed %d, return %d, flags %v", got.Fixed, got.Return, got.Flags)
	}
	if text := got.Steps[0].Text.JA; !strings.Contains(text, "認めた経費 9,000,000円 × 1/2 ＝ 4,500,000円") {
		t.Error(text)
	}
	if text := got.Steps[0].Text.JA; got.Unknown != nil || !strings.Contains(text, "上限 5,000,000円") {
		t.Error(text, got.Unknown)
	}
}

// Without the application the cap is not known, and is not said to be the amount decided.
func TestASettlementSaysThatItDoesNotKnowTheCap(t *testing.T) {
	p := load(t, "economic-activity-grant")
	got := p.SettleReport(SettleInput{Decided: 4_000_000, Report: costs(9_000_000, 0)})
	if got.Fixed != 4_000_000 || !slices.Equal(got.Unknown, []string{"cap"}) {
		t.Errorf("fixed %d, unknown %v", got.Fixed, got.Unknown)
	}
	if text := got.Steps[0].Text; !strings.Contains(text.JA, "上限を確かめられない") || !strings.Contains(text.EN, "The cap is unknown") {
		t.Error(text)
	}
}

func TestGuardsAndDueDays(t *testing.T) {
	p := load(t, "economic-activity-grant")
	facts := Facts{"now": p.exampleTime("2026-10-30T10:00:00+09:00"), "case.softOpen": int64(0), "case.mean": 60.5, "case.via": "required", "case.returnDue": ""}
	for expr, want := range map[string]bool{"": true, "case.softOpen == 0 && case.mean >= screening.floor": true, "case.via == 'none'": false,
		"case.decided == 0": false, "now < addDays(case.returnDue, 1)": false} {
		if got, err := p.Guard(expr, facts); err != nil || got != want {
			t.Errorf("%s: %v %v", expr, got, err)
		}
	}
	for expr, want := range map[string]string{"": "", "call.closes": "2026-10-31", "businessDays(now, deadlines.branch)": "2026-11-09", "case.returnDue": ""} {
		if got, err := p.Day(expr, facts); err != nil || got != want {
			t.Errorf("%s: %s %v", expr, got, err)
		}
	}
	if _, err := p.Guard("case.softOpn == 0", facts); err == nil {
		t.Error("a misspelt fact went through")
	}
	if _, err := p.Guard("true", Facts{"case.nothing": 1}); err == nil {
		t.Error("an unknown fact went through")
	}
}

func TestTheOutlineFollowsTheCallAndTheParams(t *testing.T) {
	for _, code := range grants {
		p := load(t, code)
		text := ""
		for _, f := range p.Outline() {
			text += f.Text.JA + f.Text.EN
		}
		if len(p.Outline()) == 0 || strings.ContainsAny(text, "{}⟦") || !strings.Contains(text, "令和9年4月1日") && code != "model-project-grant" {
			t.Errorf("%s: %s", code, text)
		}
	}
}
