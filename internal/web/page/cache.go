package page

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"sync"
	"time"

	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
)

// cacheSize bounds the kept pages: queries are endless, memory is not.
const cacheSize = 1024

// pageCache keeps finished public pages, plain and compressed, by language, address and content version.
type pageCache struct {
	mu    sync.RWMutex
	pages map[string]*kept
}

type kept struct {
	version string
	until   time.Time
	header  http.Header
	etag    string
	plain   []byte
	zip     []byte
}

func newPageCache() *pageCache { return &pageCache{pages: map[string]*kept{}} }

func (c *pageCache) get(key, version string, now time.Time) *kept {
	c.mu.RLock()
	defer c.mu.RUnlock()
	k := c.pages[key]
	if k == nil || k.version != version || now.After(k.until) {
		return nil
	}
	return k
}

func (c *pageCache) put(key string, k *kept) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.pages) >= cacheSize {
		clear(c.pages)
	}
	c.pages[key] = k
}

// cached serves a public page from memory to visitors who bring no cookie. A page stays at most keep, and never over
// midnight in Japan, because its sentences say 「今日」 and 「あと17日」.
func (s *Site) cached(keep time.Duration, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Cookie") != "" || s.c.Version == nil {
			next.ServeHTTP(w, r)
			return
		}
		now := s.c.Now()
		version := s.c.Version(r.Context()) + " " + jp.Date(now)
		key := string(lang.From(r.Context())) + " " + r.URL.Path + "?" + r.URL.RawQuery
		k := s.cache.get(key, version, now)
		if k == nil {
			rec := &recorder{header: http.Header{}}
			next.ServeHTTP(rec, r)
			k = rec.keep(version, now.Add(keep))
			if rec.status != http.StatusOK {
				k.send(w, r, rec.status)
				return
			}
			s.cache.put(key, k)
		}
		k.send(w, r, http.StatusOK)
	})
}

func (k *kept) send(w http.ResponseWriter, r *http.Request, status int) {
	h := w.Header()
	for name, values := range k.header {
		h[name] = values
	}
	h.Set("Vary", "Accept-Encoding, Cookie")
	if status == http.StatusOK {
		h.Set("Cache-Control", "public, max-age=0, must-revalidate")
		h.Set("ETag", k.etag)
		if strings.Contains(r.Header.Get("If-None-Match"), k.etag) {
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	body := k.plain
	if k.zip != nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = k.zip
	}
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		w.Write(body)
	}
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

func (r *recorder) keep(version string, until time.Time) *kept {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	sum := sha256.Sum256(r.body.Bytes())
	k := &kept{version: version, until: until, header: r.header, plain: r.body.Bytes(), etag: `W/"` + hex.EncodeToString(sum[:8]) + `"`}
	k.header.Del("Content-Length")
	k.header.Del("Cache-Control")
	if compressible(k.header, r.status) {
		var b bytes.Buffer
		z, _ := gzip.NewWriterLevel(&b, gzip.DefaultCompression)
		z.Write(k.plain)
		z.Close()
		k.zip = b.Bytes()
	}
	return k
}
