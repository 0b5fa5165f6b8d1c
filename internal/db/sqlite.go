package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// statementMost is how many prepared statements one connection keeps. Stores have fewer texts; what comes after is prepared
// each time.
const statementMost = 400

// sqlitePool makes a pool of connections to the file, each set up with the pragmas and keeping its prepared statements. asked, if any,
// counts the questions.
func sqlitePool(path string, asked *atomic.Uint64, pragmas ...string) (*sql.DB, error) {
	values := url.Values{"_txlock": {"immediate"}}
	for _, p := range append([]string{"busy_timeout(20000)", "journal_mode(WAL)", "foreign_keys(1)", "temp_store(MEMORY)"}, pragmas...) {
		values.Add("_pragma", p)
	}
	escaped := strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path)
	inner, err := sqlite.NewConnector("file:" + escaped + "?" + values.Encode())
	if err != nil {
		return nil, fmt.Errorf("database %s: %w", path, err)
	}
	return sql.OpenDB(keeper{inner, asked}), nil
}

// duplicateSQLite reports a broken unique or primary key.
func duplicateSQLite(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && (e.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || e.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)
}

// busySQLite reports that another connection holds the file.
func busySQLite(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code()&0xff == sqlite3.SQLITE_BUSY
}

// keeper makes connections that keep their prepared statements by text: database/sql alone prepares each query anew, which
// costs more than running it.
type keeper struct {
	driver.Connector
	asked *atomic.Uint64
}

func (k keeper) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := k.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	full, ok := c.(sqliteConn)
	if !ok {
		c.Close()
		return nil, fmt.Errorf("the SQLite driver's connection %T lacks what is needed", c)
	}
	return &keptConn{sqliteConn: full, asked: k.asked, kept: map[string]*keptStmt{}}, nil
}

// sqliteConn is what we use of the driver's connection.
type sqliteConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

type keptConn struct {
	sqliteConn
	asked *atomic.Uint64
	kept  map[string]*keptStmt
}

// keptStmt is one prepared statement; busy while somebody still reads its rows, because one statement has one cursor.
type keptStmt struct {
	driver.Stmt
	order []int // which argument each ? stands for; nil when they stand in order
	busy  bool
}

// statement returns the kept statement of this text, nil when the text must be run the plain way.
func (c *keptConn) statement(ctx context.Context, query string) *keptStmt {
	if s, ok := c.kept[query]; ok {
		if s.busy {
			return nil
		}
		return s
	}
	if len(c.kept) >= statementMost || !keepable(query) {
		return nil
	}
	text, order := unnumbered(query)
	s, err := c.sqliteConn.PrepareContext(ctx, text)
	if err != nil {
		return nil
	}
	k := &keptStmt{Stmt: s, order: order}
	c.kept[query] = k
	return k
}

// keepable reports whether query is a single statement worth keeping: not a definition, not a script.
func keepable(query string) bool {
	query = strings.TrimSpace(query)
	word := query[:min(len(query), 9)]
	if i := strings.IndexAny(word, " \t\n"); i >= 0 {
		word = word[:i]
	}
	switch strings.ToUpper(word) {
	case "SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "SAVEPOINT", "RELEASE":
		return !strings.Contains(query, ";")
	}
	return false
}

// unnumbered writes $1, $2, $1 as ?, ?, ? and tells which argument each stands for; order is nil when they stand in order, once each. The
// driver asks for the name of every numbered parameter at every run; ? has no name. A text with a question mark, an escape or a comment of
// its own is left as it is.
func unnumbered(query string) (text string, order []int) {
	var b strings.Builder
	straight := true
	for i := 0; i < len(query); {
		switch c := query[i]; {
		case c == '\'' || c == '"':
			end := strings.IndexByte(query[i+1:], c)
			if end < 0 {
				return query, nil
			}
			b.WriteString(query[i : i+end+2])
			i += end + 2
		case c == '-' && strings.HasPrefix(query[i:], "--"), c == '/' && strings.HasPrefix(query[i:], "/*"), c == '?':
			return query, nil
		case c == '$':
			digits := i + 1
			for digits < len(query) && query[digits] >= '0' && query[digits] <= '9' {
				digits++
			}
			n, err := strconv.Atoi(query[i+1 : digits])
			if err != nil || n == 0 {
				return query, nil
			}
			order = append(order, n-1)
			straight = straight && n == len(order)
			b.WriteByte('?')
			i = digits
		default:
			b.WriteByte(c)
			i++
		}
	}
	if straight {
		order = nil
	}
	return b.String(), order
}

// arranged are the arguments as the text that is kept wants them.
func (s *keptStmt) arranged(args []driver.NamedValue) []driver.NamedValue {
	if s.order == nil {
		return args
	}
	list := make([]driver.NamedValue, len(s.order))
	for i, n := range s.order {
		if n >= len(args) {
			return nil // the driver says what is missing
		}
		list[i] = driver.NamedValue{Ordinal: i + 1, Value: args[n].Value}
	}
	return list
}

func (c *keptConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if s := c.statement(ctx, query); s != nil {
		return s.Stmt.(driver.StmtExecContext).ExecContext(ctx, s.arranged(args))
	}
	return c.sqliteConn.ExecContext(ctx, query, args)
}

func (c *keptConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if c.asked != nil {
		c.asked.Add(1)
	}
	s := c.statement(ctx, query)
	if s == nil {
		return c.sqliteConn.QueryContext(ctx, query, args)
	}
	rows, err := s.Stmt.(driver.StmtQueryContext).QueryContext(ctx, s.arranged(args))
	if err != nil {
		return nil, err
	}
	s.busy = true
	return &keptRows{Rows: rows, of: s}, nil
}

func (c *keptConn) Close() error {
	for _, s := range c.kept {
		s.Close()
	}
	clear(c.kept)
	return c.sqliteConn.Close()
}

type keptRows struct {
	driver.Rows
	of *keptStmt
}

func (r *keptRows) Close() error {
	err := r.Rows.Close()
	r.of.busy = false
	return err
}
