package public

import (
	"kakehashi/internal/lang"
	"kakehashi/internal/web/page"
)

// paragraph is one titled passage of a page about the site.
type paragraph struct{ Title, Text string }

// passages are how many titled passages each page about the site has; their words are public.<page>.<n>.title and .text.
var passages = map[string]int{"about": 4, "accessibility": 5, "privacy": 5, "help": 10, "manual": 8, "casework": 11}

// text is a page about the site itself.
func text(name string) page.Handler {
	return func(r *page.Request) (page.View, error) {
		var list []paragraph
		for i := 1; i <= passages[name]; i++ {
			key := "public." + name + "." + itoa(i)
			list = append(list, paragraph{lang.T(r.Lang, key+".title"), lang.T(r.Lang, key+".text")})
		}
		title := r.T("public." + name + ".title")
		var more []page.Link
		if name == "help" {
			more = append(more, page.Link{Label: r.T("public.casework.title"), URL: "/help/casework"}, page.Link{Label: r.T("public.manual.title"), URL: "/help/reference"})
		}
		if name == "accessibility" {
			more = append(more, page.Link{Label: r.T("public.results.title"), URL: "/accessibility/results"})
		}
		return page.View{Title: title, Body: prose(title, r.T("public."+name+".lead"), list, more...)}, nil
	}
}
