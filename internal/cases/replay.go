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
	after := ""
	for {
		docs, err := db.List(ctx, s.DB.Read(), db.String, `SELECT doc FROM cases WHERE programme = $1 AND number > $2 ORDER BY number LIMIT 200`, code, after)
		if err != nil {
			return err
		}
		for _, doc := range docs {
			c, p, err := s.read(ctx, []byte(doc))
			if err != nil {
				return err
			}
			after = c.Number
			rules := p
			if looksInto(with) {
				rules = with
			}
			past, err := s.history(ctx, s.DB.Read(), c, rules)
			if err != nil {
				return err
			}
			in := programme.Input{Now: c.Submitted, Org: form.Org{Type: c.Org.Type, Code: c.Org.Code, Name: c.Org.Name}, Answers: c.Answers(),
				History: past, Confirmed: c.confirmed()}
			tell(difference(c.Number, p.Evaluate(in), with.Evaluate(in)))
		}
		if len(docs) < 200 {
			return nil
		}
	}
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
