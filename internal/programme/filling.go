package programme

import (
	"fmt"
	"slices"
	"strings"

	"kakehashi/internal/form"
	"kakehashi/internal/rule"
)

// findProblems looks at every answer of the form again unless the caller did.
func (e *evaluation) findProblems() {
	if e.in.Checked {
		e.sort(e.in.Problems)
		return
	}
	e.sort(e.in.Problems)
	for _, s := range e.p.order {
		if s.form != e.form {
			continue
		}
		if x, ok := e.in.Answers[s.field.Key]; ok && x != nil {
			e.sort(s.field.Check(x))
		}
	}
}

// sort puts problems under problems, and required parts of an answer (cells of a row, the number of an account) under missing; each once.
func (e *evaluation) sort(problems []form.Problem) {
	for _, p := range problems {
		switch {
		case p.Code == form.CodeRequired:
			if !slices.Contains(e.out.Missing, p.Field) {
				e.out.Missing = append(e.out.Missing, p.Field)
			}
		case !slices.ContainsFunc(e.out.Problems, func(q form.Problem) bool { return q.Field == p.Field && q.Code == p.Code }):
			e.out.Problems = append(e.out.Problems, p)
		}
	}
}

// findMissing lists the required questions of the form that have no answer, in the order of the form.
func (e *evaluation) findMissing() {
	cells := e.out.Missing
	e.missing = nil
	for _, s := range e.p.order {
		if s.form != e.form || s.field.ReadOnly {
			continue
		}
		key := s.field.Key
		if !answered(e.in.Answers[key]) && e.look(s).Needed == Yes {
			e.missing = append(e.missing, key)
		}
		for _, c := range cells {
			if strings.HasPrefix(c, key+"[") || strings.HasPrefix(c, key+".") {
				e.missing = append(e.missing, c)
			}
		}
		e.missingCells(s)
	}
}

// missingCells finds the cells a row's own values make necessary (対象外理由).
func (e *evaluation) missingCells(s *spot) {
	if len(s.columns) == 0 {
		return
	}
	rows := form.Rows(e.in.Answers[s.field.Key])
	for _, column := range s.field.Cols() {
		need := s.columns[column.Key]
		if need == nil || need.program == nil {
			continue
		}
		v := need.env.Values()
		v.Adopt(e.v)
		for i, row := range rows {
			if answered(row[column.Key]) {
				continue
			}
			value, _ := plain(row)
			v.Set("row", value)
			at := fmt.Sprintf("%s[%d].%s", s.field.Key, i, column.Key)
			if told(need.program.Run(v)) == Yes && !slices.Contains(e.missing, at) {
				e.missing = append(e.missing, at)
			}
		}
	}
}

// answered reports whether a stored value is an answer: not absent, not empty.
func answered(x any) bool {
	switch x := x.(type) {
	case nil:
		return false
	case string:
		return strings.TrimSpace(x) != ""
	case []form.Row:
		return len(x) > 0
	case []string:
		return len(x) > 0
	case []form.File:
		return len(x) > 0
	}
	return true
}

// tally sets what the common rules ask about the filling itself.
func (e *evaluation) tally() {
	bad := map[string]int64{}
	for _, p := range e.out.Problems {
		bad[p.Code]++
	}
	v := e.v
	v.Set("form.problems", int64(len(e.out.Problems)))
	v.Set("form.count", int64(len(e.out.Problems)+len(e.missing)))
	v.Set("form.badYen", bad[form.CodeYen])
	v.Set("form.badFiles", bad[form.CodeBadFile])
	v.Set("form.unagreed", e.in.Unagreed)
	open(v, "form.missing", e.missing)
	open(v, "form.filesMissing", e.openFiles())
	e.out.Missing = append([]string{}, e.missing...)
}

// openFiles are what must be answered before the attachments can be judged: required ones that are missing, and the questions that decide
// whether one is required.
func (e *evaluation) openFiles() []string {
	var keys []string
	for _, s := range e.p.order {
		if s.form != e.form || s.field.Kind != form.KindFile || answered(e.in.Answers[s.field.Key]) {
			continue
		}
		switch e.look(s).Needed {
		case Yes:
			keys = append(keys, s.field.Key)
		case Untold:
			for _, c := range []*condition{s.shown, s.needed} {
				if c == nil {
					continue
				}
				if got, err := c.program.Run(e.v); err == nil {
					keys = append(keys, got.Unknown...)
				}
			}
		}
	}
	return keys
}

// open is 0 when nothing is missing, and unknown with the names otherwise.
func open(v *rule.Values, name string, keys []string) {
	if len(keys) == 0 {
		v.Set(name, int64(0))
		return
	}
	v.SetUnknown(name, keys)
}
