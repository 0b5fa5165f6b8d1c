package db

import (
	"context"
	"database/sql"
	"strconv"
	"sync"
)

// watch is one connection that only looks whether others have written.
type watch struct {
	mu   sync.Mutex
	conn *sql.Conn
}

// Generation names the committed state of the database: whoever reads, asks again and gets the same name may go on believing what was
// read in between, whichever process writes. It is much cheaper than most reads. Another name says only that somebody wrote something.
func (d *DB) Generation(ctx context.Context) (string, error) {
	if d.Postgres() {
		return One(ctx, d.read, String, `SELECT CAST(pg_current_snapshot() AS TEXT)`)
	}
	d.watch.mu.Lock()
	defer d.watch.mu.Unlock()
	if d.watch.conn == nil {
		conn, err := d.read.Conn(context.WithoutCancel(ctx)) // what SQLite tells holds for one connection
		if err != nil {
			return "", err
		}
		d.watch.conn = conn
	}
	var n int64
	if err := d.watch.conn.QueryRowContext(context.WithoutCancel(ctx), `PRAGMA data_version`).Scan(&n); err != nil {
		d.watch.conn.Close()
		d.watch.conn = nil
		return "", err
	}
	return strconv.FormatInt(n, 36), nil
}

// end closes the connection that looks.
func (w *watch) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.conn != nil {
		w.conn.Close()
	}
}
