package form

import (
	"archive/zip"
	"bytes"
	"io"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"kakehashi/internal/jp"
)

func sheetOf(t interface{ Fatal(...any) }, f Field, rows []Row, info SheetInfo) []byte {
	var b bytes.Buffer
	if err := WriteSheet(&b, f, rows, info); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var report = Field{Key: "r.cost.lines", Kind: KindMoney, MaxRows: 12, Columns: []Field{{Key: "planned"}, {Key: "admitted"}, {Key: "admit_reason"}, {Key: "evidence"}, {Key: "ordered"}, {Key: "paid"}}}

// costLine draws a line as Parse leaves it.
func costLine(t *rapid.T) Row {
	words := rapid.StringOfN(rapid.OneOf(rapid.Rune(), rapid.RuneFrom([]rune("=+-@＝'髙﨑𠮷 \"<&_x0041_。"))), 1, 30, -1)
	text := func(name string) (string, bool) {
		s := line(words.Draw(t, name))
		return s, s != "" && Length(s) <= 200
	}
	row := Row{"item": rapid.SampledFrom(CostItems).Draw(t, "item"), "where": rapid.SampledFrom([]string{Abroad, Japan}).Draw(t, "where"), "eligible": rapid.Bool().Draw(t, "eligible")}
	row["detail"] = "内容"
	for _, key := range []string{"detail", "reason", "admit_reason"} {
		if s, ok := text(key); ok {
			row[key] = s
		}
	}
	if row["reason"] == nil {
		row["eligible"] = true
	}
	if rapid.Bool().Draw(t, "alone") {
		row["amount"] = rapid.Int64Range(0, jp.MaxYen).Draw(t, "amount")
	} else {
		qty, unit := rapid.Int64Range(1, 1000).Draw(t, "qty"), rapid.Int64Range(0, 900_000_000).Draw(t, "unit")
		row["qty"], row["unit"], row["amount"], row["unit_name"] = qty, unit, qty*unit, "式"
	}
	row["planned"] = rapid.Int64Range(0, jp.MaxYen).Draw(t, "planned")
	row["ordered"] = jp.AddDays("1901-01-01", rapid.IntRange(0, 90_000).Draw(t, "ordered"))
	row["evidence"] = []string{"領収書 1", "=2"}
	return row
}

func TestRowsComeBackFromTheirSheetUnchanged(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.Custom(costLine), 0, 6).Draw(t, "rows")
		got, problems := ReadSheet(bytes.NewReader(sheetOf(t, report, rows, SheetInfo{Case: "c1"})), report, SheetInfo{Case: "c1"})
		if len(problems) > 0 {
			t.Fatalf("problems: %+v", problems)
		}
		if len(got) != len(rows) || len(rows) > 0 && !reflect.DeepEqual(got, rows) {
			t.Fatalf("came back as %#v", got)
		}
	})
}

