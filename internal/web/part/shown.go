package part

import (
	"context"

	"kakehashi/internal/form"
	"kakehashi/internal/lang"
)

// cellShown is one cell as it is read; figures without their unit, which stands in the head.
func cellShown(ctx context.Context, col form.Field, v any) string {
	if n, ok := v.(int64); ok && number(col) {
		return lang.Num(n)
	}
	return col.Show(v, lang.From(ctx))
}
