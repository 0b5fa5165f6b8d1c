package public_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"kakehashi/internal/db/dbtest"
	"kakehashi/internal/jp"
	"kakehashi/internal/org"
	"kakehashi/internal/programme"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/public"
	"kakehashi/programmes"
)

// BenchmarkStartPage compares a visitor's start page made each time with the one kept ready.
func BenchmarkStartPage(b *testing.B) {
	d := dbtest.Open(b, "sqlite")
	now := time.Date(2026, 10, 14, 16, 40, 0, 0, jp.JST)
	clock := func() time.Time { return now }
	orgs, progs := org.New(d).Clock(clock), programme.New(d, clock)
	if err := orgs.Seed(b.Context()); err != nil {
		b.Fatal(err)
	}
	if err := progs.Seed(b.Context(), programmes.FS); err != nil {
		b.Fatal(err)
	}
	for name, version := range map[string]func(context.Context) string{"made": nil, "kept": func(context.Context) string { return "1" }} {
		b.Run(name, func(b *testing.B) {
			s := page.New(page.Config{Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Now: clock, Version: version})
			(&public.Pages{Orgs: orgs, Programmes: progs}).Register(s)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					r := httptest.NewRequest(http.MethodGet, "/", nil)
					r.Header.Set("Accept-Encoding", "gzip")
					w := httptest.NewRecorder()
					if s.ServeHTTP(w, r); w.Code != 200 {
						b.Error(w.Code)
					}
				}
			})
		})
	}
}
