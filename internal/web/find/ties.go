package find

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"kakehashi/internal/directory"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/org"
	"kakehashi/internal/search"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
)

// tiesView is the registry with its figures.
type tiesView struct {
	Figures       directory.Figures
	First         directory.Tie
	Anniversaries []directory.Tie
	Months        []directory.Month
	Names         map[string]string // of Japanese bodies, by code
	Year          int
	Request       *page.Request
}

// mostAnniversaries is how many of a year are listed on the page; the file has all ties.
const mostAnniversaries = 30

func (p *Pages) ties(r *page.Request) (page.View, error) {
	figures, all, err := p.Ties.Now(r.Context())
	if err != nil {
		return page.View{}, err
	}
	today := jp.Date(r.Now)
	year, _ := strconv.Atoi(today[:4])
	v := tiesView{Figures: figures, Request: r, Year: year, Names: map[string]string{}}
	if v.Months, err = p.Ties.Months(r.Context()); err != nil {
		return page.View{}, err
	}
	v.Months = v.Months[:min(12, len(v.Months))]
	if v.Anniversaries = directory.Anniversaries(all, year); len(v.Anniversaries) > mostAnniversaries {
		v.Anniversaries = v.Anniversaries[:mostAnniversaries]
	}
	for _, t := range all {
		if t.ID == figures.First {
			v.First = t
		}
	}
	for _, t := range append(slices.Clone(v.Anniversaries), v.First) {
		if t.Body != "" {
			v.Names[t.Body] = p.bodyName(r.Context(), t.Body)
		}
	}
	return page.View{Title: v.title(), Body: ties(v), Describe: r.T("find.ties.lead")}, nil
}

func (v tiesView) title() string {
	if v.Figures.Total == 0 {
		return v.Request.T("find.ties.none")
	}
	return v.Request.T("find.ties.title", "n", v.Figures.Total, "bodies", v.Figures.Bodies, "countries", len(v.Figures.Countries))
}

// bodyName is a body with its prefecture, or its code when the register has lost it.
func (p *Pages) bodyName(ctx context.Context, code string) string {
	b, err := p.Orgs.Get(ctx, code)
	if err != nil {
		return code
	}
	return b.Label(lang.From(ctx))
}

// pair names a tie.
func (v tiesView) pair(t directory.Tie) string {
	return v.Request.T("find.tie.pair", "body", v.Names[t.Body], "partner", t.Partner(v.Request.Lang))
}

// header is the figures on top.
func (v tiesView) header() []part.HeadFact {
	r, f := v.Request, v.Figures
	return []part.HeadFact{
		{Label: r.T("find.ties.prefectures"), Value: lang.Num(f.Prefecture)}, {Label: r.T("find.ties.municipal"), Value: lang.Num(f.Municipal)},
		{Label: r.T("find.ties.outside"), Value: lang.Num(f.Outside), Small: r.T("find.ties.outside.small")},
	}
}

// tile is one prefecture of the grid.
type tile struct {
	Code, Name, Value, Short string
	N                        int
}

// tiles are the 47 prefectures with their numbers and a shade from 0 to 3.
func (v tiesView) tiles() (list []tile) {
	most := 1
	for _, c := range v.Figures.Places {
		most = max(most, c.N)
	}
	for i := 1; i <= 47; i++ {
		code := strconv.Itoa(100 + i)[1:]
		name, _ := org.PrefectureName(code)
		t := tile{Code: strconv.Itoa(i), Name: name.In(v.Request.Lang), Short: code}
		for _, c := range v.Figures.Places {
			if c.Value == code {
				t.N = c.N
			}
		}
		t.Value = "0"
		if t.N > 0 {
			t.Value = strconv.Itoa(1 + min(2, 3*(t.N-1)/most))
		}
		list = append(list, t)
	}
	return list
}

