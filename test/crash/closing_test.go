package crash_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"testing"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/app"
	"kakehashi/internal/cases"
	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
	"kakehashi/internal/finance"
	"kakehashi/internal/jobs"
	"kakehashi/internal/ledger"
	"kakehashi/test/crash"
)

// yearEnd is an installation whose year is approved to be closed and not yet closed.
type yearEnd struct {
	house   *crash.House
	data    string
	id      string // of the closing
	fund    string
	year    int
	items   int64
	holding int64 // yen committed before
}

// approved builds the installation: n cases that hold money, a list of them prepared by one person and approved by another.
func approved(t *testing.T, engine string, n int) *yearEnd {
	t.Helper()
	y := &yearEnd{data: t.TempDir()}
	address := dbtest.Address(t, engine)
	a, err := app.New(t.Context(), app.Config{Data: y.data, Database: address, Log: slog.New(slog.DiscardHandler)})
	must(t, err)
	must(t, a.LoadDemo(t.Context(), &discard{}))
	ids, err := a.MoreDemo(t.Context(), "approve", 1)
	must(t, err)
	c, _, err := a.Cases.Get(t.Context(), cases.System, ids[0])
	must(t, err)
	y.fund, y.year = c.Fund(), c.FiscalYear
	chief := account.Who{Person: "p-year-chief", Name: "見本 締", Sample: true, Hat: account.Hat{Role: account.RoleChief, Body: "hq:" + c.Section}}
	officer := account.Who{Person: "p-year-officer", Name: "見本 末", Sample: true, Hat: account.Hat{Role: account.RoleOfficer, Body: "hq:" + c.Section}}
	asked, err := a.Ledger.Ask(t.Context(), officer, ledger.Change{Kind: ledger.KindAdd, Fund: y.fund, Year: y.year, Amount: 1e11, Reason: "試験"})
	must(t, err)
	_, err = a.Ledger.Decide(t.Context(), chief, asked, true, "")
	must(t, err)
	alike(t, a, c, n)
	f := *a.Finance
	f.Clock = func() time.Time { return time.Date(y.year+1, 4, 3, 1, 0, 0, 0, time.UTC) }
	y.id, err = f.Prepare(t.Context(), officer, y.fund, y.year)
	must(t, err)
	closing, err := f.Closing(t.Context(), officer, y.fund, y.year)
	must(t, err)
	must(t, f.Choose(t.Context(), officer, closing, "", finance.Carry, "事業が翌年度に続くため。"))
	must(t, a.Jobs.Drain(t.Context())) // the close is then all there is to do
	must(t, f.Approve(t.Context(), chief, closing))
	before, err := a.Ledger.Balance(t.Context(), y.fund, y.year)
	must(t, err)
	y.items, y.holding = int64(closing.Items), before.Committed
	must(t, a.Close())
	y.house = &crash.House{Serve: []string{crash.Build(t), "serve", "--listen", "127.0.0.1:0", "--data", y.data, "--database", address}, Database: address}
	return y
}

// alike sows n cases like one that was played.
func alike(t *testing.T, a *app.App, c *cases.Case, n int) {
	t.Helper()
	pattern, err := a.Cases.Pattern(t.Context(), c.ID)
	must(t, err)
	mould, err := pattern.Mould(0, 0)
	must(t, err)
	sower, err := a.Cases.Sower(t.Context())
	must(t, err)
	seeds := make([]cases.Seed, n)
	for i := range seeds {
		seeds[i] = cases.Seed{Mould: mould, Org: c.Org, Title: fmt.Sprintf("（見本）たくさんの事業 %d", i)}
	}
	_, err = sower.Sow(t.Context(), seeds)
	must(t, err)
}

type discard struct{}

func (discard) Write(b []byte) (int, error) { return len(b), nil }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// done reads how far a work is while the process is dead, and lets the job it had in hand be taken up at once instead of after its lease. The
// counts that queries give have to be what the work says of itself.
func done(t *testing.T, house *crash.House, id string, counts ...string) (int64, string) {
	t.Helper()
	d, err := db.Open(t.Context(), house.Database)
	must(t, err)
	defer d.Close()
	w, err := jobs.New(d, slog.New(slog.DiscardHandler)).Work(t.Context(), id)
	must(t, err)
	for _, query := range counts {
		n, err := db.One(t.Context(), d.Read(), db.Int, query)
		must(t, err)
		if n != w.Done {
			t.Errorf("the work says %d, %s says %d", w.Done, query, n)
		}
	}
	broken, err := crash.Violations(t.Context(), d, crash.Whole)
	must(t, err)
	for _, x := range broken {
		t.Error(x)
	}
	must(t, d.InTx(t.Context(), func(ctx context.Context, tx db.Q) error {
		_, err := tx.ExecContext(ctx, `UPDATE goqite SET timeout = created`)
		return err
	}))
	return w.Done, string(w.State)
}

