package app

import (
	"context"
	"database/sql"
	"fmt"
	"html"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"kakehashi/internal/bench"
	"kakehashi/internal/db"
	"kakehashi/internal/lang"
)

// benchServe is the measured server: what `kakehashi serve` runs, with a line to the leader of the bench.
func benchServe(ctx context.Context, e *Env, c Config) error {
	c.Log = slog.New(slog.NewTextHandler(io.Discard, nil)) // every request's line is written, and thrown away
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	c.URL = "http://" + l.Addr().String()
	collect := lavish()
	a, err := New(ctx, c)
	if err != nil {
		return err
	}
	defer a.Close()
	go rest(ctx, collect)
	ctx, stop := context.WithCancel(ctx)
	fmt.Fprintln(e.Out, l.Addr())
	go func() { bench.Obey(e.In, e.Out); stop() }()
	return a.run(ctx, l)
}

// The floor is the least that would do the work: plain net/http and plain SQL on the same tables and the same disk, without people,
// rights, language, journal or layout. What the service costs above it is what the service does.

// floorRows are the six rows of a submission as the floor writes them: tables of its own, texts as long as the real ones.
var floorRows = []struct {
	table string
	bytes int
}{{"floor_cases", 12000}, {"floor_events", 5000}, {"floor_letters", 1500}, {"floor_jobs", 80}, {"floor_mails", 700}, {"floor_jobs", 80}}

func benchFloor(ctx context.Context, e *Env, c Config) error {
	address := c.Database
	if address == "" {
		address = "sqlite:" + c.Data + "/kakehashi.db"
	}
	d, err := db.Open(ctx, address)
	if err != nil {
		return err
	}
	defer d.Close()
	f := &floor{d: d}
	for _, row := range floorRows {
		f.texts = append(f.texts, strings.Repeat("x", row.bytes))
		if err := d.InTx(ctx, func(ctx context.Context, tx db.Q) error {
			_, err := tx.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS `+row.table+` (id TEXT PRIMARY KEY, case_id TEXT NOT NULL, body TEXT NOT NULL)`)
			return err
		}); err != nil {
			return err
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /ping", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok") })
	mux.HandleFunc("POST /submit", f.submit)
	mux.HandleFunc("GET /list", f.list)
	mux.HandleFunc("GET /case/{id}", f.one)
	server := &http.Server{Handler: mux, ReadHeaderTimeout: time.Minute}
	fmt.Fprintln(e.Out, l.Addr())
	go func() { bench.Obey(e.In, e.Out); server.Close() }()
	if err := server.Serve(l); err != http.ErrServerClosed {
		return err
	}
	return nil
}

type floor struct {
	d     *db.DB
	texts []string
}

// submit writes the six rows, one statement after the other, durably.
func (f *floor) submit(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	id := db.NewID("f")
	err := f.d.InTx(r.Context(), func(ctx context.Context, tx db.Q) error {
		for i, row := range floorRows {
			if _, err := tx.ExecContext(ctx, `INSERT INTO `+row.table+` (id, case_id, body) VALUES ($1, $2, $3)`, fmt.Sprint(id, i), id, f.texts[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	http.Redirect(w, r, "/case/"+id, http.StatusSeeOther)
}

// list shows fifty open cases of one section by due day.
func (f *floor) list(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	type line struct {
		id, number, org, title, state, holder, due string
		requested, decided                         int64
	}
	lines, err := db.List(r.Context(), f.d.Read(), func(rows *sql.Rows) (x line, err error) {
		return x, rows.Scan(&x.id, &x.number, &x.org, &x.title, &x.state, &x.holder, &x.due, &x.requested, &x.decided)
	}, `SELECT id, number, org_name, title, state, holder, due, requested, decided FROM cases
		WHERE section = $1 AND phase >= 2 AND NOT ended AND programme = $2 ORDER BY due, id LIMIT 51`, q.Get("section"), q.Get("programme"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	var b strings.Builder
	b.WriteString("<!DOCTYPE html><html lang=\"ja\"><head><title>list</title></head><body><table>")
	for _, x := range lines[:min(50, len(lines))] {
		fmt.Fprintf(&b, `<tr><td><a href="/desk/cases/%s">%s</a><br>%s %s</td><td class="st">%s</td><td>%s</td><td>%s</td><td class="num">%s</td><td class="num">%s</td></tr>`,
			x.id, html.EscapeString(x.title), x.number, html.EscapeString(x.org), x.state, x.holder, lang.Day(lang.JA, x.due), lang.Num(x.requested), lang.Num(x.decided))
	}
	b.WriteString("</table></body></html>")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	io.WriteString(w, b.String())
}

// one shows one case: its row, and nothing worked out.
func (f *floor) one(w http.ResponseWriter, r *http.Request) {
	type facts struct{ number, org, title, state, holder, due, doc string }
	x, err := db.One(r.Context(), f.d.Read(), func(rows *sql.Rows) (x facts, err error) {
		return x, rows.Scan(&x.number, &x.org, &x.title, &x.state, &x.holder, &x.due, &x.doc)
	}, `SELECT number, org_name, title, state, holder, due, doc FROM cases WHERE id = $1`, r.PathValue("id"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(w, "<!DOCTYPE html><html lang=\"ja\"><head><title>%s</title></head><body><h1>%s</h1><p>%s %s %s %s</p><pre>%s</pre></body></html>",
		html.EscapeString(x.title), html.EscapeString(x.title), x.number, html.EscapeString(x.org), x.state, x.due, x.doc)
}
