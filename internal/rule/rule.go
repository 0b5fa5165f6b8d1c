// Package rule compiles and runs the expressions of programme definitions: conditions, sums of money, guards and due days. It is the
// one place that knows CEL (cel.dev/cel-go). Every variable is declared with its type, so a misspelt field, column or function is an
// error when a definition is published (公開前の検査), with the place and a suggestion, and never when somebody applies.
//
// Values are three-valued. A variable nobody has answered is unknown; a result that depends on it is unknown too, and Result.Unknown
// names what is still needed. A variable that was left empty on purpose is null (or an empty text or list) and is known.
//
// All functions are pure. There is no clock: "now" is a variable, so that any result can be computed again later.
package rule

import (
	"fmt"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"

	"kakehashi/internal/lang"
)

// CostLimit stops a runaway expression. A filter, map and sum over thirty cost lines costs about 1,000.
const CostLimit = 50_000

// Type is what an expression or a variable holds.
type Type struct{ cel *cel.Type }

// The simple types. A Date is a whole day in Japan: 00:00 JST of that day; a Moment is a point in time. Both compare with each other.
var (
	Bool   = Type{cel.BoolType}
	Int    = Type{cel.IntType}
	Double = Type{cel.DoubleType}
	String = Type{cel.StringType}
	Date   = Type{cel.TimestampType}
	Moment = Type{cel.TimestampType}
	Any    = Type{cel.DynType}
)

// ListOf is a list of t.
func ListOf(t Type) Type { return Type{cel.ListType(t.cel)} }

// MapOf is a map from names to t.
func MapOf(t Type) Type { return Type{cel.MapType(cel.StringType, t.cel)} }

// ObjectOf is a named object declared to NewEnv.
func ObjectOf(name string) Type { return Type{types.NewObjectType(name)} }

// OrNull is t, or null where the question was left empty.
func OrNull(t Type) Type {
	switch t.cel.Kind() {
	case types.BoolKind, types.IntKind, types.DoubleKind, types.StringKind, types.TimestampKind:
		return Type{cel.NullableType(t.cel)}
	}
	return t
}

// String names the type as CEL does.
func (t Type) String() string { return cel.FormatCELType(t.cel) }

// Var is a declared variable or a member of an object. Need is the name told in Result.Unknown while it has no value; the
// variable's own name unless said.
type Var struct {
	Name     string
	Type     Type
	Need     string
	Optional bool // member of an object: absent means empty, not unknown
}

func (v Var) need() string {
	if v.Need != "" {
		return v.Need
	}
	return v.Name
}

// Object is a typed record: a row of a table, a period. Its members are checked at compile time.
type Object struct {
	Name   string
	Fields []Var
}

// Issue is one thing wrong with an expression. Column counts from 1; Suggest is the nearest name there is, or "".
type Issue struct {
	Message string // English
	Suggest string
	Line    int
	Column  int
	Text    lang.Text // the message in the reader's language
}

func (i Issue) String() string {
	if i.Suggest != "" {
		return fmt.Sprintf("%s (did you mean %s?)", i.Message, i.Suggest)
	}
	return i.Message
}

// Env is a set of declared variables, objects and functions that expressions are compiled against. It is safe for concurrent use.
type Env struct {
	cel     *cel.Env
	vars    map[string]int
	list    []Var
	objects map[string]*object

	// Read turns a member's stored value into one of those Values.Set takes, when it is read; false is unknown. Set it before the
	// environment is used. Without it members are taken as they are.
	Read func(any) (any, bool)

	// Plain leaves every expression to CEL alone. What is run directly must give the same.
	Plain bool
}

// NewEnv declares variables and objects.
func NewEnv(vars []Var, objects ...Object) (*Env, error) {
	e := &Env{vars: map[string]int{}, objects: map[string]*object{}}
	for _, o := range objects {
		e.objects[o.Name] = newObject(o)
	}
	registry, err := types.NewRegistry()
	if err != nil {
		return nil, fmt.Errorf("rule types: %w", err)
	}
	opts := []cel.EnvOption{
		cel.CustomTypeProvider(&provider{Registry: registry, objects: e.objects}),
		cel.CustomTypeAdapter(registry),
		cel.EnableMacroCallTracking(),
		cel.CrossTypeNumericComparisons(true),
		cel.EnableIdentifierEscapeSyntax(), // a.d.`true`
		cel.ParserExpressionSizeLimit(10_000),
	}
	for _, v := range vars {
		if _, twice := e.vars[v.Name]; twice {
			return nil, fmt.Errorf("variable %s is declared twice", v.Name)
		}
		e.vars[v.Name] = len(e.list)
		e.list = append(e.list, v)
		opts = append(opts, cel.Variable(v.Name, v.Type.cel))
	}
	opts = append(opts, functions()...)
	e.cel, err = cel.NewEnv(opts...)
	if err != nil {
		return nil, fmt.Errorf("rule environment: %w", err)
	}
	return e, nil
}

// Has reports whether a variable of this name is declared.
func (e *Env) Has(name string) bool { _, ok := e.vars[name]; return ok }

// Names lists the declared variables that begin with prefix.
func (e *Env) Names(prefix string) []string {
	var out []string
	for _, v := range e.list {
		if strings.HasPrefix(v.Name, prefix) {
			out = append(out, v.Name)
		}
	}
	return out
}

// With is the environment with further variables.
func (e *Env) With(vars ...Var) (*Env, error) {
	objects := make([]Object, 0, len(e.objects))
	for _, o := range e.objects {
		decl := Object{Name: o.name}
		for _, name := range o.names {
			decl.Fields = append(decl.Fields, o.fields[name].Var)
		}
		objects = append(objects, decl)
	}
	out, err := NewEnv(append(append([]Var(nil), e.list...), vars...), objects...)
	if err == nil {
		out.Read = e.Read
	}
	return out, err
}

// Adopt gives v the values another environment's set holds for the variables both declare.
func (v *Values) Adopt(from *Values) {
	for i, x := range from.vals {
		if x == nil {
			continue
		}
		if j, ok := v.env.vars[from.env.list[i].Name]; ok {
			v.vals[j] = x
		}
	}
}
