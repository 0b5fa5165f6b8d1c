package db

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"time"

	"kakehashi/internal/fault"
)

// Copied is one table of a copy: how many rows it holds on both sides.
type Copied struct {
	Table string `json:"table"`
	Rows  int64  `json:"rows"`
}

// Copy brings every row of one database into another of either engine, as it stands at one moment, in one transaction: all or nothing. to must be
// fresh: fault.Refused when it holds anything but what the migrations put there. Afterwards both sides were counted, table by table. tell, when
// not nil, is called as a table begins. For administration: stores are not asked.
func Copy(ctx context.Context, from, to *DB, tell func(table string)) ([]Copied, error) {
	tables, err := tablesOf(ctx, from, to)
	if err != nil {
		return nil, err
	}
	source, end, err := from.moment(ctx)
	if err != nil {
		return nil, err
	}
	defer end()
	tx, err := to.Pool().BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	if err := empty(ctx, tx, tables); err != nil {
		return nil, err
	}
	var list []Copied
	for _, t := range tables {
		if tell != nil {
			tell(t)
		}
		n, err := copyTable(ctx, source, tx, t, to.Postgres())
		if err != nil {
			return nil, fmt.Errorf("copy table %s: %w", t, err)
		}
		list = append(list, Copied{t, n})
	}
	for _, c := range list {
		var a, b int64
		if err := one(ctx, source, `SELECT COUNT(*) FROM `+c.Table, &a); err != nil {
			return nil, err
		}
		if err := one(ctx, tx, `SELECT COUNT(*) FROM `+c.Table, &b); err != nil {
			return nil, err
		}
		if a != c.Rows || b != c.Rows {
			return nil, fmt.Errorf("copy table %s: %d rows became %d", c.Table, a, b)
		}
	}
	if to.Postgres() {
		if err := numbersGoOn(ctx, tx); err != nil {
			return nil, err
		}
	}
	if err := tx.Commit(); err != nil {
		return nil, err
	}
	return list, to.Tidy(ctx)
}

func one(ctx context.Context, q Q, query string, into ...any) error {
	return q.QueryRowContext(ctx, query).Scan(into...)
}

var (
	created  = regexp.MustCompile(`(?m)^CREATE TABLE (\w+)`)
	dropped  = regexp.MustCompile(`(?m)^DROP TABLE (\w+)`)
	inserted = regexp.MustCompile(`(?m)^INSERT INTO (\w+)`)
)

// tablesOf lists the tables in the order in which the migrations make them, so that what is referred to comes first. Both sides must have
// exactly these.
func tablesOf(ctx context.Context, sides ...*DB) ([]string, error) {
	names, err := inMigrations(created)
	if err != nil {
		return nil, err
	}
	for _, d := range sides {
		query := `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'`
		if d.Postgres() {
			query = `SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'`
		}
		there, err := List(ctx, d.Read(), String, query)
		if err != nil {
			return nil, err
		}
		there = slices.DeleteFunc(there, func(t string) bool { return strings.HasPrefix(t, "goose_") })
		for _, t := range there {
			if !slices.Contains(names, t) {
				return nil, fmt.Errorf("the database holds a table %s that no migration made", t)
			}
		}
		if len(there) != len(names) {
			return nil, fmt.Errorf("the database holds %d tables, the migrations make %d", len(there), len(names))
		}
	}
	return names, nil
}

func inMigrations(what *regexp.Regexp) ([]string, error) {
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	slices.Sort(files)
	var names []string
	for _, f := range files {
		text, err := fs.ReadFile(migrations, f)
		if err != nil {
			return nil, err
		}
		words := forEngine(string(text), true)
		for _, m := range what.FindAllStringSubmatch(words, -1) {
			if !slices.Contains(names, m[1]) {
				names = append(names, m[1])
			}
		}
		for _, m := range dropped.FindAllStringSubmatch(words, -1) {
			names = slices.DeleteFunc(names, func(table string) bool { return table == m[1] })
		}
	}
	return names, nil
}