// killed kills the service again and again until a work of so many items is done: it goes on where it stood, and never back. Each kill waits
// until the work has gone on by some items, so that it comes in the middle on fast and slow machines alike.
func killed(t *testing.T, house *crash.House, id string, items int64, counts ...string) {
	t.Helper()
	var seen []int64
	state, middle := "", 0
	for round := 0; state != string(jobs.WorkDone); round++ {
		if round == 60 {
			t.Fatalf("after %d kills the work stands at %v of %d", round, seen, items)
		}
		n := int64(0)
		if k := len(seen); k > 0 {
			n = seen[k-1]
		}
		process := house.Start(t)
		reaches(t, house, id, n+rand.Int64N(items/4))
		process.Kill()
		n, state = done(t, house, id, counts...)
		if k := len(seen); k > 0 && n < seen[k-1] {
			t.Fatalf("the work went back from %d to %d", seen[k-1], n)
		}
		if seen = append(seen, n); n > 0 && n < items {
			middle++
		}
	}
	t.Logf("%d items; done at each kill: %v", items, seen)
	if middle == 0 {
		t.Error("no kill came in the middle: they proved nothing")
	}
	if seen[len(seen)-1] != items {
		t.Errorf("%d of %d are done", seen[len(seen)-1], items)
	}
}

// reaches waits until a running service has done so many items of a work, or all of it.
func reaches(t *testing.T, house *crash.House, id string, items int64) {
	t.Helper()
	d, err := db.Open(t.Context(), house.Database)
	must(t, err)
	defer d.Close() // before the kill: what is found afterwards is what the killed process alone left
	running := jobs.New(d, slog.New(slog.DiscardHandler))
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
		w, err := running.Work(t.Context(), id)
		must(t, err)
		if w.Done >= items || w.State == jobs.WorkDone {
			return
		}
	}
	t.Fatalf("the work does not reach %d items within a minute", items)
}

// The year-end close is killed again and again in the middle: it goes on where it stood, every case is done exactly once, and then the
// budget is closed with every yen where it belongs.
func TestAYearEndCloseKilledInTheMiddleGoesOn(t *testing.T) {
	for _, engine := range dbtest.Engines() {
		t.Run(engine, func(t *testing.T) {
			y := approved(t, engine, 300)
			killed(t, y.house, y.id, y.items, `SELECT COUNT(*) FROM closing_items WHERE state = 'done'`, `SELECT COUNT(*) FROM case_events WHERE type = 'year_end'`)
			y.whole(t)
		})
	}
}

// whole looks at the closed year.
func (y *yearEnd) whole(t *testing.T) {
	t.Helper()
	d, err := db.Open(t.Context(), y.house.Database)
	must(t, err)
	twice, err := db.List(t.Context(), d.Read(), db.String, `SELECT i.case_id FROM closing_items i WHERE i.closing = $1
		AND (i.state <> 'done' OR (SELECT COUNT(*) FROM case_events e WHERE e.case_id = i.case_id AND e.type = 'year_end') <> 1)`, y.id)
	must(t, err)
	if len(twice) > 0 {
		t.Errorf("%d cases were not closed exactly once: %v", len(twice), twice)
	}
	books := &ledger.Store{DB: d}
	old, err := books.Balance(t.Context(), y.fund, y.year)
	must(t, err)
	next, err := books.Balance(t.Context(), y.fund, y.year+1)
	must(t, err)
	if old.Closed == "" || old.Committed != 0 || old.Reserved != 0 || old.Available() != 0 || next.Committed != y.holding {
		t.Errorf("closed %+v\nnext %+v\n%d was committed", old, next, y.holding)
	}
	must(t, d.Close())
	if out, err := y.house.Run(t.Context(), "journal", "verify", "--data", y.data, "--database", y.house.Database); err != nil {
		t.Errorf("journal verify: %v\n%s", err, out)
	}
}
