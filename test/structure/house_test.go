// Package structure_test holds the plan of the house as tests: which package may import which, which modules of others are let
// in and why, that no programme is named in Go, that every package says what it is, that generated pages are current, and that
// every sentence the screens ask for is in the catalogue. A new package or module is a decision made visible here.
package structure_test

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// root is the module's folder; tests run in their own.
const root = "../.."

// pack is what `go list` says about one package of ours.
type pack struct {
	ImportPath, Dir, Doc                      string
	GoFiles                                   []string
	Imports, TestImports, XTestImports        []string
	TestGoFiles, XTestGoFiles, IgnoredGoFiles []string
}

// name is the path inside the module: "internal/web/page".
func (p pack) name() string {
	return strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, "kakehashi"), "/")
}

var listed = sync.OnceValues(func() ([]pack, error) {
	command := exec.Command("go", "list", "-e", "-json=ImportPath,Imports,TestImports,XTestImports", "./...")
	command.Dir = root
	out, err := command.Output()
	if err != nil {
		return nil, err
	}
	var all []pack
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pack
		if err := decoder.Decode(&p); err == io.EOF {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
})

// packages are all packages of the module.
func packages(t *testing.T) []pack {
	t.Helper()
	all, err := listed()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// source is one parsed Go file.
type source struct {
	path  string // from the module's folder
	file  *ast.File
	fset  *token.FileSet
	lines int
}

// generated says whether a tool wrote the file.
func (s source) generated() bool { return ast.IsGenerated(s.file) }

// at is where a node stands.
func (s source) at(n ast.Node) string {
	p := s.fset.Position(n.Pos())
	return s.path + ":" + itoa(p.Line)
}

func itoa(n int) string {
	b, _ := json.Marshal(n)
	return string(b)
}

// sources parses the Go files of the module, tests left out unless wanted.
func sources(t *testing.T, tests bool) []source {
	t.Helper()
	var all []source
	walk(t, func(path string) {
		if !strings.HasSuffix(path, ".go") || !tests && (strings.HasSuffix(path, "_test.go") || strings.HasPrefix(path, "test/")) {
			return
		}
		fset := token.NewFileSet()
		content := read(t, path)
		file, err := parser.ParseFile(fset, path, content, parser.ParseComments)
		if err != nil {
			t.Error(err)
			return
		}
		all = append(all, source{path: path, file: file, fset: fset, lines: bytes.Count(content, []byte("\n"))})
	})
	return all
}

// walk visits every file that belongs to the project, by its path from the module's folder.
func walk(t *testing.T, visit func(path string)) {
	t.Helper()
	skip := []string{".git", "node_modules", "data", "out"}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if slices.Contains(skip, d.Name()) && path != root {
				return filepath.SkipDir
			}
			return nil
		}
		relative, err := filepath.Rel(root, path)
		visit(filepath.ToSlash(relative))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// read is one file's content.
func read(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(path)))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// literals calls visit for every string literal of a file with its value.
func literals(s source, visit func(at *ast.BasicLit, value string)) {
	ast.Inspect(s.file, func(n ast.Node) bool {
		if _, ok := n.(*ast.ImportSpec); ok {
			return false
		}
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			if value, ok := unquote(lit); ok {
				visit(lit, value)
			}
		}
		return true
	})
}

// unquote is the value of a string literal.
func unquote(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	if strings.HasPrefix(lit.Value, "`") {
		return strings.Trim(lit.Value, "`"), true
	}
	var value string
	if json.Unmarshal([]byte(lit.Value), &value) != nil {
		return strings.Trim(lit.Value, `"`), true
	}
	return value, true
}
