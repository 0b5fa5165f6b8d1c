package part

import (
	"context"
	"io"
	"time"

	"github.com/a-h/templ"

	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/web/page"
)

// What stands on every record is written by hand (see page.Pen).

// Header is the row of figures under the h1 of a record.
func Header(facts []HeadFact) templ.Component {
	return page.Write(func(w *page.Pen) {
		p := pen{w}
		p.Raw(`<dl class="facthd">`)
		for _, f := range facts {
			p.Raw("<div><dt>")
			p.Text(f.Label)
			p.Raw("</dt><dd>")
			if f.Glyph {
				p.Status(f.Look, f.Value)
			} else {
				p.Text(f.Value)
				p.Raw(" ")
			}
			if f.Small != "" || f.Near != "" {
				p.Raw("<small>")
				if f.Near != "" {
					p.Raw(`<b class="shu">`)
					p.Text(f.Near)
					p.Raw("</b> ")
				}
				p.Text(f.Small)
				p.Raw("</small>")
			}
			p.Raw("</dd></div>")
		}
		p.Raw("</dl>")
	})
}

// Files is a list of documents.
func Files(files []FileLink) templ.Component {
	return page.Write(func(p *page.Pen) {
		p.Raw(`<ul class="files">`)
		for _, f := range files {
			p.Raw(`<li><a href="`)
			p.Href(f.URL)
			p.Raw(`"`)
			if f.Save {
				p.Raw(" download")
			}
			p.Raw(">")
			p.Text(f.Label)
			p.Raw(`</a> <span class="sub">`)
			p.Text(f.Note)
			p.Raw("</span>")
			if f.Of != "" {
				p.Raw(` <span class="sub of">`)
				p.Text(f.Of)
				p.Raw("</span>")
			}
			p.Raw("</li>")
		}
		p.Raw("</ul>")
	})
}

// Journal is the history of a case, newest first as given.
func Journal(entries []Entry) templ.Component {
	return page.Write(func(w *page.Pen) {
		p := pen{w}
		p.Raw(`<ol class="jour">`)
		for i := range entries {
			p.entry(&entries[i])
		}
		p.Raw("</ol>")
	})
}

func (p pen) entry(e *Entry) {
	p.Raw(`<li><p class="at"><time datetime="`)
	p.Text(e.At.Format(time.RFC3339))
	p.Raw(`">`)
	p.Text(lang.MomentIn(p.Lang, e.At, jp.JST))
	p.Raw("</time> ")
	if e.Local != "" {
		p.Raw("<small>")
		p.Text(e.Local)
		p.Raw("</small>")
	}
	p.Raw(`</p><p class="who">`)
	p.Text(e.Who)
	p.Raw("</p><p>")
	p.said(e.Text)
	if e.Sub != "" {
		p.Raw(` <span class="sub">`)
		p.said(e.Sub)
		p.Raw("</span> ")
	}
	if e.URL != "" {
		p.Raw(" ")
		p.Anchor(e.Link, e.URL)
	}
	p.Raw("</p></li>")
}

// Tabs are the faces of a record (概要, 申請内容, 審査, 文書, 支払, 履歴). Without a Current one, the tab whose URL is the page's
// own is current.
func Tabs(label string, tabs []Tab) templ.Component {
	return page.Drawn(func(ctx context.Context, _ io.Writer, p *page.Pen) error {
		none := noneCurrent(tabs)
		p.Raw(`<nav class="tabs" aria-label="`)
		p.Text(label)
		p.Raw(`"><ul>`)
		for _, t := range tabs {
			p.Raw(`<li><a href="`)
			p.Href(t.URL)
			p.Raw(`"`)
			if t.Current || none && page.Path(ctx) == t.URL {
				p.Raw(` aria-current="page"`)
			}
			p.Raw(">")
			p.Text(t.Label)
			if t.Count > 0 {
				p.Raw(" ")
				p.Text(lang.Num(t.Count))
			}
			p.Raw("</a></li>")
		}
		p.Raw("</ul></nav>")
		return nil
	})
}
