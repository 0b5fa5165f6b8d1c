package help_test

import (
	"bytes"
	"compress/gzip"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"kakehashi/content"
	"kakehashi/internal/web/help"
	"kakehashi/internal/web/page"
)

func site(t *testing.T) *page.Site {
	t.Helper()
	s := page.New(page.Config{Log: slog.New(slog.DiscardHandler)})
	(&help.Pages{Content: content.FS, Version: func() (string, error) { return "2026-05-28", nil }}).Register(s)
	return s
}

// counted counts what is opened of a folder.
type counted struct {
	fs.FS
	opened int
}

func (c *counted) Open(name string) (fs.File, error) {
	c.opened++
	return c.FS.Open(name)
}

func TestContentIsReadWhenFirstAskedFor(t *testing.T) {
	s := page.New(page.Config{Log: slog.New(slog.DiscardHandler)})
	folder, versions := &counted{FS: content.FS}, 0
	(&help.Pages{Content: folder, Version: func() (string, error) { versions++; return "2026-05-28", nil }}).Register(s)
	if folder.opened > 0 || versions > 0 {
		t.Errorf("%d files and %d versions were read before anybody asked", folder.opened, versions)
	}
	get(s, "/resident", "ne")
	once := folder.opened
	if once == 0 || versions != 1 {
		t.Errorf("%d files and %d versions were read for the first page", once, versions)
	}
	get(s, "/resident/ne/timeline", "ne")
	if folder.opened != once || versions != 1 {
		t.Errorf("the second page read %d more files", folder.opened-once)
	}
}

func TestFaultyContentFailsThePagesAndNothingElse(t *testing.T) {
	s := page.New(page.Config{Log: slog.New(slog.DiscardHandler)})
	(&help.Pages{Content: fstest.MapFS{}, Version: func() (string, error) { return "", nil }}).Register(s)
	for _, path := range []string{"/resident", "/sheets"} {
		if w := get(s, path, "en"); w.Code != http.StatusInternalServerError {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

func get(s *page.Site, path, languages string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("Accept-Language", languages)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

const water = "?place=%E4%B8%AD%E5%A4%AE%E5%B0%8F%E5%AD%A6%E6%A0%A1&day=2026-10-14&start=15:00"

func TestPagesAnswerWithoutCookieAndWithoutOtherHosts(t *testing.T) {
	s := site(t)
	host := regexp.MustCompile(`(src|href|action)="(https?:)?//`)
	for path, status := range map[string]int{"/resident": 200, "/resident/ne/timeline": 200, "/resident/xx/timeline": 404, "/resident/my/timeline.html": 200,
		"/resident/sw.js": 200, "/resident/none.js": 404, "/resident/ne": 303, "/sheets": 200, "/sheets?q=water": 200, "/sheets/coverage": 200,
		"/sheets/tsunami.run": 200, "/sheets/no.such": 404, "/sheets/water.supply" + water + "&lang=en": 200, "/sheets/water.supply?place=x&lang=en": 422,
		"/sheets/water.supply/print" + water + "&lang=en&lang=my": 200, "/sheets/water.supply/print?lang=en": 303, "/resident/sheet": 404,
		"/resident/ne/sheet" + water + "&t=water.supply": 200, "/resident/ne/sheet?t=water.supply": 400} {
		w := get(s, path, "ne")
		if w.Code != status {
			t.Errorf("%s answers %d, want %d", path, w.Code, status)
		}
		if w.Header().Get("Set-Cookie") != "" {
			t.Errorf("%s sets a cookie", path)
		}
		if m := host.FindString(w.Body.String()); m != "" {
			t.Errorf("%s asks another host: %s", path, m)
		}
	}
}

// A resident's page with everything it loads is at most 60 KB on the way, in every language.
func TestATimelinePageIsLight(t *testing.T) {
	s := site(t)
	zipped := func(path string) int {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		z.Write(get(s, path, "").Body.Bytes())
		z.Close()
		return b.Len()
	}
	shared := zipped("/resident/help.css") + zipped("/resident/help.js") + zipped("/resident/timeline.js") + zipped("/resident/sw.js")
	for _, tag := range []string{"ja", "ja-x-easy", "en", "my", "km", "ne", "ru"} {
		if n := shared + zipped("/resident/"+tag+"/timeline"); n > 60<<10 {
			t.Errorf("%s weighs %d bytes", tag, n)
		}
	}
}

func TestTheKeptFileNeedsNothingElse(t *testing.T) {
	body := get(site(t), "/resident/my/timeline.html", "").Body.String()
	for _, need := range []string{"<link", "src=", "data-worker", "href=\"/"} {
		if strings.Contains(body, need) {
			t.Errorf("the file asks for something: %s", need)
		}
	}
	if !strings.Contains(body, "var timeline") || !strings.Contains(body, "unverified") {
		t.Error("the rules or the mark are missing")
	}
}

func TestAQRShowsTheSheetInTheReadersLanguage(t *testing.T) {
	s := site(t)
	for languages, want := range map[string]string{"ne-NP,en;q=0.5": `lang="ne"`, "zh-TW": `lang="zh-Hant"`, "zh-CN": `lang="zh-Hans"`, "tl-PH": `lang="fil"`, "pt-PT": `lang="pt-BR"`, "my": `lang="my"`} {
		if body := get(s, "/resident/sheet"+water+"&t=water.supply", languages).Body.String(); !strings.Contains(body, want) || !strings.Contains(body, "unverified") || !strings.Contains(body, "中央小学校") {
			t.Errorf("%s: %s", languages, body)
		}
	}
}

func TestWhatIsTypedIsNeverTakenAsHTML(t *testing.T) {
	w := get(site(t), "/sheets/water.supply/print?place=%3Cscript%3Ealert(1)%3C/script%3E&day=2026-10-14&start=15:00&lang=en&issuer=%3Cb%3E", "")
	if strings.Contains(w.Body.String(), "<script>alert") || strings.Contains(w.Body.String(), "<b>") {
		t.Error(w.Body.String())
	}
}
