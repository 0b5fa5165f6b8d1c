package form

import (
	"encoding/json"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Input is what a browser sent for one field, by sub-key: "" for the value itself, "from" of a period, "0.item" of a table
// (row number, column), "0.menu" with several values for a choice of many in a cell. Values from JSON are brought into the same
// shape, so there is one reader per kind.
type Input map[string][]string

// Typed is the Input of a single text.
func Typed(values ...string) Input { return Input{"": values} }

// first is the first value sent under key.
func (in Input) first(key string) string {
	if v := in[key]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// text is all that was typed, in the order of the sub-keys.
func (in Input) text() string {
	var parts []string
	for _, key := range slices.Sorted(maps.Keys(in)) {
		for _, v := range in[key] {
			if v = strings.TrimSpace(v); v != "" {
				parts = append(parts, v)
			}
		}
	}
	return strings.Join(parts, " ")
}

// blank reports whether nothing was typed.
func (in Input) blank() bool {
	for _, values := range in {
		for _, v := range values {
			for _, r := range v {
				if !unseen(r) && !unicode.IsSpace(r) {
					return false
				}
			}
		}
	}
	return true
}

// under is the part of in below key: "0" of "0.item" gives "item"; key itself becomes "".
func (in Input) under(key string) Input {
	var out Input
	for k, v := range in {
		if !strings.HasPrefix(k, key) {
			continue
		}
		if out == nil {
			out = Input{}
		}
		if k == key {
			out[""] = v
		} else if rest, ok := strings.CutPrefix(k, key+"."); ok {
			out[rest] = v
		}
	}
	return out
}

// put adds part below key.
func (in Input) put(key string, part Input) {
	for k, v := range part {
		if k != "" {
			k = "." + k
		}
		in[key+k] = v
	}
}

// flatten brings a JSON value into the shape of an Input.
func flatten(v any) Input {
	in := Input{}
	switch v := v.(type) {
	case nil:
	case Raw:
		return v.Typed
	case map[string]any:
		if typed, ok := v[rawKey].(map[string]any); ok && len(v) == 1 {
			for key, values := range typed {
				in[key] = flatten(values)[""]
			}
			return in
		}
		for key, part := range v {
			in.put(key, flatten(part))
		}
	case []any:
		for i, part := range v {
			if text, ok := scalarText(part); ok {
				in[""] = append(in[""], text)
				continue
			}
			in.put(strconv.Itoa(i), flatten(part))
		}
	default:
		if text, ok := scalarText(v); ok {
			in[""] = []string{text}
		}
	}
	return in
}

// scalarText is a JSON text, number or truth as a person would type it.
func scalarText(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case bool:
		return strconv.FormatBool(v), true
	case int:
		return strconv.Itoa(v), true
	case int64:
		return strconv.FormatInt(v, 10), true
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true
	case json.Number:
		return numberText(v.String()), true
	}
	return "", false
}

// numberText writes a JSON number without exponent and without an empty fraction: 1.2e6 and 1200000.0 are 1200000.
func numberText(s string) string {
	if !strings.ContainsAny(s, ".eE") || len(s) > 40 {
		return s
	}
	if _, exp, ok := strings.Cut(strings.ToLower(s), "e"); ok {
		if n, err := strconv.Atoi(exp); err != nil || n > 30 || n < -30 {
			return s
		}
	}
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		return s
	}
	if r.IsInt() {
		return r.Num().String()
	}
	return strings.TrimRight(r.FloatString(30), "0")
}

// plain brings any value, also of our own struct types, into the shape of decoded JSON.
func plain(v any) any {
	switch v.(type) {
	case nil, string, bool, int, int64, float64, json.Number, map[string]any, []any, Raw:
		return v
	}
	b, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	out, err := decode(b)
	if err != nil {
		return nil
	}
	return out
}
