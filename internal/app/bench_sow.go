package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"kakehashi/internal/lang"
)

// benchSow fills a folder, or a database, with cases and leaves it closed, for measurements to come. What is there already counts.
func benchSow(ctx context.Context, e *Env, args []string) (err error) {
	var c Config
	fs := e.flags("bench sow", &c)
	c.Data, c.Database = e.Data, e.Database // never the service's own
	cases := fs.Int("cases", 100_000, "")
	if err := parse(fs, args); err != nil {
		return err
	}
	if c.Data == "" {
		return &Unusable{At: "data", Message: lang.Text{JA: "--data に、案件を入れるフォルダーを指定してください。", EN: "Name the folder for the cases by --data."}}
	}
	x := Config{Data: filepath.Join(c.Data, "sqlite")}
	if c.Database != "" {
		x = Config{Data: filepath.Join(c.Data, "postgres"), Database: c.Database}
	}
	w, err := openBench(ctx, x, e.Err)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.a.Close()) }()
	if err := w.grow(ctx, *cases); err != nil {
		return err
	}
	if err := w.tidy(ctx); err != nil {
		return err
	}
	n, err := w.count(ctx)
	if err != nil {
		return err
	}
	if c.Database != "" {
		fmt.Fprintf(e.Out, "%d\n", n)
		return nil
	}
	info, err := os.Stat(filepath.Join(x.Data, "kakehashi.db"))
	if err != nil {
		return err
	}
	fmt.Fprintf(e.Out, "%d  %.1f GB\n", n, float64(info.Size())/1e9)
	return nil
}

// tidy does after a bulk load what a database does by itself in the course of time.
func (w *benchWorld) tidy(ctx context.Context) error {
	err := w.a.DB.Tidy(ctx)
	if err == nil && !w.a.DB.Postgres() {
		_, err = w.a.DB.Pool().ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`)
	}
	return err
}
