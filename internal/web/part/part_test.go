package part_test

import (
	"context"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/google/go-cmp/cmp"

	"kakehashi/internal/form"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/web/part"
)

// october is the moment of the reference screens.
var october = time.Date(2026, 10, 14, 16, 40, 0, 0, jp.JST)

func html(t *testing.T, tag lang.Tag, c templ.Component) string {
	t.Helper()
	var b strings.Builder
	if err := c.Render(lang.With(context.Background(), tag), &b); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "⟦") {
		t.Fatalf("a sentence is missing: %s", b.String())
	}
	return b.String()
}

func TestARowIsWrittenAsItsPartsAre(t *testing.T) {
	heads := []part.Head{{Label: "a"}, {Label: `<b> & "c"`, Num: true}}
	for _, words := range []string{"", "富士市", "Lyon exchange of pupils", "富士市\nLyon again and again", `<i>"it's" & more`, "a\r\nb", "ヴェネツィア"} {
		for _, tag := range []lang.Tag{lang.JA, lang.EN} {
			for name, pair := range map[string]struct {
				cell part.Cell
				want templ.Component
			}{
				"text":   {part.Cell{Text: words}, part.Lines(words)},
				"status": {part.Cell{Text: words, Status: true, Look: "ok"}, part.Status("ok", words)},
				"plain":  {part.Cell{Text: words, Status: true}, part.Status("", words)},
				"reason": {part.Cell{Reason: words}, part.Reason(words)},
				"body":   {part.Cell{Body: part.Lines(words)}, part.Lines(words)},
			} {
				if name == "reason" && words == "" {
					continue // then there is no line
				}
				got := html(t, tag, part.Table(part.Rows("", heads, []part.Row{{Cells: []part.Cell{{Text: "x"}, pair.cell}}})))
				want := `<td class="n" data-l="&lt;b&gt; &amp; &#34;c&#34;">` + html(t, tag, pair.want) + "</td></tr>"
				blanks := strings.NewReplacer(" ", "") // where templates break a line
				if !strings.Contains(blanks.Replace(got), blanks.Replace(want)) {
					t.Errorf("%s of %q in %s: %s, want %s", name, words, tag, got, want)
				}
			}
		}
	}
	got := html(t, lang.EN, part.Table(part.Rows("", heads, []part.Row{{Class: "x", Cells: []part.Cell{{Text: "x", URL: "/a?b&c"}, {Text: "1/2", Left: "3 days", Near: true}}}})))
	for _, want := range []string{`<tr class="x">`, `<a href="/en/a?b&amp;c">x</a>`, `<span class="nw">1/2</span> <span class="nw"><span class="shu">3 days</span></span>`} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
}

func TestAProblemLeadsToItsControl(t *testing.T) {
	for path, id := range map[string]string{
		"p.title": "f-p-title", "cost.lines[2].amount": "f-cost-lines-2-amount", "bank.holder_kana": "f-bank-holder-kana", "att.quotes[0]": "f-att-quotes-0",
	} {
		if got := part.ID(path); got != id {
			t.Errorf("%s: %s, want %s", path, got, id)
		}
	}
}

