package journey_test

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"
)

// pdfText is what a reader of the document reads, without white space: lines break anywhere in Japanese.
func pdfText(t *testing.T, paper []byte) string {
	t.Helper()
	command := exec.Command("pdftotext", "-enc", "UTF-8", "-", "-")
	command.Stdin = bytes.NewReader(paper)
	out, err := command.Output()
	if err != nil {
		t.Fatalf("pdftotext (package poppler-utils): %v", err)
	}
	return strings.Join(strings.Fields(string(out)), "")
}
