package lang_test

import (
	"context"
	"testing"
	"time"

	"kakehashi/internal/lang"
)

func TestFormatsForReaders(t *testing.T) {
	moment := time.Date(2026, 10, 14, 7, 12, 0, 0, time.UTC)
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct{ name, got, want string }{
		{"yen ja", lang.Yen(lang.JA, 5000000), "5,000,000円"},
		{"yen en", lang.Yen(lang.EN, 5000000), "¥5,000,000"},
		{"yen below zero", lang.Yen(lang.EN, -1200), "-¥1,200"},
		{"small number", lang.Num(999), "999"},
		{"number of bodies", lang.Num(1788), "1,788"},
		{"negative number", lang.Num(int64(-123456)), "-123,456"},
		{"day ja", lang.Day(lang.JA, "2026-10-31"), "10月31日（土）"},
		{"day en", lang.Day(lang.EN, "2026-10-31"), "31 Oct (Sat)"},
		{"no day", lang.Day(lang.EN, "soon"), "soon"},
		{"long day ja", lang.LongDay(lang.JA, "2026-10-31"), "令和8年10月31日（土）"},
		{"long day en", lang.LongDay(lang.EN, "2026-10-31"), "31 October 2026 (Sat)"},
		{"dual day ja", lang.DualDay(lang.JA, "2026-10-31"), "令和8年（2026年）10月31日（土）"},
		{"dual day en", lang.DualDay(lang.EN, "2019-05-01"), "1 May 2019 (Wed; Reiwa 1)"},
		{"moment ja", lang.Moment(lang.JA, moment), "10月14日（水）16:12"},
		{"moment en", lang.Moment(lang.EN, moment), "14 Oct (Wed) 16:12"},
		{"moment in Paris", lang.MomentIn(lang.EN, moment, paris), "14 Oct (Wed) 09:12"},
		{"long moment ja", lang.LongMoment(lang.JA, moment), "令和8年10月14日（水）16:12"},
		{"no moment", lang.Moment(lang.JA, time.Time{}), ""},
		{"fiscal year ja", lang.FiscalYear(lang.JA, 2027), "令和9年度（2027年度）"},
		{"fiscal year of the change of era", lang.FiscalYear(lang.JA, 2019), "令和元年度（2019年度）"},
		{"fiscal year before", lang.FiscalYear(lang.JA, 2018), "平成30年度（2018年度）"},
		{"fiscal year en", lang.FiscalYear(lang.EN, 2027), "FY2027"},
		{"a language names itself", lang.Name("zh-Hant"), "繁體中文"},
		{"an unknown language is its tag", lang.Name("xx"), "xx"},
	} {
		if row.got != row.want {
			t.Errorf("%s: %q, want %q", row.name, row.got, row.want)
		}
	}
}

func TestTheReadersLanguageTravelsInTheContext(t *testing.T) {
	if got := lang.From(context.Background()); got != lang.JA {
		t.Errorf("nobody said: %q", got)
	}
	if got := lang.From(lang.With(context.Background(), lang.EN)); got != lang.EN {
		t.Errorf("said en: %q", got)
	}
	for said, want := range map[string]lang.Tag{"en": lang.EN, "EN-gb": lang.EN, "ja_JP": lang.JA} {
		if got, ok := lang.Parse(said); got != want || !ok {
			t.Errorf("Parse(%q) = %q %v", said, got, ok)
		}
	}
	for _, said := range []string{"", "e", "eng", "fr"} {
		if _, ok := lang.Parse(said); ok {
			t.Errorf("Parse(%q) found a language", said)
		}
	}
}

func TestReadersLanguagesAreThoseOfTheResidentTools(t *testing.T) {
	if n := len(lang.Readers); n != 16 {
		t.Errorf("%d languages, want Japanese and 15 more", n)
	}
	seen := map[lang.Tag]bool{}
	for _, l := range lang.Readers {
		if l.Name == "" || l.English == "" || seen[l.Tag] {
			t.Errorf("row %+v", l)
		}
		seen[l.Tag] = true
	}
}

func TestWhatEndsWithADayIsWrittenAsThatDay(t *testing.T) {
	for at, want := range map[string][2]string{
		"2026-10-20T15:00:00Z": {"10月20日（火）", "20 Oct (Tue)"},
		"2026-10-20T14:59:00Z": {"10月20日（火）23:59", "20 Oct (Tue) 23:59"},
	} {
		x, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := [2]string{lang.Until(lang.JA, x), lang.Until(lang.EN, x)}; got != want {
			t.Errorf("%s: %q, want %q", at, got, want)
		}
	}
}
