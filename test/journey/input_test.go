package journey_test

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
	"kakehashi/test/browse"
	"kakehashi/test/journey"
)

// Five posts of the same form at once give one case number and one receipt (6.14).
func TestASubmissionSentFiveTimesCountsOnce(t *testing.T) {
	for _, engine := range dbtest.Engines() {
		t.Run(engine, func(t *testing.T) {
			h := journey.Start(t, engine, autumn)
			ids, err := h.App.MoreDemo(t.Context(), "ask_approval", 1)
			if err != nil {
				t.Fatal(err)
			}
			b := h.As("demo-approver").OpenOK("/work/cases/" + ids[0] + "/check/application")
			_, address, values := b.Form("提出する")
			places := make([]string, 5)
			var together sync.WaitGroup
			for i := range places {
				together.Go(func() {
					status, header, _ := b.Post(address, values)
					if places[i] = header.Get("Location"); status != http.StatusSeeOther {
						t.Errorf("post %d answers %d", i, status)
					}
				})
			}
			together.Wait()
			for _, place := range places {
				if place != "/work/cases/"+ids[0]+"/receipt" {
					t.Errorf("a post leads to %q", place)
				}
			}
			n, err := db.One(t.Context(), h.App.DB.Read(), db.Int, `SELECT COUNT(*) FROM letters WHERE case_id = $1`, ids[0])
			if err != nil || n != 1 {
				t.Errorf("%d letters of receipt, %v", n, err)
			}
		})
	}
}

// Two windows: the second save shows both texts and keeps the first until somebody chooses (6.13).
func TestTwoWindowsThatClashShowBothTexts(t *testing.T) {
	h := journey.Start(t, "sqlite", autumn)
	one := h.As("demo-staff")
	at := draft(one)
	two := h.As("demo-staff")
	one.OpenOK(at + "/form/application/project")
	two.OpenOK(at + "/form/application/project")
	one.Fill("事業名", "一つ目の窓").Press("下書きを保存").WantStatus(200)
	two.Fill("事業名", "二つ目の窓").Fill("p.title_en", "kept").Press("下書きを保存").Sees("一つ目の窓", "二つ目の窓")
	if got := h.As("demo-staff").OpenOK(at + "/form/application/project"); got.Value("p.title") != "一つ目の窓" || got.Value("p.title_en") != "kept" {
		t.Errorf("stored %q, %q", got.Value("p.title"), got.Value("p.title_en"))
	}
}

// A session that ends while somebody types costs nothing: after signing in the text is sent with one press.
func TestASessionThatEndsCostsNothing(t *testing.T) {
	h := journey.Start(t, "sqlite", autumn)
	b := h.As("demo-staff")
	at := draft(b)
	b.OpenOK(at+"/form/application/project").Fill("事業名", "髙﨑の𠮷日").Fill("概要", "失いたくない長い文。")
	h.Wait(1) // sessions end
	b.Press("下書きを保存").WantStatus(401).Sees("サインイン")
	h.Enter(b, "demo-staff").Sees("失いたくない長い文。")
	b.Press("送").WantStatus(200)
	if got := b.OpenOK(at + "/form/application/project").Value("p.summary"); got != "失いたくない長い文。" {
		t.Errorf("after signing in the text is %q", got)
	}
}

// Text is text: on pages, in exports and in files.
func TestTextStaysText(t *testing.T) {
	h := journey.Start(t, "sqlite", autumn)
	b := h.As("demo-staff")
	at := draft(b)
	const nasty = `=HYPERLINK("http://x")<script>alert(1)</script>𠮷髙`
	b.OpenOK(at+"/form/application/project").Fill("事業名", nasty).Press("下書きを保存").WantStatus(200)
	if !strings.Contains(b.OpenOK(at).Text(), nasty) || strings.Contains(string(b.Body()), "<script>alert") {
		t.Error("markup in a title is not shown as text")
	}
	status, _, paper := b.Get(at + "/paper/application.pdf")
	if said := pdfText(t, paper); status != 200 || !strings.Contains(said, "𠮷髙") {
		t.Errorf("the paper (%d) does not say 𠮷髙", status)
	}
	ids, err := h.App.MoreDemo(t.Context(), "ask_approval", 1)
	if err != nil {
		t.Fatal(err)
	}
	approver := h.As("demo-approver").OpenOK("/work/cases/" + ids[0])
	approver.Fill("comment", "直す").Press("担当者に戻す").WantStatus(200)
	b.OpenOK("/work/cases/"+ids[0]+"/form/application/project").Fill("事業名", nasty).Press("下書きを保存")
	b.OpenOK("/work/cases/" + ids[0] + "/check/application").Press("承認を依頼する").WantStatus(200)
	approver.OpenOK("/work/cases/" + ids[0] + "/check/application").Press("提出する").WantStatus(200)
	_, _, csv := h.As("demo-branch").Get("/desk/cases.csv")
	if !strings.Contains(string(csv), "'=HYPERLINK") {
		t.Errorf("a formula goes out as a formula: %s", csv)
	}
}

