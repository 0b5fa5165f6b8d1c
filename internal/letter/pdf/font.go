package pdf

import (
	"crypto/sha256"
	"fmt"
	"math"
	"strings"

	"kakehashi/internal/letter/fonts"
)

// font is a face as this file uses it. A used glyph is known by what it looks like and what it says.
type font struct {
	face   *fonts.Face
	number int
	order  []used
	cids   map[used]int
}

type used struct {
	glyph uint16
	text  string
}

func (f *File) font(face *fonts.Face) *font {
	for _, known := range f.fonts {
		if known.face == face {
			return known
		}
	}
	made := &font{face: face, number: len(f.fonts) + 1, cids: map[used]int{}}
	f.fonts = append(f.fonts, made)
	return made
}

// use returns the number of a glyph in this file and its width in thousandths. Past 65,535 different letters (no real paper has
// them) the missing-letter box is drawn.
func (t *font) use(g Glyph) (cid, width int) {
	u := used{g.ID, g.Text}
	cid, ok := t.cids[u]
	if !ok && len(t.order) < math.MaxUint16 {
		t.order = append(t.order, u)
		cid = len(t.order) // 0 is .notdef
		t.cids[u] = cid
	}
	return cid, t.width(g.ID)
}

func (t *font) width(g uint16) int { return int(math.Round(t.face.Advance(g))) }

func (f *File) writeFonts(resources ref) {
	var names strings.Builder
	for _, t := range f.fonts {
		fmt.Fprintf(&names, " /F%d %v", t.number, f.writeFont(t))
	}
	f.write(resources, "<</Font <<"+names.String()+">>>>")
}

// writeFont writes a Type 0 font over CIDFontType2 with Identity-H codes (ISO 32000-1, 9.7).
func (f *File) writeFont(t *font) ref {
	want := make([]uint16, len(t.order))
	for i, u := range t.order {
		want[i] = u.glyph
	}
	data, number := t.face.Subset(want)
	name := subsetTag(data) + "+" + t.face.Name
	file, table, unicode := f.reserve(), f.reserve(), f.reserve()
	f.stream(file, fmt.Sprintf("/Length1 %d", len(data)), data, true)

	toGlyph := make([]byte, 2, 2+2*len(want)) // CID 0 is glyph 0
	widths := make([]string, len(want))
	for i, g := range want {
		n := number[g]
		toGlyph = append(toGlyph, byte(n>>8), byte(n))
		widths[i] = fmt.Sprint(t.width(g))
	}
	f.stream(table, "", toGlyph, true)
	f.stream(unicode, "", t.toUnicode(), true)
	box := t.face.Box
	descriptor := f.object(fmt.Sprintf("<</Type /FontDescriptor /FontName /%s /Flags 4 /FontBBox [%d %d %d %d] /ItalicAngle 0"+
		" /Ascent %d /Descent %d /CapHeight 765 /StemV 80 /FontFile2 %v>>",
		name, box[0], box[1], box[2], box[3], t.face.Ascent, t.face.Descent, file))
	cid := f.object(fmt.Sprintf("<</Type /Font /Subtype /CIDFontType2 /BaseFont /%s /CIDSystemInfo <</Registry (Adobe) /Ordering (Identity)"+
		" /Supplement 0>> /FontDescriptor %v /DW 1000 /W [1 [%s]] /CIDToGIDMap %v>>", name, descriptor, strings.Join(widths, " "), table))
	return f.object(fmt.Sprintf("<</Type /Font /Subtype /Type0 /BaseFont /%s /Encoding /Identity-H /DescendantFonts [%v] /ToUnicode %v>>",
		name, cid, unicode))
}

// toUnicode is the map from numbers to what they say, in UTF-16 with surrogate pairs.
func (t *font) toUnicode() []byte {
	var b strings.Builder
	b.WriteString("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n" +
		"/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n" +
		"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n")
	const most = 100 // entries of one block (Adobe technical note 5014)
	for from := 0; from < len(t.order); from += most {
		part := t.order[from:min(from+most, len(t.order))]
		fmt.Fprintf(&b, "%d beginbfchar\n", len(part))
		for i, u := range part {
			fmt.Fprintf(&b, "<%04X> <%s>\n", from+i+1, hex16(u.text))
		}
		b.WriteString("endbfchar\n")
	}
	b.WriteString("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n")
	return []byte(b.String())
}

// subsetTag names a subset with six capitals (ISO 32000-1, 9.6.4).
func subsetTag(data []byte) string {
	sum := sha256.Sum256(data)
	tag := make([]byte, 6)
	for i := range tag {
		tag[i] = 'A' + sum[i]%26
	}
	return string(tag)
}
