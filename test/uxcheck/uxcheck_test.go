package uxcheck_test

import (
	"regexp"
	"strconv"
	"testing"

	"kakehashi/test/uxcheck"
)

// calibrated is the last line of calibrate.mjs.
var calibrated = regexp.MustCompile(`(\d+) rules, (\d+) defects, \d+ passed, 0 failed\n$`)

// The clean page is clean, every seeded defect is found by the rule made for it, and no rule is without one.
func TestEveryRuleFindsItsSeededDefectAndLeavesTheCleanPageAlone(t *testing.T) {
	said, err := uxcheck.Node(t, "calibrate.mjs")
	counts := calibrated.FindStringSubmatch(said)
	if err != nil || counts == nil {
		t.Fatalf("%v\n%s", err, said)
	}
	rules, _ := strconv.Atoi(counts[1])
	defects, _ := strconv.Atoi(counts[2])
	if rules < 50 || defects < rules {
		t.Errorf("%d rules and %d defects were counted", rules, defects)
	}
}

// The clean page looks like itself, and whatever is moved, cut off or loses its colour is seen.
func TestLooksFindWhatChangedAndNothingElse(t *testing.T) {
	if said, err := uxcheck.Node(t, "calibrate-looks.mjs"); err != nil {
		t.Errorf("%v\n%s", err, said)
	}
}
