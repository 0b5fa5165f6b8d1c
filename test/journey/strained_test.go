package journey_test

import (
	"strings"
	"testing"

	"kakehashi/test/journey"
	"kakehashi/test/uxcheck"
)

func TestAPageIsStretchedAndCrowded(t *testing.T) {
	const page = `<!doctype html><html lang="en"><head><title>Error: Save draft</title></head><body><a href="/x.csv" aria-label="Save draft">Save the draft of a.csv, 10,000 yen</a><code>Save</code>` +
		`<table><tbody><tr><td><label for="a">富士市</label></td><td>富士市</td><td>3件</td><td><input id="a" aria-describedby="a b"></td></tr></tbody></table></body></html>`
	long, err := journey.Stretched(uxcheck.Page{HTML: page})
	for _, want := range []string{"Error: Saveve draftft", `aria-label="Saveve draftft"`, "Saveve thee draftft of a.csv, 10,000 yenn", "<code>Save</code>", "富士市"} {
		if err != nil || !strings.Contains(long.HTML, want) {
			t.Errorf("%q is not in %s (%v)", want, long.HTML, err)
		}
	}
	full, has, err := journey.Crowded(uxcheck.Page{HTML: page})
	if err != nil || !has || strings.Count(full.HTML, "<tr>") != 200 || strings.Count(full.HTML, strings.Repeat("富士市", 20)) != 200 || strings.Count(full.HTML, "<td>3件</td>") != 200 {
		t.Errorf("%v %v %s", has, err, full.HTML)
	}
	for _, want := range []string{`for="a-row199"`, `id="a-row199" aria-describedby="a-row199 b"`} {
		if strings.Count(full.HTML, want) != 1 {
			t.Errorf("%q is not once in the crowded page", want)
		}
	}
	if _, has, _ := journey.Crowded(uxcheck.Page{HTML: "<p>none</p>"}); has {
		t.Error("a page without a table is crowded")
	}
}
