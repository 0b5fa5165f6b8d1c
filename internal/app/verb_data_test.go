package app

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A verb that reads makes no installation out of a mistyped folder, and an unknown verb answers in the form of every other mistake.
func TestAMistypedFolderOrVerbIsToldAsAMistake(t *testing.T) {
	for _, c := range []struct {
		at   string
		args []string
	}{
		{"--data", []string{"journal", "verify"}},
		{"--data", []string{"journal", "close"}},
		{"--data", []string{"export", "orgs"}},
		{"--data", []string{"replay", "--programme", "economic-activity-grant", "--with", "../../programmes"}},
		{"--data", []string{"demo", "wipe"}},
		{"--with", []string{"replay", "--programme", "no-such-grant", "--with", "../../programmes"}},
		{"verb", []string{"jurnal", "verify"}},
		{"verb", []string{"help", "jurnal"}},
	} {
		data := filepath.Join(t.TempDir(), "typo")
		status, out := command(t, data, c.args...)
		var said struct {
			Error struct {
				Kind, At string
				Message  struct{ JA, EN string }
			}
		}
		if err := json.NewDecoder(strings.NewReader(out)).Decode(&said); err != nil || status != 2 || said.Error.At != c.at || said.Error.Message.JA == "" {
			t.Errorf("%v: %d %s", c.args, status, out)
		}
		if _, err := os.Stat(data); err == nil {
			t.Errorf("%v made the folder", c.args)
		}
	}
}
