package app

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"syscall"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/bench"
	"kakehashi/internal/db"
)

// benchRun measures one engine.
type benchRun struct {
	benchOptions
	w       *benchWorld
	c       Config
	note    io.Writer
	out     *engineBench
	ours    *bench.Child
	floor   *bench.Child
	figures map[string]*bench.Figure
	desk    bool // the desk's pages are there; else the body's are measured
	view    benchView
	rate    float64 // of the last submissions
}

// benchView is one officer's list and the cases in it.
type benchView struct {
	section, programme string
	list               string // path and cookie
	cases, plain       []string
}

func benchEngine(ctx context.Context, e *Env, engine string, c Config, o benchOptions) (*engineBench, error) {
	fmt.Fprintf(e.Err, "%s: preparing\n", engine)
	w, err := openBench(ctx, c, e.Err)
	if err != nil {
		return nil, err
	}
	defer w.a.Close()
	r := &benchRun{benchOptions: o, w: w, c: c, note: e.Err, figures: map[string]*bench.Figure{}, out: &engineBench{Engine: engine}}
	if r.out.Version, err = w.version(ctx); err != nil {
		return nil, err
	}
	if err := r.grow(ctx); err != nil {
		return nil, err
	}
	if err := r.serving(ctx, r.measure); err != nil || r.part != "" {
		return r.out, err
	}
	if err := r.starts(ctx); err != nil {
		return nil, err
	}
	return r.out, nil
}

// grow sows the cases, and on the way looks at the pages with a hundredth and a tenth of them.
func (r *benchRun) grow(ctx context.Context) error {
	have, err := r.w.count(ctx)
	if err != nil {
		return err
	}
	start := time.Now()
	var pause time.Duration
	for _, n := range []int{r.cases / 100, r.cases / 10, r.cases} {
		if n < 20 || n <= have {
			continue
		}
		fmt.Fprintf(r.note, "%s: sowing %d cases\n", r.out.Engine, n)
		if err := r.w.grow(ctx, n); err != nil {
			return err
		}
		if n == r.cases {
			break
		}
		t := time.Now()
		if err := r.w.tidy(ctx); err != nil {
			return err
		}
		if err := r.serving(ctx, func(ctx context.Context) error { return r.growth(ctx, n) }); err != nil {
			return err
		}
		pause += time.Since(t)
	}
	if r.out.Cases, err = r.w.count(ctx); err != nil {
		return err
	}
	if n := r.out.Cases - have; n > 100 {
		r.out.Sown = float64(n) / (time.Since(start) - pause).Seconds()
	}
	if info, err := os.Stat(filepath.Join(r.c.Data, "kakehashi.db")); err == nil && r.c.Database == "" {
		r.out.Bytes = info.Size()
	}
	return r.w.tidy(ctx)
}

// serving runs f while the measured server and the floor are up.
func (r *benchRun) serving(ctx context.Context, f func(context.Context) error) (err error) {
	args := []string{"--data", r.c.Data}
	if r.c.Database != "" {
		args = append(args, "--database", r.c.Database)
	}
	if r.floor, err = bench.Server(ctx, r.note, append([]string{"bench", "floor"}, args...)...); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.floor.End()) }()
	if r.ours, err = bench.Server(ctx, r.note, append([]string{"bench", "serve"}, args...)...); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.ours.End()) }()
	if err := r.look(ctx); err != nil {
		return err
	}
	return f(ctx)
}

// look finds the list to be measured and cases in it.
func (r *benchRun) look(ctx context.Context) error {
	d := r.w.a.DB
	if err := d.Read().QueryRowContext(ctx, `SELECT section, programme FROM cases WHERE phase >= 2 AND NOT ended GROUP BY section, programme
		ORDER BY COUNT(*) DESC, section LIMIT 1`).Scan(&r.view.section, &r.view.programme); err != nil {
		return fmt.Errorf("no open case: %w", err)
	}
	cookie := r.w.cookie(account.RoleOfficer, "hq:"+r.view.section)
	r.view.list = "/desk/cases?programme=" + r.view.programme + "\t" + cookie
	code, err := r.status(ctx, "/desk/cases", cookie)
	if err != nil {
		return err
	}
	r.desk = code == http.StatusOK
	ids, err := db.List(ctx, d.Read(), func(rows *sql.Rows) (x benchDraft, err error) { return x, rows.Scan(&x.id, &x.body) },
		`SELECT id, org_code FROM cases WHERE section = $1 AND phase >= 2 ORDER BY id LIMIT 5000`, r.view.section)
	if err != nil {
		return err
	}
	r.view.cases, r.view.plain = nil, nil
	for i, x := range ids {
		r.view.plain = append(r.view.plain, "/case/"+x.id)
		if r.desk {
			r.view.cases = append(r.view.cases, "/desk/cases/"+x.id+"\t"+cookie)
		} else {
			r.view.cases = append(r.view.cases, "/work/cases/"+x.id+"\t"+r.w.cookie(account.RoleStaff, "lg:"+x.body))
		}
		if i == 0 && !r.desk {
			r.view.list = "/work/cases\t" + r.w.cookie(account.RoleStaff, "lg:"+x.body)
		}
	}
	return nil
}

