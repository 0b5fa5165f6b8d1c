package mail

import (
	"embed"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"kakehashi/internal/lang"
)

// A template is templates/<name>.<lang>.txt: the subject, an empty line, the text. {name} is replaced by the value of that name.
// A line of the text all of whose values are empty is left out, so a template may name a number that is not there yet.
// foot.<lang>.txt stands under every mail.

//go:embed templates
var templates embed.FS

// secret are the templates whose link opens an account.
var secret = map[string]bool{"account-invite": true, "account-join": true, "account-reset": true, "joint_link": true}

var placeholder = regexp.MustCompile(`\{([a-z_]+)\}`)

// Names lists the templates.
func Names() []string {
	files, _ := fs.Glob(templates, "templates/*.ja.txt")
	var names []string
	for _, f := range files {
		name := strings.TrimSuffix(strings.TrimPrefix(f, "templates/"), ".ja.txt")
		if name != "foot" {
			names = append(names, name)
		}
	}
	return names
}

// Has reports whether there is a template of this name.
func Has(name string) bool { return slices.Contains(Names(), name) }

// Fill writes a template in a language (Japanese unless English is asked for). It is an error when the template does not exist or
// names a value that is not given.
func Fill(name string, tag lang.Tag, values map[string]string) (subject, text string, err error) {
	if tag != lang.EN {
		tag = lang.JA
	}
	content, err := templates.ReadFile("templates/" + name + "." + string(tag) + ".txt")
	if err != nil {
		return "", "", fmt.Errorf("mail template %s: %w", name, err)
	}
	foot, err := templates.ReadFile("templates/foot." + string(tag) + ".txt")
	if err != nil {
		return "", "", fmt.Errorf("mail template %s: %w", name, err)
	}
	head, body, _ := strings.Cut(string(content), "\n")
	subject, missing := fillLine(head, values)
	var b strings.Builder
	for line := range strings.Lines(strings.TrimLeft(body, "\n") + "\n" + string(foot)) {
		filled, lacks := fillLine(line, values)
		missing = append(missing, lacks...)
		if !blank(line, values) {
			b.WriteString(filled)
		}
	}
	if len(missing) > 0 {
		return "", "", fmt.Errorf("mail template %s wants a value for %s", name, strings.Join(missing, ", "))
	}
	return subject, b.String(), nil
}

func fillLine(line string, values map[string]string) (filled string, missing []string) {
	filled = placeholder.ReplaceAllStringFunc(line, func(s string) string {
		name := s[1 : len(s)-1]
		v, ok := values[name]
		if !ok {
			missing = append(missing, name)
		}
		return v
	})
	return filled, missing
}

// blank reports a line that names values, all of them empty.
func blank(line string, values map[string]string) bool {
	names := placeholder.FindAllString(line, -1)
	for _, n := range names {
		if values[n[1:len(n)-1]] != "" {
			return false
		}
	}
	return len(names) > 0
}

// wants lists the values a template names in a language, in order of the alphabet.
func wants(name string, tag lang.Tag) []string {
	content, _ := templates.ReadFile("templates/" + name + "." + string(tag) + ".txt")
	names := placeholder.FindAllString(string(content), -1)
	slices.Sort(names)
	return slices.Compact(names)
}
