package search

import "sync"

// Texts are held in memory as codes: one byte for kana, Latin letters, digits and the commonest marks, two for everything else; about 1.5
// bytes a character. Bytes below 0x80 stand alone, so a match that begins inside a pair is told by counting back to one of them.

// code is the number of a character, below mostCodes.
type code uint16

const (
	single    = 128                // codes of one byte
	mostCodes = single + 1<<14 - 1 // beyond it characters share the last code: they are found, and rarely one too many
	fieldEnd  = rune(0x1F)         // stands between title, other titles and body, and matches nothing
	endCode   = code(0)
)

// codes gives characters their numbers as they are met. They live in memory only.
type codes struct {
	mu   sync.RWMutex
	one  [1 << 16]code
	rare map[rune]code
	next int
}

func newCodes() *codes {
	c := &codes{rare: map[rune]code{}, next: 1}
	for r := 'ぁ'; r <= 'ん'; r++ {
		c.add(r)
	}
	for _, r := range "ー 、。・0123456789abcdefghijklmnopqrstuvwxyz" {
		c.add(r)
	}
	c.next = single
	return c
}

func (c *codes) add(r rune) code {
	n := code(c.next)
	if c.next < mostCodes {
		c.next++
	}
	if r < 1<<16 {
		c.one[r] = n
	} else {
		c.rare[r] = n
	}
	return n
}

// of is the code of a folded character; false when no document has it.
func (c *codes) of(r rune) (code, bool) {
	var n code
	if r < 1<<16 {
		n = c.one[r]
	} else {
		n = c.rare[r]
	}
	return n, n != 0
}

// list is the codes of a folded text; ok is false when a character is in no document.
func (c *codes) list(text []rune) (list []code, ok bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	for _, r := range text {
		n, known := c.of(r)
		if !known {
			return nil, false
		}
		list = append(list, n)
	}
	return list, len(list) > 0
}

// write appends one code's bytes.
func write(to []byte, n code) []byte {
	if n < single {
		return append(to, byte(n))
	}
	n -= single
	return append(to, 0x80|byte(n>>7), 0x80|byte(n&0x7f))
}

// written is the bytes of several codes.
func written(list []code) []byte {
	var b []byte
	for _, n := range list {
		b = write(b, n)
	}
	return b
}

// inside reports whether offset i of text lies inside a pair.
func inside(text []byte, i int) bool {
	j := i
	for j > 0 && text[j-1] >= 0x80 {
		j--
	}
	return (i-j)%2 == 1
}
