package journey_test

import (
	"bytes"
	"encoding/csv"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"kakehashi/internal/cases"
	"kakehashi/internal/db/dbtest"
	"kakehashi/test/browse"
	"kakehashi/test/journey"
)

// office is a house whose desks are looked at.
type office struct {
	*testing.T
	house *journey.House
}

// stock makes n more cases of the demonstration, each up to a move, and returns their ids.
func (o office) stock(until string, n int) []string {
	o.Helper()
	ids, err := o.house.App.MoreDemo(o.Context(), until, n)
	if err != nil {
		o.Fatal(err)
	}
	return ids
}

// at finds a case of the demonstration by its state.
func (o office) at(state string) cases.Line {
	o.Helper()
	found, err := o.house.App.Cases.List(o.Context(), cases.System, cases.Filter{States: []string{state}, Limit: 1})
	if err != nil || len(found.Lines) == 0 {
		o.Fatalf("no case is %s (%v)", state, err)
	}
	return found.Lines[0]
}

func newOffice(t *testing.T, engine string) office {
	return office{t, journey.Start(t, engine, autumn)}
}

// Who may open which address (domain.md §3.2): what is not theirs does not exist.
func TestWhatADeskMayOpen(t *testing.T) {
	const (
		yes  = 200
		none = 404
		no   = 403
	)
	logins := []string{"demo-branch", "demo-officer", "demo-chief", "demo-finance", "demo-auditor", "demo-admin", "demo-member1", "demo-staff"}
	for _, engine := range dbtest.Engines() {
		t.Run(engine, func(t *testing.T) {
			o := newOffice(t, engine)
			o.stock("rank", 1)
			record := func(state string) string { return "/desk/cases/" + o.at(state).ID }
			for _, c := range []struct {
				what, at string
				want     []int // in the order of logins
			}{
				{"a draft", record("draft"), []int{none, none, none, none, yes, none, none, no}},
				{"a draft's journal", record("draft") + "/history", []int{none, none, none, none, yes, none, none, no}},
				{"a case at the branch", record("branch_check"), []int{yes, none, none, none, yes, none, none, no}},
				{"its answers", record("branch_check") + "/application", []int{yes, none, none, none, yes, none, none, no}},
				{"a case at headquarters", record("hq_check"), []int{yes, yes, yes, none, yes, none, none, no}},
				{"its return page", record("hq_check") + "/do/hq_return", []int{none, yes, none, none, none, none, none, no}},
				{"its forwarding, done long ago", record("hq_check") + "/do/forward", []int{none, none, none, none, none, none, none, no}},
				{"a case under screening", record("ranked") + "/screening", []int{none, yes, yes, none, yes, none, yes, no}},
				{"a granted case", record("running"), []int{yes, yes, yes, yes, yes, none, yes, no}},
				{"its money", record("billed") + "/payments", []int{yes, yes, yes, yes, yes, none, yes, no}},
				{"the payment", record("billed") + "/do/pay", []int{none, none, none, yes, none, none, none, no}},
				{"the ranking", "/desk/screening/economic-activity-grant", []int{none, yes, yes, none, yes, none, none, no}},
				{"the ranking of another section", "/desk/screening/exchange-grant", []int{none, none, none, none, yes, none, none, no}},
				{"proposals in the order of the ranking", "/desk/screening/economic-activity-grant/propose", []int{none, yes, none, none, none, none, none, no}},
				{"the budgets", "/desk/money/budgets", []int{none, yes, yes, yes, yes, none, none, no}},
				{"the budgets as a file", "/desk/money/budgets.csv", []int{none, yes, yes, yes, yes, none, none, no}},
				{"the book of a budget", "/desk/money/budgets/economic-activity-grant/2027", []int{none, yes, yes, yes, yes, none, none, no}},
				{"its file", "/desk/money/budgets/economic-activity-grant/2027/book.csv", []int{none, yes, yes, yes, yes, none, none, no}},
				{"the book of another section", "/desk/money/budgets/exchange-grant/2027", []int{none, none, none, yes, yes, none, none, no}},
				{"the definitions", "/desk/programmes", []int{none, yes, yes, none, yes, yes, none, no}},
				{"next year's call", "/desk/programmes/economic-activity-grant/next", []int{none, yes, none, none, none, none, none, no}},
				{"next year's call of another section", "/desk/programmes/exchange-grant/next", []int{none, none, none, none, none, none, none, no}},
				{"the exported list", "/desk/cases.csv", []int{yes, yes, yes, yes, yes, none, none, no}},
				{"a case that is none", "/desk/cases/c_nothing", []int{none, none, none, none, none, none, none, none}},
			} {
				for i, login := range logins {
					b := o.house.As(login).Open(c.at)
					if b.Status() != c.want[i] {
						t.Errorf("%s opens %s (%s): %d, want %d", login, c.what, c.at, b.Status(), c.want[i])
					}
					if strings.Contains(b.Text(), "⟦") {
						t.Errorf("%s at %s: a sentence is missing", login, c.at)
					}
					if en := o.house.As(login).Open("/en" + c.at); en.Status() != c.want[i] || strings.Contains(en.Text(), "⟦") {
						t.Errorf("%s opens %s in English: %d", login, c.at, en.Status())
					}
				}
			}
		})
	}
}

