package cases_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"kakehashi/internal/db"
	"kakehashi/internal/org"
	"kakehashi/internal/programme"
	"kakehashi/programmes"
)

// table is the rows of one table, as one engine keeps them.
type table struct {
	name    string
	columns []string
	rows    [][]any
}

// seeds are the reference data every world begins with, read once from a database that was seeded as the service does it: all but the
// bodies nobody plays, which would take longer than the tests.
var seeds = sync.OnceValues(func() ([]table, error) {
	dir, err := os.MkdirTemp("", "kakehashi-cases-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	d, err := db.Open(bg, "sqlite:"+filepath.Join(dir, "seed.db")+"?synchronous=off")
	if err != nil {
		return nil, err
	}
	defer d.Close()
	if err := org.New(d).Seed(bg); err != nil {
		return nil, err
	}
	if err := programme.New(d, nil).Seed(bg, programmes.FS); err != nil {
		return nil, err
	}
	played := "'" + strings.Join([]string{nanao, kanazawa, hamamatsu, fuji, ishikawa, "220001"}, "','") + "'"
	var out []table
	for name, where := range map[string]string{"orgs": "code IN (" + played + ")", "org_names": "code IN (" + played + ")", "org_rows": "kind <> 'seed'",
		"programme_versions": "1 = 1"} {
		x, err := rowsOf(d, name, where)
		if err != nil {
			return nil, err
		}
		if name == "orgs" {
			out = append([]table{x}, out...)
		} else {
			out = append(out, x)
		}
	}
	return out, nil
})

func rowsOf(d *db.DB, name, where string) (table, error) {
	x := table{name: name}
	rows, err := db.List(bg, d.Read(), func(r *sql.Rows) ([]any, error) {
		if x.columns == nil {
			var err error
			if x.columns, err = r.Columns(); err != nil {
				return nil, err
			}
		}
		row := make([]any, len(x.columns))
		into := make([]any, len(row))
		for i := range row {
			into[i] = &row[i]
		}
		err := r.Scan(into...)
		for i, v := range row {
			if n, ok := v.(int64); ok && x.columns[i] == "sample" { // SQLite keeps truths as numbers
				row[i] = n != 0
			}
		}
		return row, err
	}, fmt.Sprintf(`SELECT * FROM %s WHERE %s`, name, where))
	x.rows = rows
	return x, err
}

// seed puts the reference data into the world's database.
func (w *world) seed() {
	w.t.Helper()
	tables, err := seeds()
	w.must(err)
	w.must(w.d.InTx(bg, func(ctx context.Context, tx db.Q) error {
		var b db.Batch
		for _, x := range tables {
			marks := make([]string, len(x.columns))
			for i := range marks {
				marks[i] = fmt.Sprintf("$%d", i+1)
			}
			for _, row := range x.rows {
				b.Add(fmt.Sprintf(`INSERT INTO %s (%s) VALUES (%s)`, x.name, strings.Join(x.columns, ", "), strings.Join(marks, ", ")), row...)
			}
		}
		_, err := b.Run(ctx, tx)
		return err
	}))
}
