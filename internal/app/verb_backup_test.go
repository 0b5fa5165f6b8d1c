package app

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kakehashi/internal/blob"
	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
)

// stocked is an installation on one engine with the demonstration and one attachment; it is closed again. The address is "" on SQLite: the
// database is in the folder.
func stocked(t *testing.T, engine string) (data, address string, sum string) {
	t.Helper()
	data = filepath.Join(t.TempDir(), "data")
	if engine != "sqlite" {
		address = dbtest.Address(t, engine)
	}
	c := quiet()
	c.Data, c.Database = data, address
	a, err := New(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if err := a.LoadDemo(t.Context(), io.Discard); err != nil {
		t.Fatal(err)
	}
	f, err := a.Files.Put(t.Context(), strings.NewReader("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"), blob.Meta{Name: "見積.pdf", OwnerBody: "lg:222101", By: "system"})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.DB.InTx(t.Context(), func(ctx context.Context, tx db.Q) error {
		return a.Files.AttachTx(ctx, tx, []string{f.ID}, "case:x", "att")
	}); err != nil {
		t.Fatal(err)
	}
	return data, address, f.SHA256
}

// answerOf runs a verb that must end with this status and reads the JSON it says.
func answerOf(t *testing.T, want int, args ...string) map[string]any {
	t.Helper()
	var out, errs bytes.Buffer
	got := Main(t.Context(), args, &Env{In: strings.NewReader(""), Out: &out, Err: &errs, Lang: "ja"})
	var v map[string]any
	if err := json.Unmarshal(out.Bytes(), &v); got != want || err != nil {
		t.Fatalf("%v ends with %d, want %d: %v\n%s\n%s", args, got, want, err, out.String(), errs.String())
	}
	return v
}

func TestABackupGoesOutWhileServingAndComesBack(t *testing.T) {
	for _, engine := range dbtest.Engines() {
		t.Run(engine, func(t *testing.T) {
			data, address, sum := stocked(t, engine)
			serving := quiet()
			serving.Data, serving.Database = data, address
			a, err := New(t.Context(), serving)
			if err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(t.TempDir(), "kakehashi.tar")
			at := []string{"--data", data}
			if address != "" {
				at = append(at, "--database", address)
			}
			told := answerOf(t, 0, append([]string{"backup", file}, at...)...)
			before, err := heads(t.Context(), a.DB)
			if err != nil {
				t.Fatal(err)
			}
			if err := a.Close(); err != nil {
				t.Fatal(err)
			}
			if told["engine"] != engine || told["parts"].(float64) < 4 {
				t.Errorf("the backup says %v", told)
			}
			if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("others may read the backup: %v %v", info.Mode(), err)
			}
			answerOf(t, 2, append([]string{"backup", file}, at...)...) // never over what is there
			answerOf(t, 2, "restore", file, "--data", data)            // never into what is there

			to := filepath.Join(t.TempDir(), "new", "data")
			if told := answerOf(t, 0, "restore", file, "--data", to); told["cases"].(float64) < 5 || len(told["faults"].([]any)) > 0 {
				t.Errorf("the restored installation says %v", told)
			}
			wantHeads(t, to, "", before)
			if b, err := os.ReadFile(filepath.Join(to, filepath.FromSlash(filePart(sum)))); err != nil || !bytes.HasPrefix(b, []byte("%PDF")) {
				t.Errorf("the attachment did not come back: %v", err)
			}
			key, _ := os.ReadFile(filepath.Join(data, "key"))
			if again, err := os.ReadFile(filepath.Join(to, "key")); err != nil || !bytes.Equal(key, again) {
				t.Errorf("the key did not come back: %v", err)
			}
			answerOf(t, 0, "doctor", "--json", "--data", to)

			// Into PostgreSQL instead, from either engine.
			other, fresh := filepath.Join(t.TempDir(), "pg"), dbtest.Address(t, "postgres")
			answerOf(t, 0, "restore", file, "--data", other, "--database", fresh)
			wantHeads(t, other, fresh, before)
			if _, err := os.Stat(filepath.Join(other, databasePart)); err == nil {
				t.Error("a SQLite file stays behind")
			}
			damaged(t, file)
		})
	}
}

func wantHeads(t *testing.T, data, address, want string) {
	t.Helper()
	if address == "" {
		address = "sqlite:" + filepath.Join(data, databasePart)
	}
	d, err := db.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if got, err := heads(t.Context(), d); err != nil || got != want {
		t.Errorf("the journals end with %s, want %s: %v", got, want, err)
	}
}

