package programme

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"strings"
	"testing"

	"kakehashi/programmes"
)

func TestADefinitionTakenAwayComesBackTheSame(t *testing.T) {
	all, issues := ParseAll(programmes.FS)
	if len(issues) > 0 || len(all) < 4 {
		t.Fatal(len(all), issues)
	}
	for _, d := range all {
		text, err := Write(d)
		if err != nil {
			t.Fatal(err)
		}
		back, issues := Read("x.yaml", text, nil)
		if len(issues) > 0 {
			t.Fatal(d.Code, issues[0])
		}
		was, _ := Hash(d)
		if now, _ := Hash(back); now != was {
			t.Errorf("%s: %s came back as %s", d.Code, was, now)
		}
		if bytes.Contains(text, []byte("\nuse:")) || bytes.HasPrefix(text, []byte("{")) || bytes.Count(text, []byte("\n")) < 500 {
			t.Errorf("%s is not one plain file: %.100s", d.Code, text)
		}
	}
}

// zipped packs files below a folder.
func zipped(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for name, text := range files {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestAFolderInAZipLeansOnTheSharedParts(t *testing.T) {
	files := map[string]string{}
	err := fs.WalkDir(programmes.FS, "exchange-grant", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(programmes.FS, name)
		files[name] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	want, _ := Parse(programmes.FS, "exchange-grant")
	was, _ := Hash(want)
	wrapped := map[string]string{}
	for name, text := range files {
		wrapped["2027/"+name] = text
	}
	for _, set := range []map[string]string{files, wrapped} {
		d, issues := Read("p.zip", zipped(t, set), programmes.FS)
		if len(issues) > 0 {
			t.Fatal(issues[0])
		}
		if now, _ := Hash(d); now != was {
			t.Error("the ZIP is read as something else")
		}
	}
}

func TestWhatIsNoDefinitionIsNamed(t *testing.T) {
	for name, c := range map[string]struct {
		content []byte
		want    string
	}{
		"a typo":       {[]byte("programme: x\ntitel: {ja: あ}\n"), "definition/programme.yaml:2"},
		"no mapping":   {[]byte("- 1\n"), "not a mapping"},
		"empty":        {nil, "not a mapping"},
		"torn ZIP":     {[]byte("PK\x03\x04torn"), "the ZIP cannot be read"},
		"no programme": {zipped(t, map[string]string{"a.txt": "x"}), "no programme.yaml"},
		"two":          {zipped(t, map[string]string{"a/programme.yaml": "x: 1", "b/programme.yaml": "x: 1"}), "more than one"},
		"loose":        {zipped(t, map[string]string{"programme.yaml": "x: 1"}), "programme.yaml:1"},
		"too large":    {bytes.Repeat([]byte("a: b\n"), MostBytes/4), "too large"},
	} {
		_, issues := Read("file", c.content, programmes.FS)
		if len(issues) == 0 || !strings.Contains(issues[0].String(), c.want) {
			t.Errorf("%s: %v", name, issues)
		}
	}
}

func TestAChangeTakesTheNextNumber(t *testing.T) {
	p := load(t, "economic-activity-grant")
	fy := p.Call.FiscalYear
	versions := []Version{{FiscalYear: fy, State: Published, breaking: 2, compatible: 1}, {FiscalYear: fy, State: Withdrawn, breaking: 9}, {FiscalYear: fy - 1, State: Published, breaking: 7}}
	words, err := p.Clone()
	if err != nil {
		t.Fatal(err)
	}
	words.Lead.JA += "。"
	words.Renumber(&p.Definition, versions)
	stricter, _ := p.Clone()
	stricter.Rules[0].Severity = "E"
	stricter.Rules[0].Assert = "false"
	stricter.Renumber(&p.Definition, versions)
	if words.Version[4:] != ".2.2" || stricter.Version[4:] != ".3.0" {
		t.Errorf("%s and %s", words.Version, stricter.Version)
	}
	if p.Rules[0].Assert == "false" {
		t.Error("the copy shares its rules with the original")
	}
}
