package entry

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"kakehashi/internal/lang"
)

var keyInSource = regexp.MustCompile(`"((?:entry|account)\.[a-z_0-9.]+[a-z_0-9])"`)

func TestEveryKeyInTheSourceHasWordsInBothLanguages(t *testing.T) {
	for _, dir := range []string{".", "../../account"} {
		for _, pattern := range []string{"*.go", "*.templ"} {
			files, _ := filepath.Glob(filepath.Join(dir, pattern))
			for _, file := range files {
				if strings.HasSuffix(file, "_templ.go") || strings.HasSuffix(file, "_test.go") {
					continue
				}
				source, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				for _, m := range keyInSource.FindAllStringSubmatch(string(source), -1) {
					for _, tag := range []lang.Tag{lang.JA, lang.EN} {
						if strings.HasPrefix(lang.T(tag, m[1]), "⟦") {
							t.Errorf("%s: no words for %s", file, m[1])
						}
					}
				}
			}
		}
	}
	for _, key := range []string{"entry.setup.1", "entry.setup.4.lead", "entry.invite.done.active", "entry.invite.done.proposed", "entry.proof.done.approve", "entry.proof.done.refuse",
		"entry.proof.membership", "entry.proof.factor", "entry.proof.approve.factor", "entry.proof.approve.membership", "account.proof.factor", "account.proof.membership"} {
		if !lang.Has(key) {
			t.Errorf("no words for %s", key)
		}
	}
}
