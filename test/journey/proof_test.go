package journey_test

import (
	"archive/zip"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"crypto/ed25519"

	"kakehashi/internal/app"
	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
	"kakehashi/internal/lang"
	"kakehashi/internal/proof"
	"kakehashi/test/journey"
)

// real lets the demonstration's cases count: proof leaves samples out.
func real(t *testing.T, h *journey.House) {
	t.Helper()
	change(t, h, `UPDATE cases SET demo = FALSE`)
}

func change(t *testing.T, h *journey.House, query string, args ...any) {
	t.Helper()
	if _, err := h.App.DB.Pool().ExecContext(t.Context(), query, args...); err != nil {
		t.Fatal(err)
	}
}

// unpacked are the parts of an archive.
func unpacked(t *testing.T, b []byte) map[string][]byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if parts[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	return parts
}

// checks writes the parts as an archive and checks it by the command.
func checks(t *testing.T, parts map[string][]byte, more ...string) (code int, faults []string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "case.zip")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(f)
	for name, content := range parts {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		w.Write(content)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	f.Close()
	var out bytes.Buffer
	code = app.Main(t.Context(), append([]string{"journal", "check", path}, more...), &app.Env{Out: &out, Err: io.Discard, Lang: lang.JA})
	var said struct{ Faults []string }
	if err := json.Unmarshal(out.Bytes(), &said); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	return code, said.Faults
}

