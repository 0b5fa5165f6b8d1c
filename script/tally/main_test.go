package main

import (
	"strings"
	"testing"
)

func TestFailuresSkipsAndBrokenPackagesAreCountedAndShown(t *testing.T) {
	in := `{"Action":"run","Package":"k/a","Test":"TestOne"}
{"Action":"output","Package":"k/a","Test":"TestOne","Output":"all is well\n"}
{"Action":"pass","Package":"k/a","Test":"TestOne"}
{"Action":"output","Package":"k/a","Test":"TestTwo","Output":"want 2, got 3\n"}
{"Action":"fail","Package":"k/a","Test":"TestTwo"}
{"Action":"output","Package":"k/a","Test":"TestThree","Output":"no shared data here\n"}
{"Action":"skip","Package":"k/a","Test":"TestThree"}
{"Action":"fail","Package":"k/a","Elapsed":1.5}
{"Action":"build-output","ImportPath":"k/b","Output":"undefined: x\n"}
{"Action":"build-fail","ImportPath":"k/b"}
{"Action":"fail","Package":"k/b"}
a tool's own words
`
	c := &count{said: map[string][]string{}, broken: map[string]int{}, tests: map[string]int{}}
	var out strings.Builder
	c.read(strings.NewReader(in), &out)
	if c.passed != 1 || c.failed != 2 || c.skipped != 1 {
		t.Errorf("%d passed, %d failed, %d skipped", c.passed, c.failed, c.skipped)
	}
	for _, want := range []string{"want 2, got 3", "no shared data here", "undefined: x", "a tool's own words", "FAIL k/b"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("not shown: %s\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "all is well") {
		t.Error("the words of a passing test are shown")
	}
}
