package rule

import (
	celast "cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
)

// Narrow reports whether the expression looks only at those elements of a list whose member equals a variable: wherever it names the list it
// picks from it (exists, exists_one, filter, map with a condition) by a condition of which that equality is a part. Elements
// with another value may then be left out, and the expression gives the same.
func (p *Program) Narrow(list, member, variable string) bool {
	references := p.ast.NativeRep().ReferenceMap()
	named := func(x celast.Expr, name string) bool {
		r := references[x.ID()]
		return r != nil && r.Name == name
	}
	mentions, narrow := 0, 0
	celast.PreOrderVisit(p.ast.NativeRep().Expr(), celast.NewExprVisitor(func(x celast.Expr) {
		if named(x, list) {
			mentions++
		}
		if x.Kind() != celast.ComprehensionKind || !named(x.AsComprehension().IterRange(), list) {
			return
		}
		each := x.AsComprehension()
		picked := func(x celast.Expr) bool {
			equal, _ := called(x, operators.Equals)
			return len(equal) == 2 && (isMember(equal[0], each.IterVar(), member) && named(equal[1], variable) ||
				isMember(equal[1], each.IterVar(), member) && named(equal[0], variable))
		}
		if condition := picking(each); condition != nil && anyPart(condition, picked) {
			narrow++
		}
	}))
	return mentions == narrow
}

// picking is the condition by which a comprehension takes an element into its result; nil where it takes others too.
func picking(each celast.ComprehensionExpr) celast.Expr {
	accu := func(x celast.Expr) bool { return x.Kind() == celast.IdentKind && x.AsIdent() == each.AccuVar() }
	if either, ok := called(each.LoopStep(), operators.LogicalOr); ok && accu(either[0]) {
		return either[1]
	}
	if choice, ok := called(each.LoopStep(), operators.Conditional); ok && accu(choice[2]) {
		return choice[0]
	}
	return nil
}

// anyPart reports whether one of the conditions that x joins by && is what is looked for.
func anyPart(x celast.Expr, is func(celast.Expr) bool) bool {
	if both, ok := called(x, operators.LogicalAnd); ok {
		return anyPart(both[0], is) || anyPart(both[1], is)
	}
	return is(x)
}

func called(x celast.Expr, function string) (args []celast.Expr, ok bool) {
	if x.Kind() != celast.CallKind || x.AsCall().FunctionName() != function {
		return nil, false
	}
	return x.AsCall().Args(), true
}

func isMember(x celast.Expr, of, member string) bool {
	if x.Kind() != celast.SelectKind || x.AsSelect().IsTestOnly() || x.AsSelect().FieldName() != member {
		return false
	}
	operand := x.AsSelect().Operand()
	return operand.Kind() == celast.IdentKind && operand.AsIdent() == of
}
