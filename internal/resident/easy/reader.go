// Package easy is やさしい日本語: it reads a Japanese text for people who are learning the language. Ruby gives every kanji and
// every counted number its reading, right for words of disasters; Check names, by stable rule ids, what makes a text hard, so
// that whoever writes to residents can say it more plainly. The analyser (kagome with the IPA dictionary) takes about a second
// to load and is there as long as a Reader is; the words it gets wrong are data in content/japanese.
package easy

import (
	"bytes"
	"fmt"
	"io/fs"
	"strings"
	"unicode/utf8"

	"github.com/ikawaha/kagome-dict/dict"
	"github.com/ikawaha/kagome/v2/tokenizer"
	"go.yaml.in/yaml/v3"
	"golang.org/x/text/unicode/norm"

	"kakehashi/internal/jp/ipadic"
)

// Reader reads Japanese for one region; the region decides words that a prefecture says its own way (一時避難場所 in 東京).
// It may be used by several goroutines.
type Reader struct {
	analyser *tokenizer.Tokenizer
	alone    map[string]string
	verbs    map[string][2]string
	counters counters
	known    lists
}

// readings is content/japanese/readings.yaml.
type readings struct {
	Words   []string             `yaml:"words"`
	Alone   map[string]string    `yaml:"alone"`
	Verbs   map[string][2]string `yaml:"verbs"`
	Regions map[string][]string  `yaml:"regions"`
}

// NewReader reads content/japanese and makes the reader of a region; "" is the whole country. An unknown region is an error.
func NewReader(fsys fs.FS, region string) (*Reader, error) {
	var words readings
	r := &Reader{}
	if err := load(fsys, "readings", &words); err != nil {
		return nil, err
	}
	if err := load(fsys, "counters", &r.counters); err != nil {
		return nil, err
	}
	if err := r.known.read(fsys); err != nil {
		return nil, err
	}
	r.counters.compile()
	r.alone, r.verbs = words.Alone, words.Verbs
	local, ok := words.Regions[region]
	if region != "" && !ok {
		return nil, fmt.Errorf("easy: no readings for region %q", region)
	}
	own, err := userWords(words.Words, local)
	if err != nil {
		return nil, err
	}
	all, err := ipadic.Reading()
	if err != nil {
		return nil, fmt.Errorf("easy: %w", err)
	}
	r.analyser, err = tokenizer.New(all, tokenizer.UserDict(own), tokenizer.OmitBosEos())
	if err != nil {
		return nil, fmt.Errorf("easy: %w", err)
	}
	return r, nil
}

// Regions are the places with readings of their own.
func Regions(fsys fs.FS) ([]string, error) {
	var words readings
	if err := load(fsys, "readings", &words); err != nil {
		return nil, err
	}
	var names []string
	for name := range words.Regions {
		names = append(names, name)
	}
	return names, nil
}

func load(fsys fs.FS, name string, v any) error {
	b, err := fs.ReadFile(fsys, "japanese/"+name+".yaml")
	if err != nil {
		return fmt.Errorf("easy: %w", err)
	}
	d := yaml.NewDecoder(bytes.NewReader(b))
	d.KnownFields(true)
	if err := d.Decode(v); err != nil {
		return fmt.Errorf("easy: %s: %w", name, err)
	}
	return nil
}

// userWords makes the analyser's own dictionary; words of the region win.
func userWords(all, local []string) (*dict.UserDict, error) {
	byText := map[string]dict.UserDicRecord{}
	for _, line := range append(append([]string{}, all...), local...) {
		rec := dict.UserDicRecord{Pos: "名詞"}
		for _, piece := range strings.Fields(line) {
			text, reading, ok := strings.Cut(piece, "/")
			if !ok {
				reading = hiragana(text)
			}
			rec.Text += text
			rec.Tokens = append(rec.Tokens, text)
			rec.Yomi = append(rec.Yomi, reading)
		}
		byText[rec.Text] = rec
	}
	var records dict.UserDictRecords
	for _, rec := range byText {
		records = append(records, rec)
	}
	d, err := records.NewUserDict()
	if err != nil {
		return nil, fmt.Errorf("easy: readings: %w", err)
	}
	return d, nil
}