// A rule marked 要確認 holds a case until an officer records why; the place the officer confirms counts for the cap.
func TestAnOfficerSettlesWhatTheRulesLeaveOpen(t *testing.T) {
	o := newOffice(t, dbtest.Engines()[0])
	id := o.at("draft").ID
	staff := o.house.As("demo-staff").OpenOK("/work/cases/"+id+"/form/application/economy").Choose("主たる実施場所", "国内")
	staff.Press("下書きを保存")
	staff.OpenOK("/work/cases/"+id+"/form/application/fund").Fill("fund.requested", "3000000").Fill("fund.own", "9000000").Press("下書きを保存")
	staff.OpenOK("/work/cases/" + id + "/check/application").Press("承認を依頼する").WantStatus(200)
	o.house.As("demo-approver").OpenOK("/work/cases/" + id + "/check/application").Press("提出する").WantStatus(200)
	o.house.As("demo-branch").OpenOK("/desk/cases/"+id).Sees("要確認", "主たる実施場所が経費の内訳と一致すること").Fill("opinion", "適当").Press("本部へ進達する").WantStatus(200)

	b := o.house.As("demo-officer").OpenOK("/desk").Sees("要確認の規則がある案件（1件）")
	b.OpenOK("/desk/cases/"+id).Sees("要確認の規則が残っています", "3,000,000円")
	b.Fill("value.e.place", "海外").Press("確認を記録する").WantStatus(422).Sees("確認の理由を入力してください。")
	if b.Value("value.e.place") != "海外" {
		t.Errorf("the chosen place was lost: %q", b.Value("value.e.place"))
	}
	b.Fill("reason", "経費の3分の2が海外で生じるため").Press("確認を記録する").WantStatus(200).Sees("確認済み", "経費の3分の2が海外で生じるため")
	if sums := b.Text(); !strings.Contains(sums, "5,000,000円") || strings.Contains(sums, "要確認の規則が残っています") {
		t.Errorf("the confirmed place does not count:\n%s", sums)
	}
	b.Follow("審査へ進める").WantStatus(200)
}

// Two officers at one case: the second sees what the first did and loses nothing typed.
func TestTheSecondOfficerSeesWhatTheFirstDid(t *testing.T) {
	o := newOffice(t, dbtest.Engines()[0])
	at := "/desk/cases/" + o.at("hq_check").ID
	slow, fast := o.house.As("demo-officer"), o.house.As("demo-officer")
	slow.OpenOK(at+"/do/hq_return").Choose("remark", "目的・必要性").Fill("remark.p.purpose.text", "目的を具体的に")
	fast.OpenOK(at).Fill("text", "電話で確認済み <b>至急</b>").Press("メモを残す").WantStatus(200)
	slow.Press("補正を依頼する").WantStatus(409).Sees("この画面を開いた後の変更", "電話で確認済み <b>至急</b>", "目的を具体的に")
	if _, _, sent := slow.Form("補正を依頼する"); sent.Get("remark") != "p.purpose" {
		t.Errorf("the chosen question was lost: %q", sent.Get("remark"))
	}
	slow.Press("補正を依頼する").WantStatus(200).Sees("補正を依頼しました")
	// A move that is over: what was typed is answered with the state, not with a failure.
	fast.Open(at + "/do/hq_return").WantStatus(404)
	_, address, values := fast.OpenOK(at).Form("メモを残す")
	if status, _, _ := fast.Post(strings.TrimSuffix(address, "/note")+"/do/hq_return", values); status != 409 && status != 422 {
		t.Errorf("a move that is over answers %d", status)
	}
	// The body does not read the note.
	o.house.As("demo-staff").OpenOK("/work/cases/" + o.at("returned").ID + "/history").SeesNot("電話で確認済み")
}

