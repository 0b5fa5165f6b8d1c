package public_test

import (
	"context"
	"encoding/csv"
	"encoding/xml"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
	"kakehashi/internal/form"
	"kakehashi/internal/jp"
	"kakehashi/internal/org"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/public"
	"kakehashi/programmes"
)

// at makes the portal as it stands at a moment in Japan ("2026-10-14 16:40"), with the shipped register and programmes.
func at(t *testing.T, d *db.DB, moment string) *page.Site {
	t.Helper()
	now, err := time.ParseInLocation("2006-01-02 15:04", moment, jp.JST)
	if err != nil {
		t.Fatal(err)
	}
	clock := func() time.Time { return now }
	orgs, progs := org.New(d).Clock(clock), programme.New(d, clock)
	if err := orgs.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := progs.Seed(t.Context(), programmes.FS); err != nil {
		t.Fatal(err)
	}
	goals, err := public.ReadGoals(programmes.FS)
	if err != nil {
		t.Fatal(err)
	}
	s := page.New(page.Config{Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Now: clock})
	(&public.Pages{Orgs: orgs, Programmes: progs, Goals: goals, Adopted: adopted}).Register(s)
	return s
}

func adopted(context.Context, string, int, string) ([]public.Adopted, string, error) {
	return []public.Adopted{{Number: "R8-P01-0007", Programme: "economic-activity-grant", FiscalYear: 2026, Org: "富士市", OrgCode: "222101", Title: "=焙煎茶\nのパリ展開", Decided: 4_000_000,
		Fields: []public.Answer{{Field: form.Field{Kind: form.KindLong}, Value: "市内の茶農家と連携する。"}}}}, "", nil
}

func get(t *testing.T, s *page.Site, path string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	if strings.Contains(w.Body.String(), "⟦") {
		t.Errorf("%s: a sentence is missing: %s", path, regexp.MustCompile(`⟦[^⟧]*⟧`).FindString(w.Body.String()))
	}
	if w.Header().Get("Set-Cookie") != "" {
		t.Errorf("%s sets a cookie", path)
	}
	return w
}

var grant = "/programmes/economic-activity-grant"

func TestPublicPages(t *testing.T) {
	scenarios := []struct {
		name, moment, path string
		want               []string
	}{
		{"the start page counts the open calls and the days", "2026-10-14 16:40", "/", []string{"いま申請できる制度は", "10月31日（土）、", `<span class="shu num">17</span>`}},
		{"on the last day it is today", "2026-10-31 23:00", grant, []string{"本日締切"}},
		{"a minute past the day nothing is open", "2026-11-01 00:00", grant, []string{"審査中", "結果 3月12日（金）予定"}},
		{"before the call one may draft", "2026-06-01 09:00", grant, []string{"これから", "下書きをつくる"}},
		{"a city that sells abroad finds the grant", "2026-10-14 16:40", "/programmes?type=city&goal=sell-abroad&country=FR", []string{"経済活動助成事業", "確かめると該当", "/offices/PAR"}},
		{"an association is told where to look", "2026-10-14 16:40", "/programmes?type=intl_assoc&goal=sell-abroad", []string{"対象外", "国際交流支援事業"}},
		{"a purpose that does not exist counts as none", "2026-10-14 16:40", "/programmes?type=city&goal=no-such", []string{"何も選ばれていないものとして表示しています"}},
		{"another purpose is said as such", "2026-10-14 16:40", "/en/programmes?goal=foreign-residents", []string{"Other purpose"}},
		{"the calculator reads what people type", "2026-10-14 16:40", grant + "?cost-abroad=８，０００，０００円&cost-jp=4000000&e.place=海外", []string{"12,000,000円", "<output>5,000,000円</output>"}},
		{"a project mainly in Japan has the lower cap", "2026-10-14 16:40", grant + "?cost-abroad=1000000&cost-jp=9000000&e.place=国内", []string{"<output>3,000,000円</output>"}},
		{"too small a cost is said with its article", "2026-10-14 16:40", grant + "?cost-abroad=2000000&e.place=海外", []string{"200万円以下の事業は対象外"}},
		{"a sum nobody can read is an error at the field", "2026-10-14 16:40", grant + "?cost-abroad=約30万", []string{"<title>エラー：", `href="#cost-abroad"`, `aria-invalid="true"`, "約30万"}},
		{"the rules page has the articles", "2026-10-14 16:40", grant + "/rules", []string{`id="art-4"`, "実施要綱 第4条"}},
		{"the deadline is shown on the offices' clocks", "2026-10-14 16:40", grant, []string{"ロンドン 14:59", "ニューヨーク 10:59", "シドニー 翌01:59"}},
		{"the list of adopted projects shows what is public", "2026-10-14 16:40", "/adopted", []string{"富士市", "市内の茶農家と連携する。", "4,000,000"}},
		{"an office tells its hours in Japan", "2026-10-14 16:40", "/offices/PAR", []string{"09:40 現地／16:40 東京", "16:00–翌00:00"}},
		{"a desk answers in its hours", "2026-10-14 16:40", "/desks/economic", []string{"交流支援部 経済交流課", "03-5213-1726", "いま受付中", grant, "協定世界時 00:30–08:15"}},
		{"a desk is closed on a holiday", "2026-11-23 10:00", "/desks/economic", []string{"時間外", "11月24日（火）"}},
		{"before nine thirty a desk opens soon", "2026-11-24 08:10", "/en/desks/economic", []string{"08:10", "9:30", "00:30–08:15"}},
		{"the list of desks leads to each", "2026-10-14 16:40", "/desks", []string{`href="/desks/economic"`}},
		{"in English too", "2026-10-14 16:40", "/en/offices/PAR", []string{"Paris Office", "09:40 local"}},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, c := range scenarios {
			t.Run(c.name, func(t *testing.T) {
				w := get(t, at(t, d, c.moment), c.path)
				if w.Code != 200 {
					t.Fatalf("status %d", w.Code)
				}
				for _, want := range c.want {
					if !strings.Contains(w.Body.String(), want) {
						t.Errorf("lacks %q", want)
					}
				}
			})
		}
	})
}