func TestTheSheetHoldsFormulasTheirResultsAndLists(t *testing.T) {
	rows, _ := costRows(t, `[{"item":"旅費","detail":"=職員","where":"abroad","qty":2,"unit":640000,"eligible":true},{"item":"需用費","detail":"飲食","where":"jp","amount":400000,"eligible":false,"reason":"飲食"}]`)
	book, err := excelize.OpenReader(bytes.NewReader(sheetOf(t, costs, rows, SheetInfo{Form: "様式1-2", Title: "見本市", Hash: "h", Case: "c1", Guide: true})))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"A1": "様式1-2　経費内訳", "A2": "見本市", "C8": "内容", "G8": "単価（円）", "C9": "'=職員", "D9": "海外", "H9": "1,280,000", "H10": "400,000", "H3": "1,280,000", "H5": "1,280,000", "H6": "400,000", "H7": "1,680,000"} {
		if got, _ := book.GetCellValue("経費内訳", name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	for name, want := range map[string]string{"H9": `IF(AND(ISNUMBER(E9),ISNUMBER(G9)),E9*G9,"")`, "H10": "", "H11": `IF(AND(ISNUMBER(E11),ISNUMBER(G11)),E11*G11,"")`, "H7": "SUM($H$9:$H$108)", "H3": `SUMIFS($H$9:$H$108,$D$9:$D$108,"海外",$I$9:$I$108,"対象")`} {
		if got, _ := book.GetCellFormula("経費内訳", name); got != want {
			t.Errorf("formula of %s is %q, want %q", name, got, want)
		}
		if want != "" && name != "H11" {
			if got, err := book.CalcCellValue("経費内訳", name); err != nil || strings.ReplaceAll(got, ",", "") != strings.ReplaceAll(value(book, name), ",", "") {
				t.Errorf("%s works out as %s (%v), its result says %s", name, got, err, value(book, name))
			}
		}
	}
	if lists, _ := book.GetDataValidations("経費内訳"); len(lists) != 6 {
		t.Errorf("%d lists and limits, want 6", len(lists))
	}
	if visible, _ := book.GetSheetVisible(metaSheet); visible || len(book.GetSheetList()) != 3 {
		t.Errorf("sheets %v", book.GetSheetList())
	}
}

func TestColumnsStandInOrderInTheFile(t *testing.T) {
	data := sheetOf(t, costs, nil, SheetInfo{})
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	r, err := z.Open("xl/worksheets/sheet1.xml")
	if err != nil {
		t.Fatal(err)
	}
	xml, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	var order string
	for _, m := range regexp.MustCompile(`<col min="(\d+)"`).FindAllSubmatch(xml, -1) {
		order += string(m[1]) + " "
	}
	if order != "1 2 3 4 5 6 7 8 9 10 " {
		t.Error(order)
	}
}

func value(book *excelize.File, name string) string {
	v, _ := book.GetCellValue("経費内訳", name)
	return v
}

// cells lists problems as "cell code".
func cells(problems []CellProblem) string {
	var out []string
	for _, p := range problems {
		out = append(out, strings.TrimSpace(p.Cell+" "+p.Code))
		if p.Cell != "" && !strings.HasPrefix(p.Message.JA, "経費内訳!"+p.Cell+"：") {
			out = append(out, "unaddressed "+p.Message.JA)
		}
	}
	return strings.Join(out, "; ")
}

func TestAMangledSheetIsAnsweredCellByCell(t *testing.T) {
	rows, _ := costRows(t, `[{"item":"旅費","detail":"職員","where":"abroad","qty":2,"unit":640000,"eligible":true},{"item":"需用費","detail":"飲食","where":"jp","amount":400000,"eligible":false,"reason":"飲食"}]`)
	const sheet = "経費内訳"
	for _, c := range []struct {
		name   string
		mangle func(b *excelize.File)
		want   string
		words  string
		rows   int
	}{
		{"nothing", func(b *excelize.File) {}, "", "", 2},
		{"a text amount", func(b *excelize.File) { b.SetCellStr(sheet, "G9", "約30万") }, "G9 M-C-05", "「約30万」を数字に直してください", 2},
		{"an amount in full width", func(b *excelize.File) { b.SetCellStr(sheet, "G9", "６４０，０００円") }, "", "", 2},
		{"a moved column", func(b *excelize.File) {
			b.InsertCols(sheet, "A", 2)
		}, "", "", 2},
		{"two columns changed places", func(b *excelize.File) {
			for row := 8; row <= 10; row++ {
				c, _ := b.GetCellValue(sheet, cell(3, row), excelize.Options{RawCellValue: true})
				j, _ := b.GetCellValue(sheet, cell(10, row), excelize.Options{RawCellValue: true})
				b.SetCellStr(sheet, cell(3, row), j)
				b.SetCellStr(sheet, cell(10, row), c)
			}
		}, "", "", 2},
		{"a missing heading", func(b *excelize.File) { b.SetCellStr(sheet, "H8", "計") }, "A8 bad_file", "金額（円）", 0},
		{"a heading twice", func(b *excelize.File) { b.SetCellStr(sheet, "K8", "費目") }, "K8 bad_file", "2つ", 0},
		{"merged cells", func(b *excelize.File) { b.MergeCell(sheet, "B9", "B10") }, "B9 bad_file; B10 required", "B9:B10", 2},
		{"a formula without result", func(b *excelize.File) { b.SetCellFormula(sheet, "C11", `"a"&"b"`) }, "C11 unreadable", "計算式", 2},
		{"a sum of binary fractions", func(b *excelize.File) { b.SetCellFloat(sheet, "G9", 640000.0000000001, -1, 64) }, "", "", 2},
		{"a choice that is none", func(b *excelize.File) { b.SetCellStr(sheet, "D9", "月") }, "D9 not_an_option", "「月」", 2},
		{"a fraction of a yen", func(b *excelize.File) { b.SetCellFloat(sheet, "G9", 0.5, -1, 64) }, "G9 M-C-05", "0.5", 2},
		{"an amount that differs", func(b *excelize.File) { b.SetCellInt(sheet, "H9", 5) }, "H9 amount_differs", "1,280,000", 2},
		{"a missing reason", func(b *excelize.File) { b.SetCellStr(sheet, "J10", "") }, "J10 required", "理由", 2},
		{"another sheet name", func(b *excelize.File) { b.SetSheetName(sheet, "Sheet1") }, "bad_file", "経費内訳", 0},
		{"another version", func(b *excelize.File) { b.SetCellStr(metaSheet, "B1", "99") }, "bad_file", "99", 0},
		{"another form", func(b *excelize.File) { b.SetCellStr(metaSheet, "B2", "r.cost.lines") }, "bad_file", "様式1-2", 0},
		{"another case", func(b *excelize.File) { b.SetCellStr(metaSheet, "B4", "c2") }, "bad_file", "別の申請", 2},
		{"an earlier definition", func(b *excelize.File) { b.SetCellStr(metaSheet, "B3", "old") }, "bad_file", "変わりました", 2},
		{"no hidden sheet", func(b *excelize.File) { b.DeleteSheet(metaSheet) }, "", "", 2},
		{"no headings", func(b *excelize.File) { b.RemoveRow(sheet, 8) }, "bad_file", "見出し", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			book, err := excelize.OpenReader(bytes.NewReader(sheetOf(t, costs, rows, SheetInfo{Form: "様式1-2", Case: "c1", Hash: "h"})))
			if err != nil {
				t.Fatal(err)
			}
			c.mangle(book)
			var b bytes.Buffer
			if err := book.Write(&b); err != nil {
				t.Fatal(err)
			}
			got, problems := ReadSheet(&b, costs, SheetInfo{Case: "c1", Hash: "h"})
			if cells(problems) != c.want || len(got) != c.rows {
				t.Errorf("%d rows, problems %q, want %d rows, %q", len(got), cells(problems), c.rows, c.want)
			}
			if c.words != "" && (len(problems) == 0 || !strings.Contains(problems[0].Message.JA, c.words)) {
				t.Errorf("%+v does not say %s", problems, c.words)
			}
			if c.want == "" && !Equal(got, rows) {
				t.Errorf("became %v", got)
			}
		})
	}
}

