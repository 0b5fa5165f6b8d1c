package structure_test

import (
	"bytes"
	"go/ast"
	"go/format"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"github.com/a-h/templ/generator"
	"github.com/a-h/templ/parser/v2"
)

// programmeNames are the codes and numbers of every programme: folder names of programmes/ and their `number:`.
func programmeNames(t *testing.T) []string {
	t.Helper()
	number := regexp.MustCompile(`(?m)^number:\s*"?([A-Z]\d+)`)
	var names []string
	entries, err := os.ReadDir(filepath.Join(root, "programmes"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !e.IsDir() || strings.HasPrefix(e.Name(), "_") {
			continue
		}
		names = append(names, e.Name())
		files, _ := filepath.Glob(filepath.Join(root, "programmes", e.Name(), "*.y*ml"))
		for _, file := range files {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range number.FindAllSubmatch(content, -1) {
				names = append(names, string(m[1]))
			}
		}
	}
	if len(names) == 0 {
		t.Fatal("there is no programme in programmes/")
	}
	return names
}

func TestNoProgrammeIsNamedInGo(t *testing.T) {
	named := regexp.MustCompile(`(^|[^A-Za-z0-9])(` + strings.Join(programmeNames(t), "|") + `)($|[^A-Za-z0-9])`)
	for _, s := range sources(t, false) {
		literals(s, func(at *ast.BasicLit, value string) {
			if m := named.FindStringSubmatch(value); m != nil {
				t.Errorf("%s names the programme %s; a programme is data", s.at(at), m[2])
			}
		})
	}
}

func TestEveryPackageSaysWhatItIs(t *testing.T) {
	says := map[string]bool{}
	for _, s := range sources(t, false) {
		folder := filepath.ToSlash(filepath.Dir(s.path))
		says[folder] = says[folder] || !s.generated() && len(s.file.Doc.Text()) >= 40
	}
	for folder, comment := range says {
		if !comment {
			t.Errorf("%s has no package comment", folder)
		}
	}
}

func TestFilesStayReadable(t *testing.T) {
	for _, s := range sources(t, true) {
		if !s.generated() && s.lines >= 700 {
			t.Errorf("%s has %d lines; one noun per file, 700 at most", s.path, s.lines)
		}
	}
}

func TestNothingUnfinishedIsShipped(t *testing.T) {
	unfinished := regexp.MustCompile(`\b(` + "TO" + `DO|FIX` + `ME|XX` + `X)\b|(?i:not imple` + `mented|unimple` + `mented)`)
	for _, s := range sources(t, true) {
		for _, group := range s.file.Comments {
			if word := unfinished.FindString(group.Text()); word != "" {
				t.Errorf("%s says %q", s.at(group), word)
			}
		}
		literals(s, func(at *ast.BasicLit, value string) {
			if word := unfinished.FindString(value); word != "" && !strings.HasPrefix(s.path, "test/structure/") {
				t.Errorf("%s says %q", s.at(at), word)
			}
		})
	}
}

// Paths of the machines this was written on mean nothing elsewhere.
func TestNoPathOfAMachineIsWritten(t *testing.T) {
	machine := regexp.MustCompile(`/(wor[k]/(main|shared|\.)|roo[t]/|tm[p]/[a-z]{2,}/|home/[a-z]+/|User[s]/)`)
	text := regexp.MustCompile(`(\.(go|templ|md|ya?ml|json|mjs|js|css|html|sql|txt|sh|toml)|/Makefile|^Makefile|/run|script/\w+)$`)
	walk(t, func(path string) {
		if !text.MatchString(path) || strings.HasPrefix(path, ".git/") {
			return
		}
		for i, line := range strings.Split(string(read(t, path)), "\n") {
			if found := machine.FindString(line); found != "" {
				t.Errorf("%s:%d names %s", path, i+1, found)
			}
		}
	})
}

// fileName differs with the folder templ was run in.
var fileName = regexp.MustCompile("FileName: `[^`]*`")

// generated is what templ writes of a page, in this process: one for each page would take a minute.
func generated(page string) ([]byte, error) {
	file, err := parser.ParseString(page)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if _, err := generator.Generate(file, &b, generator.WithVersion(templ.Version()), generator.WithFileName("")); err != nil {
		return nil, err
	}
	return format.Source(b.Bytes())
}

func TestGeneratedPagesAreCurrent(t *testing.T) {
	seen := map[string]bool{}
	walk(t, func(path string) {
		page, ok := strings.CutSuffix(path, ".templ")
		if !ok {
			return
		}
		seen[page+"_templ.go"] = true
		fresh, err := generated(string(read(t, path)))
		if err != nil {
			t.Errorf("%s: %v", path, err)
			return
		}
		written, err := os.ReadFile(filepath.Join(root, page+"_templ.go"))
		if err != nil || fileName.ReplaceAllString(string(written), "") != fileName.ReplaceAllString(string(fresh), "") {
			t.Errorf("%s_templ.go is not what %s says now: run `make generate`", page, path)
		}
	})
	walk(t, func(path string) {
		if strings.HasSuffix(path, "_templ.go") && !seen[path] {
			t.Errorf("%s has no .templ any more", path)
		}
	})
}
