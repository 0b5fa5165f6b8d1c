package programme

import (
	"io/fs"
	"path"
	"reflect"

	"kakehashi/internal/lang"
)

// Goal is something a body wants to do: the finder's first question.
type Goal struct {
	ID    string    `json:"id" yaml:"id"`
	Title lang.Text `json:"title" yaml:"title"`
}

// LoadGoals reads the vocabulary of goals from _common/goals.yaml, in its order.
func LoadGoals(fsys fs.FS) ([]Goal, Issues) {
	s := newSource(fsys)
	file := path.Join(common, "goals.yaml")
	if _, err := fs.Stat(fsys, file); err != nil {
		return nil, nil
	}
	top := s.load(file)
	if top == nil {
		return nil, s.issues
	}
	var out struct {
		Goals []Goal `yaml:"goals"`
	}
	s.check(top, reflect.TypeOf(out), "")
	if len(s.issues) > 0 {
		return nil, s.issues
	}
	if err := top.Decode(&out); err != nil {
		s.fail(top, "goals", say("lint.as_said", "a", err.Error()), "")
	}
	return out.Goals, s.issues
}

// Twins finds codes and numbers two programmes share.
func Twins(all []Definition) Issues {
	var out Issues
	seen := map[string]string{}
	for _, d := range all {
		for _, name := range []string{d.Code, d.Number} {
			if other, ok := seen[name]; ok {
				where := d.at("programme")
				out = append(out, issue(where.file, where.line, name, say("lint.twin", "a", name, "b", other), ""))
			}
			seen[name] = d.Code
		}
	}
	return out
}

// Keys lists the keys of all fields.
func (p *Programme) Keys() []string {
	out := make([]string, len(p.fields))
	for i, f := range p.fields {
		out[i] = f.Key
	}
	return out
}
