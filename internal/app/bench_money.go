package app

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime/pprof"
	"slices"
	"strings"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/bench"
	"kakehashi/internal/cases"
	"kakehashi/internal/db"
	"kakehashi/internal/lang"
	"kakehashi/internal/programme"
)

// benchWork measures work that is done in one process with nobody asking over the network: it fills what it needs and adds its figures.
type benchWork func(r *benchRun, ctx context.Context) error

// benchWorks are the measurements of one piece of work each, by their words, with the number of cases of their goal.
var benchWorks = map[string]struct {
	cases int
	work  benchWork
}{
	"ranking": {5000, (*benchRun).rank},
	"replay":  {50_000, (*benchRun).replay},
	"closing": {100_000, (*benchRun).closeYear},
}

// engine opens the folder and the database and lets the work be measured.
func (do benchWork) engine(ctx context.Context, e *Env, engine string, c Config, o benchOptions) (_ *engineBench, err error) {
	fmt.Fprintf(e.Err, "%s: preparing\n", engine)
	w, err := openBench(ctx, c, e.Err)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, w.a.Close()) }()
	r := &benchRun{benchOptions: o, w: w, c: c, note: e.Err, figures: map[string]*bench.Figure{}, out: &engineBench{Engine: engine}}
	if r.out.Version, err = w.version(ctx); err != nil {
		return nil, err
	}
	if err := do(r, ctx); err != nil {
		return nil, err
	}
	r.out.Cases, err = w.count(ctx)
	return r.out, err
}

// timed runs a piece of work that deals with so many things and adds it to a figure; parts are the times of its equal parts.
func (r *benchRun) timed(f *bench.Figure, run func() (things int, parts []time.Duration, err error)) error {
	stop, err := r.profiled(f.Name)
	if err != nil {
		return err
	}
	start, before := time.Now(), bench.Own()
	n, parts, err := run()
	stop()
	if err != nil {
		return fmt.Errorf("%s: %w", f.Name, err)
	}
	x := bench.Result{Requests: n, Elapsed: time.Since(start)}
	if slices.Sort(parts); len(parts) > 0 {
		x.P50, x.P99 = parts[len(parts)/2], parts[len(parts)*99/100]
	}
	f.Add(x, bench.Usage{CPU: bench.Own().CPU - before.CPU})
	return nil
}

// profiled begins a CPU profile, if profiles are wanted, that ends by stop.
func (r *benchRun) profiled(name string) (stop func(), err error) {
	if r.profile == "" {
		return func() {}, nil
	}
	if err := os.MkdirAll(r.profile, 0o755); err != nil {
		return nil, err
	}
	f, err := os.Create(filepath.Join(r.profile, r.out.Engine+"-"+strings.NewReplacer(" ", "-", ":", "", ",", "").Replace(name)+".pprof"))
	if err == nil {
		err = pprof.StartCPUProfile(f)
	}
	return func() { pprof.StopCPUProfile(); f.Close() }, err
}

// again runs something for a measurement's length, at least three times.
func (r *benchRun) again(f *bench.Figure, run func() error) error {
	return r.timed(f, func() (n int, parts []time.Duration, err error) {
		for start := time.Now(); err == nil && (n < 3 || time.Since(start) < r.length()); n++ {
			t := time.Now()
			err = run()
			parts = append(parts, time.Since(t))
		}
		return n, parts, err
	})
}

// first is a mould of a state of the first programme, by code, that has one.
func (w *benchWorld) first(state string) (*cases.Mould, error) {
	if len(w.moulds[state]) == 0 {
		return nil, &Unusable{At: "data", Message: lang.Text{JA: "審査のある募集がありません。", EN: "No call has a screening."}}
	}
	return slices.MinFunc(w.moulds[state], func(a, b *cases.Mould) int { return cmp.Compare(a.Programme(), b.Programme()) }), nil
}

// benchSheets is how many different sets of sheets the ranked cases have.
const benchSheets = 24

