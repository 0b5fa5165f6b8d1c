package rule

import (
	"cmp"

	celast "cel.dev/cel-go/common/ast"
	celfuncs "cel.dev/cel-go/common/functions"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
)

// call is an operator or a function.
func (d *director) call(x celast.Expr) node {
	c := x.AsCall()
	exprs := c.Args()
	if c.IsMemberFunction() {
		exprs = append([]celast.Expr{c.Target()}, exprs...)
	}
	args := d.exprs(exprs)
	if d.none {
		return nil
	}
	switch name := c.FunctionName(); name {
	case operators.LogicalAnd:
		return junction(args[0], args[1], types.False)
	case operators.LogicalOr:
		return junction(args[0], args[1], types.True)
	case operators.LogicalNot:
		return func(f *frame) ref.Val {
			if yes, ok := args[0](f).(types.Bool); ok {
				return !yes
			}
			return nil
		}
	case operators.NotStrictlyFalse:
		return args[0]
	case operators.Conditional:
		return func(f *frame) ref.Val {
			yes, ok := args[0](f).(types.Bool)
			switch {
			case !ok:
				return nil
			case bool(yes):
				return args[1](f)
			}
			return args[2](f)
		}
	case operators.Equals:
		return binary(args, equal)
	case operators.NotEquals:
		return binary(args, func(a, b ref.Val) ref.Val {
			if same, ok := equal(a, b).(types.Bool); ok {
				return !same
			}
			return nil
		})
	case operators.Index:
		return binary(args, func(a, b ref.Val) ref.Val {
			if l, ok := a.(traits.Indexer); ok {
				return known(l.Get(b))
			}
			return nil
		})
	case operators.In:
		return binary(args, func(a, b ref.Val) ref.Val {
			if l, ok := b.(traits.Container); ok {
				return known(l.Contains(a))
			}
			return nil
		})
	default:
		return d.function(x.ID(), name, args)
	}
}

// junction is a && b, which decides false, or a || b, which decides true.
func junction(a, b node, decides types.Bool) node {
	return func(f *frame) ref.Val {
		x, ok := a(f).(types.Bool)
		switch {
		case !ok:
			return nil
		case x == decides:
			return x
		}
		if y, ok := b(f).(types.Bool); ok {
			return y
		}
		return nil
	}
}

func binary(args []node, op func(a, b ref.Val) ref.Val) node {
	a, b := args[0], args[1]
	return func(f *frame) ref.Val {
		x := a(f)
		if x == nil {
			return nil
		}
		y := b(f)
		if y == nil {
			return nil
		}
		return op(x, y)
	}
}

func equal(a, b ref.Val) ref.Val {
	switch x := a.(type) {
	case types.Int:
		if y, ok := b.(types.Int); ok {
			return types.Bool(x == y)
		}
	case types.String:
		if y, ok := b.(types.String); ok {
			return types.Bool(x == y)
		}
	case types.Bool:
		if y, ok := b.(types.Bool); ok {
			return types.Bool(x == y)
		}
	}
	return known(types.Equal(a, b))
}

// function is a function as it is declared: the overload the checker chose, or else the one for all of them.
func (d *director) function(id int64, name string, args []node) node {
	decl := d.env.cel.Functions()[name]
	if decl == nil {
		return d.no()
	}
	bound, err := decl.Bindings()
	if err != nil {
		return d.no()
	}
	var op *celfuncs.Overload
	chosen := d.ast.ReferenceMap()[id]
	for _, o := range bound {
		if o.Operator == name && op == nil || chosen != nil && len(chosen.OverloadIDs) == 1 && o.Operator == chosen.OverloadIDs[0] {
			op = o
		}
	}
	if op == nil || op.LateBound || op.Async != nil || op.NonStrict {
		return d.no()
	}
	fit := func(x ref.Val) bool { return op.OperandTrait == 0 || x.Type().HasTrait(op.OperandTrait) }
	switch {
	case len(args) == 1 && op.Unary != nil:
		return func(f *frame) ref.Val {
			if x := args[0](f); x != nil && fit(x) {
				return known(op.Unary(x))
			}
			return nil
		}
	case len(args) == 2 && op.Binary != nil:
		between := comparisons[name]
		return binary(args, func(a, b ref.Val) ref.Val {
			if between != nil {
				if order, ok := compared(a, b); ok {
					return types.Bool(between(order))
				}
			}
			if !fit(a) {
				return nil
			}
			return known(op.Binary(a, b))
		})
	case len(args) > 0 && op.Function != nil:
		return func(f *frame) ref.Val {
			vals := make([]ref.Val, len(args))
			for i, a := range args {
				if vals[i] = a(f); vals[i] == nil {
					return nil
				}
			}
			if !fit(vals[0]) {
				return nil
			}
			return known(op.Function(vals...))
		}
	}
	return d.no()
}

var comparisons = map[string]func(order int) bool{
	operators.Less:          func(order int) bool { return order < 0 },
	operators.LessEquals:    func(order int) bool { return order <= 0 },
	operators.Greater:       func(order int) bool { return order > 0 },
	operators.GreaterEquals: func(order int) bool { return order >= 0 },
}

// compared is the order of two whole numbers or two moments.
func compared(a, b ref.Val) (order int, ok bool) {
	switch x := a.(type) {
	case types.Int:
		y, ok := b.(types.Int)
		return cmp.Compare(x, y), ok
	case types.Timestamp:
		y, ok := b.(types.Timestamp)
		if !ok {
			return 0, false
		}
		return x.Time.Compare(y.Time), true
	}
	return 0, false
}
