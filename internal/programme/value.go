package programme

import (
	"kakehashi/internal/form"
)

// plain turns a canonical answer into what package rule takes; ok is false for a value that cannot be read, which is unknown.
func plain(x any) (value any, ok bool) {
	switch v := x.(type) {
	case form.Raw:
		return nil, false
	case form.Period:
		return map[string]any{"from": v.From, "to": v.To}, v.From != "" && v.To != ""
	case form.Org:
		return map[string]any{"type": v.Type, "code": v.Code, "name": v.Name, "confirmed": v.Confirmed}, true
	case form.Person:
		return map[string]any{"name": v.Name, "kana": v.Kana, "title": v.Title, "email": v.Email, "tel": v.Tel}, true
	case form.TextInt:
		return map[string]any{"text": v.Text, "n": v.N}, true
	case form.Bank:
		return map[string]any{"code": v.Code, "branch": v.Branch, "kind": v.Kind, "number": v.Number, "holder_kana": v.HolderKana}, true
	case []form.File:
		out := make([]any, len(v))
		for i, f := range v {
			out[i] = map[string]any{"name": f.Name, "size": f.Size}
		}
		return out, true
	}
	return x, true
}

// hasRaw reports whether a value could not be read.
func hasRaw(x any) bool {
	_, raw := x.(form.Raw)
	return raw
}
