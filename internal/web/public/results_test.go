package public_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"kakehashi/internal/db/dbtest"
	"kakehashi/internal/web/public"
)

// The page shows the embedded run as it is: its commit, every finding, what no rule looks at.
func TestTheResultsOfTheChecksAreShownAsTheyAre(t *testing.T) {
	content, err := os.ReadFile("results.json")
	if err != nil {
		t.Fatal(err)
	}
	r, err := public.ReadResults(content)
	if err != nil {
		t.Fatal(err)
	}
	s := at(t, dbtest.Open(t, "sqlite"), "2026-10-14 16:40")
	for _, path := range []string{"/accessibility/results", "/en/accessibility/results"} {
		body := get(t, s, path).Body.String()
		for _, want := range []string{r.Commit, "3.3.8", "axe:color-contrast"} {
			if !strings.Contains(body, want) {
				t.Errorf("%s does not show %s", path, want)
			}
		}
		if got := strings.Count(body, "<tr"); got < len(r.Found)+len(r.Ways)+30 {
			t.Errorf("%s has %d rows", path, got)
		}
	}
	if !strings.Contains(get(t, s, "/accessibility").Body.String(), `href="/accessibility/results"`) {
		t.Error("the accessibility page does not lead to the results")
	}
}

// A file that claims what was not run is refused.
func TestResultsThatSayTooLittleAreRefused(t *testing.T) {
	content, err := os.ReadFile("results.json")
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*public.Results){
		"no commit":   func(r *public.Results) { r.Commit = "" },
		"no pages":    func(r *public.Results) { r.Pages = 0 },
		"no ways":     func(r *public.Results) { r.Ways = nil },
		"no tools":    func(r *public.Results) { r.Tools = nil },
		"unknown way": func(r *public.Results) { r.Ways[0].Kind = "everything" },
		"criterion":   func(r *public.Results) { r.Criteria = r.Criteria[1:] },
	} {
		var r public.Results
		if err := json.Unmarshal(content, &r); err != nil {
			t.Fatal(err)
		}
		change(&r)
		changed, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := public.ReadResults(changed); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
