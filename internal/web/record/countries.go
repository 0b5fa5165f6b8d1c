package record

import (
	"kakehashi/internal/form"
	"kakehashi/internal/lang"
	"kakehashi/internal/org"
)

// Countries are the choices of a country question, in the order of the reader's language.
func Countries(l lang.Tag) []form.Option {
	var list []form.Option
	for _, c := range org.Countries(l) {
		list = append(list, form.Option{Value: c.Code, Label: lang.Text{JA: c.In(lang.JA), EN: c.In(lang.EN)}})
	}
	return list
}
