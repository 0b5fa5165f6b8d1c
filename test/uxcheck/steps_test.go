package uxcheck_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"kakehashi/test/uxcheck"
)

const frame = `<!doctype html><html lang="ja"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>%[1]s – かけはし</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/clean.css"></head><body><main><h1>%[1]s</h1>%[2]s</main></body></html>`

const question = `<form method="post" action="/done" novalidate><div class="field"><label for="t">事業名</label><input id="t" name="title" autocomplete="off"></div>
<div class="field"><label for="i">費目</label><select id="i" name="item"><option>旅費</option><option>委託料</option></select></div>
<fieldset class="field"><legend>場所</legend><label class="tick"><input type="radio" name="place" value="jp" checked> <span>国内</span></label><label class="tick"><input type="radio" name="place" value="abroad"> <span>海外</span></label></fieldset>
<div class="field"><label class="tick"><input type="checkbox" name="agree" value="yes"> <span>同意する</span></label></div><p><button class="btn">提出する</button></p></form>`

// small serves a question and an answer that says what was sent.
func small(t *testing.T) string {
	css, err := os.ReadFile("seeded/clean.css")
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /clean.css", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/css")
		w.Write(css)
	})
	show := func(w http.ResponseWriter, title, body string) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		io.WriteString(w, fmt.Sprintf(frame, title, body))
	}
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) { show(w, "申請", question) })
	mux.HandleFunc("POST /done", func(w http.ResponseWriter, r *http.Request) {
		r.ParseForm()
		if got := r.PostForm.Encode(); got != "agree=yes&item=%E5%A7%94%E8%A8%97%E6%96%99&place=abroad&title=%E9%AB%99%EF%A8%91" {
			t.Errorf("sent: %s", got)
		}
		show(w, "受付", "<p>受け付けました。</p>")
	})
	mux.HandleFunc("GET /bad", func(w http.ResponseWriter, r *http.Request) {
		show(w, "申請", `<img src="/none.png"><a href="/gone">先</a>`)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

func TestStepsWorkWithThePointerAndWithTheKeyboardAlone(t *testing.T) {
	steps := []uxcheck.Step{{Fill: "事業名", Value: "髙﨑"}, {Choose: "費目", Value: "委託料"}, {Tick: "海外"}, {Tick: "同意する"}, {Press: "提出する"}}
	no := false
	report := uxcheck.Check(t, small(t), []uxcheck.Page{
		{Name: "question", URL: "/", Lang: "ja", Widths: []int{320}},
		{Name: "by pointer", URL: "/", Lang: "ja", Steps: steps, Widths: []int{1280}, Keyboard: &no, Extras: &no},
		{Name: "by keyboard", URL: "/", Lang: "ja", Steps: steps, ByKeyboard: true, Widths: []int{1280}, Keyboard: &no, Extras: &no},
	})
	if len(report.Pages) != 3 || report.Pages[0].Figures.Total == 0 {
		t.Errorf("%+v", report)
	}
}

func TestWhatAPageAsksForAndLeadsToIsFollowed(t *testing.T) {
	said, err := uxcheck.Run(t, small(t), []uxcheck.Page{{Name: "bad", URL: "/bad", Lang: "ja", Widths: []int{1280}}}, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	rules := ""
	for _, f := range said.Pages[0].Found {
		rules += f.Rule + " "
	}
	for _, want := range []string{"dead-file", "dead-link", "axe:image-alt", "markup:error"} {
		if !strings.Contains(rules, want) {
			t.Errorf("%s was not found, only %s", want, rules)
		}
	}
}
