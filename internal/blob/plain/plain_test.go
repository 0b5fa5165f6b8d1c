package plain_test

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"kakehashi/internal/blob/plain"
)

const maker = "富士市 経済課 山田"

func packed(s string) string {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	io.WriteString(w, s) //nolint:errcheck // to memory
	w.Close()            //nolint:errcheck // to memory
	return b.String()
}

// told is a PDF that says its maker in every place a PDF can, with the places of its parts unmoved.
func told() []byte {
	xmp := "<x:xmpmeta><dc:creator>" + maker + "</dc:creator></x:xmpmeta>"
	inside := "7 0 8 60 << /Type /Page >> << /Author (" + maker + ") /Title <FEFF5BCC> >> " + strings.Repeat("<< /Kept (here) >> ", 20)
	return []byte("%PDF-1.7\n1 0 obj\n<< /Author (" + maker + ` \) \( (富士)) /Creator (Fuji Office) /Producer(p) >>` + "\nendobj\n" +
		"2 0 obj << /Type /Metadata /Subtype /XML /Length 99 >>\nstream\n" + xmp + "\nendstream endobj\n" +
		"3 0 obj << /Type /Metadata /Subtype /XML /Filter /FlateDecode >> stream\r\n" + packed(strings.Repeat(xmp, 9)) + "\nendstream endobj\n" +
		"4 0 obj << /Type /ObjStm /N 2 /Filter /FlateDecode >>\nstream\n" + packed(inside) + "\nendstream endobj\n" +
		"5 0 obj << /Type /Annot /T (" + maker + ") /Contents (意見) >> endobj\n" +
		"6 0 obj << /Length 9 >> stream\nBT (本文) Tj ET\nendstream endobj\n" +
		"trailer << /Root 9 0 R /Info 1 0 R >>\n%%EOF\n")
}

func TestAPDFDoesNotTellItsMakerAndKeepsItsPlaces(t *testing.T) {
	before := told()
	after, err := plain.Copy("pdf", before)
	if err != nil {
		t.Fatal(err)
	}
	if len(after) != len(before) {
		t.Errorf("%d bytes became %d: addresses inside are wrong now", len(before), len(after))
	}
	text := string(after)
	for i := 0; i < len(after); i++ { // what is packed is looked into as well
		if r, err := zlib.NewReader(bytes.NewReader(after[i:])); err == nil {
			b, err := io.ReadAll(r)
			if err != nil {
				t.Errorf("a packed part at %d cannot be read: %v", i, err)
			}
			text += string(b)
		}
	}
	for _, word := range []string{"富士", "山田", "Fuji", "5BCC"} {
		if strings.Contains(text, word) {
			t.Errorf("the copy says %s", word)
		}
	}
	for _, word := range []string{"本文", "意見", "/Kept (here)", "/Type /Page", "/Info 1 0 R"} {
		if !strings.Contains(text, word) {
			t.Errorf("the copy lost %s", word)
		}
	}
	if !bytes.Equal(before, told()) {
		t.Error("the original was changed")
	}
}

func TestWhatCannotBeLookedIntoIsRefused(t *testing.T) {
	for name, c := range map[string]struct{ kind, content string }{
		"an encrypted PDF":        {"pdf", "%PDF-1.7 trailer << /Encrypt 5 0 R >>"},
		"a PDF with files inside": {"pdf", "%PDF-1.7 << /Type /EmbeddedFile >>"},
		"a torn packed object":    {"pdf", "%PDF-1.7 4 0 obj << /Type /ObjStm /Filter /FlateDecode >> stream\nxyz\nendstream"},
		"a text called PDF":       {"pdf", "hello"},
		"a torn book":             {"xlsx", "PK\x03\x04torn"},
		"half a photograph":       {"jpg", "\xff\xd8\xff\xe0\x00"},
		"half a picture":          {"png", "\x89PNG\r\n\x1a\n\x00\x00"},
		"an unknown kind":         {"exe", "MZ"},
	} {
		if b, err := plain.Copy(c.kind, []byte(c.content)); err == nil {
			t.Errorf("%s is passed on: %q", name, b)
		}
	}
}

func TestAnOfficeFileDoesNotTellItsEditors(t *testing.T) {
	f := excelize.NewFile()
	for _, err := range []error{f.SetCellValue("Sheet1", "A1", "経費"), f.SetDocProps(&excelize.DocProperties{Creator: maker, LastModifiedBy: maker, Title: maker}),
		f.SetAppProps(&excelize.AppProperties{Company: maker}), f.AddComment("Sheet1", excelize.Comment{Cell: "A1", Author: maker, Text: "確認"})} {
		if err != nil {
			t.Fatal(err)
		}
	}
	book, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	after, err := plain.Copy("xlsx", book.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(after), int64(len(after)))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range z.File {
		r, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil || bytes.Contains(b, []byte("山田")) {
			t.Errorf("%s tells the maker (%v)", part.Name, err)
		}
	}
	again, err := excelize.OpenReader(bytes.NewReader(after))
	if err != nil {
		t.Fatal(err)
	}
	if v, err := again.GetCellValue("Sheet1", "A1"); err != nil || v != "経費" {
		t.Errorf("A1 is %q now: %v", v, err)
	}
}

func TestAPictureDoesNotTellItsCamera(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, 9, 9))
	var j, p bytes.Buffer
	if err := jpeg.Encode(&j, img, nil); err != nil {
		t.Fatal(err)
	}
	if err := png.Encode(&p, img); err != nil {
		t.Fatal(err)
	}
	exif := "Exif\x00\x00" + maker
	photo := append([]byte("\xff\xd8\xff\xe1"+string([]byte{0, byte(len(exif) + 2)})+exif), j.Bytes()[2:]...)
	after, err := plain.Copy("jpg", photo)
	if err != nil || bytes.Contains(after, []byte("山田")) {
		t.Errorf("the photograph tells its maker: %v", err)
	}
	if _, err := jpeg.Decode(bytes.NewReader(after)); err != nil {
		t.Error(err)
	}
	if after, err = plain.Copy("png", p.Bytes()); err != nil || !bytes.Equal(after, p.Bytes()) {
		t.Errorf("a picture without words was changed: %v", err)
	}
}

// Whatever comes in, nothing panics.
func FuzzCopy(f *testing.F) {
	f.Add(uint8(0), told())
	f.Add(uint8(1), []byte("\xff\xd8\xff\xe0\x00\x04ab\xff\xda"))
	f.Fuzz(func(t *testing.T, kind uint8, content []byte) {
		kinds := []string{"pdf", "jpg", "png", "xlsx"}
		if b, err := plain.Copy(kinds[int(kind)%len(kinds)], content); err == nil && len(b) == 0 && len(content) > 0 {
			t.Fail()
		}
	})
}
