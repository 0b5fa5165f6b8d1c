package jp

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestDatesAreReadAsPeopleTypeThem(t *testing.T) {
	for typed, want := range map[string]string{
		"2027-04-01": "2027-04-01", "2026/4/1": "2026-04-01", "2026.4.1": "2026-04-01", "2026年4月1日": "2026-04-01", "２０２６年４月１日": "2026-04-01",
		"R8.4.1": "2026-04-01", "r8.4.1": "2026-04-01", "R8/4/1": "2026-04-01", "R8-4-1": "2026-04-01", "Ｈ３１．４．３０": "2019-04-30", "S64.1.7": "1989-01-07",
		"令和8年4月1日": "2026-04-01", "令和元年5月1日": "2019-05-01", "令和 ８ 年 ４ 月 １ 日": "2026-04-01", "令8.4.1": "2026-04-01", "㋿8年4月1日": "2026-04-01",
		"令和8年10月31日（土）": "2026-10-31", "令和八年十月三十一日": "2026-10-31", "二〇二六年四月一日": "2026-04-01", "令和二十年二月二十日": "2038-02-20", "令和十年一月二日": "2028-01-02",
		"20260401": "2026-04-01", " 2026−4−1 ": "2026-04-01", "西暦2026年4月1日": "2026-04-01", "31 October 2026": "2026-10-31", "1 Apr 2026": "2026-04-01",
		"Oct 31, 2026": "2026-10-31", "31 October 2026 (Sat)": "2026-10-31", "2028-02-29": "2028-02-29", "M1.1.25": "1868-01-25", "R8.2月3日": "2026-02-03", "1867年4月1日": "1867-04-01",
	} {
		if got, ok := ParseDate(typed); !ok || got != want {
			t.Errorf("ParseDate(%q) = %q, %v; want %s", typed, got, ok, want)
		}
	}
}

func TestDatesThatDoNotExistAreRefusedWithTheReason(t *testing.T) {
	for typed, want := range map[string]DateFault{
		"令和8年2月30日":        {DateNoSuchDay, "令和8年", 2, 30, 28, ""},
		"2028/2/30":        {DateNoSuchDay, "2028年", 2, 30, 29, ""},
		"R8.13.1":          {DateNoSuchMonth, "令和8年", 13, 1, 0, ""},
		"R8.4.0":           {DateNoSuchDay, "令和8年", 4, 0, 30, ""},
		"昭和65年4月1日":        {DateOutsideEra, "昭和65年", 4, 1, 0, "平成2年4月1日"},
		"平成31年5月1日":        {DateOutsideEra, "平成31年", 5, 1, 0, "令和元年5月1日"},
		"令和元年4月30日":        {DateOutsideEra, "令和元年", 4, 30, 0, "平成31年4月30日"},
		"令和8年10月31日（金）":    {DateWrongWeekday, "令和8年", 10, 31, 0, "土"},
		"令和8年4月":           {Code: DateIncomplete},
		"R8.4":             {Code: DateIncomplete},
		"2026年":            {Code: DateIncomplete},
		"令和8年度":            {Code: DateIncomplete},
		"":                 {Code: DateUnreadable},
		"26/4/1":           {Code: DateUnreadable},
		"来月":               {Code: DateUnreadable},
		"31 Foober 2026":   {Code: DateUnreadable},
		"2026-04-01T00:00": {Code: DateUnreadable},
	} {
		day, fault := ReadDate(typed)
		if day != "" || fault == nil || *fault != want {
			t.Errorf("ReadDate(%q) = %q, %+v; want %+v", typed, day, fault, want)
		}
	}
}

func TestEveryDayFrom1868To2100ComesBackFromItsWareki(t *testing.T) {
	last := Days("1868-01-01", "2100-12-31")
	rapid.Check(t, func(t *rapid.T) {
		day := AddDays("1868-01-01", rapid.IntRange(0, last).Draw(t, "days"))
		forms := []string{Wareki(day), Wareki(day) + "（" + Weekday(day) + "）", strings.ReplaceAll(day, "-", "/")}
		if e, year, ok := EraOf(day); ok {
			forms = append(forms, fmt.Sprintf("%s%d.%s.%s", e.Letter, year, day[5:7], day[8:]))
		}
		for _, form := range forms {
			if got, ok := ParseDate(form); !ok || got != day {
				t.Fatalf("%s from %q came back as %q", day, form, got)
			}
		}
	})
}