// moment is a connection on which everything read is of one moment, however long it takes; end gives it back.
func (d *DB) moment(ctx context.Context) (q Q, end func(), err error) {
	conn, err := d.read.Conn(ctx)
	if err != nil {
		return nil, nil, err
	}
	begin := `BEGIN DEFERRED`
	if d.Postgres() {
		begin = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY`
	}
	if _, err := conn.ExecContext(ctx, begin); err != nil {
		conn.Close()
		return nil, nil, err
	}
	return conn, func() {
		conn.ExecContext(context.WithoutCancel(ctx), `ROLLBACK`)
		conn.Close()
	}, nil
}

// empty takes away what the migrations put into a fresh database and refuses one that holds more.
func empty(ctx context.Context, tx *sql.Tx, tables []string) error {
	filled, err := inMigrations(inserted)
	if err != nil {
		return err
	}
	for _, t := range slices.Backward(tables) {
		if slices.Contains(filled, t) {
			if _, err := tx.ExecContext(ctx, `DELETE FROM `+t); err != nil {
				return err
			}
			continue
		}
		var some bool
		if err := one(ctx, tx, `SELECT EXISTS (SELECT 1 FROM `+t+`)`, &some); err != nil {
			return err
		}
		if some {
			return fault.New(fault.Refused, "db.copy.full", "table", t)
		}
	}
	return nil
}

// values is how many values one INSERT carries at most; both engines take more.
const values = 30_000

// copyTable copies the rows of one table, many at a time.
func copyTable(ctx context.Context, from, to Q, table string, postgres bool) (n int64, err error) {
	columns, kinds, err := shape(ctx, to, table)
	if err != nil {
		return 0, err
	}
	rows, err := from.QueryContext(ctx, `SELECT `+strings.Join(columns, ", ")+` FROM `+table)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	given, err := rows.ColumnTypes()
	if err != nil {
		return 0, err
	}
	most := min(values/len(columns), 500)
	var args []any
	flush := func() error {
		if len(args) == 0 {
			return nil
		}
		_, err := to.ExecContext(ctx, insert(table, columns, len(args)/len(columns)), args...)
		args = args[:0]
		return err
	}
	cells, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range cells {
		into[i] = &cells[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return n, err
		}
		for i, v := range cells {
			args = append(args, cellFor(v, given[i].DatabaseTypeName(), kinds[i], postgres))
		}
		if n++; len(args) == most*len(columns) {
			if err := flush(); err != nil {
				return n, err
			}
		}
	}
	if err := rows.Err(); err != nil {
		return n, err
	}
	return n, flush()
}

// shape is the columns of a table and what the engine calls their types.
func shape(ctx context.Context, q Q, table string) (columns, kinds []string, err error) {
	rows, err := q.QueryContext(ctx, `SELECT * FROM `+table+` LIMIT 0`)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	types, err := rows.ColumnTypes()
	for _, t := range types {
		columns, kinds = append(columns, t.Name()), append(kinds, strings.ToUpper(t.DatabaseTypeName()))
	}
	return columns, kinds, err
}

func insert(table string, columns []string, rows int) string {
	var b strings.Builder
	fmt.Fprintf(&b, `INSERT INTO %s (%s) VALUES `, table, strings.Join(columns, ", "))
	for i := range rows * len(columns) {
		switch {
		case i%len(columns) > 0:
			b.WriteString(", ")
		case i > 0:
			b.WriteString("), (")
		default:
			b.WriteByte('(')
		}
		fmt.Fprintf(&b, "$%d", i+1)
	}
	b.WriteByte(')')
	return b.String()
}

// queueTime is how the queue of jobs writes its times on SQLite; on PostgreSQL they are times.
const queueTime = "2006-01-02T15:04:05.000Z"

// cellFor is a value of one engine as the other keeps it. from and kind are what the two call the column's type.
func cellFor(v any, from, kind string, postgres bool) any {
	switch x := v.(type) {
	case []byte:
		if strings.HasPrefix(from, "JSON") || from == "TEXT" {
			return string(x)
		}
		return slices.Clone(x)
	case time.Time:
		if !postgres {
			return x.UTC().Format(queueTime)
		}
	case int64:
		if kind == "BOOL" || kind == "BOOLEAN" {
			return x != 0
		}
	}
	return v
}

// numbersGoOn lets columns that number themselves go on after the highest number that was copied.
func numbersGoOn(ctx context.Context, tx *sql.Tx) error {
	list, err := List(ctx, tx, func(r *sql.Rows) (x [2]string, err error) { return x, r.Scan(&x[0], &x[1]) },
		`SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema() AND is_identity = 'YES'`)
	if err != nil {
		return err
	}
	for _, x := range list {
		_, err := tx.ExecContext(ctx, fmt.Sprintf(`SELECT setval(pg_get_serial_sequence('%s', '%s'), COALESCE(MAX(%s), 0) + 1, false) FROM %s`, x[0], x[1], x[1], x[0]))
		if err != nil {
			return err
		}
	}
	return nil
}

// Snapshot writes the whole database as it stands at one moment into a new SQLite file, while it is being served: by SQLite's own copy, or
// table by table from PostgreSQL.
func (d *DB) Snapshot(ctx context.Context, path string) error {
	if !d.Postgres() {
		file, _, _ := strings.Cut(strings.TrimPrefix(d.url, "sqlite:"), "?")
		pool, err := sqlitePool(file, nil)
		if err != nil {
			return err
		}
		defer pool.Close()
		if _, err := pool.ExecContext(ctx, `VACUUM INTO $1`, path); err != nil {
			return fmt.Errorf("snapshot: %w", err)
		}
		return nil
	}
	to, err := Open(ctx, "sqlite:"+path)
	if err != nil {
		return err
	}
	if _, err := Copy(ctx, d, to, nil); err != nil {
		to.Close()
		return fmt.Errorf("snapshot: %w", err)
	}
	return to.Close() // which brings the log into the file: one file, nothing beside it
}

// Waiting counts the migrations that a database still lacks, without making it or changing it: for a look at its health. An address whose
// file or tables are not there yet lacks all of them.
func Waiting(ctx context.Context, address string) (lacks int, err error) {
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return 0, err
	}
	d, err := open(ctx, address)
	if err != nil {
		return 0, err
	}
	defer d.Close()
	done, err := One(ctx, d.read, Int, `SELECT COUNT(DISTINCT version_id) FROM goose_db_version WHERE version_id > 0 AND is_applied`)
	if err != nil {
		return len(files), nil
	}
	return max(0, len(files)-int(done)), nil
}
