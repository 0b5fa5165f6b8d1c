package app

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/db/dbtest"
)

// BenchmarkSubmission is one submission as a browser sends it, from the request to the answer, sixteen at a time and each by its own
// body, on the disk of the test; and by itself the work it leaves to the background. "checked" are submissions by somebody who has just
// looked at the page of checking, as people do; looking is not counted. CPU is this process's (on PostgreSQL: the client's).
// Run with -benchtime 2000x.
func BenchmarkSubmission(b *testing.B) {
	for _, engine := range dbtest.Engines() {
		b.Run(engine, func(b *testing.B) { benchSubmissions(b, engine, false) })
		b.Run(engine+"-checked", func(b *testing.B) { benchSubmissions(b, engine, true) })
	}
}

// benchAtOnce is how many submissions are sent before the next pages of checking are looked at.
const benchAtOnce = 100

func benchSubmissions(b *testing.B, engine string, checked bool) {
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
	send := func(i int, method, path, body string, want int) {
		r := httptest.NewRequest(method, "/work/cases/"+drafts[i].id+path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Cookie", w.cookie(account.RoleApprover, "lg:"+drafts[i].body))
		answer := httptest.NewRecorder()
		if w.a.Site.ServeHTTP(answer, r); answer.Code != want {
			b.Errorf("%s of %d: %d\n%s", path, i, answer.Code, answer.Body)
		}
	}
	post := func(i int) {
		send(i, http.MethodPost, "/do/submit", "move=submit&token="+strconv.Itoa(i), http.StatusSeeOther)
	}
	for i := range 200 {
		post(i)
	}
	b.ReportAllocs()
	var cpu time.Duration
	b.ResetTimer()
	for from := 200; from < b.N+200; from += benchAtOnce {
		to := min(from+benchAtOnce, b.N+200)
		b.StopTimer()
		for i := from; checked && i < to; i++ {
			send(i, http.MethodGet, "/check/application", "", http.StatusOK)
		}
		next, before := atomic.Int64{}, benchCPU()
		next.Store(int64(from))
		b.StartTimer()
		var all sync.WaitGroup
		for range 16 {
			all.Go(func() {
				for i := next.Add(1) - 1; i < int64(to); i = next.Add(1) - 1 {
					post(int(i))
				}
			})
		}
		all.Wait()
		cpu += benchCPU() - before
	}
	b.StopTimer()
	b.ReportMetric(float64(cpu.Microseconds())/float64(b.N), "cpu-µs/request")
	asked := benchCPU()
	if err := w.a.Jobs.Drain(ctx); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64((benchCPU()-asked).Microseconds())/float64(b.N+200), "cpu-µs/background")
}

func benchCPU() time.Duration {
	var r syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &r)
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}
