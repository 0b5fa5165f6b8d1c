package app

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"time"
	"unicode/utf8"

	"kakehashi/internal/bench"
	"kakehashi/internal/db"
	"kakehashi/internal/lang"
	"kakehashi/internal/search"
)

// searchBench is what is measured at one number of documents.
type searchBench struct {
	Engine     string  `json:"engine"`
	Docs       int     `json:"docs"`
	Characters int     `json:"characters"`
	TextBytes  int64   `json:"text_bytes"`
	Index      float64 `json:"index_seconds_per_10000"`
	IndexCPU   float64 `json:"index_cpu_seconds_per_10000"`
	Stored     int64   `json:"stored_bytes"`
	searchRead
}

// searchRead is what a process that only reads finds.
type searchRead struct {
	Load    float64 `json:"load_seconds"`
	Memory  int64   `json:"index_bytes"`
	RSS     int64   `json:"process_bytes"`
	Idle    int64   `json:"process_bytes_before"`
	P50     float64 `json:"p50_ms"`
	P99     float64 `json:"p99_ms"`
	Max     float64 `json:"max_ms"`
	CPU     float64 `json:"cpu_ms"`
	CPU99   float64 `json:"cpu_p99_ms"`
	LoadCPU float64 `json:"load_cpu_seconds"`
	Page50  float64 `json:"with_excerpts_p50_ms"`
	Page99  float64 `json:"with_excerpts_p99_ms"`
	Like    float64 `json:"like_scan_p50_ms"`
	Truth   int     `json:"truth"`
	Found   int     `json:"found"`
	Empty   int     `json:"empty_of_100"`
}

