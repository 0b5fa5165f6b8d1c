package cases

import (
	"fmt"
	"strings"

	"kakehashi/internal/form"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/org"
)

// own reports whether the acting person is of the body whose case it is.
func (d *draft) own() bool { return d.who.Is(staff...) && d.who.BodyID() == d.Case.Org.Code }

// registered puts what the register knows into the organisations of an answer: type and name follow from the code, the code from a name
// only one body has (富士市, 石川県七尾市). What nobody but the register can say, what kind of body it is and that it consented, is never
// taken from what was typed. A name several bodies have is a problem at its place; one nobody has stays a name.
func (d *draft) registered(f form.Field, value any) (any, []form.Problem, error) {
	switch v := value.(type) {
	case form.Org:
		o, problem, err := d.bodyOf(f.Key, v)
		if problem != nil {
			return o, []form.Problem{*problem}, err
		}
		return o, nil, err
	case []form.Row:
		var problems []form.Problem
		for _, col := range f.Cols() {
			if col.Kind != form.KindOrg {
				continue
			}
			for i, row := range v {
				o, ok := row[col.Key].(form.Org)
				if !ok {
					continue
				}
				known, problem, err := d.bodyOf(fmt.Sprintf("%s[%d].%s", f.Key, i, col.Key), o)
				if err != nil {
					return value, nil, err
				}
				row[col.Key] = known
				if problem != nil {
					problems = append(problems, *problem)
				}
			}
		}
		return v, problems, nil
	}
	return value, nil, nil
}

func (d *draft) bodyOf(path string, o form.Org) (form.Org, *form.Problem, error) {
	o.Confirmed = false
	if o.Code != "" {
		b, err := d.Orgs.Get(d.ctx, o.Code)
		if err == nil {
			return form.Org{Type: b.Type, Code: b.Code, Name: b.Name}, nil, nil
		}
		o.Type = ""
		return o, wrongBody(path, "cases.joint.code", "code", o.Code), nil
	}
	o.Type = ""
	found, err := d.Orgs.Search(d.ctx, apartFromArea(o.Name), 20)
	if err != nil {
		return o, nil, err
	}
	want := jp.FoldID(strings.ReplaceAll(strings.ReplaceAll(o.Name, " ", ""), "　", ""))
	var same []org.Body
	for _, b := range found {
		if jp.FoldID(b.Name) == want || jp.FoldID(b.Label(lang.JA)) == want || strings.EqualFold(b.English, o.Name) {
			same = append(same, b)
		}
	}
	switch len(same) {
	case 0:
		return o, nil, nil
	case 1:
		return form.Org{Type: same[0].Type, Code: same[0].Code, Name: same[0].Name}, nil, nil
	}
	var names []string
	for _, b := range same {
		names = append(names, b.Label(lang.JA)+" "+b.Code)
	}
	return o, wrongBody(path, "cases.joint.which", "names", strings.Join(names, "、")), nil
}

// apartFromArea parts the prefecture from the name after it, as the register is searched.
func apartFromArea(name string) string {
	for n := 1; n <= 47; n++ {
		if area, ok := org.PrefectureName(fmt.Sprintf("%02d", n)); ok && name != area.JA {
			if rest, found := strings.CutPrefix(name, area.JA); found {
				return area.JA + " " + rest
			}
		}
	}
	return name
}

func wrongBody(path, key string, args ...any) *form.Problem {
	return &form.Problem{Field: path, Code: form.CodeBadCode, Message: lang.Text{JA: lang.T(lang.JA, key, args...), EN: lang.T(lang.EN, key, args...)}}
}
