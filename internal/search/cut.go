package search

import (
	"sync"

	"github.com/ikawaha/kagome/v2/tokenizer"

	"kakehashi/internal/jp/ipadic"
)

// A cutter marks where words begin. Between kinds of characters it needs no dictionary; inside a run of one kind it asks the morphological
// dictionary, once per different run: the same runs come again and again. The dictionary is some 30 MB and half a second to load; the
// cutter is dropped when a batch of documents is done.
type cutter struct {
	mu    sync.RWMutex
	known map[string]uint64 // run to a bit per character that begins a word
	t     *tokenizer.Tokenizer
	load  sync.Once
	err   error
}

// longestRun is the most characters given to the dictionary at once.
const longestRun = 60

// mostKnown bounds the memory of runs seen, some 100 bytes each.
const mostKnown = 200_000

func newCutter() *cutter { return &cutter{known: map[string]uint64{}} }

// cut reports for every glyph whether a word begins there; one more at the end.
func (c *cutter) cut(text []glyph) ([]bool, error) {
	at := make([]bool, len(text)+1)
	for i := 0; i < len(text); {
		j := i + 1
		for j < len(text) && text[j].class == text[i].class && j-i < longestRun {
			j++
		}
		at[i] = true
		if k := text[i].class; j-i >= shortest(k) {
			if err := c.run(text[i:j], at[i:j+1]); err != nil {
				return nil, err
			}
		}
		i = j
	}
	at[len(text)] = true
	softEnds(text, at)
	return at, nil
}

// shortest is the shortest run of a kind that may hold two words.
func shortest(c class) int {
	switch c {
	case kanji, hiragana:
		return 3
	case katakana:
		return 5
	}
	return longestRun + 1
}

// softEnds lets a word end before a last ー too, so that コンピュータ is a whole word in コンピューター.
func softEnds(text []glyph, at []bool) {
	for i := 3; i < len(text); i++ {
		if text[i].r == 'ー' && at[i+1] && text[i-1].class == katakana && text[i-2].class == katakana && text[i-3].class == katakana && !at[i-1] && !at[i-2] {
			at[i] = true
		}
	}
}

// open loads the dictionary.
func (c *cutter) open() {
	d, err := ipadic.Cutting()
	if err == nil {
		c.t, err = tokenizer.New(d, tokenizer.OmitBosEos())
	}
	c.err = err
}

func (c *cutter) run(run []glyph, at []bool) error {
	runes := make([]rune, len(run))
	for i, g := range run {
		runes[i] = g.seen
	}
	key := string(runes)
	c.mu.RLock()
	bits, ok := c.known[key]
	c.mu.RUnlock()
	if !ok {
		c.load.Do(c.open)
		if c.err != nil {
			return c.err
		}
		for _, t := range c.t.Analyze(key, tokenizer.Normal) {
			if t.Start < 64 {
				bits |= 1 << t.Start
			}
		}
		c.mu.Lock()
		if len(c.known) >= mostKnown {
			clear(c.known)
		}
		c.known[key] = bits
		c.mu.Unlock()
	}
	for i := 1; i < len(run); i++ {
		at[i] = bits&(1<<i) != 0
	}
	return nil
}
