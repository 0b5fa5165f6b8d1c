package page

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"

	"github.com/a-h/templ"

	"kakehashi/internal/lang"
)

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// show sends a View. A page is finished in memory first, so that a failure half-way becomes an error page and not half a
// page.
func (s *Site) show(w http.ResponseWriter, r *Request, v View) error {
	if v.write != nil {
		return v.write(w, r)
	}
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	b.Reset()
	f := s.frame(w, r, v)
	if err := document(f).Render(r.Context(), b); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", string(r.Lang))
	if status(v) == http.StatusTooManyRequests && h.Get("Retry-After") == "" {
		h.Set("Retry-After", "60") // a form that is shown again with what is wrong
	}
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "private, no-cache")
	}
	h.Set("Content-Length", strconv.Itoa(b.Len())) // answer takes it away where it compresses
	w.WriteHeader(status(v))
	if r.Method != http.MethodHead {
		_, err := w.Write(b.Bytes())
		if err != nil {
			return nil // the browser went away: nothing to tell it
		}
	}
	return nil
}

func status(v View) int {
	if v.Status != 0 {
		return v.Status
	}
	return http.StatusOK
}

// frame gathers what the shell draws around the body.
func (s *Site) frame(w http.ResponseWriter, r *Request, v View) frame {
	f := frame{View: v, Now: r.Now, Signed: r.Who.SignedIn(), Lang: r.Lang, Other: other(r.Context()),
		Dense: v.Shell == Desk || v.Shell == Work && r.Who.Density == "compact"}
	if v.lost {
		f.Other = urlIn(r.Context(), lang.Tag(otherLang(r.Lang)), "/")
	}
	f.Say = s.takeSay(w, r)
	if s.c.Demo != nil {
		f.Demo = s.c.Demo(r.Context())
	}
	if f.Signed && s.c.Badge != nil {
		f.Badge = s.c.Badge(r)
	}
	if (v.Shell == Work || v.Shell == Desk) && len(v.Nav.Groups) == 0 && s.c.Nav != nil {
		f.Nav = s.c.Nav(r, v.Shell)
	}
	if (v.Shell == Work || v.Shell == Desk) && f.Signed && s.c.News != nil {
		f.Nav = f.Nav.with(s.c.News(r))
	}
	at := placeOf(r.Context()).path
	if v.Under != "" {
		at, _, _ = strings.Cut(v.Under, "?")
	}
	f.Nav = f.Nav.at(at)
	return f
}

// with adds an item to the first list that is no list of steps.
func (n Nav) with(it NavItem) Nav {
	for i, g := range n.Groups {
		if !g.Steps {
			n.Groups = append([]NavGroup(nil), n.Groups...)
			n.Groups[i].Items = append(append([]NavItem(nil), g.Items...), it)
			return n
		}
	}
	return n
}

// at marks the item of the page being shown: the one whose URL is the longest beginning of its path.
func (n Nav) at(path string) Nav {
	best, group, item := -1, 0, 0
	for g := range n.Groups {
		for i, it := range n.Groups[g].Items {
			if it.Current {
				return n
			}
			u, _, _ := strings.Cut(it.URL, "?")
			if (path == u || strings.HasPrefix(path, strings.TrimSuffix(u, "/")+"/")) && len(u) > best && u != "" && u == it.URL {
				best, group, item = len(u), g, i
			}
		}
	}
	if best < 0 {
		return n
	}
	groups := append([]NavGroup(nil), n.Groups...)
	groups[group].Items = append([]NavItem(nil), groups[group].Items...)
	groups[group].Items[item].Current = true
	n.Groups = groups
	return n
}

// current is the label of the marked item.
func (n Nav) current() string {
	for _, g := range n.Groups {
		for _, it := range g.Items {
			if it.Current {
				return it.Label
			}
		}
	}
	return ""
}

// Redirect sends the browser to another page of this site, written without language ("/work/cases"), with 303 See Other.
// say are the flash messages to show there, made with Say.
func Redirect(path string, say ...Flash) View {
	return View{leads: true, write: func(w http.ResponseWriter, r *Request) error {
		if len(say) > 0 {
			r.site.putSay(w, say)
		}
		w.Header().Set("Cache-Control", "no-store")
		http.Redirect(w, r.Request, URL(r.Context(), path), http.StatusSeeOther)
		return nil
	}}
}

