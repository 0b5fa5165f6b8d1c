package app

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"kakehashi/internal/bench"
	"kakehashi/internal/db"
	"kakehashi/internal/lang"
)

func verbBench() Verb {
	return Verb{Name: "bench",
		Short: lang.Text{JA: "速さを測ります（空のデータで）", EN: "Measure how fast it is (on empty data)"},
		Long: lang.Text{JA: `kakehashi bench [--cases 100000] [--data DIR] [--database URL] [--seconds N] [--rounds N] [--json FILE] [--profile DIR] [--part submissions|pages [--drafts N]]
  空のフォルダーに案件を作り、実際のサービスを別のプロセスで動かして、提出・一覧・案件・公開ページの速さ、メモリ、起動時間を測ります。
  どの値も、同じ時に測った下限（ディスクの同期、素のSQL、素のHTTP）と並べます。結果を判定することはありません。
  --database postgres://… を指定すると、空のPostgreSQLデータベースでも測ります。--data を指定すると、作った案件を残して次回も使います。
  --part submissions は提出だけを、--part pages は一覧・案件・公開ページだけを測ります。--drafts は用意する下書きの数です。
kakehashi bench sow --data DIR [--cases N] [--database URL]
  案件をN件になるまで作り、そのまま残します。途中で止めても、同じコマンドで続きから作れます。
kakehashi bench ranking|replay|closing [--cases N] [--data DIR] [--database URL] [--seconds N] [--rounds N] [--only sqlite|postgres] [--json FILE] [--profile DIR]
  ranking は、1つの募集の案件（初めは5,000件、審査票は各3枚）の順位付けを測ります。replay は、1つのプログラムの案件（初めは50,000件）を
  別の版で判定し直す速さを測ります。closing は、金額の残る案件（初めは100,000件）を持つ1つの年度の締めを、一覧作りから承認、実行まで1回測ります。
  どれも足りない案件を作り、同じ行をそのまま読む時間と並べます。
kakehashi bench placement [--rounds N] [--only 名前,…] [--large] [--json FILE]
  JETの配置の速さを、作った例で測り、目標と並べます。--large は100万人×2万求人も測ります。`,
			EN: `kakehashi bench [--cases 100000] [--data DIR] [--database URL] [--seconds N] [--rounds N] [--json FILE] [--profile DIR] [--part submissions|pages [--drafts N]]
  Fills an empty folder with cases, runs the real service in a process of its own and measures submission, list, one case and public
  pages, memory and start. Every figure stands beside its floor of the same minutes (disk sync, plain SQL, plain HTTP). It judges nothing.
  --database postgres://… measures an empty PostgreSQL database too; --data keeps the cases it made for the next time;
  --seconds is the length of one measurement, --rounds how often each is repeated; --profile writes a CPU profile of each;
  --part submissions measures submissions only, with --drafts N drafts made for each round; --part pages measures pages only.
kakehashi bench sow --data DIR [--cases N] [--database URL]
  Makes cases until there are N, and keeps them. When it is stopped, the same command goes on from there.
kakehashi bench ranking|replay|closing [--cases N] [--data DIR] [--database URL] [--seconds N] [--rounds N] [--only sqlite|postgres] [--json FILE] [--profile DIR]
  ranking measures the ranking of one call (5,000 cases with three sheets each unless told); replay how fast the cases of one programme
  (50,000 unless told) are judged again by another version; closing, once, the close of a year with cases that hold money (100,000), from
  its list to the last case. All make the cases that are missing and stand beside a plain read of the same rows.
kakehashi bench placement [--rounds N] [--only NAME,…] [--large] [--json FILE]
  Measures the placement engine on rounds it makes and prints each figure beside its goal; --large adds 1,000,000 people × 20,000 posts.`},
		Run: runBench}
}

// benchOptions are the words of the command.
type benchOptions struct {
	cases, rounds int
	conns         int
	seconds       float64
	json, profile string
	data          string
	only          string
	part          string // "submissions" or "pages" measures nothing else
	drafts        int    // how many drafts a measurement of submissions gets; 0 goes by the rate before
}

