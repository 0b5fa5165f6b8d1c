package page

import (
	"context"
	"io"
	"strings"
	"sync"

	"github.com/a-h/templ"

	"kakehashi/internal/lang"
)

// Pen writes HTML by hand into a piece of memory that is used again: for what a page has many of, where a template would make a small
// text of every word before it writes it.
type Pen struct {
	b      []byte
	Lang   lang.Tag
	before string // what stands before an address of this site
}

var pens = sync.Pool{New: func() any { return new(Pen) }}

// penMost is the largest memory a pen keeps.
const penMost = 64 << 10

// Write is a component written by hand in one piece.
func Write(draw func(*Pen)) templ.Component {
	return Drawn(func(_ context.Context, _ io.Writer, p *Pen) error { draw(p); return nil })
}

// Drawn is Write with other components between: see Other.
func Drawn(draw func(context.Context, io.Writer, *Pen) error) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		p := pens.Get().(*Pen)
		p.b, p.Lang, p.before = p.b[:0], lang.From(ctx), Before(ctx)
		err := draw(ctx, w, p)
		if err == nil {
			_, err = w.Write(p.b)
		}
		if cap(p.b) <= penMost {
			pens.Put(p)
		}
		return err
	})
}

// Raw writes HTML as it is: only what stands in the program.
func (p *Pen) Raw(s string) { p.b = append(p.b, s...) }

// Text writes words as text or attribute.
func (p *Pen) Text(s string) {
	from := 0
	for i := range len(s) {
		var as string
		switch s[i] {
		case '&':
			as = "&amp;"
		case '<':
			as = "&lt;"
		case '>':
			as = "&gt;"
		case '"':
			as = "&#34;"
		case '\'':
			as = "&#39;"
		default:
			continue
		}
		p.b = append(append(p.b, s[from:i]...), as...)
		from = i + 1
	}
	p.b = append(p.b, s[from:]...)
}

// T writes the catalogue's sentence in the reader's language.
func (p *Pen) T(key string, args ...any) { p.Text(lang.T(p.Lang, key, args...)) }

// Href writes an address of this site, given without language and mount, or a fragment.
func (p *Pen) Href(url string) {
	if strings.HasPrefix(url, "/") {
		p.Text(p.before)
	}
	if url != "/" || p.Lang == lang.JA {
		p.Text(url)
	}
}

// Anchor writes a link.
func (p *Pen) Anchor(words, url string) {
	p.Raw(`<a href="`)
	p.Href(url)
	p.Raw(`">`)
	p.Text(words)
	p.Raw("</a>")
}

// Status writes a word with the glyph of its look.
func (p *Pen) Status(look, words string) {
	p.Raw(`<span class="st`)
	if look != "" {
		p.Raw(" st-")
		p.Text(look)
	}
	p.Raw(`">`)
	p.Text(words)
	p.Raw("</span>")
}

// Other lets another component write where the pen is.
func (p *Pen) Other(ctx context.Context, w io.Writer, c templ.Component) error {
	if _, err := w.Write(p.b); err != nil {
		return err
	}
	p.b = p.b[:0]
	return c.Render(ctx, w)
}
