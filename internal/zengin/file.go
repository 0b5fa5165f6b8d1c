package zengin

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// Width is the length of every record; records end with CR LF.
const Width = 120

// Payer is the account the money leaves. Code is the number the bank gave the payer (委託者コード).
type Payer struct {
	Code     string `json:"code"` // 10 digits
	Name     string `json:"name"` // kana, at most 40
	Bank     string `json:"bank"` // 4 digits
	BankName string `json:"bank_name"`
	Branch   string `json:"branch"` // 3 digits
	BrName   string `json:"branch_name"`
	Kind     string `json:"kind"`   // 普通 | 当座
	Number   string `json:"number"` // 7 digits
}

// Payee is one transfer: Amount in yen, Reference what the payer knows it by (顧客コード).
type Payee struct {
	Bank, Branch string
	Kind         string
	Number       string
	Holder       string
	Amount       int64
	Reference    string // at most 20 letters and digits
}

// File is a transfer file. Day is the ISO day of the transfer; the file carries month and day.
type File struct {
	Payer  Payer
	Day    string
	Payees []Payee
}

// Total is the sum of the transfers in yen.
func (f File) Total() (n int64) {
	for _, p := range f.Payees {
		n += p.Amount
	}
	return n
}

// Problem is a value that cannot stand in the file: of which payee (from 1; 0 is the payer) and which part of it.
type Problem struct {
	Payee int
	Part  string // code | name | bank | bank_name | branch | branch_name | kind | number | holder | amount | day
	Value string
}

func (p *Problem) Error() string {
	return fmt.Sprintf("zengin: payee %d: %s %q", p.Payee, p.Part, p.Value)
}

// Problems are the parts of a payer that cannot stand in a file, in their order in it.
func (p Payer) Problems() []*Problem { return File{Payer: p, Day: "2000-01-01"}.header().bad }

// record builds one record field by field; each part that does not fit is kept once.
type record struct {
	b     []byte
	payee int
	bad   []*Problem
}

func (r *record) fail(part, value string) {
	if n := len(r.bad); n == 0 || r.bad[n-1].Part != part {
		r.bad = append(r.bad, &Problem{r.payee, part, value})
	}
}

// digits is a number of exactly n digits, filled with zeros from the left.
func (r *record) digits(part, value string, n int) {
	if value == "" || len(value) > n || strings.Trim(value, "0123456789") != "" {
		r.fail(part, value)
		value = ""
	}
	r.b = append(r.b, fmt.Sprintf("%0*s", n, value)...)
}

// exact is a number of exactly n digits as it is.
func (r *record) exact(part, value string, n int) {
	if len(value) != n {
		r.fail(part, value)
	}
	r.digits(part, value, n)
}

// text is n characters, filled with blanks; what banks do not take fails, what is longer too.
func (r *record) text(part, value string, n int) {
	kana, _, ok := Kana(value)
	b, fits := encode(kana)
	if !ok || !fits || len(b) > n {
		r.fail(part, value)
		b = nil
	}
	r.b = append(append(r.b, b...), bytes.Repeat([]byte{' '}, n-len(b))...)
}

func (r *record) kind(value string) {
	switch value {
	case "普通":
		r.b = append(r.b, '1')
	case "当座":
		r.b = append(r.b, '2')
	default:
		r.fail("kind", value)
		r.b = append(r.b, '9')
	}
}

func (r *record) blank(n int) { r.b = append(r.b, bytes.Repeat([]byte{' '}, n)...) }

// Write makes the records of the file. The error is a *Problem when a value cannot stand in it.
func (f File) Write() ([]byte, error) {
	var out []byte
	end := func(r *record) error {
		if len(r.bad) > 0 {
			return r.bad[0]
		}
		if len(r.b) != Width {
			return fmt.Errorf("zengin: a record of %d characters", len(r.b))
		}
		out = append(append(out, r.b...), '\r', '\n')
		return nil
	}
	if err := end(f.header()); err != nil {
		return nil, err
	}
	for i, p := range f.Payees {
		if err := end(p.record(i + 1)); err != nil {
			return nil, err
		}
	}
	t := &record{b: []byte("8")}
	t.digits("count", strconv.Itoa(len(f.Payees)), 6)
	t.digits("amount", strconv.FormatInt(f.Total(), 10), 12)
	t.blank(101)
	if err := end(t); err != nil {
		return nil, err
	}
	e := &record{b: []byte("9")}
	e.blank(119)
	return out, end(e)
}

