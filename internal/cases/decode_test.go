package cases

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"kakehashi/internal/programme"
	"kakehashi/programmes"
)

// odd are texts that JSON writes in other ways than they stand.
var odd = []string{"", "富士市", `"quoted" \ back`, "<b>&amp;</b>", "line\nline\ttab", "\u2028 \u2029", "𠮷野家", "null", "{}", "a]b}c", "\x01\x7f", "é\u0301"}

// fill gives every field it can reach a random value, or none.
func fill(r *rand.Rand, v reflect.Value, depth int) {
	if v.Type() == reflect.TypeFor[json.RawMessage]() {
		b, _ := json.Marshal([]any{odd[r.IntN(len(odd))], r.IntN(1000), map[string]any{odd[r.IntN(len(odd))]: nil}}[r.IntN(3)])
		v.SetBytes(b)
		return
	}
	if v.Type() == reflect.TypeFor[time.Time]() {
		v.Set(reflect.ValueOf(time.Unix(r.Int64N(4e9), r.Int64N(1e6)*1000).UTC()))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(odd[r.IntN(len(odd))])
	case reflect.Bool:
		v.SetBool(r.IntN(2) == 0)
	case reflect.Int, reflect.Int64:
		v.SetInt(r.Int64() >> r.IntN(64) * int64(1-2*r.IntN(2)))
	case reflect.Pointer:
		if r.IntN(3) > 0 && depth < 4 {
			v.Set(reflect.New(v.Type().Elem()))
			fill(r, v.Elem(), depth+1)
		}
	case reflect.Slice:
		for range r.IntN(4) * min(1, 5-depth) {
			x := reflect.New(v.Type().Elem()).Elem()
			fill(r, x, depth+1)
			v.Set(reflect.Append(v, x))
		}
	case reflect.Map:
		if r.IntN(4) == 0 {
			return
		}
		v.Set(reflect.MakeMap(v.Type()))
		for range r.IntN(4) {
			key, x := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			fill(r, key, depth+1)
			fill(r, x, depth+1)
			v.SetMapIndex(key, x)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() && r.IntN(5) > 0 {
				fill(r, v.Field(i), depth+1)
			}
		}
	}
}

func TestStoredCasesAreReadAsEncodingJSONReadsThem(t *testing.T) {
	byHand := 0
	for seed := range uint64(800) {
		r := rand.New(rand.NewPCG(seed, 7))
		var written Case
		fill(r, reflect.ValueOf(&written).Elem(), 0)
		doc, err := json.Marshal(&written)
		if err != nil {
			t.Fatal(err)
		}
		var want Case
		if err := json.Unmarshal(doc, &want); err != nil {
			t.Fatal(err)
		}
		var got Case
		if scanned(doc, got.scan) == nil {
			byHand++
			if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Case{})); diff != "" {
				t.Fatalf("seed %d: %s\n%s", seed, doc, diff)
			}
		}
		if c, err := decodeCase(doc); err != nil || !cmp.Equal(want, *c, cmpopts.IgnoreUnexported(Case{})) {
			t.Fatalf("seed %d: %v", seed, err)
		}
	}
	if byHand < 800 {
		t.Errorf("only %d of 800 were read by hand", byHand)
	}
}

func TestStoredEventsAreReadAsEncodingJSONReadsThem(t *testing.T) {
	byHand := 0
	for seed := range uint64(800) {
		r := rand.New(rand.NewPCG(seed, 8))
		var written Data
		fill(r, reflect.ValueOf(&written).Elem(), 0)
		b, err := json.Marshal(&written)
		if err != nil {
			t.Fatal(err)
		}
		var want, got Data
		if err := json.Unmarshal(b, &want); err != nil {
			t.Fatal(err)
		}
		if scanned(b, got.scan) == nil {
			byHand++
			if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Case{})); diff != "" {
				t.Fatalf("seed %d: %s\n%s", seed, b, diff)
			}
		}
		if d, err := decodeData(b); err != nil || !cmp.Equal(want, d, cmpopts.IgnoreUnexported(Case{})) {
			t.Fatalf("seed %d: %v", seed, err)
		}
	}
	if byHand < 800 {
		t.Errorf("only %d of 800 were read by hand", byHand)
	}
}

