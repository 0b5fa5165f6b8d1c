// Package help is what foreign residents and the staff beside them open (くらし・災害の多言語ページ): My Timeline in the reader's
// language with Japanese beside it, display sheets to print, the reader's view behind a sheet's QR code, and the coverage of
// translations. Residents' pages weigh little, set no cookie, load nothing from elsewhere, work offline once opened, and send no
// answer: what must be computed is computed on the device by the one script the command runs too.
package help

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"go.yaml.in/yaml/v3"
	"golang.org/x/text/language"

	"kakehashi/internal/recent"
	"kakehashi/internal/resident/easy"
	"kakehashi/internal/resident/script"
	"kakehashi/internal/resident/sheet"
	"kakehashi/internal/resident/timeline"
	"kakehashi/internal/web/page"
)

//go:embed assets
var assets embed.FS

// readerIdle is how long the reader of Japanese, with its large dictionary, stays after the last sheet.
const readerIdle = 10 * time.Minute

// Pages are the residents' pages and the sheet maker. Everything is read from Content once, when the first of the pages is asked for.
type Pages struct {
	Content fs.FS
	Version func() (string, error) // of the vocabulary of warnings in force now

	ready   func() error
	library *sheet.Library
	version string
	words   timeline.Words
	texts   map[string]map[string]string // words of the pages by language
	matcher language.Matcher
	reader  *recent.Held[*easy.Reader]
}

// Register puts the pages into the site. Faulty content, which tests keep out, makes every one of them fail and nothing else.
func (p *Pages) Register(s *page.Site) {
	p.ready = sync.OnceValue(p.readAll)
	p.reader = recent.Hold(readerIdle, func() (*easy.Reader, error) { return easy.NewReader(p.Content, "") })
	plain := func(h http.HandlerFunc) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if err := p.ready(); err != nil {
				slog.Error("residents' pages", "err", err)
				http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
				return
			}
			h(w, r)
		})
	}
	whole := func(h func(*page.Request) (page.View, error)) func(*page.Request) (page.View, error) {
		return func(r *page.Request) (page.View, error) {
			if err := p.ready(); err != nil {
				return page.View{}, err
			}
			return h(r)
		}
	}
	s.Handle("GET /resident", plain(p.choose))
	s.Handle("GET /resident/{lang}/timeline", plain(p.timeline))
	s.Handle("GET /resident/{lang}/timeline.html", plain(p.timelineFile))
	s.Handle("GET /resident/{lang}/sheet", plain(p.read))
	s.Handle("GET /resident/sheet", plain(p.read))
	s.Handle("GET /resident/{file}", plain(p.asset))
	s.Get("/sheets", whole(p.sheets))
	s.Get("/sheets/coverage", whole(p.coverage))
	s.Get("/sheets/{id}", whole(p.maker))
	s.Handle("GET /sheets/{id}/print", plain(p.print))
}

// readAll reads the content.
func (p *Pages) readAll() error {
	var err error
	if p.library, err = sheet.Read(p.Content); err != nil {
		return err
	}
	if p.words, err = timeline.ReadWords(p.Content); err != nil {
		return err
	}
	if err = p.readTexts(); err != nil {
		return err
	}
	var tags []language.Tag
	for _, g := range p.library.Languages {
		tags = append(tags, language.Make(g.Code()))
	}
	p.matcher = language.NewMatcher(tags)
	p.version, err = p.Version()
	return err
}

func (p *Pages) readTexts() error {
	p.texts = map[string]map[string]string{}
	for _, g := range p.library.Languages {
		b, err := fs.ReadFile(p.Content, "pages/"+g.Tag+".yaml")
		if err != nil {
			return fmt.Errorf("residents' pages: %w", err)
		}
		var t map[string]string
		if err := yaml.Unmarshal(b, &t); err != nil {
			return fmt.Errorf("residents' pages: %s: %w", g.Tag, err)
		}
		p.texts[g.Tag] = t
	}
	return nil
}

// file is one of our style sheets or scripts.
func file(name string) []byte {
	if name == "timeline.js" {
		return []byte(script.Timeline)
	}
	b, err := assets.ReadFile("assets/" + name)
	if err != nil {
		return nil
	}
	return b
}

// asset serves style sheets and scripts. The worker must stand at its own address, so these carry an ETag and no hash.
func (p *Pages) asset(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("file")
	b := file(name)
	if b == nil {
		if g, ok := p.library.Language(name); ok {
			http.Redirect(w, r, page.Raw(r.Context(), "/resident/"+g.Tag+"/timeline"), http.StatusSeeOther)
			return
		}
		http.NotFound(w, r)
		return
	}
	kind := "text/css; charset=utf-8"
	if strings.HasSuffix(name, ".js") {
		kind = "text/javascript; charset=utf-8"
	}
	sum := sha256.Sum256(b)
	send(w, r, kind, `"`+hex.EncodeToString(sum[:8])+`"`, b)
}

// send answers with a finished text, or 304 when the browser has it.
func send(w http.ResponseWriter, r *http.Request, kind, tag string, body []byte) {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Cache-Control", "no-cache")
	h.Set("Vary", "Accept-Language, Accept-Encoding")
	if tag != "" {
		h.Set("ETag", tag)
		if r.Header.Get("If-None-Match") == tag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	w.Write(body)
}

// language is the language of the address, else the browser's best; by index, because a matched tag carries extensions.
func (p *Pages) language(r *http.Request) (sheet.Language, bool) {
	if tag := r.PathValue("lang"); tag != "" {
		return p.library.Language(tag)
	}
	wanted, _, err := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	if err != nil || len(wanted) == 0 {
		return p.library.Language("ja-x-easy")
	}
	_, i, confidence := p.matcher.Match(wanted...)
	if confidence == language.No {
		return p.library.Language("ja-x-easy")
	}
	return p.library.Languages[i], true
}