// benchReport is what --json writes.
type benchReport struct {
	At       time.Time      `json:"at"`
	Commit   string         `json:"commit"`
	Command  []string       `json:"command"`
	Machine  map[string]any `json:"machine"`
	Binary   int64          `json:"binary_bytes"`
	Load     [2]string      `json:"load_before_after"`
	Engines  []*engineBench `json:"engines"`
	Finished time.Time      `json:"finished"`
}

func runBench(ctx context.Context, e *Env, args []string) error {
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		if x, ok := benchWorks[args[0]]; ok {
			return benchEngines(ctx, e, args[0], args[1:], x.cases, x.work.engine)
		}
		return benchPart(ctx, e, args[0], args[1:])
	}
	return benchEngines(ctx, e, "", args, 100_000, benchEngine)
}

// benchEngines reads the options, measures each engine they name, and prints and writes what came of it. what is the word behind bench.
func benchEngines(ctx context.Context, e *Env, what string, args []string, size int, measure func(context.Context, *Env, string, Config, benchOptions) (*engineBench, error)) error {
	var c Config
	o := benchOptions{conns: 16}
	fs := e.flags(strings.TrimSpace("bench "+what), &c)
	c.Data, c.Database = e.Data, e.Database // never the service's own: the environment does not count here
	fs.StringVar(&c.Data, "bench-data", c.Data, "")
	fs.IntVar(&o.cases, "cases", size, "")
	fs.IntVar(&o.rounds, "rounds", 3, "")
	fs.Float64Var(&o.seconds, "seconds", 3, "")
	fs.StringVar(&o.json, "json", "", "")
	fs.StringVar(&o.profile, "profile", "", "")
	fs.StringVar(&o.only, "only", "", "")
	fs.StringVar(&o.part, "part", "", "")
	fs.IntVar(&o.drafts, "drafts", 0, "")
	if err := parse(fs, args); err != nil {
		return err
	}
	if o.part != "" && o.part != "submissions" && o.part != "pages" {
		return &Unusable{At: "options", Message: lang.Text{JA: "--part は submissions か pages です。", EN: "--part is submissions or pages."}}
	}
	o.data = c.Data
	if o.data == "" {
		dir, err := os.MkdirTemp("", "kakehashi-bench-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		o.data = dir
	}
	r := &benchReport{At: time.Now().UTC(), Commit: commit(), Command: append(strings.Fields("kakehashi bench "+what), args...), Machine: machine()}
	r.Load[0] = loadAverage()
	if self, err := os.Executable(); err == nil {
		if info, err := os.Stat(self); err == nil {
			r.Binary = info.Size()
		}
	}
	for _, engine := range []string{"sqlite", "postgres"} {
		if engine == "postgres" && c.Database == "" || o.only != "" && o.only != engine {
			continue
		}
		x := Config{Data: filepath.Join(o.data, engine)}
		if engine == "postgres" {
			x.Database = c.Database
		}
		b, err := measure(ctx, e, engine, x, o)
		if err != nil {
			return fmt.Errorf("bench %s: %w", engine, err)
		}
		r.Engines = append(r.Engines, b)
		b.print(e.Out)
	}
	r.Load[1], r.Finished = loadAverage(), time.Now().UTC()
	fmt.Fprintf(e.Out, "\nbinary %.1f MB (goal ≤ 80)   commit %s   %v   load %s → %s\n", float64(r.Binary)/1e6, r.Commit, r.Machine, r.Load[0], r.Load[1])
	if o.json == "" {
		return nil
	}
	b, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(o.json, append(b, '\n'), 0o644)
}

// benchPart is this program run again as a part of the bench: the measured server, the floor, or the load generator.
func benchPart(ctx context.Context, e *Env, part string, args []string) error {
	if part == "search" {
		return benchSearch(ctx, e, args)
	}
	if part == "placement" {
		return placementBench(ctx, e, args)
	}
	if part == "sow" {
		return benchSow(ctx, e, args)
	}
	var c Config
	fs := e.flags("bench", &c)
	if err := parse(fs, args); err != nil {
		return err
	}
	switch part {
	case "drive":
		return bench.Drive(ctx, e.In, e.Out)
	case "serve":
		return benchServe(ctx, e, c)
	case "floor":
		return benchFloor(ctx, e, c)
	}
	return &Unusable{At: "verb", Message: lang.Text{JA: "「" + part + "」という測定はありません。", EN: "There is nothing called " + part + " to measure."}}
}

// engineBench is everything measured on one engine.
type engineBench struct {
	Engine   string          `json:"engine"`
	Version  string          `json:"version"`
	Cases    int             `json:"cases"`
	Sown     float64         `json:"sown_per_second"`
	Bytes    int64           `json:"database_bytes,omitempty"`
	Figures  []*bench.Figure `json:"figures"`
	Growth   []growth        `json:"growth"`
	Start    bench.Spread    `json:"cold_start_ms"`
	Idle     float64         `json:"idle_mb"`
	Loaded   float64         `json:"under_load_mb"`
	Rendered float64         `json:"letters_rendered_per_second"`
}

// growth is how a page behaves at another number of cases.
type growth struct {
	Cases int           `json:"cases"`
	List  *bench.Figure `json:"list"`
	One   *bench.Figure `json:"one_case"`
}

func (b *engineBench) print(w io.Writer) {
	fmt.Fprintf(w, "\n%s %s   %s cases, sown at %s/s\n", b.Engine, b.Version, bench.Count(float64(b.Cases)), bench.Count(b.Sown))
	bench.Table(w, b.Figures)
	if b.Rendered > 0 {
		fmt.Fprintf(w, "in the background, with nobody asking: %.0f letters made and mails sent a second\n", b.Rendered)
	}
	if b.Idle == 0 || b.Start.Median == 0 {
		return // only a part was measured
	}
	for _, g := range b.Growth {
		fmt.Fprintf(w, "at %8s cases: list %6.0f/s p99 %.1f ms, CPU %.0f µs   one case %6.0f/s p99 %.1f ms, CPU %.0f µs\n", bench.Count(float64(g.Cases)),
			g.List.Rate.Median, g.List.P99.Median, g.List.CPU.Median, g.One.Rate.Median, g.One.P99.Median, g.One.CPU.Median)
	}
	fmt.Fprintf(w, "cold start to first page %.0f ms (%.0f–%.0f, goal ≤ 100)   memory idle %.0f MB (goal ≤ 40), under load at most %.0f MB (goal ≤ 160)\n",
		b.Start.Median, b.Start.Min, b.Start.Max, b.Idle, b.Loaded)
}

// commit is the version this binary was built from, as the build recorded it.
func commit() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	revision, dirty := "", ""
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			revision = s.Value[:min(12, len(s.Value))]
		case "vcs.modified":
			if s.Value == "true" {
				dirty = "+changes"
			}
		}
	}
	return revision + dirty
}

func machine() map[string]any {
	m := map[string]any{"os": runtime.GOOS + "/" + runtime.GOARCH, "cpus": runtime.NumCPU(), "go": runtime.Version()}
	info, _ := os.ReadFile("/proc/meminfo")
	var kb int64
	if _, err := fmt.Sscanf(string(info), "MemTotal: %d kB", &kb); err == nil {
		m["memory_gb"] = (kb + 1<<19) >> 20
	}
	cpu, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(cpu)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			m["cpu"] = strings.TrimSpace(value)
			break
		}
	}
	return m
}

func loadAverage() string {
	b, _ := os.ReadFile("/proc/loadavg")
	f := strings.Fields(string(b))
	if len(f) == 0 {
		return ""
	}
	return f[0]
}

// version is what the engine calls itself.
func (w *benchWorld) version(ctx context.Context) (string, error) {
	if w.a.DB.Postgres() {
		return db.One(ctx, w.a.DB.Read(), db.String, `SHOW server_version`)
	}
	return db.One(ctx, w.a.DB.Read(), db.String, `SELECT sqlite_version()`)
}
