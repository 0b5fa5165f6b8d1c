package programme

import (
	"testing"

	"pgregory.net/rapid"

	"kakehashi/internal/form"
)

var grants = []string{"economic-activity-grant", "exchange-grant", "model-project-grant", "multicultural-grant"}

func costs(abroad, japan int64) []form.Row {
	line := func(where string, amount int64) form.Row {
		return form.Row{"item": "委託料", "detail": "例示", "where": where, "qty": int64(1), "unit": amount, "amount": amount, "eligible": true}
	}
	return []form.Row{line(form.Abroad, abroad), line(form.Japan, japan)}
}

// TestTheMaximumNeverLeavesItsBounds: within the cap, a multiple of the unit, never more than the rate allows, and never smaller when the
// eligible cost grows at the same place.
func TestTheMaximumNeverLeavesItsBounds(t *testing.T) {
	for _, code := range grants {
		p := load(t, code)
		base := full(t, p)
		grant := func(abroad, japan int64) map[string]int64 {
			in := base
			in.Answers = form.Answers{}
			for k, v := range base.Answers {
				in.Answers[k] = v
			}
			in.Answers["cost.lines"] = costs(abroad, japan)
			return p.Evaluate(in).Amounts
		}
		t.Run(code, rapid.MakeCheck(func(t *rapid.T) {
			abroad := rapid.Int64Range(0, 40_000_000).Draw(t, "abroad")
			japan := rapid.Int64Range(0, 40_000_000).Draw(t, "japan")
			got := grant(abroad, japan)
			max, eligible := got["maxGrant"], abroad+japan
			switch {
			case max > got["cap"]:
				t.Fatalf("%d above the cap %d", max, got["cap"])
			case max < 0 || max%p.Params["unit"] != 0:
				t.Fatalf("%d is no multiple of the unit", max)
			case max*p.Params["den"] > eligible*p.Params["num"]:
				t.Fatalf("%d is more than the rate of %d", max, eligible)
			}
			if more := grant(abroad+1_000, japan+1_000)["maxGrant"]; got["cap"] == grant(abroad+1_000, japan+1_000)["cap"] && more < max {
				t.Fatalf("%d falls to %d with more cost", max, more)
			}
		}))
	}
}

// TestTheFixedAmountNeverExceedsWhatWasDecided: nor the rate of what was admitted; and what is returned and kept make up the advance.
func TestTheFixedAmountNeverExceedsWhatWasDecided(t *testing.T) {
	for _, code := range grants {
		p := load(t, code)
		t.Run(code, rapid.MakeCheck(func(t *rapid.T) {
			in := SettleInput{Decided: rapid.Int64Range(0, 5_000).Draw(t, "decided") * 1_000, Advance: rapid.Int64Range(0, 5_000_000).Draw(t, "advance")}
			in.Report = costs(rapid.Int64Range(0, 9_000_000).Draw(t, "abroad"), rapid.Int64Range(0, 9_000_000).Draw(t, "japan"))
			in.Report[0]["admitted"] = rapid.Int64Range(0, 12_000_000).Draw(t, "admitted")
			got := p.SettleReport(in)
			admitted := min(in.Report[0]["admitted"].(int64), in.Report[0]["amount"].(int64)) + in.Report[1]["amount"].(int64)
			switch {
			case got.Fixed > in.Decided || got.Fixed < 0:
				t.Fatalf("fixed %d of %d decided", got.Fixed, in.Decided)
			case got.Fixed*p.Params["den"] > admitted*p.Params["num"]:
				t.Fatalf("fixed %d of %d admitted", got.Fixed, admitted)
			case got.Return != max(0, in.Advance-got.Fixed):
				t.Fatalf("returns %d of %d with %d fixed", got.Return, in.Advance, got.Fixed)
			}
		}))
	}
}

func TestTheSameInputGivesTheSameEvaluation(t *testing.T) {
	p := load(t, "economic-activity-grant")
	in := full(t, p)
	if a, b := p.Evaluate(in), p.Evaluate(in); !same(a, b) {
		t.Error("two evaluations differ")
	}
}

func TestNoAnswerMakesAnEvaluationPanicOrAPassingRuleFailSilently(t *testing.T) {
	p := load(t, "economic-activity-grant")
	base := full(t, p)
	keys := p.Keys()
	odd := []any{"", "約30万", "👨‍👩‍👧", nil, int64(-1), 1e300, true, []any{}, []any{nil, 1, "x"}, map[string]any{}, map[string]any{"from": "x"}, []any{map[string]any{"amount": "x"}}}
	rapid.Check(t, func(t *rapid.T) {
		sent := map[string]any{}
		for range rapid.IntRange(1, 6).Draw(t, "n") {
			sent[rapid.SampledFrom(keys).Draw(t, "key")] = odd[rapid.IntRange(0, len(odd)-1).Draw(t, "value")]
		}
		answers, problems, _ := p.Read("application", sent)
		in := base
		in.Answers = form.Answers{}
		for k, v := range base.Answers {
			in.Answers[k] = v
		}
		for k, v := range answers {
			in.Answers[k] = v
		}
		in.Problems = problems
		got := p.Evaluate(in)
		if len(problems) > 0 && got.Verdict == Eligible {
			onlyCells := true
			for _, x := range problems {
				onlyCells = onlyCells && p.spotOf(x.Field) == nil
			}
			if !onlyCells {
				t.Fatalf("eligible with %v", problems)
			}
		}
	})
}
