package fonts

import (
	"encoding/binary"
	"errors"
	"fmt"
	"unicode/utf16"
)

// Face is one TrueType font, read once and never changed. Lengths it returns are in thousandths of an em.
type Face struct {
	Name    string // PostScript name
	Ascent  int
	Descent int // below the line, negative
	Box     [4]int

	units    int
	table    map[string][]byte
	offsets  []uint32 // of glyph outlines, one more than glyphs
	advances []uint16
	bearings []int16
	glyphs   map[rune]uint16
	variants map[[2]rune]uint16 // letter and selector; 0 means the usual glyph
}

var errShort = errors.New("font data ends too early")

// Read reads a TrueType font with outlines in a glyf table.
func Read(data []byte) (face *Face, err error) {
	defer func() { // every slice below is bounds-checked by the language; a broken file ends here
		if recover() != nil {
			face, err = nil, errShort
		}
	}()
	f := &Face{table: map[string][]byte{}, glyphs: map[rune]uint16{}, variants: map[[2]rune]uint16{}}
	for i := range int(u16(data[4:])) {
		e := data[12+16*i:]
		f.table[string(e[:4])] = data[u32(e[8:]) : u32(e[8:])+u32(e[12:])]
	}
	head, hhea := f.table["head"], f.table["hhea"]
	f.units = int(u16(head[18:]))
	f.Ascent, f.Descent = f.scale(i16(hhea[4:])), f.scale(i16(hhea[6:]))
	for i := range f.Box {
		f.Box[i] = f.scale(i16(head[36+2*i:]))
	}
	f.readOutlines(int(u16(f.table["maxp"][4:])), u16(head[50:]) != 0)
	f.readAdvances(int(u16(hhea[34:])))
	f.readName()
	if err := f.readLetters(); err != nil {
		return nil, err
	}
	return f, nil
}

// Glyph returns the glyph of r, 0 where the face lacks it.
func (f *Face) Glyph(r, selector rune) uint16 {
	if selector != 0 {
		if g := f.variants[[2]rune{r, selector}]; g != 0 {
			return g
		}
	}
	return f.glyphs[r]
}

// Advance is the width of a glyph.
func (f *Face) Advance(g uint16) float64 {
	return float64(f.advances[g]) * 1000 / float64(f.units)
}

func (f *Face) scale(n int16) int { return int(n) * 1000 / f.units }

func (f *Face) readOutlines(n int, wide bool) {
	loca := f.table["loca"]
	f.offsets = make([]uint32, n+1)
	for i := range f.offsets {
		if wide {
			f.offsets[i] = u32(loca[4*i:])
		} else {
			f.offsets[i] = 2 * uint32(u16(loca[2*i:]))
		}
	}
}

func (f *Face) readAdvances(full int) {
	hmtx, n := f.table["hmtx"], len(f.offsets)-1
	f.advances, f.bearings = make([]uint16, n), make([]int16, n)
	for i := range n {
		if i < full {
			f.advances[i], f.bearings[i] = u16(hmtx[4*i:]), i16(hmtx[4*i+2:])
		} else {
			f.advances[i], f.bearings[i] = f.advances[full-1], i16(hmtx[4*full+2*(i-full):])
		}
	}
}

func (f *Face) readName() {
	name := f.table["name"]
	text := name[u16(name[4:]):]
	for i := range int(u16(name[2:])) {
		e := name[6+12*i:]
		if u16(e) != 3 || u16(e[6:]) != 6 {
			continue
		}
		raw := text[u16(e[10:]) : u16(e[10:])+u16(e[8:])]
		wide := make([]uint16, len(raw)/2)
		for j := range wide {
			wide[j] = u16(raw[2*j:])
		}
		f.Name = string(utf16.Decode(wide))
	}
}

// readLetters reads the character maps: format 4 for the first 65,536 letters, 12 for all, 14 for variants.
func (f *Face) readLetters() error {
	cmap := f.table["cmap"]
	found := false
	for i := range int(u16(cmap[2:])) {
		sub := cmap[u32(cmap[4+8*i+4:]):]
		switch u16(sub) {
		case 4:
			f.readSegments(sub)
			found = true
		case 12:
			f.readGroups(sub)
			found = true
		case 14:
			f.readVariants(sub)
		}
	}
	if !found {
		return fmt.Errorf("font %s: no character map of a known format", f.Name)
	}
	return nil
}

func (f *Face) readSegments(sub []byte) {
	n := int(u16(sub[6:])) / 2
	ends, starts, deltas, ranges := sub[14:], sub[16+2*n:], sub[16+4*n:], sub[16+6*n:]
	for i := range n {
		start, end, delta, at := u16(starts[2*i:]), u16(ends[2*i:]), u16(deltas[2*i:]), int(u16(ranges[2*i:]))
		for c := int(start); c <= int(end) && c != 0xFFFF; c++ {
			g := uint16(c) + delta
			if at != 0 {
				if g = u16(ranges[2*i+at+2*(c-int(start)):]); g != 0 {
					g += delta
				}
			}
			if g != 0 {
				f.glyphs[rune(c)] = g
			}
		}
	}
}

func (f *Face) readGroups(sub []byte) {
	for i := range int(u32(sub[12:])) {
		e := sub[16+12*i:]
		for c, g := u32(e), u32(e[8:]); c <= u32(e[4:]); c, g = c+1, g+1 {
			f.glyphs[rune(c)] = uint16(g)
		}
	}
}

func (f *Face) readVariants(sub []byte) {
	for i := range int(u32(sub[6:])) {
		e := sub[10+11*i:]
		selector := rune(e[0])<<16 | rune(u16(e[1:]))
		if at := u32(e[7:]); at != 0 {
			own := sub[at:]
			for j := range int(u32(own)) {
				m := own[4+5*j:]
				f.variants[[2]rune{rune(m[0])<<16 | rune(u16(m[1:])), selector}] = u16(m[3:])
			}
		}
	}
}

func u16(b []byte) uint16 { return binary.BigEndian.Uint16(b) }
func u32(b []byte) uint32 { return binary.BigEndian.Uint32(b) }
func i16(b []byte) int16  { return int16(u16(b)) }
