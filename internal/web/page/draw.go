package page

import (
	"context"
	"maps"
	"net/url"
	"slices"

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

func current(it NavItem, kind string) templ.Attributes {
	if it.Current {
		return templ.Attributes{"aria-current": kind}
	}
	return nil
}

func count(n int) string { return lang.Num(n) }

func sortedKeys(v url.Values) []string { return slices.Sorted(maps.Keys(v)) }
