package journey_test

import (
	"strings"
	"testing"

	"kakehashi/internal/db/dbtest"
)

// The first page of a record names the letters that were issued; as of a moment before them it names none.
func TestTheRecordNamesItsLetters(t *testing.T) {
	o := newOffice(t, dbtest.Engines()[0])
	c := o.at("running")
	b := o.house.As("demo-officer").OpenOK("/desk/cases/" + c.ID)
	b.Sees("L01 ", "L02 ").SeesNot("発行した文書はまだありません。")
	read := 0
	for _, link := range b.Links() {
		if strings.HasPrefix(link.Address, "/letters/") {
			b.OpenOK(link.Address)
			read++
		}
	}
	if read < 2 {
		t.Errorf("%d letters can be read from the record, want two at least", read)
	}
	b.OpenOK("/desk/cases/" + o.at("hq_check").ID).Sees("L01 ").SeesNot("L02 ")
}

// A new draft knows whom to call: from the account of whoever drafts, and from what they answered last where the account leaves it open.
func TestANewDraftKnowsItsContact(t *testing.T) {
	o := newOffice(t, dbtest.Engines()[0])
	b := o.house.As("demo-staff")
	first := draft(b)
	b.OpenOK(first + "/form/application/body")
	for _, name := range []string{"c.person.name", "c.email"} {
		if b.Value(name) == "" {
			t.Errorf("the account was not asked for %s", name)
		}
	}
	if b.Value("c.section") != "産業交流部産業政策課" || b.Value("c.tel") != "0545-00-0000" {
		t.Errorf("the account's division and telephone were not taken: %q %q", b.Value("c.section"), b.Value("c.tel"))
	}
	b.OpenOK("/account").Fill("division", "").Fill("phone", "").Press("保存する").WantStatus(200)
	b.OpenOK(first+"/form/application/body").Fill("c.section", "国際課 交流係").Fill("c.tel", "0767-53-0000").Press("下書きを保存")
	b.OpenOK(draft(b) + "/form/application/body")
	if b.Value("c.section") != "国際課 交流係" || b.Value("c.tel") != "0767-53-0000" {
		t.Errorf("the last answers were not taken: %q %q", b.Value("c.section"), b.Value("c.tel"))
	}
}

// Pasted rows with mistakes name the row and the column, stay in their box, and cannot be taken over.
func TestPastedRowsNameTheCell(t *testing.T) {
	o := newOffice(t, dbtest.Engines()[0])
	b := o.house.As("demo-staff")
	at := draft(b) + "/sheet/cost.lines"
	rows := "旅費\t職員\t海外\t2\t640,000\t\t対象\n需用費\t資料\t国内\t\t\t約40万\t対象\n"
	b.OpenOK(at).Sees("費目、内容、場所、数量、単位、単価、金額、区分").Fill("tsv", rows).Press("読み込んで確かめる").WantStatus(422).Sees("2行目の金額：")
	if b.HasButton("この内容に置き換える") || !strings.Contains(b.Value("tsv"), "約40万") {
		t.Error("rows with mistakes may be taken over, or were lost")
	}
	b.Fill("tsv", strings.Replace(rows, "約40万", "400000", 1)).Press("読み込んで確かめる").WantStatus(200).Press("この内容に置き換える").WantStatus(200)
}
