package dbtest

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// filled are the databases this process has filled: of SQLite the file, of PostgreSQL the name.
var filled = struct {
	sync.Mutex
	files map[string][]byte
	names map[string]string
}{files: map[string][]byte{}, names: map[string]string{}}

// Filled is Address for a database that holds something: fill runs once in this process for each engine and key, on a fresh database,
// and closes what it opened; every call gets a copy of its own of what fill left.
func Filled(t testing.TB, engine, key string, fill func(address string) error) string {
	t.Helper()
	filled.Lock()
	defer filled.Unlock()
	if engine == "sqlite" {
		if _, ok := filled.files[key]; !ok {
			address := sqliteAddress(t)
			if err := fill(address); err != nil {
				t.Fatal(err)
			}
			content, err := os.ReadFile(sqliteFile(address))
			if err != nil {
				t.Fatal(err)
			}
			filled.files[key] = content
		}
		return sqliteCopy(t, filled.files[key])
	}
	b, err := prepared()
	if err != nil {
		t.Fatal(err)
	}
	if filled.names[key] == "" {
		name, err := b.copy(b.template)
		if err == nil {
			err = fill(onDatabase(b.server, name))
		}
		if err != nil {
			t.Fatal(err)
		}
		filled.names[key] = name // goes with the cluster, or with the next run an hour later
	}
	return b.fresh(t, filled.names[key])
}

// sqliteCopy is the address of a file of one's own with this content.
func sqliteCopy(t testing.TB, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "test.db")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return "sqlite:" + path + "?synchronous=off"
}
