package crash_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"kakehashi/internal/db/dbtest"
	"kakehashi/test/crash"
)

// The bench of the real command on both engines, small: everything it measures is there with its floor, every answer was right, and
// its cases are counted. How fast it was is no matter of a test.
func TestTheBenchMeasuresEverythingBesideItsFloor(t *testing.T) {
	out := filepath.Join(t.TempDir(), "bench.json")
	words := []string{"bench", "--cases", "300", "--seconds", "0.2", "--rounds", "1", "--json", out}
	engines := dbtest.Engines()
	if slices.Contains(engines, "postgres") {
		words = append(words, "--database", dbtest.Address(t, "postgres"))
	}
	house := &crash.House{Serve: []string{crash.Build(t)}}
	if said, err := house.Run(t.Context(), words...); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	var report struct {
		Engines []struct {
			Engine  string
			Cases   int
			Figures []struct {
				Name, Floor string
				Requests    int
				Wrong       int    `json:"wrong_answers"`
				Sample      string `json:"sample_of_wrong"`
				Rate        struct {
					Median float64
				} `json:"per_second"`
			}
		}
	}
	if err := json.Unmarshal(b, &report); err != nil {
		t.Fatal(err)
	}
	if len(report.Engines) != len(engines) {
		t.Fatalf("%d engines were measured, want %v", len(report.Engines), engines)
	}
	floors := map[string]string{"public page, cached": "plain HTTP: ping", "public page, uncached": "plain HTTP: ping", "case list of 50": "plain: list of 50",
		"case list of 50, gzip": "plain: list of 50", "one case": "plain: one row", "submission, durable": "plain: six rows, durable"}
	for _, e := range report.Engines {
		if e.Cases != 300 {
			t.Errorf("%s: %d cases, want 300", e.Engine, e.Cases)
		}
		seen := map[string]bool{}
		for _, f := range e.Figures {
			seen[f.Name] = true
			if f.Wrong > 0 {
				t.Errorf("%s, %s: %d wrong answers (%s)", e.Engine, f.Name, f.Wrong, f.Sample)
			}
			if f.Requests == 0 || f.Rate.Median <= 0 {
				t.Errorf("%s, %s: nothing was measured", e.Engine, f.Name)
			}
			if want, ours := floors[f.Name]; ours && f.Floor != want {
				t.Errorf("%s, %s stands beside %q, want %q", e.Engine, f.Name, f.Floor, want)
			}
		}
		for name, floor := range floors {
			if !seen[name] || !seen[floor] {
				t.Errorf("%s: %q or its floor %q is missing", e.Engine, name, floor)
			}
		}
	}
}
