package rule

import (
	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/cost"
	"cel.dev/cel-go/common/types"
)

// Sizes assumed for the estimate: a table holds at most 200 rows and a text 3,000 characters. Input beyond is cut by package form.
const (
	mostRows  = 200
	mostChars = 3_000
)

// bounded reports whether an expression cannot cost more than CostLimit however long the tables are. Then it runs without the counter,
// which is more than half of the time.
func (e *Env) bounded(ast *cel.Ast) bool {
	estimate, err := e.cel.EstimateCost(ast, sizes{})
	return err == nil && estimate.Max <= CostLimit
}

type sizes struct{}

func (sizes) EstimateSize(node cost.AstNode) *cost.SizeEstimate {
	switch node.Type().Kind() {
	case types.ListKind, types.MapKind:
		return &cost.SizeEstimate{Min: 0, Max: mostRows}
	case types.StringKind:
		return &cost.SizeEstimate{Min: 0, Max: mostChars}
	}
	return nil
}

func (sizes) EstimateCallCost(function, overloadID string, target *cost.AstNode, args []cost.AstNode) *cost.CallEstimate {
	return nil
}
