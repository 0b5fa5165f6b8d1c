package journey_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"kakehashi/internal/db/dbtest"
	"kakehashi/test/browse"
	"kakehashi/test/journey"
)

var letterOf = regexp.MustCompile(`/letters/l_[0-9a-z]+`)

// A stranger who holds a letter learns whether it is genuine, by the number at its foot or by its file, and nothing else of the case.
func TestAStrangerChecksALetter(t *testing.T) {
	for _, engine := range dbtest.Engines() {
		t.Run(engine, func(t *testing.T) {
			h := journey.Start(t, engine, autumn)
			h.Settle()
			at := ""
			for _, link := range h.As("demo-staff").OpenOK("/work/letters").Links() {
				if strings.Contains(link.Words, "交付決定通知") {
					at = letterOf.FindString(link.Address)
				}
			}
			if at == "" {
				t.Fatal("no decision to check")
			}
			code := strings.TrimPrefix(at, "/letters/l_")
			h.As("demo-staff").OpenOK(at).Follow("文書の確認").Sees("この文書は発行されています")

			b := h.Visitor().OpenOK("/verify").Fill("code", strings.ToUpper(code[:5])+"－"+code[5:9]+" "+code[9:]).Press("確かめる").WantStatus(200)
			b.Sees("この文書は発行されています", "交付決定通知書", "金4,000,000円", "富士市", "見本").SeesNot("静岡茶", "@", "見本 花子")
			b.OpenOK("/en/verify/"+code).Sees("This letter was issued", "Letter number")
			b.Open("/verify/" + code[len(code)/2:] + code[:len(code)/2]).WantStatus(404).Sees("この確認番号の文書はありません")
			b.OpenOK("/verify").Fill("code", "' OR 1=1 --").Press("確かめる").WantStatus(404).Sees("この確認番号の文書はありません")
			if b.Value("code") != "' OR 1=1 --" {
				t.Errorf("what was typed is lost: %q", b.Value("code"))
			}

			status, _, paper := h.As("demo-staff").Get(at + ".pdf")
			if status != 200 {
				t.Fatal(status)
			}
			hand := func(content []byte) *browse.Browser {
				return b.OpenOK("/verify").Attach("file", browse.Upload{Name: "通知.pdf", Content: content}).Press("照合する")
			}
			hand(paper).WantStatus(200).Sees("発行したものと同じです", "金4,000,000円")
			hand(bytes.Replace(paper, []byte("%PDF-1"), []byte("%PDF-2"), 1)).WantStatus(404).Sees("同じPDFは発行していません")
			b.OpenOK("/verify").Press("照合する").WantStatus(422).Sees("PDFファイルを選んでください")
		})
	}
}
