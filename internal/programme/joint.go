package programme

import (
	"fmt"

	"kakehashi/internal/form"
	"kakehashi/internal/rule"
)

// Joint says who takes part beside the body that applies (共同実施・連携), and what each of them consents to. Where a definition has none,
// nobody is asked.
type Joint struct {
	Parties  []Parties `json:"parties" yaml:"parties"`
	Concerns []string  `json:"concerns" yaml:"concerns"` // questions consent is given to beside one's own role and share; a change of one voids it
	LinkDays int       `json:"linkDays" yaml:"linkDays"` // days in which somebody without an account can answer by the link of a mail
}

// Parties are the bodies one question names: a table with a row for each, or a single organisation.
type Parties struct {
	Field string `json:"field" yaml:"field"`
	When  string `json:"when,omitempty" yaml:"when"` // key of a yes-or-no question: only while it is answered with yes
	Body  string `json:"body,omitempty" yaml:"body"` // columns of a table: an organisation or its name, what it does, yen it bears
	Role  string `json:"role,omitempty" yaml:"role"`
	Share string `json:"share,omitempty" yaml:"share"`
}

// joint checks that every question and column is there.
func (c *compiler) joint() {
	j := c.p.Joint
	for i, x := range j.Parties {
		at := fmt.Sprintf("joint.parties.%d", i)
		s := c.p.spots[x.Field]
		if s == nil {
			c.fail(at+".field", say("lint.no_field", "a", x.Field), rule.Nearest(x.Field, c.keys()))
			continue
		}
		if w := c.p.spots[x.When]; x.When != "" && (w == nil || w.field.Kind != form.KindBool) {
			c.fail(at+".when", say("lint.not_bool", "a", x.When), "")
		}
		if s.field.Kind == form.KindOrg {
			continue
		}
		for name, want := range map[string]string{"body": x.Body, "role": x.Role, "share": x.Share} {
			if (want != "" || name == "body") && !hasColumn(s.field, want) {
				c.fail(at+"."+name, say("lint.no_column", "a", x.Field, "b", want), "")
			}
		}
	}
	for _, key := range j.Concerns {
		if c.p.spots[key] == nil {
			c.fail("joint.concerns", say("lint.no_field", "a", key), rule.Nearest(key, c.keys()))
		}
	}
	if len(j.Parties) > 0 && j.LinkDays <= 0 {
		c.fail("joint.linkDays", say("lint.link_days"), "")
	}
}

func hasColumn(f form.Field, key string) bool {
	for _, col := range f.Cols() {
		if col.Key == key {
			return true
		}
	}
	return false
}
