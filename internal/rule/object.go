package rule

import (
	"fmt"
	"reflect"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// object is a declared Object with its members by name.
type object struct {
	name   string
	typ    *types.Type
	fields map[string]*member
	names  []string
}

type member struct {
	Var
	unknown *types.Unknown
	field   *types.FieldType
}

func newObject(o Object) *object {
	out := &object{name: o.Name, typ: types.NewObjectType(o.Name), fields: map[string]*member{}}
	for i, f := range o.Fields {
		m := &member{Var: f, unknown: types.NewUnknown(int64(1_000_000+i), types.NewAttributeTrail(f.need()))}
		m.field = &types.FieldType{
			Type:    f.Type.cel,
			IsSet:   func(target any) bool { return m.set(target) },
			GetFrom: func(target any) (any, error) { return m.get(target) },
		}
		out.fields[f.Name] = m
		out.names = append(out.names, f.Name)
	}
	return out
}

func (m *member) set(target any) bool {
	r, ok := target.(*record)
	if !ok {
		return false
	}
	v, ok := r.values[m.Name]
	return ok && v != nil
}

func (m *member) get(target any) (any, error) {
	switch r := target.(type) {
	case *types.Unknown:
		return r, nil
	case *record:
		return r.member(m), nil
	}
	return nil, fmt.Errorf("%s of an empty value", m.Name)
}

// provider tells the checker which members an object has, so that a misspelt column is a compile error.
type provider struct {
	*types.Registry
	objects map[string]*object
}

func (p *provider) FindStructType(name string) (*types.Type, bool) {
	if o, ok := p.objects[name]; ok {
		return types.NewTypeTypeWithParam(o.typ), true
	}
	return p.Registry.FindStructType(name)
}

func (p *provider) FindStructFieldNames(name string) ([]string, bool) {
	if o, ok := p.objects[name]; ok {
		return o.names, true
	}
	return p.Registry.FindStructFieldNames(name)
}

func (p *provider) FindStructFieldType(name, field string) (*types.FieldType, bool) {
	if o, ok := p.objects[name]; ok {
		m, ok := o.fields[field]
		if !ok {
			return nil, false
		}
		return m.field, true
	}
	return p.Registry.FindStructFieldType(name, field)
}

// record is a value of an object type; its members are converted when they are read.
type record struct {
	env    *Env
	object *object
	values map[string]any
}

func (r *record) member(m *member) ref.Val {
	v, ok := r.values[m.Name]
	if !ok || v == nil {
		if ok || m.Optional {
			return empty(m.Type.cel)
		}
		return m.unknown
	}
	if r.env.Read != nil {
		if v, ok = r.env.Read(v); !ok {
			return m.unknown
		}
	}
	return r.env.value(m.Type.cel, v)
}

// Get is the indexer for values whose type the checker did not know.
func (r *record) Get(index ref.Val) ref.Val {
	name, ok := index.(types.String)
	if !ok {
		return types.MaybeNoSuchOverloadErr(index)
	}
	m, ok := r.object.fields[string(name)]
	if !ok {
		return types.NewErr("no such field '%s'", name)
	}
	return r.member(m)
}

func (r *record) ConvertToNative(t reflect.Type) (any, error) {
	return nil, fmt.Errorf("%s cannot become %v", r.object.name, t)
}

func (r *record) ConvertToType(t ref.Type) ref.Val {
	return types.NewErr("%s cannot become %s", r.object.name, t.TypeName())
}

func (r *record) Equal(other ref.Val) ref.Val {
	o, ok := other.(*record)
	if !ok || o.object != r.object {
		return types.False
	}
	for name, m := range r.object.fields {
		if _, here := r.values[name]; !here {
			if _, there := o.values[name]; !there {
				continue
			}
		}
		if equal := types.Equal(r.member(m), o.member(m)); equal != types.True {
			return equal
		}
	}
	return types.True
}

func (r *record) Type() ref.Type { return r.object.typ }
func (r *record) Value() any     { return r }
