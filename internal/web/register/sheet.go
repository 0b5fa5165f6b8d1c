package register

import (
	"fmt"
	"net/http"

	"kakehashi/internal/fault"
	"kakehashi/internal/form"
	"kakehashi/internal/lang"
	"kakehashi/internal/org"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
)

// sheet is one small form: its questions, what was typed, and what is wrong with it.
type sheet struct {
	fields   []form.Field
	in       map[string]form.Input
	values   map[string]string
	problems []form.Problem
}

// words are a label or help in both languages.
func words(key string) lang.Text {
	return lang.Text{JA: lang.T(lang.JA, key), EN: lang.T(lang.EN, key)}
}

// field is a question named as the register's faults name it.
func field(key string, kind form.Kind, required bool) form.Field {
	return form.Field{Key: key, Kind: kind, Required: required, Label: words("register.field." + key)}
}

func helped(f form.Field) form.Field {
	f.Help = words("register.help." + f.Key)
	return f
}

func typeField(lg bool) form.Field {
	f := field("type", form.KindOne, true)
	for _, t := range org.Types() {
		if lg || !t.LG {
			f.Options = append(f.Options, form.Option{Value: t.Code, Label: t.Name})
		}
	}
	return f
}

func prefectureField() form.Field {
	f := field("prefecture", form.KindOne, false)
	for n := 1; n <= 47; n++ {
		code := fmt.Sprintf("%02d", n)
		name, _ := org.PrefectureName(code)
		f.Options = append(f.Options, form.Option{Value: code, Label: name})
	}
	return f
}

// filled is a sheet that shows these values.
func filled(fields []form.Field, values map[string]string) sheet {
	s := sheet{fields: fields, in: map[string]form.Input{}, values: values}
	for _, f := range fields {
		s.in[f.Key] = form.Typed(values[f.Key])
		if v, _, _ := f.Parse(s.in[f.Key]); v != nil {
			s.in[f.Key] = f.Input(v)
		}
	}
	return s
}

// sent reads what a browser sent.
func sent(r *page.Request, fields []form.Field) (sheet, error) {
	s := sheet{fields: fields, values: map[string]string{}}
	if err := r.ParseForm(); err != nil {
		return s, fault.New(fault.Invalid, "page.unreadable")
	}
	s.in = part.Inputs(fields, r.PostForm)
	for _, f := range fields {
		v, answered, problems := f.Parse(s.in[f.Key])
		s.problems = append(s.problems, problems...)
		if !answered && f.Required {
			s.problems = append(s.problems, f.Missing())
		}
		if text, ok := v.(string); ok {
			s.values[f.Key] = text
		}
	}
	return s, nil
}

// wrong notes what the register refused, at its question; other errors come back.
func (s *sheet) wrong(err error, at string) error {
	f := fault.Of(err)
	if f == nil {
		return err
	}
	if f.Field != "" {
		at = f.Field
	}
	s.problems = append(s.problems, form.Problem{Field: at, Message: lang.Text{JA: page.FaultText(lang.JA, f), EN: page.FaultText(lang.EN, f)}})
	return nil
}

func (s sheet) controls() []part.Control {
	var list []part.Control
	for _, f := range s.fields {
		list = append(list, part.Control{Field: f, Input: s.in[f.Key], Problems: s.problems, Needed: f.Required})
	}
	return list
}

// formPage is a page with one sheet.
type formPage struct {
	Title, Lead, Action, Back string
	Hidden                    [][2]string
	Controls                  []part.Control
	Items                     []page.Item
	Submit                    string
}

// view draws a sheet as a page.
func (s sheet) view(r *page.Request, v formPage) page.View {
	v.Controls, v.Items = s.controls(), part.Items(s.problems, r.Lang, s.fields...)
	status := http.StatusOK
	if len(v.Items) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return page.View{Title: v.Title, Shell: page.Desk, Status: status, Errors: v.Items, Body: formBody(v)}
}
