package programme

import (
	"fmt"
	"io/fs"
	"path"
	"reflect"
	"slices"
	"sort"
	"strings"

	"go.yaml.in/yaml/v3"

	"kakehashi/internal/lang"
	"kakehashi/internal/rule"
)

// common is the folder of what several programmes share: field groups, rules, workflows, letters.
const common = "_common"

// place is where something of a definition was written.
type place struct {
	file string
	line int
}

// source reads the YAML files of one programme folder and remembers where every node stands.
type source struct {
	fsys   fs.FS
	files  map[*yaml.Node]string
	groups map[string]*yaml.Node
	issues Issues
	nodes  int          // read so far
	open   []*yaml.Node // being read, outermost first
}

// mostNodes bounds what is read for one programme, aliases spread out.
const mostNodes = 200_000

// Parse reads programmes/<dir> from fsys: programme.yaml, the other YAML files of the folder, the common parts named in "use", and the
// field groups its sections use. Keys nobody knows are refused. The definition is complete when there are no issues; Compile checks
// the rest.
func Parse(fsys fs.FS, dir string) (Definition, Issues) {
	s := newSource(fsys)
	s.loadGroups()
	top := s.load(path.Join(dir, "programme.yaml"))
	if top == nil {
		return Definition{}, s.issues
	}
	own := top
	others, _ := fs.Glob(fsys, path.Join(dir, "*.yaml"))
	sort.Strings(others)
	for _, file := range others {
		if path.Base(file) != "programme.yaml" {
			if part := s.load(file); part != nil {
				own = s.join(own, part, "")
			}
		}
	}
	merged := own
	if uses := take(own, "use"); uses != nil {
		base := s.node(&yaml.Node{Kind: yaml.MappingNode, Line: top.Line}, top)
		for _, u := range uses.Content {
			if part := s.loadCommon(u); part != nil {
				base = s.join(base, part, "")
			}
		}
		merged = s.over(base, own)
	}
	s.expand(merged)
	var d Definition
	s.check(merged, reflect.TypeFor[Definition](), "")
	if len(s.issues) > 0 {
		return Definition{}, s.issues
	}
	if err := merged.Decode(&d); err != nil {
		s.fail(merged, "", say("lint.as_said", "a", err.Error()), "")
		return Definition{}, s.issues
	}
	d.places = map[string]place{}
	s.record(merged, "", d.places)
	return d, nil
}

func newSource(fsys fs.FS) *source { return &source{fsys: fsys, files: map[*yaml.Node]string{}} }

func (s *source) fail(n *yaml.Node, at string, said lang.Text, suggest string) {
	s.issues = append(s.issues, issue(s.files[n], n.Line, at, said, suggest))
}

// load reads one file into its mapping node.
func (s *source) load(file string) *yaml.Node {
	data, err := fs.ReadFile(s.fsys, file)
	if err != nil {
		s.issues = append(s.issues, issue(file, 0, "", say("lint.unreadable"), ""))
		return nil
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		line, said := syntax(data, err)
		s.issues = append(s.issues, issue(file, line, "", said, ""))
		return nil
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
		s.issues = append(s.issues, issue(file, 1, "", say("lint.not_mapping"), ""))
		return nil
	}
	s.own(doc.Content[0], file)
	return doc.Content[0]
}

// own notes the file of every node, refuses keys written twice, and keeps unquoted dates as text.
func (s *source) own(n *yaml.Node, file string) {
	s.files[n] = file
	if s.nodes++; s.nodes > mostNodes {
		if s.nodes == mostNodes+1 {
			s.fail(n, "", say("lint.too_large"), "")
		}
		n.Content = nil
		return
	}
	if n.Kind == yaml.AliasNode {
		if slices.Contains(s.open, n.Alias) {
			s.fail(n, "", say("lint.alias_circle", "a", n.Value), "")
			*n = yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Line: n.Line}
			return
		}
		from := n.Alias
		*n = copyOf(from, n.Line)
		s.open = append(s.open, from)
		defer func() { s.open = s.open[:len(s.open)-1] }()
	}
	s.open = append(s.open, n)
	defer func() { s.open = s.open[:len(s.open)-1] }()
	if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!timestamp" {
		n.Tag = "!!str"
	}
	if n.Kind == yaml.MappingNode {
		seen := map[string]bool{}
		for i := 0; i < len(n.Content); i += 2 {
			key := n.Content[i]
			s.files[key] = file
			if seen[key.Value] {
				s.fail(key, key.Value, say("lint.key_twice"), "")
			}
			seen[key.Value] = true
		}
	}
	for _, c := range n.Content {
		s.own(c, file)
	}
}