func TestEraChangesFallOnTheirDays(t *testing.T) {
	for day, want := range map[string]string{"1868-01-24": "1868年1月24日", "1868-01-25": "明治元年1月25日", "1912-07-29": "明治45年7月29日", "1912-07-30": "大正元年7月30日", "1926-12-24": "大正15年12月24日",
		"1926-12-25": "昭和元年12月25日", "1989-01-07": "昭和64年1月7日", "1989-01-08": "平成元年1月8日", "2019-04-30": "平成31年4月30日", "2019-05-01": "令和元年5月1日", "2026-10-31": "令和8年10月31日", "2026-02-30": "", "x": ""} {
		if got := Wareki(day); got != want {
			t.Errorf("Wareki(%s) = %s, want %s", day, got, want)
		}
	}
	for fy, want := range map[int]string{2027: "令和9年度", 2019: "令和元年度", 2018: "平成30年度", 1988: "昭和63年度", 1989: "平成元年度", 1850: "1850年度"} {
		if got := WarekiFY(fy); got != want {
			t.Errorf("WarekiFY(%d) = %s, want %s", fy, got, want)
		}
	}
}

func TestTheFiscalYearTurnsOnTheFirstOfAprilInJapan(t *testing.T) {
	if FY("2027-03-31") != 2026 || FY("2027-04-01") != 2027 || FY("soon") != 0 {
		t.Error("FY of a day")
	}
	eve := time.Date(2027, 3, 31, 14, 59, 59, 0, time.UTC)
	if FY(eve) != 2026 || FY(eve.Add(time.Second)) != 2027 || Date(eve) != "2027-03-31" || Date(eve.Add(time.Second)) != "2027-04-01" {
		t.Error("FY of an instant")
	}
	if got := Start("2027-04-01"); !got.Equal(eve.Add(time.Second)) {
		t.Error("Start", got)
	}
}

func TestHolidaysAndYearEndAreNoBusinessDays(t *testing.T) {
	for day, want := range map[string]string{"2026-01-01": "元日", "2026-05-06": "こどもの日 振替休日", "2026-09-22": "休日", "1989-02-24": "大喪の礼", "2050-11-23": "勤労感謝の日"} {
		if name, ok := IsHoliday(day); !ok || name != want {
			t.Errorf("IsHoliday(%s) = %s", day, name)
		}
	}
	if len(holidays()) != 1329 {
		t.Errorf("%d holidays, want 1329", len(holidays()))
	}
	if name, _ := HolidayEnglish("2026-01-01"); name != "New Year's Day" {
		t.Error(name)
	}
	for day, want := range map[string]bool{"2026-12-28": true, "2026-12-29": false, "2027-01-03": false, "2027-01-04": true, "2026-11-22": false, "2026-11-23": false, "2026-11-24": true, "2026-02-30": false} {
		if BusinessDay(day) != want {
			t.Errorf("BusinessDay(%s) = %v", day, !want)
		}
	}
	if got := AddBusinessDays("2026-12-28", 1); got != "2027-01-04" {
		t.Error(got)
	}
	if got := AddBusinessDays("2027-01-04", -1); got != "2026-12-28" {
		t.Error(got)
	}
	if AddBusinessDays("2026-12-30", 0) != "2026-12-30" || NextBusinessDay("2026-12-30") != "2027-01-04" || NextBusinessDay("x") != "" {
		t.Error("no step")
	}
}

func TestBusinessDaysAddedAreBusinessDaysCounted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := AddDays("1970-01-01", rapid.IntRange(0, 29000).Draw(t, "days"))
		n := rapid.IntRange(0, 60).Draw(t, "n")
		later := AddBusinessDays(day, n)
		if got := BusinessDaysBetween(day, later); got != n {
			t.Fatalf("%s + %d business days = %s, counted %d", day, n, later, got)
		}
		if n > 0 && !BusinessDay(later) {
			t.Fatalf("%s is no business day", later)
		}
		if Days(day, AddDays(day, n)) != n || AddDays(AddDays(day, n), -n) != day {
			t.Fatal("days")
		}
	})
}

