package form

import (
	"reflect"
	"strings"
	"testing"
)

// every value read the short way must be read the same the long way.
func TestStoredValuesAreReadAsTypedOnesAre(t *testing.T) {
	least, most := int64(2), int64(5)
	options := []Option{{Value: "a"}, {Value: "海外"}, {Value: " b"}}
	fields := []Field{
		{Kind: KindText}, {Kind: KindText, Min: &least, Max: &most}, {Kind: KindLong}, {Kind: KindBool}, {Kind: KindBool, Options: options}, {Kind: KindBool, Options: []Option{{Value: "true"}, {Value: "false"}}},
		{Kind: KindYen}, {Kind: KindYen, Min: &least, Max: &most}, {Kind: KindInt}, {Kind: KindDecimal}, {Kind: KindDate}, {Kind: KindPeriod},
		{Kind: KindOne, Options: options}, {Kind: KindOne, Of: KindCountry, Options: options}, {Kind: KindRegion}, {Kind: KindRegion, Options: options}, {Kind: KindCountry}, {Kind: KindMany, Options: options}, {Kind: KindMany, Options: options, MinRows: 2},
		{Kind: KindMany, Options: options, MaxRows: 1}, {Kind: KindMany, Of: KindCountry}, {Kind: KindMany}, {Kind: KindTextInt}, {Kind: KindTextInt, Min: &least, Max: &most},
		{Kind: KindFile}, {Kind: KindFile, Files: &FileLimits{Kinds: []string{"pdf"}, MaxMB: 1, TotalMB: 1}}, {Kind: KindFile, MinRows: 2}, {Kind: KindFile, MaxRows: 1},
		{Kind: KindTime}, {Kind: KindTel}, {Kind: KindEmail}, {Kind: KindCode}, {Kind: KindOrg}, {Kind: KindPerson},
		{Kind: KindMoney}, {Kind: KindMoney, MaxRows: 1}, {Kind: KindMoney, MinRows: 3},
		{Kind: KindTable, Columns: []Field{{Key: "item", Kind: KindText, Required: true}, {Key: "amount", Kind: KindYen}, {Key: "ok", Kind: KindBool}}},
	}
	values := []string{
		`null`, `""`, `" "`, `"a"`, `"海外"`, `" b"`, `"b"`, `"海外 "`, `"　海外"`, `"a\nb"`, `"a\tb"`, `"\u202eabc"`, `"か\u3099"`, `"が"`, `"é"`, `"e\u0301"`, `"ﾊﾞｯｸ"`,
		`"\u2028"`, `"\ufeffa"`, `"あいうえおか"`, `"〜～…―"`, `"髙﨑"`, `"\ufa11"`, `"𠮷"`, `true`, `false`, `0`, `1`, `3`, `-1`, `1.5`, `1e3`, `999999999999`, `1000000000000`, `99999999999999999999`,
		`"8,400,000円"`, `"2027-04-01"`, `"2027-02-30"`, `"令和9年4月1日"`, `"0000-00-00"`, `{"from":"2027-04-01","to":"2027-05-01"}`,
		`{"from":"2027-05-01","to":"2027-04-01"}`, `{"from":"2027-04-01"}`, `{"from":"2027-04-01","to":"x"}`, `{"from":"2027-04-01","to":"2027-05-01","x":1}`,
		`[]`, `["a","海外"]`, `[{"item":"旅費"}]`, `[{"item":"旅費","amount":5}]`, `[{"item":"旅費","amount":-5}]`, `[{"item":"","amount":5}]`, `[{}]`, `[{"item":null}]`,
		cost(`"qty":2,"unit":1000,"unit_name":"人","eligible":true`), cost(`"amount":2000,"eligible":false,"reason":"対象外"`), cost(`"amount":2000`),
		cost(`"qty":2,"unit":1000,"amount":3000,"eligible":true`), cost(`"qty":1000000,"unit":999999999999,"eligible":true`), cost(`"amount":1,"eligible":"yes"`),
		cost(`"eligible":true`), cost(`"amount":5,"eligible":true,"paid":"2027-05-01","evidence":["1"]`), cost(`"amount":5,"eligible":true,"paid":"2027-05-01"`),
		`[{"item":"旅費","qty":2,"unit":1000,"amount":3000}]`, `[{"item":"旅費","qty":999999,"unit":999999999}]`, `[{"item":"旅費","amount":5,"ok":true},{"item":"x\ny"}]`, `["a",{"item":"x"}]`,
		`{"raw":{"":"x"}}`, `{"a":1}`, `["a"]`, `["a","a"]`, `["海外","a"]`, `["a","x"]`, `["FR"]`, `["FR","DE"]`, `["fr"]`, `["ZZ"]`, `"FR"`, `"fr"`, `"UK"`, `"ＦＲ"`,
		`"kokusai@city.example.jp"`, `"Kokusai@city.example.jp"`, `"kokusai@CITY.example.jp"`, `"a..b@docomo.ne.jp"`, `"a@b"`, `"a@b.c"`, `"a@b.1c"`, `"a@-b.jp"`, `"mailto:a@b.jp"`,
		`"a b@c.jp"`, `"a@b@c.jp"`, `"@b.jp"`, `"a@b..jp"`, `"a@b_c.jp"`, `"ａ@b.jp"`, `"a+b@c.jp"`, `".a@c.jp"`, `"a@c.jp-"`,
		`"0767-00-0000"`, `"03-5213-1730"`, `"0352131730"`, `"00-5213-1730"`, `"03--5213-1730"`, `"-0352131730"`, `"0352131730-"`, `"+33 1 40 20 09 74"`, `"03-5213-1730 内線12"`,
		`"080-1234-56789"`, `"13-5213-1730"`, `"03(5213)1730"`, `"03ー5213ー1730"`, `"0"`, `"-"`,
		`{"name":"見本 花子"}`, `{"name":"見本 花子","kana":"ミホン ハナコ","title":"主任","email":"k@city.example.jp","tel":"0767-00-0000"}`, `{"name":"見本","kana":"見本"}`,
		`{"name":"見本","kana":"mihon"}`, `{"name":"見本","email":"k"}`, `{"name":"見本","tel":"1"}`, `{"kana":"ミホン"}`, `{"name":"見本","x":"y"}`, `{"name":""}`, `{"name":5}`, `{"name":"見本","title":""}`,
		`{"text":"市民が企画する","n":150}`, `{"text":"市民","n":3}`, `{"text":"市民","n":-3}`, `{"text":"","n":3}`, `{"text":"市民"}`, `{"text":"市民","n":"3"}`, `{"text":"a\nb","n":3}`, `{"text":"市民","n":3,"x":1}`,
		file(`"name":"見積書.pdf","size":10569`), file(`"name":"見積書.exe","size":10569`), file(`"name":"見積書.pdf","size":2000000`), file(`"name":"a/b.pdf","size":1`), file(`"name":"..","size":1`),
		file(`"name":"見積書.pdf","size":0`), file(`"name":"見積書.pdf"`), file(`"name":".","size":5`), file(`"name":"見積書.PDF","size":5,"x":1`), `[{"name":"a.pdf","size":1}]`,
		`[{"id":"f1","name":"a.pdf","sha256":"XX","size":1}]`,
	}
	for _, f := range fields {
		f.Key = "k"
		short := 0
		for _, text := range values {
			v, err := decode([]byte(text))
			if err != nil {
				t.Fatal(text, err)
			}
			value, ok := f.settled(v)
			if !ok {
				continue
			}
			short++
			want, answered, problems := f.parse(whole(f, plain(v)), f.Key)
			if !answered || len(problems) > 0 || !reflect.DeepEqual(value, want) {
				t.Errorf("%s %s: read %#v the short way, %#v %v %v the long way", f.Kind, text, value, want, answered, problems)
			}
		}
		t.Logf("%s: %d of %d the short way", f.Kind, short, len(values))
	}
	v, err := decode([]byte(cost(`"qty":2,"unit":1000,"eligible":true`)))
	if err != nil {
		t.Fatal(err)
	}
	if rows, ok := (&Field{Kind: KindMoney}).settled(v); !ok || rows.([]Row)[0]["amount"] != int64(2000) {
		t.Errorf("a plain cost line is not read the short way: %v", rows)
	}
}

// file is one file whose sum is well formed.
func file(rest string) string {
	return `[{"id":"f_0sgemndzey8mknf04awg1fkd5ndg","sha256":"` + strings.Repeat("0a", 32) + `",` + rest + `}]`
}

// cost is a cost table of one line.
func cost(cells string) string {
	return `[{"item":"` + CostItems[0] + `","detail":"東京からパリ","where":"` + Abroad + `",` + cells + `}]`
}