func (r *benchRun) status(ctx context.Context, path, cookie string) (int, error) {
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+r.ours.Addr+path, nil)
	if err != nil {
		return 0, err
	}
	q.Header.Set("Cookie", cookie)
	a, err := http.DefaultClient.Do(q)
	if err != nil {
		return 0, err
	}
	defer a.Body.Close()
	_, err = io.Copy(io.Discard, a.Body)
	return a.StatusCode, err
}

// growth looks at list and case at another size.
func (r *benchRun) growth(ctx context.Context, n int) error {
	g := growth{Cases: n, List: &bench.Figure{Name: "list"}, One: &bench.Figure{Name: "one case"}}
	for range r.rounds {
		if err := r.ask(ctx, g.List, r.ours, r.get(r.view.list), ""); err != nil {
			return err
		}
		if err := r.ask(ctx, g.One, r.ours, r.get(r.view.cases...), ""); err != nil {
			return err
		}
	}
	r.out.Growth = append(r.out.Growth, g)
	return nil
}

func (r *benchRun) get(targets ...string) bench.Plan {
	return bench.Plan{Conns: r.conns, Warm: min(time.Second, r.length()/2), Run: r.length(), Method: "GET", Targets: targets, Want: 200}
}

func (r *benchRun) length() time.Duration { return time.Duration(r.seconds * float64(time.Second)) }

func (r *benchRun) ask(ctx context.Context, f *bench.Figure, server *bench.Child, plan bench.Plan, profile string) error {
	fmt.Fprintf(r.note, "%s: %s\n", r.out.Engine, f.Name)
	if profile != "" && r.profile != "" {
		profile = filepath.Join(r.profile, r.out.Engine+"-"+profile+".pprof")
	} else {
		profile = ""
	}
	x, used, err := bench.Load(ctx, r.note, server, plan, profile)
	if err != nil {
		return fmt.Errorf("%s: %w", f.Name, err)
	}
	f.Add(x, used)
	return nil
}

// figure returns the figure of this name, new in the report at its first round.
func (r *benchRun) figure(name, floor, goal string) *bench.Figure {
	f := r.figures[name]
	if f == nil {
		f = &bench.Figure{Name: name, Floor: floor, Goal: goal}
		r.figures[name] = f
		r.out.Figures = append(r.out.Figures, f)
	}
	return f
}

// measure takes every figure round after round, each beside its floor.
func (r *benchRun) measure(ctx context.Context) error {
	if _, err := r.status(ctx, "/", ""); err != nil {
		return err
	}
	time.Sleep(2 * time.Second)
	idle, err := r.ours.Say("usage")
	if err != nil {
		return err
	}
	r.out.Idle = float64(idle.RSS) / 1e6
	if r.profile != "" {
		if err := os.MkdirAll(r.profile, 0o755); err != nil {
			return err
		}
		if _, err := r.ours.Say("heap " + filepath.Join(r.profile, r.out.Engine+"-idle.heap")); err != nil {
			return err
		}
	}
	for range r.rounds {
		if err := r.round(ctx); err != nil {
			return err
		}
	}
	if r.part != "" {
		return nil
	}
	used, err := r.ours.Say("usage")
	if err != nil {
		return err
	}
	r.out.Loaded = float64(used.Peak) / 1e6
	if r.profile != "" {
		if _, err := r.ours.Say("heap " + filepath.Join(r.profile, r.out.Engine+"-loaded.heap")); err != nil {
			return err
		}
	}
	g := growth{Cases: r.out.Cases, List: r.figures["case list of 50"], One: r.figures["one case"]}
	r.out.Growth = append(r.out.Growth, g)
	return nil
}

