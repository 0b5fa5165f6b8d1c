package page

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"mime"
	"net/http"
	"time"

	"kakehashi/internal/account"
	"kakehashi/internal/fault"
	"kakehashi/internal/lang"
	"kakehashi/internal/web/static"
)

// Config is what a site needs from the program. Only Log may not be nil; every function may be.
type Config struct {
	Log    *slog.Logger
	Now    func() time.Time
	Secret []byte // signs the flash message and kept input; random when empty (then they do not survive a restart)
	Host   string // https://kakehashi.example.jp as seen from outside; "" takes the request's
	Mount  string // path below which a proxy serves the site; "" or "/kakehashi"
	Secure bool   // behind TLS: cookies are Secure and browsers are told to keep to TLS

	// Identify finds the acting person; the zero Who is a visitor. An error is our failure, not a missing session.
	Identify func(*http.Request) (account.Who, error)
	// Badge names the acting person's body and hats for the top line.
	Badge func(*Request) Badge
	// Nav gives the side navigation of Work and Desk with counts, where a View brings none.
	Nav func(*Request, Shell) Nav
	// News is the item that stands in every side navigation of a signed-in person: what happened, with how many of it are unread.
	News func(*Request) NavItem
	// Begin is called before anything else of every request; it must be cheap.
	Begin func(context.Context)
	// Demo reports whether the installation holds the demonstration (見本データ).
	Demo func(context.Context) bool
	// Version names the state of public content; a cached public page is served while it stays the same.
	Version func(context.Context) string
	// Seen is told of every page a signed-in person was shown, after it was made; it must not wait for anything.
	Seen func(*Request)
	// Refused is told of every request of a signed-in person that was not granted (not theirs, not allowed, or not now); it must not wait for
	// anything.
	Refused func(*Request)
	// SignIn shows the sign-in page in place of a page that needs a person; Keep carries what was being sent.
	SignIn func(*Request, Keep) (View, error)

	MaxForm int64 // bytes of an ordinary form; 4 MiB unless said
}

// Site is the mux with everything around it. Register addresses, then serve it.
type Site struct {
	c     Config
	mux   *http.ServeMux
	cross *http.CrossOriginProtection
	cache *pageCache
}

// New makes an empty site that already serves /static/.
func New(c Config) *Site {
	if c.Now == nil {
		c.Now = time.Now
	}
	if len(c.Secret) == 0 {
		c.Secret = make([]byte, 32)
		rand.Read(c.Secret)
	}
	if c.MaxForm == 0 {
		c.MaxForm = 4 << 20
	}
	s := &Site{c: c, mux: http.NewServeMux(), cross: http.NewCrossOriginProtection(), cache: newPageCache()}
	s.mux.Handle("GET /static/", static.Handler())
	s.mux.Handle("GET /favicon.ico", static.Icon())
	s.mux.Handle("/", s.page(func(r *Request) (View, error) { return s.unrouted(r), nil }, 0))
	return s
}

// Get registers a page that is only read. pattern is a path of net/http.ServeMux without method: "/desk/cases/{id}".
func (s *Site) Get(pattern string, h Handler) { s.mux.Handle("GET "+exact(pattern), s.page(h, 0)) }

// Post registers an act. Its form may hold Config.MaxForm bytes; files need Upload.
func (s *Site) Post(pattern string, h Handler) {
	s.mux.Handle("POST "+exact(pattern), s.page(h, s.c.MaxForm))
}

// Upload registers an act whose form holds files, up to max bytes in all. The handler reads the parts itself
// (r.MultipartReader or r.ParseMultipartForm).
func (s *Site) Upload(pattern string, max int64, h Handler) {
	s.mux.Handle("POST "+exact(pattern), s.page(h, max))
}

// Public registers a page that is the same for every visitor: it sets no cookie, carries an ETag, and is kept ready while
// Config.Version stays the same, at most for keep (clocks move). A signed-in person gets it freshly made.
func (s *Site) Public(pattern string, keep time.Duration, h Handler) {
	s.mux.Handle("GET "+exact(pattern), s.cached(keep, s.page(h, 0)))
}

