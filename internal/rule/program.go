package rule

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"sort"
	"strings"
	"sync"

	"cel.dev/cel-go/cel"
	celast "cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"kakehashi/internal/lang"
)

// Program is one compiled expression. It is safe for concurrent use.
type Program struct {
	Text string
	env  *Env
	ast  *cel.Ast
	run  cel.Program
	dir  node // nil where there is no direct way
	vars []string

	once     sync.Once
	residual cel.Program
}

// Result is the outcome of an evaluation: a value, or the names of what must be answered first.
type Result struct {
	Value   any      // int64, bool, string, float64, time.Time, []any or nil
	Unknown []string // sorted; not empty when the value cannot be told yet
	val     ref.Val
}

// Known reports whether there is a value.
func (r Result) Known() bool { return len(r.Unknown) == 0 }

// Compile checks an expression against the declared names and types. want is the type it must have; Any takes every type.
func (e *Env) Compile(text string, want Type) (*Program, []Issue) {
	ast, issues := e.cel.Compile(text)
	if issues != nil && issues.Err() != nil {
		var out []Issue
		for _, x := range issues.Errors() {
			out = append(out, e.issue(x))
		}
		return nil, out
	}
	if !fits(want.cel, ast.OutputType()) {
		return nil, []Issue{worded(Issue{Message: fmt.Sprintf("the expression gives %s, %s is wanted", cel.FormatCELType(ast.OutputType()), want), Line: 1, Column: 1})}
	}
	p := &Program{Text: text, env: e, ast: ast, vars: variables(ast)}
	opts := []cel.ProgramOption{cel.EvalOptions(cel.OptOptimize)}
	if !e.bounded(ast) {
		opts = append(opts, cel.CostLimit(CostLimit))
	}
	run, err := e.cel.Program(ast, opts...)
	if err != nil {
		return nil, []Issue{worded(Issue{Message: err.Error(), Line: 1, Column: 1})}
	}
	p.run, p.dir = run, e.direct(ast)
	return p, nil
}

func fits(want, got *cel.Type) bool {
	if want.Kind() == types.DynKind || got.Kind() == types.DynKind {
		return true
	}
	return want.IsAssignableType(got) || got.IsAssignableType(want)
}

var (
	undeclared = regexp.MustCompile(`^undeclared reference to '([^']+)'`)
	noField    = regexp.MustCompile(`^undefined field '([^']+)'`)
	celSuggest = regexp.MustCompile(` \(did you mean.*$| \(in container ''\)`)
)

// issue turns a CEL error into ours, with the nearest declared name.
func (e *Env) issue(x *cel.Error) Issue {
	out := Issue{Message: celSuggest.ReplaceAllString(x.Message, ""), Line: x.Location.Line(), Column: x.Location.Column() + 1}
	if m := undeclared.FindStringSubmatch(x.Message); m != nil {
		names := e.Names("")
		for name := range e.cel.Functions() {
			if name[0] >= 'a' && name[0] <= 'z' || name[0] >= 'A' && name[0] <= 'Z' {
				names = append(names, name)
			}
		}
		out.Suggest = Nearest(m[1], names)
	}
	if m := noField.FindStringSubmatch(x.Message); m != nil {
		var names []string
		for _, o := range e.objects {
			names = append(names, o.names...)
		}
		out.Suggest = Nearest(m[1], names)
	}
	return worded(out)
}

// shapes are the sentences CEL and we say of an expression, with the keys of their words.
var shapes = []struct {
	says *regexp.Regexp
	key  string
}{
	{undeclared, "lint.cel.undeclared"}, {noField, "lint.cel.field"},
	{regexp.MustCompile(`^found no matching overload for '([^']+)' applied to '(.*)'$`), "lint.cel.overload"},
	{regexp.MustCompile(`^Syntax error: (.*)$`), "lint.cel.syntax"},
	{regexp.MustCompile(`^the expression gives (.*), (.*) is wanted$`), "lint.cel.type"},
	{regexp.MustCompile(`^([\s\S]*)$`), "lint.cel.other"},
}

