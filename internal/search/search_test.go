package search

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
)

// fill puts documents into an index without a database behind it.
func fill(t testing.TB, docs ...Doc) *Index {
	t.Helper()
	x := New(nil)
	x.view.Store(viewOf(t, x, 1, docs))
	return x
}

// viewOf spreads documents over segments of the given number.
func viewOf(t testing.TB, x *Index, segments int, docs []Doc) *view {
	t.Helper()
	v := &view{version: 1}
	starts, err := prepare(docs)
	if err != nil {
		t.Fatal(err)
	}
	for k := range segments {
		b := newBuilder(x.codes)
		for i, d := range docs {
			if i%segments == k {
				b.add(row{Doc: d, starts: starts[i]}.prepared())
			}
		}
		v.parts = append(v.parts, newPart(b.done(), nowhere.any.Clone()))
	}
	return v
}

func find(x *Index, q Query) Result {
	r, _ := x.search(x.view.Load(), q)
	return r
}

// alphabet is small, so that stretches repeat, and has what folding changes.
var alphabet = []rune("地方自治体国際國京都東申込しみのをコンピューターｺﾝごみ、。 aBcé12１\n髙高")

func text(most int) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		return string(rapid.SliceOfN(rapid.SampledFrom(alphabet), 0, most).Draw(t, "text"))
	})
}

func TestEveryStretchOfTwoCharactersAndMoreIsFoundAndNothingElse(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var docs []Doc
		for i := range rapid.IntRange(1, 12).Draw(rt, "docs") {
			docs = append(docs, Doc{ID: fmt.Sprint("d", i), Title: text(8).Draw(rt, "title"), Body: text(60).Draw(rt, "body")})
		}
		x := New(nil)
		x.view.Store(viewOf(t, x, rapid.IntRange(1, 3).Draw(rt, "segments"), docs))
		d := docs[rapid.IntRange(0, len(docs)-1).Draw(rt, "from")]
		r := []rune(Fold(d.Body))
		if len(r) < 2 {
			return
		}
		from := rapid.IntRange(0, len(r)-2).Draw(rt, "at")
		needle := strings.TrimSpace(string(r[from:min(len(r), from+rapid.IntRange(2, 12).Draw(rt, "length"))]))
		if utf8.RuneCountInString(needle) < 2 || strings.Contains(needle, `"`) {
			return
		}
		var want []string
		for _, d := range docs {
			if strings.Contains(Fold(d.Title), needle) || strings.Contains(Fold(d.Body), needle) {
				want = append(want, d.ID)
			}
		}
		got := keysOf(find(x, Query{Text: `"` + needle + `"`, Parts: true, Limit: 100}))
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			rt.Fatalf("%q: found %v, a plain look finds %v", needle, got, want)
		}
		plain := keysOf(find(x, Query{Text: needle, Parts: true, Limit: 100}))
		if !strings.ContainsAny(needle, " ,、-\n") {
			for _, k := range want {
				if !slices.Contains(plain, k) {
					rt.Fatalf("%q without quotes does not find %s", needle, k)
				}
			}
		}
	})
}

func TestFoldingIsByCharacter(t *testing.T) {
	for _, pair := range [][2]string{
		{"ｺﾝﾋﾟｭｰﾀｰ", "コンピューター"}, {"ＡＢＣ１２３", "abc123"}, {"國際交流", "国際交流"}, {"髙﨑", "高崎"}, {"𠮷田", "吉田"}, {"葛󠄀城", "葛城"},
		{"ガ", "が"}, {"カ\u3099", "が"}, {"Köln", "koln"}, {"São", "sao"}, {"㈱", "(株)"}, {"国際\n交流", "国際交流"}, {"inter-\nnational", "international"},
		{"two\nwords", "two words"}, {"a  \u3000 b", "a b"}, {"平成〜令和", "平成~令和"}, {"e\u0301", "e"},
	} {
		if a, b := Fold(pair[0]), Fold(pair[1]); a != b {
			t.Errorf("%q is compared as %q, %q as %q", pair[0], a, pair[1], b)
		}
	}
	if Fold("ビル") == Fold("ビール") {
		t.Error("a building is a beer")
	}
}

