package journey_test

import (
	"os"
	"testing"
	"time"

	"kakehashi/test/journey"
	"kakehashi/test/uxcheck"
)

// Every kind of page that links lead to, as the first person who reaches it, in Japanese and English, in a real browser.
// It takes a quarter of an hour on two cores, so `make check-all` runs it.
func TestEveryPageIsUsableByEverybody(t *testing.T) {
	if os.Getenv("KAKEHASHI_UX_PAGES") == "" {
		t.Skip("make check-all looks at every page in the browser")
	}
	h := journey.Start(t, "sqlite", time.Time{})
	seen := map[string]bool{}
	var pages []uxcheck.Page
	for _, who := range journey.People {
		b := h.Visitor()
		if who != "" {
			b = h.As(who)
		}
		for _, p := range journey.Discover(t, b, who, 80) {
			if k := journey.Kind(p.URL); !seen[k] {
				seen[k] = true
				pages = append(pages, p)
			}
		}
	}
	if len(pages) < 25 {
		t.Errorf("links lead to %d kinds of pages only", len(pages))
	}
	missing := h.Visitor()
	if missing.Open("/no-such-page").Status() != 404 {
		t.Errorf("an unknown address answers %d", missing.Status())
	}
	pages = append(pages, uxcheck.Page{Name: "missing", URL: "/no-such-page", Lang: "ja", Status: 404})
	uxcheck.Check(t, h.Base, append(pages, journey.English(pages)...))
}
