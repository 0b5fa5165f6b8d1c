package programme

import (
	"testing"

	"kakehashi/internal/form"
)

// full is the answers and input of the first example of a programme, which is a complete application.
func full(t testing.TB, p *Programme) Input {
	t.Helper()
	x := p.Examples[0]
	answers, problems, unknown := p.Read("application", x.Answers)
	if len(problems) > 0 || len(unknown) > 0 {
		t.Fatal(problems, unknown)
	}
	return Input{Now: p.exampleTime(x.At), Org: x.Org, Answers: answers, Checked: true}
}

func BenchmarkEvaluate(b *testing.B) {
	p := load(b, "economic-activity-grant")
	in := full(b, p)
	b.ReportAllocs()
	for b.Loop() {
		if got := p.Evaluate(in); got.Verdict != Eligible {
			b.Fatal(got.Verdict, why(got))
		}
	}
}

func BenchmarkEvaluateThirtyCostLines(b *testing.B) {
	p := load(b, "economic-activity-grant")
	in := full(b, p)
	var rows []form.Row
	for range 30 {
		rows = append(rows, form.Row{"item": "旅費", "detail": "例示", "where": "abroad", "qty": int64(1), "unit": int64(400_000), "amount": int64(400_000), "eligible": true})
	}
	in.Answers["cost.lines"] = rows
	b.ReportAllocs()
	for b.Loop() {
		if got := p.Evaluate(in); got.Verdict != Eligible {
			b.Fatal(got.Verdict, why(got))
		}
	}
}

func BenchmarkCompile(b *testing.B) {
	p := load(b, "economic-activity-grant")
	for b.Loop() {
		if _, issues := Compile(p.Definition); len(issues) > 0 {
			b.Fatal(issues)
		}
	}
}