func TestWholeWordsComeFirstAndTitlesBeforeTexts(t *testing.T) {
	x := fill(t,
		Doc{ID: "part-title", Title: "東京都の計画", Date: "2026-04-01"}, Doc{ID: "part", Title: "計画", Body: "東京都が定めた。", Date: "2026-05-01"},
		Doc{ID: "text", Title: "計画", Body: "昔の京都を歩いた。", Date: "2020-01-01"}, Doc{ID: "title", Title: "京都の計画", Date: "2019-01-01"},
		Doc{ID: "same", Title: "A plan of Kyoto", Date: "2026-06-01"})
	got := keysOf(find(x, Query{Text: "京都", Parts: true}))
	if want := []string{"title", "text", "same", "part-title", "part"}; !slices.Equal(got, want) {
		t.Errorf("京都 finds %v, want %v", got, want)
	}
	r := find(x, Query{Text: "京都"})
	if r.AsPart || r.Words != 3 || r.Parts != 2 || r.Total != 3 {
		t.Errorf("whole words and parts: %+v", r)
	}
	if r := find(x, Query{Text: "京都が"}); !r.AsPart || r.Total != 1 {
		t.Errorf("a part of words is found when there is nothing else: %+v", r)
	}
	if got := keysOf(find(x, Query{Text: "計画", Newest: true})); got[0] != "part" {
		t.Errorf("newest first begins with %s", got[0])
	}
}

// sampleDocs are n made-up documents.
func sampleDocs(n int) []Doc {
	random := rand.New(rand.NewPCG(7, 7))
	nouns := strings.Fields("国際交流 多文化共生 姉妹都市 防災計画 水道 観光 地方自治 議会 予算 教育 コンピューター ベトナム ドイツ 東京都 京都 申し込み")
	var docs []Doc
	for i := range n {
		var b strings.Builder
		for range 20 + random.IntN(40) {
			b.WriteString(nouns[random.IntN(len(nouns))] + []string{"の", "を", "と", "について、", "である。\n"}[random.IntN(5)])
		}
		docs = append(docs, Doc{ID: fmt.Sprintf("d%05d", i), Kind: []string{"publication", "page"}[i%2], Title: nouns[i%len(nouns)] + fmt.Sprint(i),
			Body: b.String(), Date: fmt.Sprintf("20%02d-04-01", i%27), Facets: map[string][]string{"country": {[]string{"DE", "VN", "FR"}[i%3]}, "year": {fmt.Sprint(2000 + i%27)}}})
	}
	for i := range docs {
		if i%5 == 0 {
			delete(docs[i].Facets, "country")
		}
	}
	return docs
}

func TestCountsOfFacetsAddUpAndKeepTheirPromise(t *testing.T) {
	x := fill(t, sampleDocs(600)...)
	base := Query{Text: "水道 予算", Counts: []string{"country", "year", "kind"}}
	r := find(x, base)
	for f, list := range r.Facets {
		sum := 0
		for _, c := range list {
			sum += c.N
			narrowed := find(x, Query{Text: base.Text, Filters: map[string][]string{f: {c.Value}}, Counts: base.Counts})
			if narrowed.Total != c.N {
				t.Errorf("%s %q says %d, narrowed to it there are %d", f, c.Value, c.N, narrowed.Total)
			}
			if !reflect.DeepEqual(counted(narrowed.Facets[f]), counted(list)) {
				t.Errorf("narrowing %s changes its own counts", f)
			}
		}
		if sum != r.Total {
			t.Errorf("the counts of %s make %d of %d", f, sum, r.Total)
		}
	}
	both := find(x, Query{Text: base.Text, Filters: map[string][]string{"country": {"DE", "VN"}}})
	if one, other := find(x, Query{Text: base.Text, Filters: map[string][]string{"country": {"DE"}}}), find(x, Query{Text: base.Text,
		Filters: map[string][]string{"country": {"VN"}}}); both.Total != one.Total+other.Total || both.Total == 0 {
		t.Errorf("two countries: %d, one by one %d and %d", both.Total, one.Total, other.Total)
	}
}

func counted(list []Count) map[string]int {
	m := map[string]int{}
	for _, c := range list {
		m[c.Value] = c.N
	}
	return m
}

func TestTheAnswerDoesNotDependOnHowDocumentsLie(t *testing.T) {
	docs := sampleDocs(700)
	one, many := New(nil), New(nil)
	one.view.Store(viewOf(t, one, 1, docs))
	v := viewOf(t, many, 9, docs)
	v.parts = merged(v.parts)
	many.view.Store(v)
	for _, text := range []string{"国際交流", "申込 予算", "ヴェトナム", "都", "", "姉妹都市 -観光", "コンピュータ", "際交", "ベトナン"} {
		q := Query{Text: text, Counts: []string{"country", "year", "kind"}, Limit: 50, Parts: true}
		if a, b := find(one, q), find(many, q); !reflect.DeepEqual(a, b) {
			t.Errorf("%q: one segment gives %d %v, several %d %v", text, a.Total, keysOf(a), b.Total, keysOf(b))
		}
	}
}

