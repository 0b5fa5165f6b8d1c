package programme

import (
	"testing"

	"kakehashi/programmes"
)

func load(t testing.TB, dir string) *Programme {
	t.Helper()
	d, issues := Parse(programmes.FS, dir)
	if err := issues.Err(); err != nil {
		t.Fatal(err)
	}
	p, issues := Compile(d)
	if err := issues.Err(); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestEveryShippedProgrammeCompiles(t *testing.T) {
	load(t, "economic-activity-grant")
}
