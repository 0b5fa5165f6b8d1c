package form

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"kakehashi/internal/lang"
)

var unfilled = regexp.MustCompile(`\{[a-z_]+\}`)

func limit(n int64) *int64 { return &n }

func code(problems []Problem) string {
	var codes []string
	for _, p := range problems {
		codes = append(codes, p.Field+" "+p.Code)
		for _, m := range []string{p.Message.JA, p.Message.EN} {
			if m == "" || strings.Contains(m, "⟦") || unfilled.MatchString(m) {
				codes = append(codes, "unworded "+m)
			}
		}
	}
	return strings.Join(codes, "; ")
}

var choices = []Option{{Value: "海外", Label: lang.Text{JA: "海外", EN: "Abroad"}}, {Value: "国内", Label: lang.Text{JA: "国内", EN: "Japan"}}}

func TestWhatPeopleTypeBecomesAValueOrAProblemInWords(t *testing.T) {
	for _, c := range []struct {
		name  string
		field Field
		typed string
		want  string // canonical JSON
		code  string
	}{
		{"a text keeps rare kanji", Field{Kind: KindText}, " 髙﨑𠮷田㈱ ", `"髙﨑𠮷田㈱"`, ""},
		{"a text is one line", Field{Kind: KindText}, "a\r\nb\x00\x07", `"a b"`, ""},
		{"a text counts code points", Field{Kind: KindText, Max: limit(2)}, "𠮷か\u3099", `"𠮷が"`, ""},
		{"a text that is too long is kept", Field{Kind: KindText, Max: limit(2)}, "あいう", `"あいう"`, "f too_long"},
		{"a text that is too short is kept", Field{Kind: KindLong, Min: limit(20)}, "短い", `"短い"`, "f too_short"},
		{"a long text keeps its lines", Field{Kind: KindLong}, "\r\n　一\r\n二 \n\n", `"　一\n二"`, ""},
		{"direction marks go", Field{Kind: KindText}, "a\u202eb", `"ab"`, ""},
		{"blanks are no answer", Field{Kind: KindText}, " 　\n", `null`, ""},
		{"a number in full width", Field{Kind: KindInt}, "１，２００", `1200`, ""},
		{"a number below zero", Field{Kind: KindInt, Min: limit(0)}, "−5", `-5`, "f too_small"},
		{"a number too large", Field{Kind: KindInt, Max: limit(5000)}, "5001", `5001`, "f too_large"},
		{"words are no number", Field{Kind: KindInt}, "約30人", `{"$raw":{"":["約30人"]}}`, "f not_a_number"},
		{"yen in full width", Field{Kind: KindYen}, "８，４００，０００円", `8400000`, ""},
		{"about 300,000 yen is refused", Field{Kind: KindYen}, "約30万", `{"$raw":{"":["約30万"]}}`, "f M-C-05"},
		{"yen without end", Field{Kind: KindYen}, "1000000000000", `{"$raw":{"":["1000000000000"]}}`, "f M-C-05"},
		{"half hours", Field{Kind: KindDecimal, Step: 0.5, Max: limit(8)}, "２．５", `2.5`, ""},
		{"a step between", Field{Kind: KindDecimal, Step: 0.5}, "2.3", `2.3`, "f bad_step"},
		{"no fraction of words", Field{Kind: KindDecimal}, "1/3", `{"$raw":{"":["1/3"]}}`, "f not_a_number"},
		{"a Japanese date", Field{Kind: KindDate}, "Ｒ９．４．１", `"2027-04-01"`, ""},
		{"30 February", Field{Kind: KindDate}, "令和8年2月30日", `{"$raw":{"":["令和8年2月30日"]}}`, "f bad_date"},
		{"a year outside its era", Field{Kind: KindDate}, "平成32年4月1日", `{"$raw":{"":["平成32年4月1日"]}}`, "f bad_date"},
		{"a wrong weekday", Field{Kind: KindDate}, "2026/10/31(金)", `{"$raw":{"":["2026/10/31(金)"]}}`, "f bad_date"},
		{"a time in Japanese", Field{Kind: KindTime}, "午後２時半", `"14:30"`, ""},
		{"a time with am", Field{Kind: KindTime}, "12:05 am", `"00:05"`, ""},
		{"no such time", Field{Kind: KindTime}, "25:00", `{"$raw":{"":["25:00"]}}`, "f bad_time"},
		{"a tick", Field{Kind: KindBool}, "on", `true`, ""},
		{"no tick", Field{Kind: KindBool}, "いいえ", `false`, ""},
		{"neither", Field{Kind: KindBool}, "たぶん", `{"$raw":{"":["たぶん"]}}`, "f not_an_option"},
		{"a choice by value", Field{Kind: KindOne, Options: choices}, "海外", `"海外"`, ""},
		{"a choice by its English label", Field{Kind: KindOne, Options: choices}, "abroad", `"海外"`, ""},
		{"no choice", Field{Kind: KindOne, Options: choices}, "宇宙", `{"$raw":{"":["宇宙"]}}`, "f not_an_option"},
		{"a country", Field{Kind: KindCountry}, "ｃｈ", `"CH"`, ""},
		{"no country", Field{Kind: KindCountry}, "スイス", `{"$raw":{"":["スイス"]}}`, "f not_an_option"},
		{"an e-mail in full width", Field{Kind: KindEmail}, "ｋｉｋａｋｕ＠City.Example.JP", `"kikaku@city.example.jp"`, ""},
		{"no e-mail", Field{Kind: KindEmail}, "kikaku＠city", `{"$raw":{"":["kikaku＠city"]}}`, "f bad_email"},
		{"a telephone with any hyphen", Field{Kind: KindTel}, "０３−５２１３ー１７３０", `"03-5213-1730"`, ""},
		{"a telephone with brackets and extension", Field{Kind: KindTel}, "（03）5213-1730（内線１２）", `"03-5213-1730 内線12"`, ""},
		{"a telephone abroad", Field{Kind: KindTel}, "+33 (0)1 40 20 09 74", `"+33-1-40-20-09-74"`, ""},
		{"no telephone", Field{Kind: KindTel}, "5213-1730", `{"$raw":{"":["5213-1730"]}}`, "f bad_tel"},
		{"a web address", Field{Kind: KindURL}, "https://www.city.example.jp/データ", `"https://www.city.example.jp/データ"`, ""},
		{"a script is no web address", Field{Kind: KindURL}, "javascript:alert(1)", `{"$raw":{"":["javascript:alert(1)"]}}`, "f bad_url"},
		{"a web address with a password", Field{Kind: KindURL}, "https://a:b@c.example", `{"$raw":{"":["https://a:b@c.example"]}}`, "f bad_url"},
		{"a code in full width", Field{Kind: KindCode}, "０１０００６", `"010006"`, ""},
		{"a wrong check digit", Field{Kind: KindCode}, "010007", `{"$raw":{"":["010007"]}}`, "f bad_code"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.field.Key = "f"
			value, answered, problems := c.field.Parse(Typed(c.typed))
			got, _ := json.Marshal(value)
			if string(got) != c.want || code(problems) != c.code || answered != (value != nil) {
				t.Errorf("%q became %s with %q, want %s with %q", c.typed, got, code(problems), c.want, c.code)
			}
			again, _, problems := c.field.FromJSON(value)
			if !Equal(again, value) || code(problems) != c.code {
				t.Errorf("from its JSON it became %v with %q", again, code(problems))
			}
			if back, _, _ := c.field.Parse(c.field.Input(value)); !Equal(back, value) {
				t.Errorf("from its control it became %v", back)
			}
			if (c.field.Show(value, lang.JA) == "") != (value == nil) {
				t.Error("it cannot be shown")
			}
		})
	}
}

