package form

import (
	"strings"
	"testing"

	"kakehashi/internal/lang"
)

// What is wrong with a figure is said as it is: too large, a fraction, or no figures at all.
func TestWhatIsWrongWithAFigureIsSaid(t *testing.T) {
	for _, c := range []struct {
		kind       Kind
		typed      string
		words, not string
	}{
		{KindYen, "1000000000000", "999,999,999,999円以下", "数字に直してください"},
		{KindYen, "¥1,000,000,000,000円", "999,999,999,999円以下", "数字に直してください"},
		{KindYen, "1,000.5", "円未満の端数", "数字に直してください"},
		{KindYen, "４百万円", "「４百万円」を数字に直してください", "円以下"},
		{KindYen, "-5", "0以上", "数字に直してください"},
		{KindInt, "12345678901234567", "桁が多すぎます", "数字に直してください"},
		{KindInt, "2.5", "小数は入力できません", "数字に直してください"},
		{KindInt, "約30", "「約30」を数字に直してください", "小数"},
	} {
		_, _, problems := Field{Key: "f", Kind: c.kind}.Parse(Typed(c.typed))
		if len(problems) != 1 || !strings.Contains(problems[0].Message.JA, c.words) || strings.Contains(problems[0].Message.JA, c.not) || problems[0].Message.EN == "" {
			t.Errorf("%s: %v", c.typed, problems)
		}
	}
}

func TestPastedRowsMayLeaveOutTheUnit(t *testing.T) {
	want, _ := costRows(t, `[{"item":"旅費","detail":"職員","where":"abroad","qty":2,"unit":640000,"eligible":true},{"item":"需用費","detail":"飲食","where":"jp","amount":400000,"eligible":false,"reason":"飲食"}]`)
	body := "旅費\t職員\t海外\t2\t640,000\t\t対象\n需用費\t飲食\t国内\t\t\t400,000\t対象外\t飲食\n"
	if rows, problems := ReadTSV(body, costs); len(problems) > 0 || !Equal(rows, want) {
		t.Errorf("%v %v", rows, problems)
	}
	_, problems := ReadTSV(strings.Replace(body, "400,000", "約40万", 1), costs)
	if len(problems) != 1 || !strings.Contains(costs.Place(problems[0].Field, lang.JA), "2行目の金額") {
		t.Errorf("%v", problems)
	}
}

func TestAChoiceKeepsItsOrder(t *testing.T) {
	f := Field{Key: "k", Kind: KindMany, Ordered: true, Options: []Option{{Value: "①"}, {Value: "②"}, {Value: "③"}}}
	v, _, problems := f.Parse(Input{"": {"③", "", "①"}})
	if len(problems) > 0 || f.Show(v, lang.JA) != "③、①" || strings.Join(f.Input(v)[""], "") != "③①" {
		t.Errorf("%v %v", v, problems)
	}
}
