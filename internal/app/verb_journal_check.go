package app

import (
	"archive/zip"
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"strings"

	"kakehashi/internal/cases"
	"kakehashi/internal/lang"
	"kakehashi/internal/proof"
)

// archiveMost bounds what is read of one part of an archive into memory: the journal and the proof.
const archiveMost = 256 << 20

// checked is what the check of an archived case found.
type checked struct {
	Case   string   `json:"case,omitempty"`
	Files  int      `json:"files"`          // whose hash is right
	Events int      `json:"events"`         // of the chain
	Head   string   `json:"head,omitempty"` // day of the signed value
	Key    string   `json:"key,omitempty"`
	Faults []string `json:"faults"`
}

// journalCheck checks an archived case without any database.
func (e *Env) journalCheck(args []string) error {
	fs := flag.NewFlagSet("journal check", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	key := fs.String("key", "", "")
	name := ""
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		name, args = args[0], args[1:]
	}
	if err := parse(fs, args); err != nil {
		return err
	}
	if name == "" {
		name = fs.Arg(0)
	}
	z, err := zip.OpenReader(name)
	if err != nil {
		return &Unusable{At: "ZIP", Message: lang.Text{JA: "ZIP として開けません：" + name, EN: "This cannot be opened as a ZIP: " + name}}
	}
	defer z.Close()
	c := checked{Faults: []string{}}
	c.sums(&z.Reader)
	head := c.chain(&z.Reader)
	c.proof(&z.Reader, head, strings.ToLower(strings.TrimSpace(*key)))
	enc := json.NewEncoder(e.Out)
	enc.SetIndent("", "  ")
	if err := enc.Encode(c); err != nil {
		return err
	}
	if len(c.Faults) > 0 {
		return status(1)
	}
	return nil
}

func (c *checked) fault(format string, args ...any) {
	c.Faults = append(c.Faults, fmt.Sprintf(format, args...))
}

// sums compares every file of the archive with SHA256SUMS, and looks that nothing is in it beside them.
func (c *checked) sums(z *zip.Reader) {
	b, err := partOf(z, "SHA256SUMS")
	if err != nil {
		c.fault("SHA256SUMS: %v", err)
		return
	}
	want := map[string]string{}
	for line := range strings.Lines(string(b)) {
		sum, name, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		if !ok {
			c.fault("SHA256SUMS: a line that is none: %.80q", line)
			continue
		}
		want[name] = sum
	}
	for _, f := range z.File {
		sum, listed := want[f.Name]
		delete(want, f.Name)
		switch {
		case f.Name == "SHA256SUMS":
		case !listed:
			c.fault("%s is not listed", f.Name)
		default:
			is, err := sumOf(f)
			if err != nil {
				c.fault("%s: %v", f.Name, err)
			} else if is != sum {
				c.fault("%s was changed", f.Name)
			} else {
				c.Files++
			}
		}
	}
	for name := range want {
		c.fault("%s is missing", name)
	}
}

func sumOf(f *zip.File) (string, error) {
	r, err := f.Open()
	if err != nil {
		return "", err
	}
	defer r.Close()
	h := sha256.New()
	_, err = io.Copy(h, r)
	return hex.EncodeToString(h.Sum(nil)), err
}

// partOf reads one part of the archive.
func partOf(z *zip.Reader, name string) ([]byte, error) {
	f, err := z.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, archiveMost))
}

// chain follows the journal and returns its events.
func (c *checked) chain(z *zip.Reader) []cases.Sealed {
	f, err := z.Open("journal.jsonl")
	if err != nil {
		c.fault("journal.jsonl is not in it: the archive was made for somebody who does not keep the record")
		return nil
	}
	defer f.Close()
	var list []cases.Sealed
	lines := bufio.NewScanner(io.LimitReader(f, archiveMost))
	lines.Buffer(nil, archiveMost)
	for lines.Scan() {
		var l cases.Sealed
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			c.fault("journal.jsonl, line %d: %v", len(list)+1, err)
			return nil
		}
		list = append(list, l)
	}
	if err := lines.Err(); err != nil || len(list) == 0 {
		c.fault("journal.jsonl cannot be read")
		return nil
	}
	c.Case, c.Events = list[0].Case, len(list)
	if wrong := cases.Check(list); wrong > 0 {
		c.fault("the chain of the journal is broken at event %d", wrong)
	}
	return list
}

// proof follows the path to the signed value of a day.
func (c *checked) proof(z *zip.Reader, list []cases.Sealed, key string) {
	b, err := partOf(z, "proof.json")
	if err != nil {
		if key != "" {
			c.fault("proof.json is not in it: no day had been signed since the case began")
		}
		return
	}
	var in proof.Inclusion
	if err := json.Unmarshal(b, &in); err != nil {
		c.fault("proof.json: %v", err)
		return
	}
	c.Head, c.Key = in.Day(), in.Key
	if err := in.Verify(); err != nil {
		c.fault("proof.json: %v", err)
	}
	if in.Seq < 1 || in.Seq > len(list) || list[in.Seq-1].Hash != in.Hash || list[in.Seq-1].Case != in.Case {
		c.fault("the signed value is not that of this journal")
	}
	if key != "" && key != in.Key {
		c.fault("the signature is of another key: %s", in.Key)
	}
}
