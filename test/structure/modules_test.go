package structure_test

import (
	"slices"
	"strings"
	"testing"
)

// permitted reads modules.txt: "path  reason" a line.
func permitted(t *testing.T) map[string]string {
	t.Helper()
	reasons := map[string]string{}
	for line := range strings.Lines(string(read(t, "test/structure/modules.txt"))) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		path, reason, _ := strings.Cut(line, " ")
		if reason = strings.TrimSpace(reason); len(reason) < 10 {
			t.Errorf("modules.txt: %s has no reason", path)
		}
		reasons[path] = reason
	}
	return reasons
}

// required are the module paths of go.mod, longest first, and its tools.
func required(t *testing.T) (modules, tools []string) {
	t.Helper()
	block := ""
	for line := range strings.Lines(string(read(t, "go.mod"))) {
		words := strings.Fields(line)
		switch {
		case len(words) == 0:
		case words[0] == ")":
			block = ""
		case len(words) == 2 && words[1] == "(":
			block = words[0]
		case words[0] == "require" || words[0] == "tool":
			block, words = words[0], words[1:]
			fallthrough
		default:
			if block == "require" {
				modules = append(modules, words[0])
			} else if block == "tool" {
				tools = append(tools, words[0])
			}
			if len(words) > 0 && words[0] != "(" && block != "" && strings.HasPrefix(line, block) {
				block = ""
			}
		}
	}
	slices.SortFunc(modules, func(a, b string) int { return len(b) - len(a) })
	return modules, tools
}

func TestEveryModuleOfOthersIsADecision(t *testing.T) {
	modules, tools := required(t)
	if len(modules) < 5 {
		t.Fatalf("go.mod was not understood: %v", modules)
	}
	used := map[string]string{} // module → who uses it
	note := func(path, by string) {
		first, _, _ := strings.Cut(path, "/")
		if !strings.Contains(first, ".") {
			return
		}
		i := slices.IndexFunc(modules, func(m string) bool { return path == m || strings.HasPrefix(path, m+"/") })
		if i < 0 {
			t.Errorf("%s imports %s, which no module of go.mod holds", by, path)
			return
		}
		used[modules[i]] = by
	}
	for _, p := range packages(t) {
		for _, path := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
			note(path, p.name())
		}
	}
	for _, tool := range tools {
		note(tool, "the tool directive")
	}
	reasons := permitted(t)
	for module, by := range used {
		if reasons[module] == "" {
			t.Errorf("%s uses %s, which modules.txt does not permit", by, module)
		}
	}
	for module := range reasons {
		if used[module] == "" {
			t.Errorf("modules.txt permits %s, which nothing uses", module)
		}
	}
}