// The ranking proposes many at once; beyond the budget nothing is decided until a chief records why it grows (J03.3).
func TestTheRankingProposesWithinTheBudget(t *testing.T) {
	o := newOffice(t, dbtest.Engines()[0])
	ids := o.stock("rank", 13) // of 5,000,000 yen each; the budget holds 60,000,000
	b := o.house.As("demo-officer").OpenOK("/desk/screening/economic-activity-grant").Sees("不足します", "▼ 予算の線")
	b.Follow("この順位で起案する").Press("この順位で起案する").WantStatus(422).Sees("起案の理由を入力してください。")
	first := ids[0]
	b.Fill("comment", "審査の順位による").Fill("amount."+first, "１２円").Press("この順位で起案する").WantStatus(422)
	if b.Value("amount."+first) != "１２円" || b.Value("comment") != "審査の順位による" {
		t.Error("what was typed is lost")
	}
	b.Fill("amount."+first, "４，０００，０００").Press("計算し直す").WantStatus(200).Sees("4,000,000")
	b.Press("この順位で起案する").WantStatus(200).Sees("件を起案しました")

	chief := o.house.As("demo-chief")
	left := 0
	for _, id := range ids {
		c, _, err := o.house.App.Cases.Get(t.Context(), cases.System, id)
		if err != nil {
			t.Fatal(err)
		}
		if c.State != "proposed" {
			left++
			o.house.As("demo-officer").OpenOK("/desk/cases/"+id+"/do/propose").Fill("amount", "5000000").Fill("comment", "次点").Press("採択を起案する").WantStatus(200)
		}
		chief.OpenOK("/desk/cases/" + id).Press("交付を決定する")
	}
	if left == 0 {
		t.Fatal("every case fitted: the line of the budget was not drawn")
	}
	chief.WantStatus(422).Sees("予算の残りを超える")
	const book = "/desk/money/budgets/economic-activity-grant/2027"
	ask := o.house.As("demo-officer").OpenOK("/desk/screening/economic-activity-grant").Follow("予算差引簿").Press("増額・減額・流用を申し出る").WantStatus(422)
	ask.Fill("amount", "５，０００万").Fill("reason", "").Press("増額・減額・流用を申し出る").WantStatus(422).Sees("金額は1円以上")
	ask.Fill("amount", "２０，０００，０００円").Fill("reason", "補正予算の成立").Press("増額・減額・流用を申し出る").WantStatus(200).Sees("決裁待ち", "補正予算の成立")
	if ask.HasButton("決裁して予算に反映する") {
		t.Error("the person who asked may approve")
	}
	chief.OpenOK(book).Press("認めない").WantStatus(422).Sees("理由を入力してください")
	chief.Press("決裁して予算に反映する").WantStatus(200).Sees("予算に反映しました", "決裁済み")
	for _, id := range ids {
		if chief.OpenOK("/desk/cases/" + id).HasButton("交付を決定する") {
			chief.Press("交付を決定する").WantStatus(200).Sees("交付を決定しました")
		}
	}
}

var versionOf = regexp.MustCompile(`/versions/[0-9a-f]{64}`)

