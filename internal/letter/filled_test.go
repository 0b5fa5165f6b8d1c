package letter

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func application() Filled {
	long := strings.Repeat("静岡県富士市は、茶の輸出拡大を図るため、パリで開催される見本市「Salon du Thé 2027」に市内の茶業者とともに出展し、商談を行います。", 8)
	var rows [][]string
	for range 40 {
		rows = append(rows, []string{"旅費", "職員派遣旅費（パリ、6泊8日、2人分、通訳の同行を含む。）", "海外", "2 人", "850,000円", "1,700,000円", "対象"})
	}
	return Filled{
		Title: "経済活動助成事業 助成金交付申請書", Paper: "様式1", Date: "2026-10-01", Sample: true,
		Head: []Pair{{"受付番号", "R9-P01-0042"}, {"申請団体", "富士市（222101）"}, {"代表者", "富士市長　髙﨑 𠮷子"}},
		Sections: []FilledSection{
			{Title: "1　申請団体・担当者", Pairs: []Pair{{"担当者", "葛󠄀城 太郎"}, {"電話", "0545-00-0000"}}},
			{Title: "2　事業の概要", Pairs: []Pair{{"事業名", "静岡茶パリ販路開拓事業 한국 & <b>简体</b>"}, {"目的及び内容", long}, {"参考となる点", ""}}},
			{Title: "3　経費の内訳", Tables: []Table{{Title: "様式1-2 経費内訳", Head: []string{"費目", "内容", "場所", "数量", "単価", "金額", "助成対象"},
				Rows: rows, Foot: [][]string{{"合計", "", "", "", "", "68,000,000円", ""}}}}},
		},
		Foot: "受付番号 R9-P01-0042　富士市",
	}
}

func TestAFilledFormPrintsEveryAnswerAndRepeatsTableHeads(t *testing.T) {
	name := filepath.Join(t.TempDir(), "form.pdf")
	var b bytes.Buffer
	if err := FilledPDF(&b, application()); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	text := squeezed(poppler(t, "pdftotext", "-raw", name, "-"))
	for _, want := range []string{"富士市長髙﨑𠮷子", "葛󠄀城太郎", "静岡茶パリ販路開拓事業한국&<b>简体</b>", "68,000,000円", "様式1", "4／4"} {
		if !strings.Contains(text, want) {
			t.Errorf("lacks %q", want)
		}
	}
	for _, page := range []string{"2", "3", "4"} {
		if !strings.Contains(squeezed(poppler(t, "pdftotext", "-raw", "-f", page, "-l", page, name, "-")), "助成対象") {
			t.Errorf("page %s lacks the head of the table", page)
		}
	}
	sound(t, name, "経済活動助成事業 助成金交付申請書", 4)
}

func TestNumbersStandRight(t *testing.T) {
	got := application().Sections[2].Tables[0].numeric()
	for i, want := range []bool{false, false, false, false, true, true, false} {
		if got[i] != want {
			t.Errorf("column %d: right %v", i+1, got[i])
		}
	}
}

func TestADocxHoldsEveryAnswerInWellFormedParts(t *testing.T) {
	var b bytes.Buffer
	f := application()
	f.Sections[0].Pairs[0].Value += "\x0b\x00"
	if err := FilledDOCX(&b, f); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, file := range z.File {
		r, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		raw, _ := io.ReadAll(r)
		parts[file.Name] = string(raw)
		d := xml.NewDecoder(bytes.NewReader(raw))
		for {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", file.Name, err)
			}
		}
	}
	for part, wants := range map[string][]string{
		"[Content_Types].xml": {"/word/document.xml", "/docProps/core.xml"},
		"docProps/core.xml":   {"経済活動助成事業 助成金交付申請書", "ja-JP", "2026-09-30T15:00:00Z"},
		"word/document.xml":   {"葛󠄀城 太郎", "髙﨑 𠮷子", "&lt;b&gt;简体", "<w:tblHeader/>", `w:w="11906" w:h="16838"`, "68,000,000円"},
		"word/styles.xml":     {"BIZ UDP明朝 Medium", `w:eastAsia="ja-JP"`},
		"word/footer1.xml":    {"PAGE", "NUMPAGES", "受付番号 R9-P01-0042"},
	} {
		for _, want := range wants {
			if !strings.Contains(parts[part], want) {
				t.Errorf("%s lacks %q", part, want)
			}
		}
	}
	var again bytes.Buffer
	if err := FilledDOCX(&again, f); err != nil || !bytes.Equal(again.Bytes(), b.Bytes()) {
		t.Error("the same form gives another file")
	}
}
