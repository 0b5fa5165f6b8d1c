package jp

import (
	"golang.org/x/text/encoding/japanese"
)

// CP932 writes a text in code page 932 (the Shift_JIS of Windows), as older Japanese spreadsheets read it. Signs that only have another
// code there are written with it (〜 as ～, − as －, ‖ as ∥, — as ―, ¥ as ￥, ¢ as ￠, £ as ￡, ¬ as ￢). What cannot be written stands in lost,
// in its order, and 〓 in its place: nothing is dropped in silence.
func CP932(s string) (written []byte, lost []rune) {
	ascii := true
	for i := range len(s) {
		if s[i] >= 0x80 {
			ascii = false
			break
		}
	}
	if ascii {
		return []byte(s), nil
	}
	enc := japanese.ShiftJIS.NewEncoder()
	written = make([]byte, 0, len(s))
	for _, r := range s {
		if r < 0x80 {
			written = append(written, byte(r))
			continue
		}
		if other, ok := cp932Fold[r]; ok {
			r = other
		}
		b, err := enc.Bytes([]byte(string(r)))
		if err != nil || r == '\u0080' || r == '\uFFFD' {
			lost = append(lost, r)
			written = append(written, geta...)
			continue
		}
		written = append(written, b...)
	}
	return written, lost
}

// Geta is the sign that stands for one that cannot be written (げた記号).
const Geta = '〓'

// geta is Geta in code page 932.
var geta = []byte{0x81, 0xac}

var cp932Fold = map[rune]rune{'〜': '～', '−': '－', '‖': '∥', '—': '―', '¥': '￥', '¢': '￠', '£': '￡', '¬': '￢', '\u00a0': ' '}
