package programme

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kakehashi/internal/form"
	"kakehashi/programmes"
)

// Every example of every programme, whole and with each answer taken out or left empty, alone and beside other cases of the body, is judged
// as CEL alone judges it.
func TestProgrammesAreJudgedAsByCELAlone(t *testing.T) {
	all, issues := ParseAll(programmes.FS)
	if err := issues.Err(); err != nil {
		t.Fatal(err)
	}
	judged := 0
	for _, d := range all {
		t.Run(d.Code, func(t *testing.T) {
			p, issues := Compile(d)
			if err := issues.Err(); err != nil {
				t.Fatal(err)
			}
			plain, _ := Compile(d)
			p.ready()
			plain.ready()
			plain.env.Plain = true
			for i, x := range p.Examples {
				answers, _, _ := p.Read("application", x.Answers)
				title, _ := answers["p.title"].(string)
				in := Input{Now: p.exampleTime(x.At), Org: x.Org, Answers: answers}
				try := func(what string) {
					t.Helper()
					judged++
					if d := cmp.Diff(plain.Evaluate(in), p.Evaluate(in)); d != "" {
						t.Errorf("%s, %s: %s", x.Name, what, d)
					}
				}
				try("whole")
				other := Past{Programme: p.Code, FiscalYear: p.Call.FiscalYear, State: "hq_check", Org: x.Org, Title: title, Number: "P-1", Requested: 1_000_000}
				in.History = []Past{other, {Programme: "x", FiscalYear: 2020, State: "withdrawn", Org: x.Org, Title: "　" + title, Number: "P-2"}}
				try("beside others")
				if i > 2 {
					continue
				}
				for _, key := range slices.Sorted(maps.Keys(answers)) {
					in.Answers = maps.Clone(answers)
					delete(in.Answers, key)
					try("without " + key)
					in.Answers[key] = nil
					try("with an empty " + key)
					if rows, ok := answers[key].([]form.Row); ok && len(rows) > 0 {
						for column := range rows[0] {
							row := maps.Clone(rows[0])
							delete(row, column)
							in.Answers[key] = append([]form.Row{row}, rows...)
							try("with a row of " + key + " without " + column)
						}
					}
				}
			}
		})
	}
	if judged < 500 {
		t.Errorf("only %d were judged", judged)
	}
}
