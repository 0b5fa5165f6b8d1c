package browse

import (
	"net/http"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Status is the HTTP status of the page on the screen.
func (b *Browser) Status() int {
	b.t.Helper()
	return b.shown().status
}

// Header is the header of the answer on the screen.
func (b *Browser) Header() http.Header {
	b.t.Helper()
	return b.shown().header
}

// Body is the answer on the screen as it came: a page's HTML, a file's bytes.
func (b *Browser) Body() []byte {
	b.t.Helper()
	return b.shown().body
}

// Path is where the person stands, without host: "/work/cases/c1?tab=costs".
func (b *Browser) Path() string {
	b.t.Helper()
	return b.shown().at.RequestURI()
}

// Title is the page's title.
func (b *Browser) Title() string {
	b.t.Helper()
	if title := first(b.shown().doc, is(atom.Title)); title != nil {
		return squeeze(text(title))
	}
	return ""
}

// Heading is the words of the page's h1.
func (b *Browser) Heading() string {
	b.t.Helper()
	if h1 := first(b.shown().doc, is(atom.H1)); h1 != nil {
		return squeeze(text(h1))
	}
	return ""
}

// Text is everything the page says, white space folded; values in controls are not part of it.
func (b *Browser) Text() string {
	b.t.Helper()
	if b.shown().doc == nil {
		return string(b.page.body)
	}
	return squeeze(text(b.page.doc))
}

// Links are the addresses on the page by their words, in page order; several links may share their words.
func (b *Browser) Links() []Link {
	b.t.Helper()
	var links []Link
	for _, a := range all(b.shown().doc, is(atom.A)) {
		if href, ok := attr(a, "href"); ok {
			links = append(links, Link{Words: named(b.page.doc, a), Address: href})
		}
	}
	return links
}

// Link is one link of a page.
type Link struct{ Words, Address string }

// Follow goes where the link with these words leads. Exact words win over a part of the words; when several links with
// different addresses fit, the test ends and says so.
func (b *Browser) Follow(words string) *Browser {
	b.t.Helper()
	var exact, part []Link
	for _, link := range b.Links() {
		if link.Words == words {
			exact = append(exact, link)
		} else if strings.Contains(link.Words, words) {
			part = append(part, link)
		}
	}
	if len(exact) == 0 {
		exact = part
	}
	if len(exact) == 0 {
		b.fail("there is no link %q", words)
	}
	for _, link := range exact[1:] {
		if link.Address != exact[0].Address {
			b.fail("%q names several links: %v", words, exact)
		}
	}
	b.Open(exact[0].Address)
	return b
}

// Sees ends the test unless the page says every one of these.
func (b *Browser) Sees(words ...string) *Browser {
	b.t.Helper()
	shown := b.Text()
	for _, want := range words {
		if !strings.Contains(shown, squeeze(want)) {
			b.fail("the page does not say %q", want)
		}
	}
	return b
}

// SeesNot ends the test if the page says one of these anywhere, in its words or its source.
func (b *Browser) SeesNot(words ...string) *Browser {
	b.t.Helper()
	shown := b.Text()
	for _, not := range words {
		if strings.Contains(shown, not) || strings.Contains(string(b.page.body), not) {
			b.fail("the page says %q and must not", not)
		}
	}
	return b
}

// WantStatus ends the test unless the page came with this status.
func (b *Browser) WantStatus(status int) *Browser {
	b.t.Helper()
	if b.Status() != status {
		b.fail("status %d, want %d", b.Status(), status)
	}
	return b
}

// WantPath ends the test unless the person stands at this path (query not counted).
func (b *Browser) WantPath(path string) *Browser {
	b.t.Helper()
	if b.shown().at.Path != path {
		b.fail("at %s, want %s", b.page.at.Path, path)
	}
	return b
}

// WantTitle ends the test unless the title contains these words.
func (b *Browser) WantTitle(words string) *Browser {
	b.t.Helper()
	if !strings.Contains(b.Title(), words) {
		b.fail("title %q, want %q in it", b.Title(), words)
	}
	return b
}

// shown is the page on the screen; without one the test ends.
func (b *Browser) shown() *page {
	b.t.Helper()
	if b.page == nil {
		b.t.Fatal("no page is open yet")
	}
	return b.page
}

// silent are elements whose content a page does not say.
var silent = []atom.Atom{atom.Script, atom.Style, atom.Template, atom.Head, atom.Noscript}

// blocks are elements that part words from what stands before and after.
var blocks = []atom.Atom{atom.P, atom.Div, atom.Li, atom.Td, atom.Th, atom.Tr, atom.Dt, atom.Dd, atom.H1, atom.H2, atom.H3, atom.H4,
	atom.Br, atom.Option, atom.Label, atom.Legend, atom.Caption, atom.Section, atom.Header, atom.Footer, atom.Button, atom.Summary}

// text is what a node says. A title inside an svg counts: a screen reader says it.
func text(n *html.Node) string {
	var said strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			said.WriteString(n.Data)
			return
		}
		if slices.Contains(silent, n.DataAtom) {
			return
		}
		block := slices.Contains(blocks, n.DataAtom)
		if block {
			said.WriteByte(' ')
		}
		for child := n.FirstChild; child != nil; child = child.NextSibling {
			walk(child)
		}
		if block {
			said.WriteByte(' ')
		}
	}
	if n == nil {
		return ""
	}
	if slices.Contains(silent, n.DataAtom) {
		return ""
	}
	walk(n)
	return said.String()
}

// squeeze folds white space, the ideographic space too.
func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

// is matches elements of one kind.
func is(kind atom.Atom) func(*html.Node) bool {
	return func(n *html.Node) bool { return n.Type == html.ElementNode && n.DataAtom == kind }
}

// first is the first node in page order that fits, or nil.
func first(root *html.Node, fits func(*html.Node) bool) *html.Node {
	if found := all(root, fits); len(found) > 0 {
		return found[0]
	}
	return nil
}

// all are the nodes that fit, in page order.
func all(root *html.Node, fits func(*html.Node) bool) []*html.Node {
	if root == nil {
		return nil
	}
	var found []*html.Node
	for n := range root.Descendants() {
		if fits(n) {
			found = append(found, n)
		}
	}
	return found
}

// attr reads an attribute.
func attr(n *html.Node, key string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == key && a.Namespace == "" {
			return a.Val, true
		}
	}
	return "", false
}

// set writes an attribute.
func set(n *html.Node, key, value string) {
	for i := range n.Attr {
		if n.Attr[i].Key == key {
			n.Attr[i].Val = value
			return
		}
	}
	n.Attr = append(n.Attr, html.Attribute{Key: key, Val: value})
}

// unset removes an attribute.
func unset(n *html.Node, key string) {
	n.Attr = slices.DeleteFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
}

// has says whether a boolean attribute stands.
func has(n *html.Node, key string) bool {
	_, ok := attr(n, key)
	return ok
}

// within is the nearest ancestor of one kind, or nil.
func within(n *html.Node, kind atom.Atom) *html.Node {
	for up := range n.Ancestors() {
		if up.DataAtom == kind {
			return up
		}
	}
	return nil
}