// header names the payer: kind 21 (総合振込), code 0 (JIS).
func (f File) header() *record {
	r := &record{b: []byte("1210")}
	p := f.Payer
	r.exact("code", p.Code, 10)
	if p.Name == "" {
		r.fail("name", "")
	}
	r.text("name", p.Name, 40)
	day := strings.ReplaceAll(f.Day, "-", "")
	if len(day) != 8 {
		r.fail("day", f.Day)
		day = "00000000"
	}
	r.digits("day", day[4:], 4)
	r.exact("bank", p.Bank, 4)
	r.text("bank_name", p.BankName, 15)
	r.exact("branch", p.Branch, 3)
	r.text("branch_name", p.BrName, 15)
	r.kind(p.Kind)
	r.exact("number", p.Number, 7)
	r.blank(17)
	return r
}

// record is one transfer: names of bank and branch may be blank, the clearing house is.
func (p Payee) record(n int) *record {
	r := &record{b: []byte("2"), payee: n}
	r.exact("bank", p.Bank, 4)
	r.blank(15)
	r.exact("branch", p.Branch, 3)
	r.blank(15 + 4)
	r.kind(p.Kind)
	r.exact("number", p.Number, 7)
	if p.Holder == "" {
		r.fail("holder", "")
	}
	r.text("holder", p.Holder, 30)
	if p.Amount <= 0 {
		r.fail("amount", strconv.FormatInt(p.Amount, 10))
	}
	r.digits("amount", strconv.FormatInt(max(0, p.Amount), 10), 10)
	r.b = append(r.b, '0')
	r.text("reference", p.Reference, 20)
	r.b = append(r.b, '7')
	r.blank(1 + 7)
	return r
}

// Read reads a file back and checks its frame: widths, order of records, count and sum.
func Read(content []byte) (File, error) {
	var f File
	lines := bytes.Split(bytes.TrimSuffix(content, []byte("\r\n")), []byte("\r\n"))
	for i, l := range lines {
		if len(l) != Width {
			return f, fmt.Errorf("zengin: record %d has %d characters", i+1, len(l))
		}
	}
	n := len(lines)
	if n < 3 || lines[0][0] != '1' || lines[n-2][0] != '8' || lines[n-1][0] != '9' {
		return f, fmt.Errorf("zengin: the file is not header, transfers, trailer and end")
	}
	cut := func(l []byte, from, to int) string { return strings.TrimRight(decode(l[from:to]), " ") }
	kind := func(c byte) string { return map[byte]string{'1': "普通", '2': "当座"}[c] }
	h := lines[0]
	f.Payer = Payer{Code: cut(h, 4, 14), Name: cut(h, 14, 54), Bank: cut(h, 58, 62), BankName: cut(h, 62, 77), Branch: cut(h, 77, 80), BrName: cut(h, 80, 95),
		Kind: kind(h[95]), Number: cut(h, 96, 103)}
	f.Day = cut(h, 54, 58)
	for i, l := range lines[1 : n-2] {
		if l[0] != '2' {
			return f, fmt.Errorf("zengin: record %d is no transfer", i+2)
		}
		amount, err := strconv.ParseInt(cut(l, 80, 90), 10, 64)
		if err != nil {
			return f, fmt.Errorf("zengin: record %d: %w", i+2, err)
		}
		f.Payees = append(f.Payees, Payee{Bank: cut(l, 1, 5), Branch: cut(l, 20, 23), Kind: kind(l[42]), Number: cut(l, 43, 50), Holder: cut(l, 50, 80), Amount: amount,
			Reference: cut(l, 91, 111)})
	}
	count, _ := strconv.Atoi(cut(lines[n-2], 1, 7))
	total, _ := strconv.ParseInt(cut(lines[n-2], 7, 19), 10, 64)
	if count != len(f.Payees) || total != f.Total() {
		return f, fmt.Errorf("zengin: the trailer says %d transfers of %d yen, the file has %d of %d", count, total, len(f.Payees), f.Total())
	}
	return f, nil
}
