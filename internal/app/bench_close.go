package app

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/bench"
	"kakehashi/internal/cases"
	"kakehashi/internal/db"
	"kakehashi/internal/finance"
	"kakehashi/internal/lang"
	"kakehashi/internal/programme"
)

// benchHolding is the state of cases that hold money at the end of their year.
const benchHolding = "running"

// closeYear measures the year-end close of one budget: the list, its reasons, the approval, and the run over every case, beside a plain read of
// the same cases. A year is closed once, so there is one round; a kept folder's next measurement takes the year before.
func (r *benchRun) closeYear(ctx context.Context) error {
	first, err := r.w.first(benchHolding)
	if err != nil {
		return err
	}
	p, err := r.w.a.Programmes.Current(ctx, first.Programme())
	if err != nil {
		return err
	}
	fy, err := r.w.growHolding(ctx, p, r.cases)
	if err != nil {
		return err
	}
	officer := account.Who{Person: "p-bench-officer", Name: "officer", Lang: lang.JA, Hat: account.Hat{Role: account.RoleOfficer, Body: "hq:" + p.Section}}
	chief := account.Who{Person: "p-bench-chief", Name: "chief", Lang: lang.JA, Hat: account.Hat{Role: account.RoleChief, Body: "hq:" + p.Section}}
	money := *r.w.a.Finance
	money.Clock = func() time.Time { return time.Date(fy+1, 4, 3, 0, 0, 0, 0, time.UTC) }
	size := bench.Count(float64(r.cases))
	plain := r.figure(fmt.Sprintf("plain: read of %s cases", size), "", "")
	if err := r.through(plain, func(after string) (string, int, error) {
		var doc string
		ids, err := db.List(ctx, r.w.a.DB.Read(), func(x *sql.Rows) (id string, err error) { return id, x.Scan(&id, &doc) },
			`SELECT id, doc FROM cases WHERE programme = $1 AND fiscal_year = $2 AND state = $3 AND id > $4 ORDER BY id LIMIT 200`, p.Code, fy, benchHolding, after)
		if len(ids) > 0 {
			after = ids[len(ids)-1]
		}
		return after, len(ids), err
	}); err != nil {
		return err
	}
	var c finance.Closing
	asked := func(name string, f func() error) error {
		return r.timed(r.figure(name+" of "+size+" items", "", ""), func() (int, []time.Duration, error) { return r.cases, nil, f() })
	}
	if err := asked("list", func() error { _, err := money.Prepare(ctx, officer, p.Code, fy); return err }); err != nil {
		return err
	}
	if c, err = money.Closing(ctx, officer, p.Code, fy); err != nil {
		return err
	}
	next, err := r.w.a.Ledger.Balance(ctx, p.Code, fy+1)
	if err != nil {
		return err
	}
	before := next.Committed
	if err := asked("reasons", func() error { return money.Choose(ctx, officer, c, "", finance.Carry, "測定") }); err != nil {
		return err
	}
	if err := asked("approval", func() error { return money.Approve(ctx, chief, c) }); err != nil {
		return err
	}
	ours := r.figure(fmt.Sprintf("year-end close of %s items", size), plain.Name, "progress shown, resumable")
	most := memoryMost(ctx)
	if err := r.timed(ours, func() (int, []time.Duration, error) { return c.Items, nil, r.w.a.Jobs.Drain(ctx) }); err != nil {
		return err
	}
	ours.Note = fmt.Sprintf("heap at most %.0f MB", float64(most())/1e6)
	return r.closedWhole(ctx, p.Code, fy, c.Carried, before)
}

// closedWhole says when a close did not do what it was measured for: every yen of its items stands in the next year, and nothing is held of its own.
func (r *benchRun) closedWhole(ctx context.Context, fund string, fy int, carried, before int64) error {
	year, err := r.w.a.Ledger.Balance(ctx, fund, fy)
	if err != nil {
		return err
	}
	next, err := r.w.a.Ledger.Balance(ctx, fund, fy+1)
	if err == nil && (carried == 0 || year.Closed == "" || year.Committed != 0 || next.Committed != before+carried) {
		err = fmt.Errorf("of %d yen to carry over %d reached the next year, %d stayed", carried, next.Committed-before, year.Committed)
	}
	return err
}

// memoryMost watches the heap until it is asked how large it was at most.
func memoryMost(ctx context.Context) func() uint64 {
	debug.FreeOSMemory()
	ctx, stop := context.WithCancel(ctx)
	done := make(chan uint64)
	go func() {
		var most uint64
		for m := (runtime.MemStats{}); ; {
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapAlloc)
			select {
			case <-ctx.Done():
				done <- most
				return
			case <-time.After(200 * time.Millisecond):
			}
		}
	}()
	return func() uint64 { stop(); return <-done }
}

// growHolding sows cases that hold money of the newest year that is not closed until there are n, and says which year that is.
func (w *benchWorld) growHolding(ctx context.Context, p *programme.Programme, n int) (int, error) {
	ids, err := db.List(ctx, w.a.DB.Read(), db.String, `SELECT id FROM cases WHERE title = '（測定）' || id AND programme = $1 AND state = $2 ORDER BY id`, p.Code, benchHolding)
	if err != nil {
		return 0, err
	}
	for ago := 1; ago <= benchYears; ago++ { // the patterns' own year stays open, or their copies would be closed already
		fy := p.Call.FiscalYear - ago
		if b, err := w.a.Ledger.Balance(ctx, p.Code, fy); err != nil || b.Closed != "" {
			if err != nil {
				return 0, err
			}
			continue
		}
		have, err := db.One(ctx, w.a.DB.Read(), db.Int, `SELECT COUNT(*) FROM cases WHERE programme = $1 AND fiscal_year = $2 AND state = $3`, p.Code, fy, benchHolding)
		if err != nil {
			return 0, err
		}
		var moulds []*cases.Mould
		for _, id := range ids {
			pattern, err := w.a.Cases.Pattern(ctx, id)
			if err != nil {
				return 0, err
			}
			m, err := pattern.Mould(-365*ago, -ago)
			if err != nil {
				return 0, err
			}
			moulds = append(moulds, m)
		}
		if int(have) < n {
			if _, err := w.sow(ctx, n-int(have), func(r *rand.Rand) (*cases.Mould, cases.OrgRef) {
				return moulds[r.IntN(len(moulds))], w.refs[r.IntN(len(w.refs))]
			}); err != nil {
				return 0, err
			}
		}
		return fy, w.tidy(ctx)
	}
	return 0, &Unusable{At: "data", Message: lang.Text{JA: "すべての年度が締め切られています。空のフォルダーで測ってください。", EN: "Every year is closed. Measure with an empty folder."}}
}
