package programme

import (
	"iter"
	"maps"
	"slices"
	"sync"

	"kakehashi/internal/rule"
)

// Standing is an evaluation that may be used again for the same answers, at another moment and beside other cases of the body. Whoever keeps
// it knows that the answers, the body, what was settled and the sums are the same; the moment, whether the programme is closed and the
// other cases may be others. It is safe for several goroutines.
type Standing struct{ e *evaluation }

// passing are the variables that may differ when a standing is used again.
var passing = []string{"now", "call.open", "hist"}

// lasting tells which rules of a programme look at what passes.
type lasting struct {
	once     sync.Once
	none     bool // an amount or a condition looks at it too: nothing of an evaluation lasts
	passing  map[*compiledRule]bool
	sameYear bool // of the body's other cases nothing looks at those of other years than the call's
}

// Stand is Evaluate, with what can be used again; nil where the amounts or conditions of the definition themselves look at what passes.
func (p *Programme) Stand(in Input) (Evaluation, *Standing) {
	e := p.prepare(in)
	e.money()
	out := e.judge()
	if p.lasting.once.Do(p.findLasting); p.lasting.none {
		return out, nil
	}
	e.in = Input{} // neither the answers nor the other cases are looked at again
	out.Amounts = maps.Clone(out.Amounts)
	return out, &Standing{e}
}

// At is the evaluation at the moment, and beside the other cases, of in: what Evaluate(in) gives.
func (s *Standing) At(in Input) Evaluation {
	v, _ := spare.Get().(*rule.Values)
	if v == nil {
		v = new(rule.Values)
	}
	defer spare.Put(v)
	v.Like(s.e.v)
	e := &evaluation{p: s.e.p, in: in, form: s.e.form, v: v, out: s.e.out}
	e.moment()
	e.out.Amounts, e.out.Rules = maps.Clone(s.e.out.Amounts), slices.Clone(s.e.out.Rules)
	i := 0
	for _, r := range e.p.rules {
		if r.form() != e.form {
			continue
		}
		if e.p.lasting.passing[r] {
			e.out.Rules[i] = e.p.outcome(r, v, in.Org.Type)
		}
		i++
	}
	e.out.Verdict = verdict(e.out.Rules)
	return e.out
}

func (p *Programme) findLasting() {
	p.lasting.passing = map[*compiledRule]bool{}
	for _, a := range p.sums {
		p.lasting.none = p.lasting.none || looksAt(a.program) || a.say.looks()
	}
	for _, s := range p.order {
		p.lasting.none = p.lasting.none || s.shown.looks() || s.needed.looks()
		for _, c := range s.columns {
			p.lasting.none = p.lasting.none || c.looks()
		}
	}
	for _, r := range p.rules {
		p.lasting.passing[r] = looksAt(r.assert) || r.message.looks() || r.unsure.looks()
	}
	p.lasting.sameYear = true
	for r := range p.judging() {
		p.lasting.sameYear = p.lasting.sameYear && r.name != "hist" && (r.program == nil || r.program.Narrow("hist", "fiscalYear", "call.fiscalYear"))
	}
}

// judging is everything that is asked for when a form is judged: expressions, and what stands in their sentences.
func (p *Programme) judging() iter.Seq[ref] {
	return func(yield func(ref) bool) {
		condition := func(c *condition) bool { return c == nil || yield(ref{program: c.program}) }
		said := func(s *sentence) bool {
			return s == nil || !slices.ContainsFunc(s.refs, func(r ref) bool { return !yield(r) })
		}
		for _, a := range p.sums {
			if !yield(ref{program: a.program}) || !said(a.say) || !said(a.noCap) {
				return
			}
		}
		for _, s := range p.order {
			if !condition(s.shown) || !condition(s.needed) {
				return
			}
			for _, c := range s.columns {
				if !condition(c) {
					return
				}
			}
		}
		for _, r := range p.rules {
			if !yield(ref{program: r.assert}) || !said(r.message) || !said(r.unsure) {
				return
			}
		}
	}
}

func (c *condition) looks() bool { return c != nil && looksAt(c.program) }

func (s *sentence) looks() bool {
	return s != nil && slices.ContainsFunc(s.refs, func(r ref) bool { return slices.Contains(passing, r.name) || looksAt(r.program) })
}

// looksAt reports whether an expression looks at what passes.
func looksAt(p *rule.Program) bool {
	return p != nil && slices.ContainsFunc(p.Vars(), func(name string) bool { return slices.Contains(passing, name) })
}
