package app

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"kakehashi/internal/db"
	"kakehashi/internal/directory"
	"kakehashi/internal/jobs"
	"kakehashi/internal/lang"
	"kakehashi/internal/library"
	"kakehashi/internal/org"
	"kakehashi/internal/search"
)

// knowledge opens the library, the registry of ties and the index over everything public, and has the index filled by jobs: when
// something changes, and every hour what has no signal of its own.
func (a *App) knowledge(ctx context.Context) error {
	a.Index = search.New(a.DB)
	// Of many changes in a minute the first fills the index at once, and one filling a minute later finds all of them.
	changed := func(ctx context.Context, tx db.Q, _ string) error {
		now := time.Now()
		minute := now.UTC().Format("2006-01-02T15:04")
		return errors.Join(a.Jobs.Add(ctx, tx, "search.fill", nil, jobs.Once("search.fill "+minute)),
			a.Jobs.Add(ctx, tx, "search.fill", nil, jobs.Once("search.fill after "+minute), jobs.After(now.Add(time.Minute))))
	}
	a.Library = &library.Store{DB: a.DB, Clock: a.Config.Clock, Changed: changed}
	a.Orgs.Amended, a.Orgs.Named = changed, a.named
	a.Ties = &directory.Store{DB: a.DB, Orgs: a.Orgs, Clock: a.Config.Clock, Changed: changed}
	a.Jobs.Handle("search.fill", func(ctx context.Context, _ []byte) error {
		defer giveBack()
		return a.fillIndex(ctx)
	})
	a.Jobs.Every("search.fill", time.Hour)
	a.Jobs.Handle("tie.month", func(ctx context.Context, _ []byte) error { return a.Ties.CloseDue(ctx) })
	a.Jobs.Every("tie.month", 6*time.Hour)
	return a.Library.Seed(ctx)
}

// fillIndex brings the index up to what is public now. Documents that have not changed cost nothing.
func (a *App) fillIndex(ctx context.Context) error {
	for kind, make := range map[string]func(context.Context) ([]search.Doc, error){
		"publication": a.publicationDocs, "programme": a.programmeDocs, "tie": a.tieDocs, "office": a.officeDocs, "desk": a.deskDocs,
	} {
		docs, err := make(ctx)
		if err != nil {
			return err
		}
		keep := map[string]bool{}
		for i := range docs {
			docs[i].Kind, docs[i].ID = kind, kind+":"+docs[i].ID
			keep[docs[i].ID] = true
		}
		for lot := range slices.Chunk(docs, 500) {
			if err := a.Index.Put(ctx, lot...); err != nil {
				return err
			}
		}
		there, err := a.Index.Keys(ctx, kind)
		if err != nil {
			return err
		}
		if err := a.Index.Drop(ctx, slices.DeleteFunc(there, func(id string) bool { return keep[id] })...); err != nil {
			return err
		}
	}
	return nil
}

// bothOf is a text in both languages, for finding.
func bothOf(list ...lang.Text) string {
	var words []string
	for _, t := range list {
		words = append(words, t.JA, t.EN)
	}
	return strings.Join(slices.DeleteFunc(words, func(s string) bool { return s == "" }), "\n\n")
}

func country(code string) lang.Text {
	return lang.Text{JA: org.CountryName(lang.JA, code), EN: org.CountryName(lang.EN, code)}
}

