// Package browse walks through Kakehashi as a person does whose browser runs no script: it opens addresses, follows links by
// their words, fills fields by their labels, attaches files and presses buttons, and it sends exactly what a browser would
// send (method, encoding, order, the pressed button, cookies, Origin). Journeys without JavaScript and permission tests by
// address are written with it. A step that cannot be taken ends the test and shows the page that was on the screen.
package browse

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// Browser is one window of one person: a base address, cookies and the page on the screen. Not for concurrent use; a second
// window of the same person is Tab, another person is another Browser.
type Browser struct {
	t      testing.TB
	client *http.Client
	base   *url.URL
	lang   string
	page   *page
	watch  func(*Browser, Answer)
}

// Answer is what came back, after redirects, and what was sent for it.
type Answer struct {
	Method string
	Path   string // with query
	Sent   []byte
	Kind   string // of what was sent
	Status int
	Header http.Header
	Body   []byte
}

// Watch shows every answer that is put on this person's screens from now on, in this window and in those opened from it.
func (b *Browser) Watch(seen func(*Browser, Answer)) *Browser {
	b.watch = seen
	return b
}

// Repeat sends what an answer answers once more, to another path and without leaving the page. Redirects are not followed.
func (b *Browser) Repeat(a Answer, path string) Answer {
	b.t.Helper()
	a.Path = path
	a.Status, a.Header, a.Body = b.aside(a.Method, path, a.Sent, a.Kind)
	return a
}

// page is what the last answer showed.
type page struct {
	at     *url.URL
	status int
	header http.Header
	body   []byte
	doc    *html.Node
	files  map[*html.Node][]Upload
}

// Upload is a file chosen in a file control.
type Upload struct {
	Name    string
	Content []byte
}

// New opens a window on the service at base, with the given cookies (a signed-in session), asking for Japanese.
func New(t testing.TB, base string, cookies ...*http.Cookie) *Browser {
	t.Helper()
	at, err := url.Parse(base)
	if err != nil {
		t.Fatalf("base address %q: %v", base, err)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	jar.SetCookies(at, cookies)
	return &Browser{t: t, base: at, lang: "ja", client: &http.Client{Jar: jar, Timeout: 60 * time.Second}}
}

// Tab is a second window of the same person: the same cookies, nothing on the screen yet.
func (b *Browser) Tab() *Browser {
	return &Browser{t: b.t, base: b.base, lang: b.lang, client: b.client, watch: b.watch}
}

// Cookies are the person's cookies by name, for a real browser to go on with.
func (b *Browser) Cookies() map[string]string {
	all := map[string]string{}
	for _, c := range b.client.Jar.Cookies(b.base) {
		all[c.Name] = c.Value
	}
	return all
}

// Speak sets the language the browser asks for from now on (Accept-Language).
func (b *Browser) Speak(tag string) { b.lang = tag }

// Open goes to an address of the service ("/work/cases") or to a full one.
func (b *Browser) Open(address string) *Browser {
	b.t.Helper()
	b.send(http.MethodGet, b.resolve(address), nil, "")
	return b
}

// OpenOK is Open for a page that must be there: any status but 200 ends the test.
func (b *Browser) OpenOK(address string) *Browser {
	b.t.Helper()
	return b.Open(address).WantStatus(http.StatusOK)
}

// Get asks for an address with this person's cookies without leaving the page: for files, feeds, exports and permission
// tests. Redirects are not followed, so that being sent to sign in (303) is told from being refused (404).
func (b *Browser) Get(address string) (status int, header http.Header, body []byte) {
	b.t.Helper()
	return b.aside(http.MethodGet, address, nil, "")
}

// Post sends a form to an address without leaving the page, as a hand-made request by this person would.
func (b *Browser) Post(address string, values url.Values) (status int, header http.Header, body []byte) {
	b.t.Helper()
	return b.aside(http.MethodPost, address, []byte(values.Encode()), "application/x-www-form-urlencoded")
}

// aside makes one request that does not change the page on the screen.
func (b *Browser) aside(method, address string, content []byte, kind string) (int, http.Header, []byte) {
	b.t.Helper()
	request := b.request(method, b.resolve(address), bytes.NewReader(content), kind)
	still := *b.client
	still.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	answer, err := still.Do(request)
	if err != nil {
		b.t.Fatalf("%s %s: %v", method, address, err)
	}
	defer answer.Body.Close()
	content, err = io.ReadAll(answer.Body)
	if err != nil {
		b.t.Fatalf("%s %s: reading the answer: %v", method, address, err)
	}
	return answer.StatusCode, answer.Header, content
}

// send makes a request, follows redirects and puts the answer on the screen.
func (b *Browser) send(method string, to *url.URL, body []byte, kind string) {
	b.t.Helper()
	answer, err := b.client.Do(b.request(method, to, bytes.NewReader(body), kind))
	if err != nil {
		b.t.Fatalf("%s %s: %v", method, to, err)
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		b.t.Fatalf("%s %s: reading the answer: %v", method, to, err)
	}
	shown := &page{at: answer.Request.URL, status: answer.StatusCode, header: answer.Header, body: content, files: map[*html.Node][]Upload{}}
	shown.at.Fragment = to.Fragment
	if strings.HasPrefix(answer.Header.Get("Content-Type"), "text/html") {
		if shown.doc, err = html.Parse(strings.NewReader(string(content))); err != nil {
			b.t.Fatalf("%s %s: the page is not HTML: %v", method, to, err)
		}
	}
	b.page = shown
	if b.watch != nil {
		a := Answer{Method: answer.Request.Method, Path: b.Path(), Status: shown.status, Header: shown.header, Body: content}
		if a.Method != http.MethodGet {
			a.Sent, a.Kind = body, kind
		}
		b.watch(b, a)
	}
}

// request writes the headers a browser writes: language, where the person comes from, and that the request is of this site.
func (b *Browser) request(method string, to *url.URL, body io.Reader, kind string) *http.Request {
	b.t.Helper()
	request, err := http.NewRequestWithContext(b.t.Context(), method, to.String(), body)
	if err != nil {
		b.t.Fatalf("%s %s: %v", method, to, err)
	}
	request.Header.Set("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
	request.Header.Set("Accept-Language", b.lang)
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	if b.page == nil {
		request.Header.Set("Sec-Fetch-Site", "none")
	} else {
		request.Header.Set("Referer", b.page.at.String())
	}
	if method != http.MethodGet {
		request.Header.Set("Sec-Fetch-Site", "same-origin")
		request.Header.Set("Origin", b.base.Scheme+"://"+b.base.Host)
	}
	if kind != "" {
		request.Header.Set("Content-Type", kind)
	}
	return request
}

// resolve reads an address as the page on the screen would.
func (b *Browser) resolve(address string) *url.URL {
	b.t.Helper()
	from := b.base
	if b.page != nil {
		from = b.page.at
	}
	to, err := from.Parse(address)
	if err != nil {
		b.t.Fatalf("address %q: %v", address, err)
	}
	return to
}

// fail ends the test and shows what was on the screen.
func (b *Browser) fail(format string, args ...any) {
	b.t.Helper()
	shown := "(no page is open)"
	if b.page != nil {
		words := []rune(b.Text())
		if len(words) > 3000 {
			words = append(words[:3000], []rune(" …")...)
		}
		shown = fmt.Sprintf("%s (%d) %s\n%s", b.page.at, b.page.status, b.Title(), string(words))
	}
	b.t.Fatalf("%s\n--- on the screen: %s", fmt.Sprintf(format, args...), shown)
}
