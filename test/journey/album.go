package journey

import (
	"bytes"
	"fmt"
	"math/bits"
	"net/http"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"kakehashi/test/browse"
	"kakehashi/test/uxcheck"
)

// Album keeps the pages people saw, in Japanese and English, as they were answered, so that the browser can look at states that are
// gone. Of pages alike it keeps the first: a page is kept when it shows something its address did not show before (an element, a longer
// text, more rows, a navigation, a status).
type Album struct {
	t      testing.TB
	routes []string // that are read
	acts   []string // that are written
	seen   map[string]bool
	files  map[string]bool // addresses that answered no page: files, feeds, redirects
	pages  []uxcheck.Page
	shows  [][]string     // what each of pages shows
	others []uxcheck.Page // not kept for the browser; the HTML checker reads them all the same
}

// NewAlbum keeps pages of the registered addresses ("/work/cases/{id}"), read and written.
func NewAlbum(t testing.TB, read, write []string) *Album {
	return &Album{t: t, routes: read, acts: write, seen: map[string]bool{}, files: map[string]bool{}}
}

// watch keeps what is put on the screens of one person ("" for a visitor).
func (a *Album) watch(who string) func(*browse.Browser, browse.Answer) {
	return func(b *browse.Browser, x browse.Answer) {
		if x.Status >= http.StatusInternalServerError {
			a.t.Errorf("%s %s as %q: status %d", x.Method, x.Path, who, x.Status)
			return
		}
		path, english := strings.CutPrefix(x.Path, "/en")
		english = english && (path == "" || path[0] == '/' || path[0] == '?')
		if english {
			a.keep(who, "en", x)
			return
		}
		a.keep(who, "ja", x)
		if !a.page(x) || x.Method != http.MethodGet && x.Status != http.StatusUnprocessableEntity {
			return
		}
		if path == "/" {
			path = ""
		}
		if twin := b.Repeat(x, "/en"+path); twin.Status == x.Status {
			a.keep(who, "en", twin)
		} else if twin.Status != http.StatusTooManyRequests {
			a.t.Errorf("%s %s as %q answers %d, in English %d", x.Method, x.Path, who, x.Status, twin.Status)
		}
	}
}

// page says whether an answer is a whole page.
func (a *Album) page(x browse.Answer) bool {
	if strings.HasPrefix(x.Header.Get("Content-Disposition"), "attachment") {
		return false // a page to take along, which no browser shows from here
	}
	return strings.HasPrefix(x.Header.Get("Content-Type"), "text/html") && bytes.Contains(x.Body, []byte("<html"))
}

func (a *Album) keep(who, lang string, x browse.Answer) {
	route := a.route(x)
	if !a.page(x) {
		a.files[route] = true
		return
	}
	p := uxcheck.Page{Name: a.name(who, lang, route, x), URL: x.Path, Lang: lang, Status: x.Status, HTML: string(x.Body), Kind: "work",
		Headers: map[string]string{"Content-Type": x.Header.Get("Content-Type"), "Content-Security-Policy": x.Header.Get("Content-Security-Policy")}}
	if who == "" {
		p.Kind = "public"
		if x.Method == http.MethodGet && slices.ContainsFunc(x.Header.Values("Set-Cookie"), given) && !keepsCookie(route) {
			a.t.Errorf("%s sets a cookie for a visitor: %v", x.Path, x.Header.Values("Set-Cookie"))
		}
	}
	if lang == "en" {
		no := false
		p.FewWays, p.Keyboard, p.Extras, p.Themes = true, &no, &no, []string{"light"}
	}
	doc, err := html.Parse(bytes.NewReader(x.Body))
	if err != nil {
		a.t.Errorf("%s is not HTML: %v", x.Path, err)
		return
	}
	if strings.HasPrefix(strings.TrimPrefix(x.Path, "/en"), "/resident") {
		p.Lang, p.Kind = tongue(doc), "resident"
	} else if route == ownTongues {
		p.Lang = tongue(doc)
	}
	if sheets := onPaper[route]; sheets > 0 && lang == "ja" && x.Status == http.StatusOK && x.Method == http.MethodGet {
		p.Print = &uxcheck.Print{Most: sheets}
	}
	shown := traits(doc, lang+" "+x.Method+" "+route, lang+" "+who, x.Status)
	fresh := false
	for _, trait := range shown {
		if !a.seen[trait] {
			fresh, a.seen[trait] = true, true
		}
	}
	if fresh {
		a.pages = append(a.pages, p)
		a.shows = append(a.shows, shown)
	} else {
		a.others = append(a.others, p)
	}
}

