//go:build ignore

// Packs the dictionary of the module kagome-dict/ipa anew: without pronunciations, which nobody here reads, and an eighth smaller than
// Go's own compression makes it. Needs zopfli (its name in Debian).
package main

import (
	"archive/zip"
	"hash/crc32"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/ikawaha/kagome-dict/dict"
)

func main() {
	folder, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/ikawaha/kagome-dict/ipa").Output()
	check(err)
	from := strings.TrimSpace(string(folder))
	in, err := zip.OpenReader(filepath.Join(from, "ipa.dict"))
	check(err)
	file, err := os.Create("ipa.dict")
	check(err)
	out := zip.NewWriter(file)
	for _, part := range in.File {
		r, err := part.Open()
		check(err)
		text, err := io.ReadAll(r)
		check(err)
		if part.Name == dict.ContentDictFileName {
			rows := strings.Split(string(text), "\n")
			for i, row := range rows {
				rows[i] = row[:strings.LastIndexByte(row, '\a')]
			}
			text = []byte(strings.Join(rows, "\n"))
		}
		small := deflated(text)
		w, err := out.CreateRaw(&zip.FileHeader{Name: part.Name, Method: zip.Deflate, CRC32: crc32.ChecksumIEEE(text),
			UncompressedSize64: uint64(len(text)), CompressedSize64: uint64(len(small))})
		check(err)
		_, err = w.Write(small)
		check(err)
	}
	check(out.Close())
	check(file.Close())
	notice, err := os.ReadFile(filepath.Join(from, "NOTICE.txt"))
	check(err)
	check(os.WriteFile("NOTICE.txt", notice, 0o644))
}

// deflated is text as the program zopfli compresses it.
func deflated(text []byte) []byte {
	file, err := os.CreateTemp("", "part")
	check(err)
	defer os.Remove(file.Name())
	_, err = file.Write(text)
	check(err)
	check(file.Close())
	small, err := exec.Command("zopfli", "--i5", "--deflate", "-c", file.Name()).Output()
	check(err)
	return small
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
