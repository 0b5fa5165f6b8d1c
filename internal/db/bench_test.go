package db_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"kakehashi/internal/db"
	"kakehashi/internal/db/dbtest"
)

// BenchmarkSubmit writes six rows per transaction from 64 callers, durably.
func BenchmarkSubmit(b *testing.B) {
	for _, engine := range dbtest.Engines() {
		b.Run(engine, func(b *testing.B) {
			address := "sqlite:" + filepath.Join(b.TempDir(), "bench.db")
			if engine == "postgres" {
				address = dbtest.Address(b, engine)
			}
			d, err := db.Open(ctx, address)
			if err != nil {
				b.Fatal(err)
			}
			defer d.Close()
			for i := range 6 {
				if _, err := d.Pool().Exec(fmt.Sprintf(`CREATE TABLE b%d (id TEXT PRIMARY KEY, n BIGINT NOT NULL, doc TEXT NOT NULL)`, i)); err != nil {
					b.Fatal(err)
				}
			}
			doc := strings.Repeat("助成金 ", 60)
			var wg sync.WaitGroup
			var left atomic.Int64
			left.Store(int64(b.N))
			b.ResetTimer()
			for range 64 {
				wg.Go(func() {
					for left.Add(-1) >= 0 {
						if err := d.InTx(ctx, func(ctx context.Context, tx db.Q) error {
							id := db.NewID("b")
							var batch db.Batch
							for i := range 6 {
								batch.Add(inserts[i], id, i, doc)
							}
							_, err := batch.Run(ctx, tx)
							return err
						}); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			wg.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "tx/s")
		})
	}
}

var inserts = func() (texts [6]string) {
	for i := range texts {
		texts[i] = fmt.Sprintf(`INSERT INTO b%d (id, n, doc) VALUES ($1, $2, $3)`, i)
	}
	return texts
}()

// BenchmarkRead reads one row by key through the reader pool.
func BenchmarkRead(b *testing.B) {
	for _, engine := range dbtest.Engines() {
		b.Run(engine, func(b *testing.B) {
			d := dbtest.Open(b, engine)
			if _, err := d.Pool().Exec(`CREATE TABLE r (id TEXT PRIMARY KEY, doc TEXT NOT NULL)`); err != nil {
				b.Fatal(err)
			}
			for i := range 1000 {
				if _, err := d.Pool().Exec(`INSERT INTO r (id, doc) VALUES ($1, $2)`, fmt.Sprint(i), strings.Repeat("助成金 ", 60)); err != nil {
					b.Fatal(err)
				}
			}
			b.ResetTimer()
			b.RunParallel(func(p *testing.PB) {
				for i := 0; p.Next(); i++ {
					if _, err := db.One(ctx, d.Read(), db.String, `SELECT doc FROM r WHERE id = $1`, fmt.Sprint(i%1000)); err != nil {
						b.Error(err)
						return
					}
				}
			})
		})
	}
}