func TestCompoundAnswersNameThePartThatIsWrong(t *testing.T) {
	for _, c := range []struct {
		name  string
		field Field
		json  string
		want  string
		code  string
	}{
		{"a period", Field{Kind: KindPeriod}, `{"from":"令和9年4月1日","to":"2028/2/20"}`, `{"from":"2027-04-01","to":"2028-02-20"}`, ""},
		{"a period backwards is kept", Field{Kind: KindPeriod}, `{"from":"2028-04-01","to":"2027-04-01"}`, `{"from":"2028-04-01","to":"2027-04-01"}`, "f period_order"},
		{"half a period", Field{Kind: KindPeriod}, `{"from":"2028-04-01"}`, `{"$raw":{"from":["2028-04-01"]}}`, "f.to required"},
		{"a period in words", Field{Kind: KindPeriod}, `"来春"`, `{"$raw":{"":["来春"]}}`, "f.from required; f.to required"},
		{"a person", Field{Kind: KindPerson}, `{"name":"髙橋 花子","kana":"たかはし はなこ","email":"H@Example.JP","tel":"０７６７−５３−１１１１"}`,
			`{"name":"髙橋 花子","kana":"たかはし はなこ","email":"H@example.jp","tel":"0767-53-1111"}`, ""},
		{"a person without e-mail at hand", Field{Kind: KindPerson}, `{"name":"田中","kana":"田中","email":"なし","tel":"1"}`, `{"name":"田中","kana":"田中","email":"なし","tel":"1"}`, "f.kana bad_kana; f.email bad_email; f.tel bad_tel"},
		{"an organisation", Field{Kind: KindOrg}, `{"type":"city","code":"172022","name":"七尾市","confirmed":true}`, `{"type":"city","code":"172022","name":"七尾市","confirmed":true}`, ""},
		{"an organisation without name", Field{Kind: KindOrg}, `{"type":"city"}`, `{"type":"city"}`, "f.name required"},
		{"an organisation with a wrong code", Field{Kind: KindOrg}, `{"type":"city","code":"172023"}`, `{"type":"city","code":"172023"}`, "f.code bad_code"},
		{"a text with a number", Field{Kind: KindTextInt, Min: limit(1)}, `{"text":"一行","n":"０"}`, `{"text":"一行","n":0}`, "f.n too_small"},
		{"an account", Field{Kind: KindBank}, `{"code":"０００１","branch":"001","kind":"普通","number":"12345","holder_kana":"ﾅﾅｵｼ ﾅﾅｵｼﾁﾖｳ"}`,
			`{"code":"0001","branch":"001","kind":"普通","number":"0012345","holder_kana":"ﾅﾅｵｼ ﾅﾅｵｼﾁﾖｳ"}`, ""},
		{"an account with faults", Field{Kind: KindBank}, `{"code":"1","kind":"定期","number":"x","holder_kana":"七尾市"}`, `{"code":"1","branch":"","kind":"定期","number":"x","holder_kana":"七尾市"}`,
			"f.code bad_bank; f.branch required; f.kind bad_bank; f.number bad_bank; f.holder_kana bad_bank"},
		{"choices", Field{Kind: KindMany, Options: choices, MinRows: 1, MaxRows: 1}, `["海外","海外","国内"]`, `["海外","国内"]`, "f too_many"},
		{"countries", Field{Kind: KindMany, Of: KindCountry}, `["FR","it"]`, `["FR","IT"]`, ""},
		{"a choice that is none", Field{Kind: KindMany, Options: choices}, `["海外","月"]`, `{"$raw":{"":["海外","月"]}}`, "f not_an_option"},
		{"files", Field{Kind: KindFile, Files: &FileLimits{Kinds: []string{"pdf"}, MaxMB: 1, TotalMB: 2}, MaxRows: 1}, `[{"name":"C:\\a\\見積.pdf","sha256":"","size":1048577},{"name":"b.exe","sha256":"","size":1}]`,
			`[{"name":"見積.pdf","sha256":"","size":1048577},{"name":"b.exe","sha256":"","size":1}]`, "f[0] bad_file; f[1] bad_file; f too_many"},
		{"an object for a number", Field{Kind: KindInt}, `{"a":1}`, `{"$raw":{"":["{\"a\":1}"]}}`, "f not_a_number"},
		{"a fraction of a yen", Field{Kind: KindYen}, `1.5`, `{"$raw":{"":["1.5"]}}`, "f M-C-05"},
		{"yen with an exponent", Field{Kind: KindYen}, `1.2e6`, `1200000`, ""},
		{"null", Field{Kind: KindYen}, `null`, `null`, ""},
		{"an empty table that may be empty", Field{Kind: KindTable}, `[]`, `[]`, ""},
		{"an empty table that may not", Field{Kind: KindTable, Required: true}, `[]`, `null`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.field.Key = "f"
			v, err := decode([]byte(c.json))
			if err != nil {
				t.Fatal(err)
			}
			value, _, problems := c.field.FromJSON(v)
			got, _ := json.Marshal(value)
			if string(got) != c.want || code(problems) != c.code {
				t.Errorf("became %s with %q, want %s with %q", got, code(problems), c.want, c.code)
			}
			if found := code(c.field.Check(value)); found != c.code {
				t.Errorf("checked again: %q", found)
			}
			stored, err := Decode([]Field{c.field}, map[string]json.RawMessage{"f": got})
			if err != nil || !Equal(stored["f"], value) {
				t.Errorf("stored and read: %v %v", stored, err)
			}
		})
	}
}

