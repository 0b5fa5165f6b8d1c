package find_test

import (
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
	"kakehashi/internal/directory"
	"kakehashi/internal/jp"
	"kakehashi/internal/library"
	"kakehashi/internal/org"
	"kakehashi/internal/search"
	"kakehashi/internal/web/find"
	"kakehashi/internal/web/page"
)

func site(t *testing.T, d *db.DB) *page.Site {
	t.Helper()
	clock := func() time.Time { return jp.Start("2026-10-14") }
	lib := &library.Store{DB: d, Clock: clock}
	if err := lib.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	x := search.New(d)
	var docs []search.Doc
	for i, text := range []string{"中国の水道を調べた。", "中国の水道と財政。", "中国の道路。", "フランスの水道。", "ソウルの水道。ｿｳﾙの町。"} {
		docs = append(docs, search.Doc{ID: "publication:" + string(rune('a'+i)), Kind: "publication", URL: "/library/" + string(rune('a'+i)), Title: "報告" + string(rune('a'+i)), Body: text,
			Date: "2026-04-01", Facets: map[string][]string{"country": {[]string{"CN", "CN", "CN", "FR", "KR"}[i]}, "field": {[]string{"water", "water", "transport", "water", "water"}[i]}}})
	}
	docs = append(docs, search.Doc{ID: "x", Kind: "publication", URL: "/library/x", Title: "<b>=1+1</b>", Body: "& <script>"})
	if err := x.Put(t.Context(), docs...); err != nil {
		t.Fatal(err)
	}
	orgs := org.New(d).Clock(clock)
	s := page.New(page.Config{Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Now: clock})
	(&find.Pages{Index: x, Library: lib, Ties: &directory.Store{DB: d, Orgs: orgs, Clock: clock}, Orgs: orgs}).Register(s)
	return s
}

func get(t *testing.T, s *page.Site, path string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	if m := regexp.MustCompile(`⟦[^⟧]*⟧`).FindString(w.Body.String()); m != "" {
		t.Errorf("%s: a sentence is missing: %s", path, m)
	}
	return w
}

func TestTheSameSetIsOnThePageAndInEveryFile(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := site(t, d)
		q := "?q=" + url.QueryEscape("中国 水道") + "&country=CN&field=water"
		html := get(t, s, "/search"+q).Body.String()
		var fromPage, fromJSON, fromCSV, fromAtom []string
		for _, m := range regexp.MustCompile(`href="(/library/[a-e])"`).FindAllStringSubmatch(html, -1) {
			fromPage = append(fromPage, m[1])
		}
		var data struct {
			Total   int
			Facets  map[string][]search.Count
			Results []struct{ URL string }
		}
		if err := json.Unmarshal(get(t, s, "/search.json"+q).Body.Bytes(), &data); err != nil {
			t.Fatal(err)
		}
		path := regexp.MustCompile(`/library/.$`)
		for _, h := range data.Results {
			fromJSON = append(fromJSON, path.FindString(h.URL))
		}
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(get(t, s, "/search.csv"+q).Body.String(), "\ufeff"))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows[1:] {
			fromCSV = append(fromCSV, path.FindString(row[4]))
		}
		var feed struct {
			Entry []struct {
				ID string `xml:"id"`
			} `xml:"entry"`
		}
		if err := xml.Unmarshal(get(t, s, "/search.atom"+q).Body.Bytes(), &feed); err != nil {
			t.Fatal(err)
		}
		for _, e := range feed.Entry {
			fromAtom = append(fromAtom, path.FindString(e.ID))
		}
		if len(fromPage) != 2 || !slices.Equal(fromPage, fromJSON) || !slices.Equal(fromPage, fromCSV) || !slices.Equal(fromPage, fromAtom) {
			t.Errorf("page %v, JSON %v, CSV %v, Atom %v", fromPage, fromJSON, fromCSV, fromAtom)
		}
		for f, list := range data.Facets {
			if f != "country" && f != "field" {
				sum := 0
				for _, c := range list {
					sum += c.N
				}
				if sum != data.Total {
					t.Errorf("%s: counts make %d of %d", f, sum, data.Total)
				}
			}
		}
		if !strings.Contains(html, "<mark>中国</mark>") {
			t.Error("what was looked for is not marked")
		}
	})
}

func TestWidthOfKanaDoesNotMatter(t *testing.T) {
	s := site(t, dbtest.Open(t, "sqlite"))
	a, b := get(t, s, "/search.json?q="+url.QueryEscape("ソウル")).Body.String(), get(t, s, "/search.json?q="+url.QueryEscape("ｿｳﾙ")).Body.String()
	if strings.Replace(b, "ｿｳﾙ", "ソウル", 1) != a || !strings.Contains(a, `/library/e`) {
		t.Errorf("%s\n%s", a, b)
	}
}

func TestPagesAnswerWhateverIsAsked(t *testing.T) {
	s := site(t, dbtest.Open(t, "sqlite"))
	for path, want := range map[string]string{
		"/search": "件から探す", "/en/search?q=waterworks": "results for", "/search?q=" + url.QueryEscape("存在しない言葉づかい"): "見つかりませんでした",
		"/search?q=%22%22&country=%20&from=-9&year=x": "", "/search?q=" + strings.Repeat("a+", 5000): "", "/search?from=99999999": "", "/library/countries-it": "イタリア",
		"/en/library/countries-it": "Italy", "/ties": "統計に入る提携", "/en/ties": "No tie of the statistics", "/search?q=script": "&lt;b&gt;",
	} {
		w := get(t, s, path)
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%.60s: status %d, without %q", path, w.Code, want)
		}
	}
	for _, path := range []string{"/library/none", "/library/%00", "/ties/none", "/ties/%ff", "/search?q=%00%ff"} {
		if w := get(t, s, path); w.Code != http.StatusNotFound {
			t.Errorf("%s: status %d", path, w.Code)
		}
	}
	if body := get(t, s, "/search.csv?q=script").Body.String(); strings.Contains(body, ",=") {
		t.Errorf("a spreadsheet would run it: %s", body)
	}
}
