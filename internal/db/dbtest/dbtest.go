// Package dbtest gives store tests a fresh, migrated database (データベース) on each engine: an SQLite file, and a database on a
// throwaway PostgreSQL cluster that the first test of the machine starts on a Unix socket and later ones share.
package dbtest

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"kakehashi/internal/db"
)

// Engines are the engines under test: both, unless KAKEHASHI_TEST_ENGINES says "sqlite" or "postgres".
func Engines() []string {
	if s := os.Getenv("KAKEHASHI_TEST_ENGINES"); s != "" {
		return strings.Split(s, ",")
	}
	return []string{"sqlite", "postgres"}
}

// Each runs f as a subtest per engine, each time on a fresh database with every migration applied.
func Each(t *testing.T, f func(t *testing.T, d *db.DB)) {
	t.Helper()
	for _, engine := range Engines() {
		t.Run(engine, func(t *testing.T) { f(t, Open(t, engine)) })
	}
}

// Open opens a fresh database on one engine; it is closed and removed with the test.
func Open(t testing.TB, engine string) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), Address(t, engine))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

// Address makes a fresh migrated database on one engine and returns its address for db.Open, also for a child process.
func Address(t testing.TB, engine string) string {
	t.Helper()
	switch engine {
	case "sqlite":
		return sqliteAddress(t)
	case "postgres":
		return postgresAddress(t)
	}
	t.Fatalf("unknown engine %q in KAKEHASHI_TEST_ENGINES", engine)
	return ""
}

var sqliteTemplate = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "kakehashi-sqlite-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "template.db")
	d, err := db.Open(context.Background(), "sqlite:"+path+"?synchronous=off")
	if err != nil {
		return nil, err
	}
	if err := d.Close(); err != nil { // the last connection folds the log into the file
		return nil, err
	}
	return os.ReadFile(path)
})

func sqliteAddress(t testing.TB) string {
	t.Helper()
	content, err := sqliteTemplate()
	if err != nil {
		t.Fatal(err)
	}
	return sqliteCopy(t, content)
}

// sqliteFile is where the database of an address lies.
func sqliteFile(address string) string {
	return strings.TrimSuffix(strings.TrimPrefix(address, "sqlite:"), "?synchronous=off")
}

func postgresAddress(t testing.TB) string {
	t.Helper()
	b, err := prepared()
	if err != nil {
		t.Fatal(err)
	}
	return b.fresh(t, b.template)
}

// fresh copies a database; the copy goes with the test.
func (b *base) fresh(t testing.TB, from string) string {
	t.Helper()
	name, err := b.copy(from)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.exec("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	return onDatabase(b.server, name)
}

func random() string {
	var b [8]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// onDatabase is the server's address with another database.
func onDatabase(server, name string) string {
	u, err := url.Parse(server)
	if err != nil {
		return server
	}
	u.Path = "/" + name
	return u.String()
}

// Child runs this test binary again as another process, in which only the test `run` is executed and env is added; the caller
// kills it. Its output goes to out. The test calls EndWithParent first, so that it does not outlive a parent that was stopped.
func Child(t testing.TB, run string, out io.Writer, env ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "-test.run=^"+run+"$", "-test.v")
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = out, out
	if _, err := cmd.StdinPipe(); err != nil { // never written to; it closes when this process ends
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(fmt.Errorf("start a child process: %w", err))
	}
	return cmd
}

// EndWithParent ends this child process as soon as the process that started it is gone.
func EndWithParent() {
	go func() {
		io.Copy(io.Discard, os.Stdin)
		os.Exit(1)
	}()
}
