package lang

import (
	"io/fs"
	"slices"
	"testing"
)

func TestTheQuickReaderReadsWhatYAMLReads(t *testing.T) {
	files, err := fs.Glob(embedded, "text/*/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	same := func(name string, data []byte) (quick bool) {
		list, ok := flat(string(data))
		if !ok {
			return false
		}
		want := readYAML(data, func(at int, format string, args ...any) {
			t.Errorf("%s:%d: "+format, append([]any{name, at}, args...)...)
		})
		if !slices.Equal(list, want) {
			for i := range min(len(list), len(want)) {
				if list[i] != want[i] {
					t.Errorf("%s: %+v, YAML says %+v", name, list[i], want[i])
				}
			}
			t.Errorf("%s: %d lines, YAML says %d", name, len(list), len(want))
		}
		return true
	}
	quick := 0
	for _, f := range files {
		data, err := embedded.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if same(f, data) {
			quick++
		} else {
			t.Logf("%s is read as YAML", f)
		}
	}
	if quick*2 < len(files) {
		t.Errorf("only %d of %d files are read quickly", quick, len(files))
	}
	for text, want := range map[string]bool{
		"a.b: 言葉\n": true, "# note\n\na: 'it is'\nb: \"x {n}\"\n": true, "a: b: c\n": false, "a: one # two\n": false, "a: {n}件\n": false,
		"a: |\n  x\n": false, "a:\n  x\n": false, "a: one\n  two\n": false, "a: 'it''s'\n": false, `a: "x\ny"` + "\n": true, `a: "x\\n"` + "\n": false, `a: 'x\n'` + "\n": false, "a: - b\n": false, "a:\n": false, "a: it's\n": true,
	} {
		if got := same(text, []byte(text)); got != want {
			t.Errorf("%q: quick %v, wanted %v", text, got, want)
		}
	}
}
