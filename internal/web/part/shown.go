package part

import (
	"kakehashi/internal/form"
	"kakehashi/internal/lang"
)

// CellText is one cell of a table as it is read; figures without their unit, which stands in the head.
func CellText(col form.Field, v any, tag lang.Tag) string {
	if n, ok := v.(int64); ok && number(col) {
		return lang.Num(n)
	}
	return col.Show(v, tag)
}
