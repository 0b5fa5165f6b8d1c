package finance

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding/japanese"

	"kakehashi/internal/fault"
)

var head = strings.Join(ResultHead, ",") + "\r\n"

func TestResultsAreReadFromTheSheet(t *testing.T) {
	text := head + "2027-0001,1,P01-2027-00012,\"3,500,000\",振込済,\r\n2027-0001,２,P01-2027-00013,1000,振込不能,口座なし\r\n2027-0001,3,P01-2027-00014,5,,\r\n2027-0001,4,P01-2027-00015,7,Paid,\r\n"
	sjis, err := japanese.ShiftJIS.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{"UTF-8": text, "with a mark": "\ufeff" + text, "Shift_JIS": sjis} {
		list, err := ReadResults([]byte(content))
		if err != nil || len(list) != 3 {
			t.Fatalf("%s: %+v %v", name, list, err)
		}
		if list[0].Amount != 3500000 || !list[0].Paid || list[1].Line != 2 || list[1].Paid || list[1].Reason != "口座なし" || !list[2].Paid {
			t.Errorf("%s: %+v", name, list)
		}
	}
}

func TestAWrongFileOfResultsIsRefused(t *testing.T) {
	for name, content := range map[string]string{"nothing": "", "no head": "2027-0001,1,P01,1,振込済,\r\n", "torn": head + "2027-0001,1,P01", "another word": head + "a,1,b,1,たぶん,\r\n",
		"no number": head + "a,x,b,1,振込済,\r\n", "no sum": head + "a,1,b,約1円,振込済,\r\n", "no reason": head + "a,1,b,1,振込不能,\r\n", "no answer": head + "a,1,b,1,,\r\n",
		"a workbook": "PK\x03\x04\x00\xff\xfe"} {
		if list, err := ReadResults([]byte(content)); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %+v %v", name, list, err)
		}
	}
}

func TestResultsOfAnotherFileChangeNothing(t *testing.T) {
	file := Transfer{N: "2027-0001"}
	lines := []Line{{N: 1, Number: "A", Amount: 10, State: Open}, {N: 2, Number: "B", Amount: 20, State: Paid}}
	good := Result{Transfer: "2027-0001", Line: 1, Number: "A", Amount: 10, Paid: true}
	if err := fit(file, lines, []Result{good, {Transfer: "2027-0001", Line: 2, Number: "B", Amount: 20, Paid: true}}); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(*Result){"another file": func(r *Result) { r.Transfer = "2027-0002" }, "a line that is not there": func(r *Result) { r.Line = 3 },
		"another case": func(r *Result) { r.Number = "B" }, "another sum": func(r *Result) { r.Amount = 11 },
		"another answer than before": func(r *Result) { *r = Result{Transfer: "2027-0001", Line: 2, Number: "B", Amount: 20} }} {
		bad := good
		change(&bad)
		if err := fit(file, lines, []Result{bad}); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := fit(file, lines, []Result{good, good}); !fault.Is(err, fault.Invalid) {
		t.Errorf("a line twice: %v", err)
	}
}