func TestWhatWasSentIsSortedByTheLongestKey(t *testing.T) {
	fields := []form.Field{{Key: "cost"}, {Key: "cost.lines"}, {Key: "p.period"}}
	got := part.Inputs(fields, url.Values{"cost": {"1"}, "cost.lines.0.item": {"旅費"}, "p.period.from": {"R9.4.1"}, "other": {"x"}, "p.periodical": {"x"}})
	want := map[string]form.Input{"cost": {"": {"1"}}, "cost.lines": {"0.item": {"旅費"}}, "p.period": {"from": {"R9.4.1"}}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestRowsAreAddedAndTakenOutWithoutAScript(t *testing.T) {
	in := form.Input{"0.item": {"a"}, "1.item": {"b"}, "2.item": {"c"}}
	press, ok := part.Pressed(url.Values{part.DropRow: {"cost.lines 1"}})
	if !ok {
		t.Fatal("the button was not seen")
	}
	out, at := press.Apply(in)
	if d := cmp.Diff(form.Input{"0.item": {"a"}, "1.item": {"c"}}, out); d != "" || at != "cost.lines[1]" {
		t.Errorf("at %s: %s", at, d)
	}
	press, _ = part.Pressed(url.Values{part.AddRow: {"cost.lines"}})
	if out, at := press.Apply(in); len(out) != 4 || at != "cost.lines[3]" {
		t.Errorf("at %s: %v", at, out)
	}
	for _, odd := range []string{"cost.lines 99", "cost.lines x", "cost.lines", " "} {
		press, _ := part.Pressed(url.Values{part.DropRow: {odd}})
		if out, _ := press.Apply(in); len(out) != 3 {
			t.Errorf("%q changed the rows: %v", odd, out)
		}
	}
}

// money is a cost table as typed, with one line nobody can read and one that lacks its reason.
func money() part.Control {
	f := form.Field{Key: "cost.lines", Kind: form.KindMoney, Label: lang.Text{JA: "経費の明細", EN: "Costs"}}
	in := form.Input{
		"0.item": {"委託料"}, "0.detail": {"設営"}, "0.where": {"abroad"}, "0.qty": {"2"}, "0.unit": {"４，２００，０００円"}, "0.eligible": {"true"},
		"1.item": {"役務費"}, "1.detail": {"輸送"}, "1.where": {"abroad"}, "1.qty": {"1"}, "1.unit": {"約30万"}, "1.eligible": {"true"},
		"2.item": {"需用費"}, "2.detail": {"飲食"}, "2.where": {"jp"}, "2.qty": {"1"}, "2.unit": {"400000"}, "2.eligible": {"false"},
	}
	_, _, problems := f.Parse(in)
	return part.Control{Field: f, Input: in, Problems: problems, Needed: true}
}

func TestTheLedgerComputesAndSaysWhatItLeavesOut(t *testing.T) {
	got := html(t, lang.JA, part.Question(money()))
	for _, want := range []string{
		`<span id="f-cost-lines-0-amount-is">8,400,000</span>`, "計算できません", "合計は2行目を除いています。", `id="f-cost-lines-1-unit"`, `aria-describedby="f-cost-lines-1-unit-error"`,
		`id="f-cost-lines-1-unit-error"`, "2行目の単価：", "3行目の対象外理由：", `value="cost.lines 2"`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("lacks %s", want)
		}
	}
	if total := regexp.MustCompile(`助成対象経費　計</th><td class="n" id="f-cost-lines-eligible">([0-9,]+)<`).FindStringSubmatch(got); total == nil || total[1] != "8,400,000" {
		t.Errorf("total %v", total)
	}
}

func TestWhatFollowsInTheLedgerIsKnownWhileSomebodyTypes(t *testing.T) {
	live := part.LedgerLive{Cells: map[string]string{}, Shown: map[string]bool{}}
	live.Add(lang.With(t.Context(), lang.JA), money())
	page := html(t, lang.JA, part.Question(money()))
	for id, want := range map[string]string{"f-cost-lines-0-amount-is": "8,400,000", "f-cost-lines-1-amount-is": "計算できません", "f-cost-lines-2-amount-is": "400,000",
		"f-cost-lines-eligible": "8,400,000", "f-cost-lines-excluded": "400,000", "f-cost-lines-total": "8,800,000", "f-cost-lines-left": "合計は2行目を除いています。入力を直すと加わります。"} {
		if live.Cells[id] != want || !strings.Contains(page, `id="`+id+`"`) {
			t.Errorf("%s is %q", id, live.Cells[id])
		}
	}
	if !live.Shown["f-cost-lines-2-why"] || live.Shown["f-cost-lines-0-why"] || !live.Shown["f-cost-lines-left"] {
		t.Errorf("shown %v", live.Shown)
	}
}

func TestTheSummarySaysTheSameAsTheField(t *testing.T) {
	for _, tag := range []lang.Tag{lang.JA, lang.EN} {
		c := money()
		page := html(t, tag, part.Question(c))
		for _, item := range part.Items(c.Problems, tag, c.Field) {
			if !strings.Contains(page, ">"+templ.EscapeString(item.Text)+"<") {
				t.Errorf("%s: %q is not at its field", tag, item.Text)
			}
			if !strings.Contains(page, `id="`+item.ID+`"`) {
				t.Errorf("%s: nothing has the id %s", tag, item.ID)
			}
		}
	}
}

func TestEveryKindOfQuestionHasALabelledControl(t *testing.T) {
	for _, kind := range form.Kinds() {
		f := form.Field{Key: "q.x", Kind: kind, Label: lang.Text{JA: "問い", EN: "Question"}, Options: part.Options("a", "b"), Files: &form.FileLimits{Kinds: []string{"pdf"}, MaxMB: 1, TotalMB: 2}}
		if kind == form.KindTable {
			f.Columns = []form.Field{{Key: "name", Kind: form.KindText, Label: f.Label}}
		}
		for _, tag := range []lang.Tag{lang.JA, lang.EN} {
			got := html(t, tag, part.Question(part.Control{Field: f, Needed: true}))
			if !strings.Contains(got, `name="q.x`) || !strings.Contains(got, `id="f-q-x`) {
				t.Errorf("%s in %s has no control: %s", kind, tag, got)
			}
			for _, id := range regexp.MustCompile(`<label for="([^"]+)"`).FindAllStringSubmatch(got, -1) {
				if !strings.Contains(got, `id="`+id[1]+`"`) {
					t.Errorf("%s: label for %s leads nowhere", kind, id[1])
				}
			}
			if ids := regexp.MustCompile(` id="([^"]+)"`).FindAllString(got, -1); len(ids) != len(unique(ids)) {
				t.Errorf("%s: an id stands twice in %v", kind, ids)
			}
		}
	}
}

func unique(list []string) map[string]bool {
	seen := map[string]bool{}
	for _, s := range list {
		seen[s] = true
	}
	return seen
}

func TestTheRulerStandsWhereTheReferenceScreensHaveIt(t *testing.T) {
	r := part.Ruler{Year: 2026, Now: october, Due: "2026-10-31", Caption: "c", NameHead: "n", WhenHead: "w", Groups: []part.RulerGroup{{Rows: []part.RulerRow{
		{Name: "経済活動助成事業", Bars: []part.Bar{part.Window(lang.JA, october, "2026-07-01", "2026-10-31"), {Kind: part.Mark, From: "2027-03-12"}}},
	}}}}
	got := html(t, lang.JA, part.YearRuler(r))
	for _, want := range []string{
		`x1="53.89%"`, `class="b-open" x="24.93%" width="33.70%"`, `<text x="58.63%"`, `<svg x="94.52%"`, "今日 10月14日", "あと17日", `class="hop" x="53.89%" width="4.74%"`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("lacks %s", want)
		}
	}
	leap := html(t, lang.JA, part.TwoYears("c", october, "", []part.YearRow{{Year: 2027, Bars: []part.Bar{{Kind: part.During, From: "2027-04-01", To: "2028-02-29"}, {Kind: part.Mark, From: "2028-03-20"}}}}))
	for _, want := range []string{`width="91.53%"`, `<svg x="96.72%"`} {
		if !strings.Contains(leap, want) {
			t.Errorf("the year with a 29 February lacks %s", want)
		}
	}
}

