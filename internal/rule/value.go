package rule

import (
	"fmt"
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"kakehashi/internal/jp"
)

// Values are the variables of one evaluation. A variable that was not set is unknown. Not safe for concurrent use.
type Values struct {
	env   *Env
	vals  []ref.Val
	frame frame
}

// Values makes an empty set: everything unknown.
func (e *Env) Values() *Values { return &Values{env: e, vals: make([]ref.Val, len(e.list))} }

// Clone copies the set, to try something without touching the original.
func (v *Values) Clone() *Values {
	return &Values{env: v.env, vals: append([]ref.Val(nil), v.vals...)}
}

// Like makes the set a copy of another of the same environment: Clone into room that is there already.
func (v *Values) Like(other *Values) { v.env, v.vals = other.env, append(v.vals[:0], other.vals...) }

// Slot is where a variable stands in Values; -1 when it is not declared. It saves the look-up where a set is filled often.
func (e *Env) Slot(name string) int {
	if i, ok := e.vars[name]; ok {
		return i
	}
	return -1
}

// Put is Set by slot.
func (v *Values) Put(slot int, x any) {
	if slot >= 0 {
		v.vals[slot] = v.env.value(v.env.list[slot].Type.cel, x)
	}
}

// PutEmpty is SetEmpty by slot.
func (v *Values) PutEmpty(slot int) {
	if slot >= 0 {
		v.vals[slot] = empty(v.env.list[slot].Type.cel)
	}
}

// Told reports whether the variable at a slot has a value.
func (v *Values) Told(slot int) bool {
	return slot >= 0 && v.vals[slot] != nil && !types.IsUnknown(v.vals[slot])
}

// Set gives a variable its value: int64, string, bool, float64, an ISO day or time.Time for dates, []string, map[string]any for an
// object, []map[string]any for a list of objects, nil for a question left empty. A name that is not declared is ignored.
func (v *Values) Set(name string, x any) { v.Put(v.env.Slot(name), x) }

// SetEmpty says the question was left empty: "", an empty list, or null.
func (v *Values) SetEmpty(name string) { v.PutEmpty(v.env.Slot(name)) }

// SetResult stores the outcome of another expression, known or unknown.
func (v *Values) SetResult(name string, r Result) {
	if i, ok := v.env.vars[name]; ok {
		v.vals[i] = r.val
	}
}

// SetUnknown says what must be answered before the variable has a value.
func (v *Values) SetUnknown(name string, needs []string) {
	i, ok := v.env.vars[name]
	if !ok {
		return
	}
	var u *types.Unknown
	for n, need := range needs {
		u = types.MergeUnknowns(u, types.NewUnknown(int64(2_000_000+n), types.NewAttributeTrail(need)))
	}
	v.vals[i] = u
}

// Known reports whether a variable has a value.
func (v *Values) Known(name string) bool {
	i, ok := v.env.vars[name]
	return ok && v.vals[i] != nil && !types.IsUnknown(v.vals[i])
}

// Get returns a variable as a Go value (see Result.Value), or nil.
func (v *Values) Get(name string) any {
	i, ok := v.env.vars[name]
	if !ok || v.vals[i] == nil || types.IsUnknown(v.vals[i]) {
		return nil
	}
	return native(v.vals[i])
}

// ResolveName is how CEL reads a variable.
func (v *Values) ResolveName(name string) (any, bool) {
	i, ok := v.env.vars[name]
	if !ok {
		return nil, false
	}
	if x := v.vals[i]; x != nil {
		return x, true
	}
	return v.env.unknown(i), true
}

// Parent is part of CEL's activation; there is none.
func (v *Values) Parent() cel.Activation { return nil }

func (e *Env) unknown(i int) *types.Unknown {
	return types.NewUnknown(int64(i+1), types.NewAttributeTrail(e.list[i].need()))
}

// value converts a Go value to the declared type. What does not fit is an error value: the expression that reads it fails.
func (e *Env) value(t *cel.Type, x any) ref.Val {
	switch x := x.(type) {
	case nil:
		return types.NullValue
	case ref.Val:
		return x
	case int64:
		return types.Int(x)
	case int:
		return types.Int(x)
	case bool:
		return types.Bool(x)
	case float64:
		return types.Double(x)
	case time.Time:
		return types.Timestamp{Time: x}
	case string:
		if isTime(t) {
			return day(x)
		}
		return types.String(x)
	case []string:
		return e.list1(t, len(x), func(i int) any { return x[i] })
	case []any:
		return e.list1(t, len(x), func(i int) any { return x[i] })
	case []map[string]any:
		return e.list1(t, len(x), func(i int) any { return x[i] })
	case map[string]any:
		if o, ok := e.objects[t.TypeName()]; ok {
			return &record{env: e, object: o, values: x}
		}
		vals := make(map[string]ref.Val, len(x))
		for k, v := range x {
			vals[k] = e.value(cel.DynType, v)
		}
		return types.NewDynamicMap(types.DefaultTypeAdapter, vals)
	}
	return types.NewErr("a %T cannot be a %s", x, t)
}

func (e *Env) list1(t *cel.Type, n int, at func(int) any) ref.Val {
	item := cel.DynType
	if t.Kind() == types.ListKind && len(t.Parameters()) == 1 {
		item = t.Parameters()[0]
	}
	vals := make([]ref.Val, n)
	for i := range vals {
		vals[i] = e.value(item, at(i))
	}
	return types.NewRefValList(types.DefaultTypeAdapter, vals)
}

func isTime(t *cel.Type) bool {
	if t.Kind() == types.TimestampKind {
		return true
	}
	return t.IsAssignableType(cel.TimestampType) && t.Kind() != types.DynKind
}

// day is midnight in Japan of an ISO day.
func day(iso string) ref.Val {
	if iso == "" {
		return types.NullValue
	}
	t, err := time.ParseInLocation(time.DateOnly, iso, jp.JST)
	if err != nil {
		return types.NewErr("%q is not a date", iso)
	}
	return types.Timestamp{Time: t}
}

// empty is what a question left empty holds: null where the type has it, else "" or an empty list.
func empty(t *cel.Type) ref.Val {
	switch {
	case t.Kind() == types.ListKind:
		return types.NewRefValList(types.DefaultTypeAdapter, nil)
	case t.Kind() == types.StringKind && !t.IsAssignableType(cel.NullType):
		return types.String("")
	}
	return types.NullValue
}

// native turns a CEL value into a plain Go value: int64, bool, string, float64, time.Time, []any, or nil.
func native(v ref.Val) any {
	switch x := v.(type) {
	case types.Int:
		return int64(x)
	case types.Bool:
		return bool(x)
	case types.String:
		return string(x)
	case types.Double:
		return float64(x)
	case types.Timestamp:
		return x.Time
	case types.Null:
		return nil
	case interface {
		Size() ref.Val
		Get(ref.Val) ref.Val
	}:
		n, ok := x.Size().(types.Int)
		if !ok {
			return nil
		}
		out := make([]any, 0, n)
		for i := types.Int(0); i < n; i++ {
			out = append(out, native(x.Get(i)))
		}
		return out
	case *record:
		return x.values
	}
	return fmt.Sprint(v.Value())
}
