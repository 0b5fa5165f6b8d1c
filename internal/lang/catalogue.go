package lang

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

//go:embed text
var embedded embed.FS

// A Catalogue holds every sentence of the interface, by language and key. It is read once and never changes.
type Catalogue struct {
	entries map[Tag]map[string]sentence
	// Problems are the faults of the files themselves: duplicate keys, empty values, malformed placeholders. A service with
	// problems must not start; until then every good entry can still be read.
	Problems []string
}

// shipped is the catalogue inside the program, parsed at its first use.
var shipped = sync.OnceValue(func() *Catalogue { return ReadCatalogue(embedded, "text") })

// Shipped returns the catalogue inside the program.
func Shipped() *Catalogue { return shipped() }

// T returns the sentence of key in the reader's language with its {placeholders} filled from pairs of name and value:
// T(tag, "case.count", "n", 3). A value is written as fmt.Sprint writes it, a Text in the reader's language; money, days
// and numbers of more than three digits are written first with Yen, Day, Num. A key without an entry comes back as ⟦key⟧.
func T(tag Tag, key string, args ...any) string { return shipped().T(tag, key, args...) }

// Has reports whether the shipped catalogue has key in Japanese (and so, by test, in every interface language).
func Has(key string) bool {
	_, ok := shipped().entries[JA][key]
	return ok
}

// T is the method behind the function T. A language without the key falls back to Japanese.
func (c *Catalogue) T(tag Tag, key string, args ...any) string {
	m, ok := c.entries[tag][key]
	if !ok {
		if m, ok = c.entries[JA][key]; !ok {
			return "⟦" + key + "⟧"
		}
	}
	if m.pieces == nil {
		return m.text
	}
	var b strings.Builder
	m.pieces.write(&b, tag, args)
	return b.String()
}

