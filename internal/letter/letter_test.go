package letter

import (
	"bytes"
	"image/png"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"unicode"

	"rsc.io/qr"
)

// decision is the letter of the reference screen; the case is invented.
func decision() Document {
	return Document{
		Paper: "様式L02", Number: "自国経第128号", Date: "2027-03-12", To: []string{"富士市長"},
		From: []string{"一般財団法人自治体国際化協会", "理事長"}, Seal: true, Title: "交付決定通知書",
		Body: []string{"令和8年10月1日付けで申請のありました令和9年度経済活動助成事業について、経済活動助成事業実施要綱（以下「要綱」という。）第8条の規定により、下記のとおり助成金を交付することに決定したので通知します。"},
		Items: []Item{
			{Label: "事業名", Value: "静岡茶パリ販路開拓事業"},
			{Label: "助成金の額", Value: "金4,000,000円", Calc: "対象経費 11,790,000円 × 1/2 ＝ 5,895,000円（千円未満切捨て）\n上限 5,000,000円（主として海外）　審査により 4,000,000円\n要綱 第4条"},
			{Label: "事業の期間", Value: "令和9年4月1日から令和10年2月29日まで"},
			{Label: "交付の条件", List: []string{"対象経費の20パーセントを超える変更は、あらかじめ承認を受けること。",
				"事業の終了後30日以内又は令和10年3月20日のいずれか早い日までに実績報告書を提出すること。", "証拠書類を5年間保存すること。"}},
			{Label: "申請の取下げ", Value: "この決定に不服があるときは、令和9年3月26日までに申請を取り下げることができます。"},
		},
		Desk: "交流支援部 経済交流課　電話 03-5213-1726", Receipt: "R9-P01-0042",
	}
}

func TestALetterSaysOnPaperWhatItWasGiven(t *testing.T) {
	d := decision()
	d.To = []string{"公益財団法人髙﨑𠮷野国際交流協会", "理事長　葛󠄀城 José 한국 简体"}
	file := written(t, d)
	text := squeezed(poppler(t, "pdftotext", "-raw", file, "-"))
	for _, want := range []string{"自国経第128号", "令和9年3月12日", "公益財団法人髙﨑𠮷野国際交流協会", "理事長葛󠄀城José한국简体様", "一般財団法人自治体国際化協会",
		"（公印省略）", "交付決定通知書", d.Body[0], "記", "静岡茶パリ販路開拓事業", "金4,000,000円", "対象経費11,790,000円×1/2＝5,895,000円（千円未満切捨て）",
		"（1）対象経費の20パーセントを超える変更は、あらかじめ承認を受けること。", "以上", "交流支援部経済交流課電話03-5213-1726", "受付番号R9-P01-0042"} {
		if !strings.Contains(text, want) {
			t.Errorf("the text of the file lacks %q\n%s", want, text)
		}
	}
	for _, no := range []string{"見本", "再交付"} {
		if strings.Contains(text, no) {
			t.Errorf("an ordinary letter says %q", no)
		}
	}
}

func TestALetterIsTaggedAndNamedForReaders(t *testing.T) {
	file := written(t, decision())
	info := poppler(t, "pdfinfo", file)
	for _, want := range []string{"交付決定通知書 自国経第128号", "Tagged:          yes", "Pages:           1", "A4"} {
		if !strings.Contains(info, want) {
			t.Errorf("pdfinfo lacks %q:\n%s", want, info)
		}
	}
	tree := poppler(t, "pdfinfo", "-struct-text", file)
	order := 0
	for _, want := range []string{"P (block)", "自国経第128号", "富士市長　様", "H1", "交付決定通知書", "L (block)", "LI (block)", "LBody", "静岡茶パリ販路開拓事業", "以上", "受付番号 R9-P01-0042"} {
		at := strings.Index(tree[order:], want)
		if at < 0 {
			t.Fatalf("the structure lacks %q after what comes before it:\n%s", want, tree)
		}
		order += at
	}
	raw, _ := os.ReadFile(file)
	if !bytes.Contains(raw, []byte("/Lang <FEFF006A0061002D004A0050>")) {
		t.Error("the file does not say that it is Japanese")
	}
}

