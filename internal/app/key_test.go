package app

import (
	"bytes"
	"encoding/base64"
	"os"
	"path/filepath"
	"testing"
)

func TestTheKeyIsMadeOnceForItsOwnerOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	first, err := key(path, "")
	if err != nil || len(first) != 32 {
		t.Fatalf("%d bytes, %v", len(first), err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v, %v", info, err)
	}
	if again, err := key(path, ""); err != nil || !bytes.Equal(first, again) {
		t.Errorf("the second start has another key: %v", err)
	}
	given := bytes.Repeat([]byte{7}, 32)
	if got, err := key(path, base64.StdEncoding.EncodeToString(given)+"\n"); err != nil || !bytes.Equal(got, given) {
		t.Errorf("a key from outside: %v", err)
	}
	if _, err := key(path, "c2hvcnQ="); err == nil {
		t.Error("a short key is taken")
	}
	if err := os.WriteFile(path, []byte("damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := key(path, ""); err == nil {
		t.Error("a damaged key is replaced")
	}
}
