// Package static holds the files every page links: the style sheets, the two scripts and the small drawings behind rulers.
// Each is served under an address that carries the hash of its content, so a browser keeps it for good and a new release is
// a new address. Used by package page (links) and by its mux (the handler under /static/).
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"strings"
	"sync"
)

//go:embed assets
var assets embed.FS

// file is one asset ready to be sent.
type file struct {
	kind  string
	etag  string
	plain []byte
	once  sync.Once
	zip   []byte
}

type catalogue struct {
	names map[string]string // kk.css → kk.0a1b2c3d4e.css
	files map[string]*file  // by hashed name
}

var load = sync.OnceValue(func() *catalogue {
	c := &catalogue{names: map[string]string{}, files: map[string]*file{}}
	list, _ := fs.Glob(assets, "assets/*")
	for _, css := range []bool{false, true} { // drawings first: style sheets name them
		for _, p := range list {
			if name := path.Base(p); (path.Ext(name) == ".css") == css {
				b, _ := assets.ReadFile(p)
				c.add(name, b)
			}
		}
	}
	return c
})

var cssURL = regexp.MustCompile(`url\(([a-z0-9-]+\.svg)\)`)

func (c *catalogue) add(name string, b []byte) {
	ext := path.Ext(name)
	if ext == ".css" {
		b = cssURL.ReplaceAllFunc(b, func(m []byte) []byte {
			if hashed, ok := c.names[string(m[4:len(m)-1])]; ok {
				return []byte("url(" + hashed + ")")
			}
			return m
		})
	}
	sum := sha256.Sum256(b)
	hash := hex.EncodeToString(sum[:6])
	hashed := strings.TrimSuffix(name, ext) + "." + hash + ext
	c.names[name] = hashed
	c.files[hashed] = &file{kind: kinds[ext], etag: `"` + hash + `"`, plain: b}
}

var kinds = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
	".txt": "text/plain; charset=utf-8",
}

// Path is the address of an asset below the site's root: Path("kk.css") = "/static/kk.0a1b2c3d4e5f.css". An unknown name is
// a mistake in our code and gives an address that answers 404.
func Path(name string) string {
	if hashed, ok := load().names[name]; ok {
		return "/static/" + hashed
	}
	return "/static/" + name
}

// Handler serves the assets; the request path is below /static/. Old or unknown addresses are 404.
func Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f, ok := load().files[path.Base(r.URL.Path)]
		if !ok {
			http.NotFound(w, r)
			return
		}
		f.serve(w, r)
	})
}

// Icon serves the mark where browsers ask for one that no page names (/favicon.ico): beside a PDF, for one.
func Icon() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := load()
		w.Header().Set("Cache-Control", "public, max-age=86400")
		c.files[c.names["mark.svg"]].serve(w, r)
	})
}

func (f *file) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	h.Set("Content-Type", f.kind)
	h.Set("ETag", f.etag)
	h.Set("Vary", "Accept-Encoding")
	if r.Header.Get("If-None-Match") == f.etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body := f.plain
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = f.zipped()
	}
	if r.Method != http.MethodHead {
		io.Copy(w, bytes.NewReader(body))
	}
}

// zipped compresses once, when the first browser asks, to keep the start of the program short.
func (f *file) zipped() []byte {
	f.once.Do(func() {
		var b bytes.Buffer
		z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
		z.Write(f.plain)
		z.Close()
		f.zip = b.Bytes()
	})
	return f.zip
}
