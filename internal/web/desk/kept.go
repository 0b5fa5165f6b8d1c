package desk

import (
	"bytes"
	"context"
	"crypto/rand"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/a-h/templ"

	"kakehashi/internal/account"
	"kakehashi/internal/cases"
	"kakehashi/internal/fault"
	"kakehashi/internal/lang"
	"kakehashi/internal/web/page"
)

// keptFor is how long a drawn record is shown again without being drawn anew: what it is made of beside the case itself (names in the
// register, the sender of letters, the hour) is at most so old on it. keptMost bounds the memory of all of them, in bytes.
const (
	keptFor  = time.Minute
	keptMost = 8 << 20
)

// reader is whoever a drawn record is for: the same page serves nobody else, in no other language and on no other day.
type reader struct {
	id, person, hat, body, behalf, programmes, home string
	role                                            account.Role
	sample                                          bool
	lang                                            lang.Tag
	mount, day                                      string
}

// drawn is the record of one case as it was drawn for one reader: everything below the way to its list, in the pieces between which a
// new one-time token stands each time it is shown.
type drawn struct {
	mark       string // of the case as it was drawn
	made       time.Time
	title, sub string
	place      query
	name       string // of the list it stands in
	pieces     [][]byte
	size       int
}

// kept holds drawn records. Which goes when there is no room is left to chance, so that reading many cases in turn leaves some.
type kept struct {
	mu   sync.Mutex
	of   map[reader]*drawn
	size int
}

// hole stands where a one-time token is to be written.
var hole = "hole-" + rand.Text()

func (k *kept) get(who reader) *drawn {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.of[who]
}

func (k *kept) put(who reader, d *drawn) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.of == nil {
		k.of = map[reader]*drawn{}
	}
	k.drop(who)
	for other := range k.of {
		if k.size+d.size <= keptMost {
			break
		}
		k.drop(other)
	}
	k.of[who], k.size = d, k.size+d.size
}

func (k *kept) drop(who reader) {
	if old := k.of[who]; old != nil {
		k.size -= old.size
		delete(k.of, who)
	}
}

// readerOf names whom the record of a case is drawn for.
func readerOf(r *page.Request, today string) reader {
	w := r.Who
	return reader{r.PathValue("id"), w.Person, w.Hat.ID, w.Hat.Body, w.Hat.OnBehalfOf, w.Hat.Programmes, w.Home, w.Hat.Role, w.Sample,
		r.Lang, page.Before(r.Context()), today}
}

// shown shows a record as it was drawn a moment ago, when nothing it is made of has changed; else it has to be drawn.
func (p *Pages) shown(r *page.Request, who reader) (v page.View, found bool, err error) {
	d := p.kept.get(who)
	if d == nil || r.Now.Sub(d.made) > keptFor || r.Now.Before(d.made) {
		return v, false, nil
	}
	mark, err := p.Cases.Mark(r.Context(), r.Who, who.id)
	if err != nil || mark != d.mark {
		return v, false, passMissing(err)
	}
	place, err := p.placeIn(r, who.id, d.place)
	if err != nil {
		return v, false, err
	}
	place.Name = d.name
	v = page.View{Title: d.title, Sub: d.sub, Shell: page.Desk, Body: d.body(place)}
	v.Nav, err = p.nav(r, d.place.View)
	return v, true, err
}

// passMissing is an error that whoever reads the case itself will not tell better.
func passMissing(err error) error {
	if fault.Is(err, fault.Missing) {
		return nil
	}
	return err
}

// body writes the pieces with a new token between them.
func (d *drawn) body(at place) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		if err := crumb(at, d.place.View).Render(ctx, w); err != nil {
			return err
		}
		token := ""
		for i, piece := range d.pieces {
			if i > 0 {
				if token == "" {
					token = newToken()
				}
				if _, err := io.WriteString(w, token); err != nil {
					return err
				}
			}
			if _, err := w.Write(piece); err != nil {
				return err
			}
		}
		return nil
	})
}

// draw draws the record, and keeps it where whatever it shows is known to follow from the case, the reader and the day.
func (p *Pages) draw(r *page.Request, who reader, v overviewPage) (*drawn, error) {
	v.Token = hole
	var b bytes.Buffer
	b.Grow(24 << 10)
	if err := overviewBody(v).Render(r.Context(), &b); err != nil {
		return nil, err
	}
	c := v.Case
	d := &drawn{mark: c.Mark(), made: r.Now, title: heading(r.Lang, c), sub: c.Number,
		place: query{View: v.Group, Programme: c.Programme, Year: c.FiscalYear}, name: v.Place.Name}
	d.pieces = bytes.Split(bytes.Clone(b.Bytes()), []byte(hole))
	d.size = b.Len() + 512
	if c.Mark() != "" && v.Error == nil && !v.elsewhere(r.Who) {
		p.kept.put(who, d)
	}
	return d, nil
}

// elsewhere reports whether what may be done with the case hangs on seats and settings, which change without it.
func (v *overviewPage) elsewhere(who account.Who) bool {
	if who.Is(account.RoleChief) && v.Case.Proposal != nil {
		return true
	}
	for _, a := range v.Acts {
		if a.Blocked != nil && a.Blocked.Key == "cases.letterhead" {
			return true
		}
	}
	return false
}

// crumb is the way from a case to its list, and to the cases before and after it there.
func crumb(at place, group string) templ.Component {
	return page.Write(func(p *page.Pen) {
		p.Raw(`<p class="crumb">`)
		defer p.Raw("</p>")
		if at.List == "" {
			p.Text(at.Name)
			return
		}
		if group != "" {
			p.Anchor(lang.T(p.Lang, "desk.group."+group), "/desk/cases?view="+group)
			p.Raw(" ／ ")
		}
		p.Anchor(at.Name, at.List)
		if at.At > 0 {
			key := "desk.place"
			if at.More {
				key = "desk.place.more"
			}
			p.Raw(` <span class="num">`)
			p.T(key, "at", at.At, "of", at.Of)
			p.Raw("</span>")
		}
		beside := func(rel, url string) {
			if url == "" {
				return
			}
			p.Raw(` <a rel="` + rel + `" href="`)
			p.Href(url)
			p.Raw(`">`)
			p.T("desk.place." + rel)
			p.Raw("</a>")
		}
		beside("prev", at.Prev)
		beside("next", at.Next)
	})
}

// heading is what a case is called over its pages: the body in the reader's language, and the project.
func heading(tag lang.Tag, c *cases.Case) string {
	return strings.TrimSpace(lang.Text{JA: c.Org.Name, EN: c.Org.English}.In(tag) + "　" + c.Title())
}