// worded gives an issue its words in both languages; the English ones are those of the message.
func worded(x Issue) Issue {
	for _, s := range shapes {
		if m := s.says.FindStringSubmatch(x.Message); m != nil {
			args := []any{"a", m[1]}
			if len(m) > 2 {
				args = append(args, "b", m[2])
			}
			x.Text = lang.Text{JA: lang.T(lang.JA, s.key, args...), EN: x.Message}
			break
		}
	}
	return x
}

// Vars lists the declared variables the expression reads.
func (p *Program) Vars() []string { return p.vars }

func variables(ast *cel.Ast) []string {
	seen := map[string]bool{}
	for _, r := range ast.NativeRep().ReferenceMap() {
		if r.Name != "" && len(r.OverloadIDs) == 0 && r.Value == nil {
			seen[r.Name] = true
		}
	}
	// Variables of comprehensions are references too; they are no declared names and are dropped by the caller's look-up.
	celast.PreOrderVisit(ast.NativeRep().Expr(), celast.NewExprVisitor(func(x celast.Expr) {
		if x.Kind() == celast.ComprehensionKind {
			delete(seen, x.AsComprehension().IterVar())
			delete(seen, x.AsComprehension().AccuVar())
		}
	}))
	out := make([]string, 0, len(seen))
	for name := range seen {
		out = append(out, name)
	}
	sort.Strings(out)
	return out
}

// Run evaluates with prepared values. An error means the expression met an empty value it did not expect, overflowed, or cost too much.
func (p *Program) Run(v *Values) (Result, error) {
	if p.dir != nil && v.env == p.env && !p.env.Plain {
		if out := p.dir.run(v); out != nil {
			return Result{Value: native(out), val: out}, nil
		}
	}
	out, _, err := p.run.Eval(v)
	if err != nil {
		return Result{}, fmt.Errorf("%s: %w", p.Text, err)
	}
	if u, ok := out.(*types.Unknown); ok {
		return Result{Unknown: needs(u), val: u}, nil
	}
	return Result{Value: native(out), val: out}, nil
}

// Eval evaluates with variables from a map; what is absent is unknown.
func (p *Program) Eval(vars map[string]any) (Result, error) {
	v := p.env.Values()
	for name, x := range vars {
		if !p.env.Has(name) {
			return Result{}, fmt.Errorf("no variable %s", name)
		}
		v.Set(name, x)
	}
	return p.Run(v)
}

func needs(u *types.Unknown) []string {
	var out []string
	for _, id := range u.IDs() {
		trails, _ := u.GetAttributeTrails(id)
		for _, t := range trails {
			if name := t.Variable(); !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	sort.Strings(out)
	if len(out) == 0 {
		out = []string{"?"}
	}
	return out
}

// Residual is what is left of the expression once the known values are put in: what still has to hold. "" when nothing is left or
// the expression cannot be reduced.
func (p *Program) Residual(v *Values) string {
	p.once.Do(func() {
		p.residual, _ = p.env.cel.Program(p.ast, cel.EvalOptions(cel.OptPartialEval, cel.OptTrackState), cel.CostLimit(CostLimit))
	})
	if p.residual == nil {
		return ""
	}
	known := map[string]any{}
	var patterns []*cel.AttributePatternType
	for _, name := range p.vars {
		i, ok := p.env.vars[name]
		if !ok {
			continue
		}
		if x := v.vals[i]; x != nil && !types.IsUnknown(x) {
			known[name] = x
		} else {
			patterns = append(patterns, cel.AttributePattern(name))
		}
	}
	if len(patterns) == 0 {
		return ""
	}
	activation, err := cel.PartialVars(known, patterns...)
	if err != nil {
		return ""
	}
	_, details, err := p.residual.Eval(activation)
	if err != nil || details == nil {
		return ""
	}
	rest, err := p.env.cel.ResidualAst(p.ast, details)
	if err != nil {
		return ""
	}
	text, err := cel.AstToString(rest)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(text)
}

// ErrCost is wrapped by errors of expressions that were stopped because they cost too much.
var ErrCost = errors.New("the expression costs too much")
