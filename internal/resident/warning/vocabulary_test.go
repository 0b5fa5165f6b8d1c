package warning_test

import (
	"testing"

	"kakehashi/content"
	"kakehashi/internal/resident/warning"
)

func read(t *testing.T) *warning.Vocabulary {
	t.Helper()
	v, err := warning.Read(content.FS)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestEveryTermHasItsMeaningOnItsDay(t *testing.T) {
	v := read(t)
	const old, now = "2026-05-27", "2026-05-28"
	for _, c := range []struct {
		term, day string
		level     int
		kind      string
		notice    string
		today     string
	}{
		{"土砂災害警戒情報", old, 4, "equivalent", "", ""},
		{"土砂災害警戒情報", now, 4, "equivalent", "OLD_TERM", "レベル4土砂災害危険警報"},
		{"レベル4土砂災害危険警報", now, 4, "equivalent", "", ""},
		{"レベル４土砂災害危険警報", now, 4, "equivalent", "", ""},
		{"土砂災害危険警報", now, 4, "equivalent", "SHORT_TERM", "レベル4土砂災害危険警報"},
		{"レベル4土砂災害危険警報", old, 4, "equivalent", "FUTURE_TERM", ""},
		{"避難指示", now, 4, "order", "", ""},
		{"高齢者等避難", now, 3, "order", "", ""},
		{"緊急安全確保", now, 5, "order", "", ""},
		{"避難勧告", now, 4, "order", "OLD_TERM", "避難指示"},
		{"避難勧告", "2021-05-19", 4, "order", "", ""},
		{"避難準備・高齢者等避難開始", now, 3, "order", "OLD_TERM", "高齢者等避難"},
		{"洪水警報", now, 3, "equivalent", "OLD_TERM", "レベル3氾濫警報"},
		{"氾濫発生情報", now, 5, "equivalent", "OLD_TERM", "レベル5氾濫特別警報"},
		{"高潮特別警報", old, 4, "equivalent", "", ""},
		{"高潮特別警報", now, 5, "equivalent", "LEVEL_CHANGED", ""},
		{"高潮警報", now, 4, "equivalent", "LEVEL_CHANGED", ""},
		{"レベル3高潮警報", now, 3, "equivalent", "", ""},
		{"早期注意情報", now, 1, "advance", "", ""},
		{"暴風特別警報", now, 0, "warning", "", ""},
		{"大津波警報", now, 0, "warning", "OTHER_SCALE", ""},
		{"噴火警戒レベル3", now, 3, "phase", "OTHER_SCALE", ""},
		{"気象防災速報", now, 0, "bulletin", "", ""},
		{"竜巻注意情報", now, 0, "bulletin", "OLD_TERM", "気象防災速報"},
		{"避難命令", now, 0, "unknown", "UNKNOWN_TERM", ""},
	} {
		m := v.Meaning(c.term, c.day)
		level := 0
		if m.Level != nil {
			level = *m.Level
		}
		if level != c.level || m.Kind != c.kind || m.Order != (c.kind == "order") {
			t.Errorf("%s on %s: %+v, level %d", c.term, c.day, m, level)
		}
		found := c.notice == "" && len(m.Notices) == 0
		for _, n := range m.Notices {
			found = found || n.Code == c.notice && (c.today == "" || n.Now == c.today)
		}
		if !found {
			t.Errorf("%s on %s: notices %+v, want %q %s", c.term, c.day, m.Notices, c.notice, c.today)
		}
	}
}

func TestAVolcanosLevelIsNeverThePlacesLevel(t *testing.T) {
	v := read(t)
	s, err := v.Active([]warning.Item{{"噴火警戒レベル5", "発表"}, {"レベル2大雨注意報", "継続"}}, "2026-11-23")
	if err != nil || s.Level == nil || *s.Level != 2 || len(s.Other) != 1 {
		t.Errorf("got %+v, %v", s, err)
	}
}

func TestTheLevelIsTheHighestStillStanding(t *testing.T) {
	v := read(t)
	for name, c := range map[string]struct {
		items []warning.Item
		level int
		order string
	}{
		"an ended item does not count":            {[]warning.Item{{"レベル4氾濫危険警報", "解除"}, {"レベル3大雨警報", "継続"}}, 3, ""},
		"the last word about an item counts":      {[]warning.Item{{"レベル4氾濫危険警報", "発表"}, {"レベル4氾濫危険警報", "解除"}}, 0, ""},
		"ended, then given again":                 {[]warning.Item{{"レベル4氾濫危険警報", "解除"}, {"レベル4氾濫危険警報", "発表"}}, 4, ""},
		"a lowered warning is an advisory":        {[]warning.Item{{"レベル3大雨警報", "警報から注意報"}}, 2, ""},
		"a corresponding level is no order":       {[]warning.Item{{"レベル5大雨特別警報", "発表"}}, 5, ""},
		"the city's word stands apart":            {[]warning.Item{{"レベル4土砂災害危険警報", "発表"}, {"高齢者等避難", "発表"}}, 4, "高齢者等避難"},
		"without a level nothing is made up":      {[]warning.Item{{"暴風警報", "発表"}, {"大雪警報", "発表"}}, 0, ""},
		"a tsunami has no level but is never low": {[]warning.Item{{"大津波警報", "発表"}}, 0, ""},
	} {
		s, err := v.Active(c.items, "2026-11-23")
		if err != nil {
			t.Fatal(err)
		}
		level, order := 0, ""
		if s.Level != nil {
			level = *s.Level
		}
		if s.Order != nil {
			order = s.Order.Term
		}
		if level != c.level || order != c.order {
			t.Errorf("%s: got %+v", name, s)
		}
	}
	if s, _ := v.Active([]warning.Item{{"大津波警報", "発表"}}, "2026-11-23"); len(s.Now) != 1 {
		t.Errorf("a great tsunami warning asks to act now: %+v", s)
	}
	if _, err := v.Active([]warning.Item{{"避難指示", "中止"}}, "2026-11-23"); err == nil {
		t.Error("an unknown status was taken")
	}
}

func TestOldNamesAreFoundInTextAndNewOnesAreNot(t *testing.T) {
	v := read(t)
	for text, want := range map[string]string{
		"午後3時に避難勧告が出ました。":     "避難勧告",
		"レベル3高潮警報が出ました。":      "",
		"レベル３高潮警報が出ました。":      "",
		"高潮警報が出ました。":          "高潮警報",
		"避難準備・高齢者等避難開始が出ました":  "避難準備・高齢者等避難開始",
		"避難指示が出ました。高齢者等避難です。": "",
		"洪水警報と土砂災害警戒情報が出ました。": "洪水警報,土砂災害警戒情報",
	} {
		got := ""
		for _, f := range v.Old(text, "2026-11-23") {
			if got != "" {
				got += ","
			}
			got += text[f.From:f.To]
		}
		if got != want {
			t.Errorf("%s: found %q, want %q", text, got, want)
		}
	}
}
