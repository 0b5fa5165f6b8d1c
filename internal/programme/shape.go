package programme

import (
	"encoding/json"
	"fmt"
	"reflect"

	"kakehashi/internal/lang"
	"kakehashi/internal/rule"
)

// The shapes JSON has, as the sentences of WrongShape name them.
const (
	ShapeObject = "object"
	ShapeList   = "list"
	ShapeText   = "text"
	ShapeNumber = "number"
	ShapeBool   = "bool"
)

// WrongShape says at which path of the input ("" is the whole of it) which shape is wanted, and which one stands there.
func WrongShape(at, want, got string) lang.Text {
	place := words("programme.shape.input")
	if at != "" {
		place = lang.Text{JA: at, EN: at}
	}
	return words("programme.shape", "at", place, "want", shapeWords(want), "got", shapeWords(got))
}

func shapeWords(shape string) lang.Text {
	switch shape {
	case ShapeObject:
		return words("programme.shape.object")
	case ShapeList:
		return words("programme.shape.list")
	case ShapeText:
		return words("programme.shape.text")
	case ShapeNumber:
		return words("programme.shape.number")
	case ShapeBool:
		return words("programme.shape.bool")
	}
	return words("programme.shape.null")
}

// ShapeOf is the shape of a value as encoding/json reads it.
func ShapeOf(x any) string {
	switch x.(type) {
	case map[string]any:
		return ShapeObject
	case []any:
		return ShapeList
	case string:
		return ShapeText
	case json.Number, float64, int64, int:
		return ShapeNumber
	case bool:
		return ShapeBool
	}
	return ""
}

// ShapeFor is the shape a Go type is read from.
func ShapeFor(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Slice, reflect.Array:
		return ShapeList
	case reflect.String:
		return ShapeText
	case reflect.Bool:
		return ShapeBool
	case reflect.Pointer:
		return ShapeFor(t.Elem())
	case reflect.Struct, reflect.Map:
		return ShapeObject
	}
	return ShapeNumber
}

// objectAt is a member of the input that must be an object; nil when it is not there.
func objectAt(sent map[string]any, name string) (map[string]any, *Unreadable) {
	x, there := sent[name]
	if !there || x == nil {
		return nil, nil
	}
	m, ok := x.(map[string]any)
	if !ok {
		return nil, &Unreadable{At: name, Message: WrongShape(name, ShapeObject, ShapeOf(x))}
	}
	return m, nil
}

// linesOf are the lines of the reported costs out of "report", with the table they are of and where they stand in the input.
func (p *Programme) linesOf(sent map[string]any) (table *spot, lines []any, at string, bad *Unreadable) {
	var keys []string
	report, bad := objectAt(sent, "report")
	for _, s := range p.tables {
		if s.form != "report" {
			continue
		}
		keys = append(keys, s.field.Key)
		x, there := report[s.field.Key]
		if !there {
			continue
		}
		at = "report." + s.field.Key
		list, ok := x.([]any)
		if !ok {
			return nil, nil, at, &Unreadable{At: at, Message: WrongShape(at, ShapeList, ShapeOf(x))}
		}
		return s, list, at, nil
	}
	if bad == nil && len(keys) > 0 {
		bad = unreadable("report", "programme.report_wanted", "table", keys[0])
		for key := range report {
			if near := rule.Nearest(key, keys); near != "" {
				bad = unreadable("report."+key, "programme.report_near", "key", key, "table", near)
			}
		}
	}
	return nil, nil, "report", bad
}

// rowAt says what a line of a table lacks to be counted.
func rowAt(at string, i int, line any) *Unreadable {
	here := fmt.Sprintf("%s[%d]", at, i)
	row, ok := line.(map[string]any)
	switch {
	case !ok:
		return &Unreadable{At: here, Message: WrongShape(here, ShapeObject, ShapeOf(line))}
	case row["amount"] == nil && (row["qty"] == nil || row["unit"] == nil):
		return unreadable(here+".amount", "programme.yen_wanted")
	}
	return nil
}