// rank measures the ranking of one call beside a plain read of the same rows.
func (r *benchRun) rank(ctx context.Context) error {
	m, err := r.w.first("ranked")
	if err != nil {
		return err
	}
	p, err := r.w.a.Programmes.Current(ctx, m.Programme())
	if err != nil {
		return err
	}
	if err := r.w.growRanking(ctx, p, m.Year(), r.cases); err != nil {
		return err
	}
	officer := account.Who{Person: "p-bench-officer", Lang: lang.JA, Hat: account.Hat{Role: account.RoleOfficer, Body: "hq:" + p.Section}}
	plain := r.figure(fmt.Sprintf("plain: read of %s cases", bench.Count(float64(r.cases))), "", "")
	ours := r.figure(fmt.Sprintf("ranking of %s cases", bench.Count(float64(r.cases))), plain.Name, "p50 ≤ 200 ms")
	for range r.rounds {
		if err := r.again(plain, func() error {
			docs, err := db.List(ctx, r.w.a.DB.Read(), db.String, `SELECT COALESCE(n.doc, cases.doc) FROM cases LEFT JOIN case_standings n ON n.case_id = cases.id
				WHERE programme = $1 AND fiscal_year = $2 AND phase >= 2 AND score > 0 AND NOT ended ORDER BY score DESC, submitted, id LIMIT $3`, p.Code, m.Year(), r.cases)
			return errors.Join(err, r.all(len(docs)))
		}); err != nil {
			return err
		}
		if err := r.again(ours, func() error {
			list, err := r.w.a.Cases.Ranking(ctx, officer, p.Code, m.Year(), 1_000_000_000)
			return errors.Join(err, r.all(len(list)))
		}); err != nil {
			return err
		}
	}
	return nil
}

// all says when a measurement dealt with fewer cases than it was told to, for then its figure says nothing.
func (r *benchRun) all(n int) error {
	if n < r.cases {
		return fmt.Errorf("%d cases instead of %d", n, r.cases)
	}
	return nil
}

// growRanking sows ranked cases of three sheets each until the call has n.
func (w *benchWorld) growRanking(ctx context.Context, p *programme.Programme, fy, n int) error {
	have, err := db.One(ctx, w.a.DB.Read(), db.Int, `SELECT COUNT(*) FROM cases WHERE programme = $1 AND fiscal_year = $2 AND phase >= 2 AND score > 0 AND NOT ended`,
		p.Code, fy)
	if err != nil || int(have) >= n {
		return err
	}
	var moulds []*cases.Mould
	for i := range benchSheets {
		id, err := w.playScored(ctx, p, i)
		if err != nil {
			return fmt.Errorf("sheets %d: %w", i, err)
		}
		pattern, err := w.a.Cases.Pattern(ctx, id)
		if err != nil {
			return err
		}
		m, err := pattern.Mould(-i%7, 0)
		if err != nil {
			return err
		}
		moulds = append(moulds, m)
	}
	if w.sower, err = w.a.Cases.Sower(ctx); err != nil { // the played ones took numbers
		return err
	}
	if err := w.idle(ctx); err != nil {
		return err
	}
	_, err = w.sow(ctx, n-int(have), func(r *rand.Rand) (*cases.Mould, cases.OrgRef) {
		return moulds[r.IntN(len(moulds))], w.refs[r.IntN(len(w.refs))]
	})
	return errors.Join(err, w.tidy(ctx))
}

// playScored plays a case into the ranking with three sheets, different for every number.
func (w *benchWorld) playScored(ctx context.Context, p *programme.Programme, number int) (string, error) {
	hats := actors(benchHats(), w.refs[number%len(w.refs)])
	officer := hats["demo-officer"]
	officer.Hat.Body = "hq:" + p.Section
	id, err := w.play(ctx, demoCall{code: p.Code, answers: p.Examples[0].Answers}, "accept", "", hats)
	if err != nil {
		return "", err
	}
	panel := []account.Who{hats["demo-member1"], hats["demo-member2"], hats["demo-member3"]}
	if err := w.a.Cases.Assign(ctx, officer, id, panel); err != nil {
		return "", err
	}
	random := rand.New(rand.NewPCG(uint64(number), 1))
	for _, member := range panel {
		marks := map[string]int{}
		for _, criterion := range p.Screening.Criteria {
			marks[criterion.ID] = 2 + random.IntN(4)
		}
		if err := w.a.Cases.Score(ctx, member, id, marks, nil); err != nil {
			return "", err
		}
	}
	_, err = w.a.Cases.Do(ctx, officer, id, cases.Act{Move: "rank"})
	return id, err
}