func TestBrokenJSONIsReadByNobody(t *testing.T) {
	doc, err := json.Marshal(&Case{ID: "c1", Org: OrgRef{Name: "富士市"}, Raw: map[string]json.RawMessage{"p.title": json.RawMessage(`"橋"`)}})
	if err != nil {
		t.Fatal(err)
	}
	for i := range doc {
		if c, err := decodeCase(doc[:i]); err == nil {
			t.Fatalf("the first %d bytes were read as %+v", i, c)
		}
	}
	for _, s := range []string{"", "[]", `{"id":1}`, `{"id":"a"}x`, `{"phase":"1"}`, `{"answers":[]}`, `{"phase":1e3}`, `{"id":"a",}`, "{\"id\":\"\x01\"}"} {
		var want Case
		bad := json.Unmarshal([]byte(s), &want) != nil
		if c, err := decodeCase([]byte(s)); (err != nil) != bad || err == nil && !cmp.Equal(want, *c, cmpopts.IgnoreUnexported(Case{})) {
			t.Errorf("%q: %v, want an error: %t", s, err, bad)
		}
	}
	if c, err := decodeCase([]byte(strings.Replace(string(doc), `{"id"`, `{"later":[1,{"a":"}"}],"id"`, 1))); err != nil || c.ID != "c1" {
		t.Errorf("a field of a later version: %v", err)
	}
}

func FuzzReadingByHandNeverDiffers(f *testing.F) {
	f.Add([]byte(`{"id":"c1","answers":{"a":[1,"x"]},"phase":2,"created":"2026-10-01T00:00:00Z"}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var want, got Data
		if scanned(b, got.scan) != nil {
			return
		}
		if json.Unmarshal(b, &want) == nil && !cmp.Equal(want, got, cmpopts.IgnoreUnexported(Case{}), cmpopts.EquateEmpty()) {
			t.Errorf("%s", b)
		}
	})
}

func TestAnswersAreReadAsEncodingJSONReadsThem(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 9))
	byHand := 0
	var some func(depth int) any
	some = func(depth int) any {
		switch k := r.IntN(9); {
		case k < 2 && depth < 4:
			m := map[string]any{}
			for range r.IntN(4) {
				m[odd[r.IntN(len(odd))]] = some(depth + 1)
			}
			return m
		case k < 4 && depth < 4:
			list := []any{}
			for range r.IntN(4) {
				list = append(list, some(depth+1))
			}
			return list
		case k == 4:
			return r.IntN(2) == 0
		case k == 5:
			return nil
		case k == 6:
			return json.Number([]string{"0", "7", "-3", "1.5", "120000", "1e9"}[r.IntN(6)])
		}
		return odd[r.IntN(len(odd))]
	}
	for range 2000 {
		b, err := json.Marshal(some(0))
		if err != nil {
			t.Fatal(err)
		}
		d := json.NewDecoder(strings.NewReader(string(b)))
		d.UseNumber()
		var want any
		if err := d.Decode(&want); err != nil {
			t.Fatal(err)
		}
		if scanned(b, func(x *scan) { x.value() }) == nil {
			byHand++
		}
		if got, err := plain(b); err != nil || !cmp.Equal(want, got) {
			t.Fatalf("%s: %v, not %v: %v", b, got, want, err)
		}
	}
	if byHand < 1000 {
		t.Errorf("only %d of 2000 were read by hand", byHand)
	}
	for _, broken := range []string{"", "{", "[1,", `{"a" 1}`, "01", "-", "tru", `"a`, "[1] 2", "1 2", "{}{}"} {
		if v, err := plain([]byte(broken)); err == nil {
			t.Errorf("%q was read as %v", broken, v)
		}
	}
}

// An answer that is asked for again is decoded once, and anew when another stands in its place.
func TestAnAnswerFollowsWhatIsStored(t *testing.T) {
	d, issues := programme.Parse(programmes.FS, "economic-activity-grant")
	if err := issues.Err(); err != nil {
		t.Fatal(err)
	}
	p, issues := programme.Compile(d)
	if err := issues.Err(); err != nil {
		t.Fatal(err)
	}
	c := &Case{version: p, Raw: map[string]json.RawMessage{"p.title": json.RawMessage(`"橋"`)}}
	for _, want := range []string{"橋", "橋", "川", ""} {
		if want == "川" {
			c.Raw["p.title"] = json.RawMessage(`"川"`)
		}
		if want == "" {
			delete(c.Raw, "p.title")
		}
		if got := c.Title(); got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}
