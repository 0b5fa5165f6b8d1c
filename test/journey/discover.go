package journey

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"kakehashi/test/browse"
)

// People are those who have pages of their own, the visitor ("") first.
var People = []string{"", "demo-staff", "demo-approver", "demo-branch", "demo-officer", "demo-chief", "demo-finance", "demo-member1", "demo-member4", "demo-admin", "demo-auditor"}

// starts are where a person's links begin.
var starts = []string{"/", "/work", "/desk", "/admin", "/account"}

// thing is a path segment that names one thing among many: an id, a code, a token, a date, a number.
var thing = regexp.MustCompile(`^(.*\d.*|[0-9a-zA-Z_-]{20,})$`)

// Kind is the address of all pages alike: "/work/cases/*".
func Kind(path string) string {
	path, _, _ = strings.Cut(path, "?")
	parts := strings.Split(strings.TrimPrefix(path, "/en"), "/")
	for i, part := range parts {
		if thing.MatchString(part) {
			parts[i] = "*"
		}
	}
	return strings.Join(parts, "/")
}

// Crawl follows links as one person from the starting pages, up to `alike` addresses of every kind and two files of a kind. Every answer on
// the way must be a page, a file or, where a person's links begin, a refusal: what is not ends up in t.
func Crawl(t testing.TB, b *browse.Browser, who string, alike int) {
	t.Helper()
	type step struct{ from, to string }
	var queue []step
	for _, start := range starts {
		queue = append(queue, step{"", start})
	}
	asked, known := map[string]int{}, map[string]bool{}
	for len(queue) > 0 {
		next := queue[0]
		queue = queue[1:]
		most := alike
		if i := strings.LastIndex(next.to, "/"); strings.Contains(strings.Split(next.to[i:], "?")[0], ".") {
			most = 2
		}
		if known[next.to] || asked[Kind(next.to)] >= most {
			continue
		}
		known[next.to] = true
		asked[Kind(next.to)]++
		b.Open(next.to)
		if b.Status() >= http.StatusInternalServerError || b.Status() >= http.StatusBadRequest && next.from != "" {
			t.Errorf("%s as %q, a link of %s: status %d", next.to, who, next.from, b.Status())
		}
		if b.Status() != http.StatusOK || !strings.HasPrefix(b.Header().Get("Content-Type"), "text/html") {
			continue
		}
		for _, link := range b.Links() {
			if to := inside(b.Path(), link.Address); to != "" {
				queue = append(queue, step{b.Path(), to})
			}
		}
	}
}

// inside is the path and query of a link that stays in the service, in Japanese; "" for others and for those that end a session.
func inside(from, address string) string {
	at, err := url.Parse(from)
	if err != nil {
		return ""
	}
	to, err := at.Parse(address)
	if err != nil || to.Host != "" || to.Scheme != "" || to.Path == "/en" || strings.HasPrefix(to.Path, "/en/") || strings.HasPrefix(to.Path, "/signout") {
		return ""
	}
	return to.RequestURI()
}

// Bare presses every button of pages with nothing filled in, so that every form says what it lacks.
func Bare(b *browse.Browser, paths []string) {
	for _, path := range paths {
		for n := 0; n < 12; n++ {
			if b.Open(path).Status() != http.StatusOK || !strings.HasPrefix(b.Header().Get("Content-Type"), "text/html") || !b.PressBare(n) {
				break
			}
		}
	}
}
