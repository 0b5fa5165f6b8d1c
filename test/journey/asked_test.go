package journey_test

import (
	"testing"

	"kakehashi/internal/db/dbtest"
)

// How many questions a page that is looked at again puts to the database. What is counted does not depend on how busy the machine is.
func TestAPageThatIsReadAgainAsksLittle(t *testing.T) {
	if dbtest.Engines()[0] != "sqlite" {
		t.Skip("only SQLite's questions are counted")
	}
	o := newOffice(t, "sqlite")
	officer, visitor := o.house.As("demo-officer"), o.house.Visitor()
	checked, granted := "/desk/cases/"+o.at("hq_check").ID, "/desk/cases/"+o.at("running").ID
	for _, page := range []struct {
		name string
		most uint64
		open func()
	}{
		{"one case under examination", 1, func() { officer.OpenOK(checked) }},
		{"one case that was decided", 1, func() { officer.OpenOK(granted) }},
		{"a list of cases", 0, func() { officer.OpenOK("/desk/cases") }},
		{"a public page", 0, func() { visitor.OpenOK("/programmes") }},
	} {
		least := uint64(1 << 62)
		for range 8 { // what is believed for a second may end at any moment
			before := o.house.App.DB.Asked()
			page.open()
			least = min(least, o.house.App.DB.Asked()-before)
		}
		if least > page.most {
			t.Errorf("%s: %d questions, at most %d are needed", page.name, least, page.most)
		}
	}
}
