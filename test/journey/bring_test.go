package journey_test

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/db/dbtest"
	"kakehashi/internal/lang"
	"kakehashi/test/browse"
	"kakehashi/test/journey"
)

// book is a workbook of one sheet; rowsOf reads one.
func book(t *testing.T, rows [][]string) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	out, err := f.NewStreamWriter("Sheet1")
	for i, row := range rows {
		cells := make([]any, len(row))
		for k, s := range row {
			cells[k] = s
		}
		if err == nil {
			err = out.SetRow("A"+strconv.Itoa(i+1), cells)
		}
	}
	if err == nil {
		err = out.Flush()
	}
	var b bytes.Buffer
	if err == nil {
		err = f.Write(&b)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func rowsOf(t *testing.T, b *browse.Browser, at string) [][]string {
	t.Helper()
	status, _, body := b.Get(at)
	if status != http.StatusOK {
		t.Fatalf("%s: %d", at, status)
	}
	f, err := excelize.OpenReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows(f.GetSheetName(0))
	if err != nil {
		t.Fatal(err)
	}
	for i := range rows { // a row ends at its last filled cell
		for len(rows[i]) < len(rows[0]) {
			rows[i] = append(rows[i], "")
		}
	}
	return rows
}

// brought sends a file on its trial run, and leads to the report.
func brought(h *journey.House, b *browse.Browser, at, name string, content []byte) *browse.Browser {
	b.OpenOK(at).Attach("file", browse.Upload{Name: name, Content: content}).Press("確認する").WantStatus(http.StatusOK)
	report := b.Path()
	h.Settle()
	return b.OpenOK(report)
}

// carriedOut brings the file of the report on screen in for good.
func carriedOut(h *journey.House, b *browse.Browser) *browse.Browser {
	b.Press("この内容で取り込む").WantStatus(http.StatusOK)
	report := b.Path()
	h.Settle()
	return b.OpenOK(report)
}

// What the desk notes on its cases is taken away, changed in Excel and brought back: a trial run changes nothing, the file for good does, once;
// a row that somebody changed meanwhile is refused and nothing of theirs is lost.
func TestNotesOfTheDeskComeBackFromExcel(t *testing.T) {
	for _, engine := range dbtest.Engines() {
		t.Run(engine, func(t *testing.T) {
			h := journey.Start(t, engine, autumn)
			b := h.As("demo-officer")
			const at = "/desk/bring/notes/all"
			b.OpenOK("/desk/cases?all=1").Follow("ファイルから取り込む").WantStatus(http.StatusOK)
			rows := rowsOf(t, b, at+"/list.xlsx")
			if len(rows) < 3 || len(rows[0]) != 6 {
				t.Fatalf("the file has %d rows of %d columns", len(rows), len(rows[0]))
			}
			rows[1][3], rows[1][4] = "令和9年4月1日", "＋𠮷田様に確認"
			rows[2][3] = "来週"
			notes := func() (n int) {
				if err := h.App.DB.Read().QueryRowContext(t.Context(), `SELECT COUNT(*) FROM case_desks WHERE note = '＋𠮷田様に確認' AND remind_on = '2027-04-01'`).Scan(&n); err != nil {
					t.Fatal(err)
				}
				return n
			}
			brought(h, b, at, "担当.xlsx", book(t, rows)).Sees("確認しました", "＋𠮷田様に確認", "「来週」は日付として読み取れません", rows[1][0])
			if notes() != 0 {
				t.Error("the trial run changed something")
			}
			if status, _, body := b.Get(b.Path() + "/errors.csv"); status != 200 || !bytes.Contains(body, []byte("来週")) || !bytes.Contains(body, []byte("備忘の日")) {
				t.Errorf("the refused rows: %d %s", status, body)
			}
			if status, _, _ := h.As("demo-chief").Get(b.Path()); status != 404 {
				t.Errorf("somebody else's file: %d", status)
			}
			carriedOut(h, b).Sees("取り込みました")
			if notes() != 1 {
				t.Fatal("the note was not brought in")
			}
			again := rowsOf(t, b, at+"/list.xlsx")
			again[1][0] = strings.ReplaceAll(again[1][0], "-", "－")
			brought(h, b, at, "もう一度.xlsx", book(t, again)).Sees("いまの内容と違うところはありません")
			rows[1][4], rows[2][3] = "古いファイルから", ""
			brought(h, b, at, "古い.xlsx", book(t, rows)).Sees("取込み不可")
			only := book(t, [][]string{{"受付番号", "備忘"}, {rows[1][0], "備忘だけ"}})
			carriedOut(h, brought(h, b, at, "備忘.xlsx", only))
			var day string
			if err := h.App.DB.Read().QueryRowContext(t.Context(), `SELECT remind_on FROM case_desks WHERE note = '備忘だけ'`).Scan(&day); err != nil || day != "2027-04-01" {
				t.Errorf("a column that is not in the file was emptied: %q %v", day, err)
			}
		})
	}
}

// Totals of budgets: the difference is asked for and waits for the chief; rows that cannot be, torn and too long files say why, and nothing happens.
func TestBudgetsAreAskedForFromAFile(t *testing.T) {
	for _, engine := range dbtest.Engines() {
		t.Run(engine, func(t *testing.T) {
			h := journey.Start(t, engine, autumn)
			b := h.As("demo-officer")
			const at = "/desk/bring/budgets/all"
			b.OpenOK("/desk/money/budgets").Follow("ファイルから取り込む").WantStatus(http.StatusOK)
			rows := rowsOf(t, b, at+"/list.xlsx")
			if len(rows) < 2 {
				t.Fatalf("no budget: %v", rows)
			}
			total, err := strconv.ParseInt(rows[1][3], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			changes := func() (n int) {
				if err := h.App.DB.Read().QueryRowContext(t.Context(), `SELECT COUNT(*) FROM budget_changes WHERE state = 'asked'`).Scan(&n); err != nil {
					t.Fatal(err)
				}
				return n
			}
			before := changes()
			refuse := func(name string, content []byte, words ...string) {
				t.Helper()
				b.OpenOK(at).Attach("file", browse.Upload{Name: name, Content: content}).Press("確認する").WantStatus(http.StatusUnprocessableEntity).Sees(words...)
			}
			whole := book(t, rows)
			refuse("torn.xlsx", whole[:len(whole)/2], "読み取れません")
			refuse("empty.csv", nil, "空")
			refuse("other.csv", []byte("a,b\n1,2\n"), "見出しの行が見つかりません", "予算の総額")
			refuse("binary.csv", []byte{0, 1, 2, 255, 254}, "読み取れません")
			long := [][]string{rows[0]}
			for range 10_000 {
				long = append(long, rows[1])
			}
			refuse("long.xlsx", book(t, long), "10,000行", "1,000行まで")
			b.OpenOK(at).Press("確認する").WantStatus(http.StatusUnprocessableEntity).Sees("ファイルを選んでください")
			row := func(change func([]string)) []string {
				x := append([]string(nil), rows[1]...)
				change(x)
				return x
			}
			more := strconv.FormatInt(total+1_000_000, 10)
			bad := book(t, [][]string{rows[0], row(func(x []string) { x[3] = "￥" + more }), row(func(x []string) { x[0] = "P99" }), row(func(x []string) { x[2] = "2031"; x[3] = "約300万" }),
				row(func(x []string) { x[3], x[4] = "1", "二度目" })})
			brought(h, b, at, "予算.xlsx", bad).Sees("理由が必要です", "P99", "約300万", "2行目と同じもの").SeesNot("この内容で取り込む")
			good := book(t, [][]string{rows[0], row(func(x []string) { x[3], x[4] = more, "補正予算" })})
			brought(h, b, at, "予算.xlsx", good).Sees("増額 1,000,000円を申請")
			if changes() != before {
				t.Error("the trial run asked for something")
			}
			carriedOut(h, b)
			if changes() != before+1 {
				t.Fatalf("%d changes wait, want %d", changes(), before+1)
			}
			brought(h, b, at, "予算.xlsx", good).Sees("いまの内容と違うところはありません")
			h.As("demo-chief").OpenOK("/desk/money/budgets/economic-activity-grant/"+rows[1][2]).Sees("補正予算", "1,000,000")
			for who, want := range map[string]int{"demo-finance": 404, "demo-staff": 404, "demo-member1": 404, "demo-auditor": 404} {
				if status, _, _ := h.As(who).Get(at); status != want {
					t.Errorf("%s: %d, want %d", who, status, want)
				}
			}
		})
	}
}

// judged are three more cases of the call that are being screened; given says that the committee has them.
func judged(t *testing.T, h *journey.House, given bool) (ids []string, members []account.Who) {
	t.Helper()
	ids, err := h.App.MoreDemo(t.Context(), "accept", 3)
	if err == nil {
		members, err = h.App.Cases.Committee(t.Context())
	}
	for _, id := range ids {
		if given && err == nil {
			err = h.App.Cases.Assign(t.Context(), secretary, id, members)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return ids, members
}

var secretary = account.Who{Person: "p-secretary", Name: "事務局", Sample: true, Lang: lang.JA, Hat: account.Hat{Role: account.RoleOfficer, Body: "hq:keishin"}}

// A committee member fills in the sheets in Excel. Marks that are none are refused at their column; what was handed in stays.
func TestAMemberHandsInMarksFromExcel(t *testing.T) {
	h := journey.Start(t, "sqlite", autumn)
	judged(t, h, true)
	b := h.As("demo-member1")
	b.OpenOK("/desk").Follow("採点表をExcelで提出").WantStatus(http.StatusOK)
	at := b.Path()
	rows := rowsOf(t, b, at+"/list.xlsx")
	open := 0
	for i, row := range rows[1:] {
		if row[2] != "" {
			continue
		}
		for k, head := range rows[0] {
			if k >= 2 && !strings.Contains(head, "講評") && head != "棄権の理由" {
				rows[i+1][k] = "４"
			}
		}
		open++
	}
	if open == 0 {
		t.Fatal("the demonstration has no open sheet")
	}
	wrong := make([][]string, len(rows))
	for i := range rows {
		wrong[i] = append([]string(nil), rows[i]...)
	}
	for i := range wrong[1:] {
		wrong[i+1][2] = "6"
	}
	brought(h, b, at, "採点.xlsx", book(t, append(wrong, append([]string{"P01-2020-9999"}, make([]string, len(rows[0])-1)...)))).Sees("取込み不可", "1～5", "見つかりません").SeesNot("この内容で取り込む")
	brought(h, b, at, "採点.xlsx", book(t, rows)).Sees("100点満点で")
	carriedOut(h, b).Sees("取り込みました")
	scored := rowsOf(t, b, at+"/list.xlsx")
	for _, row := range scored[1:] {
		if row[2] == "" {
			t.Errorf("%s was not handed in", row[0])
		}
	}
	scored[1][2] = "5"
	brought(h, b, at, "採点.xlsx", book(t, scored)).Sees("取込み不可")
}

// The secretary assigns, records posts and invites from files; conflicts are refused as on the page.
func TestTheSecretaryBringsInThePanel(t *testing.T) {
	h := journey.Start(t, "sqlite", autumn)
	ids, members := judged(t, h, false)
	c, _, err := h.App.Cases.Get(t.Context(), cases.System, ids[0])
	if err != nil {
		t.Fatal(err)
	}
	panel := cases.Panel{Programme: c.Programme, FiscalYear: c.FiscalYear}
	for _, m := range members[:3] {
		panel.Seats = append(panel.Seats, cases.Seat{Person: m.Person, Name: m.Name})
	}
	if err := h.App.Cases.SetPanel(t.Context(), secretary, panel); err != nil {
		t.Fatal(err)
	}
	b := h.As("demo-officer")
	b.OpenOK(theCall + "/panel").Follow("委員の割当てをまとめて行う").WantStatus(http.StatusOK)
	at := b.Path()
	rows := rowsOf(t, b, at+"/list.xlsx")
	if len(rows) < 2 {
		t.Fatal("no case is being screened")
	}
	rows = append(rows, []string{c.Number, "", "いない 委員", ""}, []string{c.Number, "", panel.Seats[0].Name, ""}, []string{strings.ReplaceAll(c.Number, "-", "ー"), "", panel.Seats[0].Name, ""})
	brought(h, b, at, "割当て.xlsx", book(t, rows)).Sees("選べる人の中にいません", "同じもの")
	carriedOut(h, b)
	if c, _, err = h.App.Cases.Get(t.Context(), cases.System, ids[0]); err != nil || c.Member(panel.Seats[0].Person) == nil {
		t.Errorf("nobody was assigned: %+v, %v", c.Members, err)
	}
	b.OpenOK(theCall + "/panel").Follow("委員の役職をまとめて記録する").WantStatus(http.StatusOK)
	at = b.Path()
	var member string
	if err := h.App.DB.Read().QueryRowContext(t.Context(), `SELECT p.name FROM people p JOIN memberships m ON m.person = p.id WHERE p.login = 'demo-member1'`).Scan(&member); err != nil {
		t.Fatal(err)
	}
	posts := book(t, [][]string{{"委員", "団体コード", "役職", "退任日（在任中は空欄）"}, {member, "222101", "国際交流アドバイザー", "R8.3.31"}, {member, "999999", "参与", ""}, {member, "222101", "監事", "2099-01-01"}})
	brought(h, b, at, "役職.xlsx", posts).Sees("国際交流アドバイザー", "取込み不可")
	carriedOut(h, b)
	brought(h, b, at, "役職.xlsx", posts).SeesNot("この内容で取り込む")
	people := "/desk/bring/people/all"
	list := []byte("団体コード,氏名,メールアドレス,役割\n172022,山﨑 𠮷子,yoshiko@example.lg.jp,自治体担当者\n172022,重ねて,ｙｏｓｈｉｋｏ@example.lg.jp,R03\n172022,誰か,dare@example.lg.jp,村長\n999999,誰か,dare@example.lg.jp,自治体担当者\n172022,誰か,宛先なし,自治体担当者\n")
	brought(h, b, people, "招待.csv", list).Sees("yoshiko@example.lg.jp", "2行目と同じもの", "村長", "取込み不可")
	carriedOut(h, b)
	var n int
	if err := h.App.DB.Read().QueryRowContext(t.Context(), `SELECT COUNT(*) FROM invitations WHERE email = 'yoshiko@example.lg.jp' AND state = 'open'`).Scan(&n); err != nil || n != 1 {
		t.Errorf("%d invitations, %v", n, err)
	}
	brought(h, b, people, "招待.csv", list).SeesNot("この内容で取り込む")
	branch := h.As("demo-branch")
	brought(h, branch, people, "招待.csv", []byte("団体コード,氏名,メールアドレス,役割\n131016,よその人,yoso@example.lg.jp,自治体担当者\n")).Sees("取込み不可")
	rowsOf(t, branch, people+"/list.xlsx")
	// The list of a body's people, as the body takes it along, is a list of people to invite.
	status, _, taken := branch.Get("/work/people.csv")
	if status != http.StatusOK {
		t.Fatalf("the list of people: %d", status)
	}
	brought(h, branch, people, "名簿.csv", taken).Sees("いまの内容と違うところはありません")
}