// damaged: a backup that was cut, changed or made up gives no installation and leaves nothing behind.
func damaged(t *testing.T, file string) {
	t.Helper()
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var evil bytes.Buffer
	w := tar.NewWriter(&evil)
	w.WriteHeader(&tar.Header{Name: "../escape", Mode: 0o600, Size: 1})
	w.Write([]byte("x"))
	w.Close()
	changed := bytes.Clone(whole)
	changed[len(changed)/3] ^= 0xff
	for name, content := range map[string][]byte{"cut": whole[:len(whole)/2], "changed": changed, "made up": evil.Bytes(), "empty": nil, "text": []byte("かけはし")} {
		dir := t.TempDir()
		bad, to := filepath.Join(dir, "bad.tar"), filepath.Join(dir, "data")
		if err := os.WriteFile(bad, content, 0o600); err != nil {
			t.Fatal(err)
		}
		answerOf(t, 2, "restore", bad, "--data", to)
		if left, _ := os.ReadDir(dir); len(left) != 1 {
			t.Errorf("a backup that is %s leaves %v behind", name, left)
		}
	}
}

func TestTheDatabaseMovesToPostgreSQLByTheCommand(t *testing.T) {
	data, _, _ := stocked(t, "sqlite")
	fresh := dbtest.Address(t, "postgres")
	d, err := db.Open(t.Context(), "sqlite:"+filepath.Join(data, databasePart))
	if err != nil {
		t.Fatal(err)
	}
	before, err := heads(t.Context(), d)
	d.Close()
	if err != nil {
		t.Fatal(err)
	}
	told := answerOf(t, 0, "copy", "--data", data, "--to", fresh)
	if told["heads"] != before || told["rows"].(float64) < 1000 || len(told["faults"].([]any)) > 0 {
		t.Errorf("the copy says %v", told)
	}
	answerOf(t, 2, "copy", "--data", data, "--to", fresh) // it is not empty any more
	answerOf(t, 2, "copy", "--data", data)
	answerOf(t, 2, "copy", "--data", data, "--to", "postgres://nobody@127.0.0.1:1/none")
	answerOf(t, 2, "copy", "--data", t.TempDir(), "--to", fresh)
	// Work goes on there: numbers, cases and journals.
	c := quiet()
	c.Data, c.Database = data, fresh
	a, err := New(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if _, err := a.MoreDemo(t.Context(), "submit", 1); err != nil {
		t.Fatal(err)
	}
	if _, faults, err := a.verify(t.Context()); err != nil || len(faults) > 0 {
		t.Errorf("after going on: %v %v", faults, err)
	}
}

func TestTheDoctorSaysWhatIsWrong(t *testing.T) {
	for _, engine := range dbtest.Engines() {
		t.Run(engine, func(t *testing.T) {
			data, address, sum := stocked(t, engine)
			at := []string{"doctor", "--json", "--data", data}
			if address != "" {
				at = append(at, "--database", address)
			}
			state := func(want int) map[string]string {
				t.Helper()
				out := map[string]string{}
				for _, f := range answerOf(t, want, at...)["findings"].([]any) {
					m := f.(map[string]any)
					out[m["name"].(string)] = m["state"].(string)
				}
				return out
			}
			well := state(0)
			for _, name := range []string{"migrations", "database", "journals", "files", "jobs"} {
				if well[name] != fine {
					t.Errorf("of a sound installation the doctor says %v", well)
				}
			}
			if well["mail"] != caution || well["letterhead"] != caution {
				t.Errorf("without a mail server and a letterhead: %v", well)
			}
			file := filepath.Join(data, filepath.FromSlash(filePart(sum)))
			if err := os.WriteFile(file, []byte("changed"), 0o600); err != nil {
				t.Fatal(err)
			}
			hurt := address
			if hurt == "" {
				hurt = "sqlite:" + filepath.Join(data, databasePart)
			}
			d, err := db.Open(t.Context(), hurt)
			if err != nil {
				t.Fatal(err)
			}
			for _, q := range []string{`UPDATE case_events SET person = 'somebody' WHERE seq = 2`, `INSERT INTO job_dead (id, kind, payload, attempts, failure, died) VALUES ('x', 'k', '', 10, 'f', '2026-10-01T00:00:00.000000Z')`} {
				if _, err := d.Pool().ExecContext(t.Context(), q); err != nil {
					t.Fatal(err)
				}
			}
			d.Close()
			ill := state(1)
			if ill["files"] != wrong || ill["journals"] != wrong || ill["jobs"] != caution {
				t.Errorf("of a damaged installation the doctor says %v", ill)
			}
		})
	}
	empty := t.TempDir()
	if status, said := command(t, empty, "doctor"); status != 2 || !strings.Contains(said, "データがありません") {
		t.Errorf("where nothing is installed: %d %s", status, said)
	}
	if left, _ := os.ReadDir(empty); len(left) > 0 {
		t.Errorf("looking made %v", left)
	}
}
