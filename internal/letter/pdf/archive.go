package pdf

import (
	"encoding/binary"
	"encoding/xml"
	"strings"
)

// xmp is the metadata packet (ISO 16684-1) with the claim of PDF/A-2u.
func (f *File) xmp() []byte {
	var b strings.Builder
	b.WriteString("<?xpacket begin=\"\uFEFF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n" +
		`<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">` +
		`<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"` +
		` xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"><pdfaid:part>2</pdfaid:part><pdfaid:conformance>U</pdfaid:conformance>` +
		`<dc:format>application/pdf</dc:format><dc:title><rdf:Alt><rdf:li xml:lang="x-default">`)
	b.WriteString(escaped(f.info.Title))
	b.WriteString(`</rdf:li></rdf:Alt></dc:title><dc:language><rdf:Bag><rdf:li>` + escaped(f.info.Lang) + `</rdf:li></rdf:Bag></dc:language>`)
	if f.info.Author != "" {
		b.WriteString(`<dc:creator><rdf:Seq><rdf:li>` + escaped(f.info.Author) + `</rdf:li></rdf:Seq></dc:creator>`)
	}
	if f.info.Created != "" {
		b.WriteString(`<xmp:CreateDate>` + escaped(f.info.Created) + `T00:00:00+09:00</xmp:CreateDate>`)
	}
	b.WriteString("<xmp:CreatorTool>Kakehashi</xmp:CreatorTool></rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end=\"w\"?>")
	return []byte(b.String())
}

func escaped(s string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(s)) //nolint:errcheck // a Builder takes all
	return b.String()
}

// sRGB is a small colour profile (ICC.1:2001, matrix and one curve) that says which red the red of the letterhead is.
func sRGB() []byte {
	type tag struct {
		name string
		data []byte
	}
	xyz := func(v ...int32) []byte {
		out := []byte("XYZ \x00\x00\x00\x00")
		for _, n := range v {
			out = binary.BigEndian.AppendUint32(out, uint32(n))
		}
		return out
	}
	name := "sRGB"
	desc := binary.BigEndian.AppendUint32([]byte("desc\x00\x00\x00\x00"), uint32(len(name)+1))
	desc = append(append(desc, name...), make([]byte, 1+4+4+2+1+67)...)
	curve := []byte("curv\x00\x00\x00\x00\x00\x00\x00\x01\x02\x33\x00\x00") // gamma 2.2
	tags := []tag{
		{"desc", desc}, {"cprt", []byte("text\x00\x00\x00\x00CC0\x00")}, {"wtpt", xyz(0xF6D6, 0x10000, 0xD32D)},
		{"rXYZ", xyz(0x6FA2, 0x38F5, 0x0390)}, {"gXYZ", xyz(0x6299, 0xB785, 0x18DA)}, {"bXYZ", xyz(0x24A0, 0x0F84, 0xB6CF)},
		{"rTRC", curve}, {"gTRC", curve}, {"bTRC", curve},
	}
	table := binary.BigEndian.AppendUint32(nil, uint32(len(tags)))
	var body []byte
	for _, t := range tags {
		table = append(table, t.name...)
		table = binary.BigEndian.AppendUint32(table, uint32(128+4+12*len(tags)+len(body)))
		table = binary.BigEndian.AppendUint32(table, uint32(len(t.data)))
		body = append(body, t.data...)
		for len(body)%4 != 0 {
			body = append(body, 0)
		}
	}
	head := make([]byte, 128)
	binary.BigEndian.PutUint32(head, uint32(128+len(table)+len(body)))
	copy(head[8:], "\x02\x10\x00\x00mntrRGB XYZ ")
	copy(head[24:], "\x07\xE9\x00\x01\x00\x01")
	copy(head[36:], "acsp")
	copy(head[68:], "\x00\x00\xF6\xD6\x00\x01\x00\x00\x00\x00\xD3\x2D") // D50
	return append(append(head, table...), body...)
}