func TestEveryPublicPageAnswersInBothLanguages(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := at(t, d, "2026-10-14 16:40")
		for _, path := range []string{"/", "/programmes", grant, grant + "/rules", "/calendar", "/calendar?year=2027", "/calendar?year=x", "/offices", "/offices/NYC", "/desks", "/desks/economic", "/desks/general", "/adopted",
			"/about", "/accessibility", "/privacy", "/help", "/help/casework", grant + "?q-body=nobody", "/adopted?year=x&programme=none"} {
			for _, prefix := range []string{"", "/en"} {
				if w := get(t, s, prefix+path); w.Code != 200 {
					t.Errorf("%s%s: %d", prefix, path, w.Code)
				}
			}
		}
		for _, path := range []string{"/programmes/none", "/offices/NONE", "/programmes/none/rules"} {
			if w := get(t, s, path); w.Code != 404 {
				t.Errorf("%s: %d, want 404", path, w.Code)
			}
		}
	})
}

func TestTheSelfCheckAnswersInThreeValues(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := at(t, d, "2026-10-14 16:40")
		body := get(t, s, grant).Body.String()
		if !strings.Contains(body, "質問に答えると判定します") {
			t.Fatal("an empty check judges")
		}
		first := regexp.MustCompile(`name="(q-[^"]+)" value="([^"]+)"`).FindAllStringSubmatch(body, -1)
		if len(first) < 4 {
			t.Fatalf("only %d answers to choose from", len(first))
		}
		seen := map[string]bool{}
		for _, answer := range first {
			body := get(t, s, grant+"?"+answer[1]+"="+answer[2]).Body.String()
			for _, look := range []string{"st-yes", "st-no", "st-unk"} {
				seen[look] = seen[look] || strings.Contains(body, look)
			}
		}
		if len(seen) != 3 || !seen["st-yes"] || !seen["st-no"] || !seen["st-unk"] {
			t.Errorf("seen %v", seen)
		}
	})
}

func TestTheCalendarCanBeSubscribed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		body := get(t, at(t, d, "2026-10-14 16:40"), "/calendar.ics").Body.String()
		for _, want := range []string{"BEGIN:VTIMEZONE\r\n", "TZID:Asia/Tokyo\r\n", "UID:P01-2027-1-closes@kakehashi\r\n", "DTSTART;TZID=Asia/Tokyo:20261031T235900\r\n", "DTSTART;VALUE=DATE:20260701\r\n", "SEQUENCE:"} {
			if !strings.Contains(body, want) {
				t.Errorf("lacks %q", want)
			}
		}
		for _, line := range strings.Split(strings.TrimSuffix(body, "\r\n"), "\r\n") {
			if strings.ContainsAny(line, "\r\n") || len(line) > 75 {
				t.Errorf("line %q", line)
			}
		}
		later := get(t, at(t, d, "2026-10-20 09:00"), "/calendar.ics").Body.String()
		if later != body {
			t.Error("the same calls give another calendar a week later: every subscriber would see changes")
		}
	})
}

func TestTablesOpenInSpreadsheets(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := at(t, d, "2026-10-14 16:40")
		for _, path := range []string{"/adopted.csv", "/calendar.csv"} {
			body := get(t, s, path).Body.String()
			if !strings.HasPrefix(body, "\ufeff") || !strings.Contains(body, "\r\n") {
				t.Errorf("%s: no BOM or no CRLF", path)
			}
			rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(body, "\ufeff"))).ReadAll()
			if err != nil || len(rows) < 2 {
				t.Fatalf("%s: %d rows, %v", path, len(rows), err)
			}
			for _, cell := range rows[1] {
				if strings.HasPrefix(cell, "=") || strings.Contains(cell, "\n") {
					t.Errorf("%s: cell %q", path, cell)
				}
			}
		}
	})
}

func TestTheFeedIsWellFormed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := get(t, at(t, d, "2026-10-14 16:40"), "/en/calls.atom")
		var feed struct {
			Entries []struct {
				ID      string `xml:"id"`
				Updated string `xml:"updated"`
			} `xml:"entry"`
		}
		if err := xml.Unmarshal(w.Body.Bytes(), &feed); err != nil || len(feed.Entries) == 0 {
			t.Fatalf("%d entries, %v", len(feed.Entries), err)
		}
		for _, e := range feed.Entries {
			if _, err := time.Parse(time.RFC3339, e.Updated); err != nil || e.ID == "" {
				t.Errorf("entry %v: %v", e, err)
			}
		}
	})
}
