package public

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"kakehashi/internal/form"
	"kakehashi/internal/jp"
	"kakehashi/internal/lang"
	"kakehashi/internal/web/page"
	"kakehashi/internal/web/part"
)

// adoptedView is the list of adopted projects.
type adoptedView struct {
	List      []Adopted
	Names     map[string]lang.Text // programme titles by code
	Next      string
	Programme string
	Year      int
	Choices   []form.Option
	Years     []int
	Request   *page.Request
	Pages     *Pages
}

func (p *Pages) adopted(r *page.Request) (page.View, error) {
	v := adoptedView{Pages: p, Request: r, Programme: r.Value("programme"), Names: map[string]lang.Text{}}
	v.Year, _ = strconv.Atoi(r.Value("year"))
	calls, err := p.calls(r.Context(), r.Now)
	if err != nil {
		return page.View{}, err
	}
	for _, c := range calls {
		v.Names[c.Code] = c.Title
		v.Choices = append(v.Choices, form.Option{Value: c.Code, Label: c.Short})
	}
	for y := jp.FY(r.Now) + 1; y > jp.FY(r.Now)-5; y-- {
		v.Years = append(v.Years, y)
	}
	if p.Adopted != nil {
		if v.List, v.Next, err = p.Adopted(r.Context(), v.Programme, v.Year, r.Value("after")); err != nil {
			return page.View{}, err
		}
	}
	return page.View{Title: r.T("public.adopted.title"), Body: adopted(v), Describe: r.T("public.adopted.lead")}, nil
}

// org is what the body of a project is called in the reader's language.
func (v adoptedView) org(a Adopted) string { return v.Pages.called(v.Request, a) }

// called is the body of an adopted project in the reader's language: its English name of today where it has one.
func (p *Pages) called(r *page.Request, a Adopted) string {
	if r.Lang == lang.JA || a.OrgCode == "" || p.Orgs == nil {
		return a.Org
	}
	b, err := p.Orgs.Get(r.Context(), a.OrgCode)
	if err != nil {
		return a.Org
	}
	return b.In(r.Lang)
}

// table is the list as rows, with what the applicants agreed to publish.
func (v adoptedView) table() part.Grid {
	r := v.Request
	var rows []part.Row
	for _, a := range v.List {
		yen := part.Cell{Text: lang.Num(a.Decided)}
		if a.Revoked > 0 {
			yen.Sub = r.T("public.adopted.revoked", "yen", lang.Num(a.Revoked))
		}
		rows = append(rows, part.Row{Cells: []part.Cell{
			{Body: adoptedCell(a, r.Lang)},
			{Text: v.org(a)},
			{Text: v.Names[a.Programme].In(r.Lang), Sub: lang.FiscalYear(r.Lang, a.FiscalYear)},
			yen,
		}})
	}
	return part.Rows(r.T("public.adopted.caption"), []part.Head{{Label: r.T("public.adopted.project")}, {Label: r.T("public.adopted.body")},
		{Label: r.T("public.ruler.name")}, {Label: r.T("public.adopted.yen"), Num: true}}, rows)
}

// next is the address of the following page, "" at the end.
func (v adoptedView) next() string {
	if v.Next == "" {
		return ""
	}
	return page.Here(v.Request.Context(), "after", v.Next)
}

// file is the address of the same list as CSV.
func (v adoptedView) file() string {
	return "/adopted.csv?programme=" + v.Programme + "&year=" + strconv.Itoa(v.Year)
}

// adoptedTable is the list as CSV: as narrowed on the page, all of it.
func (p *Pages) adoptedTable(r *page.Request) (page.View, error) {
	year, _ := strconv.Atoi(r.Value("year"))
	var rows [][]string
	after := ""
	for p.Adopted != nil {
		list, next, err := p.Adopted(r.Context(), r.Value("programme"), year, after)
		if err != nil {
			return page.View{}, err
		}
		for _, a := range list {
			rows = append(rows, []string{a.Number, a.Programme, strconv.Itoa(a.FiscalYear), a.OrgCode, p.called(r, a), a.Title, summary(a, r.Lang), strconv.FormatInt(a.Decided, 10), strconv.FormatInt(a.Revoked, 10)})
		}
		if after = next; next == "" {
			break
		}
	}
	return table(r, "kakehashi-adopted-"+jp.Date(r.Now)+".csv", []string{"case", "programme", "year", "code", "body", "title", "summary", "yen", "revoked_yen"}, rows), nil
}

// summary is the published text of a project: its long answer.
func summary(a Adopted, tag lang.Tag) string {
	for _, f := range a.Fields {
		if f.Field.Kind == form.KindLong {
			return f.Field.Show(f.Value, tag)
		}
	}
	return ""
}

// places are where the project was and with whom, from the published answers.
func places(a Adopted, tag lang.Tag) string {
	var words []string
	for _, f := range a.Fields {
		if f.Field.Kind == form.KindCountry || f.Field.Of == form.KindCountry {
			words = append(words, f.Field.Show(f.Value, tag))
		}
	}
	return strings.Join(words, "｜")
}

func itoa(n int) string { return strconv.Itoa(n) }

func sortEntries(list []atomEntry) {
	slices.SortFunc(list, func(a, b atomEntry) int {
		return cmp.Or(strings.Compare(b.Updated, a.Updated), strings.Compare(a.ID, b.ID))
	})
}