// ownTongues is the printed sheet for a place, in the languages chosen for it whatever the address.
const ownTongues = "/sheets/{id}/print"

// tongue is the language a page says it is in: residents' pages are in many, whatever the address they were asked for at.
func tongue(doc *html.Node) string {
	for n := range doc.ChildNodes() {
		for _, attr := range n.Attr {
			if attr.Key == "lang" {
				return attr.Val
			}
		}
	}
	return ""
}

// onPaper are the pages people print, with how many sheets they may take at their fullest.
var onPaper = map[string]int{"/desk/cases/{id}": 4, "/desk/cases/{id}/application": 8, "/desk/cases/{id}/letters": 2, "/desk/screening/{programme}": 3,
	"/work/cases/{id}": 4, "/work/letters": 3, "/letters/{id}": 2, "/programmes/{code}": 4, "/adopted": 3}

// given is true of a Set-Cookie that sets something; one without a value takes a cookie away.
func given(cookie string) bool { return !strings.Contains(cookie, "=;") }

// keepsCookie is true of the addresses that must remember a visitor: a half-done sign-in, a form kept for one.
func keepsCookie(route string) bool {
	return strings.HasPrefix(route, "/signin") || strings.HasPrefix(route, "/setup") || strings.HasPrefix(route, "/recover") || strings.HasPrefix(route, "/invite")
}

// route is the registered address an answer comes from; "" when it is none.
func (a *Album) route(x browse.Answer) string {
	path, _, _ := strings.Cut(x.Path, "?")
	if path = strings.TrimPrefix(path, "/en"); path == "" {
		path = "/"
	}
	list := a.routes
	if x.Method == http.MethodPost {
		list = a.acts
	}
	best := ""
	for _, route := range list {
		if fits(route, path) && (best == "" || strings.Count(route, "{") < strings.Count(best, "{")) {
			best = route
		}
	}
	return best
}

// fits says whether a path is one of an address with placeholders.
func fits(route, path string) bool {
	r, p := strings.Split(route, "/"), strings.Split(path, "/")
	if len(r) != len(p) {
		return false
	}
	for i := range r {
		if !strings.HasPrefix(r[i], "{") && r[i] != p[i] {
			return false
		}
	}
	return true
}

func (a *Album) name(who, lang, route string, x browse.Answer) string {
	name := strings.Trim(strings.NewReplacer("/", "-", "{", "", "}", "").Replace(route), "-")
	if name == "" {
		name = map[bool]string{true: "home", false: "unknown"}[route == "/"]
	}
	return fmt.Sprintf("%03d-%s.%s.%s.%d", len(a.pages)+len(a.others), name, strings.TrimPrefix(who, "demo-"), lang, x.Status)
}

// traits are what a page shows: its elements below main by address, those of the frame by person, each with how long its text and how
// many its children are, in powers of two from a certain size.
func traits(doc *html.Node, where, who string, status int) []string {
	list := []string{fmt.Sprint(where, " ", status), who}
	var walk func(n *html.Node, at, parent string)
	walk = func(n *html.Node, at, parent string) {
		if n.Type == html.ElementNode && n.Data == "main" {
			at = where
		}
		self := parent
		if n.Type == html.ElementNode {
			self = describe(n)
			children, words := 0, 0
			for c := n.FirstChild; c != nil; c = c.NextSibling {
				if c.Type == html.ElementNode {
					children++
				} else if c.Type == html.TextNode {
					words += len([]rune(strings.TrimSpace(c.Data)))
				}
			}
			list = append(list, fmt.Sprint(at, "|", parent, ">", self, "|", size(children, 32), "|", size(words, 128)))
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, at, self)
		}
	}
	walk(doc, who, "")
	return list
}

