package programme

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"kakehashi/internal/jp"
	"kakehashi/internal/rule"
)

// Facts are the values of case.*, who.*, org.*, now and answers (a.KEY) a guard or a due day looks at. Days are ISO days, moments time.Time.
type Facts map[string]any

// Situation tells a fact by its name, of those Facts may hold; false when there is none.
type Situation interface {
	Fact(name string) (value any, ok bool)
}

// Fact is the fact of this name.
func (f Facts) Fact(name string) (any, bool) {
	x, ok := f[name]
	return x, ok
}

// Guard says whether a move's guard holds. A guard that cannot be told does not hold. The error is a defect of the definition.
func (p *Programme) Guard(expr string, facts Situation) (bool, error) {
	if expr == "" {
		return true, nil
	}
	got, err := p.fact(expr, rule.Bool, facts)
	if err != nil || !got.Known() {
		return false, err
	}
	yes, _ := got.Value.(bool)
	return yes, nil
}

// Day computes a due day; "" when it cannot be told or there is none.
func (p *Programme) Day(expr string, facts Situation) (string, error) {
	if expr == "" {
		return "", nil
	}
	got, err := p.fact(expr, rule.Date, facts)
	if err != nil || !got.Known() {
		return "", err
	}
	t, ok := got.Value.(time.Time)
	if !ok {
		return "", nil
	}
	return jp.Date(t), nil
}

// spare are sets of values that facts were worked out with.
var spare sync.Pool

func (p *Programme) fact(expr string, want rule.Type, facts Situation) (rule.Result, error) {
	p.ready()
	if given, ok := facts.(Facts); ok { // by hand: a name nobody knows is a mistake
		for name := range given {
			if !p.env.Has(name) {
				return rule.Result{}, fmt.Errorf("programme %s: nobody knows the fact %s", p.Code, name)
			}
		}
	}
	prog, err := p.guard(expr, want)
	if err != nil {
		return rule.Result{}, err
	}
	v, _ := spare.Get().(*rule.Values)
	if v == nil {
		v = new(rule.Values)
	}
	defer spare.Put(v) // a fact is a plain value: nothing of the set outlives it
	v.Like(p.base)
	for _, name := range prog.Vars() { // the few the expression reads, not all there are
		x, ok := facts.Fact(name)
		if s, text := x.(string); !ok || text && s == "" && isDay(name) {
			continue
		}
		if value, ok := plain(x); ok {
			v.Set(name, value)
		}
	}
	return prog.Run(v)
}

// isDay reports whether a case fact is a day; one that is not set is unknown, not empty.
func isDay(name string) bool {
	if v, ok := caseDays[name]; ok {
		return v
	}
	return strings.HasPrefix(name, "call.")
}

func (p *Programme) guard(expr string, want rule.Type) (*rule.Program, error) {
	if prog, ok := p.guards.Load(expr); ok {
		return prog.(*rule.Program), nil
	}
	prog, issues := p.env.Compile(expr, want)
	if len(issues) > 0 {
		return nil, fmt.Errorf("programme %s: %s: %s", p.Code, expr, issues[0])
	}
	p.guards.Store(expr, prog)
	return prog, nil
}

// caseDays tells of every fact about a case whether it is a day.
var caseDays = func() map[string]bool {
	days := map[string]bool{}
	for _, v := range caseVars {
		days[v.Name] = v.Type == rule.Date
	}
	return days
}()