// withCell replaces the XML of a cell of the visible sheet.
func withCell(t *testing.T, book []byte, name, xml string) []byte {
	t.Helper()
	from, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	to := zip.NewWriter(&b)
	for _, part := range from.File {
		r, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if part.Name == "xl/worksheets/sheet1.xml" {
			data = regexp.MustCompile(`<c r="`+name+`"[^>]*>.*?</c>`).ReplaceAll(data, []byte(xml))
		}
		w, _ := to.Create(part.Name)
		w.Write(data)
	}
	to.Close()
	return b.Bytes()
}

func TestFormulasCountByTheirResults(t *testing.T) {
	rows, _ := costRows(t, `[{"item":"旅費","detail":"職員","where":"abroad","qty":2,"unit":640000,"eligible":true}]`)
	book := sheetOf(t, costs, rows, SheetInfo{})
	for xml, want := range map[string]string{
		`<c r="G9"><f>2*320000</f><v>640000</v></c>`:          "",
		`<c r="G9"><f>2*320000</f><v>6.4E+5</v></c>`:          "",
		`<c r="G9" t="e"><f>1/0</f><v>#DIV/0!</v></c>`:        "G9 unreadable",
		`<c r="G9" t="str"><f>"約"&amp;30</f><v>約30</v></c>`:   "G9 M-C-05",
		`<c r="G9" t="b"><v>1</v></c>`:                        "H9 amount_differs",
		`<c r="G9"><v>NaN</v></c>`:                            "G9 M-C-05",
		`<c r="G9" t="inlineStr"><is><t>640,000</t></is></c>`: "",
	} {
		_, problems := ReadSheet(bytes.NewReader(withCell(t, book, "G9", xml)), costs)
		if got := cells(problems); got != want {
			t.Errorf("%s: %q, want %q", xml, got, want)
		}
	}
}

