package cases

import (
	"sync"

	"kakehashi/internal/form"
	"kakehashi/internal/programme"
)

// judgements keep how forms of cases were judged, so that the submission behind the page of checking, and the page behind that page, need not
// judge from the beginning. The key is the head of the case's journal, the version of the definition and the form: the head binds every event before it, so a case with
// another answer, version of the definition, settled value or erasure has another head, and nothing ever has to be taken out. What the
// head does not bind is looked at each time: the moment, whether the programme is closed, the body's other applications (Standing.At).
type judgements struct {
	mu           sync.Mutex
	young, older map[string]judgement
}

// judgementsMost is how many are young; as many are older. One holds some sixty kilobytes, most of them the
// stored case its answers were read from.
const judgementsMost = 100

type judgement struct {
	*programme.Standing
	answers  form.Answers // shared: nobody changes the answers of a case, they are put in the place of others
	problems map[string][]form.Problem
}

// judgedAt names the state of the case; "" where what the case holds may be other than its journal says: it was read for somebody who
// may not see all, or something is being tried.
func (c *Case) judgedAt(p *programme.Programme, formID string) string {
	if c.Head == "" || c.veiled || c.apart || c.Decided > 0 { // sums of a decided case change with the day
		return ""
	}
	return c.Head + "/" + p.Hash + "/" + formID
}

func (s *judgements) get(key string) (judgement, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	x, ok := s.young[key]
	if !ok {
		if x, ok = s.older[key]; ok {
			s.put(key, x)
		}
	}
	return x, ok
}

// put keeps x; the caller holds the lock.
func (s *judgements) put(key string, x judgement) {
	if s.young == nil || len(s.young) >= judgementsMost {
		s.older, s.young = s.young, map[string]judgement{}
	}
	s.young[key] = x
}

// recall is how the form was judged before, if it was and is kept; the case has its answers then.
func (s *Store) recall(c *Case, p *programme.Programme, formID string) *programme.Standing {
	key := c.judgedAt(p, formID)
	if key == "" {
		return nil
	}
	x, ok := s.judgements.get(key)
	if !ok {
		return nil
	}
	if c.answers == nil {
		c.answers, c.problems = x.answers, x.problems
	}
	return x.Standing
}

// keep keeps how the form was judged.
func (s *Store) keep(c *Case, p *programme.Programme, formID string, st *programme.Standing) {
	key := c.judgedAt(p, formID)
	if key == "" || st == nil || c.problems == nil {
		return
	}
	s.judgements.mu.Lock()
	defer s.judgements.mu.Unlock()
	s.judgements.put(key, judgement{st, c.answers, c.problems})
}
