package letter

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
)

// sound fails the test unless a file is fit to be kept and read by anybody: A4, as many pages as wanted, tagged, with its title and its
// language, every face embedded as outlines with the text they stand for.
func sound(t *testing.T, file, title string, pages int) {
	t.Helper()
	info := poppler(t, "pdfinfo", file)
	for _, want := range []string{title, "Tagged:          yes", fmt.Sprintf("Pages:           %d\n", pages), "(A4)"} {
		if !strings.Contains(info, want) {
			t.Errorf("%s: pdfinfo lacks %q:\n%s", title, want, info)
		}
	}
	list := strings.Split(strings.TrimSpace(poppler(t, "pdffonts", file)), "\n")
	if len(list) < 3 {
		t.Errorf("%s has no fonts: %q", title, list)
		return
	}
	for _, line := range list[2:] {
		f := strings.Fields(line)
		if len(f) < 7 || strings.Contains(line, "Type 3") || !strings.Contains(line, "CID TrueType") || strings.Join(f[len(f)-5:len(f)-2], " ") != "yes yes yes" {
			t.Errorf("%s: not an embedded TrueType subset with its text: %s", title, line)
		}
	}
	raw, err := os.ReadFile(file)
	if err != nil || !bytes.Contains(raw, []byte("/Lang <FEFF006A0061002D004A0050>")) {
		t.Errorf("%s does not say that it is Japanese (%v)", title, err)
	}
}

// Every kind of letter, to somebody whose name is in no ordinary font.
func TestEveryKindOfLetterIsSoundOnPaper(t *testing.T) {
	facts, lists := Samples()
	for _, template := range templates(t) {
		d, err := Fill(template, facts, lists)
		if err != nil {
			t.Fatal(err)
		}
		d.To = []string{"公益財団法人髙﨑𠮷野国際交流協会", "理事長　é한简"}
		file := written(t, d)
		pages := 1
		if template.ID == "L02" || template.ID == "L07" { // all their paragraphs at once, as no real letter has them
			pages = 2
		}
		sound(t, file, d.Title, pages)
		text := squeezed(poppler(t, "pdftotext", "-raw", file, "-"))
		for _, want := range []string{"公益財団法人髙﨑𠮷野国際交流協会", "理事長é한简", squeezed(d.Title), "記", "以上"} {
			if !strings.Contains(text, want) && (len(d.Items) > 0 || want != "記" && want != "以上") {
				t.Errorf("%s: the text of the file lacks %q\n%s", template.ID, want, text)
			}
		}
	}
}
