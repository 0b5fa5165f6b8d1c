// Package find is for whoever looks something up (さがす): one search over everything public, the items of the library, and the
// registry of sister-city ties with its figures. Every page works without JavaScript; what is narrowed stands in the address, and the
// same set can be had as Atom, JSON and CSV.
package find

import (
	"context"

	"kakehashi/internal/directory"
	"kakehashi/internal/library"
	"kakehashi/internal/org"
	"kakehashi/internal/search"
	"kakehashi/internal/web/page"
)

// Pages are the pages of looking things up.
type Pages struct {
	Index   *search.Index
	Library *library.Store
	Ties    *directory.Store
	Orgs    *org.Store
}

// Register puts the pages into the site. They are made for every asker anew: queries are endless.
func (p *Pages) Register(s *page.Site) {
	s.Get("/search", p.results)
	s.Get("/search.atom", p.feed)
	s.Get("/search.json", p.data)
	s.Get("/search.csv", p.sheet)
	s.Get("/library", p.shelf)
	s.Get("/library/{id}", p.item)
	s.Get("/ties", p.ties)
	s.Get("/ties.json", p.tieData)
	s.Get("/ties.csv", p.tieSheet)
	s.Get("/ties/{id}", p.tie)
}

// ask puts a query to the index as it stands in the database at this moment.
func (p *Pages) ask(ctx context.Context, q search.Query) (search.Result, error) {
	if _, err := p.Index.Follow(ctx); err != nil {
		return search.Result{}, err
	}
	return p.Index.Find(ctx, q)
}
