package find

import (
	"strings"

	"kakehashi/internal/lang"
	"kakehashi/internal/library"
	"kakehashi/internal/search"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
)

// itemView is one publication.
type itemView struct {
	Item      library.Publication
	Office    string
	Successor *library.Publication
	Siblings  []library.Publication
	Request   *page.Request
}

func (p *Pages) item(r *page.Request) (page.View, error) {
	it, err := p.Library.Get(r.Context(), r.Who, r.PathValue("id"))
	if err != nil {
		return page.View{}, err
	}
	v := itemView{Item: it, Request: r}
	if it.Office != "" {
		v.Office = p.valueName(r.Context(), "office", it.Office)
	}
	if it.Successor != "" {
		if next, err := p.Library.Get(r.Context(), r.Who, it.Successor); err == nil {
			v.Successor = &next
		}
	}
	if v.Siblings, err = p.Library.Siblings(r.Context(), it, 12); err != nil {
		return page.View{}, err
	}
	return page.View{Title: it.Title.In(r.Lang), Body: item(v), Describe: it.Summary.In(r.Lang),
		Crumbs: []page.Link{{Label: r.T("find.library"), URL: "/library"}, {Label: v.series(), URL: address("/search", search.Query{Filters: map[string][]string{"series": {it.Series}}})}}}, nil
}

func (v itemView) series() string {
	return library.Name(library.Shipped().Series, v.Item.Series).In(v.Request.Lang)
}

// text is the body in the reader's language, and whether it is in the other one.
func (v itemView) text() (text string, tag lang.Tag) {
	if t := v.Item.Body.In(v.Request.Lang); t != "" {
		return t, v.Request.Lang
	}
	return "", v.Request.Lang
}

// facts are what one asks about a publication. Values lead to what else has them.
func (v itemView) facts() []part.Fact {
	r, it, tag := v.Request, v.Item, v.Request.Lang
	var languages []string
	for _, l := range it.Languages {
		languages = append(languages, languageName(l))
	}
	list := []part.Fact{{Label: r.T("find.facet.series"), Text: v.series()}, {Label: r.T("find.facet.year"), Text: lang.FiscalYear(tag, it.Year)}}
	add := func(label string, values ...string) {
		if text := strings.Join(values, r.T("public.comma")); text != "" {
			list = append(list, part.Fact{Label: label, Text: text})
		}
	}
	add(r.T("find.facet.country"), it.CountryNames(tag)...)
	add(r.T("find.facet.field"), it.FieldNames(tag)...)
	add(r.T("find.facet.language"), languages...)
	add(r.T("find.facet.form"), library.Name(library.Shipped().Forms, it.Form).In(tag))
	add(r.T("find.facet.office"), v.Office)
	add(r.T("find.item.authors"), it.Authors)
	add(r.T("find.item.licence"), it.Licence)
	return list
}
