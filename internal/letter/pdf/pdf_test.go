package pdf

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestAFileNamesItselfAndItsColours(t *testing.T) {
	f := New(Info{Title: `髙﨑 <𠮷> (1) \`, Lang: "ja-JP", Author: "協会 & 支部", Created: "2027-03-12"})
	p := f.AddPage()
	p.Begin(f.Root().Add("P"))
	p.Dot(10, 10, 2, Colour{R: 1})
	var b bytes.Buffer
	if _, err := f.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "a.pdf")
	if err := os.WriteFile(name, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	info, err := exec.Command("pdfinfo", name).CombinedOutput()
	if err != nil {
		t.Fatalf("pdfinfo (install poppler-utils): %v", err)
	}
	for _, want := range []string{`髙﨑 <𠮷> (1) \`, "協会 & 支部", "Tagged:          yes"} {
		if !strings.Contains(string(info), want) {
			t.Errorf("lacks %q:\n%s", want, info)
		}
	}
	if strings.Contains(string(info), "Error") {
		t.Errorf("%s", info)
	}
}

func TestTheMetadataPacketIsWellFormed(t *testing.T) {
	packet := New(Info{Title: "a<b>&\x01", Lang: "ja-JP"}).xmp()
	d := xml.NewDecoder(bytes.NewReader(packet))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("%v\n%s", err, packet)
		}
	}
}

func TestLengthsAreShort(t *testing.T) {
	for v, want := range map[float64]string{0: "0", -0.0001: "0", 1.5: "1.5", 12: "12", -3.14159: "-3.142", 100: "100"} {
		if got := num(v); got != want {
			t.Errorf("%v is written %s", v, got)
		}
	}
}
