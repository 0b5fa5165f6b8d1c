package lang

import (
	"strings"

	"kakehashi/internal/jp"
)

// eraYear returns the year of the Japanese era of a day, "令和8年"; "" before the eras jp knows.
func eraYear(iso string) string {
	w := jp.Wareki(iso)
	i := strings.Index(w, "年")
	if i < 0 {
		return ""
	}
	year := w[:i+len("年")]
	if year[0] >= '0' && year[0] <= '9' {
		return ""
	}
	return year
}

var eraNames = map[string]string{"令和": "Reiwa", "平成": "Heisei", "昭和": "Showa", "大正": "Taisho", "明治": "Meiji"}

// romanEra writes "令和8年" as "Reiwa 8".
func romanEra(year string) string {
	for kanji, roman := range eraNames {
		if n, ok := strings.CutPrefix(year, kanji); ok {
			return roman + " " + strings.Replace(strings.TrimSuffix(n, "年"), "元", "1", 1)
		}
	}
	return year
}
