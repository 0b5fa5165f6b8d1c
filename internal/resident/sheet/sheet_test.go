package sheet_test

import (
	"slices"
	"strings"
	"testing"

	"kakehashi/content"
	"kakehashi/internal/resident/easy"
	"kakehashi/internal/resident/sheet"
)

func library(t *testing.T) *sheet.Library {
	t.Helper()
	l, err := sheet.Read(content.FS)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestTheShippedLibraryHasNoFault(t *testing.T) {
	l := library(t)
	for _, p := range l.Check() {
		t.Errorf("%s %s %s: %s", p.Template, p.Lang, p.Code, p.Detail)
	}
	if len(l.Templates) < 60 || len(l.Languages) < 18 {
		t.Errorf("%d templates in %d languages", len(l.Templates), len(l.Languages))
	}
}

func TestAFaultyTranslationIsRefused(t *testing.T) {
	for code, spoil := range map[string]func(*sheet.Template){
		"SLOT_MISSING": func(x *sheet.Template) { x.Text["vi"] = strings.ReplaceAll(x.Text["vi"], "{place}", "") },
		"SLOT_UNKNOWN": func(x *sheet.Template) { x.Text["vi"] += " {street}" },
		"POLARITY":     func(x *sheet.Template) { x.Text["en"] = "The river is rising: {place}\nGo near it." },
		"SCRIPT":       func(x *sheet.Template) { x.Text["ne"] = "The river is rising: {place}\nDo not go near it." },
		"MISSING":      func(x *sheet.Template) { delete(x.Text, "my") },
		"LINES": func(x *sheet.Template) {
			x.Text["ko"] = "강물이 불어나고 있습니다: {place} 가까이 가지 마세요."
		},
		"NUMBER":    func(x *sheet.Template) { x.Text["fr"] += " 119" },
		"CHARACTER": func(x *sheet.Template) { x.Text["es"] += " <b>" },
		"NFC":       func(x *sheet.Template) { x.Text["vi"] += " ê\u0301" },
		"LANGUAGE":  func(x *sheet.Template) { x.Text["xx"] = "x" },
		"RISK":      func(x *sheet.Template) { x.Risk = "none" },
		"LENGTH":    func(x *sheet.Template) { x.Text["en"] += strings.Repeat(" long", 60) },
	} {
		l := library(t)
		i := slices.IndexFunc(l.Templates, func(x sheet.Template) bool { return x.ID == "river.high" })
		spoil(&l.Templates[i])
		if !slices.ContainsFunc(l.Check(), func(p sheet.Problem) bool { return p.Code == code && p.Template == "river.high" }) {
			t.Errorf("%s was not found: %v", code, l.Check())
		}
	}
	l := library(t)
	i := slices.IndexFunc(l.Templates, func(x sheet.Template) bool { return x.ID == "shelter.open" })
	l.Templates[i].Text["en"] = strings.Replace(l.Templates[i].Text["en"], "Shelter", "Evacuation site", 1)
	if !slices.ContainsFunc(l.Check(), func(p sheet.Problem) bool { return p.Code == "TERM" }) {
		t.Error("a site was taken for a shelter")
	}
}

func order() sheet.Order {
	return sheet.Order{Template: "water.supply", Langs: []string{"ja-x-easy", "en", "ne", "my", "id", "th"}, Slots: map[string]sheet.Place{
		"place": {JA: "中央小学校", Latin: "Chuo Elementary School"}, "day": {JA: "2026-10-14"}, "start": {JA: "15:00"}}}
}

func TestASheetSaysPlaceDayAndHourInEveryLanguage(t *testing.T) {
	s, err := library(t).Make(order(), nil)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"ja-x-easy": "10月14日（水） 午後3時", "en": "Water: 14 Oct (Wed) 15:00", "ne": "अक्टोबर 14 (बुध)", "my": "Chuo Elementary School (中央小学校)", "id": "15.00", "th": "15:00 น."}
	for _, b := range s.Blocks {
		var text strings.Builder
		for _, line := range b.Lines {
			text.WriteString(easyText(line) + "\n")
		}
		if !strings.Contains(text.String(), want[b.Language.Tag]) || strings.Contains(text.String(), "{") {
			t.Errorf("%s: %s", b.Language.Tag, text.String())
		}
		if b.Mark == "" || b.State != "draft" {
			t.Errorf("%s is not marked: nobody has reviewed it", b.Language.Tag)
		}
	}
}

func easyText(pieces []easy.Piece) string {
	var b strings.Builder
	for _, p := range pieces {
		b.WriteString(p.Text)
	}
	return b.String()
}

func TestWhatCannotBePrintedIsRefusedAtItsSlot(t *testing.T) {
	l := library(t)
	for name, spoil := range map[string]func(*sheet.Order){
		"no place":        func(o *sheet.Order) { delete(o.Slots, "place") },
		"no such day":     func(o *sheet.Order) { o.Slots["day"] = sheet.Place{JA: "2026-02-30"} },
		"no such hour":    func(o *sheet.Order) { o.Slots["start"] = sheet.Place{JA: "25:00"} },
		"an unknown slot": func(o *sheet.Order) { o.Slots["river"] = sheet.Place{JA: "x"} },
		"nine languages":  func(o *sheet.Order) { o.Langs = strings.Fields("ja en vi ko ne my th km mn") },
		"twice the same":  func(o *sheet.Order) { o.Langs = []string{"en", "en"} },
		"no template":     func(o *sheet.Order) { o.Template = "water.wine" },
	} {
		o := order()
		spoil(&o)
		if _, err := l.Make(o, nil); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

func TestLifeTextNeedsTwoOthersOneOfThemNative(t *testing.T) {
	l := library(t)
	x, _ := l.Template("tsunami.run")
	for name, c := range map[string]struct {
		review sheet.Review
		open   bool
	}{
		"nobody":                       {sheet.Review{}, false},
		"one reviewer":                 {sheet.Review{State: "reviewed", Author: "a", Reviewers: []string{"b"}, Native: true}, false},
		"the author is no reviewer":    {sheet.Review{State: "reviewed", Author: "a", Reviewers: []string{"a", "b"}, Native: true}, false},
		"the same person twice":        {sheet.Review{State: "reviewed", Author: "a", Reviewers: []string{"b", "b"}, Native: true}, false},
		"two without a native reader":  {sheet.Review{State: "reviewed", Author: "a", Reviewers: []string{"b", "c"}}, false},
		"only read for a second time":  {sheet.Review{State: "second_read", Author: "a", Reviewers: []string{"b", "c"}, Native: true}, false},
		"two others, one native":       {sheet.Review{State: "reviewed", Author: "a", Reviewers: []string{"b", "c"}, Native: true}, true},
		"checked in the field as well": {sheet.Review{State: "field_checked", Author: "a", Reviewers: []string{"b", "c"}, Native: true}, true},
	} {
		x.Reviewed = map[string]sheet.Review{"ne": c.review}
		if got := l.Open(x, "ne"); got != c.open || l.Unverified(x, "ne") == c.open {
			t.Errorf("%s: open %v", name, got)
		}
	}
}
