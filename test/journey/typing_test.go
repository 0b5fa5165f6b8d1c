package journey_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
	"time"

	"kakehashi/test/journey"
)

// In a real browser, over a line on which a save takes a second: live totals, pages left and opened again before their save arrived, two
// windows. See typing.mjs.
func TestTypingIsFollowedSavedAndMerged(t *testing.T) {
	t.Parallel()
	h := journey.Start(t, "sqlite", autumn)
	b := h.As("demo-staff")
	at := draft(b)
	target, err := url.Parse(h.Base)
	if err != nil {
		t.Fatal(err)
	}
	line := httputil.NewSingleHostReverseProxy(target)
	line.ErrorLog = log.New(io.Discard, "", 0) // a page that is gone does not wait for its answer
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("KK-Autosave") != "" {
			body, _ := io.ReadAll(r.Body)
			time.Sleep(time.Second)
			r = r.Clone(context.WithoutCancel(r.Context())) // the page may be gone by now
			r.Body = io.NopCloser(bytes.NewReader(body))
		}
		line.ServeHTTP(w, r)
	}))
	t.Cleanup(slow.Close)
	inBrowser(t, slow.URL, b, "typing.mjs", at)
}

// What the page shows while somebody types is asked of the same rules that judge the saved form, and nothing is saved by asking.
func TestWhatIsTypedIsJudgedWithoutASave(t *testing.T) {
	h := journey.Start(t, "sqlite", autumn)
	b := h.As("demo-staff")
	at := draft(b)
	line := url.Values{"has.cost.lines": {"1"}, "cost.lines.0.item": {"委託料"}, "cost.lines.0.detail": {"設営"}, "cost.lines.0.where": {"abroad"},
		"cost.lines.0.qty": {"1"}, "cost.lines.0.unit": {"２，０００，０００"}, "cost.lines.0.eligible": {"true"}}
	_, _, body := b.Post(at+"/form/application/cost/judge", line)
	var answer struct {
		HTML  string            `json:"html"`
		Cells map[string]string `json:"cells"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	if answer.Cells["f-cost-lines-0-amount-is"] != "2,000,000" || !strings.Contains(answer.HTML, "200万円以下の事業は対象外") {
		t.Errorf("%+v", answer)
	}
	if b.OpenOK(at+"/form/application/cost").Value("cost.lines.0.detail") != "" {
		t.Error("asking saved the line")
	}
}

// 変更後の経費 starts from what was decided, and the 20 % rule speaks before the kind of change is chosen; a page that asks for nothing says so.
func TestAChangeOfCostsStartsFromTheAgreedCosts(t *testing.T) {
	h := journey.Start(t, "sqlite", autumn)
	ids, err := h.App.MoreDemo(t.Context(), "approve", 1)
	if err != nil {
		t.Fatal(err)
	}
	at := "/work/cases/" + ids[0]
	h.Wait(300)
	b := h.As("demo-staff").OpenOK(at)
	if b.HasButton("事業に着手する") {
		b.Press("事業に着手する").WantStatus(200)
	}
	costs := at + "/form/change/costs"
	b.OpenOK(costs)
	if b.Value("ch.cost.lines.0.detail") == "" || b.Value("ch.cost.lines.0.unit") == "" {
		t.Fatalf("the table is empty:\n%s", b.Text())
	}
	b.Sees("助成対象経費の総額の変動が20%以内であること", "適合")
	b.Fill("ch.cost.lines.0.qty", "9").Press("保存して次へ")
	b.OpenOK(costs).Sees("20%を超えて変わるため、承認が必要です")
	b.OpenOK(at+"/form/change/change").Choose("ch.kind", "内容").Press("下書きを保存")
	b.OpenOK(costs).Sees("このページで入力する項目はありません")
}
