package journey_test

import (
	"strings"
	"testing"
	"time"

	"kakehashi/test/browse"
	"kakehashi/test/journey"
)

// What is wrong with a list of bodies or a cost sheet is told in the language of the page, to the last word of ours.
func TestImportErrorsAreInTheLanguageOfThePage(t *testing.T) {
	h := journey.Start(t, "sqlite", time.Time{})
	b := h.As("demo-admin").OpenOK("/en/admin/imports")
	wrong := func(name, content string) string {
		b.OpenOK("/en/admin/imports").Attach("file", browse.Upload{Name: name, Content: []byte(content)}).Fill("import_source", "test")
		b.Press("Try it")
		path := b.Path()
		h.Settle()
		if strings.Contains(path, "/imports/") {
			b.OpenOK(path)
		}
		return b.Text()
	}
	const head = "code,name,kana,type,prefecture,valid_from,source\n"
	for name, content := range map[string]string{
		"empty.csv": "", "text.csv": "nothing here", "picture.xlsx": "PK\x03\x04broken", "old.xls": "\xd0\xcf\x11\xe0old",
		"code.csv": head + "123456,Somewhere,,city,22,,x\n", "type.csv": head + "222101,Fuji,,castle,22,,x\n", "twice.csv": head + "222101,A,,city,22,,x\n222101,B,,city,22,,x\n",
		"kana.csv": head + "222101,Fuji,FUJI,city,22,,x\n", "day.csv": head + "222101,Fuji,,city,22,2026-13-01,x\n", "prefecture.csv": head + "X-1,Club,,npo,99,,x\n",
	} {
		said := wrong(name, content)
		if at := kana.FindStringIndex(withoutNames(said)); at != nil {
			text := withoutNames(said)
			t.Errorf("%s is answered partly in Japanese: …%s…", name, text[max(0, at[0]-60):min(len(text), at[1]+60)])
		}
	}

	staff := h.As("demo-staff")
	at := draft(staff)
	sheet := "/en" + at + "/sheet/cost.lines"
	for name, content := range map[string][]byte{"a.xlsx": []byte("PK\x03\x04broken"), "b.xlsx": []byte("\xd0\xcf\x11\xe0old"), "c.xlsx": nil, "d.xlsm": []byte("PK")} {
		staff.OpenOK(sheet).Attach("Filled Excel file", browse.Upload{Name: name, Content: content}).Press("Read and check").WantStatus(422)
		if said := withoutNames(staff.Text()); kana.MatchString(said) || !strings.Contains(said, "Read and check") {
			t.Errorf("%s is answered %q", name, said)
		}
	}
}

// withoutNames takes out what is Japanese rightly: names of people and the word that leads to the other language.
func withoutNames(s string) string {
	return strings.NewReplacer("日本語", "", "かけはし", "", "見本", "").Replace(s)
}
