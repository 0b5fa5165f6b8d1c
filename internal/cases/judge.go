package cases

import (
	"context"
	"fmt"
	"maps"
	"time"

	"kakehashi/internal/db"
	"kakehashi/internal/form"
	"kakehashi/internal/programme"
)

// Incomplete is returned by Do when the move's form has missing answers, problems or failing E rules.
type Incomplete struct {
	Form       string
	Evaluation programme.Evaluation
}

func (i *Incomplete) Error() string { return "form " + i.Form + " is not complete" }

// handedInSeries counts the applications a body has handed in.
func handedInSeries(c *Case) string { return handedIn + c.Org.Code }

// handedIn begins the name of such a series.
const handedIn = "body "

// judge evaluates the form the move hands in.
func (s *Store) judge(ctx context.Context, r *ready, m *programme.Move, act Act) error {
	c, p := r.Case, r.programme
	if r.form = m.Form; r.form == "@opened" {
		r.form = openedForm(c, p)
	}
	s.recall(c, p, r.form) // answers that were read are not read again
	var b db.Batch
	past := func() ([]programme.Past, error) { return *r.past, nil }
	if r.past == nil {
		past = s.historyTo(ctx, &b, c, p)
	}
	files := s.Files.CheckTo(&b, c.files(p, r.form))
	if _, err := b.Run(ctx, s.DB.Brief()); err != nil {
		return fmt.Errorf("case %s: %w", c.ID, err)
	}
	history, err := past()
	if err != nil {
		return err
	}
	if r.evaluation = s.evaluateWith(ctx, c, p, r.form, arrived(act, s.now()), history); !Complete(r.evaluation) {
		return &Incomplete{Form: r.form, Evaluation: r.evaluation}
	}
	return files()
}

// Complete reports whether a form may be submitted: every required answer is there, every value can be read, no E rule fails or is open.
func Complete(ev programme.Evaluation) bool {
	for _, r := range ev.Rules {
		if r.Severity == "E" && r.Outcome != programme.Pass {
			return false
		}
	}
	return len(ev.Missing) == 0 && len(ev.Problems) == 0
}

func arrived(act Act, now time.Time) time.Time {
	if act.Arrived.IsZero() {
		return now
	}
	return act.Arrived.UTC().Truncate(time.Microsecond)
}

// openedForm is the form whose fields the open return named.
func openedForm(c *Case, p *programme.Programme) string {
	for _, key := range c.Opened() {
		if _, id, _, ok := p.Field(key); ok {
			return id
		}
	}
	return "application"
}

// Evaluate judges a form of the case as it stands.
func (s *Store) Evaluate(ctx context.Context, c *Case, p *programme.Programme, formID string) (programme.Evaluation, error) {
	return s.evaluate(ctx, s.DB.Brief(), c, p, formID, s.now())
}

// Try judges a form as it would stand with these inputs, saving nothing: what the page shows while somebody types.
func (s *Store) Try(ctx context.Context, c *Case, p *programme.Programme, formID string, inputs map[string]form.Input) (programme.Evaluation, error) {
	return s.Evaluate(ctx, c.With(p, inputs), p, formID)
}

// With is the case as it would be with these inputs; nothing is saved, and files are left alone.
func (c *Case) With(p *programme.Programme, inputs map[string]form.Input) *Case {
	n := c.clone()
	n.answers, n.problems, n.apart = maps.Clone(c.Answers()), nil, true
	for key, in := range inputs {
		f, _, _, ok := p.Field(key)
		if !ok || f.Kind == form.KindFile {
			continue
		}
		if value, answered, _ := typed(f, in); answered {
			n.answers[key] = value
		} else {
			delete(n.answers, key)
		}
	}
	return n
}

func (s *Store) evaluate(ctx context.Context, q db.Q, c *Case, p *programme.Programme, formID string, at time.Time) (programme.Evaluation, error) {
	if c.others != nil {
		return s.evaluateWith(ctx, c, p, formID, at, *c.others), nil
	}
	history, err := s.history(ctx, q, c, p)
	if err != nil {
		return programme.Evaluation{}, err
	}
	return s.evaluateWith(ctx, c, p, formID, at, history), nil
}

// evaluateWith judges a form of the case beside the body's other cases.
func (s *Store) evaluateWith(ctx context.Context, c *Case, p *programme.Programme, formID string, at time.Time, past []programme.Past) programme.Evaluation {
	if !c.came.IsZero() && c.Submitted.IsZero() {
		at = c.came // judged by the day on which the paper arrived
	}
	known := s.recall(c, p, formID)
	in := programme.Input{Now: at, Org: c.org(), History: past, Form: formID, Fixed: c.Fixed}
	if c.Decided > 0 {
		in.Sums = c.moneySums(p, day(at))
	}
	if c.Phase > 0 && !c.Submitted.IsZero() && formID == "application" {
		in.Now = c.Submitted // a correction keeps the moment of the first arrival
	} else if open, _ := s.Programmes.Open(ctx, p, at); !open {
		in.Closed = true
	}
	if known != nil {
		return known.At(in)
	}
	in.Answers, in.Unagreed, in.Confirmed = c.agreedAnswers(p), c.Unagreed(p), c.confirmed()
	in.Problems, in.Checked = c.problemsOf(p, formID)
	out, st := p.Stand(in)
	s.keep(c, p, formID, st)
	return out
}

func (c *Case) confirmed() map[string]any {
	out := map[string]any{}
	for k, v := range c.Confirmed {
		out[k] = v.Value
	}
	return out
}

// files lists every stored file the answers of a form declare.
func (c *Case) files(p *programme.Programme, formID string) []form.File {
	var files []form.File
	fields := p.Fields(formID)
	for i := range fields {
		if fields[i].Kind != form.KindFile {
			continue
		}
		if list, ok := c.Answers()[fields[i].Key].([]form.File); ok {
			files = append(files, list...)
		}
	}
	return files
}

// org is the body as rules see it.
func (c *Case) org() form.Org { return form.Org{Type: c.Org.Type, Code: c.Org.Code, Name: c.Org.Name} }