func TestFontsAreEmbeddedOutlinesWithTheirText(t *testing.T) {
	d := decision()
	d.To = []string{"髙﨑𠮷葛󠄀 é 한 简 😀"}
	list := strings.Split(strings.TrimSpace(poppler(t, "pdffonts", written(t, d))), "\n")[2:]
	if len(list) < 4 {
		t.Errorf("fewer fonts than letters need: %q", list)
	}
	for _, line := range list {
		f := strings.Fields(line)
		if !strings.Contains(line, "CID TrueType") || strings.Join(f[len(f)-5:len(f)-2], " ") != "yes yes yes" {
			t.Errorf("not an embedded TrueType subset with its text: %s", line)
		}
	}
}

func TestALongLetterGoesOverSeveralNumberedPages(t *testing.T) {
	d := decision()
	for range 30 {
		d.Items[3].List = append(d.Items[3].List, "事業の終了後30日以内又は令和10年3月20日のいずれか早い日までに実績報告書を提出すること。")
	}
	file := written(t, d)
	if info := poppler(t, "pdfinfo", file); !strings.Contains(info, "Pages:           3") {
		t.Errorf("33 conditions take three pages, not\n%s", info)
	}
	last := squeezed(poppler(t, "pdftotext", "-raw", "-f", "3", "-l", "3", file, "-"))
	for _, want := range []string{"3／3", "交付決定通知書自国経第128号", "以上", "受付番号R9-P01-0042"} {
		if !strings.Contains(last, want) {
			t.Errorf("the last page lacks %q: %s", want, last)
		}
	}
}

func TestALetterALittleTooLongIsSetCloserOnOnePage(t *testing.T) {
	d := decision()
	d.Items[3].List = append(d.Items[3].List, d.Items[3].List...)
	if info := poppler(t, "pdfinfo", written(t, d)); !strings.Contains(info, "Pages:           1") {
		t.Error("six conditions go over to a second page")
	}
}

func TestSamplesAndCopiesAreMarked(t *testing.T) {
	d := decision()
	d.Sample, d.Copy = true, true
	text := squeezed(poppler(t, "pdftotext", "-raw", written(t, d), "-"))
	for _, want := range []string{"見本", "再交付（写し）"} {
		if !strings.Contains(text, want) {
			t.Errorf("lacks %q", want)
		}
	}
}

func TestTheSameLetterIsTheSameFileFromManyHands(t *testing.T) {
	var want bytes.Buffer
	if err := PDF(&want, decision()); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			var got bytes.Buffer
			if err := PDF(&got, decision()); err != nil || !bytes.Equal(got.Bytes(), want.Bytes()) {
				t.Errorf("another file came out (%v)", err)
			}
		})
	}
	all.Wait()
}

func TestHonorificIsAddedOnce(t *testing.T) {
	for last, want := range map[string]string{"富士市長": "富士市長　様", "富士市長 様": "富士市長 様", "産業政策課御中": "産業政策課御中", "理事長殿": "理事長殿"} {
		if got := (Document{To: []string{"あて先", last}}).addressee(); got[1] != want {
			t.Errorf("%q became %q, not %q", last, got[1], want)
		}
	}
}

