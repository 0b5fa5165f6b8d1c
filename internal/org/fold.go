package org

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"

	"kakehashi/internal/jp"
)

// Fold writes a name the way the register compares names: narrow letters and wide kana, lower case, hiragana, no long-vowel
// mark, blank, hyphen or variation selector, the newer form of a character (髙 高, 𠮷 吉), and one spelling of long vowels in
// romaji (ō, ou, oo, oh → o). It is for finding only: what people wrote is kept as they wrote it.
func Fold(s string) string {
	s = norm.NFC.String(width.Fold.String(s))
	s = strings.ToLower(jp.Hiragana(s))
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == 'ー' || r == '・' || unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) || r == '\'' || r == '’' || r == '.' || r == '−':
		case unicode.Is(unicode.Variation_Selector, r):
		case r >= 0xC0 && r < 0x250:
			b.WriteRune([]rune(norm.NFD.String(string(r)))[0])
		default:
			if newer, ok := newerForms[r]; ok {
				r = newer
			}
			b.WriteRune(r)
		}
	}
	return foldRomaji(b.String())
}

// foldRomaji shortens long vowels and writes n for the m of Hepburn before b, m, p.
func foldRomaji(s string) string {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		c, next := s[i], byte(0)
		if i+1 < len(s) {
			next = s[i+1]
		}
		last := byte(0)
		if len(out) > 0 {
			last = out[len(out)-1]
		}
		switch {
		case (c == 'o' || c == 'u') && last == c:
		case c == 'u' && last == 'o':
		case c == 'h' && last == 'o' && !strings.ContainsRune("aiueoy", rune(next)):
		case c == 'm' && (next == 'b' || next == 'm' || next == 'p'):
			out = append(out, 'n')
		default:
			out = append(out, c)
		}
	}
	return string(out)
}

// newerForms pairs older and variant characters of names with the common ones.
var newerForms = func() map[rune]rune {
	m := map[rune]rune{}
	for _, pair := range strings.Fields("髙高 﨑崎 嵜崎 𠮷吉 檮梼 澤沢 濱浜 邊辺 邉辺 齋斎 齊斉 廣広 國国 縣県 會会 櫻桜 嶋島 嶌島 嶽岳 龍竜 瀧滝 " +
		"德徳 惠恵 圓円 榮栄 與与 條条 壽寿 藏蔵 冨富 黑黒 曾曽 眞真 靜静 驛駅 舘館 籠篭 學学 體体 團団 區区 號号 總総 關関 寶宝 淺浅 萬万 豐豊 " +
		"傳伝 實実 繩縄 假仮 應応 讃讚 頴穎 諫諌 蘆芦 鰺鯵 逹達 ゖけ ゕか") {
		r := []rune(pair)
		m[r[0]] = r[1]
	}
	return m
}()

// longestTerm is the longest word Search looks for, in bytes; no name of a body is longer.
const longestTerm = 600

// terms splits what a person typed into folded words.
func terms(text string) []string {
	var list []string
	text = strings.ReplaceAll(strings.ToValidUTF8(text, ""), "\x00", "")
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || r == ',' || r == '、' || r == '，' }) {
		if f := strings.ReplaceAll(Fold(word), "|", ""); f != "" && len(list) < 8 {
			if len(f) > longestTerm {
				return nil
			}
			list = append(list, f)
		}
	}
	return list
}
