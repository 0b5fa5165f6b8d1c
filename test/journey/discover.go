package journey

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"kakehashi/test/browse"
	"kakehashi/test/uxcheck"
)

// People are those who have pages of their own, the visitor ("") first.
var People = []string{"", "demo-staff", "demo-approver", "demo-branch", "demo-officer", "demo-chief", "demo-finance", "demo-member1", "demo-admin", "demo-auditor"}

// starts are where a person's links begin.
var starts = []string{"/", "/work", "/desk", "/admin", "/account"}

// thing is a path segment that names one thing among many: an id, a code, a token, a date, a number.
var thing = regexp.MustCompile(`^(.*\d.*|[0-9a-zA-Z_-]{20,})$`)

// Kind is the address of all pages alike: "/work/cases/*".
func Kind(path string) string {
	parts := strings.Split(strings.TrimPrefix(path, "/en"), "/")
	for i, part := range parts {
		if thing.MatchString(part) {
			parts[i] = "*"
		}
	}
	return strings.Join(parts, "/")
}

// Discover follows links as one person from the starting pages and gives one page of every kind, at most `most`. Every answer on the way must be
// a page, a file or a refusal: a failure of ours ends up in t.
func Discover(t *testing.T, b *browse.Browser, who string, most int) []uxcheck.Page {
	t.Helper()
	var pages []uxcheck.Page
	known := map[string]bool{}
	asked := map[string]int{}
	queue := append([]string{}, starts...)
	for len(queue) > 0 && len(pages) < most {
		path := queue[0]
		queue = queue[1:]
		k := Kind(path)
		// A second page of a kind may lead to kinds the first does not; a third adds nothing.
		if asked[k] == 2 {
			continue
		}
		asked[k]++
		b.Open(path)
		if b.Status() >= http.StatusInternalServerError {
			t.Errorf("%s as %q: status %d", path, who, b.Status())
		}
		if b.Status() != http.StatusOK || !strings.HasPrefix(b.Header().Get("Content-Type"), "text/html") {
			continue
		}
		here, _, _ := strings.Cut(b.Path(), "?")
		if k = Kind(here); !known[k] {
			known[k] = true
			pages = append(pages, page(here, who, b))
		}
		for _, link := range b.Links() {
			if to := inside(b.Path(), link.Address); to != "" {
				queue = append(queue, to)
			}
		}
	}
	return pages
}

// page is the page at a path as one person sees it.
func page(path string, who string, b *browse.Browser) uxcheck.Page {
	p := uxcheck.Page{Name: strings.Trim(strings.NewReplacer("/", "-", "*", "x").Replace(Kind(path)), "-"), URL: path, Lang: "ja", Kind: "public"}
	if p.Name == "" {
		p.Name = "home"
	}
	if who == "" {
		p.CookieFree = !strings.HasPrefix(path, "/signin") && !strings.HasPrefix(path, "/setup") && !strings.HasPrefix(path, "/recover")
		return p
	}
	p.Name += "." + strings.TrimPrefix(who, "demo-")
	p.Kind = "work"
	p.Cookies = b.Cookies()
	return p
}

// inside is the path of a link that stays in the service, in Japanese, without query; "" for others and for those that end a
// session.
func inside(from, address string) string {
	at, err := url.Parse(from)
	if err != nil {
		return ""
	}
	to, err := at.Parse(address)
	if err != nil || to.Host != "" || to.Scheme != "" || to.Path == "/en" || strings.HasPrefix(to.Path, "/en/") || strings.HasPrefix(to.Path, "/signout") {
		return ""
	}
	return to.Path
}

// English is the same pages under /en, looked at in fewer ways: the layout is the Japanese pages' layout.
func English(pages []uxcheck.Page) []uxcheck.Page {
	no := false
	var english []uxcheck.Page
	for _, p := range pages {
		p.Name += ".en"
		p.URL = "/en" + strings.TrimSuffix(p.URL, "/")
		p.Lang = "en"
		p.Widths = []int{320, 1280}
		p.Themes = []string{"light"}
		p.Keyboard, p.Extras = &no, &no
		english = append(english, p)
	}
	return english
}