func TestDaysAreReadFromSerialNumbersAndFromText(t *testing.T) {
	row := Row{"item": "旅費", "detail": "職員", "where": "abroad", "amount": int64(5), "eligible": true, "ordered": "2027-04-01"}
	book := sheetOf(t, report, []Row{row}, SheetInfo{})
	for xml, want := range map[string]string{
		`<c r="O9"><v>46478</v></c>`:                           "2027-04-01",
		`<c r="O9"><v>46478.75</v></c>`:                        "2027-04-01",
		`<c r="O9" t="inlineStr"><is><t>令和9年4月1日</t></is></c>`: "2027-04-01",
		`<c r="O9"><v>20270401</v></c>`:                        "2027-04-01",
		`<c r="O9"><v>5</v></c>`:                               "",
		`<c r="O9" t="inlineStr"><is><t>未定</t></is></c>`:       "",
	} {
		rows, problems := ReadSheet(bytes.NewReader(withCell(t, book, "O9", xml)), report)
		if got, _ := rows[0]["ordered"].(string); got != want || (want == "") != (cells(problems) == "O9 bad_date") {
			t.Errorf("%s: %s, %s", xml, got, cells(problems))
		}
	}
}

func TestFilesThatAreNoSheetAreRefusedInWords(t *testing.T) {
	good := sheetOf(t, costs, nil, SheetInfo{})
	bomb := func() []byte {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		w, _ := z.Create("xl/worksheets/sheet1.xml")
		block := make([]byte, 1<<20)
		for range 60 {
			w.Write(block)
		}
		z.Close()
		return b.Bytes()
	}
	macro := func() []byte {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		z.Create("xl/vbaProject.bin")
		z.Close()
		return b.Bytes()
	}
	for _, c := range []struct {
		name  string
		data  []byte
		words string
	}{
		{"text", []byte("費目,金額"), "読み取れません"},
		{"nothing", nil, "読み取れません"},
		{"half a file", good[:len(good)/2], "読み取れません"},
		{"an old .xls", []byte("\xd0\xcf\x11\xe0\xa1\xb1"), ".xls"},
		{"a locked file", []byte("\xd0\xcf\x11\xe0 E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00"), "パスワード"},
		{"macros", macro(), "マクロ"},
		{"a zip bomb", bomb(), "大きすぎ"},
		{"ten megabytes and more", bytes.Repeat([]byte{1}, mostSheetBytes+5), "大きすぎ"},
	} {
		rows, problems := ReadSheet(bytes.NewReader(c.data), costs)
		if rows != nil || len(problems) != 1 || problems[0].Code != CodeBadFile || !strings.Contains(problems[0].Message.JA, c.words) {
			t.Errorf("%s: %v %+v", c.name, rows, problems)
		}
	}
}

func TestMoreThanAHundredRowsAreReportedAtTheCell(t *testing.T) {
	var rows []Row
	for range 101 {
		rows = append(rows, Row{"item": "旅費", "detail": "a", "where": "jp", "amount": int64(1), "eligible": true})
	}
	got, problems := ReadSheet(bytes.NewReader(sheetOf(t, costs, rows, SheetInfo{})), costs)
	if len(got) != 101 || cells(problems) != "A109 too_many" {
		t.Errorf("%d rows, %s", len(got), cells(problems))
	}
}

func TestRowsArePastedFromASpreadsheet(t *testing.T) {
	want, _ := costRows(t, `[{"item":"旅費","detail":"職員\t2名 \"A\"","where":"abroad","qty":2,"unit_name":"人","unit":640000,"eligible":true},{"item":"需用費","detail":"飲食","where":"jp","amount":400000,"eligible":false,"reason":"飲食"}]`)
	body := "旅費\t\"職員\t2名\n\"\"A\"\"\"\t海外\t２\t人\t640,000\t1,280,000\t対象\t\r\n需用費\t飲食\t国内\t\t\t\t400,000\t対象外\t飲食\n"
	headed := "費目\t内容\t場所\t数量\t単位\t単価（円）\t金額（円）\t区分\t対象外理由\n" + body
	want[0]["detail"] = "職員 2名 \"A\""
	for name, pasted := range map[string]string{"in order": body, "with headings": headed} {
		rows, problems := ReadTSV(pasted, costs)
		if len(problems) > 0 || !Equal(rows, want) {
			t.Errorf("%s: %v %v", name, rows, problems)
		}
	}
	numberedRows := "1\t" + strings.Replace(body, "\r\n", "\r\n2\t", 1)
	if rows, problems := ReadTSV(numberedRows, costs); len(problems) > 0 || !Equal(rows, want) {
		t.Errorf("numbered: %v %v", rows, problems)
	}
	if rows, problems := ReadTSV("需用費\t飲食\t国内\t\t\t\t約30万\t対象\t", costs); len(rows) != 1 || code(problems) != "cost.lines[0].amount M-C-05" {
		t.Errorf("%v %v", rows, problems)
	}
	if rows, problems := ReadTSV(" \n\t\n", costs); rows != nil || problems != nil {
		t.Error("nothing pasted")
	}
}
