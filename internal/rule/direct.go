package rule

import (
	"cel.dev/cel-go/cel"
	celast "cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
)

// Most expressions that are run have all they look at. They are run directly: as functions made of the checked expression, with CEL's values
// and CEL's functions, but without its interpreter. Whatever is not plain (something unknown or empty where a value is wanted, an
// error, a long loop, a construct that is not made here) gives nothing, and CEL tells the result as if there were no direct way.

// node is an expression that gives a known value, or nil.
type node func(*frame) ref.Val

// frame is what one run looks at.
type frame struct {
	v      *Values
	locals [localMost]ref.Val
	left   int // turns of loops
}

const (
	// localMost is how many variables of loops stand inside one another: each has two.
	localMost = 8
	// turnMost is how many turns the loops of one run take together; CEL counts what a longer one costs.
	turnMost = 2_000
)

// run gives the value of the expression, or nil.
func (n node) run(v *Values) ref.Val {
	f := &v.frame
	f.v, f.left = v, turnMost
	out := n(f)
	f.locals = [localMost]ref.Val{}
	return out
}

// direct makes the direct way of an expression; nil when there is none.
func (e *Env) direct(ast *cel.Ast) node {
	d := &director{env: e, ast: ast.NativeRep()}
	n := d.expr(ast.NativeRep().Expr())
	if d.none {
		return nil
	}
	return n
}

type director struct {
	env    *Env
	ast    *celast.AST
	locals []string
	none   bool
}

// known is x, or nil where it is no known value.
func known(x ref.Val) ref.Val {
	switch x.(type) {
	case nil, *types.Unknown, *types.Err:
		return nil
	}
	return x
}

func (d *director) no() node {
	d.none = true
	return nil
}

func (d *director) expr(x celast.Expr) node {
	if r := d.ast.ReferenceMap()[x.ID()]; r != nil && r.Name != "" && len(r.OverloadIDs) == 0 {
		if r.Value != nil {
			return constant(r.Value)
		}
		return d.variable(r.Name)
	}
	switch x.Kind() {
	case celast.LiteralKind:
		return constant(x.AsLiteral())
	case celast.IdentKind:
		return d.variable(x.AsIdent())
	case celast.SelectKind:
		return d.member(x.AsSelect())
	case celast.CallKind:
		return d.call(x)
	case celast.ListKind:
		return d.list(x.AsList())
	case celast.ComprehensionKind:
		return d.loop(x.AsComprehension())
	}
	return d.no()
}

func (d *director) exprs(list []celast.Expr) []node {
	out := make([]node, len(list))
	for i, x := range list {
		out[i] = d.expr(x)
	}
	return out
}

func constant(x ref.Val) node {
	x = known(x)
	return func(*frame) ref.Val { return x }
}

func (d *director) variable(name string) node {
	for i := len(d.locals) - 1; i >= 0; i-- {
		if d.locals[i] == name {
			return func(f *frame) ref.Val { return known(f.locals[i]) }
		}
	}
	slot, ok := d.env.vars[name]
	if !ok {
		return d.no()
	}
	return func(f *frame) ref.Val { return known(f.v.vals[slot]) }
}

// member is a member of a declared object.
func (d *director) member(x celast.SelectExpr) node {
	if x.IsTestOnly() {
		return d.no()
	}
	typ := d.ast.GetType(x.Operand().ID())
	if typ == nil {
		return d.no()
	}
	o := d.env.objects[typ.TypeName()]
	if o == nil || o.fields[x.FieldName()] == nil {
		return d.no()
	}
	of, m := d.expr(x.Operand()), o.fields[x.FieldName()]
	return func(f *frame) ref.Val {
		if r, ok := of(f).(*record); ok {
			return known(r.member(m))
		}
		return nil
	}
}

func (d *director) list(x celast.ListExpr) node {
	if len(x.OptionalIndices()) > 0 {
		return d.no()
	}
	elements, fixed := d.exprs(x.Elements()), true
	for _, e := range x.Elements() {
		fixed = fixed && e.Kind() == celast.LiteralKind
	}
	if d.none {
		return nil
	}
	make := func(f *frame) ref.Val {
		vals := make([]ref.Val, len(elements))
		for i, e := range elements {
			if vals[i] = e(f); vals[i] == nil {
				return nil
			}
		}
		return types.NewRefValList(types.DefaultTypeAdapter, vals)
	}
	if fixed {
		return constant(make(nil))
	}
	return make
}

// loop is what exists, all, exists_one, filter and map are made of.
func (d *director) loop(x celast.ComprehensionExpr) node {
	if x.HasIterVar2() || len(d.locals)+2 > localMost {
		return d.no()
	}
	over, begin := d.expr(x.IterRange()), d.expr(x.AccuInit())
	each := len(d.locals)
	accu := each + 1
	d.locals = append(d.locals, x.IterVar(), x.AccuVar())
	goes, step, result := d.expr(x.LoopCondition()), node(nil), d.expr(x.Result())
	picks, adds := d.gathering(x)
	if adds == nil {
		step = d.expr(x.LoopStep())
	}
	d.locals = d.locals[:each]
	if d.none {
		return nil
	}
	return func(f *frame) ref.Val {
		list, ok := over(f).(traits.Lister)
		if !ok {
			return nil
		}
		n, ok := list.Size().(types.Int)
		if f.left -= int(n); !ok || f.left < 0 {
			return nil
		}
		if adds != nil {
			f.locals[accu] = gather(f, list, int(n), each, picks, adds)
			return result(f)
		}
		f.locals[accu] = begin(f)
		for i := range n {
			if on, ok := goes(f).(types.Bool); !ok {
				return nil
			} else if !on {
				break
			}
			f.locals[each] = list.Get(i)
			if f.locals[accu] = step(f); f.locals[accu] == nil {
				return nil
			}
		}
		return result(f)
	}
}

// gathering is what a loop that makes a list adds for each element, and on which condition (nil for all): accu + [adds], or
// picks ? accu + [adds] : accu. adds is nil for other loops.
func (d *director) gathering(x celast.ComprehensionExpr) (picks, adds node) {
	if x.AccuInit().Kind() != celast.ListKind || x.AccuInit().AsList().Size() != 0 || x.LoopCondition().Kind() != celast.LiteralKind {
		return nil, nil
	}
	isAccu := func(x2 celast.Expr) bool { return x2.Kind() == celast.IdentKind && x2.AsIdent() == x.AccuVar() }
	step := x.LoopStep()
	var condition celast.Expr
	if choice, ok := called(step, operators.Conditional); ok && isAccu(choice[2]) {
		condition, step = choice[0], choice[1]
	}
	both, ok := called(step, operators.Add)
	if !ok || !isAccu(both[0]) || both[1].Kind() != celast.ListKind || both[1].AsList().Size() != 1 || len(both[1].AsList().OptionalIndices()) > 0 {
		return nil, nil
	}
	if condition != nil {
		picks = d.expr(condition)
	}
	return picks, d.expr(both[1].AsList().Elements()[0])
}

func gather(f *frame, list traits.Lister, n, each int, picks, adds node) ref.Val {
	vals := make([]ref.Val, 0, n)
	for i := range n {
		f.locals[each] = list.Get(types.Int(i))
		if picks != nil {
			if yes, ok := picks(f).(types.Bool); !ok {
				return nil
			} else if !yes {
				continue
			}
		}
		x := adds(f)
		if x == nil {
			return nil
		}
		vals = append(vals, x)
	}
	return types.NewRefValList(types.DefaultTypeAdapter, vals)
}