// replay measures the replay of one programme's cases by another version beside a plain read of the same documents.
func (r *benchRun) replay(ctx context.Context) error {
	m, err := r.w.first(benchWaiting)
	if err != nil {
		return err
	}
	a := r.w.a
	current, err := a.Programmes.Current(ctx, m.Programme())
	if err != nil {
		return err
	}
	with, err := otherVersion(current)
	if err != nil {
		return err
	}
	if err := r.w.growProgramme(ctx, with.Code, r.cases); err != nil {
		return err
	}
	const step = 200
	plain := r.figure(fmt.Sprintf("plain: read of %s cases", bench.Count(float64(r.cases))), "", "")
	ours := r.figure(fmt.Sprintf("replay of %s cases", bench.Count(float64(r.cases))), plain.Name, "")
	differ, heap := 0, uint64(0)
	for range r.rounds {
		replayer := a.Cases.Replayer(with.Code, with)
		if err := r.through(plain, func(after string) (string, int, error) {
			var doc string
			numbers, err := db.List(ctx, a.DB.Read(), func(x *sql.Rows) (n string, err error) { return n, x.Scan(&n, &doc) },
				`SELECT number, doc FROM cases WHERE programme || '' = $1 AND number > $2 AND number <> '' ORDER BY number LIMIT $3`, with.Code, after, step)
			if len(numbers) > 0 {
				after = numbers[len(numbers)-1]
			}
			return after, len(numbers), err
		}); err != nil {
			return err
		}
		most := memoryMost(ctx)
		err := r.through(ours, func(after string) (string, int, error) {
			return replayer.Part(ctx, after, step, func(_ *cases.Case, d cases.Difference) {
				if d.Differs() {
					differ++
				}
			})
		})
		heap = max(heap, most())
		if err != nil {
			return err
		}
	}
	ours.Note = fmt.Sprintf("%d come out differently; p50 and p99 are of %d cases; heap at most %.0f MB", differ, step, float64(heap)/1e6)
	return nil
}

// otherVersion is a version of a programme that decides otherwise: amounts are cut down to the next 100,000 yen.
func otherVersion(p *programme.Programme) (*programme.Programme, error) {
	d := p.Definition
	d.Params = maps.Clone(d.Params)
	d.Params["unit"] = 100_000
	with, issues := programme.Compile(d)
	if len(issues) > 0 {
		return nil, fmt.Errorf("another version: %v", issues)
	}
	return with, nil
}

// through goes through the cases part by part, each from the number on where the one before ended, until there were enough.
func (r *benchRun) through(f *bench.Figure, part func(after string) (last string, n int, err error)) error {
	return r.timed(f, func() (total int, parts []time.Duration, err error) {
		for after, n := "", 1; n > 0 && total < r.cases && err == nil; total += n {
			t := time.Now()
			after, n, err = part(after)
			parts = append(parts, time.Since(t))
		}
		return total, parts, errors.Join(err, r.all(total))
	})
}

// growProgramme sows submitted cases of one programme until it has n, of past years as well as of this.
func (w *benchWorld) growProgramme(ctx context.Context, code string, n int) error {
	have, _, err := w.a.Cases.Numbered(ctx, code, 0)
	if err != nil || int(have) >= n {
		return err
	}
	var moulds []*cases.Mould
	for _, list := range w.past {
		moulds = append(moulds, list...)
	}
	moulds = slices.DeleteFunc(moulds, func(m *cases.Mould) bool { return m.Programme() != code })
	_, err = w.sow(ctx, n-int(have), func(r *rand.Rand) (*cases.Mould, cases.OrgRef) {
		return moulds[r.IntN(len(moulds))], w.refs[r.IntN(len(w.refs))]
	})
	return errors.Join(err, w.tidy(ctx))
}