func TestOddQueriesAreAnsweredAndBounded(t *testing.T) {
	x := fill(t, sampleDocs(300)...)
	for name, text := range map[string]string{
		"ten thousand characters": strings.Repeat("国際交流", 2500), "ten thousand words": strings.Repeat("水道 ", 10_000), "a quote that never ends": `"国際交流`,
		"quotes only": `""""「」`, "NUL": "国際\x00交流\x00", "broken UTF-8": "国際\xff\xfe", "marks": "!?%_*()[]{}\\^$", "minus only": "- -- ---", "blank": " \t\u3000\n",
		"minus alone": "-国際交流", "emoji": "🙂🙂", "control": "\x01\x02\x1f\x1f", "one kana": "の", "one long run": strings.Repeat("あ", 9000), "combining": strings.Repeat("\u0301", 5000),
		"a million": strings.Repeat("a b ", 250_000),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := time.Now()
		r := find(x, Query{Text: text, Limit: 1 << 30, Offset: -5, Counts: []string{"country", "nothing"}, Filters: map[string][]string{"year": {"\x00", "x"}, "": nil}})
		runtime.ReadMemStats(&after)
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("%s: %v", name, took)
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > 100<<20 {
			t.Errorf("%s: %d MB", name, used>>20)
		}
		if len(r.Terms) > mostTerms {
			t.Errorf("%s: %d terms", name, len(r.Terms))
		}
	}
	if r := find(x, Query{Text: strings.Repeat("国際交流 ", 2500)}); !r.Cut {
		t.Error("nobody is told that a long query was cut")
	}
	if r := find(x, Query{Text: `"国際交流`}); r.Total == 0 {
		t.Error("a quote that never ends hides everything")
	}
}

func TestNothingFoundIsExplained(t *testing.T) {
	x := fill(t, sampleDocs(200)...)
	r := find(x, Query{Text: "シンガポール 水道"})
	if r.Total != 0 || len(r.Terms) != 2 || r.Terms[0].N != 0 || r.Terms[1].N == 0 {
		t.Errorf("which word is missing is not told: %+v", r.Terms)
	}
	if r := find(x, Query{Text: "ドイツの水道の議会"}); r.Total == 0 || !r.Loose {
		t.Errorf("a sentence is not taken apart: %+v", r)
	}
	if r := find(x, Query{Text: "ベトンム"}); r.Total == 0 || r.Terms[0].Corrected == "" {
		t.Errorf("one wrong character: %+v", r)
	}
}

func TestExcerptsMarkWhatWasLookedFor(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		x := New(d)
		if err := x.Put(ctx, Doc{ID: "a", Kind: "page", URL: "/a", Title: "ｺﾝﾋﾟｭｰﾀｰの話", Body: strings.Repeat("前置きが続く。", 80) + "役場のコンピュータを申し\n込む手続き。" + strings.Repeat("後書きが続く。", 80)}); err != nil {
			t.Fatal(err)
		}
		r, err := x.Find(ctx, Query{Text: "コンピューター 申込"})
		if err != nil || len(r.Hits) != 1 {
			t.Fatal(err, r)
		}
		h := r.Hits[0]
		if !slices.Contains(h.Title, Piece{"ｺﾝﾋﾟｭｰﾀｰ", true}) {
			t.Errorf("title %v", h.Title)
		}
		if !slices.Contains(h.Excerpt, Piece{"コンピュータ", true}) || !slices.Contains(h.Excerpt, Piece{"申し 込", true}) {
			t.Errorf("excerpt %v", h.Excerpt)
		}
		length := 0
		for _, p := range h.Excerpt {
			length += utf8.RuneCountInString(p.Text)
		}
		if length > excerptLength+10 || h.URL != "/a" {
			t.Errorf("%d characters, address %s", length, h.URL)
		}
	})
}

func TestNothingIsReadBeforeSomethingIsLookedFor(t *testing.T) {
	if made := testing.AllocsPerRun(1, func() { New(nil) }); made > 100 {
		t.Errorf("%v allocations: words are read before anybody asks", made)
	}
}