// Wrong methods, foreign origins, too much, unknown and dead addresses are refused in words, never with a failure.
func TestWhatCannotBeUsedIsRefusedInWords(t *testing.T) {
	h := journey.Start(t, "sqlite", autumn)
	b := h.As("demo-staff")
	at := draft(b)
	for path, want := range map[string]int{"/no-such": 404, "/work/cases/nothing": 404, "/invite/expired": 404, "/recover/expired": 404, "/feeds/unknown.ics": 404, "/files/none": 404, "/letters/none.pdf": 404} {
		if status, _, page := b.Get(path); status != want || !strings.Contains(string(page), "<h1") {
			t.Errorf("%s: %d, want %d", path, status, want)
		}
	}
	if status, _, _ := b.Post("/programmes", url.Values{"x": {"y"}}); status != 405 {
		t.Errorf("a post to a page that is only read: %d", status)
	}
	if status, _, _ := b.Post("/work/new", url.Values{"programme": {strings.Repeat("x", 5<<20)}}); status != 413 {
		t.Errorf("five megabytes in an ordinary form: %d", status)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.Base+at+"/do/withdraw", strings.NewReader("comment=x"))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Origin", "https://elsewhere.example")
	request.Header.Set("Sec-Fetch-Site", "cross-site")
	for name, value := range b.Cookies() {
		request.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != 403 {
		t.Errorf("a form from elsewhere: %d", answer.StatusCode)
	}
	b.OpenOK(at+"/form/application/papers").Attach("見積書", browse.Upload{Name: "見積.xlsm", Content: []byte("PK\x03\x04macro")}).Press("下書きを保存").WantStatus(422)
	if b.Problem("見積書") == "" {
		t.Error("a refused file is not told at its question")
	}
	b.OpenOK(at+"/form/application/fund").Fill("申請額", "約500万円").Press("保存して次へ").WantStatus(422)
	if b.Value("申請額") != "約500万円" || b.Problem("申請額") == "" {
		t.Errorf("an unreadable amount: %q, %q", b.Value("申請額"), b.Problem("申請額"))
	}
}

// The same steps in English: pages, messages and moves.
func TestTheMainPathInEnglish(t *testing.T) {
	h := journey.Start(t, "sqlite", autumn)
	b := h.As("demo-staff")
	b.OpenOK("/en/work").WantStatus(200)
	ids, err := h.App.MoreDemo(t.Context(), "draft", 1)
	if err != nil {
		t.Fatal(err)
	}
	at := "/en/work/cases/" + ids[0]
	b.OpenOK(at+"/form/application/cost").Sees("¥5,000,000", "Cap")
	b.OpenOK(at + "/check/application").Press("Ask for approval").WantStatus(200).Sees("Approval was asked in the body")
	h.As("demo-approver").OpenOK(at + "/check/application").Press("Submit").WantStatus(200).Sees("P01-2027-S")
	branch := h.As("demo-branch").OpenOK("/en/desk/cases/" + ids[0])
	branch.Press("Forward to HQ").WantStatus(422)
	branch.Fill("opinion", "Fitting.").Press("Forward to HQ").WantStatus(200).Sees("Forwarded to HQ")
	h.As("demo-officer").OpenOK("/en/desk/cases/"+ids[0]).Sees("Fitting.", "HQ check")
}
