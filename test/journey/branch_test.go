package journey_test

import (
	"regexp"
	"strings"
	"testing"

	"kakehashi/internal/account"
	"kakehashi/internal/db/dbtest"
	"kakehashi/test/journey"
)

// J02.1, J02.2, J02.4 and J02.5 at the branch's pages, in Japanese and in English.
func TestABranchWorksThroughItsDesk(t *testing.T) {
	for _, engine := range dbtest.Engines() {
		t.Run(engine, func(t *testing.T) {
			h := journey.Start(t, engine, autumn)
			ids, titles := waiting(t, h)
			branch := h.As("demo-branch").OpenOK("/desk")
			ordered(t, branch.Text(), titles)
			branch.Sees("富士市", "あと").OpenOK("/en/desk").Sees("富士市", "days left")
			ordered(t, branch.Text(), titles)

			// Forwarded with an opinion: the body sees how far it is, and the opinion only where it may.
			branch.OpenOK("/desk/cases/" + ids[0]).Press("本部へ進達する").WantStatus(422)
			branch.Fill("opinion", "県の方針と合います。").Press("本部へ進達する").WantStatus(200).Sees("本部へ進達しました")
			branch.OpenOK("/en/desk/cases/"+ids[1]).Fill("opinion", "Fitting, to be shared.").Tick("shareable").Press("Forward to HQ").WantStatus(200).Sees("Forwarded to HQ")
			staff := h.As("demo-staff").OpenOK("/work/cases/"+ids[0]).Sees("本部確認", "本部へ進達しました").SeesNot("県の方針と合います。")
			staff.OpenOK("/en/work/cases/"+ids[1]).Sees("HQ check", "Fitting, to be shared.")
			h.As("demo-officer").OpenOK("/desk/cases/" + ids[0]).Sees("県の方針と合います。")

			designated(t, h)

			// The year's list: CSV and Excel by the page's own links, days in both calendars.
			b := h.As("demo-branch").OpenOK("/desk/cases")
			var files [][]byte
			for _, kind := range []string{".csv", ".xlsx"} {
				for _, l := range b.Links() {
					if strings.Contains(l.Address, "/desk/cases"+kind) {
						status, _, content := b.Get(l.Address)
						if status != 200 {
							t.Errorf("%s: %d", l.Address, status)
						}
						files = append(files, content)
						break
					}
				}
			}
			if len(files) != 2 || !strings.Contains(string(files[0]), "2026-10-14") || !strings.Contains(string(files[0]), "令和8年10月14日") || strings.Contains(string(files[0]), "静岡市の見本") {
				t.Errorf("the list has %d files: %s", len(files), files)
			}
		})
	}
}

// waiting are three cases that came to the branch on three days, the last first by title.
func waiting(t *testing.T, h *journey.House) (ids, titles []string) {
	t.Helper()
	for _, title := range []string{"（見本）丙の販路", "（見本）乙の販路", "（見本）甲の販路"} {
		at := stock(t, h, title)
		h.As("demo-staff").OpenOK(at + "/check/application").Press("承認を依頼する").WantStatus(200)
		h.As("demo-approver").OpenOK(at + "/check/application").Press("提出する").WantStatus(200)
		ids, titles = append(ids, strings.TrimPrefix(at, "/work/cases/")), append(titles, title)
		h.Wait(1)
	}
	return ids, titles
}

func ordered(t *testing.T, text string, titles []string) {
	t.Helper()
	last := -1
	for _, title := range titles {
		at := strings.Index(text, title)
		if at < last {
			t.Errorf("%s is not in the order of its deadline:\n%s", title, text)
		}
		last = at
	}
}

// designated: a case of a designated city does not exist for the branch of the prefecture it lies in.
func designated(t *testing.T, h *journey.House) {
	t.Helper()
	const city = "lg:221007"
	h.Newcomer("demo-city", "静岡 市子", account.Hat{Role: account.RoleStaff, Body: city})
	h.Newcomer("demo-cityboss", "静岡 長", account.Hat{Role: account.RoleApprover, Body: city})
	b := h.As("demo-city")
	at := draft(b)
	application(t, b.OpenOK(at+"/form/application/body"), "静岡市の見本", costs, "5000000", "7000000", "静岡市", "221007")
	b.Press("承認を依頼する").WantStatus(200)
	h.As("demo-cityboss").OpenOK(at + "/check/application").Press("提出する").WantStatus(200).WantTitle("提出しました")
	id := strings.TrimPrefix(at, "/work/cases/")
	h.As("demo-officer").OpenOK("/desk/cases/" + id).Sees("静岡市の見本")
	for _, lead := range []string{"", "/en"} {
		for _, more := range []string{"", "/application", "/letters", "/history"} {
			if got := h.As("demo-branch").Open(lead + "/desk/cases/" + id + more).Status(); got != 404 {
				t.Errorf("the prefecture's branch opens %s of the designated city: %d", more, got)
			}
		}
	}
	h.As("demo-branch").OpenOK("/desk/cases?q=静岡市の見本").SeesNot("静岡市の見本 ")
}

// Everybody can rehearse their part in both languages: from the first page every entry of the navigation leads to a page, and no English
// page has Japanese words of ours.
func TestEverybodyRehearsesInBothLanguages(t *testing.T) {
	h := journey.Start(t, "sqlite", autumn)
	for _, login := range everybody[1:] {
		for _, lead := range []string{"", "/en"} {
			home := "/desk"
			switch login {
			case "demo-staff", "demo-approver", "demo-town":
				home = "/work"
			case "demo-admin":
				home = "/admin"
			}
			b := h.As(login).OpenOK(lead + home)
			seen := map[string]bool{}
			for _, l := range b.Links() {
				path, _, _ := strings.Cut(l.Address, "#")
				if !strings.HasPrefix(path, lead+home) || strings.Contains(path, "/cases/") || seen[path] {
					continue
				}
				seen[path] = true
				p := h.As(login).OpenOK(path)
				if lead == "/en" && kana.MatchString(p.Heading()) && !sampleWords.MatchString(p.Heading()) {
					t.Errorf("%s reads %q at %s", login, p.Heading(), path)
				}
			}
			if len(seen) == 0 {
				t.Errorf("%s finds no way from %s:\n%s", login, lead+home, b.Text())
			}
		}
	}
}

// sampleWords are Japanese on English pages rightly: titles and names people wrote.
var sampleWords = regexp.MustCompile(`見本|の`)