// Fragment answers with a piece of a page and nothing around it, for htmx and kk.js. status 0 is 200.
func Fragment(c templ.Component, status int) View {
	return View{write: func(w http.ResponseWriter, r *Request) error {
		b := buffers.Get().(*bytes.Buffer)
		defer buffers.Put(b)
		b.Reset()
		if err := c.Render(r.Context(), b); err != nil {
			return err
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		if status == 0 {
			status = http.StatusOK
		}
		w.WriteHeader(status)
		w.Write(b.Bytes())
		return nil
	}}
}

// Bytes answers with a document shown in the browser (inline): kind is its media type, name its file name.
func Bytes(kind, name string, body []byte) View {
	return Stream(kind, name, false, func(w io.Writer) error { _, err := w.Write(body); return err })
}

// Download answers with a file the browser saves under name.
func Download(kind, name string, write func(io.Writer) error) View {
	return Stream(kind, name, true, write)
}

// Stream answers with what write writes. It is finished in memory first when it may fail, so hand it finished bytes or
// something that cannot fail half-way.
func Stream(kind, name string, save bool, write func(io.Writer) error) View {
	return View{write: func(w http.ResponseWriter, r *Request) error {
		b := new(bytes.Buffer)
		if err := write(b); err != nil {
			return err
		}
		h := w.Header()
		h.Set("Content-Type", kind)
		disposition := "inline"
		if save {
			disposition = "attachment"
		}
		if name != "" {
			h.Set("Content-Disposition", mime.FormatMediaType(disposition, map[string]string{"filename": name}))
		}
		if h.Get("Cache-Control") == "" {
			h.Set("Cache-Control", "private, no-cache")
		}
		h.Set("Content-Length", strconv.Itoa(b.Len()))
		if r.Method != http.MethodHead {
			w.Write(b.Bytes())
		}
		return nil
	}}
}

// Spool is Download for files too large for memory: what write writes goes to a temporary file first, so that a failure half-way becomes
// an error page and never half a file.
func Spool(kind, name string, write func(io.Writer) error) View {
	return View{write: func(w http.ResponseWriter, r *Request) error {
		f, err := os.CreateTemp("", "kakehashi-*")
		if err != nil {
			return err
		}
		defer os.Remove(f.Name())
		defer f.Close()
		out := bufio.NewWriterSize(f, 1<<18)
		if err := write(out); err != nil {
			return err
		}
		if err := out.Flush(); err != nil {
			return err
		}
		size, err := f.Seek(0, io.SeekEnd)
		if err == nil {
			_, err = f.Seek(0, io.SeekStart)
		}
		if err != nil {
			return err
		}
		h := w.Header()
		h.Set("Content-Type", kind)
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
		h.Set("Cache-Control", "private, no-cache")
		h.Set("Content-Length", strconv.FormatInt(size, 10))
		if r.Method != http.MethodHead {
			io.Copy(w, f)
		}
		return nil
	}}
}

// File answers with a stored file, in ranges when asked, named name; save makes the browser keep it.
func File(kind, name string, save bool, content io.ReadSeekCloser) View {
	return View{write: func(w http.ResponseWriter, r *Request) error {
		defer content.Close()
		h := w.Header()
		h.Set("Content-Type", kind)
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
		disposition := "inline"
		if save {
			disposition = "attachment"
		}
		h.Set("Content-Disposition", mime.FormatMediaType(disposition, map[string]string{"filename": name}))
		h.Set("Cache-Control", "private, no-cache")
		http.ServeContent(w, r.Request, "", r.Now, content)
		return nil
	}}
}

func langOf(r *http.Request) lang.Tag { return lang.From(r.Context()) }

// Saved answers an autosave (kk.js): the words for the line beside the buttons ("10月14日（水）16:39 に自動保存しました") and
// hidden values to replace in the form, such as the version the next save builds on.
func Saved(words string, set map[string]string) View {
	return JSON(http.StatusOK, map[string]any{"words": words, "set": set})
}

// JSON answers with a value as JSON.
func JSON(status int, v any) View {
	return View{write: func(w http.ResponseWriter, r *Request) error {
		b, err := json.Marshal(v)
		if err != nil {
			return err
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(status)
		w.Write(b)
		return nil
	}}
}