// benchSearch measures the search index: `kakehashi bench search [--docs N] [--corpus FILE] [--database URL] [--json FILE]`.
func benchSearch(ctx context.Context, e *Env, args []string) error {
	var c Config
	fs := e.flags("bench search", &c)
	c.Database = e.Database
	docs := fs.Int("docs", 100_000, "")
	corpus := fs.String("corpus", "", "")
	out := fs.String("json", "", "")
	reader := fs.Bool("reader", false, "")
	if err := parse(fs, args); err != nil {
		return err
	}
	if *reader {
		r, err := readSearch(ctx, c.Database)
		if err != nil {
			return err
		}
		return json.NewEncoder(e.Out).Encode(r)
	}
	dir, err := os.MkdirTemp("", "kakehashi-search-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if c.Database == "" {
		c.Database = "sqlite:" + filepath.Join(dir, "search.db")
	}
	w, err := newWriterOfDocs(*corpus)
	if err != nil {
		return err
	}
	d, err := db.Open(ctx, c.Database)
	if err != nil {
		return err
	}
	defer d.Close()
	if n, err := db.One(ctx, d.Read(), db.Int, `SELECT COUNT(*) FROM search_docs`); err != nil || n > 0 {
		return errors.Join(err, &Unusable{At: "data", Message: lang.Text{JA: "測定には空のデータベースを使ってください。", EN: "The bench needs an empty database."}})
	}
	var list []searchBench
	b := searchBench{Engine: "sqlite"}
	if d.Postgres() {
		b.Engine = "postgres"
	}
	for _, n := range []int{1000, 10_000, 100_000, *docs} {
		if n > *docs || n <= b.Docs {
			continue
		}
		if err := b.grow(ctx, d, w, n); err != nil {
			return err
		}
		if err := b.read(ctx, c.Database); err != nil {
			return err
		}
		list = append(list, b)
		fmt.Fprintf(e.Out, "%s %7s documents, %5.1f M characters: index %.1f s (CPU %.1f) per 10,000; stored %.2f × text; loaded in %.2f s (CPU %.2f), index %d MB, process %d MB (before %d); p50 %.2f p99 %.2f max %.1f ms, CPU %.2f p99 %.2f; with excerpts p50 %.2f p99 %.2f; LIKE alone %.0f ms; found %d of %d, empty %d of 100\n",
			b.Engine, bench.Count(float64(b.Docs)), float64(b.Characters)/1e6, b.Index, b.IndexCPU, float64(b.Stored)/float64(b.TextBytes), b.Load, b.LoadCPU, b.Memory>>20, b.RSS>>20, b.Idle>>20,
			b.P50, b.P99, b.Max, b.CPU, b.CPU99, b.Page50, b.Page99, b.Like, b.Found, b.Truth, b.Empty)
	}
	if *out == "" {
		return nil
	}
	j, err := json.MarshalIndent(map[string]any{"at": time.Now().UTC(), "commit": commit(), "machine": machine(), "load": loadAverage(), "search": list}, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(*out, append(j, '\n'), 0o644)
}

// grow puts documents in until there are n, and measures what that costs.
func (b *searchBench) grow(ctx context.Context, d *db.DB, w *docWriter, n int) error {
	x := search.New(d)
	start, used := time.Now(), cpuTime()
	var writing, writingCPU time.Duration
	added := n - b.Docs
	for b.Docs < n {
		t, u := time.Now(), cpuTime()
		var lot []search.Doc
		for range min(5000, n-b.Docs) {
			doc := w.doc(b.Docs)
			b.Characters += utf8.RuneCountInString(doc.Body) + utf8.RuneCountInString(doc.Title)
			b.TextBytes += int64(len(doc.Body) + len(doc.Title))
			lot = append(lot, doc)
			b.Docs++
		}
		writing, writingCPU = writing+time.Since(t), writingCPU+cpuTime()-u
		if err := x.Put(ctx, lot...); err != nil {
			return err
		}
	}
	if _, err := x.Follow(ctx); err != nil {
		return err
	}
	per := 10_000 / float64(added)
	b.Index, b.IndexCPU = (time.Since(start)-writing).Seconds()*per, (cpuTime()-used-writingCPU).Seconds()*per
	runtime.GC()
	debug.FreeOSMemory()
	size := `SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()`
	if d.Postgres() {
		size = `SELECT pg_total_relation_size('search_docs')`
	} else if _, err := d.Pool().ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`); err != nil {
		return err
	}
	var err error
	b.Stored, err = db.One(ctx, d.Read(), db.Int, size)
	return err
}

// read lets a process of its own load the index and ask.
func (b *searchBench) read(ctx context.Context, database string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	child := exec.CommandContext(ctx, self, "bench", "search", "--reader", "--database", database)
	child.Stderr = os.Stderr
	out, err := child.Output()
	if err != nil {
		return fmt.Errorf("reader: %w", err)
	}
	return json.Unmarshal(out, &b.searchRead)
}

// benchQueries is how many different queries are timed.
const benchQueries = 1000

func readSearch(ctx context.Context, database string) (r searchRead, err error) {
	debug.SetGCPercent(50)
	d, err := db.Open(ctx, database)
	if err != nil {
		return r, err
	}
	defer d.Close()
	r.Idle = resident()
	x := search.New(d)
	start, used := time.Now(), cpuTime()
	if _, err := x.Follow(ctx); err != nil {
		return r, err
	}
	r.Load, r.LoadCPU = time.Since(start).Seconds(), (cpuTime() - used).Seconds()
	debug.FreeOSMemory()
	_, _, r.Memory = x.Size()
	texts, err := sampleTexts(ctx, d)
	if err != nil {
		return r, err
	}
	random := rand.New(rand.NewPCG(3, 4))
	var bare, page []float64
	queries := make([]search.Query, benchQueries)
	for i := range queries {
		queries[i] = search.Query{Text: queryFrom(random, texts), Counts: []string{"country", "field", "year", "form", "kind"},
			Filters: map[string][]string{"form": {fmt.Sprint("f", random.IntN(4))}, "year": years(random)}, Bare: true}
	}
	used = cpuTime()
	var cpu []float64
	for _, q := range queries {
		t, c := time.Now(), cpuTime()
		if _, err := x.Find(ctx, q); err != nil {
			return r, err
		}
		bare, cpu = append(bare, float64(time.Since(t).Microseconds())/1000), append(cpu, float64((cpuTime()-c).Microseconds())/1000)
	}
	r.CPU, r.CPU99 = float64((cpuTime()-used).Microseconds())/1000/benchQueries, quantile(cpu, .99)
	for _, q := range queries[:200] {
		q.Bare = false
		t := time.Now()
		if _, err := x.Find(ctx, q); err != nil {
			return r, err
		}
		page = append(page, float64(time.Since(t).Microseconds())/1000)
	}
	r.P50, r.P99, r.Max = quantile(bare, .5), quantile(bare, .99), quantile(bare, 1)
	r.Page50, r.Page99 = quantile(page, .5), quantile(page, .99)
	if err := r.truth(ctx, d, x, texts); err != nil {
		return r, err
	}
	r.RSS = resident()
	return r, nil
}

// truth compares what is found for stretches of texts with what a plain look through the database finds.
func (r *searchRead) truth(ctx context.Context, d *db.DB, x *search.Index, texts []string) error {
	random := rand.New(rand.NewPCG(5, 6))
	var took []float64
	for i := range 100 {
		needle := stretchOf(random, texts, 2+random.IntN(5))
		a, err := x.Find(ctx, search.Query{Text: `"` + needle + `"`, Parts: true, Bare: true})
		if err != nil {
			return err
		}
		if a.Total == 0 {
			r.Empty++
		}
		if i >= 10 {
			continue
		}
		t := time.Now()
		n, err := db.One(ctx, d.Read(), db.Int, `SELECT COUNT(*) FROM search_docs WHERE NOT gone AND (title LIKE $1 OR body LIKE $1)`, "%"+needle+"%")
		if err != nil {
			return err
		}
		took = append(took, float64(time.Since(t).Microseconds())/1000)
		r.Truth += int(n)
		r.Found += min(a.Total, int(n))
	}
	r.Like = quantile(took, .5)
	return nil
}

func sampleTexts(ctx context.Context, d *db.DB) ([]string, error) {
	n, err := db.One(ctx, d.Read(), db.Int, `SELECT COUNT(*) FROM search_docs`)
	if err != nil {
		return nil, err
	}
	var ids []any
	var marks []string
	for i := range 500 {
		ids, marks = append(ids, fmt.Sprintf("doc%06d", int64(i)*n/500)), append(marks, fmt.Sprint("$", i+1))
	}
	return db.List(ctx, d.Read(), db.String, `SELECT body FROM search_docs WHERE id IN (`+strings.Join(marks, ", ")+`) ORDER BY id`, ids...)
}

// queryFrom makes a query of one to three stretches of one text.
func queryFrom(random *rand.Rand, texts []string) string {
	text := texts[random.IntN(len(texts)):][:1]
	var list []string
	for range 1 + random.IntN(3) {
		list = append(list, stretchOf(random, text, 2+random.IntN(3)))
	}
	return strings.Join(list, " ")
}

// stretchOf is a stretch of one text that begins with a Chinese character or katakana and holds no mark.
func stretchOf(random *rand.Rand, texts []string, length int) string {
	for range 10_000 {
		r := []rune(texts[random.IntN(len(texts))])
		if len(r) <= length {
			continue
		}
		i := random.IntN(len(r) - length)
		s := string(r[i : i+length])
		if (r[i] >= 'ァ' && r[i] <= 'ヺ' || r[i] >= 0x4E00 && r[i] <= 0x9FFF) && !strings.ContainsAny(s, "。、「」（）()・ 　\n\"-…―") {
			return s
		}
	}
	return "国際"
}

func years(random *rand.Rand) (list []string) {
	first := 2000 + random.IntN(20)
	for y := range 8 {
		list = append(list, fmt.Sprint(first+y))
	}
	return list
}

func quantile(list []float64, q float64) float64 {
	if len(list) == 0 {
		return 0
	}
	list = slices.Sorted(slices.Values(list))
	return list[min(len(list)-1, int(q*float64(len(list))))]
}

func cpuTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// resident is the memory of this process, where the system tells it.
func resident() int64 {
	f, err := os.Open("/proc/self/status")
	if err != nil {
		return 0
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		var kb int64
		if _, err := fmt.Sscanf(s.Text(), "VmRSS: %d kB", &kb); err == nil {
			return kb << 10
		}
	}
	return 0
}
