package app

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"kakehashi/internal/db/dbtest"
)

// What is measured in one process stands beside its floor on every engine, over as many cases as were asked for. How fast it was is no
// matter of a test.
func TestRankingAndReplayAreMeasuredBesideAPlainRead(t *testing.T) {
	data, engines, database := t.TempDir(), dbtest.Engines(), []string{}
	if slices.Contains(engines, "postgres") {
		database = []string{"--database", dbtest.Open(t, "postgres").Address()}
	}
	for work, least := range map[string]int{"ranking": 3, "replay": 40} {
		out := filepath.Join(t.TempDir(), "bench.json")
		words := append([]string{work, "--data", data, "--cases", "40", "--rounds", "1", "--seconds", "0.01", "--json", out}, database...)
		if err := runBench(t.Context(), &Env{Out: io.Discard, Err: io.Discard}, words); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		var report benchReport
		if err := json.Unmarshal(b, &report); err != nil {
			t.Fatal(err)
		}
		if len(report.Engines) != len(engines) {
			t.Fatalf("%d engines were measured, want %v", len(report.Engines), engines)
		}
		for _, e := range report.Engines {
			if len(e.Figures) != 2 || e.Figures[1].Name != work+" of 40 cases" || e.Figures[1].Floor != e.Figures[0].Name {
				t.Fatalf("%s: %+v", e.Engine, e.Figures)
			}
			for _, f := range e.Figures {
				if f.Requests < least {
					t.Errorf("%s, %s: %d were measured", e.Engine, f.Name, f.Requests)
				}
			}
		}
	}
}
