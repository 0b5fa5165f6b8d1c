package journey_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/text/encoding/japanese"

	"kakehashi/internal/db/dbtest"
	"kakehashi/test/journey"
)

// late makes every waiting job due: the moment in which work for many cases can be called off has passed.
func late(t *testing.T, h *journey.House) {
	t.Helper()
	past := `'2000-01-01T00:00:00.000Z'`
	if _, err := h.App.DB.Pool().ExecContext(t.Context(), `UPDATE goqite SET timeout = `+past); err != nil {
		t.Fatal(err)
	}
	h.Settle()
}

// Work for many cases: the page says which and why not, it can be called off, the same page sent twice is one work, and each case tells of it.
func TestWorkForManyCasesWaitsAndCanBeCalledOff(t *testing.T) {
	for _, engine := range dbtest.Engines() {
		t.Run(engine, func(t *testing.T) {
			h := journey.Start(t, engine, autumn)
			count := func(query string) int {
				n := 0
				if err := h.App.DB.Read().QueryRowContext(t.Context(), query).Scan(&n); err != nil {
					t.Fatal(err)
				}
				return n
			}
			b := h.As("demo-officer")
			b.OpenOK("/desk/cases?view=check&all=1")
			if status, _, body := b.Post("/desk/lists/bulk", url.Values{"act": {"officer"}}); status != 422 || !strings.Contains(string(body), "案件を選んでください") {
				t.Errorf("nothing chosen: %d", status)
			}
			if status, _, _ := b.Post("/desk/lists/bulk", url.Values{"act": {"move:approve"}, "whole": {"1"}}); status != 422 {
				t.Errorf("a move that is not for many: %d", status)
			}
			list := url.Values{"act": {"move:accept"}, "whole": {"1"}, "list": {""}}
			status, _, body := b.Post("/desk/lists/bulk", list)
			if status != 200 || !strings.Contains(string(body), "行えない案件") {
				t.Fatalf("the preview: %d", status)
			}
			form := hiddens(body)
			form.Set("comment", "まとめて確認")
			if status, _, body := b.Post("/desk/lists/bulk", form); status != 422 || !strings.Contains(string(body), "まとめて確認") || !strings.Contains(string(body), "印を付けてください") {
				t.Errorf("the formal check was not confirmed: %d", status)
			}
			checks := count(`SELECT COUNT(*) FROM cases WHERE state = 'hq_check' AND section = 'keishin'`)
			form = hiddens(body)
			form.Set("checklist", "1")
			at := ""
			for range 2 {
				status, header, _ := b.Post("/desk/lists/bulk", form)
				if status != 303 {
					t.Fatalf("the work does not begin: %d", status)
				}
				if again := header.Get("Location"); at != "" && again != at {
					t.Errorf("sent twice, two works: %s and %s", at, again)
				} else {
					at = again
				}
			}
			if n := count(`SELECT COUNT(*) FROM works WHERE kind = 'desk.bulk'`); n != 1 {
				t.Errorf("%d works", n)
			}
			h.Settle()
			if n := count(`SELECT COUNT(*) FROM cases WHERE state = 'hq_check' AND section = 'keishin'`); n != checks {
				t.Errorf("something was done before the moment to call it off had passed: %d of %d left", n, checks)
			}
			b.OpenOK(at).Sees("取り消す")
			b.Press("取り消す").Sees("どの案件にも行っていません")
			late(t, h)
			if n := count(`SELECT COUNT(*) FROM cases WHERE state = 'hq_check' AND section = 'keishin'`); n != checks {
				t.Errorf("what was called off was done: %d of %d left", n, checks)
			}
			_, _, body = b.Post("/desk/lists/bulk", list)
			form = hiddens(body)
			form.Set("checklist", "1")
			_, header, _ := b.Post("/desk/lists/bulk", form)
			late(t, h)
			b.OpenOK(header.Get("Location")).Sees("行った案件")
			moved := count(`SELECT COUNT(*) FROM work_items WHERE outcome = 'done'`)
			if left := count(`SELECT COUNT(*) FROM cases WHERE state = 'hq_check' AND section = 'keishin'`); moved == 0 || left != checks-moved {
				t.Errorf("%d were moved, %d of %d are left", moved, left, checks)
			}
			if status, _, _ := h.As("demo-chief").Get(header.Get("Location")); status != 404 {
				t.Errorf("somebody else's work: %d", status)
			}
		})
	}
}

var hidden = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"`)

// hiddens are the hidden fields of a page's form.
func hiddens(body []byte) url.Values {
	v := url.Values{}
	for _, m := range hidden.FindAllSubmatch(body, -1) {
		v.Add(string(m[1]), strings.NewReplacer("&amp;", "&", "&#34;", `"`).Replace(string(m[2])))
	}
	return v
}

