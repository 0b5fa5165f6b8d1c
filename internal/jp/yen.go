package jp

import "strings"

// MaxYen is the largest amount the service takes: 999,999,999,999 yen (domain.md M-C-05).
const MaxYen = 999_999_999_999

// ParseYen reads an amount of whole yen as typed: digits of either width, with commas, blanks, a ￥ before or 円 behind. Anything
// else (約30万, 1.5, −5) and amounts above MaxYen are refused.
func ParseYen(s string) (yen int64, ok bool) {
	t := FoldID(s)
	t = strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(t, "¥"), "\\"))
	t = strings.TrimSpace(strings.TrimSuffix(t, "円"))
	if t == "" || !digit(t[0]) || !digit(t[len(t)-1]) {
		return 0, false
	}
	for i := 0; i < len(t); i++ {
		switch {
		case digit(t[i]):
			if yen = yen*10 + int64(t[i]-'0'); yen > MaxYen {
				return 0, false
			}
		case t[i] != ',' && t[i] != ' ':
			return 0, false
		}
	}
	return yen, true
}

func digit(b byte) bool { return b >= '0' && b <= '9' }
