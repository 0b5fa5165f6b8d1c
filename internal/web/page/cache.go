package page

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"kakehashi/internal/jp"
)

// cacheSize bounds the kept pages: queries are endless, memory is not.
const cacheSize = 1024

// pageCache keeps finished public pages, plain and compressed, by address and content version.
type pageCache struct {
	mu    sync.RWMutex
	pages map[pageKey]*kept
}

// pageKey is an address as it was asked for: the path tells the language, and the host stands in the page's whole links.
type pageKey struct{ host, path, query string }

type kept struct {
	version string
	until   time.Time
	etag    string
	plain   shape
	zip     func() shape // made when the first browser asks for it
}

// shape is one way to send a page: its head, finished, and its bytes; no bytes where it is not sent that way.
type shape struct {
	header http.Header
	body   []byte
}

func newPageCache() *pageCache { return &pageCache{pages: map[pageKey]*kept{}} }

func (c *pageCache) get(key pageKey) *kept {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.pages[key]
}

func (c *pageCache) put(key pageKey, k *kept) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.pages) >= cacheSize {
		clear(c.pages)
	}
	c.pages[key] = k
}

// kept returns the page kept for a visitor's request, nil when it has to be made. Who brings a cookie may be somebody.
func (s *Site) kept(r *http.Request, now time.Time) *kept {
	if r.Method != http.MethodGet && r.Method != http.MethodHead || len(r.Header["Cookie"]) > 0 || s.c.Version == nil {
		return nil
	}
	k := s.cache.get(s.pageKey(r))
	if k == nil || now.After(k.until) || k.version != s.c.Version(r.Context()) {
		return nil
	}
	return k
}

func (s *Site) pageKey(r *http.Request) pageKey {
	key := pageKey{path: r.URL.Path, query: r.URL.RawQuery}
	if s.c.Host == "" {
		key.host = r.Host
	}
	return key
}

// cached notes the page for the next visitor, where it is the same for all of them. A page stays at most keep, and never over midnight
// in Japan, because its sentences say 「今日」 and 「あと17日」.
func (s *Site) cached(keep time.Duration, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t, ok := r.Context().Value(traceKey{}).(*trace)
		if !ok || r.Method != http.MethodGet || len(r.Header["Cookie"]) > 0 || s.c.Version == nil {
			next.ServeHTTP(w, r)
			return
		}
		now, version := s.c.Now(), s.c.Version(r.Context())
		until := now.Add(keep)
		if midnight := jp.Start(jp.AddDays(jp.Date(now), 1)); until.After(midnight) {
			until = midnight.Add(-time.Nanosecond)
		}
		rec := &recorder{header: http.Header{}}
		next.ServeHTTP(rec, r)
		if rec.status != http.StatusOK {
			maps.Copy(w.Header(), rec.header)
			w.WriteHeader(rec.status)
			w.Write(rec.body.Bytes())
			return
		}
		k := s.keep(rec, version, until)
		s.cache.put(t.asked, k)
		k.send(w, r)
	})
}

// send answers with the kept page, in the shape the browser takes, or with the news that it has it.
func (k *kept) send(w http.ResponseWriter, r *http.Request) (status, size int) {
	x := &k.plain
	if k.zip != nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		zip := k.zip()
		x = &zip
	}
	h := w.Header()
	maps.Copy(h, x.header)
	if match := r.Header.Get("If-None-Match"); match != "" && strings.Contains(match, k.etag) {
		h.Del("Content-Length")
		h.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return http.StatusNotModified, 0
	}
	w.WriteHeader(http.StatusOK)
	n, _ := w.Write(x.body) // the browser went away: nothing to tell it
	return http.StatusOK, n
}

// recorder catches a finished answer.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header { return r.header }

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
}

func (r *recorder) Write(b []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	return r.body.Write(b)
}

// keep finishes both shapes of a page.
func (s *Site) keep(r *recorder, version string, until time.Time) *kept {
	sum := sha256.Sum256(r.body.Bytes())
	k := &kept{version: version, until: until, etag: `W/"` + hex.EncodeToString(sum[:8]) + `"`}
	s.protect(r.header)
	r.header.Set("Vary", "Accept-Encoding, Cookie")
	r.header.Set("Cache-Control", "public, max-age=0, must-revalidate")
	r.header.Set("ETag", k.etag)
	k.plain = shapeOf(r.header, r.body.Bytes())
	if compressible(r.header, http.StatusOK) {
		k.zip = sync.OnceValue(func() shape {
			var b bytes.Buffer
			z, _ := gzip.NewWriterLevel(&b, gzip.DefaultCompression)
			z.Write(k.plain.body)
			z.Close()
			x := shapeOf(k.plain.header, b.Bytes())
			x.header.Set("Content-Encoding", "gzip")
			return x
		})
	}
	return k
}

func shapeOf(h http.Header, body []byte) shape {
	x := shape{h.Clone(), body}
	x.header.Set("Content-Length", strconv.Itoa(len(body)))
	return x
}
