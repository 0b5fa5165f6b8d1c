package programme

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"go.yaml.in/yaml/v3"
)

// MostBytes bounds a definition that is handed in as a file, and each file of a ZIP when it is unpacked.
const MostBytes = 4 << 20

// mostFiles bounds the files of a ZIP.
const mostFiles = 200

// Write is a definition as one YAML file without common parts: Read gives back the same contents and so the same hash. Any reader may
// take it away; it is the way to edit a programme with one's own tools.
func Write(d Definition) ([]byte, error) {
	plain, err := json.Marshal(d)
	if err != nil {
		return nil, fmt.Errorf("definition %s %s: %w", d.Code, d.Version, err)
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(plain, &doc); err != nil { // JSON is YAML; the order of its members stays
		return nil, fmt.Errorf("definition %s %s: %w", d.Code, d.Version, err)
	}
	block(&doc)
	var out bytes.Buffer
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	if err := enc.Encode(&doc); err != nil {
		return nil, fmt.Errorf("definition %s %s: %w", d.Code, d.Version, err)
	}
	return out.Bytes(), enc.Close()
}

// block takes the brackets and quotes of JSON away, where YAML does without.
func block(n *yaml.Node) {
	n.Style = 0
	for _, c := range n.Content {
		block(c)
	}
}

// Read reads a definition that was handed in: one YAML file as Write makes it, or a ZIP of a programme's folder, with a _common folder
// of its own or leaning on the shipped one. Issues name the file and line of each mistake.
func Read(name string, content []byte, shipped fs.FS) (Definition, Issues) {
	if len(content) > MostBytes {
		return Definition{}, Issues{{File: name, Message: "the file is too large"}}
	}
	if !bytes.HasPrefix(content, []byte("PK\x03\x04")) {
		content = wrapped(content)
	}
	own, dir, issues := unpack(name, content)
	if len(issues) > 0 {
		return Definition{}, issues
	}
	return Parse(over{own, shipped}, dir)
}

// wrapped is one file as the ZIP of a folder.
func wrapped(content []byte) []byte {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	if w, err := z.Create("definition/programme.yaml"); err == nil { // a buffer takes everything
		w.Write(content)
	}
	z.Close()
	return out.Bytes()
}

// unpack finds the folder of the programme in a ZIP, after seeing that every file can be read whole and is not too large.
func unpack(name string, content []byte) (own fs.FS, dir string, issues Issues) {
	bad := func(file, message string) (fs.FS, string, Issues) {
		return nil, "", Issues{{File: file, Message: message}}
	}
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return bad(name, "the ZIP cannot be read")
	}
	if len(z.File) > mostFiles {
		return bad(name, "the ZIP holds too many files")
	}
	for _, f := range z.File {
		if path.Ext(f.Name) != ".yaml" {
			continue
		}
		r, err := f.Open()
		if err != nil {
			return bad(f.Name, "the file cannot be read")
		}
		n, err := io.Copy(io.Discard, io.LimitReader(r, MostBytes+1))
		r.Close()
		if err != nil || n > MostBytes {
			return bad(f.Name, "the file is torn or too large")
		}
		if path.Base(f.Name) == "programme.yaml" {
			if dir != "" {
				return bad(f.Name, "the ZIP holds more than one programme.yaml")
			}
			dir = path.Dir(f.Name)
		}
	}
	if dir == "" {
		return bad(name, "the ZIP holds no programme.yaml")
	}
	if own, err = fs.Sub(z, path.Dir(dir)); err != nil || !fs.ValidPath(dir) {
		return bad(name, "the ZIP cannot be read")
	}
	return own, path.Base(dir), nil
}

// over is a tree laid over another one: what it lacks is looked for below, in _common only.
type over struct {
	fs.FS
	below fs.FS
}

func (o over) Open(name string) (fs.File, error) {
	f, err := o.FS.Open(name)
	if err != nil && o.below != nil && (name == common || strings.HasPrefix(name, common+"/")) {
		return o.below.Open(name)
	}
	return f, err
}

// Renumber gives a changed definition the number after the newest of its call: the middle figure goes up when something more is asked or
// decided otherwise, the last one otherwise (our design).
func (d *Definition) Renumber(before *Definition, versions []Version) {
	breaking, compatible := 0, 0
	for _, v := range versions {
		if v.FiscalYear == d.Call.FiscalYear && (v.State == Published || v.State == Superseded) &&
			(v.breaking > breaking || v.breaking == breaking && v.compatible > compatible) {
			breaking, compatible = v.breaking, v.compatible
		}
	}
	if Adoptable(Compare(before, d)) {
		compatible++
	} else {
		breaking, compatible = breaking+1, 0
	}
	d.Version = fmt.Sprintf("%d.%d.%d", d.Call.FiscalYear, breaking, compatible)
}

// Clone is a copy that shares nothing with the original, so that it may be changed.
func (d *Definition) Clone() (Definition, error) {
	plain, err := json.Marshal(d)
	if err != nil {
		return Definition{}, fmt.Errorf("definition %s: %w", d.Code, err)
	}
	var out Definition
	return out, json.Unmarshal(plain, &out)
}