func TestAStrangerChecksACaseYearsLater(t *testing.T) {
	for _, engine := range dbtest.Engines() {
		t.Run(engine, func(t *testing.T) {
			h := journey.Start(t, engine, autumn)
			real(t, h)
			id, err := db.One(t.Context(), h.App.DB.Read(), db.String, `SELECT id FROM cases WHERE state = 'running' AND org_code = '222101' LIMIT 1`)
			if err != nil {
				t.Fatal(err)
			}
			url := "/cases/" + id + "/archive.zip"
			if err := h.App.Proof.Close(t.Context()); err != nil {
				t.Fatal(err)
			}
			h.Wait(3)
			for range 2 { // closing twice makes nothing twice
				if err := h.App.Proof.Close(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			heads, err := h.App.Proof.Heads(t.Context(), "", 10)
			if err != nil || len(heads) != 4 || heads[3].Cases >= heads[0].Cases || heads[0].Root != heads[1].Root {
				t.Fatalf("%v %v", err, heads)
			}
			h.Visitor().OpenOK("/proof").Sees(heads[0].Root)
			if _, _, text := h.Visitor().Get("/proof/heads.txt"); !strings.Contains(string(text), heads[0].Statement()) {
				t.Error("the text lacks the newest statement")
			}
			if n, wrong, err := h.App.Proof.Verify(t.Context()); n != 4 || len(wrong) > 0 || err != nil {
				t.Fatalf("%d heads, %v, %v", n, wrong, err)
			}

			status, _, body := h.As("demo-officer").Get(url)
			if status != 200 {
				t.Fatalf("the officer's archive: %d", status)
			}
			parts := unpacked(t, body)
			for _, want := range []string{"富士市", "L02", "files/01-", "<table"} {
				if !strings.Contains(string(parts["index.html"]), want) {
					t.Errorf("index.html lacks %s", want)
				}
			}
			key := hex.EncodeToString(h.App.Proof.Key.Public().(ed25519.PublicKey))
			if code, faults := checks(t, parts, "--key", key); code != 0 {
				t.Fatalf("the archive as it was given does not check: %v", faults)
			}
			for what, spoil := range map[string]func(map[string][]byte){
				"a file changed": func(p map[string][]byte) {
					for name := range p {
						if strings.HasPrefix(name, "files/") {
							p[name] = append([]byte("x"), p[name]...)
							return
						}
					}
				},
				"a file more": func(p map[string][]byte) { p["files/99-neu.pdf"] = []byte("x") },
				"a file less": func(p map[string][]byte) { delete(p, "index.html") },
				"a journal of another sum": func(p map[string][]byte) {
					p["journal.jsonl"] = bytes.Replace(p["journal.jsonl"], []byte(`4000000`), []byte(`4500000`), 1)
				},
				"no journal": func(p map[string][]byte) { delete(p, "journal.jsonl") },
				"another root": func(p map[string][]byte) {
					p["proof.json"] = bytes.Replace(p["proof.json"], []byte(`\nroot `), []byte(`\nroot 0`), 1)
				},
				"another's proof": func(p map[string][]byte) {
					p["proof.json"] = bytes.Replace(p["proof.json"], []byte(id), []byte("c_other"), 1)
				},
			} {
				spoilt := map[string][]byte{}
				for name, content := range parts {
					spoilt[name] = bytes.Clone(content)
				}
				spoil(spoilt)
				if code, faults := checks(t, spoilt); code != 1 || len(faults) == 0 {
					t.Errorf("%s: %d %v", what, code, faults)
				}
			}
			if code, _ := checks(t, parts, "--key", strings.Repeat("0", 64)); code != 1 {
				t.Error("the signature of another key was accepted")
			}

			if mine := func() map[string][]byte { _, _, b := h.As("demo-staff").Get(url); return unpacked(t, b) }(); mine["journal.jsonl"] != nil || mine["index.html"] == nil {
				t.Error("the body's archive should hold its page and not HQ's chain")
			}
			if status, _, _ := h.As("demo-member1").Get(url); status != 404 {
				t.Errorf("a committee member gets the archive: %d", status)
			}

			// Somebody with the database in hand writes a whole chain anew: the signed heads know.
			change(t, h, `UPDATE case_events SET hash = $1 WHERE case_id = $2 AND seq = (SELECT MAX(seq) FROM case_events WHERE case_id = $2)`, strings.Repeat("a", 64), id)
			change(t, h, `UPDATE cases SET head = $1 WHERE id = $2`, strings.Repeat("a", 64), id)
			if _, wrong, err := h.App.Proof.Verify(t.Context()); err != nil || len(wrong) != 4 {
				t.Errorf("a changed chain: %v %v", wrong, err)
			}
			change(t, h, `UPDATE proof_heads SET statement = REPLACE(statement, $1, $2) WHERE day = $3`,
				fmt.Sprint("cases ", heads[3].Cases), fmt.Sprint("cases ", heads[3].Cases+1), heads[3].Day)
			if _, wrong, _ := h.App.Proof.Verify(t.Context()); !strings.Contains(strings.Join(wrong, "\n"), "head of "+heads[3].Day+": the signature") {
				t.Errorf("a changed statement: %v", wrong)
			}
		})
	}
}

func TestTheNightlyLookFindsWhatIsLost(t *testing.T) {
	for _, engine := range dbtest.Engines() {
		t.Run(engine, func(t *testing.T) {
			h := journey.Start(t, engine, autumn)
			real(t, h)
			look := func() proof.Look {
				t.Helper()
				l, err := h.App.Proof.Look(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				return l
			}
			first := look()
			for _, f := range first.Faults {
				if f.Kind != "number" { // the samples' numbers have series of their own
					t.Errorf("a whole house: %+v", f)
				}
			}
			if first.Counts.Files == 0 || first.Counts.Letters == 0 {
				t.Fatalf("nothing was looked at: %+v", first.Counts)
			}
			deep := first.Counts.Deep
			for range 29 {
				h.Wait(1)
				deep += look().Counts.Deep
			}
			if whole := first.Counts.Files + first.Counts.Letters; deep != whole {
				t.Errorf("in thirty nights %d of %d files were read", deep, whole)
			}
			change(t, h, `DELETE FROM files WHERE id = (SELECT f.id FROM files f JOIN cases c ON f.ref = 'case:' || c.id WHERE c.state = 'running' ORDER BY f.id LIMIT 1)`)
			change(t, h, `UPDATE letters SET sha256 = $1 WHERE id = (SELECT MIN(id) FROM letters WHERE file <> '')`, strings.Repeat("0", 64))
			change(t, h, `INSERT INTO job_dead (id, kind, payload, attempts, failure, died) VALUES ('j1', 'letter.render', '{}', 10, 'no font', $1)`, db.At(h.Now()))
			kinds := map[string]int{}
			for _, f := range look().Faults {
				kinds[f.Kind]++
			}
			if kinds["file"] != 1 || kinds["letter"] != 1 || kinds["job"] != 1 {
				t.Errorf("found %v", kinds)
			}
			h.As("demo-auditor").OpenOK("/admin/looks").Sees("no font", "is not in the register of files")
			h.As("demo-admin").OpenOK("/en/admin/looks").Sees("The nightly reconciliation found 3 differences")
			if status := h.As("demo-officer").Open("/admin/looks").Status(); status != 404 {
				t.Errorf("an officer opens the administrator's page: %d", status)
			}
		})
	}
}
