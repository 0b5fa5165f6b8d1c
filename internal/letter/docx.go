package letter

import (
	"archive/zip"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
)

// FilledDOCX writes the form as an Office Open XML document (ISO/IEC 29500, transitional) that text processors open: A4, Mincho
// and Gothic, headings and tables as such, page numbers at the foot. The only error is w's.
func FilledDOCX(w io.Writer, f Filled) error {
	z := zip.NewWriter(w)
	for _, part := range []struct{ name, text string }{
		{"[Content_Types].xml", docxTypes},
		{"_rels/.rels", docxRelations},
		{"docProps/core.xml", f.core()},
		{"word/document.xml", f.document()},
		{"word/_rels/document.xml.rels", docxDocumentRelations},
		{"word/styles.xml", strings.ReplaceAll(docxStyles, "LANG", map[lang.Tag]string{lang.JA: "ja-JP", lang.EN: "en-GB"}[f.tag()])},
		{"word/settings.xml", docxSettings},
		{"word/footer1.xml", f.footer()},
	} {
		head := &zip.FileHeader{Name: part.name, Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)}
		out, err := z.CreateHeader(head)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(out, xml.Header+part.text); err != nil {
			return err
		}
	}
	return z.Close()
}

func (f Filled) core() string {
	text := `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"` +
		` xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">` +
		`<dc:title>` + xmlText(oneLine(f.Title)) + `</dc:title><dc:creator>Kakehashi</dc:creator><dc:language>` + f.language() + `</dc:language>`
	if jp.ValidDate(f.Date) {
		text += `<dcterms:created xsi:type="dcterms:W3CDTF">` + jp.Start(f.Date).UTC().Format(time.RFC3339) + `</dcterms:created>`
	}
	return text + `</cp:coreProperties>`
}

func (f Filled) document() string {
	var b strings.Builder
	b.WriteString(`<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"` +
		` xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><w:body>`)
	head := f.Paper
	for _, word := range f.marks() {
		head += "　【" + word + "】"
	}
	b.WriteString(docxParagraph("Label", head))
	b.WriteString(docxParagraph("Title", oneLine(f.Title)))
	docxPairs(&b, f.Head)
	for _, s := range f.Sections {
		b.WriteString(docxParagraph("Heading1", oneLine(s.Title)))
		docxPairs(&b, s.Pairs)
		for _, t := range s.Tables {
			docxTable(&b, t)
		}
	}
	b.WriteString(`<w:sectPr><w:footerReference w:type="default" r:id="rId3"/><w:pgSz w:w="11906" w:h="16838"/>` +
		`<w:pgMar w:top="1247" w:right="1332" w:bottom="1247" w:left="1332" w:header="680" w:footer="680" w:gutter="0"/></w:sectPr></w:body></w:document>`)
	return b.String()
}

// Widths in twentieths of a point; the text column is 9242 wide.
const (
	docxColumn = 9242
	docxLabel  = 2400
)

func docxPairs(b *strings.Builder, pairs []Pair) {
	if len(pairs) == 0 {
		return
	}
	docxTableStart(b, "", []int{docxLabel, docxColumn - docxLabel})
	for _, p := range pairs {
		value := p.Value
		if value == "" {
			value = "―"
		}
		b.WriteString("<w:tr>")
		docxBox{width: docxLabel, style: "Label"}.write(b, p.Label)
		docxBox{width: docxColumn - docxLabel, style: "Normal"}.write(b, value)
		b.WriteString("</w:tr>")
	}
	b.WriteString("</w:tbl>" + docxParagraph("Gap", ""))
}

func docxTable(b *strings.Builder, t Table) {
	n := t.columns()
	if n == 0 {
		return
	}
	if t.Title != "" {
		b.WriteString(docxParagraph("Label", oneLine(t.Title)))
	}
	right := t.numeric()
	widths := make([]int, n)
	for i, w := range t.widths(n) {
		widths[i] = int(w * docxColumn / columnWidth)
	}
	docxTableStart(b, t.Title, widths)
	line := func(r []string, style string, head bool) {
		b.WriteString("<w:tr>")
		if head {
			b.WriteString("<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>")
		}
		full := make([]string, n)
		copy(full, r)
		for i := 0; i < n; i++ {
			cell := docxBox{width: widths[i], style: style, columns: 1}
			if !head {
				cell.columns = across(full, i)
			}
			for j := 1; j < cell.columns; j++ {
				cell.width += widths[i+j]
			}
			if right[i] {
				cell.align = `<w:jc w:val="right"/>`
			}
			cell.write(b, full[i])
			i += cell.columns - 1
		}
		b.WriteString("</w:tr>")
	}
	if len(t.Head) > 0 {
		line(t.Head, "Label", true)
	}
	for _, r := range t.Rows {
		line(r, "Cell", false)
	}
	for _, r := range t.Foot {
		line(r, "Cell", false)
	}
	b.WriteString("</w:tbl>" + docxParagraph("Gap", ""))
}

func docxTableStart(b *strings.Builder, title string, widths []int) {
	b.WriteString(`<w:tbl><w:tblPr><w:tblStyle w:val="Ruled"/>`)
	fmt.Fprintf(b, `<w:tblW w:w="%d" w:type="dxa"/><w:tblLayout w:type="fixed"/>`, docxColumn)
	if title != "" {
		b.WriteString(`<w:tblCaption w:val="` + xmlText(oneLine(title)) + `"/>`)
	}
	b.WriteString(`</w:tblPr><w:tblGrid>`)
	for _, w := range widths {
		fmt.Fprintf(b, `<w:gridCol w:w="%d"/>`, w)
	}
	b.WriteString(`</w:tblGrid>`)
}

// docxBox is one cell of a table.
type docxBox struct {
	width, columns int
	style, align   string
}

func (c docxBox) write(b *strings.Builder, text string) {
	fmt.Fprintf(b, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/>`, c.width)
	if c.columns > 1 {
		fmt.Fprintf(b, `<w:gridSpan w:val="%d"/>`, c.columns)
	}
	b.WriteString(`</w:tcPr>`)
	for _, part := range strings.Split(text, "\n") {
		b.WriteString(`<w:p><w:pPr><w:pStyle w:val="` + c.style + `"/>` + c.align + `</w:pPr>` + docxRun(part) + `</w:p>`)
	}
	b.WriteString(`</w:tc>`)
}

func docxParagraph(style, text string) string {
	return `<w:p><w:pPr><w:pStyle w:val="` + style + `"/></w:pPr>` + docxRun(text) + `</w:p>`
}

func docxRun(text string) string {
	if text == "" {
		return ""
	}
	return `<w:r><w:t xml:space="preserve">` + xmlText(text) + `</w:t></w:r>`
}

func (f Filled) footer() string {
	field := func(name string) string {
		return `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> ` + name +
			` </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>`
	}
	text := ""
	if f.Foot != "" {
		text = docxRun(oneLine(f.Foot) + "　　")
	}
	return `<w:ftr xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:p><w:pPr><w:pStyle w:val="Label"/><w:jc w:val="center"/></w:pPr>` +
		text + field("PAGE") + docxRun("／") + field("NUMPAGES") + `</w:p></w:ftr>`
}

// xmlText escapes text and drops what XML 1.0 cannot hold.
func xmlText(s string) string {
	var b strings.Builder
	clean := strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
	xml.EscapeText(&b, []byte(clean)) //nolint:errcheck // a Builder takes all
	return b.String()
}