func FuzzNoWordsPanic(f *testing.F) {
	for _, s := range []string{"", "髙﨑𠮷葛󠄀", "\x00\xff\u200d\u202e", "é\u0301\u0301", "👨‍👩‍👧‍👦🏻", strings.Repeat("（「", 50), strings.Repeat("a", 500), "\n\n\n", "\u3000\u3000", "가나다 简体 العربية"} {
		f.Add(s, 3)
	}
	f.Fuzz(func(t *testing.T, s string, n int) {
		n = max(0, min(n, 40))
		d := Document{Paper: s, Number: s, Date: s, To: []string{s, s}, From: []string{s}, Seal: true, Title: s, Body: []string{s, s}, Desk: s, Receipt: s, Copy: true}
		for range n {
			d.Items = append(d.Items, Item{Label: s, Value: s, Calc: s, List: []string{s, s}})
		}
		if err := PDF(io.Discard, d); err != nil {
			t.Fatal(err)
		}
		form := Filled{Title: s, Paper: s, Date: s, Head: []Pair{{s, s}}, Foot: s, Draft: true}
		for range n {
			form.Sections = append(form.Sections, FilledSection{Title: s, Pairs: []Pair{{s, s}}, Tables: []Table{{Title: s, Head: []string{s, s}, Rows: [][]string{{s}, {s, s, s}}, Foot: [][]string{{s, ""}}}}})
		}
		if err := FilledPDF(io.Discard, form); err != nil {
			t.Fatal(err)
		}
		if err := FilledDOCX(io.Discard, form); err != nil {
			t.Fatal(err)
		}
	})
}

func BenchmarkLetter(b *testing.B) {
	for b.Loop() {
		if err := PDF(io.Discard, decision()); err != nil {
			b.Fatal(err)
		}
	}
}

// written writes the letter to a file of the test.
func written(t *testing.T, d Document) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "letter.pdf")
	var b bytes.Buffer
	if err := PDF(&b, d); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// poppler runs one of the tools of poppler-utils, an independent reader of PDF files.
func poppler(t *testing.T, tool string, args ...string) string {
	t.Helper()
	out, err := exec.Command(tool, args...).Output()
	if err != nil {
		t.Fatalf("%s (install poppler-utils): %v", tool, err)
	}
	return string(out)
}

// squeezed drops all white space: where lines break is no matter here.
func squeezed(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

func TestALetterCarriesACodeAnybodyCanCheck(t *testing.T) {
	d := decision()
	d.Code, d.Verify = "0sgeqnv028n2y2z48avaydrx6jt0", "https://kakehashi.example.jp/verify"
	file := written(t, d)
	text := squeezed(poppler(t, "pdftotext", "-raw", file, "-"))
	for _, want := range []string{"文書の確認kakehashi.example.jp/verify", "0sgeq-nv028-n2y2z-48ava-ydrx6-jt0", "受付番号R9-P01-0042", "交流支援部経済交流課電話03-5213-1726"} {
		if !strings.Contains(text, want) {
			t.Errorf("the letter lacks %q\n%s", want, text)
		}
	}
	if !strings.Contains(poppler(t, "pdfinfo", file), "Pages:           1\n") {
		t.Error("the code pushes the letter to a second page")
	}
	code, err := qr.Encode(d.Verify+"/"+d.Code, qr.M)
	if err != nil {
		t.Fatal(err)
	}
	dark := scanned(t, file)
	s := newSheet(d, 1.9)
	s.compose()
	unit := codeSide / float64(code.Size)
	for y := range code.Size {
		for x := range code.Size {
			at := dark(columnLeft+columnWidth-codeSide+(float64(x)+0.5)*unit, s.footTop+5+(float64(y)+0.5)*unit)
			if at != code.Black(x, y) {
				t.Fatalf("the module in column %d, row %d is dark: %t", x, y, at)
			}
		}
	}
}

// scanned draws the first page at 288 dots an inch and tells whether it is dark at a place, in points from the upper left corner.
func scanned(t *testing.T, file string) func(x, y float64) bool {
	t.Helper()
	out := filepath.Join(t.TempDir(), "page")
	poppler(t, "pdftoppm", "-r", "288", "-png", "-singlefile", file, out)
	f, err := os.Open(out + ".png")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	picture, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	return func(x, y float64) bool {
		r, g, b, _ := picture.At(int(x*4), int(y*4)).RGBA()
		return r+g+b < 3*0x8000
	}
}