// Keys returns the keys of one language in order.
func (c *Catalogue) Keys(tag Tag) []string {
	keys := make([]string, 0, len(c.entries[tag]))
	for k := range c.entries[tag] {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// Placeholders returns the names a sentence needs, each once, in order of the alphabet.
func (c *Catalogue) Placeholders(tag Tag, key string) []string {
	names := c.entries[tag][key].pieces.names(nil)
	slices.Sort(names)
	return slices.Compact(names)
}

// ReadCatalogue reads DIR/<language>/<area>.yaml of fsys: flat maps from key to sentence. The files of one language are one
// list; a key may stand in it once.
func ReadCatalogue(fsys fs.FS, dir string) *Catalogue {
	c := &Catalogue{entries: map[Tag]map[string]sentence{}}
	files, err := fs.Glob(fsys, path.Join(dir, "*", "*.yaml"))
	if err != nil {
		c.Problems = append(c.Problems, err.Error())
	}
	for _, file := range files {
		tag := Tag(path.Base(path.Dir(file)))
		if c.entries[tag] == nil {
			c.entries[tag] = make(map[string]sentence, 4096)
		}
		data, err := fs.ReadFile(fsys, file)
		if err != nil {
			c.Problems = append(c.Problems, err.Error())
			continue
		}
		c.readFile(tag, file, data)
	}
	return c
}

func (c *Catalogue) readFile(tag Tag, file string, data []byte) {
	problem := func(line int, format string, args ...any) {
		c.Problems = append(c.Problems, fmt.Sprintf("%s:%d: %s", file, line, fmt.Sprintf(format, args...)))
	}
	list, ok := flat(string(data))
	if !ok {
		list = readYAML(data, problem)
	}
	for _, l := range list {
		if first, twice := c.entries[tag][l.key]; twice {
			problem(l.at, "key %s is already in %s:%d", l.key, first.file, first.at)
			continue
		}
		if strings.TrimSpace(l.value) == "" {
			problem(l.at, "key %s is empty", l.key)
		}
		m, err := l.parse()
		if err != nil {
			problem(l.at, "key %s: %v", l.key, err)
			m = nil
		}
		c.entries[tag][l.key] = sentence{text: l.value, pieces: m, file: file, at: int32(l.at)}
	}
}

// readYAML reads the lines of a catalogue file that uses more of YAML than one sentence a line.
func readYAML(data []byte, problem func(line int, format string, args ...any)) (list []line) {
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		problem(0, "%v", err)
		return nil
	}
	if len(doc.Content) == 0 {
		return nil
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode {
		problem(root.Line, "a catalogue file is a flat list of key: sentence")
		return nil
	}
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		if value.Kind != yaml.ScalarNode {
			problem(value.Line, "key %s does not hold one sentence", key.Value)
			continue
		}
		list = append(list, line{key.Value, value.Value, key.Line})
	}
	return list
}

// sentence is one entry of the catalogue and where it stands.
type sentence struct {
	text   string
	pieces message // nil when the sentence is all plain words, as most are
	file   string
	at     int32
}

// parse reads the placeholders of a line that has any.
func (l line) parse() (message, error) {
	if strings.IndexByte(l.value, '{') < 0 && strings.IndexByte(l.value, '}') < 0 {
		return nil, nil
	}
	return parseMessage(l.value)
}

// message is a parsed sentence: plain pieces, placeholders {name} and choices by number {n|one case|{n} cases}.
type message []piece

type piece struct {
	text      string // plain words, when name is ""
	name      string // placeholder
	one, many message
	choice    bool
}

func parseMessage(s string) (message, error) {
	m, rest, err := parsePieces(s, "")
	if err == nil && rest != "" {
		err = fmt.Errorf("a } too many before %q", rest)
	}
	return m, err
}

// parsePieces reads up to one of the stop bytes (or the end) and returns what follows, stop byte included.
func parsePieces(s, stops string) (message, string, error) {
	var m message
	for s != "" {
		i := strings.IndexAny(s, "{}"+stops)
		if i < 0 {
			return append(m, piece{text: s}), "", nil
		}
		if i > 0 {
			m = append(m, piece{text: s[:i]})
		}
		if s = s[i:]; s[0] != '{' {
			return m, s, nil
		}
		p, rest, err := parsePlaceholder(s[1:])
		if err != nil {
			return nil, "", err
		}
		m, s = append(m, p), rest
	}
	return m, "", nil
}

func parsePlaceholder(s string) (piece, string, error) {
	end := strings.IndexAny(s, "|}")
	if end < 0 {
		return piece{}, "", fmt.Errorf("{%s is not closed", s)
	}
	p := piece{name: s[:end]}
	if !isName(p.name) {
		return piece{}, "", fmt.Errorf("{%s} is no placeholder name (a-z, 0-9, _)", p.name)
	}
	if s[end] == '}' {
		return p, s[end+1:], nil
	}
	p.choice = true
	var err error
	var rest string
	if p.one, rest, err = parsePieces(s[end+1:], "|"); err != nil {
		return piece{}, "", err
	}
	if !strings.HasPrefix(rest, "|") {
		return piece{}, "", fmt.Errorf("{%s|…} needs two forms: {%s|one|many}", p.name, p.name)
	}
	if p.many, rest, err = parsePieces(rest[1:], "|"); err != nil {
		return piece{}, "", err
	}
	if !strings.HasPrefix(rest, "}") {
		return piece{}, "", fmt.Errorf("{%s|one|many} is not closed after the second form", p.name)
	}
	return p, rest[1:], nil
}

func isName(s string) bool {
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9' || i == 0) && c != '_' {
			return false
		}
	}
	return s != ""
}

func (m message) write(b *strings.Builder, tag Tag, args []any) {
	for _, p := range m {
		if p.name == "" {
			b.WriteString(p.text)
			continue
		}
		value, ok := argument(tag, p.name, args)
		switch {
		case p.choice && ok && isOne(value):
			p.one.write(b, tag, args)
		case p.choice:
			p.many.write(b, tag, args)
		case ok:
			b.WriteString(value)
		default:
			b.WriteString("{" + p.name + "}")
		}
	}
}

func (m message) names(into []string) []string {
	for _, p := range m {
		if p.name != "" {
			into = append(into, p.name)
		}
		into = p.many.names(p.one.names(into))
	}
	return into
}

func argument(tag Tag, name string, args []any) (string, bool) {
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] != name {
			continue
		}
		switch v := args[i+1].(type) {
		case string:
			return v, true
		case Text:
			return v.In(tag), true
		case int:
			return strconv.Itoa(v), true
		default:
			return fmt.Sprint(v), true
		}
	}
	return "", false
}

func isOne(s string) bool { return s == "1" }
