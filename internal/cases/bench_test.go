package cases_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	"kakehashi/internal/cases"
	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
)

// BenchmarkSubmit is the cost of one submission with its journal, receipt, letter job and mails, many people at once, each body its own
// (run with -benchtime 2000x -cpu 2 and -cpuprofile, -memprofile). Drafts are sown beforehand.
func BenchmarkSubmit(b *testing.B) {
	for _, engine := range dbtest.Engines() {
		b.Run(engine, func(b *testing.B) {
			w := newWorld(b, dbtest.Open(b, engine))
			w.must(w.s.Orgs.Seed(bg))
			one := w.filled(staff(kanazawa), grant, nil)
			pattern, err := w.s.Pattern(bg, one.ID)
			w.must(err)
			mould, err := pattern.Mould(0, 0)
			w.must(err)
			sower, err := w.s.Sower(bg)
			w.must(err)
			codes, err := db.List(bg, w.d.Read(), db.String, `SELECT code FROM orgs WHERE type = 'town' ORDER BY code`)
			w.must(err)
			var ids, who []string
			for len(ids) < b.N {
				var seeds []cases.Seed
				for i := range min(200, b.N-len(ids)) {
					code := codes[(len(ids)+i)%len(codes)]
					ref := one.Org
					ref.Code, ref.Type = code, "town"
					seeds = append(seeds, cases.Seed{Mould: mould, Org: ref, Title: fmt.Sprint("事業", len(ids)+i)})
					who = append(who, code)
				}
				sown, err := sower.Sow(bg, seeds)
				w.must(err)
				ids = append(ids, sown...)
			}
			var next atomic.Int64
			b.SetParallelism(32)
			b.ReportAllocs()
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					i := next.Add(1) - 1
					if _, err := w.s.Do(bg, staff(who[i]), ids[i], cases.Act{Move: "submit", Token: ids[i]}); err != nil {
						b.Fatal(err)
					}
				}
			})
		})
	}
}