func TestYenIsReadInEveryWidthAndNothingElse(t *testing.T) {
	for typed, want := range map[string]int64{"0": 0, "８，４００，０００円": 8_400_000, "1,200,000": 1_200_000, "￥5000": 5000, "¥ 5,000 円": 5000, " 12　000 ": 12000, "999,999,999,999": MaxYen, "007": 7} {
		if got, ok := ParseYen(typed); !ok || got != want {
			t.Errorf("ParseYen(%q) = %d, %v", typed, got, ok)
		}
	}
	for _, typed := range []string{"", "円", "￥", "約30万", "30万円", "1.5", "5,000.00", "-5", "−5", "+5", "5円5", "５千", "1000000000000", "99999999999999999999999", "一万", "٣", "0x1", "1e5", "5,", ",5"} {
		if got, ok := ParseYen(typed); ok {
			t.Errorf("ParseYen(%q) = %d, want it refused", typed, got)
		}
	}
}

func TestIdentifiersFoldAndNamesStay(t *testing.T) {
	for typed, want := range map[string]string{"１２３ー４５６７": "123-4567", "〒100‐0001": "〒100-0001", "０３−５２１３": "03-5213", "ａ＠ｂ．ｊｐ　": "a@b.jp", "ﾊｰ": "ハ-", "0\u200b1": "01"} {
		if got := FoldID(typed); got != want {
			t.Errorf("FoldID(%q) = %q, want %q", typed, got, want)
		}
	}
	for _, name := range []string{"髙橋", "﨑", "𠮷田", "㈱山", "①", "㍻", "ﾊﾝｶｸ", "ー"} {
		if got := NFC(name); got != name {
			t.Errorf("NFC(%s) = %s", name, got)
		}
	}
	if NFC("か\u3099") != "が" {
		t.Error("NFC does not compose")
	}
}

func TestCheckDigitsOfRealCodes(t *testing.T) {
	for _, code := range []string{"010006", "130001", "141003", "261009", "172022", "011002", "012025", "221007"} {
		if !ValidCode(code) {
			t.Errorf("%s is a code", code)
		}
	}
	for _, code := range []string{"010007", "", "13000", "1300011", "13000x", "１３０００１"} {
		if ValidCode(code) {
			t.Errorf("%s is no code", code)
		}
	}
}

func TestKanaChangesScriptAndNothingElse(t *testing.T) {
	if got := Hiragana("ｶﾞｷﾞパーとー漢字A"); got != "がぎぱーとー漢字A" {
		t.Error(got)
	}
	if got := Katakana("がぎﾊﾟとｰ漢"); got != "ガギパトー漢" {
		t.Error(got)
	}
	if !KanaOnly("ﾔﾏﾀﾞ タロウ") || !KanaOnly("さとう　はなこ") || KanaOnly("山田") || KanaOnly("") || KanaOnly("ー") {
		t.Error("KanaOnly")
	}
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(rapid.RuneFrom([]rune("あがぱんっゃゔゖアヰー・漢A ゝ"))).Draw(t, "kana")
		if Hiragana(Katakana(s)) != Hiragana(s) || Katakana(Hiragana(s)) != Katakana(s) {
			t.Fatalf("%q does not come back", s)
		}
	})
}

func FuzzNothingTypedPanics(f *testing.F) {
	for _, s := range []string{"令和8年4月1日", "8,400円", "ｶﾞｯちー", "〇十十", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if day, ok := ParseDate(s); ok && !ValidDate(day) {
			t.Errorf("%q became %q", s, day)
		}
		if yen, ok := ParseYen(s); ok && (yen < 0 || yen > MaxYen) {
			t.Errorf("%q became %d", s, yen)
		}
		Hepburn(s)
		Hiragana(s)
		Katakana(s)
		KanaOnly(s)
		if ValidCode(s) && len(s) != 6 {
			t.Errorf("%q is no code", s)
		}
		Wareki(s)
		AddDays(s, 1)
	})
}