func (r *benchRun) round(ctx context.Context) error {
	sync, err := bench.Sync(r.c.Data, r.length()/3)
	if err != nil {
		return err
	}
	r.figure("disk sync, one writer", "", "").Add(sync, bench.Usage{})
	if r.part == "submissions" {
		return r.submissions(ctx)
	}
	zipped := r.get(r.view.list)
	zipped.Header = "Accept-Encoding: gzip\r\n"
	fresh := r.get("/programmes\tvisit=1") // a visitor with a cookie gets a page made anew
	plain := "/list?section=" + url.QueryEscape(r.view.section) + "&programme=" + url.QueryEscape(r.view.programme)
	const loop, fifty, row = "plain HTTP: ping", "plain: list of 50", "plain: one row"
	for _, m := range []struct {
		f       *bench.Figure
		server  *bench.Child
		plan    bench.Plan
		profile string
	}{
		{r.figure(loop, "", ""), r.floor, r.get("/ping"), ""},
		{r.figure("public page, cached", loop, "≥ 25,000"), r.ours, r.get("/programmes"), "cached"},
		{r.figure("public page, uncached", loop, "≥ 5,000"), r.ours, fresh, "uncached"},
		{r.figure(fifty, loop, ""), r.floor, r.get(plain), ""},
		{r.figure("case list of 50", fifty, "≥ 1,500, p99 ≤ 20"), r.ours, r.get(r.view.list), "list"},
		{r.figure("case list of 50, gzip", fifty, ""), r.ours, zipped, "listgzip"},
		{r.figure(row, loop, ""), r.floor, r.get(r.view.plain...), ""},
		{r.figure("one case", row, "≥ 8,000"), r.ours, r.get(r.view.cases...), "case"},
		{r.figure("one case of 200", row, ""), r.ours, r.get(r.view.cases[:min(200, len(r.view.cases))]...), "again"},
	} {
		if err := r.ask(ctx, m.f, m.server, m.plan, m.profile); err != nil {
			return err
		}
	}
	if r.part == "pages" {
		return nil
	}
	return r.submissions(ctx)
}

// submissions measures the submission of complete drafts, each once, by its body's approver; then lets the background work run a
// little, and drops what is left of it.
func (r *benchRun) submissions(ctx context.Context) error {
	const six = "plain: six rows, durable"
	plan := r.get("/submit")
	plan.Method, plan.Body, plan.Want = "POST", "move=submit", http.StatusSeeOther
	if err := r.ask(ctx, r.figure(six, "", ""), r.floor, plan, ""); err != nil {
		return err
	}
	goal := "≥ 5,000, p99 ≤ 10"
	if r.w.a.DB.Postgres() {
		goal = "≥ 1.5 × plain"
	}
	f := r.figure("submission, durable", six, goal)
	if r.rate == 0 {
		r.rate = min(4000, r.figures[six].Rate.Median)
	}
	n := int(r.rate*1.3*(plan.Warm+plan.Run).Seconds()) + r.conns
	if r.drafts > 0 {
		n = r.drafts
	}
	drafts, err := r.w.drafts(ctx, n)
	if err != nil {
		return err
	}
	plan.Once, plan.Targets = true, nil
	for _, x := range drafts {
		plan.Targets = append(plan.Targets, "/work/cases/"+x.id+"/do/submit\t"+r.w.cookie(account.RoleApprover, "lg:"+x.body))
	}
	if !r.w.a.DB.Postgres() {
		if _, err := r.w.a.DB.Pool().ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`); err != nil {
			return err
		}
	}
	if err := r.ask(ctx, f, r.ours, plan, "submit"); err != nil {
		return err
	}
	r.rate = max(r.rate/2, f.Rate.Max)
	return r.background(ctx)
}

// background lets jobs run for one measurement and counts those that make letters and send mails; then drops what is left.
func (r *benchRun) background(ctx context.Context) error {
	start := db.Now()
	time.Sleep(r.length())
	n, err := db.One(ctx, r.w.a.DB.Read(), db.Int, `SELECT COUNT(*) FROM job_runs WHERE kind IN ('case.follow', 'mail.send') AND started >= $1 AND failure = ''`, start)
	if err != nil {
		return err
	}
	r.out.Rendered = float64(n) / time.Since(start.Time).Seconds()
	return r.w.idle(ctx)
}

var benchAddress = regexp.MustCompile(`http://(127\.0\.0\.1:\d+)`)

// starts measures the time from starting the command to its first page on the full database.
func (r *benchRun) starts(ctx context.Context) error {
	fmt.Fprintf(r.note, "%s: cold start\n", r.out.Engine)
	args := []string{"serve", "--listen", "127.0.0.1:0", "--data", r.c.Data, "--url", ""}
	if r.c.Database != "" {
		args = append(args, "--database", r.c.Database)
	}
	var took []float64
	for i := range 6 {
		t := time.Now()
		p, err := bench.Start(ctx, io.Discard, args...)
		if err != nil {
			return err
		}
		words, addr := p.Lines(), ""
		for line := range words {
			if m := benchAddress.FindStringSubmatch(line); m != nil {
				addr = m[1]
				break
			}
		}
		a, err := http.Get("http://" + addr + "/")
		if err == nil {
			_, err = io.Copy(io.Discard, a.Body)
			a.Body.Close()
			if a.StatusCode != http.StatusOK {
				err = fmt.Errorf("status %d", a.StatusCode)
			}
		}
		if i > 0 { // the first warms the disk's cache
			took = append(took, float64(time.Since(t).Microseconds())/1000)
		}
		if err := errors.Join(err, p.Stop(syscall.SIGTERM)); err != nil {
			return fmt.Errorf("cold start: %w", err)
		}
	}
	r.out.Start = bench.SpreadOf(took)
	return nil
}
