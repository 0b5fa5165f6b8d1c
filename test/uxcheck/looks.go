package uxcheck

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// Looks compares what pages of the service at base look like, at every width in both themes, with what was approved (looks.txt). What
// differs is shown in out/sheet.html; with approve it is approved.
func Looks(t *testing.T, base string, pages []Page, out string, approve bool) (string, error) {
	t.Helper()
	list := filepath.Join(out, "pages.json")
	spec, err := json.Marshal(map[string]any{"base": base, "pages": pages})
	if err == nil {
		err = os.MkdirAll(out, 0o755)
	}
	if err == nil {
		err = os.WriteFile(list, spec, 0o600)
	}
	if err != nil {
		return "", err
	}
	args := []string{list, filepath.Join(home(t), "looks.txt"), out}
	if approve {
		args = append(args, "approve")
	}
	return Node(t, "looks.mjs", args...)
}
