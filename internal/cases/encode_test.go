package cases

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"
)

// What is written without reflection is what encoding/json would write, byte by byte, for every member of the types: the chain of the
// journal rests on these bytes. A member that is added to a type and not to the encoder makes this fail.
func TestWhatIsHashedIsWrittenAsEncodingJSONWould(t *testing.T) {
	if !byHand {
		t.Error("a type has another number of members than are written by hand")
	}
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 3000 {
		var c Case
		var d Data
		sparse := r.IntN(4)
		anything(r, reflect.ValueOf(&c).Elem(), sparse, 0)
		anything(r, reflect.ValueOf(&d).Elem(), sparse, 0)
		for _, x := range []struct {
			name string
			v    any
			got  []byte
		}{{"case", &c, []byte(encoded(&c, caseMembers))}, {"event", &d, []byte(encoded(&d, dataMembers))}} {
			want, err := json.Marshal(x.v)
			if err != nil {
				t.Fatal(err)
			}
			if string(want) != string(x.got) {
				at := 0
				for at < min(len(want), len(x.got)) && want[at] == x.got[at] {
					at++
				}
				t.Fatalf("%s %d differs at %d:\n want …%s\n  got …%s", x.name, i, at, want[max(0, at-40):min(len(want), at+40)], x.got[max(0, at-40):min(len(x.got), at+40)])
			}
		}
	}
}

var (
	oddTexts  = []string{"", "市", "東京都 \"港区\"", "a<b>&c", "line\nnext\ttab\r", "\u2028\u2029", "\xff\xfe", "𠮷野家", `\back`, "\x00\x1f\x7f\b\f", "plain words"}
	oddValues = []string{`"市"`, `123`, `true`, `null`, `{"a":1,"b":["x",null]}`, ` { "a" : 1 , "b" : "c d" } `, `"a<b>&c"`, `"\u2028 x"`, "\"\u2028\"", `[]`, `"a \" b\\"`, `-1.5e3`,
		`"\u003c"`, "[1,\n2]"}
)

// anything fills a value with whatever its type allows, empty ones among it.
func anything(r *rand.Rand, v reflect.Value, sparse, deep int) {
	switch v.Interface().(type) {
	case time.Time:
		if r.IntN(3) > 0 {
			zones := []*time.Location{time.UTC, time.FixedZone("", 9*3600), time.FixedZone("", -90*60)}
			v.Set(reflect.ValueOf(time.Unix(r.Int64N(4e9), r.Int64N(1e9)/[]int64{1, 1000, 1e9}[r.IntN(3)]).In(zones[r.IntN(3)])))
		}
		return
	case json.RawMessage:
		v.SetBytes([]byte(oddValues[r.IntN(len(oddValues))]))
		return
	}
	if deep > 0 && sparse > 0 && r.IntN(4) < sparse {
		return
	}
	n := r.IntN(4)
	switch v.Kind() {
	case reflect.String:
		v.SetString(oddTexts[r.IntN(len(oddTexts))] + oddTexts[r.IntN(len(oddTexts))])
	case reflect.Int, reflect.Int64:
		v.SetInt(r.Int64N(1<<40) - 1<<39)
	case reflect.Bool:
		v.SetBool(r.IntN(2) == 0)
	case reflect.Pointer:
		if deep < 6 {
			v.Set(reflect.New(v.Type().Elem()))
			anything(r, v.Elem(), sparse, deep+1)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			anything(r, v.Index(i), sparse, deep+1)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for i := range n {
			value := reflect.New(v.Type().Elem()).Elem()
			anything(r, value, sparse, deep+1)
			v.SetMapIndex(reflect.ValueOf(fmt.Sprint(oddTexts[r.IntN(5)], i)), value)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				anything(r, v.Field(i), sparse, deep+1)
			}
		}
	default:
		panic("a " + v.Type().String() + " is not thought of here")
	}
}
