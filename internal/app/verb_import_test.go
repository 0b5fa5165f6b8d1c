package app

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// command runs the command as a shell does and returns its status and what it printed.
func command(t *testing.T, data string, args ...string) (int, string) {
	t.Helper()
	var out, errs bytes.Buffer
	status := Main(t.Context(), args, &Env{In: strings.NewReader(""), Out: &out, Err: &errs, Data: data, Lang: "ja"})
	if strings.Contains(errs.String(), "goroutine") {
		t.Errorf("%v: a stack trace: %s", args, errs.String())
	}
	return status, out.String() + errs.String()[max(0, len(errs.String())-200):]
}

func TestTheRegisterGoesOutAndComesBackByTheCommand(t *testing.T) {
	data := t.TempDir()
	file := filepath.Join(data, "list.csv")
	write := func(content string) {
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	report := func(args ...string) (status int, r struct {
		Dry                                    bool
		Added, Renamed, Changed, Same, Refused int
		Rows                                   []importLine
	}) {
		t.Helper()
		status, out := command(t, data, append([]string{"import", "orgs", file}, args...)...)
		if err := json.NewDecoder(strings.NewReader(out)).Decode(&r); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return status, r
	}
	write("code,name,kana,type,source\n172022,七尾新市,ななおしんし,city,届出\n123456,どこか市,どこかし,city,届出\n,国際の会,こくさいのかい,npo,届出\n")
	status, r := report("--dry-run", "--from", "R9.4.1")
	if status != 2 || !r.Dry || r.Renamed != 1 || r.Added != 1 || r.Refused != 1 || r.Rows[1].Line != 3 || r.Rows[1].Message == nil {
		t.Errorf("trial: %d %+v", status, r)
	}
	if status, r = report("--from", "R9.4.1"); status != 2 || r.Renamed != 1 || r.Added != 1 {
		t.Errorf("import: %d %+v", status, r)
	}
	if status, r = report("--from", "R9.4.1"); r.Added != 0 {
		t.Errorf("the same file again: %d %+v", status, r)
	}
	status, out := command(t, data, "export", "orgs", "--current")
	if status != 0 || !strings.Contains(out, "国際の会") || strings.Count(out, "\n") < 1789 {
		t.Errorf("export: %d, %d lines", status, strings.Count(out, "\n"))
	}
	write(out)
	if status, r = report(); status != 0 || r.Added+r.Renamed+r.Changed+r.Refused != 0 || r.Same < 1789 {
		t.Errorf("what was exported comes back: %d, %d added, %d renamed, %d changed, %d refused, %d same", status, r.Added, r.Renamed, r.Changed, r.Refused, r.Same)
	}
	for name, args := range map[string][]string{"no file": {"import", "orgs", file + "x"}, "no kind": {"import"}, "a bad day": {"import", "orgs", file, "--from", "いつか"}, "export of what": {"export"}} {
		if status, out := command(t, data, args...); status != 2 || !strings.Contains(out, `"error"`) {
			t.Errorf("%s: %d %s", name, status, out)
		}
	}
}