// Handle registers a plain handler (API, feeds) below the site's logging, recovery, headers and language.
func (s *Site) Handle(pattern string, h http.Handler) { s.mux.Handle(pattern, h) }

// Member lets only signed-in people through; others see the sign-in page and come back with everything they typed.
func Member(h Handler) Handler {
	return func(r *Request) (View, error) {
		if r.Who.SignedIn() {
			return h(r)
		}
		return r.site.signIn(r)
	}
}

func exact(pattern string) string {
	if pattern == "/" {
		return "/{$}"
	}
	return pattern
}

// page turns a Handler into a net/http one: identify, call, show. max bounds the body; 0 = there is none.
func (s *Site) page(h Handler, max int64) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, hr *http.Request) {
		if max > 0 {
			hr.Body = http.MaxBytesReader(w, hr.Body, max)
		}
		r := &Request{Request: hr, Lang: lang.From(hr.Context()), Now: s.arrived(hr), ID: requestID(hr.Context()), site: s, w: w}
		if s.c.Identify != nil {
			who, err := s.c.Identify(hr)
			if err != nil {
				s.fail(w, r, err)
				return
			}
			r.Who = who
			r.Who.Lang = r.Lang
			note(hr.Context(), who.Person)
		}
		if err := readForm(hr); err != nil {
			s.fail(w, r, err)
			return
		}
		v, err := h(r)
		if s.c.Refused != nil && r.Who.SignedIn() && refused(v, err) {
			s.c.Refused(r)
		}
		if err != nil {
			s.fail(w, r, err)
			return
		}
		if err := s.show(w, r, v); err != nil {
			s.fail(w, r, err)
			return
		}
		if s.c.Seen != nil && r.Who.SignedIn() && hr.Method == http.MethodGet && !v.leads && status(v) == http.StatusOK {
			s.c.Seen(r)
		}
	})
}

// refused reports an answer that grants nothing.
func refused(v View, err error) bool {
	if f := fault.Of(err); f != nil {
		return f.Kind == fault.Missing || f.Kind == fault.Refused || f.Kind == fault.Conflict
	}
	return v.Denied || v.Status == http.StatusForbidden || v.Status == http.StatusNotFound || v.Status == http.StatusConflict
}

// readForm reads an ordinary form before the page does, so that one that is too large or broken on its way is told as that and not
// taken for an empty one.
func readForm(hr *http.Request) error {
	kind, _, _ := mime.ParseMediaType(hr.Header.Get("Content-Type"))
	if hr.Method != http.MethodPost || kind != "application/x-www-form-urlencoded" {
		return nil
	}
	if err := hr.ParseForm(); err != nil {
		return Unreadable(err)
	}
	return nil
}

// Unreadable is the error for a form that could not be read: too much stays too much (413), anything else is said in words.
func Unreadable(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return err
	}
	return fault.New(fault.Invalid, "page.unreadable")
}

// unrouted answers an address nobody registered: 405 when only the method is wrong, else 404.
func (s *Site) unrouted(r *Request) View {
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		probe := r.Request.Clone(r.Context())
		probe.Method = method
		if _, pattern := s.mux.Handler(probe); method != r.Method && pattern != "/" && pattern != "" {
			if r.w.Header().Set("Allow", method); method == http.MethodGet {
				r.w.Header().Set("Allow", "GET, HEAD")
			}
			return r.site.failure(r, http.StatusMethodNotAllowed, "page.method.title", "page.method.text")
		}
	}
	return r.site.failure(r, http.StatusNotFound, "page.missing.title", "page.missing.text")
}

// Server is an http.Server for this site with the timeouts a public site needs. Uploads lift theirs while bytes arrive. Serve on Listener.
func (s *Site) Server(addr string) *http.Server {
	return &http.Server{
		Addr: addr, Handler: s,
		ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 60 * time.Second,
		WriteTimeout: 120 * time.Second, IdleTimeout: 120 * time.Second,
		MaxHeaderBytes: 64 << 10,
		ConnContext:    onConnection, ConnState: betweenRequests,
		ErrorLog: slog.NewLogLogger(s.c.Log.Handler(), slog.LevelWarn),
	}
}
