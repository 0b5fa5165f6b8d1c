// Package letter makes the papers of a case: official letters (通知書) from a programme's templates, with number, date, addressee,
// sender, 記 and numbered facts on A4, and the applicant's own file of a filled form (様式) as PDF and DOCX. Package cases gathers
// the facts and keeps what is issued; this package only sets type. The PDF writer and why it is our own: package letter/pdf.
// Every function may be called from many goroutines and gives the same bytes for the same input, so a hash can be recorded.
package letter

import (
	"io"
	"strings"

	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/letter/pdf"
)

// Document is one letter with every word in place. Strings may hold line feeds.
type Document struct {
	Lang    lang.Tag // ja unless said
	Paper   string   // 様式L02, at the head
	Number  string   // 文書番号, "" when the letter takes none
	Date    string   // ISO day of issue, printed as 令和9年3月12日
	To      []string // addressee, one line each; 様 follows the last
	From    []string // sender, one line each
	Seal    bool     // prints （公印省略）
	Title   string
	Body    []string // paragraphs
	Items   []Item   // facts under 記
	Desk    string   // section and telephone, at the foot
	Receipt string   // 受付番号, at the foot
	Sample  bool     // marks it 見本
	Copy    bool     // marks it 再交付（写し）
	Code    string   // 確認番号, by which anybody may ask whether this paper is genuine; "" prints none
	Verify  string   // address where that is asked, without the code; the QR holds both. "" prints the code alone
	// Corrected is the ISO day on which the letter was issued again with a mistake put right, under the number and date it had; "" for the first issue.
	Corrected string `json:",omitempty"`
}

// Item is one numbered fact. A Value that is a sum (金4,000,000円) is set larger; Calc says in small gothic how it came about,
// one step a line; List is numbered （1）, （2）….
type Item struct {
	Label string
	Value string
	Calc  string
	List  []string
	// Erratum marks what is said of a correction; a letter that is corrected once more says it anew.
	Erratum bool `json:",omitempty"`
}

// PDF writes the letter. The only error is w's.
func PDF(w io.Writer, d Document) error {
	var s *letterSheet
	for _, leading := range []float64{1.9, 1.75, 1.6} { // a little closer, if that keeps it on one page
		s = newSheet(d, leading)
		if s.compose() == 1 {
			break
		}
	}
	if len(s.pages) > 1 {
		s = newSheet(d, 1.9)
		s.compose()
	}
	s.draw()
	_, err := s.file.WriteTo(w)
	return err
}

func (d Document) info() pdf.Info {
	info := pdf.Info{Title: strings.TrimSpace(oneLine(d.Title) + " " + oneLine(d.Number)), Lang: "ja-JP", Author: oneLine(first(d.From))}
	if d.Lang == lang.EN {
		info.Lang = "en"
	}
	if jp.ValidDate(d.Date) {
		info.Created = d.Date
	}
	return info
}

func (d Document) english() bool { return d.Lang == lang.EN }

// day is the date as printed: 令和9年3月12日.
func (d Document) day() string {
	if !jp.ValidDate(d.Date) {
		return d.Date
	}
	if d.english() {
		return jp.Start(d.Date).Format("2 January 2006")
	}
	return jp.Wareki(d.Date)
}

// corrected is the day of the correction as printed under the date, "" for a first issue.
func (d Document) corrected() string {
	switch {
	case d.Corrected == "":
		return ""
	case d.english():
		return "Corrected " + Document{Lang: d.Lang, Date: d.Corrected}.day()
	}
	return "（" + jp.Wareki(d.Corrected) + "訂正）"
}

// addressee adds 様 to the last line unless it ends in an honorific.
func (d Document) addressee() []string {
	to := append([]string(nil), d.To...)
	if len(to) == 0 || d.english() {
		return to
	}
	last := strings.TrimSpace(to[len(to)-1])
	for _, honorific := range []string{"様", "殿", "御中", "各位"} {
		if strings.HasSuffix(last, honorific) {
			return to
		}
	}
	to[len(to)-1] = last + "　様"
	return to
}

func first(s []string) string {
	if len(s) == 0 {
		return ""
	}
	return s[0]
}

func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, "\ufffd"), func(r rune) bool { return r < ' ' || r == 0x7F }), " ")
}
