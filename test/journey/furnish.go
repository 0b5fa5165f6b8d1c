package journey

import (
	"bytes"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"sync"
	"testing"

	"kakehashi/internal/app"
	"kakehashi/internal/db/dbtest"
	"kakehashi/internal/jp"
)

// demonstration is what loading one left beside the database: the data folder's files by path, and the passwords by login.
type demonstration struct {
	files map[string][]byte
	keys  map[string]string
}

// demonstrations are those this process has loaded, by engine and moment.
var demonstrations = struct {
	sync.Mutex
	of map[string]demonstration
}{of: map[string]demonstration{}}

// signIn is a line of the demonstration's list: login, password, role.
var signIn = regexp.MustCompile(`(?m)^ +(demo-\S+) +(\S+)`)

// furnish fills the house's data folder and gives the address of a database of its own with the demonstration, all of whose background
// work is done. A demonstration is loaded once for each engine and moment; every house lives in a copy.
func furnish(t testing.TB, engine string, h *House, data string) string {
	t.Helper()
	demonstrations.Lock()
	defer demonstrations.Unlock()
	key := engine + " " + jp.Date(h.Now())
	if !h.now.IsZero() {
		key += " " + h.now.String()
	}
	address := dbtest.Filled(t, engine, key, func(address string) error {
		d, err := load(t, h, address)
		demonstrations.of[key] = d
		return err
	})
	d := demonstrations.of[key]
	maps.Copy(h.keys, d.keys)
	for path, content := range d.files {
		path = filepath.Join(data, path)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, content, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	return address
}

// load is a demonstration that was loaded into a database.
func load(t testing.TB, h *House, address string) (demonstration, error) {
	d := demonstration{map[string][]byte{}, map[string]string{}}
	data := t.TempDir()
	a, err := app.New(t.Context(), h.config(data, address))
	if err != nil {
		return d, err
	}
	var printed bytes.Buffer
	err = a.LoadDemo(t.Context(), &printed)
	if err = errors.Join(err, a.Jobs.Drain(t.Context()), a.Close()); err != nil {
		return d, err
	}
	for _, line := range signIn.FindAllStringSubmatch(printed.String(), -1) {
		d.keys[line[1]] = line[2]
	}
	root := os.DirFS(data)
	return d, fs.WalkDir(root, ".", func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			d.files[path], err = fs.ReadFile(root, path)
		}
		return err
	})
}
