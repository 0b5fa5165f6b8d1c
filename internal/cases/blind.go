package cases

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"maps"
	"strings"

	"kakehashi/internal/account"
	"kakehashi/internal/form"
	"kakehashi/internal/programme"
)

// Veiled stands where a name was taken out of what a committee member reads (伏せ字).
const Veiled = "［伏せ字］"

// blind reports whether this person must not learn whose application it is: a committee member before the decision, where the
// programme's screening is blind.
func (c *Case) blind(who account.Who, p *programme.Programme) bool {
	return who.Is(account.RoleCommittee) && c.Phase < 3 && p.Screening.Blind
}

// veil takes the body and its people out of the case: what the register knows of it, the answers that name it, and its name wherever it
// was written. It returns hide with the fields that are gone altogether.
func (c *Case) veil(p *programme.Programme, hide map[string]bool) map[string]bool {
	hide = maps.Clone(hide)
	if hide == nil {
		hide = map[string]bool{}
	}
	for _, f := range p.AllFields() {
		if namesBody(f) {
			hide[f.Key] = true
		}
	}
	words := c.Org.words()
	for _, x := range c.Partners(p) { // whoever takes part tells whose application it is
		words = append(words, OrgRef{Name: x.Name}.words()...)
		hide[x.Field] = true
	}
	c.Parties, c.Intakes, c.Agents, c.Talk, c.Fixes = nil, nil, nil, nil, nil
	c.Raw = maps.Clone(c.Raw)
	for key, v := range c.Raw {
		c.Raw[key] = veilJSON(v, words)
	}
	c.Org = OrgRef{Type: c.Org.Type, Name: Veiled}
	c.Owner, c.Asker, c.Submitter, c.Editors, c.Letters, c.Returns = "", "", "", nil, nil, nil
	c.Head, c.Created, c.answers, c.problems, c.others = "", c.Submitted, nil, nil, nil
	return hide
}

// namesBody reports whether the answer to a question names the body or its people.
func namesBody(f form.Field) bool {
	switch f.Kind {
	case form.KindPerson, form.KindEmail, form.KindTel, form.KindBank, form.KindCode:
		return true
	}
	return f.Prefill != ""
}

// words are the names of the body as somebody might write them.
func (o OrgRef) words() []string {
	var list []string
	for _, w := range []string{o.Head, o.Name, o.English} {
		if len([]rune(w)) >= 2 {
			list = append(list, w)
		}
	}
	return list
}

// veilText replaces every name in a text.
func veilText(s string, words []string) string {
	for _, w := range words {
		s = strings.ReplaceAll(s, w, Veiled)
	}
	return s
}

// veilJSON replaces every name in the texts of a stored answer; the names of attached files are nobody's business at all.
func veilJSON(raw json.RawMessage, words []string) json.RawMessage {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var v any
	if dec.Decode(&v) != nil {
		return raw
	}
	b, err := json.Marshal(veilValue(v, words))
	if err != nil {
		return raw
	}
	return b
}

func veilValue(v any, words []string) any {
	switch v := v.(type) {
	case string:
		return veilText(v, words)
	case []any:
		for i := range v {
			v[i] = veilValue(v[i], words)
		}
	case map[string]any:
		for k := range v {
			v[k] = veilValue(v[k], words)
		}
		if name, ok := v["name"].(string); ok && v["sha256"] != nil {
			v["name"] = PlainName(name)
		}
	}
	return v
}

// PlainName is the name under which a committee member gets an attachment: its kind and nothing else.
func PlainName(name string) string {
	if i := strings.LastIndexByte(name, '.'); i > 0 && len(name)-i <= 6 {
		return "添付資料" + strings.ToLower(name[i:])
	}
	return "添付資料"
}

// lineFor reads a line of a list as this person may see it.
func (s *Store) lineFor(who account.Who) func(*sql.Rows) (Line, error) {
	if !who.Is(account.RoleCommittee) {
		return scanLine
	}
	return func(r *sql.Rows) (Line, error) {
		l, err := scanLine(r)
		if l.phase < 3 {
			l.Title = veilText(l.Title, []string{l.OrgName})
			l.Org, l.OrgName, l.Owner = "", Veiled, ""
		}
		return l, err
	}
}