// found is the address of the ties with one value.
func found(facet, value string) string {
	return address("/search", search.Query{Filters: map[string][]string{"kind": {"tie"}, facet: {value}}})
}

func (v tiesView) places() part.Grid {
	r := v.Request
	var rows []part.Row
	for _, t := range v.tiles() {
		rows = append(rows, part.Row{Cells: []part.Cell{{Text: t.Name, URL: found("prefecture", t.Short)}, {Text: lang.Num(t.N)}}})
	}
	return part.Rows(r.T("find.ties.byprefecture"), []part.Head{{Label: r.T("find.facet.prefecture")}, {Label: r.T("find.ties.n"), Num: true}}, rows)
}

func (v tiesView) countries() part.Grid {
	r := v.Request
	var rows []part.Row
	for _, c := range v.Figures.Countries {
		rows = append(rows, part.Row{Cells: []part.Cell{{Text: org.CountryName(r.Lang, c.Value), URL: found("country", c.Value)}, {Text: lang.Num(c.N)}}})
	}
	return part.Rows(r.T("find.ties.bycountry"), []part.Head{{Label: r.T("find.facet.country")}, {Label: r.T("find.ties.n"), Num: true}}, rows)
}

func (v tiesView) years() part.Grid {
	r := v.Request
	var rows []part.Row
	for _, c := range slices.Backward(v.Figures.Years) {
		rows = append(rows, part.Row{Cells: []part.Cell{{Text: r.T("find.ties.year", "year", c.Value)}, {Text: lang.Num(c.N)}}})
	}
	return part.Rows(r.T("find.ties.byyear"), []part.Head{{Label: r.T("find.ties.agreedin")}, {Label: r.T("find.ties.n"), Num: true}}, rows)
}

func (v tiesView) jubilees() part.Grid {
	r := v.Request
	var rows []part.Row
	for _, t := range v.Anniversaries {
		began, _ := strconv.Atoi(t.Agreed[:4])
		rows = append(rows, part.Row{Cells: []part.Cell{{Text: v.pair(t), URL: t.Path()}, {Text: r.T("find.ties.nth", "n", v.Year-began)}, {Text: lang.LongDay(r.Lang, t.Agreed)}}})
	}
	return part.Rows(r.T("find.ties.anniversaries", "year", v.Year), []part.Head{{Label: r.T("find.kind.tie")}, {Label: r.T("find.ties.age"), Num: true}, {Label: r.T("find.tie.agreed")}}, rows)
}

// closed is the months with what came and went.
func (v tiesView) closed() part.Grid {
	r := v.Request
	var rows []part.Row
	for _, m := range v.Months {
		var reasons []string
		for _, c := range m.Corrections {
			reasons = append(reasons, c.Reason)
		}
		rows = append(rows, part.Row{Cells: []part.Cell{{Text: m.Month}, {Text: lang.Num(m.Total)}, {Text: lang.Num(len(m.New))}, {Text: lang.Num(len(m.Ended))},
			{Text: lang.Num(len(m.Corrections)), Reason: strings.Join(reasons, r.T("public.comma"))}}})
	}
	return part.Rows(r.T("find.ties.months"), []part.Head{{Label: r.T("find.ties.month")}, {Label: r.T("find.ties.n"), Num: true}, {Label: r.T("find.ties.new"), Num: true},
		{Label: r.T("find.ties.ended"), Num: true}, {Label: r.T("find.ties.corrected"), Num: true}}, rows)
}

// tieView is one tie.
type tieView struct {
	Tie     directory.Tie
	Name    string
	Others  []directory.Tie
	Request *page.Request
}

