package cases_test

import (
	"math"
	"testing"
	"time"

	"kakehashi/internal/cases"
	"kakehashi/internal/programme"
)

// A member who gives less than the others on the same cases is strict, whatever cases they got; the sheet far from the others names its case.
func TestCalibrationTellsAStrictMemberFromWeakCases(t *testing.T) {
	s := programme.Screening{Spread: 40}
	for _, id := range []string{"a", "b"} {
		s.Criteria = append(s.Criteria, programme.Criterion{ID: id, Weight: 50})
	}
	judged := func(number string, marks map[string]int) cases.Ranked {
		c := &cases.Case{ID: number, Number: number}
		for _, person := range []string{"strict", "usual", "weak", "other"} {
			if n, ok := marks[person]; ok {
				c.Members = append(c.Members, cases.Member{Person: person, At: time.Unix(1, 0), Marks: map[string]int{"a": n, "b": n}})
			}
		}
		c.Members = append(c.Members, cases.Member{Person: "barred", Interest: "same", At: time.Unix(1, 0), Marks: map[string]int{"a": 5, "b": 5}})
		return cases.Ranked{Case: c}
	}
	var list []cases.Ranked
	for i := range 8 { // good cases: strict a mark below the two others
		list = append(list, judged(string(rune('A'+i)), map[string]int{"strict": 3, "usual": 4, "other": 4}))
	}
	for i := range 8 { // weak cases: "weak" marks as the others do, low
		list = append(list, judged(string(rune('K'+i)), map[string]int{"weak": 2, "usual": 2, "other": 2}))
	}
	list = append(list, judged("Z", map[string]int{"weak": 5, "usual": 2, "other": 2}), judged("alone", map[string]int{"strict": 1}))
	got := cases.Calibrate(list, s)
	lean := map[string]cases.Lean{}
	for _, l := range got.Members {
		lean[l.Person] = l
	}
	if len(lean) != 4 || got.Members[0].Person != "strict" {
		t.Fatalf("%+v", got.Members)
	}
	if l := lean["strict"]; l.Sheets != 8 || math.Abs(l.Bias+20) > 0.01 || !l.Leans() || l.Z > -2 {
		t.Errorf("strict: %+v", l)
	}
	if l := lean["weak"]; l.Sheets != 9 || l.Leans() == false && l.Outlier != 1 || l.Mean > lean["strict"].Mean {
		t.Errorf("weak: %+v", l)
	}
	if len(got.Again) == 0 || got.Again[0].Case.Number != "Z" || got.Again[0].Person != "weak" || got.Again[0].Low != 400 || got.Again[0].High != 1000 || !got.Again[0].Apart {
		t.Errorf("to be talked over: %+v", got.Again)
	}
	for _, x := range got.Again[1:] {
		if x.Case.Number >= "K" {
			t.Errorf("%s is to be talked over: %+v", x.Case.Number, x)
		}
	}
	if none := cases.Calibrate(nil, s); len(none.Members)+len(none.Again) > 0 {
		t.Errorf("of nothing: %+v", none)
	}
}
