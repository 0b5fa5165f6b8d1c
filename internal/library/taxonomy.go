package library

import (
	"embed"
	"fmt"
	"sync"

	"go.yaml.in/yaml/v3"

	"kakehashi/internal/lang"
)

//go:embed data
var data embed.FS

// A Value is one value of a facet: a series, a field or a form.
type Value struct {
	ID string
	lang.Text
}

// Taxonomy is the vocabulary publications are sorted by (分類).
type Taxonomy struct{ Series, Fields, Forms []Value }

// Shipped is the taxonomy of the service.
var Shipped = sync.OnceValue(func() Taxonomy {
	type line struct{ ID, JA, EN string }
	var file struct{ Series, Fields, Forms []line }
	b, err := data.ReadFile("data/taxonomy.yaml")
	if err == nil {
		err = yaml.Unmarshal(b, &file)
	}
	if err != nil {
		panic(fmt.Sprintf("library: data/taxonomy.yaml: %v", err))
	}
	values := func(lines []line) (list []Value) {
		for _, l := range lines {
			list = append(list, Value{l.ID, lang.Text{JA: l.JA, EN: l.EN}})
		}
		return list
	}
	return Taxonomy{values(file.Series), values(file.Fields), values(file.Forms)}
})

// Name is the name of a value in a list; its id when the list does not have it.
func Name(list []Value, id string) lang.Text {
	for _, v := range list {
		if v.ID == id {
			return v.Text
		}
	}
	return lang.Text{JA: id, EN: id}
}

// valueOf finds a value by its id or by its name in either language.
func valueOf(list []Value, text string) (string, bool) {
	for _, v := range list {
		if text == v.ID || text == v.JA || text == v.EN {
			return v.ID, true
		}
	}
	return "", false
}