func (p *Pages) tie(r *page.Request) (page.View, error) {
	t, err := p.Ties.Get(r.Context(), r.PathValue("id"))
	if err != nil {
		return page.View{}, err
	}
	v := tieView{Tie: t, Name: p.bodyName(r.Context(), t.Body), Request: r}
	all, err := p.Ties.OfBody(r.Context(), t.Body)
	if err != nil {
		return page.View{}, err
	}
	for _, o := range all {
		if o.ID != t.ID {
			v.Others = append(v.Others, o)
		}
	}
	return page.View{Title: v.title(), Body: tie(v), Crumbs: []page.Link{{Label: r.T("find.ties"), URL: "/ties"}}}, nil
}

func (v tieView) title() string {
	return v.Request.T("find.tie.pair", "body", v.Name, "partner", v.Tie.Partner(v.Request.Lang))
}

func kindOfTie(ctx context.Context, kind string) string {
	switch kind {
	case "sister":
		return page.T(ctx, "find.tie.sister")
	case "friendship":
		return page.T(ctx, "find.tie.friendship")
	}
	return page.T(ctx, "find.tie.other")
}

// facts are what one asks about a tie, the conditions of the statistics among them.
func (v tieView) facts() []part.Fact {
	r, t := v.Request, v.Tie
	state := r.T("find.tie.active")
	switch t.Status {
	case "suspended":
		state = r.T("find.tie.suspended")
	case "ended":
		state = r.T("find.tie.ended", "day", lang.LongDay(r.Lang, t.Ended))
	}
	counted := r.T("find.tie.counted")
	if !t.Counted() {
		counted = r.T("find.tie.uncounted")
	}
	mark := func(ok bool) string {
		if ok {
			return "○"
		}
		return "×"
	}
	list := []part.Fact{
		{Label: r.T("find.tie.body"), Text: v.Name}, {Label: r.T("find.tie.partner"), Text: strings.TrimSpace(t.Partner(r.Lang) + "　" + t.Original)},
		{Label: r.T("find.facet.country"), Text: strings.TrimSpace(org.CountryName(r.Lang, t.Country) + "　" + t.Region)},
		{Label: r.T("find.tie.kind"), Text: kindOfTie(r.Context(), t.Kind)}, {Label: r.T("find.tie.agreed"), Text: lang.LongDay(r.Lang, t.Agreed)}, {Label: r.T("public.state"), Text: state},
		{Label: r.T("find.tie.statistics"), Text: counted, Reason: r.T("find.tie.conditions", "heads", mark(t.Heads), "open", mark(t.Open), "assembly", mark(t.Assembly))},
	}
	if t.SignedBy != "" {
		list = append(list, part.Fact{Label: r.T("find.tie.signed"), Text: t.SignedBy})
	}
	return list
}

// tieData is the registry as JSON: figures, closed months and every tie.
func (p *Pages) tieData(r *page.Request) (page.View, error) {
	figures, all, err := p.Ties.Now(r.Context())
	if err != nil {
		return page.View{}, err
	}
	months, err := p.Ties.Months(r.Context())
	if err != nil {
		return page.View{}, err
	}
	return page.JSON(200, map[string]any{"figures": figures, "months": months, "ties": all}), nil
}

// tieSheet is the registry as CSV, one tie a row, with the columns an import reads.
func (p *Pages) tieSheet(r *page.Request) (page.View, error) {
	all, err := p.Ties.All(r.Context())
	if err != nil {
		return page.View{}, err
	}
	flag := func(b bool) string {
		if b {
			return "1"
		}
		return "0"
	}
	rows := [][]string{{"body", "partner_ja", "partner_en", "partner", "country", "region", "kind", "agreed", "heads", "open", "assembly", "approved", "signed_by", "status", "ended", "source"}}
	for _, t := range all {
		rows = append(rows, []string{t.Body, t.Name.JA, t.Name.EN, t.Original, t.Country, t.Region, t.Kind, t.Agreed, flag(t.Heads), flag(t.Open), flag(t.Assembly), t.Approved, t.SignedBy,
			t.Status, t.Ended, t.Source})
	}
	return csvFile("kakehashi-ties-"+jp.Date(r.Now)+".csv", rows), nil
}