// Last year's call is copied, checked and published by two people; the old one stays (J03.1); a programme is closed and reopened (J03.5).
func TestNextYearsCallTakesTwoPeople(t *testing.T) {
	o := newOffice(t, dbtest.Engines()[0])
	const code = "/desk/programmes/economic-activity-grant"
	b := o.house.As("demo-officer").OpenOK(code).Follow("次年度の募集を作る").Sees("令和10年度（2028年度）")
	b.Fill("closes", "10月のどこか").Press("公開を依頼する").WantStatus(422).Sees("「締切日」の日付を読み取れません")
	if b.Value("closes") != "10月のどこか" {
		t.Errorf("what was typed is lost: %q", b.Value("closes"))
	}
	b.Fill("closes", "令和9年10月29日").Fill("budget", "８，０００万円").Press("公開を依頼する").WantStatus(422)
	b.Fill("budget", "80,000,000").Press("公開を依頼する").WantStatus(422).Sees("印の付いていない項目")
	for _, path := range b.Choices("checked") {
		b.Choose("checked", path)
	}
	b.Fill("opens", "2027/11/1").Press("公開を依頼する").WantStatus(422).Sees("「締切日」の順序が合いません")
	b.Sees("上限額（主として海外）").Fill("opens", "2027/7/1").Fill("params.capAbroad", "6,000,000").Press("公開を依頼する").WantStatus(422).Sees("例の結果が", "5,000,000円", "6,000,000円")
	for _, value := range b.Choices("expect") {
		b.Choose("expect", value)
	}
	b.Press("公開を依頼する").WantStatus(200).Sees("公開待ち", "80,000,000円", "別の本部決裁者")
	at := versionOf.FindString(b.Path())
	if b.HasButton("この版を公開する") {
		t.Error("the author may publish")
	}
	if status, _, _ := b.Post(code+at+"/publish", nil); status != 404 && status != 403 {
		t.Errorf("the author publishes by a hand-made request: %d", status)
	}
	chief := o.house.As("demo-chief").OpenOK(code).Sees("公開を待つ版が1件あります")
	chief.OpenOK(code + at).Sees("厳格化").Press("この版を公開する").WantStatus(200).Sees("版を公開しました")
	if n := strings.Count(chief.OpenOK(code).Text(), "公開中"); n < 2 {
		t.Errorf("the old call is no longer in force: %d", n)
	}

	chief.Press("休止した場合の影響を見る").WantStatus(422)
	chief.Fill("reason", "事業の見直しのため").Press("休止した場合の影響を見る").WantStatus(200).Sees("提出できなくなる下書き", "進行中の案件", "締切の")
	if chief.Value("reason") != "事業の見直しのため" {
		t.Error("the reason is lost when the effect is shown")
	}
	chief.Press("本日から休止する").WantStatus(200).Sees("事業の見直しのため", "休止")
	o.house.Visitor().OpenOK("/programmes/economic-activity-grant").Sees("事業の見直しのため")
	o.house.As("demo-officer").OpenOK("/desk/cases/" + o.at("hq_check").ID).Sees("本部確認") // running cases go on
	chief.Fill("reason", "見直しを終えたため").Press("本日から再開する").WantStatus(200).Sees("見直しを終えたため")
}

// The export is the list: the same rows as CSV and as Excel, for any filter, and nothing a spreadsheet would run (J02.5).
func TestTheExportIsWhatTheListShows(t *testing.T) {
	o := newOffice(t, dbtest.Engines()[0])
	evil := `=HYPERLINK("http://x.invalid";"押す")`
	id := o.at("draft").ID
	staff := o.house.As("demo-staff").OpenOK("/work/cases/"+id+"/form/application/project").Fill("p.title", evil)
	staff.Press("下書きを保存")
	staff.OpenOK("/work/cases/" + id + "/check/application").Press("承認を依頼する").WantStatus(200)
	o.house.As("demo-approver").OpenOK("/work/cases/" + id + "/check/application").Press("提出する").WantStatus(200)
	seen := false
	for _, query := range []url.Values{{}, {"view": {"check"}}, {"view": {"back"}}, {"q": {"富士市"}}, {"q": {"％"}}, {"fy": {"２０２７"}}, {"fy": {"1999"}},
		{"programme": {"economic-activity-grant"}, "view": {"run"}}, {"view": {"no-such"}}} {
		b := o.house.As("demo-branch")
		listed := strings.Count(string(b.OpenOK("/desk/cases?"+query.Encode()).Body()), `<th scope="row"`)
		_, _, text := b.Get("/desk/cases.csv?" + query.Encode())
		if !bytes.HasPrefix(text, []byte("\ufeff")) {
			t.Fatalf("%v: the CSV does not say that it is UTF-8", query)
		}
		rows, err := csv.NewReader(bytes.NewReader(text[3:])).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		_, header, book := b.Get("/desk/cases.xlsx?" + query.Encode())
		if !strings.Contains(header.Get("Content-Disposition"), "2026-10-14") {
			t.Errorf("the file's name has no day: %s", header.Get("Content-Disposition"))
		}
		sheet, err := excelize.OpenReader(bytes.NewReader(book))
		if err != nil {
			t.Fatal(err)
		}
		cells, err := sheet.GetRows(sheet.GetSheetName(0))
		if err != nil {
			t.Fatal(err)
		}
		if len(rows)-1 != listed || len(cells) != len(rows) {
			t.Errorf("%v: the list has %d rows, CSV %d, Excel %d", query, listed, len(rows)-1, len(cells)-1)
			continue
		}
		for i, row := range rows {
			for k, cell := range row {
				if strings.HasPrefix(cell, "=") {
					t.Errorf("a formula reaches the CSV: %s", cell)
				}
				seen = seen || cell == "'"+evil
				other := ""
				if k < len(cells[i]) {
					other = cells[i][k]
				}
				if strings.TrimPrefix(cell, "'") != other {
					t.Errorf("%v row %d column %d: CSV %q, Excel %q", query, i, k, cell, other)
				}
			}
		}
		received := map[string]string{"2026-10-14": "令和8年10月14日", "2025-09-18": "令和7年9月18日"} // those of the open call, those of the call before
		for _, row := range rows[1:] {
			if japanese, known := received[row[10]]; !known || row[11] != japanese {
				t.Errorf("the day of receipt is %q and %q", row[10], row[11])
			}
		}
	}
	if !seen {
		t.Error("the title that looks like a formula was not exported")
	}
}

