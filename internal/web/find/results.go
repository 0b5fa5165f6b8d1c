package find

import (
	"context"
	"strings"

	"kakehashi/internal/lang"
	"kakehashi/internal/search"
	"kakehashi/internal/web/page"
)

// resultsView is the page of results.
type resultsView struct {
	Query   search.Query
	Result  search.Result
	Groups  []group
	Request *page.Request
}

// group is a facet with its values.
type group struct {
	Title  string
	Values []value
	More   []value // the rest of a long list
	On     bool
}

type value struct {
	Name string
	N    int
	URL  string
	On   bool
}

// shownValues is how many values of a facet are seen at once.
const shownValues = 8

func (p *Pages) results(r *page.Request) (page.View, error) {
	q := queryOf(r)
	found, err := p.ask(r.Context(), q)
	if err != nil {
		return page.View{}, err
	}
	v := resultsView{Query: q, Result: found, Request: r, Groups: p.groups(r.Context(), q, found)}
	return page.View{Title: v.title(), Body: results(v), Describe: r.T("find.lead"),
		Feeds: []page.Feed{{Type: "application/atom+xml", Title: r.T("find.feed"), URL: r.Href(address("/search.atom", narrowed(q)))}}}, nil
}

// narrowed is the query without its place in the list.
func narrowed(q search.Query) search.Query {
	q.Offset = 0
	return q
}

// title answers first: how many there are.
func (v resultsView) title() string {
	r := v.Request
	switch {
	case v.Query.Text == "" && len(v.Query.Filters) == 0:
		return r.T("find.title.all", "n", v.Result.Total)
	case v.Result.Total == 0:
		return r.T("find.title.nothing", "text", short(v.Query.Text))
	case v.Query.Text == "":
		return r.T("find.title.narrowed", "n", v.Result.Total)
	}
	return r.T("find.title.found", "text", short(v.Query.Text), "n", v.Result.Total)
}

func short(text string) string {
	if r := []rune(text); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return text
}

// groups are the facets that tell results apart.
func (p *Pages) groups(ctx context.Context, q search.Query, r search.Result) (list []group) {
	for _, f := range facets {
		counts := r.Facets[f]
		if len(counts) == 0 || len(counts) == 1 && !counts[0].On && counts[0].Value == "" {
			continue
		}
		g := group{Title: facetTitle(ctx, f)}
		for _, c := range counts {
			x := value{Name: p.valueName(ctx, f, c.Value), N: c.N, URL: toggled(q, f, c.Value), On: c.On}
			if g.On = g.On || c.On; len(g.Values) < shownValues || c.On {
				g.Values = append(g.Values, x)
			} else {
				g.More = append(g.More, x)
			}
		}
		list = append(list, g)
	}
	return list
}

// notes say what was done with the words of the query.
func (v resultsView) notes() (list []string) {
	r := v.Request
	if v.Result.Cut {
		list = append(list, r.T("find.note.cut"))
	}
	if v.Result.Loose {
		list = append(list, r.T("find.note.loose"))
	}
	if v.Result.AsPart && v.Result.Words == 0 {
		list = append(list, r.T("find.note.part"))
	}
	for _, t := range v.Result.Terms {
		if t.Corrected != "" {
			list = append(list, r.T("find.note.corrected", "text", short(t.Text), "word", t.Corrected))
		}
	}
	return list
}

// helps are ways on when nothing was found: each word alone, without what it was narrowed by, and the library.
func (v resultsView) helps() (list []page.Link) {
	r := v.Request
	if len(v.Query.Filters) > 0 {
		list = append(list, page.Link{Label: r.T("find.help.wide"), URL: address("/search", search.Query{Text: v.Query.Text})})
	}
	if len(v.Result.Terms) > 1 {
		for _, t := range v.Result.Terms {
			if !t.Without && t.N > 0 {
				list = append(list, page.Link{Label: r.T("find.help.word", "text", t.Text, "n", t.N), URL: address("/search", search.Query{Text: t.Text})})
			}
		}
	}
	return append(list, page.Link{Label: r.T("find.help.library"), URL: "/library"}, page.Link{Label: r.T("find.help.programmes"), URL: "/programmes"})
}

// missing are the words that nothing has.
func (v resultsView) missing() string {
	var list []string
	for _, t := range v.Result.Terms {
		if t.N == 0 && !t.Without {
			list = append(list, v.Request.T("find.quoted", "text", short(t.Text)))
		}
	}
	return strings.Join(list, v.Request.T("public.comma"))
}

// previous and next are the addresses of the neighbouring pages, "" where there is none.
func (v resultsView) previous() string {
	if v.Query.Offset == 0 {
		return ""
	}
	q := v.Query
	q.Offset = max(0, q.Offset-perPage)
	return v.Request.Href(address("/search", q))
}

func (v resultsView) next() string {
	q := v.Query
	if q.Offset += perPage; q.Offset >= v.Result.Total || q.Offset > 10_000 {
		return ""
	}
	return v.Request.Href(address("/search", q))
}

func (v resultsView) place() string {
	return v.Request.T("find.place", "from", v.Query.Offset+1, "to", v.Query.Offset+len(v.Result.Hits), "n", v.Result.Total)
}

// withParts is the address that shows also where the text is only part of a word.
func (v resultsView) withParts() string {
	q := narrowed(v.Query)
	q.Parts = true
	return address("/search", q)
}

// sorted is the address of the same set in the other order.
func (v resultsView) sorted() string {
	q := narrowed(v.Query)
	q.Newest = !q.Newest
	return address("/search", q)
}

// as is the address of the same set in another form.
func (v resultsView) as(form string) string { return address("/search."+form, narrowed(v.Query)) }

// small is the line under a result: what it is and when.
func (v resultsView) small(h search.Hit) string {
	list := []string{kindName(v.Request.Context(), h.Kind)}
	if h.Date != "" {
		list = append(list, lang.LongDay(v.Request.Lang, h.Date))
	}
	return strings.Join(list, "　")
}

// shelf is the library: the same search, narrowed to publications.
func (p *Pages) shelf(r *page.Request) (page.View, error) {
	q := r.URL.Query()
	if q.Get("kind") == "" {
		q.Set("kind", "publication")
	}
	return page.Redirect("/search?" + q.Encode()), nil
}

// addressOf is the whole address of a hit.
func addressOf(r *page.Request, h search.Hit) string { return page.Full(r.Context(), h.URL) }