func (a *App) publicationDocs(ctx context.Context) (docs []search.Doc, err error) {
	t := library.Shipped()
	err = a.Library.Public(ctx, func(p library.Publication) error {
		if p.State == library.Superseded {
			return nil
		}
		also := []lang.Text{{EN: p.Title.EN}, library.Name(t.Series, p.Series), {JA: p.Authors}}
		for _, c := range p.Countries {
			also = append(also, country(c))
		}
		for _, f := range p.Fields {
			also = append(also, library.Name(t.Fields, f))
		}
		d := search.Doc{ID: p.ID, URL: p.Path(), Lang: "ja", Title: p.Title.JA, Also: bothOf(also...), Body: bothOf(p.Summary, p.Body), Date: p.Day,
			Facets: map[string][]string{"series": {p.Series}, "year": {strconv.Itoa(p.Year)}, "language": p.Languages, "form": {p.Form}}}
		set(d.Facets, "country", p.Countries...)
		set(d.Facets, "field", p.Fields...)
		set(d.Facets, "office", p.Office)
		docs = append(docs, d)
		return nil
	})
	return docs, err
}

// set gives a facet its values; none when there are none.
func set(facets map[string][]string, name string, values ...string) {
	if values = slices.DeleteFunc(slices.Clone(values), func(v string) bool { return v == "" }); len(values) > 0 {
		facets[name] = values
	}
}

func (a *App) programmeDocs(ctx context.Context) (docs []search.Doc, err error) {
	list, err := a.Programmes.All(ctx)
	for _, p := range list {
		body := []lang.Text{p.Lead}
		for _, f := range p.Facts {
			body = append(body, f.Title, f.Text)
		}
		for _, b := range p.Basis {
			body = append(body, b.Title, b.Text)
		}
		docs = append(docs, search.Doc{ID: p.Code, URL: "/programmes/" + p.Code, Lang: "ja", Title: p.Title.JA, Also: bothOf(lang.Text{EN: p.Title.EN}, p.Short, lang.Text{JA: p.Number}),
			Body: bothOf(body...), Date: p.Call.Opens, Facets: map[string][]string{"year": {strconv.Itoa(p.Call.FiscalYear)}}})
	}
	return docs, err
}

func (a *App) tieDocs(ctx context.Context) (docs []search.Doc, err error) {
	list, err := a.Ties.All(ctx)
	for _, t := range list {
		b, err := a.Orgs.Get(ctx, t.Body)
		if err != nil {
			b = org.Body{Name: t.Body}
		}
		partner := lang.Text{JA: t.Name.In(lang.JA), EN: t.Name.EN}
		d := search.Doc{ID: t.ID, URL: t.Path(), Lang: "ja", Title: b.Label(lang.JA) + "と" + partner.JA, Also: bothOf(lang.Text{EN: b.English}, lang.Text{JA: b.Kana, EN: partner.EN},
			lang.Text{JA: t.Original, EN: t.Region}, country(t.Country)), Date: t.Agreed, Facets: map[string][]string{"country": {t.Country}}}
		set(d.Facets, "prefecture", b.Prefecture)
		docs = append(docs, d)
	}
	return docs, err
}

func (a *App) officeDocs(ctx context.Context) (docs []search.Doc, err error) {
	offices, err := a.Orgs.Offices(ctx)
	if err != nil {
		return nil, err
	}
	routes, err := a.Orgs.Routes(ctx)
	for _, o := range offices {
		also := []lang.Text{{EN: o.Name.EN}, o.City}
		codes := routes.Countries(o.Code)
		for _, c := range codes {
			also = append(also, country(c))
		}
		d := search.Doc{ID: o.Code, URL: "/offices/" + o.Code, Lang: "ja", Title: o.Name.JA, Also: bothOf(also...), Body: bothOf(o.Address), Facets: map[string][]string{"office": {o.Code}}}
		set(d.Facets, "country", codes...)
		docs = append(docs, d)
	}
	return docs, err
}

func (a *App) deskDocs(ctx context.Context) (docs []search.Doc, err error) {
	desks, err := a.Orgs.Desks(ctx)
	for _, d := range desks {
		docs = append(docs, search.Doc{ID: d.ID, URL: "/desks/" + d.ID, Lang: "ja", Title: d.Topic.JA, Also: bothOf(lang.Text{EN: d.Topic.EN}), Body: d.Phone + "\n" + d.Mail, Facets: map[string][]string{}})
	}
	return docs, err
}
