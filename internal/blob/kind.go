package blob

import (
	"archive/zip"
	"bytes"
	"errors"
	"image"
	_ "image/jpeg" // reads the size of a photograph
	_ "image/png"  // reads the size of a picture
	"io"
	"path"
	"slices"
	"strings"

	"kakehashi/internal/fault"
)

// Kinds are the extensions that may be attached at all; a question may allow fewer.
var Kinds = []string{"pdf", "xlsx", "docx", "jpg", "jpeg", "png"}

var mimes = map[string]string{
	"pdf":  "application/pdf",
	"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	"docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	"jpg":  "image/jpeg",
	"png":  "image/png",
}

// kindNames are the kinds as people call them.
var kindNames = map[string]string{"pdf": "PDF", "xlsx": "Excel", "docx": "Word", "jpg": "JPEG", "png": "PNG"}

const (
	// zipEntries, zipBytes and zipRatio bound an Office file: parts, bytes unpacked, and bytes unpacked per byte packed.
	zipEntries = 5000
	zipBytes   = 400 << 20
	zipRatio   = 150
	// zipSmall is what may unpack at any ratio: spreadsheets of repeated rows pack very well.
	zipSmall = 20 << 20
	// imagePixels bounds a picture's area: it is unpacked when shown.
	imagePixels = 150_000_000
)

// inspect finds out what a file is from its content and refuses what may not be attached or does not match its name.
func inspect(r io.ReaderAt, size int64, name string) (ext, mime string, err error) {
	if size == 0 {
		return "", "", invalid("files.empty", name)
	}
	named := strings.TrimPrefix(strings.ToLower(path.Ext(baseName(name))), ".")
	if named == "jpeg" {
		named = "jpg"
	}
	switch named {
	case "docm", "xlsm", "dotm", "xltm", "xlsb", "pptm":
		return "", "", invalid("files.macro", name)
	}
	if ext, err = kindOf(r, size, name); err != nil {
		if x := fault.Of(err); x != nil && x.Key == "files.kind" && mimes[named] != "" { // it has the name of a kind that may be attached
			return "", "", fault.New(fault.Invalid, "files.not_inside", "name", baseName(name), "kind", kindNames[named])
		}
		return "", "", err
	}
	if named != "" && named != ext {
		if mimes[named] == "" {
			return "", "", invalid("files.kind", name)
		}
		return "", "", fault.New(fault.Invalid, "files.mismatch", "name", baseName(name), "kind", kindNames[ext], "named", kindNames[named])
	}
	return ext, mimes[ext], nil
}

func invalid(key, name string) error {
	return fault.New(fault.Invalid, key, "name", baseName(name))
}

func kindOf(r io.ReaderAt, size int64, name string) (string, error) {
	head := make([]byte, min(size, 1024))
	if _, err := r.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	switch {
	case bytes.Contains(head, []byte("%PDF-")):
		return "pdf", nil
	case bytes.HasPrefix(head, []byte("\xff\xd8\xff")):
		return "jpg", picture(r, size, "jpeg", name)
	case bytes.HasPrefix(head, []byte("\x89PNG\r\n\x1a\n")):
		return "png", picture(r, size, "png", name)
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return office(r, size, name)
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return "", invalid("files.encrypted", name) // an Office file with a password, or of before 2007
	}
	return "", invalid("files.kind", name)
}

func picture(r io.ReaderAt, size int64, format, name string) error {
	c, found, err := image.DecodeConfig(io.NewSectionReader(r, 0, size))
	if err != nil || found != format {
		return invalid("files.broken", name)
	}
	if int64(c.Width)*int64(c.Height) > imagePixels {
		return invalid("files.bomb", name)
	}
	return nil
}

// office looks into a packed Office file: which kind, no macros, and not more inside than its size allows.
func office(r io.ReaderAt, size int64, name string) (string, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return "", invalid("files.broken", name)
	}
	if len(z.File) > zipEntries {
		return "", invalid("files.bomb", name)
	}
	ext := ""
	for _, f := range z.File {
		switch part := strings.ToLower(strings.ReplaceAll(f.Name, `\`, "/")); {
		case path.Base(part) == "vbaproject.bin" || strings.Contains(part, "/macrosheets/"):
			return "", invalid("files.macro", name)
		case part == "xl/workbook.xml" && ext == "":
			ext = "xlsx"
		case part == "word/document.xml" && ext == "":
			ext = "docx"
		}
	}
	if ext == "" {
		return "", invalid("files.kind", name)
	}
	return ext, unpack(z, size, name)
}

// unpack reads every part to its end: what a directory says about sizes may be a lie.
func unpack(z *zip.Reader, size int64, name string) error {
	left := min(int64(zipBytes), max(int64(zipSmall), zipRatio*size))
	for _, f := range z.File {
		if f.FileInfo().IsDir() {
			continue
		}
		r, err := f.Open()
		if err != nil {
			return invalid("files.broken", name)
		}
		var content bytes.Buffer
		into := io.Writer(io.Discard)
		if f.Name == "[Content_Types].xml" {
			into = &content
		}
		n, err := io.Copy(into, io.LimitReader(r, left+1))
		r.Close()
		if left -= n; left < 0 {
			return invalid("files.bomb", name)
		}
		if err != nil {
			return invalid("files.broken", name)
		}
		if bytes.Contains(bytes.ToLower(content.Bytes()), []byte("macroenabled")) {
			return invalid("files.macro", name)
		}
	}
	return nil
}

// Allowed reports whether ext is one of the kinds a question allows ("jpg" and "jpeg" are one).
func Allowed(ext string, kinds []string) bool {
	return slices.ContainsFunc(kinds, func(k string) bool {
		k = strings.ToLower(k)
		return k == ext || k == "jpeg" && ext == "jpg"
	})
}
