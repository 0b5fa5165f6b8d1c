// Package zengin writes and reads the file a bank takes for many transfers at once (全銀協 総合振込): records of 120 characters of
// JIS X 0201, a header with the payer, one record per payee, a trailer with count and sum, an end record. It knows nothing of grants.
package zengin

import (
	"strings"

	"kakehashi/internal/jp"
)

// small kana become large ones in a transfer, and the long-vowel mark a hyphen.
var small = strings.NewReplacer("ァ", "ア", "ィ", "イ", "ゥ", "ウ", "ェ", "エ", "ォ", "オ", "ッ", "ツ", "ャ", "ヤ", "ュ", "ユ", "ョ", "ヨ", "ヮ", "ワ", "ヵ", "カ", "ヶ", "ケ",
	"ー", "-", "−", "-", "‐", "-", "・", ".", "　", " ", "゛", "ﾞ", "゜", "ﾟ")

// half maps each full-width kana to the half-width ones that stand for it in JIS X 0201.
var half = func() map[rune]string {
	m := map[rune]string{}
	plain := "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン「」"
	narrow := []rune("ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝ｢｣")
	for i, r := range []rune(plain) {
		m[r] = string(narrow[i])
	}
	voiced := []rune("ガギグゲゴザジズゼゾダヂヅデドバビブベボヴ")
	for i, r := range []rune("カキクケコサシスセソタチツテトハヒフヘホウ") {
		m[voiced[i]] = m[r] + "ﾞ"
	}
	for i, r := range []rune("ハヒフヘホ") {
		m[[]rune("パピプペポ")[i]] = m[r] + "ﾟ"
	}
	return m
}()

// Kana is a name as a transfer carries it: half-width katakana, capital letters, digits and the few marks banks take. ok is false, and
// bad the first character that cannot stand in one.
func Kana(name string) (text string, bad string, ok bool) {
	var b strings.Builder
	for _, r := range small.Replace(jp.Katakana(strings.TrimSpace(name))) {
		switch {
		case half[r] != "":
			b.WriteString(half[r])
		case r >= 'ｦ' && r <= 'ﾟ' && r != 'ｰ' && !(r >= 'ｧ' && r <= 'ｯ'), r == '｢', r == '｣':
			b.WriteRune(r)
		case r >= 'Ａ' && r <= 'Ｚ', r >= '０' && r <= '９', r == '（', r == '）', r == '．', r == '／', r == '－', r == '，':
			b.WriteRune(r - 0xFEE0)
		case r >= 'a' && r <= 'z':
			b.WriteRune(r - 'a' + 'A')
		case r >= 'ａ' && r <= 'ｚ':
			b.WriteRune(r - 'ａ' + 'A')
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9', strings.ContainsRune(" ()-./,", r):
			b.WriteRune(r)
		default:
			return "", string(r), false
		}
	}
	return b.String(), "", true
}

// encode is a text in JIS X 0201, one byte a character.
func encode(text string) ([]byte, bool) {
	var out []byte
	for _, r := range text {
		switch {
		case r >= 0x20 && r < 0x7F:
			out = append(out, byte(r))
		case r >= '｡' && r <= 'ﾟ':
			out = append(out, byte(r-'｡'+0xA1))
		default:
			return nil, false
		}
	}
	return out, true
}

// decode turns JIS X 0201 back into text.
func decode(b []byte) string {
	var s strings.Builder
	for _, c := range b {
		switch {
		case c >= 0x20 && c < 0x7F:
			s.WriteByte(c)
		case c >= 0xA1 && c <= 0xDF:
			s.WriteRune('｡' + rune(c-0xA1))
		default:
			s.WriteRune('\uFFFD')
		}
	}
	return s.String()
}