// copyOf copies a node one level deep; what is below is copied when it is reached.
func copyOf(n *yaml.Node, line int) yaml.Node {
	c := *n
	c.Anchor, c.Content, c.Line = "", nil, line
	for _, x := range n.Content {
		below := *x
		c.Content = append(c.Content, &below)
	}
	return c
}

// node registers a node made here as standing where like stands.
func (s *source) node(n, like *yaml.Node) *yaml.Node {
	n.Line = like.Line
	s.files[n] = s.files[like]
	return n
}

func (s *source) loadGroups() {
	s.groups = map[string]*yaml.Node{}
	file := path.Join(common, "groups.yaml")
	if _, err := fs.Stat(s.fsys, file); err != nil {
		return
	}
	if top := s.load(file); top != nil {
		if groups := get(top, "groups"); groups != nil {
			for i := 0; i+1 < len(groups.Content); i += 2 {
				s.groups[groups.Content[i].Value] = groups.Content[i+1]
			}
		}
	}
}

func (s *source) loadCommon(use *yaml.Node) *yaml.Node {
	file := path.Join(common, use.Value+".yaml")
	if _, err := fs.Stat(s.fsys, file); err != nil {
		var names []string
		found, _ := fs.Glob(s.fsys, path.Join(common, "*.yaml"))
		for _, f := range found {
			names = append(names, strings.TrimSuffix(path.Base(f), ".yaml"))
		}
		s.fail(use, "use", say("lint.no_part", "a", use.Value), rule.Nearest(use.Value, names))
		return nil
	}
	return s.load(file)
}

func get(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

// take removes a key and returns its value.
func take(n *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			v := n.Content[i+1]
			n.Content = slices.Delete(n.Content, i, i+2)
			return v
		}
	}
	return nil
}

// ident is what names an item of a list: its id, key or name.
func ident(n *yaml.Node) string {
	for _, key := range []string{"id", "key", "name"} {
		if v := get(n, key); v != nil && v.Kind == yaml.ScalarNode && v.Value != "" {
			return v.Value
		}
	}
	return ""
}

// join puts two parts side by side; the same item in both is a mistake.
func (s *source) join(a, b *yaml.Node, at string) *yaml.Node { return s.merge(a, b, at, false) }

// over lays a programme's own words over the common ones: an item with the same id changes only the keys it names.
func (s *source) over(base, own *yaml.Node) *yaml.Node { return s.merge(base, own, "", true) }

func (s *source) merge(a, b *yaml.Node, at string, wins bool) *yaml.Node {
	switch {
	case a.Kind == yaml.MappingNode && b.Kind == yaml.MappingNode:
		out := s.node(&yaml.Node{Kind: yaml.MappingNode, Tag: a.Tag, Content: slices.Clone(a.Content)}, b)
		for i := 0; i+1 < len(b.Content); i += 2 {
			key, v := b.Content[i], b.Content[i+1]
			j := indexOf(out, key.Value)
			if j < 0 {
				out.Content = append(out.Content, key, v)
				continue
			}
			out.Content[j] = key
			out.Content[j+1] = s.merge(out.Content[j+1], v, join(at, key.Value), wins)
		}
		return out
	case a.Kind == yaml.SequenceNode && b.Kind == yaml.SequenceNode && named(a) && named(b):
		out := s.node(&yaml.Node{Kind: yaml.SequenceNode, Tag: a.Tag, Content: slices.Clone(a.Content)}, b)
		for _, item := range b.Content {
			id := ident(item)
			j := slices.IndexFunc(a.Content, func(n *yaml.Node) bool { return ident(n) == id })
			switch {
			case j < 0:
				out.Content = append(out.Content, item)
			case !wins:
				s.fail(item, join(at, id), say("lint.id_twice_at", "a", s.files[a.Content[j]], "b", fmt.Sprintf(":%d", a.Content[j].Line)), "")
			default:
				out.Content[j] = s.merge(a.Content[j], item, join(at, id), true)
			}
		}
		return out
	}
	if !wins {
		s.fail(b, at, say("lint.said_twice", "a", s.files[a], "b", fmt.Sprintf(":%d", a.Line)), "")
	}
	return b
}

func join(at, name string) string {
	if at == "" {
		return name
	}
	return at + "." + name
}

func indexOf(n *yaml.Node, key string) int {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return i
		}
	}
	return -1
}

func named(n *yaml.Node) bool {
	for _, c := range n.Content {
		if ident(c) == "" {
			return false
		}
	}
	return true
}

