package form

import (
	"bytes"
	"strings"
	"testing"

	"kakehashi/internal/lang"
)

func FuzzWhatIsTypedIsReadTheSameTwice(f *testing.F) {
	f.Add("約30万", "0.unit")
	f.Add("{\"$raw\":1}", "")
	f.Add("a\t\"b\n", "9999999999999999999.x")
	f.Add("12:30 pm", "n")
	f.Add("+81 (0)3-1111-2222 x5", "tel")
	f.Fuzz(func(t *testing.T, typed, key string) {
		for _, k := range Kinds() {
			field := Field{Key: "f", Kind: k, Options: choices, Columns: []Field{{Key: "x", Kind: KindText, Required: true}, {Key: "p", Kind: KindPerson}, {Key: "t", Kind: KindTable, Columns: []Field{{Key: "d", Kind: KindDate}}}}}
			for _, in := range []Input{Typed(typed), {key: {typed}}, {"0." + key: {typed, typed}}, {"0.x": {typed}, "0.p.tel": {typed}, "0.t.3.d": {typed}, "from": {typed}, "n": {typed}}} {
				value, answered, problems := field.Parse(in)
				if (value != nil) != answered {
					t.Errorf("%s: %v, %v", k, value, answered)
				}
				again, _, found := field.Parse(field.Input(value))
				if !Equal(again, value) || len(found) != len(problems) && answered {
					t.Errorf("%s: %q became %#v, then %#v", k, typed, value, again)
				}
				field.Show(value, lang.EN)
				for _, p := range problems {
					field.Place(p.Field, lang.JA)
				}
			}
			if v, err := decode([]byte(typed)); err == nil {
				field.FromJSON(v)
			}
		}
		ReadTSV(typed, costs)
		Place([]Field{costs}, typed, lang.JA)
	})
}

func FuzzNoFilePanicsTheSheetReader(f *testing.F) {
	f.Add([]byte("PK"), 0)
	f.Add([]byte(`<c r="G9" t="s"><v>-1</v></c>`), 400)
	good := sheetOf(f, Field{Key: "t", Kind: KindTable, MaxRows: 2, Columns: []Field{{Key: "a", Kind: KindYen}}}, []Row{{"a": int64(5)}}, SheetInfo{})
	f.Fuzz(func(t *testing.T, patch []byte, at int) {
		ReadSheet(strings.NewReader(string(patch)), costs)
		if at >= 0 && at+len(patch) <= len(good) {
			data := bytes.Clone(good)
			copy(data[at:], patch)
			ReadSheet(bytes.NewReader(data), Field{Key: "t", Kind: KindTable, Columns: []Field{{Key: "a", Kind: KindYen}}})
		}
	})
}
