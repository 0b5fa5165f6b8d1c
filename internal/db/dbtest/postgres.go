package dbtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"sort"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"kakehashi/internal/db"
)

var errNoPostgres = errors.New("PostgreSQL is not installed: apt-get install postgresql-15 (or set KAKEHASHI_TEST_POSTGRES to a server's address, or KAKEHASHI_TEST_ENGINES=sqlite)")

// base is the server, the name of its migrated template database, and a pool for making databases; once per process.
type base struct {
	server, template string
	pool             *sql.DB
	using            *os.File // locked until this process ends: as long as anybody holds it, the cluster stays
}

var prepared = sync.OnceValues(prepare)

func prepare() (*base, error) {
	dir := filepath.Join(os.TempDir(), "kakehashi-postgres-"+strconv.Itoa(os.Getuid()))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	lock, err := flock(filepath.Join(dir, "lock"), syscall.LOCK_EX)
	if err != nil {
		return nil, err
	}
	defer lock.Close()
	b := &base{server: os.Getenv("KAKEHASHI_TEST_POSTGRES")}
	if b.using, err = flock(filepath.Join(dir, "users"), syscall.LOCK_SH); err != nil {
		return nil, err
	}
	if b.server == "" {
		if b.server, err = cluster(dir); err != nil {
			return nil, err
		}
	}
	config, err := pgx.ParseConfig(b.server)
	if err != nil {
		return nil, err
	}
	b.pool = stdlib.OpenDB(*config)
	b.pool.SetMaxOpenConns(2)
	if err := b.dropLeft(); err != nil {
		return nil, err
	}
	return b, b.makeTemplate()
}

// dropLeft drops the databases of tests that were killed more than an hour ago; their names begin with when they were made.
func (b *base) dropLeft() error {
	left, err := db.List(context.Background(), b.pool, db.String, `SELECT datname FROM pg_database WHERE datname LIKE 't\_%' AND datname < $1`,
		fmt.Sprintf("t_%x", time.Now().Add(-time.Hour).Unix()))
	for _, name := range left {
		err = errors.Join(err, b.exec("DROP DATABASE IF EXISTS "+name+" WITH (FORCE)"))
	}
	return err
}

// copy makes a database from another that nobody has open. Copying files is the fastest way where the server offers it (from version 15).
func (b *base) copy(from string) (name string, err error) {
	name = fmt.Sprintf("t_%x_%s", time.Now().Unix(), random())
	if err = b.exec("CREATE DATABASE " + name + " TEMPLATE " + from + " STRATEGY FILE_COPY"); err != nil {
		var old *pgconn.PgError
		if errors.As(err, &old) && old.Code == "42601" {
			err = b.exec("CREATE DATABASE " + name + " TEMPLATE " + from)
		}
	}
	return name, err
}

// makeTemplate makes the migrated database that tests copy, unless an earlier process made the same.
func (b *base) makeTemplate() error {
	print, err := db.Fingerprint()
	if err != nil {
		return err
	}
	b.template = "kakehashi_" + print
	ctx := context.Background()
	var n int
	if err := b.pool.QueryRowContext(ctx, "SELECT count(*) FROM pg_database WHERE datname = $1", b.template).Scan(&n); err != nil || n == 1 {
		return err
	}
	draft := "draft_" + random()
	if err := b.exec("CREATE DATABASE " + draft); err != nil {
		return err
	}
	d, err := db.Open(ctx, onDatabase(b.server, draft))
	if err != nil {
		return errors.Join(err, b.exec("DROP DATABASE "+draft))
	}
	if err := d.Close(); err != nil {
		return err
	}
	return b.exec("ALTER DATABASE " + draft + " RENAME TO " + b.template)
}

func (b *base) exec(statement string) error {
	_, err := b.pool.ExecContext(context.Background(), statement)
	return err
}

// flock opens path and takes the lock; closing the file gives it back.
func flock(path string, how int) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), how); err != nil {
		f.Close()
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	return f, nil
}

