package journey_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
	"kakehashi/internal/form"
	"kakehashi/internal/jp"
	"kakehashi/test/journey"
)

// everybody has one sign-in per role of the demonstration; demo-town is staff of another body, demo-member4 has an interest.
var everybody = []string{"", "demo-staff", "demo-approver", "demo-town", "demo-branch", "demo-officer", "demo-chief", "demo-finance",
	"demo-member1", "demo-member4", "demo-admin", "demo-auditor"}

// readers are those for whom a case exists, by how far it is (domain.md §3.2 rules 1, 2, 4, 10, 11).
var readers = map[string][]string{
	"draft":        {"demo-staff", "demo-approver", "demo-auditor"},
	"branch_check": {"demo-staff", "demo-approver", "demo-auditor", "demo-branch"},
	"running":      {"demo-staff", "demo-approver", "demo-auditor", "demo-branch", "demo-officer", "demo-chief", "demo-finance", "demo-member1"},
}

// Addresses with a name in them that belong to no case: anybody's, or guarded by their own secret or by the kind of desk.
var noCase = []string{"/programmes/", "/offices/", "/desks/", "/library/", "/notices/", "/ties/", "/verify/", "/consent/", "/invite/", "/recover/", "/feeds/", "/admin/",
	"/desk/lists/", "/desk/bring/", "/desk/programmes/", "/desk/screening/", "/desk/disposals/", "/desk/money/", "/sheets/", "/timeline/", "/resident/", "/tools/"}

// The matrix of domain.md §3.2 over every address that names a case, its letter or its file, for every role on both engines. An address
// that is registered and not classified here fails the test.
func TestWhoReachesACaseByAnyAddress(t *testing.T) {
	read, _ := routes(t)
	for _, pattern := range read {
		if placeholder.MatchString(pattern) && !ofCase(pattern) && !slices.ContainsFunc(noCase, func(p string) bool { return strings.HasPrefix(pattern, p) }) {
			t.Errorf("%s is in no row of the matrix", pattern)
		}
	}
	for _, engine := range dbtest.Engines() {
		t.Run(engine, func(t *testing.T) {
			h := journey.Start(t, engine, autumn)
			for state, who := range readers {
				reach(t, h, read, state, who)
			}
		})
	}
}

func ofCase(pattern string) bool {
	return strings.Contains(pattern, "/cases/{id}") || strings.HasPrefix(pattern, "/letters/") || strings.HasPrefix(pattern, "/files/")
}

