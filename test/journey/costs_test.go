package journey_test

import (
	"encoding/json"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"kakehashi/internal/account"
	"kakehashi/internal/db/dbtest"
	"kakehashi/internal/form"
	"kakehashi/internal/programme"
	"kakehashi/test/browse"
	"kakehashi/test/journey"
)

// costWords are the buttons of the two ways in, as the page of one language calls them.
var costWords = map[string]struct{ page, save, file, read, take, bad string }{
	"":    {"", "保存して次へ", "記入したExcelファイル", "読み込んで確かめる", "この内容に置き換える", "金額は0以上の整数（円）で入力してください。"},
	"/en": {"/en", "Save and continue", "Filled Excel file", "Read and check", "Replace the table with this", "Enter a whole number of yen, 0 or more."},
}

// The cost table typed on the page and the same table by way of Excel end as the same case: answers, totals, judgement, and what the
// journal keeps. What is wrong in the workbook is told by cell, in the language of the page.
func TestPageAndExcelGiveTheSameCase(t *testing.T) {
	for _, engine := range dbtest.Engines() {
		t.Run(engine, func(t *testing.T) {
			h := journey.Start(t, engine, autumn)
			for lead, w := range costWords {
				byPage, byBook := costDraft(h), costDraft(h)
				typed := h.As("demo-staff").OpenOK(lead + byPage + "/form/application/cost")
				typeLines(typed, "cost.lines", costs)
				typed.Press("kk-add=cost.lines").Fill("cost.lines.3.item", "需用費").Fill("cost.lines.3.detail", "記念品").Fill("cost.lines.3.where", "jp").
					Fill("cost.lines.3.qty", "10").Fill("cost.lines.3.unit", "１，０００").Fill("cost.lines.3.eligible", "false")
				typed.Press(w.save).WantStatus(422).Fill("cost.lines.3.reason", "土産のため").Press(w.save).WantStatus(200)
				byExcel(t, h, lead, byBook)
				same(t, h, lead, byPage, byBook)
			}
		})
	}
}

// costDraft is a new draft of which only the place of the project is filled in.
func costDraft(h *journey.House) string {
	b := h.As("demo-staff")
	at := draft(b)
	b.OpenOK(at+"/form/application/economy").Choose("主たる実施場所", "海外").Press("下書きを保存").WantStatus(200)
	return at
}

// byExcel fills the workbook of an empty table, first with mistakes, then well, and takes it over.
func byExcel(t *testing.T, h *journey.House, lead, at string) {
	t.Helper()
	w := costWords[lead]
	b := h.As("demo-staff").OpenOK(lead + at + "/sheet/cost.lines")
	_, _, book := b.Get(lead + at + "/sheet/cost.lines.xlsx")
	cells := map[string]any{
		"B9": "旅費", "C9": "職員2名の渡航", "D9": "海外", "E9": 1, "G9": 400000, "I9": "対象",
		"B10": "委託料", "C10": "パリ見本市の展示の設計と施工", "D10": "海外", "E10": 1, "G10": 7600000, "I10": "対象",
		"B11": "役務費", "C11": "通訳と翻訳、輸送", "D11": "国内", "E11": 2, "G11": "2,000,000円", "I11": "対象",
		"B12": "需用費", "C12": "記念品", "D12": "国内", "E12": 10, "G12": 1000, "I12": "対象外", "J12": "土産のため",
	}
	bad := maps.Clone(cells)
	bad["G9"], bad["B10"], bad["J12"] = "約40万", "旅行代", ""
	b.Attach(w.file, browse.Upload{Name: "costs.xlsx", Content: edited(t, book, "経費内訳", bad)}).Press(w.read).WantStatus(422).
		Sees("経費内訳!G9", "経費内訳!B10", "経費内訳!J12", w.bad)
	summary, _, _ := strings.Cut(b.Text(), "rows read")
	if said := messages.FindAllString(summary, -1); lead == "/en" && (len(said) < 3 || slices.ContainsFunc(said, kana.MatchString)) {
		t.Errorf("an English page tells a cell's problem in Japanese: %q", said)
	}
	b.OpenOK(lead+at+"/sheet/cost.lines").Attach(w.file, browse.Upload{Name: "costs.xlsx", Content: edited(t, book, "経費内訳", cells)}).Press(w.read).WantStatus(200)
	b.Press(w.take).WantStatus(200)
}

// messages are the sentences after a cell's address; kana is what only Japanese has.
var (
	messages = regexp.MustCompile(`経費内訳![A-Z]+\d+: [^経]*`)
	kana     = regexp.MustCompile(`[ぁ-んァ-ヶ]|です|ます`)
)

// same compares the two cases as the desks, the rules and an auditor read them.
func same(t *testing.T, h *journey.House, lead, one, other string) {
	t.Helper()
	type side struct {
		Lines   any
		Totals  form.Sums
		Judged  programme.Evaluation
		Journal string
		Page    string
	}
	read := func(at string) (s side) {
		c, p, err := h.App.Cases.Get(t.Context(), account.System, strings.TrimPrefix(at, "/work/cases/"))
		if err != nil {
			t.Fatal(err)
		}
		rows, _ := c.Answers()["cost.lines"].([]form.Row)
		s.Lines, s.Totals = rows, form.Totals(rows)
		if s.Judged, err = h.App.Cases.Evaluate(t.Context(), c, p, "application"); err != nil {
			t.Fatal(err)
		}
		events, err := h.App.Cases.Journal(t.Context(), account.System, c.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events {
			if v, ok := e.Data.Set["cost.lines"]; ok {
				s.Journal = string(v)
			}
		}
		s.Page = h.As("demo-staff").OpenOK(lead + at + "/form/application/cost").Text()
		return s
	}
	a, b := read(one), read(other)
	if rows, _ := a.Lines.([]form.Row); len(rows) != 4 || a.Totals.Total != 12_010_000 || a.Totals.Eligible != 12_000_000 || a.Judged.Amounts["maxGrant"] != 5_000_000 {
		t.Fatalf("what was typed on the page counts %+v", a)
	}
	for name, pair := range map[string][2]any{"answers": {a.Lines, b.Lines}, "totals": {a.Totals, b.Totals}, "journal": {a.Journal, b.Journal}, "page": {a.Page, b.Page},
		"rules": {a.Judged.Rules, b.Judged.Rules}, "amounts": {a.Judged.Amounts, b.Judged.Amounts}, "steps": {a.Judged.Steps, b.Judged.Steps}} {
		if !reflect.DeepEqual(pair[0], pair[1]) {
			x, _ := json.Marshal(pair[0])
			y, _ := json.Marshal(pair[1])
			t.Errorf("%s%s: the page gives\n%s\nand Excel\n%s", lead, name, x, y)
		}
	}
}
