package page

import (
	"context"
	"io"
	"maps"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/a-h/templ"

	"kakehashi/internal/lang"
)

func otherLang(tag lang.Tag) string {
	if tag == lang.EN {
		return string(lang.JA)
	}
	return string(lang.EN)
}

func navLabel(ctx context.Context, n Nav) string {
	if n.Label != "" {
		return n.Label
	}
	return T(ctx, "page.work")
}

// navList is one list of the side navigation; a step has its state beside its name.
func navList(g NavGroup, phone bool) templ.Component {
	return Write(func(p *Pen) {
		list, kind := "ul", "page"
		switch {
		case len(g.Items) == 0:
			return
		case g.Steps && !phone:
			list, kind = "ol", "step"
			p.Raw(`<ol class="steps">`)
		case g.Steps:
			list, kind = "ol", "step"
			p.Raw("<ol>")
		default:
			p.Raw("<ul>")
		}
		for _, it := range g.Items {
			p.navItem(it, kind)
		}
		p.Raw("</" + list + ">")
	})
}

func (p *Pen) navItem(it NavItem, kind string) {
	p.Raw(`<li><a href="`)
	p.Href(it.URL)
	p.Raw(`"`)
	if it.Current {
		p.Raw(` aria-current="` + kind + `"`)
	}
	p.Raw(">")
	p.Text(it.Label)
	p.Raw(" ")
	switch {
	case kind == "step" && it.State != "":
		p.Raw(`<span class="s">`)
		p.Text(it.State)
		p.Raw("</span>")
	case kind == "page" && it.Count > 0:
		p.Raw(`<span class="n">`)
		p.Text(lang.Num(it.Count))
		p.Raw("</span>")
	}
	p.Raw("</a></li>")
}

// unmoving names a part of the shell that is the same on every page of a language and a mount.
type unmoving struct {
	name  string
	mount string
	lang  lang.Tag
}

var drawn sync.Map // unmoving → string

// still draws such a part once.
func still(name string, draw func() templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		key := unmoving{name, placeOf(ctx).mount, lang.From(ctx)}
		html, ok := drawn.Load(key)
		if !ok {
			var b strings.Builder
			if err := draw().Render(ctx, &b); err != nil {
				return err
			}
			html, _ = drawn.LoadOrStore(key, b.String())
		}
		_, err := io.WriteString(w, html.(string))
		return err
	})
}

func count(n int) string { return lang.Num(n) }

func sortedKeys(v url.Values) []string { return slices.Sorted(maps.Keys(v)) }
