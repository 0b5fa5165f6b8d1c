package cases

import (
	"context"

	"kakehashi/internal/db"
	"kakehashi/internal/form"
	"kakehashi/internal/programme"
)

// Difference is how one case comes out under another version of its programme. Verdict holds then and now.
type Difference struct {
	Number  string               `json:"number"`
	Verdict [2]string            `json:"verdict"`
	Rules   map[string][2]string `json:"rules,omitempty"`
	Amounts map[string][2]int64  `json:"amounts,omitempty"`
}

// Replay judges every submitted case of a programme by another version, with its own answers and the moment of its submission, and
// tells each result. It changes nothing.
func (s *Store) Replay(ctx context.Context, code string, with *programme.Programme, tell func(Difference)) error {
	for after := ""; ; {
		last, n, err := s.ReplayPart(ctx, code, with, after, replayed, func(_ *Case, d Difference) { tell(d) })
		if err != nil || n < replayed {
			return err
		}
		after = last
	}
}

// replayed is how many cases are read at once.
const replayed = 200

// ReplayPart is Replay for at most most cases, in the order of their numbers, after one number ("" from the first on). It returns the
// number it ends with and how many it looked at.
func (s *Store) ReplayPart(ctx context.Context, code string, with *programme.Programme, after string, most int, tell func(*Case, Difference)) (last string, n int, err error) {
	docs, err := db.List(ctx, s.DB.Read(), db.String, `SELECT doc FROM cases WHERE programme = $1 AND number > $2 ORDER BY number LIMIT $3`, code, after, most)
	if err != nil {
		return after, 0, err
	}
	for _, doc := range docs {
		c, p, err := s.read(ctx, []byte(doc))
		if err != nil {
			return after, 0, err
		}
		after = c.Number
		rules := p
		if with.LooksIntoOthers() {
			rules = with
		}
		past, err := s.history(ctx, s.DB.Read(), c, rules)
		if err != nil {
			return after, 0, err
		}
		in := programme.Input{Now: c.Submitted, Org: form.Org{Type: c.Org.Type, Code: c.Org.Code, Name: c.Org.Name}, Answers: c.Answers(),
			History: past, Confirmed: c.confirmed()}
		tell(c, difference(c.Number, p.Evaluate(in), with.Evaluate(in)))
	}
	return after, len(docs), nil
}

// Numbered counts the submitted cases of a programme, and finds the number of the n-th of them ("" for the 0th).
func (s *Store) Numbered(ctx context.Context, code string, n int64) (total int64, number string, err error) {
	total, err = db.One(ctx, s.DB.Read(), db.Int, `SELECT count(*) FROM cases WHERE programme = $1 AND number > ''`, code)
	if err != nil || n == 0 {
		return total, "", err
	}
	number, err = db.One(ctx, s.DB.Read(), db.String, `SELECT number FROM cases WHERE programme = $1 AND number > '' ORDER BY number LIMIT 1 OFFSET $2`, code, n-1)
	return total, number, err
}

// Differs reports whether anything comes out otherwise.
func (d Difference) Differs() bool {
	return d.Verdict[0] != d.Verdict[1] || len(d.Rules) > 0 || len(d.Amounts) > 0
}

func difference(number string, then, now programme.Evaluation) Difference {
	d := Difference{Number: number, Verdict: [2]string{then.Verdict, now.Verdict}, Rules: map[string][2]string{}, Amounts: map[string][2]int64{}}
	was := map[string]string{}
	for _, r := range then.Rules {
		was[r.ID] = r.Outcome
	}
	for _, r := range now.Rules {
		if was[r.ID] != r.Outcome {
			d.Rules[r.ID] = [2]string{was[r.ID], r.Outcome}
		}
		delete(was, r.ID)
	}
	for id, outcome := range was {
		d.Rules[id] = [2]string{outcome, ""}
	}
	for name, v := range now.Amounts {
		if then.Amounts[name] != v {
			d.Amounts[name] = [2]int64{then.Amounts[name], v}
		}
	}
	return d
}
