//go:build ignore

// Packs the dictionary of the module kagome-dict/ipa anew: without pronunciations, which nobody here reads.
package main

import (
	"archive/zip"
	"compress/flate"
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
	out.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestCompression) })
	for _, part := range in.File {
		r, err := part.Open()
		check(err)
		text, err := io.ReadAll(r)
		check(err)
		w, err := out.Create(part.Name)
		check(err)
		if part.Name == dict.ContentDictFileName {
			rows := strings.Split(string(text), "\n")
			for i, row := range rows {
				rows[i] = row[:strings.LastIndexByte(row, '\a')]
			}
			text = []byte(strings.Join(rows, "\n"))
		}
		_, err = w.Write(text)
		check(err)
	}
	check(out.Close())
	check(file.Close())
	notice, err := os.ReadFile(filepath.Join(from, "NOTICE.txt"))
	check(err)
	check(os.WriteFile("NOTICE.txt", notice, 0o644))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
