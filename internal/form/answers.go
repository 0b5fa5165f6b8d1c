package form

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Decode reads stored answers into canonical values: yen and whole numbers are int64, never float64. What is no value of its field
// (any more) comes back as a Raw. Keys that no field has are kept as plain JSON values with whole numbers as int64. An error means
// that the JSON itself is broken.
func Decode(fields []Field, stored map[string]json.RawMessage) (Answers, error) {
	byKey := make(map[string]Field, len(fields))
	for _, f := range fields {
		byKey[f.Key] = f
	}
	out := make(Answers, len(stored))
	for key, b := range stored {
		v, err := decode(b)
		if err != nil {
			return nil, fmt.Errorf("answer %s: %w", key, err)
		}
		f, known := byKey[key]
		if !known {
			if v != nil {
				out[key] = exact(v)
			}
			continue
		}
		if value, answered, _ := f.FromJSON(v); answered {
			out[key] = value
		}
	}
	return out, nil
}

// Read is FromJSON for all fields at once, with the problems in the order of the fields; keys that no field has are left out and
// named in unknown.
func Read(fields []Field, sent map[string]any) (answers Answers, problems []Problem, unknown []string) {
	answers = Answers{}
	known := map[string]bool{}
	for _, f := range fields {
		known[f.Key] = true
		v, ok := sent[f.Key]
		if !ok {
			continue
		}
		value, answered, found := f.FromJSON(v)
		problems = append(problems, found...)
		if answered {
			answers[f.Key] = value
		}
	}
	for key := range sent {
		if !known[key] {
			unknown = append(unknown, key)
		}
	}
	return answers, problems, unknown
}

// decode reads one JSON value with numbers as written.
func decode(b []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("more than one value")
	}
	return v, nil
}

// exact turns the numbers of decoded JSON into int64 where they are whole, else float64.
func exact(v any) any {
	switch v := v.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
		x, _ := v.Float64()
		return x
	case []any:
		for i := range v {
			v[i] = exact(v[i])
		}
	case map[string]any:
		if v[rawKey] != nil && len(v) == 1 {
			return Raw{flatten(v)}
		}
		for k := range v {
			v[k] = exact(v[k])
		}
	}
	return v
}

// Equal reports whether two values are the same answer. Absent and empty are the same.
func Equal(a, b any) bool {
	ja, erra := json.Marshal(emptied(a))
	jb, errb := json.Marshal(emptied(b))
	return erra == nil && errb == nil && bytes.Equal(ja, jb)
}

func emptied(v any) any {
	switch w := v.(type) {
	case string:
		if w == "" {
			return nil
		}
	case []string:
		if len(w) == 0 {
			return nil
		}
	case []File:
		if len(w) == 0 {
			return nil
		}
	case []Row:
		if len(w) == 0 {
			return nil
		}
	case []any:
		if len(w) == 0 {
			return nil
		}
	}
	return v
}
