package structure_test

import (
	"slices"
	"strings"
	"testing"
)

// ground knows no service of ours; its packages may import one another (Go forbids circles).
var ground = []string{"fault", "jp", "lang", "db", "form", "rule", "search", "blob", "letter", "jobs", "mail", "recent", "zengin"}

// domain is the written order. A package may import what its entry lists, and the ground.
var domain = map[string][]string{
	"org":        {},
	"account":    {"org"},
	"programme":  {"org", "account"},
	"ledger":     {"org", "account", "programme"},
	"cases":      {"org", "account", "programme", "ledger"},
	"proof":      {"org", "account", "programme", "ledger", "cases"},
	"finance":    {"org", "account", "programme", "ledger", "cases"},
	"event":      {"org", "account", "programme", "ledger", "cases"},
	"jet":        {"org", "account", "programme", "ledger", "cases", "placement"},
	"secondment": {"org", "account", "programme", "ledger", "cases"},
	"mailing":    {"org", "account", "programme", "ledger", "cases"},
	"library":    {"org", "account"},
	"directory":  {"org", "account"},
	"resident":   {"org", "account"},
	"placement":  nil, // pure: not even the ground
}

// place is where a package stands: "ground", "domain", "web", "api", "app", "cmd", "data", "test" or "" for nowhere.
func place(name string) (kind, part string) {
	first, rest, _ := strings.Cut(name, "/")
	part, _, _ = strings.Cut(rest, "/")
	switch first {
	case "cmd", "test", "script":
		return first, part
	case "programmes", "content":
		return "data", first
	case "internal":
		switch {
		case slices.Contains(ground, part):
			return "ground", part
		case part == "bench": // measures the running service; part of the command
			return "app", part
		case part == "web" || part == "api" || part == "app":
			return part, part
		}
		if _, ok := domain[part]; ok {
			return "domain", part
		}
	}
	return "", part
}

// allowed says whether code at one place may import code at another.
func allowed(fromKind, from, toKind, to string) bool {
	if fromKind == toKind && from == to {
		return true
	}
	switch fromKind {
	case "data":
		return false
	case "ground":
		return toKind == "ground"
	case "domain":
		return from != "placement" && toKind == "ground" || toKind == "domain" && slices.Contains(domain[from], to)
	case "web", "api":
		return toKind == "ground" || toKind == "domain" || toKind == fromKind
	case "app":
		return toKind != "cmd" && toKind != "test" && toKind != "script" && toKind != ""
	case "cmd":
		return toKind == "app"
	case "test":
		return true
	}
	return false
}

func TestImportsRunInTheWrittenOrder(t *testing.T) {
	for _, p := range packages(t) {
		kind, part := place(p.name())
		if kind == "" {
			t.Errorf("%s has no place in the house: give it one in this file", p.name())
			continue
		}
		for _, path := range p.Imports {
			name, ours := strings.CutPrefix(path, "kakehashi/")
			if !ours {
				continue
			}
			if toKind, to := place(name); !allowed(kind, part, toKind, to) {
				t.Errorf("%s (%s) must not import %s (%s)", p.name(), kind, name, toKind)
			}
		}
	}
}

func TestTheOrderRefusesWhatItShould(t *testing.T) {
	wrong := [][2]string{
		{"internal/db", "internal/org"}, {"internal/org", "internal/account"}, {"internal/ledger", "internal/cases"},
		{"internal/library", "internal/cases"}, {"internal/placement", "internal/jp"}, {"internal/cases", "internal/web/page"},
		{"internal/web/desk", "internal/app"}, {"internal/web/desk", "internal/api"}, {"internal/event", "internal/jet"},
		{"cmd/kakehashi", "internal/cases"}, {"internal/app", "test/browse"}, {"programmes", "internal/form"},
	}
	for _, pair := range wrong {
		fromKind, from := place(pair[0])
		toKind, to := place(pair[1])
		if fromKind == "" || toKind == "" || allowed(fromKind, from, toKind, to) {
			t.Errorf("%s may import %s", pair[0], pair[1])
		}
	}
}

// pages are the packages that may know of HTTP and HTML.
func TestHTTPAndTemplatesStayAtTheEdge(t *testing.T) {
	for _, p := range packages(t) {
		if kind, _ := place(p.name()); slices.Contains([]string{"web", "api", "app", "cmd", "test", "script"}, kind) {
			continue
		}
		for _, path := range p.Imports {
			if path == "net/http" || path == "html/template" || strings.HasPrefix(path, "github.com/a-h/templ") {
				t.Errorf("%s imports %s; only web, api and app may", p.name(), path)
			}
		}
	}
}
