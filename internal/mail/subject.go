package mail

import (
	"regexp"
	"strings"
	"sync"

	"kakehashi/internal/lang"
)

// head is the subject of one template in both languages, and how a written subject is known again.
type head struct {
	shape [2]*regexp.Regexp
	line  map[lang.Tag]string
}

var heads = sync.OnceValue(func() (list []head) {
	for _, name := range Names() {
		h := head{line: map[lang.Tag]string{}}
		for i, tag := range lang.Interface {
			content, err := templates.ReadFile("templates/" + name + "." + string(tag) + ".txt")
			if err != nil {
				continue
			}
			line, _, _ := strings.Cut(string(content), "\n")
			if strings.TrimSpace(placeholder.ReplaceAllString(line, "")) == "" {
				continue
			}
			h.line[tag] = line
			shape := "^"
			at := 0
			for _, x := range placeholder.FindAllStringIndex(line, -1) {
				shape += regexp.QuoteMeta(line[at:x[0]]) + "(?P<" + line[x[0]+1:x[1]-1] + ">.*?)"
				at = x[1]
			}
			h.shape[i] = regexp.MustCompile(shape + regexp.QuoteMeta(line[at:]) + "$")
		}
		if len(h.line) == len(lang.Interface) {
			list = append(list, h)
		}
	}
	return list
})

// Subject says the subject of a mail in another language than it was written in. values, where given, take the place of what the subject
// holds of the same name. What no template has written stays as it is.
func Subject(subject string, tag lang.Tag, values map[string]string) string {
	for _, h := range heads() {
		for _, shape := range h.shape {
			found := shape.FindStringSubmatch(subject)
			if found == nil {
				continue
			}
			given := map[string]string{}
			for i, name := range shape.SubexpNames() {
				given[name] = found[i]
			}
			for name, v := range values {
				given[name] = v
			}
			if said, missing := fillLine(h.line[tag], given); len(missing) == 0 {
				return said
			}
		}
	}
	return subject
}
