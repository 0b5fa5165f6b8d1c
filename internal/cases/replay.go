package cases

import (
	"context"
	"database/sql"
	"reflect"
	"runtime"
	"sync"
	"sync/atomic"

	"kakehashi/internal/db"
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
// tells each result. Where the version is of another year or round, the days are those of the case's own call: what was handed in in time
// is not late because the next call is another. It changes nothing.
func (s *Store) Replay(ctx context.Context, code string, with *programme.Programme, tell func(Difference)) error {
	r := s.Replayer(code, with)
	for after := ""; ; {
		last, n, err := r.Part(ctx, after, replayed, func(_ *Case, d Difference) { tell(d) })
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
	return s.Replayer(code, with).Part(ctx, after, most, tell)
}

// Replayer replays the cases of a programme part by part. It keeps what it read of the bodies' other cases, so the parts should follow one
// another soon; it is for one goroutine.
type Replayer struct {
	s    *Store
	code string
	with *programme.Programme
	mu   sync.Mutex
	past map[pastKey][]pastCase
	held int      // cases in past
	same sync.Map // whether a version asks what with asks, by version
}

// pastKey is whose other cases; the year is 0 where the rules do not look into their answers.
type pastKey struct {
	org  string
	year int
}

// pastCase is one of them.
type pastCase struct {
	id string
	programme.Past
}

// pastMost is how many cases of others a Replayer remembers.
const pastMost = 200_000

// Replayer replays a programme's cases by another version.
func (s *Store) Replayer(code string, with *programme.Programme) *Replayer {
	return &Replayer{s: s, code: code, with: with, past: map[pastKey][]pastCase{}}
}

// replayPart are the next cases of a programme by number. By its index of programmes SQLite would sort all of them for each part; the numbers
// of one programme stand together in that of numbers, which holds for cases that have one.
const replayPart = `SELECT doc FROM cases WHERE programme || '' = $1 AND number > $2 AND number <> '' ORDER BY number LIMIT $3`

// Part judges at most most cases after one number, on every processor, and tells them in the order of their numbers; see ReplayPart.
func (r *Replayer) Part(ctx context.Context, after string, most int, tell func(*Case, Difference)) (last string, n int, err error) {
	docs, err := db.List(ctx, r.s.DB.Read(), db.String, replayPart, r.code, after, most)
	if err != nil {
		return after, 0, err
	}
	found, judged, failed := make([]*Case, len(docs)), make([]Difference, len(docs)), make([]error, len(docs))
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(docs)) {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(docs); i = int(next.Add(1)) - 1 {
				found[i], judged[i], failed[i] = r.judge(ctx, docs[i])
			}
		})
	}
	workers.Wait()
	for i, c := range found {
		if failed[i] != nil {
			return after, i, failed[i]
		}
		after = c.Number
		tell(c, judged[i])
	}
	return after, len(docs), nil
}

// judge judges one case by its own version and by the other. Where both are one there is nothing to compare: the same input gives the same
// evaluation for ever.
func (r *Replayer) judge(ctx context.Context, doc string) (*Case, Difference, error) {
	c, p, err := r.s.read(ctx, []byte(doc))
	if err != nil {
		return nil, Difference{}, err
	}
	past, err := r.others(ctx, c, p.LooksIntoOthers() || r.with.LooksIntoOthers())
	if err != nil {
		return nil, Difference{}, err
	}
	in := programme.Input{Now: c.Submitted, Org: c.org(), Answers: c.Answers(), History: past, Confirmed: c.confirmed()}
	own := in
	own.Problems, own.Checked = c.problemsOf(p, "application")
	then := p.Evaluate(own)
	if p == r.with {
		return c, difference(c.Number, then, then), nil
	}
	if r.sameFields(p) {
		in.Problems, in.Checked = own.Problems, own.Checked
	}
	if !p.Call.Same(&r.with.Call) {
		in.Call = &p.Call
	}
	return c, difference(c.Number, then, r.with.Evaluate(in)), nil
}

// sameFields reports whether a version asks the same as the other: what is wrong with an answer is then the same too.
func (r *Replayer) sameFields(p *programme.Programme) bool {
	same, known := r.same.Load(p)
	if !known {
		same = reflect.DeepEqual(p.Fields("application"), r.with.Fields("application"))
		r.same.Store(p, same)
	}
	return same.(bool)
}

// others are the body's other cases as historyTo reads them, with the answers of those of the same call if rules look into them.
func (r *Replayer) others(ctx context.Context, c *Case, answers bool) ([]programme.Past, error) {
	key := pastKey{org: c.Org.Code}
	if answers {
		key.year = c.FiscalYear
	}
	r.mu.Lock()
	list, known := r.past[key]
	r.mu.Unlock()
	if !known {
		var err error
		if list, err = r.read(ctx, c, key); err != nil {
			return nil, err
		}
		r.mu.Lock()
		if r.held += len(list); r.held > pastMost {
			clear(r.past)
			r.held = len(list)
		}
		r.past[key] = list
		r.mu.Unlock()
	}
	out := make([]programme.Past, 0, len(list))
	for _, x := range list {
		if x.id != c.ID && len(out) < pastEach {
			out = append(out, x.Past)
		}
	}
	return out, nil
}

// read is everything others needs of one body.
func (r *Replayer) read(ctx context.Context, c *Case, key pastKey) ([]pastCase, error) {
	var docs []string
	list, err := db.List(ctx, r.s.DB.Read(), func(rows *sql.Rows) (x pastCase, err error) {
		var doc string
		x.Org = c.org()
		err = rows.Scan(&x.id, &x.Programme, &x.FiscalYear, &x.State, &x.Title, &x.Number, &x.Requested, &doc)
		docs = append(docs, doc)
		return x, err
	}, `SELECT id, programme, fiscal_year, state, title, number, requested, CASE WHEN programme = $2 AND fiscal_year = $3 THEN doc ELSE '' END
		FROM cases WHERE org_code = $1 AND number <> '' ORDER BY due, id LIMIT $4`, c.Org.Code, c.Programme, key.year, pastEach+1)
	for i, doc := range docs {
		if err != nil || doc == "" {
			continue
		}
		var other *Case
		if other, _, err = r.s.read(ctx, []byte(doc)); err == nil {
			list[i].Answers = other.Answers()
		}
	}
	return list, err
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