// reach opens every address of one case of Fuji as everybody.
func reach(t *testing.T, h *journey.House, read []string, state string, who []string) {
	t.Helper()
	all := func(query string, args ...any) []string {
		list, err := db.List(t.Context(), h.App.DB.Read(), db.String, query, args...)
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	ids := all(`SELECT id FROM cases WHERE state = $1 AND org_code = '222101' ORDER BY id LIMIT 1`, state)
	if len(ids) == 0 {
		t.Fatalf("no case of the demonstration is %s", state)
	}
	id := ids[0]
	names := all(`SELECT title FROM cases WHERE id = $1`, id)
	letters, files := all(`SELECT id FROM letters WHERE case_id = $1`, id), all(`SELECT id FROM files WHERE ref = $1`, "case:"+id)
	if state == "running" && (len(letters) == 0 || len(files) == 0) {
		t.Fatalf("the case has %d letters and %d files", len(letters), len(files))
	}
	for _, login := range everybody {
		b := h.Visitor()
		if login != "" {
			b = h.As(login)
		}
		reads, own := slices.Contains(who, login), login == "demo-staff" || login == "demo-approver"
		for _, pattern := range read {
			if !ofCase(pattern) {
				continue
			}
			var paths []string
			switch {
			case strings.HasPrefix(pattern, "/letters/"):
				for _, l := range letters {
					paths = append(paths, "/letters/"+l, "/letters/"+l+".pdf", "/letters/"+l+".pdf?copy=1")
				}
			case strings.HasPrefix(pattern, "/files/"):
				for _, f := range files {
					paths = append(paths, "/files/"+f)
				}
			default:
				letter := "none" // a draft has no letter
				if len(letters) > 0 {
					letter = letters[0]
				}
				for _, form := range []string{"application", "report"} {
					paths = append(paths, fill(pattern, map[string]string{"id": id, "form": form, "section": "cost", "field": "cost.lines.xlsx", "move": "forward", "letter": letter, "copy": "ds_none.pdf"}))
				}
			}
			for _, path := range paths {
				b.Open(path)
				status, text := b.Status(), b.Text()
				onDesk := strings.HasPrefix(path, "/desk")
				switch {
				case status >= 500:
					t.Errorf("%s as %q: %d", path, login, status)
				case login == "" && b.Has("password"): // sent to sign in
				case !reads && status != 404:
					t.Errorf("%q reaches %s of the %s case: %d", login, path, state, status)
				case own && onDesk && status != 403:
					t.Errorf("the body %q is let to a desk: %s %d", login, path, status)
				case reads && !own && (path == "/desk/cases/"+id) && status != 200:
					t.Errorf("%q does not reach %s: %d", login, path, status)
				case own && path == "/work/cases/"+id && status != 200:
					t.Errorf("%q does not reach its own %s: %d", login, path, status)
				}
				if !reads && strings.Contains(text, names[0]) {
					t.Errorf("%q reads the title at %s", login, path)
				}
			}
		}
		for _, path := range []string{"/", "/work", "/work/cases", "/desk", "/desk/cases", "/desk/cases?q=" + names[0][:6], "/desk/cases.csv", "/work/letters", "/search?q=" + names[0][:6], "/search.csv?q=" + names[0][:6]} {
			if _, _, page := b.Get(path); !reads && state != "running" && strings.Contains(string(page), names[0]) {
				t.Errorf("%q finds the %s case on %s", login, state, path)
			}
		}
	}
}

// A calendar feed is its bearer's: it holds the deadlines of that body and of nobody else, and an address that was not given is none.
func TestAFeedHoldsItsOwnersCasesOnly(t *testing.T) {
	h := journey.Start(t, dbtest.Engines()[0], autumn)
	feed := func(login string) string {
		b := h.As(login).OpenOK("/account")
		i := strings.Index(string(b.Body()), "/feeds/")
		if i < 0 {
			b.OpenOK("/feeds")
			if i = strings.Index(string(b.Body()), "/feeds/"); i < 0 {
				t.Fatalf("%s has no feed: %s", login, b.Text())
			}
		}
		address, _, _ := strings.Cut(string(b.Body())[i:], ".ics")
		status, _, text := h.Visitor().Get(address + ".ics")
		if status != 200 || !strings.HasPrefix(string(text), "BEGIN:VCALENDAR") {
			t.Fatalf("%s: %d", address, status)
		}
		return strings.ReplaceAll(string(text), "\r\n ", "")
	}
	title, err := db.One(t.Context(), h.App.DB.Read(), db.String, `SELECT title FROM cases WHERE state = 'draft' AND org_code = '222101' ORDER BY id LIMIT 1`)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(feed("demo-staff"), title) {
		t.Errorf("the body's own feed does not hold %s", title)
	}
	for _, login := range []string{"demo-town", "demo-branch", "demo-officer", "demo-finance"} {
		if strings.Contains(feed(login), title) {
			t.Errorf("the feed of %s holds the draft", login)
		}
	}
	if status, _, _ := h.Visitor().Get("/feeds/" + strings.Repeat("a", 43) + ".ics"); status != 404 {
		t.Errorf("a feed nobody was given answers %d", status)
	}
}

// J03.4 at the page: the last second of the last day counts, the first of the next does not.
func TestACallClosesAtMidnight(t *testing.T) {
	for _, c := range []struct {
		name string
		late time.Duration // after the last second of the last day
		in   bool
	}{{"23:59:59", 0, true}, {"00:00:00", time.Second, false}} {
		t.Run(c.name, func(t *testing.T) {
			o := newOffice(t, dbtest.Engines()[0])
			id := o.at("draft").ID
			check := "/work/cases/" + id + "/check/application"
			o.house.As("demo-staff").OpenOK(check).Press("承認を依頼する").WantStatus(200)
			_, prog, err := o.house.App.Cases.Get(t.Context(), cases.System, id)
			if err != nil {
				t.Fatal(err)
			}
			last, err := time.ParseInLocation(time.DateTime, prog.Call.Closes+" 23:59:59", jp.JST)
			if err != nil {
				t.Fatal(err)
			}
			o.house.At(last.Add(c.late))
			b := o.house.As("demo-approver").OpenOK("/work/cases/" + id)
			if c.in {
				b.OpenOK(check).Press("提出する").WantStatus(200).WantTitle("提出しました")
			} else if status, _, _ := b.Post("/work/cases/"+id+"/do/submit", url.Values{"token": {"late"}}); status < 400 || status >= 500 {
				t.Errorf("a submission after the close answers %d", status)
			}
			got, _, err := o.house.App.Cases.Get(t.Context(), cases.System, id)
			if err != nil || (got.Number != "") != c.in || (got.State == "branch_check") != c.in {
				t.Errorf("%s: %s %q (%v)", c.name, got.State, got.Number, err)
			}
		})
	}
}

// Rule 6 of domain.md §3.2: the account a grant is paid to is read by finance and the body itself, at no address by anybody else.
func TestWhoReachesTheBankAccount(t *testing.T) {
	read, _ := routes(t)
	for _, engine := range dbtest.Engines() {
		t.Run(engine, func(t *testing.T) {
			h := journey.Start(t, engine, autumn)
			c, number := billed(t, h)
			letters, err := db.List(t.Context(), h.App.DB.Read(), db.String, `SELECT id FROM letters WHERE case_id = $1`, c.ID)
			if err != nil {
				t.Fatal(err)
			}
			var paths []string
			for _, pattern := range read {
				for _, form := range []string{"bill", "bill.pdf", "bill.docx", "application"} {
					for _, move := range []string{"pay", "forward"} {
						paths = append(paths, fill(pattern, map[string]string{"id": c.ID, "form": form, "section": "bill", "field": "bank", "move": move, "programme": c.Programme, "code": c.Programme}))
					}
				}
			}
			for _, l := range letters {
				paths = append(paths, "/letters/"+l)
			}
			paths = append(paths, "/search?q="+number, "/desk/cases?q="+number, "/desk/cases.csv?q="+c.Number, "/search.csv?q="+number)
			slices.Sort(paths)
			seen := map[string]int{}
			for _, login := range everybody {
				b := h.Visitor()
				if login != "" {
					b = h.As(login)
				}
				for _, path := range slices.Compact(slices.Clone(paths)) {
					if strings.Contains(path, "{") || strings.Contains(path, "q="+number) && strings.Contains(path, "?") {
						if _, _, body := b.Get(path); strings.Contains(strings.ReplaceAll(string(body), number, ""), c.Title()) && login != "demo-finance" && login != "demo-staff" && login != "demo-approver" {
							t.Errorf("%q finds the case by its account at %s", login, path)
						}
						continue
					}
					_, _, body := b.Get(path)
					if !strings.Contains(string(body), number) {
						continue
					}
					if seen[login]++; login != "demo-finance" && login != "demo-staff" && login != "demo-approver" {
						t.Errorf("%q reads the account at %s", login, path)
					}
				}
			}
			if seen["demo-finance"] == 0 || seen["demo-staff"] == 0 || seen["demo-approver"] == 0 {
				t.Errorf("finance and the body see the account at %v addresses", seen)
			}
		})
	}
}

// billed is a case of the demonstration whose body has sent its bill, and the number of the account on it.
func billed(t *testing.T, h *journey.House) (*cases.Case, string) {
	t.Helper()
	ids, err := db.List(t.Context(), h.App.DB.Read(), db.String, `SELECT id FROM cases WHERE state = 'billed' AND org_code = '222101'`)
	if err != nil || len(ids) == 0 {
		t.Fatalf("no case with a bill: %v", err)
	}
	c, _, err := h.App.Cases.Get(t.Context(), account.Who{Person: "finance", Hat: account.Hat{Role: account.RoleFinance, Body: "hq:somu"}}, ids[0])
	if err != nil {
		t.Fatal(err)
	}
	bank, ok := c.Answers()["bank"].(form.Bank)
	if !ok || len(bank.Number) != 7 {
		t.Fatalf("the bill names %+v", c.Answers()["bank"])
	}
	return c, bank.Number
}
