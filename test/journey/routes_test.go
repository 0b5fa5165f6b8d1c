package journey_test

import (
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
	"kakehashi/test/journey"
)

// registered matches the lines that register an address: s.Get("/x", …), get("/x", …), s.Upload("/x", …), s.Handle("GET /x", …).
var registered = regexp.MustCompile(`\b(?:(\w+\.)?(Get|get|Public|Post|post|Upload)\("|s\.Handle\("GET )(/[^"\s]*)"`)

// routes are the addresses the service registers, read and written ones, from the source of its pages.
func routes(t *testing.T) (read, write []string) {
	t.Helper()
	for _, dir := range []string{"web", "app"} {
		err := filepath.WalkDir(filepath.Join("..", "..", "internal", dir), func(path string, e os.DirEntry, err error) error {
			if err != nil || e.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.HasPrefix(e.Name(), "bench_") {
				return err
			}
			source, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for line := range strings.Lines(string(source)) {
				if m := registered.FindStringSubmatch(line); m != nil && !strings.HasPrefix(strings.TrimSpace(line), "//") {
					if m[2] == "Post" || m[2] == "post" || m[2] == "Upload" {
						write = append(write, m[3])
					} else {
						read = append(read, m[3])
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(read)
	slices.Sort(write)
	if len(read) < 60 || len(write) < 40 {
		t.Fatalf("%d read and %d written addresses were found", len(read), len(write))
	}
	return slices.Compact(read), slices.Compact(write)
}

var placeholder = regexp.MustCompile(`\{[^}]+\}`)

// sample ids of one demonstration.
type things struct{ draft, submitted, granted, letter, file string }

func find(t *testing.T, h *journey.House) things {
	t.Helper()
	one := func(query string) string {
		s, err := db.One(t.Context(), h.App.DB.Read(), db.String, query)
		if err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		return s
	}
	return things{one(`SELECT id FROM cases WHERE state = 'draft' ORDER BY id LIMIT 1`), one(`SELECT id FROM cases WHERE state = 'branch_check' ORDER BY id LIMIT 1`),
		one(`SELECT id FROM cases WHERE decided > 0 ORDER BY id LIMIT 1`), one(`SELECT id FROM letters WHERE kind = 'L02' ORDER BY id LIMIT 1`),
		one(`SELECT id FROM files WHERE ref LIKE 'case:%' ORDER BY id LIMIT 1`)}
}

// fill writes values into the placeholders of a pattern.
func fill(pattern string, values map[string]string) string {
	return placeholder.ReplaceAllStringFunc(pattern, func(p string) string { return values[strings.Trim(p, "{}.")] })
}

// Rule 1 by address: what belongs to one body is not there for another, for every registered address that names it.
func TestWhatBelongsToAnotherBodyIsNotThere(t *testing.T) {
	h := journey.Start(t, "sqlite", autumn)
	x := find(t, h)
	read, write := routes(t)
	other := h.As("demo-town")
	refused := func(method, path string, status int, page []byte) {
		if status != 404 && status != 403 || strings.HasPrefix(path, "/work") && status != 404 {
			t.Errorf("%s %s: %d", method, path, status)
		}
		for _, secret := range []string{"静岡茶", "紙製品", "自転車旅", "焙煎茶", "富士市長"} {
			if strings.Contains(string(page), secret) {
				t.Errorf("%s %s says %s", method, path, secret)
			}
		}
	}
	for _, id := range []string{x.draft, x.submitted, x.granted} {
		letters, err := db.List(t.Context(), h.App.DB.Read(), db.String, `SELECT id FROM letters WHERE case_id = $1 ORDER BY id LIMIT 1`, id)
		if err != nil {
			t.Fatal(err)
		}
		letter := append(letters, x.letter)[0] // a draft has none
		for _, list := range []struct {
			method   string
			patterns []string
		}{{"GET", read}, {"POST", write}} {
			for _, pattern := range list.patterns {
				if !strings.Contains(pattern, "/cases/{id}") {
					continue
				}
				path := fill(pattern, map[string]string{"id": id, "form": "application", "section": "cost", "field": "cost.lines", "move": "submit", "programme": "economic-activity-grant", "letter": letter})
				if list.method == "GET" {
					status, _, page := other.Get(path)
					refused("GET", path, status, page)
				} else {
					status, _, page := other.Post(path, url.Values{"token": {"t"}, "cost.lines.0.detail": {"x"}, "text": {"x"}, "opinion": {"x"}, "comment": {"x"}})
					refused("POST", path, status, page)
				}
			}
		}
	}
	for _, path := range []string{"/letters/" + x.letter, "/letters/" + x.letter + ".pdf", "/files/" + x.file, "/work/cases/" + x.draft + "/sheet/cost.lines.xlsx",
		"/work/cases/" + x.draft + "/paper/application.pdf", "/en/work/cases/" + x.granted, "/en/letters/" + x.letter} {
		status, _, page := other.Get(path)
		if status != 404 {
			t.Errorf("%s: %d", path, status)
		}
		refused("GET", path, 404, page)
	}
	for _, path := range []string{"/work", "/work/cases", "/work/cases?q=茶", "/work/cases?view=ended", "/work/letters", "/work/new"} {
		_, _, page := other.Get(path)
		refused("GET", path, 404, page)
	}
}

// Rules 2 and 10: nobody outside reads a draft, headquarters nothing before the branch forwards; lists, search and exports agree.
func TestWhatIsNotHandedInIsNotThereForTheDesks(t *testing.T) {
	h := journey.Start(t, "sqlite", autumn)
	x := find(t, h)
	read, _ := routes(t)
	hidden := map[string][]string{x.draft: {"demo-branch", "demo-officer", "demo-chief", "demo-finance", "demo-member1", "demo-admin"},
		x.submitted: {"demo-officer", "demo-chief", "demo-finance", "demo-member1", "demo-admin"}}
	for id, people := range hidden {
		for _, login := range people {
			b := h.As(login)
			for _, pattern := range read {
				if strings.HasPrefix(pattern, "/desk/cases/{id}") {
					path := fill(pattern, map[string]string{"id": id, "move": "forward"})
					if status := b.Open(path).Status(); status != 404 {
						t.Errorf("%s opens %s: %d", login, path, status)
					}
				}
			}
		}
	}
	for _, login := range []string{"demo-branch", "demo-officer", "demo-chief", "demo-finance", "demo-member1"} {
		for _, path := range []string{"/desk", "/desk/cases", "/desk/cases?q=紙製品", "/desk/cases.csv", "/desk/notices", "/desk/screening"} {
			status, _, page := h.As(login).Get(path)
			if status >= 500 || strings.Contains(string(page), "紙製品") && !strings.Contains(path, "紙製品") {
				t.Errorf("%s finds the draft on %s (%d)", login, path, status)
			}
		}
	}
}

// Odd addresses are answered, whoever asks: never a failure of ours, on both engines.
func TestOddAddressesAreAnswered(t *testing.T) {
	odd := []string{"..%2f..%2fetc", "%00", "%ff%fe", strings.Repeat("a", 3000), "%F0%A0%AE%B7'\"%3Cb%3E", "0"}
	queries := []string{"", "?q=%00&after=%00&fy=99999999999999999999&year=-1&view=%ff&programme=%00&at=%00&next=//x&token=%00&from=%00&field=%00&errors=1&copy=1",
		"?q=%ff&after=%27&fy=x&year=x&view=x&programme=x&at=x&goal=%00&type=%00"}
	read, _ := routes(t)
	for _, engine := range dbtest.Engines() {
		t.Run(engine, func(t *testing.T) {
			h := journey.Start(t, engine, autumn)
			x := find(t, h)
			known := map[string]string{"id": x.granted, "form": "application", "section": "cost", "field": "cost.lines", "move": "pay", "programme": "economic-activity-grant", "code": "economic-activity-grant"}
			asked := 0
			begin := time.Now()
			for n, login := range []string{"", "demo-staff", "demo-branch", "demo-officer", "demo-finance", "demo-member1", "demo-admin", "demo-auditor"} {
				b := h.Visitor()
				if login != "" {
					b = h.As(login)
				}
				for k, pattern := range read {
					var paths []string
					for _, q := range queries {
						paths = append(paths, fill(pattern, known)+q)
					}
					if placeholder.MatchString(pattern) {
						for i := range odd {
							paths = append(paths, placeholder.ReplaceAllString(pattern, odd[i]))
						}
						// One placeholder odd, the others right: behind the first look-up there are more.
						all := placeholder.FindAllString(pattern, -1)
						for i := 1; i < len(all); i++ {
							paths = append(paths, fill(strings.Replace(pattern, all[i], odd[(n+k+i)%len(odd)], 1), known))
						}
					}
					for _, path := range paths {
						asked++
						if status, _, page := b.Get(path); status >= 500 {
							t.Errorf("%s as %q: %d %.200s", path, login, status, page)
						}
					}
				}
			}
			t.Logf("%d requests in %v", asked, time.Since(begin))
		})
	}
}
