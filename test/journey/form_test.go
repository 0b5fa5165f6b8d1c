package journey_test

import (
	"bytes"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"kakehashi/internal/lang"
	"kakehashi/internal/letter"
	"kakehashi/test/browse"
)

// draft starts an application of the economic grant as this person and stands on the case's page; the path of the case is
// returned.
func draft(b *browse.Browser) string {
	b.OpenOK("/work").Follow("新しく申請する").Press("経済活動助成事業").WantStatus(200)
	path, _, _ := strings.Cut(b.Path(), "?")
	return path
}

// line is one line of a cost table as a person types it.
type line struct{ Item, Detail, Where, Qty, Unit, Amount string }

// costs are 12,000,000 yen of which 8,000,000 abroad (J01.1), typed in every width an office types in.
var costs = []line{
	{"旅費", "職員2名の渡航", "abroad", "1", "４００，０００", ""},
	{"委託料", "パリ見本市の展示の設計と施工", "abroad", "1", "7,600,000円", ""},
	{"役務費", "通訳と翻訳、輸送", "jp", "２", "2000000", ""},
}

// hands are a window a form is filled in: of package browse, or a real browser's.
type hands[B any] interface {
	OpenOK(address string) B
	Follow(words string) B
	Fill(field, value string) B
	Choose(group, option string) B
	Tick(field string) B
	Attach(field string, files ...browse.Upload) B
	Press(words string) B
	Sees(words ...string) B
	WantStatus(status int) B
	WantTitle(words string) B
	Has(field string) bool
	Path() string
}

// next keeps a page of the form and goes to the next one.
func next[B hands[B]](b B) { b.Press(in(b, "apply.save_next")).WantStatus(200) }

// in are words of the catalogue in the language of the page a window shows.
func in[B hands[B]](b B, key string) string {
	if strings.HasPrefix(b.Path(), "/en/") {
		return lang.T(lang.EN, key)
	}
	return lang.T(lang.JA, key)
}

// typeLines types the lines of a money table, adding rows with the page's own button.
func typeLines[B hands[B]](b B, field string, lines []line) {
	for i := range lines {
		if !b.Has(field + "." + strconv.Itoa(i) + ".detail") {
			b.Press("kk-add=" + field).WantStatus(200)
		}
		fillLine(b, field, i, lines[i])
	}
}

func fillLine[B hands[B]](b B, field string, n int, l line) {
	at := field + "." + strconv.Itoa(n) + "."
	b.Fill(at+"item", l.Item).Fill(at+"detail", l.Detail).Fill(at+"where", l.Where).Fill(at+"qty", l.Qty).Fill(at+"unit", l.Unit)
	if l.Amount != "" {
		b.Fill(at+"amount", l.Amount)
	}
}

// application fills every page of the form from the first, which is on the screen, to the check page, as a person does: wide digits,
// 和暦, a real PDF. body is what the first page says of the body, Fuji unless said.
func application[B hands[B]](t *testing.T, b B, title string, lines []line, requested, own string, body ...string) {
	t.Helper()
	if body == nil {
		body = []string{"富士市", "222101"}
	}
	b.Sees(body...)
	b.Fill("c.section", "産業交流部産業政策課商工係").Fill("c.person.name", "髙﨑　𠮷子").Fill("c.person.kana", "タカサキ ヨシコ").
		Fill("c.person.title", "主任").Fill("c.person.email", "shoko@city.example.jp").Fill("c.person.tel", "０５４５－００－０００１").
		Fill("c.tel", "０５４５－００－００００").Fill("c.email", "ｓｈｏｋｏ@city.example.jp")
	next(b)
	b.Fill("p.title", title).Fill("p.title_en", "Selling tea in Paris").Fill("p.summary", "茶をパリの見本市に出展する。").
		Fill("p.purpose", "国内の需要が縮む中で、海外の販路を開く必要がある。\n市の産業振興計画による。").
		Fill("p.content", "5月に出展者を募り、9月に見本市へ出展し、11月に商談会を開く。").Choose("p.new", "新規")
	next(b)
	b.Fill("p.period.from", "令和９年４月１日").Fill("p.period.to", "R10.2.20").Fill("p.place", "フランス・パリ").Fill("p.countries", "FR").
		Fill("p.participants", "３００")
	next(b)
	b.Choose("e.kind", "海外販路開拓").Fill("e.direct", "市が企画と出展者の選定を行い、会場では職員が商談を支援する。").
		Choose("e.involve", "企画").Choose("e.involve", "実施主体").Choose("e.place", "海外").Fill("e.target", "フランスの生活雑貨の卸売事業者")
	next(b)
	b.Fill("p.effect", "海外の取引先が10社以上増える。").Fill("p.kpi.0.name", "商談件数").Fill("p.kpi.0.unit", "件").Fill("p.kpi.0.now", "0").
		Fill("p.kpi.0.target", "30").Fill("p.continuity", "次年度は市の予算で出展を続ける。").
		Fill("e.effect_econ", "5年後に年間2,000万円の輸出を見込む。").Fill("e.reference", "小規模な産地がまとまって出展する手順を公開する。")
	next(b)
	typeLines(b, "cost.lines", lines)
	next(b)
	b.Fill("fund.requested", requested).Fill("fund.own", own).Fill("fund.income", "0")
	next(b)
	b.Attach("att.estimates", browse.Upload{Name: "見積書.pdf", Content: pdf(t, "見積書 髙﨑𠮷")})
	for _, d := range []string{"d.true", "d.nooverlap", "d.publish", "d.noantisocial"} {
		b.Tick(d)
	}
	next(b)
	b.WantTitle(in(b, "apply.check.title"))
}

// pdf is a real document.
func pdf(t *testing.T, words string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := letter.FilledPDF(&b, letter.Filled{Title: words, Sections: []letter.FilledSection{{Title: words, Pairs: []letter.Pair{{Label: "内容", Value: words}}}}}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// edited opens a workbook as a person does in a spreadsheet, sets cells of the cost sheet, and saves it.
func edited(t *testing.T, book []byte, sheet string, cells map[string]any) []byte {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(book))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for at, v := range cells {
		if err := f.SetCellValue(sheet, at, v); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