// expand puts field groups into the sections that use them, and rows described once (columns: use) into tables.
func (s *source) expand(top *yaml.Node) {
	forms := get(top, "forms")
	if forms == nil {
		return
	}
	for _, f := range forms.Content {
		sections := get(f, "sections")
		if sections == nil {
			continue
		}
		for _, section := range sections.Content {
			if section.Kind == yaml.MappingNode {
				s.expandSection(section)
			}
		}
	}
}

func (s *source) expandSection(section *yaml.Node) {
	uses := take(section, "use")
	if uses == nil {
		return
	}
	fields := s.node(&yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}, uses)
	for _, u := range uses.Content {
		group, ok := s.groups[u.Value]
		if !ok {
			names := make([]string, 0, len(s.groups))
			for name := range s.groups {
				names = append(names, name)
			}
			s.fail(u, "forms", say("lint.no_group", "a", u.Value), rule.Nearest(u.Value, names))
			continue
		}
		fields.Content = append(fields.Content, group.Content...)
	}
	if own := take(section, "fields"); own != nil {
		fields = s.merge(fields, own, "fields", true)
	}
	key := s.node(&yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: "fields"}, uses)
	section.Content = append(section.Content, key, fields)
}

// check refuses keys the type does not have and values that are not of its type, each with file and line.
func (s *source) check(n *yaml.Node, t reflect.Type, at string) {
	if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" {
		return
	}
	switch t.Kind() {
	case reflect.Pointer:
		s.check(n, t.Elem(), at)
	case reflect.Struct:
		s.checkStruct(n, t, at)
	case reflect.Slice:
		if n.Kind != yaml.SequenceNode {
			s.fail(n, at, say("lint.want_list"), "")
			return
		}
		for i, c := range n.Content {
			name := ident(c)
			if name == "" {
				name = fmt.Sprint(i)
			}
			s.check(c, t.Elem(), join(at, name))
		}
	case reflect.Map:
		if n.Kind != yaml.MappingNode {
			s.fail(n, at, say("lint.want_mapping"), "")
			return
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			s.check(n.Content[i+1], t.Elem(), join(at, n.Content[i].Value))
		}
	case reflect.Interface:
	default:
		if err := n.Decode(reflect.New(t).Interface()); err != nil {
			s.fail(n, at, say("lint.wrong_kind", "a", fmt.Sprintf("%q", n.Value), "b", kindWords(t.Kind())), "")
		}
	}
}

// kindWords names a kind of value; in English as it is declared.
func kindWords(k reflect.Kind) lang.Text {
	t := lang.Text{JA: k.String(), EN: k.String()}
	switch k {
	case reflect.Int, reflect.Int64, reflect.Int32:
		t.JA = lang.T(lang.JA, "lint.kind.number")
	case reflect.Float64:
		t.JA = lang.T(lang.JA, "lint.kind.decimal")
	case reflect.Bool:
		t.JA = lang.T(lang.JA, "lint.kind.bool")
	case reflect.String:
		t.JA = lang.T(lang.JA, "lint.kind.text")
	}
	return t
}

func (s *source) checkStruct(n *yaml.Node, t reflect.Type, at string) {
	if n.Kind != yaml.MappingNode {
		s.fail(n, at, say("lint.want_mapping"), "")
		return
	}
	known := map[string]reflect.Type{}
	var names []string
	for i := range t.NumField() {
		tag, _, _ := strings.Cut(t.Field(i).Tag.Get("yaml"), ",")
		if !t.Field(i).IsExported() || tag == "-" {
			continue
		}
		if tag == "" {
			tag = strings.ToLower(t.Field(i).Name)
		}
		known[tag] = t.Field(i).Type
		names = append(names, tag)
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		ft, ok := known[key.Value]
		if !ok {
			s.fail(key, join(at, key.Value), say("lint.unknown_key", "a", key.Value), rule.Nearest(key.Value, names))
			continue
		}
		s.check(n.Content[i+1], ft, join(at, key.Value))
	}
}

// record notes the place of every path of the merged definition.
func (s *source) record(n *yaml.Node, at string, places map[string]place) {
	places[at] = place{s.files[n], n.Line}
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			p := join(at, n.Content[i].Value)
			s.record(n.Content[i+1], p, places)
			places[p] = place{s.files[n.Content[i]], n.Content[i].Line}
		}
	case yaml.SequenceNode:
		for i, c := range n.Content {
			name := ident(c)
			if name == "" {
				name = fmt.Sprint(i)
			}
			s.record(c, join(at, name), places)
		}
	}
}

// at finds the place of a path, or of the nearest thing around it.
func (d *Definition) at(p string) place {
	for {
		if where, ok := d.places[p]; ok {
			return where
		}
		i := strings.LastIndexByte(p, '.')
		if i < 0 {
			return d.places[""]
		}
		p = p[:i]
	}
}
