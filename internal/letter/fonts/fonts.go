// Package fonts is the font pack of official papers: BIZ UDMincho and BIZ UDGothic with Noto faces for the letters they lack (𠮷,
// 한, 简, Greek …), all with TrueType outlines and under the SIL Open Font License (OFL-*.txt beside this file). Faces are
// unpacked on first use and shared; nothing here changes after that, so every function may be called from many goroutines.
// build.sh makes the packed files.
package fonts

import (
	"bytes"
	"compress/gzip"
	"embed"
	"fmt"
	"io"
	"sync"
)

//go:embed *.ttf.gz
var packed embed.FS

// Family is the faces that set one piece of text: the Japanese one, the one for letters as wide as they are, and the one for
// what both lack, which is large and unpacked only when such a letter comes.
type Family struct {
	japanese, western *Face
	more              func() *Face
}

// Mincho (明朝) sets letters; Gothic (ゴシック) sets labels, reasons of sums and tables.
var (
	Mincho = sync.OnceValue(func() Family { return family("mincho") })
	Gothic = sync.OnceValue(func() Family { return family("gothic") })
)

// Find returns the glyph of r, with the variant asked by the selector when the face has it (異体字, 0 for none). Letters written
// with spaces, and signs among them (among), come from the face that has them as wide as they are. It is false where no face has
// the letter.
func (f Family) Find(r, selector rune, among bool) (*Face, uint16, bool) {
	order := [3]*Face{f.japanese, f.western}
	if among || Western(r) {
		order = [3]*Face{f.western, f.japanese}
	}
	for i, face := range order {
		if i == 2 {
			face = f.more()
		}
		if g := face.Glyph(r, selector); g != 0 {
			return face, g, true
		}
	}
	return nil, 0, false
}

// Western: a Latin, Greek or Cyrillic letter, a digit or an ASCII sign.
func Western(r rune) bool {
	return r >= ' ' && r < 0x7F || r >= 0xC0 && r < 0x250 && r != '×' && r != '÷' || r >= 0x370 && r < 0x530 || r >= 0x1E00 && r < 0x2000
}

func family(name string) Family {
	return Family{open(name), open(name + "-latin"), sync.OnceValue(func() *Face { return open(name + "-cjk") })}
}

// open panics only when the binary was built with a broken pack; the tests open every face.
func open(name string) *Face {
	raw, err := packed.ReadFile(name + ".ttf.gz")
	if err != nil {
		panic(fmt.Errorf("font pack %s: %w", name, err))
	}
	z, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		panic(fmt.Errorf("font pack %s: %w", name, err))
	}
	data, err := io.ReadAll(z)
	if err != nil {
		panic(fmt.Errorf("font pack %s: %w", name, err))
	}
	face, err := Read(data)
	if err != nil {
		panic(fmt.Errorf("font pack %s: %w", name, err))
	}
	return face
}
