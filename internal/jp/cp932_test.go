package jp_test

import (
	"slices"
	"testing"

	"golang.org/x/text/encoding/japanese"

	"kakehashi/internal/jp"
)

func TestCodePage932LosesNothingInSilence(t *testing.T) {
	for _, x := range []struct {
		text, reads string
		lost        []rune
	}{
		{"plain, 1", "plain, 1", nil},
		{"髙﨑①㈱Ⅲ㍻ｱ", "髙﨑①㈱Ⅲ㍻ｱ", nil},
		{"4月〜5月 −3 ‖ — ¥ ¢", "4月～5月 －3 ∥ ― ￥ ￠", nil},
		{"𠮷野家", "〓野家", []rune{'𠮷'}},
		{"Café 서울 简", "Caf〓 〓〓 〓", []rune{'é', '서', '울', '简'}},
		{"葛\U000E0100", "葛〓", []rune{'\U000E0100'}},
	} {
		b, lost := jp.CP932(x.text)
		back, err := japanese.ShiftJIS.NewDecoder().Bytes(b)
		if err != nil || string(back) != x.reads || !slices.Equal(lost, x.lost) {
			t.Errorf("%q is written as %q, lost %q (%v)", x.text, back, string(lost), err)
		}
	}
}
