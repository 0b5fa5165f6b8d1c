package cases

import (
	"fmt"
	"strings"
	"testing"
	"unsafe"
)

func TestAStoredTextIsReadWithoutACopy(t *testing.T) {
	doc := strings.Clone(`{"id":"c1","state":"draft"}`)
	var b stored
	if err := b.Scan(doc); err != nil || string(b) != doc || unsafe.SliceData(b) != unsafe.StringData(doc) || cap(b) != len(doc) {
		t.Fatalf("%q, %v: copied, or with room behind it", b, err)
	}
	c, err := decodeCase(b)
	if err != nil || c.ID != "c1" {
		t.Fatal(c, err)
	}
	if at := uintptr(unsafe.Pointer(unsafe.StringData(c.State))) - uintptr(unsafe.Pointer(unsafe.StringData(doc))); at != uintptr(strings.Index(doc, "draft")) {
		t.Error("the state is not a part of the document")
	}
	raw := []byte(doc)
	if err := b.Scan(raw); err != nil || string(b) != doc {
		t.Fatalf("%q, %v", b, err)
	}
	if raw[0] = 'x'; string(b) != doc {
		t.Error("what the driver writes to again was kept")
	}
	if err := b.Scan(nil); err != nil || b != nil {
		t.Error(b, err)
	}
	if b.Scan(int64(1)) == nil {
		t.Error("a number is no text")
	}
}

// An aggregate gives its rows in any order.
func TestStepsAndOtherApplicationsAreInTheirOrder(t *testing.T) {
	var rows []string
	for _, seq := range []int{3, 1, 12, 2} {
		rows = append(rows, strings.Join([]string{fmt.Sprint(seq), "moved", "2026-10-01T00:00:00.000000Z", "p", "n", "R03", "lg:1", "", fmt.Sprintf(`{"n":%d}`, seq)}, betweenFields))
	}
	steps, err := stepsIn("c1", []byte(strings.Join(rows, betweenRows)))
	if err != nil || len(steps) != 4 {
		t.Fatal(steps, err)
	}
	for i, want := range []int{1, 2, 3, 12} {
		if e := steps[i]; e.Seq != want || string(e.data) != fmt.Sprintf(`{"n":%d}`, want) {
			t.Errorf("step %d is event %d with %s", i, e.Seq, e.data)
		}
	}
	rows = nil
	for _, x := range [][2]string{{"2027-03-31", "c_b"}, {"2026-12-01", "c_c"}, {"2027-03-31", "c_a"}} {
		rows = append(rows, strings.Join([]string{x[0], x[1], "p01", "2026", "draft", "事業", x[1], "100"}, betweenFields))
	}
	others, err := othersIn(&Case{}, strings.Join(rows, betweenRows))
	if err != nil || len(*others) != 3 {
		t.Fatal(others, err)
	}
	for i, want := range []string{"c_c", "c_a", "c_b"} {
		if (*others)[i].Number != want {
			t.Errorf("%d is %s, not %s", i, (*others)[i].Number, want)
		}
	}
	if none, err := othersIn(&Case{}, ""); err != nil || none == nil || len(*none) != 0 {
		t.Error(none, err)
	}
}
