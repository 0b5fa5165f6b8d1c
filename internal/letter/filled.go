package letter

import (
	"io"

	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/letter/pdf"
)

// Filled is a form as it was filled, for the applicant's own file: 様式1 申請書. Words are in the reader's language already; an
// answer not given is an empty Value.
type Filled struct {
	Lang     lang.Tag // ja unless said
	Title    string
	Paper    string // 様式1
	Date     string // ISO day of submission, or "" for a draft
	Head     []Pair // 受付番号, 申請団体 …
	Sections []FilledSection
	Foot     string // at the foot of every page, such as the receipt number
	Sample   bool
	Draft    bool // marks it 下書き
}

// Pair is a question and its answer. Answers may be long and hold line feeds.
type Pair struct{ Label, Value string }

// FilledSection is one section of a form.
type FilledSection struct {
	Title  string
	Pairs  []Pair
	Tables []Table
}

// Table has one head line, which is repeated on every page. Columns whose cells are all numbers or sums stand right.
type Table struct {
	Title string
	Head  []string
	Rows  [][]string
	Foot  [][]string // totals, under a rule
}

// FilledPDF writes the form as PDF. The only error is w's.
func FilledPDF(w io.Writer, f Filled) error {
	info := pdf.Info{Title: oneLine(f.Title), Lang: f.language()}
	if jp.ValidDate(f.Date) {
		info.Created = f.Date
	}
	s := &filledSheet{f: f, file: pdf.New(info)}
	s.root = s.file.Root()
	s.compose()
	_, err := s.file.WriteTo(w)
	return err
}

func (f Filled) language() string {
	if f.Lang == lang.EN {
		return "en"
	}
	return "ja-JP"
}

// marks are the words framed at the head.
func (f Filled) marks() []string {
	var words []string
	if f.Draft {
		words = append(words, lang.Text{JA: "下書き", EN: "Draft"}.In(f.tag()))
	}
	if f.Sample {
		words = append(words, lang.Text{JA: "見本", EN: "Sample"}.In(f.tag()))
	}
	return words
}

func (f Filled) tag() lang.Tag {
	if f.Lang == lang.EN {
		return lang.EN
	}
	return lang.JA
}

// numeric says of each column whether all its cells are numbers, so that they stand right.
func (t Table) numeric() []bool {
	right := make([]bool, t.columns())
	for c := range right {
		seen := false
		right[c] = true
		for _, r := range t.Rows {
			if c < len(r) && r[c] != "" {
				seen = true
				right[c] = right[c] && isNumber(r[c])
			}
		}
		right[c] = right[c] && seen
	}
	return right
}

func (t Table) columns() int {
	n := len(t.Head)
	for _, rows := range [][][]string{t.Rows, t.Foot} {
		for _, r := range rows {
			n = max(n, len(r))
		}
	}
	return n
}

// isNumber: 1,234 円, ¥5,000, -3, 12.5％.
func isNumber(s string) bool {
	digits := 0
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case r == ',' || r == '.' || r == '-' || r == '−' || r == '円' || r == '¥' || r == ' ' || r == '%' || r == '％' || r == '▲':
		default:
			return false
		}
	}
	return digits > 0
}
