package fonts

import (
	"bytes"
	"testing"
)

func TestBothFamiliesHaveTheLettersOfNames(t *testing.T) {
	for name, family := range map[string]Family{"mincho": Mincho(), "gothic": Gothic()} {
		for _, r := range "髙﨑𠮷葛侮海éőŁаΩ한각简体龍龘〓①㈱㋿ 　（）「」、。ー～〜−―…×＝0aZ" {
			face, g, ok := family.Find(r, 0, false)
			if !ok || face.Advance(g) <= 0 {
				t.Errorf("%s lacks %c", name, r)
			}
		}
		if _, _, ok := family.Find('😀', 0, false); ok {
			t.Errorf("%s claims to have an emoji", name)
		}
	}
}

func TestAVariantAskedForIsAnotherShape(t *testing.T) {
	face, usual, _ := Mincho().Find('葛', 0, false)
	_, asked, ok := Mincho().Find('葛', 0xE0100, false)
	if !ok || asked == usual || bytes.Equal(face.outline(asked), face.outline(usual)) {
		t.Error("葛 of 葛飾 and 葛󠄀 of 葛󠄀城 are the same glyph")
	}
	if _, g, _ := Mincho().Find('あ', 0xE0101, false); g != mustFind('あ') {
		t.Error("a variant the face does not know is not the usual shape")
	}
}

func mustFind(r rune) uint16 {
	_, g, _ := Mincho().Find(r, 0, false)
	return g
}

func TestASubsetKeepsOutlinesAndParts(t *testing.T) {
	face := open("mincho-latin")
	g := face.Glyph('é', 0)
	if i16(face.outline(g)) >= 0 {
		t.Skip("é of this pack is not composed of parts")
	}
	data, number := face.Subset([]uint16{g, face.Glyph('A', 0)})
	if len(number) != 5 { // .notdef, é, A, e and the accent
		t.Errorf("%d glyphs in the subset", len(number))
	}
	if len(data) > len(face.table["glyf"])/10 {
		t.Errorf("the subset is %d bytes long", len(data))
	}
	if checksum(data) != 0xB1B0AFBA {
		t.Errorf("the checksum of the whole is %X", checksum(data))
	}
}

func FuzzABrokenFontIsRefused(f *testing.F) {
	data, _ := open("mincho-latin").Subset([]uint16{5})
	f.Add(data)
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		if face, err := Read(data); err == nil {
			face.Glyph('a', 0)
		}
	})
}
