package plain

import (
	"archive/zip"
	"bytes"
	"io"
	"regexp"
	"strings"
	"time"
)

// partMost is how long one part of an Office file may be, in bytes.
const partMost = 200 << 20

// Properties of an Office file that tell nothing.
var bare = map[string]string{
	"docProps/core.xml":   `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>`,
	"docProps/app.xml":    `<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>`,
	"docProps/custom.xml": `<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>`,
}

// Who edited or commented, as attributes and elements write it; headers and footers of a sheet hold its author only by name.
var (
	byAttribute = regexp.MustCompile(`\b((?:w\d*:)?(?:author|initials|userId|displayName|providerId|userName|lastModifiedBy))="[^"]*"`)
	byElement   = regexp.MustCompile(`(<author>)[^<]*(</author>)`)
	sheetPath   = regexp.MustCompile(`(?s)<(?:x15ac:absPath|fileSharing)\b[^>]*/>`)
)

// office writes the parts of an Office file anew with bare properties and without the names of editors.
func office(content []byte) ([]byte, error) {
	in, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, ErrOpaque
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range in.File {
		if strings.HasSuffix(f.Name, "/") || strings.HasPrefix(f.Name, "docProps/thumbnail") {
			continue
		}
		body, err := part(f)
		if err != nil {
			return nil, err
		}
		to, err := w.CreateHeader(&zip.FileHeader{Name: f.Name, Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)})
		if err != nil {
			return nil, err
		}
		if _, err := to.Write(body); err != nil {
			return nil, err
		}
	}
	err = w.Close()
	return out.Bytes(), err
}

func part(f *zip.File) ([]byte, error) {
	if words, ok := bare[f.Name]; ok {
		return []byte(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + words), nil
	}
	r, err := f.Open()
	if err != nil {
		return nil, ErrOpaque
	}
	defer r.Close()
	body, err := io.ReadAll(io.LimitReader(r, partMost))
	if err != nil || len(body) == partMost {
		return nil, ErrOpaque
	}
	if f.Name == "_rels/.rels" {
		body = thumbnail.ReplaceAll(body, nil)
	}
	if ext := f.Name[strings.LastIndexByte(f.Name, '.')+1:]; ext == "xml" || ext == "rels" {
		body = byAttribute.ReplaceAll(body, []byte(`$1=""`))
		body = byElement.ReplaceAll(body, []byte(`$1$2`))
		body = sheetPath.ReplaceAll(body, nil)
	}
	return picture(f.Name, body)
}

var thumbnail = regexp.MustCompile(`<Relationship\b[^>]*metadata/thumbnail"[^>]*/>`)

// picture makes pictures inside plain too.
func picture(name string, body []byte) ([]byte, error) {
	ext := strings.ToLower(name[strings.LastIndexByte(name, '.')+1:])
	if ext != "jpg" && ext != "jpeg" && ext != "png" {
		return body, nil
	}
	return Copy(ext, body)
}
