// Package pdf writes tagged PDF files with embedded TrueType fonts; package letter is its only user. We write our own because
// the libraries tried lose letters of real names: codeberg.org/go-pdf/fpdf v0.12.0 panics at letters beyond U+FFFF (𠮷野家), and
// in files of signintech/gopdf v0.33.0 those letters vanish from the text ("한简𠮷葛" comes back as "한简"); neither tags structure,
// without which a screen reader cannot follow a letter. Every (glyph, text) pair gets a number of its own (CID) and a ToUnicode
// entry, so what is printed is what a search finds, also for 異体字 and letters no font has. The same calls give the same bytes.
// Files follow PDF 1.7 and the rules of PDF/A-2u (ISO 19005-2): fonts embedded, sRGB output intent, XMP metadata.
package pdf

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"fmt"
	"io"
	"strings"
	"sync"
	"unicode/utf16"
)

// Info is what the file says about itself. Created is an ISO day in Japan, or "".
type Info struct {
	Title, Lang, Author, Created string
}

// File is a PDF file being drawn. It belongs to one goroutine.
type File struct {
	info  Info
	root  *Element
	pages []*Page
	fonts []*font
	out   bytes.Buffer
	start []int // where each object begins; object n is start[n-1]
}

// New begins an empty file.
func New(info Info) *File {
	return &File{info: info, root: &Element{kind: "Document"}}
}

// ref is the number of an object.
type ref int

func (r ref) String() string { return fmt.Sprintf("%d 0 R", int(r)) }

// reserve gives out an object number to be written later.
func (f *File) reserve() ref {
	f.start = append(f.start, 0)
	return ref(len(f.start))
}

func (f *File) write(r ref, body string) {
	f.start[r-1] = f.out.Len()
	fmt.Fprintf(&f.out, "%d 0 obj\n%s\nendobj\n", int(r), body)
}

func (f *File) object(body string) ref {
	r := f.reserve()
	f.write(r, body)
	return r
}

// stream writes data as an object; dict holds further entries. Metadata stays readable, all else is compressed.
func (f *File) stream(r ref, dict string, data []byte, compress bool) {
	if compress {
		var b bytes.Buffer
		z := packers.Get().(*zlib.Writer)
		z.Reset(&b)
		z.Write(data) //nolint:errcheck // a bytes.Buffer takes all
		z.Close()
		packers.Put(z)
		data, dict = b.Bytes(), dict+" /Filter /FlateDecode"
	}
	f.start[r-1] = f.out.Len()
	fmt.Fprintf(&f.out, "%d 0 obj\n<<%s /Length %d>>\nstream\n", int(r), dict, len(data))
	f.out.Write(data)
	f.out.WriteString("\nendstream\nendobj\n")
}

// packers are kept: making one costs more than packing a letter. Outlines of letters hardly get smaller by more effort.
var packers = sync.Pool{New: func() any {
	z, _ := zlib.NewWriterLevel(io.Discard, zlib.BestSpeed)
	return z
}}

// WriteTo ends the file and writes it.
func (f *File) WriteTo(w io.Writer) (int64, error) {
	f.out.WriteString("%PDF-1.7\n%\xE3\x81\x82\xE3\n")
	catalogue, tree, pages := f.reserve(), f.reserve(), f.reserve()
	resources := f.reserve()
	pageRefs := make([]ref, len(f.pages))
	for i := range f.pages {
		pageRefs[i] = f.reserve()
	}
	for i, p := range f.pages {
		f.writePage(p, i, pageRefs[i], pages, resources)
	}
	f.writeFonts(resources)
	f.write(pages, fmt.Sprintf("<</Type /Pages /Count %d /Kids [%s]>>", len(pageRefs), refs(pageRefs)))
	f.writeTree(tree, pageRefs)
	meta := f.reserve()
	f.stream(meta, "/Type /Metadata /Subtype /XML", f.xmp(), false)
	profile := f.reserve()
	f.stream(profile, "/N 3", sRGB(), true)
	f.write(catalogue, fmt.Sprintf("<</Type /Catalog /Pages %v /Lang %s /MarkInfo <</Marked true>> /StructTreeRoot %v /Metadata %v"+
		" /ViewerPreferences <</DisplayDocTitle true>> /OutputIntents [<</Type /OutputIntent /S /GTS_PDFA1"+
		" /OutputConditionIdentifier (sRGB) /Info (sRGB) /DestOutputProfile %v>>]>>", pages, text(f.info.Lang), tree, meta, profile))
	info := f.object(f.infoDict())
	return f.finish(w, catalogue, info)
}

func (f *File) finish(w io.Writer, catalogue, info ref) (int64, error) {
	at := f.out.Len()
	id := sha256.Sum256(f.out.Bytes())
	fmt.Fprintf(&f.out, "xref\n0 %d\n0000000000 65535 f \n", len(f.start)+1)
	for _, s := range f.start {
		fmt.Fprintf(&f.out, "%010d 00000 n \n", s)
	}
	fmt.Fprintf(&f.out, "trailer\n<</Size %d /Root %v /Info %v /ID [<%x> <%x>]>>\nstartxref\n%d\n%%%%EOF\n",
		len(f.start)+1, catalogue, info, id[:16], id[:16], at)
	return f.out.WriteTo(w)
}

func (f *File) infoDict() string {
	d := "<</Title " + text(f.info.Title)
	if f.info.Author != "" {
		d += " /Author " + text(f.info.Author)
	}
	if f.info.Created != "" {
		d += " /CreationDate (D:" + strings.ReplaceAll(f.info.Created, "-", "") + "000000+09'00')"
	}
	return d + " /Creator (Kakehashi)>>"
}

func refs(list []ref) string {
	var b strings.Builder
	for _, r := range list {
		fmt.Fprintf(&b, "%v ", r)
	}
	return strings.TrimRight(b.String(), " ")
}

// text is a PDF string in UTF-16.
func text(s string) string {
	return "<FEFF" + hex16(s) + ">"
}

func hex16(s string) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%04X", u)
	}
	return b.String()
}

// num writes a length with at most three decimals, as short as it goes.
func num(v float64) string {
	s := fmt.Sprintf("%.3f", v)
	s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	if s == "-0" || s == "" {
		return "0"
	}
	return s
}
