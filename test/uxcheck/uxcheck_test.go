package uxcheck_test

import (
	"strings"
	"testing"

	"kakehashi/test/uxcheck"
)

func TestEverySeededDefectIsFoundAndTheCleanPageIsClean(t *testing.T) {
	said, err := uxcheck.Node(t, "calibrate.mjs")
	if err != nil || !strings.Contains(said, "21 passed, 0 failed") {
		t.Errorf("%v\n%s", err, said)
	}
}
