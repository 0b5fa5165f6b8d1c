package org

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"kakehashi/internal/fault"
	"kakehashi/internal/form"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
)

// A Kind is one kind of reference data (基礎データ): its columns, which of them name a row, and how a row is checked.
type Kind struct {
	ID      string
	Columns []Column
	// Single is a kind of one row that can be changed but not ended or joined by another.
	Single bool
	// Scope parts a kind for an import of the complete list: only rows of the parts the file names can be ended by it.
	Scope func(Values) string

	key   func(Values) string
	check func(v Values) error
	base  baseRows
}

// A Column is one item of a row. Name is that of the column in files: "name_ja" stands at name.ja in the row's JSON.
type Column struct {
	Name     string
	Kind     form.Kind // text, long, tel, email, url, date, bool, one
	Required bool
	Key      bool   // names the row: it never changes
	Ref      string // the kind whose row the value names
	List     []string
	shape    func(string) bool
}

func (c Column) path() []string {
	if stem, tag, ok := strings.Cut(c.Name, "_"); ok && (stem == "name" || stem == "city" || stem == "address" || stem == "access" ||
		stem == "department" || stem == "topic" || stem == "label" || stem == "value" || stem == "asof") {
		if stem == "asof" {
			stem = "as_of"
		}
		return []string{stem, tag}
	}
	return []string{c.Name}
}

// Label is what the column is called on pages and in the heading line of workbooks.
func (c Column) Label() lang.Text {
	key := "reference.field." + c.Name
	if stem, tag, ok := strings.Cut(c.Name, "_"); ok && stem == "name" && tag != "ja" && tag != "en" {
		l, _ := lang.Find(lang.Tag(tag))
		return lang.Text{JA: lang.T(lang.JA, "reference.field.name_in", "language", l.Name), EN: lang.T(lang.EN, "reference.field.name_in", "language", l.English)}
	}
	return lang.Text{JA: lang.T(lang.JA, key), EN: lang.T(lang.EN, key)}
}

// read makes the value of a column from what stands in a cell or was typed.
func (c Column) read(text string) (string, error) {
	text = tidy(text)
	if c.Key || c.Ref != "" {
		text = jp.FoldID(text)
	}
	switch {
	case text == "" && c.Required:
		return "", fault.At(c.Name, "reference.needed")
	case text == "":
		return "", nil
	case c.Kind == form.KindBool:
		yes := slices.Contains([]string{"true", "1", "yes", "はい", "○"}, strings.ToLower(text))
		if !yes && !slices.Contains([]string{"false", "0", "no", "いいえ", "×"}, strings.ToLower(text)) {
			return "", fault.At(c.Name, "reference.yes_no", "value", text)
		}
		if !yes {
			return "", nil
		}
		return "true", nil
	case len(c.List) > 0 && !slices.Contains(c.List, text):
		return "", fault.At(c.Name, "reference.not_listed", "value", text, "list", strings.Join(c.List, ", "))
	case c.shape != nil && !c.shape(text):
		return "", fault.At(c.Name, "reference.shape."+c.Name, "value", text)
	case len([]rune(text)) > 500:
		return "", fault.At(c.Name, "reference.long")
	}
	f := form.Field{Key: c.Name, Kind: c.Kind, Label: c.Label()}
	v, _, problems := f.Parse(form.Typed(text))
	if len(problems) > 0 {
		p := fault.At(c.Name, "reference.says", "problem", problems[0].Message)
		return "", p
	}
	s, _ := v.(string)
	return s, nil
}

// read makes the values of a row from cells by column; a column that is not there is left as before has it.
func (k Kind) read(cell func(column string) (string, bool), before Values) (Values, error) {
	v := maps.Clone(before)
	if v == nil {
		v = Values{}
	}
	for _, c := range k.Columns {
		text, there := cell(c.Name)
		if !there {
			text = before[c.Name]
		}
		value, err := c.read(text)
		if err != nil {
			return nil, err
		}
		delete(v, c.Name)
		if value != "" {
			v[c.Name] = value
		}
	}
	if k.check != nil {
		if err := k.check(v); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// Column returns a column by its name.
func (k Kind) Column(name string) (Column, bool) {
	for _, c := range k.Columns {
		if c.Name == name {
			return c, true
		}
	}
	return Column{}, false
}

// Key is the key a row of these values stands under.
func (k Kind) Key(v Values) string { return k.key(v) }

// values takes the columns out of a row's JSON.
func (k Kind) values(body []byte) (Values, error) {
	var m map[string]any
	if err := decode(body, &m); err != nil {
		return nil, err
	}
	v := Values{}
	for _, c := range k.Columns {
		var at any = m
		for _, step := range c.path() {
			inner, _ := at.(map[string]any)
			at = inner[step]
		}
		switch x := at.(type) {
		case string:
			if x != "" {
				v[c.Name] = x
			}
		case bool:
			if x {
				v[c.Name] = "true"
			}
		}
	}
	return v, nil
}

// body is the JSON a row is kept as: that of Office, RouteRow, Section, Desk, Headquarters, Holiday, Statistic, Nation or BranchRow.
func (k Kind) body(v Values, source string) (json.RawMessage, error) {
	m := map[string]any{"source": source}
	for _, c := range k.Columns {
		path, at := c.path(), m
		if len(path) == 2 {
			inner, ok := m[path[0]].(map[string]any)
			if !ok {
				inner = map[string]any{}
				m[path[0]] = inner
			}
			at = inner
		}
		if c.Kind == form.KindBool {
			at[path[len(path)-1]] = v[c.Name] == "true"
		} else {
			at[path[len(path)-1]] = v[c.Name]
		}
	}
	return json.Marshal(m)
}

func zoneKnown(name string) bool {
	_, err := time.LoadLocation(name)
	return err == nil && strings.Contains(name, "/")
}
