package journey_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"kakehashi/internal/db"
	"kakehashi/test/browse"
	"kakehashi/test/journey"
	"kakehashi/test/uxcheck"
)

// starred are the pages whose looks are approved: what they are called in the record, who sees them, and their address, in which a word in
// brackets is the demonstration's case of which that is the title's beginning.
var starred = []struct{ name, who, at string }{
	{"home", "", "/"}, {"finder", "", "/programmes"}, {"programme", "", "/programmes/economic-activity-grant"}, {"calendar", "", "/calendar"},
	{"office", "", "/offices/PAR"}, {"library", "", "/library"}, {"ties", "", "/ties"}, {"search", "", "/search?q=販路"}, {"sheets", "", "/sheets"},
	{"resident", "", "/resident"}, {"no-page", "", "/no-such-page"}, {"signin", "", "/signin"},
	{"tasks", "demo-staff", "/work"}, {"chooser", "demo-staff", "/work/new"}, {"task-list", "demo-staff", "/work/cases/{紙製品}"},
	{"question", "demo-staff", "/work/cases/{紙製品}/form/application/project"}, {"costs", "demo-staff", "/work/cases/{紙製品}/form/application/cost"},
	{"check", "demo-staff", "/work/cases/{紙製品}/check/application"}, {"status", "demo-staff", "/work/cases/{静岡茶}"},
	{"report", "demo-staff", "/work/cases/{深海水産品}/form/report"}, {"inbox", "demo-officer", "/desk"}, {"cases", "demo-officer", "/desk/cases"},
	{"record", "demo-officer", "/desk/cases/{静岡茶}"}, {"letters", "demo-officer", "/desk/cases/{焙煎茶}/letters"}, {"board", "demo-officer", "/desk/screening/economic-activity-grant"},
	{"editor", "demo-officer", "/desk/programmes/economic-activity-grant"}, {"review", "demo-member1", "/desk/cases/{冷凍みかん}/screening"},
	{"budgets", "demo-finance", "/desk/money/budgets"}, {"imports", "demo-admin", "/admin/imports"}, {"jobs", "demo-admin", "/admin/jobs"},
}

// Every starred page is there and has an approved look at every width in both themes. With KAKEHASHI_LOOKS=judge (make looks, make check-all)
// they are compared in a real browser, with approve the record is written anew; what differs is shown in KAKEHASHI_LOOKS_OUT/sheet.html.
func TestEveryStarredPageLooksAsApproved(t *testing.T) {
	h := journey.Start(t, "sqlite", autumn)
	var pages []uxcheck.Page
	for _, s := range starred {
		b := h.Visitor()
		if s.who != "" {
			b = h.As(s.who)
		}
		pages = append(pages, shown(t, h, b, s.name, s.at))
	}
	mode := os.Getenv("KAKEHASHI_LOOKS")
	if mode == "" {
		record, err := os.ReadFile("../uxcheck/looks.txt")
		for _, p := range pages {
			for _, key := range []string{" 320 light ", " 320 dark ", " 768 light ", " 768 dark ", " 1280 light ", " 1280 dark "} {
				if err != nil || !strings.Contains("\n"+string(record), "\n"+p.Name+key) {
					t.Errorf("no look of %s%swas approved: make looks-approve (%v)", p.Name, key, err)
				}
			}
		}
		return
	}
	out := os.Getenv("KAKEHASHI_LOOKS_OUT")
	if out == "" {
		out = filepath.Join(os.TempDir(), "kakehashi-looks")
	}
	said, err := uxcheck.Looks(t, h.Base, pages, out, mode == "approve")
	t.Logf("%s\n%s", said, filepath.Join(out, "sheet.html"))
	if err != nil {
		t.Errorf("pages look otherwise than approved (make looks-approve approves): %v", err)
	}
}

// workedAt is a moment as a list of work shows it.
var workedAt = regexp.MustCompile(`\d+月\d+日（.）\s*\d+:\d+`)

// shown is a page as it is answered, but for what is of this run: the port, and when work was done.
func shown(t *testing.T, h *journey.House, b *browse.Browser, name, at string) uxcheck.Page {
	t.Helper()
	before, rest, _ := strings.Cut(at, "{")
	if title, after, ok := strings.Cut(rest, "}"); ok {
		id, err := db.One(t.Context(), h.App.DB.Read(), db.String, `SELECT id FROM cases WHERE title LIKE $1`, "（見本）"+title+"%")
		if err != nil {
			t.Fatalf("%s: %v", at, err)
		}
		at = before + id + after
	}
	if b.Open(at); b.Status() >= 400 && name != "no-page" {
		t.Fatalf("%s: status %d", at, b.Status())
	}
	said := strings.ReplaceAll(string(b.Body()), h.Base, "http://127.0.0.1:8080")
	if name == "jobs" { // begin when they begin, whatever the house's clock says
		said = workedAt.ReplaceAllString(said, "10月14日（水）10:00")
	}
	return uxcheck.Page{Name: name, URL: at, Lang: "ja", Status: b.Status(), HTML: said,
		Headers: map[string]string{"Content-Type": b.Header().Get("Content-Type"), "Content-Security-Policy": b.Header().Get("Content-Security-Policy")}}
}
