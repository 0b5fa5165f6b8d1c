package jp

// CheckDigit is the sixth digit of a local-government code (全国地方公共団体コード): weights 6,5,4,3,2 on the five digits, then
// (11 − sum mod 11) mod 10 (domain.md §5.2). It is 0 (not '0') when code5 is not five digits.
func CheckDigit(code5 string) byte {
	if len(code5) != 5 {
		return 0
	}
	sum := 0
	for i := 0; i < 5; i++ {
		if !digit(code5[i]) {
			return 0
		}
		sum += int(code5[i]-'0') * (6 - i)
	}
	return byte('0' + (11-sum%11)%10)
}

// ValidCode reports whether code6 is six digits of which the last is the right check digit.
func ValidCode(code6 string) bool {
	return len(code6) == 6 && CheckDigit(code6[:5]) == code6[5]
}
