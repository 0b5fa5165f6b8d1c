package part

import (
	"context"
	"io"
	"strings"
	"sync"

	"github.com/a-h/templ"

	"kakehashi/internal/lang"
	"kakehashi/internal/web/page"
)

// tableRow draws a row of a Grid. Lists have hundreds of cells, so a row is written by hand in one piece, as the templates of its parts
// (Said, Lines, Left, Status) would write it.
func tableRow(g Grid, r Row) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		p := pens.Get().(*pen)
		defer pens.Put(p)
		p.b, p.tag, p.before = p.b[:0], lang.From(ctx), page.Before(ctx)
		p.raw("<tr")
		if r.Class != "" {
			p.raw(` class="`)
			p.text(r.Class)
			p.raw(`"`)
		}
		p.raw(">")
		for i := range r.Cells {
			if err := p.cell(ctx, w, &g, i, &r.Cells[i]); err != nil {
				return err
			}
		}
		p.raw("</tr>")
		_, err := w.Write(p.b)
		return err
	})
}

// pen writes HTML into a piece of memory that is used again.
type pen struct {
	b      []byte
	tag    lang.Tag
	before string // what stands before an address of this site
}

var pens = sync.Pool{New: func() any { return new(pen) }}

func (p *pen) raw(s string) { p.b = append(p.b, s...) }

// text writes words as text or attribute.
func (p *pen) text(s string) {
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

// said is Said.
func (p *pen) said(words string) {
	tongue := foreignTo(p.tag, words)
	if tongue == "" {
		p.text(words)
		return
	}
	p.raw(`<span lang="` + tongue + `">`)
	p.text(words)
	p.raw("</span>")
}

// lines is Lines.
func (p *pen) lines(text string) {
	if strings.IndexByte(text, '\n') < 0 {
		p.said(text)
		return
	}
	for i, line := range splitLines(text) {
		if i > 0 {
			p.raw("<br>")
		}
		p.said(line)
	}
}

// status is a word with the glyph of its look.
func (p *pen) status(look, words string) {
	p.raw(`<span class="st`)
	if look != "" {
		p.raw(" st-")
		p.text(look)
	}
	p.raw(`">`)
	p.text(words)
	p.raw("</span>")
}

// href is an address of this site, or another one where it is safe to follow.
func (p *pen) href(url string) {
	if strings.HasPrefix(url, "/") {
		p.text(p.before)
	}
	if url != "/" || p.tag == lang.JA {
		p.text(url)
	}
}

// cellClass is the class of a cell: numbers to the right, days and numbers not broken.
func cellClass(num, tight bool) string {
	switch {
	case num && tight:
		return ` class="n nw num"`
	case num:
		return ` class="n"`
	case tight:
		return ` class="nw num"`
	}
	return ""
}

func (p *pen) cell(ctx context.Context, w io.Writer, g *Grid, i int, c *Cell) error {
	end := "</td>"
	if i == g.Main {
		end = "</th>"
		p.raw(`<th scope="row"`)
		p.raw(cellClass(g.Heads[i].Num, c.Tight))
		p.raw(">")
	} else {
		p.raw("<td")
		p.raw(cellClass(g.Heads[i].Num, c.Tight))
		p.raw(` data-l="`)
		p.text(g.Heads[i].Label)
		p.raw(`">`)
	}
	switch {
	case c.Body != nil:
		if err := p.other(ctx, w, c.Body); err != nil {
			return err
		}
	case c.Status:
		p.status(c.Look, c.Text)
	case c.URL != "":
		p.raw(`<a href="`)
		p.href(c.URL)
		p.raw(`">`)
		p.said(c.Text)
		p.raw("</a>")
	case c.Left != "":
		p.left(c)
	default:
		p.lines(c.Text)
	}
	if c.Sub != "" {
		p.raw(`<br><span class="sub">`)
		p.said(c.Sub)
		p.raw("</span>")
	}
	if c.Reason != "" {
		p.raw(`<p class="reason">`)
		p.text(c.Reason)
		p.raw("</p>")
	}
	p.raw(end)
	return nil
}

// left is a day with the days left, neither broken.
func (p *pen) left(c *Cell) {
	p.raw(`<span class="nw">`)
	p.text(c.Text)
	p.raw(`</span> <span class="nw"><span class="`)
	if c.Near {
		p.raw("shu")
	} else {
		p.raw("sub")
	}
	p.raw(`">`)
	p.text(c.Left)
	p.raw("</span></span>")
}

// other lets another component write where the pen is.
func (p *pen) other(ctx context.Context, w io.Writer, c templ.Component) error {
	if _, err := w.Write(p.b); err != nil {
		return err
	}
	p.b = p.b[:0]
	return c.Render(ctx, w)
}

// statusOf is a word with the glyph of its look.
func statusOf(look, words string) templ.Component {
	return templ.Raw(`<span class="st st-` + templ.EscapeString(look) + `">` + templ.EscapeString(words) + `</span>`)
}
