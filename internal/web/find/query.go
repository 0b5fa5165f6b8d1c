package find

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strconv"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"kakehashi/internal/lang"
	"kakehashi/internal/library"
	"kakehashi/internal/org"
	"kakehashi/internal/search"
	"kakehashi/internal/web/page"
)

// facets are what results are narrowed by, in the order they are shown; their names stand in the address.
var facets = []string{"kind", "country", "field", "series", "year", "office", "language", "form", "prefecture"}

const perPage = 20

// longestValue and mostValues bound what an address may narrow to.
const longestValue, mostValues = 40, 20

// queryOf reads a query from the address.
func queryOf(r *page.Request) search.Query {
	q := search.Query{Text: r.Value("q"), Filters: map[string][]string{}, Counts: facets, Limit: perPage, Parts: r.Value("parts") != "", Newest: r.Value("sort") == "new"}
	values := r.URL.Query()
	for _, f := range facets {
		for _, v := range values[f] {
			if len(v) <= longestValue && len(q.Filters[f]) < mostValues {
				q.Filters[f] = append(q.Filters[f], v)
			}
		}
	}
	q.Offset, _ = strconv.Atoi(r.Value("from"))
	q.Offset = max(0, min(q.Offset, 10_000))
	return q
}

// address is the query as an address below a path, without the place in the list.
func address(path string, q search.Query) string {
	v := url.Values{}
	if q.Text != "" {
		v.Set("q", q.Text)
	}
	for f, list := range q.Filters {
		v[f] = list
	}
	if q.Parts {
		v.Set("parts", "1")
	}
	if q.Newest {
		v.Set("sort", "new")
	}
	if q.Offset > 0 {
		v.Set("from", strconv.Itoa(q.Offset))
	}
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

// toggled is the address with one value put in or taken out.
func toggled(q search.Query, facet, value string) string {
	next := q
	next.Offset = 0
	next.Filters = map[string][]string{}
	for f, list := range q.Filters {
		next.Filters[f] = slices.Clone(list)
	}
	if i := slices.Index(next.Filters[facet], value); i >= 0 {
		next.Filters[facet] = slices.Delete(next.Filters[facet], i, i+1)
	} else {
		next.Filters[facet] = append(next.Filters[facet], value)
	}
	return address("/search", next)
}

// valueName is the name of a facet's value in the reader's language.
func (p *Pages) valueName(ctx context.Context, facet, value string) string {
	tag := lang.From(ctx)
	if value == "" {
		return page.T(ctx, "find.none")
	}
	switch facet {
	case "kind":
		return kindName(ctx, value)
	case "country":
		return org.CountryName(tag, value)
	case "field":
		return library.Name(library.Shipped().Fields, value).In(tag)
	case "series":
		return library.Name(library.Shipped().Series, value).In(tag)
	case "form":
		return library.Name(library.Shipped().Forms, value).In(tag)
	case "year":
		if y, err := strconv.Atoi(value); err == nil {
			return lang.FiscalYear(tag, y)
		}
	case "office":
		if o, err := p.Orgs.Office(ctx, value); err == nil {
			return o.Name.In(tag)
		}
	case "language":
		return languageName(value)
	case "prefecture":
		if n, ok := org.PrefectureName(value); ok {
			return n.In(tag)
		}
	}
	return value
}

// languageName is a language's own name for itself.
func languageName(code string) string {
	t, err := language.Parse(code)
	if err != nil {
		return code
	}
	return cmp.Or(display.Self.Name(t), code)
}

// kindName is what a kind of page is called.
func kindName(ctx context.Context, kind string) string {
	switch kind {
	case "publication":
		return page.T(ctx, "find.kind.publication")
	case "programme":
		return page.T(ctx, "find.kind.programme")
	case "tie":
		return page.T(ctx, "find.kind.tie")
	case "office":
		return page.T(ctx, "find.kind.office")
	case "desk":
		return page.T(ctx, "find.kind.desk")
	}
	return kind
}

// facetTitle is the heading of a facet.
func facetTitle(ctx context.Context, facet string) string {
	switch facet {
	case "kind":
		return page.T(ctx, "find.facet.kind")
	case "country":
		return page.T(ctx, "find.facet.country")
	case "field":
		return page.T(ctx, "find.facet.field")
	case "series":
		return page.T(ctx, "find.facet.series")
	case "year":
		return page.T(ctx, "find.facet.year")
	case "office":
		return page.T(ctx, "find.facet.office")
	case "language":
		return page.T(ctx, "find.facet.language")
	case "form":
		return page.T(ctx, "find.facet.form")
	}
	return page.T(ctx, "find.facet.prefecture")
}
