package app

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/db/dbtest"
)

// BenchmarkSubmission is one submission as a browser sends it, from the request to the answer, sixteen at a time and each by its own
// body, on the disk of the test; and by itself the work it leaves to the background. CPU is this process's (on PostgreSQL: the client's).
// Run with -benchtime 2000x.
func BenchmarkSubmission(b *testing.B) {
	for _, engine := range dbtest.Engines() {
		b.Run(engine, func(b *testing.B) {
			ctx := context.Background()
			c := Config{Data: b.TempDir(), Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
			if engine == "postgres" {
				c.Database = dbtest.Open(b, engine).Address()
			}
			w, err := openBench(ctx, c, io.Discard)
			if err != nil {
				b.Fatal(err)
			}
			defer w.a.Close()
			drafts, err := w.drafts(ctx, b.N+200)
			if err != nil {
				b.Fatal(err)
			}
			var next atomic.Int64
			post := func() {
				i := next.Add(1)
				d := drafts[i-1]
				r := httptest.NewRequest(http.MethodPost, "/work/cases/"+d.id+"/do/submit", strings.NewReader("move=submit&token="+strconv.FormatInt(i, 36)))
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				r.Header.Set("Cookie", w.cookie(account.RoleApprover, "lg:"+d.body))
				answer := httptest.NewRecorder()
				if w.a.Site.ServeHTTP(answer, r); answer.Code != http.StatusSeeOther {
					b.Errorf("submission %d: %d\n%s", i, answer.Code, answer.Body)
				}
			}
			for range 200 {
				post()
			}
			b.SetParallelism(8)
			b.ReportAllocs()
			cpu := benchCPU()
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					post()
				}
			})
			b.StopTimer()
			asked := benchCPU()
			b.ReportMetric(float64((asked-cpu).Microseconds())/float64(b.N), "cpu-µs/request")
			if err := w.a.Jobs.Drain(ctx); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64((benchCPU()-asked).Microseconds())/float64(next.Load()), "cpu-µs/background")
		})
	}
}

func benchCPU() time.Duration {
	var r syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &r)
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}
