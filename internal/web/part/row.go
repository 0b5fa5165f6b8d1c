package part

import (
	"context"
	"io"
	"strings"

	"github.com/a-h/templ"

	"kakehashi/internal/web/page"
)

// tableRow draws a row of a Grid. Lists have hundreds of cells, so a row is written by hand in one piece, as the templates of its parts
// (Said, Lines, Left, Status) would write it.
func tableRow(g Grid, r Row) templ.Component {
	return page.Drawn(func(ctx context.Context, w io.Writer, p *page.Pen) error {
		p.Raw("<tr")
		if r.Class != "" {
			p.Raw(` class="`)
			p.Text(r.Class)
			p.Raw(`"`)
		}
		p.Raw(">")
		for i := range r.Cells {
			if err := cell(ctx, w, pen{p}, &g, i, &r.Cells[i]); err != nil {
				return err
			}
		}
		p.Raw("</tr>")
		return nil
	})
}

// pen writes the small parts.
type pen struct{ *page.Pen }

// Said are words somebody typed. Japanese ones on an English page, and English ones on a Japanese page, say that they are, so that they are read out and broken as such.
func Said(words string) templ.Component {
	return page.Write(func(w *page.Pen) { pen{w}.said(words) })
}

// said is Said. Of a sentence that only holds Japanese names, the names are Japanese.
func (p pen) said(words string) {
	tongue := foreignTo(p.Lang, words)
	if tongue != "ja" || !holdsSentence(words) {
		p.inTongue(tongue, words)
		return
	}
	for words != "" {
		at := strings.IndexFunc(words, isJapanese)
		if at < 0 {
			at = len(words)
		}
		p.Text(words[:at])
		words = words[at:]
		end := strings.IndexFunc(words, func(r rune) bool { return !isJapanese(r) && !besideJapanese(r) })
		if end < 0 {
			end = len(words)
		}
		p.inTongue("ja", words[:end])
		words = words[end:]
	}
}

func (p pen) inTongue(tongue, words string) {
	switch {
	case words == "":
	case tongue == "":
		p.Text(words)
	default:
		p.Raw(`<span lang="` + tongue + `">`)
		p.Text(words)
		p.Raw("</span>")
	}
}

// lines is Lines.
func (p pen) lines(text string) {
	if strings.IndexByte(text, '\n') < 0 {
		p.said(text)
		return
	}
	for i, line := range splitLines(text) {
		if i > 0 {
			p.Raw("<br>")
		}
		p.said(line)
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

func cell(ctx context.Context, w io.Writer, p pen, g *Grid, i int, c *Cell) error {
	end := "</td>"
	if i == g.Main {
		end = "</th>"
		p.Raw(`<th scope="row"`)
		p.Raw(cellClass(g.Heads[i].Num, c.Tight))
		p.Raw(">")
	} else {
		p.Raw("<td")
		p.Raw(cellClass(g.Heads[i].Num, c.Tight))
		p.Raw(` data-l="`)
		p.Text(g.Heads[i].Label)
		p.Raw(`">`)
	}
	switch {
	case c.Body != nil:
		if err := p.Other(ctx, w, c.Body); err != nil {
			return err
		}
	case c.Status:
		p.Status(c.Look, c.Text)
	case c.URL != "":
		p.Raw(`<a href="`)
		p.Href(c.URL)
		p.Raw(`">`)
		p.said(c.Text)
		p.Raw("</a>")
	case c.Left != "":
		p.left(c)
	default:
		p.lines(c.Text)
	}
	if c.Sub != "" {
		p.Raw(`<br><span class="sub">`)
		p.said(c.Sub)
		p.Raw("</span>")
	}
	if c.Reason != "" {
		p.Raw(`<p class="reason">`)
		p.Text(c.Reason)
		p.Raw("</p>")
	}
	p.Raw(end)
	return nil
}

// left is a day with the days left, neither broken.
func (p pen) left(c *Cell) {
	p.Raw(`<span class="nw">`)
	p.Text(c.Text)
	p.Raw(`</span> <span class="nw"><span class="`)
	if c.Near {
		p.Raw("shu")
	} else {
		p.Raw("sub")
	}
	p.Raw(`">`)
	p.Text(c.Left)
	p.Raw("</span></span>")
}

// statusOf is a word with the glyph of its look.
func statusOf(look, words string) templ.Component {
	return templ.Raw(`<span class="st st-` + templ.EscapeString(look) + `">` + templ.EscapeString(words) + `</span>`)
}