func TestAProblemSaysInWordsWhereItIs(t *testing.T) {
	fields := []Field{{Key: "cost", Kind: KindText, Label: lang.Text{JA: "費用", EN: "Cost"}}, {Key: "cost.lines", Kind: KindMoney}, {Key: "c.person", Kind: KindPerson, Label: lang.Text{JA: "担当者", EN: "Contact"}}}
	for path, want := range map[string][2]string{"cost.lines[2].amount": {"3行目の金額", "Row 3, Amount"}, "cost.lines[0]": {"1行目", "Row 1"}, "c.person.email": {"担当者のメールアドレス", "Contact, e-mail"}, "cost": {"費用", "Cost"}, "x.y": {"x.y", "x.y"}} {
		if ja, en := Place(fields, path, lang.JA), Place(fields, path, lang.EN); ja != want[0] || en != want[1] {
			t.Errorf("%s is %q, %q", path, ja, en)
		}
	}
}

func TestMessagesRepeatWhatWasTyped(t *testing.T) {
	_, _, problems := Field{Key: "f", Kind: KindYen}.Parse(Typed("約30万"))
	if got := problems[0].Message; got.JA != "金額は0以上の整数（円）で入力してください。「約30万」を数字に直してください。" || !strings.Contains(got.EN, "約30万") {
		t.Error(got)
	}
	_, _, problems = Field{Key: "f", Kind: KindDate}.Parse(Typed("令和8年2月30日"))
	if got := problems[0].Message.JA; got != "令和8年2月30日はありません。2月は28日までです。" {
		t.Error(got)
	}
	_, _, problems = Field{Key: "f", Kind: KindDate}.Parse(Typed("平成31年5月1日"))
	if got := problems[0].Message; !strings.Contains(got.JA, "令和元年5月1日") || !strings.Contains(got.EN, "1 May 2019") {
		t.Error(got)
	}
}
