package programme

import (
	"sync"
	"testing"

	"kakehashi/programmes"
)

var loaded sync.Map

// load compiles a shipped programme, once.
func load(t testing.TB, dir string) *Programme {
	t.Helper()
	if p, ok := loaded.Load(dir); ok {
		return p.(*Programme)
	}
	d, issues := Parse(programmes.FS, dir)
	if err := issues.Err(); err != nil {
		t.Fatal(err)
	}
	p, issues := Compile(d)
	if err := issues.Err(); err != nil {
		t.Fatal(err)
	}
	loaded.Store(dir, p)
	return p
}

func TestEveryShippedProgrammeIsSoundAndItsExamplesComeOut(t *testing.T) {
	all, issues := ParseAll(programmes.FS)
	goals, bad := LoadGoals(programmes.FS)
	issues = append(issues, bad...)
	issues = append(issues, Twins(all)...)
	var names []string
	for _, g := range goals {
		names = append(names, g.ID)
	}
	for _, d := range all {
		p, bad := Compile(d)
		issues = append(issues, bad...)
		if p == nil {
			continue
		}
		issues = append(issues, p.Lint(Names{Goals: names})...)
		issues = append(issues, p.RunExamples()...)
		if len(p.Examples) < 10 {
			t.Errorf("%s has %d examples only", p.Code, len(p.Examples))
		}
	}
	for _, i := range issues {
		t.Error(i)
	}
	if len(all) < 4 {
		t.Errorf("%d programmes are shipped", len(all))
	}
}
