// Package db opens the one database (データベース) of a Kakehashi: an embedded SQLite file or a PostgreSQL server, with one SQL text
// for both. Every store writes through InTx and reads through Read. On SQLite all writes go through one first-in-first-out writer
// that gathers up to 64 transactions into one durable commit; on PostgreSQL they go through a pool and are run again when the
// server asks for it. Whoever was answered without an error may rely on the change being on disk.
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// DB is an open database. It is safe for use by several goroutines, and several processes may open the same database.
type DB struct {
	url    string
	read   *sql.DB  // connections that cannot write
	write  *sql.DB  // SQLite: exactly one connection. PostgreSQL: a pool for InTx, whose commits the flusher makes durable
	writer *writer  // nil on PostgreSQL
	copies *sql.DB  // SQLite: the one connection of the checkpointer
	flush  *flusher // nil on SQLite

	written atomic.Uint64
	asked   atomic.Uint64
	watch   watch
}

// Written counts the transactions this process has committed: who keeps what was read asks whether it may have changed.
func (d *DB) Written() uint64 { return d.written.Load() }

// Asked counts the questions this process has asked a SQLite file outside transactions: tests hold a page to a number of them.
func (d *DB) Asked() uint64 { return d.asked.Load() }

// Open opens the database named by address and brings its tables up to date. "sqlite:PATH" is a file, made when absent;
// "sqlite:PATH?synchronous=off" gives up durability and is for tests. "postgres://…" and "postgresql://…" are servers.
func Open(ctx context.Context, address string) (*DB, error) {
	d, err := open(ctx, address)
	if err != nil {
		return nil, err
	}
	if err := d.migrate(ctx, migrations); err != nil {
		d.Close()
		return nil, err
	}
	return d, nil
}

func open(ctx context.Context, address string) (*DB, error) {
	switch scheme, rest, _ := strings.Cut(address, ":"); scheme {
	case "sqlite":
		return openSQLite(ctx, address, rest)
	case "postgres", "postgresql":
		return openPostgres(ctx, address)
	}
	return nil, fmt.Errorf("database address must begin with sqlite: or postgres://")
}

func openSQLite(ctx context.Context, address, rest string) (*DB, error) {
	path, query, _ := strings.Cut(rest, "?")
	options, err := url.ParseQuery(query)
	if err != nil || path == "" {
		return nil, fmt.Errorf("database address %q: want sqlite:PATH", address)
	}
	synchronous := "FULL"
	if s := options.Get("synchronous"); s != "" {
		synchronous = s
	}
	d := &DB{url: address}
	if d.write, err = sqlitePool(path, nil, "synchronous("+synchronous+")", "wal_autocheckpoint("+strconv.Itoa(logMost)+")", "cache_size(-8000)", "analysis_limit(1000)"); err != nil {
		return nil, err
	}
	d.write.SetMaxOpenConns(1)
	if err := reach(ctx, d.write); err != nil {
		d.write.Close()
		return nil, fmt.Errorf("open database %s: %w", path, err)
	}
	if d.read, err = sqlitePool(path, &d.asked, "query_only(1)", "cache_size(-3000)"); err != nil {
		d.write.Close()
		return nil, err
	}
	readers := max(4, 2*runtime.NumCPU())
	d.read.SetMaxOpenConns(readers + 1) // one only looks whether somebody wrote: see Generation
	d.read.SetMaxIdleConns(readers)
	if d.copies, err = sqlitePool(path, nil, "synchronous("+synchronous+")", "cache_size(-100)", "busy_timeout("+strconv.Itoa(turnTime)+")"); err != nil {
		return nil, errors.Join(err, d.read.Close(), d.write.Close())
	}
	d.copies.SetMaxOpenConns(1)
	d.writer = startWriter(d.write, startCheckpointer(d.copies))
	return d, nil
}

// reach connects to a SQLite file. Where several processes open a new one at once SQLite answers some of them, without waiting as it was
// told to, that it is busy being made: they ask again for a while.
func reach(ctx context.Context, pool *sql.DB) error {
	for try := 1; ; try++ {
		err := pool.PingContext(ctx)
		if err == nil || !busySQLite(err) || try == 200 {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func openPostgres(ctx context.Context, address string) (*DB, error) {
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, fmt.Errorf("database address: %w", err)
	}
	config.RuntimeParams["timezone"] = "UTC"
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "kakehashi"
	}
	reading := config.Copy()
	reading.RuntimeParams["default_transaction_read_only"] = "on"
	// Two pools: a store that reads inside a transaction must not wait for a connection that transactions hold.
	d := &DB{url: address, read: postgresPool(reading), flush: &flusher{pool: postgresPool(config)}}
	if config = config.Copy(); config.RuntimeParams["synchronous_commit"] == "" {
		config.RuntimeParams["synchronous_commit"] = "off"
	}
	d.write = postgresPool(config)
	if err := d.write.PingContext(ctx); err != nil {
		d.Close()
		return nil, fmt.Errorf("open database: %w", err)
	}
	return d, nil
}

func postgresPool(config *pgx.ConnConfig) *sql.DB {
	pool := stdlib.OpenDB(*config)
	pool.SetMaxOpenConns(16)
	pool.SetMaxIdleConns(16)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	return pool
}

// Tidy renews what the planner of queries knows about the tables (on SQLite nobody else does; PostgreSQL does it by itself too). It looks
// at a bounded part of every index. On SQLite that bound also keeps the statistics small: with samples of every column the planner would
// plan each query again for each new value.
func (d *DB) Tidy(ctx context.Context) error {
	_, err := d.write.ExecContext(ctx, `ANALYZE`)
	return err
}

// Close waits for the transactions under way and closes every connection.
func (d *DB) Close() error {
	d.watch.end()
	if d.writer != nil {
		d.writer.stop()
	}
	if d.flush != nil {
		return errors.Join(d.read.Close(), d.write.Close(), d.flush.pool.Close())
	}
	return errors.Join(d.read.Close(), d.copies.Close(), d.write.Close())
}

// Postgres reports whether the database is PostgreSQL. Stores do not ask; tools (backup, doctor, bench) do.
func (d *DB) Postgres() bool { return d.writer == nil }

// Address is what Open was given. It may hold a password: never show it.
func (d *DB) Address() string { return d.url }

// Read is for queries outside a transaction: a pool of connections that see every committed change and cannot write.
func (d *DB) Read() Q { return d.read }

// Brief is Read for questions that an index answers with a few rows. On SQLite they run to their end even when whoever asked has gone:
// watching for that costs more than such an answer.
func (d *DB) Brief() Q {
	if d.Postgres() {
		return d.read
	}
	return brief{d.read}
}

// Pool is a writing *sql.DB, for migrations, backup and administration only; stores use InTx.
func (d *DB) Pool() *sql.DB {
	if d.flush != nil {
		return d.flush.pool
	}
	return d.write
}
