package page_test

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"kakehashi/internal/account"
	"kakehashi/internal/fault"
	"kakehashi/internal/web/page"
)

// october is the moment of the reference screens: 14 October 2026, 16:40 in Japan.
var october = time.Date(2026, 10, 14, 7, 40, 0, 0, time.UTC)

func site(c page.Config) *page.Site {
	c.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	c.Now = func() time.Time { return october }
	return page.New(c)
}

func get(t *testing.T, s *page.Site, path string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func TestFailuresBecomeStatusAndWords(t *testing.T) {
	cases := []struct {
		name, path string
		err        error
		status     int
		words      string
	}{
		{"a missing case is 404 in Japanese", "/x", fault.New(fault.Missing, ""), 404, "ページが見つかりません"},
		{"and in English below /en", "/en/x", fault.New(fault.Missing, ""), 404, "Page not found"},
		{"an act that is not theirs is 403", "/x", fault.New(fault.Refused, ""), 403, "この操作はできません"},
		{"somebody was faster: 409", "/x", fault.New(fault.Conflict, ""), 409, "ほかの人が先に更新しました"},
		{"bad input without a form to show is 422", "/x", fault.New(fault.Invalid, ""), 422, "受け取れません"},
		{"too many tries is 429", "/x", fault.New(fault.Busy, "", "minutes", 5), 429, "回数が多すぎます"},
		{"a service away is 503", "/x", fault.New(fault.Busy, ""), 503, "ただいま処理できません"},
		{"a programme's own sentence is shown", "/en/x", &fault.Fault{Kind: fault.Refused, JA: "締切後です", EN: "The call has closed."}, 403, "The call has closed."},
		{"anything else is ours: 500", "/x", errors.New("disk on fire"), 500, "処理の途中で問題が起きました"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := site(page.Config{})
			s.Get("/x", func(*page.Request) (page.View, error) { return page.View{}, c.err })
			w := get(t, s, c.path)
			if w.Code != c.status || !strings.Contains(w.Body.String(), c.words) {
				t.Fatalf("got %d, want %d with %q:\n%s", w.Code, c.status, c.words, w.Body)
			}
			if strings.Contains(w.Body.String(), "disk on fire") {
				t.Error("our own error reached the reader")
			}
			if strings.Contains(w.Body.String(), "⟦") {
				t.Error("a sentence is missing from the catalogue")
			}
		})
	}
}

func TestAPanicIsAFinishedPage(t *testing.T) {
	s := site(page.Config{})
	s.Get("/x", func(*page.Request) (page.View, error) { panic("no") })
	if w := get(t, s, "/x"); w.Code != 500 || !strings.Contains(w.Body.String(), "</html>") {
		t.Fatalf("got %d:\n%s", w.Code, w.Body)
	}
}

func TestActsFromOtherSitesAreRefused(t *testing.T) {
	s, done := site(page.Config{}), false
	s.Post("/x", func(*page.Request) (page.View, error) { done = true; return page.Redirect("/"), nil })
	r := httptest.NewRequest(http.MethodPost, "/x", strings.NewReader("a=1"))
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if w.Code != 403 || done {
		t.Fatalf("got %d, done %v", w.Code, done)
	}
}

func TestLinksKeepLanguageAndMount(t *testing.T) {
	s := site(page.Config{Mount: "/kk"})
	s.Get("/x", func(r *page.Request) (page.View, error) {
		return page.View{Title: "x", Body: templ.Raw("<h1>" + page.URL(r.Context(), "/y") + " " + page.Here(r.Context(), "after", "2") + "</h1>")}, nil
	})
	for path, want := range map[string]string{
		"/kk/x":        "<h1>/kk/y /kk/x?after=2</h1>",
		"/kk/en/x?a=1": "<h1>/kk/en/y /kk/en/x?a=1&after=2</h1>",
	} {
		if body := get(t, s, path).Body.String(); !strings.Contains(body, want) {
			t.Errorf("%s: want %s in\n%s", path, want, body)
		}
	}
	if body := get(t, s, "/kk/x?a=1").Body.String(); !strings.Contains(body, `href="/kk/en/x?a=1" lang="en"`) {
		t.Errorf("the other language does not lead to the same page:\n%s", body)
	}
}

func TestPublicPagesSetNoCookieAndAreKept(t *testing.T) {
	made, version := 0, "1"
	s := site(page.Config{Version: func(context.Context) string { return version }})
	s.Public("/x", time.Minute, func(*page.Request) (page.View, error) {
		made++
		return page.View{Title: "x", Body: templ.Raw("<h1>x</h1>")}, nil
	})
	first := get(t, s, "/x")
	if first.Header().Get("Set-Cookie") != "" || first.Header().Get("ETag") == "" {
		t.Fatalf("headers %v", first.Header())
	}
	again := get(t, s, "/x", "If-None-Match", first.Header().Get("ETag"))
	if again.Code != 304 || made != 1 {
		t.Fatalf("got %d, made %d times", again.Code, made)
	}
	version = "2"
	if get(t, s, "/x"); made != 2 {
		t.Errorf("new content was not shown")
	}
	if get(t, s, "/x", "Cookie", "kk=1"); made != 3 {
		t.Errorf("a signed-in person got the visitors' page")
	}
}

