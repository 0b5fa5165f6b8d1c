package jp

import "strings"

// Hepburn writes kana in the romaji of the registry of addresses: long o and u without a mark (おおた Ota, きょうと Kyoto), m before
// b m p (にほんまつ Nihommatsu), tch for っち (くっちゃん Kutchan), the first letter capital. It is for names: particles and
// boundaries between words inside the kana are not known to it (まつうら is Matsura, as in the registry). What is not kana stays.
func Hepburn(kana string) string {
	runes := []rune(Hiragana(kana))
	var out strings.Builder
	doubled, lengthened := false, false // a vowel is lengthened once: とうおん is Toon
	for i := 0; i < len(runes); i++ {
		r := runes[i]
		if r == 'っ' {
			doubled = true
			continue
		}
		syllable, used := "", 1
		if i+1 < len(runes) {
			if s, ok := romaji[string(runes[i:i+2])]; ok {
				syllable, used = s, 2
			}
		}
		if used == 1 {
			s, ok := romaji[string(r)]
			switch {
			case r == 'ー':
				continue
			case !ok:
				s = string(r)
			}
			syllable = s
		}
		if used == 1 && !lengthened && long(out.String(), r) {
			lengthened = true
			continue
		}
		lengthened = false
		if doubled && syllable != "" {
			if strings.HasPrefix(syllable, "ch") {
				out.WriteByte('t')
			} else if c := syllable[0]; c < 0x80 && !strings.ContainsRune("aiueon", rune(c)) {
				out.WriteByte(c)
			}
			doubled = false
		}
		if c := syllable[0]; strings.HasSuffix(out.String(), "n") && i > 0 && runes[i-1] == 'ん' && strings.ContainsRune("bmp", rune(c)) {
			trimmed := strings.TrimSuffix(out.String(), "n")
			out.Reset()
			out.WriteString(trimmed + "m")
		}
		out.WriteString(syllable)
		i += used - 1
	}
	return capital(out.String())
}

// long reports whether the vowel kana r only lengthens the vowel written before it.
func long(written string, r rune) bool {
	return r == 'う' && (strings.HasSuffix(written, "o") || strings.HasSuffix(written, "u")) || r == 'お' && strings.HasSuffix(written, "o")
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

var romaji = func() map[string]string {
	table := map[string]string{"ん": "n", "を": "o", "ゐ": "i", "ゑ": "e", "ゔ": "vu", "ぁ": "a", "ぃ": "i", "ぅ": "u", "ぇ": "e", "ぉ": "o",
		"ゃ": "ya", "ゅ": "yu", "ょ": "yo", "ゎ": "wa", "ゕ": "ka", "ゖ": "ke",
		"しぇ": "she", "ちぇ": "che", "じぇ": "je", "てぃ": "ti", "でぃ": "di", "とぅ": "tu", "どぅ": "du", "うぃ": "wi", "うぇ": "we", "うぉ": "wo",
		"ふぁ": "fa", "ふぃ": "fi", "ふぇ": "fe", "ふぉ": "fo", "ゔぁ": "va", "ゔぃ": "vi", "ゔぇ": "ve", "ゔぉ": "vo", "つぁ": "tsa", "でゅ": "dyu"}
	rows := map[string]string{"あいうえお": "a i u e o", "かきくけこ": "ka ki ku ke ko", "がぎぐげご": "ga gi gu ge go", "さしすせそ": "sa shi su se so",
		"ざじずぜぞ": "za ji zu ze zo", "たちつてと": "ta chi tsu te to", "だぢづでど": "da ji zu de do", "なにぬねの": "na ni nu ne no",
		"はひふへほ": "ha hi fu he ho", "ばびぶべぼ": "ba bi bu be bo", "ぱぴぷぺぽ": "pa pi pu pe po", "まみむめも": "ma mi mu me mo",
		"やゆよ": "ya yu yo", "らりるれろ": "ra ri ru re ro", "わ": "wa"}
	for kana, sounds := range rows {
		for i, sound := range strings.Fields(sounds) {
			table[string([]rune(kana)[i])] = sound
		}
	}
	for kana, head := range map[string]string{"き": "ky", "ぎ": "gy", "し": "sh", "じ": "j", "ち": "ch", "ぢ": "j", "に": "ny", "ひ": "hy", "び": "by", "ぴ": "py", "み": "my", "り": "ry"} {
		table[kana+"ゃ"], table[kana+"ゅ"], table[kana+"ょ"] = head+"a", head+"u", head+"o"
	}
	return table
}()
