package page

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"kakehashi/internal/lang"
	"kakehashi/internal/web/static"
)

type placeKey struct{}

// place is where a request stands: the path the site is mounted at, and the address without it and without the language.
type place struct {
	mount string // "" or "/kakehashi"
	path  string // "/desk/cases/c1"
	query string
	host  string // scheme and host as the site is known outside: https://kakehashi.example.jp
}

func placeOf(ctx context.Context) place {
	p, _ := ctx.Value(placeKey{}).(place)
	return p
}

// URL writes the address of a page of this site, given without language and mount ("/programmes?goal=x"), in the language
// of ctx. Addresses of other sites and bare fragments are returned as they are.
func URL(ctx context.Context, path string) string { return urlIn(ctx, lang.From(ctx), path) }

func urlIn(ctx context.Context, tag lang.Tag, path string) string {
	if !strings.HasPrefix(path, "/") {
		return path
	}
	if tag != lang.JA {
		if path == "/" {
			return placeOf(ctx).mount + "/" + string(tag)
		}
		path = "/" + string(tag) + path
	}
	return placeOf(ctx).mount + path
}

// Before is what stands before the path of an address that URL writes, of any path but "/".
func Before(ctx context.Context) string {
	mount := placeOf(ctx).mount
	if tag := lang.From(ctx); tag != lang.JA {
		return mount + "/" + string(tag)
	}
	return mount
}

// Raw writes an address that has no language: files, feeds, static files.
func Raw(ctx context.Context, path string) string { return placeOf(ctx).mount + path }

// Full writes the whole address of a page with scheme and host, for feeds, mail and canonical links.
func Full(ctx context.Context, path string) string { return placeOf(ctx).host + URL(ctx, path) }

// Asset is the address of a static file: Asset(ctx, "kk.css").
func Asset(ctx context.Context, name string) string { return Raw(ctx, static.Path(name)) }

// Path is the address of the page being answered, without mount, language and query.
func Path(ctx context.Context) string { return placeOf(ctx).path }

// Here is the address of the page being answered with one query value replaced (or removed when value is ""), for pagers,
// filters and sorting links.
func Here(ctx context.Context, name, value string) string {
	p := placeOf(ctx)
	q, _ := url.ParseQuery(p.query)
	if value == "" {
		q.Del(name)
	} else {
		q.Set(name, value)
	}
	if s := q.Encode(); s != "" {
		return URL(ctx, p.path) + "?" + s
	}
	return URL(ctx, p.path)
}

// other is the same page in the other language.
func other(ctx context.Context) string {
	p, tag := placeOf(ctx), lang.EN
	if lang.From(ctx) == lang.EN {
		tag = lang.JA
	}
	u := urlIn(ctx, tag, p.path)
	if p.query != "" {
		u += "?" + p.query
	}
	return u
}

// locate takes mount and language off the path and notes both in the context.
func (s *Site) locate(r *http.Request) *http.Request {
	path, tag := strings.TrimPrefix(r.URL.Path, s.c.Mount), lang.JA
	if path == "/en" || strings.HasPrefix(path, "/en/") {
		path, tag = strings.TrimPrefix(path, "/en"), lang.EN
	}
	if path == "" {
		path = "/"
	}
	ctx := lang.With(r.Context(), tag)
	ctx = context.WithValue(ctx, placeKey{}, place{mount: s.c.Mount, path: path, query: r.URL.RawQuery, host: s.host(r)})
	r = r.WithContext(ctx)
	u := *r.URL
	u.Path, u.RawPath = path, ""
	r.URL = &u
	return r
}

func (s *Site) host(r *http.Request) string {
	if s.c.Host != "" {
		return s.c.Host
	}
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}