// size is 0 up to a number, then how many bits the number of multiples takes.
func size(n, from int) int { return bits.Len(uint(n / from)) }

// describe is an element without its words: tag, classes, type, role, state.
func describe(n *html.Node) string {
	said := n.Data
	for _, attr := range n.Attr {
		switch attr.Key {
		case "class":
			classes := strings.Fields(attr.Val)
			slices.Sort(classes)
			said += "." + strings.Join(classes, ".")
		case "type", "role", "aria-invalid", "aria-current", "open", "hidden", "disabled", "readonly":
			said += "[" + attr.Key + "=" + attr.Val + "]"
		}
	}
	return said
}

// Addresses are where a person saw pages that can be asked for, one of every address with placeholders.
func (a *Album) Addresses(who string) []string {
	var list []string
	have := map[string]bool{}
	for _, p := range append(slices.Clone(a.pages), a.others...) {
		route := a.route(browse.Answer{Path: p.URL})
		if p.Lang == "ja" && p.Status == http.StatusOK && strings.Contains(p.Name, "."+strings.TrimPrefix(who, "demo-")+".ja.") && !have[route] {
			have[route] = true
			list = append(list, p.URL)
		}
	}
	return list
}

// Pages are a few pages that together show everything the kept ones do, the fullest first; others are the rest.
func (a *Album) Pages() (pages, others []uxcheck.Page) {
	left := map[string]bool{}
	for _, shown := range a.shows {
		for _, trait := range shown {
			left[trait] = true
		}
	}
	taken := make([]bool, len(a.pages))
	for len(left) > 0 {
		best, most := 0, 0
		for i, shown := range a.shows {
			if taken[i] {
				continue
			}
			gain := map[string]bool{}
			for _, trait := range shown {
				if left[trait] {
					gain[trait] = true
				}
			}
			if len(gain) > most {
				best, most = i, len(gain)
			}
		}
		for _, trait := range a.shows[best] {
			delete(left, trait)
		}
		taken[best] = true
		pages = append(pages, a.pages[best])
	}
	for i, p := range a.pages {
		if !taken[i] {
			others = append(others, p)
		}
	}
	return pages, append(others, a.others...)
}

// Chosen is the fullest page of every address in each language, and of every kind of refusal and error summary; others are the rest of
// those that show something of their own.
func (a *Album) Chosen() (pages, others []uxcheck.Page) {
	have := map[string]bool{}
	all, _ := a.Pages()
	for _, p := range all {
		route := a.route(browse.Answer{Path: p.URL})
		is := fmt.Sprint(p.Lang, p.Status, route)
		tongue, kind := "residents "+p.Lang, "residents "+route
		if have[is] || p.Kind == "resident" && have[tongue] && have[kind] { // of residents' pages every address and every language once
			others = append(others, p)
			continue
		}
		have[is] = true
		if p.Kind == "resident" {
			have[tongue], have[kind] = true, true
		}
		p.Middle = len(pages) % 2
		pages = append(pages, p)
	}
	return pages, others
}

// Missing are registered addresses no page, file or redirect of which was seen; a resident's page is in its own language.
func (a *Album) Missing(lang string) []string {
	var list []string
	for _, route := range a.routes {
		if !a.files[route] && !slices.ContainsFunc(a.pages, func(p uxcheck.Page) bool {
			return (p.Lang == lang || p.Kind == "resident" || route == ownTongues) && p.Status == http.StatusOK && a.route(browse.Answer{Path: p.URL}) == route
		}) {
			list = append(list, route)
		}
	}
	return list
}