func TestAKeptPageIsSentAsItWasMade(t *testing.T) {
	s := site(page.Config{Version: func(context.Context) string { return "1" }})
	s.Public("/x", time.Minute, func(r *page.Request) (page.View, error) {
		return page.View{Title: "x", Body: templ.Raw("<h1>" + page.Full(r.Context(), "/x") + "</h1>")}, nil
	})
	ask := func(method, host, coding string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, "http://"+host+"/x", nil)
		r.Header.Set("Accept-Encoding", coding)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		return w
	}
	if w := ask("HEAD", "a.example", ""); w.Body.Len() != 0 {
		t.Fatalf("HEAD was answered with %d bytes", w.Body.Len())
	}
	made := ask("GET", "a.example", "")
	if !strings.Contains(made.Body.String(), "a.example/x") {
		t.Fatalf("made: %s", made.Body)
	}
	for round := range 3 {
		w := ask("GET", "a.example", "")
		if w.Code != 200 || w.Body.String() != made.Body.String() || w.Header().Get("Content-Length") != strconv.Itoa(w.Body.Len()) {
			t.Errorf("round %d: %d %v %s", round, w.Code, w.Header(), w.Body)
		}
		for name := range made.Header() {
			if w.Header().Get(name) != made.Header().Get(name) {
				t.Errorf("round %d: %s is %q, was %q", round, name, w.Header().Get(name), made.Header().Get(name))
			}
		}
		if w.Header().Get("X-Frame-Options") != "DENY" || !strings.Contains(w.Header().Get("Vary"), "Cookie") {
			t.Errorf("round %d: headers %v", round, w.Header())
		}
	}
	zipped := ask("GET", "a.example", "gzip")
	z, err := gzip.NewReader(zipped.Body)
	if err != nil || zipped.Header().Get("Content-Encoding") != "gzip" {
		t.Fatalf("%v, headers %v", err, zipped.Header())
	}
	if b, err := io.ReadAll(z); err != nil || string(b) != made.Body.String() {
		t.Errorf("unzipped: %v %s", err, b)
	}
	if w := ask("GET", "b.example", ""); strings.Contains(w.Body.String(), "a.example") {
		t.Error("a visitor got the links of another host")
	}
}

func TestEveryAnswerIsProtected(t *testing.T) {
	s := site(page.Config{})
	h := get(t, s, "/nowhere").Header()
	if !strings.HasPrefix(h.Get("Content-Security-Policy"), "default-src 'self'") || strings.Contains(h.Get("Content-Security-Policy"), "unsafe") {
		t.Errorf("policy %q", h.Get("Content-Security-Policy"))
	}
	for _, name := range []string{"Referrer-Policy", "X-Content-Type-Options", "Cross-Origin-Opener-Policy"} {
		if h.Get(name) == "" {
			t.Errorf("no %s", name)
		}
	}
}

func TestTheFlashMessageIsShownOnce(t *testing.T) {
	s := site(page.Config{})
	s.Post("/do", func(*page.Request) (page.View, error) {
		return page.Redirect("/done", page.Say("page.kept.title")), nil
	})
	s.Get("/done", func(*page.Request) (page.View, error) {
		return page.View{Title: "x", Body: templ.Raw("<h1>x</h1>")}, nil
	})
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/en/do", nil))
	if w.Code != 303 || w.Header().Get("Location") != "/en/done" {
		t.Fatalf("got %d %s", w.Code, w.Header().Get("Location"))
	}
	c := w.Result().Cookies()[0]
	shown := get(t, s, "/en/done", "Cookie", c.Name+"="+c.Value)
	if !strings.Contains(shown.Body.String(), "What you typed is still here") {
		t.Errorf("not shown:\n%s", shown.Body)
	}
	if left := shown.Result().Cookies(); len(left) != 1 || left[0].MaxAge >= 0 {
		t.Errorf("not removed: %v", left)
	}
	forged := get(t, s, "/en/done", "Cookie", c.Name+"=W3siayI6InBhZ2Uua2VwdC50aXRsZSJ9XQ.AAAA")
	if strings.Contains(forged.Body.String(), "What you typed is still here") {
		t.Error("a forged message was shown")
	}
}

func TestASessionThatEndedWhileTypingLosesNothing(t *testing.T) {
	var got url.Values
	who := account.Who{}
	var kept page.Keep
	s := site(page.Config{
		Identify: func(*http.Request) (account.Who, error) { return who, nil },
		SignIn: func(r *page.Request, k page.Keep) (page.View, error) {
			kept = k
			return page.View{Title: "in", Shell: page.Plain, Body: page.KeepFields(k)}, nil
		},
	})
	s.Post("/form", page.Member(func(r *page.Request) (page.View, error) {
		got = r.PostForm
		return page.Redirect("/"), r.ParseForm()
	}))
	s.Post("/signin", func(r *page.Request) (page.View, error) {
		who = account.Who{Person: "p1"}
		return page.Resume(r, who, page.KeptFrom(r)), nil
	})
	post := func(path string, form url.Values) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		return w
	}
	if w := post("/form", url.Values{"long": {"富士市の計画"}}); w.Code != 401 || kept.Body == "" || !strings.Contains(w.Body.String(), `name="kept"`) {
		t.Fatalf("got %d", w.Code)
	}
	if w := post("/signin", url.Values{"kept": {kept.Body}, "next": {kept.Next}}); !strings.Contains(w.Body.String(), "富士市の計画") || got != nil {
		t.Fatalf("the kept form is not offered:\n%s", w.Body)
	}
}

func TestAfterSignInNobodyIsSentOffTheSite(t *testing.T) {
	for _, next := range []string{"https://evil.example", "//evil.example", `/\evil.example`, ""} {
		r := httptest.NewRequest(http.MethodGet, "/signin?next="+url.QueryEscape(next), nil)
		if k := page.KeptFrom(&page.Request{Request: r}); k.Next != "" {
			t.Errorf("%q leads to %q", next, k.Next)
		}
	}
}