// word is one word of a text as the analyser sees it; from and to are byte offsets in the text.
type word struct {
	surface  string
	base     string
	pos      string // 名詞, 動詞 …
	sub      string // 自立, 接尾, サ変接続 …
	form     string // 活用形
	known    bool
	number   bool
	parts    int // words inside a compound of ours
	pieces   []Piece
	from, to int
}

// words cuts a text into words, numbers with their counters first.
func (r *Reader) words(text string) []word {
	var out []word
	folded, offsets := fold(text)
	last := 0
	for _, m := range r.counters.number.FindAllStringSubmatchIndex(folded, -1) {
		groups := make([]string, 6)
		for i := range groups {
			if m[2*i] >= 0 {
				groups[i] = folded[m[2*i]:m[2*i+1]]
			}
		}
		if strings.HasPrefix(folded[m[1]:], "間") && groups[3] == "" {
			continue
		}
		pieces, ok := r.counters.read(groups)
		if !ok {
			continue
		}
		from, to := offsets[m[0]], offsets[m[1]]
		out = append(out, r.analyse(text, last, from)...)
		out = append(out, word{surface: text[from:to], base: text[from:to], pos: "名詞", sub: "数", known: true, number: true, parts: 1,
			pieces: unfold(pieces, text[from:to]), from: from, to: to})
		last = to
	}
	return append(out, r.analyse(text, last, len(text))...)
}

// unfold writes the pieces of a number as the text wrote it (full width digits stay).
func unfold(pieces []Piece, text string) []Piece {
	rest := []rune(text)
	for i, p := range pieces {
		n := utf8.RuneCountInString(p.Text)
		pieces[i].Text, rest = string(rest[:n]), rest[n:]
	}
	return pieces
}

// fold writes full width digits half width; offsets maps every byte of the result to the text.
func fold(text string) (string, []int) {
	var b strings.Builder
	var offsets []int
	for i, r := range text {
		c := r
		if r >= '０' && r <= '９' {
			c = r - '０' + '0'
		}
		for range utf8.RuneLen(c) {
			offsets = append(offsets, i)
		}
		b.WriteRune(c)
	}
	return b.String(), append(offsets, len(text))
}

// analyse cuts a part of the text without numbers.
func (r *Reader) analyse(text string, from, to int) []word {
	var out []word
	if from >= to {
		return nil
	}
	for _, t := range r.analyser.Tokenize(text[from:to]) {
		w := word{surface: t.Surface, base: t.Surface, parts: 1, from: from + t.Position, to: from + t.Position + len(t.Surface)}
		if extra := t.UserExtra(); extra != nil {
			w.pos, w.known, w.parts = "名詞", true, len(extra.Tokens)
			for i, token := range extra.Tokens {
				w.pieces = append(w.pieces, ruby(token, extra.Readings[i])...)
			}
			out = append(out, w)
			continue
		}
		f := t.Features()
		w.pos, w.sub = f[0], f[1]
		w.known = t.Class == tokenizer.KNOWN
		reading := ""
		if len(f) > 7 {
			w.form, w.base, reading = f[5], f[6], hiragana(f[7])
		}
		if own := r.alone[w.surface]; own != "" && w.pos == "名詞" && w.sub != "接尾" && w.sub != "固有名詞" {
			reading = own
		}
		if own, ok := r.verbs[w.surface]; ok && w.pos == "動詞" {
			reading = own[0]
			if strings.HasSuffix(strings.TrimRight(text[:w.from], " 　"), "を") {
				reading = own[1]
			}
		}
		w.pieces = ruby(w.surface, reading)
		out = append(out, w)
	}
	return out
}

// NFC composes a text, the form every text of ours is kept in. Never NFKC: it changes names.
func NFC(s string) string { return norm.NFC.String(s) }
