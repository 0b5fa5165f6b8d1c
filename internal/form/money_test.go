package form

import (
	"encoding/json"
	"math"
	"reflect"
	"testing"

	"kakehashi/internal/lang"
)

var costs = Field{Key: "cost.lines", Kind: KindMoney, Required: true, MinRows: 1, MaxRows: 100}

func costRows(t *testing.T, s string) ([]Row, []Problem) {
	t.Helper()
	v, err := decode([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	value, _, problems := costs.FromJSON(v)
	return Rows(value), problems
}

func TestCostLinesAreWorkedOutAndAddedUp(t *testing.T) {
	for _, c := range []struct {
		name  string
		rows  string
		codes string
		want  Sums
	}{
		{"the example of the command", `[{"item":"旅費","detail":"職員","where":"abroad","qty":1,"unit":1200000,"amount":1200000,"eligible":true},
			{"item":"委託料","detail":"会場","where":"abroad","qty":1,"unit":800000,"amount":800000,"eligible":true},
			{"item":"需用費","detail":"土産","where":"jp","qty":1,"unit":300000,"amount":300000,"eligible":false,"reason":"土産"}]`, "",
			Sums{Total: 2300000, Eligible: 2000000, EligibleAbroad: 2000000, Ineligible: 300000, Place: Abroad}},
		{"as people type", `[{"item":"旅費","detail":"職員","where":"海外","qty":"２","unit":"６４０，０００円","eligible":"対象"}]`, "",
			Sums{Total: 1280000, Eligible: 1280000, EligibleAbroad: 1280000, Place: Abroad}},
		{"an amount alone", `[{"item":"その他","detail":"a","where":"jp","amount":5,"eligible":true}]`, "", Sums{Total: 5, Eligible: 5, EligibleJP: 5, Place: Japan}},
		{"half abroad", `[{"item":"その他","detail":"a","where":"jp","amount":5,"eligible":true},{"item":"その他","detail":"a","where":"abroad","amount":5,"eligible":true}]`, "",
			Sums{Total: 10, Eligible: 10, EligibleJP: 5, EligibleAbroad: 5, Place: Tie}},
		{"an amount that contradicts", `[{"item":"その他","detail":"a","where":"jp","qty":2,"unit":3,"amount":7,"eligible":true},{"item":"その他","detail":"a","where":"jp","amount":5,"eligible":true}]`,
			"cost.lines[0].amount amount_differs", Sums{Total: 5, Eligible: 5, EligibleJP: 5, Place: Japan, LeftOut: []int{0}}},
		{"about 300,000", `[{"item":"役務費","detail":"輸送","where":"abroad","qty":1,"unit":"約30万","eligible":true}]`, "cost.lines[0].unit M-C-05", Sums{Place: Tie, LeftOut: []int{0}}},
		{"no reason still counts", `[{"item":"需用費","detail":"飲食","where":"jp","amount":400000,"eligible":false}]`, "cost.lines[0].reason required", Sums{Total: 400000, Ineligible: 400000, Place: Tie}},
		{"nothing to multiply", `[{"item":"需用費","detail":"飲食","where":"jp","eligible":true}]`, "cost.lines[0].qty required; cost.lines[0].unit required", Sums{Place: Tie, LeftOut: []int{0}}},
		{"too large to multiply", `[{"item":"需用費","detail":"飲食","where":"jp","qty":1000000,"unit":999999999999,"eligible":true}]`, "cost.lines[0].amount M-C-05", Sums{Place: Tie, LeftOut: []int{0}}},
		{"no quantity", `[{"item":"需用費","detail":"飲食","where":"jp","qty":0,"unit":5,"amount":5,"eligible":true}]`, "cost.lines[0].qty too_small", Sums{Place: Tie, LeftOut: []int{0}}},
		{"a report names only amounts", `[{"amount":7,"eligible":true,"admitted":5}]`, "cost.lines[0].item required; cost.lines[0].detail required; cost.lines[0].where required", Sums{Total: 7, Eligible: 7, Place: Japan}},
		{"no such item", `[{"item":"交際費","detail":"a","where":"jp","amount":5,"eligible":true}]`, "cost.lines[0].item not_an_option", Sums{Total: 5, Eligible: 5, EligibleJP: 5, Place: Japan}},
		{"blank rows go", `[{"item":"","detail":" "},{"item":"報償費","where":"jp","eligible":true},{"item":"その他","detail":"a","where":"jp","amount":"x","eligible":true}]`, "cost.lines[0].amount M-C-05", Sums{Place: Tie, LeftOut: []int{0}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			rows, problems := costRows(t, c.rows)
			if got := code(problems); got != c.codes {
				t.Errorf("problems %q, want %q", got, c.codes)
			}
			if got := Totals(rows); !reflect.DeepEqual(got, c.want) {
				t.Errorf("sums %+v, want %+v", got, c.want)
			}
			if got := code(costs.Check(rows)); got != c.codes {
				t.Errorf("checked again %q, want %q", got, c.codes)
			}
			b, _ := json.Marshal(rows)
			stored, err := Decode([]Field{costs}, map[string]json.RawMessage{"cost.lines": b})
			if err != nil || !reflect.DeepEqual(stored["cost.lines"], any(rows)) {
				t.Errorf("stored and read %#v, want %#v", stored["cost.lines"], rows)
			}
		})
	}
}

func TestAnUnreadableCellKeepsWhatWasTyped(t *testing.T) {
	value, _, _ := costs.Parse(Input{"0.item": {"役務費"}, "0.detail": {"輸送"}, "0.where": {"abroad"}, "0.qty": {"1"}, "0.unit": {"約30万"}, "0.eligible": {"true"}})
	if got := costs.Input(value)["0.unit"]; len(got) != 1 || got[0] != "約30万" {
		t.Errorf("shown as %v", got)
	}
	if got := costs.Show(value, lang.JA); got != "1行　総事業費 0円" {
		t.Error(got)
	}
}

func TestSumsDoNotOverflow(t *testing.T) {
	if add(math.MaxInt64-1, 5) != math.MaxInt64 || add(2, 3) != 5 {
		t.Error("add")
	}
}

func TestADefinitionAddsAndRenamesColumns(t *testing.T) {
	f := Field{Key: "r.cost.lines", Kind: KindMoney, Columns: []Field{{Key: "planned"}, {Key: "detail", Label: lang.Text{JA: "支出の内容"}, Max: limit(3)}, {Key: "note", Kind: KindText}}}
	var keys string
	for _, c := range f.Cols() {
		keys += c.Key + " "
		if c.Kind == "" {
			t.Error(c.Key, "has no kind")
		}
	}
	if keys != "item detail where qty unit_name unit amount eligible reason planned note " || f.Cols()[1].Label.JA != "支出の内容" || !f.Cols()[1].Required || f.Cols()[9].Label.JA != "計画額" {
		t.Error(keys, f.Cols()[1], f.Cols()[9])
	}
}

func TestMoreRowsThanAllowedAreKept(t *testing.T) {
	f := Field{Key: "t", Kind: KindTable, MaxRows: 1, Columns: []Field{{Key: "a", Kind: KindText}, {Key: "b", Kind: KindMany}}}
	value, answered, problems := f.Parse(Input{"10.a": {"z"}, "9.a": {"y"}, "9.b": {"1", "2"}, "x.a": {"?"}, "11.a": {" "}})
	if code(problems) != "t too_many" || !answered || !reflect.DeepEqual(value, []Row{{"a": "y", "b": []string{"1", "2"}}, {"a": "z"}}) {
		t.Errorf("%v %q", value, code(problems))
	}
	if _, answered, problems := f.Parse(Input{"0.a": {""}}); answered || problems != nil {
		t.Error("a blank table is no answer")
	}
	if _, _, problems := f.Parse(Typed("表")); code(problems) != "t unreadable" {
		t.Error(code(problems))
	}
}