// A case is shown as of any moment since it arrived, to read only.
func TestACaseIsShownAsOfAMoment(t *testing.T) {
	o := newOffice(t, dbtest.Engines()[0])
	o.house.Wait(3)
	at := "/desk/cases/" + o.at("hq_check").ID
	b := o.house.As("demo-officer").OpenOK(at + "/do/accept")
	for _, rule := range b.Choices("checklist") {
		b.Choose("checklist", rule)
	}
	b.Press("審査へ進める").WantStatus(200).Sees("審査中")
	b.OpenOK(at+"/history").Fill("at", "令和8年10月15日").Press("その時点の案件を表示").WantStatus(200).Sees("時点の案件です", "本部確認").SeesNot("次の操作", "審査へ進める")
	for _, more := range []string{"/application", "/screening", "/letters", "/payments", "/history"} {
		b.OpenOK(at + more + "?at=2026-10-15T09:00").Sees("時点の案件です")
	}
	then := slices.IndexFunc(b.OpenOK(at+"/history").Links(), func(l browse.Link) bool { return l.Words == "この時点の案件" })
	b.OpenOK(b.Links()[then].Address).Sees("時点の案件です")
	for _, typed := range []string{"きのう", "2026-99-99", "2026/10/15 25:00"} {
		if b.Open(at + "?at=" + url.QueryEscape(typed)); b.Status() != 422 {
			t.Errorf("as of %q answers %d", typed, b.Status())
		}
	}
	if b.Open(at + "?at=2020-01-01T00:00"); b.Status() != 404 {
		t.Errorf("before the case was there: %d", b.Status())
	}
}

// An administrator opens a case only with a reason, which the auditor reads (rule 11).
func TestAnAdministratorOpensACaseWithAReasonOnly(t *testing.T) {
	o := newOffice(t, dbtest.Engines()[0])
	line := o.at("hq_check")
	b := o.house.As("demo-admin")
	if b.Open("/desk/cases/" + line.ID); b.Status() != 404 {
		t.Fatalf("a case opens without a reason: %d", b.Status())
	}
	b.OpenOK("/desk").Fill("number", line.Number).Fill("reason", "急ぎ").Press("案件を開く").WantStatus(422)
	if b.Value("number") != line.Number {
		t.Errorf("the number was lost: %q", b.Value("number"))
	}
	b.Fill("number", "P99-1").Fill("reason", "添付ファイルの障害の調査のため").Press("案件を開く").WantStatus(422).Sees("この受付番号の案件はありません")
	b.Fill("number", line.Number).Press("案件を開く").WantStatus(200).Sees("本部確認")
	for _, button := range []string{"審査へ進める", "メモを残す", "確認を記録する"} {
		if b.HasButton(button) {
			t.Errorf("an administrator may %s", button)
		}
	}
	o.house.As("demo-auditor").OpenOK("/desk/cases/"+line.ID+"/history").Sees("管理者が案件を開きました", "添付ファイルの障害の調査のため")
	others := slices.DeleteFunc([]string{"branch_check", "running"}, func(s string) bool { return b.Open("/desk/cases/"+o.at(s).ID).Status() == 404 })
	if len(others) > 0 {
		t.Errorf("one reason opened other cases too: %v", others)
	}
}
