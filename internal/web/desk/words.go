package desk

import (
	"context"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"kakehashi/internal/cases"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/part"
)

// described ties a control to its hint and to what is wrong with it.
func described(id, bad, hint string) templ.Attributes {
	a, by := templ.Attributes{}, ""
	if hint != "" {
		by = id + "-hint"
	}
	if bad != "" {
		a["aria-invalid"] = "true"
		if by != "" {
			by += " "
		}
		by += id + "-error"
	}
	if by != "" {
		a["aria-describedby"] = by
	}
	return a
}

// at is what is wrong with one control of the page.
func (w *wrong) at(id string) string {
	if w == nil || w.ID != id {
		return ""
	}
	return w.Text
}

// or is what was typed into a control, else what it starts with.
func (w *wrong) or(name, fallback string) string {
	if w != nil {
		if v, ok := w.Values[name]; ok {
			return v
		}
	}
	return fallback
}

// stamp is the moment shown, for the control that chooses one.
func (f *face) stamp() string {
	if f.past() {
		return f.At.In(jp.JST).Format("2006/01/02 15:04")
	}
	return f.Case.Updated.In(jp.JST).Format("2006/01/02 15:04")
}

func noTodos(list []part.TodoGroup) bool {
	for _, g := range list {
		if len(g.Todos) > 0 {
			return false
		}
	}
	return true
}

// share is a part of a whole in percent.
func share(n, whole int64) float64 {
	if whole <= 0 {
		return 0
	}
	return min(100, float64(n)*100/float64(whole))
}

// letterLinks are the letters of a case, newest first.
func letterLinks(l lang.Tag, letters []cases.LetterRef) []part.FileLink {
	var list []part.FileLink
	for _, x := range slices.Backward(letters) {
		list = append(list, part.FileLink{Label: strings.TrimSpace(x.Kind + " " + x.Title), URL: "/letters/" + x.ID, Note: lang.Day(l, x.Day)})
	}
	return list
}

// title is the name of a programme in the reader's language.
func title(ctx context.Context, p *programme.Programme) string { return p.Title.In(lang.From(ctx)) }

func nextID(name string) string { return "next-" + strings.ReplaceAll(name, ".", "-") }

func keyboard(figures bool) string {
	if figures {
		return "numeric"
	}
	return "text"
}

// round is which call of the year it is.
func (v nextPage) round() string {
	if v.Values.Has("round") {
		return v.Values.Get("round")
	}
	return "1"
}
