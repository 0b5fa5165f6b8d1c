package static_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"kakehashi/internal/web/static"
)

func get(t *testing.T, path string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	static.Handler().ServeHTTP(w, r)
	return w
}

func TestAFileIsKeptForGoodUnderItsHash(t *testing.T) {
	path := static.Path("kk.css")
	if !regexp.MustCompile(`^/static/kk\.[0-9a-f]{12}\.css$`).MatchString(path) {
		t.Fatalf("address %s", path)
	}
	w := get(t, path, "Accept-Encoding", "gzip")
	if w.Code != 200 || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") || w.Header().Get("Content-Encoding") != "gzip" {
		t.Fatalf("got %d %v", w.Code, w.Header())
	}
	if again := get(t, path, "If-None-Match", w.Header().Get("ETag")); again.Code != 304 {
		t.Errorf("asked again: %d", again.Code)
	}
	if old := get(t, "/static/kk.000000000000.css"); old.Code != 404 {
		t.Errorf("an old address answers %d", old.Code)
	}
}

func TestDrawingsNamedByTheStyleSheetExist(t *testing.T) {
	css := get(t, static.Path("kk.css")).Body.String()
	names := regexp.MustCompile(`url\(([^)]+)\)`).FindAllStringSubmatch(css, -1)
	if len(names) == 0 {
		t.Fatal("the style sheet names no drawing")
	}
	for _, m := range names {
		if w := get(t, "/static/"+m[1]); w.Code != 200 || w.Header().Get("Content-Type") != "image/svg+xml" {
			t.Errorf("%s: %d %s", m[1], w.Code, w.Header().Get("Content-Type"))
		}
	}
}

// The budgets of experience.md §3: 25 KB of style and 30 KB of script for a page, compressed.
func TestStyleAndScriptStayWithinTheirBudgets(t *testing.T) {
	for limit, names := range map[int][]string{25 << 10: {"tokens.css", "kk.css"}, 30 << 10: {"htmx.js", "kk.js"}} {
		sum := 0
		for _, name := range names {
			sum += get(t, static.Path(name), "Accept-Encoding", "gzip").Body.Len()
		}
		if sum > limit {
			t.Errorf("%v: %d bytes, at most %d", names, sum, limit)
		}
	}
}

func TestPlainAndCompressedAreTheSame(t *testing.T) {
	path := static.Path("kk.js")
	plain := get(t, path).Body.Bytes()
	z, err := gzip.NewReader(get(t, path, "Accept-Encoding", "gzip").Body)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(z); err != nil || !bytes.Equal(b, plain) || len(plain) == 0 {
		t.Errorf("%d and %d bytes, %v", len(b), len(plain), err)
	}
}