// cluster returns the address of the machine's throwaway cluster, starting it when it does not answer. Nothing in it is meant
// to survive: fsync is off. Names sort by ICU, unlike SQLite, so that a forgotten @KEY@ shows.
func cluster(dir string) (string, error) {
	address := "postgres://postgres@/postgres?host=" + dir + "/socket"
	if answers(address) {
		return address, nil
	}
	bin, err := binaries()
	if err != nil {
		return "", err
	}
	owner, err := owner()
	if err != nil {
		return "", err
	}
	data, socket := filepath.Join(dir, "data"), filepath.Join(dir, "socket")
	if err := errors.Join(os.RemoveAll(data), os.RemoveAll(socket)); err != nil {
		return "", err
	}
	for _, d := range []string{data, socket} {
		if err := os.Mkdir(d, 0o700); err != nil {
			return "", err
		}
		if owner != nil {
			if err := os.Chown(d, int(owner.Uid), int(owner.Gid)); err != nil {
				return "", err
			}
		}
	}
	as := func(name string, args ...string) error {
		cmd := exec.Command(filepath.Join(bin, name), args...)
		cmd.SysProcAttr, cmd.Dir = &syscall.SysProcAttr{Credential: owner}, data
		if name == "pg_ctl" { // its server would hold on to our pipe
			return cmd.Run()
		}
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w\n%s", name, err, out)
		}
		return nil
	}
	if err := as("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--locale-provider=icu", "--icu-locale=und", "--no-sync"); err != nil {
		return "", err
	}
	settings := "-k " + socket + " -c listen_addresses= -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=400 -c shared_buffers=64MB -c autovacuum_naptime=10min"
	if err := as("pg_ctl", "-D", data, "-l", filepath.Join(data, "server.log"), "-o", settings, "-w", "start"); err != nil {
		log, _ := os.ReadFile(filepath.Join(data, "server.log"))
		return "", fmt.Errorf("start PostgreSQL: %w\n%s", err, log)
	}
	if !answers(address) {
		return "", fmt.Errorf("PostgreSQL started in %s but does not answer", dir)
	}
	return address, stopWhenIdle(dir, bin, owner)
}

// stopWhenIdle leaves a watcher that stops the cluster and removes its data when no test has used it for a while.
func stopWhenIdle(dir, bin string, owner *syscall.Credential) error {
	if _, err := exec.LookPath("flock"); err != nil {
		return nil // without it the cluster stays until the machine stops
	}
	script := `cd / ; idle=0
while [ -e "$1/data/postmaster.pid" ]; do
  sleep 20
  if flock -n -x "$1/users" true; then idle=$((idle+1)); else idle=0; fi
  if [ $idle -ge 15 ]; then
    flock -n -x "$1/lock" flock -n -x "$1/users" "$2/pg_ctl" -D "$1/data" -m immediate stop && exit 0
    idle=0
  fi
done`
	cmd := exec.Command("sh", "-c", script, "watch", dir, bin)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Credential: owner}
	if owner != nil {
		for _, name := range []string{"lock", "users"} {
			if err := os.Chmod(filepath.Join(dir, name), 0o666); err != nil {
				return err
			}
		}
	}
	return cmd.Start()
}

func answers(address string) bool {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	c, err := pgx.Connect(ctx, address)
	if err != nil {
		return false
	}
	return c.Close(ctx) == nil
}

// binaries finds the folder of initdb: Debian's, newest first, or the one on the path.
func binaries() (string, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	sort.Strings(found)
	if len(found) > 0 {
		return filepath.Dir(found[len(found)-1]), nil
	}
	path, err := exec.LookPath("initdb")
	if err != nil {
		return "", errNoPostgres
	}
	return filepath.Dir(path), nil
}

// owner is the user the cluster runs as when we are root (initdb refuses root); nil means ourselves.
func owner() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if err1 == nil && err2 == nil {
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
		}
	}
	return nil, errors.New("PostgreSQL refuses root, and there is no user postgres or nobody to run it as")
}
