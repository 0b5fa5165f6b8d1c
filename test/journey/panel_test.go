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
