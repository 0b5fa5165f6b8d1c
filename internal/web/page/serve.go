package page

import (
	"compress/gzip"
	"context"
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"sync"
	"time"
)

type traceKey struct{}

// trace is what the log line tells about a request beyond its address, and the address as it was asked for, before language and mount
// are taken off it.
type trace struct {
	id     string
	person string
	asked  pageKey
}

func requestID(ctx context.Context) string {
	if t, ok := ctx.Value(traceKey{}).(*trace); ok {
		return t.id
	}
	return ""
}

func note(ctx context.Context, person string) {
	if t, ok := ctx.Value(traceKey{}).(*trace); ok {
		t.person = person
	}
}

// ServeHTTP is the whole way in: log and recover, headers, the same-origin rule for acts, language, compression, mux.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start := time.Now()
	if s.c.Begin != nil {
		s.c.Begin(r.Context())
	}
	if k := s.kept(r, s.c.Now()); k != nil {
		status, size := k.send(w, r)
		s.log(r, r.URL.Path, &trace{id: newID()}, status, int64(size), start)
		return
	}
	t := &trace{id: newID(), asked: s.pageKey(r)}
	out := &answer{ResponseWriter: w}
	r = s.locate(r.WithContext(context.WithValue(r.Context(), traceKey{}, t)))
	defer func() {
		if p := recover(); p != nil {
			if p == http.ErrAbortHandler {
				panic(p)
			}
			s.c.Log.Error("panic", "id", t.id, "path", r.URL.Path, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			if !out.begun {
				s.fail(out, &Request{Request: r, Lang: langOf(r), Now: s.c.Now(), ID: t.id, site: s, w: out}, errPanic)
			}
		}
		out.close()
		s.log(r, r.URL.Path, t, out.status, out.bytes, start)
	}()
	out.zip = r.Method != http.MethodHead && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip")
	s.protect(out.Header())
	if path := r.URL.Path; clean(path) != path || strings.Contains(r.URL.RawQuery, "%00") {
		req := &Request{Request: r, Lang: langOf(r), Now: s.c.Now(), ID: t.id, site: s, w: out}
		s.show(out, req, s.failure(req, http.StatusNotFound, "page.missing.title", "page.missing.text"))
		return
	}
	if err := s.cross.Check(r); err != nil {
		req := &Request{Request: r, Lang: langOf(r), Now: s.c.Now(), ID: t.id, site: s, w: out}
		s.show(out, req, s.failure(req, http.StatusForbidden, "page.cross.title", "page.cross.text"))
		return
	}
	s.mux.ServeHTTP(out, r)
}

// log writes the line of a request.
func (s *Site) log(r *http.Request, path string, t *trace, status int, size int64, start time.Time) {
	s.c.Log.LogAttrs(r.Context(), slog.LevelInfo, "request", slog.String("id", t.id), slog.String("method", r.Method),
		slog.String("path", path), slog.Int("status", status), slog.Int64("bytes", size),
		slog.Duration("took", time.Since(start)), slog.String("person", t.person))
}

// protect sets the headers every answer carries. Pages have no inline script or style, so the policy needs no exception.
func (s *Site) protect(h http.Header) {
	h.Set("Content-Security-Policy", "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), browsing-topics=()")
	if s.c.Secure {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

func newID() string {
	var b [5]byte
	rand.Read(b[:])
	return base32.StdEncoding.EncodeToString(b[:])
}

// answer watches what is sent, for the log, and compresses text on its way out.
type answer struct {
	http.ResponseWriter
	zip    bool
	begun  bool
	status int
	bytes  int64
	z      *gzip.Writer
}

var zips = sync.Pool{New: func() any {
	z, _ := gzip.NewWriterLevel(io.Discard, gzip.BestSpeed)
	return z
}}

func (a *answer) WriteHeader(status int) {
	if a.begun {
		return
	}
	a.begun, a.status = true, status
	h := a.Header()
	if a.zip && compressible(h, status) {
		h.Set("Content-Encoding", "gzip")
		h.Add("Vary", "Accept-Encoding")
		h.Del("Content-Length")
		a.z = zips.Get().(*gzip.Writer)
		a.z.Reset(a.ResponseWriter)
	}
	a.ResponseWriter.WriteHeader(status)
}

func compressible(h http.Header, status int) bool {
	if status == http.StatusNoContent || status == http.StatusNotModified || h.Get("Content-Encoding") != "" {
		return false
	}
	kind := h.Get("Content-Type")
	return strings.HasPrefix(kind, "text/") || strings.HasPrefix(kind, "application/json") || strings.HasPrefix(kind, "application/atom")
}

func (a *answer) Write(b []byte) (int, error) {
	if !a.begun {
		if a.Header().Get("Content-Type") == "" {
			a.Header().Set("Content-Type", http.DetectContentType(b))
		}
		a.WriteHeader(http.StatusOK)
	}
	a.bytes += int64(len(b))
	if a.z != nil {
		return a.z.Write(b)
	}
	return a.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection (deadlines of uploads, flushing of progress).
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// Flush sends what is there: progress of long work.
func (a *answer) Flush() {
	if a.z != nil {
		a.z.Flush()
	}
	if f, ok := a.ResponseWriter.(http.Flusher); ok {
		f.Flush()
	}
}

func (a *answer) close() {
	if a.z != nil {
		a.z.Close()
		zips.Put(a.z)
		a.z = nil
	}
	if !a.begun {
		a.status = http.StatusOK
	}
}
