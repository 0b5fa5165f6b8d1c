package browse_test

import (
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"kakehashi/test/browse"
)

const form = `<!doctype html><html lang="ja"><head><title>申請 – かけはし</title></head><body>
<header><form action="/search"><label>検索 <input name="q"></label><button>探す</button></form></header>
<main><h1>申請する</h1><p id="lead">団体の　<b>情報</b>を入れます。</p>
<a href="/next">次のページ</a> <a href="next">次のページへ進む</a> <a href="/sum?x=1#top">合計</a>
<form method="post" action="/echo" enctype="multipart/form-data" novalidate id="f">
<input type="hidden" name="token" value="t1">
<label for="a">事業名 <span>任意</span></label><input id="a" name="p.title" aria-describedby="e1" aria-invalid="true"><p id="e1">事業名を入力してください。</p>
<label>概要<textarea name="p.summary">
前の文</textarea></label>
<fieldset><legend>主な実施場所</legend><label><input type="radio" name="e.place" value="国内" checked>国内</label><label><input type="radio" name="e.place" value="海外">海外</label></fieldset>
<label for="s">費目</label><select id="s" name="item"><option value="">選ぶ</option><option>旅費</option><option value="fee">委託料</option></select>
<label><input type="checkbox" name="agree"> 同意する</label>
<label for="u">見積書</label><input type="file" id="u" name="quote" multiple>
<input name="off" disabled value="never sent"><fieldset disabled><input name="off2" value="never sent"></fieldset>
<button name="go" value="save">下書きを保存</button><button name="go" value="send">提出する</button>
</form><input form="f" name="outside" value="o"></main></body></html>`

// site echoes what it is sent, in order, and sets and reads a cookie.
func site(t *testing.T) string {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		http.SetCookie(w, &http.Cookie{Name: "seen", Value: "1"})
		io.WriteString(w, form)
	})
	mux.HandleFunc("POST /echo", func(w http.ResponseWriter, r *http.Request) {
		reader, err := r.MultipartReader()
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		var lines []string
		for {
			part, err := reader.NextPart()
			if err != nil {
				break
			}
			content, _ := io.ReadAll(part)
			lines = append(lines, fmt.Sprintf("%s[%s]=%q", part.FormName(), part.FileName(), content))
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, "<title>echo</title><pre>%s</pre><p>origin %s site %s</p>", html.EscapeString(strings.Join(lines, "\n")), r.Header.Get("Origin"), r.Header.Get("Sec-Fetch-Site"))
	})
	mux.HandleFunc("GET /search", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.URL.RawQuery) })
	mux.HandleFunc("POST /move", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/next", http.StatusSeeOther) })
	mux.HandleFunc("GET /next", func(w http.ResponseWriter, r *http.Request) {
		c, _ := r.Cookie("seen")
		fmt.Fprint(w, "次 ", c)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

func TestAFormIsSentAsABrowserWouldSendIt(t *testing.T) {
	b := browse.New(t, site(t)).OpenOK("/")
	b.Fill("事業名", "髙﨑𠮷").Fill("概要", "一行\n二行").Choose("主な実施場所", "海外").Fill("費目", "委託料").Tick("同意する")
	b.Attach("見積書", browse.Upload{Name: "見積.pdf", Content: []byte("%PDF-")}, browse.Upload{Name: "b.pdf"})
	b.Press("提出する")
	want := []string{
		`token[]="t1"`, `p.title[]="髙﨑𠮷"`, `p.summary[]="一行\r\n二行"`, `e.place[]="海外"`, `item[]="fee"`, `agree[]="on"`,
		`quote[見積.pdf]="%PDF-"`, `quote[b.pdf]=""`, `go[]="send"`, `outside[]="o"`,
	}
	b.Sees(strings.Join(want, " "), "site same-origin").SeesNot("never sent")
}

func TestAnUntouchedFormKeepsItsValues(t *testing.T) {
	b := browse.New(t, site(t)).OpenOK("/")
	b.Press("下書きを保存").Sees(`e.place[]="国内"`, `item[]=""`, `p.summary[]="前の文"`, `quote[]=""`, `go[]="save"`).SeesNot("agree")
}

func TestASearchFormGoesIntoTheAddress(t *testing.T) {
	b := browse.New(t, site(t)).OpenOK("/").Fill("検索", "経済 活動").Press("探す")
	if got, want := b.Path(), "/search?q="+url.QueryEscape("経済 活動"); got != want {
		t.Errorf("path %s, want %s", got, want)
	}
}

func TestThePageIsReadAsAPersonReadsIt(t *testing.T) {
	b := browse.New(t, site(t)).OpenOK("/").Sees("団体の 情報を入れます。").WantTitle("申請").WantPath("/")
	if b.Heading() != "申請する" {
		t.Errorf("heading %q", b.Heading())
	}
	if got := b.Problem("事業名"); got != "事業名を入力してください。" {
		t.Errorf("problem at the field: %q", got)
	}
	if got := b.Value("e.place"); got != "国内" {
		t.Errorf("value of the first radio: %q", got)
	}
	b.Choose("主な実施場所", "海外")
	if got := b.Value("e.place"); got != "海外" {
		t.Errorf("value of the group after choosing: %q", got)
	}
	if b.Has("off") || !b.Has("費目") || b.HasButton("消す") || !b.HasButton("提出") {
		t.Error("usable fields and buttons are not told from others")
	}
	b.Follow("次のページ").Sees("次", "seen=1")
}

func TestAsideRequestsDoNotFollowRedirectsNorLeaveThePage(t *testing.T) {
	b := browse.New(t, site(t)).OpenOK("/")
	status, header, _ := b.Post("/move", url.Values{})
	if status != http.StatusSeeOther || header.Get("Location") != "/next" {
		t.Errorf("status %d to %q", status, header.Get("Location"))
	}
	if status, _, body := b.Get("/search?q=1"); status != http.StatusOK || string(body) != "q=1" {
		t.Errorf("status %d body %q", status, body)
	}
	b.WantPath("/")
}

// witness records the failure of a step instead of ending this test.
type witness struct {
	testing.TB
	said string
}

func (w *witness) Fatalf(format string, args ...any) {
	w.said = fmt.Sprintf(format, args...)
	panic(w)
}

func (w *witness) Helper() {}

func TestAStepThatCannotBeTakenEndsTheTest(t *testing.T) {
	address := site(t)
	steps := map[string]func(*browse.Browser){
		"no link":              func(b *browse.Browser) { b.Follow("どこにもない") },
		"names several links":  func(b *browse.Browser) { b.Follow("次") },
		"no field":             func(b *browse.Browser) { b.Fill("電話", "1") },
		"no button":            func(b *browse.Browser) { b.Press("消す") },
		"has no choice":        func(b *browse.Browser) { b.Fill("費目", "飲食費") },
		"use Tick":             func(b *browse.Browser) { b.Fill("同意する", "はい") },
		"does not say":         func(b *browse.Browser) { b.Sees("別の文") },
		"must not":             func(b *browse.Browser) { b.SeesNot("never sent") },
		"status 200, want 404": func(b *browse.Browser) { b.WantStatus(404) },
		"no file control":      func(b *browse.Browser) { b.Attach("事業名", browse.Upload{Name: "x"}) },
	}
	for want, step := range steps {
		t.Run(want, func(t *testing.T) {
			w := &witness{TB: t}
			defer func() {
				if recover() == nil || !strings.Contains(w.said, want) {
					t.Errorf("said %q", w.said)
				}
			}()
			step(browse.New(w, address).OpenOK("/"))
		})
	}
}