// A mail to applicants leaves when the moment has passed, once to each reader, and each case tells of it.
func TestAMailToApplicantsWaitsAndIsSentOnce(t *testing.T) {
	h := journey.Start(t, "sqlite", autumn)
	b := h.As("demo-officer")
	_, _, body := b.Post("/desk/lists/bulk", url.Values{"act": {"mail"}, "whole": {"1"}, "list": {"view=check"}})
	form := hiddens(body)
	form.Set("subject", "説明会のお知らせ")
	form.Set("text", "11月に説明会を開きます。")
	_, header, _ := b.Post("/desk/lists/bulk", form)
	h.Settle()
	mails := func() (n int) {
		if err := h.App.DB.Read().QueryRowContext(t.Context(), `SELECT COUNT(*) FROM mails WHERE subject LIKE '説明会のお知らせ%'`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := mails(); n != 0 {
		t.Errorf("%d mails left before the moment had passed", n)
	}
	late(t, h)
	first := mails()
	late(t, h)
	if n := mails(); first == 0 || n != first {
		t.Errorf("%d mails, then %d", first, n)
	}
	b.OpenOK(header.Get("Location")).Sees("行った案件")
}

// Views: kept from the list, shared with the section, opened first, deleted; another section never finds them.
func TestAListIsKeptSharedAndOpenedFirst(t *testing.T) {
	h := journey.Start(t, "sqlite", autumn)
	b := h.As("demo-officer")
	b.OpenOK("/desk/cases?view=check&sort=-requested").Fill("name", "確認中・額の順").Tick("shared").Press("保存する").Sees("一覧を保存しました", "確認中・額の順")
	chief := h.As("demo-chief").OpenOK("/desk/lists/views").Sees("確認中・額の順")
	chief.Press("最初に開く一覧にする").WantStatus(200)
	if _, header, _ := h.As("demo-chief").Get("/desk/cases"); !strings.Contains(header.Get("Location"), "sort=-requested") {
		t.Errorf("the list opens with %s", header.Get("Location"))
	}
	for who, want := range map[string]int{"demo-branch": 200, "demo-finance": 200, "demo-staff": 403, "demo-member1": 404} {
		status, _, body := h.As(who).Get("/desk/lists/views")
		if status != want || bytes.Contains(body, []byte("確認中・額の順")) {
			t.Errorf("%s: %d", who, status)
		}
	}
	b.OpenOK("/desk/lists/views").Press("この一覧を削除する").Sees("一覧を削除しました")
	h.As("demo-chief").OpenOK("/desk/lists/views").Sees("まだありません")
	for _, query := range []string{"from=いつか", "from=2026/13/1", "till=2026-99-99", "from=R8.10.31&till=R8.10.1"} {
		if status, _, body := b.Get("/desk/cases?" + query); status != 422 || !bytes.Contains(body, []byte(`aria-invalid="true"`)) {
			t.Errorf("%s: %d", query, status)
		}
	}
	for _, query := range []string{"from=R8.4.1", "till=２０２７/３/３１", "sort=-number&col=state&col=note", "officer=me", "officer=-", "officer=p-nobody", "sort=drop", "col=x"} {
		if status, _, _ := b.Get("/desk/cases?" + query); status != 200 {
			t.Errorf("%s: %d", query, status)
		}
	}
}

// The box in the header: a number in any spelling opens the case; another body's case is not there.
func TestTheBoxInTheHeaderOpensACaseByItsNumber(t *testing.T) {
	h := journey.Start(t, "sqlite", autumn)
	number, id := "", ""
	if err := h.App.DB.Read().QueryRowContext(t.Context(), `SELECT number, id FROM cases WHERE org_code = '222101' AND phase >= 3 ORDER BY id LIMIT 1`).Scan(&number, &id); err != nil {
		t.Fatal(err)
	}
	wide := strings.NewReplacer("0", "０", "1", "１", "2", "２", "P", "Ｐ", "-", "－").Replace(number)
	for who, at := range map[string]string{"demo-staff": "/work/cases/" + id, "demo-officer": "/desk/cases/" + id, "demo-branch": "/desk/cases/" + id, "demo-auditor": "/desk/cases/" + id} {
		for _, text := range []string{number, wide, strings.ReplaceAll(number, "-", "")} {
			if status, header, _ := h.As(who).Get("/find?case=" + url.QueryEscape(text)); status != 303 || !strings.HasSuffix(header.Get("Location"), at) {
				t.Errorf("%s by %q: %d %s", who, text, status, header.Get("Location"))
			}
		}
	}
	for _, who := range []string{"demo-town", "demo-admin"} {
		for _, text := range []string{number, wide, "富士市", "%", "''", strings.Repeat("長", 101), "\x00", ""} {
			status, _, body := h.As(who).Get("/find?case=" + url.QueryEscape(text))
			if status >= 500 || status == 303 || bytes.Contains(body, []byte(id)) || bytes.Contains(body, []byte(`<th scope="row"`)) {
				t.Errorf("%s by %q: %d", who, text, status)
			}
		}
	}
	if status, _, _ := h.Visitor().Get("/find?case=" + number); status != 303 && status != 401 && status != 200 {
		t.Errorf("a visitor: %d", status)
	}
}

// Code page 932: before the file leaves, the page names the cell, the sign and what would stand there.
func TestSignsThatCodePage932LacksAreNamedBeforeTheFileLeaves(t *testing.T) {
	h := journey.Start(t, "sqlite", autumn)
	if _, err := h.App.DB.Pool().ExecContext(t.Context(), `UPDATE cases SET title = '𠮷野とCaféの〜서울' WHERE id = (SELECT id FROM cases WHERE phase >= 2 AND section = 'keishin' ORDER BY due, id LIMIT 1)`); err != nil {
		t.Fatal(err)
	}
	b := h.As("demo-officer")
	b.OpenOK("/desk/lists/cp932").Sees("U+20BB7", "U+00E9", "〓野とCaf〓の〜〓〓", "F")
	_, header, body := b.Get("/desk/cases.csv?encoding=cp932")
	text, err := japanese.ShiftJIS.NewDecoder().Bytes(body)
	if err != nil || !strings.Contains(header.Get("Content-Type"), "31j") || !bytes.Contains(text, []byte("〓野とCaf〓の～〓〓")) {
		t.Errorf("%s %v", header.Get("Content-Type"), err)
	}
	if rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll(); err != nil || len(rows) < 2 {
		t.Errorf("%d rows: %v", len(rows), err)
	}
	b.OpenOK("/desk/lists/cp932?q=" + url.QueryEscape("ない名前")).Sees(fmt.Sprintf("%d件とも", 0))
}
