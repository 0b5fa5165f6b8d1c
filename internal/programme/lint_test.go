package programme

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"kakehashi/internal/lang"
	"kakehashi/programmes"
)

// copied is the shipped folders in memory, to change them.
func copied(t testing.TB) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	err := fs.WalkDir(programmes.FS, ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := fs.ReadFile(programmes.FS, path)
		out[path] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// mistakes parses, compiles and runs the examples.
func mistakes(fsys fs.FS, dir string) Issues {
	d, issues := Parse(fsys, dir)
	if len(issues) > 0 {
		return issues
	}
	p, issues := Compile(d)
	if len(issues) > 0 {
		return issues
	}
	return p.RunExamples()
}

func TestEveryMistakeIsToldWithItsPlace(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/mistakes.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range archive.Files {
		t.Run(f.Name, func(t *testing.T) {
			c := map[string]string{}
			for line := range strings.Lines(string(f.Data)) {
				key, value, _ := strings.Cut(strings.TrimRight(line, "\n"), ": ")
				c[strings.TrimSuffix(key, ":")] = value
			}
			fsys := copied(t)
			text := string(fsys[c["file"]].Data)
			if !strings.Contains(text, c["replace"]) {
				t.Fatalf("%s does not hold %q", c["file"], c["replace"])
			}
			line := 1 + strings.Count(text[:strings.Index(text, c["replace"])], "\n")
			fsys[c["file"]] = &fstest.MapFile{Data: []byte(strings.Replace(text, c["replace"], strings.ReplaceAll(c["with"], `\n`, "\n"), 1))}
			issues := mistakes(fsys, "economic-activity-grant")
			for _, i := range issues {
				if strings.Contains(i.Message, c["says"]) && i.Suggest == c["suggest"] {
					if ja := i.Text.JA; c["ja"] == "" || !strings.Contains(ja, c["ja"]) {
						t.Errorf("in Japanese it says %q", ja)
					}
					if said := i.In(lang.JA); !strings.HasPrefix(said, fmt.Sprintf("%s:%d", i.File, i.Line)) || i.Suggest != "" && !strings.Contains(said, "もしかして："+i.Suggest) {
						t.Errorf("in Japanese the place or what was meant is missing: %q", said)
					}
					if i.File == "" || i.Line == 0 || i.File != c["file"] && f.Name != "a common part that is not there" && !strings.Contains(i.Message, "twice") {
						t.Errorf("told at %s:%d", i.File, i.Line)
					}
					if away := i.Line - line; i.File == c["file"] && (away > 15 || away < -15) && !strings.Contains(f.Name, "state") && !strings.Contains(f.Name, "dead end") {
						t.Errorf("told at line %d, it stands on line %d", i.Line, line)
					}
					return
				}
			}
			t.Errorf("not told; instead: %v", issues)
		})
	}
}

func TestAFailingExampleIsToldAtItsLine(t *testing.T) {
	fsys := copied(t)
	file := "economic-activity-grant/examples.yaml"
	text := strings.Replace(string(fsys[file].Data), "maxGrant: 2999000", "maxGrant: 3000000", 1)
	fsys[file] = &fstest.MapFile{Data: []byte(text)}
	issues := mistakes(fsys, "economic-activity-grant")
	if len(issues) != 1 || !strings.Contains(issues[0].Message, "wanted 3000000, came out 2999000") || issues[0].File != file {
		t.Fatalf("said %v", issues)
	}
	lines := strings.Split(text, "\n")
	if !strings.Contains(lines[issues[0].Line-1], "maxGrant: 3000000") {
		t.Errorf("told at line %d: %s", issues[0].Line, lines[issues[0].Line-1])
	}
}

func TestAFolderThatIsNotThere(t *testing.T) {
	if _, issues := Parse(copied(t), "nowhere"); len(issues) == 0 {
		t.Error("nothing was said")
	}
}

func FuzzNoFolderPanics(f *testing.F) {
	for _, s := range []string{"", "a", "[]", "programme: x", "forms: {a: b}", "use: [rules]\nforms: [1, {id: a, sections: [{use: [G-ORG]}]}]",
		"rules: [{id: a, assert: 'x +', message: {ja: '{'}}]", "- a", "workflow: {states: [{id: a}], moves: [{id: b, from: [c]}]}", "a: &a [*a]"} {
		f.Add(s)
	}
	base := copied(f)
	f.Fuzz(func(t *testing.T, text string) {
		fsys := fstest.MapFS{}
		for name, file := range base {
			if strings.HasPrefix(name, common) {
				fsys[name] = file
			}
		}
		fsys["x/programme.yaml"] = &fstest.MapFile{Data: []byte(text)}
		for _, i := range mistakes(fsys, "x") {
			_ = fmt.Sprint(i)
		}
	})
}
