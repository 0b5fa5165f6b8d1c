package page

import (
	"errors"
	"net/http"
	"strconv"

	"kakehashi/internal/fault"
	"kakehashi/internal/lang"
)

var errPanic = errors.New("panic")

// fail is the only place where an error becomes a status and words. Faults speak for themselves; anything else is ours: it
// is logged once, here, and the person gets the request's id to quote.
func (s *Site) fail(w http.ResponseWriter, r *Request, err error) {
	v := s.errorView(w, r, err)
	if e := s.show(w, r, v); e != nil {
		s.c.Log.Error("error page", "id", r.ID, "err", e)
		http.Error(w, r.ID, http.StatusInternalServerError)
	}
}

func (s *Site) errorView(w http.ResponseWriter, r *Request, err error) View {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return s.failure(r, http.StatusRequestEntityTooLarge, "page.large.title", "page.large.text", "mb", (large.Limit+1<<20-1)>>20)
	}
	f := fault.Of(err)
	if f == nil {
		if !errors.Is(err, errPanic) {
			s.c.Log.Error("failed", "id", r.ID, "method", r.Method, "path", r.URL.Path, "err", err)
		}
		return s.failure(r, http.StatusInternalServerError, "page.broken.title", "page.broken.text", "id", r.ID)
	}
	words := FaultText(r.Lang, f)
	switch f.Kind {
	case fault.Missing:
		return s.says(r, http.StatusNotFound, "page.missing.title", "page.missing.text", words)
	case fault.Refused:
		return s.says(r, http.StatusForbidden, "page.refused.title", "page.refused.text", words)
	case fault.Conflict:
		return s.says(r, http.StatusConflict, "page.conflict.title", "page.conflict.text", words)
	case fault.Invalid:
		return s.says(r, http.StatusUnprocessableEntity, "page.invalid.title", "page.invalid.text", words)
	case fault.Busy:
		if after := wait(f); after > 0 {
			w.Header().Set("Retry-After", strconv.FormatInt(after, 10))
			return s.says(r, http.StatusTooManyRequests, "page.often.title", "page.often.text", words)
		}
		w.Header().Set("Retry-After", "30")
		return s.says(r, http.StatusServiceUnavailable, "page.busy.title", "page.busy.text", words)
	}
	return s.failure(r, http.StatusInternalServerError, "page.broken.title", "page.broken.text", "id", r.ID)
}

// FaultText is what a fault says to a reader: the programme's own sentence, or the catalogue's.
func FaultText(tag lang.Tag, f *fault.Fault) string {
	if f.JA != "" {
		return lang.Text{JA: f.JA, EN: f.EN}.In(tag)
	}
	if f.Key == "" {
		return ""
	}
	return lang.T(tag, f.Key, f.Args...)
}

// ErrorText is the fault's words for err, or the sentence for an unexpected failure. For handlers that show a failure at a
// field instead of a page of its own.
func ErrorText(tag lang.Tag, err error) string {
	if f := fault.Of(err); f != nil {
		return FaultText(tag, f)
	}
	return lang.T(tag, "page.broken.title")
}

// wait reads the time a Busy fault names ("seconds" or "minutes"): too many tries, come back then.
func wait(f *fault.Fault) int64 {
	for i := 0; i+1 < len(f.Args); i += 2 {
		n, ok := whole(f.Args[i+1])
		switch {
		case ok && f.Args[i] == "seconds":
			return max(n, 1)
		case ok && f.Args[i] == "minutes":
			return max(n*60, 1)
		}
	}
	return 0
}

func whole(v any) (int64, bool) {
	switch n := v.(type) {
	case int:
		return int64(n), true
	case int64:
		return n, true
	}
	return 0, false
}

// says is failure with the fault's own words in front of the general advice.
func (s *Site) says(r *Request, status int, title, text, words string) View {
	v := s.failure(r, status, title, text)
	if words != "" {
		v.Body = failureBody(v.Title, words, r.T(text), s.ways(r, status))
	}
	return v
}

func (s *Site) failure(r *Request, status int, title, text string, args ...any) View {
	heading := r.T(title, args...)
	shell := Plain
	if !r.Who.SignedIn() {
		shell = Public
	}
	return View{Title: heading, Status: status, Shell: shell, lost: status == http.StatusNotFound || status == http.StatusMethodNotAllowed, Body: failureBody(heading, "", r.T(text, args...), s.ways(r, status))}
}

// ways are the links an error page offers: back into one's own work, or the portal.
func (s *Site) ways(r *Request, status int) []Link {
	links := []Link{{r.T("page.home"), r.Href("/")}}
	if r.Who.SignedIn() {
		links = append([]Link{{r.T("page.mine"), r.Href(HomeOf(r.Who))}}, links...)
		if status == http.StatusForbidden || status == http.StatusNotFound {
			links = append(links, Link{r.T("page.hat"), r.Href("/hat")})
		}
	} else if status == http.StatusForbidden || status == http.StatusNotFound {
		links = append(links, Link{r.T("page.signin"), r.Href("/signin")})
	}
	return append(links, Link{r.T("page.help"), r.Href("/help")})
}