func TestTheSpanIsSplitAtThePresentStation(t *testing.T) {
	stations := make([]part.Station, 8)
	got := html(t, lang.JA, part.Span("段階", stations, 2))
	for _, want := range []string{`d="M0,94 Q125,46.571`, `class="dot dot-now"`, `aria-current="step"`} {
		if !strings.Contains(got, want) {
			t.Errorf("lacks %s in %s", want, got)
		}
	}
	for n := range 4 { // no station, one station, all done: nothing breaks
		html(t, lang.JA, part.Span("段階", stations[:n], n))
	}
}

func TestClocksTellOpenSoonAndClosed(t *testing.T) {
	zone := func(name string) *time.Location {
		z, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		return z
	}
	for name, want := range map[string][]string{
		"Europe/Paris": {"09:40", "−7", "開所中"}, "Europe/London": {"08:40", "−8", "20分後に開所"}, "America/New_York": {"03:40", "−13", "22:00に開所"}, "Asia/Seoul": {"16:40", "±0", "開所中"},
	} {
		got := html(t, lang.JA, part.Clocks(october, []part.Clock{{Name: name, URL: "/x", Zone: zone(name), Opens: 540, Closes: 1020}}))
		for _, w := range want {
			if !strings.Contains(got, w) {
				t.Errorf("%s lacks %s", name, w)
			}
		}
	}
	holiday := html(t, lang.JA, part.Clocks(october, []part.Clock{{Name: "x", URL: "/x", Zone: jp.JST, Opens: 540, Closes: 1020, Holiday: func(day string) bool { return day == "2026-10-14" }}}))
	if !strings.Contains(holiday, "休所日") {
		t.Error("a holiday is not told")
	}
}

func TestADiffShowsWholePhrases(t *testing.T) {
	got := strings.ReplaceAll(html(t, lang.JA, part.Diff("募集は、商工会議所に委託する。", "募集は、市が行う。")), " ", "")
	if !strings.HasPrefix(got, "募集は、<del>") || !strings.Contains(got, "商工会議所に委託する。</del>") || !strings.Contains(got, "市が行う。</ins>") {
		t.Errorf("got %s", got)
	}
	for _, pair := range [][2]string{{"", "新"}, {"旧", ""}, {"同じ", "同じ"}, {"一。二。", "一。二。三。"}} {
		html(t, lang.JA, part.Diff(pair[0], pair[1]))
	}
}

func TestNothingTypedBecomesMarkup(t *testing.T) {
	evil := `"><script>alert(1)</script>`
	f := form.Field{Key: "p.title", Kind: form.KindText, Label: lang.Text{JA: "題"}}
	got := html(t, lang.JA, part.Question(part.Control{Field: f, Input: form.Typed(evil), Remark: evil, Clash: &part.Clash{Mine: evil, Theirs: evil}}))
	if strings.Contains(got, "<script>") {
		t.Errorf("got %s", got)
	}
}
