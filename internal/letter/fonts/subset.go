package fonts

import "encoding/binary"

// Parts of a composite glyph (OpenType glyf table).
const (
	wordArguments = 1 << 0
	oneScale      = 1 << 3
	moreParts     = 1 << 5
	twoScales     = 1 << 6
	fourScales    = 1 << 7
)

// Subset returns a font with only the glyphs asked (and the parts they are made of) and the new number of each glyph.
func (f *Face) Subset(want []uint16) (data []byte, number map[uint16]uint16) {
	number = map[uint16]uint16{0: 0}
	order := []uint16{0}
	add := func(g uint16) uint16 {
		n, ok := number[g]
		if !ok {
			n = uint16(len(order))
			number[g] = n
			order = append(order, g)
		}
		return n
	}
	for _, g := range want {
		add(g)
	}
	var glyf, loca, hmtx []byte
	for i := 0; i < len(order); i++ { // grows while parts are found
		g := order[i]
		loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
		glyf = append(glyf, renumbered(f.outline(g), add)...)
		for len(glyf)%4 != 0 {
			glyf = append(glyf, 0)
		}
		hmtx = binary.BigEndian.AppendUint16(hmtx, f.advances[g])
		hmtx = binary.BigEndian.AppendUint16(hmtx, uint16(f.bearings[g]))
	}
	loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))

	head := append([]byte(nil), f.table["head"]...)
	binary.BigEndian.PutUint32(head[8:], 0)
	binary.BigEndian.PutUint16(head[50:], 1) // wide loca
	hhea := append([]byte(nil), f.table["hhea"]...)
	binary.BigEndian.PutUint16(hhea[34:], uint16(len(order)))
	maxp := append([]byte(nil), f.table["maxp"]...)
	binary.BigEndian.PutUint16(maxp[4:], uint16(len(order)))
	return assemble([]namedTable{{"glyf", glyf}, {"head", head}, {"hhea", hhea}, {"hmtx", hmtx}, {"loca", loca}, {"maxp", maxp}}), number
}

func (f *Face) outline(g uint16) []byte {
	return f.table["glyf"][f.offsets[g]:f.offsets[g+1]]
}

// renumbered copies an outline; the parts of a composite get their new numbers from add.
func renumbered(outline []byte, add func(uint16) uint16) []byte {
	out := append([]byte(nil), outline...)
	if len(out) < 10 || i16(out) >= 0 {
		return out
	}
	for at := 10; at+4 <= len(out); {
		flags := u16(out[at:])
		binary.BigEndian.PutUint16(out[at+2:], add(u16(out[at+2:])))
		at += 6
		if flags&wordArguments != 0 {
			at += 2
		}
		switch {
		case flags&oneScale != 0:
			at += 2
		case flags&twoScales != 0:
			at += 4
		case flags&fourScales != 0:
			at += 8
		}
		if flags&moreParts == 0 {
			break
		}
	}
	return out
}

type namedTable struct {
	tag  string
	data []byte
}

// assemble writes the tables, given in the order of their tags, as one font file.
func assemble(tables []namedTable) []byte {
	n := len(tables)
	power, log := 1, 0
	for power*2 <= n {
		power, log = power*2, log+1
	}
	out := []byte{0, 1, 0, 0}
	for _, v := range []int{n, power * 16, log, n*16 - power*16} {
		out = binary.BigEndian.AppendUint16(out, uint16(v))
	}
	at, headAt := uint32(12+16*n), 0
	for _, t := range tables {
		if t.tag == "head" {
			headAt = int(at)
		}
		out = append(out, t.tag...)
		for _, v := range []uint32{checksum(t.data), at, uint32(len(t.data))} {
			out = binary.BigEndian.AppendUint32(out, v)
		}
		at += uint32(len(t.data)+3) &^ 3
	}
	for _, t := range tables {
		out = append(out, t.data...)
		for len(out)%4 != 0 {
			out = append(out, 0)
		}
	}
	binary.BigEndian.PutUint32(out[headAt+8:], 0xB1B0AFBA-checksum(out))
	return out
}

func checksum(data []byte) (sum uint32) {
	for len(data) >= 4 {
		sum += u32(data)
		data = data[4:]
	}
	if len(data) > 0 {
		var last [4]byte
		copy(last[:], data)
		sum += u32(last[:])
	}
	return sum
}
