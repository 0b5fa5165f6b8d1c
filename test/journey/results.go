package journey

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"kakehashi/internal/web/public"
	"kakehashi/test/browse"
	"kakehashi/test/uxcheck"
)

// wcag are the success criteria of WCAG 2.2, levels A and AA.
var wcag = strings.Fields(`1.1.1 1.2.1 1.2.2 1.2.3 1.2.4 1.2.5 1.3.1 1.3.2 1.3.3 1.3.4 1.3.5 1.4.1 1.4.2 1.4.3 1.4.4 1.4.5 1.4.10 1.4.11 1.4.12 1.4.13
	2.1.1 2.1.2 2.1.4 2.2.1 2.2.2 2.3.1 2.4.1 2.4.2 2.4.3 2.4.4 2.4.5 2.4.6 2.4.7 2.4.11 2.5.1 2.5.2 2.5.3 2.5.4 2.5.7 2.5.8
	3.1.1 3.1.2 3.2.1 3.2.2 3.2.3 3.2.4 3.2.6 3.3.1 3.3.2 3.3.3 3.3.4 3.3.7 3.3.8 4.1.2 4.1.3`)

// Results are what a run over the album found, for the page that publishes it: counted from what was done, page by page, nothing from
// what was meant to be done.
func (a *Album) Results(report uxcheck.Report, pages, others []uxcheck.Page, commit string, changed bool) public.Results {
	r := public.Results{Date: report.Date[:10], Commit: commit, Changed: changed, Tools: report.Tools, Markup: len(pages) + len(others), Languages: map[string]int{}, States: map[string]int{}}
	addresses, ways, unsure := map[string]bool{}, map[public.Way]int{}, map[string]int{}
	for i, p := range report.Pages {
		if i >= len(pages) {
			break
		}
		if len(p.Ran) > 0 {
			r.Pages++
			r.Languages[p.Lang]++
			r.States[state(pages[i])]++
			addresses[a.route(browse.Answer{Path: p.URL})] = true
		}
		for _, did := range p.Ran {
			ways[way(did)]++
		}
		seen := map[string]bool{}
		for _, u := range p.Incomplete {
			if !seen[u.ID] {
				seen[u.ID] = true
				unsure[u.ID]++
			}
		}
	}
	count := map[string]int{}
	for _, p := range report.Pages {
		for _, f := range p.Found {
			if f.Rule == "axe-review" {
				continue // told among what nobody but a person can judge
			}
			count[f.Rule]++
			r.Found = append(r.Found, public.Found{Address: a.route(browse.Answer{Path: p.URL}), Lang: p.Lang, Rule: f.Rule, Where: strings.Join(f.Where, ", "), Say: f.Say})
		}
	}
	r.Addresses = len(addresses)
	for w, n := range ways {
		w.Pages = n
		r.Ways = append(r.Ways, w)
	}
	slices.SortFunc(r.Ways, func(x, y public.Way) int { return strings.Compare(order(x), order(y)) })
	for rule, n := range unsure {
		r.Unsure = append(r.Unsure, public.Unsure{Rule: rule, Pages: n})
	}
	slices.SortFunc(r.Unsure, func(x, y public.Unsure) int { return strings.Compare(x.Rule, y.Rule) })
	for _, number := range wcag {
		c := public.Criterion{Number: number, Rules: report.Criteria[number]}
		for _, rule := range c.Rules {
			c.Found += count[rule]
		}
		r.Criteria = append(r.Criteria, c)
	}
	return r
}

// state says what a page stood for.
func state(p uxcheck.Page) string {
	switch {
	case strings.HasSuffix(p.Name, ".long"):
		return "long"
	case strings.HasSuffix(p.Name, ".crowded"):
		return "crowded"
	case p.Status == http.StatusUnprocessableEntity:
		return "wrong"
	case p.Status >= http.StatusBadRequest:
		return "refused"
	}
	return "full"
}

// way reads "axe 320 light".
func way(did string) public.Way {
	var w public.Way
	for i, part := range strings.Fields(did) {
		if n, err := strconv.Atoi(part); err == nil {
			w.Width = n
		} else if i == 0 {
			w.Kind = part
		} else {
			w.Theme = part
		}
	}
	return w
}

func order(w public.Way) string {
	return w.Kind + " " + w.Theme + " " + strconv.Itoa(w.Width+10_000)
}
