package structure_test

import (
	"go/ast"
	"regexp"
	"slices"
	"strings"
	"testing"

	"kakehashi/internal/lang"
)

// A key is an area and at least one name: "cases.sent_twice".
var keyShape = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_-]+)+$`)

// asked is one place where Go asks the catalogue for a sentence.
type asked struct {
	key, at string
	given   []string // names of the values handed over; nil when they cannot be read off the call
	known   bool     // whether given is complete
}

// asks finds T(…, "key", "name", value …), fault.New(kind, "key", …) and fault.At(field, "key", …) with a literal key.
func asks(s source) []asked {
	var found []asked
	ast.Inspect(s.file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		name, from := "", 0
		switch f := call.Fun.(type) {
		case *ast.Ident:
			name = f.Name
		case *ast.SelectorExpr:
			name = f.Sel.Name
			if x, ok := f.X.(*ast.Ident); ok && x.Name == "fault" && (name == "New" || name == "At") {
				name, from = "T", 1
			}
		}
		if name != "T" {
			return true
		}
		for i := from; i < len(call.Args) && i < 2; i++ {
			key, ok := unquote(call.Args[i])
			if !ok || !keyShape.MatchString(key) {
				continue
			}
			a := asked{key: key, at: s.at(call), known: call.Ellipsis == 0}
			for j := i + 1; j < len(call.Args); j += 2 {
				if given, ok := unquote(call.Args[j]); ok {
					a.given = append(a.given, given)
				} else {
					a.known = false
				}
			}
			found = append(found, a)
			break
		}
		return true
	})
	return found
}

func TestEverySentenceAskedForIsInTheCatalogue(t *testing.T) {
	catalogue := lang.Shipped()
	for _, problem := range catalogue.Problems {
		t.Error(problem)
	}
	for _, s := range sources(t, false) {
		for _, a := range asks(s) {
			if !lang.Has(a.key) {
				t.Errorf("%s asks for %q, which the catalogue does not have", a.at, a.key)
				continue
			}
			for _, need := range catalogue.Placeholders(lang.JA, a.key) {
				if a.known && !slices.Contains(a.given, need) {
					t.Errorf("%s: %q needs {%s} and is not given it", a.at, a.key, need)
				}
			}
		}
	}
}

func TestBothLanguagesHaveTheSameSentences(t *testing.T) {
	c := lang.Shipped()
	ja, en := c.Keys(lang.JA), c.Keys(lang.EN)
	for _, key := range ja {
		if !slices.Contains(en, key) {
			t.Errorf("%s has no English", key)
		} else if j, e := c.Placeholders(lang.JA, key), c.Placeholders(lang.EN, key); !slices.Equal(j, e) {
			t.Errorf("%s: Japanese takes %v, English %v", key, j, e)
		}
	}
	for _, key := range en {
		if !slices.Contains(ja, key) {
			t.Errorf("%s has no Japanese", key)
		}
	}
}

// A key is used when a literal is it, or a literal that ends with a dot or an underscore begins it ("case.state." + state).
func TestNoSentenceIsLeftOver(t *testing.T) {
	used := map[string]bool{}
	var begins []string
	for _, s := range sources(t, false) {
		literals(s, func(_ *ast.BasicLit, value string) {
			used[value] = true
			if (strings.HasSuffix(value, ".") || strings.HasSuffix(value, "_") && strings.Contains(value, ".")) && keyShape.MatchString(value+"x") {
				begins = append(begins, value)
			}
		})
	}
	for _, key := range lang.Shipped().Keys(lang.JA) {
		if !used[key] && !slices.ContainsFunc(begins, func(b string) bool { return strings.HasPrefix(key, b) }) {
			t.Errorf("nothing asks for %q", key)
		}
	}
}
