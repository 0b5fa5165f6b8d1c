package zengin

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
)

var payer = Payer{Code: "1234567890", Name: "シ゛チタイコクサイカキヨウカイ", Bank: "0001", BankName: "ミホン", Branch: "101", BrName: "ホンテン", Kind: "当座", Number: "0123456"}

func one(holder string, amount int64) Payee {
	return Payee{Bank: "0144", Branch: "102", Kind: "普通", Number: "7654321", Holder: holder, Amount: amount, Reference: "P01-2027-00012"}
}

func TestTheRecordsStandWhereTheFormatWantsThem(t *testing.T) {
	b, err := File{Payer: payer, Day: "2028-03-24", Payees: []Payee{one("ナナオシ カイケイカンリシャ", 3_500_000), one("フジシ", 1)}}.Write()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(b), "\r\n"), "\r\n")
	if len(lines) != 5 {
		t.Fatalf("%d records", len(lines))
	}
	want := []string{
		"1210" + "1234567890",
		"2" + "0144" + strings.Repeat(" ", 15) + "102" + strings.Repeat(" ", 19) + "1" + "7654321",
		"2" + "0144" + strings.Repeat(" ", 15) + "102" + strings.Repeat(" ", 19) + "1" + "7654321",
		"8" + "000002" + "000003500001" + strings.Repeat(" ", 101),
		"9" + strings.Repeat(" ", 119),
	}
	for i, l := range lines {
		if len(l) != Width || !strings.HasPrefix(l, want[i]) {
			t.Errorf("record %d (%d characters): %q", i+1, len(l), l)
		}
	}
	if lines[0][54:58] != "0324" || lines[0][58:62] != "0001" || lines[0][77:80] != "101" || lines[0][95:103] != "20123456" {
		t.Errorf("header %q", lines[0])
	}
	if got := decode([]byte(lines[1][50:80])); got != "ﾅﾅｵｼ ｶｲｹｲｶﾝﾘｼﾔ"+strings.Repeat(" ", 16) {
		t.Errorf("holder %q", got)
	}
	if lines[1][80:91] != "00035000000" || lines[1][91:111] != "P01-2027-00012      " || lines[1][111:112] != "7" {
		t.Errorf("amount %q", lines[1][80:])
	}
}

func TestNamesBecomeWhatBanksTake(t *testing.T) {
	for in, want := range map[string]string{"ガッコウ（サンプル）": "ｶﾞﾂｺｳ(ｻﾝﾌﾟﾙ)", "ヴァイオリンー": "ｳﾞｱｲｵﾘﾝ-", "ナナオシ　カイケイ": "ﾅﾅｵｼ ｶｲｹｲ", "ＡＢＣ１２": "ABC12", "abc": "ABC",
		"ﾌｼﾞｼ": "ﾌｼﾞｼ", "ヲ「」・": "ｦ｢｣.", "ひらがな": "ﾋﾗｶﾞﾅ", "エヌピーオー．ショウ": "ｴﾇﾋﾟ-ｵ-.ｼﾖｳ"} {
		if got, bad, ok := Kana(in); got != want || !ok {
			t.Errorf("%q: %q %q %v, want %q", in, got, bad, ok, want)
		}
	}
	for _, in := range []string{"七尾市", "ナナオ市", "ナナオ＠", "ナナオ\nシ", "é", "𠮷"} {
		if got, bad, ok := Kana(in); ok || bad == "" {
			t.Errorf("%q was taken as %q", in, got)
		}
	}
}

func TestWhatCannotStandInTheFileIsNamed(t *testing.T) {
	for part, change := range map[string]func(*File){
		"code": func(f *File) { f.Payer.Code = "123" }, "name": func(f *File) { f.Payer.Name = "見本" }, "day": func(f *File) { f.Day = "" },
		"bank": func(f *File) { f.Payees[0].Bank = "14" }, "branch": func(f *File) { f.Payees[0].Branch = "1a2" }, "kind": func(f *File) { f.Payees[0].Kind = "貯蓄" },
		"number": func(f *File) { f.Payees[0].Number = "１２３４５６７" }, "holder": func(f *File) { f.Payees[0].Holder = strings.Repeat("ガ", 16) },
		"amount": func(f *File) { f.Payees[0].Amount = 0 }} {
		f := File{Payer: payer, Day: "2028-03-24", Payees: []Payee{one("フジシ", 1)}}
		change(&f)
		_, err := f.Write()
		var bad *Problem
		if !errors.As(err, &bad) || bad.Part != part {
			t.Errorf("%s: %v", part, err)
		}
	}
	if _, err := (File{Payer: payer, Day: "2028-03-24", Payees: []Payee{one("フジシ", 10_000_000_000)}}).Write(); err == nil {
		t.Error("eleven digits fit into ten")
	}
}

// Whatever is transferred: every record is 120 characters of JIS X 0201, the trailer counts and adds up, and reading gives back what was
// written.
func TestAnyFileCanBeReadBackAndAddsUp(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	kana := []rune("アイウエオガギグパピプッャュョーヴヲンABCXYZ0123456789 ().-/")
	for range 300 {
		f := File{Payer: payer, Day: "2028-03-24"}
		for range r.IntN(40) {
			name := "カ"
			for range r.IntN(14) {
				name += string(kana[r.IntN(len(kana))])
			}
			p := one(strings.TrimSpace(name), 1+r.Int64N(9_999_999_999))
			p.Number, p.Kind = string(rune('0'+r.IntN(10)))+"000000", []string{"普通", "当座"}[r.IntN(2)]
			f.Payees = append(f.Payees, p)
		}
		b, err := f.Write()
		if err != nil {
			t.Fatalf("%+v: %v", f, err)
		}
		if len(b) != (Width+2)*(len(f.Payees)+3) {
			t.Fatalf("%d bytes for %d transfers", len(b), len(f.Payees))
		}
		for _, c := range bytes.ReplaceAll(b, []byte("\r\n"), nil) {
			if !(c >= 0x20 && c < 0x7F || c >= 0xA1 && c <= 0xDF) {
				t.Fatalf("byte %#x", c)
			}
		}
		back, err := Read(b)
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range f.Payees {
			want := p
			want.Holder, _, _ = Kana(p.Holder)
			want.Holder = strings.TrimRight(want.Holder, " ")
			if back.Payees[i] != want {
				t.Fatalf("%+v came back as %+v", want, back.Payees[i])
			}
		}
		if _, err := Read(b[:len(b)-3]); err == nil {
			t.Fatal("a torn file was read")
		}
	}
}
